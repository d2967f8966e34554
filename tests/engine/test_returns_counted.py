"""Goods brought back: budgets, counters and levels; goods that come back without a receipt."""

import pytest

from bonuscli.days import parse_day
from bonuscli.model import BudgetDraw, Entry
from tests.engine.accounts import Card, bought, brought, instant, shop
from tests.engine.scoring import BASE

SHOP = shop()


# --- budgets, counters, what was bought ------------------------------------------------------------------------------


def test_a_budget_gets_its_share_of_what_is_taken_back() -> None:
    """15 of 25 points drew on a budget: of 25 taken in three parts its share is 4, 5 and 6."""
    rules = shop(BASE, "{id: gift, kind: fixed, points: 15, budget: {points: 100}}")
    card = bought(rules, "A 3x 10.00", budget={"gift": 100})
    assert card.left == {1: 25}
    drawn = []
    for day in ("2026-01-11 12:00", "2026-01-12 12:00", "2026-01-13 12:00"):
        taken = card.bring_back(day, "r1", (1, 1))
        drawn.append((taken.reversed, card.rows.draws))
    assert drawn == [
        (8, [BudgetDraw("gift", 3, -4)]),
        (8, [BudgetDraw("gift", 4, -5)]),
        (9, [BudgetDraw("gift", 5, -6)]),
    ]
    assert taken.pinned["taken"] == 25


def test_a_budget_gets_nothing_of_what_is_too_little() -> None:
    """1 of 10 points drew on it: the first 5 taken give nothing back, the other 5 the point."""
    rules = shop("{id: base, kind: fixed, points: 9}", "{id: gift, kind: fixed, points: 1, budget: {points: 100}}")
    card = bought(rules, "A 2x 10.00", budget={"gift": 100})
    card.bring_back("2026-01-11 12:00", "r1", (1, 1))
    assert card.rows.draws == []
    card.bring_back("2026-01-12 12:00", "r1", (1, 1))
    assert card.rows.draws == [BudgetDraw("gift", 4, -1)]


def test_a_return_lowers_the_figures_of_the_receipts_day() -> None:
    """Spend and points of its day with each part, the receipt itself and its redemption with the last."""
    card = bought(SHOP, "A 2x 100.00", spend=20, points=20)
    day, other = parse_day("2026-01-10"), parse_day("2026-01-11")

    def counted() -> tuple[int, int, int, int, int]:
        bucket = card.account.days[day]
        return bucket.spend, bucket.earned, bucket.receipts, bucket.redemptions, card.account.receipts

    assert counted() == (8000, 80, 1, 1, 1)
    card.bring_back("2026-01-11 12:00", "r1", (1, 1))
    assert counted() == (4000, 40, 1, 1, 1)
    card.bring_back("2026-01-11 12:00", "r1", (1, 1))
    assert counted() == (0, 0, 0, 0, 0)
    assert other not in card.account.days


def test_a_redemption_of_the_day_before_is_given_back_to_that_day() -> None:
    """Points spent on the 9th for a receipt of the 10th: the count of the 9th is lowered."""
    card = Card(SHOP)
    card.give("2026-01-01 12:00", 20)
    card.redeem("2026-01-09 12:00", 20)
    card.buy("2026-01-10 12:00", "A 100.00", name="r1", paid_by=card.seq)
    redemptions = {day: bucket.redemptions for day, bucket in card.account.days.items()}
    assert redemptions == {parse_day("2026-01-09"): 1, parse_day("2026-01-10"): 0}
    assert brought(card, "2026-01-11 12:00") == (80, 20, 0, 8000)
    assert [bucket.redemptions for bucket in card.account.days.values()] == [0, 0]


def test_a_receipt_without_points_gives_no_redemption_back() -> None:
    """The day's count of redemptions stays what another receipt made it."""
    card = bought(SHOP, "A 100.00", points=20)
    card.redeem("2026-01-10 13:00", 20)
    card.bring_back("2026-01-11 12:00", "r1")
    assert card.account.days[parse_day("2026-01-10")].redemptions == 1


