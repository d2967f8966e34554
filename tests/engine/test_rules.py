"""Rule by rule: how they add, replace, multiply, round and are capped, one case a line."""

import pytest

from tests.engine.scoring import BASE, POINTS, award, line, program

COFFEE = "{id: coffee, kind: percent, rate: 200%, goods: {categories: [Coffee]}, replaces: base}"
LATTE = "{id: latte, kind: percent, rate: 300%, goods: {skus: [LATTE]}, replaces: base}"
ACME = "{id: acme, kind: percent, rate: 400%, goods: {brands: [Acme]}, replaces: base}"
NAMED = '{id: named, kind: percent, rate: 500%, goods: {names: ["lat*"]}, replaces: base}'
ALL = "{id: all, kind: percent, rate: 600%, replaces: base}"
LATE = "{id: late, kind: percent, rate: 700%, goods: {categories: [Coffee]}, replaces: base}"

CONTESTS = [
    ([BASE, COFFEE], "X:Coffee 10.00", {"coffee": 20}),
    ([BASE, COFFEE], "X 10.00", {"base": 10}),
    ([BASE, COFFEE, LATTE], "LATTE:Coffee 10.00", {"latte": 30}),
    ([BASE, LATTE, COFFEE], "LATTE:Coffee 10.00", {"latte": 30}),
    ([BASE, COFFEE, ACME], "X:Coffee:Acme 10.00", {"acme": 40}),
    ([BASE, NAMED, ACME, COFFEE], "X:Coffee:Acme:Latte 10.00", {"named": 50}),
    ([BASE, NAMED, LATTE], "LATTE:Coffee:Acme:Latte 10.00", {"latte": 30}),
    ([BASE, ALL, COFFEE], "X:Coffee 10.00; Y 1.00", {"coffee": 20, "all": 6}),
    ([BASE, COFFEE, LATE], "X:Coffee 10.00", {"late": 70}),  # a tie goes to the later
    ([BASE, LATE, COFFEE], "X:Coffee 10.00", {"coffee": 20}),
    # A replaced rule replaces nothing: coffee is replaced, so base stays.
    (
        [BASE, COFFEE, "{id: plain, kind: percent, rate: 50%, goods: {skus: [X]}, replaces: coffee}"],
        "X:Coffee 10.00",
        {"base": 10, "plain": 5},
    ),
    # One rule may replace several.
    (
        [
            BASE,
            "{id: two, kind: percent, rate: 10%}",
            "{id: one, kind: percent, rate: 900%, goods: {skus: [X]}, replaces: [base, two]}",
        ],
        "X 10.00; Y 10.00",
        {"base": 10, "two": 1, "one": 90},
    ),
    # An item rule may replace a percent rule.
    (
        [BASE, "{id: cup, kind: item, points: 3, goods: {skus: [X]}, replaces: base}"],
        "X 2x 10.00; Y 5.00",
        {"base": 5, "cup": 6},
    ),
    # A fixed rule that applies removes what it replaces from the whole receipt.
    ([BASE, "{id: gala, kind: fixed, points: 50, replaces: base}"], "X 10.00", {"gala": 50}),
    ([BASE, "{id: gala, kind: fixed, points: 50, when: {shops: [main]}, replaces: base}"], "X 10.00", {"base": 10}),
    ([BASE, "{id: steps, kind: step, points: 1, per: 4.00, replaces: base}"], "X 10.00", {"steps": 2}),
    # Without its goods on the receipt a rule does not apply, so it replaces nothing.
    ([BASE, "{id: gala, kind: fixed, points: 50, goods: {skus: [Y]}, replaces: base}"], "X 10.00", {"base": 10}),
    (
        [BASE, "{id: steps, kind: step, points: 1, per: 4.00, goods: {skus: [Y]}, replaces: base}"],
        "X 9.00",
        {"base": 9},
    ),
    ([BASE, "{id: twice, kind: multiply, factor: 2, goods: {skus: [Y]}, replaces: base}"], "X 10.00", {"base": 10}),
    (
        [BASE, "{id: gala, kind: fixed, points: 50, goods: {skus: [Y]}, replaces: base}"],
        "X 10.00; Y 1.00",
        {"gala": 50},
    ),
    # Nor does a fixed rule that a line rule replaces.
    (
        [
            BASE,
            "{id: gala, kind: fixed, points: 50, replaces: base}",
            "{id: own, kind: percent, rate: 10%, goods: {skus: [X]}, replaces: gala}",
        ],
        "X 10.00",
        {"base": 10, "own": 1},
    ),
    # Unless that is replaced itself, here by another rule for the whole receipt.
    (
        [
            BASE,
            "{id: gala, kind: fixed, points: 50, replaces: base}",
            "{id: own, kind: percent, rate: 10%, goods: {skus: [X]}, replaces: gala}",
            "{id: top, kind: fixed, points: 7, replaces: own}",
        ],
        "X 10.00",
        {"gala": 50, "top": 7},
    ),
    ([BASE, "{id: off, kind: fixed, points: 50, replaces: base, enabled: false}"], "X 10.00", {"base": 10}),
    (
        [BASE, "{id: a, kind: fixed, points: 5, replaces: base}", "{id: b, kind: fixed, points: 7, replaces: a}"],
        "X 10.00",
        {"base": 10, "b": 7},
    ),
    (
        [BASE, "{id: twice, kind: multiply, factor: 2}", "{id: fair, kind: fixed, points: 1, replaces: twice}"],
        "X 10.00",
        {"base": 10, "fair": 1},
    ),
]


