"""Levels: the figure that counts, rising at once, one window for each level, the look at its end."""

import pytest

from bonuscli.days import NEVER, format_day, parse_day
from bonuscli.engine import tiers
from bonuscli.engine.book import Rows
from bonuscli.model import TierChange
from tests.engine.accounts import LEVELS, Card, instant, shop_with_levels
from tests.engine.scoring import BASE, program

COUNTS = '[{id: bronze, from: "0"}, {id: silver, from: "2"}, {id: gold, from: "3"}]'
HIGH = '[{id: silver, from: "100.00"}, {id: gold, from: "500.00"}]'


# --- levels and figures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("figure, place", [(0, 0), (9_999, 0), (10_000, 1), (49_999, 1), (50_000, 2), (10**9, 2)])
def test_the_level_of_a_figure(figure: int, place: int) -> None:
    """The highest one whose start the figure has reached."""
    found = shop_with_levels().tiers
    assert tiers.level_for(found, figure) == place
    assert tiers.place_of(found, ("bronze", "silver", "gold")[place]) == place


def test_there_may_be_no_level() -> None:
    """Below the first there is none; nor has a level a place that this version does not know."""
    found = shop_with_levels(levels=HIGH).tiers
    assert [tiers.level_for(found, figure) for figure in (0, 9_999, 10_000)] == [-1, -1, 0]
    assert [tiers.place_of(found, tier) for tier in (None, "bronze", "silver", "gold")] == [-1, -1, 0, 1]


FIGURES = [
    # by, window, the day asked for: what counts of 20.00 on 10 March 2025, 40.00 on 31 December, 80.00 on 1 January
    ("spend", "12mo", "2026-03-09", 14_000),
    ("spend", "12mo", "2026-03-10", 12_000),
    ("spend", "12mo", "2025-12-31", 6_000),
    ("spend", "calendar-year", "2025-12-31", 6_000),
    ("spend", "calendar-year", "2026-01-01", 8_000),
    ("spend", "calendar-year", "2026-12-31", 8_000),
    ("spend", "lifetime", "2036-01-01", 14_000),
    ("points-earned", "12mo", "2026-03-10", 120),
    ("points-earned", "lifetime", "2036-03-10", 140),
    ("receipts", "12mo", "2026-03-10", 2),
    ("receipts", "calendar-year", "2026-03-10", 1),
]


@pytest.mark.parametrize("by, window, day, figure", FIGURES)
def test_what_is_counted(by: str, window: str, day: str, figure: int) -> None:
    """Spend, points or receipts of the days in (day - window, day], of the calendar year, or of a lifetime."""
    card = Card(shop_with_levels(window, by=by, levels=COUNTS), enrolled="2025-01-01")
    for bought_on, amount in (("2025-03-10", "20.00"), ("2025-12-31", "40.00"), ("2026-01-01", "80.00")):
        card.buy(f"{bought_on} 12:00", f"G {amount}")
    found = card.versions.first.tiers
    assert tiers.figure(card.account, found, parse_day(day)) == figure
    if by == "spend":
        assert tiers.spend(card.account, found, parse_day(day)) == figure


def test_spend_is_shown_whatever_the_levels_count() -> None:
    """Levels by receipts: the spend is that of the same days."""
    card = Card(shop_with_levels("calendar-year", by="receipts", levels=COUNTS), enrolled="2025-01-01")
    card.buy("2025-12-31 12:00", "G 40.00")
    card.buy("2026-01-01 12:00", "G 80.00")
    assert tiers.spend(card.account, card.versions.first.tiers, parse_day("2026-05-01")) == 8_000


# --- how a member comes to a level -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "levels, told, begins", [(LEVELS, None, "bronze"), (LEVELS, "gold", "gold"), (HIGH, None, None)]
)
def test_a_member_begins_with_the_lowest_level(levels: str, told: str | None, begins: str | None) -> None:
    """Or with the one he was enrolled with, or with none where the first has to be reached."""
    card = Card(shop_with_levels(levels=levels), enrolled="2026-01-01 09:00", tier=told)
    at, day = instant("2026-01-01", 9 * 3600), parse_day("2026-01-01")
    assert card.rows.tier_changes == [TierChange(1, at, day, begins, None, "enrolled", 1)]
    assert (card.account.tier, card.account.tier_since) == (begins, day)
    assert card.account.tier_log == [(at, begins)]


