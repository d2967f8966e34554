"""New members: who was welcomed, whose welcome worked, and who has bought.

Counted are members enrolled within the days (--from, --to), those merged into another left out.  Welcomed are those who
were given the welcome grant; activated, those who have spent any of it by now.  "Bought in time" are those with a
receipt of their own within N times 24 hours (--days 30) of the enrolment, the receipt that enrolled them included;
"full days" are those of whom all N days are over, since the others may still come.  (How many come again is the figure
repeat_purchase of the KPI.)

Worked number: of 4 enrolled 3 were welcomed and one has spent of it: activated is 1 / 3; 2 bought within 30 days: 0.5.
"""

from bonuscli.reports.periods import months_of, period_rows
from bonuscli.reports.question import Question, share
from bonuscli.reports.table import COUNT, GROUP, PERCENT, POINTS, Column, Table

_DAY_SECONDS = 86_400
_COLUMNS = (
    Column("month", "Enrolled in", GROUP),
    Column("enrolled", "Enrolled", COUNT),
    Column("welcomed", "Welcomed", COUNT),
    Column("welcome_points", "Welcome points", POINTS),
    Column("activated", "Activated", COUNT),
    Column("share_activated", "Of welcomed", PERCENT),
    Column("bought_in_time", "Bought in time", COUNT),
    Column("share_bought", "Of enrolled", PERCENT),
    Column("full_days", "Full days", COUNT),
)
# A welcome is activated where a redemption or a gift has taken of its lot more than came back.  An account is welcomed
# once, with one of its first entries.
_NEW = """
, fresh AS MATERIALIZED (
  SELECT p.place, a.id, a.enrolled_at, CASE a.welcome WHEN 'given' THEN (SELECT e.n FROM entries e
      WHERE e.account = a.id AND e.kind = 'grant' AND e.rule = 'welcome' ORDER BY e.n LIMIT 1) END AS lot,
    EXISTS (SELECT 1 FROM events v WHERE v.member = a.member AND v.kind = 'receipt' AND v.total > 0
      AND v.at >= a.enrolled_at AND v.at < a.enrolled_at + :within) AS bought
  FROM period p CROSS JOIN accounts a
  WHERE a.program = :program AND a.merged_into IS NULL AND a.enrolled_at >= p.from_at AND a.enrolled_at < p.to_at)
SELECT f.place, COUNT(*), COUNT(f.lot), COALESCE(SUM(e.points), 0),
  SUM(f.lot IS NOT NULL AND COALESCE((SELECT SUM(CASE WHEN m.entry = m.debit THEN m.points ELSE -m.points END)
    FROM allocations m CROSS JOIN entries d WHERE m.account = f.id AND m.lot = f.lot
      AND d.account = f.id AND d.n = m.debit AND d.kind IN ('redemption', 'gift')), 0) > 0),
  SUM(f.bought), SUM(f.enrolled_at + :within <= :now)
FROM fresh f LEFT JOIN entries e ON e.account = f.id AND e.n = f.lot GROUP BY f.place"""


def new_members(question: Question) -> Table:
    """The whole window and, with ``by`` month, each month of enrolment."""
    whole = question.window()
    start_of = question.terms.calendar.start_of
    by_month = question.asked["by"] == "month"
    periods = months_of(whole, start_of) if by_month and whole.from_day < whole.to_day else [whole]
    begun, parameters = period_rows(periods)
    starts = {f"from{place}": start_of(period.from_day) for place, period in enumerate(periods)}
    bounds = {**parameters, **starts, "within": question.asked["days"] * _DAY_SECONDS, "now": question.now}
    counted = {row[0]: row[1:] for row in question.rows(begun.replace("from_day", "from_at") + _NEW, **bounds)}
    of_periods = [counted.get(place, (0,) * 6) for place in range(len(periods))]
    rows = [_row(None, *map(sum, zip(*of_periods, strict=True)))]
    if by_month:
        rows += [_row(period.label, *counts) for period, counts in zip(periods, of_periods, strict=True)]
    head = (*whole.head, ("days", COUNT, question.asked["days"]))
    return question.table("New members", _COLUMNS, rows, head=head)


def _row(
    label: str | None, enrolled: int, welcomed: int, points: int, activated: int, bought: int, full_days: int
) -> tuple:
    return (
        label, enrolled, welcomed, points, activated, share(activated, welcomed), bought, share(bought, enrolled),
        full_days,
    )  # fmt: skip
