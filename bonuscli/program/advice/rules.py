"""Advice on earning rules and discounts: what can never give anything, and what stands in another one's way."""

from bonuscli.clock import Calendar
from bonuscli.days import format_day
from bonuscli.program.advice.found import Advice, Found, KeyPath, Plain
from bonuscli.program.advice.logic import (
    goods_may_meet,
    goods_within,
    implies,
    is_dated,
    never_holds,
    overlap,
    wholly_excluded,
)
from bonuscli.units import FACTOR_ONE, format_decimal

_AWARDS = ("fixed", "item", "step")


def single_rules(plain: Plain) -> Advice:
    """Each rule by itself: switched out, over before it begins, contradictory, without goods, or cut at once."""
    exclude, cap = plain["earn"]["exclude"], plain["earn"]["cap"]["per_receipt"]
    scale = plain["points"]["scale"]
    for place, rule in enumerate(plain["earn"]["rules"]):
        path: KeyPath = ("earn", "rules", place)
        name = f"the rule {rule['id']}"
        if not rule["enabled"]:
            yield Found((*path, "enabled"), f"{name} is switched out", "take it out, or write enabled: true")
            continue
        yield from _conditions(rule["when"], path, name, plain)
        if wholly_excluded(rule["goods"], exclude):
            message = f"{name} never gives anything: all its goods are in earn.exclude"
            yield Found((*path, "goods"), message, "take them out of earn.exclude, or take the rule out")
        if rule["kind"] == "multiply" and rule["factor"] == FACTOR_ONE:
            yield Found((*path, "factor"), f"{name} multiplies by 1 and changes nothing", "write a factor above 1")
        if rule["kind"] not in _AWARDS:
            continue
        given = format_decimal(rule["points"], scale)
        if rule["budget"] is not None and rule["budget"] < rule["points"]:
            budget = format_decimal(rule["budget"], scale)
            message = f"{name} has a budget of {budget}, less than one award of {given}"
            yield Found((*path, "budget"), message, f"write {given} or more, or lower the award")
        if cap is not None and rule["points"] > cap:
            most = format_decimal(cap, scale)
            message = f"{name} promises {given}, and a receipt earns {most} at most"
            yield Found((*path, "points"), message, "raise earn.cap.per_receipt, or promise less")


def _conditions(when: Plain | None, path: KeyPath, name: str, plain: Plain) -> Advice:
    calendar = Calendar(plain["timezone"], plain["day_starts"])
    reason = never_holds(when, calendar)
    if reason is not None:
        yield Found((*path, "when"), f"{name} can never apply: {reason}", "loosen one of the two, or take it out")
    begins = plain["valid_from"]
    if when and when["to"] is not None and begins is not None and when["to"] <= calendar.start_of(begins):
        message = f"{name} is over before the program begins on {format_day(begins)}"
        yield Found((*path, "when", "to"), message, "write a later 'to', or take it out")


def replaced_rules(plain: Plain) -> Advice:
    """Rules that another one replaces always and everywhere."""
    rules = [rule for rule in plain["earn"]["rules"] if rule["enabled"]]
    places = {rule["id"]: place for place, rule in enumerate(plain["earn"]["rules"])}
    # Only a rule that nothing replaces is sure to stand.
    attacked = {target for rule in rules for target in rule["replaces"]}
    for rule in rules:
        if rule["when"] is not None or rule["control_bp"] or rule["id"] in attacked:
            continue
        for other in rules:
            if other["id"] in rule["replaces"] and goods_within(other["goods"], rule["goods"]):
                message = f"the rule {other['id']} never applies: {rule['id']} always replaces it"
                hint = f"give {rule['id']} a 'when' or narrower goods, or take {other['id']} out"
                yield Found(("earn", "rules", places[other["id"]]), message, hint)


def rivals(plain: Plain) -> Advice:
    """Multipliers of which the best one counts, and dated promos that meet on the same goods."""
    rules = [(place, rule) for place, rule in enumerate(plain["earn"]["rules"]) if rule["enabled"]]
    best = plain["earn"]["stacking"] == "best"
    for number, (_, first) in enumerate(rules):
        for place, second in rules[number + 1 :]:
            if first["kind"] != second["kind"] or first["kind"] not in ("multiply", "fixed"):
                continue
            if first["id"] in second["replaces"] or second["id"] in first["replaces"]:
                continue
            shadow = best and first["kind"] == "multiply" and _shadow(first, second)
            if shadow:
                weak, strong = shadow
                at = next(at for at, rule in rules if rule is weak)
                message = f"the rule {weak['id']} never counts: wherever it holds, {strong['id']} holds and is as large"
                yield Found(("earn", "rules", at), message, "take it out, or write stacking: sum")
            elif _meet(first, second):
                kept = "only the larger of them counts" if first["kind"] == "multiply" else "both are given"
                told = kept if best or first["kind"] == "fixed" else "both count"
                message = f"{first['id']} and {second['id']} overlap in time on the same goods; {told}"
                hint = f"end one before the other begins, or write replaces: {first['id']} in {second['id']}"
                yield Found(("earn", "rules", place, "when"), message, hint)


def _shadow(first: Plain, second: Plain) -> tuple[Plain, Plain] | None:
    """(the multiplier that never counts, the one that does instead), None where both may."""
    for weak, strong in ((second, first), (first, second)):
        larger = strong["factor"] >= weak["factor"] and not strong["control_bp"]
        if larger and goods_within(weak["goods"], strong["goods"]) and implies(weak["when"], strong["when"]):
            return weak, strong
    return None


def _meet(first: Plain, second: Plain) -> bool:
    dated = is_dated(first["when"]) and is_dated(second["when"])
    return dated and goods_may_meet(first["goods"], second["goods"]) and overlap(first["when"], second["when"])


def discounts(plain: Plain) -> Advice:
    """Discounts that can never be given, and with them their coupons."""
    calendar = Calendar(plain["timezone"], plain["day_starts"])
    impossible = set()
    for place, discount in enumerate(plain["discounts"]):
        yield from _conditions(discount["when"], ("discounts", place), f"the discount {discount['id']}", plain)
        if never_holds(discount["when"], calendar):
            impossible.add(discount["id"])
    for place, coupon in enumerate(plain["coupons"]):
        if coupon["discount"] in impossible:
            message = f"the coupon {coupon['id']} gives nothing: its discount {coupon['discount']} can never apply"
            yield Found(("coupons", place, "discount"), message, "mend the discount's 'when'")
