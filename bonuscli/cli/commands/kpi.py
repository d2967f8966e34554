"""``bonuscli kpi``: the seven figures."""

import os
import sys
from functools import partial
from typing import Annotated

import typer

from bonuscli.cli.answers import TABLE, day_of, one_of, open_shop
from bonuscli.cli.commands.report import Format, Out, show_or_write
from bonuscli.cli.options import Call, FromDay, ToDay, reader, without
from bonuscli.cli.out_file import Force
from bonuscli.errors import BonusError
from bonuscli.render.files import chosen_format
from bonuscli.reports.table import Table


@without("as_of")
@reader
def kpi(
    call: Call,
    from_day: FromDay = None,
    to_day: ToDay = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="month|shop|tier|tag", help="One row a group too.", show_default=False)
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option("--compare", metavar="previous", help="Beside the days before.", show_default=False),
    ] = None,
    advice: Annotated[
        bool, typer.Option("--advice", help="The program's targets, and what moves a figure that misses its own.")
    ] = False,
    out: Out = None,
    file_format: Format = None,
    force: Force = False,
) -> None:
    """The seven figures that tell whether the program works, each with what it is made of.

    Days are those of the shop's clock; --from 2026-12-01 --to 2027-01-01 is December. Without both: from the first
    receipt's day through the last one's. --compare previous sets the days before beside them, as many or as many whole
    months, and the change: of shares in percentage points (pp), of all else in per cent. On a terminal --by month draws
    the trend of each figure. --out kpi.xlsx writes them as a file.
    """
    from bonuscli.reports.advice import advised
    from bonuscli.reports.kpi import BY

    one_of(by, BY, "--by")
    one_of(compare, ("previous",), "--compare")
    if compare and by == "month":
        raise BonusError("usage", "months stand beside each other already", "--compare", "leave one of them out")
    file = None if out == "-" else out
    chosen = chosen_format(file_format, file) if out or file_format else None  # before anything is read
    table, targets = _figures(call, day_of(from_day, "--from"), day_of(to_day, "--to"), by, compare is not None)
    if advice:
        table = advised(table, targets)
    if by == "month" and chosen is None and call.output == TABLE and _draws():
        from bonuscli.render.sparks import with_trend

        table = with_trend(table, by)
    show_or_write(call, table, file, chosen, force)


def _figures(
    call: Call, begins: int | None, ends: int | None, by: str | None, compare: bool
) -> tuple[Table, dict[str, int]]:
    """The figures, beside those of the days before where asked, and the program's targets."""
    from bonuscli.reports.kpi import kpi as report
    from bonuscli.reports.periods import days_with_receipts
    from bonuscli.reports.previous import compared, days_before

    with open_shop(call).reading() as session:
        program = session.current
        calendar = program.calendar
        today = calendar.day_of(session.now)
        first, last = days_with_receipts(session.connection) or (today, today)
        if ends is None:
            ends = max(last + 1, begins or 0)
        if begins is None:
            begins = min(first, ends)
        ask = partial(
            report, session.connection, program=session.program, by=by, start_of=calendar.start_of,
            currency=program.currency, digits=program.digits, points_scale=program.points.scale,
        )  # fmt: skip
        table = ask(from_day=begins, to_day=ends)
        if compare:
            earlier, until = days_before(begins, ends)
            table = compared(table, ask(from_day=earlier, to_day=until) if first <= earlier < until else None)
        return table, program.kpi_targets


def _draws() -> bool:
    """Whether people look at standard output on a terminal that can show blocks; a pipe never gets any."""
    from bonuscli.render.sparks import STEPS

    try:
        STEPS.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return sys.stdout.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")
