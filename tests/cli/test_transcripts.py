"""Every command, as a shop sees it: what it prints, to which stream, with which exit status."""

import inspect
from importlib import import_module
from pathlib import Path

import pytest

from bonuscli.cli.registry import COMMANDS, COMMANDS_PACKAGE
from tests.cli.transcript import FOLDER, matches, play, read

TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))
# The demo's folder is another each time; it has a test of its own.
ELSEWHERE = {"demo", "help", "program schema"}


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_commands_print_what_the_transcript_says(path: Path) -> None:
    """Each command of a transcript, run after those before it, prints exactly the lines below it."""
    for step, told in play(read(path)):
        assert matches(step.lines, told), "\n".join([f"$ {step.command}", *told])


def test_every_command_has_a_transcript() -> None:
    """No command of the registry is left out."""
    shown = "\n".join(step.command or "" for path in TRANSCRIPTS for step in read(path))
    missing = [words for words in COMMANDS if f"bonuscli {words}" not in shown and words not in ELSEWHERE]
    assert not missing


@pytest.mark.parametrize("words", [words for words in COMMANDS if words not in ELSEWHERE])
def test_every_side_of_a_command_is_shown(words: str) -> None:
    """Some transcript tries each command that has a dry run, repeats each that has a key, and is refused by each that
    names something."""
    steps = [step for path in TRANSCRIPTS for step in read(path) if step.command and _is_of(step.command, words)]
    module, _, name = COMMANDS[words].target.partition(":")
    parameters = inspect.signature(getattr(import_module(f"{COMMANDS_PACKAGE}.{module}"), name)).parameters
    told = [line for step in steps for line in step.lines]
    if "dry_run" in parameters:
        assert any({"-n", "--dry-run"} & set(step.command.split()) for step in steps if step.command)
    if "key" in parameters:
        assert any("already recorded" in line or '"replayed": true' in line for line in told)
    if {"card", "named", "hold", "entry", "receipt"} & set(parameters):
        assert any(line.startswith("[exit ") for line in told)


def _is_of(command: str, words: str) -> bool:
    return f"{command.partition('bonuscli ')[2]} ".startswith(f"{words} ")
