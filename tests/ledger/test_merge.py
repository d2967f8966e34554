# ruff: noqa: E501 (a step of a sequence is a line, however long)
"""Mergers: what one member had becomes the other's, whichever card is shown; returns of it are in ``test_heirs``."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services import database
from bonuscli.services.card_changes import block
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.explain import explain
from bonuscli.services.redeem import adjust, redeem
from bonuscli.services.returns import return_goods
from bonuscli.services.transfers import merge
from bonuscli.services.undo import undo
from bonuscli.services.verify import verify
from bonuscli.services.writing import Writing
from tests.ledger.conftest import Play
from tests.ledger.tills import assert_proven, drop_triggers, dump, figures, open_shop, send_rows

# Member 1 has earned 80 with A; members 2 and 3 have nothing.
BEGIN = """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 09:00, enroll: {card: "2"}}
        - {at: 2026-01-01 09:00, enroll: {card: "3"}}
        - {at: 2026-01-02 10:00, receipt: {id: A, card: "1", lines: [{sku: a, amount: "50.00"}, {sku: b, amount: "30.00"}]}}
"""


@pytest.mark.parametrize("blocked", ["1", "2"])
def test_who_is_blocked_is_not_merged_either_way(tmp_path: Path, blocked: str) -> None:
    """Blocked points are not freed by a merger, nor are open ones blocked by it; the message names the card to unblock."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 09:00", grants="{welcome: {points: 50}}")
    for card in ("1", "2"):
        enrol_one(shop, NO_PARTICULARS._replace(card=card))
    block(shop, blocked, True)
    before = dump(shop)
    with pytest.raises(BonusError) as caught:
        merge(shop, "1", "2")
    assert (caught.value.code, caught.value.message) == ("card_blocked", f"the card is blocked: {blocked}")
    assert f"card unblock {blocked}" in str(caught.value.hint)
    assert dump(shop) == before
    block(shop, blocked, False)
    assert merge(shop, "1", "2").balance == 100


def test_points_spent_before_the_merger_pay_for_the_receipt_after_it(play: Play) -> None:
    """`redeem R`, merger, `accrue R`: paid by points; what the receipt can not take comes back, and all with its return."""
    play(
        BEGIN
        + """
        - {at: 2026-01-03 10:00, redeem: {card: "1", points: 50, receipt: R, total: "60.00"}, expect: {balance: 30}}
        - {at: 2026-01-03 10:01, merge: {from: "1", to: "2"}}
        - {at: 2026-01-03 10:02, redeem: {card: "2", points: 5, receipt: R, total: "60.00"}, expect: {error_code: key_conflict}}
        - {at: 2026-01-03 10:03, receipt: {id: R, card: "1", total: "40.00"}, expect: {redeemed: 40, earned: 0, balance: 40, cards: {"2": {balance: 40}}}}
        - {at: 2026-01-03 10:04, receipt: {id: R, card: "2", total: "40.00"}, expect: {replayed: true, entries: 0}}
        - {at: 2026-01-03 10:05, merge: {from: "2", to: "3"}}
        - {at: 2026-01-04 10:00, return: {id: X, of: R}, expect: {restored: 40, pay_back: "0.00", cards: {"3": {balance: 80}}}}
        - {at: 2026-01-05 10:00, return: {id: Y, of: A}, expect: {reversed: 80, cards: {"3": {balance: 0}}}}
        """
    )


def test_a_hold_is_let_go_and_a_capture_pays(play: Play) -> None:
    """An open hold comes back with the merger; what was captured before pays for the receipt that comes after."""
    play(
        BEGIN
        + """
        - {at: 2026-01-03 10:00, hold: {id: R, card: "1", points: 20, receipt: R}}
        - {at: 2026-01-03 10:01, capture: {hold: R, points: 15}}
        - {at: 2026-01-03 10:02, hold: {id: h, card: "1", points: 30}}
        - {at: 2026-01-03 10:03, merge: {from: "1", to: "2"}, expect: {balance: 65, held: 0}}
        - {at: 2026-01-03 10:04, release: {hold: h}, expect: {refused: hold_closed}}
        - {at: 2026-01-03 10:05, receipt: {id: R, card: "2", total: "40.00"}, expect: {redeemed: 15, earned: 25, balance: 90}}
        - {at: 2026-01-03 10:06, return: {id: X, of: R}, expect: {restored: 15, reversed: 25, cards: {"2": {balance: 80}}}}
        """
    )


