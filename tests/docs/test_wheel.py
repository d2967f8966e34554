"""What is installed: the wheel has all that the program needs, and works without the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bonuscli import __version__
from bonuscli.shipped import shipped, shipped_names
from tests.conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds nothing but the unpacked wheel."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_installed(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """bonuscli from the unpacked wheel, in the current folder."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "BONUSCLI_NOW": "2026-12-01 12:00"}
    command = [sys.executable, "-m", "bonuscli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)


def test_everything_is_in_the_wheel(wheel: Path) -> None:
    """Programs, receipts, help topics, licence and type marker ship; tests do not."""
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {f"bonuscli/{p.relative_to(ROOT).as_posix()}" for p in (ROOT / "programs").rglob("*") if p.is_file()}
    expected |= {p.relative_to(ROOT).as_posix() for p in (ROOT / "bonuscli").rglob("*.txt")}
    expected |= {p.relative_to(ROOT).as_posix() for p in (ROOT / "bonuscli").rglob("*.yaml")}
    assert expected <= names
    assert "bonuscli/py.typed" in names
    assert any(name.endswith("LICENSE") for name in names)
    assert not any(name.startswith(("tests", "bench")) for name in names)


def test_the_installed_program_finds_its_files(installed: Path) -> None:
    """Away from the checkout ``shipped`` finds the same files inside the package."""
    code = "from bonuscli.shipped import *; print(shipped('programs', shipped_names('programs')[0]))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    first = shipped("programs", shipped_names("programs")[0])
    assert Path(done.stdout.strip()) == installed / "bonuscli" / "programs" / first.name


def test_the_installed_program_runs(installed: Path) -> None:
    """The installed program tells its version, makes a database from a template, and shows its demo."""
    assert run_installed(installed, "--version").stdout == f"bonuscli {__version__}\n"
    for words in (["init", "--template", "corner-shop"], ["balance", "--help"], ["help", "cron"], ["demo"]):
        done = run_installed(installed, *words)
        assert done.returncode == 0, done.stderr
        assert done.stdout