def test_a_level_is_reached_at_once_for_later_receipts() -> None:
    """The receipt that reaches silver earns as bronze, the next one as silver."""
    rules = shop_with_levels(levels='[{id: bronze, from: "0"}, {id: silver, from: "100.00", replaces: {base: 200%}}]')
    card = Card(rules)
    assert card.buy("2026-01-10 12:00", "G 100.00") == 100
    at, day = instant("2026-01-10"), parse_day("2026-01-10")
    assert card.rows.tier_changes == [TierChange(2, at, day, "silver", "bronze", "reached", 2)]
    assert (card.account.tier, card.account.tier_since) == ("silver", day)
    assert card.buy("2026-01-10 12:01", "G 100.00") == 200


@pytest.mark.parametrize(
    "by, lines, reached",
    [
        ("spend", ["G 99.99", "G 0.01"], [None, "silver"]),
        ("spend", ["G 600.00"], ["gold"]),
        ("points-earned", ["G 99.00", "G 1.00"], [None, "silver"]),
        ("receipts", ["G 1.00", "G 0.00", "G 1.00", "G 1.00"], [None, None, "silver", "gold"]),
    ],
)
def test_what_levels_are_reached_by(by: str, lines: list[str], reached: list[str | None]) -> None:
    """Money, points, or receipts (one of 0.00 is none); levels may be skipped."""
    levels = COUNTS if by == "receipts" else LEVELS.replace(".00", "") if by == "points-earned" else LEVELS
    card = Card(shop_with_levels(by=by, levels=levels))
    changes = []
    for line in lines:
        card.buy("2026-01-10 12:00", line)
        changes.append(card.changes[0][1] if card.changes else None)
    assert changes == reached


def test_a_receipt_told_late_counts_at_the_clock() -> None:
    """The level is looked up with the window of the clock, and the change bears the clock."""
    card = Card(shop_with_levels())
    card.pass_time("2026-03-01 08:00")
    card.buy("2026-01-10 12:00", "G 100.00")
    at, day = instant("2026-03-01", 8 * 3600), parse_day("2026-03-01")
    assert card.rows.tier_changes == [TierChange(2, at, day, "silver", "bronze", "reached", 2)]


WITH_RECEIPT = [
    # by, where levels start, earlier receipts, the receipt, what it earns at 100 % (bronze), 200 % or 300 % (gold)
    ("spend", (10_000, 50_000), [], "G 99.00", 99),
    ("spend", (10_000, 50_000), [], "G 100.00", 200),
    ("spend", (10_000, 50_000), ["G 400.00"], "G 100.00", 300),
    ("points-earned", (10, 20), [], "G 9.00", 9),
    ("points-earned", (10, 20), [], "G 10.00", 20),
    ("points-earned", (10, 20), ["G 1.00"], "G 9.00", 18),
    ("receipts", (2, 3), [], "G 1.00", 1),
    ("receipts", (2, 3), ["G 1.00"], "G 1.00", 2),
    ("receipts", (2, 3), ["G 1.00", "G 1.00"], "G 1.00", 3),
    ("receipts", (2, 3), ["G 1.00"], "G 0.00", 0),
]


@pytest.mark.parametrize("by, starts, earlier, receipt, earned", WITH_RECEIPT)
def test_a_receipt_may_count_towards_its_own_level(
    by: str, starts: tuple[int, int], earlier: list[str], receipt: str, earned: int
) -> None:
    """With ``counts: with-receipt`` it is scored at the level that it reaches itself."""
    silver, gold = (f"{start // 100}.00" if by == "spend" else str(start) for start in starts)
    levels = (
        f'[{{id: bronze, from: "0"}}, {{id: silver, from: "{silver}", replaces: {{base: 200%}}}},'
        f' {{id: gold, from: "{gold}", replaces: {{base: 300%}}}}]'
    )
    card = Card(shop_with_levels(by=by, levels=levels, counts="with-receipt"))
    for lines in earlier:
        card.buy("2026-01-10 12:00", lines)
    assert card.buy("2026-01-11 12:00", receipt) == earned


def test_points_that_pay_do_not_count_towards_the_level() -> None:
    """100.00 of which one point pays 1.00 reach no silver: 99 points, not 198."""
    rules = shop_with_levels(
        levels='[{id: bronze, from: "0"}, {id: silver, from: "100.00", replaces: {base: 200%}}]', counts="with-receipt"
    )
    card = Card(rules)
    card.give("2026-01-02 12:00", 10)
    assert card.buy("2026-01-11 12:00", "G 100.00", spend=1) == 99


def test_a_higher_level_is_not_lost_to_what_a_receipt_reaches() -> None:
    """Who was enrolled with gold buys as gold, though the receipt reaches only silver."""
    account = Card(shop_with_levels(), tier="gold").account
    adds = tiers.Counted(10_000, 0, 1)
    found, day = shop_with_levels().tiers, parse_day("2026-01-10")
    assert [tiers.reached_with(account, found, tier, day, adds) for tier in ("gold", "silver", "bronze", None)] == [
        "gold",
        "silver",
        "silver",
        "silver",
    ]
    # A level of another version has no place in this one: what is reached counts, if anything is.
    assert tiers.reached_with(account, found, "platinum", day, adds) == "silver"
    assert (
        tiers.reached_with(account, shop_with_levels(levels=HIGH).tiers, "platinum", day, tiers.Counted(1, 0, 1))
        == "platinum"
    )


