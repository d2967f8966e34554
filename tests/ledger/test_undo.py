# ruff: noqa: E501 (a step of a sequence is a line, however long)
"""Undoing: what was booked by mistake is taken back once, and nothing else."""

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.shop import Shop
from bonuscli.services.undo import undo
from bonuscli.services.writing import Writing
from tests.ledger.conftest import Play
from tests.ledger.tills import assert_proven, dump, figures

MONTH = '{name: {one: point, other: points}, value: "1.00", lasts: {for: 1mo, from: accrual}}'
BEGIN = """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
"""


def test_the_undoing_of_a_receipt_is_its_whole_return(play: Play) -> None:
    """Points earned are taken, points spent come back, the money is to be paid back; a second time there is nothing."""
    play(
        BEGIN
        + """
        - {at: 2026-01-02 10:00, receipt: {id: B, total: "80.00", redeem: 30}, expect: {earned: 50, balance: 120}}
        - {at: 2026-01-02 10:01, undo: {of: B}, expect: {reversed: 50, restored: 30, pay_back: "50.00", balance: 100, lots: {A: 100, B: 0}}}
        - {at: 2026-01-02 10:02, undo: {of: B}, expect: {refused: already_returned, entries: 0}}
        """
    )


def test_the_rest_of_a_receipt_is_undone_after_a_partial_return(play: Play) -> None:
    """What came back before does not come back again."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, lines: [{sku: G, quantity: 4, amount: "100.00"}]}}
        - {at: 2026-01-02 10:00, return: {id: X, of: A, lines: [{sku: G, quantity: 1}]}, expect: {reversed: 25}}
        - {at: 2026-01-02 10:01, undo: {of: A}, expect: {reversed: 75, pay_back: "75.00", balance: 0}}
        """
    )


def test_an_undone_redemption_comes_back_to_its_lots(play: Play) -> None:
    """The points have their days again, and the day has its redemption back."""
    play(
        BEGIN
        + """
        - {at: 2026-01-02 10:00, redeem: {id: K, points: 60}, expect: {balance: 40}}
        - {at: 2026-01-02 10:01, redeem: {points: 10}, expect: {refused: redeem_times}}
        - {at: 2026-01-02 10:02, undo: {of: K}, expect: {restored: 60, reversed: 0, balance: 100, lots: {A: 100}}}
        - {at: 2026-01-02 10:03, undo: {of: K}, expect: {refused: already_returned}}
        - {at: 2026-01-02 10:04, redeem: {points: 10}, expect: {balance: 90}}
        """,
        redeem="{per_day: 1}",
    )


def test_an_undone_redemption_pays_for_no_receipt(play: Play) -> None:
    """A receipt that comes after the undoing is paid in money; one that was paid must itself be undone."""
    play(
        BEGIN
        + """
        - {at: 2026-01-02 10:00, redeem: {points: 60, receipt: R}}
        - {at: 2026-01-02 10:01, undo: {of: R}, expect: {restored: 60}}
        - {at: 2026-01-02 10:02, receipt: {id: R, total: "70.00"}, expect: {redeemed: 0, to_pay: "70.00", balance: 170}}
        - {at: 2026-01-02 10:03, redeem: {id: S, points: 60, receipt: S}}
        - {at: 2026-01-02 10:04, receipt: {id: S, total: "60.00"}, expect: {redeemed: 60, balance: 110}}
        - {at: 2026-01-02 10:05, undo: {of: "1:5"}, expect: {error_code: not_undoable, balance: 110}}
        - {at: 2026-01-02 10:06, undo: {of: S}, expect: {restored: 60, balance: 170}}
        """
    )


def test_points_restored_after_their_last_day_expire_again(play: Play) -> None:
    """An undoing prolongs nothing."""
    play(
        BEGIN
        + """
        - {at: 2026-01-20 10:00, redeem: {id: K, points: 60}}
        - {at: 2026-02-02 10:00, undo: {of: K}, expect: {restored: 60, expired: 100, balance: 0}}
        """,
        points=MONTH,
    )


def test_adjustments_are_undone_both_ways(play: Play) -> None:
    """Points given by hand are taken, points taken by hand come back."""
    play(
        BEGIN
        + """
        - {at: 2026-01-02 10:00, adjust: {id: P, points: +50, reason: sorry}, expect: {balance: 150}}
        - {at: 2026-01-02 10:01, undo: {of: P}, expect: {reversed: 50, balance: 100, lots: {A: 100, adjustment: 0}}}
        - {at: 2026-01-02 10:02, adjust: {id: M, points: -70, reason: twice}, expect: {balance: 30}}
        - {at: 2026-01-02 10:03, undo: {of: M}, expect: {restored: 70, balance: 100, lots: {A: 100}}}
        """
    )


def test_points_given_by_mistake_and_spent_are_owed(play: Play) -> None:
    """Their own lot is taken first, then what else is there, and the rest stays a debt."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "20.00"}}
        - {at: 2026-01-02 10:00, grant: {id: G, points: 100, lasts: 30d}, expect: {balance: 120}}
        - {at: 2026-01-02 11:00, redeem: {points: 90}, expect: {lots: {A: 20}}}
        - {at: 2026-01-02 12:00, undo: {of: G}, expect: {reversed: 100, deficit: 70, balance: -70, lots: {A: 0}}}
        - {at: 2026-01-02 12:01, undo: {of: G}, expect: {refused: already_returned}}
        """
    )


