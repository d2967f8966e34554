"""What a quote tells besides points: discounts, vouchers, what codes stand for, and free delivery.

The receipt that comes out is the one that the till then sends: its lines are lowered by the discounts, so redemption
limits, points and what is to pay follow from it as they will when it is booked.
"""

from bonuscli.engine import discounts, earn
from bonuscli.engine.discounts import DELIVERY, FREE, Standing
from bonuscli.engine.standing import facts_at
from bonuscli.model import Facts, Program, Receipt
from bonuscli.records import namedtuple
from bonuscli.services import codes
from bonuscli.services.codes import USED, VALID, Code
from bonuscli.services.desk import Desk

# receipt: as the till then sends it; given: tuple of discounts.Off; codes: tuple of codes.Code; delivery: "free" or
# None; vouchers: tuple of the Gifts whose vouchers the receipt will use; steps: of Step.
Offer = namedtuple("Offer", "receipt given codes delivery vouchers steps")

_NOBODY = Facts(None, frozenset(), False, None, None)


def offer_of(desk: Desk, member: int | None, receipt: Receipt) -> Offer:
    """What the program in force offers on a receipt of a member, or of a guest (None).  Nothing is booked.

    Who may not take part in the program is offered what a guest is.  A code without a use left is told as such and left
    out of the receipt, which the desk would refuse with it.
    """
    version = desk.versions.in_force(receipt.at)
    if version is None:
        return Offer(receipt, (), (), None, (), ())
    program = version.program
    day = program.calendar.day_of(receipt.at)
    told: tuple[Code, ...] = ()
    if receipt.codes:
        told = tuple(codes.look_up(desk.connection, desk.versions, version, receipt.codes, day))
        receipt = receipt._replace(codes=tuple(code.told for code in told if code.state != USED))
    if not _offers_anything(program):
        return Offer(receipt, (), told, None, (), ())
    pinned = desk.told_of(receipt, desk.versions)
    account, facts = None, _NOBODY
    if member is not None:
        known = desk.trial(desk.accounts[member], max(desk.accounts[member].clock, receipt.at))
        found = facts_at(known, receipt.at, day, program, receipt.shop or "", pinned)
        if found.barred is None:
            account, facts = known, found
    unlocked = discounts.unlocked((code.coupon for code in told if code.state == VALID), program)
    standing = Standing(account, unlocked, _spends(desk, member, receipt))
    total = sum(line.amount for line in receipt.lines)
    occasion = earn.occasion_of(receipt.at, total, receipt.shop or "", facts, program, receipt.lines, pinned)
    offered = discounts.offer(receipt.lines, occasion, program, standing)
    used = tuple(discounts.vouchers(account, day, program))
    total = sum(line.amount for line in offered.lines)
    free = discounts.is_delivery_free(program.beside.delivery, total, facts.tier)
    free = free or any(gift.gives == DELIVERY for gift in used)
    receipt = receipt._replace(lines=offered.lines)
    return Offer(receipt, offered.given, told, FREE if free else None, used, offered.steps)


def _offers_anything(program: Program) -> bool:
    beside = program.beside
    return bool(beside.discounts or beside.punch or beside.gifts or beside.delivery)


def _spends(desk: Desk, member: int | None, receipt: Receipt) -> bool:
    """Whether points are to be spent on the receipt, or were for it beforehand."""
    if receipt.redeem not in (None, 0):
        return True
    if member is None:
        return False
    return desk.claims.find_redeem(receipt.number, receipt.source, member, desk.program) is not None
