"""Double entry on one account: what credits and debits write, how debts are repaid, and how a debit comes back."""

import pytest

from bonuscli.days import NEVER, parse_day
from bonuscli.engine import book
from bonuscli.errors import InvariantBroken
from bonuscli.model import ADJUST, CAPTURE, GIFT, MERGE, REDEEM, Allocation, Entry, GiftBody, MergeBody
from tests.engine.accounts import Card, instant
from tests.engine.scoring import program

# A point a euro and a point pays a euro, for good.
SHOP = program(redeem="{}")
# The same for people who count the hours before five to the day before, two hours ahead of UTC.
BAR = program(redeem="{}", timezone="Europe/Helsinki", day_starts='"05:00"')


def two_lots() -> Card:
    """50 points through April (lot 1) and 50 through May (lot 2)."""
    card = Card(SHOP)
    card.give("2026-01-02 12:00", 50, through="2026-04-30")
    card.give("2026-01-03 12:00", 50, through="2026-05-31")
    return card


# --- credits and debits ----------------------------------------------------------------------------------------------


def test_a_credit_is_one_entry_that_opens_a_lot() -> None:
    """Kind, points, instant, business day, event and both days of the lot stand in the entry; nothing is moved."""
    card = Card(BAR)
    n = card.give("2026-01-05 03:30", 100, opens="2026-01-10", through="2026-03-31")
    at = instant("2026-01-05", 90 * 60)  # 03:30 in Helsinki is 01:30 UTC
    days = parse_day("2026-01-10"), parse_day("2026-03-31")
    assert card.rows.entries == [Entry(1, "grant", 100, at, parse_day("2026-01-04"), 2, *days, None, 0)]
    assert (n, card.moves, card.left) == (1, [], {1: 100})
    lot = card.account.lot(1)
    assert (lot.n, lot.opens_on, lot.expires_on, lot.remaining, lot.origin, lot.expired) == (1, *days, 100, 0, 0)


def test_a_credit_of_a_rule_names_it() -> None:
    """The entry of a welcome grant bears the rule that gave it."""
    card = Card(program(grants="{welcome: {points: 20, lasts: 30d, after: enrolment}}"))
    days = parse_day("2026-01-01"), parse_day("2026-01-31")
    at = instant("2026-01-01", 9 * 3600)
    assert card.rows.entries == [Entry(1, "grant", 20, at, days[0], 1, *days, "welcome", 0)]


def test_a_debit_is_one_entry_and_a_movement_for_each_lot() -> None:
    """70 points out of lots of 50 and 50: all of the first and 20 of the second."""
    card = two_lots()
    n = card.redeem("2026-01-04 15:00", 70)
    at = instant("2026-01-04", 15 * 3600)
    assert card.rows.entries == [Entry(3, "redemption", -70, at, parse_day("2026-01-04"), 4, None, None, None, 0)]
    assert card.rows.allocations == [Allocation(3, 3, 3, 1, 50), Allocation(3, 3, 3, 2, 20)]
    assert (n, card.left, card.owed) == (3, {2: 30}, {})


def test_a_debit_for_a_gift_names_it() -> None:
    """The entry of points that pay for a gift bears the gift's id."""
    card = two_lots()
    card.tell(GIFT, "2026-01-04 12:00", GiftBody("mug", 30, "goods", None, None))
    assert [(entry.kind, entry.points, entry.rule) for entry in card.rows.entries] == [("gift", -30, "mug")]


def test_a_debit_leaves_lots_alone_that_it_does_not_need() -> None:
    """50 points are just the first lot; no empty movement names the second."""
    card = two_lots()
    card.redeem("2026-01-04 12:00", 50)
    assert (card.moves, card.left) == ([(3, 3, 3, 1, 50)], {2: 50})


def test_what_lots_do_not_cover_is_owed() -> None:
    """130 taken out of 100: a rest of 30, and nothing in any lot."""
    card = two_lots()
    card.adjust("2026-01-04 12:00", -130)
    assert card.booked == [("adjustment", -130)]
    assert card.moves == [(3, 3, 3, 1, 50), (3, 3, 3, 2, 50)]
    assert (card.left, card.owed, card.account.deficit) == ({}, {3: 30}, 30)


def test_a_debit_may_find_nothing_at_all() -> None:
    """Without a lot the whole of it is owed, and no movement is written."""
    card = Card(SHOP)
    card.adjust("2026-01-04 12:00", -30)
    assert (card.moves, card.owed) == ([], {1: 30})


# --- debts are repaid first ------------------------------------------------------------------------------------------


def owing() -> Card:
    """30 owed by entry 1 and 20 owed by entry 2."""
    card = Card(SHOP)
    card.adjust("2026-01-02 12:00", -30)
    card.adjust("2026-01-03 12:00", -20)
    return card


