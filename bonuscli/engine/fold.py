"""The fold: one account's events, in the order recorded, become its ledger.

``import``, ``accrue``, ``explain``, ``verify`` and every rebuilding are this fold with different shells around it.  An
event is applied in four steps: settle the account to ``settled_to`` (what fell due before), book the event, settle
again to the same instant (a back-dated credit may have expired since), and reckon when something is next due.
"""

from __future__ import annotations

from bonuscli.engine import holds, receipts, redeem, standing, tiers
from bonuscli.engine.account import WELCOME_GIVEN, WELCOME_NONE, WELCOME_WAITING, Account
from bonuscli.engine.book import Rows, credit, debit
from bonuscli.engine.lifetimes import last_day
from bonuscli.engine.settle import reckon_due, settle
from bonuscli.engine.versions import Versions
from bonuscli.errors import InvariantBroken
from bonuscli.later import later
from bonuscli.model import (
    ACTION,
    ADJUST,
    ADJUSTMENT,
    BLOCK,
    CAPTURE,
    EFFECT,
    ENROL,
    GIFT,
    GRANT,
    HOLD,
    JOINED,
    MEMBER_CHANGE,
    MERGE,
    PASS,
    RECEIPT,
    REDEEM,
    REDEMPTION,
    RELEASE,
    RETURN,
    TIER_SET,
    TRANSFER,
    UNDO,
    VISIT,
    Event,
    Member,
    Program,
    Refusal,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bonuscli.engine import heirs, returns

    Booking = Callable[[Account, Event, Versions, Rows], object]
else:
    heirs = later("bonuscli.engine.heirs")
    returns = later("bonuscli.engine.returns")

FIRST_PURCHASE = "first-purchase"
NOBODY: Mapping[int, Account] = {}


def open_account(account_id: int, member_id: int, member: Member, event: Event, program: str) -> Account:
    """The account of a new member in a program, empty; apply the enrolment event to it next."""
    account = Account(account_id, member_id, member.birthday, frozenset(member.tags), event.at)
    account.program = program
    return account


def apply(account: Account, event: Event, versions: Versions, rows: Rows) -> object:
    """Apply one decided event; what was booked (``receipts.Booked``, ``returns.Returned`` or an entry's number)."""
    day = settle(account, rows, versions, event.settled_to)
    booked = _BOOK[event.kind](account, event, versions, rows)
    reckon_due(account, versions)
    if account.next_due_on <= day:
        settle(account, rows, versions, event.settled_to)
    return booked


def replay(
    account_id: int,
    member_id: int,
    member: Member,
    events: Iterable[Event],
    versions: Versions,
    clock: int,
    merged: Mapping[int, Account] = NOBODY,
) -> tuple[Account, Rows, dict[int, object]]:
    """Fold all events of one account from nothing, the enrolment first, and settle it to its clock.

    ``merged``: by the effect's seq the accounts that were merged into it, folded; it takes over what they leave.
    Also what each event booked, by its seq.
    """
    rows = Rows()
    booked: dict[int, object] = {}
    account: Account | None = None
    for event in events:
        if account is None:
            if event.kind != ENROL:
                raise InvariantBroken(f"account {account_id} begins with event {event.seq}, which is no enrolment")
            account = open_account(account_id, member_id, member, event, versions.first.id)
        booked[event.seq] = apply(account, event, versions, rows)
        if event.seq in merged:
            heirs.hand_over(merged[event.seq], account, event, rows)
    if account is None:
        raise InvariantBroken(f"account {account_id} has no events")
    settle(account, rows, versions, clock)
    return account, rows, booked


def check_redemption(
    account: Account, points: int, at: int, total: int | None, program: Program, confirmed: bool
) -> Refusal | None:
    """Why a redemption outside a receipt is refused; with ``total`` the receipt's limits are checked too."""
    calendar = program.calendar
    own_day, spending_day = calendar.day_of(at), calendar.day_of(max(at, account.clock))
    limit = None
    if total is not None and program.redeem is not None:
        limit = redeem.total_limit(total, account.tier_at(at), program)
    bucket = account.bucket(own_day)
    times = bucket.redemptions if bucket else 0
    asked = redeem.Asked(account.open_points(spending_day), times, total, limit, confirmed)
    barred = standing.barred_on(account, program, own_day)
    return standing.refuse_spending(barred) or redeem.check(points, asked, program)


def check_adjustment(account: Account, points: int) -> Refusal | None:
    """A negative adjustment beyond the points is refused."""
    there = account.points
    if points < 0 and -points > there:
        return Refusal("insufficient_points", f"{-points} to be taken, {there} there", there)
    return None


def _enrol(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    program = versions.program(event.version) or versions.first
    account.control = bool(event.body.control)
    account.referrer = event.body.referrer
    if program.tiers is not None:
        tiers.begin(account, rows, program.tiers, event.body.tier, event.at, event.day, event.seq)
    if program.grants.welcome is None or event.body.document == JOINED:
        # Who was a member before the program came is not welcomed by it.
        account.welcome = WELCOME_NONE
    elif event.body.welcomed:
        # Once per phone: it was another member's, who was welcomed with it.
        account.welcome = WELCOME_GIVEN
    elif program.grants.welcome.after == FIRST_PURCHASE or event.body.document == RETURN:
        # Who is enrolled by bringing goods back has not bought from us as a member yet.
        account.welcome = WELCOME_WAITING
    else:
        from bonuscli.engine.giving import give_welcome

        give_welcome(account, rows, program, event.at, event.day, event.seq)
        account.welcome = WELCOME_GIVEN
    # A birthday grant due on this very day is still to be given, by the settling after this event.
    account.seen_on = event.day - 1
    return 0


def _receipt(account: Account, event: Event, versions: Versions, rows: Rows) -> receipts.Booked:
    booked = receipts.book(account, event, versions.program(event.version), rows)
    if versions.bought:
        standing.keep_purchases(account, event, versions.bought)
    return booked


def _return(account: Account, event: Event, versions: Versions, rows: Rows) -> returns.Returned:
    original = event.body.original
    sale = None if original is None else account.sales[original]
    of_receipt = versions.program(sale.version) if sale is not None else None
    return returns.book(account, event, sale, of_receipt, versions.program(event.version), rows)


def _redeem(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    program = versions.program(event.version) or versions.first
    at = max(event.at, account.clock)
    day = program.calendar.day_of(at)
    account.day(event.day).redemptions += 1
    n = debit(account, rows, REDEMPTION, event.body.points, at, day, event.seq, account.open_lots(day))
    account.redeemed_by[event.seq] = n, event.day
    return n


def _adjust(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    program = versions.program(event.version) or versions.first
    points = event.body.points
    if points > 0:
        days = (event.day, last_day(program.points.lasts, event.day, event.day))
        return credit(account, rows, ADJUSTMENT, points, event.at, event.day, event.seq, days)
    at = max(event.at, account.clock)
    day = program.calendar.day_of(at)
    lots = account.all_lots(day)
    return debit(account, rows, ADJUSTMENT, -points, at, day, event.seq, lots)


def _block(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    account.blocked = event.body.blocked
    return 0


def _later(module: str, function: str) -> Booking:
    """What books a kind of event that few commands meet: its module is loaded with the first such event."""

    def book(account: Account, event: Event, versions: Versions, rows: Rows) -> object:
        found: Booking = getattr(later(f"bonuscli.engine.{module}"), function)
        _BOOK[event.kind] = found
        return found(account, event, versions, rows)

    return book


# Kind of event -> what books it: (account, event, versions, rows) -> what was booked.
_BOOK: dict[str, Booking] = {
    ENROL: _enrol,
    RECEIPT: _receipt,
    RETURN: _return,
    REDEEM: _redeem,
    ADJUST: _adjust,
    GRANT: _later("granting", "book_grant"),
    ACTION: _later("granting", "book_action"),
    MEMBER_CHANGE: _later("particulars", "change"),
    PASS: _later("passes", "book_sale"),
    VISIT: _later("passes", "book_visit"),
    HOLD: holds.book_hold,
    CAPTURE: holds.book_capture,
    RELEASE: holds.book_release,
    UNDO: _later("undo", "book"),
    GIFT: _later("gifts", "book"),
    EFFECT: _later("effects", "book"),
    TRANSFER: _later("transfers", "book_transfer"),
    MERGE: _later("transfers", "book_merge"),
    BLOCK: _block,
    TIER_SET: tiers.set_by_hand,
}
