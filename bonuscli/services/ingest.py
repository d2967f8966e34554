"""Importing files of receipts: read outside the lock, book in short transactions, keep rejects for mending.

A batch is sized so that the lock is held about a tenth of a second, and no stored value depends on where batches end.
Where nobody waits, batches are large: on a first load, into a database without receipts in which nobody else writes,
and where the last row decides.
A killed import is resumed by running it again: what was stored is a duplicate then.  One file that cannot be read does
not stop the others.  Invariant: a document has one key (source, number, kind); the same content again is a duplicate,
other content is a conflict and is kept out.
"""

import gc
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bonuscli.errors import BonusError
from bonuscli.importers import Read, Reader, open_receipts
from bonuscli.importers.profile import Profile, load_profile
from bonuscli.importers.rejects import RejectsFile
from bonuscli.model import Measures, Reject
from bonuscli.services.batches import batches
from bonuscli.services.desk import Desk
from bonuscli.services.documents import TRUST, Documents, Options
from bonuscli.services.inbox import Claim, Inbox, Left
from bonuscli.services.progress import OfAll, Progress
from bonuscli.services.shop import Session, Shop, Writer
from bonuscli.store import append, reads

LOCK_SECONDS = 0.1
_FIRST_BATCH = 200
_SMALLEST_BATCH = 20
_LARGEST_BATCH = 5_000
# Where nobody waits.  A batch meets the pages of most accounts: at 200,000 receipts these take two thirds of the CPU
# time of batches that keep the lock for 0.1 s.  It holds 50 MB.
_UNHURRIED_BATCH = 10_000


@dataclass
class Report:
    """What an import did; money in minor units, points in the smallest unit.

    ``files``: those read to their end; ``failures``: of those that were not, why; ``left``: files for the next time;
    ``moved``: where done files are now; ``read_as``: by the profile and what was found by looking, how many files.
    """

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
    passed_over: Counter = field(default_factory=Counter)
    failures: list[BonusError] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    moved: list[Path] = field(default_factory=list)
    read_as: Counter[tuple[tuple[str, str], ...]] = field(default_factory=Counter)


def profile_named(name_or_path: str) -> Profile:
    """A shipped profile by its name, or a shop's own by its path; BonusError ``bad_profile`` with all problems."""
    return load_profile(name_or_path)


def run(
    shop: Shop,
    files: list[Path],
    options: Options,
    progress: Progress | None = None,
    inbox: Inbox | None = None,
) -> Report:
    """Import files, and those of folders, in the order given; the report of them all.

    ``progress`` is called between batches, for several files with the bytes of all of them.  ``BonusError``
    ``bad_file`` where nothing can be read of the one file named; else it is one of the report's failures, and what
    stood before the break is stored.  With ``atomic`` a reject, a conflict or such a file undoes everything
    (``rows_rejected``, ``bad_file``).
    """
    report = Report()
    inbox = inbox or Inbox(database=Path(shop.path))
    collecting = gc.isenabled()
    gc.disable()  # the cyclic collector finds nothing here and took 17 % of a prototype's time
    try:
        done = _import(shop, files, options, progress, inbox, report)
    finally:
        if collecting:
            # What the import made is gone, and what is left of it is declared old at once: the collector would go
            # through it as soon as it is let on, 8 us a receipt of 10,000.
            gc.freeze()
            gc.unfreeze()
            gc.enable()
    if not options.dry_run:
        for claim in done:
            _put_away(inbox, claim, report)
    return report


def _import(
    shop: Shop, files: list[Path], options: Options, progress: Progress | None, inbox: Inbox, report: Report
) -> list[Claim]:
    """As :func:`run`; the files that are to be put away now that all is stored."""
    inputs = inbox.inputs(files)
    alone = len(inputs) == 1 and not inputs[0].swept
    of_all = progress and OfAll(progress, inputs)
    done: list[Claim] = []
    with _sessions(shop, options) as sessions:
        for number, each in enumerate(inputs):
            with inbox.claimed(each) as claim:
                if claim.why is not None:
                    report.left.append(Left(claim.path, claim.why))
                elif _read(_File(sessions, claim.path, options, report, inbox), of_all, options.atomic, alone):
                    if options.atomic:
                        done.append(claim)
                    elif not options.dry_run:
                        _put_away(inbox, claim, report)
            if of_all:
                of_all.end_of(number)
        if options.atomic and (report.rejected or report.conflicts):
            raise BonusError(
                "rows_rejected",
                f"{report.rejected} receipts rejected, {report.conflicts} in conflict; nothing was stored",
                ", ".join(report.errors_files),
                "that file tells why; mend the rows in the input and import it again, or leave out --atomic",
            )
    return done


def _read(file: "_File", progress: Progress | None, atomic: bool, alone: bool) -> bool:
    """Import one file; False where it could not be read to its end, which the report tells beside what was stored.

    With ``atomic``, and of a file ``alone`` of which nothing could be read, that is the error of the import.
    """
    try:
        file.run(progress)
    except BonusError as problem:
        if atomic or problem.code != "bad_file" or (alone and not file.report.receipts):
            raise
        file.report.failures.append(problem)
        return False
    return True


