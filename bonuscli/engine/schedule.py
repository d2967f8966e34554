"""Points that the calendar brings: on a day of every year, on one day, or back on what a period's purchases came to.

Each is booked by settling, at the start of its business day and in the order of the program file, to whoever was a
member before that day began.  A share of a period's spend (``retro``) comes on the first day after the month, quarter
or year, once: a receipt that is told later changes nothing that is booked.

Worked number: 2 % over a quarter ``from: "100000.00"``: 120,000.00 paid from 1 January to 31 March, net of returns,
give points worth 2,400.00 on 1 April; 99,999.99 give none.
"""

from bonuscli.days import NEVER, anniversary, civil, day_number
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows
from bonuscli.model import Program, Scheduled
from bonuscli.units import RATE_ONE, round_ratio

MONTHS = {"month": 1, "quarter": 3, "year": 12}
# A year in which every day of the calendar is: 29 February stands for 28 February in others.
_LEAP_YEAR = 2000


def next_day(program: Program, first: int) -> int:
    """The first day from ``first`` on that brings something, NEVER for none."""
    days = [_next_day(each.every, each.date, each.over, first) for each in program.grants.schedule]
    return min(days, default=NEVER)


def give_scheduled(account: Account, rows: Rows, program: Program, at: int, day: int) -> None:
    """Book what ``day``, which begins at ``at``, brings to the account."""
    if account.enrolled_at >= at:
        return
    for scheduled in program.grants.schedule:
        due = _next_day(scheduled.every, scheduled.date, scheduled.over, day) == day
        if due and _is_meant(account, scheduled, program, at, day):
            points = scheduled.points if scheduled.over is None else _share(account, scheduled, program, day)
            from bonuscli.engine.giving import give  # few days bring something

            give(account, rows, program, scheduled, points, scheduled.id, at, day, None)


# What was asked last, since the same is asked after every event; functools.lru_cache would load collections.
_remembered: dict[tuple[tuple[int, int] | None, int | None, str | None, int], int] = {}
_MOST = 1024


def _next_day(every: tuple[int, int] | None, date: int | None, over: str | None, first: int) -> int:
    """The first day from ``first`` on of a yearly date, of one day, or after a period."""
    asked = (every, date, over, first)
    due = _remembered.get(asked)
    if due is None:
        if len(_remembered) >= _MOST:
            _remembered.clear()
        due = _remembered[asked] = _find_day(*asked)
    return due


def _find_day(every: tuple[int, int] | None, date: int | None, over: str | None, first: int) -> int:
    if date is not None:
        return date if date >= first else NEVER
    year = civil(first).year
    if every is not None:
        named = day_number(_LEAP_YEAR, *every)
        return min(day for near in (year, year + 1) if (day := anniversary(named, near)) >= first)
    step = MONTHS[over or "year"]
    begins = [day_number(year, month, 1) for month in range(1, 13, step)]
    return min(day for day in (*begins, day_number(year + 1, 1, 1)) if day >= first)


def _is_meant(account: Account, scheduled: Scheduled, program: Program, at: int, day: int) -> bool:
    """Whether the member has one of the tags and is in the segment, of those that the grant names."""
    if scheduled.tags is not None and account.tags.isdisjoint(scheduled.tags):
        return False
    from bonuscli.engine.segments import segments_of

    segment = scheduled.segment
    return segment is None or segment in segments_of(account, at, day, program, (segment,))


def _share(account: Account, scheduled: Scheduled, program: Program, day: int) -> int:
    """Points for the net spend of the period that ended the day before; 0 below ``from``."""
    first = civil(day - 1)
    step = MONTHS[scheduled.over]
    began = day_number(first.year, (first.month - 1) // step * step + 1, 1)
    spend = account.spend_between(began - 1, day - 1)
    if spend < (scheduled.from_minor or 0):
        return 0
    points = program.points
    return round_ratio(spend * scheduled.rate * points.unit, RATE_ONE * points.value_minor, points.rounding_mode)
