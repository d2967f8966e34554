"""Writing rows: the only statements that change a store, besides its making and its migrations.

Append-only tables are inserted into, projections are upserted (never REPLACEd, which is a delete and an insert and
would fire triggers and foreign keys).
"""

from __future__ import annotations

from itertools import chain

from bonuscli.store.reads import EVENT_COLUMNS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

ACCOUNT_COLUMNS = (
    "id member program enrolled_at clock n t points held deficit tier tier_since receipts last_purchase_on welcome"
    " birthday_year next_due_on birthday_given_on control referrer floor floor_until beneath blocked merged_into"
).split()

# Behind here stands what few receipts have.
_PLAIN_END = EVENT_COLUMNS.index("original")

_INSERTS = {
    "members": "id name phone email birthday gender tags fields consents enrolled_on".split(),
    "cards": "number shown kind member".split(),
    "consents": "member channel version given_at source actor".split(),
    "lost_cards": "number shown member replaced_on".split(),
    "events": EVENT_COLUMNS,
    "plain_events": EVENT_COLUMNS[:_PLAIN_END],
    "receipt_lines": ("event line sku name category brand quantity amount discount of_line part whole").split(),
    "sold_lines": "event line sku name category brand quantity amount discount".split(),
    "line_shares": "event line award spent spent_minor account".split(),
    "entries": "account n kind points at day event opens_on expires_on rule origin seal".split(),
    "freed_phones": ["digest"],
    "seals": "seal last_seq rows hash".split(),
    "allocations": "account cause entry debit lot points".split(),
    "inherited": "account n of_account debit lot points".split(),
    "award_parts": "account n rule points".split(),
    "tier_changes": "account t at day tier previous reason event".split(),
    "programs": "version program starts_on starts_at settles_from hash text compiled published_at actor".split(),
    "budget_draws": "program promo event points".split(),
    "coupons": "code program coupon uses made_on expires_on member".split(),
    "coupon_uses": "code event count".split(),
    "segments": "program segment conditions recorded_at actor".split(),
    "segment_lists": "id program segment day conditions size recorded_at actor".split(),
    "segment_members": "list member".split(),
    "draw_runs": "program draw seed run_at tickets tickets_hash winners actor".split(),
    "imports": "id file profile started_at finished_at accepted duplicate rejected conflicts actor".split(),
}
# Lines of sales go without the columns that tell which part of which line they bring back, and most receipts without
# those that other events have: to bind NULL to the three takes an import 2 % of its time, to the seven 1 %.
_INTO = {"sold_lines": "receipt_lines", "plain_events": "events"}
_NOTHING = (None,) * (len(EVENT_COLUMNS) - _PLAIN_END)
_UPSERTS = {
    "accounts": (ACCOUNT_COLUMNS, ("id",)),
    "account_days": ("account day spend earned receipts redemptions".split(), ("account", "day")),
    "open_lots": (
        "account expires_on opens_on n remaining origin".split(),
        ("account", "expires_on", "opens_on", "n"),
    ),
    "open_rests": ("account n rest".split(), ("account", "n")),
    "tallies": ("account name day count".split(), ("account", "name", "day")),
    "holds": ("account event entry points deadline at day".split(), ("account", "event")),
    "passes": ("account event pass visits expires_on".split(), ("account", "event")),
    "day_totals": (
        "day shop program receipts guest_receipts point_receipts revenue guest_revenue point_revenue buyers".split(),
        ("day", "shop", "program"),
    ),
    "day_members": ("day joined again".split(), ("day",)),
    "day_points": ("program day change".split(), ("program", "day")),
}
# Columns that an upsert adds to, where the others are written anew.
_SUMS = {
    "day_totals": "receipts guest_receipts point_receipts revenue guest_revenue point_revenue".split(),
    "day_points": ["change"],
}
# Columns that an upsert leaves as they are in a row that stands: an index is written anew for each row that is updated
# in one of its columns, whether that changed or not.  Whose an account is never does, and its next due day rarely:
# ``upsert_accounts`` sees to it.
_LEFT = {"accounts": ("member", "program", "next_due_on")}
_DUE = "UPDATE accounts SET next_due_on = ?2 WHERE id = ?1 AND next_due_on <> ?2"
_ID, _DUE_ON = map(ACCOUNT_COLUMNS.index, ("id", "next_due_on"))
_DELETES = {
    "open_lots": "DELETE FROM open_lots WHERE account = ? AND expires_on = ? AND opens_on = ? AND n = ?",
    "open_rests": "DELETE FROM open_rests WHERE account = ? AND n = ?",
    "tallies": "DELETE FROM tallies WHERE account = ? AND name = ? AND day = ?",
    "holds": "DELETE FROM holds WHERE account = ? AND event = ?",
    "passes": "DELETE FROM passes WHERE account = ? AND event = ?",
}


# One statement of 100 rows takes half the time of 100 executions of one; beyond that nothing is gained.
_ROWS_A_STATEMENT = 100


_statements: dict[tuple[str, int], str] = {}


def _insert(table: str, rows: int) -> str:
    """The statement that inserts so many rows into an append-only table, or upserts them into a projection."""
    made = _statements.get((table, rows))
    if made is None:
        made = _statements[table, rows] = _make_insert(table, rows)
    return made


