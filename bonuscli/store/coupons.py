"""Reading and giving coupon codes.  A code has been used as often as the counts of its uses sum to."""

import sqlite3
from collections.abc import Iterable

from bonuscli.store.reads import in_pieces


def codes(connection: sqlite3.Connection, program: str, wanted: Iterable[str]) -> dict[str, tuple]:
    """Code -> (coupon, uses, made_on, expires_on, member) of codes that were made."""
    rows = in_pieces(
        connection,
        "SELECT code, coupon, uses, made_on, expires_on, member FROM coupons WHERE code IN (?) AND program = ?",
        wanted,
        program,
    )
    return {row[0]: row[1:] for row in rows}


def taken(connection: sqlite3.Connection, wanted: Iterable[str]) -> set[str]:
    """Those of the codes that were made for any coupon of any program."""
    return {code for (code,) in in_pieces(connection, "SELECT code FROM coupons WHERE code IN (?)", wanted)}


def uses(connection: sqlite3.Connection, wanted: Iterable[str]) -> dict[str, int]:
    """Code -> how many receipts used it and were not brought back whole."""
    return dict(
        in_pieces(connection, "SELECT code, SUM(count) FROM coupon_uses WHERE code IN (?) GROUP BY code", wanted)
    )


def receipts(connection: sqlite3.Connection, code: str) -> list[tuple]:
    """(number, day, count) of the receipts and returns that used a code or gave its use back, in order"""
    return connection.execute(
        "SELECT e.number, e.day, u.count FROM coupon_uses u JOIN events e ON e.seq = u.event WHERE u.code = ?"
        " ORDER BY u.event",
        (code,),
    ).fetchall()


def counts(connection: sqlite3.Connection, program: str, day: int) -> dict[str, tuple[int, int, int, int]]:
    """Coupon -> (codes made, given to members, used at least once, free) on a day"""
    rows = connection.execute(
        "SELECT c.coupon, COUNT(*), COUNT(c.member), SUM(CASE WHEN COALESCE(u.used, 0) > 0 THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN c.member IS NULL AND u.code IS NULL AND c.expires_on >= :day THEN 1 ELSE 0 END)"
        " FROM coupons c"
        " LEFT JOIN (SELECT code, SUM(count) AS used FROM coupon_uses GROUP BY code) u ON u.code = c.code"
        " WHERE c.program = :program GROUP BY c.coupon",
        {"program": program, "day": day},
    )
    return {row[0]: row[1:] for row in rows}


def made(connection: sqlite3.Connection, program: str, coupon: str) -> int:
    """How many codes of a coupon were made."""
    row = connection.execute("SELECT COUNT(*) FROM coupons WHERE program = ? AND coupon = ?", (program, coupon))
    return int(row.fetchone()[0])


def free_code(connection: sqlite3.Connection, program: str, coupon: str, day: int) -> str | None:
    """A code of a coupon that was given to nobody, used by nobody, and has not expired; None where none is left."""
    row = connection.execute(
        "SELECT c.code FROM coupons c WHERE c.program = ? AND c.coupon = ? AND c.member IS NULL AND c.expires_on >= ?"
        " AND NOT EXISTS (SELECT 1 FROM coupon_uses u WHERE u.code = c.code) ORDER BY c.made_on, c.code LIMIT 1",
        (program, coupon, day),
    ).fetchone()
    return str(row[0]) if row else None


def give(connection: sqlite3.Connection, code: str, member: int) -> None:
    """Note to whom a code was given."""
    connection.execute("UPDATE coupons SET member = ? WHERE code = ?", (member, code))


def gifts_claimed(connection: sqlite3.Connection, program: str, gift: str | None = None) -> dict[str, int]:
    """Gift -> how many were given and not undone; of one gift, or of all."""
    rows = connection.execute(
        "SELECT e.subject, COUNT(*) FROM events e WHERE e.kind = 'gift' AND e.subject IS NOT NULL AND e.program = ?"
        " AND (? IS NULL OR e.subject = ?)"
        " AND NOT EXISTS (SELECT 1 FROM events u WHERE u.original = e.seq AND u.kind = 'undo') GROUP BY e.subject",
        (program, gift, gift),
    )
    return dict(rows.fetchall())


def documents_with_codes(connection: sqlite3.Connection, member: int | None) -> list[tuple]:
    """(event, receipt that it brings back or None, what the return keeps, what the receipt keeps) of receipts that told
    a coupon's code and of their returns, in order; of one member, or of all"""
    return connection.execute(
        "SELECT e.seq, NULL, NULL, e.pinned FROM events e"
        " WHERE e.kind = 'receipt' AND e.pinned LIKE '%\"coupons\"%' AND (:member IS NULL OR e.member = :member)"
        " UNION ALL SELECT r.seq, r.original, r.pinned, e.pinned FROM events r JOIN events e ON e.seq = r.original"
        " WHERE r.kind = 'return' AND e.pinned LIKE '%\"coupons\"%' AND (:member IS NULL OR e.member = :member)"
        " ORDER BY 1",
        {"member": member},
    ).fetchall()


def stored_uses(connection: sqlite3.Connection, member: int | None) -> list[tuple[str, int, int]]:
    """(code, event, count) of all uses, or of those of one member's documents"""
    return connection.execute(
        "SELECT u.code, u.event, u.count FROM coupon_uses u LEFT JOIN events e ON e.seq = u.event"
        " WHERE :member IS NULL OR e.member = :member",
        {"member": member},
    ).fetchall()
