"""A database of a million entries in a minute: some receipts booked by the engine, and their rows many times over.

``python bench/big_file.py OUT.db [--entries N]``, 1,000,000 (0.6 GB) without it.
The rows of 10,000 synthetic receipts are copied for other members, with other numbers of cards and receipts, so that
every account is one that the engine would have booked: ids and seqs are shifted, digests and seals reckoned again, the
figures of whole days multiplied, and ``bonuscli verify`` finds nothing.  The tables know no other way to be filled than
by booking (150 us a receipt), so triggers and indexes are dropped for it and put back.

The copies bear the cards ``in_store_number(1)`` and following, one for each 50 receipts, and are of the program of
``program.yaml``.
"""

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.receipts import generate, in_store_number
from bench.rounds import NOT_OF_RECEIPTS, NOW, PROGRAM, new_database
from bonuscli.importers.profile import load_profile
from bonuscli.model import ENROL, RECEIPT, Line
from bonuscli.program.load import load
from bonuscli.services import ingest
from bonuscli.services.documents import ENROLL, Options
from bonuscli.services.identity import digest
from bonuscli.services.people import enrol_digest, member_of
from bonuscli.services.shop import Shop
from bonuscli.services.stored_events import line_of_row
from bonuscli.store import reads, seals
from bonuscli.store.day_tables import DAY_TABLES
from bonuscli.store.member_sets import packed, united
from bonuscli.store.tables import TABLES

RECEIPTS = 10_000
# Which columns hold a number of what, and move on by as many as there are of it with each copy.
COUNTED = {
    "member": "members", "account": "accounts", "event": "events", "seal": "seals", "seq": "events",
    "last_seq": "events", "original": "events",
}  # fmt: skip
IDS = {"members": "id", "accounts": "id", "events": "seq", "seals": "seal"}
# Columns of members, packed.
SETS = ("buyers", "joined", "again")
# What a copy writes instead of a column's own value.
OTHERWISE = {
    ("cards", "number"): "card_of(number, :copy)",
    ("cards", "shown"): "card_of(number, :copy)",
    ("events", "number"): f"CASE kind WHEN '{ENROL}' THEN card_of(number, :copy) ELSE number || '-' || :copy END",
    ("events", "original_number"): "original_number || '-' || :copy",
    ("events", "digest"): "digest_of(seq, :copy)",
}


# What the figures of days are kept beside; the rest are documents and what they moved.
OF_DAYS_FILE = ("members", "cards", "accounts")


