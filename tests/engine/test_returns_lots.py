"""Goods brought back: from which lots points are taken, and to which those come back that paid."""

import pytest

from bonuscli.days import format_day, parse_day
from bonuscli.model import Entry
from tests.engine.accounts import Card, bought, brought, instant, shop
from tests.engine.scoring import POINTS

SHOP = shop()
PENDING = POINTS[:-1] + ", opens: {after: 14d}}"
MONTH = POINTS[:-1] + ", lasts: {for: 1mo}}"


# --- from where points are taken -------------------------------------------------------------------------------------


def test_the_receipts_own_lot_goes_first() -> None:
    """Own, though it is pending and ends last; then open, then pending points; the rest is owed."""
    card = Card(shop(points=PENDING))
    card.give("2026-01-05 12:00", 10, opens="2026-03-01", through="2026-03-31")
    card.give("2026-01-05 12:00", 20, through="2026-12-31")
    card.buy("2026-01-10 12:00", "G 50.00", name="r1")
    card.buy("2026-01-10 13:00", "G 30.00", name="r2")
    card.adjust("2026-01-11 12:00", -25)  # the 20 that are open, and 5 of the pending 10
    card.give("2026-01-11 12:00", 7)
    assert card.left == {1: 5, 3: 50, 4: 30, 6: 7}
    card.bring_back("2026-01-11 13:00", "r2")
    assert card.moves == [(7, 7, 7, 4, 30)]
    card.adjust("2026-01-11 14:00", -30)
    assert card.left == {3: 32}
    card.give("2026-01-11 15:00", 7)
    card.give("2026-01-11 15:00", 4, opens="2026-03-01", through="2026-03-31")
    card.bring_back("2026-01-11 16:00", "r1")
    assert card.moves == [(11, 11, 11, 3, 32), (11, 11, 11, 9, 7), (11, 11, 11, 10, 4)]
    assert card.owed == {11: 7}


def test_with_short_forgive_nothing_is_owed() -> None:
    """80 of 100 are spent: 20 are taken, 80 forgiven, and they stay forgiven."""
    card = bought(shop(returns="short: forgive"), "A 2x 100.00")
    card.redeem("2026-01-10 13:00", 80)
    assert brought(card, "2026-01-11 12:00", (1, 1)) == (20, 0, 30, 5000)
    assert (card.owed, card.left) == ({}, {})
    card.give("2026-01-11 13:00", 30)
    assert brought(card, "2026-01-12 12:00", (1, 1)) == (30, 0, 20, 5000)
    assert (card.owed, card.left) == ({}, {})


def test_with_short_forgive_what_is_there_is_taken_whole() -> None:
    """Where the points are there, none are forgiven."""
    card = bought(shop(returns="short: forgive"), "A 2x 100.00")
    assert brought(card, "2026-01-11 12:00", (1, 1)) == (50, 0, 0, 5000)
    card.redeem("2026-01-12 12:00", 50)
    assert brought(card, "2026-01-13 12:00", (1, 1)) == (0, 0, 50, 5000)
    assert card.booked == []


def test_points_on_hold_are_owed_and_not_forgiven() -> None:
    """60 of 100 on hold: 40 are taken, 60 owed, and what is let go repays them."""
    card = bought(shop(returns="short: forgive"), "A 2x 100.00")
    card.hold("2026-01-11 12:00", 60, until="2026-01-11 13:00")
    assert brought(card, "2026-01-11 12:05") == (100, 0, 0, 10000)
    assert card.owed == {3: 60}
    card.release("2026-01-11 12:10")
    assert (card.owed, card.left) == ({}, {})


def test_what_is_owed_already_is_not_there() -> None:
    """60 of 100 on hold and 20 owed: of the 100 due 40 are owed besides, for the hold to repay, and 60 are forgiven."""
    card = bought(shop(returns="short: forgive"), "A 100.00")
    card.hold("2026-01-11 12:00", 60, until="2026-01-11 13:00")
    card.adjust("2026-01-11 12:01", -60)
    assert card.owed == {3: 20}
    assert brought(card, "2026-01-11 12:05") == (40, 0, 60, 10000)
    card.release("2026-01-11 12:10")
    assert (card.owed, card.left) == ({}, {})


def test_a_single_point_is_taken_back() -> None:
    """One earned, one taken."""
    card = bought(SHOP, "A 1.00")
    card.bring_back("2026-01-11 12:00", "r1")
    assert (card.booked, card.left) == ([("take-back", -1)], {})


