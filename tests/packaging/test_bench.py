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


def test_the_start_up_benchmark_prints_its_ratio() -> None:
    """One round compares ``balance`` with a small Typer program."""
    command = [sys.executable, str(ROOT / "bench" / "startup.py"), "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert "balance / hello: " in done.stdout
