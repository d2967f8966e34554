"""What of the file's own protection is left: a trigger, a unique index or a table that is not as it was made.

The triggers of append-only tables, the unique index of keys and the bounds of columns refuse a wrong write whoever
makes it.  Who wants to change the past takes them away first, and may forget to put them back.
"""

import re
import sqlite3
from collections.abc import Iterator

from bonuscli.store.tables import create_statements

# What protects something, and the invariant that it protects.
_MADE = re.compile(r"CREATE (UNIQUE INDEX|TRIGGER|TABLE) (\w+)")
_INVARIANTS = {"TRIGGER": 14, "UNIQUE INDEX": 5, "TABLE": 10}


def plainly(sql: str) -> str:
    """A statement without white space: ALTER TABLE ADD COLUMN adds to a table's text with line breaks of its own."""
    return "".join(sql.split())


def lost_guards(connection: sqlite3.Connection) -> Iterator[tuple]:
    """(invariant, account, entry, text) of what does not protect any more, and of rows that hang on nothing."""
    stored = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())
    for statement in create_statements():
        made = _MADE.match(statement)
        if made is not None and plainly(stored.get(made[2], "")) != plainly(statement):
            what = f"{made[1].lower()} {made[2]}"
            found = "is another than" if made[2] in stored else "is not there, and was"
            yield _INVARIANTS[made[1]], None, None, f"{what} {found} made with the database"
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(20):
        yield 10, None, None, f"row {row or '?'} of {table} belongs to none of {parent}"
