"""``bonuscli redeem``: points spent, before or without a receipt."""

from typing import Annotated

import typer

from bonuscli.cli.answers import line_of, money_text, open_shop, points_text, show_change, writing_of
from bonuscli.cli.commands.receipts import Confirmed, ReceiptId
from bonuscli.cli.options import Call, CardArgument, takes_negative_numbers, writer


@takes_negative_numbers
@writer
def redeem(
    call: Call,
    card: CardArgument,
    points: Annotated[str, typer.Argument(metavar="POINTS", help="How many points are spent.")],
    receipt_id: ReceiptId = None,
    total: Annotated[
        str | None, typer.Option(metavar="MONEY", help="The receipt's total, to check its limits.", show_default=False)
    ] = None,
    confirmed: Confirmed = False,
) -> None:
    """Spend POINTS of CARD.

    With --receipt-id the points pay for a receipt that comes later (accrue takes them as paid); with --total the
    program's limits of a receipt are checked as well.

    As in: bonuscli redeem 2000017 60 --receipt-id R7 --total 1250.00
    """
    from bonuscli.services.redeem import redeem as spend
    from bonuscli.services.writing import read_money, read_points

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
        number = read_points(points, session, "POINTS")
        total_minor = None if total is None else read_money(total, session, "--total")
    done = spend(shop, card, number, receipt_id, total_minor, confirmed, writing_of(call))
    line = line_of(
        call,
        f"{card}  -{points_text(done.redeemed, program)}",
        (f"worth {money_text(done.worth_minor, program)}", f"balance {points_text(done.balance, program)}"),
        done.key,
        done.replayed,
    )
    fields = [
        ("entry", "Entry", done.entry, "text"),
        ("card", "Card", card, "text"),
        ("redeemed", "Spent", done.redeemed, "points"),
        ("worth_minor", "Worth", done.worth_minor, "money"),
        ("balance", "Balance", done.balance, "points"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields, program)