@pytest.mark.parametrize(
    "points, moves, owed, left",
    [
        (10, [(3, 1, 1, 3, 10)], {1: 20, 2: 20}, {}),
        (30, [(3, 1, 1, 3, 30)], {2: 20}, {}),
        (40, [(3, 1, 1, 3, 30), (3, 2, 2, 3, 10)], {2: 10}, {}),
        (50, [(3, 1, 1, 3, 30), (3, 2, 2, 3, 20)], {}, {}),
        (100, [(3, 1, 1, 3, 30), (3, 2, 2, 3, 20)], {}, {3: 50}),
    ],
)
def test_new_points_repay_the_oldest_debt_first(points: int, moves: list, owed: dict, left: dict) -> None:
    """The movement belongs to the debit that was owed, and names the credit that caused it; the rest stays."""
    card = owing()
    card.give("2026-01-04 12:00", points)
    assert card.booked == [("grant", points)]
    assert (card.moves, card.owed, card.left) == (moves, owed, left)


def test_points_of_a_lot_that_has_ended_repay_too() -> None:
    """100 told late, for a lot that ended in March: 50 repay what is owed, only the other 50 expire."""
    card = owing()
    card.pass_time("2026-06-01 12:00")
    card.give("2026-02-01 12:00", 100, through="2026-03-31")
    assert card.booked == [("grant", 100), ("expiry", -50)]
    assert (card.owed, card.left) == ({}, {})
    assert card.account.lot(3).expired == 50


def test_the_worked_number() -> None:
    """80 earned, 30 of them spent, all brought back: 30 are owed; the next 100 leave 70."""
    card = Card(SHOP)
    card.buy("2026-01-02 12:00", "G 80.00", name="r1")
    card.redeem("2026-01-03 12:00", 30)
    card.bring_back("2026-01-04 12:00", "r1")
    assert (card.booked, card.moves, card.owed) == ([("take-back", -80)], [(3, 3, 3, 1, 50)], {3: 30})
    card.buy("2026-01-05 12:00", "G 100.00")
    assert (card.owed, card.left) == ({}, {4: 70})


# --- a debit comes back ----------------------------------------------------------------------------------------------


def test_a_debit_comes_back_to_its_lots_in_reverse_order() -> None:
    """What was eaten last comes back first; the entry is a credit without a lot of its own."""
    card = two_lots()
    card.hold("2026-01-04 12:00", 70, until="2026-01-04 12:15")
    n = card.release("2026-01-04 12:05")
    at = instant("2026-01-04") + 300
    assert card.rows.entries == [Entry(4, "hold", 70, at, parse_day("2026-01-04"), 5, None, None, None, 0)]
    assert (n, card.moves, card.left) == (4, [(4, 4, 3, 2, 20), (4, 4, 3, 1, 50)], {1: 50, 2: 50})


def test_a_part_of_a_debit_comes_back_where_it_was_eaten_last() -> None:
    """70 paid for a purchase, half of it brought back: 35 are the 20 of the second lot and 15 of the first."""
    card = two_lots()
    card.buy("2026-01-04 12:00", "A 2x 70.00", spend=70, name="r1")
    card.bring_back("2026-01-05 12:00", "r1", (1, 1))
    assert (card.booked, card.moves) == ([("restore", 35)], [(4, 4, 3, 2, 20), (4, 4, 3, 1, 15)])
    assert card.left == {1: 15, 2: 50}
    card.bring_back("2026-01-06 12:00", "r1")
    assert (card.moves, card.left) == ([(5, 5, 3, 1, 35)], {1: 50, 2: 50})


def test_what_was_owed_of_a_debit_is_cancelled_first() -> None:
    """130 taken out of 100 and taken back: 30 cancel the rest (lot 0), 100 fill the lots."""
    card = two_lots()
    n = card.adjust("2026-01-04 12:00", -130)
    card.undo("2026-01-05 12:00", card.seq, ADJUST, (n, -130))
    assert card.booked == [("adjustment", 130)]
    assert card.moves == [(4, 4, 3, 0, 30), (4, 4, 3, 2, 50), (4, 4, 3, 1, 50)]
    assert (card.owed, card.left) == ({}, {1: 50, 2: 50})


def test_a_part_that_only_cancels_what_was_owed_frees_nothing() -> None:
    """Of 130 taken out of 100 the first 20 that come back lower the debt to 10, the next 20 free 10."""
    card = two_lots()
    n = card.adjust("2026-01-04 12:00", -130)
    back, freed = book.give_back(card.account, card.rows, "restore", n, 20, card.account.clock, 20_000, None)
    assert (back, freed, card.owed) == (4, {}, {3: 10})
    back, freed = book.give_back(card.account, card.rows, "restore", n, 20, card.account.clock, 20_000, None)
    assert (back, freed, card.owed, card.left) == (5, {2: 10}, {}, {2: 10})


