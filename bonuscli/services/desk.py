"""The desk at which documents are recorded, by single verbs and imports alike: there is one booking path.

Each method decides and books one document by the engine.  A refusal leaves nothing behind: what might be refused is
tried on a copy of the account.
"""

from __future__ import annotations

from bonuscli.engine import fold, receipts, redeem
from bonuscli.engine.account import Account
from bonuscli.engine.holdings import Sale
from bonuscli.engine.standing import refuse_closed
from bonuscli.engine.versions import Versions
from bonuscli.errors import BonusError
from bonuscli.later import later
from bonuscli.model import (
    ADJUST,
    BLOCK,
    ENROL,
    JOINED,
    MERGE,
    RECEIPT,
    REDEEM,
    RETURN,
    AdjustBody,
    BlockBody,
    EnrolBody,
    Event,
    Member,
    MergeBody,
    Program,
    Receipt,
    ReceiptBody,
    RedeemBody,
    Refusal,
    ReturnBody,
    ReturnLine,
)
from bonuscli.services import admission, pinning
from bonuscli.services.claims import Claim
from bonuscli.services.identity import digest as digest_of
from bonuscli.services.recorder import Recorded, Recorder
from bonuscli.services.rows_out import Origin
from bonuscli.store import reads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bonuscli.engine import brought
    from bonuscli.services import codes
else:
    brought = later("bonuscli.engine.brought")
    codes = later("bonuscli.services.codes")

NO_PROGRAM = Refusal("not_eligible", "no version of the program is in force at this time", 0)


