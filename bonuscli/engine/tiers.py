"""Tiers: a member rises at once, holds a level for one window, and is then looked at.

The figure is what the program counts, net of returns: qualifying spend, points earned, or receipts, in the window that
ends with the day it is asked for: of day d the days in (d - window, d].  A rise is at once, for later receipts (and for
this one, where receipts count themselves).  A level is held for one window from the day it was reached or last renewed;
the look at its end counts the days *after* that day up to the day before the look, so that the purchase that gave the
level does not also renew it: 15,000 on 10 March gives silver, and on 10 March a year later only what was bought from 11
March to 9 March counts.  Where the calendar year counts, every look is on 1 January, at the year just ended.

A level set by hand is a floor through its last day.  Beneath it the member's own level goes on as if there were none:
it rises, is renewed and falls by its own looks, and is what he has on the day after the floor's last.
"""

from bonuscli.days import NEVER, add, civil, day_number, subtract
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows
from bonuscli.engine.versions import Versions
from bonuscli.model import CALENDAR_YEAR, Event, Program, TierChange, Tiers
from bonuscli.records import namedtuple

SPEND, POINTS_EARNED, RECEIPTS = "spend", "points-earned", "receipts"
NEVER_DOWN, ONE_LEVEL, RECOMPUTE = "never", "one-level", "recompute"
ENROLLED, REACHED, RENEWED, LOWERED, SET = "enrolled", "reached", "renewed", "lowered", "set"

# What a receipt adds to each figure: minor units, points, receipts.
Counted = namedtuple("Counted", "spend earned receipts")


def figure(account: Account, tiers: Tiers, day: int) -> int:
    """What the program counts (minor units, points or receipts), as a receipt of ``day`` sees it."""
    return _counted(account, tiers, _after(tiers, day), day)


def spend(account: Account, tiers: Tiers, day: int) -> int:
    """Qualifying spend in minor units of the same days."""
    return account.spend_between(_after(tiers, day), day)


def _after(tiers: Tiers, day: int) -> int | None:
    """The day before the window that ends with ``day``, None for life."""
    if tiers.window is None:
        return None
    if tiers.window == CALENDAR_YEAR:
        return day_number(civil(day).year, 1, 1) - 1
    return subtract(day, tiers.window)


def _counted(account: Account, tiers: Tiers, after: int | None, through: int) -> int:
    if tiers.by == SPEND:
        return account.spend_between(after, through)
    if tiers.by == RECEIPTS:
        return account.receipts_between(after, through)
    return account.earned_between(after, through)


def level_for(tiers: Tiers, figure: int) -> int:
    """The place of the highest level that a figure reaches, -1 below the first."""
    reached = -1
    for place, level in enumerate(tiers.levels):
        if figure >= level.starts:
            reached = place
    return reached


def place_of(tiers: Tiers, tier: str | None) -> int:
    """The place of a level by its id, -1 for none or for one that this version does not know."""
    for place, level in enumerate(tiers.levels):
        if level.id == tier:
            return place
    return -1


def reached_with(account: Account, tiers: Tiers, tier: str | None, day: int, adds: Counted) -> str | None:
    """The level of a receipt of ``day`` that counts itself: the one it reaches, or ``tier`` where that is higher."""
    added = {SPEND: adds.spend, POINTS_EARNED: adds.earned, RECEIPTS: adds.receipts}[tiers.by]
    reached = level_for(tiers, figure(account, tiers, day) + added)
    if reached <= place_of(tiers, tier):
        return tier
    return str(tiers.levels[reached].id)


def begin(account: Account, rows: Rows, tiers: Tiers, tier: str | None, at: int, day: int, event: int | None) -> None:
    """Give a new account the level it was enrolled with, or the lowest."""
    if tier is None:
        place = level_for(tiers, 0)
        tier = tiers.levels[place].id if place >= 0 else None
    _hold(account, rows, tiers, tier, at, day, ENROLLED, event)


def look_up(
    account: Account, rows: Rows, program: Program, at: int, day: int, event: int, before: int | None = None
) -> None:
    """After a receipt or a return: rise to the level of the figure at ``day``.

    ``before``: the figure before a return.  For life, a return that takes the figure below the level held lowers it at
    once; a level that was given above the figure is not lost to a small return.
    """
    tiers = program.tiers
    if tiers is None:
        return
    held = place_of(tiers, own(account))
    if before is None and (held == len(tiers.levels) - 1 or not _may_reach(account, tiers, held + 1)):
        return
    reached = level_for(tiers, figure(account, tiers, day))
    if reached > held:
        _hold(account, rows, tiers, tiers.levels[reached].id, at, day, REACHED, event)
    elif (
        before is not None
        and tiers.window is None
        and tiers.downgrade != NEVER_DOWN
        and reached < held <= level_for(tiers, before)
    ):
        _lower(account, rows, tiers, held, reached, at, day, event)


def _may_reach(account: Account, tiers: Tiers, place: int) -> bool:
    """False where no spend of any days comes to a level: what a look at the figure, day by day, need not be asked."""
    return bool(tiers.by != SPEND or account.most_spent() >= tiers.levels[place].starts)


