"""The benchmarks still run: they are started by hand, and would rot unseen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.big_file import write_big_file
from bench.rounds import NOW
from bonuscli.services import redeem
from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from tests.conftest import ROOT

pytestmark = pytest.mark.slow


def printed(name: str, *options: str) -> str:
    """What a benchmark prints, a process of its own that must succeed and complain of nothing."""
    command = [sys.executable, str(ROOT / "bench" / name), *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_import_benchmark_prints_its_ratios() -> None:
    """A small round imports without a reject, verifies clean and prints the ratios of both kinds of import."""
    told = printed("import.py", "--receipts", "150", "--repeat", "1")
    assert "verify is clean" in told
    for act in ("first load", "live import"):
        assert f"\n(a) {act} / bare: " in told
        assert f"\n(b) {act} / yardstick: " in told
    assert "\nsecond / first import: " in told


def test_the_rules_benchmark_prints_its_ratios() -> None:
    """A small round books and imports the same receipts under 5 and under 30 rules."""
    told = printed("rules.py", "--receipts", "100", "--repeat", "1")
    for ratio in ("booking 30 / 5 rules: ", "import 30 / 5 rules: "):
        assert f"\n{ratio}" in told


def test_the_loop_benchmark_prints_its_ratio() -> None:
    """A small round commits the same rows by ``accrue --stdin`` and bare."""
    told = printed("loop.py", "--receipts", "50", "--repeat", "1")
    assert "the same rows in both" in told
    assert "accrue --stdin / bare commits: " in told


def test_the_tills_benchmark_prints_its_waits() -> None:
    """A second of tills, readers and an import on one file fails for nobody."""
    told = printed("tills.py", "--seconds", "1", "--import")
    assert told.count("failed 0\n") == 5
    assert "\ntills / bare, p99: " in told


def test_the_big_file_is_sound(tmp_path: Path) -> None:
    """Accounts that were copied prove sound, like those that were booked, and can be used."""
    path = tmp_path / "big.db"
    entries = write_big_file(path, 1500, receipts=400)
    shop = Shop(path, now=NOW)
    proof = verify(shop)
    assert (proof.entries, proof.findings) == (entries, [])
    assert entries >= 1500
    with shop.reading(scoring=False) as session:
        last = session.connection.execute("SELECT MAX(number) FROM cards").fetchone()[0]
    redeem.adjust(shop, last, 100, "a test")
    redeem.redeem(shop, last, 100)
    accrue(shop, last, receipt_of_total(10_00, "R1", None, None))
    assert verify(shop).findings == []


def test_the_start_up_benchmark_prints_its_ratios(tmp_path: Path) -> None:
    """One round compares the four plain forms with a bare Python, here in what stands for an environment."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (folder / "bonuscli").write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m bonuscli "$@"\n')
    for script in folder.iterdir():
        script.chmod(0o755)
    told = printed("startup.py", "--rounds", "1", "--venv", str(tmp_path))
    for name in ("balance", "quote", "accrue", "redeem", "balance by Typer"):
        assert f"\n{name} / bare: " in told


def test_the_scale_benchmark_prints_its_ratios() -> None:
    """All its parts run on a file of 1,500 entries, and each prints the figures that have a goal."""
    sizes = "--entries 1500 --booked 300 --batch 60 --live 300 --few 60 --many 120 --cards 3 --lots 30"
    told = printed("scale.py", *sizes.split(), "--processes", "1", "--repeat", "1")
    for figure in (
        "batch: into the large file / a new one",
        "lock: a live batch as a rule, ms of CPU",
        "memory: of 120 receipts beyond that of 60, MiB",
        "lookup: balance, large / small file, a process",
        "lookup: redeem, large / small file, a process",
        "expire: a due lot / the bare two statements",
        "expire: nothing due, large / small file",
        "lots: redeem, 30 / 10 lots, a process",
    ):
        assert f"\n{figure}: " in told


def test_the_proof_benchmark_prints_its_ratios() -> None:
    """Beancount, where it is installed, books the lots of a small ledger to the same points on each card."""
    pytest.importorskip("beancount")
    told = printed("proof.py", "--entries", "600", "--booked", "300")
    assert "\nproof: verify / Beancount, FIFO: " in told
    assert "\nproof: verify --ledger / Beancount, FIFO: " in told


def test_all_figures_come_into_one_table(tmp_path: Path) -> None:
    """The table takes its place in a document, a row for each figure with its goal."""
    document = tmp_path / "figures.md"
    document.write_text("Before.\n\n<!-- ratios -->\nold\n<!-- end of ratios -->\n\nAfter.\n")
    printed("all.py", "--only", "rules", "--out", str(document))
    text = document.read_text()
    assert text.startswith("Before.\n\n<!-- ratios -->\n`python bench/all.py`")
    assert text.endswith("<!-- end of ratios -->\n\nAfter.\n")
    for figure in ("booking 30 / 5 rules", "import 30 / 5 rules"):
        assert f"\n| {figure} | 1,000 receipts, 5 to 30 rules | " in text
    assert "old" not in text


def test_the_report_benchmark_prints_its_ratios() -> None:
    """Every report runs on a small file, some beside a statement, and the figures over many receipts and over few."""
    sizes = "--entries 600 --small 300 --large 900 --repeat 1"
    told = printed("reports.py", *sizes.split())
    for figure in ("report categories, s", "report rules / one statement", "report kpi by month, s"):
        assert f"\n{figure}: " in told
    assert "\nkpi, 900 / 300 receipts, a process: " in told