def _put_away(inbox: Inbox, claim: Claim, report: Report) -> None:
    try:
        place = inbox.put_away(claim)
    except BonusError as problem:
        report.failures.append(problem)
        return
    if isinstance(place, Left):
        report.left.append(place)
    elif place is not None:
        report.moved.append(place)


class _Sessions:
    """Where batches are booked: each in a transaction of its own, or all in one where the last row decides."""

    def __init__(self, writer: Writer | None, whole: Session | None) -> None:
        self._writer = writer
        self._whole = whole
        self._desk: Desk | None = None
        self._measures: Measures | None = None
        # Whether nobody waits: all is one transaction, or no receipt was stored before and nobody has written since.
        self.unhurried = whole is not None

    @contextmanager
    def session(self) -> Iterator[Session]:
        """The next transaction."""
        if self._whole is not None:
            yield self._whole
        elif self._writer is not None:
            with self._writer.session() as session:
                if self._writer.foreign_changes:  # whichever transaction sees them first, they are told once
                    self._desk = None
                    self.unhurried = self._measures is None and not reads.has_receipts(session.connection)
                self._measures = session.measures
                yield session

    def measures(self) -> Measures:
        """Those of the last transaction: a thousand small files do without one of their own."""
        if self._measures is None:
            with self.session() as session:
                self._measures = session.measures
        return self._measures

    def desk(self, session: Session) -> Desk:
        """The desk of the next batch; it keeps accounts and versions from batch to batch while nobody else writes."""
        if self._desk is None:
            self._desk = session.desk(in_part=True)
        else:
            self._desk.resume()
        return self._desk


@contextmanager
def _sessions(shop: Shop, options: Options) -> Iterator[_Sessions]:
    if options.atomic or options.dry_run:
        with shop.writing(options.dry_run, in_bulk=True) as session:
            yield _Sessions(None, session)
    else:
        with shop.writer(in_bulk=True) as writer:
            yield _Sessions(writer, None)


class _File:
    """One file on its way in."""

    def __init__(self, sessions: _Sessions, path: Path, options: Options, report: Report, inbox: Inbox) -> None:
        self.report = report
        self._sessions = sessions
        self._path = path
        self._options = options
        self._inbox = inbox
        self._trusted = (options.redeem or options.profile.redeem) == TRUST
        self._import_id = 0
        self._finished = False
        self._break: BonusError | None = None
        self._size = _FIRST_BATCH

    def run(self, progress: Progress | None) -> None:
        """Read the file to its end in batches."""
        report = self.report
        reader = open_receipts(self._path, self._options.profile, self._sessions.measures())
        try:
            errors = self._options.errors or self._inbox.rejects_of(
                self._path, report.errors_files, self._options.dry_run
            )
            # One file of rejects for several inputs is begun by the first that has any and added to by the others.
            with RejectsFile(errors, reader, append=str(errors) in report.errors_files) as rejects:
                self._rejects = rejects
                self._reader: Reader = reader
                try:
                    self._book_all(progress)
                finally:
                    report.lines += reader.lines_read
                    if rejects.count and str(errors) not in report.errors_files:
                        report.errors_files.append(str(errors))
        finally:
            reader.close()
        report.files += 1
        report.passed_over.update(reader.passed_over)
        report.read_as[(("profile", self._options.profile.name), *reader.taken.items())] += 1

    def _book_all(self, progress: Progress | None) -> None:
        for batch in batches(self._before_a_break(), self._wanted):
            # What is shorter than asked for is the last; it ends the import in its own transaction.
            seconds = self._book(batch, last=len(batch) < self._wanted() and self._break is None)
            fitting = int(len(batch) * LOCK_SECONDS / max(seconds, 0.001))
            self._size = max(_SMALLEST_BATCH, min(_LARGEST_BATCH, fitting, self._size * 2))
            if progress is not None:
                progress(self._reader.name, *self._reader.progress(), self.report.receipts)
        if self._break is not None:
            raise self._break
        if self._import_id and not self._finished:
            with self._sessions.session() as session:
                append.finish_import(session.connection, self._import_id, session.now)

    def _before_a_break(self) -> Iterator[Read | Reject]:
        """What can be read of the file; where it breaks off, all that stood before is booked first."""
        try:
            yield from self._reader
        except BonusError as problem:
            self._break = problem

    def _wanted(self) -> int:
        """How many receipts the next batch is to have."""
        return _UNHURRIED_BATCH if self._sessions.unhurried else self._size

    def _book(self, batch: list[Read | Reject], last: bool) -> float:
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
            if last:
                append.finish_import(session.connection, self._import_id, session.now)
                self._finished = True
        seconds = time.perf_counter() - began
        for reject in rejected:
            self._rejects.write(reject)
            self.report.reasons[reject.code] += 1
        for name, count in counts.items():
            setattr(self.report, name, getattr(self.report, name) + count)
        return seconds

    def _note_progress(self, session: Session, counts: Counter) -> None:
        if not self._import_id:
            self._import_id = append.next_id(session.connection, "imports")
            row = (
                self._import_id,
                bytes(self._path).decode("utf-8", "backslashreplace"),  # a name may be no text at all
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
