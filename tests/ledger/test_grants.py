# ruff: noqa: E501 (a step of a sequence is a line, however long)
"""Points without a purchase: welcome and birthday."""

import pytest

from tests.ledger.conftest import Play

POINTS = '{name: {one: point, other: points}, value: "1.00", opens: {after: 14d}, lasts: {for: 12mo, from: accrual}}'


def test_welcome_at_enrolment_opens_at_once(play: Play) -> None:
    """A grant opens at once, whatever accruals wait for, and lasts what it says."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}, expect: {balance: 20, pending: 0, entries: 1, lots: {welcome: 20}, expiring: 20}}
        - {at: 2026-01-01 09:01, enroll: {card: "1"}, expect: {replayed: true, balance: 20, entries: 0}}
        - {at: 2026-01-31 23:59, look: {}, expect: {balance: 20}}
        - {at: 2026-02-01 00:00, run_due: {}, expect: {expired: 20, balance: 0}}
        """,
        points=POINTS,
        grants="{welcome: {points: 20, lasts: 30d, after: enrolment}}",
    )


def test_welcome_with_the_first_purchase(play: Play) -> None:
    """It waits for a receipt above 0.00, comes once, and stays when the receipt is brought back."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}, expect: {balance: 0}}
        - {at: 2026-01-02 09:00, receipt: {id: A, total: "0.00"}, expect: {balance: 0, entries: 0}}
        - {at: 2026-01-03 09:00, receipt: {id: B, total: "5.00"}, expect: {earned: 5, balance: 20, pending: 5, entries: 2}}
        - {at: 2026-01-04 09:00, return: {id: X, of: B}, expect: {reversed: 5, balance: 20, pending: 0}}
        - {at: 2026-01-05 09:00, receipt: {id: C, total: "5.00"}, expect: {balance: 20, pending: 5}}
        """,
        points=POINTS,
        grants="{welcome: {points: 20, lasts: 30d, after: first-purchase}}",
    )


BIRTHDAY = "{birthday: {points: 30, before: 3d, lasts: 14d}}"


def test_a_birthday_on_29_february(play: Play) -> None:
    """In common years it is the 28th; three days before it the points come, once a year."""
    play(
        """
        - {at: 2026-01-10 09:00, enroll: {card: "1", birthday: 2000-02-29}}
        - {at: 2026-02-24 23:59, run_due: {}, expect: {balance: 0}}
        - {at: 2026-02-25 00:00, run_due: {}, expect: {balance: 30, lots: {birthday: 30}}}
        - {at: 2026-02-25 12:00, run_due: {}, expect: {entries: 0, balance: 30}}
        - {at: 2026-03-11 23:59, look: {}, expect: {balance: 30}}
        - {at: 2026-03-12 00:00, run_due: {}, expect: {expired: 30}}
        - {at: 2027-12-31 00:00, run_due: {}, expect: {entries: 2, expired: 30}}
        - {at: 2028-02-26 00:00, run_due: {}, expect: {balance: 30}}
        """,
        grants=BIRTHDAY,
    )


@pytest.mark.parametrize(
    "enrolled, balance",
    [
        ("2026-05-06 23:59", 0),  # due tomorrow
        ("2026-05-07 00:00", 30),  # on the due day
        ("2026-05-07 18:00", 30),
        ("2026-05-08 00:00", 0),  # after it, though before the birthday
        ("2026-05-10 12:00", 0),
    ],
)
def test_who_is_enrolled_after_the_due_day_waits_a_year(play: Play, enrolled: str, balance: int) -> None:
    """On the due day the points come with the enrolment, a day later not before next year."""
    play(
        f"""
        - {{at: {enrolled}, enroll: {{card: "1", birthday: 1990-05-10}}, expect: {{balance: {balance}}}}}
        - {{at: 2027-05-06 23:59, look: {{}}, expect: {{balance: 0}}}}
        - {{at: 2027-05-07 00:00, run_due: {{}}, expect: {{balance: 30}}}}
        """,
        grants=BIRTHDAY,
    )


def test_a_birthday_in_the_first_days_of_january(play: Play) -> None:
    """The due day may lie in the year before the birthday."""
    play(
        """
        - {at: 2026-06-01 09:00, enroll: {card: "1", birthday: 1990-01-02}}
        - {at: 2026-12-29 23:59, run_due: {}, expect: {balance: 0}}
        - {at: 2026-12-30 00:00, run_due: {}, expect: {balance: 30}}
        - {at: 2027-12-30 00:00, run_due: {}, expect: {balance: 30, expired: 30}}
        """,
        grants=BIRTHDAY,
    )


def test_a_grant_repays_a_debt_first(play: Play) -> None:
    """Points of a birthday repay what is owed before they can be spent."""
    play(
        """
        - {at: 2026-01-10 09:00, enroll: {card: "1", birthday: 1990-05-10}}
        - {at: 2026-01-10 10:00, receipt: {id: A, total: "20.00"}}
        - {at: 2026-01-11 10:00, redeem: {points: 20}}
        - {at: 2026-01-12 10:00, return: {id: X, of: A}, expect: {deficit: 20}}
        - {at: 2026-05-08 10:00, look: {}, expect: {deficit: 0, balance: 10, available: 10}}
        """,
        grants=BIRTHDAY,
    )
