"""Segments: groups of members that are told by what they are and did up to a day.

Who is in a segment of the program is reckoned when an event is recorded and pinned with it, so that folding again asks
nobody.  All keys of a segment must hold.  What holds of whom is said here once: an account at a till answers the same
questions as a member of the whole database who is looked at on any day (``services.members_asked``).

Worked number: on 1 April ``last_purchase: {over: 90d}`` holds for who bought last on 31 December, 91 days before, and
not for who bought on 1 January, nor for who never bought.  ``average_receipt: {from: 20.00}`` holds for 60.00 paid for
three receipts, and for nobody without a receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bonuscli.days import age_on, is_around_birthday, subtract
from bonuscli.engine.account import Account
from bonuscli.model import Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Plain = dict[str, Any]

NOT = "not"


def segments_of(
    account: Account, at: int, day: int, program: Program, among: Iterable[str] | None = None
) -> frozenset[str]:
    """Ids of the segments that the member is in at an instant of a business day; ``among``: only these are asked.

    The account must be settled to the instant; an event of the same instant is looked at before it is booked.
    """
    ids = program.segments if among is None else among
    return frozenset(each for each in ids if holds(program.segments[each], account, at, day, program, CONDITIONS))


def holds(segment: Plain, who: Any, at: int, day: int, program: Program, conditions: Mapping[str, Condition]) -> bool:
    """Whether all that a segment asks holds; ``conditions``: what each key asks, by its name.

    ``who`` answers as an :class:`Account` does, and whatever else the conditions ask for.
    """
    for key, asked in segment.items():
        if asked is None:
            continue
        if key == NOT:
            if holds(asked, who, at, day, program, conditions):
                return False
        elif not conditions[key](asked, who, at, day, program):
            return False
    return True


def is_between(bounds: Plain, figure: int, one: int = 1) -> bool:
    """Whether ``figure / one`` is within bounds ``from``, itself included, and ``below``, not included."""
    least, below = bounds.get("from"), bounds.get("below")
    return (least is None or figure >= least * one) and (below is None or figure < below * one)


def first_before(asked: Plain, day: int) -> int | None:
    """The day after which a condition looks: ``within`` back from a day, None for ever."""
    within = asked.get("within")
    return None if within is None else subtract(day, tuple(within))


def _is_since(bounds: Plain, since: int | None, day: int) -> bool:
    """Whether a day lies ``over`` a duration back, and ``within`` another; what never was does neither."""
    if since is None:
        return False
    over, within = bounds.get("over"), bounds.get("within")
    return (over is None or since < subtract(day, tuple(over))) and (
        within is None or since >= subtract(day, tuple(within))
    )


def _last_purchase(asked: Plain, who: Any, at: int, day: int, program: Program) -> bool:
    return _is_since(asked, who.last_purchase_on, day)


def _enrolled(asked: Plain, who: Any, at: int, day: int, program: Program) -> bool:
    return _is_since(asked, program.calendar.day_of(who.enrolled_at), day)


def _spend(asked: Plain, who: Any, at: int, day: int, program: Program) -> bool:
    return is_between(asked, who.spend_between(first_before(asked, day), day))


def _receipts(asked: Plain, who: Any, at: int, day: int, program: Program) -> bool:
    return is_between(asked, who.receipts_between(first_before(asked, day), day))


def _average_receipt(asked: Plain, who: Any, at: int, day: int, program: Program) -> bool:
    after = first_before(asked, day)
    receipts = who.receipts_between(after, day)
    return bool(receipts > 0) and is_between(asked, who.spend_between(after, day), receipts)


def _age(asked: Plain, who: Any, at: int, day: int, program: Program) -> bool:
    return who.birthday is not None and is_between(asked, age_on(who.birthday, day))


def _birthday(asked: Plain, who: Any, at: int, day: int, program: Program) -> bool:
    return who.birthday is not None and is_around_birthday(who.birthday, day, asked["before"], asked["after"])


def _tags(asked: list[str], who: Any, at: int, day: int, program: Program) -> bool:
    return not who.tags.isdisjoint(asked)


def _tiers(asked: list[str], who: Any, at: int, day: int, program: Program) -> bool:
    return who.tier_at(at) in asked


if TYPE_CHECKING:
    Condition = Callable[[Any, Any, int, int, Program], bool]

# What a till may ask of the one account that stands there.
CONDITIONS: dict[str, Condition] = {
    "last_purchase": _last_purchase,
    "enrolled": _enrolled,
    "spend": _spend,
    "receipts": _receipts,
    "average_receipt": _average_receipt,
    "age": _age,
    "birthday": _birthday,
    "tags": _tags,
    "tiers": _tiers,
}
