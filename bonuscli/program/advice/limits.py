"""Advice on bounds: limits of spending, earning and tiers that nothing reaches, or that leave nothing between them."""

from bonuscli.program.advice.found import Advice, Found, Plain
from bonuscli.program.advice.logic import wholly_excluded
from bonuscli.units import RATE_ONE, format_decimal


def spending(plain: Plain) -> Advice:
    """Limits of redemption that contradict each other or are never met."""
    redeem = plain["redeem"]
    if redeem is None:
        if not plain["gifts"]:
            hint = "write redeem: {} for no limits, or redeem: {max_share: 30%}"
            yield Found((), "points can not be spent: there is no key redeem, and no gift", hint)
        return
    yield from _numbers_of_points(redeem, plain["points"]["scale"])
    yield from _amounts(redeem, plain)
    for place, share in enumerate(redeem["shares_by_goods"]):
        if wholly_excluded(share["goods"], redeem["exclude"]):
            message = f"share {place + 1} of max_share_by_goods is for goods that points can not pay at all"
            yield Found(("redeem", "max_share_by_goods"), message, "take them out of redeem.exclude, or take it out")


def _numbers_of_points(redeem: Plain, scale: int) -> Advice:
    most, least, step, asks = (redeem[key] for key in ("max_points", "min_points", "step", "confirm_above"))

    def shown(points: int) -> str:
        return format_decimal(points, scale)

    if asks is not None and most is not None and asks >= most:
        message = f"the till never asks: confirm_above {shown(asks)} is not below max_points {shown(most)}"
        yield Found(("redeem", "confirm_above"), message, f"write less than {shown(most)}, or take it out")
    if asks is not None and asks < least and least > 1:
        message = f"the till always asks: confirm_above {shown(asks)} is below min_points {shown(least)}"
        yield Found(("redeem", "confirm_above"), message, f"write {shown(least)} or more")
    if most is not None and most % step:
        message = f"max_points {shown(most)} is not a multiple of step {shown(step)}"
        yield Found(("redeem", "max_points"), message, f"the most that can be spent is {shown(most - most % step)}")
    if least > 1 and least % step:
        message = f"min_points {shown(least)} is not a multiple of step {shown(step)}"
        yield Found(("redeem", "min_points"), message, f"the least that can be spent is {shown(least + -least % step)}")


def _amounts(redeem: Plain, plain: Plain) -> Advice:
    unit, value, digits = 10 ** plain["points"]["scale"], plain["points"]["value_minor"], plain["digits"]
    least = -(-max(redeem["min_points"], redeem["step"]) // redeem["step"]) * redeem["step"]
    worth, receipt, left = least * value // unit, redeem["min_receipt_minor"], redeem["leave_to_pay_minor"]
    share = max([redeem["max_share_bp"], *(each["share_bp"] for each in redeem["shares_by_goods"])])
    if receipt and share * receipt < worth * RATE_ONE:
        needed = -(-worth * RATE_ONE // share)
        message = (
            f"at min_receipt {format_decimal(receipt, digits)} nothing can be spent: the least number of points pays"
            f" {format_decimal(worth, digits)}, more than the highest share of it"
        )
        yield Found(("redeem", "min_receipt"), message, f"write {format_decimal(needed, digits)} or more")
    if receipt and left and receipt - left < worth:
        message = f"at min_receipt {format_decimal(receipt, digits)} leave_to_pay leaves no room for the least points"
        yield Found(
            ("redeem", "leave_to_pay"), message, f"write {format_decimal(max(receipt - worth, 0), digits)} or less"
        )


def earning(plain: Plain) -> Advice:
    """Caps that another cap keeps out of reach."""
    cap = plain["earn"]["cap"]
    if None not in (cap["per_receipt"], cap["per_day"]) and cap["per_receipt"] >= cap["per_day"]:
        message = "cap.per_receipt is never reached: cap.per_day is not higher"
        yield Found(("earn", "cap", "per_receipt"), message, "raise per_day, or take per_receipt out")


def tiers(plain: Plain) -> Advice:
    """Levels out of reach, without a benefit, or that take something away."""
    asked = plain["tiers"]
    if asked is None:
        return
    named = _named_tiers(plain)
    redeem = plain["redeem"]
    below: Plain | None = None
    for place, level in enumerate(asked["levels"]):
        path = ("tiers", "levels", place)
        alike = below is not None and all(level[key] == below[key] for key in ("rates", "redeem_max_bp"))
        if level["from"] and level["id"] not in named and not level["benefits"] and alike:
            message = f"the tier {level['id']} gives nothing that the one below it does not give"
            yield Found(path, message, "give it replaces, redeem_max or benefits, or name it in a 'when'")
        highest = level["redeem_max_bp"]
        if redeem and highest is not None and highest < redeem["max_share_bp"]:
            message = f"the tier {level['id']} lets points pay less of a receipt than redeem.max_share"
            yield Found((*path, "redeem_max"), message, "write a share above redeem.max_share")
        yield from _out_of_reach(level, plain, (*path, "from"))
        for rule in plain["earn"]["rules"]:
            if rule["id"] in level["rates"] and not rule["enabled"]:
                message = f"the tier {level['id']} changes the rate of {rule['id']}, which is switched out"
                yield Found(
                    (*path, "replaces", rule["id"]), message, "write enabled: true in the rule, or take this out"
                )
        below = level


def _out_of_reach(level: Plain, plain: Plain, path: tuple[str | int, ...]) -> Advice:
    """A tier by points that even the daily cap of every day of the window does not add up to."""
    per_day, tiers = plain["earn"]["cap"]["per_day"], plain["tiers"]
    if tiers["by"] != "points-earned" or per_day is None or tiers["window"] is None:
        return
    window = tiers["window"]
    days = 366 if isinstance(window, str) else window[0] * 31 + window[1]
    if level["from"] > per_day * days:
        message = f"the tier {level['id']} is out of reach: cap.per_day on every day of the window gives less"
        yield Found(path, message, "lower it, or raise earn.cap.per_day")


def _named_tiers(plain: Plain) -> set[str]:
    """Levels that a condition anywhere asks for."""
    found: set[str] = set()

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("tiers"), list):
                found.update(value["tiers"])
            for below in value.values():
                walk(below)
        elif isinstance(value, list):
            for below in value:
                walk(below)

    walk({key: value for key, value in plain.items() if key != "tiers"})
    return found
