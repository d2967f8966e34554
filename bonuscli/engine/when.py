"""When a rule applies: conditions over the receipt and over the member's facts.

All conditions of one ``when`` must hold; the values of one key are alternatives.  Each condition can say why it does
not hold, in the words of the program file, because a skipped rule must say why.
"""

from __future__ import annotations

from bonuscli.days import is_around_birthday, weekday
from bonuscli.engine.goods import compile_goods, is_in
from bonuscli.json_text import format_json
from bonuscli.records import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    Plain = dict[str, Any]

# Ways of payment, or codes, that nobody told.
NO_WORDS: frozenset[str] = frozenset()
# What a condition may look at: the receipt's instant, business day, minutes since its start, total in minor units and
# shop, the member's Facts, the receipt's lines, and its ways of payment and codes (folded, only where a rule asks).
Occasion = namedtuple(
    "Occasion",
    "at day minute total shop facts lines payments codes",
    defaults=((), NO_WORDS, NO_WORDS),
)
# holds(occasion); what: the words that complete "it counts only ..."; negated: that it is the absence of something,
# whose words complete "it does not count ...".
Condition = namedtuple("Condition", "holds what negated", defaults=(False,))

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class When:
    """The compiled ``when`` of a rule."""

    __slots__ = ("conditions", "holds")

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        self.conditions = conditions
        # Whether every condition holds; of a single one, which most rules have, without a call between.
        self.holds: Callable[[Occasion], bool] = conditions[0].holds if len(conditions) == 1 else self._all_hold

    def _all_hold(self, occasion: Occasion) -> bool:
        # A loop: all() over a generator took twice as long, for every rule and receipt.
        for condition in self.conditions:  # noqa: SIM110
            if not condition.holds(occasion):
                return False
        return True

    def why_not(self, occasion: Occasion) -> str:
        """The reasons of all conditions that do not hold, joined; "" where all hold."""
        return "; ".join(
            f"it does not count {condition.what}" if condition.negated else f"it counts only {condition.what}"
            for condition in self.conditions
            if not condition.holds(occasion)
        )


def compile_when(plain: Plain | None, day_starts: int) -> When | None:
    """WHEN of the compiled program; ``day_starts`` in seconds.  None where there is no condition."""
    if plain is None:
        return None
    conditions = [
        compiled for key, compile_one in _CONDITIONS.items() if (compiled := compile_one(plain, day_starts)) is not None
    ]
    return When(tuple(conditions)) if conditions else None


def whens_within(plain: Plain | None) -> Iterator[Plain]:
    """A WHEN of the compiled program and those that its ``not`` holds."""
    while plain is not None:
        yield plain
        plain = plain.get("not")


def bought_key(bought: Plain) -> str:
    """What an earlier purchase that a condition asks for is known by: the same question has the same key."""
    return format_json([bought["goods"], bought["within"]], sort_keys=True)


def folded(words: Iterable[str]) -> frozenset[str]:
    """Ways of payment or codes as conditions compare them: without regard to case."""
    return frozenset(word.strip().casefold() for word in words)


def _dates(plain: Plain, day_starts: int) -> Condition | None:
    start, end = plain.get("from"), plain.get("to")
    if start is None and end is None:
        return None
    return Condition(
        lambda o: (start is None or o.at >= start) and (end is None or o.at < end),
        "within the rule's dates",
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
    what = " ".join(shown)
    if hours is None:
        return Condition(lambda o: weekday(o.day) in (on_days or ()), what)
    shift = day_starts // 60
    spans = tuple(((start - shift) % 1440, (end - shift) % 1440) for start, end in hours)

    def holds(occasion: Occasion) -> bool:
        for start, end in spans:
            began = _began(occasion, occasion.minute, start, end)
            if began is not None and (on_days is None or weekday(began) in on_days):
                return True
        return False

    return Condition(holds, what)


def _began(occasion: Occasion, minute: int, start: int, end: int) -> int | None:
    """The business day on which the interval that holds the occasion began, or None.

    22:00-02:00 at 01:00 on Saturday began on Friday.  Minutes count from the start of the business day.
    """
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
        "for a total within the rule's bounds",
    )


def _items(plain: Plain, day_starts: int) -> Condition | None:
    if plain.get("items") is None:
        return None
    goods = compile_goods(plain["items"])
    return Condition(lambda o: is_in(goods, o.lines), "with certain goods on the receipt")


def _shops(plain: Plain, day_starts: int) -> Condition | None:
    shops = plain.get("shops")
    if shops is None:
        return None
    return Condition(lambda o: o.shop in shops, f"in shop {' or '.join(shops)}")


def _tiers(plain: Plain, day_starts: int) -> Condition | None:
    tiers = plain.get("tiers")
    if tiers is None:
        return None
    return Condition(lambda o: o.facts.tier in tiers, f"for tier {' or '.join(tiers)}")


def _tags(plain: Plain, day_starts: int) -> Condition | None:
    tags = plain.get("tags")
    if tags is None:
        return None
    wanted = frozenset(tags)
    return Condition(lambda o: not wanted.isdisjoint(o.facts.tags), f"for members tagged {' or '.join(tags)}")


def _segments(plain: Plain, day_starts: int) -> Condition | None:
    segments = plain.get("segments")
    if segments is None:
        return None
    wanted = frozenset(segments)
    return Condition(
        lambda o: not wanted.isdisjoint(o.facts.segments), f"for members of segment {' or '.join(segments)}"
    )


def _first_purchase(plain: Plain, day_starts: int) -> Condition | None:
    if not plain.get("first_purchase"):
        return None
    return Condition(lambda o: o.facts.first_purchase, "for the member's first purchase")


def _birthday(plain: Plain, day_starts: int) -> Condition | None:
    around = plain.get("birthday")
    if around is None:
        return None
    before, after = around["before"], around["after"]

    def holds(occasion: Occasion) -> bool:
        born_on = occasion.facts.birthday
        return born_on is not None and is_around_birthday(born_on, occasion.day, before, after)

    return Condition(holds, f"from {before} days before to {after} days after the birthday")


def _bought(plain: Plain, day_starts: int) -> Condition | None:
    bought = plain.get("bought")
    if bought is None:
        return None
    key = bought_key(bought)
    return Condition(lambda o: key in o.facts.bought, "for members who bought certain goods before")


def _payment(plain: Plain, day_starts: int) -> Condition | None:
    kinds = plain.get("payment")
    if kinds is None:
        return None
    wanted = folded(kinds)
    return Condition(lambda o: not wanted.isdisjoint(o.payments), f"if paid by {' or '.join(kinds)}")


def _code(plain: Plain, day_starts: int) -> Condition | None:
    codes = plain.get("code")
    if codes is None:
        return None
    wanted = folded(codes)
    return Condition(lambda o: not wanted.isdisjoint(o.codes), f"with code {' or '.join(codes)}")


def _not(plain: Plain, day_starts: int) -> Condition | None:
    nested = compile_when(plain.get("not"), day_starts)
    if nested is None:
        return None
    what = " and ".join(f"except {each.what}" if each.negated else each.what for each in nested.conditions)
    return Condition(lambda o: not nested.holds(o), what, True)


_CONDITIONS: dict[str, Callable[[Plain, int], Condition | None]] = {
    "from": _dates,
    "days": _days_and_hours,
    "total": _total,
    "shops": _shops,
    "tiers": _tiers,
    "tags": _tags,
    "segments": _segments,
    "first_purchase": _first_purchase,
    "birthday": _birthday,
    "payment": _payment,
    "code": _code,
    "bought": _bought,
    "items": _items,
    "not": _not,
}
