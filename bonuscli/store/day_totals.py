"""Figures of whole days, kept as documents and points are written.

``keep`` adds what one transaction wrote; ``days_anew`` reckons every row again from events, entries and allocations.
Both give the same rows, byte for byte: what stands for a day follows from what was recorded, not from the batches in
which it was.
"""

from __future__ import annotations

from bonuscli.days import NEVER
from bonuscli.model import ENROL, RECEIPT, RETURN
from bonuscli.store import append
from bonuscli.store.member_sets import among, with_members
from bonuscli.store.reads import EVENT_COLUMNS, in_pieces

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

    Account = Any  # the engine's, of which the store knows the program and the lots
    # Of a receipt or return: (day, shop, program) in which it counts, the sale's member or None, 1 where it counts as a
    # receipt, its revenue, 1 where points paid.
    Document = tuple[tuple[int, str, str], int | None, int, int, int]
    Key = tuple[int, str, str]

# Where they stand in the row of an event.
_SEQ, _MEMBER, _KIND, _DAY, _SHOP, _TOTAL, _SPENT, _ORIGINAL, _PROGRAM = map(
    EVENT_COLUMNS.index, "seq member kind day shop total spent original program".split()
)

# The receipt that a return names is the sale whose shop, member and points it lowers.
_SALES = "SELECT seq, shop, program, member, spent FROM events WHERE seq IN (?)"
# Whether a member bought on the day of the enrolment: after it, and not with the receipt that enrolled, which is the
# first of that very instant.
BOUGHT_AGAIN = """
r.member = j.member AND r.kind = 'receipt' AND r.total > 0 AND r.at >= j.at AND +r.day = j.day
  AND (COALESCE(json_extract(j.pinned, '$.with_receipt'), 0) = 0 OR r.seq <> COALESCE((
    SELECT MIN(f.seq) FROM events f WHERE f.member = j.member AND f.kind = 'receipt' AND f.at = j.at), 0))"""
FIRST_ENROLMENT = "SELECT MIN(f.seq) FROM events f WHERE f.member = {member} AND f.kind = 'enrol'"
_CAME_AGAIN = f"""
SELECT 1 FROM events j CROSS JOIN events r
WHERE j.seq = ({FIRST_ENROLMENT.format(member=":member")}) AND {BOUGHT_AGAIN} LIMIT 1"""

# From which day on a movement counts, and the last day of its lot.
_MOVED = """
SELECT MAX(c.day + 1, e.day + 1, d.day + 1, lot.opens_on), lot.expires_on
FROM entries lot, entries c, entries e, entries d WHERE lot.account = ?1 AND lot.n = ?2
  AND c.account = ?1 AND c.n = ?3 AND e.account = ?1 AND e.n = ?4 AND d.account = ?1 AND d.n = ?5"""


def keep(connection: sqlite3.Connection, rows: dict[str, list[tuple]], accounts: dict[int, Account]) -> None:
    """Add to the days what a transaction wrote, once that stands in the append-only tables.

    ``rows``: by table, in the order of its columns; ``accounts``: those of the entries by id, with the lots taken from.
    """
    events = rows["events"]
    sums, bought = summed(_documents(connection, events))
    if sums:
        _keep_sums(connection, sums, bought)
    joined = _joined(connection, events, {row[0] for row in rows["members"]})
    if joined or any(bought.values()):
        _keep_members(connection, joined, bought)
    changes = _changes(connection, rows["entries"], rows["allocations"], accounts)
    changed = [(program, day, change) for program, days in changes.items() for day, change in days.items()]
    append.upsert(connection, "day_points", sorted(changed))


def _documents(connection: sqlite3.Connection, events: list[tuple]) -> list[Document]:
    linked = {row[_ORIGINAL] for row in events if row[_KIND] == RETURN and row[_ORIGINAL] is not None}
    sales = {seq: sale for seq, *sale in in_pieces(connection, _SALES, sorted(linked))} if linked else {}
    found: list[Document] = []
    for row in events:
        kind, total = row[_KIND], row[_TOTAL]
        if kind == RECEIPT:
            found.append(((row[_DAY], row[_SHOP], row[_PROGRAM]), row[_MEMBER], total > 0, total, row[_SPENT] > 0))
        elif kind == RETURN:
            shop, program, member, spent = sales.get(row[_ORIGINAL]) or (row[_SHOP], row[_PROGRAM], row[_MEMBER], 0)
            found.append(((row[_DAY], shop, program), member, False, -total, spent > 0))
    return found


def _keep_sums(connection: sqlite3.Connection, sums: dict[Key, list[int]], bought: dict[Key, set[int]]) -> None:
    known = _buyers(connection, bought)
    rows = [(*key, *figures, with_members(known.get(key, b""), bought[key])) for key, figures in sorted(sums.items())]
    append.upsert(connection, "day_totals", rows)


