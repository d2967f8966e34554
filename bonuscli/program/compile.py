"""Checked values to the compiled program: plain JSON that the daily verbs read, so that no till parses YAML.

The shape is that of ``docs/program-compiled.md``: every key present, every scalar typed, named goods expanded where
they are used.  Worked number: ``step`` left out with a point of 0.03 and two digits is 100 smallest units, which pay 3
minor units.
"""

from typing import Any

from bonuscli.engine.rules import RULE_KINDS
from bonuscli.program.check import Values
from bonuscli.program.consistency import smallest_step
from bonuscli.program.scalars import LIFETIME
from bonuscli.units import currency_digits

FORMAT = 1
EVERYTHING, CATEGORY, BRAND, NAMED, SKU = range(5)
_SPECIFICITY = {"categories": CATEGORY, "brands": BRAND, "names": NAMED, "skus": SKU}
_CONDITIONS = ("from", "to", "days", "hours", "total", "shops", "tiers", "tags", "first_purchase", "birthday")

Plain = dict[str, Any]


def compile_program(values: Values) -> Plain:
    """The compiled program of a typed tree without problems."""
    points = values["points"]
    unit = 10 ** points["scale"]
    return {
        "format": FORMAT,
        "id": values["id"],
        "name": values["name"] or values["id"],
        "currency": values["currency"],
        "digits": currency_digits(values["currency"]),
        "timezone": values["timezone"],
        "country": values["country"],
        "day_starts": values["day_starts"],
        "valid_from": values["valid"]["from"],
        "points": _points(points),
        "earn": _earn(values["earn"], values["goods"]),
        "tiers": _tiers(values["tiers"]),
        "grants": _grants(values["grants"]),
        "redeem": _redeem(values["redeem"], values["goods"], smallest_step(points["value"], unit)),
        "returns": {key: values["returns"][key] for key in ("earned", "restored_min_life", "short")},
        "members": None,
        "segments": {},
        "discounts": [],
        "coupons": [],
        "gifts": [],
        "punch": [],
        "passes": [],
        "draws": [],
        "delivery": None,
        "kpi": {"targets": {name: share for name, share in values["kpi"]["targets"].items() if share is not None}},
    }


def _points(points: Values) -> Plain:
    name, lasts = points["name"], points["lasts"]
    return {
        "name": {form: name[form] or name["other"] for form in ("one", "few", "many", "other")},
        "value_minor": points["value"],
        "scale": points["scale"],
        "rounding": dict(points["rounding"]),
        "opens": list(points["opens"]["after"]),
        "lasts": None if lasts == "never" else {**lasts, "for": list(lasts["for"])},
    }


def _earn(earn: Values, sets: Values) -> Plain:
    return {
        "basis": earn["basis"],
        "exclude": _exclude(earn["exclude"], sets),
        "stacking": earn["stacking"],
        "cap": dict(earn["cap"]),
        "rules": [_rule(rule, sets) for rule in earn["rules"]],
    }


def _rule(rule: Values, sets: Values) -> Plain:
    own = {name: rule[name] for name in RULE_KINDS[rule["kind"]].KEYS}
    return {
        "id": rule["id"],
        "kind": rule["kind"],
        "enabled": rule["enabled"],
        "goods": _goods(rule["goods"], sets),
        "when": _when(rule["when"]),
        "replaces": list(rule["replaces"]),
        "multiplied": rule["multiplied"],
        "budget": None,
        **own,
    }


def _when(when: Values | None) -> Plain | None:
    if when is None:
        return None
    plain: Plain = {name: when[name] for name in _CONDITIONS}
    if plain["hours"] is not None:
        plain["hours"] = [list(span) for span in plain["hours"]]
    return plain


def _goods(goods: Any, sets: Values) -> Plain | None:
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
        "not": _goods(matcher["not"], sets),
    }


def _exclude(exclude: Values | None, sets: Values) -> Plain | None:
    if exclude is None:
        return None
    discounted = exclude["discounted"]
    any_bp = 0 if discounted else None
    return {
        "goods": _goods(exclude["goods"], sets),
        "discounted_over_bp": discounted["over"] if isinstance(discounted, dict) else any_bp,
    }


def _tiers(tiers: Values | None) -> Plain | None:
    if tiers is None:
        return None
    return {
        "by": tiers["by"],
        "counts": tiers["counts"],
        "window": None if tiers["window"] == LIFETIME else list(tiers["window"]),
        "downgrade": tiers["downgrade"],
        "levels": [
            {
                "id": level["id"],
                "from": level["from"],
                "rates": dict(level["replaces"]),
                "redeem_max_bp": level["redeem_max"],
                "benefits": list(level["benefits"]),
            }
            for level in tiers["levels"]
        ],
    }


def _grants(grants: Values) -> Plain:
    welcome, birthday = grants["welcome"], grants["birthday"]
    return {
        "welcome": None if welcome is None else {**_grant(welcome), "after": welcome["after"]},
        "birthday": None if birthday is None else {**_grant(birthday), "before": birthday["before"]},
        "referral": None,
        "actions": [],
        "schedule": [],
    }


def _grant(grant: Values) -> Plain:
    lasts = grant["lasts"]
    return {
        "points": grant["points"],
        "opens": list(grant["opens"]),
        "lasts": None if lasts is None else list(lasts),
    }


def _redeem(redeem: Values | None, sets: Values, default_step: int) -> Plain | None:
    if redeem is None:
        return None
    shares = redeem["max_share_by_goods"].items()
    return {
        "max_share_bp": redeem["max_share"],
        "shares_by_goods": [{"goods": _goods(name, sets), "share_bp": share} for name, share in shares],
        "max_points": redeem["max_points"],
        "min_receipt_minor": redeem["min_receipt"],
        "min_points": redeem["min_points"],
        "step": redeem["step"] or default_step,
        "leave_to_pay_minor": redeem["leave_to_pay"],
        "exclude": _exclude(redeem["exclude"], sets),
        "same_receipt": redeem["same_receipt"] == "allow",
        "per_day": redeem["per_day"],
        "confirm_above": redeem["confirm_above"],
    }