def test_what_expired_of_the_own_lot_is_set_against_the_take_back() -> None:
    """Of 100 points 30 were spent and 70 expired: the return of all takes 30, which are owed."""
    card = bought(shop(points=MONTH), "A 2x 100.00")
    card.redeem("2026-01-12 12:00", 30)
    card.pass_time("2026-02-11 12:00")
    assert card.booked == [("expiry", -70)]
    assert brought(card, "2026-02-12 12:00", (1, 1)) == (0, 0, 0, 5000)
    assert card.booked == []
    assert brought(card, "2026-02-13 12:00") == (30, 0, 0, 5000)
    assert card.owed == {4: 30}


def test_what_was_taken_before_the_expiry_stays_taken() -> None:
    """Half of it taken back in time, the other half expired: nothing more is due."""
    card = bought(shop(points=MONTH), "A 2x 100.00")
    assert brought(card, "2026-01-12 12:00", (1, 1))[0] == 50
    card.pass_time("2026-02-11 12:00")
    assert brought(card, "2026-02-12 12:00") == (0, 0, 0, 5000)


def test_a_return_told_late_takes_points_at_the_clock() -> None:
    """What is taken bears the account's clock and its day; the event's own day counts for nothing else."""
    card = bought(SHOP, "A 100.00")
    card.pass_time("2026-03-01 08:00")
    card.bring_back("2026-01-20 12:00", "r1")
    (entry,) = card.rows.entries
    assert (entry.at, entry.day) == (instant("2026-03-01", 8 * 3600), parse_day("2026-03-01"))


def test_a_return_told_late_meets_the_lots_of_the_clock() -> None:
    """Points that were pending on the return's own day but are open by now are eaten as open ones."""
    card = bought(SHOP, "A 20.00")
    card.redeem("2026-01-11 12:00", 20)
    card.give("2026-01-11 12:00", 10, opens="2026-02-01", through="2026-06-30")
    card.give("2026-01-11 12:00", 10, through="2026-12-31")
    card.pass_time("2026-03-01 12:00")
    card.bring_back("2026-01-20 12:00", "r1", amount=1000)
    assert card.moves == [(5, 5, 5, 3, 10)]


def test_a_receipt_that_earned_nothing_has_nothing_to_take() -> None:
    """Nothing is booked, money is paid back."""
    card = bought(shop("{id: base, kind: percent, rate: 1%}"), "A 10.00")
    assert brought(card, "2026-01-11 12:00") == (0, 0, 0, 1000)
    assert card.booked == []


def test_a_receipt_from_before_the_program_is_only_paid_back() -> None:
    """No version valued it: no points, and the figures of its day are lowered."""
    card = Card(SHOP, begins="2026-02-01")
    card.buy("2026-01-10 12:00", "A 10.00", name="r1")
    assert brought(card, "2026-02-11 12:00") == (0, 0, 0, 1000)
    bucket = card.account.days[parse_day("2026-01-10")]
    assert (bucket.spend, bucket.receipts, card.account.receipts) == (0, 0, 0)


# --- points spent come back ------------------------------------------------------------------------------------------


def test_spent_points_come_back_to_their_lots_before_earned_ones_go() -> None:
    """50 paid of 100.00 and 50 were earned: the 50 come back, then the 50 of the receipt's own lot are taken."""
    card = bought(SHOP, "A 100.00", spend=50, points=60)
    assert card.left == {1: 10, 3: 50}
    assert brought(card, "2026-01-11 12:00") == (50, 50, 0, 5000)
    assert (card.booked, card.left) == ([("restore", 50), ("take-back", -50)], {1: 60})
    restored = card.rows.entries[0]
    assert (restored.at, restored.day) == (instant("2026-01-11"), parse_day("2026-01-11"))
    assert (restored.event, restored.opens_on) == (card.seq, None)


def test_the_last_return_restores_all_that_is_left() -> None:
    """7 points over two lines: what is rounded down with the first comes back with the second."""
    card = bought(SHOP, "A 2x 10.00; B 10.00", spend=7, points=7)
    assert [brought(card, "2026-01-11 12:00", *part)[1] for part in ([(1, 1)], [(2, 1)], [(1, 1)])] == [2, 3, 2]
    assert card.left == {1: 7}


EXTENDED = [
    # the lot's last day, and where the 30 points are after a return on 20 January with `restored_min_life: 14d`
    ("2026-02-02", {5: ("2026-02-03", 30)}),
    ("2026-02-03", {1: ("2026-02-03", 30)}),
    ("2026-01-25", {5: ("2026-02-03", 30)}),
    ("2026-01-19", {5: ("2026-02-03", 30)}),
]


