"""Recording events: reading what they need, booking them by the engine, and writing all rows at the end.

A recorder works inside one transaction.  It is told which documents come (``prefetch``), reads all facts for them at
once, books each event on its account, records what that does to other accounts (``effects``), and writes all rows at
the end (``flush``).  Which events there are and when they are refused is the business of the desk and of the verbs.
"""

from __future__ import annotations

from bonuscli.engine import fold
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows
from bonuscli.engine.figures import value_minor
from bonuscli.engine.holdings import Effect, Sale
from bonuscli.engine.settle import settle
from bonuscli.engine.standing import refuse_closed
from bonuscli.engine.versions import Versions
from bonuscli.errors import BonusError
from bonuscli.json_text import format_json
from bonuscli.model import EFFECT, RECEIPT, EffectBody, Event, Program, Refusal
from bonuscli.records import make, namedtuple
from bonuscli.services import admission, facts, rows_out
from bonuscli.services.claims import SPENDING, Claim, Claims
from bonuscli.services.companions import Companions
from bonuscli.services.identity import digest as digest_of
from bonuscli.services.pinning import Budgets
from bonuscli.services.rows_out import Origin, Stored
from bonuscli.store import append, heirlooms, reads, seals

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    # Why an act is refused, asked of a settled copy of the account; None where it is not.
    Check = Callable[[Account, Program | None], Refusal | None]

# What was recorded: the event's seq, its member's account (None for a guest), what the engine booked, and how many
# entries.
Recorded = namedtuple("Recorded", "seq account booked entries")

# Accounts that are kept between transactions, beside those of the next one: 13 KB each after a year, so 40 MB.  An
# import puts them down to 2 KB where there are more, and keeps so many of these.
KEPT_ACCOUNTS = 3_000
KEPT_IN_PART = 20_000
_ONLY_RECEIPTS = "only receipts may be dated before the enrolment"


