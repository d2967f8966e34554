"""Importing files of receipts: read outside the lock, book in short transactions, keep rejects for mending.

A batch is sized so that the lock is held about a tenth of a second, and no stored value depends on where batches end.  A
killed import is resumed by running it again: what was stored is a duplicate then.  Invariant: a document has one key
(source, number, kind); the same content again is a duplicate, other content is a conflict and is kept out.
"""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bonuscli.engine import returns
from bonuscli.engine.returns import Wanted
from bonuscli.errors import BonusError
from bonuscli.importers import Read, Reader, open_receipts, refuse
from bonuscli.importers.profile import Profile
from bonuscli.importers.rejects import RejectsFile
from bonuscli.model import RECEIPT, RETURN, EnrolBody, Receipt, Refusal, Reject
from bonuscli.services.desk import Claim, Desk, Origin
from bonuscli.services.enroll import EMPTY_MEMBER, enrol_digest
from bonuscli.services.identity import digest, fold_card, fold_phone
from bonuscli.services.shop import Session, Shop
from bonuscli.store import append, reads

ENROLL, SKIP, REJECT = "enroll", "skip", "reject"
CHECK, TRUST = "check", "trust"
LOCK_SECONDS = 0.1
_FIRST_BATCH = 200
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
    reversed: int = 0
    total_minor: int = 0
    errors_file: str | None = None
    reasons: Counter = field(default_factory=Counter)


@dataclass(frozen=True)
class Options:
    """How to import: ``redeem`` None leaves it to the profile; ``errors``: file for rejects, None beside the input."""

    profile: Profile
    unknown_cards: str = REJECT
    redeem: str | None = None
    errors: Path | None = None
    atomic: bool = False
    dry_run: bool = False
    actor: str | None = None


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
        with _whole(shop, options) as session:
            for path in files:
                _File(shop, session, path, options, report).run(progress)
                report.files += 1
            if options.atomic and (report.rejected or report.conflicts):
                raise BonusError(
                    "rows_rejected",
                    f"{report.rejected} receipts rejected, {report.conflicts} in conflict; nothing was stored",
                    report.errors_file,
                    "mend the rows in that file and import again, or leave out --atomic",
                )
    finally:
        if collecting:
            gc.enable()
    return report


@contextmanager
def _whole(shop: Shop, options: Options) -> Iterator[Session | None]:
    """One transaction for everything, where the outcome of the last row decides about the first."""
    if options.atomic or options.dry_run:
        with shop.writing(options.dry_run) as session:
            yield session
    else:
        yield None


class _File:
    """One file on its way in."""

    def __init__(self, shop: Shop, whole: Session | None, path: Path, options: Options, report: Report) -> None:
        self._shop = shop
        self._whole = whole
        self._path = path
        self._options = options
        self._report = report
        self._before = (report.accepted, report.duplicate, report.rejected, report.conflicts)
        self._trusted = (options.redeem or options.profile.redeem) == TRUST
        self._import_id = 0

    def run(self, progress: Callable[[str, int, int | None, int], None] | None) -> None:
        """Read the file to its end in batches."""
        with self._session() as session:
            measures = session.measures
        reader = open_receipts(self._path, self._options.profile, measures)
        errors = self._options.errors or Path(f"{'rejects' if str(self._path) == '-' else self._path.name}.rejects.csv")
        size = _FIRST_BATCH
        with RejectsFile(errors, reader) as rejects:
            self._rejects = rejects
            self._reader: Reader = reader
            for batch in _batches(reader, lambda: size):
                seconds = self._book(batch)
                size = max(20, min(_LARGEST_BATCH, int(size * LOCK_SECONDS / max(seconds, 0.001)), size * 2))
                if progress is not None:
                    progress(reader.name, *reader.progress(), self._report.receipts)
            self._report.lines += reader.lines_read
            self._finish()
            if rejects.count:
                self._report.errors_file = str(errors)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        if self._whole is not None:
            yield self._whole
        else:
            with self._shop.writing() as session:
                yield session

    def _book(self, batch: list[Read | Reject]) -> float:
        """Book one batch in one transaction; seconds that the lock was held.  Counts follow the commit."""
        rejected: list[Reject] = []
        counts: Counter = Counter()
        with self._session() as session:
            began = time.perf_counter()
            desk = session.desk()
            booking = _Batch(session, desk, self._options, self._trusted, self._reader, counts)
            booking.prefetch([item.receipt for item in batch if isinstance(item, Read)])
            for item in batch:
                counts["receipts"] += 1
                reject = booking.book(item) if isinstance(item, Read) else item
                if reject is not None:
                    rejected.append(reject)
            desk.flush()
            self._note_progress(session, counts, len(rejected))
        seconds = time.perf_counter() - began
        for reject in rejected:
            self._rejects.write(reject)
            self._report.reasons[reject.code] += 1
            counts["conflicts" if reject.code == "key_conflict" else "rejected"] += 1
        for name, count in counts.items():
            setattr(self._report, name, getattr(self._report, name) + count)
        return seconds

    def _note_progress(self, session: Session, counts: Counter, rejected: int) -> None:
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
        append.count_import(session.connection, self._import_id, counts["accepted"], counts["duplicate"], rejected)

    def _finish(self) -> None:
        if self._import_id:
            with self._session() as session:
                append.finish_import(session.connection, self._import_id, session.now)


