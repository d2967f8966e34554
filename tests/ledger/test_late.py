# ruff: noqa: E501 (a step of a sequence is a line, however long)
"""Receipts that come late and redemptions that come early: what is booked stays, what is dated counts at its date."""

import pytest

from tests.ledger.conftest import Play

MONTH = '{name: {one: point, other: points}, value: "1.00", lasts: {for: 1mo, from: accrual}}'


def test_a_back_dated_debit_beside_a_later_lot(play: Play) -> None:
    """A redemption told three days late is booked at the clock and may take what was given meanwhile."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "10.00"}, expect: {balance: 10}}
        - {at: 2026-01-05 10:00, receipt: {id: B, total: "50.00"}, expect: {balance: 60}}
        - {at: 2026-01-05 11:00, redeem: {points: 40, at: 2026-01-02 12:00}, expect: {redeemed: 40, balance: 20, lots: {A: 0, B: 20}}}
        - {at: 2026-01-06 11:00, redeem: {points: 21}, expect: {refused: insufficient_points, balance: 20}}
        """
    )


def test_a_late_receipt_opens_a_lot_that_has_ended_and_expires_at_once(play: Play) -> None:
    """The lot has the days of its receipt: what is past its last day is booked and expires in the same settling."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-03-01 10:00, receipt: {id: B, total: "50.00"}, expect: {balance: 50}}
        - {at: 2026-03-02 10:00, receipt: {id: A, total: "10.00", at: 2026-01-02 12:00}, expect: {earned: 10, expired: 10, balance: 50}}
        """,
        points=MONTH,
    )


def test_a_late_receipt_repays_a_debt_before_it_expires(play: Play) -> None:
    """Points that come too late to be spent still repay what is owed."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-03-01 10:00, receipt: {id: B, total: "50.00"}}
        - {at: 2026-03-01 11:00, redeem: {points: 50}}
        - {at: 2026-03-01 12:00, return: {id: X, of: B}, expect: {balance: -50}}
        - {at: 2026-03-02 10:00, receipt: {id: A, total: "70.00", at: 2026-01-02 12:00}, expect: {earned: 70, expired: 20, balance: 0}}
        """,
        points=MONTH,
    )


def test_a_late_receipt_is_scored_by_the_rules_of_its_date(play: Play) -> None:
    """Rule dates, hours and the tier are those of the receipt's own time; the tier is looked up at the clock."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}, expect: {tier: low}}
        - {at: 2026-01-10 10:00, receipt: {id: A, total: "100.00"}, expect: {earned: 100, tier: high}}
        - {at: 2026-01-11 10:00, receipt: {id: B, total: "10.00"}, expect: {earned: 20, tier: high}}
        - {at: 2026-01-12 10:00, receipt: {id: C, total: "10.00", at: 2026-01-05 10:00}, expect: {earned: 15, by_rule: {base: 10, promo: 5}, tier: high}}
        """,
        earn="""
  rules:
  - {id: base, kind: percent, rate: 100%}
  - {id: promo, kind: fixed, points: 5, when: {from: 2026-01-05, to: 2026-01-06}}""",
        tiers="""
  window: 12mo
  levels:
  - {id: low, from: "0"}
  - {id: high, from: "100.00", replaces: {base: 200%}}""",
    )


def test_a_receipt_from_before_the_enrolment_counts(play: Play) -> None:
    """A paper slip from the day before is booked at its own time, also its points."""
    play(
        """
        - {at: 2026-01-10 09:00, enroll: {card: "1"}}
        - {at: 2026-01-10 09:05, receipt: {id: A, total: "10.00", at: 2026-01-09 12:00}, expect: {earned: 10, balance: 10}}
        - {at: 2026-01-10 09:06, receipt: {id: B, total: "10.00", at: 2026-01-11 10:00}, expect: {error_code: too_late, balance: 10}}
        """,
        valid="{from: 2026-01-01}",
    )


def test_a_receipt_from_before_the_program_earns_nothing(play: Play) -> None:
    """Before the first version a receipt is kept, and gives no points."""
    play(
        """
        - {at: 2026-01-10 09:00, enroll: {card: "1"}}
        - {at: 2026-01-10 09:05, receipt: {id: A, total: "10.00", at: 2025-12-31 12:00}, expect: {earned: 0, entries: 0, to_pay: "10.00"}}
        - {at: 2026-01-10 09:06, return: {id: X, of: A}, expect: {reversed: 0, pay_back: "10.00", balance: 0}}
        """,
        valid="{from: 2026-01-01}",
    )


