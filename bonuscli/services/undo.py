"""``undo``: what was booked by mistake taken back, once, with a reason.

A receipt is undone by its whole return.  What the undoing of another event needs to know of it (its entries, its day,
the action) is read here and pinned in the undoing event.
"""

import json
from collections import namedtuple

from bonuscli.engine import undo as engine
from bonuscli.engine.account import Account
from bonuscli.engine.discounts import VOUCHERS, has_voucher
from bonuscli.engine.transfers import MERGED, TRANSFERRED
from bonuscli.errors import BonusError
from bonuscli.model import (
    ACTION,
    CAPTURE,
    EFFECT,
    GIFT,
    HOLD,
    MERGE,
    RECEIPT,
    TRANSFER,
    UNDO,
    ActionBody,
    GiftBody,
    Program,
    Refusal,
    UndoBody,
)
from bonuscli.services import admission
from bonuscli.services.facts import attach_debit, attach_lot
from bonuscli.services.identity import digest
from bonuscli.services.named import event_named
from bonuscli.services.recorder import Recorded
from bonuscli.services.returns import return_goods
from bonuscli.services.shop import Session, Shop
from bonuscli.services.transfers import sent_points
from bonuscli.services.writing import PLAIN, Writing, conflict, fresh_key, origin, refused
from bonuscli.store import reads
from bonuscli.store.heirlooms import heir_of

# undone, number: kind and number of the event that was taken back; card: None for a guest's receipt; reversed: points
# taken, restored: points given back; pay_back_minor: of a receipt, else None; the figures of the account after it;
# program: in whose points they are.
Undone = namedtuple(
    "Undone", "undone number card reversed restored pay_back_minor balance pending deficit key replayed entries program"
)


def undo(shop: Shop, named: str, reason: str, writing: Writing = PLAIN) -> Undone:
    """Take back the event that made entry ``account:n`` (or that has the number), for a reason.

    BonusError ``unknown_entry``; ``not_undoable`` for what has another way back; the refusals ``already_returned`` and,
    of a hold that has ended, ``hold_closed``.
    """
    if not reason.strip():
        raise BonusError("usage", "an undo needs a reason", "--reason", "say why, for the record")
    with shop.reading() as session:
        row = event_named(session, named, (RECEIPT, *engine.UNDONE))
        if row is None:
            hint = "give the number that `bonuscli history CARD` shows, or an entry, as in 1:5"
            raise BonusError("unknown_entry", f"nothing was recorded as {named}", "ENTRY", hint)
        if row.kind == EFFECT and row.subject == TRANSFERRED:  # the other side of the same transfer
            cause = json.loads(row.body)["cause"]
            row = reads.events(session.connection, [cause])[cause]
    if row.kind == RECEIPT:
        return _return_receipt(shop, row, reason, writing)
    if row.kind not in engine.UNDONE:
        merger = row.kind == MERGE or (row.kind == EFFECT and row.subject == MERGED)
        raise _not_undoable(row, "a merger is for good" if merger else "it has no undoing of its own")
    with shop.writing(writing.dry_run) as session:
        session = session.within(row.program)
        desk = session.desk()
        number = writing.key or fresh_key(desk)
        desk.prefetch(set(), {number})
        desk.load({row.member})
        account, key = desk.accounts[row.member], digest(UNDO, row.member, 0, (), row.seq, reason)
        claim = desk.claims.find(number, "", UNDO)
        if claim is not None:
            if claim.digest != key:
                raise conflict(f"an undo {number}")
            return _undone(session, account, row, claim.seq, number)
        at = session.instant(writing.at)
        admission.require_after(at, row.at, "what it takes back", desk.calendar, "give the time of the undoing")
        _require_undoable(session, account, row)
        body = _body(session, account, row)
        if row.kind == TRANSFER:
            at, sent = sent_points(session, desk, row, at)
            if sent is None:
                raise _not_undoable(row, "its points are not all there any more")
            body = body._replace(sent=sent)

        def check(trial: Account, program: Program | None) -> Refusal | None:
            return engine.check(trial, row.seq, row.kind, desk.recorded_at)

        recorded = desk.act(UNDO, row.member, body, at, key, origin(number, writing, reason=reason), check)
        if isinstance(recorded, Refusal):
            raise refused(recorded, session)
        desk.flush()
        return _undone(session, account, row, recorded.seq, number, recorded)


