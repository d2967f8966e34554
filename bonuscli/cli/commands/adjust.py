"""``bonuscli adjust``: points given or taken by hand."""

from typing import Annotated

import typer

from bonuscli.cli.answers import line_of, open_shop, points_text, remark_lost, show_change, writing_of
from bonuscli.cli.options import Call, CardArgument, takes_negative_numbers, writer


@takes_negative_numbers
@writer
def adjust(
    call: Call,
    card: CardArgument,
    points: Annotated[str, typer.Argument(metavar="±POINTS", help="+50 gives, -50 takes.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept.", show_default=False)],
) -> None:
    """Give points to CARD or take them, for a reason that is kept; more than there is can not be taken.

    As in: bonuscli adjust 2000017 +50 --reason "cold coffee"
    """
    from bonuscli.services.redeem import adjust as change
    from bonuscli.services.writing import read_points

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
        number = read_points(points, session, "POINTS")
    done = change(shop, card, number, reason, writing_of(call))
    line = line_of(
        call,
        f"{card}  {points_text(done.adjusted, program, sign=True)}",
        (f"balance {points_text(done.balance, program)}",),
        done.key,
        done.replayed,
    )
    fields = [
        ("entry", "Entry", done.entry, "text"),
        ("card", "Card", card, "text"),
        ("adjusted", "Adjusted", done.adjusted, "points"),
        ("balance", "Balance", done.balance, "points"),
        ("pending", "Not open yet", done.pending, "points"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields, program)
    if done.lost:
        remark_lost(call, "give some that last with `bonuscli grant CARD POINTS --lasts 30d`")
