"""Goods brought back: points earned are taken back, points spent come back, and money is paid back.

A return is *resolved* once, when it is recorded: which part of which line comes back, as an exact fraction of the line.
Everything else is reckoned in totals over all returns of a receipt, and each return books the difference to the one
before it, so that partial returns always sum to the full one to the last point:

* due back of the points earned = the lines' shares of the award, times the part returned, rounded down (policy
  ``prorate``; ``by-line``, ``recompute`` and ``keep`` reckon the due otherwise);
* what expired of the receipt's own lot is set against it, and what was forgiven stays forgiven;
* points restored and money paid back likewise, the last return giving back all that is left.

Worked number: a line paid with one point and returned in three parts: floor(1/3), floor(2/3), floor(3/3) restores 0, 0,
1.  Spent points come back first, then earned points are taken: own lot, open lots, pending lots, and the rest is owed.
"""

from collections import namedtuple

from bonuscli.engine import discounts, earn, punch, standing, tiers
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows, credit, debit, give_back
from bonuscli.engine.holdings import Lot, Sale
from bonuscli.errors import InvariantBroken
from bonuscli.model import (
    EXTENSION,
    RESTORE,
    TAKE_BACK,
    BudgetDraw,
    Event,
    Line,
    Program,
    Refusal,
    ReturnBody,
    ReturnLine,
)
from bonuscli.units import Fraction, less, plus, reduced, split

PRORATE, BY_LINE, RECOMPUTE, KEEP = "prorate", "by-line", "recompute", "keep"
FORGIVE = "forgive"

# What a caller wants back: line number or sku (the other None), quantity in thousandths or amount in minor units (or
# None).
Wanted = namedtuple("Wanted", "line sku name quantity amount")

# Points taken back, given back and forgiven, money to pay back, and what the next return of the receipt goes on from.
Returned = namedtuple("Returned", "reversed restored forgiven pay_back pinned")


def resolve(sale: Sale, wanted: list[Wanted] | None, amount: int | None) -> tuple[ReturnLine, ...] | Refusal:
    """Which part of which line a return brings back, in line order; a Refusal where more would come back than was sold.

    ``wanted`` names lines; else ``amount`` is spread over what was paid and not yet returned; neither: all that is
    left.
    """
    if sale.closed or all(share == (1, 1) for share in sale.returned):
        return Refusal("already_returned", "everything on this receipt was already brought back", None)
    if wanted is None and amount is None:
        return _everything(sale)
    if wanted is None:
        return _by_amount(sale, amount or 0)
    parts_by_place: dict[int, Fraction] = {}
    for request in wanted:
        refusal = _take_wanted(sale, request, parts_by_place)
        if refusal is not None:
            return refusal
    return _lines(sale, sorted(parts_by_place.items()))


def _everything(sale: Sale) -> tuple[ReturnLine, ...]:
    parts = [less((1, 1), share) for share in sale.returned]
    return _lines(sale, [(place, part) for place, part in enumerate(parts) if part[0]])


def _take_wanted(sale: Sale, wanted: Wanted, parts: dict[int, Fraction]) -> Refusal | None:
    """Add one wanted line to ``parts``; a sku that stands on several lines is taken in line order."""
    places = [
        place
        for place, line in enumerate(sale.lines)
        if (line.number == wanted.line if wanted.line is not None else _same_goods(line, wanted))
    ]
    named = f"line {wanted.line}" if wanted.line is not None else repr(wanted.sku or wanted.name or "goods")
    if not places:
        return Refusal("over_returned", f"the receipt has no {named}", None)
    by_quantity = wanted.quantity is not None
    left = wanted.quantity if by_quantity else wanted.amount
    for place in places:
        line = sale.lines[place]
        whole = abs(line.quantity if by_quantity else line.amount)
        open_part = less(less((1, 1), sale.returned[place]), parts.get(place, (0, 1)))
        if not open_part[0]:
            continue
        if left is None:
            parts[place] = plus(parts.get(place, (0, 1)), open_part)
            continue
        if not whole:
            continue
        available = whole * open_part[0]  # in units of 1 / open_part[1]
        part = reduced(min(left * open_part[1], available), whole * open_part[1])
        parts[place] = plus(parts.get(place, (0, 1)), part)
        left -= min(left, -(-available // open_part[1]))
        if not left:
            return None
    if left is None and not any(place in parts for place in places):
        return Refusal("already_returned", f"{named} was already brought back", None)
    if left:
        return Refusal("over_returned", f"more of {named} would come back than was sold and not yet returned", None)
    return None


def _same_goods(line: Line, wanted: Wanted) -> bool:
    if wanted.sku is not None:
        return bool(line.sku == wanted.sku)
    return bool(line.name == wanted.name) if wanted.name is not None else True


def _by_amount(sale: Sale, amount: int) -> tuple[ReturnLine, ...] | Refusal:
    due = sale.to_pay - sale.paid_back
    if amount > due:
        return Refusal("over_returned", "more money would be paid back than was paid and not yet returned", None)
    if amount == due:
        return _everything(sale)
    paid = [line.amount - spent for line, spent in zip(sale.lines, sale.spents_minor, strict=True)]
    left = [max(0, money - money * share[0] // share[1]) for money, share in zip(paid, sale.returned, strict=True)]
    parts = split(amount, left)
    return _lines(
        sale,
        [
            (place, less((1, 1), sale.returned[place]) if part == left[place] else reduced(part, paid[place]))
            for place, part in enumerate(parts)
            if part
        ],
    )


def _lines(sale: Sale, parts: list[tuple[int, Fraction]]) -> tuple[ReturnLine, ...]:
    """The stored form: each part with the quantity and amount that it stands for, as differences of running totals."""
    found = []
    for number, (place, part) in enumerate(parts, start=1):
        line, before = sale.lines[place], sale.returned[place]
        after = plus(before, part)
        quantity = line.quantity * after[0] // after[1] - line.quantity * before[0] // before[1]
        amount = line.amount * after[0] // after[1] - line.amount * before[0] // before[1]
        found.append(
            ReturnLine(line.number, *part, line._replace(number=number, quantity=quantity, amount=amount, discount=0))
        )
    return tuple(found)


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
    bucket = account.day(sale.day)
    bucket.spend -= pay_back
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
    _, freed = give_back(account, rows, RESTORE, sale.debit, points, event.at, event.day, event.seq)
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
    reckoned = max(sale.reckoned, due - account.lot(sale.lot).expired)
    points, sale.reckoned = reckoned - sale.reckoned, reckoned
    day = program.calendar.day_of(max(event.at, account.clock))
    own = account.lot(sale.lot)
    others = [lot for lot in account.all_lots(day) if lot is not own]
    lots = [own, *others] if own.remaining else others
    held = sum(lot.remaining for lot in lots)
    forgiven = max(0, points - held) if program.returns.short == FORGIVE else 0
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
    if policy == BY_LINE:
        return _floor_shares(sale.awards, sale) + (sale.receipt_award if sale.closed else 0)
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
    account.day(event.day).spend -= event.body.total
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


def unlinked_body(number: str, shop: str, lines: tuple[Line, ...]) -> ReturnBody:
    """The body of a return that names no receipt."""
    parts = tuple(ReturnLine(0, 1, 1, line) for line in lines)
    return ReturnBody(number, shop, sum(line.amount for line in lines), parts, None)
