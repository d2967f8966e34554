# ruff: noqa: E501 (a step of a sequence is a line, however long)
"""Levels: reached at once, held for a window, looked at when it ends."""

import pytest

from tests.ledger.conftest import Play

LEVELS = """
  levels:
  - {id: low, from: "0"}
  - {id: mid, from: "100.00"}
  - {id: high, from: "500.00"}"""


def tiers(window: str, downgrade: str = "one-level") -> str:
    """The section with a window and a policy."""
    return f"\n  window: {window}\n  downgrade: {downgrade}{LEVELS}"


def test_a_look_one_window_after_the_purchase_that_gave_the_tier(play: Play) -> None:
    """The purchase that gave a level does not also renew it; what was bought after its day does."""
    play(
        """
        - {at: 2026-03-10 09:00, enroll: {card: "1"}}
        - {at: 2026-03-10 09:00, enroll: {card: "2"}}
        - {at: 2026-03-10 10:00, receipt: {id: A, card: "1", total: "100.00"}, expect: {tier: mid, tier_until: 2027-03-09}}
        - {at: 2026-03-10 10:00, receipt: {id: B, card: "2", total: "100.00"}, expect: {tier: mid}}
        - {at: 2026-03-11 00:00, receipt: {id: C, card: "2", total: "100.00"}, expect: {tier: mid, tier_until: 2027-03-09}}
        - {at: 2027-03-09 23:59, run_due: {}, expect: {cards: {"1": {tier: mid}, "2": {tier: mid}}}}
        - {at: 2027-03-10 00:00, look: {card: "1"}, expect: {tier: low, tier_until: none}}
        - {at: 2027-03-10 00:00, run_due: {}, expect: {cards: {"1": {tier: low}, "2": {tier: mid, tier_until: 2028-03-09}}}}
        """,
        tiers=tiers("12mo"),
    )


@pytest.mark.parametrize(
    "downgrade, first, second",
    [("one-level", "mid", "low"), ("recompute", "low", "low"), ("never", "high", "high")],
)
def test_policies_of_going_down(play: Play, downgrade: str, first: str, second: str) -> None:
    """Who buys nothing falls by one level a window, to where the figure says at once, or not at all."""
    play(
        f"""
        - {{at: 2026-01-10 09:00, enroll: {{card: "1"}}}}
        - {{at: 2026-01-10 10:00, receipt: {{id: A, total: "500.00"}}, expect: {{tier: high, spend: "500.00"}}}}
        - {{at: 2027-01-10 10:00, look: {{}}, expect: {{tier: {first}, spend: "0.00"}}}}
        - {{at: 2028-01-10 10:00, look: {{}}, expect: {{tier: {second}}}}}
        """,
        tiers=tiers("12mo", downgrade),
    )


def test_late_looks_equal_timely_ones(play: Play) -> None:
    """Two looks that nobody ran in time are both made at their own days when somebody asks."""
    play(
        """
        - {at: 2026-01-10 09:00, enroll: {card: "1"}}
        - {at: 2026-01-10 10:00, receipt: {id: A, total: "500.00"}, expect: {tier: high}}
        - {at: 2026-06-10 10:00, receipt: {id: B, total: "100.00"}}
        - {at: 2028-06-10 10:00, receipt: {id: C, total: "1.00"}, expect: {tier: low}}
        - {at: 2028-06-10 10:01, receipt: {id: D, total: "1.00", at: 2027-06-01 12:00}, expect: {by_rule: {mid-gift: 3, base: 1}, tier: low}}
        """,
        tiers=tiers("12mo"),
        earn="""
  rules:
  - {id: base, kind: percent, rate: 100%}
  - {id: mid-gift, kind: fixed, points: 3, when: {tiers: [mid]}}""",
    )