def _return_receipt(shop: Shop, row: reads.EventRow, reason: str, writing: Writing) -> Undone:
    """All that is left of a receipt, brought back."""
    done = return_goods(shop.within(row.program), row.number, source=row.source, writing=writing, reason=reason)
    with shop.reading() as session:
        card = None if row.member is None else _card(session, row)
    return Undone(
        RECEIPT, row.number, card, done.reversed, done.restored, done.pay_back_minor, done.balance, done.pending,
        done.deficit, done.return_id, done.replayed, done.entries, row.program,
    )  # fmt: skip


def _card(session: Session, row: reads.EventRow) -> str:
    """A card of the member of an event, or of who has taken him over since."""
    return reads.card_shown(session.connection, heir_of(session.connection, row.member))


def _require_undoable(session: Session, account: Account, row: reads.EventRow) -> None:
    """Not taken back before, of points spent for a receipt not paid for it yet, and of a gift not used."""
    if account.merged_into is not None:
        raise _not_undoable(row, "its card was merged, and its points went to the other account")
    later = reads.events_about(session.connection, row.seq)
    if UNDO in later:
        raise refused(Refusal("already_returned", f"{row.kind} {row.number} was taken back before", None), session)
    if RECEIPT in later:
        raise _not_undoable(row, f"it paid for receipt {later[RECEIPT]}", f"undo receipt {later[RECEIPT]}")
    gift = GiftBody(**json.loads(row.body)) if row.kind == GIFT else None
    if gift is not None and gift.code is not None:
        raise _not_undoable(row, "its code was given out")
    if gift is not None and gift.gives in VOUCHERS and not has_voucher(account, gift.gift, row.day):
        raise _not_undoable(row, "its voucher was used")


def _not_undoable(row: reads.EventRow, why: str, hint: str | None = None) -> BonusError:
    hint = hint or "correct the points with `bonuscli adjust`"
    return BonusError("not_undoable", f"{row.kind} {row.number} can not be undone: {why}", "ENTRY", hint)


def _body(session: Session, account: Account, row: reads.EventRow) -> UndoBody:
    """What the undoing needs to know, and the account made ready for it."""
    booked = reads.entries_of_events(session.connection, account.id, [row.seq])
    entries = engine.booked_by(row.kind, [(kind, n, points) for _, kind, n, points, *_ in booked])
    if row.kind != HOLD:
        for n, points in entries:
            (attach_debit if points < 0 else attach_lot)(session.connection, account, n)
    counted = row
    if row.kind == CAPTURE:
        counted = reads.events(session.connection, [row.original])[row.original]
    action = tuple(ActionBody(**json.loads(row.body))) if row.kind == ACTION else None
    gift = GiftBody(**json.loads(row.body)) if row.kind == GIFT else None
    voucher = gift.gift if gift is not None and gift.gives in VOUCHERS else None
    return UndoBody(row.seq, row.kind, entries, counted.day, action, voucher)


def _undone(
    session: Session, account: Account, row: reads.EventRow, seq: int, number: str, recorded: Recorded | None = None
) -> Undone:
    booked = reads.entries_of_events(session.connection, account.id, [seq])
    points = [entry[3] for entry in booked]
    figures = session.figures(account)
    return Undone(
        row.kind, row.number, _card(session, row), -sum(p for p in points if p < 0),
        sum(p for p in points if p > 0), None, figures.balance, figures.pending, figures.deficit, number,
        recorded is None, recorded.entries if recorded else 0, row.program,
    )  # fmt: skip
