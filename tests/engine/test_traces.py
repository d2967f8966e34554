"""Why a line or a receipt earned nothing: every one has a step that says so."""

import pytest

from tests.engine.scoring import award, program

COFFEE = "{id: coffee, kind: percent, rate: 100%, goods: {categories: [Coffee]}}"
EVENING = '{id: evening, kind: percent, rate: 100%, goods: {skus: [B]}, when: {hours: "18:00-20:00"}}'
STEPS = "{id: steps, kind: step, points: 1, per: 100.00, goods: {skus: [C]}}"

LINES = [
    ("X:Coffee 1.00", []),
    (
        "A 5.00; WINE 5.00",
        [
            ("line", "skipped", "1 x A: no rule that applies is for these goods", "line 1"),
            ("exclude", "excluded", "1 x WINE: these goods are excluded", "line 2"),
        ],
    ),
    (
        "X:Coffee 1.00; B 5.00 -3.00",
        [("exclude", "excluded", "1 x B: goods with such a discount are excluded", "line 2")],
    ),
    ("X:Coffee 1.00; Y:Coffee 2x 0.00", [("exclude", "excluded", "2 x Y: a line of 0.00 earns nothing", "line 2")]),
    ("X:Coffee 1.00; A 5.00", [("line", "skipped", "1 x A: no rule that applies is for these goods", "line 2")]),
    ("X:Coffee 1.00; B 5.00", [("line", "skipped", "1 x B: no rule that applies is for these goods", "line 2")]),
    ("X:Coffee 1.00; C 5.00", []),  # it counts towards the steps
]


@pytest.mark.parametrize("lines, steps", LINES)
def test_lines_that_earn_nothing(lines: str, steps: list) -> None:
    """Excluded lines, lines of 0.00 and lines of goods that no rule of now means are named."""
    rules = program(COFFEE, EVENING, STEPS, earn="exclude: {goods: {skus: [WINE]}, discounted: {over: 30%}}")
    found = award(rules, lines).steps
    assert [(s.rule, s.outcome, s.why, s.where) for s in found if s.rule in ("exclude", "line")] == steps


def test_every_rule_has_its_step() -> None:
    """One step a rule, whether it applied, was skipped or was replaced."""
    rules = program(
        COFFEE,
        EVENING,
        STEPS,
        "{id: latte, kind: percent, rate: 200%, goods: {skus: [LATTE]}, replaces: coffee}",
        "{id: off, kind: fixed, points: 1, enabled: false}",
        "{id: twice, kind: multiply, factor: 2, when: {payment: [cash]}}",
    )
    outcomes = {step.rule: step.outcome for step in award(rules, "LATTE:Coffee 1.00").steps}
    assert outcomes == {
        "coffee": "replaced",
        "evening": "skipped",
        "latte": "applied",
        "steps": "skipped",
        "off": "skipped",
        "twice": "skipped",
        "rounding": "rounded",
    }


def test_who_may_not_take_part_earns_nothing_and_is_told_why() -> None:
    """One step of the membership instead of the rules'."""
    given = award(program(COFFEE), "X:Coffee 1.00", barred="the program is for shop main")
    assert given.points == 0
    assert [tuple(step) for step in given.steps] == [
        ("members", "skipped", "0", "the program is for shop main", "receipt")
    ]


def test_a_rule_that_gave_nothing_is_told_which_one_stood_in_its_place() -> None:
    """The rule that replaced it, won the contest, or multiplied by more; or that there was nothing for it."""
    rules = program(
        COFFEE,
        "{id: base, kind: percent, rate: 10%}",
        "{id: milk, kind: percent, rate: 20%, goods: {categories: [Milk]}, replaces: base}",
        "{id: oat, kind: percent, rate: 30%, goods: {skus: [OAT]}, replaces: base}",
        "{id: crate, kind: item, points: 1, goods: {skus: [CRATE]}}",
        "{id: night, kind: fixed, points: 5, replaces: coffee}",
        "{id: twice, kind: multiply, factor: 2}",
        "{id: thrice, kind: multiply, factor: 3}",
        "{id: tea-twice, kind: multiply, factor: 2, goods: {categories: [Tea]}}",
    )
    why = {step.rule: step.why for step in award(rules, "OAT:Milk 5.00; CRATE -1.00; X:Coffee 1.00").steps}
    assert why["coffee"] == "night replaces it for the whole receipt"
    assert why["milk"] == "oat replaces the same and is narrower or later"
    assert why["crate"] == "goods brought along earn nothing by the unit"
    assert why["twice"] == "a larger factor applies"
    assert why["tea-twice"] == "no line holds its goods"
    only_oat = {step.rule: step.why for step in award(rules, "OAT:Milk 5.00").steps}
    assert only_oat["base"] == "oat replaces it"
