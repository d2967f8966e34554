# ruff: noqa: E501 (a step of a sequence is a line, however long)
"""Debts: what debits leave uncovered, who repays it, and what happens to points that come back meanwhile."""

import pytest

from tests.ledger.conftest import Play


def test_points_restored_while_a_deficit_stands_repay_it_first(play: Play) -> None:
    """30 come back while 50 are owed: nothing stays in a lot, 20 are still owed."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "80.00"}, expect: {balance: 80}}
        - {at: 2026-01-02 10:00, receipt: {id: B, total: "30.00", redeem: 30}, expect: {earned: 0, balance: 50}}
        - {at: 2026-01-03 10:00, redeem: {points: 50}, expect: {balance: 0}}
        - {at: 2026-01-04 10:00, return: {id: X, of: A}, expect: {reversed: 80, deficit: 80, balance: -80}}
        - {at: 2026-01-05 10:00, return: {id: Y, of: B}, expect: {restored: 30, deficit: 50, balance: -50, lots: {A: 0}}}
        - {at: 2026-01-06 10:00, receipt: {id: C, total: "60.00"}, expect: {earned: 60, deficit: 0, balance: 10, lots: {C: 10}}}
        """
    )


def test_the_oldest_debt_is_repaid_first_also_by_points_past_their_day(play: Play) -> None:
    """Restored points of a lot that has ended repay the deficit before what is left of them expires."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, receipt: {id: B, total: "100.00", redeem: 100}}
        - {at: 2026-01-20 10:00, receipt: {id: C, total: "50.00"}}
        - {at: 2026-01-21 10:00, redeem: {points: 50}}
        - {at: 2026-01-22 10:00, return: {id: X, of: C}, expect: {reversed: 50, deficit: 50}}
        - {at: 2026-02-10 10:00, return: {id: Y, of: B}, expect: {restored: 100, expired: 50, deficit: 0, balance: 0}}
        """,
        points='{name: {one: point, other: points}, value: "1.00", lasts: {for: 1mo, from: accrual}}',
    )


def test_pending_points_pay_for_a_return_before_anything_is_owed(play: Play) -> None:
    """A take-back eats its own lot, then open, then pending lots."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}, expect: {balance: 0, pending: 100}}
        - {at: 2026-01-15 10:00, redeem: {points: 90}, expect: {balance: 10}}
        - {at: 2026-01-16 10:00, receipt: {id: B, total: "40.00"}, expect: {balance: 10, pending: 40}}
        - {at: 2026-01-17 10:00, receipt: {id: C, total: "20.00"}, expect: {pending: 60}}
        - {at: 2026-01-18 10:00, return: {id: X, of: A}, expect: {reversed: 100, balance: -30, pending: 0, deficit: 30}}
        """,
        points='{name: {one: point, other: points}, value: "1.00", opens: {after: 14d}}',
    )


@pytest.mark.parametrize(
    "short, balance, deficit, reversed_points, forgiven",
    [("deficit", -30, 30, 80, 0), ("forgive", 0, 0, 50, 30)],
)
def test_what_is_gone_already_is_owed_or_forgiven(
    play: Play, short: str, balance: int, deficit: int, reversed_points: int, forgiven: int
) -> None:
    """``short`` decides about the points of a return that the account no longer has."""
    play(
        f"""
        - {{at: 2026-01-01 09:00, enroll: {{card: "1"}}}}
        - {{at: 2026-01-01 10:00, receipt: {{id: A, total: "80.00"}}}}
        - {{at: 2026-01-02 10:00, redeem: {{points: 30}}}}
        - at: 2026-01-03 10:00
          return: {{id: X, of: A}}
          expect: {{reversed: {reversed_points}, forgiven: {forgiven}, balance: {balance}, deficit: {deficit}}}
        - {{at: 2026-01-04 10:00, receipt: {{id: B, total: "100.00"}}, expect: {{balance: {balance + 100}, deficit: 0}}}}
        """,
        returns=f"{{short: {short}}}",
    )


def test_what_is_forgiven_stays_forgiven(play: Play) -> None:
    """The second half of a return takes its own half only, though the first half was not covered."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, lines: [{sku: G, quantity: 2, amount: "80.00"}]}}
        - {at: 2026-01-02 10:00, redeem: {points: 70}}
        - {at: 2026-01-03 10:00, return: {id: X, of: A, lines: [{sku: G, quantity: 1}]}, expect: {reversed: 10, forgiven: 30, balance: 0}}
        - {at: 2026-01-04 10:00, receipt: {id: B, total: "100.00"}, expect: {balance: 100}}
        - {at: 2026-01-05 10:00, return: {id: Y, of: A}, expect: {reversed: 40, forgiven: 0, balance: 60}}
        """,
        returns="{short: forgive}",
    )


def test_a_negative_adjustment_beyond_the_points_is_refused(play: Play) -> None:
    """Points taken by hand never make a debt; pending points may be taken."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}, expect: {pending: 100}}
        - {at: 2026-01-01 11:00, adjust: {points: -101, reason: mistake}, expect: {refused: insufficient_points, pending: 100}}
        - {at: 2026-01-01 11:00, adjust: {points: -60, reason: mistake}, expect: {pending: 40, entries: 1}}
        - {at: 2026-01-01 12:00, adjust: {points: +10, reason: sorry}, expect: {balance: 10, pending: 40, lots: {adjustment: 10}}}
        """,
        points='{name: {one: point, other: points}, value: "1.00", opens: {after: 14d}}',
    )
