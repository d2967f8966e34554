"""Goods brought back: points earned are taken back, points spent come back, and money is paid back.

A return is *resolved* once, when it is recorded (see ``brought``): which part of which line comes back, as an exact
fraction of the line.  Everything else is reckoned in totals over all returns of a receipt, and each return books the
difference to the one before it, so that partial returns always sum to the full one to the last point:

* due back of the points earned = the lines' shares of the award, times the part returned, rounded down (policy
  ``prorate``; ``by-line``, ``recompute`` and ``keep`` reckon the due otherwise);
* what expired of the receipt's own lot is set against it, and what was forgiven stays forgiven;
* points restored and money paid back likewise, the last return giving back all that is left.

Worked number: a line paid with one point and returned in three parts: floor(1/3), floor(2/3), floor(3/3) restores 0, 0,
1.  Spent points come back first, then earned points are taken: own lot, open lots, pending lots, and the rest is owed.
"""

from bonuscli.engine import discounts, earn, heirs, punch, standing, tiers
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows, credit, debit
from bonuscli.engine.holdings import Lot, Sale
from bonuscli.errors import InvariantBroken
from bonuscli.model import EXTENSION, TAKE_BACK, BudgetDraw, Event, Program, ReturnBody
from bonuscli.records import namedtuple
from bonuscli.units import plus

RECOMPUTE, KEEP = "recompute", "keep"
FORGIVE = "forgive"

# Points taken back, given back and forgiven, money to pay back, and what the next return of the receipt goes on from.
Returned = namedtuple("Returned", "reversed restored forgiven pay_back pinned")


def book(
    account: Account, event: Event, sale: Sale | None, program: Program | None, current: Program | None, rows: Rows
) -> Returned:
    """Book a resolved return.  ``program``: the version of its receipt; ``current``: the one in force at its own date.

    The account must be settled to ``event.settled_to`` and, for a linked return, hold the sale, its lot and its debit.
    """
    if sale is None:
        return _book_unlinked(account, event, current, rows)
    before = _figure_before(account, event, current)
    pay_back = bring_back(sale, event.body)
    _forget_purchases(account, sale)
    punch.take_back(account, event.body, sale, program)
    restored = _restored(account, event, sale, program, rows)
    reversed_points, forgiven = _take_back(account, event, sale, program, rows)
    _refill_budgets(sale, event, reversed_points, rows)
    bucket = account.spend_on(sale.day, -pay_back)
    bucket.earned -= reversed_points
    if sale.closed:
        discounts.give_back(account, sale)
    if sale.closed and sale.total > 0:
        bucket.receipts -= 1
        account.receipts -= 1
        if sale.redeemed_on is not None:
            account.day(sale.redeemed_on).redemptions -= 1
    _look_up_tier(account, event, before, current, rows)
    return Returned(reversed_points, restored, forgiven, pay_back, pinned_of(sale))


def bring_back(sale: Sale, body: ReturnBody) -> int:
    """Mark the parts of a return as brought back; the money to pay for them.  All that a guest's return does."""
    sale.returned = list(sale.returned)  # a copy of the account, to try something on, has its own
    for part in body.lines:
        place = next(place for place, line in enumerate(sale.lines) if line.number == part.of_line)
        sale.returned[place] = plus(sale.returned[place], (part.numerator, part.denominator))
        if sale.returned[place][0] > sale.returned[place][1]:
            raise InvariantBroken(f"return {body.number} brings back more than line {part.of_line} of event {sale.seq}")
    sale.closed = _nothing_left(sale)
    pay_back = _paid_back(sale) - sale.paid_back
    sale.paid_back += pay_back
    return pay_back


def pinned_of(sale: Sale) -> dict[str, int]:
    """The totals over all returns so far, kept with the return's event."""
    totals = {
        "reckoned": sale.reckoned,
        "restored": sale.restored,
        "paid_back": sale.paid_back,
        "closed": int(sale.closed),
    }
    return {**totals, "taken": sale.taken} if standing.BUDGET in sale.pinned else totals


def _forget_purchases(account: Account, sale: Sale) -> None:
    """A line that came back as a whole was not bought."""
    if account.purchases:
        for line, share in zip(sale.lines, sale.returned, strict=True):
            if share == (1, 1):
                account.purchases.pop((sale.seq, line.number), None)


def _refill_budgets(sale: Sale, event: Event, taken: int, rows: Rows) -> None:
    """Give each budget its share of what was taken back, as differences of running totals."""
    for rule, drawn in sale.pinned.get(standing.BUDGET, {}).items():
        back = drawn * (sale.taken + taken) // sale.award - drawn * sale.taken // sale.award
        if back:
            rows.draws.append(BudgetDraw(rule, event.seq, -back))
    sale.taken += taken


def _nothing_left(sale: Sale) -> bool:
    """Whether all that was paid for is back: every line of positive amount, or every line where there is none."""
    counted = [place for place, line in enumerate(sale.lines) if line.amount > 0] or list(range(len(sale.lines)))
    return all(sale.returned[place] == (1, 1) for place in counted)


