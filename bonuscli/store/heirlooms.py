"""Reading what accounts that were merged into others left: where their lots went, and what came back of their debits.

Every function gives plain tuples or a dictionary of them; what they mean is written beside each statement.
"""

from __future__ import annotations

from bonuscli.store import reads

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


def came_of(connection: sqlite3.Connection, account: int, lot: int) -> list[tuple[int, int]]:
    """(account, lot) of what came of a lot of an account that was merged into another"""
    return connection.execute(
        "SELECT account, n FROM inherited WHERE of_account = ? AND lot = ? ORDER BY account, n", (account, lot)
    ).fetchall()


def given_back(connection: sqlite3.Connection, account: int, debit: int) -> dict[int, int]:
    """Lot -> points of a merged account's debit that came back to its heirs; lot 0: of what it had left uncovered."""
    rows = connection.execute(
        "SELECT lot, SUM(points) FROM inherited WHERE of_account = ? AND debit = ? GROUP BY lot", (account, debit)
    )
    return dict(rows.fetchall())


def merger_of(connection: sqlite3.Connection, account: int) -> tuple[int, int, str]:
    """(account of the heir, seq and body as JSON of the effect on it) of an account that was merged into another"""
    row = connection.execute(
        "SELECT a.merged_into, f.seq, f.body FROM accounts a"
        " JOIN events e ON e.member = a.member AND e.kind = 'merge' AND e.program = a.program"
        " JOIN events f ON f.number = 'merge:' || e.seq AND f.kind = 'effect' WHERE a.id = ?",
        (account,),
    ).fetchone()
    return tuple(row)


def heirs(connection: sqlite3.Connection) -> dict[int, int]:
    """Member who was merged away -> member who has taken over at last"""
    into = {member: heir for (_, member), heir in reads.mergers(connection).items()}
    found = {}
    for member, heir in into.items():
        while heir in into:
            heir = into[heir]
        found[member] = heir
    return found


def heir_of(connection: sqlite3.Connection, member: int) -> int:
    """The member who has taken over another at last, or he himself"""
    return heirs(connection).get(member, member)
