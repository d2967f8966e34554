"""How long tills and readers wait on one file: eight processes without pause, against a bare loop of commits.

``python bench/tills.py [--seconds S] [--database FILE] [--import]`` prints waits in milliseconds.  *Tills*: eight
processes that redeem points, each on a connection that stays open, under the writers' lock.  *Bare*: one process that
commits the rows of such redemptions, with the same settings and no lock, before and after the tills, so that both meet
the same weather.  Goal: the 99th percentile and the worst wait of the tills are at most six times the bare loop's own.
Beside it stand eight bare loops that queue for the same lock: what is left over them is the tills' own work.
*Readers*: two processes that open the file, look up a balance and close it, every few milliseconds meanwhile.  Goal:
none fails, and none waits over 250 ms.

``--database`` takes a copy of a file with more in it; its program must be that of ``program.yaml``.  ``--import`` lets
an import of receipts run beside the tills.
"""

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

from bench.receipts import generate, in_store_number
from bench.rounds import NOW, PROGRAM, ROOT, machine, new_database, recorded_writes
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

TILLS, READERS, CARDS = 8, 2, 200
GOAL_TIMES, GOAL_READER_MS = 6, 250
POINTS = 1_000_000
ROWS = 8  # what a redemption writes
PAUSE_SECONDS = 0.005


def shop_of(database: Path, base: Path | None) -> Shop:
    """A shop of members with plenty of points, in a file of its own or in a copy of another."""
    if base is None:
        new_database(database, load(PROGRAM))
    else:
        copy(base, database)
    shop = Shop(database, now=NOW)
    for index in range(CARDS):
        card = card_of(index)
        enrol_one(shop, NO_PARTICULARS._replace(card=card), PLAIN._replace(at="2025-12-15"))
        adjust(shop, card, POINTS, "for the benchmark")
    return shop


def copy(source: Path, target: Path) -> None:
    """A database with what stands in its log."""
    with closing(sqlite3.connect(source)) as full, closing(sqlite3.connect(target)) as empty:
        full.backup(empty)


def card_of(index: int) -> str:
    """A card that no synthetic receipt bears."""
    return in_store_number(50_000_000 + index)


def redemption(own: str, number: int) -> str:
    """One redemption of a till, as a line."""
    card = card_of(Random(f"{own}-{number}").randrange(CARDS))
    return json.dumps({"card": card, "points": 10, "key": f"{own}-{number}"})


# --- what the processes do; each prints a JSON list of its waits in milliseconds, and how often it failed -------------


def redeem_on(shop: Shop, own: str, until: float) -> None:
    """A till: one redemption after another."""
    with shop.writer() as writer:
        till = Till(writer)
        report(lambda number: till.redeem(redemption(own, number), "line"), until, 0)


def look_at(shop: Shop, own: str, until: float) -> None:
    """A reader: one look after another, as ``balance`` does it."""

    def look(number: int) -> None:
        with shop.reading(scoring=False) as session:
            member = session.find_member(card_of(number % CARDS))
            session.connection.execute("SELECT points FROM accounts WHERE member = ?", (member,)).fetchone()

    report(look, until, PAUSE_SECONDS)


