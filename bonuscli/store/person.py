"""All rows that stand for one person, as the views show them to anybody: what a member may ask a shop to tell him.

Tables without a view are told in the same form: days and instants as ISO text, JSON as what it holds.
"""

import json
import sqlite3
from typing import Any

from bonuscli.store.views import day_text, utc_text

Row = dict[str, Any]

_OF_ACCOUNT = "account IN (SELECT id FROM accounts WHERE member = :member)"
# Part of the document -> its rows.  A lot's state and an account's balance depend on the day of looking and are asked
# of the engine instead.
_PARTS: dict[str, str] = {
    "particulars": "SELECT * FROM v_member WHERE member = :member",
    "cards": "SELECT card, shown, kind FROM v_card WHERE member = :member ORDER BY kind, card",
    "lost_cards": f"""SELECT number AS card, shown, {day_text("replaced_on")} AS replaced_on FROM lost_cards
        WHERE member = :member ORDER BY number""",
    "consents": f"""SELECT channel, version, {utc_text("given_at")} AS given_at_utc, source, actor,
        {utc_text("withdrawn_at")} AS withdrawn_at_utc FROM consents WHERE member = :member ORDER BY id""",
    "events": f"""SELECT seq AS event, kind, {utc_text("at")} AS at_utc, {utc_text("recorded_at")} AS recorded_at_utc,
        {day_text("day")} AS day, program, source, number, shop, till, cashier, actor, reason, subject, points, tier,
        pinned, body FROM events WHERE member = :member ORDER BY seq""",
    "receipts": "SELECT * FROM v_receipt WHERE member = :member ORDER BY event",
    "receipt_lines": "SELECT * FROM v_receipt_line WHERE member = :member ORDER BY event, line",
    "entries": "SELECT * FROM v_ledger WHERE member = :member ORDER BY account, entry",
    "lots": """SELECT account, program, lot, kind, points, remaining, opens_on, expires_on, rule, origin_lot, event
        FROM v_lot WHERE member = :member ORDER BY account, lot""",
    "tiers": f"""SELECT account, {utc_text("at")} AS at_utc, {day_text("day")} AS day, tier, previous, reason, event
        FROM tier_changes WHERE {_OF_ACCOUNT} ORDER BY account, t""",
    "holds": f"""SELECT account, event, points, {utc_text("deadline")} AS deadline_utc FROM holds WHERE {_OF_ACCOUNT}
        ORDER BY account, event""",
    "passes": f"""SELECT account, event, pass, visits, {day_text("expires_on")} AS expires_on FROM passes
        WHERE {_OF_ACCOUNT} ORDER BY account, event""",
    "tallies": f"""SELECT account, name, {day_text("day")} AS day, count FROM tallies WHERE {_OF_ACCOUNT}
        ORDER BY account, name, day""",
    "segments": f"""SELECT l.program, l.segment, {day_text("l.day")} AS day FROM segment_members s
        JOIN segment_lists l ON l.id = s.list WHERE s.member = :member ORDER BY l.program, l.segment, l.day""",
    "coupons": f"""SELECT code, program, coupon, uses, {day_text("made_on")} AS made_on,
        {day_text("expires_on")} AS expires_on FROM coupons WHERE member = :member ORDER BY code""",
}
_JSON = ("fields", "pinned", "body")


def rows_of(connection: sqlite3.Connection, member: int) -> dict[str, list[Row]]:
    """Every row that stands for a member, by part of the document."""
    return {part: [_plain(row) for row in _rows(connection, sql, member)] for part, sql in _PARTS.items()}


def _rows(connection: sqlite3.Connection, sql: str, member: int) -> list[Row]:
    found = connection.execute(sql, {"member": member})
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def _plain(row: Row) -> Row:
    return {name: json.loads(value) if name in _JSON and value else value for name, value in row.items()}