def take_higher(
    account: Account, rows: Rows, program: Program, tier: str | None, at: int, day: int, event: int
) -> None:
    """Hold the level of another account that this one takes over, where that is the higher one."""
    tiers = program.tiers
    if tiers is not None and place_of(tiers, tier) > place_of(tiers, own(account)):
        _hold(account, rows, tiers, tier, at, day, REACHED, event)


def own(account: Account) -> str | None:
    """The level that the member has by what he did, beneath any that was set by hand."""
    return account.tier if account.floor is None else account.beneath


def next_look(account: Account, program: Program) -> int:
    """The business day on which the level is looked at or a floor is gone, NEVER where neither has an end."""
    known = account.looked_at
    if known is not None and known[0] is program:
        return known[1]
    tiers = program.tiers
    look_on = NEVER if tiers is None else _own_look(account, tiers)
    if tiers is not None and account.floor is not None and account.floor_until is not None:
        look_on = min(look_on, account.floor_until + 1)
    account.looked_at = program, look_on
    return look_on


def _own_look(account: Account, tiers: Tiers) -> int:
    return NEVER if account.tier_since is None else look_on(tiers, own(account), account.tier_since)


def look_on(tiers: Tiers, tier: str | None, since: int) -> int:
    """The day on which a level is looked at that was reached on the day ``since``, NEVER where it has no end."""
    # A level that nothing must be done for has no end.
    place = place_of(tiers, tier)
    if tiers.window is None or tiers.downgrade == NEVER_DOWN or place < 0 or tiers.levels[place].starts <= 0:
        return NEVER
    if tiers.window == CALENDAR_YEAR:
        return day_number(civil(since).year + 1, 1, 1)
    return add(since, tiers.window)


def look(account: Account, rows: Rows, program: Program, at: int, day: int) -> None:
    """At the end of the window: renew the level or lower it; on the day after a floor's last, take the floor away."""
    tiers = program.tiers
    if account.floor is not None and account.floor_until is not None and account.floor_until < day:
        _set_floor(account, rows, tiers, None, None, at, day, LOWERED, None)
    if _own_look(account, tiers) > day:
        return
    held = place_of(tiers, own(account))
    if tiers.window == CALENDAR_YEAR:
        first = day_number(civil(day).year - 1, 1, 1)
        reached = level_for(tiers, _counted(account, tiers, first - 1, day_number(civil(day).year, 1, 1) - 1))
    else:
        reached = level_for(tiers, _counted(account, tiers, account.tier_since, day - 1))
    if reached >= held:
        _hold(account, rows, tiers, own(account), at, day, RENEWED, None)
    else:
        _lower(account, rows, tiers, held, reached, at, day, None)


def held_through(account: Account, program: Program) -> int | None:
    """The last day on which the level is held for sure, None where there is no end."""
    tiers = program.tiers
    if tiers is None:
        return None
    last = _own_look(account, tiers) - 1
    if account.floor is not None:
        floor, beneath = place_of(tiers, account.floor), place_of(tiers, account.beneath)
        floor_last = NEVER - 1 if account.floor_until is None else account.floor_until
        if floor > beneath:
            last = floor_last
        elif floor == beneath:
            last = max(last, floor_last)
    return None if last >= NEVER - 1 else last


def set_by_hand(account: Account, event: Event, versions: Versions, rows: Rows) -> None:
    """Book a tier-set event: the level is a floor from now through its last day; without a level, there is none."""
    program = versions.program(event.version) or versions.first
    if program.tiers is None:
        return
    at = max(event.at, account.clock)
    day = program.calendar.day_of(at)
    tier, until = event.body
    if until is not None and until < day:
        tier = until = None
    _set_floor(account, rows, program.tiers, tier, until if tier is not None else None, at, day, SET, event.seq)


def _set_floor(
    account: Account,
    rows: Rows,
    tiers: Tiers,
    tier: str | None,
    until: int | None,
    at: int,
    day: int,
    reason: str,
    event: int | None,
) -> None:
    beneath = own(account)
    account.looked_at = None
    account.floor, account.floor_until = tier, until
    account.beneath = beneath if tier is not None else None
    if tier is not None and place_of(tiers, tier) > place_of(tiers, beneath):
        beneath = tier
    if beneath != account.tier:
        _change(account, rows, beneath, at, day, reason, event)


def _lower(
    account: Account, rows: Rows, tiers: Tiers, held: int, reached: int, at: int, day: int, event: int | None
) -> None:
    place = held - 1 if tiers.downgrade == ONE_LEVEL else reached
    _hold(account, rows, tiers, tiers.levels[place].id if place >= 0 else None, at, day, LOWERED, event)


def _hold(
    account: Account, rows: Rows, tiers: Tiers, tier: str | None, at: int, day: int, reason: str, event: int | None
) -> None:
    """Give the member a level of his own for a new period; what a floor covers of it is not seen yet."""
    account.looked_at = None
    account.tier_since = day
    if account.floor is not None:
        account.beneath = tier
        if place_of(tiers, account.floor) > place_of(tiers, tier):
            if account.tier == account.floor:
                return
            tier = account.floor
    _change(account, rows, tier, at, day, reason, event)


def _change(account: Account, rows: Rows, tier: str | None, at: int, day: int, reason: str, event: int | None) -> None:
    account.t += 1
    rows.tier_changes.append(TierChange(account.t, at, day, tier, account.tier, reason, event))
    account.tier = tier
    account.tier_log.append((at, tier))