class Desk(Recorder):
    """See the module."""

    def enrol(
        self, member: Member, cards: list[tuple[str, str, str]], at: int, body: EnrolBody, digest: bytes, origin: Origin
    ) -> Recorded:
        """A new member with cards (folded, shown, kind) and an account.

        The key is the first number.  A phone may have been another member's, who has another one now; the key is then
        the phone with a ``+`` behind it.
        """
        self._require_time(at)
        while cards[0][2] == "phone" and any(row[2] == ENROL for row in reads.claims(self.connection, [origin.number])):
            origin = origin._replace(number=f"{origin.number}+")
        member_id, account_id = self._next_member, self._next_account
        self._next_member += 1
        self._next_account += 1
        phones = [folded for folded, _, kind in cards if kind == "phone"]
        from bonuscli.services.people import phone_digest

        if any(reads.was_a_members(self.connection, phone_digest(phone)) for phone in phones):
            body = body._replace(welcomed=True)
        self._enrolling = cards[0][0]
        body = body._replace(control=pinning.is_control(self._enrolling, at, self.versions))
        pinned = {
            **({f"with_{body.document}": True} if body.document else {}),
            **({"referrer": body.referrer} if body.referrer else {}),
            **({"control": True} if body.control else {}),
            **({"welcomed": True} if body.welcomed else {}),
        }
        event = self._event(ENROL, at, at, body, pinned)
        self._out.member(member_id, member, event.day)
        for folded, shown, kind in cards:
            self._out.rows["cards"].append((folded, shown, kind, member_id))
            self.cards[folded] = member_id
        account = fold.open_account(account_id, member_id, member, event, self.program)
        self.accounts[member_id] = account
        self._next_account += self.companions.open(self._next_account, member_id, member, event)
        return self._record(event, account, digest, origin, tier=body.tier)

    def join(self, member: int, actor: str | None) -> Recorded:
        """An account of this program for a member of the shop's others, from now on."""
        from bonuscli.services.people import member_of, row_of

        known = member_of(row_of(self.connection, member))
        account_id = self._next_account
        self._next_account += 1
        at = self.recorded_at
        number = reads.enrolled_by(self.connection, member)
        body = EnrolBody(None, JOINED, control=pinning.is_control(number, at, self.versions))
        kept_out = {"control": True} if body.control else {}
        event = self._event(ENROL, at, at, body, {f"with_{JOINED}": True, **kept_out})
        account = fold.open_account(account_id, member, known, event, self.program)
        self.accounts[member] = account
        origin = Origin(f"program:{self.program}", str(member), "", "", "", "", actor, None)
        return self._record(event, account, digest_of(ENROL, member, 0, ()), origin, program=self.program)

    def join_merged(self, member: int, into: int, actor: str | None) -> None:
        """Merge the account of a member who has just joined, as the member was merged before in the other programs."""
        origin = Origin(f"program:{self.program}", f"{member}/{into}", "", "", "", "", actor, None)
        body = MergeBody(into, self.accounts[into].id)
        self.act(MERGE, member, body, self.recorded_at, digest_of(MERGE, member, 0, (), into), origin)

    def join_blocked(self, member: int, actor: str | None) -> None:
        """Block the account of a member who has just joined, as his cards are blocked in the other programs."""
        origin = Origin(f"program:{self.program}", str(member), "", "", "", "", actor, None)
        self.act(BLOCK, member, BlockBody(True), self.recorded_at, digest_of(BLOCK, member, 0, (), True), origin)

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
        total = sum([line.amount for line in receipt.lines])
        admission.require_sound(receipt, total)
        used = codes.take(self, receipt) if receipt.codes else {}
        pinned = {"coupons": used} if used else {}
        if member is None:
            if receipt.redeem not in (None, 0):
                raise BonusError("bad_receipt", "points can not be spent without a card", receipt.place)
            if isinstance(used, Refusal):
                return used
            body = ReceiptBody(receipt.number, receipt.shop, total, receipt.lines, 0, 0)
            return self._record(self._event(RECEIPT, receipt.at, None, body, pinned), None, digest, origin)
        account = self.accounts[member]
        settled_to = max(account.clock, receipt.at)
        decided = self.decide(account, receipt, trusted, confirmed)
        if isinstance(decided, Refusal):
            return decided
        if isinstance(used, Refusal):
            return used
        if decided.paid_by:
            self.claims.use(decided.paid_by)
        self._receipt = receipt
        pinned |= self.told_of(receipt, self.versions)
        return self._record(self._event(RECEIPT, receipt.at, settled_to, decided, pinned), account, digest, origin)

    def told_of(self, receipt: Receipt, versions: Versions) -> dict[str, Any]:
        """The facts that a program pins with a receipt, beyond what its account knows."""
        version = versions.in_force(receipt.at)
        return {} if version is None else pinning.told_of(receipt, version.program, self.budgets)

    def _pinned_beside(self, account: Account, event: Event, versions: Versions) -> dict[str, Any]:
        if event.kind == ENROL and pinning.is_control(self._enrolling, event.at, versions):
            return {"control": True}
        return self.told_of(self._receipt, versions) if event.kind == RECEIPT else {}

    def decide(self, account: Account, receipt: Receipt, trusted: bool, confirmed: bool) -> ReceiptBody | Refusal:
        """The receipt with the points that it spends, or why it is refused; the account stays as it is."""
        claim = self.claims.find_redeem(receipt.number, receipt.source, account.member, self.program)
        for other in self.companions.programs if claim is None else ():
            if self.claims.find_redeem(receipt.number, receipt.source, account.member, other) is not None:
                why = f"points of {other} were spent on receipt {receipt.number}: record it with --in {other}"
                return Refusal("already_redeemed", why, None)
        paid_by = int(claim.seq) if claim is not None else 0
        spends = receipt.redeem not in (None, 0)
        version = self.versions.in_force(receipt.at) if spends else None
        if spends and not trusted and (closed := refuse_closed(account)) is not None:
            return closed
        if spends and version is None and receipt.redeem != redeem.MAX:
            return NO_PROGRAM
        if version is None or (paid_by and receipt.redeem == redeem.MAX):
            total = sum([line.amount for line in receipt.lines])
            return ReceiptBody(receipt.number, receipt.shop, total, receipt.lines, 0, paid_by)
        settled = self.standing_at(account, max(account.clock, receipt.at))
        told = self.told_of(receipt, self.versions)
        return receipts.decide(settled, receipt, version.program, paid_by, confirmed, trusted, told)

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
        account = None if original.member is None else self.accounts[self.heir(original.member)]
        total = sum(part.line.amount for part in lines)
        body = ReturnBody(origin.number, origin.shop, total, lines, original.seq)
        settled_to = None if account is None else max(account.clock, at)
        event = self._event(RETURN, at, settled_to, body)
        recorded = self._record(event, account, digest, origin, sale=sale)
        if sale.closed:
            used = self._recorded(original, sale).pinned.get("coupons", ())
            self.unwritten("coupon_uses").extend((code, event.seq, -1) for code in used)
        return recorded

    def _recorded(self, claim: Claim, sale: Sale) -> Sale:
        """A receipt as the program sees it that recorded it, and that keeps which codes were used."""
        if claim.member is None or claim.program == self.program:
            return sale
        return self.companions.accounts[claim.program][self.heir(claim.member)].sales[claim.seq]

    def unlinked_return(self, receipt: Receipt, member: int | None, digest: bytes, origin: Origin) -> Recorded:
        """Goods brought back without naming a receipt."""
        self._require_time(receipt.at)
        account = None if member is None else self.accounts[member]
        settled_to = None if account is None else max(account.clock, receipt.at)
        body = brought.unlinked_body(receipt.number, receipt.shop or "", receipt.lines)
        event = self._event(RETURN, receipt.at, settled_to, body)
        return self._record(event, account, digest, origin, original_number=receipt.original)

    def redeem(
        self, member: int, points: int, total: int | None, at: int, confirmed: bool, digest: bytes, origin: Origin
    ) -> Recorded | Refusal:
        """Points spent outside a receipt, or before it."""

        def check(trial: Account, program: Program | None) -> Refusal | None:
            if program is None:
                return NO_PROGRAM
            refusal = fold.check_redemption(trial, points, at, total, program, confirmed)
            return refusal or self.check_tied(trial, origin.number, origin.source)

        return self.act(REDEEM, member, RedeemBody(points, origin.number, total), at, digest, origin, check)

    def check_tied(self, trial: Account, number: str, source: str, own_hold: int | None = None) -> Refusal | None:
        """Why no points can be spent for a receipt beforehand: it was recorded, or points were spent or are on hold
        for it already; ``own_hold``: the event of the hold that is being captured."""
        if self.claims.has_receipt(number, source, trial.member):
            return Refusal("already_redeemed", f"receipt {number} was already recorded", 0)
        if self.claims.find_redeem(number, source, trial.member, self.program) is not None:
            return Refusal("already_redeemed", f"points were already spent for {number}", 0)
        holds = {claim.seq for claim in self.claims.find_holds(number, trial.member)}
        if holds & trial.holds.keys() - {own_hold}:
            return Refusal("already_redeemed", f"points are already on hold for {number}", 0)
        return None

    def adjust(self, member: int, points: int, at: int, digest: bytes, origin: Origin) -> Recorded | Refusal:
        """A manual correction with a reason."""
        body = AdjustBody(points, origin.reason)
        return self.act(ADJUST, member, body, at, digest, origin, lambda trial, _: fold.check_adjustment(trial, points))

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
        opened = [self.accounts.pop(self._next_member), *self.companions.forget(self._next_member)]
        self._out.cut_to(lengths, opened)
