"""Whether a file that has grown costs more: the same work on a large database and on a small one.

``python bench/scale.py [PART...] [--entries N] [--database FILE] [--repeat K]`` prints ratios of CPU time, each of a
large file to a small one of 10,000 entries of the same kind of members; other units are named.  The parts:

* ``batch``: importing 1,000 new receipts of cards that are known, and into a new file (goal: 2);
* ``lock``: how long a live import into the large file has the writers' lock at a time (goals: 100 and 250 ms);
* ``memory``: what importing many receipts takes beyond what few take (goal: 128 MiB);
* ``lookup``: ``balance`` and ``redeem``, whole processes, and in a loop that stays open (goal: 1.1);
* ``expire``: ``expire`` of what is due, to the bare two statements that would do (goal: 2), and when nothing is;
* ``lots``: a card of many lots, redeemed from and looked at, to one of 10 (goal: 1.1).

``--database`` takes a copy of a file that ``bench/big_file.py`` wrote; without it one of ``--entries`` is made.
"""

import argparse
import csv
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from statistics import median

from bench.big_file import write_big_file
from bench.card_of_lots import compare_lots, look
from bench.receipts import COLUMNS, generate, in_store_number, rows_of, synthetic_line
from bench.rounds import (
    NOW,
    PEAKS_PER_MIB,
    PROGRAM,
    child_seconds,
    copy_database,
    environment_at_now,
    import_receipts,
    machine,
    new_database,
    print_figure,
    ratios,
    timed,
)
from bonuscli.program.load import load
from bonuscli.services import expire, lookup
from bonuscli.services.redeem import adjust
from bonuscli.services.shop import Shop
from bonuscli.services.till import Till
from bonuscli.store.lock import WriterLock

SMALL = 10_000
GOALS = {"batch": 2, "lock": 100, "worst lock": 250, "memory": 128, "lookup": 1.1, "due lot": 2}
DAY = datetime(2025, 12, 31, 9)  # before NOW, after the receipts that the files have
_MARK = count()  # so that no two files of receipts have the same numbers


def write_receipts(path: Path, receipts: int, members: int) -> Path:
    """New receipts of one day, 4 of 5 with a card of any of the file's members."""
    random, mark = Random(1), next(_MARK)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for index in range(receipts):
            at = DAY + timedelta(seconds=index * 43_200 // receipts)
            receipt = {"receipt_id": f"N{mark}-{index}", "kind": "sale", "at": str(at), "shop": f"shop-{index % 4 + 1}"}
            if random.random() < 0.8:
                receipt["card"] = in_store_number(1 + random.randrange(members))
            writer.writerows(rows_of(receipt, [synthetic_line(random) for _ in range(random.randint(1, 5))]))
    return path


def import_into(database: Path, receipts: Path) -> None:
    """An import in which every receipt is new."""
    report = import_receipts(database, receipts)
    if report.duplicate:
        sys.exit(f"the import went wrong: {report.duplicate} duplicates")


def one_of(database: Path, sql: str) -> int:
    """The number that a statement gives."""
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute(sql).fetchone()[0])


class Files:
    """The large and the small file of one run; every part goes on with what the parts before have left."""

    def __init__(self, folder: Path, base: Path | None, entries: int, booked: int) -> None:
        self.folder = folder
        self.small, self.large = folder / "small.db", folder / "large.db"
        write_big_file(self.small, min(SMALL, booked), booked)
        if base is None:
            write_big_file(self.large, entries, booked)
        else:
            copy_database(base, self.large)
        self.sizes = {path: one_of(path, "SELECT COUNT(*) FROM entries") for path in (self.small, self.large)}
        self.members = {path: one_of(path, "SELECT COUNT(*) FROM members") for path in (self.small, self.large)}


# --- a batch of an import ---------------------------------------------------------------------------------------------


def batch(files: Files, given: argparse.Namespace) -> None:
    """The same receipts into the large file, into the small one, which has fewer cards, and into a new one."""
    spent: dict[str, list[float]] = {"large": [], "small": [], "new": []}
    program = load(PROGRAM)
    for _ in range(given.repeat + 1):
        receipts = write_receipts(files.folder / "batch.csv", given.batch, files.members[files.large])
        few = write_receipts(files.folder / "few.csv", given.batch, files.members[files.small])
        new = new_database(files.folder / "new.db", program)
        for name, into, source in (("large", files.large, receipts), ("small", files.small, few), ("new", new, few)):
            spent[name].append(timed(lambda into=into, source=source: import_into(into, source)))
    for name, seconds in spent.items():
        del seconds[0]  # the first round warms the disk's cache and compiles
        print(f"{given.batch} receipts into the {name} file: {median(seconds) * 1000:.0f} ms CPU")
    print_figure("batch: into the large file / a new one", ratios(spent["large"], spent["new"]), GOALS["batch"])
    print_figure("batch: into the large file / the small one", ratios(spent["large"], spent["small"]))


# --- the lock ---------------------------------------------------------------------------------------------------------


