"""Drawn programs and receipts: every way of earning and spending, in the terms of the program file.

A program is a dictionary as a shop would write it (``compiled`` reads it as such), so that an oracle can read the file
itself.  Rules replace only rules of a lower rank, which is drawn apart from their order, so that there are no circles.
"""

import random
from collections.abc import Callable
from math import gcd
from typing import Any

from hypothesis import strategies as st

from bonuscli.model import Line, Program
from bonuscli.program.assemble import program_from
from bonuscli.program.check import check_program
from bonuscli.program.compile import compile_program
from bonuscli.program.consistency import check_consistency
from bonuscli.program.nodes import ListNode, MapNode, Node, TextNode
from bonuscli.program.problems import Problems
from tests.properties.examples import EXAMPLES

Plain = dict[str, Any]
SETS: Plain = {"hot": {"categories": ["Coffee", "Tea"]}, "mugs": {"names": ["*mug*"]}, "rest": {"not": "hot"}}
GOODS: tuple[Any, ...] = (
    None, None, None, "hot", ["mugs", "hot"], "rest", {"skus": ["S1"]}, {"skus": ["S1", "S2"], "brands": ["Acme"]},
    {"categories": ["Tea"]}, {"brands": ["Acme"]}, {"names": ["red*"]}, {"discounted": True},
    {"categories": ["Coffee"], "not": {"skus": ["S2"]}}, {"discounted": {"over": "30%"}, "not": "mugs"},
)  # fmt: skip
WHENS: tuple[Any, ...] = (
    None, None, None, None, {"total": {"from": "10.00"}}, {"total": {"below": "25.00"}}, {"items": "hot"},
    {"not": {"items": {"skus": ["S1"]}}}, {"tiers": ["high"]}, {"not": {"tiers": ["high"]}}, {"shops": ["A"]},
)  # fmt: skip
# Money of one point, and digits of a balance.
UNITS = (("1.00", 0), ("1.00", 2), ("0.03", 0), ("0.03", 1), ("0.50", 3), ("0.07", 3), ("2.50", 0))
EXCLUDES: tuple[Any, ...] = (
    None, None, {"goods": "mugs"}, {"discounted": True}, {"goods": ["hot"], "discounted": {"over": "30%"}}
)  # fmt: skip


# Picks one of some values.
Pick = Callable[..., Any]
# Beyond so many examples, drawing each value apart takes longer than all that is tried with it.
MANY = 5_000
_MADE: dict[str, st.SearchStrategy] = {}


def picked(make: Callable[[Pick], Any]) -> st.SearchStrategy:
    """What ``make`` makes of its picks: each drawn, so that a failure shrinks, or of very many all from one seed."""
    if EXAMPLES > MANY:
        return st.integers(0, 2**60).map(lambda seed: make(_of_seed(seed)))
    return st.composite(lambda draw: make(lambda *choices: draw(_one(choices))))()


def _of_seed(seed: int) -> Pick:
    chance = random.Random(seed)
    return lambda *choices: chance.choice(choices)


def _one(choices: tuple[Any, ...]) -> st.SearchStrategy:
    """A strategy is made once, since making it takes longer than drawing from it."""
    key = repr(choices)
    if key not in _MADE:
        _MADE[key] = st.sampled_from(choices)
    return _MADE[key]


def _rules(pick: Pick, scale: int, levels: bool, bare: bool) -> list[Plain]:
    """One to six rules, in file order; ``bare``: without conditions and budgets, so that they meet each other."""
    points = ("1", "3", "25", "0.5" if scale else "2")
    whens = [each for each in WHENS if levels or "tiers" not in str(each)]
    found: list[Plain] = []
    ranks: list[int] = []
    for rank in range(pick(1, 2, 3, 4, 5, 6)):
        ranks.insert(pick(*range(rank + 1)), rank)
    for place, rank in enumerate(ranks):
        kind = pick("percent", "percent", "item", "step", "fixed", "multiply")
        rule: Plain = {"id": f"r{place}", "kind": kind, "goods": pick(*GOODS)}
        rule["when"] = None if bare else pick(*whens)
        if kind == "percent":
            rule["rate"] = pick("3%", "7%", "12.5%", "100%", "0.01%")
        elif kind == "multiply":
            rule["factor"] = pick("1.5", "2", "1", "1.3333")
        else:
            rule["points"] = pick(*points)
        if kind == "item":
            rule["per"], rule["max_units"] = pick(("unit", None), ("unit", 1), ("unit", 3), ("line", None))
        elif kind == "step":
            rule["per"] = pick("1.00", "7.00", "0.03")
        lower = [f"r{other}" for other, below in enumerate(ranks) if below < rank]
        if lower and pick(False, True):
            rule["replaces"] = sorted({pick(*lower), pick(*lower)})
        rule["multiplied"] = pick(True, True, False)
        rule["enabled"] = pick(True, True, True, True, False)
        if not bare and pick(False, False, True):
            rule["budget"] = {"points": pick(*points)}
        found.append({key: value for key, value in rule.items() if value is not None})
    return found


