"""The desk at which every event is recorded, by single verbs and imports alike: there is one booking path.

A desk works inside one transaction.  It is told which documents come (``prefetch``), reads all facts for them at once,
decides and books each by the engine, and writes all rows at the end (``flush``).  A refusal leaves nothing behind: what
might be refused is tried on a copy of the account.
"""

import json
import sqlite3
from collections import namedtuple
from typing import Any

from bonuscli.engine import fold, receipts, redeem, returns
from bonuscli.engine.account import Account, Sale
from bonuscli.engine.book import Rows
from bonuscli.engine.figures import value_minor
from bonuscli.engine.settle import settle
from bonuscli.engine.versions import Versions
from bonuscli.errors import BonusError
from bonuscli.model import (
    ADJUST,
    ENGINE_REVISION,
    ENROL,
    RECEIPT,
    REDEEM,
    RETURN,
    AdjustBody,
    EnrolBody,
    Event,
    Member,
    Receipt,
    ReceiptBody,
    RedeemBody,
    Refusal,
    ReturnBody,
    ReturnLine,
)
from bonuscli.services import admission, facts, rows_out, sales
from bonuscli.services.claims import Claim, Claims
from bonuscli.services.rows_out import Origin
from bonuscli.store import append, reads

# What was recorded: the event's seq, its member's account (None for a guest), what the engine booked, and how many
# entries.
Recorded = namedtuple("Recorded", "seq account booked entries")

# Accounts that an import keeps between its transactions: 6 to 9 KB each, so 90 MB at most.
KEPT_ACCOUNTS = 10_000
_ONLY_RECEIPTS = "only receipts may be dated before the enrolment"


