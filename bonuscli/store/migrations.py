"""Making a store and bringing an older one up to date.

Migrations are functions in one list; a store's ``user_version`` is the number of those it has had.  Each ends by
comparing ``sqlite_master`` with a freshly made store, so that a migrated file and a new one never differ, triggers
included.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from bonuscli.errors import BonusError, InvariantBroken
from bonuscli.store.shape import plainly
from bonuscli.store.sqlite import corrupt, transaction
from bonuscli.store.tables import APPLICATION_ID, SCHEMA_VERSION, create_statements
from bonuscli.store.views import VIEWS


def create_schema(connection: sqlite3.Connection) -> None:
    """All tables, indexes, triggers and views in an empty file."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    _first_schema(connection)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")


def _first_schema(connection: sqlite3.Connection) -> None:
    from sqlite_utils import Database  # 0.2 s to import, and only making and migrating a store need it

    database = Database(connection)
    for statement in create_statements():
        database.execute(statement)
    for name, sql in VIEWS.items():
        database.create_view(name, sql)


# Migration n brings user_version n to n + 1.
MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first_schema,)


def migrate(connection: sqlite3.Connection, path: Path) -> tuple[int, int]:
    """Run what is missing in one transaction; the versions before and after."""
    before = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if before > SCHEMA_VERSION:
        raise BonusError("newer_schema", f"{path} has schema {before}, this bonuscli knows up to {SCHEMA_VERSION}")
    if before < SCHEMA_VERSION:
        try:
            with transaction(connection, path):
                for step in MIGRATIONS[before:]:
                    step(connection)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                require_fresh_shape(connection)
        except (sqlite3.OperationalError, sqlite3.IntegrityError, InvariantBroken) as problem:
            raise corrupt(path, f"schema {before} is not what stands in it ({problem})") from None
    return before, SCHEMA_VERSION


def require_fresh_shape(connection: sqlite3.Connection) -> None:
    """Fail unless the schema is exactly that of a new store."""
    fresh = sqlite3.connect(":memory:")
    _first_schema(fresh)
    here, there = _shape(connection), _shape(fresh)
    if here != there:
        differing = sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))
        raise InvariantBroken(f"the schema differs from a new store's in {', '.join(map(str, differing))}")


def _shape(connection: sqlite3.Connection) -> dict[tuple[str, str], str | None]:
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return {(kind, name): sql and plainly(sql) for kind, name, sql in rows}
