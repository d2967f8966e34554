"""Seals: one row a transaction, which binds what it wrote to everything written before.

A seal is the SHA-256 of the seal before it and of the canonical lines of the transaction's events, entries and
allocations, each table in key order.  So one hash, kept on paper or in a mail, shows later that nothing before it was
changed: ``verify --head HASH``.  A hash for each entry would cost 80 % of its insert; one for a batch of an import is
lost in the noise.

Personal data is left out (the number of an enrolment is a card or a phone, that of a row's grant a hash of one;
cashier, actor and reason are free text), so that erasing a person breaks no seal.
"""

from __future__ import annotations

from _operator import itemgetter
from itertools import groupby

from bonuscli.digests import sha256_for
from bonuscli.model import ENROL, GRANT, MEMBER_CHANGE, OF_A_ROW, TIER_SET
from bonuscli.store.reads import EVENT_COLUMNS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

# (number, last seq, hash) of a seal.
Head = tuple[int, int, str]
# The seal before the first.
FIRST = "0" * 64
_FREE_TEXT = ("cashier", "actor", "reason")
_OF_A_PERSON = (*_FREE_TEXT, "number", "digest", "body")
_TOLD, _TOLD_OF_MEMBERS, _TOLD_OF_ROWS = (
    [place for place, name in enumerate(EVENT_COLUMNS) if name not in left_out]
    for left_out in (_FREE_TEXT, _OF_A_PERSON, (*_FREE_TEXT, "number"))
)
_KIND, _SOURCE = EVENT_COLUMNS.index("kind"), EVENT_COLUMNS.index("source")

_ENTRY_COLUMNS = "account, n, kind, points, at, day, event, opens_on, expires_on, rule, origin"


def _line(mark: str, columns: int) -> str:
    """The form of a canonical line: its mark and the row's values as a list of Python."""
    return f"\n{mark}[{', '.join(['%r'] * columns)}]"


# The form of an event's line, and what of its row is told there.
_EVENT, _OF_MEMBER, _OF_ROW = (
    (_line("e", len(told)), itemgetter(*told)) for told in (_TOLD, _TOLD_OF_MEMBERS, _TOLD_OF_ROWS)
)
_ENTRY, _ALLOCATION = _line("n", 11), _line("a", 6)

_EVENTS = f"SELECT {', '.join(EVENT_COLUMNS)} FROM events WHERE seq > ? AND seq <= ? ORDER BY seq"
_ALLOCATIONS = (
    "SELECT e.seal, al.account, al.cause, al.entry, al.debit, al.lot, al.points FROM allocations al"
    " JOIN entries e ON e.account = al.account AND e.n = al.cause ORDER BY 1, 2, 3, 4, 5, 6"
)


def head(connection: sqlite3.Connection) -> Head:
    """(number, last seq, hash) of the last seal; (0, 0, zeros) before the first."""
    row = connection.execute("SELECT seal, last_seq, hash FROM seals ORDER BY seal DESC LIMIT 1").fetchone()
    return tuple(row) if row else (0, 0, FIRST)


def seal(
    last: Head, events: list[tuple], entries: list[tuple], allocations: list[tuple]
) -> tuple[int, int, int, str] | None:
    """The seals row that follows ``last``, over what a transaction writes (rows as ``append`` inserts them); None for
    nothing."""
    rows = len(events) + len(entries) + len(allocations)
    if not rows:
        return None
    number, last_seq, previous = last
    parts = sorted(events), sorted(entries), sorted(allocations)  # a table's key leads its rows
    through = max(last_seq, parts[0][-1][0]) if events else last_seq
    return number + 1, through, rows, hash_of(previous, *parts)


