"""The seven figures that tell whether the program works, each with its numerator and denominator.

Definitions are part of the contract of the command line.  Beside some of the seven stand figures that explain them, in
rows of their own, so that each number printed can be checked by hand.  A figure that nothing stands behind (no receipt,
no member) has a numerator and a denominator and no value; one that has no meaning for a group has none of the three.

Worked number: 3 members bought on 5 receipts and 2 receipts had no card: participation is 3 / (3 + 2) = 0.6.
"""

from collections.abc import Callable
from typing import NamedTuple

from bonuscli.days import format_day
from bonuscli.errors import BonusError
from bonuscli.near import did_you_mean
from bonuscli.reports.periods import Connection, Period, months_of, window
from bonuscli.reports.repeats import Repeats, read_repeats
from bonuscli.reports.sales import Sales, read_buyers, read_sales, read_sales_by
from bonuscli.reports.standing import Standing, read_standing, read_standing_by
from bonuscli.reports.table import (
    COUNT,
    DAY,
    GROUP,
    MIXED,
    MONEY,
    PERCENT,
    POINTS,
    TEXT,
    UNIT,
    Cell,
    Column,
    Ratio,
    Table,
)
from bonuscli.units import HALF_UP, round_ratio

BY = ("month", "shop", "tier", "tag")
_TITLES = {"month": "Month", "shop": "Shop", "tier": "Tier", "tag": "Tag"}


class Group(NamedTuple):
    """What one row of figures is made of; None: has no meaning for this group.

    ``has_guests``: whether receipts without a card can belong to the group; ``guests``: the sales whose receipts
    without a card it is compared with, which are the whole window's where groups are tiers or tags.
    """

    label: str | None
    sales: Sales
    guests: Sales
    has_guests: bool
    standing: Standing | None
    repeats: Repeats | None


class Figure(NamedTuple):
    """A numerator over a denominator; ``value``: the exact ratio, None where there is none."""

    numerator: int | None
    denominator: int | None
    value: Ratio | None


class Kpi(NamedTuple):
    """One of the figures: the kind of its value, of its numerator and denominator, and how it is reckoned."""

    name: str
    kind: str
    over: tuple[str, str]
    figure: Callable[[Group], Figure]


_MEANINGLESS = Figure(None, None, None)


def _over(numerator: int, denominator: int) -> Figure:
    return Figure(numerator, denominator, Ratio(numerator, denominator) if denominator > 0 else None)


def _participation(group: Group) -> Figure:
    if not group.has_guests:
        return _MEANINGLESS
    return _over(group.sales.buyers, group.sales.buyers + group.sales.guest_receipts)


def _participation_by_receipts(group: Group) -> Figure:
    return _over(group.sales.member_receipts, group.sales.receipts) if group.has_guests else _MEANINGLESS


def _participation_by_revenue(group: Group) -> Figure:
    return _over(group.sales.member_revenue, group.sales.revenue) if group.has_guests else _MEANINGLESS


def _average_balance(group: Group) -> Figure:
    if group.standing is None:
        return _MEANINGLESS
    return _over(group.standing.open_points, group.standing.accounts)


def _redemption_frequency(group: Group) -> Figure:
    return _over(group.sales.point_receipts, group.sales.member_receipts)


def _receipt_with_points(group: Group) -> Figure:
    return _over(group.sales.point_revenue, group.sales.point_receipts)


def _receipt_without_points(group: Group) -> Figure:
    sales = group.sales
    return _over(sales.revenue - sales.point_revenue, sales.receipts - sales.point_receipts)


def _repeat_purchase(group: Group) -> Figure:
    return _over(group.repeats.repeated, group.repeats.enrolled) if group.repeats is not None else _MEANINGLESS


def _repeat_full_days(group: Group) -> Figure:
    return _over(group.repeats.full_days, group.repeats.enrolled) if group.repeats is not None else _MEANINGLESS


def _sales_with_points(group: Group) -> Figure:
    return _over(group.sales.point_revenue, group.sales.revenue)


def _receipts_with_points(group: Group) -> Figure:
    return _over(group.sales.point_receipts, group.sales.receipts)


def _average_member_receipt(group: Group) -> Figure:
    return _over(group.sales.member_revenue, group.sales.member_receipts)


def _average_guest_receipt(group: Group) -> Figure:
    return _over(group.guests.guest_revenue, group.guests.guest_receipts)


def _uplift(group: Group) -> Figure:
    """a/b over c/d less 1 is (ad - bc) / bc: exact, though the two averages beside it are rounded to be printed."""
    member, guest = _average_member_receipt(group).value, _average_guest_receipt(group).value
    averages = [round_ratio(*each, HALF_UP) if each else None for each in (member, guest)]
    value = None
    if member and guest and guest.numerator > 0:
        base = member.denominator * guest.numerator
        value = Ratio(member.numerator * guest.denominator - base, base)
    return Figure(averages[0], averages[1], value)


