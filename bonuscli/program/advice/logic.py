"""What can be said of goods and conditions without a receipt: whether one is within the other, or never holds at all.

Every answer is on the safe side: ``False`` also where it can not be told, so that no advice is given on a guess.  Names
with ``*`` are compared as written.
"""

from bonuscli.clock import DAY_SECONDS, Calendar
from bonuscli.days import weekday
from bonuscli.program.advice.found import Plain

# Conditions whose values are alternatives.
_LISTS = ("days", "shops", "tiers", "tags", "segments", "payment", "code")
_ALIKE = ("hours", "items", "first_purchase", "birthday", "bought", "not")
_WEEK = 7


def goods_within(inner: Plain | None, outer: Plain | None) -> bool:
    """Whether all goods of ``inner`` are goods of ``outer``; None is all goods."""
    if outer is None or inner == outer:
        return True
    if inner is None:
        return False
    return all(any(_matcher_within(one, other) for other in outer["any"]) for one in inner["any"])


def _matcher_within(inner: Plain, outer: Plain) -> bool:
    if outer["not"] not in (None, inner["not"]):
        return False
    for key in ("skus", "categories", "brands", "names"):
        if outer[key] is not None and (inner[key] is None or not set(inner[key]) <= set(outer[key])):
            return False
    over = outer["discounted_over_bp"]
    return over is None or (inner["discounted_over_bp"] is not None and inner["discounted_over_bp"] >= over)


def wholly_excluded(goods: Plain | None, exclude: Plain | None) -> bool:
    """Whether EXCLUDE leaves out every one of some goods."""
    if exclude is None or goods is None:
        return False
    if exclude["goods"] is not None and goods_within(goods, exclude["goods"]):
        return True
    over = exclude["discounted_over_bp"]
    return over is not None and all(
        matcher["discounted_over_bp"] is not None and matcher["discounted_over_bp"] >= over for matcher in goods["any"]
    )


def goods_may_meet(one: Plain | None, other: Plain | None) -> bool:
    """Whether one is within the other, so that there are goods of both."""
    return goods_within(one, other) or goods_within(other, one)


def implies(strict: Plain | None, loose: Plain | None) -> bool:
    """Whether ``loose`` holds wherever ``strict`` does; None always holds."""
    if loose is None or strict == loose:
        return True
    if strict is None:
        return False
    if loose["from"] is not None and (strict["from"] is None or strict["from"] < loose["from"]):
        return False
    if loose["to"] is not None and (strict["to"] is None or strict["to"] > loose["to"]):
        return False
    if any(loose[key] is not None and not _narrower(strict[key], loose[key]) for key in _LISTS):
        return False
    if loose["total"] is not None and not _total_within(strict["total"], loose["total"]):
        return False
    return all(loose[key] is None or loose[key] == strict[key] for key in _ALIKE)


def _narrower(values: list[object] | None, allowed: list[object]) -> bool:
    return values is not None and set(values) <= set(allowed)


def _total_within(inner: Plain | None, outer: Plain) -> bool:
    if inner is None:
        return False
    least, below = outer["from"], outer["below"]
    return (least is None or (inner["from"] is not None and inner["from"] >= least)) and (
        below is None or (inner["below"] is not None and inner["below"] <= below)
    )


def overlap(one: Plain, other: Plain) -> bool:
    """Whether two dated conditions share a moment, and no list of alternatives keeps them apart."""
    starts, ends = max(one["from"], other["from"]), min(one["to"], other["to"])
    apart = any(
        one[key] is not None and other[key] is not None and not set(one[key]) & set(other[key])
        for key in ("days", "shops", "tiers", "payment", "code")
    )
    return bool(starts < ends and not apart)


def is_dated(when: Plain | None) -> bool:
    """Whether a condition has a first and a last moment."""
    return when is not None and when["from"] is not None and when["to"] is not None


def never_holds(when: Plain | None, calendar: Calendar) -> str | None:
    """Why a condition can never hold, None where it may."""
    if when is None:
        return None
    if is_dated(when) and not _meets_its_days(when, calendar):
        return "no moment between 'from' and 'to' is on these days and hours"
    beside = when["not"]
    asked = [key for key, value in (beside or {}).items() if value is not None]
    if len(asked) == 1 and beside is not None and when[asked[0]] is not None:
        (key,) = asked
        alike = _narrower(when[key], beside[key]) if key in _LISTS else when[key] == beside[key]
        if alike:
            return f"'not' leaves out all that '{key}' allows"
    return None


def _meets_its_days(when: Plain, calendar: Calendar) -> bool:
    """Whether one of the days and hours of a dated condition lies within its dates, exactly to the minute."""
    if when["days"] is None and when["hours"] is None:
        return True
    first, last = calendar.day_of(when["from"]) - 1, calendar.day_of(when["to"] - 1)
    shift = calendar.day_starts // 60
    for day in range(first, min(last, first + _WEEK + 1) + 1):
        if when["days"] is not None and weekday(day) not in when["days"]:
            continue
        start = calendar.start_of(day)
        for opens, closes in when["hours"] or [[shift, shift]]:
            began = start + (opens - shift) % 1440 * 60
            length = (closes - opens) % 1440 * 60 or DAY_SECONDS
            if began < when["to"] and began + length > when["from"]:
                return True
    return False
