"""Whether the parts of a program agree: names that must exist, bounds in the right order, rules that cannot all hold.

Each check reads the typed tree of :mod:`check` and notes a problem at the node that it is about.  Rules, tiers and
redemption are looked at here, the rest by topic in the ``consistency_*`` modules.
"""

from math import gcd

from bonuscli.engine.rules import RULE_KINDS
from bonuscli.program.check import Values
from bonuscli.program.circles import find_cycles
from bonuscli.program.consistency_beside import check_beside
from bonuscli.program.consistency_goods import check_goods
from bonuscli.program.consistency_when import check_conditions, check_segments
from bonuscli.program.draft import Draft, Names, Path
from bonuscli.program.nodes import MapNode, locate
from bonuscli.program.problems import Problems, near_names
from bonuscli.units import format_decimal

PERCENT = "percent"


def check_consistency(values: Values, root: MapNode, problems: Problems) -> None:
    """Add every disagreement between the keys of a program to ``problems``."""
    draft = Draft(values, root, problems)
    for check in (
        _check_something_given,
        _check_rules,
        _check_tiers,
        check_conditions,
        check_segments,
        check_goods,
        _check_redemption,
        _check_same_receipt,
        check_beside,
    ):
        check(draft)


def smallest_step(value_minor: int, unit: int) -> int:
    """The smallest number of smallest units of points that is worth whole minor units of money.

    A point of 0.03 with two digits: 100 smallest units pay 3 minor units, so none fewer pays a whole one.

    >>> smallest_step(3, 100), smallest_step(100, 100), smallest_step(50, 1)
    (100, 1, 1)
    """
    return unit // gcd(value_minor, unit)


def _check_something_given(draft: Draft) -> None:
    earn, grants = draft.values["earn"], draft.values["grants"]
    unread = earn is None or earn["rules"] is None or grants is None
    granted = draft.root.find("grants")
    given = draft.rules or (isinstance(granted, MapNode) and granted.pairs)
    if not (unread or given):
        hint = "write a rule in earn.rules, or a grant in grants"
        draft.problems.add("nothing_given", draft.root, "this program gives no points", hint)


# --- rules ---------------------------------------------------------------------------------------------------------


def _check_rules(draft: Draft) -> None:
    draft.check_unique(("earn", "rules"), draft.rules, "rules")
    ids = draft.rule_ids()
    if ids is None:
        return
    places = {rule_id: place for place, rule_id in reversed(list(enumerate(ids)))}
    for place, rule in enumerate(draft.rules):
        draft.check_names(("earn", "rules", place, "replaces"), "rule", rule["replaces"], ids)
    below = {rule_id: tuple(draft.rules[place]["replaces"] or ()) for rule_id, place in places.items()}
    for cycle in find_cycles(below):
        told = " replaces ".join(f"'{rule_id}'" for rule_id in (*cycle, cycle[0]))
        path: Path = ("earn", "rules", places[cycle[0]], "replaces")
        draft.add("cycle", path, f"rules replace each other in a circle: {told}")


# --- tiers ---------------------------------------------------------------------------------------------------------


def _check_tiers(draft: Draft) -> None:
    draft.check_unique(("tiers", "levels"), draft.levels, "tier levels")
    ids = draft.rule_ids()
    highest: tuple[int, str | None] | None = None
    for place, level in enumerate(draft.levels):
        if level is None:
            continue
        path: Path = ("tiers", "levels", place)
        if level["from"] is not None:
            if highest is not None and level["from"] <= highest[0]:
                message = f"this level does not begin above the one before it, '{highest[1]}'"
                draft.add("bad_order", (*path, "from"), message, "write the levels lowest first")
            highest = level["from"], level["id"]
        for target in level["replaces"] or ():
            if ids is not None:
                _check_tier_rate(draft, target, ids, (*path, "replaces"))


def _check_tier_rate(draft: Draft, target: str, ids: Names, path: Path) -> None:
    rates = locate(draft.root, *path)
    place = (rates.key(target) if isinstance(rates, MapNode) else None) or rates
    kinds = {rule["id"]: rule["kind"] for rule in draft.rules}
    if target not in kinds:
        hint = near_names(target, ids, "the program has") or "the program has no rule at all"
        draft.problems.add("unknown_name", place, f"there is no rule '{target}'", hint)
    elif kinds[target] not in (PERCENT, None):
        message = f"'{target}' is a rule of kind {kinds[target]}; a tier gives another rate to percent rules only"
        hint = "write a rule with 'when: {tiers: [...]}' that replaces it"
        draft.problems.add("conflict", place, message, hint)


# --- redemption ----------------------------------------------------------------------------------------------------


def _check_redemption(draft: Draft) -> None:
    redeem, points = draft.values["redeem"], draft.values["points"] or {}
    if not redeem:
        return
    scale, value = points.get("scale"), points.get("value")
    least, most, step = redeem["min_points"], redeem["max_points"], redeem["step"]
    if least is not None and most is not None and least > most:
        message = "'min_points' is more than 'max_points': no number of points could be spent"
        draft.add("bad_order", ("redeem", "min_points"), message)
    if step is not None and most is not None and step > most:
        message = "'step' is more than 'max_points': no number of points could be spent"
        draft.add("bad_order", ("redeem", "step"), message)
    if step is not None and scale is not None and value is not None and draft.values["currency"] is not None:
        smallest = smallest_step(value, 10**scale)
        if step % smallest:
            message = "a step must be worth whole minor units of money, and this one is not"
            hint = f"the smallest step that is: {format_decimal(smallest, scale)}; its multiples are, too"
            draft.add("conflict", ("redeem", "step"), message, hint)


def _check_same_receipt(draft: Draft) -> None:
    """A receipt may spend what it earns only where what it earns does not follow from what it spends."""
    redeem, points, earn = draft.values["redeem"], draft.values["points"] or {}, draft.values["earn"] or {}
    if not redeem or redeem["same_receipt"] != "allow":
        return
    path = ("redeem", "same_receipt")
    opens = points.get("opens") or {}
    if opens.get("after") not in (None, (0, 0)):
        message = "a receipt can spend what it earns only where points open at once"
        draft.add("conflict", path, message, "set points.opens to {after: 0d}, or leave it out")
    looking = [rule["id"] for rule in draft.rules if rule and rule["enabled"] and _looks_at_money(rule)]
    if earn.get("basis") == "paid" and looking:
        message = f"what a receipt earns would depend on what it spends: rule '{looking[0]}' looks at money paid"
        draft.add("conflict", path, message, "set earn.basis to before-points or full")


def _looks_at_money(rule: Values) -> bool:
    """Whether what a rule gives depends on money: a share of it, a step of it, or a condition on the total."""
    kind = RULE_KINDS.get(rule["kind"])
    if kind and any(key.type in ("rate", "money") for key in kind.KEYS.values()):
        return True
    when = rule["when"]
    while when:
        if when["total"]:
            return True
        when = when["not"]
    return False
