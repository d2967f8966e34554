"""How often something may happen: the period that a limit counts over, by business days.

A limit counts in the period that holds the day of the event itself, so what is told late counts where it belongs.  What
is limited per receipt is counted under a name that holds the receipt's number: for that name the period has no end.
"""

from bonuscli.days import END_OF_MONTH, END_OF_YEAR, NEVER, civil, day_number, round_up, weekday
from bonuscli.engine.account import Account
from bonuscli.model import Limit

FIRST_DAY = day_number(1, 1, 1)
_ENDS = {"month": END_OF_MONTH, "year": END_OF_YEAR}


def period_days(per: str, day: int) -> tuple[int, int]:
    """The first and the last day of the period that holds ``day``; a week is Monday to Sunday.

    ``per``: day | week | month | year, or member or receipt, which have all days.
    """
    if per == "day":
        return day, day
    if per == "week":
        monday = day - weekday(day)
        return monday, monday + 6
    if per in _ENDS:
        date = civil(day)
        first = day_number(date.year, date.month if per == "month" else 1, 1)
        return first, round_up(day, _ENDS[per])
    return FIRST_DAY, NEVER


def left_of(account: Account, name: str, limit: Limit | None, day: int) -> int | None:
    """How often what is counted under ``name`` may still happen on a day, None without a limit."""
    if limit is None:
        return None
    return max(0, int(limit.count) - account.tallied(name, *period_days(limit.per, day)))
