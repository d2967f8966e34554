"""``bonuscli kpi``: the seven figures."""

import os
import sys
from typing import Annotated

import typer

from bonuscli.cli.answers import TABLE, day_of, one_of, open_shop, show_table
from bonuscli.cli.options import Call, reader, without


@without("as_of")
@reader
def kpi(
    call: Call,
    from_day: Annotated[
        str | None,
        typer.Option("--from", metavar="DAY", help="The first day [that of the first receipt].", show_default=False),
    ] = None,
    to_day: Annotated[
        str | None,
        typer.Option("--to", metavar="DAY", help="The day after it [after the last receipt].", show_default=False),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="month|shop|tier", help="One row a group too.", show_default=False)
    ] = None,
    advice: Annotated[
        bool, typer.Option("--advice", help="The program's targets, and what moves a figure that misses its own.")
    ] = False,
) -> None:
    """The seven figures that tell whether the program works, each with what it is made of.

    Days are those of the shop's clock; --from 2026-12-01 --to 2027-01-01 is December. Without both: from the first
    receipt's day through the last one's. On a terminal --by month draws the trend of each figure.
    """
    from bonuscli.reports.advice import advised
    from bonuscli.reports.kpi import BY
    from bonuscli.reports.kpi import kpi as report
    from bonuscli.reports.periods import days_with_receipts

    one_of(by, BY, "--by")
    begins, ends = day_of(from_day, "--from"), day_of(to_day, "--to")
    with open_shop(call).reading() as session:
        program = session.current
        calendar = program.calendar
        today = calendar.day_of(session.now)
        first, last = days_with_receipts(session.connection) or (today, today)
        if ends is None:
            ends = max(last + 1, begins or 0)
        if begins is None:
            begins = min(first, ends)
        table = report(
            session.connection, program=session.program, from_day=begins, to_day=ends, by=by,
            start_of=calendar.start_of, currency=program.currency, digits=program.digits,
            points_scale=program.points.scale,
        )  # fmt: skip
        targets = program.kpi_targets
    if advice:
        table = advised(table, targets)
    if by == "month" and call.output == TABLE and _draws():
        from bonuscli.render.sparks import with_trend

        table = with_trend(table, by)
    show_table(call, table)


def _draws() -> bool:
    """Whether people look at standard output on a terminal that can show blocks; a pipe never gets any."""
    from bonuscli.render.sparks import STEPS

    try:
        STEPS.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return sys.stdout.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")
