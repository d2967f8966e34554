"""A program file from disk: read, checked as a whole, compiled.  The only entrance for YAML."""

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

from bonuscli.errors import BonusError
from bonuscli.program.check import check_program
from bonuscli.program.compile import compile_program
from bonuscli.program.consistency import check_consistency
from bonuscli.program.nodes import MAX_BYTES, read_nodes
from bonuscli.program.problems import Problem, Problems


class Loaded(NamedTuple):
    """A sound program: its text, the SHA-256 of that text in hex, and the compiled form as plain JSON values."""

    text: str
    hash: str
    plain: dict[str, Any]


def load(path: Path) -> Loaded:
    """The program of a file; ``BonusError`` ``bad_program`` with every problem, or with why it cannot be read."""
    where = path.name
    try:
        # One byte more than allowed is enough to see that a file is too large, however large it is.
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        message = f"{path} cannot be read: {reason}"
        raise BonusError("bad_program", message, str(path), "give the path of a YAML file") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        if len(raw) <= MAX_BYTES:
            line = raw.count(b"\n", 0, problem.start) + 1
            message = f"{where} is not UTF-8 text: byte {raw[problem.start]:#04x} on line {line}"
            raise BonusError("bad_program", message, f"{where}:{line}", "save the file as UTF-8") from None
        text = raw.decode("utf-8", "replace")
    return load_text(text, where)


def load_text(text: str, where: str) -> Loaded:
    """The program of a text; ``where`` names it in messages.  ``BonusError`` ``bad_program`` holds every problem."""
    problems, plain = _read(text, where)
    problems.raise_if_any()
    assert plain is not None
    return Loaded(text, hashlib.sha256(text.encode()).hexdigest(), plain)


def find_problems(text: str, where: str) -> list[Problem]:
    """Every problem of a text in reading order, as records (for machine-readable answers)."""
    return _read(text, where)[0].in_order()


def _read(text: str, where: str) -> tuple[Problems, dict[str, Any] | None]:
    problems = Problems(where, text)
    root = read_nodes(text, problems)
    if root is None:
        return problems, None
    values = check_program(root, problems)
    check_consistency(values, root, problems)
    return problems, None if problems.found else compile_program(values)
