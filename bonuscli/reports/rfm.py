"""Who are the best customers, and who is being lost: members by recency, frequency and money, five grades of each.

Counted are members of the program with at least one receipt above 0 in [from, to), whatever program it was recorded in:
recency is the days from the last such receipt's day to the last day of the window, frequency their number, money the
revenue after discounts and before points, less what was brought back in the window.

The grade of a member is 1 + (5 x the number of members who are worse, divided by the number of all), without the
fraction; worse is bought longer ago, less often, for less.  So members who are alike have the same grade, 5 is the best
fifth, and a grade is empty where many are alike: of ten members seven of whom bought once, the seven have frequency 1,
and the other three are better than seven: 1 + 35 / 10, grade 4 at least.

A row is a cell, such as 5-1-3, with its members' sums, the best first; --by recency, frequency or money shows the five
grades of one of them with its bounds: days, receipts, or money.

Worked number: 5 members bought 1, 1, 2, 3 and 9 times; 0, 0, 2, 3 and 4 are worse: frequency 1, 1, 3, 4 and 5.
"""

from bisect import bisect_left
from collections import defaultdict
from typing import NamedTuple

from bonuscli.reports.question import Question, share
from bonuscli.reports.table import COUNT, MONEY, PERCENT, TEXT, Column, Table
from bonuscli.store.views import SALE_COLUMNS, SALE_OF_RETURN

GRADES = 5
_MEASURES = ("recency", "frequency", "money")
_KINDS = {"recency": COUNT, "frequency": COUNT, "money": MONEY}

_BUYERS = f"""
SELECT x.last_day, x.receipts, x.revenue
FROM (
  SELECT s.member, MAX(CASE WHEN s.receipts = 1 THEN s.day END) AS last_day, SUM(s.receipts) AS receipts,
    SUM(s.sales_minor - s.returns_minor) AS revenue
  FROM (
    SELECT e.day,
{SALE_COLUMNS}
    FROM events e {SALE_OF_RETURN}
    WHERE e.day >= :from_day AND e.day < :to_day AND e.kind IN ('receipt', 'return')
  ) s
  WHERE s.member IS NOT NULL GROUP BY s.member
) x JOIN accounts a ON a.member = x.member AND a.program = :program
WHERE x.receipts > 0"""
_ENROLLED = "SELECT COUNT(*) FROM accounts WHERE program = :program"

_SUMS = (
    Column("members", "Members", COUNT),
    Column("share_of_members", "Of members", PERCENT),
    Column("receipts", "Receipts", COUNT),
    Column("revenue_minor", "Revenue", MONEY),
    Column("share_of_revenue", "Of revenue", PERCENT),
    Column("average_receipt_minor", "Average receipt", MONEY),
    Column("revenue_per_member_minor", "A member", MONEY),
)


class Buyer(NamedTuple):
    """A member's measures: ``days`` since the last purchase, receipts, money in minor units."""

    days: int
    receipts: int
    revenue: int


def grades(figures: list[int]) -> list[int]:
    """The grade of each figure, of which the greater is the better.

    >>> grades([1, 1, 2, 3, 9]), grades([7, 7, 7])
    ([1, 1, 3, 4, 5], [1, 1, 1])
    """
    ordered = sorted(figures)
    return [1 + GRADES * bisect_left(ordered, figure) // len(ordered) for figure in figures]


def rfm(question: Question) -> Table:
    """The cells that have members, the best first; with ``by`` the grades of one measure, the best first."""
    whole = question.window()
    by = question.asked["by"] or "cell"
    rows = question.rows(_BUYERS, **whole.bounds)
    buyers = [Buyer(whole.to_day - 1 - last_day, receipts, revenue) for last_day, receipts, revenue in rows]
    graded = (
        grades([-buyer.days for buyer in buyers]),
        grades([buyer.receipts for buyer in buyers]),
        grades([buyer.revenue for buyer in buyers]),
    )
    enrolled = question.rows(_ENROLLED)[0][0]
    return question.table(
        f"Recency, frequency, money {whole.told}",
        (*_columns(by), *_SUMS),
        _cells(buyers, graded) if by == "cell" else _grades_of(_MEASURES.index(by), buyers, graded),
        head=(
            *whole.head,
            ("by", TEXT, by),
            ("buyers", COUNT, len(buyers)),
            ("without_purchase", COUNT, enrolled - len(buyers)),
        ),
    )


def _columns(by: str) -> tuple[Column, ...]:
    if by == "cell":
        return tuple(Column(measure, measure.capitalize(), COUNT) for measure in _MEASURES)
    kind = _KINDS[by]
    unit = "_minor" if kind == MONEY else ""
    return (
        Column(by, by.capitalize(), COUNT),
        Column(f"least{unit}", "Least", kind),
        Column(f"most{unit}", "Most", kind),
    )


def _cells(buyers: list[Buyer], graded: tuple[list[int], ...]) -> list[tuple]:
    cells: dict[tuple[int, ...], list[Buyer]] = defaultdict(list)
    for cell, buyer in zip(zip(*graded, strict=True), buyers, strict=True):
        cells[cell].append(buyer)
    return [(*cell, *_sums(cells[cell], buyers)) for cell in sorted(cells, reverse=True)]


def _grades_of(measure: int, buyers: list[Buyer], graded: tuple[list[int], ...]) -> list[tuple]:
    found: dict[int, list[Buyer]] = defaultdict(list)
    for grade, buyer in zip(graded[measure], buyers, strict=True):
        found[grade].append(buyer)
    rows = []
    for grade in sorted(found, reverse=True):
        figures = [buyer[measure] for buyer in found[grade]]
        rows.append((grade, min(figures), max(figures), *_sums(found[grade], buyers)))
    return rows


def _sums(some: list[Buyer], buyers: list[Buyer]) -> tuple[object, ...]:
    receipts, revenue = sum(buyer.receipts for buyer in some), sum(buyer.revenue for buyer in some)
    return (
        len(some),
        share(len(some), len(buyers)),
        receipts,
        revenue,
        share(revenue, sum(buyer.revenue for buyer in buyers)),
        share(revenue, receipts),
        share(revenue, len(some)),
    )
