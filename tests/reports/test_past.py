"""``--as-of``: what members held in the evening of a past day, by hand; the real receipts are in tests/independent."""

import pytest

from bonuscli.errors import BonusError
from tests.ledger.conftest import Play
from tests.reports.asking import picked, rows

TIERS = '{by: spend, window: 1mo, downgrade: one-level, levels: [{id: base, from: "0"}, {id: silver, from: "50.00"}]}'
POINTS = '{name: {one: point, other: points}, value: "1.00", opens: {after: 2d}, lasts: {for: 20d}}'
# Anna's 60 points open on 3 January and end on the 23rd; 10 are spent, 10 held for a day, 20 taken back.
STORY = """
- {at: 2026-01-01 09:00, enroll: {card: anna}}
- {at: 2026-01-01 10:00, receipt: {id: A, card: anna, total: "60.00"}}
- {at: 2026-01-04 10:00, redeem: {card: anna, points: 10}}
- {at: 2026-01-05 10:00, hold: {id: h, card: anna, points: 10, for: 2d}}
- {at: 2026-01-06 10:00, release: {hold: h}}
- {at: 2026-01-07 10:00, return: {of: A, amount: "20.00"}}
- {at: 2026-02-20 10:00, receipt: {id: B, card: anna, total: "5.00"}}
"""
EVENINGS = {
    # day: (balance, pending, held, available)
    "2026-01-01": (0, 60, 0, 0),
    "2026-01-03": (60, 0, 0, 60),
    "2026-01-04": (50, 0, 0, 50),
    "2026-01-05": (50, 0, 10, 40),
    "2026-01-06": (50, 0, 0, 50),
    "2026-01-07": (30, 0, 0, 30),
    "2026-01-23": (30, 0, 0, 30),
    "2026-01-24": (0, 0, 0, 0),
}


@pytest.mark.parametrize("day", EVENINGS)
def test_balances(play: Play, day: str) -> None:
    """Open, pending and held points of each evening, whatever has become of them."""
    shop = play(STORY, points=POINTS)
    found = rows(shop, "balances", as_of=day, by="member")
    assert picked(found, "balance", "pending", "held", "available") == [EVENINGS[day]]
    assert picked(found, "last_purchase_on") == [("2026-01-01",)]


def test_nobody_is_there_before_he_joined(play: Play) -> None:
    """Nobody was a member on the last day of the year before."""
    shop = play(STORY, points=POINTS)
    assert rows(shop, "balances", as_of="2025-12-31", by="member") == []
    assert rows(shop, "expiring", as_of="2025-12-31") == []


def test_expiring_and_liability(play: Play) -> None:
    """In the evening of the 5th 40 open points end on the 23rd, and 10 on hold are owed beside them."""
    shop = play(STORY, points=POINTS)
    found = rows(shop, "expiring", as_of="2026-01-05")
    assert picked(found, "expires_on", "days_left", "points") == [("2026-01-23", 18, 40)]
    (whole, month) = rows(shop, "liability", as_of="2026-01-05")
    assert picked([whole, month], "month", "open", "held", "points") == [(None, 40, 10, 50), ("2026-01", 40, 10, 50)]


def test_levels(play: Play) -> None:
    """Silver by 60.00, after a month without purchases base again: who rose and fell by that day, sales by then."""
    shop = play(STORY, points=POINTS, tiers=TIERS)
    columns = ("tier", "members", "risen", "fallen", "revenue_minor")
    then = rows(shop, "tiers", as_of="2026-01-06")
    assert picked(then, *columns)[1:] == [("base", 0, 0, 0, 6000), ("silver", 1, 1, 0, 0)]
    now = rows(shop, "tiers")
    assert picked(now, *columns)[1:] == [("base", 1, 0, 1, 4500), ("silver", 0, 1, 0, 0)]


def test_a_window_beyond_the_day_is_refused(play: Play) -> None:
    """Sales after the evening that is asked about are none of it."""
    shop = play(STORY, points=POINTS, tiers=TIERS)
    with pytest.raises(BonusError, match="after the day of --as-of"):
        rows(shop, "tiers", as_of="2026-01-06", to="2026-01-08")


def test_who_keeps_a_level_has_not_fallen(play: Play) -> None:
    """A level that is renewed by a month of purchases is no move."""
    story = """
    - {at: 2026-01-01 09:00, enroll: {card: anna}}
    - {at: 2026-01-01 10:00, receipt: {id: A, card: anna, total: "60.00"}}
    - {at: 2026-01-20 10:00, receipt: {id: B, card: anna, total: "60.00"}}
    - {at: 2026-02-10 10:00, receipt: {id: C, card: anna, total: "1.00"}}
    """
    found = rows(play(story, tiers=TIERS), "tiers")
    assert picked(found, "tier", "members", "joined", "risen", "fallen") == [
        (None, 1, 1, 1, 0), ("base", 0, 1, 0, 0), ("silver", 1, 0, 1, 0),
    ]  # fmt: skip