def test_points_that_come_back_repay_other_debts_first() -> None:
    """60 of 100 on hold, then 70 taken: 30 are owed; the 60 let go repay them and leave 30."""
    card = Card(SHOP)
    card.give("2026-01-02 12:00", 100)
    card.hold("2026-01-04 12:00", 60, until="2026-01-04 12:15")
    card.adjust("2026-01-04 12:01", -70)
    assert card.owed == {3: 30}
    card.release("2026-01-04 12:05")
    assert (card.moves, card.owed, card.left) == ([(4, 4, 2, 1, 60), (4, 3, 3, 1, 30)], {}, {1: 30})


def test_what_a_lot_repaid_is_of_the_debit_from_then_on() -> None:
    """A debt that a later lot repaid comes back to that lot."""
    card = Card(SHOP)
    card.give("2026-01-02 12:00", 100, through="2026-06-30")
    n = card.adjust("2026-01-03 12:00", -130)
    undone = card.seq
    card.give("2026-01-04 12:00", 50, through="2026-07-31")
    assert card.left == {3: 20}
    card.give("2026-01-04 13:00", 5, through="2026-08-31")
    card.undo("2026-01-05 12:00", undone, ADJUST, (n, -130))
    assert (card.moves, card.left) == ([(5, 5, 2, 3, 30), (5, 5, 2, 1, 100)], {1: 100, 3: 50, 4: 5})


def test_one_lot_may_repay_one_debit_twice() -> None:
    """What two holds let go into the same lot sums up in what the debit took of it."""
    card = Card(SHOP)
    card.give("2026-01-02 12:00", 100)
    card.hold("2026-01-03 12:00", 10, until="2026-01-03 13:00", name="a")
    card.hold("2026-01-03 12:00", 20, until="2026-01-03 14:00", name="b")
    n = card.adjust("2026-01-03 12:05", -100)
    undone = card.seq
    assert card.owed == {4: 30}
    card.pass_time("2026-01-03 15:00")
    assert card.booked == [("hold", 10), ("hold", 20)]
    assert (card.owed, card.left) == ({}, {})
    card.undo("2026-01-05 12:00", undone, ADJUST, (n, -100))
    assert (card.moves, card.left) == ([(7, 7, 4, 1, 100)], {1: 100})


def test_more_than_a_debit_took_never_comes_back() -> None:
    """A second undoing of 70 points is a broken promise, told with its numbers."""
    card = two_lots()
    n = card.redeem("2026-01-04 12:00", 70)
    card.undo("2026-01-05 12:00", card.seq, REDEEM, (n, -70))
    with pytest.raises(InvariantBroken, match=r"^account 7: 25 points of debit 3 were to come back, 25 more than"):
        book.give_back(card.account, card.rows, "restore", n, 25, card.account.clock, 20_000, None)


# --- one debit in the place of another -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "points, moves, left",
    [
        (70, [(4, 4, 3, 1, 50), (5, 5, 5, 1, 50), (4, 4, 3, 2, 20), (5, 5, 5, 2, 20)], {2: 30}),
        (60, [(4, 4, 3, 1, 50), (5, 5, 5, 1, 50), (4, 4, 3, 2, 20), (5, 5, 5, 2, 10)], {2: 40}),
        (50, [(4, 4, 3, 1, 50), (5, 5, 5, 1, 50), (4, 4, 3, 2, 20)], {2: 50}),
        (45, [(4, 4, 3, 1, 50), (5, 5, 5, 1, 45), (4, 4, 3, 2, 20)], {1: 5, 2: 50}),
    ],
)
def test_a_capture_takes_the_holds_place(points: int, moves: list, left: dict) -> None:
    """The whole hold is reversed and the captured points are taken from its lots, in its own eating order."""
    card = two_lots()
    card.hold("2026-01-04 12:00", 70, until="2026-01-04 12:15")
    n = card.capture("2026-01-04 12:05", points)
    at, day = instant("2026-01-04"), parse_day("2026-01-04")
    assert card.rows.entries == [
        Entry(4, "hold", 70, at, day, 5, None, None, None, 0),
        Entry(5, "redemption", -points, at, day, 5, None, None, None, 0),
    ]
    assert (n, card.moves, card.left) == (5, moves, left)
    assert card.give("2026-01-04 13:00", 1) == 6


