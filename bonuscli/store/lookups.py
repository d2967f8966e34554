"""Reading for people: one account's whole ledger, and the members with their cards.

Every function gives plain tuples or an iterator of them; what they mean is written beside each statement.
"""

import sqlite3
from collections.abc import Iterator

from bonuscli.store.reads import in_pieces


def entries(connection: sqlite3.Connection, account: int) -> Iterator[tuple]:
    """(n, kind, points, at, day, event, opens_on, expires_on, rule, origin) in order of booking"""
    return connection.execute(
        "SELECT n, kind, points, at, day, event, opens_on, expires_on, rule, origin FROM entries WHERE account = ?"
        " ORDER BY n",
        (account,),
    )


def allocations(connection: sqlite3.Connection, account: int) -> Iterator[tuple]:
    """(cause, entry, debit, lot, points) in order of booking"""
    return connection.execute(
        "SELECT cause, entry, debit, lot, points FROM allocations WHERE account = ? ORDER BY cause, entry, debit, lot",
        (account,),
    )


def event_keys(connection: sqlite3.Connection, seqs: set[int]) -> dict[int, tuple[str, str, str | None, str | None]]:
    """(kind, number, actor, reason) of events by seq"""
    rows = in_pieces(connection, "SELECT seq, kind, number, actor, reason FROM events WHERE seq IN (?)", sorted(seqs))
    return {row[0]: row[1:] for row in rows}


def events_of_kinds(connection: sqlite3.Connection, member: int, kinds: tuple[str, ...]) -> Iterator[tuple]:
    """(seq, kind, at, number, actor, reason, program, body) of a member's events in order of recording"""
    return in_pieces(
        connection,
        "SELECT seq, kind, at, number, actor, reason, program, body FROM events WHERE kind IN (?) AND member = ?"
        " ORDER BY seq",
        kinds,
        member,
    )


def tier_at(connection: sqlite3.Connection, account: int, at: int) -> str | None:
    """The level that an account held at an instant."""
    row = connection.execute(
        "SELECT tier FROM tier_changes WHERE account = ? AND at <= ? ORDER BY t DESC LIMIT 1", (account, at)
    ).fetchone()
    return row[0] if row else None


def members(connection: sqlite3.Connection) -> Iterator[tuple]:
    """(id, name, phone, email, tags, enrolled_on) of all members in order of enrolment"""
    return connection.execute("SELECT id, name, phone, email, tags, enrolled_on FROM members ORDER BY id")


def all_cards(connection: sqlite3.Connection) -> Iterator[tuple]:
    """(member, number, shown, kind) of all members, cards before phones"""
    return connection.execute("SELECT member, number, shown, kind FROM cards ORDER BY member, kind, number")


def cards_of(connection: sqlite3.Connection, member: int) -> list[tuple]:
    """(number, shown, kind) of one member, cards before phones"""
    return connection.execute(
        "SELECT number, shown, kind FROM cards WHERE member = ? ORDER BY kind, number", (member,)
    ).fetchall()


def consents_of(connection: sqlite3.Connection, member: int) -> list[tuple]:
    """(channel, version, given_at, source, actor, withdrawn_at) of one member in order of recording"""
    return connection.execute(
        "SELECT channel, version, given_at, source, actor, withdrawn_at FROM consents WHERE member = ? ORDER BY id",
        (member,),
    ).fetchall()


def entries_of_event(connection: sqlite3.Connection, account: int, event: int) -> list[tuple]:
    """(n, kind, points) of what an event booked on an account, in order"""
    return connection.execute(
        "SELECT n, kind, points FROM entries WHERE account = ? AND event = ? ORDER BY n", (account, event)
    ).fetchall()


def counts(connection: sqlite3.Connection) -> tuple[int, int, int, int, int | None]:
    """(members, receipts, returns, entries, instant at which the last event was recorded)"""
    return tuple(
        connection.execute(
            "SELECT (SELECT COUNT(*) FROM members), (SELECT COUNT(*) FROM events WHERE kind = 'receipt'),"
            " (SELECT COUNT(*) FROM events WHERE kind = 'return'), (SELECT COUNT(*) FROM entries),"
            " (SELECT MAX(recorded_at) FROM events)"
        ).fetchone()
    )


def sums_of_program(connection: sqlite3.Connection, program: str, day: int) -> tuple[int, int, int, int, int]:
    """(accounts, points in lots, points on hold, points owed, accounts with something due by a day)"""
    return tuple(
        connection.execute(
            "SELECT COUNT(*), COALESCE(SUM(points), 0), COALESCE(SUM(held), 0), COALESCE(SUM(deficit), 0),"
            " COALESCE(SUM(next_due_on <= ?), 0) FROM accounts WHERE program = ? AND merged_into IS NULL",
            (day, program),
        ).fetchone()
    )
