"""Figures of whole days made anew from events, entries and allocations: for ``db rebuild`` and for ``verify``.

What a day's row says is defined here, over the ledger as a whole; ``day_totals.keep`` gives the same rows step by step.
"""

import sqlite3
from collections.abc import Iterator
from itertools import groupby

from bonuscli.days import NEVER, format_day
from bonuscli.store import append
from bonuscli.store.day_totals import BOUGHT_AGAIN, FIRST_ENROLMENT, summed
from bonuscli.store.member_sets import packed, united
from bonuscli.store.views import SALE_COLUMNS, SALE_OF_RETURN

# In the order of the index of days: the buyers of one day are held at a time.
_DOCUMENTS = f"""
SELECT day, shop, program, member, receipts, sales_minor - returns_minor, with_points FROM (
  SELECT e.day, COALESCE(o.program, e.program) AS program,
{SALE_COLUMNS}
  FROM events e {SALE_OF_RETURN} WHERE e.kind IN ('receipt', 'return')) ORDER BY day"""
_JOINED = f"""
SELECT j.day, j.member, EXISTS (SELECT 1 FROM events r WHERE {BOUGHT_AGAIN})
FROM events j WHERE j.kind = 'enrol' AND j.seq = ({FIRST_ENROLMENT.format(member="j.member")}) ORDER BY j.day"""
# A lot is there from the day after it was booked, if it is open then, through its last day; what left it or came back
# counts from the day after the last of the entries that moved it.
_CHANGES = f"""
WITH moved (program, starts, expires_on, points) AS (
  SELECT a.program, MAX(e.day + 1, e.opens_on), e.expires_on, e.points
  FROM entries e JOIN accounts a ON a.id = e.account WHERE e.opens_on IS NOT NULL
  UNION ALL
  SELECT a.program, MAX(c.day + 1, e.day + 1, d.day + 1, lot.opens_on), lot.expires_on,
    CASE WHEN m.entry = m.debit THEN -m.points ELSE m.points END
  FROM allocations m JOIN accounts a ON a.id = m.account
    JOIN entries lot ON lot.account = m.account AND lot.n = m.lot
    JOIN entries c ON c.account = m.account AND c.n = m.cause
    JOIN entries e ON e.account = m.account AND e.n = m.entry
    JOIN entries d ON d.account = m.account AND d.n = m.debit)
SELECT program, day, SUM(points) FROM (
  SELECT program, starts AS day, points FROM moved WHERE starts <= expires_on
  UNION ALL SELECT program, expires_on + 1, -points FROM moved WHERE starts <= expires_on AND expires_on < {NEVER})
GROUP BY 1, 2 ORDER BY 1, 2"""

_KEYS = {"day_totals": 3, "day_members": 1, "day_points": 2}


def made_anew(connection: sqlite3.Connection) -> dict[str, list[tuple]]:
    """All rows of all days in the order of their keys, by table, from the ledger alone."""
    totals: list[tuple] = []
    for _, documents in groupby(connection.execute(_DOCUMENTS), lambda row: row[0]):
        sums, bought = summed(
            ((day, shop, program), member, counts, net, with_points)
            for day, shop, program, member, counts, net, with_points in documents
        )
        totals += [(*key, *figures, packed(bought[key])) for key, figures in sorted(sums.items())]
    members: list[tuple] = []
    for day, enrolled in groupby(connection.execute(_JOINED), lambda row: row[0]):
        joined = [(member, again) for _, member, again in enrolled]
        came_again = [member for member, again in joined if again]
        members.append((day, packed([member for member, _ in joined]), packed(came_again)))
    return {
        "day_totals": totals,
        "day_members": members,
        "day_points": connection.execute(_CHANGES).fetchall(),
    }


def remake(connection: sqlite3.Connection) -> None:
    """Put what is made anew into the place of what stands there."""
    for table, rows in made_anew(connection).items():
        connection.execute(f"DELETE FROM {table}")
        append.upsert(connection, table, rows)


def day_findings(connection: sqlite3.Connection, most: int) -> Iterator[tuple]:
    """(invariant, account, entry, text) of rows of days that are not what the ledger gives, ``most`` of a table."""
    for table, rows in made_anew(connection).items():
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        key = _KEYS[table]
        should = {row[:key]: row for row in rows}
        found = {row[:key]: row for row in connection.execute(f"SELECT * FROM {table}")}
        wrong = sorted(each for each in should.keys() | found.keys() if should.get(each) != found.get(each))
        for each in wrong[:most]:
            named = [
                format_day(part) if name == "day" else repr(part) for name, part in zip(columns, each, strict=False)
            ]
            told = _differences(columns, key, found.get(each), should.get(each))
            yield 10, None, None, f"{table} of {', '.join(named)} {told}"


def _differences(columns: list[str], key: int, found: tuple | None, should: tuple | None) -> str:
    """What of a row is otherwise than the ledger has it."""
    if found is None or should is None:
        return "is missing, the ledger has such a day" if found is None else "stands there, the ledger has no such day"
    told = []
    for name, stored, given in list(zip(columns, found, should, strict=True))[key:]:
        if isinstance(given, bytes) and stored != given:
            told.append(f"{name} {_told_sets(stored, given)}")
        elif stored != given:
            told.append(f"{name} {stored}, the ledger gives {given}")
    return f"has {'; '.join(told)}"


def _told_sets(stored: bytes, given: bytes) -> str:
    try:
        there = united(stored)
    except Exception:
        return "that can not be read"
    should = united(given)
    if there == should:
        return "packed otherwise than members are"
    more, less = (there & ~should).bit_count(), (should & ~there).bit_count()
    return f"of {there.bit_count()} members, {more} too many, {less} missing: the ledger gives {should.bit_count()}"