def test_a_member_who_is_at_the_top_stays_there() -> None:
    """Further receipts change nothing, and begin no new period."""
    card = Card(shop_with_levels())
    card.buy("2026-01-10 12:00", "G 500.00")
    card.buy("2026-01-11 12:00", "G 500.00")
    assert (card.changes, card.account.tier_since) == ([], parse_day("2026-01-10"))


def test_a_level_reached_again_begins_no_new_period() -> None:
    """A receipt that leaves the member where he is changes nothing."""
    card = Card(shop_with_levels())
    card.buy("2026-01-10 12:00", "G 100.00")
    card.buy("2026-01-11 12:00", "G 100.00")
    assert (card.changes, card.account.tier_since) == ([], parse_day("2026-01-10"))


def test_the_higher_of_two_levels_is_taken_over() -> None:
    """Of a merged account a higher level is held from then on; an equal or lower one, or one of nobody's, is not."""
    card = Card(shop_with_levels())
    rows, at, day = Rows(), instant("2026-02-01", 0), parse_day("2026-02-01")
    for tier in (None, "bronze", "platinum", "silver", "silver", "bronze"):
        tiers.take_higher(card.account, rows, card.versions.first, tier, at, day, 9)
    assert rows.tier_changes == [TierChange(2, at, day, "silver", "bronze", "reached", 9)]
    assert card.account.tier_since == day
    tiers.take_higher(card.account, rows, program(BASE), "gold", at, day, 9)
    assert card.account.tier == "silver"


# --- the look at the end of the window -------------------------------------------------------------------------------

LOOKS = [
    # window, downgrade, what was bought after 500.00 on 10 March 2026, the day of the look, the level after it
    ("12mo", "one-level", [], "2027-03-10", "silver"),
    ("12mo", "recompute", [], "2027-03-10", "bronze"),
    ("12mo", "recompute", [("2026-03-11", "100.00")], "2027-03-10", "silver"),
    ("12mo", "recompute", [("2026-03-10", "500.00")], "2027-03-10", "bronze"),
    ("12mo", "one-level", [("2026-03-11", "500.00")], "2027-03-10", "gold"),
    ("12mo", "one-level", [("2026-03-11", "499.99")], "2027-03-10", "silver"),
    ("12mo", "one-level", [("2027-03-09", "500.00")], "2027-03-10", "gold"),
    ("90d", "recompute", [("2026-06-07", "100.00")], "2026-06-08", "silver"),
    ("calendar-year", "one-level", [], "2027-01-01", "gold"),  # 500.00 of the year just ended renew it
    ("calendar-year", "one-level", [("2026-12-31", "500.00")], "2028-01-01", "silver"),
    ("calendar-year", "recompute", [("2027-01-01", "100.00")], "2028-01-01", "silver"),
    ("calendar-year", "recompute", [("2027-12-31", "500.00")], "2028-01-01", "gold"),
]


@pytest.mark.parametrize("window, downgrade, bought, look_on, level", LOOKS)
def test_the_look(window: str, downgrade: str, bought: list[tuple[str, str]], look_on: str, level: str) -> None:
    """The days after the one on which the period began up to the day before the look, or the year just ended."""
    card = Card(shop_with_levels(window, downgrade))
    card.buy("2026-03-10 12:00", "G 500.00")
    for day, amount in bought:
        card.buy(f"{day} 12:00", f"G {amount}")
    if look_on == "2028-01-01":
        card.pass_time("2027-01-01 00:00")
    assert card.next_look == look_on
    assert card.held_through == format_day(parse_day(look_on) - 1)
    before = card.account.t
    card.pass_time(f"{format_day(parse_day(look_on) - 1)} 23:59")
    assert card.rows.tier_changes == []
    card.pass_time(f"{look_on} 00:00")
    reason = "renewed" if level == "gold" else "lowered"
    at, day = instant(look_on, 0), parse_day(look_on)
    assert card.rows.tier_changes == [TierChange(before + 1, at, day, level, "gold", reason, None)]
    assert (card.account.tier, card.account.tier_since) == (level, day)