def broken(connection: sqlite3.Connection, expected_head: str | None = None) -> Iterator[str]:
    """What is wrong with the chain, in order; with ``expected_head`` also that no seal's hash begins so."""
    previous, last_seq, met = FIRST, 0, expected_head in (None, FIRST)
    for (number, through, rows, stored), parts in sealed(connection):
        if not rows:
            yield f"{sum(map(len, parts))} rows stand under seal {number}, which was never set"
            continue
        count = sum(map(len, parts))
        if count != rows:
            yield f"seal {number} was set over {rows} rows, {count} are there"
        elif hash_of(previous, *parts) != stored:
            yield f"seal {number} is not that of the rows that it was set over"
        met = met or (expected_head is not None and stored.startswith(expected_head))
        previous, last_seq = stored, through
    (unsealed,) = connection.execute("SELECT COUNT(*) FROM events WHERE seq > ?", (last_seq,)).fetchone()
    if unsealed:
        yield f"{unsealed} events stand after the last seal"
    (last,) = connection.execute("SELECT COALESCE(MAX(seq), 0) FROM events").fetchone()
    if last < last_seq:
        yield f"the last seal was set over events up to {last_seq}, the last one there is {last}"
    if not met:
        yield f"no seal has the hash {expected_head}: what it was taken of is not what stands here"


def sealed(connection: sqlite3.Connection) -> Iterator[tuple[tuple, tuple[list[tuple], ...]]]:
    """Each seal, (seal, last_seq, rows, hash), with its events, entries and allocations in key order.

    Rows under a seal that is not there come with one of no rows.  Entries and allocations are read once in the order of
    their seals, so that no index has to be kept for this.
    """
    entries = _Piles(connection, f"SELECT seal, {_ENTRY_COLUMNS} FROM entries ORDER BY seal, account, n")
    allocations = _Piles(connection, _ALLOCATIONS)
    last_seq = 0
    for row in connection.execute("SELECT seal, last_seq, rows, hash FROM seals ORDER BY seal").fetchall():
        for pile in (entries, allocations):
            for number, found in pile.below(row[0]):
                yield (number, last_seq, 0, ""), ([], found, [])
        events = connection.execute(_EVENTS, (last_seq, row[1])).fetchall()
        yield row, (events, entries.of(row[0]), allocations.of(row[0]))
        last_seq = row[1]
    for pile in (entries, allocations):
        for number, found in pile.below(None):
            yield (number, last_seq, 0, ""), ([], found, [])


class _Piles:
    """Rows in the order of their seals, a seal's at a time."""

    def __init__(self, connection: sqlite3.Connection, sql: str) -> None:
        self._piles = groupby(connection.execute(sql), key=lambda row: row[0])
        self._waiting: tuple[int, list[tuple]] | None = None
        self._turn()

    def _turn(self) -> None:
        number, rows = next(self._piles, (None, ()))
        self._waiting = None if number is None else (number, [tuple(row[1:]) for row in rows])

    def below(self, number: int | None) -> Iterator[tuple[int, list[tuple]]]:
        """The piles before a seal, or all that are left."""
        while self._waiting is not None and (number is None or self._waiting[0] < number):
            yield self._waiting
            self._turn()

    def of(self, number: int) -> list[tuple]:
        """The rows of a seal."""
        if self._waiting is None or self._waiting[0] != number:
            return []
        _, rows = self._waiting
        self._turn()
        return rows


def hash_of(previous: str, events: list[tuple], entries: list[tuple], allocations: list[tuple]) -> str:
    """The hash of a seal over rows in key order, after the seal before it."""
    digest = sha256_for(len(events) + len(entries) + len(allocations))(previous.encode())
    for event in events:
        kind = event[_KIND]
        if kind in (ENROL, MEMBER_CHANGE):
            form, told = _OF_MEMBER
        elif kind in (GRANT, TIER_SET) and event[_SOURCE] == OF_A_ROW:
            form, told = _OF_ROW
        else:
            form, told = _EVENT
        digest.update((form % told(event)).encode())
    for entry in entries:
        digest.update((_ENTRY % entry).encode())
    for allocation in allocations:
        digest.update((_ALLOCATION % allocation).encode())
    return digest.hexdigest()
