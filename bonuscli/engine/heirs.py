"""What an account has of those that were merged into it: their receipts may come back, and their redemptions pay.

A closed account is not booked on any more.  Its lots and debits go by ``(account, number)`` from then on, and what
comes back of them comes to the heir: points that were spent open lots of the heir's own with the days of the lots that
they were in, and what a debit had left uncovered comes back to the debit by which the heir took the debt over.  A
receipt's own lots are all that came of its lot, by the merger itself or by coming back later, through however many
mergers.

Worked number: 80 earned, 30 of them spent, and 50 moved to the heir by the merger.  The purchase of the 30 comes back
as a lot of 30; then the 80 are taken back out of both lots, before any other points of the heir.
"""

from __future__ import annotations

from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows, credit, give_back
from bonuscli.engine.holdings import Heirloom, Legacy, Lot
from bonuscli.model import RESTORE, TRANSFER_OUT, Event, Inherited

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bonuscli.engine.holdings import Name


def restore(account: Account, rows: Rows, debit: Name, points: int, event: Event) -> dict[int, int]:
    """Give back points of a redemption, of whichever account; what stayed free in each lot."""
    if isinstance(debit, int):
        return give_back(account, rows, RESTORE, debit, points, event.at, event.day, event.seq)[1]
    legacy = account.legacies[debit]
    owed = min(legacy.owed, points)
    freed: dict[int, int] = {}
    if owed:
        legacy.owed -= owed
        freed = restore(account, rows, named_by(account, legacy.carried), owed, event)
        rows.inherited.append(Inherited(account.n, *debit, 0, owed))
    left = points - owed
    for part in legacy.parts:
        lot, opens_on, expires_on, prolonged, there = part
        back = min(there, left)
        if back:
            part[-1] -= back
            left -= back
            n = receive(account, rows, RESTORE, back, (event.at, event), (opens_on, expires_on), bool(prolonged))
            rows.inherited.append(Inherited(n, *debit, lot, back))
            account.heirlooms[debit[0], lot].into.append((account.id, n))
            freed[n] = account.lot(n).remaining
    return freed


def receive(
    account: Account,
    rows: Rows,
    kind: str,
    points: int,
    when: tuple[int, Event],
    days: tuple[int, int],
    prolonged: bool,
) -> int:
    """Open a lot with the days that its points had elsewhere; ``when``: the entry's instant, and its event."""
    at, event = when
    # A lot that was prolonged once is never prolonged again: it names an origin, here itself.
    origin = account.n + 1 if prolonged else 0
    return credit(account, rows, kind, points, at, event.day, event.seq, days, origin=origin)


def points_out(account: Account, debit: Name) -> int:
    """Points of a redemption that did not come back."""
    if isinstance(debit, int):
        return sum(account.debits[debit].values()) + account.rests.get(debit, 0)
    legacy = account.legacies[debit]
    return legacy.owed + sum(part[-1] for part in legacy.parts)


def own_lots(account: Account, lot: Name) -> tuple[list[Lot], int]:
    """The lots that hold a receipt's own points, and how many of those expired, wherever they were."""
    if isinstance(lot, int):
        own = account.lot(lot)
        return [own], own.expired
    heirloom = account.heirlooms[lot]
    found, expired = [], heirloom.expired
    for name in heirloom.into:
        lots, gone = own_lots(account, named_by(account, name))
        found += lots
        expired += gone
    return sorted(found, key=Lot.eating_key), expired


def named_by(account: Account, name: tuple[int, int]) -> Name:
    """The name by which an account knows a lot or a debit: its number alone where it is the account's own."""
    return name[1] if name[0] == account.id else name


def hand_over(giver: Account, heir: Account, event: Event, rows: Rows) -> None:
    """Give the heir what a folded account leaves; ``event``: the merger's effect, just booked on him in ``rows``."""
    moved = {row.lot: (heir.id, row.n) for row in rows.inherited if row.account == giver.id}
    for n, lot in (*giver.spent_lots.items(), *giver.lots.items()):
        heir.heirlooms[giver.id, n] = Heirloom(lot.expired, [moved[n]] if n in moved else [])
    uncovered = dict(event.body.terms["owed"])
    took_over = (each.n for each in rows.entries if each.event == event.seq and each.kind == TRANSFER_OUT)
    carried = (heir.id, next(took_over, 0))
    for n, taken in giver.debits.items():
        parts = parts_of([(giver.lot(number), points) for number, points in taken.items()])
        heir.legacies[giver.id, n] = Legacy(uncovered.get(n, 0), carried, parts)
    heir.heirlooms.update(giver.heirlooms)
    heir.legacies.update(giver.legacies)
    for sale in giver.sales.values():
        sale.lot, sale.debit = _left_by(giver, sale.lot), _left_by(giver, sale.debit)
    heir.sales.update(giver.sales)
    for seq, (debit, day) in giver.redeemed_by.items():
        heir.redeemed_by[seq] = _left_by(giver, debit), day
    heir.purchases.update(giver.purchases)


def parts_of(taken: list[tuple[Lot, int]]) -> list[list[int]]:
    """The parts of a legacy, from what a debit took of each lot: they come back in reverse eating order."""
    back = sorted(taken, key=lambda pair: pair[0].eating_key(), reverse=True)
    return [[lot.n, lot.opens_on, lot.expires_on, int(bool(lot.origin)), points] for lot, points in back]


def _left_by(giver: Account, name: Name) -> Name:
    return (giver.id, name) if isinstance(name, int) and name else name
