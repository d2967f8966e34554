"""Spending points: every limit of the program, in the order in which refusals are checked, and the spread over lines.

Each refusal names the highest number of points that would pass all limits together, so that a till can offer it.  Money
is compared in minor units and points in steps; a step is always worth whole minor units (checked when a program is
read).
"""

from bonuscli.engine.figures import value_minor
from bonuscli.engine.tariffs import level_of
from bonuscli.model import Line, Program, Refusal
from bonuscli.records import namedtuple
from bonuscli.units import RATE_ONE, format_decimal, split

MAX = "max"

# What a redemption is asked on.  available: open points less holds and debts; times: redemptions on the receipt's day
# so far; total: minor units, None without a receipt; limit_minor: money that may be paid with points, None without a
# receipt; confirmed: the till has asked the customer.
Asked = namedtuple("Asked", "available times total limit_minor confirmed")


def line_limits(lines: tuple[Line, ...], tier: str | None, program: Program) -> list[int]:
    """Minor units of each line that points may pay: by its goods' share, else the tier's, else the general one."""
    redeem = program.redeem
    level = level_of(program, tier)
    general = level.redeem_max_bp if level is not None and level.redeem_max_bp is not None else redeem.max_share_bp
    limits = []
    for line in lines:
        if line.amount <= 0 or (redeem.exclude is not None and redeem.exclude(line)):
            limits.append(0)
            continue
        share = next((bp for goods, bp in redeem.shares_by_goods if goods.matches(line)), general)
        limits.append(line.amount * share // RATE_ONE)
    return limits


def total_limit(total: int, tier: str | None, program: Program) -> int:
    """The same for a receipt of which only the total is known."""
    level = level_of(program, tier)
    redeem = program.redeem
    share = level.redeem_max_bp if level is not None and level.redeem_max_bp is not None else redeem.max_share_bp
    return int(max(total, 0) * share // RATE_ONE)


def highest(asked: Asked, program: Program) -> int:
    """The highest number of points that passes every limit, 0 if none does."""
    redeem = program.redeem
    if redeem is None or asked.available <= 0:
        return 0
    if redeem.per_day is not None and asked.times >= redeem.per_day:
        return 0
    if asked.total is not None and asked.total < redeem.min_receipt_minor:
        return 0
    points = asked.available
    if redeem.max_points is not None:
        points = min(points, redeem.max_points)
    if asked.limit_minor is not None:
        money = min(asked.limit_minor, asked.total - redeem.leave_to_pay_minor)
        points = min(points, max(money, 0) * program.points.unit // program.points.value_minor)
    if redeem.confirm_above is not None and not asked.confirmed:
        points = min(points, redeem.confirm_above)
    points -= points % redeem.step
    return int(points) if points >= max(redeem.min_points, 1) else 0


def check(points: int, asked: Asked, program: Program) -> Refusal | None:
    """The first refusal that applies to spending ``points`` > 0, None if the program allows it."""
    redeem = program.redeem
    if redeem is None:
        return Refusal("not_eligible", "this program does not let points be spent", 0)
    limit = highest(asked, program)
    for code, refused, why in _rules(points, asked, program):
        if refused:
            return Refusal(code, why, limit)
    return None


def _rules(points: int, asked: Asked, program: Program) -> list[tuple[str, bool, str]]:
    redeem = program.redeem

    def shown(number: int) -> str:
        return format_decimal(number, program.points.scale)

    def money(minor: int) -> str:
        return format_decimal(minor, program.digits)

    worth = value_minor(points, program)
    with_receipt = asked.total is not None
    return [
        (
            "receipt_too_small",
            with_receipt and asked.total < redeem.min_receipt_minor,
            f"points can be spent from a receipt of {money(redeem.min_receipt_minor)} on",
        ),
        (
            "redeem_times",
            redeem.per_day is not None and asked.times >= redeem.per_day,
            f"points were already spent {asked.times} times today, the most is {redeem.per_day}",
        ),
        (
            "insufficient_points",
            points > asked.available,
            f"{shown(points)} asked, {shown(max(asked.available, 0))} available",
        ),
        ("below_min_points", points < redeem.min_points, f"at least {shown(redeem.min_points)} must be spent at once"),
        ("not_a_step", points % redeem.step != 0, f"points are spent in steps of {shown(redeem.step)}"),
        (
            "over_points",
            redeem.max_points is not None and points > redeem.max_points,
            f"at most {shown(redeem.max_points or 0)} can be spent at once",
        ),
        (
            "over_share",
            with_receipt and asked.limit_minor is not None and worth > asked.limit_minor,
            f"points may pay {money(asked.limit_minor or 0)} of this receipt",
        ),
        (
            "leave_to_pay",
            with_receipt and asked.total - worth < redeem.leave_to_pay_minor,
            f"at least {money(redeem.leave_to_pay_minor)} of the receipt must be paid in money",
        ),
        (
            "confirmation_needed",
            redeem.confirm_above is not None and points > redeem.confirm_above and not asked.confirmed,
            f"above {shown(redeem.confirm_above or 0)} the customer must confirm",
        ),
    ]


def spread(points: int, lines: tuple[Line, ...], tier: str | None, program: Program) -> tuple[list[int], list[int]]:
    """Points and their money over the lines: proportional to the lines' limits, largest remainder, ties by line.

    What a till has decided beyond the limits is spread by the lines' amounts.  Both lists sum to the whole.
    """
    money = value_minor(points, program)
    limits = line_limits(lines, tier, program) if program.redeem is not None else []
    if sum(limits) < money:
        limits = [max(line.amount, 0) for line in lines]
    spent_minor = split(money, limits)
    return split(points, spent_minor), spent_minor
