"""The compiled program's rules as the engine runs them: goods and conditions as predicates, rules in their order."""

from __future__ import annotations

from bonuscli.engine.goods import compile_exclude, compile_goods
from bonuscli.engine.rules import RULE_KINDS
from bonuscli.engine.ruleset import RuleSet
from bonuscli.engine.when import bought_key, compile_when, whens_within
from bonuscli.model import (
    Asks,
    Beside,
    Bought,
    Cap,
    Coupon,
    Delivery,
    Discount,
    Draw,
    Earn,
    Gift,
    PassOffer,
    Prize,
    Punch,
    Redeem,
    Rule,
)
from bonuscli.program.assemble import duration_of, limit_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Plain = dict[str, Any]


def earn_from(plain: Plain) -> Earn:
    """The earning side of a compiled program, with all that conditions anywhere in it ask for."""
    earn, day_starts = plain["earn"], plain["day_starts"]
    exclude = compile_exclude(earn["exclude"])
    rules = RuleSet(tuple(_rule(rule, place, day_starts) for place, rule in enumerate(earn["rules"])), exclude)
    cap = Cap(**earn["cap"])
    whens = [when for holder in (*earn["rules"], *plain["discounts"]) for when in whens_within(holder["when"])]
    excludes = exclude and exclude.matches
    return Earn(earn["basis"], excludes, rules, earn["stacking"], cap, _bought(whens), _asks(whens, plain["members"]))


def _bought(whens: list[Plain]) -> tuple[Bought, ...]:
    """The earlier purchases that conditions ask for, each question once."""
    questions = {bought_key(when["bought"]): when["bought"] for when in whens if when.get("bought")}
    return tuple(
        Bought(key, compile_goods(bought["goods"]), duration_of(bought["within"])) for key, bought in questions.items()
    )


def _asks(whens: list[Plain], members: Plain | None) -> Asks:
    segments = {segment for when in whens for segment in when.get("segments") or ()}
    segments.update((members and members["segments"]) or ())
    payments, codes = (any(when.get(key) for when in whens) for key in ("payment", "code"))
    return Asks(frozenset(segments), payments, codes)


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
        rule.get("control_bp", 0),  # a version published before rules could have a control group
    )


def redeem_from(redeem: Plain | None) -> Redeem | None:
    """The limits of redemption, None where points cannot be spent."""
    if redeem is None:
        return None
    shares = tuple((compile_goods(share["goods"]), share["share_bp"]) for share in redeem["shares_by_goods"])
    exclude = compile_exclude(redeem["exclude"])
    return Redeem(
        redeem["max_share_bp"],
        shares,
        redeem["max_points"],
        redeem["min_receipt_minor"],
        redeem["min_points"],
        redeem["step"],
        redeem["leave_to_pay_minor"],
        exclude and exclude.matches,
        redeem["same_receipt"],
        redeem["per_day"],
        redeem["confirm_above"],
    )


def beside_from(plain: Plain, day_starts: int) -> Beside:
    """What the program gives beside points."""
    return Beside(
        tuple(_discount(discount, day_starts) for discount in plain["discounts"]),
        tuple(_coupon(coupon) for coupon in plain["coupons"]),
        tuple(_gift(gift) for gift in plain["gifts"]),
        tuple(_punch(punch) for punch in plain["punch"]),
        tuple(_pass(sold) for sold in plain["passes"]),
        tuple(_draw(draw) for draw in plain["draws"]),
        _delivery(plain["delivery"]),
    )


def _discount(discount: Plain, day_starts: int) -> Discount:
    return Discount(
        discount["id"],
        discount["rate"],
        discount["amount_minor"],
        discount["goods"] and compile_goods(discount["goods"]),
        compile_when(discount["when"], day_starts),
        discount["max_minor"],
        limit_of(discount["limit"]),
        frozenset(discount["not_with"]),
        discount["points"] == "instead",
        discount["by_coupon"],
    )


def _coupon(coupon: Plain) -> Coupon:
    code = coupon["code"] and coupon["code"].casefold()
    lasts = duration_of(coupon["lasts"])
    return Coupon(coupon["id"], coupon["discount"], coupon["codes"], code, coupon["uses"], lasts)


def _gift(gift: Plain) -> Gift:
    gives = gift["gives"]
    return Gift(gift["id"], gift["name"], gift["points"], gift["stock"], gives["kind"], gives["rate"], gives["coupon"])


def _delivery(delivery: Plain | None) -> Delivery | None:
    if delivery is None:
        return None
    free = delivery["free"]
    return Delivery(free["from_minor"], free["tiers"] and frozenset(free["tiers"]))


def _punch(punch: Plain) -> Punch:
    goods = compile_goods(punch["goods"])
    return Punch(punch["id"], goods, punch["every"], punch["gives"]["rate"], duration_of(punch["lasts"]))


def _pass(sold: Plain) -> PassOffer:
    return PassOffer(sold["id"], sold["name"], sold["visits"], duration_of(sold["lasts"]), sold["price_minor"])


def _draw(draw: Plain) -> Draw:
    prizes = tuple(Prize(**prize) for prize in draw["prizes"])
    return Draw(draw["id"], draw["ticket_minor"], draw["from"], draw["to"], prizes)
