"""Reading rows of members, accounts, receipts and claims, for one or for many accounts at once.

Lists of keys are asked for in pieces of at most 500, so that a batch of a thousand receipts costs a few statements
rather than a thousand.  Every function returns plain tuples; what they mean is written beside each statement.
"""

from __future__ import annotations

from itertools import chain

from bonuscli.days import FIRST_DAY
from bonuscli.errors import InvariantBroken
from bonuscli.records import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

_PIECE = 500


def in_pieces(connection: sqlite3.Connection, sql: str, keys: Iterable[object], *rest: object) -> Iterator[tuple]:
    """Rows of ``sql``, whose first ``(?)`` stands for a list of keys; further parameters follow it."""
    listed = list(keys)
    if len(listed) == 1:  # of one member or one receipt, as at a till
        return connection.execute(sql, (*listed, *rest))
    return chain.from_iterable(
        connection.execute(sql.replace("(?)", f"({', '.join('?' * len(piece))})", 1), (*piece, *rest))
        for piece in (listed[start : start + _PIECE] for start in range(0, len(listed), _PIECE))
    )


def members_of_cards(connection: sqlite3.Connection, numbers: Iterable[str]) -> dict[str, int]:
    """Folded number -> member."""
    return dict(in_pieces(connection, "SELECT number, member FROM cards WHERE number IN (?)", numbers))


def has_phones(connection: sqlite3.Connection) -> bool:
    """Whether any member is known by a phone: in E.164 all of them begin with a plus."""
    return connection.execute("SELECT 1 FROM cards WHERE number >= '+' AND number < ','").fetchone() is not None


def was_a_members(connection: sqlite3.Connection, digest: bytes) -> bool:
    """Whether a phone of this digest was a member's who has it no more."""
    return connection.execute("SELECT 1 FROM freed_phones WHERE digest = ?", (digest,)).fetchone() is not None


def enrolled_by(connection: sqlite3.Connection, member: int) -> str:
    """The number with which a member was enrolled first."""
    sql = "SELECT number FROM events WHERE member = ? AND kind = 'enrol' ORDER BY seq LIMIT 1"
    return str(connection.execute(sql, (member,)).fetchone()[0])


def lost_cards(connection: sqlite3.Connection, numbers: Iterable[str]) -> set[str]:
    """Those of the folded numbers that were replaced: they lead to nobody and can not be enrolled again."""
    return {number for (number,) in in_pieces(connection, "SELECT number FROM lost_cards WHERE number IN (?)", numbers)}


def accounts(connection: sqlite3.Connection, program: str, members: Iterable[int]) -> list[tuple]:
    """(id, member, enrolled_at, clock, n, t, tier, tier_since, receipts, last_purchase_on, welcome, birthday_year,
    next_due_on, birthday, tags, birthday_given_on, control, referrer, floor, floor_until, beneath, blocked,
    merged_into) of each member's account."""
    return list(
        in_pieces(
            connection,
            "SELECT a.id, a.member, a.enrolled_at, a.clock, a.n, a.t, a.tier, a.tier_since, a.receipts,"
            " a.last_purchase_on, a.welcome, a.birthday_year, a.next_due_on, m.birthday, m.tags,"
            " a.birthday_given_on, a.control, a.referrer, a.floor, a.floor_until, a.beneath,"
            " a.blocked, a.merged_into"
            " FROM accounts a JOIN members m ON m.id = a.member WHERE a.member IN (?) AND a.program = ?",
            members,
            program,
        )
    )


def days_of(connection: sqlite3.Connection, account: int, first: int, last: int) -> Iterator[tuple]:
    """(day, spend, earned, receipts, redemptions) of an account's days from one through another"""
    sql = "SELECT day, spend, earned, receipts, redemptions FROM account_days WHERE account = ? AND day BETWEEN ? AND ?"
    return connection.execute(sql, (account, first, last))


