"""Offsets of a time zone read off its file: what one receipt asks of it, without ``zoneinfo`` (a third of the time that
Python takes to start).

Only what the file says in so many words is answered: an instant between two changes that it lists, or after the last
one where no rule follows it.  For all else the answer is None, and ``clock`` asks ``zoneinfo``, which reads the same
file.
"""

from __future__ import annotations

import os
from bisect import bisect_right

_FOLDERS = ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo")
_HEADER = 44
# No clock is further from UTC than this.
_DAY = 86_400
# After every instant of the ledger's calendar.
_FAR = 1 << 40


class ZoneFile:
    """The changes of one zone's offset; ``changes``: instants in order, ``offsets``: seconds from each of them on."""

    def __init__(self, changes: list[int], offsets: list[int], ruled: bool) -> None:
        self._changes = changes
        self._offsets = offsets
        # Whether a rule goes on where the list ends.
        self._ruled = ruled

    def span_at(self, instant: int) -> tuple[int, int, int] | None:
        """(seconds that local time is ahead of UTC, the first instant from which it is, that until which it is), None
        where the list does not say."""
        changes = self._changes
        place = bisect_right(changes, instant)
        if not place or (self._ruled and place == len(changes)):
            return None
        return self._offsets[place - 1], changes[place - 1], changes[place] if place < len(changes) else _FAR

    def offset_at(self, instant: int) -> int | None:
        """Seconds that local time is ahead of UTC, None where the list does not say."""
        span = self.span_at(instant)
        return None if span is None else span[0]

    def offset_around(self, wall: int) -> int | None:
        """The offset at a local time (its seconds as if they were UTC's), None where it changes within a day of it."""
        before = bisect_right(self._changes, wall - _DAY)
        return self.offset_at(wall) if before == bisect_right(self._changes, wall + _DAY) else None


def read_zone(name: str) -> ZoneFile | None:
    """The zone of a name that is known to be one; None where its file is not at hand or of another kind."""
    if "PYTHONTZPATH" in os.environ or os.path.normpath(name) != name or name.startswith(("/", "..")):
        return None
    for folder in _FOLDERS:
        try:
            with open(f"{folder}/{name}", "rb") as file:
                return _parse(file.read())
        except (OSError, ValueError):
            continue
    return None


def _parse(raw: bytes) -> ZoneFile | None:
    """The second block of a TZif file (RFC 8536), whose instants have 64 bits, and the rule behind it."""
    if raw[:4] != b"TZif" or raw[4:5] < b"2":
        return None
    start = _HEADER + _length(_counts(raw), 4)
    counts = _counts(raw[start:])
    _, _, leaps, times, kinds, _ = counts
    if raw[start : start + 4] != b"TZif" or leaps:
        return None
    body = start + _HEADER
    numbers = [_number(raw[at : at + 8]) for at in range(body, body + 8 * times, 8)]
    chosen = raw[body + 8 * times : body + 9 * times]
    table = body + 9 * times
    seconds = [_number(raw[at : at + 4]) for at in range(table, table + 6 * kinds, 6)]
    rule = raw[start + _HEADER + _length(counts, 8) :].strip(b"\n")
    if not times and kinds == 1 and b"," not in rule:  # UTC, and others that have never changed
        numbers, chosen = [-_FAR], bytes(1)
    return ZoneFile(numbers, [seconds[kind] for kind in chosen], b"," in rule or not rule)


def _counts(raw: bytes) -> tuple[int, ...]:
    """(isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt) of a header."""
    return tuple(_number(raw[at : at + 4]) for at in range(20, _HEADER, 4))


def _length(counts: tuple[int, ...], width: int) -> int:
    utc_marks, standard_marks, leaps, times, kinds, letters = counts
    return times * (width + 1) + kinds * 6 + letters + leaps * (width + 4) + standard_marks + utc_marks


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "big", signed=True)
