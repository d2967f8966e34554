"""Looking at one account, now, in the past or in the future: its balance, its entries, its lots.

The state at an instant follows from the ledger alone.  At or after the account's clock a copy is settled to the
instant, so that what falls due until then shows whether or not anybody has written it down.  Before the clock the
ledger is read up to the instant: an allocation counts once all entries that take part in it are there.  A day means its
end.  Nothing here writes.
"""

from bonuscli.days import NEVER
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows
from bonuscli.engine.figures import Figures, figures_on, value_minor
from bonuscli.engine.settle import settle
from bonuscli.errors import BonusError
from bonuscli.model import ENROL, HOLD, Allocation, Entry
from bonuscli.records import namedtuple
from bonuscli.services.facts import load_accounts
from bonuscli.services.happenings import Happening, happenings
from bonuscli.services.shop import Session
from bonuscli.store import lookups

PENDING, OPEN, EXPIRED, SPENT = "pending", "open", "expired", "spent"

# figures: engine.fold.Figures; worth_minor: what the available points pay; at: the instant looked from.
Balance = namedtuple("Balance", "member at figures worth_minor")
# One entry with its event and the running sum, its own points included; due: not written down yet.
Told = namedtuple("Told", "n kind points at event_kind number rule actor reason total due")
# One lot; state: of PENDING, OPEN, EXPIRED, SPENT; held: points of it on hold, beside those that remain.
LotTold = namedtuple("LotTold", "n state points remaining held opens_on expires_on kind rule number at")

_LotState = namedtuple("_LotState", "entry remaining held")


def balance(session: Session, card: str, as_of: str | None = None) -> Balance:
    """What a card holds at the end of ``as_of`` (text of a day or an instant; None: now)."""
    account = _account(session, card)
    at = instant_of(session, as_of, account)
    figures = figures_at(session, account, at)
    program = session.versions.settling(at)
    return Balance(account.member, at, figures, value_minor(figures.available, program))


def figures_at(session: Session, account: Account, at: int) -> Figures:
    """The figures of an account at an instant, whichever side of its clock that is on."""
    program = session.versions.settling(at)
    day = program.calendar.day_of(at)
    if at >= account.clock:
        trial = account.copy()
        settle(trial, Rows(), session.versions, at)
        return figures_on(trial, day, program)
    entries, allocations, _ = _ledger(session, account, at)
    lots = _lots_of(entries, allocations)
    opened = [lot for lot in lots.values() if lot.entry.opens_on <= day <= lot.entry.expires_on and lot.remaining]
    open_points = sum(lot.remaining for lot in opened)
    pending = sum(lot.remaining for lot in lots.values() if lot.entry.opens_on > day)
    deficit = _owed(entries, allocations)
    # A reversal of a hold is never dated before the hold.
    held = -sum(entry.points for entry in entries if entry.kind == HOLD)
    first = min((lot.entry.expires_on for lot in opened), default=NEVER)
    expiring = sum(lot.remaining for lot in opened if lot.entry.expires_on == first)
    return Figures(
        balance=open_points + held - deficit,
        pending=pending,
        held=held,
        available=max(0, open_points - deficit),
        deficit=deficit,
        tier=lookups.tier_at(session.connection, account.id, at),
        tier_until=None,  # the window of then is not kept
        spend=account.spend_between(None, day),
        next_expiry=(first, expiring) if first < NEVER else None,
    )


def history(session: Session, card: str, as_of: str | None = None) -> list[Told]:
    """Every entry through ``as_of`` in order of booking, what has fallen due since at the end.

    Among them stands what happened without points; it has neither a number nor points of its own.
    """
    account = _account(session, card)
    at = instant_of(session, as_of, account)
    entries, _, written = _ledger(session, account, at)
    events = _events_of(session, entries)
    happened = happenings(session.connection, account.member, session.program, at)
    told, total = [], 0
    for entry in entries:
        while happened and _precedes(happened[0], entry):
            told.append(_told_of(happened.pop(0), total))
        total += entry.points
        kind, number, actor, reason = events.get(entry.event, (None, None, None, None))
        told.append(
            Told(entry.n, entry.kind, entry.points, entry.at, kind, number, entry.rule, actor, reason, total,
                 entry.n > written)
        )  # fmt: skip
    return told + [_told_of(each, total) for each in happened]


def _precedes(happening: Happening, entry: Entry) -> bool:
    """Whether it was recorded before an entry; what settling booked has no event, and is told by its time."""
    return happening.at <= entry.at if entry.event is None else happening.seq < entry.event


def _told_of(happening: Happening, total: int) -> Told:
    _, kind, at, number, actor, text = happening
    return Told(None, kind, None, at, kind, number, None, actor, text, total, False)


