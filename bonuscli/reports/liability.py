"""What the shop owes: the points of today by the month in which they end, in money, and how much will never be asked.

Counted are open, pending and held points of the program, each lot in the month of its last day; what ends by inactivity
has no day and stands under "never".  Points past their last day are owed no more, written down or not.  Deficits are
what members owe, and stand apart.  The worth is what the points would pay today.  --as-of shows the evening of a past
day, with the breakage observed by then.

Breakage is what expired of the points that were spent or expired, observed on all lots that have ended by now.  It is
told by age (--by age), in spans of 30 days from the opening day: of the points still there at that age, the share that
was never spent.  Points that last a year are compared with ended lots that lasted about a year, in whole quarters of 91
days, the nearest, and not with a welcome that lasts a month.  Points taken back with their goods, moved, or adjusted
away were never there to be spent, and count on neither side.  The breakage expected of today's points is the sum of
each lot's points times the share of its age; where no lot that old has ended nothing is known ("unobserved") and all of
it counts as owed.

Worked number: two ended lots of 100 that lasted 120 days; of the first 60 were spent at age 0 and 40 expired at age 4,
the second expired whole at age 4.  At age 0 140 of 200 were never spent, 0.7; from age 1 on 140 of 140.  50 open points
of age 0 that last as long, worth 1.00 each, will cost 50 x 0.3 = 15.00.
"""

from collections import defaultdict
from fractions import Fraction
from operator import add
from typing import NamedTuple

from bonuscli.days import NEVER, civil
from bonuscli.reports.question import Question
from bonuscli.reports.table import COUNT, GROUP, MONEY, PERCENT, POINTS, Column, Ratio, Table

AGE_DAYS = 30
# How long lots last, in quarters: 365 days and 395, as they come of a month's end, are both a year.  What never ends is
# like nothing that has ended.
_QUARTER_DAYS, _HALF_QUARTER = 91, 45
_MONTHS_OF_QUARTER = 3
_LIFE = "({lot}.expires_on - {lot}.opens_on + " + f"{_HALF_QUARTER}) / {_QUARTER_DAYS}"
# Of an ended lot: what was spent, net of what came back, and what expired, by the age at which it left.  What has
# passed its last day unwritten has expired on that day; no allocation is needed to know it.
_ENDED = f"""
SELECT {_LIFE.format(lot="l")} AS life, MAX(0, d.day - l.opens_on) / {AGE_DAYS} AS age,
  SUM(CASE WHEN d.kind IN ('redemption', 'gift', 'hold')
    THEN CASE WHEN m.entry = m.debit THEN m.points ELSE -m.points END ELSE 0 END) AS spent,
  SUM(CASE WHEN d.kind IN ('expiry', 'inactivity') THEN m.points ELSE 0 END) AS expired
FROM accounts a CROSS JOIN allocations m CROSS JOIN entries l CROSS JOIN entries d
WHERE a.program = :program AND m.account = a.id AND m.lot > 0
  AND l.account = a.id AND l.n = m.lot AND l.expires_on < :today
  AND d.account = a.id AND d.n = m.debit AND d.kind IN ('redemption', 'gift', 'hold', 'expiry', 'inactivity')
GROUP BY 1, 2
UNION ALL
SELECT {_LIFE.format(lot="o")}, MAX(0, o.expires_on - o.opens_on) / {AGE_DAYS}, 0, SUM(o.remaining)
FROM open_lots o JOIN accounts a ON a.id = o.account
WHERE a.program = :program AND o.expires_on < :today GROUP BY 1, 2"""

# What is owed by last day and age; a hold has taken its points out of their lots and may still give them back.
_OWED = f"""
SELECT expires_on, life, age, SUM(open), SUM(pending), SUM(held) FROM (
  SELECT o.expires_on, {_LIFE.format(lot="o")} AS life, MAX(0, :today - o.opens_on) / {AGE_DAYS} AS age,
    SUM(CASE WHEN o.opens_on <= :today THEN o.remaining ELSE 0 END) AS open,
    SUM(CASE WHEN o.opens_on > :today THEN o.remaining ELSE 0 END) AS pending, 0 AS held
  FROM open_lots o JOIN accounts a ON a.id = o.account
  WHERE a.program = :program AND o.expires_on >= :today GROUP BY 1, 2, 3
  UNION ALL
  SELECT l.expires_on, {_LIFE.format(lot="l")}, MAX(0, :today - l.opens_on) / {AGE_DAYS}, 0, 0, m.points
  FROM holds h JOIN accounts a ON a.id = h.account
    JOIN allocations m ON m.account = h.account AND m.cause = h.entry AND m.entry = h.entry AND m.debit = h.entry
    JOIN entries l ON l.account = m.account AND l.n = m.lot
  WHERE a.program = :program) GROUP BY 1, 2, 3"""

_DEFICIT = "SELECT COALESCE(SUM(deficit), 0) FROM accounts WHERE program = :program"

