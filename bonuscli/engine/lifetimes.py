"""The days of a lot: from which one it can be spent, and through which.

Both are resolved when the lot is booked and stored with it, so that a later version of the program moves neither.
"""

from bonuscli.days import NEVER, add, round_up
from bonuscli.model import Action, Grant, Lifetime, Program, Referral, Scheduled

ACCRUAL, LAST_PURCHASE = "accrual", "last-purchase"


def last_day(lasts: Lifetime | None, day: int, opens_on: int) -> int:
    """The last day of a lot accrued on ``day`` that opens on ``opens_on``.

    NEVER where lots have no day of their own, but end together when the member stays away (``inactivity``).
    """
    if lasts is None or lasts.start == LAST_PURCHASE:
        return NEVER
    start = day if lasts.start == ACCRUAL else opens_on
    return round_up(add(start, lasts.duration), lasts.until)


def accrual_days(program: Program, day: int) -> tuple[int, int]:
    """Opening and last day of the lot of a receipt of business day ``day``.

    Source: program language, "Days": 31 August + 6mo lasts through 28 February.
    """
    opens_on = add(day, program.points.opens)
    return opens_on, last_day(program.points.lasts, day, opens_on)


def grant_days(grant: Grant | Referral | Action | Scheduled, program: Program, day: int) -> tuple[int, int]:
    """Opening and last day of a grant's lot given on ``day``: its own life, else that of the program's points."""
    opens_on = add(day, grant.opens)
    if grant.lasts is not None:
        return opens_on, add(opens_on, grant.lasts)
    return opens_on, last_day(program.points.lasts, day, opens_on)
