"""The wall clock and the shop's time zone: the one place that reads either.

An instant is an integer, seconds since 1970-01-01 UTC.  A business day begins at ``day_starts`` in the program's zone,
so that a bar's receipt of 01:30 may belong to the day before; it is cut in :meth:`Calendar.day_of` and nowhere else.
``BONUSCLI_NOW`` (RFC 3339, or a local time read in the program's zone) sets the clock for scripts and tests.
"""

from __future__ import annotations

import os
import time

from bonuscli.dates import UTC, datetime, timedelta, timezone
from bonuscli.dates import time as time_of_day
from bonuscli.days import FIRST_DAY, NEVER, format_day, parse_day
from bonuscli.errors import BonusError
from bonuscli.zone_file import read_zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

DAY_SECONDS = 86_400
_HOUR = 3_600
# Offsets change on quarters of an hour everywhere since 1972, so one look-up serves 900 seconds.
_QUARTER = 900
# Quarters that a calendar remembers: those of three years, some 20 MB.  A file that names more has them reckoned again.
_REMEMBERED = 100_000
# The ledger's days go from 1900 to 9999.  An instant is two days within them, so that its business day is one of them
# in every zone and with every offset.
_FIRST_DAY, _LAST_DAY = FIRST_DAY + 2, NEVER - 2
_LONGEST_TIME = 60
# So long after a change of the offset, and before the next, no local time comes twice or not at all: clocks have been
# set by a day at most, where islands chose the other side of the date line.
_CALM = 2 * DAY_SECONDS