def test_a_receipt_of_nothing_was_no_receipt() -> None:
    """One of total 0 never counted, so bringing it back lowers no count."""
    card = bought(SHOP, "A 0.00")
    card.buy("2026-01-10 13:00", "A 0.01")
    card.bring_back("2026-01-11 12:00", "r1")
    assert (card.account.receipts, card.account.days[parse_day("2026-01-10")].receipts) == (1, 1)


def test_a_receipt_of_a_cent_was_one() -> None:
    """The least that is paid counts, and does not count any more once it came back."""
    card = bought(SHOP, "A 0.01")
    assert card.account.receipts == 1
    card.bring_back("2026-01-11 12:00", "r1")
    assert (card.account.receipts, card.account.days[parse_day("2026-01-10")].receipts) == (0, 0)


def test_goods_brought_back_were_not_bought() -> None:
    """A machine that came back as a whole doubles no beans any more; half of the cups still count as bought."""
    beans = (
        "{id: beans, kind: percent, rate: 10%, goods: {skus: [BEANS]}, when: {bought: {goods: {skus: [MACHINE, CUP]}}}}"
    )
    card = bought(shop(beans), "MACHINE 100.00; CUP 2x 10.00")
    assert set(card.account.purchases) == {(2, 1), (2, 2)}
    assert card.buy("2026-01-11 12:00", "BEANS 100.00") == 10
    card.bring_back("2026-01-12 12:00", "r1", (1, 1), (2, 1))
    assert set(card.account.purchases) == {(2, 2)}
    card.bring_back("2026-01-12 12:00", "r1", (2, 1))
    assert card.buy("2026-01-13 12:00", "BEANS 100.00") == 0


def test_goods_that_nobody_asks_for_are_not_missed() -> None:
    """Beside goods that a rule asks for, others come back without a word."""
    beans = "{id: beans, kind: percent, rate: 10%, goods: {skus: [BEANS]}, when: {bought: {goods: {skus: [MACHINE]}}}}"
    card = bought(shop(beans), "CUP 10.00; MACHINE 100.00")
    card.bring_back("2026-01-12 12:00", "r1", (1, 1))
    assert set(card.account.purchases) == {(2, 2)}


def test_a_discount_with_a_limit_may_be_used_again() -> None:
    """It counts until the receipt came back whole."""
    club = "[{id: club, kind: percent, rate: 10%, limit: {count: 1, per: member}}]"
    card = bought(shop(discounts=club), "A 2x 9.00 -1.00")
    day = parse_day("2026-01-10")
    card.bring_back("2026-01-11 12:00", "r1", (1, 1))
    assert card.account.tallies == {"discount:club": {day: 1}}
    card.bring_back("2026-01-11 12:00", "r1")
    assert card.account.tallied("discount:club", 0, day) == 0


def test_stamps_of_goods_brought_back_are_lost() -> None:
    """Of four stamped coffees two come back."""
    punch = "[{id: sixth, goods: {categories: [Coffee]}, every: 6, gives: {discount: 100%, of: cheapest}}]"
    card = bought(shop(punch=punch), "LATTE:Coffee 4x 12.00")
    before = {name: sum(days.values()) for name, days in card.account.tallies.items()}
    card.bring_back("2026-01-11 12:00", "r1", (1, 2))
    after = {name: sum(days.values()) for name, days in card.account.tallies.items()}
    assert list(before.values()) == [4]
    assert list(after.values()) == [2]


# --- a return that names no receipt ----------------------------------------------------------------------------------


def test_goods_without_a_receipt_are_scored_as_a_sale() -> None:
    """30.00 brought in take 30 points at the most, pay 30.00 and lower the spend of their own day."""
    card = bought(SHOP, "A 100.00")
    returned = card.bring_in("2026-01-11 12:00", "A 30.00")
    assert tuple(returned) == (30, 0, 0, 3000, None)
    assert (card.booked, card.moves) == ([("take-back", -30)], [(2, 2, 2, 1, 30)])
    days = card.account.days
    assert (days[parse_day("2026-01-10")].spend, days[parse_day("2026-01-11")].spend) == (10000, -3000)