def test_expired_points_are_not_taken_again(play: Play) -> None:
    """Of 100 granted and expired nothing is left to take; the undoing is recorded and books nothing."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-02 10:00, grant: {id: G, points: 100, lasts: 2d}}
        - {at: 2026-01-02 11:00, receipt: {id: A, total: "30.00"}}
        - {at: 2026-01-10 10:00, undo: {of: G}, expect: {reversed: 0, expired: 100, balance: 30, entries: 1}}
        """
    )


def test_an_undone_action_may_be_rewarded_again(play: Play) -> None:
    """Its points are taken and its counters given back, those of its link and of its month."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-02 10:00, action: {id: P, action: repost, link: "vk.com/1"}, expect: {balance: 10}}
        - {at: 2026-01-02 10:01, action: {id: Q, action: repost, link: "vk.com/2"}, expect: {refused: limit_reached}}
        - {at: 2026-01-02 10:02, undo: {of: P}, expect: {reversed: 10, balance: 0}}
        - {at: 2026-01-02 10:03, action: {id: R, action: repost, link: "vk.com/1"}, expect: {balance: 10}}
        """,
        grants="{actions: [{id: repost, points: 10, limit: {count: 1, per: month}, once_per: link}]}",
    )


def test_an_undone_hold_is_let_go(play: Play) -> None:
    """An open hold is released, for a reason; one that has ended has nothing to undo, its capture has."""
    play(
        BEGIN
        + """
        - {at: 2026-01-02 10:00, hold: {id: H, points: 60}}
        - {at: 2026-01-02 10:01, undo: {of: H}, expect: {restored: 60, held: 0, balance: 100}}
        - {at: 2026-01-02 10:02, capture: {hold: H}, expect: {refused: hold_closed}}
        - {at: 2026-01-02 10:03, hold: {id: I, points: 60}}
        - {at: 2026-01-02 10:04, redeem: {points: 10}, expect: {refused: redeem_times}}
        - {at: 2026-01-02 10:05, capture: {id: C, hold: I, points: 50}, expect: {balance: 50}}
        - {at: 2026-01-02 10:06, undo: {of: I}, expect: {refused: hold_closed, balance: 50}}
        - {at: 2026-01-02 10:07, undo: {of: C}, expect: {restored: 50, reversed: 0, balance: 100, lots: {A: 100}}}
        - {at: 2026-01-02 10:08, redeem: {points: 10}, expect: {balance: 90}}
        """,
        redeem="{per_day: 1}",
    )


@pytest.fixture
def shop(play: Play) -> Shop:
    """A member with a grant at the enrolment, a receipt, an expiry and a return; the clock stands on 10 February."""
    return play(
        BEGIN
        + """
        - {at: 2026-01-20 10:00, receipt: {id: B, total: "40.00"}}
        - {at: 2026-02-03 10:00, run_due: {}, expect: {expired: 107}}
        - {at: 2026-02-10 09:00, return: {id: X, of: B}}
        - {at: 2026-02-10 10:00, adjust: {id: P, points: +50, reason: sorry}}
        """,
        points=MONTH,
        grants="{welcome: {points: 7}}",
    )


@pytest.mark.parametrize(
    "entry, words",
    [("1:4", "expiry"), ("1:1", "enrol"), ("1:6", "return X")],
)
def test_what_can_not_be_undone_is_corrected_by_hand(shop: Shop, entry: str, words: str) -> None:
    """What fell due by itself, an enrolment and a return have no undoing: the error names ``adjust``."""
    before = dump(shop)
    with pytest.raises(BonusError) as problem:
        undo(shop, entry, "a mistake")
    assert problem.value.code == "not_undoable"
    assert words in problem.value.message
    assert "bonuscli adjust" in (problem.value.hint or "")
    assert dump(shop) == before


@pytest.mark.parametrize("name", ["1:99", "2:1", "nothing", "1:"])
def test_an_entry_that_is_not_there(shop: Shop, name: str) -> None:
    """An unknown name is not found."""
    with pytest.raises(BonusError) as problem:
        undo(shop, name, "a mistake")
    assert problem.value.code == "unknown_entry"


def test_an_undo_needs_a_reason(shop: Shop) -> None:
    """Without words nothing is taken back."""
    with pytest.raises(BonusError) as problem:
        undo(shop, "P", " ")
    assert (problem.value.code, problem.value.where) == ("usage", "--reason")


def test_an_undo_keeps_who_and_why_and_can_be_repeated(shop: Shop) -> None:
    """Actor and reason stand with the event; the same key takes back once."""
    writing = Writing(actor="till 3", key="U")
    done = undo(shop, "P", "wrong card", writing)
    assert (done.undone, done.number, done.reversed, done.replayed) == ("adjust", "P", 50, False)
    again = undo(shop, "P", "wrong card", writing)
    assert (again.reversed, again.balance, again.replayed, again.entries) == (50, done.balance, True, 0)
    with pytest.raises(BonusError) as problem:
        undo(shop, "P", "another reason", writing)
    assert problem.value.code == "key_conflict"
    with shop.reading() as session:
        row = session.connection.execute("SELECT actor, reason FROM events WHERE kind = 'undo'").fetchone()
    assert tuple(row) == ("till 3", "wrong card")
    assert_proven(shop)


def test_a_tried_undo_takes_nothing(shop: Shop) -> None:
    """A dry run answers the same and leaves no trace."""
    before, balance = dump(shop), figures(shop, "1").balance
    assert undo(shop, "P", "a mistake", Writing(dry_run=True)).balance == balance - 50
    assert dump(shop) == before
