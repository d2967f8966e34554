"""Importing files of receipts: read outside the lock, book in short transactions, keep rejects for mending.

A batch is sized so that the lock is held about a tenth of a second, and no stored value depends on where batches end.
A killed import is resumed by running it again: what was stored is a duplicate then.  Invariant: a document has one key
(source, number, kind); the same content again is a duplicate, other content is a conflict and is kept out.
"""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bonuscli.errors import BonusError
from bonuscli.importers import Read, Reader, open_receipts
from bonuscli.importers.profile import Profile, load_profile
from bonuscli.importers.rejects import RejectsFile
from bonuscli.model import Reject
from bonuscli.services.batches import batches
from bonuscli.services.desk import Desk
from bonuscli.services.documents import TRUST, Documents, Options
from bonuscli.services.shop import Session, Shop, Writer
from bonuscli.store import append

LOCK_SECONDS = 0.1
_FIRST_BATCH = 200
_SMALLEST_BATCH = 20
_LARGEST_BATCH = 5_000


@dataclass
class Report:
    """What an import did; money in minor units, points in the smallest unit."""

    files: int = 0
    lines: int = 0
    receipts: int = 0
    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    conflicts: int = 0
    skipped: int = 0
    accounts_enrolled: int = 0
    earned: int = 0
    redeemed: int = 0
    uncovered: int = 0
    reversed: int = 0
    total_minor: int = 0
    errors_files: list[str] = field(default_factory=list)
    reasons: Counter = field(default_factory=Counter)


def profile_named(name_or_path: str) -> Profile:
    """A shipped profile by its name, or a shop's own by its path; BonusError ``bad_profile`` with all problems."""
    return load_profile(name_or_path)


def run(
    shop: Shop, files: list[Path], options: Options, progress: Callable[[str, int, int | None, int], None] | None = None
) -> Report:
    """Import files in the order given; the report of them all.

    ``progress(name, bytes read, bytes in all, receipts)`` is called between batches.  With ``atomic`` one reject or
    conflict undoes everything (BonusError ``rows_rejected``).
    """
    report = Report()
    collecting = gc.isenabled()
    gc.disable()  # the cyclic collector finds nothing here and took 17 % of a prototype's time
    try:
        with _sessions(shop, options) as sessions:
            for path in files:
                _File(sessions, path, options, report).run(progress)
                report.files += 1
            if options.atomic and (report.rejected or report.conflicts):
                raise BonusError(
                    "rows_rejected",
                    f"{report.rejected} receipts rejected, {report.conflicts} in conflict; nothing was stored",
                    ", ".join(report.errors_files),
                    "that file tells why; mend the rows in the input and import it again, or leave out --atomic",
                )
    finally:
        if collecting:
            gc.enable()
    return report


class _Sessions:
    """Where batches are booked: each in a transaction of its own, or all in one where the last row decides."""

    def __init__(self, writer: Writer | None, whole: Session | None) -> None:
        self._writer = writer
        self._whole = whole
        self._desk: Desk | None = None

    @contextmanager
    def session(self) -> Iterator[Session]:
        """The transaction of the next batch."""
        if self._whole is not None:
            yield self._whole
        elif self._writer is not None:
            with self._writer.session() as session:
                yield session

    def desk(self, session: Session) -> Desk:
        """The desk of the next batch; it keeps accounts and versions from batch to batch while nobody else writes."""
        if self._desk is None or (self._writer is not None and self._writer.foreign_changes):
            self._desk = session.desk()
        else:
            self._desk.resume()
        return self._desk


@contextmanager
def _sessions(shop: Shop, options: Options) -> Iterator[_Sessions]:
    if options.atomic or options.dry_run:
        with shop.writing(options.dry_run) as session:
            yield _Sessions(None, session)
    else:
        with shop.writer() as writer:
            yield _Sessions(writer, None)


class _File:
    """One file on its way in."""

    def __init__(self, sessions: _Sessions, path: Path, options: Options, report: Report) -> None:
        self._sessions = sessions
        self._path = path
        self._options = options
        self._report = report
        self._trusted = (options.redeem or options.profile.redeem) == TRUST
        self._import_id = 0

    def run(self, progress: Callable[[str, int, int | None, int], None] | None) -> None:
        """Read the file to its end in batches."""
        with self._sessions.session() as session:
            measures = session.measures
        reader = open_receipts(self._path, self._options.profile, measures)
        errors = self._options.errors or Path(f"{'stdin' if str(self._path) == '-' else self._path.name}.rejects.csv")
        self._size = _FIRST_BATCH
        # One file of rejects for several inputs is begun by the first and added to by the others.
        shared = self._options.errors is not None and self._report.files > 0
        with RejectsFile(errors, reader, append=shared) as rejects:
            self._rejects = rejects
            self._reader: Reader = reader
            for batch in batches(reader, lambda: self._size):
                seconds = self._book(batch)
                fitting = int(self._size * LOCK_SECONDS / max(seconds, 0.001))
                self._size = max(_SMALLEST_BATCH, min(_LARGEST_BATCH, fitting, self._size * 2))
                if progress is not None:
                    progress(reader.name, *reader.progress(), self._report.receipts)
            self._report.lines += reader.lines_read
            self._finish()
            if rejects.count and str(errors) not in self._report.errors_files:
                self._report.errors_files.append(str(errors))

    def _book(self, batch: list[Read | Reject]) -> float:
        """Book one batch in one transaction; seconds that the lock was held.  Counts follow the commit."""
        rejected: list[Reject] = []
        counts: Counter = Counter()
        with self._sessions.session() as session:
            began = time.perf_counter()
            desk = self._sessions.desk(session)
            booking = Documents(session, desk, self._options, self._trusted, self._reader, counts)
            booking.prefetch([item.receipt for item in batch if isinstance(item, Read)])
            for item in batch:
                counts["receipts"] += 1
                reject = booking.book(item) if isinstance(item, Read) else item
                if reject is not None:
                    rejected.append(reject)
            desk.flush()
            counts["conflicts"] = sum(reject.code == "key_conflict" for reject in rejected)
            counts["rejected"] = len(rejected) - counts["conflicts"]
            self._note_progress(session, counts)
        seconds = time.perf_counter() - began
        for reject in rejected:
            self._rejects.write(reject)
            self._report.reasons[reject.code] += 1
        for name, count in counts.items():
            setattr(self._report, name, getattr(self._report, name) + count)
        return seconds

    def _note_progress(self, session: Session, counts: Counter) -> None:
        if not self._import_id:
            self._import_id = append.next_id(session.connection, "imports")
            row = (
                self._import_id,
                str(self._path),
                self._options.profile.name,
                session.now,
                None,
                0,
                0,
                0,
                0,
                self._options.actor,
            )
            append.insert(session.connection, "imports", [row])
        told = {name: counts[name] for name in ("accepted", "duplicate", "rejected", "conflicts")}
        append.count_import(session.connection, self._import_id, told)

    def _finish(self) -> None:
        if self._import_id:
            with self._sessions.session() as session:
                append.finish_import(session.connection, self._import_id, session.now)