class Calendar:
    """One zone and one start of day: instants to business days and back."""

    def __init__(self, zone_name: str, day_starts: int = 0) -> None:
        self.zone_name = zone_name
        self.day_starts = day_starts
        self._offsets: dict[int, int] = {}
        self._locals: dict[tuple[int, int], int | None] = {}
        self._file = read_zone(zone_name)
        self._loaded: ZoneInfo | None = None
        # The offset that was asked for last and the instants from which and until which it holds: half a year, mostly.
        self._offset, self._since, self._until = 0, 0, 0
        # The instant that was asked for last and its business day: of one event they are asked six times.
        self._last: tuple[int | None, int] = (None, 0)
        if self._file is None:
            _ = self._zone

    @property
    def _zone(self) -> ZoneInfo:
        """The zone with all its rules, loaded when the list of its changes does not say."""
        if self._loaded is None:
            from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

            try:
                self._loaded = ZoneInfo(self.zone_name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise BonusError("bad_program", f"there is no time zone {self.zone_name!r}", "timezone") from None
        return self._loaded

    def offset_at(self, instant: int) -> int:
        """Seconds that local time is ahead of UTC at an instant."""
        if self._since <= instant < self._until:
            return self._offset
        span = None if self._file is None else self._file.span_at(instant)
        if span is None:
            return self._offset_by_rule(instant)
        self._offset, self._since, self._until = span
        return self._offset

    def _offset_by_rule(self, instant: int) -> int:
        quarter = instant // _QUARTER
        offset = self._offsets.get(quarter)
        if offset is None:
            moment = datetime.fromtimestamp(quarter * _QUARTER, self._zone)
            offset = int((moment.utcoffset() or timedelta()).total_seconds())
            if len(self._offsets) >= _REMEMBERED:
                self._offsets.clear()
            self._offsets[quarter] = offset
        return offset

    def day_of(self, instant: int) -> int:
        """The business day that holds an instant."""
        if instant == self._last[0]:
            return self._last[1]
        offset = self.offset_at(instant)
        day = (instant + offset - self.day_starts) // DAY_SECONDS
        # A clock that is set back from three to two brings half past two again, but the day has begun the first time.
        if self.day_starts % _HOUR and instant >= self.start_of(day + 1):
            day += 1
        self._last = instant, day
        return day

    def minute_of(self, instant: int) -> int:
        """Minutes since the start of the instant's business day by the clock on the wall, 0 to 1439."""
        return (instant + self.offset_at(instant) - self.day_starts) % DAY_SECONDS // 60

    def start_of(self, day: int) -> int:
        """The first instant of a business day (where the clock skips it, the first instant after the gap)."""
        return self._instant_of(day * DAY_SECONDS + self.day_starts)

    def _instant_of(self, wall: int) -> int:
        """The instant of a local time, given as its seconds as if they were UTC's; of a doubled hour the first."""
        instant = wall - self._offset
        if self._since + _CALM <= instant < self._until - _CALM:
            return instant
        offset = None if self._file is None else self._file.offset_around(wall)
        if offset is not None:
            return wall - offset
        moment = datetime(1970, 1, 1) + timedelta(seconds=wall)
        return int(moment.replace(tzinfo=self._zone).timestamp())

    def instant(self, day: int, second: int) -> int | None:
        """The instant of a local civil day and second: of a doubled hour the first; None in a missing hour.

        ValueError for a day out of the ledger's calendar.
        """
        key = (day, second // _QUARTER)
        base = self._locals.get(key, -1)
        if base == -1:
            _require_year(day)
            if len(self._locals) >= _REMEMBERED:
                self._locals.clear()
            wall = day * DAY_SECONDS + key[1] * _QUARTER
            base = self._instant_of(wall)
            if base + self.offset_at(base) != wall:
                base = None
            self._locals[key] = base
        return None if base is None else base + second % _QUARTER

    def offset_of(self, day: int) -> int | None:
        """Seconds that local time is ahead of UTC all through a civil day; None where that changes near it.

        None too for a day out of the ledger's calendar, and where the zone's file does not say.
        """
        if self._file is None or not _FIRST_DAY <= day <= _LAST_DAY:
            return None
        first = self._file.offset_around(day * DAY_SECONDS)
        return first if self._file.offset_around((day + 1) * DAY_SECONDS) == first else None

    def iso(self, instant: int) -> str:
        """RFC 3339 text of an instant in this zone, with its offset."""
        return format_instant(instant, self.offset_at(instant))

    def parse(self, text: str, where: str | None = None) -> int:
        """An instant from text; ``BonusError`` ``bad_time`` says what is wrong."""
        try:
            return self.parse_instant(text)
        except ValueError as problem:
            raise BonusError(
                "bad_time", str(problem), where, "write 2026-12-31, 2026-12-31 18:30 or 2026-12-31T18:30:00+03:00"
            ) from None

    def parse_instant(self, text: str) -> int:
        """An instant from ``YYYY-MM-DD[ T]HH:MM[:SS[.fraction]][Z|±HH:MM]`` or ``YYYY-MM-DD``, ValueError otherwise.

        A time without offset is in this zone; a day alone is the start of that business day.
        """
        text = text.strip()
        if len(text) > _LONGEST_TIME:
            raise ValueError(f"{text[:_LONGEST_TIME]!r}... is not a date and time, as in 2026-12-31 18:30")
        try:
            day = parse_day(text[:10])
        except ValueError:
            if text[10:11] in ("", " ", "T", "t"):
                raise
            raise _no_time(text) from None  # a word of more than ten letters is cited whole
        _require_year(day)
        if len(text) == 10:
            return self.start_of(day)
        second, offset = _parse_time(text[10:], text)
        if offset is not None:
            return day * DAY_SECONDS + second - offset
        instant = self.instant(day, second)
        if instant is None:
            raise ValueError(f"{text} does not exist in {self.zone_name}: the clock was set forward over it")
        return instant


def _require_year(day: int) -> None:
    if not _FIRST_DAY <= day <= _LAST_DAY:
        known = f"{format_day(_FIRST_DAY)} to {format_day(_LAST_DAY)}"
        raise ValueError(f"{format_day(day)} is out of the calendar: {known}")


def _no_time(text: str) -> ValueError:
    return ValueError(f"{text!r} is not a date and time, as in 2026-12-31 18:30")


def _parse_time(text: str, whole: str) -> tuple[int, int | None]:
    """Seconds of the day and the offset, if one is written, from ``" 18:30"`` or ``"T18:30:05.5+03:00"``."""
    if len(text) == 9 and text[0] in " Tt" and text[3] == text[6] == ":":  # as most tills write it
        try:
            wall = time_of_day.fromisoformat(text[1:])
        except ValueError:
            pass
        else:
            return wall.hour * 3600 + wall.minute * 60 + wall.second, None
    wrong = _no_time(whole)
    if text[:1] not in (" ", "T", "t") or not text.isascii():
        raise wrong
    clock, offset = text[1:], None
    if clock[-1:] in ("Z", "z"):
        clock, offset = clock[:-1], 0
    elif len(clock) > 6 and clock[-6] in "+-" and clock[-3] == ":":
        sign = -1 if clock[-6] == "-" else 1
        hours, minutes = clock[-5:-3], clock[-2:]
        if not (hours.isdigit() and minutes.isdigit()) or int(hours) > 14 or int(minutes) > 59:
            raise wrong
        clock, offset = clock[:-6], sign * (int(hours) * 3600 + int(minutes) * 60)
    clock, point, fraction = clock.partition(".")
    parts = clock.split(":")
    if len(parts) not in (2, 3) or any(len(part) != 2 or not part.isdigit() for part in parts):
        raise wrong
    if point and (len(parts) != 3 or not fraction.isdigit()):
        raise wrong
    hour, minute, second = (*map(int, parts), 0)[:3]
    if hour > 23 or minute > 59 or second > 59:
        raise wrong
    return hour * 3600 + minute * 60 + second, offset


def format_instant(instant: int, offset: int = 0) -> str:
    """RFC 3339 text of an instant at an offset.

    >>> format_instant(0, 10800)
    '1970-01-01T03:00:00+03:00'
    """
    zone = timezone(timedelta(seconds=offset)) if offset else UTC
    return datetime.fromtimestamp(instant, zone).isoformat()


def now(calendar: Calendar | None = None) -> int:
    """The instant on the wall clock, or ``BONUSCLI_NOW`` where it is set."""
    fixed = os.environ.get("BONUSCLI_NOW")
    if fixed:
        return (calendar or Calendar("UTC")).parse(fixed, "BONUSCLI_NOW")
    return int(time.time())


def today(calendar: Calendar) -> int:
    """The business day on the wall clock."""
    return calendar.day_of(now(calendar))
