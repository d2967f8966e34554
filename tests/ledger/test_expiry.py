# ruff: noqa: E501 (a step of a sequence is a line, however long)
"""What passes its last day: late bookings, goods that come back after it, and points that come back after it."""

import sqlite3
from contextlib import closing

import pytest

from bonuscli.services.shop import Shop
from tests.ledger.conftest import Play

MONTH = 'points: {name: {one: point, other: points}, value: "1.00", lasts: {for: 1mo, from: accrual}}'
POINTS = MONTH.removeprefix("points: ")


def ledger(shop: Shop) -> list[tuple]:
    """(kind, points, at, opens_on, expires_on) of all entries, in order."""
    with closing(sqlite3.connect(shop.path)) as connection:
        return connection.execute(
            "SELECT kind, points, at, opens_on, expires_on FROM entries ORDER BY account, n"
        ).fetchall()


LATE = """
- {at: 2026-01-01 09:00, enroll: {card: "1"}}
- {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}, expect: {earned: 100}}
- {at: 2026-01-20 10:00, receipt: {id: B, total: "50.00"}, expect: {earned: 50, balance: 150}}
%s
- {at: 2026-02-10 10:00, redeem: {points: 60}, expect: {refused: insufficient_points, balance: 50}}
- {at: 2026-02-10 10:01, redeem: {points: 40}, expect: {redeemed: 40, balance: 10, lots: {A: 0, B: 10}}}
"""


def test_a_late_redemption_meets_the_same_lots_with_and_without_an_earlier_expire(play: Play, tmp_path) -> None:
    """What expired on 2 February is gone on the 10th, whether or not cron has run, and the ledgers are equal."""
    without = ledger(play(LATE % "", points=POINTS))
    (tmp_path / "shop").rename(tmp_path / "first")
    cron = "- {at: 2026-02-02 03:00, expire: {}, expect: {expired: 100, balance: 50}}"
    assert ledger(play(LATE % cron, points=POINTS)) == without
    assert [(kind, points) for kind, points, *_ in without] == [
        ("accrual", 100), ("accrual", 50), ("expiry", -100), ("redemption", -40),
    ]  # fmt: skip


def test_expire_a_second_time_writes_nothing(play: Play) -> None:
    """An expiry is booked once."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-02-02 03:00, expire: {}, expect: {expired: 100, entries: 1}}
        - {at: 2026-02-02 03:05, expire: {}, expect: {expired: 0, entries: 0}}
        """,
        points=POINTS,
    )


def test_goods_returned_after_their_points_expired_take_nothing_more(play: Play) -> None:
    """What expired of the receipt's own lot is set against the take-back."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, lines: [{sku: G, quantity: 2, amount: "100.00"}]}, expect: {earned: 100}}
        - {at: 2026-01-30 10:00, receipt: {id: B, total: "70.00"}, expect: {balance: 170}}
        - {at: 2026-02-05 10:00, return: {id: X1, of: A, lines: [{sku: G, quantity: 1}]}, expect: {reversed: 0, pay_back: "50.00", balance: 70}}
        - {at: 2026-02-05 11:00, return: {id: X2, of: A}, expect: {reversed: 0, pay_back: "50.00", balance: 70, deficit: 0}}
        """,
        points=POINTS,
    )


def test_goods_returned_after_half_of_their_points_expired_take_the_other_half(play: Play) -> None:
    """60 of 100 were spent and 40 expired: a whole return takes back the 60, which are owed."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, lines: [{sku: G, quantity: 2, amount: "100.00"}]}, expect: {earned: 100}}
        - {at: 2026-01-10 10:00, redeem: {points: 60}, expect: {balance: 40}}
        - {at: 2026-02-05 10:00, return: {id: X1, of: A, lines: [{sku: G, quantity: 1}]}, expect: {reversed: 10, balance: -10}}
        - {at: 2026-02-05 11:00, return: {id: X2, of: A}, expect: {reversed: 50, balance: -60, deficit: 60}}
        """,
        points=POINTS,
    )


