"""What accounts held at a past day: read from the ledger, not from what stands now.

A lot is open when day D begins where its entry was booked on an earlier day and opening day <= D <= last day.  What
remains in it is its points, less what debits booked before D took, plus what credits gave back; a movement was booked
when the last of its entries was: ``cause`` is that of a new lot which repaid an older debit.

How the sum of all changes from day to day is kept (``store.day_totals``), so that a past day is a sum over days; by
tier or tag it is read from the entries.
"""

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import NamedTuple

from bonuscli.reports.periods import Connection, Period
from bonuscli.reports.sales import parts_of

# An account is one of its own until it is merged into another.
_MERGED = """
SELECT v.at FROM accounts a CROSS JOIN events v
WHERE a.merged_into IS NOT NULL AND a.program = :program AND v.member = a.member AND v.kind = 'merge'"""
_CHANGES = "SELECT day, change FROM day_points WHERE program = :program ORDER BY day"


class Standing(NamedTuple):
    """``accounts``: enrolled before the end of a period; ``open_points``: what remained in their open lots then."""

    accounts: int = 0
    open_points: int = 0


def read_standing(connection: Connection, program: str, periods: list[Period]) -> list[Standing]:
    """Standing at the end of each period."""
    ends = {f"at{place}": period.to_at for place, period in enumerate(periods)}
    counts = ", ".join(f"COUNT(*) FILTER (WHERE enrolled_at < :{name})" for name in ends)
    enrolled = f"SELECT {counts} FROM accounts WHERE program = :program"
    (accounts,) = connection.execute(enrolled, {"program": program, **ends})
    merged = sorted(at for (at,) in connection.execute(_MERGED, {"program": program}))
    changes = list(connection.execute(_CHANGES, {"program": program}))
    days = [day for day, _ in changes]
    open_points = [0, *accumulate(change for _, change in changes)]
    return [
        Standing(count - bisect_left(merged, period.to_at), open_points[bisect_right(days, period.to_day)])
        for count, period in zip(accounts, periods, strict=True)
    ]


# The tier that account a had at the end of the period, by the last change booked before; the member's tags of today.
_TOLD_BY = {
    "tier": """COALESCE((
    SELECT t.tier FROM tier_changes t WHERE t.account = a.id AND t.at < :to_at ORDER BY t.t DESC LIMIT 1), '')""",
    "tag": "COALESCE((SELECT m.tags FROM members m WHERE m.id = a.member), '')",
}
_ACCOUNTS = """
SELECT {part}, COUNT(*), 0 FROM accounts a
WHERE a.program = :program AND a.enrolled_at < :to_at AND NOT (a.merged_into IS NOT NULL AND EXISTS (
  SELECT 1 FROM events v WHERE v.member = a.member AND v.kind = 'merge' AND v.at < :to_at))
GROUP BY 1"""
# Summed by account first, whose part is looked up once then.
_EARNED = """
SELECT {part}, 0, SUM(a.points) FROM (
  SELECT a.id, a.member, SUM(e.points) AS points FROM accounts a CROSS JOIN entries e
  WHERE a.program = :program AND e.account = a.id AND e.opens_on IS NOT NULL
    AND e.day < :to_day AND e.opens_on <= :to_day AND e.expires_on >= :to_day
  GROUP BY a.id) a
GROUP BY 1"""
_MOVED = """
SELECT {part}, 0, SUM(a.points) FROM (
  SELECT a.id, a.member, SUM(CASE WHEN m.entry = m.debit THEN -m.points ELSE m.points END) AS points
  FROM accounts a CROSS JOIN allocations m
    CROSS JOIN entries lot CROSS JOIN entries c CROSS JOIN entries e CROSS JOIN entries d
  WHERE a.program = :program AND m.account = a.id
    AND lot.account = m.account AND lot.n = m.lot AND lot.opens_on <= :to_day AND lot.expires_on >= :to_day
    AND c.account = m.account AND c.n = m.cause AND c.day < :to_day
    AND e.account = m.account AND e.n = m.entry AND e.day < :to_day
    AND d.account = m.account AND d.n = m.debit AND d.day < :to_day
  GROUP BY a.id) a
GROUP BY 1"""


def read_standing_by(connection: Connection, program: str, period: Period, by: str) -> dict[str, Standing]:
    """Standing at the end of a period ``by`` the tier that each account had then, or tag, "" for none."""
    found: dict[str, Standing] = {}
    asked = {"program": program, "to_day": period.to_day, "to_at": period.to_at}
    for sql in (_ACCOUNTS, _EARNED, _MOVED):
        for parts, accounts, points in connection.execute(sql.format(part=_TOLD_BY[by]), asked):
            for part in parts_of(parts, by):
                before = found.get(part, Standing())
                found[part] = Standing(before.accounts + accounts, before.open_points + points)
    return found
