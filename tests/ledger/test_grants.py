# ruff: noqa: E501 (a step of a sequence is a line, however long)
"""Points without a purchase: welcome and birthday."""

from pathlib import Path

import pytest

from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.expire import run_due
from bonuscli.services.member_changes import Wanted, change_member
from bonuscli.services.shop import Shop
from tests.ledger.conftest import Play
from tests.ledger.test_versions import publish_from
from tests.ledger.tills import UTC, assert_proven, open_shop

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


def granted(shop: Shop, now: str) -> int:
    """Points that `run-due` gives at a time."""
    return int(run_due(Shop(shop.path, now=UTC.parse_instant(now))).granted)


def born(shop: Shop, now: str, birthday: str) -> None:
    """Another birthday for member 7."""
    change_member(Shop(shop.path, now=UTC.parse_instant(now)), "7", Wanted(birthday=birthday))


def test_a_changed_birthday_gives_nothing_for_a_year(tmp_path: Path) -> None:
    """Nothing within 365 days of the last grant, whatever year the new birthday falls into, and then as ever."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 08:00", grants=BIRTHDAY)
    enrol_one(shop, NO_PARTICULARS._replace(card="7", birthday="1990-05-10"))
    assert granted(shop, "2026-05-07 00:00") == 30
    born(shop, "2026-05-08 10:00", "1990-08-01")
    assert granted(shop, "2026-12-31 10:00") == 0
    born(shop, "2027-01-01 10:00", "1990-05-09")
    assert granted(shop, "2027-05-06 10:00") == 0  # 364 days after the grant
    born(shop, "2027-05-06 11:00", "1990-05-11")
    assert granted(shop, "2027-05-07 10:00") == 0
    assert granted(shop, "2027-05-08 10:00") == 30  # 366 days after it
    assert_proven(shop)


def test_an_unchanged_birthday_comes_every_year(tmp_path: Path) -> None:
    """Also where a later version gives it more days before, so that fewer than 365 lie between two grants."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 08:00", grants=BIRTHDAY)
    enrol_one(shop, NO_PARTICULARS._replace(card="7", birthday="1992-02-29"))
    assert granted(shop, "2026-02-25 00:00") == 30
    publish_from(shop, "2026-03-01 10:00", "2026-03-02", grants="{birthday: {points: 40, before: 10d}}")
    assert granted(shop, "2027-02-18 00:00") == 40
    assert_proven(shop)


def test_grants_are_for_whoever_may_take_part(play: Play) -> None:
    """Points of the program's own are for those who may take part, at the time at which they are due."""
    play(
        """
        - {at: 2026-01-10 09:00, enroll: {card: "1", birthday: 1990-05-10, tags: [club]}, expect: {balance: 20}}
        - {at: 2026-01-10 09:00, enroll: {card: "2", birthday: 1990-05-10}, expect: {balance: 0}}
        - {at: 2026-05-08 09:00, run_due: {}, expect: {entries: 1, cards: {"1": {balance: 50}, "2": {balance: 0}}}}
        - {at: 2026-05-08 10:00, tag: {card: "2", add: club}, expect: {balance: 0}}
        - {at: 2027-05-08 09:00, run_due: {}, expect: {entries: 2}}
        """,
        members="{tags: [club]}",
        points='{name: {one: point, other: points}, value: "1.00"}',
        grants="{welcome: {points: 20}, birthday: {points: 30, before: 3d}}",
    )