def test_points_spent_before_their_receipt_with_excess(play: Play) -> None:
    """What the receipt cannot take goes back to its lots with the receipt, and a return restores what it took."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "30.00"}}
        - {at: 2026-01-02 10:00, receipt: {id: B, total: "70.00"}}
        - {at: 2026-01-03 10:00, redeem: {points: 50, receipt: R, total: "60.00"}, expect: {redeemed: 50, balance: 50, lots: {A: 0, B: 50}}}
        - {at: 2026-01-03 10:01, redeem: {points: 50, receipt: R, total: "60.00"}, expect: {replayed: true, redeemed: 50, balance: 50, entries: 0}}
        - {at: 2026-01-03 10:02, redeem: {points: 20, receipt: R}, expect: {error_code: key_conflict}}
        - {at: 2026-01-03 10:05, receipt: {id: R, lines: [{sku: G, quantity: 2, amount: "40.00"}]}, expect: {redeemed: 40, to_pay: "0.00", earned: 0, balance: 60, lots: {A: 0, B: 60}}}
        - {at: 2026-01-03 10:06, redeem: {points: 5, receipt: R}, expect: {error_code: key_conflict}}
        - {at: 2026-01-04 10:00, return: {id: X, of: R, lines: [{sku: G, quantity: 1}]}, expect: {restored: 20, pay_back: "0.00", balance: 80}}
        - {at: 2026-01-04 10:01, return: {id: Y, of: R}, expect: {restored: 20, balance: 100, lots: {A: 30, B: 70}}}
        """
    )


def test_points_can_not_be_spent_on_a_receipt_a_second_time(play: Play) -> None:
    """A receipt that was rung up, or that points were spent for beforehand, takes no second redemption."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, redeem: {points: 10, receipt: R}}
        - {at: 2026-01-02 10:01, receipt: {id: R, total: "20.00", redeem: 5}, expect: {refused: already_redeemed, balance: 90}}
        - {at: 2026-01-02 10:02, redeem: {points: 10, receipt: A}, expect: {refused: already_redeemed, balance: 90}}
        """
    )


def test_two_shops_may_use_one_number(play: Play) -> None:
    """A receipt of another shop with the same number is another receipt, also for points spent beforehand."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: "17", shop: north, total: "100.00"}, expect: {balance: 100}}
        - {at: 2026-01-02 10:00, redeem: {points: 10, receipt: "17", shop: south}, expect: {redeemed: 10, balance: 90}}
        - {at: 2026-01-02 10:01, receipt: {id: "17", shop: south, total: "30.00"}, expect: {redeemed: 10, to_pay: "20.00", balance: 110}}
        - {at: 2026-01-03 10:00, return: {id: X, of: "17"}, expect: {error_code: ambiguous_receipt}}
        - {at: 2026-01-03 10:01, return: {id: X, of: "17", shop: south}, expect: {restored: 10, reversed: 20, pay_back: "20.00", balance: 100}}
        """
    )


def test_points_spent_beforehand_pay_one_receipt(play: Play) -> None:
    """A redemption that did not say its shop pays the first receipt with its number, and no other."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, redeem: {points: 10, receipt: "17"}, expect: {balance: 90}}
        - {at: 2026-01-02 10:01, receipt: {id: "17", shop: north, total: "30.00"}, expect: {redeemed: 10, to_pay: "20.00"}}
        - {at: 2026-01-02 10:02, receipt: {id: "17", shop: south, total: "30.00"}, expect: {redeemed: 0, to_pay: "30.00"}}
        - {at: 2026-01-02 10:03, receipt: {id: "17", shop: west, total: "30.00", redeem: 5}, expect: {redeemed: 5, to_pay: "25.00"}}
        """
    )


def test_the_same_number_with_other_content_is_refused(play: Play) -> None:
    """One key, one effect."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}, expect: {balance: 100, replayed: false}}
        - {at: 2026-01-02 10:00, receipt: {id: A, total: "100.00"}, expect: {balance: 100, earned: 100, replayed: true}}
        - {at: 2026-01-02 10:00, receipt: {id: A, total: "101.00"}, expect: {error_code: key_conflict, balance: 100}}
        - {at: 2026-01-03 10:00, return: {id: X, of: A, amount: "40.00"}, expect: {reversed: 40, balance: 60}}
        - {at: 2026-01-03 10:00, return: {id: X, of: A, amount: "40.00"}, expect: {reversed: 40, pay_back: "40.00", replayed: true, balance: 60}}
        - {at: 2026-01-03 10:00, return: {id: X, of: A, amount: "41.00"}, expect: {error_code: key_conflict, balance: 60}}
        """
    )


@pytest.mark.parametrize("early", ["2026-01-09 23:59", "2026-01-10 11:59"])
def test_a_return_dated_before_its_sale_is_bad_input(play: Play, early: str) -> None:
    """Goods cannot come back before they were sold."""
    play(
        f"""
        - {{at: 2026-01-01 09:00, enroll: {{card: "1"}}}}
        - {{at: 2026-01-10 12:00, receipt: {{id: A, total: "100.00"}}}}
        - {{at: 2026-01-11 12:00, return: {{id: X, of: A, at: {early}}}, expect: {{error_code: too_early, balance: 100}}}}
        - {{at: 2026-01-11 12:00, return: {{id: X, of: A, at: 2026-01-10 12:00}}, expect: {{reversed: 100, balance: 0}}}}
        """
    )