def write_big_file(path: Path, entries: int, receipts: int = RECEIPTS) -> int:
    """Make a database of at least so many entries at ``path``, where none is; the number of its entries."""
    _book(path, receipts)
    with _writing(path) as connection:
        (booked,) = connection.execute("SELECT COUNT(*) FROM entries").fetchone()
        copies = -(-entries // booked)
        _multiply(connection, copies, tuple(TABLES))
        _seal_again(connection)
    return int(booked) * copies


def write_days_file(path: Path, receipts: int, booked: int = RECEIPTS) -> int:
    """Make a database at ``path`` with members, accounts and figures of days as at least so many receipts leave them.

    The documents are those of the first copy alone: what reads days reads no documents, and ten million would take 6 GB
    and ten minutes.  The number of receipts that the days stand for.
    """
    _book(path, booked)
    with _writing(path) as connection:
        copies = -(-receipts // booked)
        _multiply(connection, copies, OF_DAYS_FILE)
    return booked * copies


def _book(path: Path, receipts: int) -> None:
    """A database with so many synthetic receipts, booked by the engine."""
    new_database(path, load(PROGRAM))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "receipts.csv"
        generate(source, receipts)
        options = Options(load_profile("canonical"), ENROLL, errors=Path(folder) / "rejects.csv")
        ingest.run(Shop(path, now=NOW), [source], options)


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction without triggers and indexes, which are put back behind it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Nobody else looks, and what is half-written when the machine stops is thrown away.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000"):
            connection.execute(f"PRAGMA {pragma}").fetchone()
        kept = connection.execute(
            "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        ).fetchall()
        for kind, name, _ in kept:
            connection.execute(f"DROP {kind} {name}")
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
        for _, _, statement in kept:
            connection.execute(statement)
        connection.execute("PRAGMA journal_mode = WAL").fetchone()


def _multiply(connection: sqlite3.Connection, copies: int, tables: tuple[str, ...]) -> None:
    """The rows of tables again for every further copy, and the days of all; the first is what the engine booked."""
    counts = {
        table: connection.execute(f"SELECT MAX({column}) FROM {table}").fetchone()[0] for table, column in IDS.items()
    }
    connection.create_function("card_of", 2, lambda card, copy: _card_of(card, copy * counts["members"]))
    connection.create_function("digest_of", 2, _digests(connection, counts["members"]))
    for table in tables:
        copied = table not in NOT_OF_RECEIPTS and table not in DAY_TABLES
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall() if copied else []
        if not columns or connection.execute(f"SELECT 1 FROM {table}").fetchone() is None:
            continue
        counted = {name: COUNTED.get(name) for _, name, *_ in columns} | ({"id": table} if table in IDS else {})
        values = [
            OTHERWISE.get((table, name)) or (f"{name} + :copy * {counts[of]}" if (of := counted.get(name)) else name)
            for _, name, *_ in columns
        ]
        connection.execute(f"CREATE TEMP TABLE first AS SELECT * FROM {table}")
        statement = f"INSERT INTO {table} SELECT {', '.join(values)} FROM temp.first"
        for copy in range(1, copies):
            connection.execute(statement, {"copy": copy})
        connection.execute("DROP TABLE temp.first")
    _multiply_days(connection, copies, counts["members"])


def _multiply_days(connection: sqlite3.Connection, copies: int, members: int) -> None:
    """The days of all copies: sums that many times over, and the members of each copy."""

    def of_all(members_of_first: bytes) -> bytes:
        first = united(members_of_first)
        ids = [member for member in range(first.bit_length()) if first >> member & 1]
        return packed([copy * members + member for copy in range(copies) for member in ids])

    connection.create_function("of_all", 1, of_all)
    for table, (columns, _) in DAY_TABLES.items():
        names = [column.split()[0] for column in columns if not column.startswith("PRIMARY KEY")]
        changes = [
            f"{name} = of_all({name})" if name in SETS else f"{name} = {name} * {copies}"
            for name in names
            if name not in ("day", "shop", "program")
        ]
        connection.execute(f"UPDATE {table} SET {', '.join(changes)}")


def _card_of(card: str, further: int) -> str:
    """The card so many places behind another one of the shop's own range."""
    return in_store_number(int(card[:12]) - int(in_store_number(0)[:12]) + further)


def _digests(connection: sqlite3.Connection, members: int) -> Callable[[int, int], bytes]:
    """What the digest of an event of the first copy is in another one; a linked return keeps that of its question."""
    lines: dict[int, list[Line]] = {}
    rows = connection.execute("SELECT seq, kind, member, total, original, digest FROM events").fetchall()
    for row in reads.receipt_lines(connection, [row[0] for row in rows]):
        lines.setdefault(row[0], []).append(line_of_row(row))
    told = {seq: (kind, member, total, tuple(lines.get(seq, ()))) for seq, kind, member, total, *_ in rows}
    kept = {seq: stored for seq, kind, *_, original, stored in rows if kind != RECEIPT and original}
    cards: dict[int, list[tuple[str, str, str]]] = {}
    for number, shown, kind, member in connection.execute("SELECT number, shown, kind, member FROM cards"):
        cards.setdefault(member, []).append((number, shown, kind))
    enrolled = {row[0]: member_of(row) for row in connection.execute("SELECT * FROM members")}

    def digest_of(seq: int, copy: int) -> bytes:
        kind, member, total, goods = told[seq]
        if kind == ENROL:
            own = [(_card_of(number, copy * members), shown, sort) for number, shown, sort in cards[member]]
            return enrol_digest(own, enrolled[member])
        return kept.get(seq) or digest(kind, member and member + copy * members, total, goods)

    return digest_of


def _seal_again(connection: sqlite3.Connection) -> None:
    """The chain of seals over what now stands in the tables."""
    previous, hashes = seals.FIRST, []
    for (seal, *_), parts in seals.sealed(connection):
        previous = seals.hash_of(previous, *parts)
        hashes.append((previous, seal))
    connection.executemany("UPDATE seals SET hash = ? WHERE seal = ?", hashes)


if __name__ == "__main__":
    told = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    told.add_argument("file", type=Path)
    told.add_argument("--entries", type=int, default=1_000_000)
    given = told.parse_args()
    if given.file.exists():
        sys.exit(f"{given.file} exists already")
    began = time.monotonic()
    print(f"{write_big_file(given.file, given.entries):,} entries in {time.monotonic() - began:.0f} s")
