"""The ledger's sums, checked by SQL alone: a second way to the invariants that does not use the engine.

Each check is one statement that returns what is wrong as (invariant, account, entry, text), with what was found and
what should be there; a sound store returns nothing.  These are the sums of an account; ``checks_of_shop`` has what
holds between accounts, days and documents.
"""

import sqlite3
from collections.abc import Iterator

from bonuscli.model import ENGINE_REVISION, ERASED
from bonuscli.store.checks_of_shop import CHECKS_OF_SHOP, OF_MEMBER

# invariant's own words -> the statement
CHECKS: dict[str, str] = {
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
    SELECT 2, e.account, e.n, 'lot ' || e.n || ' earned ' || e.points || ' and allocations leave '
        || (e.points - COALESCE(x.out, 0)) || ', open_lots has ' || COALESCE(l.remaining, 0)
    FROM entries e JOIN accounts a ON a.id = e.account
    LEFT JOIN (SELECT account, lot, SUM(CASE WHEN entry = debit THEN points ELSE -points END) AS out FROM allocations
               WHERE lot > 0 GROUP BY account, lot) x ON x.account = e.account AND x.lot = e.n
    LEFT JOIN open_lots l ON l.account = e.account AND l.n = e.n
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
    # 10: an accrual's parts sum to it.
    "parts sum to their accrual": f"""
    SELECT 10, e.account, e.n, 'accrual ' || e.n || ' of ' || e.points || ' has parts of ' || COALESCE(SUM(p.points), 0)
    FROM entries e JOIN accounts a ON a.id = e.account
    LEFT JOIN award_parts p ON p.account = e.account AND p.n = e.n
    WHERE e.kind = 'accrual' AND {OF_MEMBER} GROUP BY e.account, e.n HAVING e.points <> COALESCE(SUM(p.points), 0)
    """,
    "lines sum to their receipt": f"""
    SELECT 10, a.id, NULL, 'receipt ' || ev.number || ' totals ' || ev.total || ', its lines sum to '
        || COALESCE(SUM(rl.amount), 0)
    FROM events ev LEFT JOIN receipt_lines rl ON rl.event = ev.seq
    LEFT JOIN accounts a ON a.member = ev.member AND a.program = ev.program
    WHERE ev.kind IN ('receipt', 'return') AND {OF_MEMBER}
    GROUP BY ev.seq HAVING ev.total <> COALESCE(SUM(rl.amount), 0)
    """,
    # 10: what hangs on an event hangs on one that is there, and a linked return on a receipt.
    "lines hang on documents": f"""
    SELECT 10, a.id, NULL, 'line ' || rl.line || ' hangs on event ' || rl.event || ', which is no receipt and no return'
    FROM receipt_lines rl LEFT JOIN events ev ON ev.seq = rl.event
    LEFT JOIN accounts a ON a.member = ev.member AND a.program = ev.program
    WHERE (ev.seq IS NULL OR ev.kind NOT IN ('receipt', 'return')) AND {OF_MEMBER}
    """,
    "lines of sales bring nothing back": f"""
    SELECT 10, a.id, NULL, 'receipt ' || ev.number || ' line ' || rl.line || ' brings back line ' || rl.of_line
        || ', a sale brings back none'
    FROM receipt_lines rl JOIN events ev ON ev.seq = rl.event AND ev.kind = 'receipt'
    LEFT JOIN accounts a ON a.member = ev.member AND a.program = ev.program
    WHERE COALESCE(rl.of_line, rl.part, rl.whole) IS NOT NULL AND {OF_MEMBER}
    """,
    "shares hang on events": f"""
    SELECT 10, a.id, NULL, 'the shares of line ' || s.line || ' hang on event ' || s.event || ', which is not there'
    FROM line_shares s LEFT JOIN events ev ON ev.seq = s.event LEFT JOIN accounts a ON a.id = s.account
    WHERE ev.seq IS NULL AND {OF_MEMBER}
    """,
    "returns hang on receipts": f"""
    SELECT 10, a.id, NULL, 'return ' || ev.number || ' hangs on event ' || ev.original || ', which is no receipt'
    FROM events ev LEFT JOIN events o ON o.seq = ev.original
    LEFT JOIN accounts a ON a.member = ev.member AND a.program = ev.program
    WHERE ev.kind = 'return' AND ev.original IS NOT NULL AND o.kind IS NOT 'receipt' AND {OF_MEMBER}
    """,
    "draws hang on documents": f"""
    SELECT 10, a.id, NULL, 'a draw of ' || d.points || ' from the budget of ' || d.promo || ' hangs on event '
        || d.event || ', which is no receipt and no return'
    FROM budget_draws d LEFT JOIN events ev ON ev.seq = d.event
    LEFT JOIN accounts a ON a.member = ev.member AND a.program = d.program
    WHERE (a.id IS NULL OR ev.kind NOT IN ('receipt', 'return')) AND {OF_MEMBER}
    """,
    # 10: recorded times never go backwards, and no account stands before what was settled for it.
    "times of recording never go back": f"""
    SELECT 10, a.id, NULL, 'event ' || ev.seq || ' was recorded ' || (ev.previous - ev.recorded_at)
        || ' seconds before the one before it'
    FROM (SELECT seq, member, program, recorded_at, LAG(recorded_at) OVER (ORDER BY seq) AS previous FROM events) ev
   
    LEFT JOIN accounts a ON a.member = ev.member AND a.program = ev.program
    WHERE ev.recorded_at < ev.previous AND {OF_MEMBER}
    """,
    "no account stands before its events": f"""
    SELECT 10, a.id, NULL, 'the account stands at ' || a.clock || ', one of its events was settled to '
        || MAX(ev.settled_to)
    FROM accounts a JOIN events ev ON ev.member = a.member AND ev.program = a.program WHERE {OF_MEMBER}
    GROUP BY a.id HAVING MAX(ev.settled_to) > a.clock
    """,
    "one revision of the engine booked all": f"""
    SELECT 10, a.id, NULL, 'event ' || ev.seq || ' was booked by revision ' || ev.engine_revision
        || ' of the engine, this one has {ENGINE_REVISION}'
    FROM events ev
    LEFT JOIN accounts a ON a.member = ev.member AND a.program = ev.program
    WHERE ev.engine_revision <> {ENGINE_REVISION} AND {OF_MEMBER}
    """,
    # 11: a hold is open and whole, or was given back once, as a whole; a capture takes at most what was held.
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
    "a capture takes at most its hold": f"""
    SELECT 11, a.id, NULL, 'capture ' || c.number || ' takes ' || c.points || ' of a hold of ' || COALESCE(h.points, 0)
    FROM events c LEFT JOIN events h ON h.seq = c.original AND h.kind = 'hold'
    LEFT JOIN accounts a ON a.member = c.member AND a.program = c.program
    WHERE c.kind = 'capture' AND c.points > COALESCE(h.points, 0) AND {OF_MEMBER}
    """,
    "holds and captures are of their entries": f"""
    SELECT 11, a.id, e.n, ev.kind || ' ' || ev.number || ' is of ' || ev.points || ' points, its entry of ' || -e.points
    FROM events ev JOIN entries e ON e.event = ev.seq JOIN accounts a ON a.id = e.account
    WHERE ((ev.kind = 'hold' AND e.kind = 'hold') OR (ev.kind = 'capture' AND e.kind = 'redemption'))
      AND (ev.points <> -e.points OR (ev.kind = 'capture' AND ev.spent <> ev.points)) AND {OF_MEMBER}
    """,
    # 13: a member's phone is one of the numbers by which he is found, every member can be found, and has an account.
    "a phone is one of the cards": f"""
    SELECT 13, a.id, NULL, 'member ' || m.id || ' has the phone ' || COALESCE(m.phone, '-')
        || ', the cards have ' || COALESCE(MIN(c.number), '-')
    FROM members m JOIN accounts a ON a.member = m.id LEFT JOIN cards c ON c.member = m.id AND c.kind = 'phone'
    WHERE {OF_MEMBER} GROUP BY a.id HAVING COALESCE(SUM(c.number = m.phone), 0) <> (m.phone IS NOT NULL)
        OR (m.phone IS NULL AND COUNT(c.number) > 0)
    """,
    "every member can be found": f"""
    SELECT 13, a.id, NULL, 'member ' || a.member || ' has no card and no phone'
    FROM accounts a WHERE NOT EXISTS (SELECT 1 FROM cards c WHERE c.member = a.member) AND a.merged_into IS NULL
      AND NOT EXISTS (SELECT 1 FROM events e WHERE e.member = a.member AND instr(e.pinned, '"{ERASED}":true'))
      AND {OF_MEMBER}
    """,
    "every member has an account": """
    SELECT 10, NULL, NULL, 'member ' || m.id || ' has no account' FROM members m
    WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.member = m.id) AND (:member IS NULL OR m.id = :member)
    """,
}

