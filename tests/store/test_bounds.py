"""The bounds that the file itself keeps, told here a second time: each is tried with a value that breaks it.

The tables declare them in ``bonuscli.store.tables`` and ``beside``; were one of them taken out or loosened there, its
value would be let in here.  So the list does not follow from the tables, and grows by hand with them.
"""

# ruff: noqa: E501 (a line tells one kind of bound of a table)
import sqlite3
from collections import namedtuple
from collections.abc import Iterator
from contextlib import closing

import pytest

from bonuscli.days import NEVER
from bonuscli.store.tables import TABLES, create_statements

B = 10**12
FIRST_DAY = -25567  # 1900-01-01

# key: no two rows with the same; set: never NULL; day: from 1900 to "never"; of: a row that must be there; within: a
# number, or how many letters; word: one of a few.
BOUNDS = {
    "meta": """
        key key
        set value
    """,
    "programs": """
        key version
        set program starts_on starts_at settles_from hash text compiled published_at
        day starts_on
    """,
    "members": """
        key id
        set tags fields consents enrolled_on
        day birthday enrolled_on
    """,
    "cards": """
        key number
        set shown kind member
        of member:members
        word kind
    """,
    "accounts": """
        key id
        set member program enrolled_at clock n t points held deficit receipts welcome control blocked next_due_on
        day tier_since last_purchase_on birthday_given_on floor_until next_due_on
        of member:members
        within n:>=0 t:>=0 points:0..B held:0..B deficit:0..B
        word welcome
        word control
        word blocked
    """,
    "account_days": """
        key account day
        set spend earned receipts redemptions
        day day
        of account:accounts
    """,
    "tallies": """
        key account name day
        set count
        day day
        of account:accounts
        within count:>0
    """,
    "holds": """
        key account event
        set entry points deadline at day
        day day
        of account:accounts
        within points:1..B
    """,
    "passes": """
        key account event
        set pass visits expires_on
        day expires_on
        of account:accounts
        within visits:>0
    """,
    "budget_draws": """
        key program promo event
        set points
        within points:<>0
    """,
    "events": """
        key seq
        set kind at recorded_at day utc_offset source number digest shop till cashier payments total spent spent_minor points engine_revision program
        day day
        of member:members
        within utc_offset:-86400..86400 number:letters:1..200 total:-B..B spent:0..B spent_minor:0..B
        word kind
    """,
    "receipt_lines": """
        key event line
        set quantity amount discount
        within line:>0 amount:-B..B discount:-B..B whole:>0
    """,
    "line_shares": """
        key event line account
        set award spent spent_minor
        of account:accounts
        within award:0..B spent:0..B spent_minor:0..B
    """,
    "entries": """
        key account n
        set kind points at day origin seal
        day day opens_on expires_on
        of account:accounts
        within n:>0 points:<>0 points:-B..B
        word kind
    """,
    "allocations": """
        key account cause entry debit lot
        set points
        of account:accounts
        within points:1..B
    """,
    "award_parts": """
        key account n rule
        set points
        of account:accounts
        within points:1..B
    """,
    "tier_changes": """
        key account t
        set at day reason
        day day
        of account:accounts
        within t:>0
    """,
    "open_lots": """
        key account expires_on opens_on n
        set remaining origin
        day expires_on opens_on
        of account:accounts
        within remaining:1..B
    """,
    "open_rests": """
        key account n
        set rest
        of account:accounts
        within rest:1..B
    """,
    "imports": """
        key id
        set file profile started_at accepted duplicate rejected conflicts
    """,
    "seals": """
        key seal
        set last_seq rows hash
        within rows:>0
    """,
    "inherited": """
        key of_account lot debit account n
        set points
        of account:accounts of_account:accounts
        within points:1..B
    """,
    "lost_cards": """
        key number
        set shown member replaced_on
        day replaced_on
        of member:members
    """,
    "consents": """
        key id
        set member channel given_at source
        of member:members
    """,
    "coupons": """
        key code
        set program coupon uses made_on expires_on
        day made_on expires_on
        of member:members
        within uses:>0
    """,
    "freed_phones": """
        key digest
    """,
    "coupon_uses": """
        key code event
        set count
        word count
    """,
    "day_totals": """
        key day shop program
        set receipts guest_receipts point_receipts revenue guest_revenue point_revenue buyers
        day day
        within receipts:>=0 guest_receipts:>=0 point_receipts:>=0
    """,
    "day_members": """
        key day
        set joined again
        day day
    """,
    "day_points": """
        key program day
        set change
        day day
    """,
    "segments": "key program segment\nset program segment conditions recorded_at",
    "segment_lists": "key id\nset program segment day conditions size recorded_at\nday day\nwithin size:>=0",
    "segment_members": "key list member\nof list:segment_lists\nof member:members",
    "draw_runs": """
        key program draw
        set seed run_at tickets tickets_hash winners
    """,
}

