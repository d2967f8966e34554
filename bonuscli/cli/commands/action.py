"""``bonuscli action``: what a member did besides buying, rewarded."""

from typing import Annotated

import typer

from bonuscli.cli.answers import (
    expiring,
    line_of,
    open_shop,
    opening,
    points_text,
    remark_lost,
    show_change,
    writing_of,
)
from bonuscli.cli.options import Call, CardArgument, writer


@writer
def action(
    call: Call,
    card: CardArgument,
    named: Annotated[str, typer.Argument(metavar="ACTION", help="Its id in the program, as in review.")],
    receipt: Annotated[
        str | None, typer.Option("--receipt", metavar="ID", help="The receipt that it is about.", show_default=False)
    ] = None,
    link: Annotated[
        str | None, typer.Option("--link", metavar="URL", help="Where it can be seen.", show_default=False)
    ] = None,
) -> None:
    """Give CARD the points that the program has for ACTION, as often as the program allows.

    As in: bonuscli action 2000017 review --receipt R7
    """
    from bonuscli.services.actions import act

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
        today = session.calendar.day_of(session.now)
    done = act(shop, card, named, receipt, link, writing_of(call))
    line = line_of(
        call,
        f"{card}  {points_text(done.granted, program, sign=True)} for {named}",
        (
            f"balance {points_text(done.balance, program)}",
            opening(done.granted, done.opens_on, today, program),
            expiring(done.expires_on),
        ),
        done.key,
        done.replayed,
    )
    fields = [
        ("entry", "Entry", done.entry, "text"),
        ("card", "Card", card, "text"),
        ("action", "Action", named, "text"),
        ("granted", "Granted", done.granted, "points"),
        ("opens_on", "Opens", done.opens_on, "day"),
        ("expires_on", "Lasts through", done.expires_on, "day"),
        ("balance", "Balance", done.balance, "points"),
        ("pending", "Not open yet", done.pending, "points"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields, program)
    if done.lost:
        remark_lost(call, "give the action a life of its own in the program, as in lasts: 30d")