@contextmanager
def told_holds() -> Iterator[list[tuple[float, float]]]:
    """How long the writers' lock was held, each time: (ms of the clock, ms of CPU)."""
    plain, told = WriterLock.held, []

    @contextmanager
    def held(lock: WriterLock) -> Iterator[None]:
        with plain(lock):
            began, worked = time.perf_counter(), time.process_time()
            try:
                yield
            finally:
                told.append(((time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000))

    WriterLock.held = held  # type: ignore[method-assign]
    try:
        yield told
    finally:
        WriterLock.held = plain  # type: ignore[method-assign]


def lock(files: Files, given: argparse.Namespace) -> None:
    """A live import; the few moments in which it opens and closes the file are no batches and left out."""
    source = write_receipts(files.folder / "live.csv", given.live, files.members[files.large])
    with told_holds() as told:
        import_into(files.large, source)
    batches = sorted(told[2:-2]) or told
    clock, worked = sorted(clock for clock, _ in batches), sorted(worked for _, worked in batches)
    print(f"{given.live} receipts in {len(batches)} batches, {median(clock):.0f} ms of the clock, as a rule")
    print_figure("lock: a live batch as a rule, ms of CPU", [median(worked)], GOALS["lock"])
    print_figure("lock: the longest live batch, ms of CPU", [worked[-1]], GOALS["worst lock"])
    print_figure("lock: a live batch as a rule, ms of the clock", [median(clock)], GOALS["lock"])
    print_figure("lock: the longest live batch, ms of the clock", [clock[-1]], GOALS["worst lock"])


# --- memory -----------------------------------------------------------------------------------------------------------


# A process begins with the peak of the one that started it, so a small one stands between: it prints its child's.
_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def memory(files: Files, given: argparse.Namespace) -> None:
    """Peak memory of two imports into new files, each a process of its own."""
    program, peaks = load(PROGRAM), []
    for receipts in (given.few, given.many):
        source, database = files.folder / "memory.csv", new_database(files.folder / "memory.db", program)
        generate(source, receipts)
        command = ["import", "--quiet", "--unknown-cards", "enroll", "--db", str(database), str(source)]
        words = [sys.executable, "-c", _PEAK, sys.executable, "-m", "bonuscli", *command]
        told = subprocess.run(words, env=environment_at_now(), stdout=subprocess.PIPE, text=True, check=True).stdout
        peaks.append(int(told) / PEAKS_PER_MIB)
        print(f"{receipts:,} receipts: {peaks[-1]:.0f} MiB at the most")
    name = f"memory: of {given.many:,} receipts beyond that of {given.few:,}, MiB"
    print_figure(name, [peaks[1] - peaks[0]], GOALS["memory"])


# --- one card ---------------------------------------------------------------------------------------------------------


def lookup_part(files: Files, given: argparse.Namespace) -> None:
    """``balance`` and ``redeem`` of cards on both files: as processes, and in loops that keep the file open."""
    cards = [in_store_number(1 + index) for index in range(given.cards)]
    for path in (files.small, files.large):
        for card in cards:
            adjust(Shop(path, now=NOW), card, 1_000_000, "for the benchmark")
    for verb in ("balance", "redeem"):
        spent: dict[Path, list[float]] = {files.small: [], files.large: []}
        for turn in range(given.processes + 1):
            words = [cards[turn % len(cards)], *(["10"] if verb == "redeem" else [])]
            for path, seconds in spent.items():
                command = [sys.executable, "-m", "bonuscli", verb, *words, "--db", str(path)]
                seconds.append(child_seconds(command, env=environment_at_now(), stdout=subprocess.DEVNULL))
        told = [seconds[1:] for seconds in (spent[files.large], spent[files.small])]
        print_figure(f"lookup: {verb}, large / small file, a process", ratios(*told), GOALS["lookup"])
    loops: dict[str, Callable[[Path, list[str]], float]] = {"balance": look_often, "redeem": redeem_often}
    for verb, loop in loops.items():
        told = [[loop(path, cards) for _ in range(given.repeat)] for path in (files.large, files.small)]
        print(f"{verb} in a loop: {median(told[0]):.0f} us on the large file, {median(told[1]):.0f} on the small one")
        print_figure(f"lookup: {verb}, large / small file, in a loop", ratios(*told))


def look_often(database: Path, cards: list[str]) -> float:
    """CPU time of a balance on a connection that stays open, microseconds."""
    shop = Shop(database, now=NOW)
    with shop.reader() as reader:

        def look() -> None:
            for card in cards:
                with reader.session() as session:
                    lookup.balance(session, card)

        look()
        return timed(look) / len(cards) * 1e6


def redeem_often(database: Path, cards: list[str]) -> float:
    """CPU time of a redemption at a till that is new to each card, microseconds."""
    with Shop(database, now=NOW).writer() as writer:
        till, mark = Till(writer), next(_MARK)

        def redeem() -> None:
            for card in cards:
                till.redeem(json.dumps({"card": card, "points": 10, "key": f"{mark}-{card}"}), "line")

        return timed(redeem) / len(cards) * 1e6


# --- what falls due ---------------------------------------------------------------------------------------------------

# What ran out by :day, as an entry for each lot, and those lots gone: the least that a store could do.
_BARE_ENTRIES = """
INSERT INTO entries (account, n, kind, points, at, day, event, opens_on, expires_on, rule, origin, seal)
SELECT l.account, a.n + ROW_NUMBER() OVER (PARTITION BY l.account ORDER BY l.expires_on, l.opens_on, l.n), 'expiry',
       -l.remaining, (l.expires_on + 1) * 86400, l.expires_on + 1, NULL, NULL, NULL, NULL, 0, 0
FROM open_lots l JOIN accounts a ON a.id = l.account WHERE a.next_due_on <= :day AND l.expires_on < :day
"""
_BARE_LOTS = """
DELETE FROM open_lots WHERE expires_on < :day AND account IN (SELECT id FROM accounts WHERE next_due_on <= :day)
"""


def expire_part(files: Files, given: argparse.Namespace) -> None:
    """All that is due on the large file, bare (and undone again) and by ``expire``; then again, when nothing is."""
    shop, small = Shop(files.large, now=NOW), Shop(files.small, now=NOW)
    bare, lots = expire_bare(files.large)
    booked: list[expire.Settled] = []
    seconds = timed(lambda: booked.append(expire.run_due(shop)))
    print(
        f"{booked[0].lots:,} lots of {booked[0].accounts:,} accounts due, {booked[0].tier_looks:,} tiers looked at:"
        f" {seconds / max(booked[0].lots, 1) * 1e6:.0f} us CPU a lot, bare {bare / max(lots, 1) * 1e6:.1f}"
    )
    each = [seconds / max(booked[0].lots, 1) / (bare / max(lots, 1))]
    print_figure("expire: a due lot / the bare two statements", each, GOALS["due lot"])
    expire.run_due(small)
    for path in (files.large, files.small):  # what stands in a log is read at every opening, 1 to 4 ms a MB
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    card = in_store_number(1)
    spent: dict[str, list[float]] = {"large": [], "small": [], "look": []}
    for _ in range(given.processes):
        for name, act in (
            ("look", lambda: look(shop, card)),
            ("large", lambda: expire.run_due(shop)),
            ("small", lambda: expire.run_due(small)),
        ):
            spent[name].append(timed(act))
    print_figure("expire: nothing due, large / small file", ratios(spent["large"], spent["small"]), GOALS["lookup"])
    print_figure("expire: nothing due / a look-up of one card", ratios(spent["large"], spent["look"]))


def expire_bare(database: Path) -> tuple[float, int]:
    """CPU seconds of the two statements in a transaction that is undone again, and how many lots they took."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        day = {"day": NOW // 86_400}
        connection.execute("BEGIN IMMEDIATE")
        took: list[int] = []
        seconds = timed(
            lambda: took.extend(connection.execute(sql, day).rowcount for sql in (_BARE_ENTRIES, _BARE_LOTS))
        )
        connection.execute("ROLLBACK")
    return seconds, took[1]


def lots(files: Files, given: argparse.Namespace) -> None:
    """A card of many lots beside one of few, in a file of their own."""
    compare_lots(files.folder / "lots.db", given.lots, given.processes)


PARTS: dict[str, Callable[[Files, argparse.Namespace], None]] = {
    "batch": batch,
    "lock": lock,
    "memory": memory,
    "lookup": lookup_part,
    "expire": expire_part,
    "lots": lots,
}


def main(given: argparse.Namespace) -> None:
    """Run the parts that are asked for and print everything; see the module."""
    print(machine())
    with tempfile.TemporaryDirectory(dir=given.database.parent if given.database else None) as folder:
        files = Files(Path(folder), given.database, given.entries, given.booked)
        sizes = " and ".join(f"{size:,}" for size in reversed(files.sizes.values()))
        print(f"files of {sizes} entries")
        for name in given.parts or PARTS:
            PARTS[name](files, given)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=", ".join(PARTS))
    options.add_argument("--database", type=Path, metavar="FILE", help="the large file; none: one is made")
    for name, default, what in (
        ("entries", 100_000, "entries of the large file that is made"),
        ("booked", 10_000, "receipts that the engine books of it, before they are copied"),
        ("batch", 1_000, "receipts of a batch"),
        ("live", 5_000, "receipts of the import whose lock is watched"),
        ("few", 2_000, "receipts of the import with little memory"),
        ("many", 20_000, "receipts of the import with much"),
        ("cards", 50, "cards that are looked up"),
        ("lots", 10_000, "lots of the card that has many"),
        ("processes", 9, "rounds of whole processes"),
        ("repeat", 5, "rounds of everything else"),
    ):
        options.add_argument(f"--{name}", type=int, default=default, metavar="N", help=f"{what} [{default:,}]")
    main(options.parse_args())