def test_a_rolling_window_ends_with_its_day(play: Play) -> None:
    """A receipt of day d sees the days after d - 12 months up to d."""
    play(
        """
        - {at: 2026-03-10 09:00, enroll: {card: "1"}}
        - {at: 2026-03-10 10:00, receipt: {id: A, total: "60.00"}, expect: {spend: "60.00", tier: low}}
        - {at: 2027-03-09 10:00, quote: {id: q, total: "40.00"}, expect: {spend: "100.00", tier: mid}}
        - {at: 2027-03-10 10:00, quote: {id: q, total: "40.00"}, expect: {spend: "40.00", tier: low}}
        """,
        tiers=tiers("12mo"),
    )


def test_for_life_a_return_lowers_at_once(play: Play) -> None:
    """Without a window there is no look; a return that takes the figure below the level lowers it."""
    play(
        """
        - {at: 2026-03-10 09:00, enroll: {card: "1"}}
        - {at: 2026-03-10 10:00, receipt: {id: A, total: "490.00"}, expect: {tier: mid, tier_until: none}}
        - {at: 2026-03-11 10:00, receipt: {id: B, total: "20.00"}, expect: {tier: high}}
        - {at: 2026-03-12 10:00, return: {id: X, of: B}, expect: {tier: mid, spend: "490.00"}}
        - {at: 2036-03-12 10:00, look: {}, expect: {tier: mid}}
        """,
        tiers=tiers("lifetime"),
    )


def test_for_life_and_never_down_a_return_lowers_nothing(play: Play) -> None:
    """``never`` keeps what was reached."""
    play(
        """
        - {at: 2026-03-10 09:00, enroll: {card: "1"}}
        - {at: 2026-03-10 10:00, receipt: {id: A, total: "500.00"}, expect: {tier: high}}
        - {at: 2026-03-12 10:00, return: {id: X, of: A}, expect: {tier: high, spend: "0.00"}}
        """,
        tiers=tiers("lifetime", "never"),
    )


def test_a_return_lowers_the_figure_at_its_receipts_day(play: Play) -> None:
    """Goods of last year brought back this year do not lower this year's spend."""
    play(
        """
        - {at: 2026-03-10 09:00, enroll: {card: "1"}}
        - {at: 2026-03-10 10:00, receipt: {id: A, total: "90.00"}}
        - {at: 2027-03-20 10:00, receipt: {id: B, total: "90.00"}, expect: {spend: "90.00", tier: low}}
        - {at: 2027-03-21 10:00, return: {id: X, of: A}, expect: {spend: "90.00"}}
        - {at: 2027-03-22 10:00, receipt: {id: C, total: "10.00"}, expect: {spend: "100.00", tier: mid}}
        """,
        tiers=tiers("12mo"),
    )


def test_a_tier_given_at_enrolment_is_held_for_a_window(play: Play) -> None:
    """A new member may begin higher; the look comes a window after the enrolment."""
    play(
        """
        - {at: 2026-03-10 09:00, enroll: {card: "1", tier: high}, expect: {tier: high, tier_until: 2027-03-09}}
        - {at: 2026-03-10 09:01, enroll: {card: "2", tier: gold}, expect: {error_code: bad_member}}
        - {at: 2026-03-11 09:00, receipt: {id: A, total: "120.00"}, expect: {tier: high}}
        - {at: 2027-03-10 09:00, look: {}, expect: {tier: mid, tier_until: 2028-03-09}}
        """,
        tiers=tiers("12mo"),
    )


def test_for_life_a_level_given_by_hand_survives_a_small_return(play: Play) -> None:
    """Only a return that takes the figure from above the level to below it lowers the level."""
    play(
        """
        - {at: 2026-03-10 09:00, enroll: {card: "1", tier: high}}
        - {at: 2026-03-10 10:00, receipt: {id: A, total: "50.00"}, expect: {tier: high, spend: "50.00"}}
        - {at: 2026-03-11 10:00, return: {id: X, of: A}, expect: {tier: high, spend: "0.00"}}
        """,
        tiers=tiers("lifetime"),
    )
