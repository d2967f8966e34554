"""What a till's loop costs: ``bonuscli accrue --stdin``, against a bare loop that commits the very rows it wrote.

``python bench/loop.py [--receipts N] [--repeat K]`` prints a ratio of CPU time (goal: 1.5 at most).  Both write to a
fresh database with the same members, one transaction a receipt, WAL and synchronous FULL, on one connection that stays
open.  The bare loop knows beforehand which rows each receipt leaves in which table, and reads nothing.  The command is
measured as a whole process, from its start to its last answer.
"""

import argparse
import json
import sys
import tempfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

from bench.receipts import in_store_number, synthetic_line
from bench.rounds import (
    NOW,
    PROGRAM,
    Write,
    child_seconds,
    environment_at_now,
    final_rows,
    machine,
    new_database,
    print_figure,
    ratios,
    recorded_writes,
    timed,
)
from bonuscli.program.load import load
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.shop import Shop
from bonuscli.services.till import Till
from bonuscli.services.writing import PLAIN
from bonuscli.store import sqlite

GOAL = 1.5


def write_receipts(path: Path, count: int) -> None:
    """A day's receipts as tills send them: 1 to 5 lines, 4 of 5 with a card, 5 in 100 pay with points."""
    random = Random(1)
    with path.open("w", encoding="utf-8") as stream:
        for index in range(count):
            receipt: dict = {
                "id": f"R{index:08}",
                "at": _at(index, count),
                "shop": f"shop-{index % 4 + 1}",
                "till": "1",
            }
            receipt["lines"] = [synthetic_line(random) for _ in range(random.randint(1, 5))]
            if random.random() < 0.8:
                receipt["card"] = in_store_number(1 + int(random.random() ** 2 * count))
                receipt |= {"redeem": "max"} if random.random() < 0.06 else {}
            stream.write(json.dumps(receipt) + "\n")


def _at(index: int, count: int) -> str:
    return str(datetime(2025, 12, 31, 9) + timedelta(seconds=index * 12 * 3600 // count))


def enrol_members(database: Path, count: int) -> None:
    """The members whose cards the receipts bear."""
    for index in range(1, count + 1):
        application = NO_PARTICULARS._replace(card=in_store_number(index))
        enrol_one(Shop(database, now=NOW), application, PLAIN._replace(at="2025-12-15"))


def book_all(database: Path, lines: list[str]) -> list[list[Write]]:
    """What each receipt writes, told by booking them all."""
    with Shop(database, now=NOW).writer() as writer:
        till = Till(writer)
        return recorded_writes(lambda number: till.accrue(lines[number], f"line {number}"), len(lines))


def commit_bare(database: Path, writes: list[list[Write]]) -> None:
    """The same rows by the same statements, without a thought."""
    with closing(sqlite.open_writer(database)) as connection:
        for receipt in writes:
            connection.execute("BEGIN IMMEDIATE")
            for statement, rows in receipt:
                connection.executemany(statement, rows)
            connection.execute("COMMIT")


def run_command(database: Path, receipts: Path) -> float:
    """CPU seconds of ``bonuscli accrue --stdin`` over the file; every line must be booked."""
    command = [sys.executable, "-m", "bonuscli", "accrue", "--stdin", "--db", str(database)]
    answers = database.with_suffix(".answers")
    with receipts.open("rb") as given, answers.open("wb") as stream:
        seconds = child_seconds(command, stdin=given, stdout=stream, env=environment_at_now())
    if b'"error"' in answers.read_bytes():
        sys.exit("a receipt was not booked")
    return seconds


def main(count: int, rounds: int) -> None:
    """Run and print everything; see the module."""
    print(machine())
    program = load(PROGRAM)
    spent: dict[str, list[float]] = {"accrue --stdin": [], "bare commits": []}
    with tempfile.TemporaryDirectory() as folder:
        receipts, first, other = (Path(folder) / name for name in ("receipts.jsonl", "1.db", "2.db"))
        write_receipts(receipts, count)
        lines = receipts.read_text().splitlines()
        enrol_members(new_database(first, program), count)
        writes = book_all(first, lines)
        for _ in range(rounds):
            for database in (first, other):
                enrol_members(new_database(database, program), count)
            spent["accrue --stdin"].append(run_command(first, receipts))
            spent["bare commits"].append(timed(lambda: commit_bare(other, writes)))
        same = final_rows(first) == final_rows(other)
    rows = sum(len(each) for receipt in writes for _, each in receipt)
    print(
        f"{count} receipts, {rows / count:.1f} rows written each; {'the same rows' if same else 'OTHER ROWS'} in both"
    )
    for name, seconds in spent.items():
        print(f"{name:16} {median(seconds) / count * 1e6:7.0f} us CPU a receipt")
    print_figure("accrue --stdin / bare commits", ratios(*spent.values()), GOAL)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--receipts", type=int, default=5_000, metavar="N")
    options.add_argument("--repeat", type=int, default=3, metavar="K")
    given = options.parse_args()
    main(given.receipts, given.repeat)
