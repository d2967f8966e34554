"""An error from COMMIT means "unknown": looking whether what was written stands in the file after all.

A disk that fails while the log is synced leaves a whole transaction in it.  Whoever still has the file open does not
see it, and the next process that opens the file reads the log anew and does: points told to be refused would appear
the day after.  So the one who met the error opens the file again, under the same writer lock, and looks; then makes
what he has seen stay: what is there is carried into the file, over what is not there another commit is written.
"""

from __future__ import annotations

from bonuscli.errors import BonusError
from bonuscli.records import namedtuple
from bonuscli.store import SCHEMA_VERSION
from bonuscli.store.driver import sqlite3
from bonuscli.store.sqlite import UnknownCommit, disk_failed, open_writer, translated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bonuscli.store.sqlite import Path

# The last event of a transaction: it has a key of its own, so it tells whether the transaction was kept.
Witness = namedtuple("Witness", "seq number digest")


def last_event(connection: sqlite3.Connection) -> Witness | None:
    """The event that was recorded last, None where there is none."""
    row = connection.execute("SELECT seq, number, digest FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    return Witness(*row) if row else None


def settle_commit(path: Path, unknown: UnknownCommit, witness: Witness | None) -> None:
    """Return where the transaction was kept and will stay, else raise what happened.

    The caller holds the writer lock and has closed its connections.  ``witness``: the last event that the transaction
    recorded.  BonusError ``disk_failed``: it was not kept, and never will be; ``commit_unknown``: it recorded no event
    to look for, or the disk does not even answer this.
    """
    if witness is None:
        raise unknown
    try:
        connection = open_writer(path)
        try:
            with translated(path):
                kept = last_event(connection) == witness
                _make_it_stay(connection) if kept else _write_over(connection)
        finally:
            connection.close()
    except (BonusError, sqlite3.Error):
        raise unknown from None
    if not kept:
        raise disk_failed(path, unknown.problem)


def _make_it_stay(connection: sqlite3.Connection) -> None:
    """What can be read may still be in memory alone, after a sync that failed: write all of it to the file itself."""
    (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
    if busy:
        raise sqlite3.OperationalError("readers kept the log from being carried over")


def _write_over(connection: sqlite3.Connection) -> None:
    """A commit that changes nothing, where the failed one stands in the log: nobody can read that one any more."""
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
