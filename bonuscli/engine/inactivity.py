"""Points that end when the member stays away: ``lasts: {for: 6mo, from: last-purchase}``.

Lots then have no last day of their own.  All that is open ends together, at the start of the day after ``for`` has
passed since the last purchase, or since the enrolment where there was none; a purchase that was brought back later was
one.  From then on, until the next purchase, what opens without a day of its own ends as it opens, while a grant that
says how long it lasts lives by that: so a shop can win a member back.  Points on hold and those not open yet stay.

Worked number: bought last on 10 March, ``for: 6mo``: all can be spent through 10 September and is written off, in one
entry, as 11 September begins.

Nothing is kept to know this by: it follows from the day of the last purchase and from the lots, so that settling late
writes what settling in time would have written.
"""

from bonuscli.days import NEVER, add, round_up
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows, debit
from bonuscli.engine.holdings import Lot
from bonuscli.engine.lifetimes import LAST_PURCHASE
from bonuscli.model import INACTIVITY, Program


def ends_on(account: Account, program: Program) -> int:
    """The last day on which an account without a further purchase keeps its points, NEVER for no such day."""
    lasts = program.points.lasts
    if lasts is None or lasts.start != LAST_PURCHASE:
        return NEVER
    last = account.last_purchase_on
    start = program.calendar.day_of(account.enrolled_at) if last is None else last
    return round_up(add(start, lasts.duration), lasts.until)


def next_day(account: Account, program: Program, first: int) -> int:
    """The first day from ``first`` on on which lots are written off, as they stand now; NEVER for none."""
    end = ends_on(account, program)
    if end >= NEVER:
        return NEVER
    days = [max(first, end + 1, lot.opens_on) for lot in account.lots.values() if _ends_with_account(lot, end)]
    return min(days, default=NEVER)


def write_off(account: Account, rows: Rows, program: Program, at: int, day: int) -> None:
    """One entry over the open lots that end with the account, in eating order, where it is past its end on ``day``.

    ``at``: the start of the day, or the account's clock where points came (back) after it had ended.
    """
    end = ends_on(account, program)
    if day <= end:
        return
    lots = [lot for lot in account.open_lots(day) if _ends_with_account(lot, end)]
    points = sum(lot.remaining for lot in lots)
    if points:
        for lot in lots:
            lot.expired += lot.remaining
        debit(account, rows, INACTIVITY, points, at, day, None, lots)


def last_day_of(lot: Lot, end: int) -> int:
    """The last day on which an open lot can be spent, where nothing is bought by ``end`` (of :func:`ends_on`)."""
    return min(lot.expires_on, end) if _ends_with_account(lot, end) else lot.expires_on


def _ends_with_account(lot: Lot, end: int) -> bool:
    """Whether a lot has no last day that it could live by: none of its own, or it was there before the end."""
    return lot.expires_on >= NEVER or lot.opens_on <= end
