"""Goods brought back: parts sum to the whole, and the policies of points earned."""

import pytest

from bonuscli.days import parse_day
from bonuscli.engine import returns
from bonuscli.engine.holdings import Sale
from bonuscli.errors import InvariantBroken
from bonuscli.model import RETURN, Entry, ReturnBody, ReturnLine
from tests.engine.accounts import Card, bought, brought, instant, shop
from tests.engine.scoring import BASE

SHOP = shop()
GIFT = "{id: gift, kind: fixed, points: 5}"


# --- the parts sum to the whole --------------------------------------------------------------------------------------


def test_the_award_goes_with_the_goods() -> None:
    """All brought back: all of the points and all of the money, one entry of the return, and the lot is empty."""
    card = bought(SHOP, "A 60.00; B 40.00")
    assert brought(card, "2026-01-11 15:00") == (100, 0, 0, 10000)
    at, day = instant("2026-01-11", 15 * 3600), parse_day("2026-01-11")
    assert card.rows.entries == [Entry(2, "take-back", -100, at, day, card.seq, None, None, None, 0)]
    assert (card.moves, card.left) == ([(2, 2, 2, 1, 100)], {})


def test_three_thirds_are_the_whole() -> None:
    """Of 10 points and 10.00 each third is rounded down in total: 3, 3 and 4 points, 3.33, 3.33 and 3.34."""
    card = bought(SHOP, "A 3x 10.00")
    days = ("2026-01-11 12:00", "2026-01-12 12:00", "2026-01-13 12:00")
    assert [brought(card, day, (1, 1)) for day in days] == [(3, 0, 0, 333), (3, 0, 0, 333), (4, 0, 0, 334)]
    assert (card.left, card.sale("r1").closed) == ({}, True)


def test_one_spent_point_comes_back_with_the_last_third() -> None:
    """floor(1/3), floor(2/3), floor(3/3): 0, 0 and 1."""
    card = bought(SHOP, "A 3x 10.00", spend=1, points=5)
    days = ("2026-01-11 12:00", "2026-01-12 12:00", "2026-01-13 12:00")
    told = [(brought(card, day, (1, 1)), card.booked) for day in days]
    taken = [("take-back", -3)]
    restored = [("restore", 1), *taken]
    assert told == [((3, 0, 0, 300), taken), ((3, 0, 0, 300), taken), ((3, 1, 0, 300), restored)]
    assert card.left == {1: 5}


def test_each_line_is_rounded_down_on_its_own() -> None:
    """Half of a line with 5 points and half of one with 7: 2 and 3."""
    card = bought(SHOP, "A 2x 5.00; B 2x 7.00; C 88.00")
    assert brought(card, "2026-01-11 12:00", (1, 1), (2, 1)) == (5, 0, 0, 600)
    assert card.left == {1: 95}


def test_an_amount_of_money_is_spread_over_the_lines() -> None:
    """30.00 of 60.00 and 40.00 are 18.00 and 12.00; the points go alike."""
    card = bought(SHOP, "A 60.00; B 40.00")
    assert brought(card, "2026-01-11 12:00", amount=3000) == (30, 0, 0, 3000)
    assert card.sale("r1").returned == [(3, 10), (3, 10)]


def test_a_deposit_brought_along_is_not_paid_back_twice() -> None:
    """20.00 of goods beside a deposit of -15.00 cost 5.00: half of them and the rest bring back 5.00 and no more."""
    card = bought(SHOP, "A 2x 20.00; D -1x -15.00")
    assert brought(card, "2026-01-11 12:00", (1, 1))[3] == 500
    assert brought(card, "2026-01-12 12:00")[3] == 0


def test_money_paid_back_never_falls_in_total() -> None:
    """The deposit brought back first takes nothing and pays nothing; the goods then bring back what was paid."""
    card = bought(SHOP, "A 2x 20.00; D -1x -15.00")
    assert brought(card, "2026-01-11 12:00", (2, 1))[3] == 0
    assert brought(card, "2026-01-12 12:00", (1, 1))[3] == 0
    assert brought(card, "2026-01-13 12:00", (1, 1))[3] == 500
    card = bought(SHOP, "A 2x 20.00; D -1x -5.00")
    assert [brought(card, "2026-01-11 12:00", *part)[3] for part in ([(1, 1)], [(2, 1)], [(1, 1)])] == [1000, 0, 500]


def test_a_receipt_is_closed_when_nothing_positive_is_left() -> None:
    """Lines below zero and of 0.00 need not come back; where there is no other, all of them must."""
    card = bought(SHOP, "A 10.00; D -1x -2.00; E 0.00")
    card.bring_back("2026-01-11 12:00", "r1", (1, 1))
    assert card.sale("r1").closed
    card = bought(SHOP, "A 0.01; B 10.00")
    card.bring_back("2026-01-11 12:00", "r1", (2, 1))
    assert not card.sale("r1").closed
    card = bought(SHOP, "A 1x 0.00; B 1x 0.00")
    card.bring_back("2026-01-11 12:00", "r1", (1, 1))
    assert not card.sale("r1").closed
    card.bring_back("2026-01-11 12:00", "r1", (2, 1))
    assert card.sale("r1").closed


