"""What benchmarks of the store have alike: where they write, how they time, what machine it was."""

import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bonuscli.program.load import Loaded
from bonuscli.services import programs
from bonuscli.store import append, sqlite
from bonuscli.store.tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "bench" / "program.yaml"
# Any instant after the last receipt: nothing may depend on the day on which the benchmark runs.
NOW = 1_767_225_600
# A write to the store: its statement and its rows.
Write = tuple[str, list[tuple]]
NOT_OF_RECEIPTS = ("meta", "programs", "imports")


def timed(act: Callable[[], object]) -> float:
    """CPU seconds of a call in this process, those of the kernel included."""
    began = time.process_time()
    act()
    return time.process_time() - began


def new_database(path: Path, program: Loaded) -> Path:
    """A database with the program published, as ``bonuscli init`` makes it; one of an earlier round is removed."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    programs.init(path, program, NOW)
    return path


def final_rows(database: Path) -> dict[str, list[tuple]]:
    """Every row that receipts left behind, by table, in an order that foreign keys allow."""
    connection = sqlite.open_reader(database)
    rows = {
        table: connection.execute(f"SELECT * FROM {table}").fetchall()
        for table in TABLES
        if table not in NOT_OF_RECEIPTS
    }
    connection.close()
    return rows


def recorded_writes(act: Callable[[int], object], count: int) -> list[list[Write]]:
    """What each of so many acts writes to the store, in order; they are done once for it."""
    told: list[list[Write]] = []
    plain_write, plain_delete = append._write, append.delete

    def write(connection: sqlite3.Connection, table: str, rows: list[tuple]) -> None:
        if rows:
            told[-1].append((append._insert(table, 1), list(rows)))
        plain_write(connection, table, rows)

    def delete(connection: sqlite3.Connection, table: str, keys: list[tuple]) -> None:
        if keys:
            told[-1].append((append._DELETES[table], list(keys)))
        plain_delete(connection, table, keys)

    append._write, append.delete = write, delete
    try:
        for number in range(count):
            told.append([])
            act(number)
    finally:
        append._write, append.delete = plain_write, plain_delete
    return told


def peak_mib() -> float:
    """The most memory that this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def machine() -> str:
    """What the figures belong to: commit (+ where files differ from it), versions, cores, load."""
    describe = ["git", "describe", "--always", "--exclude=*", "--dirty=+"]
    commit = subprocess.run(describe, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    load_average = " ".join(f"{load:.2f}" for load in os.getloadavg())
    return (
        f"commit {commit or 'unknown'}, CPython {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version},"
        f" {os.cpu_count()} cores, load average {load_average}"
    )