_AMOUNTS = (
    Column("open", "Open", POINTS),
    Column("pending", "Pending", POINTS),
    Column("held", "Held", POINTS),
    Column("points", "Points", POINTS),
    Column("worth_minor", "Worth", MONEY),
)
_BY_MONTH = (
    Column("month", "Ends in", GROUP),
    *_AMOUNTS,
    Column("breakage", "Breakage", PERCENT),
    Column("expected_breakage", "Will expire", POINTS),
    Column("unobserved", "Unobserved", POINTS),
    Column("expected_cost_minor", "Will be paid", MONEY),
)
_BY_AGE = (
    Column("lasts_months", "Lasts about, months", COUNT),
    Column("age", "Months since opening", COUNT),
    Column("still_there", "Still there of what has ended", POINTS),
    Column("spent", "Spent at this age", POINTS),
    Column("expired", "Expired at this age", POINTS),
    Column("breakage", "Never spent", PERCENT),
    *_AMOUNTS,
)


class _Owed(NamedTuple):
    """Points by where they are; ``known``, of which a breakage was observed, and ``lost``, what it makes of them."""

    open: int = 0
    pending: int = 0
    held: int = 0
    known: int = 0
    lost: Fraction = Fraction(0)

    def plus(self, more: "_Owed") -> "_Owed":
        """Both together."""
        return _Owed(*map(add, self, more))

    @property
    def points(self) -> int:
        """All that are owed."""
        return self.open + self.pending + self.held


# (quarters that a lot lasts, spans of 30 days since it opened)
_Age = tuple[int, int]


def liability(question: Question) -> Table:
    """Today's points by the month of their last day; with ``by`` age the breakage observed, with today's points."""
    ended = _ended(question)
    owed = question.rows(_OWED)
    deficit = question.rows(_DEFICIT)[0][0]
    by_age = question.asked["by"] == "age"
    return question.table(
        "Liability by age of points" if by_age else "Liability by month of expiry",
        _BY_AGE if by_age else _BY_MONTH,
        _age_rows(question, ended, owed) if by_age else _month_rows(question, _breakages(ended), owed),
        head=(("deficit", POINTS, deficit),),
        blocks="lasts_months" if by_age else None,
    )


def _ended(question: Question) -> dict[_Age, tuple[int, int]]:
    """Points spent and points expired at each age, of lots that have ended."""
    found: dict[_Age, tuple[int, int]] = {}
    for life, age, spent, expired in question.rows(_ENDED):
        before = found.get((life, age), (0, 0))
        found[life, age] = before[0] + spent, before[1] + expired
    return found


def _breakages(ended: dict[_Age, tuple[int, int]]) -> dict[_Age, Ratio]:
    """Expired / still there, for each age that an ended lot has reached."""
    found: dict[_Age, Ratio] = {}
    for life in {life for life, _ in ended}:
        still_there = lost = 0
        for age in range(max(age for of, age in ended if of == life), -1, -1):
            spent, expired = ended.get((life, age), (0, 0))
            still_there += spent + expired
            lost += expired
            if still_there:
                found[life, age] = Ratio(lost, still_there)
    return found


def _month_rows(question: Question, breakages: dict[_Age, Ratio], owed: list[tuple]) -> list[tuple]:
    """The whole first, then each month that has points."""
    months: dict[str, _Owed] = defaultdict(_Owed)
    whole = _Owed()
    for expires_on, life, age, opened, pending, held in owed:
        points = opened + pending + held
        observed = breakages.get((life, age))
        known, lost = (points, points * Fraction(*observed)) if observed else (0, Fraction(0))
        more = _Owed(opened, pending, held, known, lost)
        whole, months[_month(expires_on)] = whole.plus(more), months[_month(expires_on)].plus(more)
    return [_month_row(question, None, whole), *(_month_row(question, each, months[each]) for each in sorted(months))]


def _month(day: int) -> str:
    if day >= NEVER:
        return "never"
    first = civil(day)
    return f"{first.year:04}-{first.month:02}"


def _month_row(question: Question, label: str | None, owed: _Owed) -> tuple:
    lost = owed.lost
    return (
        label, *owed[:3], owed.points, question.worth(owed.points),
        Ratio(lost.numerator, lost.denominator * owed.known) if owed.known else None,
        Ratio(lost.numerator, lost.denominator) if owed.known else None, owed.points - owed.known,
        question.worth(owed.points - lost),
    )  # fmt: skip


def _age_rows(question: Question, ended: dict[_Age, tuple[int, int]], owed: list[tuple]) -> list[tuple]:
    """Every age at which something left a lot, or at which points are now; what never ends last."""
    breakages = _breakages(ended)
    now: dict[_Age, list[int]] = {}
    for _, life, age, *amounts in owed:
        before = now.get((life, age), (0, 0, 0))
        now[life, age] = [held + more for held, more in zip(before, amounts, strict=True)]
    rows = []
    for each in sorted(ended.keys() | now.keys()):
        life, age = each
        spent, expired = ended.get(each, (0, 0))
        amounts = now.get(each, [0, 0, 0])
        observed = breakages.get(each)
        months = life * _MONTHS_OF_QUARTER if life * _QUARTER_DAYS < NEVER // 2 else None
        rows.append(
            (months, age, observed.denominator if observed else 0, spent, expired, observed,
             *amounts, sum(amounts), question.worth(sum(amounts)))
        )  # fmt: skip
    return rows