class Recorder:
    """See the module.  ``now``: the instant of recording; ``in_part``: how accounts are taken up, see ``facts``."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        program: str,
        programs: dict[str, Versions],
        now: int,
        in_part: bool = False,
    ) -> None:
        self.connection = connection
        self.program = program
        self.versions = versions = programs[program]
        self.calendar = versions.newest.calendar
        self.now = now
        self._in_part = in_part
        self.accounts: dict[int, Account] = {}
        self.companions = Companions(connection, program, programs)
        self.budgets = Budgets(connection)
        # Where the ledger stands: what is written from here on follows it.
        self._seq, self.recorded_at = reads.last_event(connection)
        self._next_member = append.next_id(connection, "members")
        self._next_account = append.next_id(connection, "accounts")
        self._head = seals.head(connection)
        self._begin()

    def _begin(self) -> None:
        # Times of recording never go backwards, whatever the wall clock does.
        self.recorded_at = max(self.now, self.recorded_at)
        self.cards: dict[str, int] = {}
        self.lost_cards: set[str] = set()
        self._heirs: dict[int, int] = {}
        self._guest_sales: dict[int, Sale] = {}
        self.claims = Claims(self.program)
        self._out = rows_out.RowsOut(self.budgets)

    def resume(self, now: int | None = None) -> None:
        """Go on in a new transaction of the same connection with the accounts known so far: nobody else has written."""
        self.now = self.now if now is None else now
        if len(self.accounts) > KEPT_ACCOUNTS:
            self._make_room()
        self._begin()

    def _make_room(self) -> None:
        if self._in_part and len(self.accounts) <= KEPT_IN_PART:
            how = facts.readers(self.connection)
            for account in self._out.accounts():
                if not account.holds:  # a hold keeps its lots beside it
                    account.put_down(*how)
        else:
            self.accounts = {}
        programs = {self.program: self.versions, **self.companions.programs}
        self.companions = Companions(self.connection, self.program, programs)

    # --- reading all facts ------------------------------------------------------------------------------------------

    def prefetch(self, cards: set[str], numbers: set[str]) -> None:
        """Read claims of the numbers, members of the folded cards, and their accounts."""
        claims = self.claims.read(self.connection, numbers)
        members = {claim.member for claim in claims if claim.member is not None}
        if cards:
            self.cards.update(reads.members_of_cards(self.connection, cards))
            self.lost_cards |= reads.lost_cards(self.connection, cards - self.cards.keys())
            members.update(self.cards[card] for card in cards if card in self.cards)
        self.load(members)
        for claim in claims:
            if claim.member is not None:
                self.claims.holders[claim.member] = self.heir(claim.member)
            if claim.kind in SPENDING and claim.program == self.program:
                from bonuscli.services import sales  # few documents name another

                sales.attach_redemption(self.connection, self.accounts[self.heir(claim.member)], claim.seq)

    def load(self, members: set[int]) -> None:
        """Read the accounts of members."""
        missing = {member for member in members if member not in self.accounts}  # a few of thousands that are known
        if missing:
            how = self.program, missing, self.versions
            self.accounts.update(facts.load_accounts(self.connection, *how, in_part=self._in_part))
        if self.companions.programs:
            self.companions.load(members)

    def heir(self, member: int) -> int:
        """The member who has taken over one whose account is loaded, or he himself."""
        account = self.accounts.get(member)
        if account is None or account.merged_into is None:
            return member
        self._heirs = self._heirs or heirlooms.heirs(self.connection)
        self.load({self._heirs[member]})
        return self._heirs[member]

    def teller(self, claim: Claim | None, member: int | None) -> int | None:
        """Whose document one that is sent again is held against: the member's, or one's whom he took over since."""
        if claim is None or claim.member is None or member is None or self.heir(claim.member) != member:
            return member
        return claim.member

    @property
    def next_seq(self) -> int:
        """The seq that the next event gets."""
        return self._seq + 1

    def attach_original(self, claim: Claim) -> Sale:
        """The receipt that a return names, loaded unless this desk booked it itself."""
        own = self.accounts.get(claim.member) if claim.member is not None else None
        account = None if own is None else self.accounts[self.heir(claim.member)]
        known = self._guest_sales if account is None else account.sales
        if claim.seq not in known:
            from bonuscli.services import sales

            loaded = sales.load_sales(self.connection, [claim.seq], own)
            if claim.seq not in loaded:
                raise BonusError(
                    "unknown_original",
                    f"program {self.program} has not seen this receipt, it was recorded before the program was added",
                    "--in",
                    "bring it back in the program that it was recorded in",
                )
            if account is None or own is None:
                self._guest_sales[claim.seq] = loaded[claim.seq]
            else:
                sales.attach_sale(self.connection, account, loaded[claim.seq], own.id)
        if claim.member is not None:
            self.companions.attach_sale(claim.seq, claim.member, self.heir(claim.member))
        return known[claim.seq]

    # --- recording --------------------------------------------------------------------------------------------------

    def act(
        self,
        kind: str,
        member: int,
        body: object,
        at: int,
        digest: bytes,
        origin: Origin,
        check: Check | None = None,
        subject: str | None = None,
        pinned: dict | None = None,
    ) -> Recorded | Refusal:
        """An event of one member that is no document of a till: its time, its refusals, its booking.

        ``check`` is asked of a settled copy of the account with the program in force at ``at``, None before the first
        version.  ``subject``: what it is about, by which it can be found.
        """
        self._require_time(at)
        account = self.accounts[member]
        admission.require_after(at, account.enrolled_at, "the enrolment", self.calendar, _ONLY_RECEIPTS)
        if kind in admission.OF_OPEN_CARDS and (closed := refuse_closed(account)) is not None:
            return closed
        settled_to = max(account.clock, at)
        if check is not None:
            version = self.versions.in_force(at)
            refusal = check(self.trial(account, settled_to), version.program if version else None)
            if refusal is not None:
                return refusal
        event = self._event(kind, at, settled_to, body, pinned)
        return self._record(event, account, digest, origin, subject=subject)

    def settle(self, account: Account, at: int) -> Rows:
        """Book what fell due on an account; the rows that it wrote."""
        rows = Rows()
        settle(account, rows, self.versions, at)
        self._out.of_account(account, rows)
        return rows

    def flush(self) -> None:
        """Write everything recorded so far; :meth:`resume` before anything else is recorded."""
        self._head = self._out.write(self.connection, self._head)

    def unwritten(self, table: str) -> list[tuple]:
        """Rows of an append-only table that the next flush writes."""
        return self._out.rows[table]

    # --- within -----------------------------------------------------------------------------------------------------

    def trial(self, account: Account, settled_to: int) -> Account:
        """A settled copy to decide on: a refused call leaves the account and its clock as they were."""
        trial = account.copy(booking=False)
        settle(trial, Rows(), self.versions, settled_to)
        return trial

    def standing_at(self, account: Account, at: int) -> Account:
        """An account to decide on, to be left as it is: itself where nothing falls due by then, or a settled copy."""
        nothing_due = account.next_due_on > self.versions.settling(at).calendar.day_of(at)
        return account if nothing_due else self.trial(account, at)

    def _event(
        self,
        kind: str,
        at: int,
        settled_to: int | None,
        body: object,
        pinned: dict | None = None,
        versions: Versions | None = None,
    ) -> Event:
        self._seq += 1
        versions = versions or self.versions
        version = versions.in_force(at)
        calendar = (version.program if version else versions.first).calendar
        key = version.key if version else None
        return make(Event, (self._seq, kind, at, calendar.day_of(at), settled_to, key, body, pinned or {}))

    def _record(
        self,
        event: Event,
        account: Account | None,
        digest: bytes,
        origin: Origin,
        tier: str | None = None,
        sale: Sale | None = None,
        original_number: str | None = None,
        subject: str | None = None,
        program: str | None = None,
    ) -> Recorded:
        """Book an event and keep its rows, and record what it does to other accounts.

        ``account`` is one of ``program`` (None: the recorder's own), in which the event moves points.
        """
        rows = Rows()
        inside: dict[str, dict] = {}
        emitted: list[tuple[str, Effect]] = []
        if account is not None:
            booked = fold.apply(account, event, self._versions_of(program), rows)
            self._out.of_account(account, rows)
            if account.effects:
                emitted = [(program or self.program, effect) for effect in account.effects]
                account.effects = []
            if self.companions.programs and program is None:
                paid = tuple(account.sales[event.seq].spents_minor) if event.kind == RECEIPT else ()
                inside, more = self.companions.book(event, account.member, paid, self._pinned_beside, self._out)
                emitted += more
        else:
            booked = self._guest_booking(event, sale)
        member = account.member if account is not None else None
        stored = self._stored(event, booked, tier, original_number, subject, program, inside)
        self._out.event(event, member, digest, origin, booked, stored)
        claim = make(Claim, (event.seq, origin.source, event.kind, digest, member, program or self.program))
        self.claims.add(origin.number, claim)
        entries = len(rows.entries)
        for of_program, effect in emitted:
            entries += self._effect(effect, event.seq, origin, of_program).entries
        return make(Recorded, (event.seq, account, booked, entries))

    def _versions_of(self, program: str | None) -> Versions:
        return self.versions if program is None or program == self.program else self.companions.programs[program]

    def _pinned_beside(self, account: Account, event: Event, versions: Versions) -> dict:
        """What another program has to pin of an event that it sees."""
        return {}

    def _effect(self, effect: Effect, cause: int, origin: Origin, program: str) -> Recorded:
        """What an event does to another member's account, as an event of that account with a key of its own."""
        own = program == self.program
        account = self._taking(effect.member, program)
        body = EffectBody(effect.rule, cause, effect.terms)
        event = self._event(EFFECT, effect.at, max(account.clock, effect.at), body, versions=self._versions_of(program))
        key = digest_of(EFFECT, account.member, 0, (), effect.key)
        of_effect = Origin("" if own else f"program:{program}", effect.key, "", "", "", "", origin.actor, None)
        return self._record(event, account, key, of_effect, subject=effect.rule, program=None if own else program)

    def _taking(self, member: int, program: str) -> Account:
        """The account on which an effect on a member is booked: his, or that of whoever took it over since."""
        self.load({member})
        account = (self.accounts if program == self.program else self.companions.accounts[program])[member]
        if account.merged_into is None:
            return account
        return self._taking(reads.mergers(self.connection)[program, member], program)

    def _stored(
        self,
        event: Event,
        booked: object,
        tier: str | None,
        original_number: str | None,
        subject: str | None,
        of_program: str | None,
        inside: dict[str, dict],
    ) -> Stored:
        """The columns of an event's row that follow from its booking and from this desk."""
        versions = self._versions_of(of_program)
        program = versions.program(event.version) or versions.first
        tier, pinned = getattr(booked, "tier", tier), getattr(booked, "pinned", event.pinned or None)
        if inside:
            pinned = {**(pinned or {}), "in": inside}
        offset, owner = program.calendar.offset_at(event.at), of_program or self.program
        told = format_json(pinned, separators=(",", ":")) if pinned else None
        worth = value_minor(event.body.points, program) if event.kind in SPENDING else 0
        return make(Stored, (self.recorded_at, offset, tier, told, original_number, owner, subject, worth))

    def _guest_booking(self, event: Event, sale: Sale | None) -> object:
        if event.kind == RECEIPT:
            seq, _, at, day, _, version, body, pinned = event
            self._guest_sales[seq] = Sale(seq, at, day, version, body.shop, None, body.total, body.lines, dict(pinned))
            return None
        from bonuscli.services.sales import bring_back_guests

        return bring_back_guests(sale, event)

    def _require_time(self, at: int) -> None:
        admission.require_time(at, self.recorded_at, self.calendar)
