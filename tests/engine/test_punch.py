"""Punch cards: which unit is rewarded, what falls off, what a return takes, and what a quote takes off."""

from bonuscli.days import parse_day
from bonuscli.engine import punch
from bonuscli.engine.account import Account
from bonuscli.engine.holdings import Sale
from bonuscli.engine.returns import bring_back
from bonuscli.model import Line, Program, ReturnBody, ReturnLine
from bonuscli.program.assemble import program_from
from bonuscli.program.load import load_text
from tests.engine.accounts import Card, shop

BASE = """
version: 1
id: bar
currency: EUR
timezone: UTC
points: {name: {one: point, other: points}, value: "1.00"}
earn: {rules: [{id: base, kind: percent, rate: 10%}]}
"""
FIRST = parse_day("2026-12-01")


def program(*cards: dict) -> Program:
    """A program with punch cards over coffee; each is given as what differs from every sixth free, for 30 days."""
    plain = load_text(BASE, "bar.yaml").plain
    any_coffee = {"skus": None, "categories": ["Coffee"], "brands": None, "names": None, "not": None}
    coffee = {"specificity": 1, "any": [{**any_coffee, "discounted_over_bp": None}]}
    standard = {"id": "sixth", "goods": coffee, "every": 6, "gives": {"rate": 10_000}, "lasts": [0, 30]}
    return program_from({**plain, "punch": [{**standard, **card} for card in cards or ({},)]})


def line(number: int, quantity: int, amount: int, category: str = "Coffee") -> Line:
    """A line of a receipt; quantity in thousandths."""
    return Line(number, f"S{number}", "", category, "", quantity, amount, 0)


def sale(day: int, *lines: Line, seq: int = 1) -> Sale:
    """A booked receipt."""
    return Sale(seq, day * 86_400, day, 1, "", None, sum(each.amount for each in lines), lines, {})


def account() -> Account:
    """An account without stamps."""
    return Account(1, 1, None, frozenset(), 0)


def bring(held: Account, bought: Sale, part: tuple[int, int], of: Program, number: int = 1) -> None:
    """Bring a part of a line back."""
    place = next(place for place, each in enumerate(bought.lines) if each.number == number)
    body = ReturnBody("x", "", 0, (ReturnLine(number, *part, bought.lines[place]),), bought.seq)
    bring_back(bought, body)
    punch.take_back(held, body, bought, of)


def test_the_sixth_unit_fills_the_card() -> None:
    """Five stamps stand, the sixth takes all off, and a seventh begins the next card."""
    bar, held = program(), account()
    punch.stamp(held, sale(FIRST, line(1, 5_000, 2_500)), bar)
    assert punch.stamps(held, bar, FIRST) == {"sixth": 5}
    punch.stamp(held, sale(FIRST + 1, line(1, 2_000, 500)), bar)
    assert punch.stamps(held, bar, FIRST + 1) == {"sixth": 1}
    assert held.tallies["punch:sixth"] == {FIRST + 1: 1}


def test_whole_units_of_the_goods_are_stamps() -> None:
    """Half a kilo is no stamp, a free unit is one; other goods and goods taken back at the till are none."""
    bar, held = program(), account()
    lines = (
        line(1, 1_900, 900),
        line(2, 500, 200),
        line(3, 1_000, 0),
        line(4, 3_000, 900, "Cake"),
        line(5, 1_000, -300),
        line(6, -1_000, -300),
    )
    punch.stamp(held, sale(FIRST, *lines), bar)
    assert punch.stamps(held, bar, FIRST) == {"sixth": 2}


def test_a_stamp_counts_through_its_last_day() -> None:
    """A stamp of day d counts through d + 30, and the day after it has fallen off, stored or not."""
    bar, held = program(), account()
    punch.stamp(held, sale(FIRST, line(1, 3_000, 900)), bar)
    punch.stamp(held, sale(FIRST + 10, line(1, 1_000, 300)), bar)
    assert punch.stamps(held, bar, FIRST + 30) == {"sixth": 4}
    assert punch.first_to_fall_off(held, bar.beside.punch[0], FIRST + 30) == (FIRST + 30, 3)
    assert punch.stamps(held, bar, FIRST + 31) == {"sixth": 1}
    assert punch.stamps(held, bar, FIRST + 41) == {"sixth": 0}
    punch.stamp(held, sale(FIRST + 31, line(1, 1_000, 300)), bar)
    assert held.tallies["punch:sixth"] == {FIRST + 10: 1, FIRST + 31: 1}


def test_without_lasts_stamps_never_fall_off() -> None:
    """A card without ``lasts`` waits for years."""
    bar, held = program({"lasts": None}), account()
    punch.stamp(held, sale(FIRST, line(1, 3_000, 900)), bar)
    assert punch.stamps(held, bar, FIRST + 5_000) == {"sixth": 3}
    assert punch.first_to_fall_off(held, bar.beside.punch[0], FIRST) is None