def import_into(shop: Shop, own: str, until: float) -> None:
    """An import of new receipts, file after file."""

    def one_file(number: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            receipts = Path(folder) / f"{own}-{number}.csv"
            generate(receipts, 2000, seed=number)
            receipts.write_text(receipts.read_text().replace("\nR", f"\n{own}{number}R"))
            options = Options(load_profile("canonical"), ENROLL, errors=Path(folder) / "rejects.csv")
            ingest.run(shop, [receipts], options)

    report(one_file, until, 0)


def commit_beside(shop: Shop, own: str, until: float) -> None:
    """A bare loop among others of its kind: as many rows as a redemption, under the writers' lock, of a plain table."""
    lock = sqlite.WriterLock(shop.path)
    with closing(sqlite3.connect(shop.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")

        def commit(number: int) -> None:
            with lock.held():
                connection.execute("BEGIN IMMEDIATE")
                rows = [(f"{own}-{number}-{row}", number, row) for row in range(ROWS)]
                connection.executemany("INSERT INTO bare VALUES (?, ?, ?)", rows)
                connection.execute("COMMIT")

        report(commit, until, 0)


def report(act: object, until: float, pause: float) -> None:
    """Do it again and again until then, at least once, and print the waits."""
    waits, failed, number = [], 0, 0
    while not waits or time.time() < until:
        began = time.perf_counter()
        try:
            act(number)  # type: ignore[operator]
        except (BonusError, sqlite3.Error) as problem:
            print(problem, file=sys.stderr)
            failed += 1
        waits.append((time.perf_counter() - began) * 1000)
        number += 1
        time.sleep(pause)
    print(json.dumps({"waits": waits, "failed": failed}))


ROLES = {"till": redeem_on, "bare": commit_beside, "reader": look_at, "import": import_into}


# --- the run ----------------------------------------------------------------------------------------------------------


def bare_commits(database: Path, seconds: float) -> list[float]:
    """Waits of one process that commits the rows of redemptions, known beforehand, to a file of its own."""
    shop = shop_of(database, None)
    lines = [redemption("bare", number) for number in range(200)]
    template = database.with_suffix(".template")
    copy(database, template)
    waits: list[float] = []
    with shop.writer() as writer:
        till = Till(writer)
        writes = recorded_writes(lambda number: till.redeem(lines[number], "line"), len(lines))
    until = time.time() + seconds
    while time.time() < until:
        for old in database.parent.glob(f"{database.name}*"):
            old.unlink()
        copy(template, database)
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


@contextmanager
def working(shop: Shop, role: str, processes: int, until: float) -> Iterator[dict[str, list]]:
    """Processes of a role beside what is done meanwhile; their waits afterwards."""
    command = [sys.executable, __file__, "--role", role, "--database", str(shop.path), "--until", str(until)]
    started = [
        subprocess.Popen([*command, "--own", f"{role}{own}-"], cwd=ROOT, stdout=subprocess.PIPE)
        for own in range(processes)
    ]
    found: dict[str, list] = {"waits": [], "failed": []}
    yield found
    for process in started:
        told = json.loads(process.communicate()[0])
        found["waits"] += told["waits"]
        found["failed"].append(told["failed"])


def figures(waits: list[float]) -> tuple[float, float, float]:
    """Median, 99th percentile and worst."""
    listed = sorted(waits)
    return listed[len(listed) // 2], listed[len(listed) * 99 // 100], listed[-1]


def main(seconds: float, base: Path | None, importing: bool) -> None:
    """Run and print everything; see the module."""
    print(machine())
    with tempfile.TemporaryDirectory(dir=base.parent if base else None) as folder:
        shop = shop_of(Path(folder) / "shop.db", base)
        bare = bare_commits(Path(folder) / "bare.db", seconds / 2)
        plain = Path(folder) / "plain.db"
        with closing(sqlite3.connect(plain)) as made:
            made.execute("PRAGMA journal_mode = WAL")
            made.execute("CREATE TABLE bare (key TEXT PRIMARY KEY, number INTEGER, row INTEGER)")
        with working(Shop(plain), "bare", TILLS, time.time() + seconds / 2 + 2) as beside:
            pass
        until = time.time() + seconds + 2
        with (
            working(shop, "till", TILLS, until) as tills,
            working(shop, "reader", READERS, until) as readers,
            working(shop, "import", int(importing), until) as imports,
        ):
            pass
        bare += bare_commits(Path(folder) / "bare.db", seconds / 2)
        with closing(sqlite.open_reader(shop.path)) as connection:
            (entries,) = connection.execute("SELECT COUNT(*) FROM entries").fetchone()
    print(f"{entries:,} entries at the end{', an import beside the tills' if importing else ''}; ms")
    runs = {"bare loop": {"waits": bare, "failed": []}, "8 bare": beside, "8 tills": tills, "2 readers": readers}
    for name, found in runs.items():
        median, high, worst = figures(found["waits"])
        waits, failed = found["waits"], sum(found["failed"])
        spread = f"median {median:7.1f}  p99 {high:7.1f}  worst {worst:7.1f}"
        print(f"{name:10} {len(waits):7} waits  {spread}  failed {failed}")
    _, bare_high, bare_worst = figures(bare)
    _, high, worst = figures(tills["waits"])
    print(f"tills / bare: p99 {high / bare_high:.1f}, worst {worst / bare_worst:.1f} (goal: {GOAL_TIMES} at most)")
    _, beside_high, beside_worst = figures(beside["waits"])
    print(f"8 tills / 8 bare loops: p99 {high / beside_high:.1f}, worst {worst / beside_worst:.1f}")
    print(f"readers: worst {figures(readers['waits'])[2]:.0f} ms (goal: {GOAL_READER_MS} at most)")
    if importing:
        print(f"import: {len(imports['waits'])} files of 2,000 receipts, failed {sum(imports['failed'])}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--database", type=Path, metavar="FILE")
    options.add_argument("--import", action="store_true", dest="importing")
    options.add_argument("--role", choices=ROLES, help=argparse.SUPPRESS)
    options.add_argument("--own", help=argparse.SUPPRESS)
    options.add_argument("--until", type=float, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.role:
        ROLES[given.role](Shop(given.database, now=NOW), given.own, given.until)
    else:
        main(given.seconds, given.database, given.importing)
