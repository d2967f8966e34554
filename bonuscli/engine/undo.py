"""Taking an event back that was booked by mistake: what it gave is taken, what it took is given back, once.

Of a receipt this is its whole return (see ``returns``).  What the other kinds booked is pinned in the undoing event, so
that folding again needs nothing else.  Points taken come back to their lots; of points given, what is left in their own
lot is taken first, then open, then pending points, and the rest is owed: what expired of them is gone and not taken
again.  What the event counted, a redemption of its day or an action, is not counted any more.

Worked number: 100 given by hand, 30 of them spent: the undoing takes 100 and leaves 30 owed.
"""

from collections.abc import Iterable

from bonuscli.engine import discounts, granting, holds, transfers
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows, debit, give_back
from bonuscli.engine.versions import Versions
from bonuscli.model import (
    ACTION,
    ADJUST,
    ADJUSTMENT,
    CAPTURE,
    GIFT,
    GRANT,
    HOLD,
    REDEEM,
    REDEMPTION,
    RESTORE,
    TAKE_BACK,
    TRANSFER,
    TRANSFER_IN,
    ActionBody,
    Event,
    Refusal,
)

# The kinds of events that an undo takes back, with the kind of the entry that gives back what such an event took.
UNDONE = {
    **dict.fromkeys((REDEEM, CAPTURE, GIFT), RESTORE),
    **dict.fromkeys((ADJUST, GRANT, ACTION), ADJUSTMENT),
    HOLD: HOLD,
    TRANSFER: TRANSFER_IN,
}


def book(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    """Book the taking back of an event; the last entry's number, 0 where all that it gave had expired."""
    body = event.body
    if body.kind == HOLD:
        return holds.let_go(account, rows, versions, body.of, event.at, event.seq)
    if body.kind == TRANSFER:
        return transfers.take_back(account, event, versions, rows)
    if body.kind in (REDEEM, CAPTURE):
        account.day(body.day).redemptions -= 1
        account.redeemed_by.pop(body.of, None)
    if body.action is not None:
        granting.count_action(account, ActionBody(*body.action), body.day, -1)
    if body.voucher is not None:
        discounts.take_voucher(account, body.voucher, body.day)
    at = max(event.at, account.clock)
    day = versions.settling(at).calendar.day_of(at)
    n = 0
    for entry, points in body.entries:
        if points < 0:
            out = sum(account.debits[entry].values()) + account.rests.get(entry, 0)
            n, _ = give_back(account, rows, UNDONE[body.kind], entry, out, at, day, event.seq)
            continue
        due = points - account.lot(entry).expired
        if due:
            lots = account.all_lots(day)
            own_first = [lot for lot in lots if lot.n == entry] + [lot for lot in lots if lot.n != entry]
            n = debit(account, rows, TAKE_BACK, due, at, day, event.seq, own_first)
    return n


def booked_by(kind: str, entries: Iterable[tuple[str, int, int]]) -> tuple[tuple[int, int], ...]:
    """Of an event's entries (kind, n, points) those that its undoing takes back: (n, points)."""
    return tuple((n, points) for of_kind, n, points in entries if kind != CAPTURE or of_kind == REDEMPTION)


def check(account: Account, event: int, kind: str, recorded_at: int) -> Refusal | None:
    """Why an event can not be taken back: a hold that has ended is none any more."""
    found = holds.open_hold(account, event, recorded_at) if kind == HOLD else None
    return found if isinstance(found, Refusal) else None
