"""What benchmarks of the store have alike: where they write, how they time, what machine it was."""

import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from bonuscli.importers.profile import load_profile
from bonuscli.program.load import Loaded
from bonuscli.services import ingest, programs
from bonuscli.services.documents import ENROLL, Options
from bonuscli.services.shop import Shop
from bonuscli.store import append, sqlite
from bonuscli.store.tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "bench" / "program.yaml"
# Any instant after the last receipt: nothing may depend on the day on which the benchmark runs.
NOW = 1_767_225_600
# A write to the store: its statement and its rows.
Write = tuple[str, list[tuple]]
NOT_OF_RECEIPTS = ("meta", "programs", "imports")
# What ``ru_maxrss`` counts by: bytes on a Mac, elsewhere kibibytes.
PEAKS_PER_MIB = 1 << 20 if sys.platform == "darwin" else 1 << 10


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


def copy_database(source: Path, target: Path) -> None:
    """A database with what stands in its log."""
    with closing(sqlite3.connect(source)) as full, closing(sqlite3.connect(target)) as empty:
        full.backup(empty)


def import_receipts(database: Path, receipts: Path) -> ingest.Report:
    """``bonuscli import --unknown-cards enroll`` without its command line; nothing may be rejected."""
    options = Options(load_profile("canonical"), unknown_cards=ENROLL, errors=database.with_suffix(".rejects"))
    report = ingest.run(Shop(database, now=NOW), [receipts], options)
    if report.rejected or report.conflicts:
        sys.exit(f"the import went wrong: {dict(report.reasons)}")
    return report


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
    plain_write, plain_each = append._write, append._write_each

    def write(connection: sqlite3.Connection, table: str, rows: list[tuple]) -> None:
        if rows:
            told[-1].append((append._insert(table, 1), list(rows)))
        plain_write(connection, table, rows)

    def write_each(connection: sqlite3.Connection, statement: str, rows: list[tuple]) -> None:
        if rows:
            told[-1].append((statement, list(rows)))
        plain_each(connection, statement, rows)

    append._write, append._write_each = write, write_each
    try:
        for number in range(count):
            told.append([])
            act(number)
    finally:
        append._write, append._write_each = plain_write, plain_each
    return told


def environment_at_now() -> dict[str, str]:
    """For a process of its own from this checkout, on the day of NOW."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW))
    return {**os.environ, "PYTHONPATH": str(ROOT), "BONUSCLI_NOW": now}


def child_seconds(command: list[str], **how: Any) -> float:
    """CPU seconds, user and system, of a process that must succeed; ``how``: as ``subprocess.run`` has it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, **how)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def print_figure(name: str, seen: list[float], goal: float | None = None) -> None:
    """The median of a figure, its goal ("at most") and its spread, in the one form that ``bench/all.py`` gathers."""
    told = f"{name}: {_shown(median(seen))}"
    if goal is not None:
        told += f", goal {goal:g} at most"
    if len(seen) > 1:
        told += f", from {_shown(min(seen))} to {_shown(max(seen))} in {len(seen)} rounds"
    print(told, flush=True)


def ratios(over: list[float], under: list[float]) -> list[float]:
    """Round by round, so that both sides of each met the same weather."""
    return [one / two for one, two in zip(over, under, strict=True)]


def _shown(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 0.5 else f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"


def peak_mib() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / PEAKS_PER_MIB


def machine() -> str:
    """What the figures belong to: commit (+ where files differ from it), versions, cores, load."""
    describe = ["git", "describe", "--always", "--exclude=*", "--dirty=+"]
    commit = subprocess.run(describe, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    load_average = " ".join(f"{load:.2f}" for load in os.getloadavg())
    return (
        f"commit {commit or 'unknown'}, CPython {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version},"
        f" {os.cpu_count()} cores, load average {load_average}"
    )
