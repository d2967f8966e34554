"""``bonuscli gift``: the catalogue of gifts, and gifts claimed for points."""

from typing import Annotated, Any

import typer

from bonuscli.cli.answers import line_of, open_shop, points_text, show_change, show_table, writing_of
from bonuscli.cli.options import Call, CardArgument, ReceiptId, reader, without, writer
from bonuscli.reports.table import COUNT, POINTS, TEXT, Column, Table
from bonuscli.units import format_decimal

GIFTS = (
    Column("gift", "Gift", TEXT),
    Column("name", "Name", TEXT),
    Column("points", "Points", POINTS),
    Column("gives", "Gives", TEXT),
    Column("stock", "Stock", COUNT),
    Column("claimed", "Given", COUNT),
    Column("left", "Left", COUNT),
)


@without("as_of")
@reader
def list_gifts(call: Call) -> None:
    """The gifts that points can be given for, and how many of each are left."""
    from bonuscli.services import gifts

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
    rows = [
        (row.gift, row.name, row.points, _gives(row), row.stock, row.claimed, row.left)
        for row in gifts.list_gifts(shop)
    ]
    show_table(call, Table("Gifts", GIFTS, rows, program.currency, program.digits, program.points.scale))


@writer
def claim(
    call: Call,
    gift: Annotated[str, typer.Argument(metavar="GIFT", help="Which gift, by its id in the program.")],
    card: CardArgument,
    receipt_id: ReceiptId = None,
) -> None:
    """Give GIFT to CARD for its points.

    A gift that gives a discount or free delivery leaves a voucher for the next receipt, which quote then tells; one
    that gives a coupon prints its code.  With --receipt-id the same gift on the same receipt is given once.

    As in: bonuscli gift claim mug 2000017
    """
    from bonuscli.services import gifts

    shop = open_shop(call)
    done = gifts.claim(shop, gift, card, receipt_id, writing_of(call))
    with shop.reading(scoring=False) as session:
        program = session.current
    line = line_of(
        call,
        f"{card}  {done.name}  -{points_text(done.points, program)}",
        (f"code {done.code}" if done.code else None, f"balance {points_text(done.balance, program)}"),
        done.key,
        done.replayed,
    )
    fields: list[Any] = [
        ("entry", "Entry", done.entry, "text"),
        ("card", "Card", card, "text"),
        ("gift", "Gift", done.gift, "text"),
        ("name", "Name", done.name, "text"),
        ("points", "Points", done.points, "points"),
        ("gives", "Gives", done.gives, "text"),
        ("code", "Code", done.code, "text"),
        ("receipt_id", "Receipt", done.receipt_id, "text"),
        ("balance", "Balance", done.balance, "points"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields, program)


def _gives(row: Any) -> str:
    if row.rate is not None:
        share = format_decimal(row.rate, 2).rstrip("0").rstrip(".")
        return f"{share}% off the next receipt"
    if row.coupon:
        return f"a code of {row.coupon}"
    return "free delivery of the next receipt" if row.gives == "delivery" else str(row.gives)