def _floor_shares(amounts: list[int], sale: Sale) -> int:
    return sum(amount * part // whole for amount, (part, whole) in zip(amounts, sale.returned, strict=True))


def _restored(account: Account, event: Event, sale: Sale, program: Program | None, rows: Rows) -> int:
    """Give back spent points to their lots; lots that end too soon are prolonged."""
    due = sale.spent if sale.closed else _floor_shares(sale.spents, sale)
    points = due - sale.restored
    if points <= 0 or not sale.debit:
        return 0
    sale.restored = due
    freed = heirs.restore(account, rows, sale.debit, points, event)
    least = program.returns.restored_min_life if program is not None else None
    if least is not None and program is not None:
        for lot_n, stayed in sorted(freed.items()):
            lot = account.lot(lot_n)
            if stayed and not lot.origin and lot.expires_on < event.day + least:
                _extend(account, event, lot, stayed, event.day + least, program, rows)
    return points


def _extend(
    account: Account, event: Event, lot: Lot, points: int, expires_on: int, program: Program, rows: Rows
) -> None:
    """Move restored points to a lot of their own that lives to ``expires_on``; the two entries sum to zero."""
    at = max(event.at, account.clock)
    debit(account, rows, EXTENSION, points, at, program.calendar.day_of(at), event.seq, [lot])
    days = (min(lot.opens_on, event.day), expires_on)
    credit(account, rows, EXTENSION, points, event.at, event.day, event.seq, days, origin=lot.n)


def _take_back(account: Account, event: Event, sale: Sale, program: Program | None, rows: Rows) -> tuple[int, int]:
    """Take back what is due by now and was not reckoned before; points taken and points forgiven."""
    if not sale.lot or program is None:
        return 0, 0
    due = min(_due(sale, account, program), sale.award)
    own, expired = heirs.own_lots(account, sale.lot)
    reckoned = max(sale.reckoned, due - expired)
    points, sale.reckoned = reckoned - sale.reckoned, reckoned
    day = program.calendar.day_of(max(event.at, account.clock))
    lots = [lot for lot in own if lot.remaining]
    lots += [lot for lot in account.all_lots(day) if lot not in lots]
    forgiven = 0
    if program.returns.short == FORGIVE:
        # Points on hold are not gone: they are owed until they are let go, or else whoever brought all back kept them.
        held = sum(hold.points for hold in account.holds.values())
        there = sum(lot.remaining for lot in lots) + held - account.deficit
        forgiven = max(0, points - max(0, there))
    return _debit(account, event, points - forgiven, lots, day, rows), forgiven


def _debit(account: Account, event: Event, points: int, lots: list[Lot], day: int, rows: Rows) -> int:
    if points > 0:
        debit(account, rows, TAKE_BACK, points, max(event.at, account.clock), day, event.seq, lots)
    return max(points, 0)


def _due(sale: Sale, account: Account, program: Program) -> int:
    """Points of the award that are due back for all that was returned so far."""
    policy = program.returns.earned
    if policy == KEEP:
        return 0
    if policy == RECOMPUTE:
        return sale.award - _score_left(sale, account, program)
    # By line too: what belongs to the receipt as a whole is on no line, and is due when nothing is left.
    return sale.award if sale.closed else _floor_shares(sale.awards, sale)


def _score_left(sale: Sale, account: Account, program: Program) -> int:
    """The award of what is left of the receipt, with the facts of its own time."""
    left, spent_left = [], []
    for line, spent, (part, whole) in zip(sale.lines, sale.spents_minor, sale.returned, strict=True):
        left.append(
            line._replace(
                quantity=line.quantity - line.quantity * part // whole,
                amount=line.amount - line.amount * part // whole,
                discount=line.discount - line.discount * part // whole,
            )
        )
        spent_left.append(spent - spent * part // whole)
    total = sum(line.amount for line in left)
    facts = standing.facts_of(sale.pinned, sale.tier, account, program)
    occasion = earn.occasion_of(sale.at, total, sale.shop, facts, program, tuple(left), sale.pinned)
    return int(earn.score(tuple(left), spent_left, occasion, program).points)


def _paid_back(sale: Sale) -> int:
    """Minor units due back in total: of each line what was paid for it, times the part returned, rounded down.

    Never more than was paid, nor less than before: 20.00 of goods sold beside a deposit of -15.00 bring back 5.00.
    """
    if sale.closed:
        return sale.to_pay
    paid = [line.amount - spent for line, spent in zip(sale.lines, sale.spents_minor, strict=True)]
    return max(sale.paid_back, min(_floor_shares(paid, sale), sale.to_pay))


def _book_unlinked(account: Account, event: Event, program: Program | None, rows: Rows) -> Returned:
    """A return that names no receipt: scored as a sale, taken from what is there, never owed; nothing is restored."""
    taken = 0
    before = _figure_before(account, event, program)
    if program is not None:
        lines = tuple(part.line for part in event.body.lines)
        body = event.body
        # Nobody knows what the sale drew from a budget: rules that have one take nothing back.
        facts = standing.facts_at(account, event.at, event.day, program, body.shop, {})
        facts = facts._replace(first_purchase=False, room=None)
        occasion = earn.occasion_of(event.at, body.total, body.shop, facts, program, lines)
        day = program.calendar.day_of(max(event.at, account.clock))
        lots = account.all_lots(day)
        due = 0 if program.returns.earned == KEEP else earn.score(lines, None, occasion, program).points
        taken = _debit(account, event, min(due, sum(lot.remaining for lot in lots)), lots, day, rows)
    account.spend_on(event.day, -event.body.total)
    _look_up_tier(account, event, before, program, rows)
    return Returned(taken, 0, 0, event.body.total, None)


def _figure_before(account: Account, event: Event, program: Program | None) -> int | None:
    """What tiers count before a return, where it may lower the level at once: for life; else None."""
    if program is None or program.tiers is None or program.tiers.window is not None:
        return None
    return tiers.figure(account, program.tiers, program.calendar.day_of(max(event.at, account.clock)))


def _look_up_tier(account: Account, event: Event, before: int | None, program: Program | None, rows: Rows) -> None:
    if program is not None:
        at = max(event.at, account.clock)
        tiers.look_up(account, rows, program, at, program.calendar.day_of(at), event.seq, before)
