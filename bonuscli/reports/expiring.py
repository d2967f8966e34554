"""Whose points will end soon: open and pending points whose last day is within the next --days days, today included.

One row a last day, or with --by member one row a member, who has most to lose first.  Points on hold are left out,
since they are being spent; so is what ends by inactivity, which has no day before it happens.  The worth is what the
points would pay today.  --as-of asks at the end of a past day, what was spent since not known.

Worked number: on 1 December 40 points end on the 5th and 60 on the 31st; with --days 30 the last day that counts is
30 December: one row, 40 points.
"""

from bonuscli.reports.question import Question
from bonuscli.reports.table import COUNT, DAY, MONEY, POINTS, TEXT, Column, Table
from bonuscli.store.views import card_of

_SOON = """
FROM open_lots o JOIN accounts a ON a.id = o.account
WHERE a.program = :program AND o.expires_on >= :today AND o.expires_on < :today + :days"""

_BY_DAY = f"""
SELECT o.expires_on, o.expires_on - :today, COUNT(DISTINCT a.member), SUM(o.remaining) {_SOON}
GROUP BY 1 ORDER BY 1 LIMIT :limit"""

_BY_MEMBER = f"""
SELECT s.member,
  {card_of("s.member")}, m.name, m.phone, m.email,
  s.first_day, s.first_day - :today, s.points
FROM (SELECT a.member, MIN(o.expires_on) AS first_day, SUM(o.remaining) AS points {_SOON}
  GROUP BY a.member ORDER BY points DESC, first_day, a.member LIMIT :limit) s
JOIN members m ON m.id = s.member ORDER BY s.points DESC, s.first_day, s.member"""

_WHEN = (Column("expires_on", "Last day", DAY), Column("days_left", "Days left", COUNT))
_HOW_MUCH = (Column("points", "Points", POINTS), Column("worth_minor", "Worth", MONEY))
_DAY_COLUMNS = (*_WHEN, Column("members", "Members", COUNT), *_HOW_MUCH)
_MEMBER_COLUMNS = (
    Column("member", "Member", COUNT),
    Column("card", "Card", TEXT),
    Column("name", "Name", TEXT),
    Column("phone", "Phone", TEXT),
    Column("email", "E-mail", TEXT),
    *_WHEN,
    *_HOW_MUCH,
)


def expiring(question: Question) -> Table:
    """What ends within ``days``, by last day or by member, at most ``limit`` rows."""
    days, limit, by = (question.asked[name] for name in ("days", "limit", "by"))
    sql, columns = (_BY_MEMBER, _MEMBER_COLUMNS) if by == "member" else (_BY_DAY, _DAY_COLUMNS)
    found = question.rows(sql, days=days, limit=-1 if limit is None else limit)
    rows = [(*row, question.worth(row[-1])) for row in found]
    head = (("today", DAY, question.today), ("through", DAY, question.today + days - 1))
    return question.table("Points that end soon", columns, rows, head=head)
