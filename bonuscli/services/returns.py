"""``return``: goods of a known receipt brought back."""

import json
from collections import namedtuple

from bonuscli.engine import brought
from bonuscli.errors import BonusError
from bonuscli.model import RESTORE, RETURN, TAKE_BACK, Refusal
from bonuscli.services.claims import Claim
from bonuscli.services.identity import digest
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import PLAIN, Writing, conflict, fresh_key, origin, refused
from bonuscli.store import reads
from bonuscli.units import QUANTITY_DIGITS, parse_decimal

# Points reversed (taken back), restored, forgiven; money to pay back in minor units.
ReturnBooked = namedtuple(
    "ReturnBooked",
    "return_id receipt_id reversed restored forgiven pay_back_minor deficit balance pending tier replayed entries",
)


def return_goods(
    shop: Shop,
    receipt_id: str,
    wanted: list[brought.Wanted] | None = None,
    amount: int | None = None,
    return_id: str | None = None,
    source: str = "",
    writing: Writing = PLAIN,
    reason: str | None = None,
) -> ReturnBooked:
    """Bring back lines, an amount of money, or (neither) all that is left of a receipt."""
    if amount is not None and amount <= 0:
        raise BonusError("bad_amount", "the amount to pay back must be above 0", "--amount")
    if any(line.quantity is not None and line.quantity <= 0 for line in wanted or ()):
        raise BonusError("bad_quantity", "the quantity that comes back must be above 0", "--line")
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        number = return_id or writing.key or fresh_key(desk)
        desk.prefetch(set(), {receipt_id, number})
        original = desk.claims.find_receipt(receipt_id, source)
        if original is None:
            raise BonusError(
                "unknown_original",
                f"there is no receipt {receipt_id}",
                "RECEIPT",
                "look for it with `bonuscli history CARD`",
            )
        key = digest(RETURN, original.member, amount or 0, (), receipt_id, sorted(wanted or (), key=repr))
        claim = desk.claims.find(number, source, RETURN)
        if claim is not None:
            if claim.digest != key:
                raise conflict(f"return {number}")
            return _replayed(session, claim, receipt_id, number)
        sale = desk.attach_original(original)
        lines = brought.resolve(sale, wanted, amount)
        if isinstance(lines, Refusal):
            raise refused(lines, session)
        recorded = desk.return_of(
            original, sale, lines, session.instant(writing.at), key, origin(number, writing, source, reason=reason)
        )
        booked, account = recorded.booked, recorded.account
        figures = session.figures(account) if account is not None else None
        desk.flush()
        return ReturnBooked(
            number,
            receipt_id,
            booked.reversed,
            booked.restored,
            booked.forgiven,
            booked.pay_back,
            figures.deficit if figures else 0,
            figures.balance if figures else None,
            figures.pending if figures else None,
            figures.tier if figures else None,
            False,
            recorded.entries,
        )


def wanted_line(number: int, quantity: str) -> brought.Wanted:
    """One line and how many of it come back, from text; BonusError ``bad_quantity``."""
    try:
        thousandths = parse_decimal(quantity.strip(), QUANTITY_DIGITS)
    except ValueError as problem:
        raise BonusError("bad_quantity", str(problem), "--line", "write N=QTY, as in 2=1 or 3=0.250") from None
    if thousandths <= 0:
        raise BonusError("bad_quantity", "the quantity that comes back must be above 0", "--line")
    return brought.Wanted(number, None, None, thousandths, None)


def _replayed(session: Session, claim: Claim, receipt_id: str, number: str) -> ReturnBooked:
    """The stored return's own figures with today's balance."""
    row = reads.events(session.connection, [claim.seq])[claim.seq]
    now, before = json.loads(row.pinned), _totals_before(session, row)
    pay_back = now["paid_back"] - before.get("paid_back", 0)
    if claim.member is None:
        return ReturnBooked(number, receipt_id, 0, 0, 0, pay_back, 0, None, None, None, True, 0)
    desk = session.desk()
    desk.load({claim.member})
    account = desk.accounts[claim.member]
    points = {RESTORE: 0, TAKE_BACK: 0}
    for _, kind, _, moved, _, _, _ in reads.entries_of_events(session.connection, account.id, [claim.seq]):
        if kind in points:
            points[kind] += abs(moved)
    figures = session.figures(desk.accounts[desk.heir(claim.member)])
    forgiven = now["reckoned"] - before.get("reckoned", 0) - points[TAKE_BACK]
    return ReturnBooked(
        number, receipt_id, points[TAKE_BACK], points[RESTORE], forgiven, pay_back, figures.deficit, figures.balance,
        figures.pending, figures.tier, True, 0,
    )  # fmt: skip


def _totals_before(session: Session, row: reads.EventRow) -> dict:
    """The running totals of the return before this one of the same receipt."""
    found: dict = {}
    for _, seq, pinned, _ in reads.returns_of(session.connection, [row.original]):
        if seq < row.seq and pinned:
            found = json.loads(pinned)
    return found
