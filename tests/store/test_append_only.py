"""Append-only tables only grow: no statement of SQL changes or removes a row of them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.store import sqlite
from bonuscli.store.tables import APPEND_ONLY
from tests.ledger.tills import dump, open_shop, send_rows

ROWS = """
A,sale,,2026-01-01 10:00,7,G,1,40.00,
B,sale,,2026-01-10 10:00,7,G,1,30.00,20
X,return,B,2026-01-20 10:00,7,G,1,30.00,
"""
# Rows of tables that this program does not fill.
WRITTEN_OTHERWISE = {
    "budget_draws": ("demo", "new-year", 1, 5),
    "inherited": (1, 1, 1, 1, 1, 1),
    "coupon_uses": ("autumn", 1, 1),
    "draw_runs": ("demo", "christmas", "seed", 1, 1, "hash", "[]", None),
}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A writer's connection to a shop with a row in each append-only table."""
    tiers = '{levels: [{id: low, from: "0"}, {id: high, from: "30.00"}], window: lifetime}'
    shop = open_shop(tmp_path / "shop.db", "2026-02-01 12:00", tiers=tiers)
    send_rows(shop, tmp_path, ROWS)
    with closing(sqlite.open_writer(shop.path)) as opened:
        for table, row in WRITTEN_OTHERWISE.items():
            opened.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    before = dump(shop)
    with closing(sqlite.open_writer(shop.path)) as opened:
        yield opened
        assert opened.in_transaction is False
    assert dump(shop) == before


def one_row(connection: sqlite3.Connection, table: str) -> tuple[list[str], list[str], tuple]:
    """The table's columns, its key columns and one of its rows."""
    described = connection.execute(f"PRAGMA table_info({table})").fetchall()
    row = connection.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
    assert row is not None, f"the story writes no {table}"
    return [column[1] for column in described], [column[1] for column in described if column[5]], row


def statements(columns: list[str], keys: list[str], table: str) -> dict[str, str]:
    """Every way in which SQL can change a row that is there."""
    marks = ", ".join("?" * len(columns))
    last = columns[-1]
    insert = f"INTO {table} ({', '.join(columns)}) VALUES ({marks})"
    same = " AND ".join(f"{column} IS ?{place + 1}" for place, column in enumerate(columns))
    return {
        "update": f"UPDATE {table} SET {last} = {last} WHERE {same}",
        "delete": f"DELETE FROM {table} WHERE {same}",
        "insert or replace": f"INSERT OR REPLACE {insert}",
        "replace": f"REPLACE {insert}",
        "upsert": f"INSERT {insert} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {last} = excluded.{last}",
        "update or replace": f"UPDATE OR REPLACE {table} SET {keys[0]} = {keys[0]} WHERE {same}",
    }


WAYS = ("update", "delete", "insert or replace", "replace", "upsert", "update or replace")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_row_can_not_be_changed(connection: sqlite3.Connection, table: str, way: str) -> None:
    """UPDATE, DELETE, INSERT OR REPLACE and upsert are refused by the table itself."""
    columns, keys, row = one_row(connection, table)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statements(columns, keys, table)[way], row)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_table_can_not_be_emptied(connection: sqlite3.Connection, table: str) -> None:
    """DELETE without a condition does not slip past the triggers either."""
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(f"DELETE FROM {table}")


def test_one_key_one_effect(connection: sqlite3.Connection) -> None:
    """A second event with the same number, source and kind is refused by a unique index, not by a look before."""
    columns, _, row = one_row(connection, "events")
    values = dict(zip(columns, row, strict=True)) | {"seq": 10_000}
    marks = ", ".join(f":{column}" for column in columns)
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        connection.execute(f"INSERT INTO events ({', '.join(columns)}) VALUES ({marks})", values)
