"""A receipt on an account: deciding what is spent, and booking what is spent and earned.

Deciding (limits, refusals, ``max``) happens once, when the receipt is recorded; the decided number of points is part of
the event.  Booking follows from the event and the account alone and is what refolding repeats.  By default points are
spent before the receipt's own are given; ``same_receipt: allow`` turns that round.
"""

from collections import namedtuple

from bonuscli.engine import earn, redeem, tiers
from bonuscli.engine.account import WELCOME_WAITING, Account
from bonuscli.engine.book import Rows, credit, debit, give_back
from bonuscli.engine.figures import value_minor
from bonuscli.engine.holdings import Sale
from bonuscli.engine.settle import accrual_days, give_welcome
from bonuscli.model import (
    ACCRUAL,
    REDEMPTION,
    RESTORE,
    Award,
    AwardPart,
    Event,
    Facts,
    LineShare,
    Program,
    Receipt,
    ReceiptBody,
    Refusal,
)

# earned, redeemed: points; excess: points of an earlier redemption that the receipt could not take; opens_on,
# expires_on: of the lot, None without one; pinned: facts that a later return scores with.
Booked = namedtuple("Booked", "earned redeemed spent_minor excess uncovered opens_on expires_on tier pinned award")


def facts_at(account: Account, at: int, day: int, program: Program) -> Facts:
    """What the rules may know of the member at an instant."""
    cap = program.earn.cap
    room = None
    if cap.per_day is not None or cap.receipts_per_day is not None:
        bucket = account.days.get(day)
        earned, receipts = (bucket.earned, bucket.receipts) if bucket else (0, 0)
        if cap.per_day is not None:
            room = max(0, cap.per_day - earned)
        if cap.receipts_per_day is not None and receipts >= cap.receipts_per_day:
            room = 0
    return Facts(account.tier_at(at), account.tags, account.receipts == 0, account.birthday, room)


def decide(
    account: Account, receipt: Receipt, program: Program, paid_by: int, confirmed: bool, trusted: bool
) -> ReceiptBody | Refusal:
    """The receipt with the number of points that it spends, or why it is refused.

    ``paid_by``: the event of an earlier redemption with this receipt's number, 0 for none.  ``trusted``: the till has
    decided, limits are not checked.  The account must be settled to the receipt's instant.
    """
    total = sum(line.amount for line in receipt.lines)
    asked_points = receipt.redeem
    points = 0
    if asked_points is not None and asked_points != 0:
        if paid_by:
            return Refusal("already_redeemed", f"points were already spent on receipt {receipt.number}", 0)
        asked = _asked(account, receipt, total, program, confirmed)
        if asked_points == redeem.MAX:
            points = redeem.highest(asked, program)
        else:
            points = asked_points
            refusal = None if trusted else redeem.check(points, asked, program)
            if refusal is not None:
                return refusal
            if value_minor(points, program) > max(total, 0):
                return Refusal("over_share", "the points are worth more than the receipt", None)
    return ReceiptBody(receipt.number, receipt.shop, total, receipt.lines, points, paid_by)


def _asked(account: Account, receipt: Receipt, total: int, program: Program, confirmed: bool) -> redeem.Asked:
    calendar = program.calendar
    own_day, spending_day = calendar.day_of(receipt.at), calendar.day_of(max(receipt.at, account.clock))
    facts = facts_at(account, receipt.at, own_day, program)
    available = account.open_points(spending_day)
    limit = None
    if program.redeem is not None:
        limit = sum(redeem.line_limits(receipt.lines, facts.tier, program))
        if program.redeem.same_receipt:
            occasion = earn.occasion_of(receipt.at, total, receipt.shop, facts, program)
            available += earn.score(receipt.lines, None, occasion, program).points - account.deficit
    bucket = account.days.get(own_day)
    return redeem.Asked(available, bucket.redemptions if bucket else 0, total, limit, confirmed)


