"""Lots: the order in which they are eaten, the days on which they can be spent, and how they end."""

import pytest

from bonuscli.days import NEVER, parse_day
from bonuscli.engine.holdings import Day, Lot
from bonuscli.model import Entry
from tests.engine.accounts import Card, instant
from tests.engine.scoring import program

SHOP = program(redeem="{}")
BAR = program(redeem="{}", timezone="Europe/Helsinki", day_starts='"05:00"')

ORDERS = [
    # (opens, through) of each lot of 10, and the order in which 30 points eat them.
    ([("2026-01-02", "2026-03-31"), ("2026-01-02", "2026-02-28"), ("2026-01-02", "2026-04-30")], [2, 1, 3]),
    ([("2026-01-04", "2026-03-31"), ("2026-01-02", "2026-03-31"), ("2026-01-03", "2026-03-31")], [2, 3, 1]),
    ([("2026-01-02", "2026-03-31"), ("2026-01-02", "2026-03-31"), ("2026-01-02", "2026-03-31")], [1, 2, 3]),
    ([("2026-01-02", "9999-12-31"), ("2026-01-04", "2026-03-31"), ("2026-01-03", "2026-03-31")], [3, 2, 1]),
]


@pytest.mark.parametrize("days, order", ORDERS)
def test_the_eating_order(days: list[tuple[str, str]], order: list[int]) -> None:
    """Soonest to end first, then soonest opened, then oldest."""
    card = Card(SHOP)
    for opens, through in days:
        card.give("2026-01-02 12:00", 10, opens=opens, through=through)
    card.redeem("2026-01-10 12:00", 30)
    assert card.moves == [(4, 4, 4, lot, 10) for lot in order]


def test_a_lot_can_be_spent_from_its_opening_day_through_its_last() -> None:
    """On the day before it is pending, on both of its days it is there, on the day after it is not."""
    card = Card(SHOP)
    card.give("2026-01-02 12:00", 10, opens="2026-01-10", through="2026-01-20")
    shown = {}
    for text in ("2026-01-09", "2026-01-10", "2026-01-20", "2026-01-21"):
        day = parse_day(text)
        account = card.account
        shown[text[8:]] = (
            account.open_points(day),
            account.pending_points(day),
            [lot.n for lot in account.open_lots(day)],
        )
    assert shown == {"09": (0, 10, []), "10": (10, 0, [1]), "20": (10, 0, [1]), "21": (0, 0, [])}


def test_open_and_pending_points_are_sums() -> None:
    """Two open lots of 10 and 20, two pending ones of 30 and 40."""
    card = Card(SHOP)
    for points, opens in ((10, "2026-01-02"), (20, "2026-01-03"), (30, "2026-02-01"), (40, "2026-03-01")):
        card.give("2026-01-02 12:00", points, opens=opens)
    day = parse_day("2026-01-05")
    assert (card.account.open_points(day), card.account.pending_points(day)) == (30, 70)


def test_open_lots_are_eaten_before_pending_ones() -> None:
    """A correction takes open points first, though the pending lot ends sooner; what redemptions may spend is open."""
    card = Card(SHOP)
    card.give("2026-01-02 12:00", 10, opens="2026-02-01", through="2026-03-31")
    card.give("2026-01-02 12:00", 10, opens="2026-02-02", through="2026-02-28")
    card.give("2026-01-02 12:00", 10, through="2026-12-31")
    card.give("2026-01-02 12:00", 10, through="2026-11-30")
    card.adjust("2026-01-05 12:00", -40)
    assert card.moves == [(5, 5, 5, lot, 10) for lot in (4, 3, 2, 1)]


def test_a_lot_that_opens_today_is_open() -> None:
    """On its opening day a lot that ends sooner is eaten before one that was open for long."""
    card = Card(SHOP)
    card.give("2026-01-02 12:00", 10, through="2026-12-31")
    card.give("2026-01-02 12:00", 10, opens="2026-01-05", through="2026-11-30")
    card.adjust("2026-01-05 12:00", -10)
    assert card.moves == [(3, 3, 3, 2, 10)]


def test_a_redemption_takes_no_pending_points() -> None:
    """10 open and 10 pending points: of 15 redeemed 5 are owed."""
    card = Card(SHOP)
    card.give("2026-01-02 12:00", 10)
    card.give("2026-01-02 12:00", 10, opens="2026-02-01")
    card.redeem("2026-01-05 12:00", 10)
    assert (card.moves, card.left) == ([(3, 3, 3, 1, 10)], {2: 10})


