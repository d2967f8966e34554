"""Which days the dashboard offers: the whole, the last 30, 90 and 365, years, quarters and months, and its small steps.

Distinct members do not add up over days, so the figures of each range are reckoned beforehand, by the very functions of
``kpi`` and ``report``, and the page only chooses among them.  A range is compared with the one before it only where the
shop had receipts from its first day on: half a month says nothing about a whole one.

Worked number: of 2026-01-10 up to 2026-03-21 the last month is March's first 20 days, and the one before it February's
first 20.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from bonuscli.days import add, civil, day_number, format_day, subtract, weekday
from bonuscli.reports.periods import Period, months_of

ALL = "all"
LAST_DAYS = (30, 90, 365)
# kind -> (months in it, how many of the latest are offered)
_CALENDAR = {"year": (12, 3), "quarter": (3, 4), "month": (1, 12)}
_WEEK = 7
# A trend of more points than these is read by weeks, then by months; of months the latest three years.
_DAYS_MAX, _WEEKS_MAX, _MONTHS_MAX = 35, 30, 36

StartOf = Callable[[int], int]


class Range(NamedTuple):
    """Days that the page offers.  key: as in its address; kind: all, last, year, quarter or month; before: what it is
    compared with, or None."""

    key: str
    kind: str
    period: Period
    before: Period | None


def ranges_of(whole: Period, first_day: int, start_of: StartOf) -> list[Range]:
    """The whole window first, then the last days, years, quarters and months, the latest first.

    ``first_day``: of the shop's first receipt.  What has the same days as the whole is not offered twice.
    """

    def period(from_day: int, to_day: int) -> Period:
        return Period(None, from_day, to_day, start_of(to_day))

    def before(from_day: int, to_day: int) -> Period | None:
        return period(from_day, to_day) if from_day >= first_day and to_day > from_day else None

    long = whole.to_day - whole.from_day
    found = [Range(ALL, ALL, whole, before(whole.from_day - long, whole.from_day))]
    for days in LAST_DAYS:
        start = whole.to_day - days
        if start > whole.from_day:
            found.append(Range(f"last-{days}", "last", period(start, whole.to_day), before(start - days, start)))
    for kind, (months, most) in _CALENDAR.items():
        for start, begins, ends in _aligned(whole, months, most):
            if (begins, ends) == (whole.from_day, whole.to_day):
                continue
            earlier = subtract(start, (months, 0))
            # A span that is not over is compared with as many days of the one before.
            over = ends == add(start, (months, 0))
            until = start if over else min(start, earlier + ends - begins)
            compared = before(earlier, until) if begins == start else None
            found.append(Range(_key(kind, start), kind, period(begins, ends), compared))
    return found


def _aligned(whole: Period, months: int, most: int) -> Iterator[tuple[int, int, int]]:
    """(its own first day, first and end within the window) of calendar spans of so many months, the latest first."""
    last = civil(max(whole.from_day, whole.to_day - 1))
    start = day_number(last.year, (last.month - 1) // months * months + 1, 1)
    for _ in range(most):
        end = add(start, (months, 0))
        if end <= whole.from_day:
            return
        yield start, max(start, whole.from_day), min(end, whole.to_day)
        start = subtract(start, (months, 0))


def _key(kind: str, start: int) -> str:
    first = civil(start)
    if kind == "year":
        return f"{first.year:04}"
    if kind == "quarter":
        return f"{first.year:04}-q{(first.month + 2) // 3}"
    return f"{first.year:04}-{first.month:02}"


def steps_of(whole: Period, start_of: StartOf) -> tuple[str, list[Period]]:
    """(day, week or month; the window in such steps, in order): what a trend has a point for.

    Weeks begin on Monday; the first and the last step are cut to the window.
    """
    days = whole.to_day - whole.from_day
    if days <= _DAYS_MAX:
        starts = list(range(whole.from_day, whole.to_day))
        return "day", _steps(starts, whole.to_day, start_of)
    if days <= _WEEKS_MAX * _WEEK:
        monday = whole.from_day - weekday(whole.from_day)
        starts = [max(start, whole.from_day) for start in range(monday, whole.to_day, _WEEK)]
        return "week", _steps(starts, whole.to_day, start_of)
    return "month", months_of(whole._replace(from_day=max(whole.from_day, latest_months(whole.to_day))), start_of)


def latest_months(to_day: int) -> int:
    """The first day of the latest months up to a day that are shown one by one: three years of them."""
    last = civil(to_day - 1)
    return subtract(day_number(last.year, last.month, 1), (_MONTHS_MAX - 1, 0))


def _steps(starts: list[int], end: int, start_of: StartOf) -> list[Period]:
    ends = [*starts[1:], end] if starts else []
    return [Period(format_day(first), first, to, start_of(to)) for first, to in zip(starts, ends, strict=True)]
