"""Single values that tell time: lengths, days, moments, hours, as text and as patterns.

``6mo`` is ``(6, 0)``, ``03-08`` is ``(3, 8)``, ``14:00-17:00`` is ``(840, 1020)``, a day its number since 1970-01-01.
"""

import re

from bonuscli.days import DURATION_UNITS, FIRST_DAY, civil, format_day, parse_day, parse_duration
from bonuscli.model import CALENDAR_YEAR, Measures
from bonuscli.program.problems import IMPOSSIBLE, Wrong
from bonuscli.program.scalar_numbers import check_bounds, whole_up_to
from bonuscli.program.shape import Scalar

LIFETIME = "lifetime"
WINDOWS = (LIFETIME, CALENDAR_YEAR)
_DURATION = re.compile(r"([0-9]{1,6})(d|mo|y)")
CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
MONTH_DAY = "(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
DAY = f"[0-9]{{4}}-{MONTH_DAY}"
# A year that has a 29 February, so that a day of every year may be that one.
_LEAP_YEAR = "2000"
_OFFSET = "(?:[Zz]|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
INSTANT = f"{DAY}(?:[ Tt]{CLOCK}(?::[0-5][0-9](?:\\.[0-9]+)?)?{_OFFSET}?)?"


def read_duration(text: str, scalar: Scalar, measures: Measures) -> tuple[int, int]:
    match = _DURATION.fullmatch(text)
    if not match:
        raise Wrong(f"'{text}' is not a length of time", "write one number and one unit: 14d, 6mo or 1y")
    count, unit = int(match[1]), match[2]
    check_bounds(text, count, Scalar("count", least=scalar.least, most=DURATION_UNITS[unit]), lambda n: f"{n}{unit}")
    return parse_duration(text)


def duration_pattern(scalar: Scalar) -> str:
    guard = "(?!0+[a-z])" if scalar.least else ""
    return guard + "(?:" + "|".join(whole_up_to(most) + unit for unit, most in DURATION_UNITS.items()) + ")"


def read_window(text: str, scalar: Scalar, measures: Measures) -> tuple[int, int] | str:
    if text in WINDOWS:
        return text
    try:
        return read_duration(text, scalar, measures)
    except Wrong as wrong:
        raise Wrong(wrong.message, f"{wrong.hint}; or {' or '.join(WINDOWS)}" if wrong.hint else "") from None


def read_days(text: str, scalar: Scalar, measures: Measures) -> int:
    match = _DURATION.fullmatch(text)
    if not match or match[2] != "d":
        raise Wrong(f"'{text}' is not a number of days", "write it in days, as in 14d")
    value = int(match[1])
    check_bounds(text, value, scalar, lambda bound: f"{bound}d")
    return value


def read_date(text: str, scalar: Scalar, measures: Measures) -> int:
    try:
        day = parse_day(text)
        if day < FIRST_DAY:
            raise ValueError(f"{text} is before {format_day(FIRST_DAY)}")
    except ValueError as problem:
        raise _wrong_time(text, DAY, problem, "write it as in 2026-12-31") from None
    return day


def read_month_day(text: str, scalar: Scalar, measures: Measures) -> tuple[int, int]:
    try:
        date = civil(parse_day(f"{_LEAP_YEAR}-{text}"))
    except ValueError:
        message = f"'{text}' is not a day of the year"
        raise _wrong_time(text, MONTH_DAY, ValueError(message), 'write month and day, as in "03-08"') from None
    return date.month, date.day


def read_instant(text: str, scalar: Scalar, measures: Measures) -> int:
    try:
        return int(measures.calendar.parse_instant(text))
    except ValueError as problem:
        hint = "write 2026-12-31, or 2026-12-31 18:30 in the shop's own time"
        raise _wrong_time(text, INSTANT, problem, hint) from None


def _wrong_time(text: str, form: str, problem: ValueError, hint: str) -> Wrong:
    return Wrong(str(problem), hint, IMPOSSIBLE if re.fullmatch(form, text) else "bad_value")


def _minute(text: str) -> int | None:
    if re.fullmatch(CLOCK, text):
        return int(text[:2]) * 60 + int(text[3:])
    return 1440 if text == "24:00" else None


def read_clock(text: str, scalar: Scalar, measures: Measures) -> int:
    minute = _minute(text)
    if minute is None or minute == 1440:
        raise Wrong(f"'{text}' is not a time of day", 'write it as in "05:00"')
    return minute * 60


def read_hours(text: str, scalar: Scalar, measures: Measures) -> tuple[int, int]:
    first, _, last = text.partition("-")
    start, end = _minute(first), _minute(last)
    if start is None or end is None or start == 1440:
        raise Wrong(f"'{text}' is not a span of hours", 'write it as in "14:00-17:00"; "22:00-02:00" passes midnight')
    if start == end:
        raise Wrong(f"'{text}' ends when it begins", 'the whole day is "00:00-24:00", or no hours at all', IMPOSSIBLE)
    return start, end