def test_goods_without_a_receipt_never_make_a_debt() -> None:
    """Of 30 due only the 20 that are there are taken, open before pending ones; and nothing where nothing is."""
    card = Card(SHOP)
    card.give("2026-01-05 12:00", 15, opens="2026-02-01", through="2026-02-28")
    card.give("2026-01-05 12:00", 5, through="2026-12-31")
    assert card.bring_in("2026-01-11 12:00", "A 30.00").reversed == 20
    assert (card.moves, card.owed) == ([(3, 3, 3, 2, 5), (3, 3, 3, 1, 15)], {})
    assert card.bring_in("2026-01-11 12:00", "A 30.00").reversed == 0
    assert card.booked == []


SALES = [
    ("{id: hello, kind: fixed, points: 7, when: {first_purchase: true}}", 10),  # nobody knows whether it was
    ("{id: main, kind: fixed, points: 7, when: {shops: [main]}}", 17),
    ("{id: big, kind: fixed, points: 7, when: {total: {from: '10.00'}}}", 17),
    ("{id: noon, kind: fixed, points: 7, when: {hours: '12:00-13:00'}}", 17),
    ("{id: a, kind: fixed, points: 7, when: {items: {skus: [A]}}}", 17),
    ("{id: gift, kind: fixed, points: 7, budget: {points: 100}}", 10),  # nor what it drew
]


@pytest.mark.parametrize("rule, taken", SALES)
def test_how_goods_without_a_receipt_are_scored(rule: str, taken: int) -> None:
    """With the shop, the instant, the total and the goods of the return, but as nobody's first purchase."""
    card = Card(shop(BASE, rule))
    card.give("2026-01-05 12:00", 100)
    assert card.bring_in("2026-01-11 12:30", "A 10.00", shop="main").reversed == taken


def test_a_daily_cap_does_not_keep_points_from_being_taken() -> None:
    """The cap of the day is used up, and still what the goods would have earned is taken back."""
    card = Card(shop(earn="cap: {per_day: 50}"))
    card.buy("2026-01-11 10:00", "A 50.00")
    assert card.bring_in("2026-01-11 12:30", "A 10.00").reversed == 10


def test_earlier_purchases_count_for_goods_without_a_receipt() -> None:
    """Who bought a machine within 30 days before the return's own date had the beans' rate; later he had not."""
    machine = "{bought: {goods: {skus: [MACHINE]}, within: 30d}}"
    rules = shop(f"{{id: beans, kind: percent, rate: 10%, goods: {{skus: [BEANS]}}, when: {machine}}}")
    card = bought(rules, "MACHINE 100.00", points=100)
    assert card.bring_in("2026-02-09 12:00", "BEANS 100.00").reversed == 10
    assert card.bring_in("2026-02-10 12:00", "BEANS 100.00").reversed == 0


def test_goods_of_another_shop_take_nothing() -> None:
    """The program is for one shop: what another one sold gave no points, and takes none."""
    card = Card(shop(members="{shops: [main]}"))
    card.give("2026-01-05 12:00", 100)
    assert card.bring_in("2026-01-11 12:00", "A 10.00", shop="kiosk").reversed == 0
    assert card.bring_in("2026-01-11 12:00", "A 10.00", shop="main").reversed == 10


def test_with_earned_keep_goods_without_a_receipt_take_nothing() -> None:
    """The policy holds for them too."""
    card = Card(shop(returns="earned: keep"))
    card.give("2026-01-05 12:00", 100)
    assert tuple(card.bring_in("2026-01-11 12:00", "A 10.00")) == (0, 0, 0, 1000, None)