# In the order of the contract; what stands beside one of the seven follows it.
KPIS = (
    Kpi("participation", PERCENT, (COUNT, COUNT), _participation),
    Kpi("participation_by_receipts", PERCENT, (COUNT, COUNT), _participation_by_receipts),
    Kpi("participation_by_revenue", PERCENT, (MONEY, MONEY), _participation_by_revenue),
    Kpi("average_balance", POINTS, (POINTS, COUNT), _average_balance),
    Kpi("redemption_frequency", PERCENT, (COUNT, COUNT), _redemption_frequency),
    Kpi("average_receipt_with_points", MONEY, (MONEY, COUNT), _receipt_with_points),
    Kpi("average_receipt_without_points", MONEY, (MONEY, COUNT), _receipt_without_points),
    Kpi("repeat_purchase", PERCENT, (COUNT, COUNT), _repeat_purchase),
    Kpi("repeat_purchase_full_days", PERCENT, (COUNT, COUNT), _repeat_full_days),
    Kpi("share_of_sales_with_points", PERCENT, (MONEY, MONEY), _sales_with_points),
    Kpi("share_of_receipts_with_points", PERCENT, (COUNT, COUNT), _receipts_with_points),
    Kpi("average_receipt_uplift", PERCENT, (MONEY, MONEY), _uplift),
    Kpi("average_receipt_of_members", MONEY, (MONEY, COUNT), _average_member_receipt),
    Kpi("average_receipt_of_guests", MONEY, (MONEY, COUNT), _average_guest_receipt),
)

_NOTES = {
    "shop": (
        "average_balance and repeat_purchase have no value by shop: points and enrolments belong to members.",
        "A return lowers the revenue of the shop that sold the goods.",
    ),
    "tier": (
        "participation has no value by tier, since receipts without a card have no tier;"
        " average_receipt_uplift compares each tier with all receipts without a card.",
        "repeat_purchase has no value by tier: new members enter at the same tier.",
        "average_balance counts a member in the tier of the window's end, all else in the tier stored on the receipt.",
    ),
    "tag": (
        "Tags are those that members have today; a member with two tags counts in both, so groups do not add up.",
        "participation and repeat_purchase have no value by tag;"
        " average_receipt_uplift compares each tag with all receipts without a card.",
    ),
    "month": (
        "average_balance is that of each month's end; repeat_purchase groups members by their month of enrolment.",
    ),
}


def kpi(
    connection: Connection,
    *,
    program: str,
    from_day: int,
    to_day: int,
    by: str | None,
    start_of: Callable[[int], int],
    currency: str,
    digits: int,
    points_scale: int,
) -> Table:
    """The figures of business days [from_day, to_day), for the whole window and, with ``by``, for each group in it.

    ``by``: one of ``BY``; ``start_of``: the instant at which a business day begins; ``currency``, ``digits``,
    ``points_scale``: the program's.  Rows stand in the order of ``KPIS``, then the whole window (label None) before its
    groups in order.  A window without documents gives rows without values.  ``BonusError`` ``usage``: an unknown
    ``by``, a window that ends before it begins.
    """
    if by is not None and by not in BY:
        raise BonusError(
            "usage", f"there are no figures by {by!r}", "--by", did_you_mean(by, BY) or f"known: {', '.join(BY)}"
        )
    whole = window(from_day, to_day, start_of)
    periods = [whole, *(months_of(whole, start_of) if by == "month" else ())]
    groups = _groups(connection, program, periods, by)
    rows = [_row(each, group, by) for each in KPIS for group in groups]
    label = (Column(by, _TITLES[by], GROUP),) if by else ()
    return Table(
        title=f"KPI from {format_day(from_day)} up to {format_day(to_day)}",
        columns=(
            Column("kpi", "KPI", TEXT),
            *label,
            Column("value", "Value", MIXED),
            Column("unit", "Unit", UNIT),
            Column("numerator", "Numerator", MIXED),
            Column("denominator", "Denominator", MIXED),
        ),
        rows=rows,
        currency=currency,
        digits=digits,
        points_scale=points_scale,
        head=(("from", DAY, from_day), ("to", DAY, to_day), *((("by", TEXT, by),) if by else ())),
        notes=_NOTES[by] if by else (),
        blocks="kpi" if by else None,
    )


def _row(each: Kpi, group: Group, by: str | None) -> tuple[object, ...]:
    figure = each.figure(group)
    label = (group.label,) if by else ()
    return (
        each.name,
        *label,
        Cell(each.kind, figure.value),
        each.kind,
        Cell(each.over[0], figure.numerator),
        Cell(each.over[1], figure.denominator),
    )


def _groups(connection: Connection, program: str, periods: list[Period], by: str | None) -> list[Group]:
    """The whole window first, then its months, shops, tiers or tags in ascending order."""
    whole = periods[0]
    buyers = read_buyers(connection, [whole])
    sales = read_sales(connection, program, periods, buyers=buyers)
    standing = read_standing(connection, program, periods)
    repeats = read_repeats(connection, program, whole, periods, buyers)
    groups = []
    for place, period in enumerate(periods):
        of_period = sales.get((place, None), Sales())
        groups.append(
            Group(
                period.label,
                of_period,
                of_period,
                True,
                standing[place],
                repeats[place],
            )
        )
    if by == "shop":
        for (_, shop), of_shop in sorted(read_sales(connection, program, [whole], by_shop=True).items()):
            groups.append(Group(shop, of_shop, of_shop, True, None, None))
    if by in ("tier", "tag"):
        of_parts = read_sales_by(connection, program, whole, by)
        held = read_standing_by(connection, program, whole, by)
        for part in sorted(of_parts.keys() | held.keys()):
            of_part = of_parts.get(part, Sales())
            groups.append(Group(part, of_part, groups[0].sales, False, held.get(part, Standing()), None))
    return groups
