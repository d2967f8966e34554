"""``bonuscli import sniff`` and ``import unmapped``: looks at files that book nothing.

Both are words after ``import``, whatever lies in the folder: what a script means must not depend on which files are
there.  A file of such a name is ./sniff; and taken for the word by mistake, it is looked at and nothing is written.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from bonuscli.cli.answers import TABLE, counted, money_text, open_shop, remark, show_record, show_table
from bonuscli.cli.commands.imports import ProfileOption
from bonuscli.cli.options import Call, reader, whole_number, without
from bonuscli.cli.out_file import Force, out_file
from bonuscli.cli.progress import progress_bar
from bonuscli.errors import EXIT_BAD_INPUT
from bonuscli.model import Program, Receipt
from bonuscli.render.masks import mask
from bonuscli.render.record import OBJECT, ROWS
from bonuscli.reports.table import COUNT, INSTANT, MONEY, TEXT, Column, Table

RECEIPT_COLUMNS = (
    *(Column("receipt_id", "Receipt", TEXT), Column("kind", "Kind", TEXT), Column("at", "Time", INSTANT)),
    *(Column("shop", "Shop", TEXT), Column("till", "Till", TEXT), Column("card", "Card", TEXT)),
    *(Column("lines", "Lines", COUNT), Column("total_minor", "Total", MONEY), Column("goods", "Goods", TEXT)),
)
UNMAPPED_COLUMNS = (
    *(Column("name", "Name", TEXT), Column("sku", "Number", TEXT)),
    *(Column("lines", "Lines", COUNT), Column("amount_minor", "Money", MONEY)),
)
_GOODS_SHOWN = 3


@without("as_of")
@reader
def sniff(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, Excel, ODS, JSON or XML.", readable=False)],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the proposed profile into this file.", show_default=False),
    ] = None,
    force: Force = False,
    pii: Annotated[bool, typer.Option("--pii", help="Show card numbers in full.")] = False,
) -> int | None:
    """Say which profile fits FILE, or propose one, and show the first receipts as they would be read.

    Nothing is booked. Read the proposal before you use it.

    As in: bonuscli import sniff day.xlsx --out till.yaml
    """
    from bonuscli.services.sniffing import sniff as look

    with open_shop(call).reading(scoring=False) as session:
        program, measures = session.current, session.measures
    found = look(file, measures)
    if out is not None and found.text is not None:
        with out_file(out, binary=False, replace=force) as stream:
            stream.write(found.text)
    receipts = [_row_of(receipt, program, pii) for receipt in found.receipts]
    people = call.output == TABLE
    fields: list[Any] = [
        ("profile", "Profile that fits", found.profile, "text"),
        ("read_as", "Read as", ", ".join(f"{what} {how}" for what, how in found.taken.items()) or None, "text"),
        ("columns", "Columns", *(_columns_told(found.matched) if people else (_columns_of(found.matched), OBJECT))),
        ("unused", "Columns not read", ", ".join(found.unused) or None, "text"),
        ("missing", "Not found", ", ".join(found.missing) or None, "text"),
        ("proposal", "", None if people else found.text, "text"),
        ("currency", "Currency", None if people else program.currency, "text"),
        ("receipts", "", Table("", RECEIPT_COLUMNS, receipts, program.currency, program.digits, 0), ROWS),
    ]
    show_record(call, f"{file}", fields, program)
    if people and found.text is not None and out is None:
        print(f"\n{found.text}", end="")
    if found.text is not None:
        saved = f"is in {out}: read it" if out is not None else "is above: save it with --out till.yaml, read it"
        remark(call, f"the proposed profile {saved}, then: bonuscli import {file} --profile {out or 'till.yaml'}")
    for reject in found.rejects:
        remark(call, f"line {reject.line} would be rejected: {reject.reason}")
    if found.profile is None and found.text is None:
        remark(
            call, "no profile fits this file, and none can be proposed: it needs at least a number, a time and a sum"
        )
        return EXIT_BAD_INPUT
    return None


def _columns_told(matched: tuple[tuple[str, str], ...]) -> tuple[str | None, str]:
    return ", ".join(f"{field}: {name}" for field, name in matched) or None, "text"


def _columns_of(matched: tuple[tuple[str, str], ...]) -> list[Any]:
    return [(field, field, name, "text") for field, name in matched]


def _row_of(receipt: Receipt, program: Program, pii: bool) -> tuple[Any, ...]:
    names = [name for line in receipt.lines if (name := line.name or line.sku)]
    goods = ", ".join(names[:_GOODS_SHOWN]) + (", ..." if len(names) > _GOODS_SHOWN else "")
    card = receipt.card or receipt.phone or None
    return (
        *(receipt.number, "sale" if receipt.kind == "receipt" else receipt.kind, program.calendar.iso(receipt.at)),
        *(receipt.shop, receipt.till, card if pii else mask(card), len(receipt.lines)),
        *(sum(line.amount for line in receipt.lines), goods),
    )


@without("as_of")
@reader
def unmapped(
    call: Call,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="As of import; a folder stands for its files.", readable=False),
    ],
    profile: ProfileOption = "canonical",
    limit: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Only so many, the most money first [all].", parser=whole_number(1), show_default=False
        ),
    ] = None,
) -> None:
    """List the goods of FILEs that have no category under a profile, the most money first. Nothing is booked.

    What is listed belongs into the profile's category_map, or passes by every rule that names categories.

    As in: bonuscli import unmapped day.xlsx --profile till.yaml --limit 20
    """
    from bonuscli.services import ingest
    from bonuscli.services.inbox import Inbox
    from bonuscli.services.unmapped import unmapped as look

    chosen = ingest.profile_named(profile)
    with open_shop(call).reading(scoring=False) as session:
        program, measures = session.current, session.measures
    paths = [path for path, _ in Inbox(database=call.db).inputs(files)]
    with progress_bar(call) as progress:
        found = look(paths, chosen, measures, progress)
    names = found.names[:limit]
    head = (
        *(("names", COUNT, len(found.names)), ("lines", COUNT, found.lines), ("amount_minor", MONEY, found.amount)),
        *(("beyond", COUNT, found.beyond), ("rejected", COUNT, found.rejected)),
    )
    rows = [tuple(each) for each in names]
    show_table(
        call, Table("Goods without a category", UNMAPPED_COLUMNS, rows, program.currency, program.digits, 0, head)
    )
    without_category = sum(each.lines for each in found.names) + found.beyond
    money = money_text(sum(each.amount for each in found.names), program)
    remark(
        call,
        f"{counted(len(found.names), 'article')} without a category: {without_category} of "
        f"{counted(found.lines, 'line')}, {money} of {money_text(found.amount, program)}",
    )
    if len(names) < len(found.names) or found.beyond:
        more = len(found.names) - len(names)
        remark(call, f"not listed: {counted(more, 'article')}" + (" and many more" if found.beyond else ""))
    if found.rejected:
        remark(call, f"{counted(found.rejected, 'receipt')} could not be read; an import tells why")
