"""Reading lots and days in part: those that an act comes to one by one, the others as sums.

Every function gives plain tuples; what they mean is written beside each statement.
"""

from __future__ import annotations

from bonuscli.store.reads import in_pieces

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator


def bound_accounts(connection: sqlite3.Connection, account_ids: Iterable[int]) -> set[int]:
    """Those of the accounts that have points on hold, or owe some."""
    sql = "SELECT id FROM accounts WHERE id IN (?) AND (held <> 0 OR deficit <> 0)"
    return {account for (account,) in in_pieces(connection, sql, account_ids)}


def ending_lots(connection: sqlite3.Connection, account_ids: Iterable[int], day: int) -> Iterator[tuple]:
    """(account, n, opens_on, expires_on, remaining, origin) of the lots that end before a day"""
    sql = (
        "SELECT account, n, opens_on, expires_on, remaining, origin FROM open_lots WHERE account IN (?)"
        " AND expires_on < ?"
    )
    return in_pieces(connection, sql, account_ids, day)


def lasting_lots(connection: sqlite3.Connection, account_ids: Iterable[int], day: int) -> Iterator[tuple]:
    """(account, the first day on which one opens, the first that is one's last, sum) of the others, a row an account"""
    sql = (
        "SELECT account, MIN(opens_on), MIN(expires_on), SUM(remaining) FROM open_lots WHERE account IN (?)"
        " AND expires_on >= ? GROUP BY account"
    )
    return in_pieces(connection, sql, account_ids, day)


def sums_of_lots(connection: sqlite3.Connection, account: int, after: tuple[int, int, int]) -> Iterator[tuple]:
    """(opens_on, expires_on, sum) of the lots of the same days behind a place in that order, its columns"""
    return connection.execute(
        "SELECT opens_on, expires_on, SUM(remaining) FROM open_lots WHERE account = ?"
        " AND (expires_on, opens_on, n) > (?, ?, ?) GROUP BY expires_on, opens_on",
        (account, *after),
    )


def lots_in_short(connection: sqlite3.Connection, account_ids: Iterable[int]) -> Iterator[tuple]:
    """(account, points in all lots, the first day that is the last one of a lot, None without any) of accounts"""
    sql = "SELECT id, points, (SELECT MIN(expires_on) FROM open_lots WHERE account = id) FROM accounts WHERE id IN (?)"
    return in_pieces(connection, sql, account_ids)


def days_in_short(connection: sqlite3.Connection, account_ids: Iterable[int]) -> Iterator[tuple]:
    """(account, the last day, sum of what was spent on days without what came back) of accounts that have days"""
    sql = "SELECT account, MAX(day), SUM(MAX(spend, 0)) FROM account_days WHERE account IN (?) GROUP BY account"
    return in_pieces(connection, sql, account_ids)
