"""Checked values to the compiled program: plain JSON that the daily verbs read, so that no till parses YAML.

The shape is that of ``docs/program-compiled.md``: every key present, every scalar typed, named goods expanded where
they are used.  Worked number: ``step`` left out with a point of 0.03 and two digits is 100 smallest units, which pay 3
minor units.
"""

from typing import Any

from bonuscli.model import CALENDAR_YEAR
from bonuscli.program.check import Values
from bonuscli.program.compile_beside import compile_beside
from bonuscli.program.compile_grants import compile_grants, compile_members, compile_segment
from bonuscli.program.compile_rules import compile_exclude, compile_goods, compile_rule
from bonuscli.program.consistency import smallest_step
from bonuscli.program.scalar_times import LIFETIME
from bonuscli.units import currency_digits

FORMAT = 1

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
        "members": compile_members(values["members"]),
        "points": _points(points),
        "earn": _earn(values["earn"], values["goods"]),
        "tiers": _tiers(values["tiers"]),
        "segments": {name: compile_segment(segment) for name, segment in values["segments"].items()},
        "grants": compile_grants(values["grants"]),
        "redeem": _redeem(values["redeem"], values["goods"], smallest_step(points["value"], unit)),
        "returns": {key: values["returns"][key] for key in ("earned", "restored_min_life", "short")},
        **compile_beside(values),
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
        "exclude": compile_exclude(earn["exclude"], sets),
        "stacking": earn["stacking"],
        "cap": dict(earn["cap"]),
        "rules": [compile_rule(rule, sets) for rule in earn["rules"]],
    }


def _tiers(tiers: Values | None) -> Plain | None:
    if tiers is None:
        return None
    return {
        "by": tiers["by"],
        "counts": tiers["counts"],
        "window": _window(tiers["window"]),
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


def _window(window: tuple[int, int] | str) -> list[int] | str | None:
    if isinstance(window, str):
        return {LIFETIME: None, CALENDAR_YEAR: CALENDAR_YEAR}[window]
    return list(window)


def _redeem(redeem: Values | None, sets: Values, default_step: int) -> Plain | None:
    if redeem is None:
        return None
    shares = redeem["max_share_by_goods"].items()
    return {
        "max_share_bp": redeem["max_share"],
        "shares_by_goods": [{"goods": compile_goods(name, sets), "share_bp": share} for name, share in shares],
        "max_points": redeem["max_points"],
        "min_receipt_minor": redeem["min_receipt"],
        "min_points": redeem["min_points"],
        "step": redeem["step"] or default_step,
        "leave_to_pay_minor": redeem["leave_to_pay"],
        "exclude": compile_exclude(redeem["exclude"], sets),
        "same_receipt": redeem["same_receipt"] == "allow",
        "per_day": redeem["per_day"],
        "confirm_above": redeem["confirm_above"],
    }
