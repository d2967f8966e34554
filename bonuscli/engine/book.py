"""Double entry on one account: credits open lots, debits eat lots, and a debt is repaid before anything else.

Five acts, and nothing else changes a lot:

* :func:`credit` opens a lot;
* :func:`debit` takes points out of given lots, and what they do not cover stays as an uncovered rest;
* :func:`give_back` returns points of an earlier debit: its uncovered rest is cancelled, then its lots are filled in
  reverse eating order;
* :func:`exchange` puts one debit in the place of another, as the capture of a hold does;
* whatever becomes free in a lot, by a credit or a giving back, repays uncovered rests, oldest debit first, also when
  the lot's last day has passed.  So with a deficit nothing remains in any lot.

Worked number: 80 earned, 30 of them redeemed, all goods returned: the take-back of 80 eats the 50 that are left and
leaves a rest of 30.  The next accrual of 100 repays 30 and leaves 70.

Allocations tell each movement: ``entry == debit`` where points leave the lot for the debit, a later ``entry`` where
they come back.  ``cause`` is the entry whose booking moved them.
"""

from bonuscli.engine.account import LOTS, RESTS, Account
from bonuscli.engine.holdings import Lot
from bonuscli.errors import InvariantBroken
from bonuscli.model import Allocation, AwardPart, BudgetDraw, Entry, Inherited, LineShare, TierChange
from bonuscli.records import make


class Rows:
    """What one or several events wrote on one account, in order."""

    __slots__ = ("allocations", "draws", "entries", "inherited", "parts", "shares", "tier_changes")

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.allocations: list[Allocation] = []
        self.parts: list[AwardPart] = []
        self.shares: list[LineShare] = []
        self.tier_changes: list[TierChange] = []
        self.draws: list[BudgetDraw] = []
        self.inherited: list[Inherited] = []


def credit(
    account: Account,
    rows: Rows,
    kind: str,
    points: int,
    at: int,
    day: int,
    event: int | None,
    lot_days: tuple[int, int],
    rule: str | None = None,
    origin: int = 0,
) -> int:
    """Book ``points`` > 0 as a new lot open from and through ``lot_days``; the entry's number."""
    account.n += 1
    n = account.n
    opens_on, expires_on = lot_days
    rows.entries.append(make(Entry, (n, kind, points, at, day, event, opens_on, expires_on, rule, origin)))
    lot = Lot(n, opens_on, expires_on, 0, origin)
    if not _free(account, rows, lot, points, n):
        account.spent_lots[n] = lot
    return n


def debit(
    account: Account,
    rows: Rows,
    kind: str,
    points: int,
    at: int,
    day: int,
    event: int | None,
    lots: list[Lot],
    rule: str | None = None,
) -> int:
    """Book ``points`` > 0 taken from ``lots`` in their order, the rest uncovered; the entry's number."""
    account.n += 1
    n = account.n
    rows.entries.append(make(Entry, (n, kind, -points, at, day, event, None, None, rule, 0)))
    taken: dict[int, int] = {}
    left = points
    for lot in lots:
        if not left:
            break
        part = min(lot.remaining, left)
        _take(account, lot, part)
        taken[lot.n] = part
        rows.allocations.append(make(Allocation, (n, n, n, lot.n, part)))
        left -= part
    if left:
        account.rests[n] = left
        account.touch(RESTS, n)
    account.debits[n] = taken
    return n


def give_back(
    account: Account, rows: Rows, kind: str, debit_n: int, points: int, at: int, day: int, event: int | None
) -> tuple[int, dict[int, int]]:
    """Book the return of ``points`` > 0 of a debit; the entry's number and what stayed free in each lot."""
    account.n += 1
    n = account.n
    rows.entries.append(Entry(n, kind, points, at, day, event, None, None, None, 0))
    left = points
    rest = account.rests.get(debit_n, 0)
    if rest:
        cancelled = min(rest, left)
        _lower_rest(account, debit_n, cancelled)
        rows.allocations.append(Allocation(n, n, debit_n, 0, cancelled))
        left -= cancelled
    taken = account.debits[debit_n]
    freed: dict[int, int] = {}
    for lot in sorted((account.lot(number) for number in taken), key=Lot.eating_key, reverse=True):
        if not left:
            break
        part = min(taken[lot.n], left)
        if part:
            taken[lot.n] -= part
            rows.allocations.append(Allocation(n, n, debit_n, lot.n, part))
            freed[lot.n] = _free(account, rows, lot, part, n)
            left -= part
    if left:
        raise InvariantBroken(
            f"account {account.id}: {points} points of debit {debit_n} were to come back, {left} more than it took"
        )
    return n, freed


