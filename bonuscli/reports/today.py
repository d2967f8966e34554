"""Today on one screen: what was sold and what points moved, beside the same weekday a week ago.

Days are business days of the program.  Receipts are those above 0; revenue is after discounts and before points, less
what was brought back that day.  Points are the program's, by the day of their entries: issued (earned, granted, brought
from elsewhere), redeemed net of what came back, expired.  A day that is not over is compared with the same hours: "by
now" is last week's day up to the instant seven times 24 hours ago.

Worked number: at noon 3 receipts today; a week ago 2 before noon and 5 after it: 3 against 2 by now and 7 in all.
"""

from typing import NamedTuple

from bonuscli.days import format_day
from bonuscli.reports.question import Question
from bonuscli.reports.table import COUNT, MIXED, MONEY, POINTS, TEXT, UNIT, Cell, Column, Table

WEEK_DAYS = 7
_WEEK_SECONDS = WEEK_DAYS * 86_400

_SOLD = """
SELECT e.day, e.at <= :by_now, SUM(e.kind = 'receipt' AND e.total > 0),
  SUM(CASE e.kind WHEN 'receipt' THEN e.total ELSE -e.total END)
FROM events e WHERE e.day IN (:today, :week_ago) AND e.kind IN ('receipt', 'return') GROUP BY 1, 2"""
# Points issued, redeemed and expired by entries `n`.
MOVED = """\
SUM(CASE WHEN n.kind IN ('accrual', 'grant', 'opening') THEN n.points ELSE 0 END),
  -SUM(CASE WHEN n.kind IN ('redemption', 'restore', 'gift') THEN n.points ELSE 0 END),
  -SUM(CASE WHEN n.kind = 'expiry' THEN n.points ELSE 0 END)"""
_MOVED = f"""
SELECT n.day, n.at <= :by_now, {MOVED}
FROM entries n CROSS JOIN accounts a ON a.id = n.account AND a.program = :program
WHERE n.day IN (:today, :week_ago) GROUP BY 1, 2"""

# key, title, kind of each figure of a day.
FIGURES = (
    ("receipts", "Receipts", COUNT),
    ("revenue_minor", "Revenue", MONEY),
    ("issued", "Points issued", POINTS),
    ("redeemed", "Points redeemed", POINTS),
    ("expired", "Points expired", POINTS),
)


class Days(NamedTuple):
    """The figures, in the order of ``FIGURES``, of today, of the day a week ago, and of that day up to this hour."""

    today: list[int]
    week_ago: list[int]
    week_ago_by_now: list[int]


def read_days(question: Question) -> Days:
    """What happened today and a week ago."""
    days = Days([0] * len(FIGURES), [0] * len(FIGURES), [0] * len(FIGURES))
    asked = {"week_ago": question.today - WEEK_DAYS, "by_now": question.now - _WEEK_SECONDS}
    for first, sql in ((0, _SOLD), (2, _MOVED)):
        for day, by_now, *figures in question.rows(sql, **asked):
            of_today = day == question.today
            for sums in [days.today] if of_today else [days.week_ago, *([days.week_ago_by_now] if by_now else ())]:
                for place, figure in enumerate(figures, first):
                    sums[place] += figure
    return days


def today_table(question: Question, days: Days) -> Table:
    """The figures for people, one row each."""
    week_ago = f"A week ago, {format_day(question.today - WEEK_DAYS)}"
    columns = (
        Column("figure", f"Today, {format_day(question.today)}", TEXT),
        Column("unit", "Unit", UNIT),
        Column("today", "So far", MIXED),
        Column("week_ago_by_now", "A week ago by now", MIXED),
        Column("week_ago", week_ago, MIXED),
    )
    rows = [
        (title, kind, *(Cell(kind, sums[place]) for sums in (days.today, days.week_ago_by_now, days.week_ago)))
        for place, (_, title, kind) in enumerate(FIGURES)
    ]
    return question.table("Today", columns, rows)