def lots_in_order(connection: sqlite3.Connection, account: int, first: int = FIRST_DAY) -> Iterator[tuple]:
    """(n, opens_on, expires_on, remaining, origin) of an account's lots that end on a day from ``first`` on, in eating
    order, read as far as it is asked"""
    sql = (
        "SELECT n, opens_on, expires_on, remaining, origin FROM open_lots WHERE account = ? AND expires_on >= ?"
        " ORDER BY expires_on, opens_on, n"
    )
    return connection.execute(sql, (account, first))


# What the other projections and the tier log hold of accounts, with the table's name and the account in front.
_HELD = {
    "open_rests": "n, rest, NULL, NULL, NULL, NULL",
    "tallies": "name, day, count, NULL, NULL, NULL",
    "holds": "event, entry, points, deadline, at, day",
    "passes": "event, pass, visits, expires_on, NULL, NULL",
    "tier_changes": "t, at, tier, NULL, NULL, NULL",
}
_HELD_BESIDE = " UNION ALL ".join(
    f"SELECT '{table}', account, {columns} FROM {table} WHERE account IN (?)" for table, columns in _HELD.items()
)


def held_beside(connection: sqlite3.Connection, account_ids: Iterable[int]) -> Iterator[tuple]:
    """(table, account, ...) of all rests, tallies, holds, passes and tier changes of accounts.

    One statement: five would take four times as long, of an account that is new to a till's loop.  The columns are
    those of ``_HELD``; tier changes come in any order.
    """
    listed = list(account_ids)
    for start in range(0, len(listed), _PIECE):
        piece = listed[start : start + _PIECE]
        marks = f"({', '.join('?' * len(piece))})"
        yield from connection.execute(_HELD_BESIDE.replace("(?)", marks), piece * len(_HELD))


def due_members(connection: sqlite3.Connection, program: str, day: int) -> list[int]:
    """Members whose account has something due on or before a day, in order of their account."""
    # Sorted here: asked for the order of accounts, SQLite goes through all of them and not by the index of what is due,
    # 15 ms of 200,000.
    found = connection.execute(
        "SELECT id, member FROM accounts WHERE next_due_on <= ? AND program = ?", (day, program)
    ).fetchall()
    return [member for _, member in sorted(found)]


# --- events ---------------------------------------------------------------------------------------------------------


def claims(connection: sqlite3.Connection, numbers: Iterable[str]) -> Iterator[tuple]:
    """(number, source, kind, seq, digest, member, program) of every event with one of the numbers"""
    return in_pieces(
        connection, "SELECT number, source, kind, seq, digest, member, program FROM events WHERE number IN (?)", numbers
    )


