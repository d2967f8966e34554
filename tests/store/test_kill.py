"""Killed imports: whatever moment the process dies at, running the import again gives the undisturbed ledger."""

import csv
import gzip
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ledger.tills import REAL, ROOT, assert_proven, dump, open_shop, send

NOW = "2011-03-01 12:00"
GIFT_SHOP = ROOT / "programs" / "gift-shop.yaml"
RECEIPTS = 1_000
KILLS = 20

IMPORT = """
import sys
from pathlib import Path
from tests.ledger.tills import UTC, send
from bonuscli.services.shop import Shop

send(Shop(Path(sys.argv[1]), now=UTC.parse_instant(sys.argv[3])), Path(sys.argv[2]), "online-retail")
"""


def cut(folder: Path) -> Path:
    """The first thousand receipts of the real file."""
    text = gzip.decompress(REAL.read_bytes()).decode()
    lines = text.splitlines(keepends=True)
    numbers: set[str] = set()
    for count, row in enumerate(csv.reader(io.StringIO(text))):
        numbers.add(row[0])
        if len(numbers) > RECEIPTS + 1:
            break
    path = folder / "receipts.csv"
    path.write_text("".join(lines[:count]), encoding="utf-8")
    return path


def start_import(database: Path, path: Path) -> "subprocess.Popen[bytes]":
    """An import as a process of its own, under the fixed clock."""
    command = [sys.executable, "-c", IMPORT, str(database), str(path), NOW]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})


@pytest.mark.slow
def test_an_import_killed_at_random_moments_ends_like_an_undisturbed_one(tmp_path: Path) -> None:
    """SIGKILL at twenty moments from the first millisecond to the last; the resumed dump is the undisturbed one."""
    path = cut(tmp_path)
    empty = open_shop(tmp_path / "empty.db", NOW, GIFT_SHOP)
    whole = tmp_path / "whole.db"
    shutil.copy(empty.path, whole)
    began = time.monotonic()
    assert start_import(whole, path).wait(timeout=60) == 0
    seconds = time.monotonic() - began
    undisturbed = dump(type(empty)(whole, now=0))
    assert sum(line.startswith("receipt\t") for line in undisturbed) + sum(
        "\treceipt\t" in line for line in undisturbed
    ) > RECEIPTS / 2

    moments = random.Random(20_101_201)
    database = tmp_path / "killed.db"
    killed = interrupted = 0
    for place in range(KILLS):
        if place % 5 == 0:
            shutil.rmtree(tmp_path / "old", ignore_errors=True)
            for left in tmp_path.glob("killed.db*"):
                left.unlink()
            shutil.copy(empty.path, database)
        process = start_import(database, path)
        time.sleep(moments.uniform(seconds * 0.3, seconds * 0.95))
        process.send_signal(signal.SIGKILL)
        killed += process.wait(timeout=60) == -signal.SIGKILL
        lines = dump(type(empty)(database, now=0))
        interrupted += len(undisturbed) > len(lines) > 50
        if place % 5 == 4:
            assert start_import(database, path).wait(timeout=60) == 0
            shop = type(empty)(database, now=0)
            assert dump(shop) == undisturbed
            assert_proven(shop)
    assert killed > KILLS / 2
    assert interrupted, "no kill met the import at work"