def test_a_late_receipt_of_the_old_card_is_the_heirs(tmp_path: Path) -> None:
    """An import after the merger books new receipts on the heir, knows those that it brought before, and returns them."""
    shop = open_shop(tmp_path / "shop.db", "2026-02-01 12:00")
    rows = "A,sale,,2026-01-02 10:00,1,G,2,30.00,\nB,sale,,2026-01-03 10:00,2,G,1,50.00,\n"
    send_rows(shop, tmp_path, rows)
    merge(shop, "1", "2")
    before = dump(shop)
    assert send_rows(shop, tmp_path, rows).duplicate == 2
    assert dump(shop) == before
    late = (
        rows
        + "L,sale,,2026-01-03 09:00,1,G,1,7.00,\nX,return,A,2026-01-20 10:00,1,G,1,15.00,\nY,return,A,2026-01-21 10:00,,G,1,15.00,\n"
    )
    done = send_rows(shop, tmp_path, late)
    assert (done.accepted, done.duplicate, done.rejected) == (3, 2, 0)
    assert figures(shop, "2").balance == 57
    assert send_rows(shop, tmp_path, late).duplicate == 5
    assert_proven(shop)


def test_a_return_with_a_strangers_card_is_refused(tmp_path: Path) -> None:
    """The heir's card may bring it back, nobody else's."""
    shop = open_shop(tmp_path / "shop.db", "2026-02-01 12:00")
    send_rows(
        shop,
        tmp_path,
        "A,sale,,2026-01-02 10:00,1,G,1,30.00,\nB,sale,,2026-01-03 10:00,2,G,1,5.00,\nC,sale,,2026-01-03 10:00,3,G,1,5.00,",
    )
    merge(shop, "1", "2")
    assert send_rows(shop, tmp_path, "X,return,A,2026-01-20 10:00,3,G,1,30.00,").rejected == 1
    assert send_rows(shop, tmp_path, "X,return,A,2026-01-20 10:00,2,G,1,30.00,").accepted == 1
    assert_proven(shop)


def test_the_undoing_of_a_receipt_is_the_heirs_too(play: Play) -> None:
    """`undo R` brings it back on the account that took over; other events of the closed account stay as they are."""
    shop = play(BEGIN + '        - {at: 2026-01-03 10:00, redeem: {id: r, card: "1", points: 5}}')
    merge(shop, "1", "2")
    done = undo(shop, "A", "never bought")
    assert (done.card, done.reversed, done.balance) == ("1", 80, -5)
    with pytest.raises(BonusError) as problem:
        undo(shop, "r", "never redeemed")
    assert problem.value.code == "not_undoable"
    assert "bonuscli adjust" in (problem.value.hint or "")
    assert_proven(shop)


def test_a_merger_is_for_good(play: Play) -> None:
    """Neither side of it can be undone."""
    shop = play(BEGIN)
    merge(shop, "1", "2")
    before = dump(shop)
    for entry in ("1:2", "2:1"):
        with pytest.raises(BonusError, match="a merger is for good") as problem:
            undo(shop, entry, "a mistake")
        assert problem.value.code == "not_undoable"
        assert "bonuscli adjust" in (problem.value.hint or "")
    assert dump(shop) == before


def test_calls_that_are_repeated_after_the_merger(play: Play) -> None:
    """A redemption, an adjustment, a return and the merger itself answer as they did, with the heir's balance."""
    shop = play(BEGIN)
    redeem(shop, "1", 5, "R")
    adjust(shop, "1", 7, "sorry", Writing(key="P"))
    return_goods(shop, "A", amount=1000, return_id="X")
    merge(shop, "1", "2", Writing(key="M"))
    merge(shop, "2", "3", Writing(key="N"))
    before = dump(shop)
    balance = figures(shop, "3").balance
    assert (balance, figures(shop, "1").balance) == (73, 73)
    again = redeem(shop, "1", 5, "R")
    assert (again.replayed, again.balance) == (True, balance)
    assert adjust(shop, "3", 7, "sorry", Writing(key="P")).balance == balance
    assert return_goods(shop, "A", amount=1000, return_id="X")[2:8] == (9, 0, 0, 1000, 0, balance)
    for key, cards in (("M", ("1", "2")), ("N", ("2", "3"))):
        assert merge(shop, *cards, Writing(key=key)).replayed
    with pytest.raises(BonusError) as problem:
        redeem(shop, "2", 6, "R")
    assert problem.value.code == "key_conflict"
    assert dump(shop) == before


