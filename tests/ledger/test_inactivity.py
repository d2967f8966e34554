"""Points that end when the member stays away, beside holds, returns, debts and new versions."""

from pathlib import Path

import pytest

from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.actions import act
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.grant_files import grant_file
from bonuscli.services.granting import Given, grant, grant_tag
from bonuscli.services.redeem import adjust
from bonuscli.services.shop import Shop
from tests.ledger.conftest import Play
from tests.ledger.test_versions import publish_from
from tests.ledger.tills import UTC, assert_proven, figures, open_shop

STAYING = '{name: {one: point, other: points}, value: "1.00", lasts: {for: 1mo, from: last-purchase}}'


def test_points_on_hold_stay_until_they_are_let_go(play: Play) -> None:
    """A hold is a debit: what it put aside ends when it comes back, and not before."""
    play(
        """
        - {at: 2026-01-01 10:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:01, receipt: {id: A, total: "50.00"}, expect: {balance: 50}}
        - {at: 2026-02-01 23:50, hold: {id: H, points: 20, for: 40d}, expect: {held: 20}}
        - {at: 2026-02-02 00:00, run_due: {}, expect: {expired: 30, held: 20, balance: 20}}
        - {at: 2026-03-20 10:00, run_due: {}, expect: {expired: 20, held: 0, balance: 0, entries: 2}}
        """,
        points=STAYING,
    )


def test_what_was_written_off_is_not_taken_back_again(play: Play) -> None:
    """A return after the end owes only what the member had spent."""
    play(
        """
        - {at: 2026-01-01 10:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:01, receipt: {id: A, total: "50.00"}, expect: {balance: 50}}
        - {at: 2026-01-02 10:01, redeem: {points: 10}, expect: {balance: 40}}
        - {at: 2026-02-02 00:00, run_due: {}, expect: {expired: 40, balance: 0}}
        - {at: 2026-02-03 10:00, return: {id: X, of: A}, expect: {reversed: 10, deficit: 10}}
        - {at: 2026-02-04 10:00, adjust: {points: 15, reason: sorry}, expect: {deficit: 0, balance: 0, expired: 5}}
        """,
        points=STAYING,
    )


def test_until_the_end_of_a_month(play: Play) -> None:
    """The common end is rounded up like any last day."""
    play(
        """
        - {at: 2026-01-10 10:00, enroll: {card: "1"}}
        - {at: 2026-01-10 10:01, receipt: {id: A, total: "50.00"}}
        - {at: 2026-02-28 23:59, look: {}, expect: {balance: 50, expiring: 50}}
        - {at: 2026-03-01 00:00, look: {}, expect: {balance: 0}}
        """,
        points=STAYING.replace("last-purchase", "last-purchase, until: end-of-month"),
    )


@pytest.mark.parametrize("later", ["2026-02-20", "2026-03-05"])
def test_a_version_published_later_changes_nothing_booked(tmp_path: Path, later: str) -> None:
    """Points that end on the very day on which they come do so again when folded with more versions than there were."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 08:00", points=STAYING)
    enrol_one(shop, NO_PARTICULARS._replace(card="7"))
    then = Shop(shop.path, now=UTC.parse_instant("2026-02-10 10:00"))
    adjust(then, "7", 10, "sorry")
    assert figures(then, "7").balance == 0
    publish_from(shop, "2026-02-10 11:00", later, points=STAYING.replace("1mo", "6mo"))
    assert_proven(then)
    adjust(Shop(shop.path, now=UTC.parse_instant("2026-02-11 10:00")), "7", 10, "sorry")
    end = Shop(shop.path, now=UTC.parse_instant("2026-03-06 10:00"))
    adjust(end, "7", 10, "sorry")
    assert figures(end, "7").balance == 10
    assert_proven(end)


def test_what_ends_as_it_is_given_is_told(tmp_path: Path) -> None:
    """A gift without a last day to who has stayed away is told to have ended; with a day, or to who buys, not."""
    review = "{actions: [{id: review, points: 5}]}"
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 08:00", points=STAYING, grants=review)
    for card in ("7", "8"):
        enrol_one(shop, NO_PARTICULARS._replace(card=card, tags=("vip",)))
    then = Shop(shop.path, now=UTC.parse_instant("2026-02-10 10:00"))
    accrue(then, "8", receipt_of_total(1_000, "A", None, None, None))
    assert [adjust(then, card, 10, "sorry").lost for card in ("7", "8")] == [True, False]
    assert not adjust(then, "8", -5, "taken").lost
    assert [act(then, card, "review").lost for card in ("7", "8")] == [True, False]
    assert [grant(then, card, Given(10)).lost for card in ("7", "8")] == [True, False]
    assert not any(grant(then, "7", each).lost for each in (Given(10, lasts="30d"), Given(10, opens="1d")))
    told = grant_tag(then, "vip", Given(10))
    assert (told.members, told.lost) == (2, 1)
    path = tmp_path / "gifts.csv"
    path.write_text("card,points,expires_on\n7,20,\n7,30,2026-03-01\n8,20,\n", encoding="utf-8")
    report = grant_file(then, path)
    assert (report.granted, report.lost) == (3, 1)
    assert figures(then, "7").balance == 40
    assert_proven(then)
