"""Reading what a program gives beside points: passes with their visits, the receipts of a prize draw, and its run.

Every function gives plain tuples or an iterator of them; what they mean is written beside each statement.
"""

import sqlite3
from collections.abc import Iterable, Iterator

from bonuscli.store.reads import in_pieces


def pass_events(connection: sqlite3.Connection, account: int) -> Iterator[tuple]:
    """(seq, kind, at, number, body) of the passes and visits of an account and of those merged into it, by time"""
    return connection.execute(
        "WITH RECURSIVE own (id, member, program) AS ("
        "SELECT id, member, program FROM accounts WHERE id = ? UNION"
        " SELECT a.id, a.member, a.program FROM accounts a JOIN own ON a.merged_into = own.id)"
        " SELECT e.seq, e.kind, e.at, e.number, e.body FROM own JOIN events e ON e.member = own.member"
        " WHERE e.kind IN ('pass', 'visit') AND e.program = own.program ORDER BY e.at, e.seq",
        (account,),
    )


def paid_receipts(
    connection: sqlite3.Connection, program: str, instants: tuple[int, int], days: tuple[int, int]
) -> Iterator[tuple]:
    """(seq, account, source, number, money paid) of members' receipts at an instant in [from, to).

    ``days``: business days, first and last, that hold the instants, so that an index serves.
    """
    return connection.execute(
        "SELECT e.seq, a.id, e.source, e.number, e.total - e.spent_minor FROM events e"
        " JOIN accounts a ON a.member = e.member AND a.program = ?"
        " WHERE e.kind = 'receipt' AND e.day BETWEEN ? AND ? AND e.at >= ? AND e.at < ?",
        (program, *days, *instants),
    )


def heirs(connection: sqlite3.Connection) -> dict[int, int]:
    """Account -> the account that it was merged into, of merged ones only."""
    return dict(connection.execute("SELECT id, merged_into FROM accounts WHERE merged_into IS NOT NULL").fetchall())


def owners(connection: sqlite3.Connection, accounts: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Account -> (member, whether it is blocked)"""
    rows = in_pieces(connection, "SELECT id, member, blocked FROM accounts WHERE id IN (?)", accounts)
    return {account: (member, blocked) for account, member, blocked in rows}


def draw_run(connection: sqlite3.Connection, program: str, draw: str) -> tuple | None:
    """(seed, run_at, tickets, tickets_hash, winners as JSON) of a draw that was held, else None"""
    row = connection.execute(
        "SELECT seed, run_at, tickets, tickets_hash, winners FROM draw_runs WHERE program = ? AND draw = ?",
        (program, draw),
    ).fetchone()
    return tuple(row) if row else None
