"""Money off: what a quote takes off the lines of a receipt, and what of it a booked receipt has used up.

Discounts are given in the order of the program file, each over what the ones before it left of the positive lines of
its goods, so that no line ever falls below zero; full punch cards come next, and a voucher of a gift last.  A percent
is rounded half up once over its lines and spread like a fixed amount: 10 % of 0.15 and 0.15 is 0.03, of which the lines
bear 0.02 and 0.01.

Only a quote takes anything off.  A booked receipt has its amounts as facts; what the till gave is seen from its lines:
a discount with a limit counts as used where its conditions hold and a line of its goods carries a discount.  What was
counted is kept with the receipt (``pinned["counted"]``), so that its whole return takes exactly that back.
"""

from __future__ import annotations

from bonuscli.engine.account import Account
from bonuscli.engine.holdings import Sale
from bonuscli.engine.punch import punch_discounts, stamps
from bonuscli.engine.when import Occasion
from bonuscli.model import Delivery, Discount, Gift, Line, Program, Step
from bonuscli.records import namedtuple
from bonuscli.units import HALF_UP, RATE_ONE, format_decimal, mul_div, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# What is taken off.  id: of the discount, punch card or gift (a voucher's); lines: ((number of the line, minor), ...).
Off = namedtuple("Off", "id amount_minor lines")
# lines: of the receipt that the till then sends; given: tuple of Off; steps: a Step for each discount and voucher.
Offered = namedtuple("Offered", "lines given steps")
# What a discount may look at besides the receipt.  account: settled, None for a guest; unlocked: ids of discounts that
# a coupon's code stands for; spends: whether points are to be spent on the receipt.
Standing = namedtuple("Standing", "account unlocked spends")

FREE = "free"
DISCOUNT, DELIVERY = "discount", "delivery"
# What a gift gives by a voucher for the next receipt.
VOUCHERS = (DISCOUNT, DELIVERY)
PER_RECEIPT = "receipt"
COUNTED, COUPONS = "counted", "coupons"


def offer(lines: tuple[Line, ...], occasion: Occasion, program: Program, standing: Standing) -> Offered:
    """The lines with everything taken off that the program gives; ``occasion`` tells them as they were before.

    Source: program language, "Order of evaluation", step 1.
    """
    given: list[Off] = []
    steps: list[Step] = []
    for discount in program.beside.discounts:
        why_not = _why_not(discount, occasion, program, standing, {off.id for off in given})
        off = None if why_not else _off(discount.id, lines, _taken(discount, lines), discount)
        if off is not None:
            lines = _lowered(lines, off)
            given.append(off)
        steps.append(_step(discount.id, off, why_not or "no line of its goods has anything left", program))
    for off in _punched(lines, standing.account, occasion.day, program):
        lines = _lowered(lines, off)
        given.append(off)
        steps.append(_step(off.id, off, "", program))
    for gift in vouchers(standing.account, occasion.day, program):
        if gift.gives == DISCOUNT:
            left = sum(max(line.amount, 0) for line in lines)
            off = _off(gift.id, lines, mul_div(left, gift.rate, RATE_ONE, HALF_UP), None)
            if off is not None:
                lines = _lowered(lines, off)
                given.append(off)
            steps.append(_step(gift.id, off, "no line has anything left", program))
    return Offered(lines, tuple(given), tuple(steps))


def unlocked(coupons: Iterable[str], program: Program) -> frozenset[str]:
    """The discounts that coupons stand for, by the ids of the coupons whose codes were told."""
    named = frozenset(coupons)
    return frozenset(coupon.discount for coupon in program.beside.coupons if coupon.id in named)


def vouchers(account: Account | None, day: int, program: Program) -> list[Gift]:
    """Gifts whose vouchers a receipt of ``day`` uses: of a kind the one claimed first.  A guest has none."""
    return [gift for gift, _ in _held(account, day, program).values()]


def is_delivery_free(delivery: Delivery | None, total: int, tier: str | None) -> bool:
    """Whether a receipt of ``total`` minor units, after discounts and before points, is delivered free."""
    if delivery is None:
        return False
    enough = delivery.from_minor is None or total >= delivery.from_minor
    return bool(enough and (delivery.tiers is None or tier in delivery.tiers))


def count(account: Account, sale: Sale, occasion: Occasion, program: Program, spends: bool) -> None:
    """Count the discounts with a limit and the vouchers that a booked receipt has used, and keep that with it.

    Conditions on the total may hold with or without what was taken off: what the total was when the discount was given
    is not told.
    """
    counted: list[tuple[str, int, int]] = []
    discounted = any(line.discount > 0 for line in sale.lines)
    if discounted:
        before = occasion._replace(total=occasion.total + sum(line.discount for line in sale.lines))
        opened = unlocked(sale.pinned.get(COUPONS, {}).values(), program)
        for discount in program.beside.discounts:
            if discount.limit is None or discount.limit.per == PER_RECEIPT or (discount.instead and spends):
                continue
            if discount.by_coupon and discount.id not in opened:
                continue
            carried = any(line.discount > 0 and _is_of(discount, line) for line in sale.lines)
            when = discount.when
            if carried and (when is None or when.holds(occasion) or when.holds(before)):
                counted.append((_name(discount), sale.day, 1))
    for kind, (gift, claimed_on) in _held(account, sale.day, program).items():
        if kind == DELIVERY or discounted:
            counted.append((_voucher(gift.id), claimed_on, -1))
    for name, day, number in counted:
        account.tally(name, day, number)
    sale.pinned.pop(COUNTED, None)
    if counted:
        sale.pinned[COUNTED] = [list(each) for each in counted]  # as JSON gives them back