@pytest.mark.parametrize("rules, lines, parts", CONTESTS)
def test_contests(rules: list[str], lines: str, parts: dict[str, int]) -> None:
    """The most specific of those that replace the same rule wins on each line; ties go to the later in the file."""
    given = award(program(*rules), lines)
    assert dict(given.parts) == parts
    assert given.points == sum(parts.values()) == sum(given.lines)


TIERS = '{window: lifetime, levels: [{id: low, from: "0"}, {id: gold, from: "1.00", replaces: {base: 150%}}]}'


def test_a_tiers_rate_applies_where_the_rule_still_does() -> None:
    """The level changes the rate of base, and not that of what replaces base."""
    rules = program(BASE, COFFEE, tiers=TIERS)
    assert dict(award(rules, "X:Coffee 10.00; Y 10.00", tier="gold").parts) == {"base": 15, "coffee": 20}
    assert dict(award(rules, "X:Coffee 10.00; Y 10.00", tier="low").parts) == {"base": 10, "coffee": 20}


KINDS = [
    ("{id: r, kind: item, points: 3, goods: {skus: [A]}, per: unit}", "A 2.5x 10.00; A 1x 1.00", 9),
    ("{id: r, kind: item, points: 3, goods: {skus: [A]}, per: line}", "A 2.5x 10.00; A 1x 1.00", 6),
    ("{id: r, kind: item, points: 3, goods: {skus: [A]}, max_units: 5}", "A 4x 10.00; A 4x 1.00", 15),
    ("{id: r, kind: item, points: 3, goods: {skus: [A]}, per: line, max_units: 1}", "A 4x 10.00; A 4x 1.00", 3),
    ("{id: r, kind: item, points: 3, goods: {skus: [A]}}", "A -2x -10.00; B 20.00", 0),
    ("{id: r, kind: item, points: 3, goods: {skus: [A]}}", "A 2x 0.00; B 20.00", 0),
    ("{id: r, kind: step, points: 5, per: 2.50}", "A 3.00", 5),
    ("{id: r, kind: step, points: 5, per: 2.50}", "A 1.25; B 1.25; C 2.49", 5),
    ("{id: r, kind: step, points: 5, per: 2.50, goods: {skus: [A]}}", "A 2.00; B 9.00; A 0.50", 5),
    ("{id: r, kind: step, points: 5, per: 2.50, goods: {skus: [A]}}", "B 9.00", 0),
    ("{id: r, kind: step, points: 1, per: 5.00}", "A 10.00; D -1x -0.01", 1),
    ("{id: r, kind: fixed, points: 7}", "A 0.01", 7),
    ("{id: r, kind: fixed, points: 7}", "A 0.00", 0),
    ("{id: r, kind: fixed, points: 7}", "A 1.00; B -1x -1.00", 0),
    ("{id: r, kind: fixed, points: 7, goods: {skus: [A]}}", "A 1.00", 7),
    ("{id: r, kind: fixed, points: 7, goods: {skus: [A]}}", "B 1.00", 0),
    ("{id: r, kind: percent, rate: 3.5%}", "A 1000.00", 35),
    ("{id: r, kind: percent, rate: 100%, enabled: false}", "A 10.00", 0),
]


