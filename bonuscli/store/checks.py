"""What holds of documents, members and the shop as a whole, checked by SQL alone: a way that does not use the engine.

Each check is one statement that returns what is wrong as (invariant, account, entry, text), with what was found and
what should be there; a sound store returns nothing.  A key has one effect, a line comes back once, a card that is
closed moves nothing.  The sums of lots, debits and balances are in ``checks_of_ledger``.
"""

import sqlite3
from collections.abc import Iterator

from bonuscli.model import ENGINE_REVISION, ERASED
from bonuscli.store.checks_of_ledger import OF_MEMBER, ledger_findings

# What a blocked card must not do.  What a till has already taken off a receipt stands: a trusted redemption is a fact.
_EARNS_OR_SPENDS = "'receipt', 'redeem', 'hold', 'capture', 'gift', 'transfer', 'action', 'grant'"

# invariant's own words -> the statement
CHECKS: dict[str, str] = {
    # 10: a document's lines sum to it.
    "lines sum to their receipt": f"""
    SELECT 10, a.id, NULL, 'receipt ' || ev.number || ' totals ' || ev.total || ', its lines sum to '
        || ev.amount
    FROM (SELECT seq, kind, number, member, program, total,
                 COALESCE((SELECT SUM(rl.amount) FROM receipt_lines rl WHERE rl.event = events.seq), 0) AS amount
          FROM events) ev
    LEFT JOIN accounts a ON a.member = ev.member AND a.program = ev.program
    WHERE ev.kind IN ('receipt', 'return') AND ev.total <> ev.amount AND {OF_MEMBER}
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
    FROM receipt_lines rl CROSS JOIN events ev LEFT JOIN accounts a ON a.member = ev.member AND a.program = ev.program
    WHERE COALESCE(rl.of_line, rl.part, rl.whole) IS NOT NULL AND ev.seq = rl.event AND ev.kind = 'receipt'
      AND {OF_MEMBER}
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
    FROM (SELECT seq, member, program, recorded_at,
                 (SELECT p.recorded_at FROM events p WHERE p.seq < events.seq ORDER BY p.seq DESC LIMIT 1) AS previous
          FROM events) ev
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
    # 11: a capture takes at most what was held.
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
    # 5: one key, one effect.
    "one key has one effect": """
    SELECT 5, NULL, NULL, ev.kind || ' ' || ev.number || ' of source ' || quote(ev.source) || ' was recorded '
        || COUNT(*) || ' times, it can be 1'
    FROM events ev WHERE :member IS NULL OR ev.member = :member
    GROUP BY ev.number, ev.source, ev.kind HAVING COUNT(*) > 1
    """,
    # 7: of a line at most all of it comes back.
    "no line comes back twice": f"""
    SELECT 7, a.id, NULL, 'receipt ' || o.number || ' line ' || rl.of_line || ' of ' || ol.quantity
        || ' thousandths and ' || ol.amount || ' minor units came back with ' || SUM(rl.quantity) || ' and '
        || SUM(rl.amount) || ', or ' || SUM(rl.part * 1000000 / rl.whole) || ' of 1000000 parts'
    FROM receipt_lines rl JOIN events r ON r.seq = rl.event JOIN events o ON o.seq = r.original
    JOIN receipt_lines ol ON ol.event = o.seq AND ol.line = rl.of_line
    LEFT JOIN accounts a ON a.member = o.member AND a.program = o.program
    WHERE rl.of_line IS NOT NULL AND {OF_MEMBER} GROUP BY o.seq, rl.of_line
    HAVING SUM(rl.part * 1000000 / rl.whole) > 1000000
        OR ABS(SUM(rl.amount)) > ABS(ol.amount) OR ABS(SUM(rl.quantity)) > ABS(ol.quantity)
    """,
    # 12: a closed card moves nothing.  Blocks are few and come first: CROSS JOIN keeps the order.
    "a blocked card neither earns nor spends": f"""
    SELECT 12, e.account, e.n, e.kind || ' ' || e.n || ' of ' || e.points || ' points came by ' || ev.kind || ' '
        || ev.number || ' while the card was blocked: it should be of 0'
    FROM events b CROSS JOIN accounts a CROSS JOIN entries e CROSS JOIN events ev
    WHERE b.kind = 'block' AND b.body = '{{"blocked":true}}' AND a.member = b.member AND {OF_MEMBER}
      AND e.account = a.id AND ev.seq = e.event AND ev.member = b.member AND ev.seq > b.seq
      AND ev.kind IN ({_EARNS_OR_SPENDS})
      AND (ev.kind <> 'receipt' OR e.kind IN ('accrual', 'grant')) AND e.kind <> 'opening'
      AND NOT EXISTS (SELECT 1 FROM events u WHERE u.member = b.member AND u.kind = 'block' AND u.seq > b.seq
                      AND u.seq < ev.seq)
    """,
}

# By table the columns that the engine's rows have, and the order of its key; what follows from a ledger's rows alone
# names no account there.
_STORED = {
    "entries": ("n, kind, points, at, day, event, opens_on, expires_on, rule, origin", "n"),
    "allocations": ("cause, entry, debit, lot, points", "cause, entry, debit, lot"),
    "inherited": ("n, of_account, debit, lot, points", "n, of_account, debit, lot"),
    "award_parts": ("n, rule, points", "n, rule"),
    "tier_changes": ("t, at, day, tier, previous, reason, event", "t"),
    "open_lots": ("account, expires_on, opens_on, n, remaining, origin", "expires_on, opens_on, n"),
    "tallies": ("account, name, day, count", "name, day"),
    "holds": ("account, event, entry, points, deadline, at, day", "event"),
    "passes": ("account, event, pass, visits, expires_on", "event"),
    "open_rests": ("account, n, rest", "n"),
    "account_days": ("account, day, spend, earned, receipts, redemptions", "day"),
}
_ROWS = {
    table: f"SELECT {columns} FROM {table} WHERE account = ? ORDER BY {key}"
    for table, (columns, key) in _STORED.items()
}
_ROWS["accounts"] = """
SELECT id, member, program, enrolled_at, clock, n, t, points, held, deficit, tier, tier_since, receipts,
    last_purchase_on, welcome, birthday_year, next_due_on, birthday_given_on, control, referrer, floor, floor_until,
    beneath, blocked, merged_into FROM accounts WHERE id = ?"""
_ROWS["line_shares"] = """
SELECT s.event, s.line, s.award, s.spent, s.spent_minor FROM accounts a JOIN events e ON e.member = a.member
JOIN line_shares s ON s.event = e.seq AND s.account = a.id WHERE a.id = ? ORDER BY s.event, s.line"""
_ROWS["budget_draws"] = """
SELECT d.promo, d.event, d.points FROM accounts a JOIN events e ON e.member = a.member
JOIN budget_draws d ON d.event = e.seq AND d.program = a.program WHERE a.id = ? ORDER BY d.promo, d.event"""


def findings(connection: sqlite3.Connection, member: int | None, most: int) -> Iterator[tuple]:
    """(invariant, account, entry, text) of everything wrong, the ledger first, at most ``most`` of a kind."""
    yield from ledger_findings(connection, member, most)
    for sql in CHECKS.values():
        yield from connection.execute(f"{sql} LIMIT {most:d}", {"member": member})


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
    """All rows of an account in one table, in the order of its key, with the columns that the engine's rows have."""
    return connection.execute(_ROWS[table], (account,)).fetchall()


def effect_rows(connection: sqlite3.Connection) -> Iterator[tuple]:
    """(program, member, rule, key, at, body as JSON) of every effect, in order of recording"""
    return connection.execute(
        "SELECT program, member, subject, number, at, body FROM events WHERE kind = 'effect' ORDER BY seq"
    )
