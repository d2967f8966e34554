"""``bonuscli explain``: why a receipt earned what it earned."""

from typing import Annotated

import typer

from bonuscli.cli.answers import TABLE, open_shop, show_record
from bonuscli.cli.commands.receipts import steps_table
from bonuscli.cli.options import Call, reader, without
from bonuscli.render.masks import mask
from bonuscli.reports.table import COUNT, DAY, POINTS, Column, Table

LOT_COLUMNS = (
    Column("lot", "Lot", COUNT),
    Column("points", "Points", POINTS),
    Column("opens_on", "Opens", DAY),
    Column("expires_on", "Lasts through", DAY),
    Column("remaining", "Left", POINTS),
)


@without("as_of")
@reader
def explain(
    call: Call,
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help="The number of the receipt.")],
    source: Annotated[
        str | None,
        typer.Option(
            metavar="SHOP/TILL", help="Where the receipt is from, if two have its number.", show_default=False
        ),
    ] = None,
    pii: Annotated[bool, typer.Option("--pii", help="Show the card in full.")] = False,
) -> None:
    """Why RECEIPT earned what it earned: every rule, what it gave, and why another gave nothing.

    The receipt is scored again with the program version of its time, and must give what the ledger says.
    """
    from bonuscli.services.explain import explain as ask

    shop = open_shop(call)
    with shop.reading() as session:
        program = session.current
    told = ask(shop, receipt, source or "")
    lots = Table("Lots", LOT_COLUMNS, list(told.lots), program.currency, program.digits, program.points.scale)
    card = told.card if pii else mask(told.card)
    title = f"Receipt {told.receipt_id} of {card or 'nobody'}, {program.calendar.iso(told.at)}"
    about = [
        ("redeemed", "Spent", told.redeemed, "points"),
        ("card", "Card", card, "text"),
        ("at", "At", program.calendar.iso(told.at), "instant"),
    ]
    fields = [
        ("receipt_id", "Receipt", told.receipt_id, "text"),
        ("program", "Program", told.program, "text"),
        ("earned", "Earned", told.earned, "points"),
        *(about if call.output == TABLE else ()),
        ("steps", "Steps", steps_table(told.steps), "rows"),
        ("lots", "Lots", lots, "rows"),
    ]
    show_record(call, title, fields, program)
