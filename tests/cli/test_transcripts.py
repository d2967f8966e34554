"""Every command, as a shop sees it: what it prints, to which stream, with which exit status."""

from pathlib import Path

import pytest

from bonuscli.cli.registry import COMMANDS
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
