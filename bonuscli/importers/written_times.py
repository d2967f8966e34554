"""Dates and times as people write them: 01.11.2026 12:30, 11/1/26 5:03 PM, 2026-11-01 12:30:15 +0300.

The profile says in which order day, month and year stand, since 03/04/2026 does not.  A year of two digits is of this
century.  ISO days, which can mean but one day, are read in any case: so a workbook tells them.
"""

import re

from bonuscli.clock import Calendar
from bonuscli.days import day_number, format_day
from bonuscli.importers.cells import Reading

_DAY = re.compile(r"([0-9]{1,4})([./-])([0-9]{1,2})\2([0-9]{1,4})")
_CLOCK = re.compile(
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?(?:\s*([AaPp])\.?[Mm]\.?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_ORDERS = {"ymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}
_SHOWN = {"ymd": "2026-12-31 18:30", "dmy": "31.12.2026 18:30", "mdy": "12/31/2026 6:30 PM"}


class WrittenTimes:
    """Text of one column to instants, as :class:`cells.Times` does for ISO text; ``order`` is ymd, dmy or mdy."""

    def __init__(self, column: str, calendar: Calendar, order: str) -> None:
        hint = f"write {_SHOWN[order]}; the order of day, month and year is the profile's, dates: {order}"
        self._calendar = calendar
        self._order = order
        self._days = Reading(column, "bad_time", self._day, hint)
        self._clocks = Reading(column, "bad_time", parse_clock, hint)
        self._instants = Reading(column, "bad_time", self._instant, hint)

    def instant(self, text: str) -> int:
        """The instant, or a ``Flaw`` ``bad_time``; a day alone is the start of that business day."""
        return self._instants[text]

    def _instant(self, text: str) -> int:
        day_text, _, clock = " ".join(text.replace("T", " ", 1).split()).partition(" ")
        day = self._days[day_text.rstrip(",")]
        if not clock:
            return self._calendar.start_of(day)
        second, offset = self._clocks[clock]
        if offset is not None:
            return day * 86_400 + second - offset
        instant = self._calendar.instant(day, second)
        if instant is None:
            raise ValueError(f"{text} does not exist in {self._calendar.zone_name}: the clock was set forward over it")
        return instant

    def _day(self, text: str) -> int:
        number = parse_written_day(text, self._order)
        self._calendar.parse_instant(format_day(number))  # refuses what is out of the ledger's calendar
        return number


def parse_written_day(text: str, order: str) -> int:
    """The day number of a day written in an order (ymd, dmy, mdy), or as ISO text; ValueError.

    >>> format_day(parse_written_day("5.12.2026", "dmy")), format_day(parse_written_day("2026-12-05", "mdy"))
    ('2026-12-05', '2026-12-05')
    """
    none = ValueError(f"{text[:60]!r} is not a day, as in {_SHOWN[order].partition(' ')[0]}")
    found = _DAY.fullmatch(text)
    if found is None:
        raise none
    parts = (found[1], found[3], found[4])
    year, month, day = (parts[place] for place in _ORDERS["ymd" if len(parts[0]) == 4 else order])
    if len(year) not in (2, 4) or max(len(month), len(day)) > 2:
        raise none
    try:
        return day_number(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        raise ValueError(f"there is no day {text} (dates: {order})") from None


def parse_clock(text: str) -> tuple[int, int | None]:
    """Seconds of the day and the offset in seconds, if one is written; ValueError otherwise.

    >>> parse_clock("9:05"), parse_clock("5:03 PM"), parse_clock("12:30:15 +0300")
    ((32700, None), (61380, None), (45015, 10800))
    """
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text[:60]!r} is not a time of day, as in 18:30")
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            raise ValueError(f"there is no time {text[:60]}")
        hour = hour % 12 + (12 if found[4] in "Pp" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"there is no time {text[:60]}")
    offset = None
    if found[5]:
        ahead = found[5].replace(":", "")
        offset = 0 if ahead == "Z" else (int(ahead[1:3]) * 3600 + int(ahead[3:5]) * 60) * (1 if ahead[0] == "+" else -1)
        if abs(offset) > 50_400 or (ahead != "Z" and int(ahead[3:5]) > 59):
            raise ValueError(f"there is no offset {found[5]}")
    return hour * 3600 + minute * 60 + second, offset
