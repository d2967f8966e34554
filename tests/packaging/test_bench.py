"""The benchmarks still run: they are started by hand, and would rot unseen."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


def test_the_import_benchmark_prints_its_ratios() -> None:
    """A small round imports without a reject, verifies clean and prints the three ratios."""
    command = [sys.executable, str(ROOT / "bench" / "import.py"), "--receipts", "150", "--repeat", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert "verify is clean" in done.stdout
    for ratio in ("(a) import / bare", "(b) import / yardstick", "second / first import"):
        assert f"\n{ratio}" in done.stdout


def test_the_rules_benchmark_prints_its_ratios() -> None:
    """A small round books and imports the same receipts under 5 and under 30 rules."""
    command = [sys.executable, str(ROOT / "bench" / "rules.py"), "--receipts", "100", "--repeat", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    for ratio in ("booking 30 / 5 rules: ", "import 30 / 5 rules: "):
        assert f"\n{ratio}" in done.stdout


def test_the_loop_benchmark_prints_its_ratio() -> None:
    """A small round commits the same rows by ``accrue --stdin`` and bare."""
    command = [sys.executable, str(ROOT / "bench" / "loop.py"), "--receipts", "50", "--repeat", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert "the same rows in both" in done.stdout
    assert "accrue --stdin / bare commits: " in done.stdout


def test_the_tills_benchmark_prints_its_waits() -> None:
    """A second of tills, readers and an import on one file fails for nobody."""
    command = [sys.executable, str(ROOT / "bench" / "tills.py"), "--seconds", "1", "--import"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("failed 0\n") == 5
    assert "tills / bare: p99 " in done.stdout


def test_the_start_up_benchmark_prints_its_ratio() -> None:
    """One round compares ``balance`` with a small Typer program."""
    command = [sys.executable, str(ROOT / "bench" / "startup.py"), "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert "balance / hello: " in done.stdout
    assert "accrue / hello: " in done.stdout
