"""Gifts of the catalogue: points are given for goods, a coupon's code, or a voucher for the next receipt.

A gift is paid from open points alone and never makes a debt.  It is no redemption on a receipt: none of the limits of
``redeem`` applies, and the day's count of redemptions is not touched.
"""

from bonuscli.engine import standing
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows, debit
from bonuscli.engine.discounts import VOUCHERS, give_voucher
from bonuscli.engine.versions import Versions
from bonuscli.model import GIFT, Event, Gift, Program, Refusal
from bonuscli.units import format_decimal

GOODS, COUPON = "goods", "coupon"


def check(account: Account, gift: Gift, at: int, claimed: int, program: Program) -> Refusal | None:
    """Why a gift is refused; ``claimed``: how many of it were given to anybody so far.

    The account must be settled.
    """
    day = program.calendar.day_of(max(at, account.clock))
    barred = standing.refuse_spending(standing.barred_on(account, program, day))
    if barred is not None:
        return barred
    there = account.open_points(day)
    if gift.points > there:
        scale = program.points.scale
        asked, open_points = format_decimal(gift.points, scale), format_decimal(there, scale)
        return Refusal("insufficient_points", f"{gift.name} costs {asked}, {open_points} available", None)
    if gift.stock is not None and claimed >= gift.stock:
        return Refusal("out_of_stock", f"{gift.name}: none is left of {gift.stock}", None)
    return None


def book(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    """Book a gift: the points that it cost, and its voucher; the entry's number, 0 for a gift that cost nothing."""
    body = event.body
    program = versions.program(event.version) or versions.first
    if body.gives in VOUCHERS:
        give_voucher(account, body.gift, event.day)
    if not body.points:
        return 0
    at = max(event.at, account.clock)
    day = program.calendar.day_of(at)
    return debit(account, rows, GIFT, body.points, at, day, event.seq, account.open_lots(day), body.gift)
