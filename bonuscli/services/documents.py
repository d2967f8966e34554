"""One till's document after another, as events: who it is of, whether it is known already, and what it books.

A document that can not be booked is refused whole, with its code, and leaves nothing behind.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bonuscli.engine.brought import Wanted, resolve
from bonuscli.engine.holdings import Sale
from bonuscli.errors import BonusError
from bonuscli.importers import Read, Reader, refuse
from bonuscli.importers.profile import Profile
from bonuscli.model import RECEIPT, RETURN, EnrolBody, Receipt, Refusal, Reject, ReturnLine
from bonuscli.records import make
from bonuscli.services.claims import Claim
from bonuscli.services.desk import Desk
from bonuscli.services.enroll import EMPTY_MEMBER
from bonuscli.services.identity import digest, fold_card, fold_phone
from bonuscli.services.people import enrol_digest
from bonuscli.services.rows_out import Origin, payments_text
from bonuscli.services.shop import Session
from bonuscli.store import reads

ENROLL, SKIP, REJECT = "enroll", "skip", "reject"
CHECK, TRUST = "check", "trust"
# Why a document is refused -> the field to mend; whatever else a program refuses is about the points to spend.
_FIELD_OF = {
    **dict.fromkeys(("unknown_card", "bad_card", "bad_receipt", "card_blocked", "card_merged"), "card"),
    **dict.fromkeys(("unknown_original", "ambiguous_receipt"), "original_receipt_id"),
    **dict.fromkeys(("over_returned", "already_returned"), "original_receipt_id"),
    **dict.fromkeys(("too_late", "too_early"), "at"),
    "bad_phone": "phone",
    "key_conflict": "receipt_id",
    "code_used": "code",
}


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


class Documents:
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
        self._digits = session.current.digits
        self._folded: dict[str, str] = {}
        # Ways of payment as one text: a file has a few.
        self._paid: dict[tuple, str] = {}

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
            return self._desk.claims.find_receipt(receipt.original, receipt.source)
        except BonusError:
            return None

    def book(self, read: Read) -> Reject | None:
        """Book one document; why it is rejected, if it is."""
        receipt = read.receipt
        try:
            refusal = self._book(receipt)
        except BonusError as problem:
            return self._reject(read, problem.code, problem.message, problem.hint or "")
        if refusal is not None:
            return self._reject(read, refusal.code, refusal.message, "")
        return None

    def _reject(self, read: Read, code: str, reason: str, hint: str) -> Reject:
        field = _FIELD_OF.get(code, "redeem")
        if field == "card" and read.receipt.phone and not read.receipt.card:
            field = "phone"
        column = dict(self._options.profile.columns).get(field, "")
        return refuse(read, self._reader, code, reason, hint, column)

    def _book(self, receipt: Receipt) -> Refusal | None:
        kind = RECEIPT if receipt.kind == RECEIPT else RETURN
        claim = self._desk.claims.find(receipt.number, receipt.source, kind)
        original = self._desk.claims.find_receipt(receipt.original, receipt.source) if receipt.original else None
        member = self._member(receipt)
        unknown = member is None and bool(receipt.card or receipt.phone)
        if unknown:
            self._require_not_lost(receipt)
        if original is not None:
            # A guest's receipt may come back with a card in hand: it stays a guest's.
            owner = None if original.member is None else self._desk.heir(original.member)
            if owner is not None and (unknown or member not in (None, owner)):
                raise BonusError("bad_receipt", f"receipt {receipt.original} is of another card", receipt.place)
            member, unknown = owner, False
        total = sum([line.amount for line in receipt.lines])
        if claim is not None:
            teller = self._desk.teller(claim, member)
            self._require_same(claim, digest(kind, teller, total, receipt.lines), teller, receipt)
            self._counts["duplicate"] += 1
            return None
        if unknown and self._options.unknown_cards == SKIP:
            self._counts["skipped"] += 1
            return None
        mark = self._desk.mark() if unknown else None
        try:
            if unknown:
                member = self._enrol(receipt)
            refusal = self._record(receipt, kind, member, digest(kind, member, total, receipt.lines), original)
        except BonusError:
            if mark is not None:
                self._desk.undo_enrolment(mark)
            raise
        if refusal is not None:
            if mark is not None:
                self._desk.undo_enrolment(mark)
            return refusal
        self._counts["accounts_enrolled"] += unknown
        self._counts["accepted"] += 1
        self._counts["total_minor"] += total if kind == RECEIPT else -total
        return None

    def _record(
        self, receipt: Receipt, kind: str, member: int | None, key: bytes, original: Claim | None
    ) -> Refusal | None:
        desk = self._desk
        told = (receipt.source, receipt.number, receipt.shop or "", receipt.till or "", receipt.cashier or "")
        payments = self._paid.get(receipt.payments)
        if payments is None:
            payments = self._paid[receipt.payments] = payments_text(receipt.payments, self._digits)
        origin = make(Origin, (*told, payments, self._options.actor, None))
        if kind == RECEIPT:
            recorded = desk.receipt(receipt, member, key, origin, self._trusted)
            if isinstance(recorded, Refusal):
                return recorded
            if recorded.booked is not None:
                self._counts["earned"] += recorded.booked.earned
                self._counts["redeemed"] += recorded.booked.redeemed
                self._counts["uncovered"] += recorded.booked.uncovered
            return None
        if original is None:
            if receipt.original and self._options.profile.unknown_original == REJECT:
                return Refusal("unknown_original", f"there is no receipt {receipt.original}", None)
            recorded = desk.unlinked_return(receipt, member, key, origin)
        else:
            sale = desk.attach_original(original)
            lines = self._resolve(sale, receipt)
            if isinstance(lines, Refusal):
                return lines
            recorded = desk.return_of(original, sale, lines, receipt.at, key, origin)
        self._counts["reversed"] += recorded.booked.reversed
        return None

    def _resolve(self, sale: Sale, receipt: Receipt) -> tuple[ReturnLine, ...] | Refusal:
        if not any(line.sku or line.name for line in receipt.lines):
            return resolve(sale, None, sum(line.amount for line in receipt.lines))
        wanted = [
            Wanted(None, line.sku or None, line.name or None, line.quantity or None, line.amount)
            for line in receipt.lines
        ]
        return resolve(sale, wanted, None)

    def _require_same(self, claim: Claim, key: bytes, member: int | None, receipt: Receipt) -> None:
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

    def _member(self, receipt: Receipt) -> int | None:
        card, phone = receipt.card, receipt.phone
        for text in (card, phone):
            if text:
                member = self._desk.cards.get(self._fold(text, text is phone))
                if member is not None:
                    return member
        return self._by_phone(card) if card else None

    def _by_phone(self, card: str) -> int | None:
        """The member whose phone stands where cards do, in whatever spelling."""
        phone = self._session.phone_meant(card)
        if phone is None:
            return None
        self._desk.prefetch({phone}, set())
        return self._desk.cards.get(phone)

    def _require_not_lost(self, receipt: Receipt) -> None:
        if receipt.card and self._fold(receipt.card, False) in self._desk.lost_cards:
            raise BonusError(
                "card_blocked",
                f"card {receipt.card} was lost and replaced by another",
                hint="find out who bought, and write the card that replaced it",
            )

    def _enrol(self, receipt: Receipt) -> int:
        if self._options.unknown_cards == REJECT:
            raise BonusError(
                "unknown_card",
                f"no member has the card or phone {receipt.card or receipt.phone}",
                hint="enrol it first, or import with --unknown-cards enroll",
            )
        cards = []
        if receipt.card:
            cards.append((self._fold(receipt.card, False), receipt.card, "card"))
        if receipt.phone:
            phone = self._fold(receipt.phone, True)
            cards.append((phone, phone, "phone"))
        member = EMPTY_MEMBER._replace(phone=cards[-1][0] if receipt.phone else None)
        document = RECEIPT if receipt.kind == RECEIPT else RETURN
        body = EnrolBody(None, document)
        origin = Origin("", cards[0][0], receipt.shop or "", "", "", "", self._options.actor, None)
        recorded = self._desk.enrol(member, cards, receipt.at, body, enrol_digest(cards, member), origin)
        return int(recorded.account.member)

    def _fold(self, text: str, phone: bool) -> str:
        folded = self._folded.get(text)
        if folded is None:
            folded = fold_phone(text, self._session.current.plain["country"]) if phone else fold_card(text)
            self._folded[text] = folded
        return folded
