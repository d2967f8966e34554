"""Killed imports: whatever moment the process dies at, running the import again gives the undisturbed ledger."""

import csv
import gzip
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bonuscli.services.shop import Shop
from tests.ledger.tills import REAL, ROOT, assert_proven, dump, open_shop

NOW = "2011-03-01 12:00"
GIFT_SHOP = ROOT / "programs" / "gift-shop.yaml"
RECEIPTS = 1_000
KILLS = 20
KILLS_EACH = 4  # of one database, before its import is let through
# Receipts a transaction of a first load: all thousand at once, so that there is nothing or everything; or a few.
BATCHES = (10_000, 100)

IMPORT = """
import sys
from pathlib import Path
from tests.ledger.tills import UTC, send
from bonuscli.services import ingest
from bonuscli.services.shop import Shop

ingest._UNHURRIED_BATCH = int(sys.argv[4])
send(Shop(Path(sys.argv[1]), now=UTC.parse_instant(sys.argv[3])), Path(sys.argv[2]), "online-retail")
"""


def cut(folder: Path) -> Path:
    """The first thousand receipts of the real file, whole."""
    path = folder / "receipts.csv"
    with gzip.open(REAL, "rt", encoding="utf-8", newline="") as source, path.open("w", newline="") as target:
        rows, writer, numbers = csv.reader(source), csv.writer(target), set()
        writer.writerow(next(rows))
        for row in rows:
            numbers.add(row[0])
            if len(numbers) > RECEIPTS:
                break
            writer.writerow(row)
    return path


def start_import(database: Path, path: Path, batch: int) -> "subprocess.Popen[bytes]":
    """An import as a process of its own, under the fixed clock."""
    command = [sys.executable, "-c", IMPORT, str(database), str(path), NOW, str(batch)]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})


def events_in(database: Path) -> int:
    """How many events a database holds at this moment."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)
    try:
        (count,) = connection.execute("SELECT COUNT(*) FROM events").fetchone()
        return int(count)
    finally:
        connection.close()


@pytest.mark.slow
def test_an_import_killed_at_random_moments_ends_like_an_undisturbed_one(tmp_path: Path) -> None:
    """SIGKILL at twenty random moments, early and late; run again, the dump is the undisturbed one."""
    path = cut(tmp_path)
    empty, whole = tmp_path / "empty.db", tmp_path / "whole.db"
    nothing = dump(open_shop(empty, NOW, GIFT_SHOP))
    shutil.copy(empty, whole)
    begun = time.monotonic()
    assert start_import(whole, path, BATCHES[0]).wait(timeout=60) == 0
    takes = time.monotonic() - begun
    undisturbed = dump(Shop(whole))

    moments = random.Random(20_101_201)
    killed = at_work = 0
    for place in range(KILLS):
        turn = place // KILLS_EACH
        database, batch = tmp_path / f"killed-{turn}.db", BATCHES[turn % 2]
        if not database.exists():
            shutil.copy(empty, database)
        begun = time.monotonic()
        process = start_import(database, path, batch)
        # The imports that take turns on one file die one after another further on: when so many events are there, or
        # where all of them come at once after a part of the time that an import takes.
        part = (place % KILLS_EACH + moments.random()) / KILLS_EACH
        reached = events_in(whole) * part * 0.9
        while events_in(database) < reached and process.poll() is None:
            if batch == BATCHES[0] and time.monotonic() - begun > takes * part:
                break
            time.sleep(0.001)
        time.sleep(moments.uniform(0, 0.02))
        process.send_signal(signal.SIGKILL)
        killed += process.wait(timeout=60) == -signal.SIGKILL
        at_work += len(nothing) < len(dump(Shop(database))) < len(undisturbed)
        if place % KILLS_EACH == KILLS_EACH - 1:
            assert start_import(database, path, batch).wait(timeout=60) == 0
            assert dump(Shop(database)) == undisturbed
            assert_proven(Shop(database))
    assert killed > KILLS / 2
    assert at_work, "no kill met the import at work"
