"""What an account shows to a customer: the figures of one day, and what points are worth.

A look-up needs this and settling, and none of the rules: it must start in milliseconds.
"""

from bonuscli.days import NEVER
from bonuscli.engine import inactivity, tiers
from bonuscli.engine.account import Account
from bonuscli.model import Program
from bonuscli.records import namedtuple

# What an account shows on a day, points in the smallest unit: balance = lots open today + held - deficit; available =
# max(0, balance - held); spend: qualifying, minor units; next_expiry: (day, points) or None.
Figures = namedtuple("Figures", "balance pending held available deficit tier tier_until spend next_expiry")


def value_minor(points: int, program: Program) -> int:
    """What a number of points pays, in minor units."""
    return int(points * program.points.value_minor // program.points.unit)


def figures_on(account: Account, day: int, program: Program) -> Figures:
    """What the account shows on a day to which it is settled."""
    deficit, held = account.deficit, account.held
    end = inactivity.ends_on(account, program)
    # (last day, points) of each lot that is open; nothing here asks for the order in which they are eaten.
    opened = [
        (inactivity.last_day_of(lot, end), lot.remaining)
        for lot in account.lots.values()
        if lot.opens_on <= day <= lot.expires_on
    ]
    open_points = sum([points for _, points in opened])
    first = min(opened, default=(NEVER, 0))[0]
    next_expiry = (first, sum([points for last, points in opened if last == first])) if first < NEVER else None
    spend = tiers.spend(account, program.tiers, day) if program.tiers else account.spend_between(None, day)
    return Figures(
        balance=open_points + held - deficit,
        pending=account.pending_points(day),
        held=held,
        available=max(0, open_points - deficit),
        deficit=deficit,
        tier=account.tier,
        tier_until=tiers.held_through(account, program),
        spend=spend,
        next_expiry=next_expiry,
    )