def lots(session: Session, card: str, as_of: str | None = None, spent_too: bool = False) -> list[LotTold]:
    """The lots at ``as_of`` in eating order, open ones before pending ones; ``spent_too``: empty ones last."""
    account = _account(session, card)
    at = instant_of(session, as_of, account)
    day = session.versions.settling(at).calendar.day_of(at)
    entries, allocations, _ = _ledger(session, account, at)
    found = _lots_of(entries, allocations)
    events = _events_of(session, entries)
    told = []
    for lot in found.values():
        entry = lot.entry
        state = _state(entry, lot.remaining + lot.held, day)
        if spent_too or state in (OPEN, PENDING):
            _, number, _, _ = events.get(entry.event, (None, None, None, None))
            told.append(
                LotTold(entry.n, state, entry.points, lot.remaining, lot.held, entry.opens_on, entry.expires_on,
                        entry.kind, entry.rule, number, entry.at)
            )  # fmt: skip
    order = (OPEN, PENDING, EXPIRED, SPENT)
    return sorted(told, key=lambda lot: (order.index(lot.state), lot.expires_on, lot.opens_on, lot.n))


def instant_of(session: Session, as_of: str | None, account: Account | None = None) -> int:
    """The instant that ``--as-of`` means: of a day its last one.  Without it: now, or a later clock of the account.

    BonusError ``bad_time``; ``too_early`` before the account was enrolled.
    """
    if as_of is None:
        return max(session.now, account.clock) if account is not None else session.now
    at = session.instant(as_of, "--as-of")
    if len(as_of.strip()) == len("2026-12-31"):
        calendar = session.calendar
        at = calendar.start_of(calendar.day_of(at) + 1) - 1
    if account is not None and at < account.enrolled_at and not _has_entries_by(session, account, at):
        raise BonusError(
            "too_early",
            f"the member was enrolled at {session.calendar.iso(account.enrolled_at)}",
            "--as-of",
            "look from that day on",
        )
    return at


def _events_of(session: Session, entries: list[Entry]) -> dict[int, tuple]:
    """(kind, number, actor, reason) of the entries' events; an enrolment's number is the card, which is no news."""
    keys = lookups.event_keys(session.connection, {entry.event for entry in entries if entry.event is not None})
    return {seq: (kind, None if kind == ENROL else number, *rest) for seq, (kind, number, *rest) in keys.items()}


def _has_entries_by(session: Session, account: Account, at: int) -> bool:
    """Receipts may be dated before the enrolment; then there is something to see."""
    return any(entry[3] <= at for entry in lookups.entries(session.connection, account.id))


def _account(session: Session, card: str) -> Account:
    member = session.find_member(card)
    return load_accounts(session.connection, session.program, [member], session.versions)[member]


def _ledger(session: Session, account: Account, at: int) -> tuple[list[Entry], list[Allocation], int]:
    """Entries and allocations at an instant, and the number of the last entry that is written down."""
    entries = [Entry(*row) for row in lookups.entries(session.connection, account.id)]
    allocations = [Allocation(*row) for row in lookups.allocations(session.connection, account.id)]
    written = account.n
    if at >= account.clock:
        rows = Rows()
        settle(account.copy(), rows, session.versions, at)
        return entries + rows.entries, allocations + rows.allocations, written
    there = {entry.n for entry in entries if entry.at <= at} | {0}
    # A lot that came over when its last day had passed expires on that day, before it was there.
    there -= {entry for cause, entry, debit, lot, _ in allocations if cause == entry == debit and lot not in there}
    known = [entry for entry in entries if entry.n in there]
    # A movement counts when all that takes part in it is there: cause, entry, debit and lot (0 is none).
    moved = [allocation for allocation in allocations if there.issuperset(allocation[:4])]
    return known, moved, written


def _owed(entries: list[Entry], allocations: list[Allocation]) -> int:
    """What debits have left uncovered: their points - taken - cancelled."""
    owed = -sum(entry.points for entry in entries if entry.points < 0)
    return owed - sum(moved.points for moved in allocations if moved.entry == moved.debit or not moved.lot)


def _lots_of(entries: list[Entry], allocations: list[Allocation]) -> dict[int, _LotState]:
    """Each lot with what remains of it, earned - taken + given back, and what of it is on hold."""
    remaining = {entry.n: entry.points for entry in entries if entry.opens_on is not None}
    holds = {entry.n for entry in entries if entry.kind == HOLD and entry.points < 0}
    held = dict.fromkeys(remaining, 0)
    for _, entry, debit, lot, points in allocations:
        if lot in remaining:
            moved = -points if entry == debit else points
            remaining[lot] += moved
            if debit in holds:
                held[lot] -= moved
    return {entry.n: _LotState(entry, remaining[entry.n], held[entry.n]) for entry in entries if entry.n in remaining}


def _state(entry: Entry, remaining: int, day: int) -> str:
    if not remaining:
        return SPENT
    if entry.opens_on > day:
        return PENDING
    return OPEN if entry.expires_on >= day else EXPIRED
