"""``bonuscli balance``: what a till asks many times an hour, so it loads as little as can be."""

from __future__ import annotations

import sys

from bonuscli.render.record import render_record
from bonuscli.services.glance import Glance, glance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bonuscli.cli.call import Call


def balance(call: Call, card: str) -> None:
    """What CARD holds now; with --as-of, at the end of that day or at that instant, past or to come."""
    found = (glance(call.db, call.program, card) if call.as_of is None else None) or _look(call, card)
    next_day, next_points = found.next_expiry
    currency, digits, points_scale = found.scale
    fields = [
        ("card", "Card", card, "text"),
        ("member", "Member", found.member, "count"),
        ("currency", "Currency", currency, "text"),
        ("balance", "Balance", found.balance, "points"),
        ("pending", "Not open yet", found.pending, "points"),
        ("held", "On hold", found.held, "points"),
        ("available", "Available", found.available, "points"),
        ("deficit", "Owed", found.deficit, "points"),
        ("tier", "Tier", found.tier, "text"),
        ("tier_until", "Tier held through", found.tier_until, "day"),
        (
            "next_expiry",
            "Next expiry",
            [("day", "Next expiry", next_day, "day"), ("points", "Points that expire then", next_points, "points")],
            "object",
        ),
        ("worth_minor", "Worth", found.worth_minor, "money"),
    ]
    render_record(
        f"Card {card}", fields, call.output, sys.stdout, terminal=sys.stdout.isatty(), currency=currency,
        digits=digits, points_scale=points_scale,
    )  # fmt: skip


def _look(call: Call, card: str) -> Glance:
    """What a look at the account says, where a glance at its rows does not do."""
    from bonuscli.cli.answers import open_shop
    from bonuscli.services import lookup

    with open_shop(call).reading(scoring=False) as session:
        found = lookup.balance(session, card, call.as_of)
        program = session.current
    figures = found.figures
    return Glance(
        found.member, figures.balance, figures.pending, figures.held, figures.available, figures.deficit, figures.tier,
        figures.tier_until, figures.next_expiry or (None, None), found.worth_minor,
        (program.currency, program.digits, program.points.scale),
    )  # fmt: skip
