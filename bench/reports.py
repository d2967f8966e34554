"""What reports cost: each beside the best single statement that was found for it, and the KPIs as receipts grow.

``python bench/reports.py [--entries N] [--database FILE] [--small N] [--large N] [--repeat K]`` prints CPU times and
ratios of CPU time:

* every report over a database of ``--entries`` entries, about one a receipt: within a second, or, where it takes
  longer, within 1.3 times one SQL statement that sums up the same rows (``STATEMENTS``; what people read, shares,
  masks and formats, is left out of it);
* ``bonuscli kpi`` as a whole process over ``--large`` receipts and over ``--small``: within twice.  Both files have
  members, accounts and the figures of whole days as that many receipts leave them, and the documents of the first
  10,000 alone: the figures read none.

``--database`` takes a file that ``bench/big_file.py`` wrote; nothing is written to it.
"""

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.big_file import write_big_file, write_days_file
from bench.rounds import NOW, child_seconds, environment_at_now, machine, print_figure, ratios, timed
from bonuscli.reports import REPORTS
from bonuscli.reports.kpi import BY, kpi
from bonuscli.reports.periods import days_with_receipts
from bonuscli.reports.question import Chosen, Question
from bonuscli.reports.table import Table
from bonuscli.services.shop import Session, Shop
from bonuscli.store.views import SALE_OF_RETURN

GOAL_SECONDS, GOAL_RATIO, GOAL_GROWTH = 1, 1.3, 2
# Of what a report can be grouped by, that which asks for most.
BY_WHAT = {"sales": "hour"}
# Every second member, for reports of a segment.
_HALF = "SELECT json_group_array(id) FROM members WHERE id % 2 = 0"

_LINES = f"""
FROM events e {SALE_OF_RETURN} CROSS JOIN receipt_lines r
WHERE +e.day >= :from_day AND +e.day < :to_day AND e.kind IN ('receipt', 'return') AND r.event = e.seq GROUP BY 1"""
_OF_LINES = """
  COUNT(DISTINCT e.seq) FILTER (WHERE e.kind = 'receipt' AND e.total > 0 AND r.quantity > 0),
  COUNT(DISTINCT e.seq) FILTER (WHERE e.kind = 'receipt' AND e.total > 0 AND r.quantity > 0 AND e.member IS NOT NULL),
  SUM(CASE e.kind WHEN 'receipt' THEN r.quantity ELSE -r.quantity END),
  SUM(CASE e.kind WHEN 'receipt' THEN r.amount ELSE -r.amount END),
  SUM(CASE e.kind WHEN 'receipt' THEN r.amount ELSE -r.amount END)
    FILTER (WHERE CASE WHEN o.seq IS NULL THEN e.member ELSE o.member END IS NOT NULL)"""
_GIVEN = "e.kind IN ('accrual', 'grant', 'opening', 'adjustment') AND e.opens_on IS NOT NULL"
_OF_BUYERS = """
FROM events e CROSS JOIN side s CROSS JOIN receipt_lines r
WHERE e.day >= :from_day AND e.day < :to_day AND e.kind = 'receipt' AND e.total > 0 AND s.member = e.member
  AND r.event = e.seq AND r.quantity > 0 GROUP BY 1, 2, 3"""
