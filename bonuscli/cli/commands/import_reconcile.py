"""``bonuscli import reconcile``: what is stored against the totals of days that tills tell on another way."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bonuscli.cli.answers import TABLE, counted, money_text, open_shop, remark, show_record, show_table
from bonuscli.cli.options import Call, reader, without
from bonuscli.days import format_day
from bonuscli.errors import EXIT_FINDINGS, BonusError
from bonuscli.near import did_you_mean
from bonuscli.reports.table import COUNT, DAY, MIXED, MONEY, TEXT, UNIT, Cell, Column, Table

COLUMNS = (
    *(Column("day", "Day", DAY), Column("shop", "Shop", TEXT), Column("till", "Till", TEXT)),
    *(
        Column("figure", "Figure", TEXT),
        Column("unit", "Unit", UNIT),
        Column("told", "File", MIXED),
        Column("stored", "Stored", MIXED),
    ),
    *(Column("difference", "Difference", MIXED), Column("cause", "Cause", TEXT), Column("why", "Why", TEXT)),
    *(Column("names", "Named", TEXT), Column("line", "Line", COUNT)),
)
FIELDS = ("day", "shop", "till", "receipts", "total", "returns")


@without("as_of")
@reader
def reconcile(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A Z-report or day totals: CSV, Excel, ODS or 1C XML.")],
    columns: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="FIELD=NAME", help="The file's own name of a column; may be repeated."),
    ] = None,
) -> int | None:
    """Compare what is stored with the totals of days in FILE, and name each difference with its likely cause.

    Columns: day, shop, till, receipts, total, returns; a day and a total must be there. Differences end with 6.

    As in: bonuscli import reconcile z-report.xlsx --column "total=Sum of the shift"
    """
    from bonuscli.services.reconcile import RECEIPTS
    from bonuscli.services.reconcile import reconcile as compare

    shop = open_shop(call)
    found = compare(shop, file, dict(map(_column, columns or ())))
    with shop.reading(scoring=False) as session:
        program = session.current

    def row(each: Any) -> tuple[Any, ...]:
        kind = COUNT if each.measure == RECEIPTS else MONEY
        figures = (Cell(kind, figure) for figure in (each.told, each.stored, each.difference))
        cause = (each.cause.code, each.cause.text, ", ".join(filter(None, each.cause.names)) or None)
        return (each.day, each.shop, each.till, each.measure, kind, *figures, *cause, each.line or None)

    table = Table("Differences", COLUMNS, [row(each) for each in found.differences], found.currency, found.digits, 0)
    summary: list[Any] = [
        ("from", "From", found.first, "day"),
        ("through", "Through", found.last, "day"),
        ("days", "Days compared", found.days, "count"),
        ("net", "Totals are less returns", found.net, "flag"),
        ("told_minor", "The file says", found.told, "money"),
        ("stored_minor", "Stored", found.stored, "money"),
        (
            "others",
            "Shops not in the file",
            ", ".join(f"{name or 'without a name'} ({count})" for name, count in found.others) or None,
            "text",
        ),
        ("differences", "", table, "rows"),
    ]
    if call.output in (TABLE, "json", "jsonl"):
        show_record(call, f"{file}", summary, program)
    else:
        show_table(call, table)
    if not found.differences:
        remark(
            call, f"{counted(found.days, 'day')} of shops agree, {format_day(found.first)} to {format_day(found.last)}"
        )
        return None
    off = money_text(found.told - found.stored, program)
    remark(call, f"{counted(len(found.differences), 'difference')}, {off} in all; a cause is likely, not proven")
    return EXIT_FINDINGS


def _column(text: str) -> tuple[str, str]:
    field, equals, name = text.partition("=")
    if not equals or not name or field not in FIELDS:
        hint = did_you_mean(field, FIELDS) or f"write it as total=NAME; fields: {', '.join(FIELDS)}"
        raise BonusError("usage", f"{text!r} names no column", "--column", hint)
    return field, name
