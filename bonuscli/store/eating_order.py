"""Whether points were spent out of the lots that were next: each debit booked again on what was left then.

Lots open on the day are eaten before those that open later, each in the order of (expires_on, opens_on, n): first in,
first out, where all live equally long.  An account's entries and allocations are gone through once, in the order of
their numbers, with what remains in each lot; nothing is asked of the program or of receipts.

Worked number: of lots of 30 ending on day 10 and of 50 ending on day 20 a redemption of 40 takes 30 and 10; one that
took 40 of the second left 30 in a lot that comes before it.

Debits that have lots of their own are left out: a take-back begins with its receipt's lot, an expiry with what ends, a
capture stays with what its hold took.
"""

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

# Kinds of debits that take whatever lot is next.
_SPENT = "'redemption', 'hold', 'gift', 'adjustment'"
_LOTS = """
SELECT account, n, points, opens_on, expires_on FROM entries
WHERE opens_on IS NOT NULL AND expires_on IS NOT NULL
  AND (:member IS NULL OR account IN (SELECT id FROM accounts WHERE member = :member))
ORDER BY account, n"""
# What moved in and out of lots; kind and day where it was spent by a debit as it was booked.  A capture is the one that
# hangs on an event with the hold's reversal before it.
_MOVES = f"""
SELECT al.account, al.cause, al.lot, CASE WHEN al.entry = al.debit THEN -al.points ELSE al.points END, d.kind, d.day
FROM allocations al LEFT JOIN entries d ON d.account = al.account AND d.n = al.cause AND al.cause = al.debit
    AND d.kind IN ({_SPENT})
    AND NOT EXISTS (SELECT 1 FROM entries h WHERE d.kind = 'redemption' AND h.account = d.account AND h.n = d.n - 1
                    AND h.kind = 'hold' AND h.event = d.event)
WHERE al.lot > 0 AND (:member IS NULL OR al.account IN (SELECT id FROM accounts WHERE member = :member))
ORDER BY al.account, al.cause, al.entry, al.debit, al.lot"""
# Of the rows of _LOTS and _MOVES.
_account, _cause = itemgetter(0), itemgetter(1)


def eaten_out_of_order(connection: sqlite3.Connection, member: int | None) -> Iterator[tuple]:
    """(invariant, account, entry, text) of debits that left something in a lot which comes before one that they ate."""
    lots = groupby(connection.execute(_LOTS, {"member": member}), _account)
    of_account, opened = next(lots, (None, ()))
    for account, moves in groupby(connection.execute(_MOVES, {"member": member}), _account):
        while of_account is not None and of_account < account:
            of_account, opened = next(lots, (None, ()))
        if of_account == account:
            yield from _out_of_order(account, {lot[1]: lot[2:] for lot in opened}, moves)


def _out_of_order(account: int, lots: dict[int, tuple[int, int, int]], moves: Iterator[tuple]) -> Iterator[tuple]:
    """The same of one account; ``lots``: (points, opens_on, expires_on) by number."""
    left = {n: points for n, (points, _, _) in lots.items()}
    for n, moved in groupby(moves, _cause):
        eaten = []
        rows = list(moved)
        for _, _, lot, points, _, _ in rows:
            if lot in left:  # one that is not there is told elsewhere
                left[lot] += points
                eaten.append(lot)
        *_, kind, day = rows[0]
        if kind is None or not eaten:
            continue
        last = max(_place(lot, lots[lot], day) for lot in eaten)
        for lot, points in left.items():
            if points > 0 and lot < n and lots[lot][2] >= day and _place(lot, lots[lot], day) < last:
                text = f"{kind} {n} took from lot {last[-1]} and left {points} in lot {lot}, which comes before it"
                yield 9, account, n, text
                break


def _place(n: int, lot: tuple[int, int, int], day: int) -> tuple[bool, int, int, int]:
    """Where a lot stands in the order of eating on a day."""
    _, opens_on, expires_on = lot
    return opens_on > day, expires_on, opens_on, n