# The best of those tried.  What is gone of a lot that several rules gave is shared over them in whole points here,
# which is less exact and less work than in the report.
STATEMENTS = {
    "categories": f"SELECT COALESCE(r.category, ''), {_OF_LINES} {_LINES}",
    "goods": f"SELECT COALESCE(NULLIF(r.sku, ''), r.name, ''), MIN(r.name), {_OF_LINES} {_LINES}",
    "portrait": f"""
WITH side AS MATERIALIZED (SELECT member, member % 2 = 0 AS inside FROM accounts WHERE program = :program)
SELECT s.inside, 'category', r.category, COUNT(DISTINCT e.seq), NULL {_OF_BUYERS}
UNION ALL SELECT s.inside, 'brand', r.brand, COUNT(DISTINCT e.seq), NULL {_OF_BUYERS}
UNION ALL SELECT s.inside, 'article', COALESCE(NULLIF(r.sku, ''), r.name), COUNT(DISTINCT e.seq), NULL {_OF_BUYERS}
UNION ALL
SELECT s.inside, 'time', (e.at + e.utc_offset) % 86400 / 3600 || ' ' || (e.day + 3) % 7 || ' ' || e.shop, COUNT(*), NULL
FROM events e CROSS JOIN side s
WHERE e.day >= :from_day AND e.day < :to_day AND e.kind = 'receipt' AND e.total > 0 AND s.member = e.member
GROUP BY 1, 2, 3
UNION ALL
SELECT s.inside, 'member', s.member, SUM(e.kind = 'receipt' AND e.total > 0),
  SUM(CASE e.kind WHEN 'receipt' THEN e.total ELSE -e.total END)
FROM events e CROSS JOIN side s
WHERE e.day >= :from_day AND e.day < :to_day AND e.kind IN ('receipt', 'return') AND s.member = e.member
GROUP BY 1, 2, 3""",
    "rules": f"""
WITH gone (account, lot, fate, points) AS MATERIALIZED (
  SELECT a.id, m.lot, d.kind, SUM(CASE WHEN m.entry = m.debit THEN m.points ELSE -m.points END)
  FROM accounts a CROSS JOIN allocations m CROSS JOIN entries d
  WHERE a.program = :program AND m.account = a.id AND m.lot > 0 AND d.account = a.id AND d.n = m.debit
  GROUP BY 1, 2, 3)
SELECT e.kind, COALESCE(p.rule, e.rule), g.fate, COUNT(DISTINCT e.account || ' ' || e.n), COUNT(DISTINCT e.account),
  SUM(COALESCE(p.points, e.points)), SUM(g.points * COALESCE(p.points, e.points) / e.points)
FROM accounts a CROSS JOIN entries e LEFT JOIN award_parts p ON p.account = e.account AND p.n = e.n
  LEFT JOIN gone g ON g.account = e.account AND g.lot = e.n
WHERE a.program = :program AND e.account = a.id AND {_GIVEN} AND e.day >= :from_day AND e.day < :to_day
GROUP BY 1, 2, 3""",
    "kpi by tier": f"""
SELECT COALESCE(CASE WHEN o.seq IS NULL THEN e.tier ELSE o.tier END, ''), COUNT(*) FILTER (WHERE e.kind = 'receipt'),
  SUM(CASE e.kind WHEN 'receipt' THEN e.total ELSE -e.total END), SUM(e.total) FILTER (WHERE e.spent > 0)
FROM events e {SALE_OF_RETURN}
WHERE +e.day >= :from_day AND +e.day < :to_day AND e.kind IN ('receipt', 'return') GROUP BY 1
UNION ALL
SELECT (SELECT t.tier FROM tier_changes t WHERE t.account = s.id AND t.day < :to_day ORDER BY t.t DESC LIMIT 1),
  COUNT(*), SUM(s.earned), SUM(s.gone)
FROM (
  SELECT a.id, (
      SELECT SUM(e.points) FROM entries e WHERE e.account = a.id AND e.opens_on IS NOT NULL
        AND e.day < :to_day AND e.opens_on <= :to_day AND e.expires_on >= :to_day) AS earned, (
      SELECT SUM(CASE WHEN m.entry = m.debit THEN m.points ELSE -m.points END)
      FROM allocations m CROSS JOIN entries l CROSS JOIN entries c
      WHERE m.account = a.id AND l.account = a.id AND l.n = m.lot AND l.opens_on <= :to_day
        AND l.expires_on >= :to_day AND c.account = a.id AND c.n = m.cause AND c.day < :to_day) AS gone
  FROM accounts a WHERE a.program = :program) s GROUP BY 1""",
}


# By tag the same figures are summed up, by what the member bears instead of the receipt and the account.
STATEMENTS["kpi by tag"] = (
    STATEMENTS["kpi by tier"]
    .replace(
        "CASE WHEN o.seq IS NULL THEN e.tier ELSE o.tier END",
        "(SELECT m.tags FROM members m WHERE m.id = CASE WHEN o.seq IS NULL THEN e.member ELSE o.member END)",
    )
    .replace(
        "SELECT t.tier FROM tier_changes t WHERE t.account = s.id AND t.day < :to_day ORDER BY t.t DESC LIMIT 1",
        "SELECT m.tags FROM accounts a JOIN members m ON m.id = a.member WHERE a.id = s.id",
    )
)