def last_event(connection: sqlite3.Connection) -> tuple[int, int]:
    """The highest seq and the latest time of recording, (0, 0) before the first event."""
    row = connection.execute("SELECT seq, recorded_at FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    return row or (0, 0)


def has_receipts(connection: sqlite3.Connection) -> bool:
    """Whether any receipt was recorded: each has a line."""
    return connection.execute("SELECT 1 FROM receipt_lines LIMIT 1").fetchone() is not None


# A whole events row; the columns are those of the table, and those that few receipts have stand last.
EventRow = namedtuple(
    "EventRow",
    "seq member kind at recorded_at day utc_offset source number digest shop till cashier payments total spent"
    " spent_minor points tier version engine_revision settled_to program original original_number actor reason pinned"
    " subject body",
)
EVENT_COLUMNS = EventRow._fields


def events(connection: sqlite3.Connection, seqs: Iterable[int]) -> dict[int, EventRow]:
    """Whole event rows by seq."""
    rows = in_pieces(connection, f"SELECT {', '.join(EVENT_COLUMNS)} FROM events WHERE seq IN (?)", seqs)
    return {row[0]: EventRow(*row) for row in rows}


def events_of_member(connection: sqlite3.Connection, member: int, through: int | None = None) -> list[EventRow]:
    """Whole event rows of a member in order of recording, up to and with seq ``through``."""
    rows = connection.execute(
        f"SELECT {', '.join(EVENT_COLUMNS)} FROM events WHERE member = ? AND (? IS NULL OR seq <= ?) ORDER BY seq",
        (member, through, through),
    )
    return list(map(EventRow._make, rows))


def mergers(connection: sqlite3.Connection) -> dict[tuple[str, int], int]:
    """(program, member) of an account that was taken over -> member whose account took it over; InvariantBroken where
    who follows them comes back to where he began"""
    rows = connection.execute(
        "SELECT a.program, a.member, b.member FROM accounts a JOIN accounts b ON b.id = a.merged_into"
    )
    into = {(program, member): heir for program, member, heir in rows}
    for program, member in into:
        heir, steps = into[program, member], 1
        while (program, heir) in into:
            heir, steps = into[program, heir], steps + 1
            if steps > len(into):
                first = into[program, member]
                raise InvariantBroken(f"member {member} was merged in a circle: into {first} in {program}")
    return into


def blocked_members(connection: sqlite3.Connection) -> list[int]:
    """Members whose cards are blocked, but for those who were merged into others, in order of enrolment"""
    rows = connection.execute(
        "SELECT DISTINCT member FROM accounts WHERE blocked = 1 AND merged_into IS NULL ORDER BY member"
    )
    return [member for (member,) in rows]


def members_of_events(connection: sqlite3.Connection, seqs: Iterable[int]) -> dict[int, int | None]:
    """Seq of an event -> its member"""
    return dict(in_pieces(connection, "SELECT seq, member FROM events WHERE seq IN (?)", seqs))


def receipt_lines(connection: sqlite3.Connection, seqs: Iterable[int]) -> Iterator[tuple]:
    """(event, line, sku, name, category, brand, quantity, amount, discount, of_line, part, whole) in line order"""
    return in_pieces(
        connection,
        "SELECT event, line, sku, name, category, brand, quantity, amount, discount, of_line, part, whole"
        " FROM receipt_lines WHERE event IN (?) ORDER BY event, line",
        seqs,
    )


def lines_of_member(connection: sqlite3.Connection, member: int) -> Iterator[tuple]:
    """The same of all receipts and returns of a member, by a statement that needs no list of them"""
    return connection.execute(
        "SELECT l.event, l.line, l.sku, l.name, l.category, l.brand, l.quantity, l.amount, l.discount, l.of_line,"
        " l.part, l.whole FROM events e JOIN receipt_lines l ON l.event = e.seq WHERE e.member = ?"
        " ORDER BY e.seq, l.line",
        (member,),
    )


def used_redemptions(connection: sqlite3.Connection, seqs: Iterable[int]) -> list[int]:
    """Those of the redeem and capture events that a receipt was paid with, or that were taken back."""
    sql = "SELECT original FROM events WHERE original IN (?) AND kind IN ('receipt', 'undo')"
    return [seq for (seq,) in in_pieces(connection, sql, seqs)]


def events_about(connection: sqlite3.Connection, seq: int) -> dict[str, str]:
    """Kind -> number of the events that name an event as their original: its receipt, its undoing, its capture"""
    return dict(connection.execute("SELECT kind, number FROM events WHERE original = ?", (seq,)).fetchall())


def line_shares(connection: sqlite3.Connection, seqs: Iterable[int]) -> Iterator[tuple]:
    """(event, line, account, award, spent, spent_minor)"""
    return in_pieces(
        connection, "SELECT event, line, account, award, spent, spent_minor FROM line_shares WHERE event IN (?)", seqs
    )


def returns_of(connection: sqlite3.Connection, seqs: Iterable[int]) -> Iterator[tuple]:
    """(original, seq, pinned, program) of linked returns of the given receipts, in order of recording"""
    return in_pieces(
        connection,
        "SELECT original, seq, pinned, program FROM events WHERE original IN (?) AND kind = 'return' ORDER BY seq",
        seqs,
    )


# --- entries of one account -----------------------------------------------------------------------------------------


def entries_of_events(connection: sqlite3.Connection, account: int, seqs: Iterable[int]) -> Iterator[tuple]:
    """(event, kind, n, points, opens_on, expires_on, rule) of one account's entries of the given events"""
    return in_pieces(
        connection,
        "SELECT event, kind, n, points, opens_on, expires_on, rule FROM entries WHERE event IN (?) AND account = ?"
        " ORDER BY n",
        seqs,
        account,
    )


def entry(connection: sqlite3.Connection, account: int, n: int) -> tuple[str, int | None] | None:
    """(kind, event) of an entry, None where there is none"""
    row = connection.execute("SELECT kind, event FROM entries WHERE account = ? AND n = ?", (account, n)).fetchone()
    return tuple(row) if row else None


def budget_draws(connection: sqlite3.Connection, program: str) -> dict[str, int]:
    """Rule -> points drawn from its budget so far, net of what returns gave back."""
    rows = connection.execute(
        "SELECT promo, SUM(points) FROM budget_draws WHERE program = ? GROUP BY promo", (program,)
    )
    return dict(rows.fetchall())


def debit_lots(connection: sqlite3.Connection, account: int, debit: int) -> dict[int, int]:
    """Lot -> points of a debit that are still out of it."""
    rows = connection.execute(
        "SELECT lot, SUM(CASE WHEN entry = debit THEN points ELSE -points END) FROM allocations"
        " WHERE account = ? AND debit = ? AND lot > 0 GROUP BY lot",
        (account, debit),
    )
    return dict(rows.fetchall())


def lot(connection: sqlite3.Connection, account: int, n: int) -> tuple[int, int, int, int]:
    """(opens_on, expires_on, origin, points that expired) of a lot"""
    opens_on, expires_on, origin = connection.execute(
        "SELECT opens_on, expires_on, origin FROM entries WHERE account = ? AND n = ?", (account, n)
    ).fetchone()
    (expired,) = connection.execute(
        "SELECT COALESCE(SUM(al.points), 0) FROM allocations al JOIN entries e ON e.account = al.account"
        " AND e.n = al.entry WHERE al.account = ? AND al.lot = ? AND e.kind IN ('expiry', 'inactivity')",
        (account, n),
    ).fetchone()
    return opens_on, expires_on, origin, expired


def member_row(connection: sqlite3.Connection, member: int) -> tuple | None:
    """(id, name, phone, email, birthday, gender, tags, fields, consents, enrolled_on)"""
    row = connection.execute(
        "SELECT id, name, phone, email, birthday, gender, tags, fields, consents, enrolled_on FROM members"
        " WHERE id = ?",
        (member,),
    ).fetchone()
    return tuple(row) if row else None


def card_shown(connection: sqlite3.Connection, member: int) -> str:
    """The identifier to show for a member: a card before a phone."""
    row = connection.execute(
        "SELECT shown FROM cards WHERE member = ? ORDER BY kind, number LIMIT 1", (member,)
    ).fetchone()
    return str(row[0]) if row else f"member {member}"


def program_text(connection: sqlite3.Connection, version: int) -> str:
    """The text of a published version, as it was read."""
    return str(connection.execute("SELECT text FROM programs WHERE version = ?", (version,)).fetchone()[0])


# A published version; compiled: JSON text.
ProgramRow = namedtuple("ProgramRow", "version program starts_on starts_at settles_from hash compiled published_at")


def program_rows(connection: sqlite3.Connection) -> list[ProgramRow]:
    """All published versions, in order of publication."""
    rows = connection.execute(f"SELECT {', '.join(ProgramRow._fields)} FROM programs ORDER BY version")
    return [ProgramRow(*row) for row in rows]


def last_version(connection: sqlite3.Connection) -> int:
    """The number of the version that was published last, 0 before the first: versions are only ever added."""
    (last,) = connection.execute("SELECT COALESCE(MAX(version), 0) FROM programs").fetchone()
    return int(last)


def primary_program(connection: sqlite3.Connection) -> str | None:
    """The program that a command is about where it names none and there are several."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'primary'").fetchone()
    return str(row[0]) if row else None
