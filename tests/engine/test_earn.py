"""The award of a receipt where it is close: nothing counted, rules that stand on a part of it, exact sums, ties."""

import pytest

from bonuscli.engine import earn, tariffs
from bonuscli.model import Facts, Program
from tests.engine.scoring import BASE, NOON, POINTS, award, lines_of, program

NOBODY = Facts(None, frozenset(), False, None, None)
TIERS = '{window: lifetime, levels: [{id: low, from: "0"}, {id: gold, from: "1.00"}]}'
GALA = "{id: gala, kind: fixed, points: 50, replaces: base}"
OWN = "{id: own, kind: percent, rate: 10%, goods: {skus: [X]}, replaces: gala}"


def rounded(mode: str, level: str = "receipt") -> str:
    """The section of points with a rounding."""
    return POINTS[:-1] + f", rounding: {{level: {level}, mode: {mode}}}}}"


def earned(rules: Program, lines: str = "A 10.00", told: dict | None = None) -> tuple:
    """Points and trace of a receipt that nobody asked to explain."""
    items = lines_of(lines)
    at, total = rules.calendar.parse_instant(NOON), sum(line.amount for line in items)
    found = earn.score(items, None, earn.occasion_of(at, total, "", NOBODY, rules, items, told), rules)
    return found.points, found.steps


# --- what is looked at -----------------------------------------------------------------------------------------------

TOLD = [
    (None, 10),
    ({}, 10),
    ({"segments": []}, 10),
    ({"payments": ["Card"]}, 11),
    ({"codes": ["happy"]}, 12),
    ({"payments": ["card"], "codes": ["HAPPY"]}, 13),
]


@pytest.mark.parametrize("told, points", TOLD)
def test_what_the_till_told_beside_the_lines(told: dict | None, points: int) -> None:
    """Ways of payment and codes count where they are told, in whatever case; a receipt need have neither."""
    rules = program(
        BASE,
        "{id: paid, kind: fixed, points: 1, when: {payment: [card]}}",
        "{id: code, kind: fixed, points: 2, when: {code: HAPPY}}",
    )
    assert earned(rules, told=told)[0] == points


@pytest.mark.parametrize("lines", ["A 10.00", "A 0.00", "A 0.40"])
def test_a_receipt_is_explained_only_where_somebody_asks(lines: str) -> None:
    """Without being asked for, no step is made."""
    assert earned(program(BASE), lines)[1] == ()
    assert award(program(BASE), lines).steps != ()


def test_the_level_of_a_tier() -> None:
    """A level goes by its id; a tier of no level, or of a program without levels, has none."""
    rules = program(BASE, tiers=TIERS)
    level = tariffs.level_of(rules, "gold")
    assert level is not None
    assert (level.id, level.starts) == ("gold", 100)
    assert [tariffs.level_of(rules, tier) for tier in (None, "platinum")] == [None, None]
    assert [tariffs.level_of(program(BASE), tier) for tier in (None, "gold")] == [None, None]


# --- nothing counted -------------------------------------------------------------------------------------------------

NOTHING_COUNTED = [
    (["{id: steps, kind: step, points: 1, per: 0.01}"], {}),
    ([BASE], {}),
    (["{id: gift, kind: fixed, points: 5}"], {"gift": 5}),
    (["{id: gift, kind: fixed, points: 5}", "{id: gala, kind: fixed, points: 7, replaces: gift}"], {"gala": 7}),
    (["{id: gift, kind: fixed, points: 5}", "{id: two, kind: multiply, factor: 2}"], {"gift": 5, "two": 5}),
    (["{id: gift, kind: fixed, points: 5, goods: {skus: [A]}}"], {}),
    (["{id: each, kind: item, points: 3, goods: {skus: [A]}}"], {}),
]


@pytest.mark.parametrize("rules, parts", NOTHING_COUNTED)
def test_a_receipt_of_excluded_goods(rules: list[str], parts: dict[str, int]) -> None:
    """Only rules for the whole receipt that look at no money still give, and replace what they replace."""
    given = award(program(*rules, earn="exclude: {goods: {skus: [A]}}"), "A 10.00")
    assert (dict(given.parts), given.points) == (parts, sum(parts.values()))


def test_an_award_of_nothing_has_no_parts_and_no_shares() -> None:
    """0.50 rounded down are no points: no rule gave any, and no line bears any."""
    for policy in ("prorate", "by-line"):
        given = award(program(BASE, returns=f"{{earned: {policy}}}"), "A 0.50")
        assert (given.points, given.parts, given.lines, given.receipt_part) == (0, (), (0,), 0)
    assert award(program(BASE, points=rounded("down", "line")), "A 0.50").points == 0


# --- rules that stand on a part of the receipt -----------------------------------------------------------------------

STANDING = [
    # A fixed rule that is replaced on one line of its goods is gone; replaced elsewhere it stands.
    ([BASE, GALA, OWN], "X 10.00; Y 10.00", {"base": 20, "own": 1}),
    ([BASE, GALA[:-1] + ", goods: {skus: [Y]}}", OWN], "X 10.00; Y 10.00", {"own": 1, "gala": 50}),
    # A step or a multiplier stands as long as one line is left to it.
    (
        [
            BASE,
            "{id: steps, kind: step, points: 1, per: 5.00, replaces: base}",
            "{id: own, kind: percent, rate: 10%, goods: {skus: [X]}, replaces: steps}",
        ],
        "X 10.00; Y 10.00",
        {"own": 1, "steps": 2},
    ),
    (
        [
            BASE,
            "{id: steps, kind: step, points: 1, per: 5.00, replaces: base}",
            "{id: own, kind: percent, rate: 10%, goods: {skus: [X]}, replaces: steps}",
        ],
        "X 10.00",
        {"base": 10, "own": 1},
    ),
    # A line rule whose condition does not hold replaces nothing, in no pass.
    (
        [
            BASE,
            GALA,
            "{id: own, kind: percent, rate: 10%, when: {shops: [elsewhere]}, replaces: gala}",
            "{id: more, kind: fixed, points: 1}",
        ],
        "X 10.00",
        {"gala": 50, "more": 1},
    ),
]


