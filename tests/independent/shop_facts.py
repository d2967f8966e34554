"""What the independent sums are taken of: the till's file as DuckDB reads it, and the ledger's rows as they are stored.

Nothing of bonuscli but its tables is read: no view, no statement of a report.  The file tells what was sold and to
whom, the tables what no file can tell: points and their lots, who joined, what was done at the desk.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from bonuscli.reports.question import Chosen
from bonuscli.services.shop import Shop
from tests.reports.asking import rows

_TABLES = (
    "events", "entries", "allocations", "accounts", "members", "cards", "award_parts", "budget_draws", "tier_changes",
    "receipt_lines", "line_shares", "programs", "imports",
)  # fmt: skip

# Days and instants of the tables as DuckDB's; the shop's clock is that of London, which is UTC in these months.
_MACROS = (
    "CREATE MACRO day_of(number) AS DATE '1970-01-01' + number::INTEGER",
    "CREATE MACRO moment_of(seconds) AS make_timestamp(seconds * 1000000)",
    # Of an allocation: what a debit took is above zero, what a credit gave back below.
    "ALTER TABLE allocations ADD COLUMN net BIGINT",
    "UPDATE allocations SET net = CASE WHEN entry = debit THEN points ELSE -points END",
)

# A line as the till wrote it; of goods brought back quantity, in thousandths, and pence are below zero.
_LINE = """
CREATE TABLE line AS
SELECT InvoiceNo AS number, starts_with(InvoiceNo, 'C') AS back, InvoiceDate::TIMESTAMP AS moment, Shop AS shop,
  Cashier AS cashier, replace(CustomerID, '.0', '') AS card, StockCode AS sku, trim(coalesce(Description, '')) AS name,
  coalesce(Category, '') AS category, coalesce(Brand, '') AS brand, Quantity::BIGINT * 1000 AS quantity,
  (Quantity::BIGINT * (UnitPrice::DECIMAL(12, 2) * 100)::BIGINT) AS pence, coalesce(Redeem, '0')::BIGINT AS redeemed,
  Original AS original
FROM read_csv('{folder}/till-*.csv', all_varchar = true)
"""
# The two returns that were made at the desk, which no file tells; their goods are those of the receipt's one line.
_DESK = """
INSERT INTO line
SELECT v.number, true, moment_of(v.at), v.shop, v.cashier, s.card, s.sku, s.name, s.category, s.brand,
  -l.quantity, -l.amount, 0, s.number
FROM events v JOIN receipt_lines l ON l.event = v.seq JOIN events o ON o.seq = v.original
JOIN line s ON s.number = o.number
WHERE v.kind = 'return' AND v.actor IS NOT NULL
"""
# A receipt or return.  home_*: where and when it counts, which of a return that names its receipt are the receipt's;
# bought: it counts as a receipt; buyer: the member to whom its card belongs now, NULL without a card.
_DOCUMENT = """
CREATE TABLE document AS
WITH paper AS (
  SELECT number, any_value(back) AS back, min(moment) AS moment, any_value(shop) AS shop,
    any_value(cashier) AS cashier, any_value(card) AS card, sum(pence)::BIGINT AS pence,
    any_value(redeemed) AS redeemed, any_value(original) AS original
  FROM line GROUP BY number
)
SELECT p.*, p.moment::DATE AS day, NOT p.back AND p.pence > 0 AS bought, c.member AS buyer,
  coalesce(o.moment, p.moment) AS home_moment, coalesce(o.shop, p.shop) AS home_shop,
  coalesce(o.cashier, p.cashier) AS home_cashier
FROM paper p LEFT JOIN paper o ON o.number = p.original LEFT JOIN cards c ON c.number = p.card
"""
# What remains in each lot: its points, less what debits took, plus what credits gave back.
_LOT = """
CREATE TABLE lot AS
WITH taken AS (
  SELECT account, lot AS n, sum(net)::BIGINT AS points
  FROM allocations GROUP BY ALL
)
SELECT e.*, e.points - coalesce(t.points, 0) AS remaining
FROM entries e LEFT JOIN taken t USING (account, n) WHERE e.opens_on IS NOT NULL
"""


class Facts(NamedTuple):
    """The shop as bonuscli has it, and what DuckDB knows of it."""

    shop: Shop
    db: duckdb.DuckDBPyConnection

    def ask(self, sql: str, **given: Any) -> list[tuple]:
        """The rows of a statement of DuckDB; ``given``: its parameters by name, days as ISO text."""
        return self.db.execute(sql, given or None).fetchall()

    def told(self, report: str, /, *names: str, **given: Any) -> list[tuple]:
        """Of each row of a report the figures of these names; ``given``: the report's options, of a segment
        ``even``."""
        if given.get("segment"):
            given = {**given, "segment": self.even()}
        return [tuple(row[name] for name in names) for row in rows(self.shop, report, **given)]

    def even(self) -> Chosen:
        """A segment: the members of an even number, with whoever was merged into them."""
        heirs: dict[int, int] = dict(self.ask("SELECT member, member FROM accounts WHERE merged_into IS NULL"))
        merged = dict(self.ask("SELECT a.member, b.member FROM accounts a JOIN accounts b ON b.id = a.merged_into"))
        for member, into in merged.items():
            while into in merged:
                into = merged[into]
            heirs[member] = into
        return Chosen("even", 0, json.dumps([member for member, heir in heirs.items() if heir % 2 == 0]))


def read_facts(shop: Shop) -> Facts:
    """DuckDB with the file and the tables of a shop that ``story`` has made."""
    db = duckdb.connect()
    db.execute("SET threads = 1")
    folder = Path(shop.path).parent
    with closing(sqlite3.connect(f"file:{shop.path}?mode=ro", uri=True)) as source:
        for table in _TABLES:
            _copy(source, db, table)
    for statement in (*_MACROS, _LINE.format(folder=folder), _DESK, _DOCUMENT, _LOT):
        db.execute(statement)
    return Facts(shop, db)


def _copy(source: sqlite3.Connection, db: duckdb.DuckDBPyConnection, table: str) -> None:
    """A table of SQLite, all of its columns, by way of Arrow."""
    import pyarrow

    found = source.execute(f"SELECT * FROM {table}")  # a name of _TABLES
    names = [column[0] for column in found.description]
    kinds = {name: kind for _, name, kind, *_ in source.execute(f"PRAGMA table_info({table})")}
    arrow = {"INTEGER": pyarrow.int64(), "TEXT": pyarrow.string(), "BLOB": pyarrow.binary()}
    columns = list(zip(*found, strict=True)) or [()] * len(names)
    copied = pyarrow.table(
        [pyarrow.array(column, arrow[kinds[name]]) for name, column in zip(names, columns, strict=True)], names
    )
    db.register("copied", copied)
    db.execute(f"CREATE TABLE {table} AS SELECT * FROM copied")
    db.unregister("copied")


def share(part: int, whole: int) -> float | None:
    """A part of a whole as JSON has it: four digits, half up; None where there is no whole."""
    return (2 * part * 10**4 + whole) // (2 * whole) / 10**4 if whole > 0 else None


def bounds(given: dict[str, str]) -> dict[str, str]:
    """A report's window as the statements know it; without one, all days of the shop."""
    return {"from": given.get("from_", "2010-12-01"), "to": given.get("to", "2011-03-02")}


def average(amount: int, count: int) -> int | None:
    """An average in the smallest unit, half up."""
    return (2 * amount + count) // (2 * count) if count else None