_STORED = {
    "entries": "account, n, kind, points, at, day, event, opens_on, expires_on, rule, origin",
    "allocations": "account, cause, entry, debit, lot, points",
    "inherited": "account, n, of_account, debit, lot, points",
    "award_parts": "account, n, rule, points",
    "tier_changes": "account, t, at, day, tier, previous, reason, event",
    "line_shares": "event, line, account, award, spent, spent_minor",
    "open_lots": "account, expires_on, opens_on, n, remaining, origin",
    "tallies": "account, name, day, count",
    "holds": "account, event, entry, points, deadline, at, day",
    "passes": "account, event, pass, visits, expires_on",
    "open_rests": "account, n, rest",
    "account_days": "account, day, spend, earned, receipts, redemptions",
    "accounts": "id, member, program, enrolled_at, clock, n, t, points, held, deficit, tier, tier_since, receipts,"
    " last_purchase_on, welcome, birthday_year, next_due_on, birthday_given_on, control, referrer, floor, floor_until,"
    " beneath, blocked, merged_into",
}


def findings(connection: sqlite3.Connection, member: int | None, most: int) -> Iterator[tuple]:
    """(invariant, account, entry, text) of everything wrong, at most ``most`` of a kind."""
    for sql in (*CHECKS.values(), *CHECKS_OF_SHOP.values()):
        yield from connection.execute(f"{sql} LIMIT {most:d}", {"member": member})


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


