"""The compiled program's rules as the engine runs them: goods and conditions as predicates, rules in their order."""

from __future__ import annotations

from bonuscli.engine.goods import compile_exclude, compile_goods
from bonuscli.engine.rules import RULE_KINDS
from bonuscli.engine.ruleset import RuleSet
from bonuscli.engine.when import compile_when
from bonuscli.model import Beside, Cap, Earn, Redeem, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Plain = dict[str, Any]


def earn_from(earn: Plain, day_starts: int) -> Earn:
    """The earning side of a program."""
    rules = RuleSet(tuple(_rule(rule, place, day_starts) for place, rule in enumerate(earn["rules"])))
    cap = Cap(**earn["cap"])
    return Earn(earn["basis"], compile_exclude(earn["exclude"]), rules, earn["stacking"], cap, ())


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
        rule["budget"],
    )


def redeem_from(redeem: Plain | None) -> Redeem | None:
    """The limits of redemption, None where points cannot be spent."""
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


def beside_from(plain: Plain, day_starts: int) -> Beside:
    """What the program gives beside points."""
    return Beside((), (), (), (), (), (), None)