def summed(documents: Iterable[Document]) -> tuple[dict[Key, list[int]], dict[Key, set[int]]]:
    """By day, shop and program the six sums of ``day_totals`` in the order of its columns, and who bought."""
    sums: dict[Key, list[int]] = {}
    bought: dict[Key, set[int]] = {}
    for key, member, counts, net, with_points in documents:
        found = sums.get(key)
        if found is None:
            found, bought[key] = sums.setdefault(key, [0] * 6), set()
        found[0] += counts
        found[3] += net
        if member is None:
            found[1] += counts
            found[4] += net
        elif counts:
            bought[key].add(member)
        if with_points:
            found[2] += counts
            found[5] += net
    return sums, bought


def _buyers(connection: sqlite3.Connection, keys: Iterable[Key]) -> dict[Key, bytes]:
    """The packed buyers of those of the days, shops and programs that have a row."""
    sql = "SELECT buyers FROM day_totals WHERE day = ? AND shop = ? AND program = ?"
    return {key: buyers for key in keys for (buyers,) in connection.execute(sql, key)}


def _joined(connection: sqlite3.Connection, events: list[tuple], enrolled: set[int]) -> dict[int, set[int]]:
    """Day -> members whose first enrolment is among the events."""
    found: dict[int, set[int]] = {}
    for row in events:
        if row[_KIND] == ENROL:
            seq, member, day = row[_SEQ], row[_MEMBER], row[_DAY]
            if member in enrolled or seq == _first_enrolment(connection, member):
                found.setdefault(day, set()).add(member)
    return found


def _first_enrolment(connection: sqlite3.Connection, member: int) -> int | None:
    seq: int | None = connection.execute(FIRST_ENROLMENT.format(member="?"), (member,)).fetchone()[0]
    return seq


def _keep_members(connection: sqlite3.Connection, joined: dict[int, set[int]], bought: dict[Key, set[int]]) -> None:
    """Who joined, and who of those that joined on a day bought again on it."""
    on_days: dict[int, set[int]] = {}
    for (day, _, _), members in bought.items():
        on_days[day] = members | on_days.get(day, set())
    sql = "SELECT day, joined, again FROM day_members WHERE day IN (?)"
    known = {day: sets for day, *sets in in_pieces(connection, sql, joined.keys() | on_days.keys())}
    rows = []
    for day in sorted(joined.keys() | known.keys()):
        before, again = known.get(day, (b"", b""))
        now = with_members(before, joined.get(day, ()))
        maybe = among(now, on_days.get(day, ()))
        maybe = sorted(set(maybe) - set(among(again, maybe)))
        came = [member for member in maybe if connection.execute(_CAME_AGAIN, {"member": member}).fetchone()]
        after = with_members(again, came)
        if (before, again) != (now, after):
            rows.append((day, now, after))
    append.upsert(connection, "day_members", rows)


def _changes(
    connection: sqlite3.Connection, entries: list[tuple], allocations: list[tuple], accounts: dict[int, Account]
) -> dict[str, dict[int, int]]:
    """By program and day: by how much the points that are open when that day begins differ from the day before.

    A lot is there from the day after it was booked, if it is open then, through its last day; what left it or came back
    counts from the day after the last of the entries that moved it.
    """
    changes: dict[str, dict[int, int]] = {}
    taken_on = {}
    for account, n, _, points, _, day, _, opens_on, expires_on, *_ in entries:
        if opens_on is not None:
            _change(changes, accounts[account].program, max(day + 1, opens_on), expires_on, points)
        elif points < 0:
            taken_on[account, n] = day
    for account, cause, entry, debit, number, points in allocations:
        owner = accounts[account]
        lot = owner.known_lots.get(number) or owner.spent_lots.get(number)
        if cause == debit and lot is not None:  # points that leave a lot, as nearly all do
            starts = max(taken_on[account, debit] + 1, lot.opens_on)
            _change(changes, owner.program, starts, lot.expires_on, -points)
        elif number:
            starts, expires_on = connection.execute(_MOVED, (account, number, cause, entry, debit)).fetchone()
            _change(changes, owner.program, starts, expires_on, -points if entry == debit else points)
    return changes


def _change(changes: dict[str, dict[int, int]], program: str, starts: int, expires_on: int, points: int) -> None:
    """Points that are there from the day ``starts`` through ``expires_on``, if that is not over before."""
    if starts <= expires_on:
        of_days = changes.get(program)
        if of_days is None:
            of_days = changes[program] = {}
        of_days[starts] = of_days.get(starts, 0) + points
        if expires_on < NEVER:
            of_days[expires_on + 1] = of_days.get(expires_on + 1, 0) - points
