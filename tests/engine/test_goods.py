"""Which lines a rule means, one case a line: matchers, named sets, exclusions."""

import pytest

from tests.engine.scoring import award, program

SETS = """
  coffee: {categories: [Coffee, Tea]}
  gift-cards: {names: ["*gift card*", "VOUCHER ??"]}
  not-milk: {categories: [Coffee], not: {skus: [MILK]}}"""

GOODS = [
    ("{skus: [A]}", "A 10.00", 10),
    ("{skus: [A]}", "a 10.00", 0),
    ("{skus: [A, B]}", "B 10.00", 10),
    ("{categories: [Coffee]}", "A:Coffee 10.00", 10),
    ("{categories: [Coffee]}", "A:Tea 10.00", 0),
    ("{categories: [Coffee]}", "A 10.00", 0),
    ("{brands: [Acme]}", "A:Tea:Acme 10.00", 10),
    ("{categories: [Tea], brands: [Acme]}", "A:Tea:Acme 10.00", 10),
    ("{categories: [Tea], brands: [Acme]}", "A:Tea:Other 10.00", 0),
    ('{names: ["*gift card*"]}', "A:x:y:My_GIFT_Card_50 10.00", 10),
    ('{names: ["*gift card*"]}', "A:x:y:Giftcard 10.00", 0),
    ('{names: ["card ?"]}', "A:x:y:CARD_5 10.00", 10),
    ('{names: ["card ?"]}', "A:x:y:card_50 10.00", 0),
    ('{names: ["a.c*"]}', "A:x:y:abc 10.00", 0),
    ('{names: ["straße*"]}', "A:x:y:STRASSE_7 10.00", 10),
    ("{not: {skus: [A]}}", "A 10.00; B 5.00", 5),
    ("{categories: [Coffee], not: {skus: [MILK]}}", "MILK:Coffee 10.00; X:Coffee 3.00", 3),
    ("[coffee]", "A:Tea 10.00", 10),
    ("[coffee, gift-cards]", "A:x:y:Voucher_10 10.00; B:Tea 1.00; C 5.00", 11),
    ("[not-milk]", "MILK:Coffee 10.00; X:Coffee 3.00", 3),
    ("coffee", "A:Coffee 10.00", 10),
]


@pytest.mark.parametrize("goods, lines, points", GOODS)
def test_goods(goods: str, lines: str, points: int) -> None:
    """A rule with goods gives points on the lines it means, and on no others."""
    rules = program(f"{{id: base, kind: percent, rate: 100%, goods: {goods}}}", goods=SETS)
    assert award(rules, lines).points == points


EXCLUDED = [
    ("{goods: {skus: [A]}}", "A 10.00; B 5.00", 5),
    ("{goods: [coffee, gift-cards]}", "A:Tea 10.00; B:x:y:voucher_10 2.00; C 5.00", 5),
    ("{discounted: true}", "A 10.00 -0.01; B 5.00", 5),
    ("{discounted: {over: 30%}}", "A 7.00 -3.00; B 6.99 -3.01; C 1.00", 8),
    ("{goods: {skus: [A]}, discounted: true}", "A 10.00; B 5.00 -1.00; C 1.00", 1),
]


@pytest.mark.parametrize("exclude, lines, points", EXCLUDED)
def test_exclusions(exclude: str, lines: str, points: int) -> None:
    """Each key of an exclusion excludes on its own, and excluded lines earn nothing by any line rule."""
    item = "{id: each, kind: item, points: 100, goods: {skus: [A]}}"
    rules = program("{id: base, kind: percent, rate: 100%}", item, earn=f"exclude: {exclude}", goods=SETS)
    expected = points + (100 if "{over" in exclude else 0)
    assert award(rules, lines).points == expected


def test_excluded_lines_count_in_the_total() -> None:
    """A condition on the total sees every line, also those that earn nothing."""
    rules = program(
        "{id: big, kind: fixed, points: 7, when: {total: {from: 15.00}}}", earn="exclude: {goods: {skus: [A]}}"
    )
    assert award(rules, "A 10.00; B 5.00").points == 7
    assert award(rules, "A 10.00; B 4.99").points == 0


LINES = [
    ("paid", "A 10.00 -2.00", [300], 7),
    ("before-points", "A 10.00 -2.00", [300], 10),
    ("full", "A 10.00 -2.00", [300], 12),
    ("paid", "A 10.00; DEPOSIT -1x -2.50", None, 7),
    ("paid", "A 10.00; DEPOSIT -1x -10.00", None, 0),
    ("paid", "A 10.00; GIFT 1x 0.00 -50.00", None, 10),
    ("full", "A 10.00; GIFT 1x 0.00 -50.00", None, 10),
    ("paid", "A 10.00; BACK -3x 0.00", None, 10),
]


@pytest.mark.parametrize("basis, lines, spent, points", LINES)
def test_basis(basis: str, lines: str, spent: list[int] | None, points: int) -> None:
    """What counts of a line: paid, before points, or full; a line of 0.00 is nothing, a negative one lowers."""
    assert award(program(earn=f"basis: {basis}"), lines, spent=spent).points == points