def _batches(reader: Reader, size: Callable[[], int]) -> Iterator[list[Read | Reject]]:
    batch: list[Read | Reject] = []
    for item in reader:
        batch.append(item)
        if len(batch) >= size():
            yield batch
            batch = []
    if batch:
        yield batch


class _Batch:
    """The documents of one transaction."""

    def __init__(
        self, session: Session, desk: Desk, options: Options, trusted: bool, reader: Reader, counts: Counter
    ) -> None:
        self._session = session
        self._desk = desk
        self._options = options
        self._trusted = trusted
        self._reader = reader
        self._counts = counts
        self._folded: dict[str, str] = {}

    def prefetch(self, documents: list[Receipt]) -> None:
        """Read all facts that the documents can ask for."""
        cards, numbers = set(), set()
        for receipt in documents:
            numbers.add(receipt.number)
            if receipt.original:
                numbers.add(receipt.original)
            for text in (receipt.card, receipt.phone):
                if text:
                    try:
                        cards.add(self._fold(text, text is receipt.phone))
                    except BonusError:
                        continue  # said again, with its place, when the document is booked
        self._desk.prefetch(cards, numbers)
        for receipt in documents:
            if receipt.original:
                original = self._original(receipt)
                if original is not None:
                    self._desk.attach_original(original)

    def _original(self, receipt: Receipt) -> Claim | None:
        try:
            return self._desk.find_original(receipt.original, receipt.source)
        except BonusError:
            return None

    def book(self, read: Read) -> Reject | None:
        """Book one document; why it is rejected, if it is."""
        receipt = read.receipt
        try:
            refusal = self._book(receipt)
        except BonusError as problem:
            return refuse(read, self._reader, problem.code, problem.message, problem.hint or "")
        if refusal is not None:
            return refuse(read, self._reader, refusal.code, refusal.message, "")
        return None

    def _book(self, receipt: Receipt) -> Refusal | None:
        kind = RECEIPT if receipt.kind == RECEIPT else RETURN
        claim = self._desk.claim(receipt.number, receipt.source, kind)
        member = self._member(receipt)
        if member is None and (receipt.card or receipt.phone) and claim is None:
            if self._options.unknown_cards == SKIP:
                self._counts["skipped"] += 1
                return None
            if self._options.unknown_cards == REJECT:
                raise BonusError(
                    "unknown_card",
                    f"no member has the card or phone {receipt.card or receipt.phone}",
                    hint="enrol it first, or import with --unknown-cards enroll",
                )
            member = self._enrol(receipt)
        total = sum(line.amount for line in receipt.lines)
        key = digest(kind, member, total, receipt.lines)
        if claim is not None:
            return self._repeat(claim, key, member, receipt)
        recorded = self._record(receipt, kind, member, key)
        if isinstance(recorded, Refusal):
            return recorded
        self._counts["accepted"] += 1
        self._counts["total_minor"] += total if kind == RECEIPT else -total
        return None

    def _record(self, receipt: Receipt, kind: str, member: int | None, key: bytes) -> Refusal | None:
        desk = self._desk
        origin = Origin(
            receipt.source,
            receipt.number,
            receipt.shop or "",
            receipt.till or "",
            receipt.cashier or "",
            receipt.payments or "",
            self._options.actor,
            None,
        )
        if kind == RECEIPT:
            recorded = desk.receipt(receipt, member, key, origin, self._trusted)
            if isinstance(recorded, Refusal):
                return recorded
            if recorded.booked is not None:
                self._counts["earned"] += recorded.booked.earned
                self._counts["redeemed"] += recorded.booked.redeemed
            return None
        original = desk.find_original(receipt.original, receipt.source) if receipt.original else None
        if original is None:
            if receipt.original and self._options.profile.unknown_original == REJECT:
                return Refusal("unknown_original", f"there is no receipt {receipt.original}", None)
            recorded = desk.unlinked_return(receipt, member, key, origin)
        else:
            if member is not None and member != original.member:
                raise BonusError("bad_receipt", f"receipt {receipt.original} is of another card", receipt.place)
            sale = desk.attach_original(original)
            lines = self._resolve(sale, receipt)
            if isinstance(lines, Refusal):
                return lines
            recorded = desk.return_of(original, sale, lines, receipt.at, key, origin)
        self._counts["reversed"] += recorded.booked.reversed
        return None

    def _resolve(self, sale: returns.Sale, receipt: Receipt) -> object:
        digits = self._session.current.digits
        if all(line.sku is None and line.name is None for line in receipt.lines):
            return returns.resolve(sale, None, sum(line.amount for line in receipt.lines), digits)
        wanted = [
            Wanted(None, line.sku, line.name, line.quantity or None, line.amount) for line in receipt.lines
        ]
        return returns.resolve(sale, wanted, None, digits)

    def _repeat(self, claim: Claim, key: bytes, member: int | None, receipt: Receipt) -> None:
        """The same document again, or part of it (overlapping files), is a duplicate; anything else is a conflict."""
        same = claim.digest == key
        if not same and claim.member == member:
            stored = Counter(
                (row[2], row[6], row[7]) for row in reads.receipt_lines(self._session.connection, [claim.seq])
            )
            same = not Counter((line.sku, line.quantity, line.amount) for line in receipt.lines) - stored
        if not same:
            raise BonusError(
                "key_conflict",
                f"{receipt.number} is stored already with other content",
                hint="give the corrected receipt a number of its own, or return the stored one",
            )
        self._counts["duplicate"] += 1

    def _member(self, receipt: Receipt) -> int | None:
        for text in (receipt.card, receipt.phone):
            if text:
                member = self._desk.cards.get(self._fold(text, text is receipt.phone))
                if member is not None:
                    return member
        return None

    def _enrol(self, receipt: Receipt) -> int:
        cards = []
        if receipt.card:
            cards.append((self._fold(receipt.card, False), receipt.card, "card"))
        if receipt.phone:
            phone = self._fold(receipt.phone, True)
            cards.append((phone, phone, "phone"))
        member = EMPTY_MEMBER._replace(phone=cards[-1][0] if receipt.phone else None)
        body = EnrolBody(None, RECEIPT if receipt.kind == RECEIPT else RETURN)
        origin = Origin("", cards[0][0], receipt.shop or "", "", "", "", self._options.actor, None)
        recorded = self._desk.enrol(member, cards, receipt.at, body, enrol_digest(cards, member), origin)
        self._counts["accounts_enrolled"] += 1
        return int(recorded.account.member)

    def _fold(self, text: str, phone: bool) -> str:
        folded = self._folded.get(text)
        if folded is None:
            folded = fold_phone(text, self._session.current.plain["country"]) if phone else fold_card(text)
            self._folded[text] = folded
        return folded