@pytest.mark.parametrize("rules, lines, parts", STANDING)
def test_what_takes_a_rule_out_of_the_receipt(rules: list[str], lines: str, parts: dict[str, int]) -> None:
    """A rule for the whole receipt removes another only while it stands itself."""
    assert dict(award(program(*rules), lines).parts) == parts


UNITS = [
    ("max_units: 5", "A 2.5x 10.00", 6),
    ("max_units: 5", "A 1x 10.00", 3),
    ("max_units: 5", "A 4x 10.00", 12),
    ("max_units: 5", "A 0.9x 10.00", 0),
    ("max_units: 5", "A -2x -10.00; A 6x 20.00", 15),
    ("per: line, max_units: 3", "A 4x 10.00; A 4x 10.00", 6),
    ("per: line, max_units: 3", "A 4x 10.00", 3),
    ("per: line", "A 0.01", 3),
    ("per: unit", "A 0.01", 3),
]


@pytest.mark.parametrize("terms, lines, points", UNITS)
def test_units_of_an_item_rule(terms: str, lines: str, points: int) -> None:
    """Whole units or lines, at most so many of a receipt, of goods that cost anything."""
    rules = program(f"{{id: r, kind: item, points: 3, goods: {{skus: [A]}}, {terms}}}")
    assert award(rules, f"{lines}; B 20.00").points == points


# --- exact until the rounding ----------------------------------------------------------------------------------------


def test_chained_multipliers_are_exact() -> None:
    """163.84 at 156.25 % are 256, times 1.0625 twice are 289: not a point is lost between two lines."""
    rules = program(
        "{id: base, kind: percent, rate: 156.25%}",
        '{id: once, kind: multiply, factor: "1.0625"}',
        '{id: again, kind: multiply, factor: "1.0625"}',
        earn="stacking: product",
    )
    given = award(rules, "A 81.91; B 81.93")
    assert (given.points, dict(given.parts)) == (289, {"base": 256, "once": 16, "again": 17})


def test_a_multiplier_multiplies_all_that_line_rules_gave() -> None:
    """10 and 5 points of two rules on one line, doubled: 15 more, and not a trace above it to be rounded up."""
    rules = program(
        BASE,
        "{id: half, kind: percent, rate: 50%}",
        "{id: two, kind: multiply, factor: 2}",
        points=rounded("up"),
    )
    given = award(rules, "A 10.00")
    assert (given.points, dict(given.parts)) == (30, {"base": 10, "half": 5, "two": 15})


def test_equal_parts_go_to_the_first_rule() -> None:
    """1.5 and 0.5 of two points: the odd one is the first rule's."""
    rules = program("{id: most, kind: percent, rate: 75%}", "{id: rest, kind: percent, rate: 25%}")
    assert award(rules, "A 2.00").parts == (("most", 2),)


def test_points_that_only_rounding_made_are_the_first_rules() -> None:
    """Twice +0.5 and -0.5 by line, half up, are 2 points that no rule gave: the first has them, whatever its name."""
    rules = program(
        "{id: zeta, kind: percent, rate: 100%}",
        "{id: alpha, kind: step, points: 1, per: 900.00}",
        earn="exclude: {goods: {skus: [FREE]}}",
        points=rounded("half-up", "line"),
    )
    given = award(rules, "A 0.50; D -1x -0.50; A 0.50; D -1x -0.50; FREE 1.00")
    assert (given.points, given.parts) == (2, (("zeta", 2),))


def test_the_least_share_has_a_rule() -> None:
    """0.01 % of 0.01, rounded up, is one point of the rule that gave it, not of one whose share is nothing."""
    rules = program(
        "{id: bottles, kind: percent, rate: 100%, goods: {skus: [D]}}",
        "{id: least, kind: percent, rate: 0.01%, goods: {skus: [A]}}",
        points=rounded("up"),
    )
    given = award(rules, "D 1.00; D -1x -1.00; A 0.01")
    assert (given.points, given.parts) == (1, (("least", 1),))


# --- shares of lines -------------------------------------------------------------------------------------------------


def test_a_line_without_points_bears_none() -> None:
    """By line: the award is of the one line that gave points, and none of it of the free one or of the receipt."""
    rules = program(BASE, points=rounded("down", "line"), returns="{earned: by-line}")
    given = award(rules, "A 3.00; B 0.00; D -1x -0.10")
    assert (given.points, given.lines, given.receipt_part) == (2, (2, 0, 0), 0)


def test_an_award_of_excluded_goods_lies_on_what_costs_money() -> None:
    """10 points over a line of 0.01, a free one and a deposit: all on the first."""
    rules = program("{id: gift, kind: fixed, points: 10}", earn="exclude: {goods: {skus: [A, D]}}")
    assert award(rules, "A 0.02; B 0.00; D -1x -0.01").lines == (10, 0, 0)


BASES = [
    ("paid", 8),
    ("before-points", 10),
    ("full", 12),
]


@pytest.mark.parametrize("basis, points", BASES)
def test_the_basis(basis: str, points: int) -> None:
    """12.00 less a discount of 2.00, of which points pay 2.00: what is paid, what was due, or the full price."""
    assert award(program(BASE, earn=f"basis: {basis}"), "A 10.00 -2.00", spent=[200]).points == points
    assert award(program(BASE, earn=f"basis: {basis}"), "A 10.00").points == 10
