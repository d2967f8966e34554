"""A receipt on an account: deciding what is spent, and booking what is spent and earned.

Deciding (limits, refusals, ``max``) happens once, when the receipt is recorded; the decided number of points is part of
the event.  Booking follows from the event and the account alone and is what refolding repeats.  By default points are
spent before the receipt's own are given; ``same_receipt: allow`` turns that round.
"""

from __future__ import annotations

from bonuscli.engine import earn, redeem, standing, tiers
from bonuscli.engine.account import WELCOME_WAITING, Account
from bonuscli.engine.book import Rows, credit, debit
from bonuscli.engine.figures import value_minor
from bonuscli.engine.holdings import Sale
from bonuscli.engine.lifetimes import accrual_days
from bonuscli.engine.when import Occasion
from bonuscli.later import later
from bonuscli.model import (
    ACCRUAL,
    REDEMPTION,
    Award,
    AwardPart,
    BudgetDraw,
    Event,
    Facts,
    LineShare,
    Program,
    Receipt,
    ReceiptBody,
    Refusal,
)
from bonuscli.records import make, namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bonuscli.engine import discounts, heirs, punch, referral, trace
else:
    heirs = later("bonuscli.engine.heirs")
    trace = later("bonuscli.engine.trace")
    discounts = later("bonuscli.engine.discounts")
    punch = later("bonuscli.engine.punch")
    referral = later("bonuscli.engine.referral")

# earned, redeemed: points; excess: points of an earlier redemption that the receipt could not take; opens_on,
# expires_on: of the lot, None without one; pinned: facts that a later return scores with.
Booked = namedtuple("Booked", "earned redeemed spent_minor excess uncovered opens_on expires_on tier pinned award")


def decide(
    account: Account,
    receipt: Receipt,
    program: Program,
    paid_by: int,
    confirmed: bool,
    trusted: bool,
    pinned: dict[str, Any],
) -> ReceiptBody | Refusal:
    """The receipt with the number of points that it spends, or why it is refused.

    ``paid_by``: the event of an earlier redemption with this receipt's number, 0 for none.  ``trusted``: the till has
    decided, limits are not checked.  ``pinned``: the facts that the event will hold.  The account must be settled to
    the receipt's instant.
    """
    total = sum(line.amount for line in receipt.lines)
    asked_points = receipt.redeem
    points = 0
    if asked_points is not None and asked_points != 0:
        own_day = program.calendar.day_of(receipt.at)
        facts = standing.facts_at(account, receipt.at, own_day, program, receipt.shop, pinned)
        asked = _asked(account, receipt, total, facts, program, confirmed, pinned)
        if asked_points == redeem.MAX:
            points = 0 if facts.barred else redeem.highest(asked, program)
        else:
            points = asked_points
            refusal = None
            if not trusted:
                refusal = standing.refuse_spending(facts.barred) or redeem.check(points, asked, program)
            if refusal is not None:
                return refusal
            if value_minor(points, program) > max(total, 0):
                return Refusal("over_share", "the points are worth more than the receipt", None)
        if paid_by:
            return Refusal("already_redeemed", f"points were already spent on receipt {receipt.number}", 0)
    return make(ReceiptBody, (receipt.number, receipt.shop, total, receipt.lines, points, paid_by))


def _asked(
    account: Account,
    receipt: Receipt,
    total: int,
    facts: Facts,
    program: Program,
    confirmed: bool,
    pinned: dict[str, Any],
) -> redeem.Asked:
    calendar = program.calendar
    own_day, spending_day = calendar.day_of(receipt.at), calendar.day_of(max(receipt.at, account.clock))
    available = account.open_points(spending_day)
    limit = None
    if program.redeem is not None:
        limit = sum(redeem.line_limits(receipt.lines, facts.tier, program))
        if program.redeem.same_receipt:
            occasion = earn.occasion_of(receipt.at, total, receipt.shop, facts, program, receipt.lines, pinned)
            available += _sure_award(account, occasion, program) - account.deficit
    bucket = account.bucket(own_day)
    return redeem.Asked(available, bucket.redemptions if bucket else 0, total, limit, confirmed)


