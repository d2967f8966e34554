"""The till's loop of ``--stdin``: JSON lines in, exactly one JSON line out for each, in their order.

A till writes a line and reads a line.  What was booked is answered only after its commit and flushed at once; an error
is a line of the answer too, so that the two never fall out of step.  Blank lines are passed over.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from bonuscli.cli.answers import TABLE, remark, show_record
from bonuscli.cli.options import Call
from bonuscli.errors import (
    EXIT_BAD_INPUT,
    EXIT_BUSY,
    EXIT_DATABASE,
    EXIT_DONE,
    EXIT_REFUSED,
    EXIT_UNEXPECTED,
    REFUSAL_ORDER,
    BonusError,
)
from bonuscli.model import Program
from bonuscli.render.cells import json_escaped

# A receipt of the most lines there may be has some 100 kB; a line without end must not fill the memory.
LINE_BYTES = 1 << 20
# Of several things that went wrong the first one here is the exit status: who was told to try again does so first.
_GRAVEST = (EXIT_BUSY, EXIT_BAD_INPUT, EXIT_REFUSED)

# A line's text and place -> the fields of its answer, with the program whose money and points they are.
Answer = Callable[[str, str], tuple[list[Any], Program]]


def require_alone(call: Call, given: dict[str, object]) -> None:
    """``--stdin`` goes with no option that each line says for itself, and answers in JSON; BonusError ``usage``.

    ``given``: what the other options came to, by their names.
    """
    for option, value in {**given, "--at": call.at, "--idempotency-key": call.key, "--as-of": call.as_of}.items():
        if value:
            hint = "each line says it for itself"
            raise BonusError("usage", f"--stdin takes everything from its lines, {option} too", option, hint)
    if call.output not in (TABLE, "json", "jsonl"):
        raise BonusError("usage", "--stdin answers in JSON lines", "--output", "leave the format out")


def answer_lines(call: Call, answer: Answer) -> int:
    """Answer standard input line by line to its end; the exit status.

    A database that can not be used ends the loop after its line was answered.
    """
    told = call._replace(output="jsonl")
    count, statuses = 0, Counter[int]()
    for number, line in _lines():
        place = f"stdin:{number}"
        count += 1
        try:
            fields, program = answer(_text(line, place), place)
        except BonusError as problem:
            _tell(problem, number)
            statuses[_status(problem)] += 1
            if problem.exit_status in (EXIT_DATABASE, EXIT_UNEXPECTED):
                raise
        else:
            if call.dry_run:
                fields = [*fields, ("dry_run", "Dry run", True, "flag")]
            show_record(told, "", fields, program)
        sys.stdout.flush()
    if statuses:
        remark(call, f"{statuses.total()} of {count} lines were answered with an error")
    return next((status for status in _GRAVEST if statuses[status]), EXIT_DONE)


def _lines() -> Iterator[tuple[int, bytes | None]]:
    """(number, line) of what is not blank; None for a line that is too long, which is never held as a whole."""
    if sys.stdin is None:  # it was closed before we began
        return
    stream, number = sys.stdin.buffer, 0
    while line := stream.readline(LINE_BYTES + 1):
        number += 1
        if len(line) > LINE_BYTES:
            while line and not line.endswith(b"\n"):
                line = stream.readline(LINE_BYTES)
            yield number, None
        elif not line.isspace():
            yield number, line


def _text(line: bytes | None, place: str) -> str:
    if line is None:
        raise BonusError("bad_receipt", f"the line is longer than {LINE_BYTES >> 20} MB", place, "send one object")
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BonusError("bad_receipt", "the line is not UTF-8 text", place, "send UTF-8") from None


def _tell(problem: BonusError, number: int) -> None:
    error = {"code": problem.code, "message": problem.message, "where": problem.where, "hint": problem.hint}
    sys.stdout.write(json_escaped(json.dumps({"error": error, "line": number}, ensure_ascii=False)) + "\n")


def _status(problem: BonusError) -> int:
    if problem.code in REFUSAL_ORDER:
        return EXIT_REFUSED
    return EXIT_BUSY if problem.exit_status == EXIT_BUSY else EXIT_BAD_INPUT