def _make_insert(table: str, rows: int) -> str:
    columns, key = _UPSERTS[table] if table in _UPSERTS else (_INSERTS[table], ())
    row = f"({', '.join('?' * len(columns))})"
    statement = f"INSERT INTO {_INTO.get(table, table)} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"
    if not key:
        return statement
    sums, left = _SUMS.get(table, ()), (*key, *_LEFT.get(table, ()))
    changes = ", ".join(
        f"{column} = {column} + excluded.{column}" if column in sums else f"{column} = excluded.{column}"
        for column in columns
        if column not in left
    )
    return f"{statement} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"


def _write(connection: sqlite3.Connection, table: str, rows: list[tuple]) -> None:
    if not rows:
        return
    whole = len(rows) - len(rows) % _ROWS_A_STATEMENT
    for start in range(0, whole, _ROWS_A_STATEMENT):
        piece = rows[start : start + _ROWS_A_STATEMENT]
        connection.execute(_insert(table, _ROWS_A_STATEMENT), list(chain.from_iterable(piece)))
    if whole < len(rows):
        connection.executemany(_insert(table, 1), rows[whole:])


def _write_each(connection: sqlite3.Connection, statement: str, rows: list[tuple]) -> None:
    connection.executemany(statement, rows)


def insert(connection: sqlite3.Connection, table: str, rows: list[tuple]) -> None:
    """Append rows, given in the order of the table's columns above."""
    _write(connection, table, rows)


def insert_events(connection: sqlite3.Connection, rows: list[tuple]) -> None:
    """Append events, those of which nothing is told behind the columns of all of them without these."""
    insert(connection, "plain_events", [row[:_PLAIN_END] for row in rows if row[_PLAIN_END:] == _NOTHING])
    insert(connection, "events", [row for row in rows if row[_PLAIN_END:] != _NOTHING])


def upsert(connection: sqlite3.Connection, table: str, rows: list[tuple]) -> None:
    """Insert or change rows of a projection."""
    _write(connection, table, rows)


def upsert_accounts(connection: sqlite3.Connection, rows: list[tuple]) -> None:
    """Insert or change rows of accounts."""
    _write(connection, "accounts", rows)
    _write_each(connection, _DUE, [(row[_ID], row[_DUE_ON]) for row in rows])


def delete(connection: sqlite3.Connection, table: str, keys: list[tuple]) -> None:
    """Take rows out of a projection by their key."""
    if keys:
        _write_each(connection, _DELETES[table], keys)


def empty_projections(connection: sqlite3.Connection) -> None:
    """Drop what ``db rebuild`` makes again; accounts stay, since entries refer to them and their clock is a fact."""
    for table in ("open_lots", "open_rests", "account_days", "tallies", "holds", "passes"):
        connection.execute(f"DELETE FROM {table}")


def next_id(connection: sqlite3.Connection, table: str) -> int:
    """The next free id of members or accounts; ids are given in order of enrolment."""
    column = "version" if table == "programs" else "id"
    (last,) = connection.execute(f"SELECT COALESCE(MAX({column}), 0) FROM {table}").fetchone()
    return int(last) + 1


def count_import(connection: sqlite3.Connection, import_id: int, counts: dict[str, int]) -> None:
    """Add a batch's counts (accepted, duplicate, rejected, conflicts) to the row of an import."""
    connection.execute(
        "UPDATE imports SET accepted = accepted + :accepted, duplicate = duplicate + :duplicate,"
        " rejected = rejected + :rejected, conflicts = conflicts + :conflicts WHERE id = :id",
        {**counts, "id": import_id},
    )


def change_member(connection: sqlite3.Connection, row: tuple) -> None:
    """Write the particulars of a member anew; ``row`` is that of an insert but for ``enrolled_on``."""
    connection.execute(
        "UPDATE members SET name = ?, phone = ?, email = ?, birthday = ?, gender = ?, tags = ?, fields = ?,"
        " consents = ? WHERE id = ?",
        (*row[1:], row[0]),
    )


def delete_card(connection: sqlite3.Connection, number: str) -> None:
    """A folded number leads to nobody any more."""
    connection.execute("DELETE FROM cards WHERE number = ?", (number,))


def change_phone(connection: sqlite3.Connection, member: int, phone: str | None) -> None:
    """A member's phone, as the row tells it."""
    connection.execute("UPDATE members SET phone = ? WHERE id = ?", (phone, member))


def move_cards(connection: sqlite3.Connection, member: int, to: int) -> None:
    """Every card and phone of a member leads to another one."""
    connection.execute("UPDATE cards SET member = ? WHERE member = ?", (to, member))


def withdraw_consents(connection: sqlite3.Connection, member: int, channels: Iterable[str], at: int) -> None:
    """A member's consents by these channels end."""
    connection.executemany(
        "UPDATE consents SET withdrawn_at = ? WHERE member = ? AND channel = ? AND withdrawn_at IS NULL",
        [(at, member, channel) for channel in channels],
    )


def mark_primary(connection: sqlite3.Connection, program: str) -> None:
    """Commands that name no program mean this one."""
    connection.execute(
        "INSERT INTO meta (key, value) VALUES ('primary', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (program,),
    )


def finish_import(connection: sqlite3.Connection, import_id: int, now: int) -> None:
    """Say that an import came to the end of its file."""
    connection.execute("UPDATE imports SET finished_at = ? WHERE id = ?", (now, import_id))