def book(account: Account, event: Event, program: Program | None, rows: Rows) -> Booked:
    """Book a decided receipt; ``program`` is the version in force at its ``at``, None before the first.

    The account must be settled to ``event.settled_to``.
    """
    body = event.body
    told = event.pinned
    sale = Sale(event.seq, event.at, event.day, event.version, body.shop, None, body.total, body.lines, dict(told))
    account.sales[event.seq] = sale
    # Minor units of each line that points of another of the shop's programs paid.
    paid_elsewhere = told.get("paid")
    if paid_elsewhere:
        sale.spents_minor = list(paid_elsewhere)
    if program is None:
        _count(account, sale, 0)
        return Booked(0, 0, sum(sale.spents_minor), 0, 0, None, None, None, sale.pinned or None, earn.NOTHING)
    facts = standing.facts_at(account, event.at, event.day, program, body.shop, told)
    at = max(event.at, account.clock)
    day = event.day if at == event.at else program.calendar.day_of(at)
    spent, excess = _spent(account, body, program)
    if spent:
        sale.spents, sale.spents_minor = redeem.spread(spent, body.lines, facts.tier, program)
    occasion = earn.occasion_of(event.at, body.total, body.shop, facts, program, body.lines, told)
    scored = _with_receipt(account, occasion, sale.spents_minor, program)
    sale.tier = scored.facts.tier
    award = earn.score(body.lines, sale.spents_minor, scored, program)
    spends, earn_first = spent or body.paid_by, program.redeem is not None and program.redeem.same_receipt
    if spends and not earn_first:
        _spend(account, event, sale, (spent, excess), (at, day), rows)
    opens_on, expires_on = _accrue(account, event, sale, award, program, rows)
    if spends and earn_first:
        _spend(account, event, sale, (spent, excess), (at, day), rows)
    _pin(event, sale, facts, award, program, rows)
    _share(rows, sale, bool(paid_elsewhere))
    _count(account, sale, int(bool(spent) and not body.paid_by))
    if facts.barred is None:
        _count_beside(account, sale, occasion, program, bool(spent))
    if account.welcome == WELCOME_WAITING and body.total > 0:
        _welcome(account, event, program, rows)
    if account.referrer is not None:
        referral.look_after_receipt(account, event, program, rows)
    tiers.look_up(account, rows, program, at, day, event.seq)
    uncovered = account.rests.get(sale.debit, 0) if isinstance(sale.debit, int) and not body.paid_by else 0
    pinned, minor = sale.pinned or None, sum(sale.spents_minor)
    return make(Booked, (award.points, spent, minor, excess, uncovered, opens_on, expires_on, sale.tier, pinned, award))


def traced(account: Account, event: Event, program: Program) -> Award:
    """The award of a decided receipt again, with its steps.  The account must be settled and stand before the event."""
    body = event.body
    facts = standing.facts_at(account, event.at, event.day, program, body.shop, event.pinned)
    spent, _ = _spent(account, body, program)
    spent_minor = event.pinned.get("paid", [0] * len(body.lines))
    if spent:
        spent_minor = redeem.spread(spent, body.lines, facts.tier, program)[1]
    occasion = earn.occasion_of(event.at, body.total, body.shop, facts, program, body.lines, event.pinned)
    award = earn.score(body.lines, spent_minor, _with_receipt(account, occasion, spent_minor, program), program, True)
    spending = trace.spending(spent, spent_minor, body.lines, program)
    opening = trace.opening(award.points, *accrual_days(program, event.day), program)
    return award._replace(steps=(*spending, *award.steps, *opening))


def _with_receipt(account: Account, occasion: Occasion, spent_minor: list[int] | None, program: Program) -> Occasion:
    """The occasion with the tier at which the receipt is scored: where it counts itself, the one that it reaches."""
    found = program.tiers
    if found is None or not found.with_receipt:
        return occasion
    points = 0
    if found.by == tiers.POINTS_EARNED:
        points = earn.score(occasion.lines, spent_minor, occasion, program).points
    adds = tiers.Counted(occasion.total - sum(spent_minor or ()), points, int(occasion.total > 0))
    tier = tiers.reached_with(account, found, occasion.facts.tier, occasion.day, adds)
    return occasion._replace(facts=occasion.facts._replace(tier=tier))


