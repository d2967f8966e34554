"""Do new members come back?  Those enrolled in a window, and those of them who bought again soon.

The enrolling receipt, if a receipt enrolled the member, is the first of that very instant; it is no repeat, so such a
member needs a second receipt, and one enrolled at the desk needs a first.  Days are counted as business days: enrolled
on 1 March, a receipt of 31 March is within 30 days, and on 1 April the member has had all of them.
"""

from typing import NamedTuple

from bonuscli.reports.periods import Connection, Period, period_rows

WITHIN_DAYS = 30


class Repeats(NamedTuple):
    """Members enrolled in a period; of them, those who had their full days and those who bought again in them."""

    enrolled: int = 0
    full_days: int = 0
    repeated: int = 0


def read_repeats(connection: Connection, program: str, whole: Period, periods: list[Period]) -> dict[int, Repeats]:
    """Repeats by place in ``periods`` (by day of enrolment); receipts count up to the end of the whole window."""
    rows, parameters = period_rows(periods)
    sql = f"""{rows}
SELECT p.place, COUNT(*), SUM(CASE WHEN j.day + :within < :end_day THEN 1 ELSE 0 END),
  SUM(CASE WHEN EXISTS (
    SELECT 1 FROM events r
    WHERE r.member = j.member AND r.kind = 'receipt' AND r.total > 0 AND r.at >= j.at
      AND r.day <= j.day + :within AND r.day < :end_day
      AND (COALESCE(json_extract(j.pinned, '$.with_receipt'), 0) = 0 OR r.seq <> COALESCE((
        SELECT MIN(f.seq) FROM events f WHERE f.member = j.member AND f.kind = 'receipt' AND f.at = j.at), 0))
  ) THEN 1 ELSE 0 END)
FROM accounts a CROSS JOIN events j CROSS JOIN period p
WHERE a.program = :program
  AND j.seq = (SELECT MIN(f.seq) FROM events f WHERE f.member = a.member AND f.kind = 'enrol')
  AND j.day >= p.from_day AND j.day < p.to_day
GROUP BY p.place"""
    asked = {**parameters, "program": program, "within": WITHIN_DAYS, "end_day": whole.to_day}
    return {row[0]: Repeats(*row[1:]) for row in connection.execute(sql, asked)}
