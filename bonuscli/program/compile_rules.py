"""Rules, goods and conditions of checked values in the compiled program's shape; named goods are written out here.

Worked example: ``goods: coffee`` becomes the matchers of the set ``coffee`` with specificity 3, a named set's.
"""

from typing import Any

from bonuscli.engine.rules import RULE_KINDS
from bonuscli.program.check import Values

EVERYTHING, CATEGORY, BRAND, NAMED, SKU = range(5)
_SPECIFICITY = {"categories": CATEGORY, "brands": BRAND, "names": NAMED, "skus": SKU}
_PLAIN_CONDITIONS = ("from", "to", "days", "total", "shops", "tiers", "tags", "segments", "first_purchase", "birthday")

Plain = dict[str, Any]


def compile_rule(rule: Values, sets: Values) -> Plain:
    """RULE of the compiled program; ``sets`` are the named sets of goods."""
    own = {name: rule[name] for name in RULE_KINDS[rule["kind"]].KEYS}
    budget = rule["budget"]
    return {
        "id": rule["id"],
        "kind": rule["kind"],
        "enabled": rule["enabled"],
        "goods": compile_goods(rule["goods"], sets),
        "when": compile_when(rule["when"], sets),
        "replaces": list(rule["replaces"]),
        "multiplied": rule["multiplied"],
        "budget": None if budget is None else budget["points"],
        "control_bp": rule["control"],
        **own,
    }


def compile_when(when: Values | None, sets: Values) -> Plain | None:
    """WHEN of the compiled program, None where there is no condition."""
    if when is None:
        return None
    hours, bought, codes = when["hours"], when["bought"], when["code"]
    return {
        **{name: when[name] for name in _PLAIN_CONDITIONS},
        "hours": None if hours is None else [list(span) for span in hours],
        "items": compile_goods(when["items"], sets),
        "bought": None
        if bought is None
        else {"goods": compile_goods(bought["goods"], sets), "within": duration(bought["within"])},
        "payment": when["payment"],
        "code": None if codes is None else [code.casefold() for code in codes],
        "not": compile_when(when["not"], sets),
    }


def compile_goods(goods: Any, sets: Values) -> Plain | None:
    """GOODS of a set's name, a list of names, or a matcher's keys."""
    if goods is None:
        return None
    if isinstance(goods, dict):
        specificity = max((rank for key, rank in _SPECIFICITY.items() if goods[key] is not None), default=EVERYTHING)
        return {"specificity": specificity, "any": [_matcher(goods, sets)]}
    names = [goods] if isinstance(goods, str) else goods
    return {"specificity": NAMED, "any": [_matcher(sets[name], sets) for name in names]}


def _matcher(matcher: Values, sets: Values) -> Plain:
    names = matcher["names"]
    return {
        "skus": matcher["skus"],
        "categories": matcher["categories"],
        "brands": matcher["brands"],
        "names": None if names is None else [name.casefold() for name in names],
        "discounted_over_bp": _discounted_over(matcher["discounted"]),
        "not": compile_goods(matcher["not"], sets),
    }


def compile_exclude(exclude: Values | None, sets: Values) -> Plain | None:
    """EXCLUDE of the compiled program, None where nothing is excluded."""
    if exclude is None:
        return None
    return {
        "goods": compile_goods(exclude["goods"], sets),
        "discounted_over_bp": _discounted_over(exclude["discounted"]),
    }


def _discounted_over(discounted: Any) -> int | None:
    """The discount above which lines are meant; 0 is any."""
    if isinstance(discounted, dict):
        return int(discounted["over"])
    return 0 if discounted else None


def duration(pair: tuple[int, int] | None) -> list[int] | None:
    """``[months, days]``, None where nothing is said."""
    return None if pair is None else list(pair)
