"""Civil days as integers: the calendar arithmetic of opening days, lifetimes and windows.

A day is the number of days since 1970-01-01; ``NEVER`` is the number of 9999-12-31 and means "without end", so that no
column that is sorted by is empty.  A duration is a pair ``(months, days)``: a year is ``(12, 0)``, two weeks ``(0,
14)``.  Nothing here knows the wall clock or a time zone; see ``clock`` for both.
"""

from bonuscli.dates import date

_EPOCH = date(1970, 1, 1).toordinal()
NEVER = date(9999, 12, 31).toordinal() - _EPOCH
# The first day that the ledger knows; nothing was bought before it.
FIRST_DAY = date(1900, 1, 1).toordinal() - _EPOCH

END_OF_DAY, END_OF_MONTH, END_OF_QUARTER, END_OF_YEAR = "end-of-day", "end-of-month", "end-of-quarter", "end-of-year"
ENDS = (END_OF_DAY, END_OF_MONTH, END_OF_QUARTER, END_OF_YEAR)

Duration = tuple[int, int]
# The units in which a duration is written, with the most of each: a century.
DURATION_UNITS = {"d": 36_500, "mo": 1_200, "y": 100}
# Sums that are remembered: a lot's last day is one that thousands have.  functools takes a tenth of a bare start.
_MONTHS_LATER: dict[tuple[int, int], int] = {}
_REMEMBERED = 4096


def day_number(year: int, month: int, day: int) -> int:
    """The number of a civil day; ValueError where there is no such day."""
    return date(year, month, day).toordinal() - _EPOCH


def civil(day: int) -> date:
    """The civil date of a day number."""
    return date.fromordinal(day + _EPOCH)


def format_day(day: int) -> str:
    """ISO text of a day number.

    >>> format_day(0), format_day(NEVER)
    ('1970-01-01', '9999-12-31')
    """
    return civil(day).isoformat()


def parse_day(text: str) -> int:
    """A day number from ``YYYY-MM-DD``; ValueError says what is wrong.

    >>> format_day(parse_day("2026-02-28"))
    '2026-02-28'
    """
    dashed = len(text) == 10 and text[4] == "-" and text[7] == "-"  # ISO has other forms, as in 2026W531
    try:
        if dashed:
            return date.fromisoformat(text).toordinal() - _EPOCH
    except ValueError:
        if text.isascii() and (text[:4] + text[5:7] + text[8:]).isdigit():
            raise ValueError(f"there is no day {text}") from None
    raise ValueError(f"{text!r} is not a day, as in 2026-12-31")


def parse_duration(text: str) -> Duration:
    """A duration from one number and one unit; ValueError says what is wrong.

    >>> parse_duration("14d"), parse_duration("6mo"), parse_duration("1y")
    ((0, 14), (6, 0), (12, 0))
    """
    unit = text.lstrip("0123456789")
    digits = text.removesuffix(unit)
    if unit not in DURATION_UNITS or not 1 <= len(digits) <= 6:
        raise ValueError(f"{text!r} is not a length of time, as in 14d, 6mo or 1y")
    count = int(digits)
    if count > DURATION_UNITS[unit]:
        raise ValueError(f"{text!r} is more than {DURATION_UNITS[unit]}{unit}, the most that is allowed")
    return {"d": (0, count), "mo": (count, 0), "y": (12 * count, 0)}[unit]


def format_duration(duration: Duration) -> str:
    """A duration as it is written.

    >>> format_duration((0, 14)), format_duration((6, 0)), format_duration((12, 0))
    ('14d', '6mo', '1y')
    """
    months, days = duration
    if not months:
        return f"{days}d"
    return f"{months}mo" if months % 12 else f"{months // 12}y"


def weekday(day: int) -> int:
    """0 for Monday to 6 for Sunday."""
    return (day + 3) % 7


def add(day: int, duration: Duration) -> int:
    """The day a duration later: the same day number of the month, clamped to its length, then the days.

    >>> format_day(add(parse_day("2026-08-31"), (6, 0)))
    '2027-02-28'
    """
    months, days = duration
    if months:
        day = _add_months(day, months)
    day += days
    return day if day < NEVER else NEVER


def subtract(day: int, duration: Duration) -> int:
    """The day a duration earlier, clamped like :func:`add`.

    >>> format_day(subtract(parse_day("2027-03-31"), (1, 0)))
    '2027-02-28'
    """
    months, days = duration
    if months:
        day = _add_months(day, -months)
    return day - days


def _add_months(day: int, months: int) -> int:
    found = _MONTHS_LATER.get((day, months))
    if found is None:
        if len(_MONTHS_LATER) >= _REMEMBERED:
            _MONTHS_LATER.clear()
        found = _MONTHS_LATER[day, months] = _reckon_months(day, months)
    return found


def _reckon_months(day: int, months: int) -> int:
    start = civil(day)
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    if year > 9999:
        return NEVER
    first = day_number(year, month + 1, 1)
    return first + min(start.day, _month_length(year, month + 1)) - 1


def _month_length(year: int, month: int) -> int:
    if month == 12:
        return 31
    return date(year, month + 1, 1).toordinal() - date(year, month, 1).toordinal()


def round_up(day: int, until: str) -> int:
    """The last day of the period named by ``until`` that holds ``day``.

    >>> format_day(round_up(parse_day("2026-05-10"), "end-of-quarter"))
    '2026-06-30'
    """
    if until == END_OF_DAY or day >= NEVER:
        return day
    start = civil(day)
    last_month = {END_OF_MONTH: start.month, END_OF_QUARTER: (start.month + 2) // 3 * 3, END_OF_YEAR: 12}[until]
    return day_number(start.year, last_month, _month_length(start.year, last_month))


def anniversary(born_on: int, year: int) -> int:
    """The birthday in a year; 29 February falls on the 28th in common years.

    >>> format_day(anniversary(parse_day("2000-02-29"), 2027))
    '2027-02-28'
    """
    born = civil(born_on)
    return day_number(year, born.month, min(born.day, _month_length(year, born.month)))


def is_around_birthday(born_on: int, day: int, before: int, after: int) -> bool:
    """Whether a day lies at most so many days before or after a birthday; a window may pass the end of the year.

    >>> is_around_birthday(parse_day("1990-01-02"), parse_day("2026-12-30"), 3, 0)
    True
    """
    year = civil(day).year
    return any(-before <= day - anniversary(born_on, near) <= after for near in (year - 1, year, year + 1))


def age_on(born_on: int, day: int) -> int:
    """Whole years of age on a day; below zero before the birth.

    >>> born_on = parse_day("2000-02-29")
    >>> age_on(born_on, parse_day("2027-02-27")), age_on(born_on, parse_day("2027-02-28"))
    (26, 27)
    """
    year = civil(day).year
    return year - civil(born_on).year - (day < anniversary(born_on, year))