@pytest.mark.parametrize("rule, lines, points", KINDS)
def test_kinds(rule: str, lines: str, points: int) -> None:
    """What each kind of rule gives."""
    assert award(program(rule, "{id: never, kind: fixed, points: 1, when: {shops: [x]}}"), lines).points == points


TWO = "{id: two, kind: multiply, factor: 2}"
THREE = "{id: three, kind: multiply, factor: 3}"
HALF = '{id: half, kind: multiply, factor: "1.5", goods: {skus: [A]}}'
FIXED = "{id: gift, kind: fixed, points: 10}"

STACKS = [
    ("best", [BASE, TWO, THREE], "A 10.00", {"base": 10, "three": 20}),
    ("sum", [BASE, TWO, THREE], "A 10.00", {"base": 10, "two": 10, "three": 20}),
    ("product", [BASE, TWO, THREE], "A 10.00", {"base": 10, "two": 10, "three": 40}),
    ("best", [BASE, HALF, FIXED], "A 10.00; B 10.00", {"base": 20, "half": 5, "gift": 10}),
    ("best", [BASE, TWO, HALF], "A 10.00; B 10.00", {"base": 20, "two": 20}),
    ("sum", [BASE, TWO, HALF], "A 10.00; B 10.00", {"base": 20, "two": 20, "half": 5}),
    ("product", [BASE, TWO, HALF], "A 10.00; B 10.00", {"base": 20, "two": 20, "half": 10}),
    ("best", [BASE, FIXED, TWO], "A 10.00", {"base": 10, "gift": 10, "two": 20}),
    (
        "best",
        [BASE, "{id: gift, kind: fixed, points: 10, multiplied: false}", TWO],
        "A 10.00",
        {"base": 10, "gift": 10, "two": 10},
    ),
    (
        "sum",
        [BASE, "{id: two, kind: multiply, factor: 2}", '{id: more, kind: multiply, factor: "1.25"}'],
        "A 10.00",
        {"base": 10, "two": 10, "more": 2},
    ),
    ("best", [BASE, "{id: same, kind: multiply, factor: 2}", TWO], "A 10.00", {"base": 10, "same": 10}),
]


@pytest.mark.parametrize("stacking, rules, lines, parts", STACKS)
def test_stacking(stacking: str, rules: list[str], lines: str, parts: dict[str, int]) -> None:
    """best: the largest factor alone; sum: 1 + the sum of what each adds; product: one after another."""
    assert dict(award(program(*rules, earn=f"stacking: {stacking}"), lines).parts) == parts


ROUNDINGS = [
    ("receipt", "down", "A 0.50; B 0.50; C 0.50", 1),
    ("receipt", "half-up", "A 0.50; B 0.50; C 0.50", 2),
    ("receipt", "half-even", "A 0.50; B 0.50; C 0.50", 2),
    ("receipt", "half-even", "A 2.50", 2),
    ("receipt", "half-up", "A 2.50", 3),
    ("receipt", "up", "A 2.01", 3),
    ("receipt", "up", "A 2.00", 2),
    ("line", "down", "A 0.50; B 0.50; C 1.50", 1),
    ("line", "half-up", "A 0.50; B 0.50; C 1.50", 4),
    ("line", "half-even", "A 0.50; B 0.50; C 1.50", 2),
    ("line", "up", "A 0.01; B 0.01; C 1.01", 4),
    ("receipt", "down", "A 10.99; D -1x -0.99", 10),
]


@pytest.mark.parametrize("level, mode, lines, points", ROUNDINGS)
def test_rounding(level: str, mode: str, lines: str, points: int) -> None:
    """Once, for the receipt or for each line, in the program's mode."""
    rules = program(BASE, points=POINTS[:-1] + f", rounding: {{level: {level}, mode: {mode}}}}}")
    given = award(rules, lines)
    assert given.points == points == sum(given.lines)


def test_rounding_waits_for_the_multiplier() -> None:
    """940.00 at 7 % is 65.8, times 1.5 is 98.7: 98 points, not 97."""
    rules = program("{id: base, kind: percent, rate: 7%}", '{id: happy, kind: multiply, factor: "1.5"}')
    assert award(rules, "LATTE 940.00").points == 98