def test_more_than_a_line_never_comes_back() -> None:
    """Three halves of a line are a broken promise, told with the return, the line and the receipt."""
    card = bought(SHOP, "A 2x 10.00; B 10.00")
    parts = (ReturnLine(2, 3, 2, card.sale("r1").lines[1]),)
    with pytest.raises(InvariantBroken, match=r"^return x9 brings back more than line 2 of event 2$"):
        card.tell(RETURN, "2026-01-11 12:00", ReturnBody("x9", "", 1500, parts, 2))


def test_a_return_leaves_what_the_next_one_goes_on_from() -> None:
    """The totals over all returns so far stay with the return's event."""
    card = bought(SHOP, "A 3x 10.00", spend=1, points=5)
    totals = [card.bring_back(day, "r1", (1, 1)).pinned for day in ("2026-01-11 12:00", "2026-01-12 12:00")]
    assert totals == [
        {"reckoned": 3, "restored": 0, "paid_back": 300, "closed": 0},
        {"reckoned": 6, "restored": 0, "paid_back": 600, "closed": 0},
    ]
    last = card.bring_back("2026-01-13 12:00", "r1").pinned
    assert last == {"reckoned": 9, "restored": 1, "paid_back": 900, "closed": 1}


# --- points earned: the four policies --------------------------------------------------------------------------------

POLICIES = [
    # On 30.00 and 70.00: 100 by the base rule and 5 for the receipt.  What bringing back each line takes.
    ("prorate", [(1, 1)], [(2, 1)], 32, 73),  # 105 by basis: 31.5 and 73.5, of equal remainders the first
    ("by-line", [(1, 1)], [(2, 1)], 30, 75),
    ("by-line", [(2, 1)], [(1, 1)], 70, 35),
    ("recompute", [(1, 1)], [(2, 1)], 30, 75),
    ("keep", [(1, 1)], [(2, 1)], 0, 0),
]


@pytest.mark.parametrize("policy, first, second, taken_first, taken_second", POLICIES)
def test_the_policies_of_earned_points(
    policy: str, first: list, second: list, taken_first: int, taken_second: int
) -> None:
    """By basis; by each line's own rules and the receipt's with the last; what is left scored anew; nothing."""
    card = bought(shop(BASE, GIFT, returns=f"earned: {policy}"), "A 30.00; B 70.00")
    assert card.left == {1: 105}
    assert brought(card, "2026-01-11 12:00", *first)[0] == taken_first
    assert brought(card, "2026-01-12 12:00", *second)[0] == taken_second


RECOMPUTED = [
    # rules, lines, what is brought back, and the points that go with it.
    ((BASE, '{id: big, kind: fixed, points: 50, when: {total: {from: "100.00"}}}'), "A 30.00; B 70.00", (1, 1), 80),
    (("{id: each, kind: item, points: 3, goods: {skus: [A]}}",), "A 4x 10.00; B 1.00", (1, 3), 9),
    ((BASE,), "A 2x 30.01; B 70.00", (1, 1), 15),  # 15.00 are left of it (a cent goes), so 85 of 100 stay
    (
        (BASE, "{id: big, kind: fixed, points: 50, when: {shops: [main]}}"),
        "A 30.00; B 70.00",
        (1, 1),
        30,
    ),
    ((BASE, "{id: gift, kind: fixed, points: 7, when: {items: {skus: [B]}}}"), "A 30.00; B 70.00", (1, 1), 30),
    ((BASE, "{id: gift, kind: fixed, points: 7, when: {items: {skus: [A]}}}"), "A 30.00; B 70.00", (1, 1), 37),
]


@pytest.mark.parametrize("rules, lines, wanted, taken", RECOMPUTED)
def test_what_is_left_is_scored_anew(rules: tuple[str, ...], lines: str, wanted: tuple[int, int], taken: int) -> None:
    """The rest of the receipt is a receipt of the same shop: of less money, fewer units, and a lower total."""
    card = bought(shop(*rules, returns="earned: recompute"), lines, shop="main")
    assert brought(card, "2026-02-11 12:00", wanted)[0] == taken


def test_what_is_left_is_scored_with_the_facts_of_its_time() -> None:
    """First purchase, tier, instant, cap and ways of payment are those of the receipt, not of the return."""
    rules = shop(
        "{id: first, kind: fixed, points: 10, when: {first_purchase: true}}",
        "{id: card, kind: fixed, points: 20, when: {payment: [card]}}",
        "{id: noon, kind: fixed, points: 40, when: {hours: '11:00-13:00'}}",
        BASE,
        returns="earned: recompute",
        tiers='{by: receipts, levels: [{id: low, from: "0", replaces: {base: 50%}}, {id: high, from: "1"}]}',
    )
    card = bought(rules, "A 10.00; B 10.00", payments=["card"])
    assert card.left == {1: 80}
    card.buy("2026-01-11 12:00", "A 1.00")
    assert card.account.tier == "high"
    assert brought(card, "2026-01-12 20:00", (1, 1)) == (5, 0, 0, 1000)
    assert brought(card, "2026-01-12 20:00") == (75, 0, 0, 1000)


