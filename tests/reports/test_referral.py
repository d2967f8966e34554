"""Friends, what they bought, and what both sides got, counted by hand."""

from tests.ledger.conftest import Play
from tests.reports.asking import picked, rows

# 20 points for who brings a friend, 10 for the friend, at the friend's first purchase.
GRANTS = "{referral: {referrer: 20, friend: 10}}"
STORY = """
- {at: 2026-01-01 09:00, enroll: {card: anna, name: Anna}}
- {at: 2026-01-01 09:01, enroll: {card: zoe}}
- {at: 2026-01-02 09:00, enroll: {card: ben, referrer: anna}}
- {at: 2026-01-02 09:01, enroll: {card: cleo, referrer: anna}}
- {at: 2026-01-03 09:00, enroll: {card: dora, referrer: ben}}
- {at: 2026-01-04 10:00, receipt: {id: B1, card: ben, total: "80.00"}}
- {at: 2026-01-05 10:00, receipt: {id: D1, card: dora, total: "50.00"}}
- {at: 2026-01-06 10:00, receipt: {id: D2, card: dora, total: "30.00"}}
- {at: 2026-01-07 10:00, return: {of: D2}}
"""
NAMES = ("card", "friends", "bought", "share_bought", "rewarded", "sales_minor", "referrer_points", "friend_points")


def test_who_brought_whom(play: Play) -> None:
    """Anna brought Ben, who bought, and Cleo, who did not; Ben, a friend himself, brought Dora."""
    found = rows(play(STORY, grants=GRANTS), "referral")
    assert picked(found, *NAMES) == [
        (None, 3, 2, 0.6667, 2, 13_000, 40, 20),
        ("anna", 2, 1, 0.5, 1, 8_000, 20, 10),
        ("ben", 1, 1, 1.0, 1, 5_000, 20, 10),
    ]


def test_friends_are_those_of_the_days(play: Play) -> None:
    """Dora alone joined on the third; a limit cuts the list and not the whole."""
    shop = play(STORY, grants=GRANTS)
    assert picked(rows(shop, "referral", from_="2026-01-03"), "card", "friends") == [(None, 1), ("ben", 1)]
    assert picked(rows(shop, "referral", limit=1), "card", "friends") == [(None, 3), ("anna", 2)]


def test_a_shop_without_referrals(play: Play) -> None:
    """Nobody was brought: one row of zeros."""
    found = rows(play("- {at: 2026-01-01 09:00, enroll: {card: anna}}\n"), "referral")
    assert picked(found, "friends", "bought", "share_bought", "sales_minor") == [(0, 0, None, 0)]