def test_levels_are_lost_one_by_one() -> None:
    """Each look begins a new period; the lowest level has no look."""
    card = Card(shop_with_levels())
    card.buy("2026-03-10 12:00", "G 500.00")
    card.pass_time("2030-01-01 00:00")
    assert card.changes == [("gold", "silver", "lowered"), ("silver", "bronze", "lowered")]
    assert [format_day(change.day) for change in card.rows.tier_changes] == ["2027-03-10", "2028-03-10"]
    assert (card.next_look, card.held_through) == ("9999-12-31", None)


@pytest.mark.parametrize(
    "downgrade, by, levels",
    [("one-level", "spend", HIGH), ("recompute", "spend", HIGH), ("recompute", "receipts", '[{id: guest, from: "1"}]')],
)
def test_the_lowest_level_may_be_lost_where_it_has_to_be_reached(downgrade: str, by: str, levels: str) -> None:
    """Silver from 100.00, or a level for one receipt, and nothing bought for a year: no level at all."""
    card = Card(shop_with_levels(downgrade=downgrade, by=by, levels=levels))
    assert card.next_look == "9999-12-31"
    card.buy("2026-03-10 12:00", "G 100.00")
    card.pass_time("2027-03-10 00:00")
    assert [each for _, each, _ in card.changes] == [None]
    assert (card.account.tier, card.next_look) == (None, "9999-12-31")


@pytest.mark.parametrize("window, downgrade", [("12mo", "never"), ("lifetime", "one-level"), ("lifetime", "never")])
def test_levels_that_are_never_looked_at(window: str, downgrade: str) -> None:
    """Where levels are never lost, or count for life, no look comes."""
    card = Card(shop_with_levels(window, downgrade))
    card.buy("2026-03-10 12:00", "G 500.00")
    assert (card.next_look, card.held_through) == ("9999-12-31", None)
    card.pass_time("2036-01-01 00:00")
    assert (card.changes, card.account.tier) == ([], "gold")


def test_a_program_without_levels_has_no_looks() -> None:
    """Nothing is held, nothing is looked at, nothing is set by hand."""
    card = Card(program(BASE))
    card.set_tier("2026-01-02 12:00", "gold")
    assert (card.account.tier, card.account.floor, card.changes) == (None, None, [])
    assert (card.next_look, card.held_through) == ("9999-12-31", None)


def test_a_member_whose_period_never_began_is_not_looked_at() -> None:
    """Who was a member before there were levels has none, and no look."""
    card = Card(program(BASE), ("2026-02-01 00:00", shop_with_levels()))
    newest = card.versions.newest
    assert tiers.next_look(card.account, newest) == NEVER
    assert tiers.held_through(card.account, newest) is None


# --- returns and levels for life -------------------------------------------------------------------------------------


def returned(card: Card, tier: str, before: int | None) -> list[tuple[str | None, str | None, str]]:
    """The changes where a return left the figure at 200.00 that was ``before``, and the member held a level."""
    card.account.tier = tier
    rows, at, day = Rows(), instant("2026-02-01", 0), parse_day("2026-02-01")
    tiers.look_up(card.account, rows, card.versions.first, at, day, 9, before)
    assert all(tuple(each)[1:3] == (at, day) and each.event == 9 for each in rows.tier_changes)
    return [(each.previous, each.tier, each.reason) for each in rows.tier_changes]


FALLS = [
    # downgrade, level held, figure before the return: the level after it
    ("recompute", "gold", 50_000, "silver"),
    ("one-level", "gold", 50_000, "silver"),
    ("recompute", "gold", 49_999, None),  # gold was given above the figure: not lost to a small return
    ("recompute", "silver", 50_000, None),
    ("recompute", "gold", None, None),  # a receipt takes nothing
    ("never", "gold", 50_000, None),
]


@pytest.mark.parametrize("downgrade, tier, before, after", FALLS)
def test_a_return_lowers_what_the_figure_had_reached(
    downgrade: str, tier: str, before: int | None, after: str | None
) -> None:
    """For life, what a return takes the figure below is lost at once, if the figure had reached it before."""
    card = Card(shop_with_levels("lifetime", downgrade))
    card.buy("2026-01-10 12:00", "G 200.00")
    assert returned(card, tier, before) == ([] if after is None else [(tier, after, "lowered")])


def test_a_return_may_show_that_a_level_was_reached() -> None:
    """Bronze with 200.00 rises to silver, at a return as at a receipt."""
    card = Card(shop_with_levels("lifetime"))
    card.buy("2026-01-10 12:00", "G 200.00")
    assert returned(card, "bronze", 30_000) == [("bronze", "silver", "reached")]


def test_levels_of_a_window_are_not_lost_to_a_return() -> None:
    """They are looked at when the window is over, and no earlier."""
    card = Card(shop_with_levels("12mo", "recompute"))
    card.buy("2026-01-10 12:00", "G 200.00")
    assert returned(card, "gold", 50_000) == []
