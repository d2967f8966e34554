"""The seven figures in the owner's words: what each is called and what it says, for people who read no definitions.

``bonuscli kpi`` has the exact names; the README's table and the dashboard's cards show these.
"""

from typing import NamedTuple


class Word(NamedTuple):
    """``title``: as a heading; ``about``: one sentence on what is counted; ``made``: what it is made of, with places
    for numerator and denominator; ``beside``: the figures that explain it."""

    title: str
    about: str
    made: str | None = None
    beside: tuple[str, ...] = ()


# The seven, in the order of the contract.
SEVEN = {
    "participation": Word(
        "Participation",
        "Members who bought, of all who bought: a receipt without a card counts as one more buyer.",
        "{} members of {} buyers",
        ("participation_by_receipts", "participation_by_revenue"),
    ),
    "average_balance": Word(
        "Average balance",
        "Points that members can spend at the end of these days, over all members.",
        "{} of {} members",
    ),
    "redemption_frequency": Word(
        "Redemption frequency",
        "Of the receipts with a card, those that were paid with points, in part at least.",
        "{} of {} receipts with a card",
    ),
    "average_receipt_with_points": Word(
        "Average receipt with points",
        "What a receipt comes to on which points were spent, before the points are taken off.",
        "{} on {} receipts",
        ("average_receipt_without_points",),
    ),
    "repeat_purchase": Word(
        "Repeat purchase",
        "Of the members who joined in these days, those who bought again within 30 days.",
        "{} of {} new members",
        ("repeat_purchase_full_days",),
    ),
    "share_of_sales_with_points": Word(
        "Share of sales with points",
        "The revenue of receipts on which points were spent, of all revenue.",
        "{} of {}",
        ("share_of_receipts_with_points",),
    ),
    "average_receipt_uplift": Word(
        "Average receipt uplift",
        "How much more a member's receipt comes to than one without a card. Good customers join, so it proves nothing.",
        None,
        ("average_receipt_of_members", "average_receipt_of_guests"),
    ),
}
BESIDE = {
    "participation_by_receipts": "Receipts with a card, of all receipts",
    "participation_by_revenue": "Their revenue, of all revenue",
    "average_receipt_without_points": "Without points",
    "repeat_purchase_full_days": "Have had all 30 days",
    "share_of_receipts_with_points": "Their receipts, of all receipts",
    "average_receipt_of_members": "Members",
    "average_receipt_of_guests": "Without a card",
}
