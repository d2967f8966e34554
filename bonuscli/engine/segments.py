"""Segments: groups of members that the program names, told by what an account has done up to a day.

Who is in a segment is reckoned when an event is recorded and pinned with it, so that folding again asks nobody.  All
keys of a segment must hold.  Worked number: on 1 April ``last_purchase: {over: 90d}`` holds for who bought last on 31
December, 91 days before, and not for who bought on 1 January, nor for who never bought.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bonuscli.days import subtract
from bonuscli.engine.account import Account
from bonuscli.model import Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Plain = dict[str, Any]


def segments_of(
    account: Account, at: int, day: int, program: Program, among: Iterable[str] | None = None
) -> frozenset[str]:
    """Ids of the segments that the member is in at an instant of a business day; ``among``: only these are asked.

    The account must be settled to the instant; an event of the same instant is looked at before it is booked.
    """
    ids = program.segments if among is None else among
    return frozenset(each for each in ids if _holds(program.segments[each], account, at, day, program))


def _holds(segment: Plain, account: Account, at: int, day: int, program: Program) -> bool:
    tags, tiers, besides = segment["tags"], segment["tiers"], segment["not"]
    return (
        (tags is None or not account.tags.isdisjoint(tags))
        and (tiers is None or account.tier_at(at) in tiers)
        and _is_since(segment["last_purchase"], account.last_purchase_on, day)
        and _is_since(segment["enrolled"], program.calendar.day_of(account.enrolled_at), day)
        and _is_within(segment["spend"], account.spend_between, day)
        and _is_within(segment["receipts"], account.receipts_between, day)
        and (besides is None or not _holds(besides, account, at, day, program))
    )


def _is_since(bounds: Plain | None, since: int | None, day: int) -> bool:
    """Whether a day lies ``over`` a duration back, and ``within`` another; what never was does neither."""
    if bounds is None:
        return True
    if since is None:
        return False
    over, within = bounds["over"], bounds["within"]
    return (over is None or since < subtract(day, tuple(over))) and (
        within is None or since >= subtract(day, tuple(within))
    )


def _is_within(bounds: Plain | None, reckon: Callable[[int | None, int], int], day: int) -> bool:
    """Whether a figure of the days in (day - within, day] is within its bounds."""
    if bounds is None:
        return True
    within, least, below = bounds["within"], bounds["from"], bounds["below"]
    figure = reckon(None if within is None else subtract(day, tuple(within)), day)
    return (least is None or figure >= least) and (below is None or figure < below)
