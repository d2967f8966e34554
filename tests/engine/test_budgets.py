"""Budgets: what a rule may give in all, cut after the caps, and nobody else's points."""

import pytest

from tests.engine.scoring import award, program

BASE = "{id: base, kind: percent, rate: 100%}"
TWICE = "{id: twice, kind: multiply, factor: 2, budget: {points: 100}}"
GIFT = "{id: gift, kind: fixed, points: 5, budget: {points: 100}}"

CASES = [
    ({"twice": 100, "gift": 100}, "", {"base": 10, "gift": 5, "twice": 15}),
    ({"twice": 4, "gift": 100}, "", {"base": 10, "gift": 5, "twice": 4}),
    ({"twice": 0, "gift": 3}, "", {"base": 10, "gift": 3}),
    ({}, "", {"base": 10}),  # what is not named has nothing left
    # The cap cuts the last rules first; the budget then gives only what was still to be added.
    ({"twice": 7, "gift": 100}, "cap: {per_receipt: 20}", {"base": 10, "gift": 5, "twice": 5}),
    ({"twice": 3, "gift": 100}, "cap: {per_receipt: 20}", {"base": 10, "gift": 5, "twice": 3}),
]


@pytest.mark.parametrize("left, cap, parts", CASES)
def test_a_budget_cuts_its_own_rule(left: dict[str, int], cap: str, parts: dict[str, int]) -> None:
    """A rule gives at most what is left of its budget, and the award and the lines' shares are lowered by the rest."""
    given = award(program(BASE, GIFT, TWICE, earn=cap), "A 6.00; B 4.00", budgets=left)
    assert (dict(given.parts), given.points, sum(given.lines)) == (parts, sum(parts.values()), sum(parts.values()))


def test_the_trace_says_what_the_budget_cut() -> None:
    """A step for each rule whose budget was short."""
    steps = award(program(BASE, GIFT, TWICE), "A 10.00", budgets={"twice": 4, "gift": 5}).steps
    assert [tuple(step)[:4] for step in steps if step.rule == "budget"] == [
        ("budget", "capped", "4", "4 were left of the budget of twice, which would have given 15")
    ]
