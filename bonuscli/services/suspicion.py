"""Whose fault a failure is: ours, or that of a file whose bytes have changed by themselves.

SQLite notices a torn page, not a flipped bit in a number or a name: what is read then makes no sense somewhere far from
the file, as an error that looks like a bug.  So before anything unforeseen is called a bug, the file is looked through.
It takes as long as a backup, or two, and happens outside the lock.
"""

from __future__ import annotations

from bonuscli.contexts import closing, contextmanager
from bonuscli.errors import BonusError
from bonuscli.store import sqlite
from bonuscli.store.driver import sqlite3

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from bonuscli.store.sqlite import Path


@contextmanager
def suspecting(path: Path, proving: bool = False) -> Iterator[None]:
    """Turn what fails within into BonusError ``corrupt_database`` where the file is damaged, and leave it be if not.

    ``proving``: what is done here is to prove the file sound, so failing at it is a proof of the opposite.
    """
    try:
        yield
    except (BonusError, OSError, sqlite3.ProgrammingError):
        raise
    except Exception as problem:
        damage = _damage(path)
        if damage is None and proving:
            damage = f"its rows make no sense ({type(problem).__name__}: {problem})"
        if damage is None:
            raise
        raise sqlite.corrupt(path, damage) from problem


def _damage(path: Path) -> str | None:
    """What is wrong with a file, None where nothing is found."""
    try:
        with closing(sqlite.open_reader(path)) as connection:
            for look in (_by_sqlite, _by_shape, _by_text, _by_reference, _by_program, _by_ledger):
                found = look(connection)
                if found is not None:
                    return found
    except BonusError as problem:
        return problem.message if problem.code == "corrupt_database" else None
    except (sqlite3.Error, UnicodeDecodeError) as problem:  # UnicodeDecodeError: SQLite's message cites what is broken
        return str(problem)
    return None


def _by_ledger(connection: sqlite3.Connection) -> str | None:
    """Sums that do not add up, or a ledger that is not what was sealed."""
    from bonuscli.store import checks, seals  # a balance does not load what only a proof needs

    for row in checks.findings(connection, None, 1):
        return str(row[-1])
    return next(iter(seals.broken(connection)), None)


def _by_sqlite(connection: sqlite3.Connection) -> str | None:
    found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])  # the quick one passes indexes over
    return None if found == "ok" else found


def _by_shape(connection: sqlite3.Connection) -> str | None:
    """A table, an index or a trigger that is not as it was made: the bytes of its description have changed."""
    from bonuscli.store.shape import lost_guards

    found = next(lost_guards(connection), None)
    return None if found is None else str(found[-1])


def _by_text(connection: sqlite3.Connection) -> str | None:
    """Text that is no UTF-8, which SQLite itself does not look at."""
    from bonuscli.store.tables import TABLES

    connection.text_factory = bytes
    try:
        for table in TABLES:
            described = connection.execute(f"PRAGMA table_info({table})")
            texts = [name.decode() for _, name, kind, *_ in described if kind == b"TEXT"]
            rows = connection.execute(f"SELECT {', '.join(texts)} FROM {table}") if texts else ()
            if not all(_is_text(cell) for row in rows for cell in row):
                return f"a text in {table} is broken"
    finally:
        connection.text_factory = str
    return None


def _is_text(cell: bytes | None) -> bool:
    try:
        (cell or b"").decode()
    except UnicodeDecodeError:
        return False
    return True


def _by_reference(connection: sqlite3.Connection) -> str | None:
    found = connection.execute("PRAGMA foreign_key_check").fetchone()
    return None if found is None else f"a row of {found[0]} belongs to none of {found[2]}"


def _by_program(connection: sqlite3.Connection) -> str | None:
    """A version whose text is not the one that was published, or whose compiled form is not that of its text."""
    import json

    from bonuscli.program.load import load_text

    for version, text, compiled, hash_then in connection.execute("SELECT version, text, compiled, hash FROM programs"):
        try:
            loaded = load_text(text, "program")
            same = loaded.hash == hash_then and json.loads(compiled) == json.loads(json.dumps(loaded.plain))
        except (BonusError, ValueError):
            same = False
        if not same:
            return f"version {version} of its program is not what was published"
    return None
