"""Care of the database file: rebuilding projections, backing up, dumping, migrating, and a look at its health."""

import os
import sqlite3
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

from bonuscli import clock
from bonuscli.clock import DAY_SECONDS
from bonuscli.errors import BonusError
from bonuscli.services.refold import refold
from bonuscli.services.rows_out import account_row, write_projections
from bonuscli.services.shop import Shop
from bonuscli.services.suspicion import suspecting
from bonuscli.store import append, checks, days_anew, dump, erasing, migrations, reads, sqlite, views
from bonuscli.store.lock import DEFAULT_WAIT_SECONDS, WriterLock
from bonuscli.store.making import new_database
from bonuscli.store.tables import SCHEMA_VERSION

# state: ok | finding.
Check = namedtuple("Check", "check state text")
OK, FINDING = "ok", "finding"
# SQLite up to this version can lose a commit that races with another connection's checkpoint.
_RACE_THROUGH = (3, 51, 2)


def rebuild(shop: Shop, dry_run: bool = False) -> int:
    """Make every projection anew from the events; the number of accounts.  An account's clock is a fact and stays."""
    with shop.writing(dry_run) as session:
        connection = session.connection
        accounts = [
            refold(connection, member, account_id, clock, session.programs[program]).account
            for account_id, member, clock, program in checks.accounts(connection, None)
        ]
        append.empty_projections(connection)
        append.upsert_accounts(connection, [account_row(account) for account in accounts])
        for account in accounts:
            account.touch_everything()
        write_projections(connection, accounts)
        days_anew.remake(connection)
        return len(accounts)


def backup(path: Path, target: Path) -> Path:
    """A consistent copy through SQLite's backup API, also while others write; an existing file is refused."""
    source = sqlite.open_reader(path)
    try:
        if target.exists():
            raise BonusError("database_exists", f"{target} exists already", str(target), "name a new file for the copy")
        with new_database(target) as making:
            copy = sqlite.connect_new(making)
            try:
                with sqlite.translated(target):
                    source.backup(copy)
                    _require_sound(copy, path)
            finally:
                copy.close()
    finally:
        source.close()
    return target


def _require_sound(copy: sqlite3.Connection, path: Path) -> None:
    """A copy of a damaged file is no backup: whoever keeps the last seven would lose the last good one to it."""
    damage = _damage(copy)
    if damage:
        raise sqlite.corrupt(path, "; ".join(damage))


def _damage(connection: sqlite3.Connection) -> list[str]:
    # The quick one passes over the indexes and takes as long.
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    return [] if found == ["ok"] else found


def dump_lines(path: Path, canonical: bool = False) -> Iterator[str]:
    """The whole store as lines of text, from one moment."""
    connection = sqlite.open_reader(path)
    try:
        with suspecting(path), sqlite.translated(path):
            connection.execute("BEGIN")
            yield from dump.dump(connection, canonical)
    finally:
        connection.close()


def list_views(path: Path) -> list[tuple[str, str, str]]:
    """(name, what its rows are, its columns with ", " between) of the views that are the contract with other tools."""
    connection = sqlite.open_reader(path)
    try:
        with suspecting(path), sqlite.translated(path):
            return [(name, about, ", ".join(views.columns(connection, name))) for name, about in views.ABOUT.items()]
    finally:
        connection.close()


def migrate(path: Path, wait_seconds: float = DEFAULT_WAIT_SECONDS) -> tuple[int, int]:
    """Bring an older store up to date; its schema version before and after."""
    with WriterLock(path, wait_seconds).held():
        connection = sqlite.open_writer(path, any_older=True)
        try:
            with sqlite.translated(path):
                return migrations.migrate(connection, path)
        finally:
            connection.close()


def doctor(path: Path) -> list[Check]:
    """What protects the database on this machine, and what does not."""
    connection = sqlite.open_reader(path)
    try:
        with suspecting(path, proving=True), sqlite.translated(path):
            own = [*_of_file(connection, path), *_of_erasures(connection), _of_time(connection)]
            return [*_of_sqlite(connection), *own, *_of_machine()]
    finally:
        connection.close()


def _of_sqlite(connection: sqlite3.Connection) -> list[Check]:
    version = sqlite3.sqlite_version_info
    race = (
        "its race between commit and checkpoint is kept out by the writer lock"
        if version <= _RACE_THROUGH
        else "it has no known race between commit and checkpoint"
    )
    damage = _damage(connection)
    return [
        Check("sqlite", OK, f"SQLite {sqlite3.sqlite_version}: {race}"),
        Check("file", FINDING if damage else OK, "; ".join(damage) or "the file is sound"),
        Check("foreign tools", OK, "tools that open the file read-write take no lock of ours; let them read only"),
    ]


def _of_file(connection: sqlite3.Connection, path: Path) -> list[Check]:
    journal = connection.execute("PRAGMA journal_mode").fetchone()[0]
    mode = path.stat().st_mode & 0o777
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    found = [
        Check("journal", OK if journal == "wal" else FINDING, f"journal mode {journal}, wal is needed for many tills"),
        Check("rights", FINDING if mode & 0o007 else OK, f"the file's mode is {mode:o}, others may {_may(mode)}"),
        Check("writing", OK if writable else FINDING, "may be written to" if writable else "may not be written to"),
        Check("schema", OK, f"schema {SCHEMA_VERSION}"),
    ]
    try:
        migrations.require_fresh_shape(connection)
    except Exception as problem:
        found.append(Check("shape", FINDING, str(problem)))
    else:
        found.append(Check("shape", OK, "tables, indexes, triggers and views are those of a new store"))
    return found


def _of_erasures(connection: sqlite3.Connection) -> list[Check]:
    if erasing.unpurged(connection) is None:
        return []
    text = "what was erased may still stand in the bytes of the file: run the same `bonuscli card erase` again"
    return [Check("erasure", FINDING, text)]


def _may(mode: int) -> str:
    return "read or write it: use chmod o-rwx" if mode & 0o007 else "neither read nor write it"


def _of_time(connection: sqlite3.Connection) -> Check:
    """Times of recording never go back; a clock that was set back by more than a day is worth a look."""
    _, last_recorded = reads.last_event(connection)
    behind = last_recorded - clock.now()
    if behind > DAY_SECONDS:
        text = f"the clock is {behind // 3600} hours behind the last event recorded; times stand still until it is past"
        return Check("time", FINDING, text)
    return Check("time", OK, "the clock is not behind what was recorded")


def _of_machine() -> list[Check]:
    fixed = os.environ.get("BONUSCLI_NOW")
    source = Check("clock", FINDING if fixed else OK, f"BONUSCLI_NOW is {fixed}" if fixed else "the wall clock is used")
    try:
        from zoneinfo import ZoneInfo

        ZoneInfo("Europe/Moscow")
    except (ImportError, KeyError, OSError):
        return [source, Check("zones", FINDING, "there are no time zones: install the tzdata package")]
    return [source, Check("zones", OK, "time zones are there")]
