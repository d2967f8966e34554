"""``bonuscli balance``: what a till asks many times an hour, so it loads as little as can be."""

from bonuscli.cli.answers import open_shop, show_record
from bonuscli.cli.options import Call, CardArgument, reader


@reader
def balance(call: Call, card: CardArgument) -> None:
    """What CARD holds now; with --as-of, at the end of that day or at that instant, past or to come."""
    from bonuscli.services import lookup

    with open_shop(call).reading(scoring=False) as session:
        found = lookup.balance(session, card, call.as_of)
        program = session.current
    figures = found.figures
    next_day, next_points = figures.next_expiry or (None, None)
    fields = [
        ("card", "Card", card, "text"),
        ("member", "Member", found.member, "count"),
        ("currency", "Currency", program.currency, "text"),
        ("balance", "Balance", figures.balance, "points"),
        ("pending", "Not open yet", figures.pending, "points"),
        ("held", "On hold", figures.held, "points"),
        ("available", "Available", figures.available, "points"),
        ("deficit", "Owed", figures.deficit, "points"),
        ("tier", "Tier", figures.tier, "text"),
        ("tier_until", "Tier held through", figures.tier_until, "day"),
        (
            "next_expiry",
            "Next expiry",
            [("day", "Next expiry", next_day, "day"), ("points", "Points that expire then", next_points, "points")],
            "object",
        ),
        ("worth_minor", "Worth", found.worth_minor, "money"),
    ]
    show_record(call, f"Card {card}", fields, program)
