"""What members hold; ``tests.reports.stories`` tells what came and went."""

from tests.ledger.conftest import Play
from tests.reports.asking import picked, rows
from tests.reports.stories import PROGRAM, STORY

AMOUNTS = ("balance", "pending", "held", "available", "deficit", "worth_minor")
# Anna's 15 of A2, of which 6 are put aside; Ben's 4, since his 10 of welcome have expired; Cleo's 20, and 8 to come.
MORE = """
- {at: 2026-02-10 11:00, hold: {id: H, card: anna, points: 6, for: 1d}}
- {at: 2026-02-10 11:01, grant: {card: cleo, points: 8, opens: 3d, lasts: 9d, reason: kind}}
"""


def test_by_tier(play: Play) -> None:
    """Anna alone stands in silver; 9 + 4 + 20 can be spent by three members, 11 each."""
    found = rows(play(STORY + MORE, **PROGRAM), "balances")
    assert picked(found, "tier", "members", "with_points", *AMOUNTS, "average_available") == [
        (None, 3, 3, 39, 8, 6, 33, 0, 3_300, 11.0),
        ("base", 2, 2, 24, 8, 0, 24, 0, 2_400, 12.0),
        ("silver", 1, 1, 15, 0, 6, 9, 0, 900, 9.0),
    ]


def test_by_member(play: Play) -> None:
    """Who can spend most comes first, and the figures are those of the view of balances."""
    shop = play(STORY + MORE, **PROGRAM)
    found = picked(rows(shop, "balances", by="member"), "card", *AMOUNTS, "last_purchase_on")
    assert found == [
        ("cleo", 20, 8, 0, 20, 0, 2_000, None),
        ("anna", 15, 0, 6, 9, 0, 900, "2026-01-02"),
        ("ben", 4, 0, 0, 4, 0, 400, "2026-01-03"),
    ]
    assert picked(rows(shop, "balances", by="member", limit=1), "card") == [("cleo",)]


def test_a_debt_is_no_balance_to_spend(play: Play) -> None:
    """Ten spent that are then taken back are owed: nothing is available, and the balance is below zero."""
    story = """
    - {at: 2026-01-01 09:00, enroll: {card: "1"}}
    - {at: 2026-01-01 10:00, receipt: {id: A, card: "1", total: "10.00"}}
    - {at: 2026-01-02 10:00, redeem: {id: S, card: "1", points: 10}}
    - {at: 2026-01-03 10:00, return: {of: A}}
    """
    assert picked(rows(play(story), "balances"), "tier", "with_points", *AMOUNTS) == [
        (None, 0, -10, 0, 0, 0, 10, 0),
        ("", 0, -10, 0, 0, 0, 10, 0),
    ]
