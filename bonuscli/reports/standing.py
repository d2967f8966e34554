"""What accounts held at a past instant: read from the ledger, not from the projections, which only know now.

A lot is open at the start of day D where its entry was booked before that instant and opening day <= D <= last day.
What remains in it is its points, less what debits booked before that instant took, plus what credits gave back.  An
allocation happened when the later of its two entries did: ``cause`` is that of a new lot which repaid an older debit.
"""

from typing import NamedTuple

from bonuscli.reports.periods import Connection, Period, period_rows

# The tier that account a had at the end of period p: the last change booked before.
_TIER_THEN = """COALESCE((
    SELECT t.tier FROM tier_changes t WHERE t.account = a.id AND t.at < p.to_at ORDER BY t.t DESC LIMIT 1), '')"""


class Standing(NamedTuple):
    """``accounts``: enrolled before the end of a period; ``open_points``: what remained in their open lots then."""

    accounts: int = 0
    open_points: int = 0


def read_standing(
    connection: Connection, program: str, periods: list[Period], by_tier: bool
) -> dict[tuple[int, str | None], Standing]:
    """Standing at the end of each period, by its place and, where asked, by the tier of the account then."""
    rows, parameters = period_rows(periods)
    part = _TIER_THEN if by_tier else "NULL"
    parameters_of_program = {**parameters, "program": program}
    found: dict[tuple[int, str | None], Standing] = {}
    for place, tier, accounts in connection.execute(
        f"""{rows}
SELECT p.place, {part}, COUNT(*) FROM period p CROSS JOIN accounts a
WHERE a.program = :program AND a.enrolled_at < p.to_at AND a.merged_into IS NULL GROUP BY 1, 2""",
        parameters_of_program,
    ):
        found[place, tier] = Standing(accounts)
    for sql in (_EARNED, _MOVED):
        for place, tier, points in connection.execute(f"{rows}\n{sql.format(part=part)}", parameters_of_program):
            before = found.get((place, tier), Standing())
            found[place, tier] = before._replace(open_points=before.open_points + points)
    return found


_EARNED = """\
SELECT p.place, {part}, SUM(e.points)
FROM accounts a CROSS JOIN entries e CROSS JOIN period p
WHERE a.program = :program AND e.account = a.id AND e.opens_on IS NOT NULL
  AND e.at < p.to_at AND e.opens_on <= p.to_day AND e.expires_on >= p.to_day
GROUP BY 1, 2"""

_MOVED = """\
SELECT p.place, {part}, SUM(CASE WHEN m.entry = m.debit THEN -m.points ELSE m.points END)
FROM accounts a CROSS JOIN allocations m
  CROSS JOIN entries lot CROSS JOIN entries e CROSS JOIN entries c CROSS JOIN period p
WHERE a.program = :program AND m.account = a.id
  AND lot.account = m.account AND lot.n = m.lot AND lot.at < p.to_at AND lot.opens_on <= p.to_day
  AND lot.expires_on >= p.to_day
  AND e.account = m.account AND e.n = m.entry AND e.at < p.to_at
  AND c.account = m.account AND c.n = m.cause AND c.at < p.to_at
GROUP BY 1, 2"""