# What binds several columns of a row.
ROWS = {
    "points beside a deficit": ("accounts", {"points": 1, "deficit": 1}),
    "a last day without a first": ("entries", {"expires_on": 20_000}),
    "a first day without a last": ("entries", {"opens_on": 20_000}),
    "a debit that is a lot": ("entries", {"points": -1, "opens_on": 20_000, "expires_on": 20_000}),
    "an entry after its cause": ("allocations", {"cause": 1, "entry": 2}),
    "a debit after its entry": ("allocations", {"cause": 3, "entry": 1, "debit": 2}),
}
# What a row needs to be a good one, where 1, "x" and day 20,000 are none.
GOOD = {
    "segment_members": {"list": 7},
    "cards": {"kind": "card"},
    "accounts": {"welcome": "none", "points": 0, "deficit": 0},
    "events": {"kind": "receipt", "utc_offset": 0},
    "entries": {"kind": "grant", "opens_on": None, "expires_on": None},
}
# table, column (or what binds several), what is tried, the row's changes, how SQLite says no.
Case = namedtuple("Case", "table column bound row no")


def cases() -> Iterator[Case]:
    """Every bound with a row that breaks it."""
    for table, told in BOUNDS.items():
        for line in told.strip().splitlines():
            kind, *columns = line.split()
            yield from _KINDS[kind](table, columns)
        yield Case(table, "", "strict", None, "cannot store")
    for name, (table, row) in ROWS.items():
        yield Case(table, name, "row", row, "CHECK constraint failed")


def _key(table: str, columns: list[str]) -> Iterator[Case]:
    named = ", ".join(f"{table}.{column}" for column in columns)
    yield Case(table, " ".join(columns), "key", {}, f"UNIQUE constraint failed: {named}$")


def _set(table: str, columns: list[str]) -> Iterator[Case]:
    for column in columns:
        yield Case(table, column, "set", {column: None}, f"NOT NULL constraint failed: {table}.{column}$")


def _days(table: str, columns: list[str]) -> Iterator[Case]:
    for column in columns:
        for value in (FIRST_DAY - 1, NEVER + 1):
            yield Case(table, column, f"day {value}", {column: value}, f"CHECK constraint failed: {column} ")


def _of(table: str, columns: list[str]) -> Iterator[Case]:
    for column in columns:
        yield Case(table, column.split(":")[0], "of", {column.split(":")[0]: 999}, "FOREIGN KEY constraint failed")


def _within(table: str, columns: list[str]) -> Iterator[Case]:
    for told in columns:
        column, *letters, bound = told.split(":")
        for value in _outside(bound):
            given = "x" * value if letters else value
            yield Case(table, column, f"within {value}", {column: given}, f"CHECK constraint failed: .*{column}")


def _outside(bound: str) -> list[int]:
    if ".." in bound:
        least, most = (int(end.replace("B", str(B))) for end in bound.split(".."))
        return [least - 1, most + 1]
    return [{">0": 0, ">=0": -1, "<>0": 0}[bound]]


def _word(table: str, columns: list[str]) -> Iterator[Case]:
    for column in columns:
        yield Case(table, column, "word", {column: 7}, f"CHECK constraint failed: {column} (IN|=)")


_KINDS = {"key": _key, "set": _set, "day": _days, "of": _of, "within": _within, "word": _word}
CASES = {f"{case.table}-{case.column}-{case.bound}": case for case in cases()}


@pytest.fixture
def store() -> Iterator[sqlite3.Connection]:
    """An empty store with member 1, account 1 and a segment's list 7."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = 1")
        for statement in create_statements():
            connection.execute(statement)
        for table in ("members", "accounts"):
            insert(connection, table, {})
        insert(connection, "segment_lists", {"id": 7, "segment": "its members"})
        yield connection


def insert(connection: sqlite3.Connection, table: str, changes: dict) -> None:
    """A good row, but for the changes."""
    described = connection.execute(f"PRAGMA table_info({table})").fetchall()
    row = {name: _good(name, kind) for _, name, kind, *_ in described} | GOOD.get(table, {}) | changes
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def _good(column: str, kind: str) -> object:
    if column in ("day", "birthday") or column.endswith("_on"):
        return 20_000
    return {"INTEGER": 1, "TEXT": "x", "BLOB": b"x"}[kind]


@pytest.mark.parametrize("name", CASES)
def test_a_row_out_of_bounds_is_refused(store: sqlite3.Connection, name: str) -> None:
    """A good row is let in; with one value that breaks a bound it is refused, and SQLite names the bound."""
    table, _, bound, row, no = CASES[name]
    if row is None:
        row = _of_another_kind(store, table)
    if table not in ("members", "accounts"):
        store.execute("SAVEPOINT good")
        insert(store, table, {})
        if bound != "key":
            store.execute("ROLLBACK TO good")
    else:
        row = {**({} if bound == "key" else {"id": 2}), **({"program": "y"} if table == "accounts" else {}), **row}
    with pytest.raises(sqlite3.IntegrityError, match=no):
        insert(store, table, row)


def _of_another_kind(connection: sqlite3.Connection, table: str) -> dict:
    *_, (_, column, kind, *_) = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return {column: b"x" if kind == "TEXT" else "no number"}


def test_a_member_has_one_account_in_a_program(store: sqlite3.Connection) -> None:
    """A second account is refused by a unique index."""
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE constraint failed: accounts\.member, accounts\.program"):
        insert(store, "accounts", {"id": 2})
    insert(store, "accounts", {"id": 2, "program": "other"})


def test_every_table_is_told() -> None:
    """No table is without its bounds here."""
    assert BOUNDS.keys() == TABLES.keys()
