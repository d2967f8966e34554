"""Who are the best customers, and who is being lost: members by recency, frequency and money, five grades of each.

Counted are members of the program with at least one receipt above 0 in [from, to), whatever program it was recorded in:
recency is the days from the last such receipt's day to the last day of the window, frequency their number, money the
revenue after discounts and before points, less what was brought back in the window.  Who was merged into another is one
with that one.

The grade of a member is 1 + (5 x the number of members who are worse, divided by the number of all), without the
fraction; worse is bought longer ago, less often, for less.  So members who are alike have the same grade, 5 is the best
fifth, and a grade is empty where many are alike: of ten members seven of whom bought once, the seven have frequency 1,
and the other three are better than seven: 1 + 35 / 10, grade 4 at least.

A row is a cell, such as 5-1-3, with its members' sums, the best first; --by recency, frequency or money shows the five
grades of one of them with its bounds: days, receipts, or money.  --by member lists who they are, the best cell first
and in it who spent most; --cell 1-5-5 keeps one cell: whom to win back, who came often and stays away.

Worked number: 5 members bought 1, 1, 2, 3 and 9 times; 0, 0, 2, 3 and 4 are worse: frequency 1, 1, 3, 4 and 5.
"""

import re
from collections import defaultdict
from typing import NamedTuple

from bonuscli.errors import BonusError
from bonuscli.reports.heirs import HEIRS
from bonuscli.reports.question import Question, share
from bonuscli.reports.table import COUNT, DAY, MONEY, PERCENT, TEXT, Column, Table
from bonuscli.store.views import SALE_COLUMNS, SALE_OF_RETURN, card_of
from bonuscli.units import grades

_MEASURES = ("recency", "frequency", "money")
_KINDS = {"recency": COUNT, "frequency": COUNT, "money": MONEY}

_BUYERS = f"""
WITH {HEIRS}
SELECT a.member, MAX(x.last_day), SUM(x.receipts), SUM(x.revenue)
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
) x LEFT JOIN heir h ON h.member = x.member
JOIN accounts a ON a.member = COALESCE(h.heir, x.member) AND a.program = :program
GROUP BY a.member HAVING SUM(x.receipts) > 0"""
_ENROLLED = "SELECT COUNT(*) FROM accounts WHERE program = :program AND merged_into IS NULL"
_PERSON = f"SELECT {card_of('m.id')}, m.name FROM members m WHERE m.id = :member"

_SUMS = (
    Column("members", "Members", COUNT),
    Column("share_of_members", "Of members", PERCENT),
    Column("receipts", "Receipts", COUNT),
    Column("revenue_minor", "Revenue", MONEY),
    Column("share_of_revenue", "Of revenue", PERCENT),
    Column("average_receipt_minor", "Average receipt", MONEY),
    Column("revenue_per_member_minor", "A member", MONEY),
)


_MEMBER_COLUMNS = (
    Column("member", "Member", COUNT),
    Column("card", "Card", TEXT),
    Column("name", "Name", TEXT),
    *(Column(measure, measure.capitalize(), COUNT) for measure in _MEASURES),
    Column("last_purchase_on", "Last purchase", DAY),
    Column("receipts", "Receipts", COUNT),
    Column("revenue_minor", "Revenue", MONEY),
)
_CELL = re.compile("[1-5]-[1-5]-[1-5]")

Cell = tuple[int, ...]


class Buyer(NamedTuple):
    """A member and his measures: ``days`` since the last purchase, receipts, money in minor units."""

    member: int
    days: int
    receipts: int
    revenue: int


def rfm(question: Question) -> Table:
    """The cells that have members, the best first; with ``by`` the grades of one measure, or the members.

    BonusError ``usage``: ``cell`` is no cell, or it or ``limit`` is asked where no members are listed.
    """
    by, wanted, limit = (question.asked[name] for name in ("by", "cell", "limit"))
    by = by or ("member" if wanted else "cell")
    _check(by, wanted, limit)
    whole = question.window()
    rows = question.rows(_BUYERS, **whole.bounds)
    buyers = [Buyer(member, whole.to_day - 1 - last_day, *sums) for member, last_day, *sums in rows]
    cells: list[Cell] = list(
        zip(
            grades([-buyer.days for buyer in buyers]),
            grades([buyer.receipts for buyer in buyers]),
            grades([buyer.revenue for buyer in buyers]),
            strict=True,
        )
    )
    if by == "member":
        told = _members(question, buyers, cells, wanted, limit)
    else:
        told = _cells(buyers, cells) if by == "cell" else _grades_of(_MEASURES.index(by), buyers, cells)
    return question.table(
        f"Recency, frequency, money {whole.told}",
        _MEMBER_COLUMNS if by == "member" else (*_columns(by), *_SUMS),
        told,
        head=(
            *whole.head,
            ("by", TEXT, by),
            ("buyers", COUNT, len(buyers)),
            ("without_purchase", COUNT, question.rows(_ENROLLED)[0][0] - len(buyers)),
        ),
    )


def _check(by: str, wanted: str | None, limit: int | None) -> None:
    if wanted is not None and not _CELL.fullmatch(wanted):
        hint = "three grades of 1 to 5: recency, frequency, money, as in 5-5-5"
        raise BonusError("usage", f"{wanted!r} is no cell", "--cell", hint)
    if by != "member" and (wanted, limit) != (None, None):
        where = "--limit" if wanted is None else "--cell"
        raise BonusError("usage", f"{where} is for the list of members", where, "give --by member")


def _members(
    question: Question, buyers: list[Buyer], cells: list[Cell], wanted: str | None, limit: int | None
) -> list[tuple]:
    cell_wanted = tuple(map(int, wanted.split("-"))) if wanted else None
    listed = [each for each in zip(cells, buyers, strict=True) if cell_wanted in (None, each[0])]
    listed.sort(key=lambda each: (*each[0], each[1].revenue, -each[1].member), reverse=True)
    last = question.window().to_day - 1
    rows = []
    for cell, buyer in listed[:limit]:
        card, name = question.rows(_PERSON, member=buyer.member)[0]
        rows.append((buyer.member, card, name, *cell, last - buyer.days, buyer.receipts, buyer.revenue))
    return rows


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


def _cells(buyers: list[Buyer], cells: list[Cell]) -> list[tuple]:
    found: dict[Cell, list[Buyer]] = defaultdict(list)
    for cell, buyer in zip(cells, buyers, strict=True):
        found[cell].append(buyer)
    return [(*cell, *_sums(found[cell], buyers)) for cell in sorted(found, reverse=True)]


def _grades_of(measure: int, buyers: list[Buyer], cells: list[Cell]) -> list[tuple]:
    found: dict[int, list[Buyer]] = defaultdict(list)
    for cell, buyer in zip(cells, buyers, strict=True):
        found[cell[measure]].append(buyer)
    rows = []
    for grade in sorted(found, reverse=True):
        figures = [buyer[1 + measure] for buyer in found[grade]]
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