def test_line_rounding_rounds_receipt_rules_once() -> None:
    """Line points are multiplied and rounded by line, receipt rules once, then added: 0 + 0 + 1.5 down."""
    rules = program(
        "{id: base, kind: percent, rate: 50%}",
        "{id: gift, kind: fixed, points: 1}",
        '{id: more, kind: multiply, factor: "1.5"}',
        points=POINTS[:-1] + ", rounding: {level: line, mode: down}}",
    )
    assert award(rules, "A 1.00; B 1.00").points == 1


def test_a_point_that_only_rounding_made_has_a_rule() -> None:
    """+0.5 and -0.5 by line, half up, are 1 and 0: the parts by rule still sum to the award."""
    rules = program(
        BASE,
        "{id: steps, kind: step, points: 1, per: 900.00}",
        earn="exclude: {goods: {skus: [FREE]}}",
        points=POINTS[:-1] + ", rounding: {level: line, mode: half-up}}",
    )
    given = award(rules, "A 0.50; D -1x -0.50; FREE 1.00")
    assert (given.points, given.parts) == (1, (("base", 1),))


def test_points_with_a_scale_are_rounded_to_it() -> None:
    """With two digits 1 % of 161.55 is 1.61."""
    rules = program("{id: base, kind: percent, rate: 1%}", points=POINTS[:-1] + ", scale: 2}")
    assert award(rules, "A 161.55").points == 161


CAPS = [
    ("{per_receipt: 12}", {}, 12, {"base": 10, "gift": 2}),
    ("{per_receipt: 8}", {}, 8, {"base": 8}),
    ("{per_receipt: 100}", {}, 30, {"base": 10, "gift": 5, "double": 15}),
    ("{per_day: 100}", {"room": 16}, 16, {"base": 10, "gift": 5, "double": 1}),
    ("{per_day: 100}", {"room": 0}, 0, {}),
    ("{per_receipt: 12, per_day: 100}", {"room": 11}, 11, {"base": 10, "gift": 1}),
]


@pytest.mark.parametrize("cap, facts, points, parts", CAPS)
def test_caps(cap: str, facts: dict, points: int, parts: dict[str, int]) -> None:
    """A cap cuts the last rules first: what multipliers added, then receipt rules, then line rules."""
    rules = program(
        "{id: double, kind: multiply, factor: 2}", "{id: gift, kind: fixed, points: 5}", BASE, earn=f"cap: {cap}"
    )
    given = award(rules, "A 6.00; B 4.00", **facts)
    assert (given.points, dict(given.parts), sum(given.lines)) == (points, parts, points)


SHARES = [
    ("prorate", "A 10.00; B 30.00", (4, 13), 0),  # 17 points by basis, 4.25 and 12.75
    ("by-line", "A 10.00; B 30.00", (1, 6), 10),
    ("prorate", "X 10.00; A 0.00", (12, 0), 0),
    ("prorate", "A 30.00; D -1x -10.00", (9, 0), 0),  # 10 + 1 - 2, all on the positive line
]


@pytest.mark.parametrize("policy, lines, shares, of_receipt", SHARES)
def test_shares_of_lines(policy: str, lines: str, shares: tuple[int, ...], of_receipt: int) -> None:
    """An award is shared over lines by positive basis, or by what the line's own rules gave."""
    rules = program(
        "{id: base, kind: percent, rate: 20%, goods: {not: {skus: [A]}}}",
        "{id: each, kind: item, points: 1, goods: {skus: [A]}}",
        "{id: gift, kind: fixed, points: 10}",
        returns=f"{{earned: {policy}}}",
    )
    given = award(rules, lines)
    assert (given.lines, given.receipt_part) == (shares, of_receipt)


def test_an_award_without_basis_is_shared_by_amounts() -> None:
    """Where all goods are excluded, a fixed rule's points lie on the lines by their amounts."""
    rules = program(FIXED, earn="exclude: {goods: {skus: [A, B]}}")
    assert award(rules, "A 30.00; B 10.00").lines == (8, 2)


def test_the_short_form_of_lines() -> None:
    """The tables' own notation is read as meant."""
    assert line("LATTE:Coffee:Acme:Latte_grande 2x 10.00 -1.50", 3)[1:] == (
        "LATTE", "Latte grande", "Coffee", "Acme", 2000, 1000, 150,
    )  # fmt: skip