def test_what_a_capture_lets_go_repays_debts_first() -> None:
    """70 of 100 on hold, 50 taken besides (20 owed), 40 captured: of the 30 let go 20 repay, the later lot's first."""
    card = two_lots()
    card.hold("2026-01-04 12:00", 70, until="2026-01-04 12:15")
    card.adjust("2026-01-04 12:01", -50)
    assert card.owed == {4: 20}
    card.capture("2026-01-04 12:05", 40)
    assert card.moves[-1] == (5, 4, 4, 2, 20)
    assert (card.owed, card.left) == ({}, {1: 10})


def test_a_capture_comes_back_to_the_lots_it_took_from() -> None:
    """45 of a hold of 70 captured and undone: 45 are in the first lot again."""
    card = two_lots()
    card.hold("2026-01-04 12:00", 70, until="2026-01-04 12:15")
    n = card.capture("2026-01-04 12:05", 45)
    card.undo("2026-01-05 12:00", card.seq, CAPTURE, (n, -45))
    assert (card.booked, card.moves) == ([("restore", 45)], [(6, 6, 5, 1, 45)])
    assert card.left == {1: 50, 2: 50}


def test_a_debit_that_was_replaced_has_nothing_left_to_give_back() -> None:
    """All of the hold is reversed once: not even a point of it comes back a second time."""
    card = two_lots()
    hold = card.hold("2026-01-04 12:00", 70, until="2026-01-04 12:15")
    card.capture("2026-01-04 12:05", 45)
    with pytest.raises(InvariantBroken, match="1 points of debit 3 were to come back, 1 more than it took"):
        book.give_back(card.account, card.rows, "restore", hold, 1, card.account.clock, 20_000, None)


def test_a_capture_skips_lots_that_gave_their_part_back() -> None:
    """Where the hold's second lot has its part back already, the capture names the first alone."""
    card = two_lots()
    hold = card.hold("2026-01-04 12:00", 70, until="2026-01-04 12:15")
    book.give_back(card.account, card.rows, "restore", hold, 20, card.account.clock, 20_000, None)
    card.rows = book.Rows()
    book.exchange(card.account, card.rows, hold, ("hold", "redemption"), 50, 0, 0, None)
    assert card.booked == [("hold", 50), ("redemption", -50)]
    assert card.moves == [(5, 5, 3, 1, 50), (6, 6, 6, 1, 50)]


def test_a_capture_never_takes_more_than_was_held() -> None:
    """71 in the place of 70 is a broken promise, told with its numbers."""
    card = two_lots()
    hold = card.hold("2026-01-04 12:00", 70, until="2026-01-04 12:15")
    with pytest.raises(InvariantBroken, match=r"^account 7: 71 points in the place of debit 3 of 70$"):
        book.exchange(card.account, card.rows, hold, ("hold", "redemption"), 71, 0, 0, None)


# --- what is owed, cancelled -----------------------------------------------------------------------------------------


def test_a_merger_cancels_what_is_owed() -> None:
    """One credit of the whole deficit cancels each rest, the oldest first, and no lot is opened."""
    card = owing()
    n = card.tell(MERGE, "2026-01-05 12:00", MergeBody(9, 8))
    at, day = instant("2026-01-05"), parse_day("2026-01-05")
    assert card.rows.entries == [Entry(3, "transfer-in", 50, at, day, 4, None, None, None, 0)]
    assert card.rows.allocations == [Allocation(3, 3, 1, 0, 30), Allocation(3, 3, 2, 0, 20)]
    assert (n, card.owed, card.account.deficit) == (3, {}, 0)


# --- what has to be stored -------------------------------------------------------------------------------------------


def touched(card: Card) -> dict[str, set]:
    """Which lots and rests have to be stored anew."""
    return {what: card.account.touched[what] for what in ("lots", "rests") if what in card.account.touched}


def test_lots_and_rests_that_changed_are_named() -> None:
    """The projections of just those lots and rests are written again that an event has changed."""
    card = two_lots()
    assert touched(card) == {"lots": {1, 2}}
    card.account.forget_finished()
    card.redeem("2026-01-04 12:00", 20)
    assert touched(card) == {"lots": {1}}
    card.account.forget_finished()
    card.adjust("2026-01-05 12:00", -100)
    assert touched(card) == {"lots": {1, 2}, "rests": {4}}
    card.account.forget_finished()
    card.give("2026-01-06 12:00", 30, through="2026-02-28")
    assert touched(card) == {"lots": {5}, "rests": {4}}
    assert card.account.lot(5).expires_on < NEVER


def test_debts_of_entries_stored_earlier_are_repaid() -> None:
    """Of a debit that the account need not give back any more, only the rest is lowered."""
    card = owing()
    card.account.forget_finished()
    card.give("2026-01-04 12:00", 40)
    assert (card.moves, card.owed) == ([(3, 1, 1, 3, 30), (3, 2, 2, 3, 10)], {2: 10})
    assert touched(card)["rests"] == {1, 2}
