"""Do those who joined stay?  Members by their month of enrolment, and what each such cohort buys month after month.

A cohort is everybody in the program whose business day of enrolment is in the month and in [from, to).  Month 0 is the
month of enrolment, month 1 the next one of the calendar; a cohort is followed to the last month that has a receipt.  A
member is active in a month with a receipt that totals more than 0; retention is the active over all of the cohort.
Revenue is reckoned after discounts and before points, less what was brought back in that month, whatever program it was
recorded in.  Receipts dated in a month before the enrolment belong to no month of it.  Who was merged into another is
left out, and what he bought counts for that one.  The rows of all cohorts have, at month n, those cohorts that have
come to it.  With --segment cohorts are of those members alone who are in it at the end of the window of the enrolment;
a segment of who buys keeps those who do, so take one of what was known when they joined: a tag, a shop, a field.

Worked number: 4 joined in January and 2 of them bought in March for 60.00 and 20.00: of cohort 2026-01 at month 2 the
retention is 50 % and the revenue a member 20.00.
"""

from bonuscli.days import civil, day_number
from bonuscli.reports.heirs import HEIRS
from bonuscli.reports.periods import months_of, period_rows, window
from bonuscli.reports.question import IN_SEGMENT, Question, share
from bonuscli.reports.table import COUNT, GROUP, MONEY, PERCENT, Column, Table
from bonuscli.store.views import SALE_COLUMNS, SALE_OF_RETURN

_JOINED = "a.merged_into IS NULL AND m.enrolled_on >= :from_day AND m.enrolled_on < :to_day AND " + IN_SEGMENT.format(
    member="a.member"
)
_MEMBERS_OF_PROGRAM = "accounts a JOIN members m ON m.id = a.member AND a.program = :program"
_REACH = f"""
SELECT MIN(m.enrolled_on), MAX(m.enrolled_on), (SELECT MAX(day) FROM events WHERE kind IN ('receipt', 'return'))
FROM {_MEMBERS_OF_PROGRAM} WHERE {_JOINED}"""
_SIZES = f"""
SELECT j.place, COUNT(*) FROM {_MEMBERS_OF_PROGRAM} JOIN period j
WHERE {_JOINED} AND m.enrolled_on >= j.from_day AND m.enrolled_on < j.to_day GROUP BY j.place"""
_BOUGHT = f"""
, {HEIRS}
SELECT j.place, x.place, SUM(x.receipts > 0), SUM(x.receipts), SUM(x.revenue)
FROM (
  SELECT COALESCE(h.heir, s.member) AS member, s.place, SUM(s.receipts) AS receipts,
    SUM(s.sales_minor - s.returns_minor) AS revenue
  FROM (
    SELECT p.place,
{SALE_COLUMNS}
    FROM period p CROSS JOIN events e {SALE_OF_RETURN}
    WHERE e.day >= p.from_day AND e.day < p.to_day AND e.kind IN ('receipt', 'return')
  ) s LEFT JOIN heir h ON h.member = s.member
  WHERE s.member IS NOT NULL GROUP BY 1, s.place
) x CROSS JOIN members m ON m.id = x.member JOIN accounts a ON a.member = m.id AND a.program = :program JOIN period j
WHERE {_JOINED} AND m.enrolled_on >= j.from_day AND m.enrolled_on < j.to_day AND x.place >= j.place
GROUP BY j.place, x.place"""

_COLUMNS = (
    Column("cohort", "Joined in", GROUP),
    Column("month", "Month", COUNT),
    Column("members", "Members", COUNT),
    Column("active", "Active", COUNT),
    Column("retention", "Retention", PERCENT),
    Column("receipts", "Receipts", COUNT),
    Column("revenue_minor", "Revenue", MONEY),
    Column("revenue_per_member_minor", "A member", MONEY),
    Column("revenue_so_far_minor", "A member so far", MONEY),
)
_NOTES = ("Month 0 is that of the enrolment; the last month of each cohort may not be over yet.",)


def cohorts(question: Question) -> Table:
    """Retention and spend of those enrolled in [from, to), all cohorts first (label None), then each, by months."""
    whole = question.window()
    joined = {**whole.bounds, **question.of_segment}
    first, newest, last = question.rows(_REACH, **joined)[0]
    rows = []
    if first is not None:
        begins = civil(first)
        follows = max(newest, last or newest) + 1
        start_of = question.terms.calendar.start_of
        months = months_of(window(day_number(begins.year, begins.month, 1), follows, start_of), start_of)
        periods, parameters = period_rows(months)
        sizes = dict(question.rows(periods + _SIZES, **parameters, **joined))
        bought = {(each[0], each[1]): each[2:] for each in question.rows(periods + _BOUGHT, **parameters, **joined)}
        rows = _all_rows(sizes, bought, len(months))
        for place, members in sorted(sizes.items()):
            figures = [(members, *bought.get((place, later), (0, 0, 0))) for later in range(place, len(months))]
            rows += _rows(months[place].label, figures)
    return question.table(
        f"Members enrolled {whole.told}",
        _COLUMNS,
        rows,
        head=(*whole.head, *question.segment_told),
        notes=_NOTES,
        blocks="cohort",
    )


def _all_rows(sizes: dict[int, int], bought: dict[tuple[int, int], tuple], months: int) -> list[tuple]:
    """All cohorts together: month n has those that have come to it."""
    figures = []
    for n in range(months - min(sizes)):
        reached = [place for place in sizes if place + n < months]
        sums = [bought.get((place, place + n), (0, 0, 0)) for place in reached]
        figures.append((sum(sizes[place] for place in reached), *map(sum, zip(*sums, strict=True))))
    return _rows(None, figures, so_far=False)


def _rows(label: str | None, figures: list[tuple], so_far: bool = True) -> list[tuple]:
    """One row a month of (members, active, receipts, revenue); ``so_far``: the members are the same in every month."""
    rows = []
    spent = 0
    for month, (members, active, receipts, revenue) in enumerate(figures):
        spent += revenue
        rows.append(
            (
                label, month, members, active, share(active, members), receipts, revenue, share(revenue, members),
                share(spent, members) if so_far else None,
            )
        )  # fmt: skip
    return rows
