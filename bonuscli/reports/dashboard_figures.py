"""What the dashboard's cards and lines are made of: the seven figures of many windows at once, and sums of days.

The figures are those of ``kpi``: the same statements and the same functions, asked for several windows in one go.  Sums
of days are told only of what adds up over days (receipts, money, points); the page adds them to weeks and months.
"""

from typing import NamedTuple

from bonuscli.reports.kpi import KPIS, Figure, Group
from bonuscli.reports.periods import Period, days_with_receipts
from bonuscli.reports.question import Question
from bonuscli.reports.repeats import read_repeats
from bonuscli.reports.sales import Sales, read_sales
from bonuscli.reports.standing import read_standing
from bonuscli.reports.today import MOVED

# shop (None: all of them) -> the figures in the order of KPIS
Figures = dict[str | None, list[Figure]]


class Day(NamedTuple):
    """Of one shop on one day: receipts above 0, those without a card, revenue in minor units, that without a card."""

    day: int
    receipts: int
    guest_receipts: int
    revenue: int
    guest_revenue: int


class Points(NamedTuple):
    """Points of one day by the day of their entries, as in ``status``."""

    day: int
    issued: int
    redeemed: int
    expired: int


_POINTS = f"""
SELECT n.day, {MOVED}
FROM accounts a CROSS JOIN entries n ON n.account = a.id
WHERE a.program = :program AND n.day >= :from_day AND n.day < :to_day GROUP BY 1 ORDER BY 1"""


def shops_of(question: Question, whole: Period) -> list[str]:
    """The shops with documents in a window, that with the most receipts first; "" is what names no shop."""
    found = read_sales(question.connection, question.program, [whole], by_shop=True)
    return [str(shop) for (_, shop), _ in sorted(found.items(), key=lambda each: (-each[1].receipts, str(each[0][1])))]


def read_figures(
    question: Question, windows: list[Period], shops: tuple[str, ...], together: Period | None = None
) -> list[Figures]:
    """The figures of each window, of all shops and of each of ``shops``, as ``kpi`` tells them.

    ``together``: the window of which they are the parts, as months are of ``kpi --by month``, so that a member who
    joined in one and bought again in the next has come back; None: each stands alone.
    """
    if not windows:
        return []
    connection, program = question.connection, question.program
    sales = read_sales(connection, program, windows)
    of_shops = read_sales(connection, program, windows, by_shop=True) if shops else {}
    standing = read_standing(connection, program, windows)
    if together is not None:
        repeats = read_repeats(connection, program, together, windows)
    else:
        repeats = [read_repeats(connection, program, window, [window])[0] for window in windows]
    told = []
    for place in range(len(windows)):
        sold = sales.get((place, None), Sales())
        groups: dict[str | None, Group] = {None: Group(None, sold, sold, True, standing[place], repeats[place])}
        for shop in shops:
            sold = of_shops.get((place, shop), Sales())
            groups[shop] = Group(shop, sold, sold, True, None, None)
        told.append({shop: [each.figure(group) for each in KPIS] for shop, group in groups.items()})
    return told


def read_days(question: Question, whole: Period, shops: tuple[str, ...]) -> dict[str | None, list[Day]]:
    """Of all shops and of each of ``shops`` the days that have a document, in order."""
    found: dict[str | None, list[Day]] = {None: [], **{shop: [] for shop in shops}}
    first, last = days_with_receipts(question.connection) or (whole.to_day, whole.from_day)
    start = max(first, whole.from_day)
    periods = [Period(None, day, day + 1, 0) for day in range(start, min(last + 1, whole.to_day))]
    for by_shop in (False, True) if shops else (False,):
        sales = read_sales(question.connection, question.program, periods, by_shop)
        for (place, shop), sold in sorted(sales.items(), key=lambda each: each[0][0]):
            if shop in found:
                sums = (sold.receipts, sold.guest_receipts, sold.revenue, sold.guest_revenue)
                found[shop].append(Day(start + place, *sums))
    return found


def read_points(question: Question, whole: Period) -> list[Points]:
    """The days of a window on which points moved, in order."""
    return [Points(*row) for row in question.rows(_POINTS, **whole.bounds)]
