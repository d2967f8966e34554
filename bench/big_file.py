"""A database of a million entries in a minute: some receipts booked by the engine, and their rows many times over.

``python bench/big_file.py OUT.db [--entries N]``, 1,000,000 (0.6 GB) without it.
The rows of 10,000 synthetic receipts are copied for other members, with other numbers of cards and receipts, so that
every account is one that the engine would have booked: ids and seqs are shifted, digests and seals reckoned again, and
``bonuscli verify`` finds nothing.  The tables know no other way to be filled than by booking (150 us a receipt), so
triggers and indexes are dropped for it and put back.

The copies bear the cards ``in_store_number(1)`` and following, one for each 50 receipts, and are of the program of
``program.yaml``.
"""

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
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
from bonuscli.store.tables import TABLES

RECEIPTS = 10_000
# Which columns hold a number of what, and move on by as many as there are of it with each copy.
COUNTED = {
    "member": "members", "account": "accounts", "event": "events", "seal": "seals", "seq": "events",
    "last_seq": "events", "original": "events",
}  # fmt: skip
IDS = {"members": "id", "accounts": "id", "events": "seq", "seals": "seal"}
# What a copy writes instead of a column's own value.
OTHERWISE = {
    ("cards", "number"): "card_of(number, :copy)",
    ("cards", "shown"): "card_of(number, :copy)",
    ("events", "number"): f"CASE kind WHEN '{ENROL}' THEN card_of(number, :copy) ELSE number || '-' || :copy END",
    ("events", "original_number"): "original_number || '-' || :copy",
    ("events", "digest"): "digest_of(seq, :copy)",
}


def write_big_file(path: Path, entries: int, receipts: int = RECEIPTS) -> int:
    """Make a database of at least so many entries at ``path``, where none is; the number of its entries."""
    new_database(path, load(PROGRAM))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "receipts.csv"
        generate(source, receipts)
        options = Options(load_profile("canonical"), ENROLL, errors=Path(folder) / "rejects.csv")
        ingest.run(Shop(path, now=NOW), [source], options)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Nobody else looks, and what is half-written when the machine stops is thrown away.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000"):
            connection.execute(f"PRAGMA {pragma}").fetchone()
        (booked,) = connection.execute("SELECT COUNT(*) FROM entries").fetchone()
        copies = -(-entries // booked)
        kept = connection.execute(
            "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        ).fetchall()
        for kind, name, _ in kept:
            connection.execute(f"DROP {kind} {name}")
        connection.execute("BEGIN")
        _multiply(connection, copies)
        _seal_again(connection)
        connection.execute("COMMIT")
        for _, _, statement in kept:
            connection.execute(statement)
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
    return int(booked) * copies


def _multiply(connection: sqlite3.Connection, copies: int) -> None:
    """Each table's rows again for every further copy; the first is what the engine booked."""
    counts = {
        table: connection.execute(f"SELECT MAX({column}) FROM {table}").fetchone()[0] for table, column in IDS.items()
    }
    connection.create_function("card_of", 2, lambda card, copy: _card_of(card, copy * counts["members"]))
    connection.create_function("digest_of", 2, _digests(connection, counts["members"]))
    for table in TABLES:
        columns = [] if table in NOT_OF_RECEIPTS else connection.execute(f"PRAGMA table_info({table})").fetchall()
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
