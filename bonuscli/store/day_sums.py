"""What is stored of whole days: how many receipts of each shop and till, what they came to, and each of them.

The day is the business day on which a document was made, its shop and till are its own: a return counts where it was
taken back, unlike in the views, which lower the sale's own shop.
"""

import sqlite3
from collections.abc import Iterator

_OF_SHOPS = "kind IN ('receipt', 'return')"


def day_sums(connection: sqlite3.Connection, first: int, last: int) -> Iterator[tuple]:
    """(day, shop, till, receipts, sales, returns, paid with points) of days, money in minor units"""
    return connection.execute(
        "SELECT day, shop, till, sum(kind = 'receipt'), sum(CASE kind WHEN 'receipt' THEN total ELSE 0 END),"
        " sum(CASE kind WHEN 'return' THEN total ELSE 0 END), sum(CASE kind WHEN 'receipt' THEN spent_minor ELSE 0 END)"
        f" FROM events WHERE day BETWEEN ? AND ? AND {_OF_SHOPS} GROUP BY day, shop, till ORDER BY day, shop, till",
        (first, last),
    )


def receipts_of_day(connection: sqlite3.Connection, day: int) -> Iterator[tuple]:
    """(number, source, kind, at, shop, till, member, total) of the documents of a day in the order of their times"""
    return connection.execute(
        "SELECT number, source, kind, at, shop, till, member, total FROM events"
        f" WHERE day = ? AND {_OF_SHOPS} ORDER BY at, seq",
        (day,),
    )


def shops(connection: sqlite3.Connection) -> list[str]:
    """Names of all shops that receipts were made in"""
    return [shop for (shop,) in connection.execute(f"SELECT DISTINCT shop FROM events WHERE {_OF_SHOPS} ORDER BY shop")]
