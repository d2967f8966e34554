"""``bonuscli report``: the reports over a whole shop."""

from typing import Annotated

import typer

from bonuscli.cli.answers import day_of, open_shop, show_table
from bonuscli.cli.options import Call, offline, reader, without
from bonuscli.model import EMPTIED, ENROL
from bonuscli.render.masks import mask
from bonuscli.reports.audit import COLUMNS
from bonuscli.reports.table import TEXT, Column, Table

REPORT_COLUMNS = (
    Column("report", "Report", TEXT),
    Column("command", "Command", TEXT),
    Column("about", "What it tells", TEXT),
)


@offline
def list_reports(call: Call) -> None:
    """Every report with the command that prints it."""
    from bonuscli.cli.registry import COMMANDS
    from bonuscli.reports import REPORTS

    words = {name: name if name in COMMANDS else f"report {name}" for name in REPORTS}
    rows = [(name, f"bonuscli {command}", COMMANDS[command].about) for name, command in words.items()]
    show_table(call, Table("Reports", REPORT_COLUMNS, rows, "", 0, 0))


@without("as_of")
@reader
def audit(
    call: Call,
    actor: Annotated[
        str | None, typer.Option("--actor", metavar="NAME", help="Only what NAME did [everybody].", show_default=False)
    ] = None,
    from_day: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="Recorded on this day or later.", show_default=False)
    ] = None,
    to_day: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help="Recorded before this day.", show_default=False)
    ] = None,
    pii: Annotated[bool, typer.Option("--pii", help="Show card numbers and phones in full.")] = False,
) -> None:
    """Who did what and when: every act that was signed with --actor, in the order in which it was recorded.

    As in: bonuscli report audit --actor olga --from 2026-12-01
    """
    from bonuscli.reports.audit import audit as report

    begins, ends = day_of(from_day, "--from"), day_of(to_day, "--to")
    with open_shop(call).reading(scoring=False) as session:
        calendar = session.calendar
        from_at, to_at = (None if day is None else calendar.start_of(day) for day in (begins, ends))
        table = report(
            session.connection, program=session.program, from_at=from_at, to_at=to_at, actor=actor, iso=calendar.iso,
            points_scale=session.current.points.scale,
        )  # fmt: skip
    show_table(call, table if pii else table._replace(rows=[_masked(row) for row in table.rows]))


def _masked(row: tuple) -> tuple:
    """A row of the audit without whole cards; the number of an enrolment is the card or phone itself."""
    told = dict(zip((column.name for column in COLUMNS), row, strict=True))
    told["card"] = mask(told["card"])
    if told["kind"] == ENROL and not told["number"].startswith(EMPTIED):
        told["number"] = mask(told["number"])
    return tuple(told.values())