def accounts(connection: sqlite3.Connection, member: int | None) -> list[tuple[int, int, int, str]]:
    """(account, member, clock, program) of every account, or of one member's."""
    return connection.execute(
        f"SELECT a.id, a.member, a.clock, a.program FROM accounts a WHERE {OF_MEMBER} ORDER BY a.id",
        {"member": member},
    ).fetchall()


def members_since(connection: sqlite3.Connection, seq: int) -> set[int]:
    """Members with an event of this seq or a later one."""
    rows = connection.execute("SELECT DISTINCT member FROM events WHERE seq >= ? AND member IS NOT NULL", (seq,))
    return {member for (member,) in rows}


def stored_rows(connection: sqlite3.Connection, table: str, account: int) -> list[tuple]:
    """All rows of an account in one table, in the order of columns that the engine's rows have."""
    if table == "line_shares":
        return connection.execute(
            "SELECT s.event, s.line, s.account, s.award, s.spent, s.spent_minor FROM line_shares s"
            " JOIN events e ON e.seq = s.event WHERE e.member = (SELECT member FROM accounts WHERE id = ?1)"
            " AND s.account = ?1",
            (account,),
        ).fetchall()
    if table == "budget_draws":
        return connection.execute(
            "SELECT d.program, d.promo, d.event, d.points FROM budget_draws d JOIN events e ON e.seq = d.event"
            " JOIN accounts a ON a.member = e.member AND a.program = d.program WHERE a.id = ?",
            (account,),
        ).fetchall()
    key = "id" if table == "accounts" else "account"
    return connection.execute(f"SELECT {_STORED[table]} FROM {table} WHERE {key} = ?", (account,)).fetchall()