class Desk:
    """See the module.  ``now``: the instant of recording."""

    def __init__(self, connection: sqlite3.Connection, program: str, versions: Versions, now: int) -> None:
        self.connection = connection
        self.program = program
        self.versions = versions
        self.calendar = versions.newest.calendar
        self.now = now
        self.accounts: dict[int, Account] = {}
        self._begin()

    def _begin(self) -> None:
        self._seq, last_recorded = reads.last_event(self.connection)
        # Times of recording never go backwards, whatever the wall clock does.
        self.recorded_at = max(self.now, last_recorded)
        self.cards: dict[str, int] = {}
        self._guest_sales: dict[int, Sale] = {}
        self.claims = Claims()
        self._out = rows_out.RowsOut()
        self._next_member = append.next_id(self.connection, "members")
        self._next_account = append.next_id(self.connection, "accounts")

    def resume(self) -> None:
        """Go on in a new transaction of the same connection with the accounts known so far: nobody else has written."""
        if len(self.accounts) > KEPT_ACCOUNTS:
            self.accounts = {}
        self._begin()

    # --- reading all facts ------------------------------------------------------------------------------------------

    def prefetch(self, cards: set[str], numbers: set[str]) -> None:
        """Read claims of the numbers, members of the folded cards, and their accounts."""
        self.claims.read(self.connection, numbers)
        self.cards.update(reads.members_of_cards(self.connection, cards))
        claims = self.claims.all()
        self.load(set(self.cards.values()) | {claim.member for claim in claims if claim.member is not None})
        for claim in claims:
            if claim.kind == REDEEM:
                sales.attach_redemption(self.connection, self.accounts[claim.member], claim.seq)

    def load(self, members: set[int]) -> None:
        """Read the accounts of members."""
        missing = members - self.accounts.keys()
        self.accounts.update(facts.load_accounts(self.connection, self.program, missing, self.versions))

    @property
    def next_seq(self) -> int:
        """The seq that the next event gets."""
        return self._seq + 1

    def attach_original(self, claim: Claim) -> Sale:
        """The receipt that a return names, loaded unless this desk booked it itself."""
        account = self.accounts.get(claim.member) if claim.member is not None else None
        known = self._guest_sales if account is None else account.sales
        if claim.seq not in known:
            sale = sales.load_sales(self.connection, [claim.seq])[claim.seq]
            if account is None:
                self._guest_sales[claim.seq] = sale
            else:
                sales.attach_sale(self.connection, account, sale)
        return known[claim.seq]

    # --- recording --------------------------------------------------------------------------------------------------

    def enrol(
        self, member: Member, cards: list[tuple[str, str, str]], at: int, body: EnrolBody, digest: bytes, origin: Origin
    ) -> Recorded:
        """A new member with cards (folded, shown, kind) and an account."""
        self._require_time(at)
        member_id, account_id = self._next_member, self._next_account
        self._next_member += 1
        self._next_account += 1
        event = self._event(ENROL, at, at, body)
        self._out.member(member_id, member, event.day)
        for folded, shown, kind in cards:
            self._out.rows["cards"].append((folded, shown, kind, member_id))
            self.cards[folded] = member_id
        account = fold.open_account(account_id, member_id, member, event)
        self.accounts[member_id] = account
        pinned = {f"with_{body.document}": True} if body.document else None
        return self._record(event, account, digest, origin, tier=body.tier, pinned=pinned)

    def receipt(
        self,
        receipt: Receipt,
        member: int | None,
        digest: bytes,
        origin: Origin,
        trusted: bool,
        confirmed: bool = False,
    ) -> Recorded | Refusal:
        """A sale of a member, or of a guest (None)."""
        self._require_time(receipt.at)
        total = sum(line.amount for line in receipt.lines)
        admission.require_sound(receipt, total)
        account = self._account(member)
        if account is None:
            if receipt.redeem not in (None, 0):
                raise BonusError("bad_receipt", "points can not be spent without a card", receipt.place)
            body = ReceiptBody(receipt.number, receipt.shop, total, receipt.lines, 0, 0)
            return self._record(self._event(RECEIPT, receipt.at, None, body), None, digest, origin)
        settled_to = max(account.clock, receipt.at)
        decided = self.decide(account, receipt, trusted, confirmed)
        if isinstance(decided, Refusal):
            return decided
        if decided.paid_by:
            self.claims.use(decided.paid_by)
        return self._record(self._event(RECEIPT, receipt.at, settled_to, decided), account, digest, origin)

    def decide(self, account: Account, receipt: Receipt, trusted: bool, confirmed: bool) -> ReceiptBody | Refusal:
        """The receipt with the points that it spends, or why it is refused; the account stays as it is."""
        claim = self.claims.find_redeem(receipt.number, receipt.source, account.member)
        paid_by = int(claim.seq) if claim is not None else 0
        version = self.versions.in_force(receipt.at)
        spends = receipt.redeem not in (None, 0)
        if spends and version is None and receipt.redeem != redeem.MAX:
            return Refusal("not_eligible", "no version of the program is in force at this time", 0)
        if not spends or version is None or (paid_by and receipt.redeem == redeem.MAX):
            total = sum(line.amount for line in receipt.lines)
            return ReceiptBody(receipt.number, receipt.shop, total, receipt.lines, 0, paid_by)
        trial = self.trial(account, max(account.clock, receipt.at))
        return receipts.decide(trial, receipt, version.program, paid_by, confirmed, trusted)

    def return_of(
        self,
        original: Claim,
        sale: Sale,
        lines: tuple[ReturnLine, ...],
        at: int,
        digest: bytes,
        origin: Origin,
    ) -> Recorded:
        """A resolved return of a known receipt."""
        self._require_time(at)
        hint = "give the time at which the goods were brought back"
        admission.require_after(at, sale.at, "its receipt", self.calendar, hint)
        account = self._account(original.member)
        total = sum(part.line.amount for part in lines)
        body = ReturnBody(origin.number, origin.shop, total, lines, original.seq)
        settled_to = None if account is None else max(account.clock, at)
        event = self._event(RETURN, at, settled_to, body)
        return self._record(event, account, digest, origin, sale=sale)

    def unlinked_return(self, receipt: Receipt, member: int | None, digest: bytes, origin: Origin) -> Recorded:
        """Goods brought back without naming a receipt."""
        self._require_time(receipt.at)
        account = self._account(member)
        settled_to = None if account is None else max(account.clock, receipt.at)
        body = returns.unlinked_body(receipt.number, receipt.shop or "", receipt.lines)
        event = self._event(RETURN, receipt.at, settled_to, body)
        return self._record(event, account, digest, origin, original_number=receipt.original)

    def redeem(
        self, member: int, points: int, total: int | None, at: int, confirmed: bool, digest: bytes, origin: Origin
    ) -> Recorded | Refusal:
        """Points spent outside a receipt, or before it."""
        self._require_time(at)
        account = self.accounts[member]
        admission.require_after(at, account.enrolled_at, "the enrolment", self.calendar, _ONLY_RECEIPTS)
        version = self.versions.in_force(at)
        if version is None:
            return Refusal("not_eligible", "no version of the program is in force at this time", 0)
        if self.claims.has_receipt(origin.number, origin.source, member):
            return Refusal("already_redeemed", f"receipt {origin.number} was already recorded", 0)
        settled_to = max(account.clock, at)
        trial = self.trial(account, settled_to)
        refusal = fold.check_redemption(trial, points, at, total, version.program, confirmed)
        if refusal is not None:
            return refusal
        event = self._event(REDEEM, at, settled_to, RedeemBody(points, origin.number, total))
        return self._record(event, account, digest, origin)

    def adjust(self, member: int, points: int, at: int, digest: bytes, origin: Origin) -> Recorded | Refusal:
        """A manual correction with a reason."""
        self._require_time(at)
        account = self.accounts[member]
        admission.require_after(at, account.enrolled_at, "the enrolment", self.calendar, _ONLY_RECEIPTS)
        settled_to = max(account.clock, at)
        trial = self.trial(account, settled_to)
        refusal = fold.check_adjustment(trial, points)
        if refusal is not None:
            return refusal
        return self._record(
            self._event(ADJUST, at, settled_to, AdjustBody(points, origin.reason)), account, digest, origin
        )

    def mark(self) -> tuple[int, int, int, dict[str, int]]:
        """Where the rows stand, before a member is enrolled for a document that may yet be refused."""
        return self._seq, self._next_member, self._next_account, self._out.lengths()

    def undo_enrolment(self, mark: tuple[int, int, int, dict[str, int]]) -> None:
        """Forget the member enrolled since the mark, if one was: nothing of a refused document is kept."""
        if self._next_member == mark[1]:
            return
        self._seq, self._next_member, self._next_account, lengths = mark
        for folded, *_ in self._out.rows["cards"][lengths["cards"] :]:
            del self.cards[folded]
            self.claims.drop(folded, ENROL)
        self._out.cut_to(lengths, self.accounts.pop(self._next_member))

    def settle(self, account: Account, at: int) -> Rows:
        """Book what fell due on an account; the rows that it wrote."""
        rows = Rows()
        settle(account, rows, self.versions, at)
        self._out.of_account(account, rows)
        return rows

    def flush(self) -> None:
        """Write everything recorded so far; :meth:`resume` before anything else is recorded."""
        self._out.write(self.connection, self.program)

    # --- within -----------------------------------------------------------------------------------------------------

    def _account(self, member: int | None) -> Account | None:
        return None if member is None else self.accounts[member]

    def trial(self, account: Account, settled_to: int) -> Account:
        """A settled copy to decide on: a refused call leaves the account and its clock as they were."""
        trial = account.copy()
        settle(trial, Rows(), self.versions, settled_to)
        return trial

    def _event(self, kind: str, at: int, settled_to: int | None, body: object) -> Event:
        self._seq += 1
        version = self.versions.in_force(at)
        calendar = (version.program if version else self.versions.first).calendar
        return Event(self._seq, kind, at, calendar.day_of(at), settled_to, version.key if version else None, body)

    def _record(
        self,
        event: Event,
        account: Account | None,
        digest: bytes,
        origin: Origin,
        tier: str | None = None,
        pinned: dict | None = None,
        sale: Sale | None = None,
        original_number: str | None = None,
    ) -> Recorded:
        """Book an event and keep its rows."""
        rows = Rows()
        if account is not None:
            booked = fold.apply(account, event, self.versions, rows)
            self._out.of_account(account, rows)
        else:
            booked = self._guest_booking(event, sale)
        member = account.member if account is not None else None
        self._out.event(
            event, member, digest, origin, booked, self._stored(event, booked, tier, pinned, original_number)
        )
        self.claims.add(origin.number, Claim(event.seq, origin.source, event.kind, digest, member))
        return Recorded(event.seq, account, booked, len(rows.entries))

    def _stored(
        self, event: Event, booked: object, tier: str | None, pinned: dict | None, original_number: str | None
    ) -> dict[str, Any]:
        """The columns of an event's row that follow from its booking and from this desk."""
        program = self.versions.program(event.version) or self.versions.first
        if isinstance(booked, receipts.Booked):
            tier, pinned = booked.tier, booked.pinned
        elif isinstance(booked, returns.Returned):
            pinned = booked.pinned
        return {
            "recorded_at": self.recorded_at,
            "utc_offset": program.calendar.offset_at(event.at),
            "engine_revision": ENGINE_REVISION,
            "tier": tier,
            "pinned": json.dumps(pinned, separators=(",", ":")) if pinned else None,
            "original_number": original_number,
            "worth": value_minor(event.body.points, program) if event.kind == REDEEM else 0,
        }

    def _guest_booking(self, event: Event, sale: Sale | None) -> object:
        if event.kind == RECEIPT:
            body = event.body
            self._guest_sales[event.seq] = Sale(
                event.seq, event.at, event.day, event.version, body.shop, None, body.total, body.lines, {}
            )
            return None
        if sale is None:
            return returns.Returned(0, 0, 0, event.body.total, None)
        return returns.Returned(0, 0, 0, returns.bring_back(sale, event.body), returns.pinned_of(sale))

    def _require_time(self, at: int) -> None:
        admission.require_time(at, self.recorded_at, self.calendar)