def test_goods_without_a_receipt_told_late() -> None:
    """Scored at their own date, taken at the clock from what is open by then."""
    card = Card(shop(BASE, "{id: jan, kind: fixed, points: 5, when: {to: 2026-02-01}}"))
    card.give("2026-01-05 12:00", 100, opens="2026-02-01", through="2026-06-30")
    card.give("2026-01-05 12:00", 100, through="2026-12-31")
    card.pass_time("2026-03-01 08:00")
    assert card.bring_in("2026-01-11 12:00", "A 10.00").reversed == 15
    at, day = instant("2026-03-01", 8 * 3600), parse_day("2026-03-01")
    assert card.rows.entries == [Entry(3, "take-back", -15, at, day, 4, None, None, None, 0)]
    assert card.moves == [(3, 3, 3, 1, 15)]
    assert card.account.days[parse_day("2026-01-11")].spend == -1000


def test_goods_of_before_the_program_take_nothing() -> None:
    """Without a version in force only the spend of the day is lowered."""
    card = Card(SHOP, begins="2026-02-01")
    assert tuple(card.bring_in("2026-01-11 12:00", "A 10.00")) == (0, 0, 0, 1000, None)
    assert card.account.days[parse_day("2026-01-11")].spend == -1000


# --- tiers -----------------------------------------------------------------------------------------------------------

FOR_LIFE = (
    "{{window: lifetime, downgrade: {},"
    ' levels: [{{id: low, from: "0"}}, {{id: mid, from: "50.00"}}, {{id: top, from: "100.00"}}]}}'
)


@pytest.mark.parametrize("downgrade, tier", [("one-level", "mid"), ("recompute", "low"), ("never", "top")])
def test_a_return_lowers_a_level_for_life_at_once(downgrade: str, tier: str) -> None:
    """The figure falls from 100.00 to 20.00: one level, to where the figure says, or not."""
    card = bought(shop(tiers=FOR_LIFE.format(downgrade)), "A 20.00; B 80.00")
    assert card.account.tier == "top"
    card.bring_back("2026-01-11 12:00", "r1", (2, 1))
    assert card.account.tier == tier
    for change in card.rows.tier_changes:
        assert tuple(change)[1:] == (card.account.clock, parse_day("2026-01-11"), tier, "top", "lowered", card.seq)


def test_goods_without_a_receipt_lower_a_level_for_life() -> None:
    """They count on their own day, told late too: the level is looked up at the clock."""
    card = bought(shop(tiers=FOR_LIFE.format("one-level")), "A 100.00")
    card.pass_time("2026-03-01 08:00")
    card.bring_in("2026-01-11 12:00", "A 10.00")
    assert card.changes == [("top", "mid", "lowered")]
    (change,) = card.rows.tier_changes
    assert (change.at, change.day, change.event) == (card.account.clock, parse_day("2026-03-01"), card.seq)


def test_a_level_of_a_window_is_not_lost_to_a_return() -> None:
    """Held for a year, it is looked at when the year is over."""
    card = bought(shop(tiers=FOR_LIFE.format("recompute").replace("lifetime", "12mo")), "A 100.00")
    card.bring_back("2026-01-11 12:00", "r1")
    assert (card.changes, card.account.tier) == ([], "top")


def test_a_return_is_valued_by_the_version_of_the_sale_and_levels_by_that_of_its_own_date() -> None:
    """The first version takes everything back; the second keeps points, and knows levels for life."""
    card = Card(shop(), ("2026-02-01 00:00", shop(returns="earned: keep", tiers=FOR_LIFE.format("one-level"))))
    card.buy("2026-01-10 12:00", "A 2x 120.00", name="r1")
    assert card.account.tier is None
    card.buy("2026-02-02 12:00", "A 1.00")
    assert card.account.tier == "top"
    assert brought(card, "2026-02-03 12:00", (1, 1)) == (60, 0, 0, 6000)
    assert card.changes == [("top", "mid", "lowered")]
