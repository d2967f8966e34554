"""What members bought before, for programs that ask for it: receipts, what of them came back, and whose they are now.

A till of a program without such conditions reads none of this.
"""

import sqlite3
from collections.abc import Iterable, Iterator

from bonuscli.store.reads import EVENT_COLUMNS, EventRow, in_pieces


def taken_over(connection: sqlite3.Connection, account_ids: Iterable[int]) -> Iterator[tuple]:
    """(member, account) of every account that went over into one of the given ones, by however many mergers"""
    return in_pieces(
        connection,
        "WITH RECURSIVE gone (id, member, heir) AS"
        " (SELECT id, member, merged_into FROM accounts WHERE merged_into IN (?)"
        " UNION ALL SELECT a.id, a.member, gone.heir FROM accounts a JOIN gone ON a.merged_into = gone.id)"
        " SELECT member, heir FROM gone",
        account_ids,
    )


def receipts_of_members(connection: sqlite3.Connection, members: Iterable[int]) -> list[EventRow]:
    """Whole event rows of all receipts of members."""
    sql = f"SELECT {', '.join(EVENT_COLUMNS)} FROM events WHERE member IN (?) AND kind = 'receipt'"
    return [EventRow(*row) for row in in_pieces(connection, sql, members)]


def returned_parts(connection: sqlite3.Connection, seqs: Iterable[int]) -> Iterator[tuple]:
    """(original, line, part, whole) of every line of the given receipts that a return brought back"""
    return in_pieces(
        connection,
        "SELECT r.original, rl.of_line, rl.part, rl.whole FROM events r JOIN receipt_lines rl ON rl.event = r.seq"
        " WHERE r.original IN (?) AND r.kind = 'return' AND rl.of_line IS NOT NULL",
        seqs,
    )
