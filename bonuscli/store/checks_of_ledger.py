"""The ledger alone, checked by SQL: lots, debits, rests, holds and balances, from entries and allocations.

Each check is one statement that returns what is wrong as (invariant, account, entry, text), with what was found and
what should be there; a sound store returns nothing.  None of them needs a rule of the program, a receipt or a member's
particulars: who moved points, and why, is not asked here.  Points that move between accounts sum to zero, a lot lives
as long as it was given to live, and what fell due was booked.  Days are compared as they were booked; the two days of
grace where an account's clock is turned into a day are for any zone and any beginning of the business day.

In which order lots were eaten is no statement of SQL: ``eating_order``.
"""

import sqlite3
from collections.abc import Iterator
from itertools import islice

from bonuscli.store.eating_order import eaten_out_of_order

# :member NULL means all accounts.
OF_MEMBER = "(:member IS NULL OR a.member = :member)"

_TRANSFERS = "'transfer-out', 'transfer-in'"
_ISSUED = "'accrual', 'grant', 'opening', 'adjustment'"
_GONE = "'redemption', 'restore', 'gift', 'expiry', 'inactivity', 'take-back', 'extension'"

# invariant's own words -> the statement
CHECKS_OF_LEDGER: dict[str, str] = {
    # 1: stored points = what remains in lots; balance + pending, which is points + held - deficit, = sum of entries +
    # held; held = what the open holds hold = the hold entries that were not reversed.
    "the lots hold the points": f"""
    SELECT 1, a.id, NULL, 'accounts has ' || a.points || ' points, its lots hold ' || COALESCE(SUM(l.remaining), 0)
    FROM accounts a LEFT JOIN open_lots l ON l.account = a.id WHERE {OF_MEMBER}
    GROUP BY a.id HAVING a.points <> COALESCE(SUM(l.remaining), 0)
    """,
    "the entries sum to the points": f"""
    SELECT 1, a.id, NULL, 'points less deficit are ' || (a.points - a.deficit) || ', the entries sum to '
        || COALESCE(SUM(e.points), 0)
    FROM accounts a LEFT JOIN entries e ON e.account = a.id WHERE {OF_MEMBER}
    GROUP BY a.id HAVING a.points - a.deficit <> COALESCE(SUM(e.points), 0)
    """,
    "the rests are the deficit": f"""
    SELECT 1, a.id, NULL, 'accounts has a deficit of ' || a.deficit || ', its uncovered rests are '
        || COALESCE(SUM(r.rest), 0)
    FROM accounts a LEFT JOIN open_rests r ON r.account = a.id WHERE {OF_MEMBER}
    GROUP BY a.id HAVING a.deficit <> COALESCE(SUM(r.rest), 0)
    """,
    "the holds hold what is held": f"""
    SELECT 1, a.id, NULL, 'accounts has ' || a.held || ' points on hold, its holds have ' || COALESCE(h.points, 0)
        || ', its hold entries sum to ' || COALESCE(e.points, 0)
    FROM accounts a LEFT JOIN (SELECT account, SUM(points) AS points FROM holds GROUP BY account) h ON h.account = a.id
    LEFT JOIN (SELECT account, SUM(points) AS points FROM entries WHERE kind = 'hold' GROUP BY account) e
        ON e.account = a.id
    WHERE {OF_MEMBER} AND (a.held <> COALESCE(h.points, 0) OR a.held <> -COALESCE(e.points, 0))
    """,
    # 2: per lot, 0 <= remaining <= earned, and remaining = earned - taken + given back.
    "a lot keeps what was not taken": f"""
    WITH l AS MATERIALIZED (SELECT account, n, remaining FROM open_lots)  -- no index of its own begins with the number
    SELECT 2, e.account, e.n, 'lot ' || e.n || ' earned ' || e.points || ' and allocations leave '
        || (e.points - COALESCE(x.out, 0)) || ', open_lots has ' || COALESCE(l.remaining, 0)
    FROM entries e JOIN accounts a ON a.id = e.account
    LEFT JOIN (SELECT account, lot, SUM(CASE WHEN entry = debit THEN points ELSE -points END) AS out FROM allocations
               WHERE lot > 0 GROUP BY account, lot) x ON x.account = e.account AND x.lot = e.n
    LEFT JOIN l ON l.account = e.account AND l.n = e.n
    WHERE e.opens_on IS NOT NULL AND {OF_MEMBER}
      AND (e.points - COALESCE(x.out, 0) <> COALESCE(l.remaining, 0) OR COALESCE(x.out, 0) NOT BETWEEN 0 AND e.points)
    """,
    "an open lot is one that an entry opened": f"""
    SELECT 2, a.id, NULL, 'open_lots has lot ' || l.n || ', which no entry opened as it stands there'
    FROM open_lots l JOIN accounts a ON a.id = l.account
    LEFT JOIN entries e ON e.account = l.account AND e.n = l.n AND e.opens_on = l.opens_on
        AND e.expires_on = l.expires_on AND e.origin = l.origin
    WHERE e.n IS NULL AND {OF_MEMBER}
    """,
    "a deficit leaves nothing in lots": f"""
    SELECT 2, a.id, NULL, a.points || ' points remain beside a deficit of ' || a.deficit
    FROM accounts a WHERE a.points > 0 AND a.deficit > 0 AND {OF_MEMBER}
    """,
    # 3: per debit, points = taken + uncovered rest + rest cancelled; given back per lot <= taken.
    "a debit is covered or leaves a rest": f"""
    SELECT 3, e.account, e.n, 'debit ' || e.n || ' of ' || -e.points || ' took ' || COALESCE(x.taken, 0)
        || ', has cancelled ' || COALESCE(x.cancelled, 0) || ' and leaves ' || COALESCE(r.rest, 0) || ' uncovered'
    FROM entries e JOIN accounts a ON a.id = e.account
    LEFT JOIN (SELECT account, debit, SUM(CASE WHEN entry = debit THEN points ELSE 0 END) AS taken,
                      SUM(CASE WHEN entry <> debit AND lot = 0 THEN points ELSE 0 END) AS cancelled
               FROM allocations GROUP BY account, debit) x ON x.account = e.account AND x.debit = e.n
    LEFT JOIN open_rests r ON r.account = e.account AND r.n = e.n
    WHERE e.points < 0 AND {OF_MEMBER}
      AND -e.points <> COALESCE(x.taken, 0) + COALESCE(x.cancelled, 0) + COALESCE(r.rest, 0)
    """,
    "no more comes back than was taken": f"""
    SELECT 3, al.account, al.debit, 'debit ' || al.debit || ' took '
        || SUM(CASE WHEN al.entry = al.debit THEN al.points ELSE 0 END) || ' from lot ' || al.lot || ' and gave back '
        || SUM(CASE WHEN al.entry <> al.debit THEN al.points ELSE 0 END)
    FROM allocations al JOIN accounts a ON a.id = al.account WHERE al.lot > 0 AND {OF_MEMBER}
    GROUP BY al.account, al.debit, al.lot
    HAVING SUM(CASE WHEN al.entry = al.debit THEN al.points ELSE -al.points END) < 0
    """,
    "an allocation names what is there": f"""
    SELECT 3, al.account, al.entry, 'allocation of entry ' || al.entry || ' names a debit, lot or entry that is none'
    FROM allocations al JOIN accounts a ON a.id = al.account
    LEFT JOIN entries d ON d.account = al.account AND d.n = al.debit AND d.points < 0
    LEFT JOIN entries l ON l.account = al.account AND l.n = al.lot AND l.opens_on IS NOT NULL
    LEFT JOIN entries c ON c.account = al.account AND c.n = al.cause
    LEFT JOIN entries e ON e.account = al.account AND e.n = al.entry
    WHERE {OF_MEMBER} AND (d.n IS NULL OR c.n IS NULL OR e.n IS NULL OR (al.lot > 0 AND l.n IS NULL))
    """,
    # 3: what came back to heirs of a merged account's debit was taken by it and did not come back before.
    "no more comes back to heirs than was taken": f"""
    SELECT 3, x.account, x.debit, 'debit ' || x.debit || ' gave back ' || x.points || ' to heirs of its account, '
        || MAX(0, COALESCE(SUM(CASE WHEN al.entry = al.debit OR x.lot = 0 THEN al.points ELSE -al.points END), 0))
        || ' were out of lot ' || x.lot
    FROM (SELECT of_account AS account, debit, lot, SUM(points) AS points FROM inherited GROUP BY 1, 2, 3) x
    JOIN accounts a ON a.id = x.account
    LEFT JOIN allocations al ON al.account = x.account AND al.debit = x.debit AND al.lot = x.lot
    WHERE {OF_MEMBER} GROUP BY x.account, x.debit, x.lot
    HAVING x.points > COALESCE(SUM(CASE WHEN al.entry = al.debit OR x.lot = 0 THEN al.points ELSE -al.points END), 0)
    """,
    # 4: what extensions and transfers move sums to zero, and what was issued is where it can be seen.
    "extensions sum to zero": f"""
    SELECT 4, e.account, NULL, 'extensions sum to ' || SUM(e.points) || ', they should to 0'
    FROM entries e JOIN accounts a ON a.id = e.account WHERE e.kind = 'extension' AND {OF_MEMBER}
    GROUP BY e.account HAVING SUM(e.points) <> 0
    """,
    "transfers sum to zero": f"""
    SELECT 4, NULL, NULL, 'transfers of ' || a.program || ' sum to ' || SUM(e.points) || ', they should to 0'
    FROM entries e JOIN accounts a ON a.id = e.account WHERE e.kind IN ({_TRANSFERS}) AND :member IS NULL
    GROUP BY a.program HAVING SUM(e.points) <> 0
    """,
    "what was issued is somewhere": f"""
    SELECT 4, NULL, NULL, a.program || ' has issued ' || SUM(x.issued) || ' points, ' || -SUM(x.gone)
        || ' of them are gone, and its accounts hold ' || SUM(a.points + a.held - a.deficit)
    FROM accounts a JOIN (
        SELECT a.id, COALESCE(SUM(CASE WHEN e.kind IN ({_ISSUED}) THEN e.points ELSE 0 END), 0) AS issued,
               COALESCE(SUM(CASE WHEN e.kind IN ({_GONE}) THEN e.points ELSE 0 END), 0) AS gone
        FROM accounts a LEFT JOIN entries e ON e.account = a.id GROUP BY a.id) x ON x.id = a.id
    WHERE :member IS NULL GROUP BY a.program
    HAVING SUM(x.issued) + SUM(x.gone) <> SUM(a.points + a.held - a.deficit)
    """,
    # 8: points live as long as their lot, or as the one lot that it was prolonged into.
    "a lot is prolonged once": f"""
    SELECT 8, e.account, e.n, 'lot ' || e.n || ' prolongs lot ' || e.origin || ', which prolongs lot '
        || COALESCE(o.origin, 'of no entry')
    FROM entries e JOIN accounts a ON a.id = e.account
    LEFT JOIN entries o ON o.account = e.account AND o.n = e.origin AND o.opens_on IS NOT NULL
    WHERE e.kind = 'extension' AND e.points > 0 AND o.origin IS NOT 0 AND {OF_MEMBER}
    """,
    "a lot that moved lives as long as before": f"""
    SELECT 8, e.account, e.n, 'lot ' || e.n || ' ends on day ' || e.expires_on || ', lot ' || o.n || ' of account '
        || o.account || ' that it came of on day ' || o.expires_on
    FROM inherited i JOIN entries e ON e.account = i.account AND e.n = i.n AND e.opens_on IS NOT NULL
    JOIN entries o ON o.account = i.of_account AND o.n = i.lot JOIN accounts a ON a.id = e.account
    WHERE e.expires_on <> o.expires_on AND {OF_MEMBER}
    """,
    # 9: what fell due was booked, on its day.
    "what has ended is not left": f"""
    SELECT 9, l.account, l.n, 'lot ' || l.n || ' ended with day ' || l.expires_on || ', on day ' || (a.clock / 86400)
        || ' it has ' || l.remaining
    FROM open_lots l JOIN accounts a ON a.id = l.account
    WHERE l.expires_on < a.clock / 86400 - 2 AND {OF_MEMBER}
    """,
    "a hold that timed out is let go": f"""
    SELECT 9, h.account, h.entry, 'hold ' || h.entry || ' was to end at ' || h.deadline || ', at ' || a.clock
        || ' it has ' || h.points
    FROM holds h JOIN accounts a ON a.id = h.account WHERE h.deadline < a.clock AND {OF_MEMBER}
    """,
    "points expire after their last day": f"""
    SELECT 9, e.account, e.n, 'expiry ' || e.n || ' of day ' || e.day || ' took from lot ' || l.n
        || ', whose last day is ' || l.expires_on
    FROM entries e JOIN accounts a ON a.id = e.account JOIN allocations al ON al.account = e.account AND al.cause = e.n
    JOIN entries l ON l.account = al.account AND l.n = al.lot
    WHERE e.kind = 'expiry' AND e.day <> l.expires_on + 1 AND {OF_MEMBER}
    """,
    "points are spent through their last day": f"""
    SELECT 9, e.account, e.n, e.kind || ' ' || e.n || ' of day ' || e.day || ' took from lot ' || l.n
        || ', whose last day is ' || l.expires_on
    FROM entries e JOIN accounts a ON a.id = e.account
    JOIN allocations al ON al.account = e.account AND al.cause = e.n AND al.entry = e.n AND al.debit = e.n
    JOIN entries l ON l.account = al.account AND l.n = al.lot
    WHERE e.kind IN ('redemption', 'hold', 'gift', 'transfer-out') AND e.points < 0 AND e.day > l.expires_on
      AND {OF_MEMBER}
    """,
    # 10: an accrual's parts sum to it.
    "parts sum to their accrual": f"""
    SELECT 10, e.account, e.n, 'accrual ' || e.n || ' of ' || e.points || ' has parts of ' || COALESCE(SUM(p.points), 0)
    FROM entries e JOIN accounts a ON a.id = e.account
    LEFT JOIN award_parts p ON p.account = e.account AND p.n = e.n
    WHERE e.kind = 'accrual' AND {OF_MEMBER} GROUP BY e.account, e.n HAVING e.points <> COALESCE(SUM(p.points), 0)
    """,
    # 11: a hold is open and whole, or was given back once, as a whole.
    "a hold ends once": f"""
    SELECT 11, e.account, e.n, 'hold ' || e.n || ' of ' || -e.points || ' is '
        || CASE WHEN h.entry IS NULL THEN 'closed' ELSE 'open' END || ' and was given back ' || COALESCE(x.times, 0)
        || ' times, ' || COALESCE(x.points, 0) || ' in all'
    FROM entries e JOIN accounts a ON a.id = e.account LEFT JOIN holds h ON h.account = e.account AND h.entry = e.n
    LEFT JOIN (SELECT account, debit, COUNT(DISTINCT entry) AS times, SUM(points) AS points FROM allocations
               WHERE entry <> debit GROUP BY account, debit) x ON x.account = e.account AND x.debit = e.n
    WHERE e.kind = 'hold' AND e.points < 0 AND {OF_MEMBER}
      AND CASE WHEN h.entry IS NULL THEN COALESCE(x.times, 0) <> 1 OR x.points <> -e.points
               ELSE COALESCE(x.times, 0) > 0 OR h.points <> -e.points END
    """,
    # 12: an account that another took over is empty.
    "a merged account is empty": f"""
    SELECT 12, a.id, NULL, 'account ' || a.id || ' was merged into account ' || a.merged_into || ' and has '
        || (a.points + a.held) || ' points, a deficit of ' || a.deficit || ' and ' || COUNT(l.n) || ' lots'
    FROM accounts a LEFT JOIN open_lots l ON l.account = a.id WHERE a.merged_into IS NOT NULL AND {OF_MEMBER}
    GROUP BY a.id HAVING a.points + a.held + a.deficit + COUNT(l.n) <> 0
    """,
}


def counts(connection: sqlite3.Connection, member: int | None) -> tuple[int, int, int, int]:
    """Entries, accounts, lots and events that are looked at."""
    row = connection.execute(
        f"""
        SELECT (SELECT COUNT(*) FROM entries e JOIN accounts a ON a.id = e.account WHERE {OF_MEMBER}),
               (SELECT COUNT(*) FROM accounts a WHERE {OF_MEMBER}),
               (SELECT COUNT(*) FROM entries e JOIN accounts a ON a.id = e.account
                WHERE e.opens_on IS NOT NULL AND {OF_MEMBER}),
               (SELECT COUNT(*) FROM events a WHERE {OF_MEMBER})
        """,
        {"member": member},
    ).fetchone()
    return tuple(row)


def ledger_findings(connection: sqlite3.Connection, member: int | None, most: int) -> Iterator[tuple]:
    """(invariant, account, entry, text) of what is wrong in the ledger, at most ``most`` of a kind."""
    for sql in CHECKS_OF_LEDGER.values():
        yield from connection.execute(f"{sql} LIMIT {most:d}", {"member": member})
    yield from islice(eaten_out_of_order(connection, member), most)
