"""``quote`` and ``accrue``: one receipt, told or booked."""

from bonuscli.engine import receipts
from bonuscli.engine.standing import refuse_closed
from bonuscli.errors import BonusError
from bonuscli.importers.identity import source_of
from bonuscli.model import ACCRUAL, RECEIPT, Event, Line, Receipt, Refusal, Step
from bonuscli.records import namedtuple
from bonuscli.services.claims import Claim
from bonuscli.services.desk import Desk
from bonuscli.services.identity import digest
from bonuscli.services.recorder import Recorded
from bonuscli.services.rows_out import Origin, payments_text
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import PLAIN, Writing, conflict, fresh_key, one_key, refused
from bonuscli.store import reads

GUEST = "none"

# Points in the smallest unit, money in minor units, days as day numbers; steps: of Step, where asked for; excess:
# points of an earlier redemption that went back; scored: whether a version of the program was in force; offer: what a
# quote tells besides points, None where the receipt is booked already.
Accrued = namedtuple(
    "Accrued",
    "receipt_id card total_minor earned redeemed to_pay_minor balance pending opens_on expires_on tier replayed steps"
    " excess entries scored offer",
    defaults=(None,),
)


def accrue(
    shop: Shop,
    card: str | None,
    receipt: Receipt,
    writing: Writing = PLAIN,
    confirmed: bool = False,
    explain: bool = False,
) -> Accrued:
    """Book one receipt of a card (None or ``none``: a guest); a repeat answers the stored figures.

    ``receipt.at`` None is now.  Refusals come as BonusError with the refusal's code.
    """
    with shop.writing(writing.dry_run) as session:
        return book(session.desk(), session, card, receipt, writing, confirmed, explain)


def quote(
    shop: Shop,
    card: str | None,
    receipt: Receipt,
    writing: Writing = PLAIN,
    confirmed: bool = False,
    explain: bool = False,
) -> Accrued:
    """What ``accrue`` would answer; nothing is written."""
    with shop.reading() as session:
        return book(session.desk(), session, card, receipt, writing, confirmed, explain, write=False)


def book(
    desk: Desk,
    session: Session,
    card: str | None,
    receipt: Receipt,
    writing: Writing = PLAIN,
    confirmed: bool = False,
    explain: bool = False,
    write: bool = True,
) -> Accrued:
    """What :func:`accrue` does within a transaction, at a desk that has just begun or resumed in it.

    Without ``write`` the answer is that of :func:`quote`, and the desk is good for nothing more; so it is where an
    error is raised.
    """
    at = receipt.at if receipt.at is not None else session.instant(writing.at)
    number = one_key(receipt.number, writing) or fresh_key(desk)
    source = receipt.source or source_of(receipt.shop or "", receipt.till or "")
    receipt = receipt._replace(at=at, number=number, source=source)
    member = None if card in (None, GUEST) else session.find_member(card)
    desk.prefetch(set(), {number})
    if member is not None:
        desk.load({member})
    claim = desk.claims.find(number, source, RECEIPT)
    teller = desk.teller(claim, member)
    key = _key(teller, receipt)
    offer = None
    if not write and (claim is None or claim.digest != key):
        from bonuscli.services.offers import offer_of  # what is booked has its amounts as facts

        offer = offer_of(desk, member, receipt)
        receipt = offer.receipt
        key = _key(teller, receipt)
    if claim is not None:
        if claim.digest != key:
            raise conflict(f"receipt {number}")
        return _replayed(session, desk, claim, card, receipt)
    if member is not None and (closed := refuse_closed(desk.accounts[member])) is not None:
        raise refused(closed, session)
    steps = _steps(session, desk, member, receipt, confirmed) if explain else ()
    origin = Origin(
        source, number, receipt.shop or "", receipt.till or "", receipt.cashier or "",
        payments_text(receipt.payments, session.current.digits), writing.actor, None,
    )  # fmt: skip
    recorded = desk.receipt(receipt, member, key, origin, trusted=False, confirmed=confirmed)
    if isinstance(recorded, Refusal):
        raise refused(recorded, session)
    total = sum(line.amount for line in receipt.lines)
    answer = _answer(session, recorded, card, number, at, total, steps)
    if write:
        desk.flush()
    return answer._replace(offer=offer, steps=(*offer.steps, *answer.steps) if offer and explain else answer.steps)


def _key(member: int | None, receipt: Receipt) -> bytes:
    return digest(RECEIPT, member, sum(line.amount for line in receipt.lines), receipt.lines)


def _answer(
    session: Session, recorded: Recorded, card: str | None, number: str, at: int, total: int, steps: tuple[Step, ...]
) -> Accrued:
    booked, account = recorded.booked, recorded.account
    if account is None:
        return Accrued(number, None, total, 0, 0, total, None, None, None, None, None, False, steps, 0, 0, True)
    figures = session.figures(account)
    return Accrued(
        number, card, total, booked.earned, booked.redeemed, total - booked.spent_minor, figures.balance,
        figures.pending, booked.opens_on, booked.expires_on, figures.tier, False, steps, booked.excess,
        recorded.entries, session.versions.in_force(at) is not None,
    )  # fmt: skip


def _replayed(session: Session, desk: Desk, claim: Claim, card: str | None, receipt: Receipt) -> Accrued:
    """The stored receipt's own figures with today's balance."""
    row = reads.events(session.connection, [claim.seq])[claim.seq]
    to_pay = row.total - row.spent_minor
    if claim.member is None:
        return Accrued(receipt.number, None, row.total, 0, 0, to_pay, *(None,) * 5, True, (), 0, 0, True)
    account = desk.accounts[claim.member]
    earned, opens_on, expires_on = 0, None, None
    for _, kind, _, points, opens, expires, _ in reads.entries_of_events(session.connection, account.id, [claim.seq]):
        if kind == ACCRUAL:
            earned, opens_on, expires_on = points, opens, expires
    figures = session.figures(desk.accounts[desk.heir(claim.member)])
    return Accrued(
        receipt.number, card, row.total, earned, row.spent, to_pay, figures.balance, figures.pending, opens_on,
        expires_on, figures.tier, True, (), 0, 0, row.version is not None,
    )  # fmt: skip


def _steps(session: Session, desk: Desk, member: int | None, receipt: Receipt, confirmed: bool) -> tuple[Step, ...]:
    """Why the receipt would earn what it earns."""
    version = session.versions.in_force(receipt.at)
    if member is None or version is None:
        from bonuscli.engine.trace import not_scored

        return not_scored(member is not None)
    account = desk.accounts[member]
    settled_to = max(account.clock, receipt.at)
    decided = desk.decide(account, receipt, False, confirmed)
    if isinstance(decided, Refusal):
        raise refused(decided, session)
    day = version.program.calendar.day_of(receipt.at)
    told = desk.told_of(receipt, session.versions)
    event = Event(0, RECEIPT, receipt.at, day, settled_to, version.key, decided, told)
    return tuple(receipts.traced(desk.trial(account, settled_to), event, version.program).steps)


def receipt_of_total(
    total: int, number: str | None, shop: str | None, redeem: int | str | None, at: int | None = None
) -> Receipt:
    """A receipt of which only the total is known: one line without goods."""
    if total < 0:
        raise BonusError("negative_total", "a receipt's total can not be negative", "--total", "use `bonuscli return`")
    line = Line(1, "", "", "", "", 1000, total, 0)
    return Receipt(RECEIPT, number, "", at, shop or "", "", "", None, None, (line,), redeem, None, None, None, "")
