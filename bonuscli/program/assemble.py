"""The compiled program, plain JSON, as the engine's ``Program``: what every till's command does first.

Nothing heavy is imported here, above all no YAML: the compiled form was checked when it was published.
"""

from __future__ import annotations

from bonuscli.clock import Calendar
from bonuscli.engine.goods import compile_exclude, compile_goods
from bonuscli.engine.rules import RULE_KINDS
from bonuscli.engine.ruleset import RuleSet
from bonuscli.engine.when import compile_when
from bonuscli.model import Cap, Earn, Grant, Level, Lifetime, Points, Program, Redeem, Returns, Rule, Tiers

# Importing typing would cost a till's command three quarters of a bare start; checkers take this constant for theirs.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Plain = dict[str, Any]


def program_from(plain: Plain, calendar: Calendar | None = None, program_hash: str = "") -> Program:
    """The engine's program of a compiled one (shape: docs/program-compiled.md).

    ``calendar`` is made from the program's own zone and start of day where none is given; ``program_hash`` is that of
    the published text.
    """
    grants = plain["grants"]
    return Program(
        plain["id"],
        plain["name"],
        plain["currency"],
        plain["digits"],
        calendar or Calendar(plain["timezone"], plain["day_starts"]),
        program_hash,
        _points(plain["points"]),
        _earn(plain["earn"], plain["day_starts"]),
        _tiers(plain["tiers"]),
        _grant(grants["welcome"]),
        _grant(grants["birthday"]),
        _redeem(plain["redeem"]),
        Returns(**plain["returns"]),
        plain["kpi"]["targets"],
        plain,
    )


def _points(points: Plain) -> Points:
    rounding, lasts = points["rounding"], points["lasts"]
    return Points(
        points["name"],
        points["value_minor"],
        points["scale"],
        10 ** points["scale"],
        rounding["level"],
        rounding["mode"],
        tuple(points["opens"]),
        lasts and Lifetime(tuple(lasts["for"]), lasts["from"], lasts["until"]),
    )


def _earn(earn: Plain, day_starts: int) -> Earn:
    rules = RuleSet(tuple(_rule(rule, place, day_starts) for place, rule in enumerate(earn["rules"])))
    return Earn(earn["basis"], compile_exclude(earn["exclude"]), rules, earn["stacking"], Cap(**earn["cap"]))


def _rule(rule: Plain, place: int, day_starts: int) -> Rule:
    return Rule(
        rule["id"],
        rule["kind"],
        place,
        rule["enabled"],
        rule["goods"] and compile_goods(rule["goods"]),
        compile_when(rule["when"], day_starts),
        tuple(rule["replaces"]),
        rule["multiplied"],
        RULE_KINDS[rule["kind"]].terms(rule),
    )


def _tiers(tiers: Plain | None) -> Tiers | None:
    if tiers is None:
        return None
    levels = tuple(
        Level(level["id"], level["from_minor"], level["rates"], level["redeem_max_bp"], tuple(level["benefits"]))
        for level in tiers["levels"]
    )
    return Tiers(tiers["window"] and tuple(tiers["window"]), tiers["downgrade"], levels)


def _grant(grant: Plain | None) -> Grant | None:
    if grant is None:
        return None
    lasts = grant["lasts"]
    return Grant(
        grant["points"], tuple(grant["opens"]), lasts and tuple(lasts), grant.get("after"), grant.get("before", 0)
    )


def _redeem(redeem: Plain | None) -> Redeem | None:
    if redeem is None:
        return None
    shares = tuple((compile_goods(share["goods"]), share["share_bp"]) for share in redeem["shares_by_goods"])
    return Redeem(
        redeem["max_share_bp"],
        shares,
        redeem["max_points"],
        redeem["min_receipt_minor"],
        redeem["min_points"],
        redeem["step"],
        redeem["leave_to_pay_minor"],
        compile_exclude(redeem["exclude"]),
        redeem["same_receipt"],
        redeem["per_day"],
        redeem["confirm_above"],
    )