def test_points_restored_after_their_last_day_come_back_and_expire(play: Play) -> None:
    """Without a least life, restored points keep the day of their lot: two entries, nothing to spend."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-15 10:00, receipt: {id: B, total: "100.00", redeem: 80}, expect: {redeemed: 80, earned: 20}}
        - {at: 2026-02-03 10:00, return: {id: X, of: B}, expect: {restored: 80, reversed: 20, expired: 100, entries: 4, balance: 0}}
        """,
        points=POINTS,
    )


RESTORED = "{restored_min_life: 14d}"


def test_restored_points_live_for_the_least_time_once(play: Play) -> None:
    """The lot's last day is the 1st; brought back on the 25th or later, the points live 14 days more, and never longer."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-15 10:00, receipt: {id: B, lines: [{sku: G, quantity: 2, amount: "80.00"}], redeem: 80}, expect: {earned: 0, balance: 20}}
        - {at: 2026-01-16 10:00, return: {id: X1, of: B, lines: [{sku: G, quantity: 1}]}, expect: {restored: 40, entries: 1, balance: 60}}
        - {at: 2026-02-03 10:00, return: {id: X2, of: B}, expect: {restored: 40, expired: 60, balance: 40, lots: {A: 40}}}
        - {at: 2026-02-05 10:00, receipt: {id: C, total: "40.00", redeem: 40}, expect: {balance: 0}}
        - {at: 2026-02-16 10:00, return: {id: X3, of: C}, expect: {restored: 40, entries: 1, balance: 40}}
        - {at: 2026-02-17 23:59, look: {}, expect: {balance: 40}}
        - {at: 2026-02-18 00:00, expire: {}, expect: {expired: 40, balance: 0}}
        """,
        points=POINTS,
        returns=RESTORED,
    )


def test_restored_points_with_days_enough_keep_their_lot(play: Play) -> None:
    """With 14 days left or more nothing is prolonged: one entry."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-15 10:00, receipt: {id: B, total: "80.00", redeem: 80}}
        - {at: 2026-01-18 10:00, return: {id: X, of: B}, expect: {restored: 80, entries: 1}}
        - {at: 2026-02-02 00:00, expire: {}, expect: {expired: 100, balance: 0}}
        """,
        points=POINTS,
        returns=RESTORED,
    )


@pytest.mark.parametrize(
    "lasts, accrued, last_day, gone",
    [
        ("{for: 6mo, from: accrual}", "2026-08-31", "2027-02-28", "2027-03-01"),
        ("{for: 0d, from: accrual}", "2026-08-31", "2026-08-31", "2026-09-01"),
        ("{for: 1y, from: accrual}", "2028-02-29", "2029-02-28", "2029-03-01"),
        ("{for: 1d, from: accrual, until: end-of-month}", "2026-08-31", "2026-09-30", "2026-10-01"),
        ("{for: 1mo, from: accrual, until: end-of-quarter}", "2026-08-31", "2026-09-30", "2026-10-01"),
    ],
)
def test_points_can_be_spent_through_the_end_of_their_last_day(
    play: Play, lasts: str, accrued: str, last_day: str, gone: str
) -> None:
    """The last day is clamped to the month and rounded up to the end of its period."""
    play(
        f"""
        - {{at: {accrued} 09:00, enroll: {{card: "1"}}}}
        - {{at: {accrued} 10:00, receipt: {{id: A, total: "100.00"}}, expect: {{balance: 100}}}}
        - {{at: {last_day} 23:59, redeem: {{points: 1}}, expect: {{balance: 99}}}}
        - {{at: {gone} 00:00, redeem: {{points: 1}}, expect: {{refused: insufficient_points, balance: 0}}}}
        """,
        points=POINTS.replace("{for: 1mo, from: accrual}", lasts),
    )