def _sure_award(account: Account, occasion: Occasion, program: Program) -> int:
    """Points that the receipt gives for sure, whatever of it points pay, so that it may spend them itself.

    A tier that only the whole sum of money reaches is not sure.
    """
    before, after = (
        earn.score(each.lines, None, each, program).points
        for each in (occasion, _with_receipt(account, occasion, None, program))
    )
    return int(min(before, after))


def _spent(account: Account, body: ReceiptBody, program: Program) -> tuple[int, int]:
    """Points that pay for the receipt, and points of an earlier redemption that it cannot take."""
    if not body.paid_by:
        return body.spent, 0
    paid, _ = account.redeemed_by[body.paid_by]
    taken = heirs.points_out(account, paid)
    payable = max(body.total, 0) * program.points.unit // program.points.value_minor
    if program.redeem is not None:
        payable -= payable % program.redeem.step
    return min(taken, payable), max(0, taken - payable)


def _spend(
    account: Account, event: Event, sale: Sale, points: tuple[int, int], when: tuple[int, int], rows: Rows
) -> None:
    """Book what pays for the receipt now, or take the redemption that has paid for it already.

    ``points``: as of :func:`_spent`; ``when``: instant and business day of the debit.
    """
    (spent, excess), (at, day), paid_by = points, when, event.body.paid_by
    if paid_by:
        sale.debit, sale.redeemed_on = account.redeemed_by[paid_by]
        if excess:
            heirs.restore(account, rows, sale.debit, excess, event)
        return
    sale.redeemed_on = sale.day
    sale.debit = debit(account, rows, REDEMPTION, spent, at, day, event.seq, account.all_lots(day))


def _accrue(
    account: Account, event: Event, sale: Sale, award: Award, program: Program, rows: Rows
) -> tuple[int | None, int | None]:
    if not award.points:
        return None, None
    days = accrual_days(program, event.day)
    n = credit(account, rows, ACCRUAL, award.points, event.at, event.day, event.seq, days)
    rows.parts += [make(AwardPart, (n, rule, points)) for rule, points in award.parts]
    sale.lot = n
    sale.award = award.points
    sale.awards = list(award.lines)
    sale.receipt_award = award.receipt_part
    account.day(event.day).earned += award.points
    return days


def _pin(event: Event, sale: Sale, facts: Facts, award: Award, program: Program, rows: Rows) -> None:
    """Keep the facts that the receipt was scored with, and book what it drew from budgets."""
    sale.pinned = standing.pinned_of(event.pinned, facts, award.parts, program)
    drawn = sale.pinned.get(standing.BUDGET)
    if drawn:
        rows.draws += [BudgetDraw(rule, sale.seq, points) for rule, points in drawn.items()]


def _share(rows: Rows, sale: Sale, paid_elsewhere: bool) -> None:
    """Each line's part of award and redemption; what another program's points paid stands with that program."""
    if sale.receipt_award:
        rows.shares.append(LineShare(sale.seq, 0, sale.receipt_award, 0, 0))
    paid = [0] * len(sale.lines) if paid_elsewhere else sale.spents_minor
    seq = sale.seq
    rows.shares += [
        make(LineShare, (seq, line.number, award, spent, spent_minor))
        for line, award, spent, spent_minor in zip(sale.lines, sale.awards, sale.spents, paid, strict=True)
        if award or spent or spent_minor
    ]


def _count_beside(account: Account, sale: Sale, occasion: Occasion, program: Program, spends: bool) -> None:
    """Count what the receipt uses of punch cards, discounts and vouchers, where the program has any."""
    if program.beside.punch:
        punch.stamp(account, sale, program)
    if program.beside.discounts or program.beside.gifts:
        discounts.count(account, sale, occasion, program, spends)


def _welcome(account: Account, event: Event, program: Program, rows: Rows) -> None:
    """Give the welcome grant that waited for a first purchase."""
    from bonuscli.engine.giving import give_welcome

    at = max(event.at, account.enrolled_at)
    give_welcome(account, rows, program, at, program.calendar.day_of(at), event.seq)


def _count(account: Account, sale: Sale, redemptions: int) -> None:
    """Count the receipt on its day; a receipt of total 0 is none in a count."""
    bucket = account.spend_on(sale.day, sale.to_pay)
    bucket.redemptions += redemptions
    if sale.total > 0:
        bucket.receipts += 1
        account.receipts += 1
        account.last_purchase_on = max(account.last_purchase_on or sale.day, sale.day)
