"""What stood at the end of a past day: the tables that tell of now, as they were then, before a report's own statement.

A common table hides the table of its name, so a report that asks what accounts hold is answered from the ledger without
knowing.  Entries, allocations and levels carry the instant at which they happened; what remained in a lot, what was
owed and on hold follows from them, as ``verify`` reckons it.  An allocation had happened when all of its entries had.

Names, phones and cards are not told of the past: they are as they are now, or gone.
"""

_THERE = "EXISTS (SELECT 1 FROM main.entries e WHERE e.at <= :as_of AND e.account = m.account AND e.n ="

# Used several times and small, or filters of a table that is looked up by its key: each says which.
_TABLES = f"""
events AS NOT MATERIALIZED (SELECT * FROM main.events WHERE at <= :as_of),
entries AS NOT MATERIALIZED (SELECT * FROM main.entries WHERE at <= :as_of),
tier_changes AS NOT MATERIALIZED (SELECT * FROM main.tier_changes WHERE at <= :as_of),
allocations AS NOT MATERIALIZED (
  SELECT * FROM main.allocations m
  WHERE {_THERE} m.cause) AND (m.entry = m.cause OR {_THERE} m.entry)) AND (m.debit = m.entry OR {_THERE} m.debit))),
taken (account, n, points) AS MATERIALIZED (
  SELECT account, lot, SUM(CASE WHEN entry = debit THEN points ELSE -points END) FROM allocations GROUP BY 1, 2),
open_lots AS MATERIALIZED (
  SELECT e.account, e.expires_on, e.opens_on, e.n, e.points - COALESCE(t.points, 0) AS remaining, e.origin
  FROM entries e LEFT JOIN taken t ON t.account = e.account AND t.n = e.n
  WHERE e.opens_on IS NOT NULL AND e.points > COALESCE(t.points, 0)),
holds AS MATERIALIZED (
  SELECT e.account, e.event, e.n AS entry, -e.points AS points FROM entries e
  WHERE e.kind = 'hold' AND e.points < 0 AND NOT EXISTS (
    SELECT 1 FROM allocations m WHERE m.account = e.account AND m.debit = e.n AND m.entry <> m.debit)),
merger (member) AS MATERIALIZED (SELECT member FROM events WHERE kind = 'merge'),
gone (account, member, heir) AS (
  SELECT a.id, a.member, a.merged_into FROM main.accounts a WHERE a.program = :program AND a.member IN merger
  UNION ALL
  SELECT g.account, g.member, a.merged_into FROM gone g JOIN main.accounts a ON a.id = g.heir WHERE a.member IN merger),
bought (account, day) AS MATERIALIZED (
  SELECT CAST(COALESCE(g.heir, a.id) AS INTEGER), MAX(e.day)  -- of no affinity it would be looked up without an index
  FROM main.accounts a JOIN events e ON e.member = a.member LEFT JOIN gone g ON g.account = a.id
  WHERE a.program = :program AND e.kind = 'receipt' AND e.total > 0 GROUP BY 1),
accounts AS MATERIALIZED (
  SELECT a.id, a.member, a.program, a.enrolled_at,
    (SELECT t.tier FROM tier_changes t WHERE t.account = a.id ORDER BY t.t DESC LIMIT 1) AS tier,
    COALESCE(h.points, 0) AS held, COALESCE(o.points, 0) - COALESCE(b.points, 0) AS deficit,
    l.day AS last_purchase_on,
    CASE WHEN a.member IN merger THEN a.merged_into END AS merged_into
  FROM main.accounts a
  LEFT JOIN (SELECT account, SUM(points) AS points FROM holds GROUP BY 1) h ON h.account = a.id
  LEFT JOIN (SELECT account, SUM(remaining) AS points FROM open_lots GROUP BY 1) o ON o.account = a.id
  LEFT JOIN (SELECT account, SUM(points) AS points FROM entries GROUP BY 1) b ON b.account = a.id
  LEFT JOIN bought l ON l.account = a.id
  WHERE a.program = :program AND (a.enrolled_at <= :as_of OR b.account IS NOT NULL))"""


def seen_then(sql: str) -> str:
    """A statement over the tables as they were at the instant ``:as_of``.

    >>> seen_then("WITH few AS (SELECT 1) SELECT * FROM few").endswith(",\\nfew AS (SELECT 1) SELECT * FROM few")
    True
    """
    own = sql.lstrip()
    return f"WITH {_TABLES},\n{own[5:]}" if own.startswith("WITH ") else f"WITH {_TABLES}\n{own}"
