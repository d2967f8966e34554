"""README.md played as a reader would: its files written, its commands run in order, its tables made from the code.

A block of ``yaml`` that begins with ``# NAME.yaml`` is that file.  A block of ``console`` holds command lines, each
with what the terminal shows below it; besides ``bonuscli`` they may be ``export NAME=VALUE`` and ``echo '...' > FILE``,
whose text may go on in lines that begin with ``> ``, as a shell asks for it.  What stands between marks such as
``<!-- exits: ... -->`` is made from the code.  Run this file to write all of it again, and read the difference.
"""

import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
COMMAND = re.compile(r"^\$ (.*(?:\n> .*)*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Shown(NamedTuple):
    """A command line of the README, what stands below it, and what the terminal shows."""

    command: str
    expected: list[str]
    told: list[str]


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language, in order."""
    return [body for found, body in BLOCK.findall(text) if found == language]


def between(text: str, name: str) -> str:
    """What stands between the two marks of a name."""
    found = _marked(name).search(text)
    assert found, name
    return found[2]


def tables() -> dict[str, str]:
    """Name of the marks -> the table that belongs between them: every command, figure, exit status."""
    from bonuscli.cli.commands.help import EXIT_MEANINGS
    from bonuscli.cli.registry import COMMANDS, SECTIONS
    from bonuscli.reports.dashboard_words import SEVEN

    commands = ["| | command | |", "|---|---|---|"]
    for section in SECTIONS:
        label = f"**{section}**"
        for words, entry in COMMANDS.items():
            if entry.section == section:
                commands.append(f"| {label} | `{words}` | {entry.about} |")
                label = ""
    figures = ["| figure | `bonuscli kpi` | what it says |", "|---|---|---|"]
    figures += [f"| {word.title} | `{name}` | {word.about} |" for name, word in SEVEN.items()]
    exits = ["| status | meaning |", "|---|---|"]
    exits += [f"| {status} | {meaning} |" for status, meaning in EXIT_MEANINGS.items()]
    found = {"commands": commands, "figures": figures, "exits": exits}
    return {name: "\n".join(lines) + "\n" for name, lines in found.items()}


def play(text: str) -> Iterator[list[Shown]]:
    """Write the files and run the commands in the current folder; of each console block what it showed."""
    before = dict(os.environ)
    try:
        for language, body in BLOCK.findall(text):
            name = re.match(r"# ([\w-]+\.yaml)\n", body)
            if language == "yaml" and name:
                Path(name[1]).write_text(body, encoding="utf-8")
            elif language == "console":
                commands = COMMAND.findall(body)
                yield [Shown(command, _lines(expected), _run(command)) for command, expected in commands]
    finally:
        os.environ.clear()
        os.environ.update(before)


def _lines(expected: str) -> list[str]:
    return [line.rstrip() for line in expected.rstrip().splitlines()]


def _run(command: str) -> list[str]:
    from tests.cli.transcript import run_line

    words = shlex.split(command.replace("\n> ", "\n"))
    if words[0] == "echo":
        text, arrow, file = words[1:]
        assert arrow == ">", command
        Path(file).write_text(text + "\n", encoding="utf-8")
        return []
    if words[0] == "export":
        name, _, value = words[1].partition("=")
        os.environ[name] = value
        return []
    return [line.removeprefix("! ") for line in run_line(command)]


def _marked(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {name}:.*?-->\n)(.*?)(<!-- /{name} -->)", re.DOTALL)


def write_again() -> None:
    """Replace what the README shows by what the code gives."""
    text = README.read_text(encoding="utf-8")
    for name, table in tables().items():
        text = _marked(name).sub(lambda found, table=table: found[1] + table + found[3], text)
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        shown = iter(list(play(text)))

    def again(found: re.Match[str]) -> str:
        if found[1] != "console":
            return found[0]
        lines = [line for step in next(shown) for line in (f"$ {step.command}", *step.told)]
        return "\n".join(["```console", *lines, "```"])

    README.write_text(BLOCK.sub(again, text), encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    write_again()
