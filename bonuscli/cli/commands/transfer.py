"""``bonuscli transfer`` and ``bonuscli card merge``: points that move between members."""

from typing import Annotated

import typer

from bonuscli.cli.answers import line_of, open_shop, points_text, show_change, writing_of
from bonuscli.cli.confirm import ask
from bonuscli.cli.options import Call, takes_negative_numbers, writer

FromCard = Annotated[str, typer.Argument(metavar="FROM", help="The card whose points go.", show_default=False)]
ToCard = Annotated[str, typer.Argument(metavar="TO", help="The card that gets them.", show_default=False)]


@takes_negative_numbers
@writer
def transfer(
    call: Call,
    card: FromCard,
    to_card: ToCard,
    points: Annotated[str, typer.Argument(metavar="POINTS", help="How many open points go over.")],
) -> None:
    """Give POINTS of the card FROM to the card TO; they keep the days on which they expire.

    Points on hold, owed, or not open yet can not be given away.  As in: bonuscli transfer 2000017 2000024 50
    """
    from bonuscli.services.transfers import transfer as move
    from bonuscli.services.writing import read_points

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
        number = read_points(points, session, "POINTS")
    done = move(shop, card, to_card, number, writing_of(call))
    told = points_text(done.transferred, program)
    line = line_of(
        call,
        f"{card}  -{told}, {to_card}  +{told}",
        (f"balances {points_text(done.balance, program)} and {points_text(done.balance_to, program)}",),
        done.key,
        done.replayed,
    )
    fields = [
        ("entry", "Entry", done.entry, "text"),
        ("card", "From", card, "text"),
        ("to_card", "To", to_card, "text"),
        ("transferred", "Transferred", done.transferred, "points"),
        ("balance", "Balance of the first", done.balance, "points"),
        ("balance_to", "Balance of the second", done.balance_to, "points"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields, program)


@writer
def merge(
    call: Call,
    card: FromCard,
    to_card: ToCard,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Merge the member of FROM into that of TO, for good: two cards turned out to be one customer.

    Every point goes over with its days, and so do debts, what counts towards tiers, and the cards, which lead to TO
    from then on.  Open holds of FROM are let go.  Neither may be blocked.  As in: bonuscli card merge 2000024 2000017
    """
    from bonuscli.services.transfers import merge as unite

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
    if not call.dry_run:
        ask(f"Merge {card} into {to_card} for good?", yes)
    done = unite(shop, card, to_card, writing_of(call))
    line = line_of(
        call,
        f"{card} is {to_card} now",
        (
            f"{points_text(done.moved, program)} went over",
            f"{points_text(done.owed, program)} were owed" if done.owed else None,
            f"balance {points_text(done.balance, program)}",
            f"tier {done.tier}" if done.tier else None,
        ),
        done.key,
        done.replayed,
    )
    fields = [
        ("card", "Merged", card, "text"),
        ("to_card", "Into", to_card, "text"),
        ("moved", "Points that went over", done.moved, "points"),
        ("owed", "Points that were owed", done.owed, "points"),
        ("balance", "Balance", done.balance, "points"),
        ("pending", "Not open yet", done.pending, "points"),
        ("tier", "Tier", done.tier, "text"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields, program)
