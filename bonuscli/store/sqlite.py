"""The SQLite file: opening it, refusing what is not ours, and one transaction at a time.

Writers take an advisory lock (``lock``) before ``BEGIN IMMEDIATE``: waiting in SQLite alone starved one of eight tills
and lost 15 of 8,000 redemptions to "database is locked".  Commit, checkpoint and close of a writer happen under the
lock, because SQLite up to 3.51.2 can lose a commit that races with another connection's checkpoint.

Readers open with ``mode=ro`` and a time-out, and need no lock.
"""

from __future__ import annotations

import errno
import os
import stat

from bonuscli.contexts import contextmanager, suppress
from bonuscli.errors import BonusError
from bonuscli.store import APPLICATION_ID, SCHEMA_VERSION
from bonuscli.store.driver import sqlite3

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    Path = str | PathLike[str]  # pathlib takes as long to load as all of bonuscli

_READ_TIMEOUT_SECONDS = 5.0
_ROOM_BYTES = 1 << 18
# How long the write-ahead log may stay behind a command (each MB costs the next one 1 ms), and grow during a till's
# loop and in bulk.
WAL_BYTES = 1 << 20
WAL_BYTES_IN_LOOP = 16 << 20
WAL_BYTES_IN_BULK = 64 << 20
# Receipts of any cards meet six pages each that no other does.  In a file of 1,000,000 entries a cache of 16 MB instead
# of 2, and pages carried over from the log by the 4,000 instead of by the 1,000, which is after each batch, take 45 to
# 55 us a receipt of 320; 32 MB and 12,000 pages take no more.
_BULK_CACHE_KIB = 16_000
_BULK_LOG_PAGES = 4_000


def open_reader(path: Path) -> sqlite3.Connection:
    """A read-only connection to a bonuscli database; BonusError where there is none or it is not ours."""
    require_file(path)
    with translated(path):
        connection = _connect(path, "ro", immutable=_nobody_writes(path))
        _check_identity(connection, path)
    return connection


def _nobody_writes(path: Path) -> bool:
    """Whether the file may be read as one that never changes: in a folder that we may not write to, SQLite can not make
    the files that reading a WAL database takes.  Never while a WAL holds rows: they would silently not be seen.
    """
    return not may_stay_open(path) and not _wal_bytes(path)


def _wal_bytes(path: Path) -> int:
    try:
        return os.stat(f"{path}-wal").st_size
    except FileNotFoundError:
        return 0


def _folder_of(path: Path) -> str:
    return os.path.dirname(path) or "."


def may_stay_open(path: Path) -> bool:
    """Whether a reader sees what others write while it stays open: not one that took the file for unchanging."""
    return os.access(_folder_of(path), os.W_OK)


def open_writer(path: Path, any_older: bool = False) -> sqlite3.Connection:
    """A connection that may write; the caller holds the lock while it opens, commits and closes.

    ``any_older`` lets an older schema in, for its migration.
    """
    require_file(path)
    if not os.access(path, os.W_OK) or not os.access(_folder_of(path), os.W_OK):
        raise read_only(path)
    with translated(path):
        connection = _connect(path, "rw")
        _check_identity(connection, path, any_older)
    return connection


def shorten_wal(connection: sqlite3.Connection, path: Path, longest: int = WAL_BYTES) -> None:
    """Carry the write-ahead log into the file and empty it, if it is longer than that; the caller holds the lock.

    A command closes while its guard is still open, so SQLite never does it by itself, and each opening reads the whole
    log again: after an import of 30,000 receipts it had 163 MB, and took 40 ms of every command.  A reader that is busy
    puts it off until the next time: nobody waits for it.  So does a full disk: what the command did is committed.
    """
    if _wal_bytes(path) > longest:
        connection.execute("PRAGMA busy_timeout = 0")
        with suppress(sqlite3.Error):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.execute(f"PRAGMA busy_timeout = {_READ_TIMEOUT_SECONDS * 1000:.0f}")


def prepare_for_bulk(connection: sqlite3.Connection) -> None:
    """Have a writing connection keep more pages, for transactions that meet many."""
    connection.execute(f"PRAGMA cache_size = -{_BULK_CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_BULK_LOG_PAGES}")


def connect_new(path: Path) -> sqlite3.Connection:
    """A connection to a file that is being made (``store.making``)."""
    with translated(path):
        return _connect(path, "rw")


def _connect(path: Path, mode: str, immutable: bool = False) -> sqlite3.Connection:
    # What a URI would read as something else; urllib would take 3 ms to load.
    name = os.path.join(os.getcwd(), path).replace("%", "%25").replace("?", "%3F").replace("#", "%23")
    uri = f"file:{name}?mode={mode}{'&immutable=1' if immutable else ''}"
    connection = sqlite3.connect(uri, uri=True, timeout=_READ_TIMEOUT_SECONDS, isolation_level=None)
    # recursive_triggers: without it INSERT OR REPLACE passes the append-only triggers.
    for pragma, wanted in (("foreign_keys", 1), ("recursive_triggers", 1), ("trusted_schema", 0)):
        connection.execute(f"PRAGMA {pragma} = {wanted}")
        if connection.execute(f"PRAGMA {pragma}").fetchone() != (wanted,):
            raise BonusError("corrupt_database", f"this SQLite does not keep PRAGMA {pragma}", str(path))
    if mode == "rw":
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = 1")  # macOS: an fsync there stops at the drive's own cache
    return connection


