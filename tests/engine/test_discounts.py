"""Money off: the order of discounts, their one rounding, their spread, and why one is not given."""

import pytest

from bonuscli.engine import discounts, earn
from bonuscli.engine.account import Account
from bonuscli.engine.discounts import Offered, Standing
from bonuscli.model import Facts
from tests.engine.scoring import NOON, lines_of, program

GUEST = Standing(None, frozenset(), False)


def offered(told: str, lines: str, standing: Standing = GUEST, tier: str | None = None, codes: str = "") -> Offered:
    """What discounts, written as in a program, take off lines."""
    rules = program(discounts=f"[{told}]", gifts="", tiers='{levels: [{id: gold, from: "0"}]}')
    items = lines_of(lines)
    facts = Facts(tier, frozenset(), False, None, None)
    total = sum(line.amount for line in items)
    at = rules.calendar.parse_instant(NOON)
    occasion = earn.occasion_of(at, total, "", facts, rules, items, {"codes": codes.split()})
    return discounts.offer(items, occasion, rules, standing)


def amounts(found: Offered) -> list[tuple[int, int]]:
    """(amount, discount) of each line."""
    return [(line.amount, line.discount) for line in found.lines]


TENTH = "{id: tenth, kind: percent, rate: 10%}"
EUR3 = '{id: three, kind: fixed, amount: "3.00"}'


@pytest.mark.parametrize(
    "told, lines, after",
    [
        (TENTH, "A 10.00", [(900, 100)]),
        (TENTH, "A 0.15; B 0.15", [(13, 2), (14, 1)]),  # 0.03, the odd cent on the first
        (TENTH, "A 0.05", [(4, 1)]),  # half up
        (TENTH, "A 0.04", [(4, 0)]),
        (TENTH, "A 10.00; B -5.00", [(900, 100), (-500, 0)]),
        (TENTH, "A 9.00 -1.00", [(810, 190)]),
        (EUR3, "A 2.00; B 2.00", [(50, 150), (50, 150)]),
        (EUR3, "A 1.00; B 1.00", [(0, 100), (0, 100)]),
        (EUR3, "A -1.00", [(-100, 0)]),
        (f"{TENTH}, {EUR3}", "A 10.00", [(600, 400)]),
        (f"{EUR3}, {TENTH}", "A 10.00", [(630, 370)]),
        ('{id: a, kind: percent, rate: 50%, max: "2.00"}', "A 10.00; B 10.00", [(900, 100), (900, 100)]),
        ("{id: a, kind: percent, rate: 100%, goods: {skus: [A]}}", "A 3.00; B 2.00", [(0, 300), (200, 0)]),
    ],
)
def test_what_is_taken_off(told: str, lines: str, after: list[tuple[int, int]]) -> None:
    """A discount is rounded once over its positive lines and spread by what is left of them, never below zero."""
    assert amounts(offered(told, lines)) == after


def test_a_discount_says_what_it_took_off() -> None:
    """The answer names each discount with its money and the lines that bear it, and the trace has a step for each."""
    ours, theirs = (f"{{id: {name}, kind: percent, rate: 10%, goods: {{skus: [{name.upper()}]}}}}" for name in "bc")
    found = offered(f"{ours}, {theirs}", "A 1.00; B 5.00")
    assert found.given == (("b", 50, ((2, 50),)),)
    assert [tuple(step) for step in found.steps] == [
        ("b", "applied", "0", "0.50 EUR off", "line 2"),
        ("c", "skipped", "0", "no line of its goods has anything left", "receipt"),
    ]


@pytest.mark.parametrize(
    "terms, why",
    [
        ("when: {tiers: [gold]}", "it counts only for tier gold"),
        ("when: {code: X}", "it counts only with code x"),
        ("limit: {count: 1, per: day}", "it is limited for each member, and a guest is none"),
        ("not_with: one", "it is not given together with one"),
        ("goods: {skus: [B]}", "no line of its goods has anything left"),
    ],
)
def test_why_a_discount_is_not_given(terms: str, why: str) -> None:
    """The trace says it in the words of the program."""
    found = offered(f"{{id: one, kind: percent, rate: 1%}}, {{id: a, kind: percent, rate: 10%, {terms}}}", "A 10.00")
    assert (found.steps[-1].rule, found.steps[-1].why) == ("a", why)
    assert "a" not in {off.id for off in found.given}


def test_a_discount_in_the_place_of_points() -> None:
    """It is given where no points are spent, and not where they are."""
    told = "{id: a, kind: percent, rate: 10%, points: instead}"
    assert amounts(offered(told, "A 10.00")) == [(900, 100)]
    found = offered(told, "A 10.00", Standing(None, frozenset(), True))
    assert (found.given, found.steps[0].why) == ((), "it is not given where points are spent")


def test_not_with_works_both_ways() -> None:
    """A discount is not given either where the one given before it says so."""
    told = "{id: one, kind: percent, rate: 1%, not_with: [a]}, {id: a, kind: percent, rate: 10%}"
    assert [off.id for off in offered(told, "A 10.00").given] == ["one"]


def test_a_discount_not_given_excludes_nothing() -> None:
    """What a discount may not stand beside is what was given, not what stands before it in the file."""
    told = "{id: one, kind: percent, rate: 1%, when: {code: X}}, {id: a, kind: percent, rate: 10%, not_with: one}"
    assert [off.id for off in offered(told, "A 10.00").given] == ["a"]
    assert [off.id for off in offered(told, "A 10.00", codes="x").given] == ["one"]


def test_a_limit_per_receipt_is_kept_by_every_receipt() -> None:
    """A discount is given once on a receipt anyhow, to guests as well."""
    told = "{id: a, kind: percent, rate: 10%, limit: {count: 1, per: receipt}}"
    assert amounts(offered(told, "A 1.00")) == [(90, 10)]


@pytest.mark.parametrize(
    "counted_on, given",
    [((0, 0), False), ((-1, 0), False), ((-1, -2), True), ((-8, -9), True), ((0, -9), True)],
)
def test_a_limit_counts_over_its_period(counted_on: tuple[int, int], given: bool) -> None:
    """Of a discount given twice a week, Monday to Sunday, the third is not given; 15 December 2026 is a Tuesday."""
    told = "{id: a, kind: percent, rate: 10%, limit: {count: 2, per: week}}"
    day = program().calendar.parse_instant(NOON) // 86_400
    account = Account(1, 1, None, frozenset(), 0)
    for before in counted_on:
        account.tally("discount:a", day + before, 1)
    found = offered(told, "A 10.00", Standing(account, frozenset(), False))
    assert bool(found.given) is given
