"""Conditions of a segment from the command line: of a file, of standard input, or written as an option."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bonuscli.errors import BonusError
from bonuscli.services.shop import Session

Where = Annotated[
    str | None,
    typer.Option("--where", metavar="FILE|-", help="The conditions as YAML; - is standard input.", show_default=False),
]
Having = Annotated[
    str | None,
    typer.Option(
        "--having", metavar="YAML", help="The conditions, as in 'last_purchase: {over: 90d}'.", show_default=False
    ),
]
# Unlike the shared option of the name it takes no instant: segments are asked at the end of days.
OnDay = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DAY", help="At the end of this day [today].", show_default=False),
]
Conditions = dict[str, Any]


def read_conditions(where: str | None, having: str | None) -> tuple[str, str] | None:
    """(text, its place in messages) of ``--where`` or ``--having``, None without either; BonusError ``usage``,
    ``bad_segment``."""
    if where is not None and having is not None:
        raise BonusError("usage", "--where and --having both tell the conditions", "--having", "give one of them")
    if having is not None:
        in_one_line = "\n" not in having and not having.lstrip().startswith("{")
        return (f"{{{having}}}" if in_one_line else having), "--having"  # keys side by side need YAML's braces
    if where is None:
        return None
    # One byte more than a program may have is enough to see that a file is too large.
    from bonuscli.program.nodes import MAX_BYTES

    place = "standard input" if where == "-" else Path(where).name
    try:
        if where == "-":
            raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(where).open("rb") as stream:
                raw = stream.read(MAX_BYTES + 1)
        return raw.decode("utf-8-sig"), place
    except (OSError, ValueError) as problem:
        why = "it is no UTF-8 text" if isinstance(problem, UnicodeDecodeError) else str(problem)
        why = (problem.strerror or why).lower() if isinstance(problem, OSError) else why
        hint = "give a file with conditions, as in 'last_purchase: {over: 90d}'"
        raise BonusError("bad_segment", f"{place} can not be read: {why}", "--where", hint) from None


def compiled(told: tuple[str, str] | None, session: Session) -> Conditions | None:
    """The conditions checked against the program in force, None where none were told; BonusError ``bad_segment``."""
    if told is None:
        return None
    from bonuscli.program.segment_file import load_conditions

    return load_conditions(*told, session.measures, session.current.plain)


def in_words(conditions: Conditions, program: Any) -> str:
    """Conditions as ``program show`` says them."""
    from bonuscli.program.show.conditions import segment_told
    from bonuscli.program.show.speech import Speech

    return segment_told(conditions, Speech(program.plain))