@pytest.mark.parametrize("through, where", EXTENDED)
def test_restored_points_live_for_a_while(through: str, where: dict[int, tuple[str, int]]) -> None:
    """With fewer days left than the program promises, they move to a lot of their own to the day of return + 14."""
    card = Card(shop("{id: base, kind: percent, rate: 0.1%}", returns="restored_min_life: 14d"))
    card.give("2026-01-05 12:00", 30, through=through)
    card.buy("2026-01-10 12:00", "A 30.00", spend=30, name="r1")
    assert brought(card, "2026-01-20 12:00") == (0, 30, 0, 0)
    assert {n: (format_day(lot.expires_on), lot.remaining) for n, lot in card.account.lots.items()} == where


def test_an_extension_is_two_entries_that_sum_to_zero() -> None:
    """Out of the lot at the clock and into one that names it, open on the day of the return."""
    card = Card(shop("{id: base, kind: percent, rate: 0.1%}", returns="restored_min_life: 14d"))
    card.give("2026-01-05 12:00", 30, through="2026-01-31")
    card.buy("2026-01-10 12:00", "A 30.00", spend=30, name="r1")
    card.pass_time("2026-01-22 12:00")
    card.bring_back("2026-01-20 15:00", "r1")
    at, day = instant("2026-01-20", 15 * 3600), parse_day("2026-01-20")
    clock, clock_day = instant("2026-01-22"), parse_day("2026-01-22")
    days = parse_day("2026-01-05"), parse_day("2026-02-03")
    assert card.rows.entries == [
        Entry(3, "restore", 30, at, day, 4, None, None, None, 0),
        Entry(4, "extension", -30, clock, clock_day, 4, None, None, None, 0),
        Entry(5, "extension", 30, at, day, 4, *days, None, 1),
    ]
    assert card.moves == [(3, 3, 2, 1, 30), (4, 4, 4, 1, 30)]


def test_an_extended_lot_is_open_on_the_day_of_the_return() -> None:
    """Points that paid while they were pending are open from the day on which they come back."""
    card = Card(shop("{id: base, kind: percent, rate: 0.1%}", returns="restored_min_life: 60d"))
    card.give("2026-01-05 12:00", 30, opens="2026-02-01", through="2026-02-28")
    card.buy("2026-01-10 12:00", "A 30.00", spend=30, name="r1")
    card.bring_back("2026-01-20 12:00", "r1")
    assert card.account.lot(5).opens_on == parse_day("2026-01-20")


def test_each_lot_is_extended_once_and_for_itself() -> None:
    """Points of two lots come back to a lot each; used and brought back again they are not prolonged a second time."""
    card = Card(shop("{id: base, kind: percent, rate: 0.1%}", returns="restored_min_life: 14d"))
    card.give("2026-01-05 12:00", 10, through="2026-01-24")
    card.give("2026-01-05 12:00", 20, through="2026-01-22")
    card.give("2026-01-05 12:00", 40, through="2026-12-31")
    card.buy("2026-01-10 12:00", "A 60.00", spend=60, name="r1")
    card.bring_back("2026-01-20 12:00", "r1")
    kinds = ["restore", "extension", "extension", "extension", "extension"]
    assert card.booked == list(zip(kinds, [60, -10, 10, -20, 20], strict=True))
    assert card.left == {3: 40, 7: 10, 9: 20}
    assert [card.account.lot(n).origin for n in (3, 7, 9)] == [0, 1, 2]
    card.buy("2026-02-02 12:00", "A 30.00", spend=30, name="r2")
    card.bring_back("2026-02-03 12:00", "r2")
    assert card.booked == [("restore", 30)]
    assert card.account.lot(7).expires_on == parse_day("2026-02-03")


def test_points_that_repay_a_debt_are_not_extended() -> None:
    """Of 30 that come back 20 repay what is owed: 10 are prolonged, and none where nothing stayed."""
    for debts, moved in (([20], [("extension", -10), ("extension", 10)]), ([30], []), ([30, 10], [])):
        card = Card(shop("{id: base, kind: percent, rate: 0.1%}", returns="restored_min_life: 14d"))
        card.give("2026-01-05 12:00", 30, through="2026-01-24")
        card.buy("2026-01-10 12:00", "A 30.00", spend=30, name="r1")
        for points in debts:
            card.adjust("2026-01-11 12:00", -points)
        card.bring_back("2026-01-20 12:00", "r1")
        assert card.booked == [("restore", 30), *moved]
        assert sum(card.owed.values()) == max(0, sum(debts) - 30)
