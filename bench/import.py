"""What an import costs: ``bonuscli import`` of synthetic receipts, against two things that do less.

``python bench/import.py [--receipts N] [--repeat K]`` prints ratios of CPU time, since times of one machine say nothing
of another and a busy machine stretches both sides of a ratio:

* (a) / bare: one ``executemany`` a table of the very rows that the import left behind, into a fresh database with the
  same tables, indexes, keys, triggers and pragmas, in one transaction;
* (b) / yardstick: ``csv.reader`` over the same file and ``executemany`` of six narrow rows a receipt (of three lines)
  into plain tables.  It knows nothing of bonuscli and must never change, so that commits can be compared;
* second / first: the same file once more, when every receipt is a duplicate.

Each of (a) and (b) is told for a first load, of the whole file into a database without receipts, and for a live import,
of the later nine tenths of it into the database that holds the first tenth: a receipt's time there / a receipt's time
of the other.  Medians of K rounds; every round runs all of them, so that each meets the same weather.
"""

import argparse
import csv
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.receipts import generate
from bench.rounds import (
    NOW,
    PROGRAM,
    final_rows,
    import_receipts,
    machine,
    new_database,
    peak_mib,
    print_figure,
    ratios,
    timed,
)
from bonuscli.program.load import load
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from bonuscli.store import sqlite

YARDSTICK = ("receipts", "lines", "lots", "entries")
YARDSTICK_BATCH = 10_000
# Of a live import's receipts, one in so many is stored before.
BEFORE = 10


def insert_bare(database: Path, rows: dict[str, list[tuple]]) -> None:
    """The same rows without a thought, through the connection that the import uses."""
    connection = sqlite.open_writer(database)
    with sqlite.transaction(connection, database):
        for table, values in rows.items():
            if values:
                marks = ", ".join("?" * len(values[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
    connection.close()


def run_yardstick(database: Path, receipts: Path) -> None:
    """Read the file and keep a row for each line and three for each receipt, in plain tables; never to be changed."""
    database.unlink(missing_ok=True)
    connection = sqlite3.connect(database, isolation_level=None)
    for table in YARDSTICK:
        connection.execute(f"CREATE TABLE {table} (a, b, c, d)")
    connection.execute("BEGIN")
    rows: dict[str, list[tuple]] = {table: [] for table in YARDSTICK}
    with receipts.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        wanted = ("receipt_id", "at", "card", "line", "sku", "amount")
        place, at, card, line, sku, amount = map(next(reader).index, wanted)
        number, last = 0, ""
        for row in reader:
            if row[place] != last:
                if number % YARDSTICK_BATCH == 0:
                    _flush_yardstick(connection, rows)
                last = row[place]
                number += 1
                rows["receipts"].append((number, last, row[at], row[card]))
                rows["lots"].append((number, number % 997, number % 101, 1))
                rows["entries"].append((number, number % 997, number % 101, 2))
            rows["lines"].append((number, row[line], row[sku], row[amount]))
    _flush_yardstick(connection, rows)
    connection.execute("COMMIT")
    connection.close()


def _flush_yardstick(connection: sqlite3.Connection, rows: dict[str, list[tuple]]) -> None:
    for table, waiting in rows.items():
        connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", waiting)
        waiting.clear()


def require_clean(database: Path) -> None:
    """The import is worth measuring only if the ledger is right."""
    findings = verify(Shop(database, now=NOW)).findings
    if findings:
        sys.exit(f"verify has {len(findings)} findings, the first: {findings[0].text}")


def cut(receipts: Path, earlier: Path, later: Path) -> int:
    """The file in two, each with the header: the first receipts, one in ``BEFORE``, and the others; how many those are.

    The receipts' numbers are their places, and no line is without one.
    """
    with receipts.open(encoding="utf-8") as stream:
        header, *rows = stream
    numbers = [row.partition(",")[0] for row in rows]
    count = len(set(numbers))
    place = numbers.index(f"R{count // BEFORE + 1:08d}")
    earlier.write_text(header + "".join(rows[:place]), encoding="utf-8")
    later.write_text(header + "".join(rows[place:]), encoding="utf-8")
    return count - count // BEFORE


def main(count: int, rounds: int) -> None:
    """Run and print everything; see the module."""
    print(machine())
    program = load(PROGRAM)
    # CPU seconds a receipt.
    seconds: dict[str, list[float]] = {
        name: [] for name in ("first load", "second import", "live", "bare", "yardstick")
    }
    with tempfile.TemporaryDirectory() as folder:
        names = ("receipts.csv", "earlier.csv", "later.csv", "1.db", "2.db", "plain.db")
        receipts, earlier, later, database, other, plain = (Path(folder) / name for name in names)
        generate(receipts, count)
        new_database(database, program)
        import_receipts(database, receipts)
        peak = peak_mib()
        require_clean(database)
        rows, live = final_rows(database), cut(receipts, earlier, later)
        acts: dict[str, tuple[int, Callable[[], object]]] = {
            "first load": (count, lambda: import_receipts(database, receipts)),
            "second import": (count, lambda: import_receipts(database, receipts)),
            "live": (live, lambda: import_receipts(other, later)),
            "yardstick": (count, lambda: run_yardstick(plain, receipts)),
        }
        for _ in range(rounds):
            new_database(database, program)
            new_database(other, program)
            import_receipts(other, earlier)
            for name, (of, act) in acts.items():
                seconds[name].append(timed(act) / of)
            new_database(other, program)
            seconds["bare"].append(timed(lambda: insert_bare(other, rows)) / count)
    written = sum(map(len, rows.values()))
    print(f"{count} receipts, {written / count:.1f} rows each; peak memory {peak:.0f} MiB; verify is clean")
    print_figures(seconds)


def print_figures(seconds: dict[str, list[float]]) -> None:
    """Medians of the CPU seconds a receipt, and of the ratios round by round."""
    for name, spent in seconds.items():
        print(f"{name:14} {median(spent) * 1e6:7.1f} us CPU a receipt, {1 / median(spent):9.0f} receipts/s")
    for title, over, under, goal in (
        ("(a) first load / bare", "first load", "bare", 3),
        ("(a) live import / bare", "live", "bare", 4.5),
        ("(b) first load / yardstick", "first load", "yardstick", 5),
        ("(b) live import / yardstick", "live", "yardstick", 7),
        ("second / first import", "second import", "first load", 0.35),
    ):
        print_figure(title, ratios(seconds[over], seconds[under]), goal)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--receipts", type=int, default=10_000, metavar="N")
    options.add_argument("--repeat", type=int, default=5, metavar="K")
    given = options.parse_args()
    main(given.receipts, given.repeat)
