"""How commands answer: one place that knows the format asked for, the reader and the program's money and points.

A writer says what changed in one line, or as one object where JSON or CSV was asked for.  What is heavy is imported
when it is used: a balance must not load what tables need.
"""

from __future__ import annotations

import sys

from bonuscli.days import FIRST_DAY, NEVER, format_day, parse_day
from bonuscli.errors import BonusError
from bonuscli.services.shop import Shop
from bonuscli.units import format_decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from bonuscli.cli.call import Call
    from bonuscli.model import Program
    from bonuscli.services.writing import Writing

TABLE = "table"
DRY_RUN = "dry run, nothing was written"


def open_shop(call: Call) -> Shop:
    """The database of a call."""
    return Shop(call.db, call.program, wait_seconds=call.wait)


def writing_of(call: Call) -> Writing:
    """What the shared options say about a booking."""
    from bonuscli.services.writing import Writing

    return Writing(call.at, call.actor, call.key, call.dry_run)


def show_table(call: Call, table: Any) -> None:
    """Write a table in the format of the call."""
    from bonuscli.render import render

    render(table, call.output, sys.stdout, terminal=sys.stdout.isatty())


def show_record(call: Call, title: str, fields: list[Any], program: Program) -> None:
    """Write one object in the format of the call."""
    from bonuscli.render.record import render_record

    render_record(
        title, fields, call.output, sys.stdout, terminal=sys.stdout.isatty(), currency=program.currency,
        digits=program.digits, points_scale=program.points.scale,
    )  # fmt: skip


def show_change(call: Call, line: str | list[str], fields: list[Any], program: Program | None = None) -> None:
    """Say what a writer did: a line, or several, for people (none with ``--quiet``), else the object, which marks a dry
    run."""
    if call.output == TABLE:
        if not call.quiet:
            told = [line] if isinstance(line, str) else line
            print("\n".join(map(harmless, told)) + (f"; {DRY_RUN}" if call.dry_run else ""))
        return
    if call.dry_run:
        fields = [*fields, ("dry_run", "Dry run", True, "flag")]
    if program is not None:
        show_record(call, "", fields, program)
        return
    from bonuscli.render.record import render_record

    render_record(
        "", fields, call.output, sys.stdout, terminal=sys.stdout.isatty(), currency="", digits=0, points_scale=0
    )


def remark(call: Call, text: str) -> None:
    """Something that a person should know besides the result: on stderr, never with ``--quiet``."""
    if not call.quiet:
        print(harmless(text), file=sys.stderr)


def remark_lost(call: Call, instead: str, whose: str = "") -> None:
    """That the points which were just given ended at once; ``whose``: as in " of 3 members"."""
    remark(call, f"the points{whose} ended as they opened: nothing was bought for as long as points last; {instead}")


# How a file is read of which nothing needs to be told.
_PLAINLY = {"encoding": "utf-8", "delimiter": ",", "header": "line 1"}


def remark_reading(call: Call, taken: dict[str, str]) -> None:
    """What was found out about a file that is not read plainly: nothing is guessed without a word."""
    told = [f"{what} {how}" for what, how in taken.items() if _PLAINLY.get(what) != how]
    if told:
        remark(call, f"read as: {', '.join(told)}")


def harmless(line: str) -> str:
    """Lines for people: what somebody wrote into a card, a key or a tag can not steer the terminal."""
    if line.isprintable():
        return line
    from bonuscli.render.cells import visible

    return "\n".join(map(visible, line.split("\n")))


def line_of(
    call: Call, head: str, details: Iterable[str | None], key: str | None = None, replayed: bool = False
) -> str:
    """The one line of a writer: what changed, the figures in brackets, the fresh key or that it was recorded before."""
    told = ", ".join(detail for detail in details if detail)
    line = f"{head} ({told})" if told else head
    if replayed:
        return f"{line}; already recorded"
    return f"{line}; key {key}" if key and key.startswith("#") and not call.dry_run else line


def one_of(value: str | None, allowed: tuple[str, ...], option: str) -> str | None:
    """A value of an option that has few; BonusError ``usage`` with the near one."""
    if value is None or value in allowed:
        return value
    from bonuscli.near import did_you_mean

    near = did_you_mean(value, allowed)
    hint = f"{near} known: {', '.join(allowed)}" if near else f"known: {', '.join(allowed)}"
    raise BonusError("usage", f"{value!r} is no value of {option}", option, hint)


def day_of(text: str | None, option: str) -> int | None:
    """A day number from an option; BonusError ``bad_time``."""
    if text is None:
        return None
    try:
        day = parse_day(text)
        if day < FIRST_DAY:
            raise ValueError(f"{text} is before {format_day(FIRST_DAY)}")
    except ValueError as problem:
        raise BonusError("bad_time", str(problem), option, "write it as 2026-12-31") from None
    return day


def points_text(points: int, program: Program, sign: bool = False) -> str:
    """Points as decimal text; ``sign``: with a plus, as a change is told."""
    return f"{'+' if sign and points >= 0 else ''}{format_decimal(points, program.points.scale)}"


def money_text(minor: int, program: Program) -> str:
    """Money with its currency."""
    return f"{format_decimal(minor, program.digits)} {program.currency}"


def counted(number: int, one: str, other: str | None = None) -> str:
    """A number with its noun.

    >>> counted(1, "lot"), counted(0, "entry", "entries")
    ('1 lot', '0 entries')
    """
    return f"{number} {one if number == 1 else other or one + 's'}"


def opening(points: int, opens_on: int | None, today: int, program: Program) -> str | None:
    """``37 open 2026-12-08`` where points are not open yet."""
    if not points or opens_on is None or opens_on <= today:
        return None
    return f"{points_text(points, program)} open {format_day(opens_on)}"


def expiring(expires_on: int | None) -> str | None:
    """``expire 2027-06-08`` where points ever do."""
    return None if expires_on is None or expires_on >= NEVER else f"expire {format_day(expires_on)}"