def book(account: Account, event: Event, program: Program | None, rows: Rows) -> Booked:
    """Book a decided receipt; ``program`` is the version in force at its ``at``, None before the first.

    The account must be settled to ``event.settled_to``.
    """
    body = event.body
    sale = Sale(event.seq, event.at, event.day, event.version, body.shop, None, body.total, body.lines, {})
    account.sales[event.seq] = sale
    if program is None:
        _count(account, sale, 0)
        return Booked(0, 0, 0, 0, 0, None, None, None, None, earn.NOTHING)
    facts = facts_at(account, event.at, event.day, program)
    sale.tier = facts.tier
    debit_at = max(event.at, account.clock)
    debit_day = program.calendar.day_of(debit_at)
    spent, excess = _spent(account, body, program)
    if spent:
        sale.spents, sale.spents_minor = redeem.spread(spent, body.lines, facts.tier, program)
    occasion = earn.occasion_of(event.at, body.total, body.shop, facts, program)
    award = earn.score(body.lines, sale.spents_minor, occasion, program)

    def spend() -> None:
        if body.paid_by:
            sale.debit, sale.redeemed_on = account.redeemed_by[body.paid_by]
            if excess:
                give_back(account, rows, RESTORE, sale.debit, excess, event.at, event.day, event.seq)
        elif spent:
            lots = account.all_lots(debit_day)
            sale.redeemed_on = sale.day
            sale.debit = debit(account, rows, REDEMPTION, spent, debit_at, debit_day, event.seq, lots)

    earn_first = program.redeem is not None and program.redeem.same_receipt
    if not earn_first:
        spend()
    lot_days = _accrue(account, event, sale, award, program, rows)
    if earn_first:
        spend()
    if program.returns.earned == "recompute":
        sale.pinned = {"first": int(facts.first_purchase), "room": facts.room}
    _share(rows, sale)
    _count(account, sale, 0 if body.paid_by else int(bool(spent)))
    if account.welcome == WELCOME_WAITING and body.total > 0:
        at = max(event.at, account.enrolled_at)
        give_welcome(account, rows, program, at, program.calendar.day_of(at), event.seq)
    tiers.look_up(account, rows, program, debit_at, debit_day, event.seq, returned=0)
    uncovered = 0 if body.paid_by else account.rests.get(sale.debit, 0)
    spent_minor = sum(sale.spents_minor)
    return Booked(
        award.points, spent, spent_minor, excess, uncovered, *lot_days, facts.tier, sale.pinned or None, award
    )


def traced(account: Account, event: Event, program: Program) -> Award:
    """The award of a decided receipt again, with its steps.  The account must be settled and stand before the event."""
    body = event.body
    facts = facts_at(account, event.at, event.day, program)
    spent, _ = _spent(account, body, program)
    spent_minor = redeem.spread(spent, body.lines, facts.tier, program)[1] if spent else [0] * len(body.lines)
    occasion = earn.occasion_of(event.at, body.total, body.shop, facts, program)
    return earn.score(body.lines, spent_minor, occasion, program, traced=True)


def _spent(account: Account, body: ReceiptBody, program: Program) -> tuple[int, int]:
    """Points that pay for the receipt, and points of an earlier redemption that it cannot take."""
    if not body.paid_by:
        return body.spent, 0
    paid, _ = account.redeemed_by[body.paid_by]
    taken = sum(account.debits[paid].values()) + account.rests.get(paid, 0)
    payable = max(body.total, 0) * program.points.unit // program.points.value_minor
    if program.redeem is not None:
        payable -= payable % program.redeem.step
    return min(taken, payable), max(0, taken - payable)


def _accrue(
    account: Account, event: Event, sale: Sale, award: Award, program: Program, rows: Rows
) -> tuple[int | None, int | None]:
    if not award.points:
        return None, None
    days = accrual_days(program, event.day)
    n = credit(account, rows, ACCRUAL, award.points, event.at, event.day, event.seq, days)
    rows.parts.extend(AwardPart(n, rule, points) for rule, points in award.parts)
    sale.lot = n
    sale.award = award.points
    sale.awards = list(award.lines)
    sale.receipt_award = award.receipt_part
    account.day(event.day).earned += award.points
    return days


def _share(rows: Rows, sale: Sale) -> None:
    if sale.receipt_award:
        rows.shares.append(LineShare(sale.seq, 0, sale.receipt_award, 0, 0))
    for line, award, spent, spent_minor in zip(sale.lines, sale.awards, sale.spents, sale.spents_minor, strict=True):
        if award or spent or spent_minor:
            rows.shares.append(LineShare(sale.seq, line.number, award, spent, spent_minor))


def _count(account: Account, sale: Sale, redemptions: int) -> None:
    """Count the receipt on its day; a receipt of total 0 is none in a count."""
    bucket = account.day(sale.day)
    bucket.spend += sale.to_pay
    bucket.redemptions += redemptions
    if sale.total > 0:
        bucket.receipts += 1
        account.receipts += 1
        account.last_purchase_on = max(account.last_purchase_on or sale.day, sale.day)
