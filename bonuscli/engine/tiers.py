"""Tiers: a member rises at once, holds a level for one window, and is then looked at.

The figure is qualifying spend, net of returns, in the window that ends with the day it is asked for: of day d the days
in (d - window, d].  A rise is at once, for later receipts.  A level is held for one window from the day it was reached
or last renewed; the look at its end counts the days *after* that day up to the day before the look, so that the
purchase that gave the level does not also renew it: 15,000 on 10 March gives silver, and on 10 March a year later only
what was bought from 11 March to 9 March counts.
"""

from bonuscli.days import NEVER, add, subtract
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows
from bonuscli.model import Program, TierChange, Tiers

NEVER_DOWN, ONE_LEVEL, RECOMPUTE = "never", "one-level", "recompute"
ENROLLED, REACHED, RENEWED, LOWERED = "enrolled", "reached", "renewed", "lowered"


def figure(account: Account, tiers: Tiers, day: int) -> int:
    """Qualifying spend in minor units as a receipt of ``day`` sees it."""
    return account.spend_between(None if tiers.window is None else subtract(day, tiers.window), day)


def level_for(tiers: Tiers, spend: int) -> int:
    """The place of the highest level that ``spend`` reaches, -1 below the first."""
    reached = -1
    for place, level in enumerate(tiers.levels):
        if spend >= level.starts:
            reached = place
    return reached


def place_of(tiers: Tiers, tier: str | None) -> int:
    """The place of a level by its id, -1 for none or for one that this version does not know."""
    for place, level in enumerate(tiers.levels):
        if level.id == tier:
            return place
    return -1


def begin(account: Account, rows: Rows, tiers: Tiers, tier: str | None, at: int, day: int, event: int | None) -> None:
    """Give a new account the level it was enrolled with, or the lowest."""
    if tier is None:
        place = level_for(tiers, 0)
        tier = tiers.levels[place].id if place >= 0 else None
    _change(account, rows, tier, at, day, ENROLLED, event)


def look_up(account: Account, rows: Rows, program: Program, at: int, day: int, event: int, returned: int) -> None:
    """After a receipt or a return: rise to the level of the figure at ``day``.

    For life, a return of ``returned`` minor units that takes the figure below the level held lowers it at once; a level
    that was given by hand above the figure is not lost to a small return.
    """
    tiers = program.tiers
    if tiers is None:
        return
    held = place_of(tiers, account.tier)
    if held == len(tiers.levels) - 1 and not returned:
        return
    spend = figure(account, tiers, day)
    reached = level_for(tiers, spend)
    if reached > held:
        _change(account, rows, tiers.levels[reached].id, at, day, REACHED, event)
    elif (
        tiers.window is None and tiers.downgrade != NEVER_DOWN and reached < held <= level_for(tiers, spend + returned)
    ):
        _lower(account, rows, tiers, held, reached, at, day, event)


def next_look(account: Account, program: Program) -> int:
    """The business day on which the level is looked at, NEVER where it is held without end."""
    tiers = program.tiers
    if tiers is None or tiers.window is None or tiers.downgrade == NEVER_DOWN or account.tier_since is None:
        return NEVER
    held = place_of(tiers, account.tier)
    if held <= level_for(tiers, 0):
        return NEVER
    return add(account.tier_since, tiers.window)


def look(account: Account, rows: Rows, program: Program, at: int, day: int) -> None:
    """At the end of the window: renew the level or lower it."""
    tiers = program.tiers
    held = place_of(tiers, account.tier)
    reached = level_for(tiers, account.spend_between(account.tier_since, day - 1))
    if reached >= held:
        _change(account, rows, account.tier, at, day, RENEWED, None)
    else:
        _lower(account, rows, tiers, held, reached, at, day, None)


def held_through(account: Account, program: Program) -> int | None:
    """The last day on which the level is held for sure, None where there is no end."""
    day = next_look(account, program)
    return None if day >= NEVER else day - 1


def _lower(
    account: Account, rows: Rows, tiers: Tiers, held: int, reached: int, at: int, day: int, event: int | None
) -> None:
    place = held - 1 if tiers.downgrade == ONE_LEVEL else reached
    _change(account, rows, tiers.levels[place].id if place >= 0 else None, at, day, LOWERED, event)


def _change(account: Account, rows: Rows, tier: str | None, at: int, day: int, reason: str, event: int | None) -> None:
    account.t += 1
    rows.tier_changes.append(TierChange(account.t, at, day, tier, account.tier, reason, event))
    account.tier = tier
    account.tier_since = day
    account.tier_log.append((at, tier))