def asks(session: Session) -> dict[str, Callable[[], Table]]:
    """What is timed, by its name: every report, and the figures as a whole and by each of their groups."""
    connection, terms = session.connection, session.current
    today = terms.calendar.day_of(session.now)
    first, last = days_with_receipts(connection) or (today, today)
    half = Chosen("half", today, connection.execute(_HALF).fetchone()[0])
    needed: dict[str, dict[str, Any]] = {"promo-effect": {"promo": "summer"}, "portrait": {"segment": half}}
    found: dict[str, Callable[[], Table]] = {}
    for name, line in REPORTS.items():
        asked = {option: None if option == "by" else default for option, default in line.options.items()}
        asked |= {"by": BY_WHAT.get(name)} if "by" in asked else {}
        found[name] = _asking(line.target, Question(*_question(session, today), asked | needed.get(name, {})))
    for by in (None, *BY):
        found["kpi" if by is None else f"kpi by {by}"] = _figures(session, first, last + 1, by)
    return found


def _question(session: Session, today: int) -> tuple[Any, ...]:
    return session.connection, session.program, session.current, today, session.now


def _asking(target: str, question: Question) -> Callable[[], Table]:
    module, _, function = target.partition(":")
    report = getattr(import_module(module), function)
    return lambda: report(question)


def _figures(session: Session, from_day: int, to_day: int, by: str | None) -> Callable[[], Table]:
    terms = session.current
    return lambda: kpi(
        session.connection, program=session.program, from_day=from_day, to_day=to_day, by=by,
        start_of=terms.calendar.start_of, currency=terms.currency, digits=terms.digits,
        points_scale=terms.points.scale,
    )  # fmt: skip


def compare_reports(path: Path, repeat: int) -> None:
    """Each report of a database, and its statement where it has one."""
    with Shop(path, now=NOW).reading(scoring=False) as session:
        first, last = days_with_receipts(session.connection) or (0, 0)
        window = {"program": session.program, "from_day": first, "to_day": last + 1}
        for name, ask in asks(session).items():
            seconds: list[float] = []
            beside: list[float] = []
            for _ in range(repeat):
                seconds.append(timed(ask))
                if name in STATEMENTS:
                    statement = STATEMENTS[name]
                    beside.append(timed(lambda: session.connection.execute(statement, window).fetchall()))  # noqa: B023
            slow = sorted(seconds)[len(seconds) // 2] > GOAL_SECONDS
            print_figure(f"report {name}, s", seconds, None if slow else GOAL_SECONDS)
            if beside:
                print_figure(f"report {name} / one statement", ratios(seconds, beside), GOAL_RATIO if slow else None)


def compare_growth(folder: Path, small: int, large: int, repeat: int) -> None:
    """``bonuscli kpi`` over many receipts and over few, whole processes in turn."""
    files = {receipts: folder / f"{receipts}.db" for receipts in (small, large)}
    for receipts, path in files.items():
        write_days_file(path, receipts, min(small, 10_000))
    seen: dict[int, list[float]] = {small: [], large: []}
    for _ in range(repeat):
        for receipts, path in files.items():
            command = [sys.executable, "-m", "bonuscli", "kpi", "--db", str(path), "--output", "csv"]
            seen[receipts].append(child_seconds(command, env=environment_at_now(), capture_output=True))
    print_figure(f"kpi, {large:,} / {small:,} receipts, a process", ratios(seen[large], seen[small]), GOAL_GROWTH)
    print_figure(f"kpi, {large:,} receipts, s", seen[large])


def main(given: argparse.Namespace) -> None:
    """Run both comparisons; see the module."""
    with tempfile.TemporaryDirectory() as folder:
        path = given.database
        if path is None:
            path = Path(folder) / "reports.db"
            write_big_file(path, given.entries, min(given.entries, 10_000))
        print(f"{path.stat().st_size / 1e6:.0f} MB; {machine()}")
        with closing(sqlite3.connect(path)) as connection:
            (receipts,) = connection.execute("SELECT COUNT(*) FROM events WHERE kind = 'receipt'").fetchone()
        print(f"files of {receipts:,} receipts", flush=True)
        compare_reports(path, given.repeat)
        print(f"files of {given.small:,} and {given.large:,} receipts", flush=True)
        compare_growth(Path(folder), given.small, given.large, given.repeat)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--database", type=Path, metavar="FILE")
    parser.add_argument("--small", type=int, default=100_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    main(parser.parse_args())