def test_what_is_left_is_scored_under_the_same_daily_cap() -> None:
    """40 of a daily 50 were left: 30 of 60 brought back take nothing, 20 more take 30 of the 40 given."""
    card = Card(shop(returns="earned: recompute", earn="cap: {per_day: 50}"))
    card.buy("2026-01-10 10:00", "G 10.00")
    assert card.buy("2026-01-10 12:00", "A 6x 60.00", name="r1") == 40
    assert brought(card, "2026-01-11 12:00", (1, 2)) == (0, 0, 0, 2000)
    assert brought(card, "2026-01-11 12:00", (1, 3)) == (30, 0, 0, 3000)


def test_points_that_paid_are_out_of_what_is_left() -> None:
    """Of 40.00 paid with 20 points, 20 points were earned; half of it left is 10.00 paid: 10 go."""
    card = bought(shop(returns="earned: recompute"), "A 2x 40.00", spend=20, points=20)
    assert card.left == {3: 20}
    assert brought(card, "2026-01-11 12:00", (1, 1)) == (10, 10, 0, 1000)


def test_a_discount_is_shared_by_what_is_left() -> None:
    """Full prices count: 8.00 and 2.00 off were 10 points for two, so 5 go with the one."""
    card = bought(shop(earn="basis: full", returns="earned: recompute"), "A 2x 8.00 -2.00")
    assert card.left == {1: 10}
    assert brought(card, "2026-01-11 12:00", (1, 1))[0] == 5
    # 9.99 were 9 points; 4.00 and, of an odd cent, 1.00 are left: 5 stay.
    card = bought(shop(earn="basis: full", returns="earned: recompute"), "A 2x 8.00 -1.99")
    assert brought(card, "2026-01-11 12:00", (1, 1))[0] == 4


def test_of_weighed_goods_the_odd_gram_is_left() -> None:
    """1.5 kg less 10.01 of 30.00 are 0.9995, which counts as a whole unit: its points stay."""
    card = bought(
        shop("{id: each, kind: item, points: 3, goods: {skus: [A]}}", returns="earned: recompute"), "A 1.5x 30.00"
    )
    assert brought(card, "2026-01-11 12:00", amount=1001) == (0, 0, 0, 1001)


def test_recomputing_never_gives() -> None:
    """What is left would earn more by a rule for small receipts: nothing is taken, and nothing is given."""
    rules = shop(
        "{id: small, kind: fixed, points: 50, when: {total: {below: 100.00}}}", BASE, returns="earned: recompute"
    )
    card = bought(rules, "A 30.00; B 70.00")
    assert brought(card, "2026-01-11 12:00", (1, 1)) == (0, 0, 0, 3000)
    assert (card.booked, card.left) == ([], {1: 100})
    assert brought(card, "2026-01-11 12:00") == (100, 0, 0, 7000)


def test_an_excluded_line_takes_nothing_back() -> None:
    """Wine earns nothing, so bringing it back takes nothing."""
    card = bought(shop(earn="exclude: {goods: {skus: [WINE]}}"), "A 30.00; WINE 70.00")
    assert brought(card, "2026-01-11 12:00", (2, 1)) == (0, 0, 0, 7000)
    assert (card.booked, card.left) == ([], {1: 30})


# --- the record ------------------------------------------------------------------------------------------------------


def test_a_guests_return_only_pays_back() -> None:
    """Without an account the parts and the money are all that there is to reckon."""
    sale = bought(SHOP, "A 3x 10.00").sale("r1")
    part = (ReturnLine(1, 1, 3, sale.lines[0]),)
    paid = [returns.bring_back(sale, ReturnBody("x", "", 333, part, 2)) for _ in range(3)]
    assert (paid, sale.closed, sale.paid_back) == ([333, 333, 334], True, 1000)


def test_a_new_sale_has_given_nothing_yet() -> None:
    """What a receipt is is kept as told; no points, nothing spent, nothing brought back."""
    lines = bought(SHOP, "A 10.00; B 5.00").sale("r1").lines
    sale = Sale(2, 1_000, 5, 1, "main", "gold", 1500, lines, {"payments": ["card"]})
    told = (sale.seq, sale.at, sale.day, sale.version, sale.shop, sale.tier, sale.total, sale.lines, sale.pinned)
    assert told == (2, 1_000, 5, 1, "main", "gold", 1500, lines, {"payments": ["card"]})
    assert (sale.awards, sale.spents, sale.spents_minor, sale.returned) == ([0, 0], [0, 0], [0, 0], [(0, 1), (0, 1)])
    counted = (sale.award, sale.receipt_award, sale.reckoned, sale.restored, sale.paid_back, sale.taken, sale.spent)
    assert counted == (0, 0, 0, 0, 0, 0, 0)
    assert (sale.lot, sale.debit, sale.redeemed_on, sale.closed, sale.to_pay) == (0, 0, None, False, 1500)
