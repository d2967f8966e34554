"""How long tills and readers wait on one file: eight processes without pause, against a bare loop of commits.

``python bench/tills.py [--seconds S] [--database FILE] [--import]`` prints waits in milliseconds.  *Tills*: eight
processes that redeem points, each on a connection that stays open, under the writers' lock.  *Bare*: one process that
commits the rows of such redemptions, with the same settings and no lock, before and after the tills, so that both meet
the same weather.  Goal: the 99th percentile of the tills is at most six times the bare loop's, and their worst wait at
most six times its worst: tails are compared with tails, for most of either is the disk's.
Beside it stand eight bare loops that queue for the same lock: what is left over them is the tills' own work.
*Readers*: two processes that open the file, look up a balance and close it, every few milliseconds meanwhile.  Goal:
none fails, and none waits over 250 ms.

``--database`` takes a copy of a file with more in it (``bench/big_file.py``); its program must be that of
``program.yaml``.  ``--import`` lets an import of receipts run beside the tills, and beside the bare loops: an import
has the lock for a tenth of a second at a time, and the one bare loop then takes it as the tills do.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from collections.abc import Callable
from contextlib import ExitStack, closing
from itertools import chain
from pathlib import Path
from random import Random

from bench.receipts import generate, in_store_number
from bench.rounds import NOW, PROGRAM, ROOT, copy_database, machine, new_database, print_figure, recorded_writes
from bonuscli.errors import BonusError
from bonuscli.importers.profile import load_profile
from bonuscli.program.load import load
from bonuscli.services import ingest
from bonuscli.services.documents import ENROLL, Options
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.redeem import adjust
from bonuscli.services.shop import Shop
from bonuscli.services.till import Till
from bonuscli.services.writing import PLAIN
from bonuscli.store import sqlite
from bonuscli.store.lock import WriterLock

TILLS, READERS, CARDS = 8, 2, 200
GOAL_TIMES, GOAL_READER_MS = 6, 250
POINTS = 1_000_000
ROWS = 8  # what a redemption writes
PAUSE_SECONDS = 0.005
# Of the processes of a role: all waits in ms, how often they failed, how many waits each had.
Found = namedtuple("Found", "waits failed each")


def shop_of(database: Path, base: Path | None) -> Shop:
    """A shop of members with plenty of points, in a file of its own or in a copy of another."""
    if base is None:
        new_database(database, load(PROGRAM))
    else:
        copy_database(base, database)
    shop = Shop(database, now=NOW)
    for index in range(CARDS):
        card = card_of(index)
        enrol_one(shop, NO_PARTICULARS._replace(card=card), PLAIN._replace(at="2025-12-15"))
        adjust(shop, card, POINTS, "for the benchmark")
    return shop


def card_of(index: int) -> str:
    """A card that no synthetic receipt bears."""
    return in_store_number(50_000_000 + index)


def redemption(own: str, number: int) -> str:
    """One redemption of a till, as a line."""
    card = card_of(Random(f"{own}-{number}").randrange(CARDS))
    return json.dumps({"card": card, "points": 10, "key": f"{own}-{number}"})


# --- what the processes do; each prints a JSON list of its waits in milliseconds, and how often it failed -------------


def redeem_on(shop: Shop, own: str) -> None:
    """A till: one redemption after another."""
    with shop.writer() as writer:
        till = Till(writer)
        report(lambda number: till.redeem(redemption(own, number), "line"), 0)


def look_at(shop: Shop, own: str) -> None:
    """A reader: one look after another, as ``balance`` does it."""

    def look(number: int) -> None:
        with shop.reading(scoring=False) as session:
            member = session.find_member(card_of(number % CARDS))
            session.connection.execute("SELECT points FROM accounts WHERE member = ?", (member,)).fetchone()

    report(look, PAUSE_SECONDS)


def import_into(shop: Shop, own: str) -> None:
    """An import of new receipts, file after file."""

    def one_file(number: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            receipts = Path(folder) / f"{own}-{number}.csv"
            generate(receipts, 2000, seed=number)
            told = receipts.read_text()
            for before in ("\n", "return,"):
                told = told.replace(f"{before}R", f"{before}{own}{number}R")
            receipts.write_text(told)
            options = Options(load_profile("canonical"), ENROLL, errors=Path(folder) / "rejects.csv")
            ingest.run(shop, [receipts], options)

    report(one_file, 0)


def commit_beside(shop: Shop, own: str) -> None:
    """A bare loop among others of its kind: as many rows as a redemption, under the writers' lock, of a plain table."""
    lock = WriterLock(shop.path)
    with ExitStack() as opened:
        with lock.held():
            connection = sqlite.open_writer(shop.path)
        opened.callback(connection.close)

        def commit(number: int) -> None:
            with lock.held():
                connection.execute("BEGIN IMMEDIATE")
                rows = [(f"{own}-{number}-{row}", number, row) for row in range(ROWS)]
                connection.executemany("INSERT INTO bare VALUES (?, ?, ?)", rows)
                connection.execute("COMMIT")

        report(commit, 0)
        with lock.held():
            opened.close()