def _check_identity(connection: sqlite3.Connection, path: Path, any_older: bool = False) -> None:
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    except UnicodeDecodeError:  # of SQLite's own message, which cites what it can not read
        raise corrupt(path, "the description of its tables is broken") from None
    if application != APPLICATION_ID:
        connection.close()
        raise BonusError(
            "foreign_database",
            f"{path} is not a database of bonuscli",
            str(path),
            "give a file made by `bonuscli init` with --db or BONUSCLI_DB",
        )
    if version > SCHEMA_VERSION:
        connection.close()
        raise BonusError(
            "newer_schema",
            f"{path} has schema {version}, this bonuscli knows up to {SCHEMA_VERSION}",
            str(path),
            "use the bonuscli that made it, or a newer one",
        )
    if version < SCHEMA_VERSION and not any_older:
        connection.close()
        raise BonusError(
            "older_schema",
            f"{path} has schema {version}, this bonuscli needs {SCHEMA_VERSION}",
            str(path),
            "make a backup and run `bonuscli db migrate`",
        )


def require_file(path: Path) -> None:
    """Refuse, with BonusError ``no_database``, a path at which no file stands."""
    try:
        found = stat.S_ISREG(os.stat(path).st_mode)
    except PermissionError:
        found = True
    except OSError as problem:
        if problem.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            raise
        found = False
    except ValueError:  # a NUL in the name
        found = False
    if not found:
        raise BonusError(
            "no_database",
            f"there is no database {path}",
            str(path),
            "make one with `bonuscli init`, or name it with --db or BONUSCLI_DB",
        )


def read_only(path: Path) -> BonusError:
    """The error for a file, or a folder, that this user may not write to."""
    return BonusError(
        "read_only",
        f"{path} or its folder may not be written to",
        str(path),
        "run as its owner, or change the rights of the file and its folder",
    )


class UnknownCommit(BonusError):
    """COMMIT was answered with an error: what was to be written may stand in the file, or not (``store.outcome``)."""

    def __init__(self, path: Path, problem: sqlite3.Error) -> None:
        self.problem = str(problem)
        super().__init__(
            "commit_unknown",
            f"the disk failed while {path} was written to ({problem}); whether this was kept is not known",
            str(path),
            "look for it with `bonuscli history` or `bonuscli verify`; the same call with the same key is safe",
        )


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path, dry_run: bool = False) -> Iterator[None]:
    """One IMMEDIATE transaction: committed at the end, rolled back on an error or for a dry run.

    BonusError ``commit_unknown`` (``UnknownCommit``) where the error came from COMMIT itself.
    """
    with translated(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        if dry_run:
            connection.execute("ROLLBACK")
        else:
            _commit(connection, path)


def _commit(connection: sqlite3.Connection, path: Path) -> None:
    try:
        connection.execute("COMMIT")
    except sqlite3.Error as problem:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        # The mark that makes a commit is written last: where there was no room or no lock, it was not.
        if getattr(problem, "sqlite_errorcode", None) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY):
            raise
        raise UnknownCommit(path, problem) from None


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's own errors about the file into the contract's, exit 8 (or 75)."""
    try:
        yield
    except sqlite3.OperationalError as problem:
        text = str(problem)
        if "locked" in text or "busy" in text:
            raise BonusError("busy", f"{path} is in use: {text}", str(path), "try again") from None
        if "full" in text or ("disk I/O" in text and _has_no_room(path)):
            raise disk_full(path) from None
        if "readonly" in text or "read-only" in text or "unable to open" in text:
            raise read_only(path) from None
        if "disk I/O" in text:
            raise disk_failed(path, text) from None
        if "malformed" in text or "decode" in text:
            raise corrupt(path, text) from None
        raise
    except sqlite3.DatabaseError as problem:
        if isinstance(problem, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        if "not a database" in str(problem):
            raise BonusError(
                "foreign_database",
                f"{path} is not a SQLite database",
                str(path),
                "give a file made by `bonuscli init` with --db or BONUSCLI_DB",
            ) from None
        raise corrupt(path, str(problem)) from None


def disk_failed(path: Path, text: str) -> BonusError:
    """The error for a disk that did not write or read when told to."""
    return BonusError(
        "disk_failed",
        f"the disk failed under {path}: {text}; nothing of this call was kept",
        str(path),
        "look after the disk (`bonuscli doctor` reads the whole file), then run the same command again",
    )


def disk_full(path: Path) -> BonusError:
    """The error for a disk without room."""
    return BonusError(
        "disk_full",
        f"the disk is full; what was being written to {path} is undone, what stood there before is safe",
        str(path),
        "free some space and run the same command again",
    )


def _has_no_room(path: Path) -> bool:
    """Whether the disk is full: SQLite says "disk I/O error" where there was no room for the index of the log."""
    with suppress(OSError):
        disk = os.statvfs(_folder_of(path))
        return disk.f_bavail * disk.f_frsize < _ROOM_BYTES
    return False


def corrupt(path: Path, text: str) -> BonusError:
    """The error for a file that is damaged."""
    return BonusError(
        "corrupt_database", f"{path} is damaged: {text}", str(path), "restore the last good backup and import again"
    )
