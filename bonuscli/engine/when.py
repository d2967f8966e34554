"""When a rule applies: conditions over the receipt's instant, total and shop and over the member's facts.

All conditions of one ``when`` must hold; the values of one key are alternatives.  Each condition can say why it does
not hold, in the words of the program file, because a skipped rule must say why.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable

from bonuscli.days import anniversary, civil, weekday

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Plain = dict[str, Any]

# What a condition may look at: the receipt's instant, business day, minutes since its start, total in minor units and
# shop, and the member's Facts.
Occasion = namedtuple("Occasion", "at day minute total shop facts")
# holds(occasion); why: the reason in words when it does not hold.
Condition = namedtuple("Condition", "holds why")

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class When:
    """The compiled ``when`` of a rule."""

    __slots__ = ("conditions",)

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        self.conditions = conditions

    def holds(self, occasion: Occasion) -> bool:
        """Whether every condition holds."""
        # A loop: all() over a generator took twice as long, for every rule and receipt.
        for condition in self.conditions:  # noqa: SIM110
            if not condition.holds(occasion):
                return False
        return True

    def why_not(self, occasion: Occasion) -> str:
        """The reasons of all conditions that do not hold, joined; "" where all hold."""
        return "; ".join(condition.why for condition in self.conditions if not condition.holds(occasion))


def compile_when(plain: Plain | None, day_starts: int) -> When | None:
    """WHEN of the compiled program; ``day_starts`` in seconds.  None where there is no condition."""
    if plain is None:
        return None
    conditions = [
        compiled for key, compile_one in _CONDITIONS.items() if (compiled := compile_one(plain, day_starts)) is not None
    ]
    return When(tuple(conditions)) if conditions else None


def _dates(plain: Plain, day_starts: int) -> Condition | None:
    start, end = plain.get("from"), plain.get("to")
    if start is None and end is None:
        return None
    return Condition(
        lambda o: (start is None or o.at >= start) and (end is None or o.at < end),
        "the receipt is not within the rule's dates",
    )


def _days_and_hours(plain: Plain, day_starts: int) -> Condition | None:
    days, hours = plain.get("days"), plain.get("hours")
    if days is None and hours is None:
        return None
    on_days = frozenset(days) if days is not None else None
    shown = []
    if days is not None:
        shown.append("on " + ", ".join(DAY_NAMES[day] for day in days))
    if hours is not None:
        shown.append("at " + ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in hours))
    why = "it counts only " + " ".join(shown)
    if hours is None:
        return Condition(lambda o: weekday(o.day) in (on_days or ()), why)
    shift = day_starts // 60
    spans = tuple(((start - shift) % 1440, (end - shift) % 1440) for start, end in hours)

    def holds(occasion: Occasion) -> bool:
        return any(
            began is not None and (on_days is None or weekday(began) in on_days)
            for began in (_began(occasion, start, end) for start, end in spans)
        )

    return Condition(holds, why)


def _began(occasion: Occasion, start: int, end: int) -> int | None:
    """The business day on which the interval that holds the occasion began, or None.

    22:00-02:00 at 01:00 on Saturday began on Friday.  Minutes count from the start of the business day.
    """
    minute = occasion.minute
    if start == end:  # "00:00-24:00" is the whole business day, whenever that begins
        return int(occasion.day)
    if start < end:
        return occasion.day if start <= minute < end else None
    if minute >= start:
        return int(occasion.day)
    return occasion.day - 1 if minute < end else None


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _total(plain: Plain, day_starts: int) -> Condition | None:
    bounds = plain.get("total")
    if bounds is None:
        return None
    least, below = bounds.get("from"), bounds.get("below")
    return Condition(
        lambda o: (least is None or o.total >= least) and (below is None or o.total < below),
        "the receipt's total is outside the rule's bounds",
    )


def _shops(plain: Plain, day_starts: int) -> Condition | None:
    shops = plain.get("shops")
    if shops is None:
        return None
    return Condition(lambda o: o.shop in shops, f"it counts only in shop {' or '.join(shops)}")


def _tiers(plain: Plain, day_starts: int) -> Condition | None:
    tiers = plain.get("tiers")
    if tiers is None:
        return None
    return Condition(lambda o: o.facts.tier in tiers, f"it is for tier {' or '.join(tiers)}")


def _tags(plain: Plain, day_starts: int) -> Condition | None:
    tags = plain.get("tags")
    if tags is None:
        return None
    wanted = frozenset(tags)
    return Condition(lambda o: not wanted.isdisjoint(o.facts.tags), f"it is for members tagged {' or '.join(tags)}")


def _first_purchase(plain: Plain, day_starts: int) -> Condition | None:
    if not plain.get("first_purchase"):
        return None
    return Condition(lambda o: o.facts.first_purchase, "it is for the member's first purchase")


def _birthday(plain: Plain, day_starts: int) -> Condition | None:
    around = plain.get("birthday")
    if around is None:
        return None
    before, after = around["before"], around["after"]

    def holds(occasion: Occasion) -> bool:
        born_on = occasion.facts.birthday
        if born_on is None:
            return False
        year = civil(occasion.day).year
        return any(-before <= occasion.day - anniversary(born_on, near) <= after for near in (year - 1, year, year + 1))

    return Condition(holds, f"it counts from {before} days before to {after} days after the birthday")


_CONDITIONS: dict[str, Callable[[Plain, int], Condition | None]] = {
    "from": _dates,
    "days": _days_and_hours,
    "total": _total,
    "shops": _shops,
    "tiers": _tiers,
    "tags": _tags,
    "first_purchase": _first_purchase,
    "birthday": _birthday,
}
