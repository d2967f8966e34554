"""Rows to groups of rows, one group a receipt: by what stands next to what, or through a temporary table.

Adjacent rows with one identity form a receipt.  An unreadable row belongs to the receipt whose rows stand on both
sides of it (that receipt is then rejected whole: accepting it without the row would book less than was sold); else it
is alone.  So does a row without number and time to the receipt above it, as merged cells leave it.  Where a profile
says ``lines: scattered`` the groups go through a private SQLite file, which the system deletes, and are joined there,
so memory holds one receipt at a time.
"""

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter

from bonuscli.errors import BonusError
from bonuscli.importers.bounds import MAX_LINES
from bonuscli.importers.csv_rows import CELLS, FLAW, GOODS, NUMBER, TEXT, Flaw, Row

# Unreadable rows in a row whose receipt is not known; a file of nothing else must not gather in memory.
_MAX_PENDING = 1_000

_OLDEST_FIRST = """
    SELECT source, number, numbers, text FROM runs
    JOIN (SELECT source, number, min(line) AS first FROM runs GROUP BY source, number) USING (source, number)
    ORDER BY first, line"""
_NEWEST_FIRST = """
    SELECT source, number, numbers, text FROM runs
    JOIN (SELECT source, number, max(line) AS last FROM runs GROUP BY source, number) USING (source, number)
    ORDER BY last DESC, line"""

Identity = tuple[str, str]  # source, number
Head = Callable[[list[str]], tuple[str, ...]]

FORM_HINT = "the receipt's columns are repeated in each of its rows"
REST_HINT = f"{FORM_HINT}; or say in a profile repeat: first-row, or of a row of totals stop_at:"


class Group:
    """Rows of one receipt.  ``mixed``: their receipt columns may differ, and some may be unreadable; ``flaw``: why the
    receipt is rejected, if it is.
    """

    __slots__ = ("flaw", "identity", "mixed", "rows")

    def __init__(self, identity: Identity, rows: list[Row], mixed: bool = False) -> None:
        self.identity = identity
        self.rows = rows
        self.mixed = mixed
        self.flaw: Flaw | None = None

    def first_flaw(self) -> Flaw | None:
        """The group's own flaw, else that of its first unreadable row."""
        if self.flaw is not None or not self.mixed:
            return self.flaw
        for row in self.rows:
            flaw = row[FLAW]
            if flaw is not None:
                flaw.line = row[NUMBER]
                return flaw
        return None


def group_adjacent(
    rows: Iterable[Row], head: Head, identify: Callable[[list[str]], Identity], at_place: int, width: int
) -> Iterator[Group]:
    """Groups in the order of their rows; over 10,000 rows of one identity come in several groups, each with a flaw.

    ``at_place``: where a row tells its time; ``width``: of the file's own cells.  Rows of blank cells are passed over.
    """
    group: Group | None = None
    last_head: tuple[str, ...] = ()
    this_head: tuple[str, ...] = ()
    headed: list[str] = []
    pending: list[Row] = []
    for row in rows:
        cells, flaw = row[CELLS], row[FLAW]
        if flaw is None:
            if cells is not headed:  # alike rows have their cells in common
                headed, this_head = cells, head(cells)
            if group is not None and this_head == last_head and not pending and len(group.rows) < MAX_LINES:
                group.rows.append(row)
                continue
        identity = identify(cells)
        goes_on = flaw is None and not identity[1] and not cells[at_place].strip()
        if goes_on and row[GOODS] is None and not any(map(str.strip, cells[:width])):
            continue
        if group is not None and (group.identity == identity or goes_on):
            group.rows += (*pending, row)
            group.mixed = True
            pending = []
            if len(group.rows) > MAX_LINES:
                group.flaw = _too_long(group)
                yield group
                group = Group(group.identity, [])
                group.flaw = _too_long(group)
        elif flaw is not None or not identity[1]:
            pending.append(row)
            if len(pending) > _MAX_PENDING:
                yield from _lone_groups(pending, identify)
                pending = []
        else:
            if group is not None and group.rows:
                yield group
            own: list[Row] = []
            if pending:
                own = [each for each in pending if identify(each[CELLS]) == identity]
                yield from _lone_groups([each for each in pending if identify(each[CELLS]) != identity], identify)
                pending = []
            group = Group(identity, [*own, row], mixed=bool(own))
            last_head = this_head
    if group is not None and group.rows:
        yield group
    yield from _lone_groups(pending, identify)


def join_scattered(
    groups: Iterable[Group], read_back: Callable[[int, str], Row], newest_first: bool = False
) -> Iterator[Group]:
    """Groups of one identity joined, in the order of their first rows, or in that of their last ones from the end;
    ``read_back`` makes a row of its number and text.
    """
    # An empty name is a private file in the temporary folder, gone with the connection, also when the process is
    # killed.
    store = sqlite3.connect("", isolation_level=None)
    try:
        store.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE; BEGIN;")
        store.execute("CREATE TABLE runs (source TEXT, number TEXT, line INTEGER, numbers BLOB, text TEXT)")
        store.executemany("INSERT INTO runs VALUES (?, ?, ?, ?, ?)", map(_stored, groups))
        store.execute("CREATE INDEX by_receipt ON runs (source, number, line)")
        runs = store.execute(_NEWEST_FIRST if newest_first else _OLDEST_FIRST)
        yield from _joined(runs, read_back)
    except sqlite3.Error as problem:
        message, hint = f"the lines cannot be gathered: {problem}", "make room there, or set TMPDIR to another folder"
        raise BonusError("disk_full", message, "the temporary folder", hint) from None
    finally:
        store.close()


def _stored(group: Group) -> tuple[str, str, int, bytes, str]:
    """A run of rows as it lies in the table.  A row that names no receipt gets a number of its own, its line."""
    source, number = group.identity
    numbers = array("q", map(itemgetter(NUMBER), group.rows))
    text = "\n".join(map(itemgetter(TEXT), group.rows))
    return source, number or f"\0{numbers[0]}", numbers[0], numbers.tobytes(), text


def _joined(runs: Iterable[tuple[str, str, bytes, str]], read_back: Callable[[int, str], Row]) -> Iterator[Group]:
    group: Group | None = None
    for source, number, numbers, text in runs:
        identity = (source, "" if number.startswith("\0") else number)
        rows = list(map(read_back, array("q", numbers), text.split("\n")))
        if group is None or group.identity != identity or not identity[1]:
            if group is not None and group.rows:
                yield group
            group = Group(identity, rows, mixed=True)
            if not identity[1]:
                group.flaw = group.first_flaw() or _nameless(rows[0])
        else:
            group.rows += rows
        if len(group.rows) > MAX_LINES:
            group.flaw = _too_long(group)
            yield group
            group = Group(identity, [])
            group.flaw = _too_long(group)
    if group is not None and group.rows:
        yield group


def _lone_groups(rows: list[Row], identify: Callable[[list[str]], Identity]) -> Iterator[Group]:
    for row in rows:
        group = Group(identify(row[CELLS]), [row], mixed=True)
        group.flaw = group.first_flaw() or _nameless(row)
        yield group


def _nameless(row: Row) -> Flaw:
    return Flaw("receipt_id", "", "bad_row", "this row names no receipt", FORM_HINT, row[NUMBER])


def _too_long(group: Group) -> Flaw:
    number = group.identity[1]
    reason = f"the receipt {number} has more than {MAX_LINES:,} lines"
    return Flaw("receipt_id", number, "bad_row", reason, "is this the column of its number?")