def test_an_empty_lot_is_still_known() -> None:
    """A lot goes by its number whether or not something is in it, and what comes back is found in it again."""
    card = Card(SHOP)
    card.give("2026-01-02 12:00", 10)
    assert card.account.lot(1).remaining == 10
    card.hold("2026-01-05 12:00", 10, until="2026-01-05 13:00")
    assert (card.account.lot(1).remaining, card.left) == (0, {})
    card.release("2026-01-05 12:30")
    assert (card.account.lot(1).remaining, card.left) == (10, {1: 10})


# --- the end of a lot ------------------------------------------------------------------------------------------------


def test_what_is_left_expires_as_the_day_after_the_last_begins() -> None:
    """One entry without an event, at the start of the business day after the lot's last; nothing before."""
    card = Card(BAR)
    card.give("2026-01-02 12:00", 100, through="2026-01-20")
    card.redeem("2026-01-03 12:00", 30)
    card.pass_time("2026-01-21 04:59")
    assert (card.booked, card.left) == ([], {1: 70})
    card.pass_time("2026-01-21 05:00")
    at, day = instant("2026-01-21", 3 * 3600), parse_day("2026-01-21")
    assert card.rows.entries == [Entry(3, "expiry", -70, at, day, None, None, None, None, 0)]
    assert card.moves == [(3, 3, 3, 1, 70)]
    assert (card.left, card.account.lot(1).expired, card.account.lot(1).remaining) == ({}, 70, 0)


def test_an_empty_lot_does_not_expire() -> None:
    """All of it spent, nothing is booked on the day after its last."""
    card = Card(SHOP)
    card.give("2026-01-02 12:00", 100, through="2026-01-20")
    card.redeem("2026-01-20 12:00", 100)
    card.pass_time("2026-03-01 12:00")
    assert (card.booked, card.account.lot(1).expired) == ([], 0)


def test_points_that_come_back_too_late_expire_at_once() -> None:
    """Held over the lot's last day and let go then, they return and expire in the same step, two entries."""
    card = Card(SHOP)
    card.give("2026-01-02 12:00", 100, through="2026-01-20")
    card.hold("2026-01-20 23:00", 40, until="2026-01-22 12:00")
    card.pass_time("2026-01-21 12:00")
    assert (card.booked, card.account.lot(1).expired) == ([("expiry", -60)], 60)
    card.release("2026-01-21 13:00")
    assert card.booked == [("hold", 40), ("expiry", -40)]
    assert (card.left, card.account.lot(1).expired) == ({}, 100)


def test_a_lot_without_end_does_not_expire() -> None:
    """Points that last for good are there after eighty years."""
    card = Card(SHOP)
    card.give("2026-01-02 12:00", 100)
    card.pass_time("2106-01-02 12:00")
    assert (card.booked, card.left, card.account.lot(1).expires_on) == ([], {1: 100}, NEVER)


# --- copies ----------------------------------------------------------------------------------------------------------


def test_a_copied_lot_is_a_lot_of_its_own() -> None:
    """The copy has all of the lot's content, and changing one of them leaves the other alone."""
    lot = Lot(4, 100, 200, 30, 3, 5)
    twin = lot.copy()
    assert [getattr(twin, name) for name in Lot.__slots__] == [getattr(lot, name) for name in Lot.__slots__]
    assert (twin.n, twin.opens_on, twin.expires_on, twin.remaining, twin.origin, twin.expired) == (
        4,
        100,
        200,
        30,
        3,
        5,
    )
    twin.remaining, twin.expired = 0, 35
    assert (lot.remaining, lot.expired) == (30, 5)


def test_a_lot_is_of_no_other_lot_and_unspent_unless_told() -> None:
    """A new lot prolongs none and nothing of it has expired."""
    lot = Lot(1, 100, 200, 30)
    assert (lot.origin, lot.expired) == (0, 0)
    assert lot.eating_key() == (200, 100, 1)


def test_a_new_day_holds_nothing() -> None:
    """No spend, no points, no receipts and no redemptions, or just what it is told."""
    assert [getattr(Day(), name) for name in ("spend", "earned", "receipts", "redemptions")] == [0, 0, 0, 0]
    assert [getattr(Day(1, 2, 3, 4), name) for name in ("spend", "earned", "receipts", "redemptions")] == [1, 2, 3, 4]