def _redeem(pick: Pick, value: str, scale: int, same_receipt: bool) -> Plain:
    """How points are spent; a step is worth whole minor units."""
    unit = 10**scale
    smallest = unit // gcd(int(value.replace(".", "")), unit)
    found = {
        "max_share": pick("100%", "60%", "33.33%", "1%"), "max_points": pick(None, None, "30"),
        "max_share_by_goods": pick(None, None, {"hot": "50%"}, {"mugs": "0%", "hot": "100%"}),
        "min_receipt": pick(None, None, "5.00"), "min_points": pick("1", "1", "2", "10"),
        "leave_to_pay": pick(None, None, "1.00", "0.01"), "exclude": pick(*EXCLUDES),
        "per_day": pick(None, 1), "confirm_above": pick(None, None, "7"),
        "step": pick(None, None, smallest, 5 * smallest),
    }  # fmt: skip
    if found["step"]:
        found["step"] = f"{found['step'] // unit}.{found['step'] % unit:0{scale}}" if scale else str(found["step"])
    if same_receipt:
        found["same_receipt"] = "allow"
    return {key: each for key, each in found.items() if each is not None}


def draw_program(pick: Pick) -> Plain:
    """A program as its file says it."""
    (value, scale), levels = pick(*UNITS), pick(False, True)
    same_receipt = pick(False, False, False, True)
    bare = pick(False, True)
    found = _rules(pick, scale, levels, bare)
    cap = {} if bare else {"per_receipt": pick(None, None, "1", "20"), "per_day": pick(None, None, "30"),
           "receipts_per_day": pick(None, None, 1, 2)}  # fmt: skip
    program: Plain = {
        "version": 1, "id": "drawn", "currency": "EUR", "timezone": "UTC", "goods": SETS,
        "points": {
            "name": {"one": "point", "other": "points"}, "value": value, "scale": scale,
            "rounding": {
                "level": pick("receipt", "line"), "mode": pick("down", "half-up", "half-even", "up")
            },
            "opens": {"after": "0d" if same_receipt else pick("0d", "3d")},
            "lasts": pick("never", {"for": "9d"}, {"for": "9d", "from": "last-purchase"}),
        },
        "earn": {
            "basis": pick("before-points", "full", "before-points" if same_receipt else "paid"),
            "exclude": pick(*EXCLUDES), "stacking": pick("best", "sum", "product"),
            "cap": {key: each for key, each in cap.items() if each is not None}, "rules": found,
        },
        "redeem": _redeem(pick, value, scale, same_receipt),
        "returns": {"earned": pick("prorate", "by-line", "recompute", "keep"),
                    "short": pick("deficit", "forgive"), "restored_min_life": pick(None, None, "20d")},
    }  # fmt: skip
    if levels:
        rates = {rule["id"]: pick("5%", "0%") for rule in found if rule["kind"] == "percent" and pick(False, True)}
        program["tiers"] = {
            "counts": pick("before", "with-receipt"),
            "levels": [
                {"id": "low", "from": "0"},
                {"id": "high", "from": "20.00", "replaces": rates, "redeem_max": pick("80%", "5%")},
            ],
        }
    if program["returns"]["restored_min_life"] is None:
        del program["returns"]["restored_min_life"]
    for place in (program["earn"], *program.get("tiers", {}).get("levels", ())):
        for key in ("exclude", "replaces", "cap"):
            if key in place and not place[key]:
                del place[key]
    return program


def compiled(program: Plain) -> Program:
    """The engine's program of a drawn one: checked and compiled as a file is, but for its text, which takes longest."""
    problems = Problems("drawn.yaml", "")
    root = _node(program)
    assert isinstance(root, MapNode)
    values = check_program(root, problems)
    check_consistency(values, root, problems)
    assert not problems.found, problems.found
    return program_from(compile_program(values))


def _node(value: Any) -> Node:
    if isinstance(value, dict):
        return MapNode(1, 1, tuple((TextNode(1, 1, key), _node(each)) for key, each in value.items()))
    if isinstance(value, list):
        return ListNode(1, 1, tuple(map(_node, value)))
    return TextNode(1, 1, str(value).lower() if isinstance(value, bool) else str(value))


AMOUNTS = (0, 1, 2, 99, 333, 500, 999, 1_000, 1_001, 2_500, 10_000, 99_999, -1, -25, -150)
QUANTITIES = (0, 1, 333, 999, 1_000, 1_000, 1_500, 2_000, 7_000)


def draw_lines(pick: Pick) -> tuple[Line, ...]:
    """One to five lines whose total is not below zero."""
    found = [
        Line(
            *(place, pick("S1", "S2", ""), pick("", "Red mug", "MUG", "red"), pick("Coffee", "Coffee", "Tea", "Food")),
            *(pick("Acme", ""), pick(*QUANTITIES), pick(*AMOUNTS), pick(0, 0, 0, 1, 100, 5_000)),
        )
        for place in range(1, pick(1, 2, 3, 4, 5) + 1)
    ]
    if sum(line.amount for line in found) < 0:
        return tuple(line._replace(amount=abs(line.amount)) for line in found)
    return tuple(line._replace(quantity=-line.quantity, discount=0) if line.amount < 0 else line for line in found)