def report(act: Callable[[int], object], pause: float) -> None:
    """Do it once, say so, wait to be told until when, do it again and again until then, and print the waits."""
    act(0)
    print("ready", flush=True)
    until = float(input())
    waits, failed, number = [], 0, 0
    while time.time() < until:
        number += 1
        began = time.perf_counter()
        try:
            act(number)
        except (BonusError, sqlite3.Error) as problem:
            print(problem, file=sys.stderr)
            failed += 1
        waits.append((time.perf_counter() - began) * 1000)
        time.sleep(pause)
    print(json.dumps({"waits": waits, "failed": failed}))


ROLES = {"till": redeem_on, "bare": commit_beside, "reader": look_at, "import": import_into}


# --- the run ----------------------------------------------------------------------------------------------------------


def bare_commits(database: Path, seconds: float) -> list[float]:
    """Waits of one process that commits the rows of redemptions, known beforehand, to a file of its own."""
    shop = shop_of(database, None)
    lines = [redemption("bare", number) for number in range(200)]
    template = database.with_suffix(".template")
    copy_database(database, template)
    waits: list[float] = []
    with shop.writer() as writer:
        till = Till(writer)
        writes = recorded_writes(lambda number: till.redeem(lines[number], "line"), len(lines))
    until = time.time() + seconds
    while time.time() < until:
        for old in database.parent.glob(f"{database.name}*"):
            old.unlink()
        copy_database(template, database)
        connection = sqlite.open_writer(database)
        for receipt in writes:
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            for statement, rows in receipt:
                connection.executemany(statement, rows)
            connection.execute("COMMIT")
            waits.append((time.perf_counter() - began) * 1000)
        connection.close()
    return waits


def at_once(seconds: float, *roles: tuple[Shop, str, int]) -> list[Found]:
    """Processes of each role, (shop, role, how many), let go together when all stand ready; what each role found."""
    started = [
        [
            subprocess.Popen(
                [sys.executable, __file__, "--role", role, "--database", str(shop.path)],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for _ in range(processes)
        ]
        for shop, role, processes in roles
    ]  # fmt: skip
    for process in chain(*started):
        if process.stdout is None or process.stdout.readline() != "ready\n":
            sys.exit("a process came to nothing")
    until = time.time() + seconds
    for process in chain(*started):
        if process.stdin is not None:
            process.stdin.write(f"{until}\n")
            process.stdin.flush()
    found = []
    for role in started:
        each = [json.loads(process.communicate()[0]) for process in role]
        failed = sum(one["failed"] for one in each)
        found.append(
            Found([wait for one in each for wait in one["waits"]], failed, [len(one["waits"]) for one in each])
        )
    return found


def figures(waits: list[float]) -> tuple[float, float, float]:
    """Median, 99th percentile and worst."""
    listed = sorted(waits)
    return listed[len(listed) // 2], listed[len(listed) * 99 // 100], listed[-1]


def main(seconds: float, base: Path | None, importing: bool) -> None:
    """Run and print everything; see the module."""
    print(machine())
    with tempfile.TemporaryDirectory(dir=base.parent if base else None) as folder:
        shop = shop_of(Path(folder) / "shop.db", base)
        with closing(sqlite3.connect(shop.path)) as connection:
            connection.execute("CREATE TABLE bare (key TEXT PRIMARY KEY, number INTEGER, row INTEGER)")
            (entries,) = connection.execute("SELECT COUNT(*) FROM entries").fetchone()
        imports = (shop, "import", int(importing))

        def yardstick() -> list[float]:
            if importing:
                return at_once(seconds / 2, (shop, "bare", 1), imports)[0].waits
            return bare_commits(Path(folder) / "bare.db", seconds / 2)

        bare = yardstick()
        beside, _ = at_once(seconds / 2, (shop, "bare", TILLS), imports)
        tills, readers, files = at_once(seconds, (shop, "till", TILLS), (shop, "reader", READERS), imports)
        bare += yardstick()
    print(f"{entries:,} entries at the beginning{', an import beside' if importing else ''}; ms")
    runs = {"bare loop": Found(bare, 0, [len(bare)]), "8 bare": beside, "8 tills": tills, "2 readers": readers}
    for name, found in runs.items():
        median, high, worst = figures(found.waits)
        spread = f"median {median:7.1f}  p99 {high:7.1f}  worst {worst:7.1f}"
        print(f"{name:10} {len(found.waits):7} waits  {spread}  failed {found.failed}")
    _, bare_high, bare_worst = figures(bare)
    _, high, worst = figures(tills.waits)
    print_figure("tills / bare, p99", [high / bare_high], GOAL_TIMES)
    print_figure("tills / bare, worst", [worst / bare_worst], GOAL_TIMES)
    _, beside_high, beside_worst = figures(beside.waits)
    print_figure("8 tills / 8 bare loops, p99", [high / beside_high])
    print_figure("8 tills / 8 bare loops, worst", [worst / beside_worst])
    print_figure("readers' worst wait, ms", [figures(readers.waits)[2]], GOAL_READER_MS)
    print(f"redemptions of a till: {min(tills.each)} to {max(tills.each)}")
    if importing:
        print(f"import: {len(files.waits)} files of 2,000 receipts, failed {files.failed}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--database", type=Path, metavar="FILE")
    options.add_argument("--import", action="store_true", dest="importing")
    options.add_argument("--role", choices=ROLES, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.role:
        ROLES[given.role](Shop(given.database, now=NOW), f"{given.role}{os.getpid()}-")
    else:
        main(given.seconds, given.database, given.importing)