def exchange(
    account: Account,
    rows: Rows,
    debit_n: int,
    kinds: tuple[str, str],
    points: int,
    at: int,
    day: int,
    event: int | None,
) -> int:
    """Reverse a whole debit, covered by lots, and book ``points`` of it as another one; the new debit's number.

    ``kinds``: of the reversal and of the new debit, which takes its points from the same lots in eating order.  What it
    takes is not free in between: only the rest repays debts and fills its lots, in reverse eating order.
    """
    back, n = account.n + 1, account.n + 2
    account.n = n
    reserved = account.debits[debit_n]
    whole = sum(reserved.values())
    rows.entries.append(Entry(back, kinds[0], whole, at, day, event, None, None, None, 0))
    rows.entries.append(Entry(n, kinds[1], -points, at, day, event, None, None, None, 0))
    lots = sorted((account.lot(number) for number, part in reserved.items() if part), key=Lot.eating_key)
    taken: dict[int, int] = {}
    left = points
    for lot in lots:
        part = min(reserved[lot.n], left)
        rows.allocations.append(Allocation(back, back, debit_n, lot.n, reserved[lot.n]))
        if part:
            taken[lot.n] = part
            rows.allocations.append(Allocation(n, n, n, lot.n, part))
        left -= part
    if left:
        raise InvariantBroken(f"account {account.id}: {points} points in the place of debit {debit_n} of {whole}")
    for lot in reversed(lots):
        _free(account, rows, lot, reserved[lot.n] - taken.get(lot.n, 0), back)
        reserved[lot.n] = 0
    account.debits[n] = taken
    return n


def cancel_rests(account: Account, rows: Rows, kind: str, at: int, day: int, event: int | None) -> int:
    """Book a credit that cancels every uncovered rest, oldest debit first; the entry's number."""
    account.n += 1
    n = account.n
    rows.entries.append(Entry(n, kind, account.deficit, at, day, event, None, None, None, 0))
    for debit_n in sorted(account.rests):
        rest = account.rests[debit_n]
        rows.allocations.append(Allocation(n, n, debit_n, 0, rest))
        _lower_rest(account, debit_n, rest)
    return n


def _free(account: Account, rows: Rows, lot: Lot, points: int, cause: int) -> int:
    """Put points into a lot, repaying uncovered rests first; what stayed in the lot."""
    for debit_n in sorted(account.rests) if account.rests else ():
        if not points:
            return 0
        part = min(account.rests[debit_n], points)
        rows.allocations.append(Allocation(cause, debit_n, debit_n, lot.n, part))
        _lower_rest(account, debit_n, part)
        taken = account.debits.get(debit_n)
        if taken is not None:
            taken[lot.n] = taken.get(lot.n, 0) + part
        points -= part
    if points:
        lot.remaining += points
        account.known_lots[lot.n] = lot
        if account.first_expiry is not None and lot.expires_on < account.first_expiry:
            account.first_expiry = lot.expires_on
        account.spent_lots.pop(lot.n, None)
        account.touch(LOTS, lot.n)
    return points


def _take(account: Account, lot: Lot, points: int) -> None:
    lot.remaining -= points
    account.touch(LOTS, lot.n)
    if not lot.remaining:
        account.empty(lot)


def _lower_rest(account: Account, debit_n: int, points: int) -> None:
    account.touch(RESTS, debit_n)
    account.rests[debit_n] -= points
    if not account.rests[debit_n]:
        del account.rests[debit_n]
