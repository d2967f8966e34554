"""Who did what, and when: everything that somebody did under a name, in the order in which it was written down.

Receipts of tills bear no name and are left out unless one was given.  What stands beside the events is told with them:
imports, published programs and prize draws.  ``points`` are those that an act booked on its member's account in its own
program; what it did to other members stands under the effect.

Worked number: Olga gives 50 points, puts 60 aside and captures 45 of them: three rows, 50, -60, and 15, which are the
60 that came back less the 45 spent.
"""

from bonuscli.reports.question import Question
from bonuscli.reports.table import COUNT, INSTANT, POINTS, TEXT, Column, Table
from bonuscli.store.views import card_of

COLUMNS = (
    Column("recorded_at", "Recorded", INSTANT),
    Column("at", "For", INSTANT),
    Column("actor", "Who", TEXT),
    Column("kind", "What", TEXT),
    Column("number", "Number", TEXT),
    Column("member", "Member", COUNT),
    Column("card", "Card", TEXT),
    Column("points", "Points", POINTS),
    Column("shop", "Shop", TEXT),
    Column("reason", "Reason", TEXT),
)

_ACTS = f"""
SELECT e.recorded_at, e.at, e.actor, e.kind, e.number, e.member,
  {card_of("e.member")},
  (SELECT SUM(n.points) FROM accounts a JOIN entries n ON n.account = a.id AND n.event = e.seq
    WHERE a.member = e.member AND a.program = e.program),
  e.shop, e.reason, e.seq AS place
FROM events e WHERE e.actor IS NOT NULL AND e.program IN ('', :program)
UNION ALL
SELECT started_at, started_at, actor, 'import', file, NULL, NULL, NULL, NULL, NULL, 0 FROM imports
UNION ALL
SELECT published_at, starts_at, actor, 'publish', program || ' ' || version, NULL, NULL, NULL, NULL, NULL, 0
FROM programs WHERE program = :program
UNION ALL
SELECT run_at, run_at, actor, 'draw', draw, NULL, NULL, NULL, NULL, NULL, 0 FROM draw_runs WHERE program = :program"""


def audit(question: Question) -> Table:
    """Acts recorded within the days of ``from`` and ``to``, of one ``actor`` or of everybody with a name."""
    calendar = question.terms.calendar
    from_at, to_at = (
        None if question.asked[name] is None else calendar.start_of(question.asked[name]) for name in ("from", "to")
    )
    rows = question.rows(
        f"SELECT * FROM ({_ACTS}) WHERE actor IS NOT NULL AND (:actor IS NULL OR actor = :actor)"
        " AND (:from_at IS NULL OR recorded_at >= :from_at) AND (:to_at IS NULL OR recorded_at < :to_at)"
        " ORDER BY recorded_at, place",
        actor=question.asked["actor"],
        from_at=from_at,
        to_at=to_at,
    )
    told = [(calendar.iso(row[0]), calendar.iso(row[1]), *row[2:8], row[8] or None, row[9]) for row in rows]
    return Table("Who did what", COLUMNS, told, "", 0, question.terms.points.scale)
