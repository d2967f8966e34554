"""Reading and running transcripts: a file of command lines, each with what it prints.

Lines of a transcript::

    # a remark
    > day.csv              begins a file; its lines follow, each after "| "
    % foreign.db           makes a file that can not be written as lines, see HOSTILE
    $ bonuscli balance 100
    what stdout holds
    ! what stderr holds
    [exit 3]               where the exit status is not 0

``BONUSCLI_NOW='...' bonuscli ...`` sets the clock of one command, ``< FILE`` at its end gives its standard input, and
``...`` within an expected line stands for anything.  Run this file to write all transcripts again, and read the
difference.
"""

import io
import os
import re
import shlex
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "transcripts"
NOW = "2026-12-01 12:00"


def _make_database(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


HEADER = "receipt_id,kind,at,card,line,sku,name,quantity,amount\n"
HOSTILE = {
    "foreign.db": lambda path: _make_database(path, "CREATE TABLE notes (text TEXT)"),
    "newer.db": lambda path: _make_database(path, "PRAGMA application_id = 1651469941", "PRAGMA user_version = 99"),
    "text.db": lambda path: path.write_text("This is a letter, not a database. " * 100),
    "binary.csv": lambda path: path.write_bytes(bytes(range(256)) * 20),
    "windows.csv": lambda path: path.write_bytes(
        f"{HEADER}R1,sale,2026-12-01 09:00,100,1,T1,Чай,1,50.00\n".encode("cp1251")
    ),
}


class Step(NamedTuple):
    """A command line with the lines that were expected below it, or a remark or file (``command`` None)."""

    command: str | None
    lines: list[str]


def read(path: Path) -> list[Step]:
    """The steps of a transcript in order."""
    steps: list[Step] = []
    in_file = False  # a table of a command may begin with a bar too
    for line in path.read_text(encoding="utf-8").splitlines():
        in_file = line.startswith("> ") or (in_file and line.startswith("|"))
        if line.startswith("$ "):
            steps.append(Step(line[2:], []))
        elif in_file or line.startswith(("# ", "% ")):
            steps.append(Step(None, [line]))
        elif steps and steps[-1].command is not None:
            steps[-1].lines.append(line)
    return steps


def play(steps: list[Step]) -> Iterator[tuple[Step, list[str]]]:
    """Run the commands in the current folder; each step with the lines that it printed."""
    file: Path | None = None
    for step in steps:
        if step.command is not None:
            yield step, run_line(step.command)
            continue
        (line,) = step.lines
        if line.startswith("> "):
            file = Path(line[2:])
            file.write_text("", encoding="utf-8")
        elif line.startswith("% "):
            HOSTILE[line[2:]](Path(line[2:]))
        elif line.startswith("|") and file is not None:
            with file.open("a", encoding="utf-8") as stream:
                stream.write(line[2:] + "\n")
        yield step, step.lines


def run_line(command: str) -> list[str]:
    """What a command line prints, and its exit status where it is not 0."""
    from bonuscli.cli.run import run

    words = shlex.split(command)
    now, words = (words[0].partition("=")[2], words[1:]) if words[0].startswith("BONUSCLI_NOW=") else (NOW, words)
    given = b""
    if len(words) > 2 and words[-2] == "<":
        given, words = Path(words[-1]).read_bytes(), words[:-2]
    assert words[0] == "bonuscli", command
    out, err = io.StringIO(), io.StringIO()
    before, stdin = os.environ.get("BONUSCLI_NOW"), sys.stdin
    os.environ["BONUSCLI_NOW"], sys.stdin = now, io.TextIOWrapper(io.BytesIO(given), encoding="utf-8")
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = run(words[1:])
    finally:
        sys.stdin = stdin
        if before is None:
            del os.environ["BONUSCLI_NOW"]
        else:
            os.environ["BONUSCLI_NOW"] = before
    told = [line.rstrip() for line in out.getvalue().splitlines()]
    told += [f"! {line}".rstrip() for line in err.getvalue().splitlines()]
    return [*told, *([f"[exit {status}]"] if status else [])]


def matches(expected: list[str], told: list[str]) -> bool:
    """Whether what was told is what was expected; blank lines at the end of a step only space the file."""
    while expected and not expected[-1]:
        expected = expected[:-1]
    if len(expected) != len(told):
        return False
    return all(
        re.fullmatch(".*".join(map(re.escape, want.split("..."))), line)
        for want, line in zip(expected, told, strict=True)
    )


def write_again(path: Path) -> None:
    """Replace what a transcript expects by what the commands print; an expectation that still matches stays."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        text = []
        for step, told in play(read(path)):
            if step.command is None:
                text += step.lines
                continue
            while step.lines and not step.lines[-1]:
                step.lines.pop()
            text += [f"$ {step.command}", *(step.lines if matches(step.lines, told) else told), ""]
    path.write_text("\n".join(text).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    for transcript in sorted(FOLDER.glob("*.txt")):
        write_again(transcript)
