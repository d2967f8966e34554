"""What every test stands on: a folder of its own, a clean environment and a way to run the program as a process."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no failure, and CI judges a commit by the same examples each time; by hand they are new ones.
settings.register_profile("bonuscli", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("bonuscli")

ROOT = Path(__file__).resolve().parent.parent

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test runs in an empty folder, without the caller's settings, so that none depends on them."""
    for name in list(os.environ):
        if name.startswith("BONUSCLI_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture
def run() -> Run:
    """``run("balance", "100", env={...}, input="...")``: bonuscli as a process in the current folder."""

    def run_bonuscli(
        *args: str, env: dict[str, str] | None = None, **options: object
    ) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "100", **(env or {})}
        command = [sys.executable, "-m", "bonuscli", *args]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, check=False, **options
        )

    return run_bonuscli