def test_one_member_is_not_merged_twice(play: Play) -> None:
    """After the merger both cards are one member's: either direction is refused."""
    shop = play(BEGIN)
    merge(shop, "1", "2", Writing(key="M"))
    before = dump(shop)
    for cards in (("1", "2"), ("2", "1")):
        with pytest.raises(BonusError) as problem:
            merge(shop, *cards)
        assert problem.value.code == "usage"
    with pytest.raises(BonusError) as problem:
        merge(shop, "3", "2", Writing(key="M"))
    assert problem.value.code == "key_conflict"
    assert dump(shop) == before


def test_a_tried_merger_changes_nothing(play: Play) -> None:
    """A dry run answers the same; cards, phones and accounts stay where they are."""
    shop = play(BEGIN + '        - {at: 2026-01-03 09:00, enroll: {card: "4", phone: "+491701234567"}}')
    before = dump(shop)
    assert merge(shop, "1", "4", Writing(dry_run=True)).moved == 80
    assert merge(shop, "4", "1", Writing(dry_run=True)).moved == 0
    assert dump(shop) == before


def test_projections_are_made_again(play: Play) -> None:
    """`db rebuild` gives the heir what the tills left, returns of merged receipts and all."""
    shop = play(
        BEGIN
        + """
        - {at: 2026-01-03 10:00, receipt: {id: B, card: "1", total: "40.00", redeem: 30}}
        - {at: 2026-01-03 11:00, merge: {from: "1", to: "2"}}
        - {at: 2026-01-03 12:00, return: {id: X, of: B, amount: "5.00"}}
        - {at: 2026-01-03 13:00, merge: {from: "2", to: "3"}}
        - {at: 2026-01-03 14:00, return: {id: Y, of: B}, expect: {cards: {"3": {balance: 80}}}}
        """
    )
    before = list(database.dump_lines(shop.path))
    database.rebuild(shop)
    assert list(database.dump_lines(shop.path)) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE inherited SET points = points + 1",
        "UPDATE inherited SET debit = debit + 1",
        "DELETE FROM inherited",
        "UPDATE events SET body = replace(body, '\"owed\":[]', '\"owed\":[[3,1]]') WHERE kind = 'effect'",
        "DELETE FROM events WHERE kind = 'merge'",
        "UPDATE accounts SET merged_into = NULL",
    ],
)
def test_what_is_changed_by_hand_is_found(play: Play, change: str) -> None:
    """Neither what went over nor what came back later can be changed unseen."""
    shop = play(
        BEGIN
        + """
        - {at: 2026-01-03 10:00, receipt: {id: B, card: "1", total: "40.00", redeem: 30}}
        - {at: 2026-01-03 11:00, merge: {from: "1", to: "2"}}
        - {at: 2026-01-03 12:00, return: {id: X, of: B, amount: "5.00"}}
        """
    )
    with closing(sqlite3.connect(shop.path)) as connection:
        drop_triggers(connection)
        assert connection.execute(change).rowcount
        connection.commit()
    assert verify(shop).findings


def test_a_receipt_paid_before_the_merger_is_explained(play: Play) -> None:
    """The account is folded up to the receipt with what the merged one left."""
    shop = play(
        BEGIN
        + """
        - {at: 2026-01-03 10:00, redeem: {card: "1", points: 50, receipt: R, total: "60.00"}}
        - {at: 2026-01-03 10:01, merge: {from: "1", to: "2"}}
        - {at: 2026-01-03 10:03, receipt: {id: R, card: "1", total: "60.00"}, expect: {redeemed: 50, earned: 10}}
        """
    )
    assert explain(shop, "R").earned == 10