def test_a_late_receipt_finds_the_card_as_its_day_left_it() -> None:
    """A receipt of a stamp's last day that arrives days later still fills the card; one of long ago gives nothing."""
    bar, held = program(), account()
    punch.stamp(held, sale(FIRST, line(1, 5_000, 1_500)), bar)
    punch.stamp(held, sale(FIRST + 30, line(1, 1_000, 0)), bar)
    assert punch.stamps(held, bar, FIRST + 40) == {"sixth": 0}
    punch.stamp(held, sale(FIRST + 40, line(1, 1_000, 300)), bar)
    punch.stamp(held, sale(FIRST, line(1, 2_000, 600)), bar)
    assert punch.stamps(held, bar, FIRST + 40) == {"sixth": 1}


def test_a_return_takes_stamps_of_whole_units_off_the_sales_day() -> None:
    """Of three units half of the line is one whole unit, then the rest is two; consumed stamps stay consumed."""
    bar, held = program(), account()
    bought = sale(FIRST, line(1, 3_000, 900), line(2, 2_000, 900, "Cake"))
    punch.stamp(held, bought, bar)
    punch.stamp(held, sale(FIRST + 1, line(1, 1_000, 300)), bar)
    bring(held, bought, (1, 2), bar)
    assert punch.stamps(held, bar, FIRST + 1) == {"sixth": 3}
    bring(held, bought, (1, 1), bar, number=2)
    assert punch.stamps(held, bar, FIRST + 1) == {"sixth": 3}
    bring(held, bought, (1, 2), bar)
    assert held.tallies["punch:sixth"] == {FIRST + 1: 1}
    filled = sale(FIRST + 2, line(1, 6_000, 900))
    punch.stamp(held, filled, bar)
    assert held.tallies["punch:sixth"] == {FIRST + 2: 1}
    bring(held, filled, (1, 1), bar)
    assert held.tallies["punch:sixth"] == {}


def test_the_cheapest_units_are_rewarded() -> None:
    """Two full cards take the two cheapest units, of one line or of two; a unit that is free already comes first."""
    bar = program()
    lines = (line(1, 2_000, 700), line(2, 1_000, 300), line(3, 8_000, 100, "Cake"))
    assert punch.punch_discounts(lines, {"sixth": 2}, bar) == []
    assert punch.punch_discounts(lines, {"sixth": 3}, bar) == [("sixth", 1, 300)]
    ten = (line(1, 9_000, 2_700), line(2, 1_000, 250))
    assert punch.punch_discounts(ten, {"sixth": 5}, bar) == [("sixth", 1, 250), ("sixth", 0, 300)]
    assert punch.punch_discounts((line(1, 1_000, 300), line(2, 1_000, 0)), {"sixth": 4}, bar) == []
    assert punch.punch_discounts(lines, {}, bar) == []


def test_a_units_price_is_rounded_and_a_line_never_falls_below_zero() -> None:
    """Three units at 1.00 are 0.33 each; of 2.5 units at 1.00 one is 0.40; two halves of a cent are never two cents."""
    bar = program()
    assert punch.punch_discounts((line(1, 3_000, 100),), {"sixth": 3}, bar) == [("sixth", 0, 33)]
    assert punch.punch_discounts((line(1, 2_500, 100),), {"sixth": 4}, bar) == [("sixth", 0, 40)]
    always = program({"every": 1})
    assert punch.punch_discounts((line(1, 2_000, 1),), {"sixth": 0}, always) == [("sixth", 0, 1)]
    half = program({"gives": {"rate": 5_000}})
    assert punch.punch_discounts((line(1, 1_000, 333),), {"sixth": 5}, half) == [("sixth", 0, 167)]


def test_cards_follow_each_other_over_what_is_left() -> None:
    """A second card over the same goods takes its rate off what the first has left."""
    bar = program({"gives": {"rate": 5_000}}, {"id": "third", "every": 3, "gives": {"rate": 5_000}})
    found = punch.punch_discounts((line(1, 1_000, 400),), {"sixth": 5, "third": 2}, bar)
    assert found == [("sixth", 0, 200), ("third", 0, 100)]


def test_who_may_not_take_part_gets_no_stamps() -> None:
    """Who buys where the program does not hold collects nothing; in its own shop he does."""
    told = "[{id: sixth, goods: {skus: [LATTE]}, every: 6, gives: {discount: 100%, of: cheapest}}]"
    card = Card(shop(punch=told, members="{shops: [main]}"))
    for place, stamps in (("kiosk", 0), ("main", 5)):
        card.buy("2026-01-10 12:00", "LATTE 5x 25.00", shop=place)
        assert punch.stamps(card.account, card.versions.first, parse_day("2026-01-10")) == {"sixth": stamps}