def give_back(account: Account, sale: Sale) -> None:
    """Take back what a receipt counted: it came back whole."""
    for name, day, number in sale.pinned.get(COUNTED, ()):
        account.tally(name, day, -number)


def give_voucher(account: Account, gift: str, day: int) -> None:
    """Note a voucher for the next receipt."""
    account.tally(_voucher(gift), day, 1)


def take_voucher(account: Account, gift: str, day: int) -> None:
    """Take back a voucher that was given on a day."""
    account.tally(_voucher(gift), day, -1)


def has_voucher(account: Account, gift: str, day: int) -> bool:
    """Whether a voucher that was given on a day was not used yet."""
    return account.tallied(_voucher(gift), day, day) > 0


def _name(discount: Discount) -> str:
    return f"discount:{discount.id}"


def _voucher(gift: str) -> str:
    return f"voucher:{gift}"


def _held(account: Account | None, day: int, program: Program) -> dict[str, tuple[Gift, int]]:
    """Of each kind of voucher the gift claimed first, with the day on which it was."""
    found: dict[str, tuple[Gift, int]] = {}
    if account is None or not account.tallies:
        return found
    for gift in program.beside.gifts:
        days = [claimed for claimed in account.tallies.get(_voucher(gift.id), ()) if claimed <= day]
        if days and (gift.gives not in found or min(days) < found[gift.gives][1]):
            found[gift.gives] = gift, min(days)
    return found


def _why_not(
    discount: Discount, occasion: Occasion, program: Program, standing: Standing, given: set[str]
) -> str | None:
    """Why a discount is not given, before its goods are looked at."""
    if discount.by_coupon and discount.id not in standing.unlocked:
        return "it is given for the code of a coupon"
    if discount.when is not None and not discount.when.holds(occasion):
        return str(discount.when.why_not(occasion))
    rival = next(
        (
            other.id
            for other in program.beside.discounts
            if other.id in given and (other.id in discount.not_with or discount.id in other.not_with)
        ),
        None,
    )
    if rival is not None:
        return f"it is not given together with {rival}"
    if discount.instead and standing.spends:
        return "it is not given where points are spent"
    limit = discount.limit
    if limit is None or limit.per == PER_RECEIPT:
        return None
    if standing.account is None:
        return "it is limited for each member, and a guest is none"
    from bonuscli.engine.limits import left_of

    if left_of(standing.account, _name(discount), limit, occasion.day):
        return None
    return f"it was given {limit.count} times in this {limit.per}".replace("in this member", "to this member")


def _punched(lines: tuple[Line, ...], account: Account | None, day: int, program: Program) -> list[Off]:
    """What full punch cards take off, one Off a card."""
    if account is None or not program.beside.punch:
        return []
    parts: dict[str, list[tuple[int, int]]] = {}
    for card, place, minor in punch_discounts(lines, stamps(account, program, day), program):
        parts.setdefault(card, []).append((lines[place].number, minor))
    return [Off(card, sum(minor for _, minor in shares), tuple(shares)) for card, shares in parts.items()]


def _is_of(discount: Discount, line: Line) -> bool:
    return discount.goods is None or discount.goods.matches(line)


def _taken(discount: Discount, lines: tuple[Line, ...]) -> int:
    """Minor units that a discount takes off what is left of its lines."""
    left = sum(line.amount for line in lines if line.amount > 0 and _is_of(discount, line))
    off = discount.amount_minor if discount.rate is None else mul_div(left, discount.rate, RATE_ONE, HALF_UP)
    if discount.max_minor is not None:
        off = min(off, discount.max_minor)
    return int(min(off, left))


def _off(name: str, lines: tuple[Line, ...], amount: int, discount: Discount | None) -> Off | None:
    """An amount spread over the positive lines of a discount (None: over all), by what is left of them."""
    if not amount:
        return None
    bearing = [line for line in lines if line.amount > 0 and (discount is None or _is_of(discount, line))]
    parts = split(amount, [line.amount for line in bearing])
    shares = ((line.number, part) for line, part in zip(bearing, parts, strict=True) if part)
    return Off(name, amount, tuple(shares))


def _lowered(lines: tuple[Line, ...], off: Off) -> tuple[Line, ...]:
    parts = dict(off.lines)
    return tuple(
        line._replace(amount=line.amount - parts[line.number], discount=line.discount + parts[line.number])
        if line.number in parts
        else line
        for line in lines
    )


def _step(name: str, off: Off | None, why_not: str, program: Program) -> Step:
    from bonuscli.engine.trace import APPLIED, SKIPPED

    if off is None:
        return Step(name, SKIPPED, "0", why_not, "receipt")
    numbers = ", ".join(str(number) for number, _ in off.lines)
    money = f"{format_decimal(off.amount_minor, program.digits)} {program.currency}"
    where = f"{'line' if len(off.lines) == 1 else 'lines'} {numbers}"
    return Step(name, APPLIED, "0", f"{money} off", where)
