"""The wheel as a stranger gets it: built by pip, installed into an empty folder, run far from the checkout.

No network is needed: the build backend is part of the test extra, and the libraries that bonuscli stands on are those
of the interpreter that runs the tests.
"""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from bonuscli import __version__
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

# Builds and installs from what is here: no index, no isolated environment, no cache that could hide a missing file.
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-cache-dir"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([*PIP, "wheel", *options, str(ROOT)], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what pip makes of the wheel, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    options = ["--no-index", "--no-deps", "--target", str(folder)]
    subprocess.run([*PIP, "install", *options, str(wheel)], check=True, capture_output=True)
    return folder


def run_installed(folder: Path, *words: str, code: str | None = None) -> "subprocess.CompletedProcess[str]":
    """The installed program, or Python code beside it, in the current folder."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONUTF8": "1", "BONUSCLI_NOW": "2026-12-01 12:00"}
    what = ["-m", "bonuscli", *words] if code is None else ["-c", code]
    # Without -P Python puts the current folder first, where a checkout might be.
    command = [sys.executable, "-P", *what]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)


def test_everything_is_in_the_wheel(wheel: Path) -> None:
    """Programs, receipts, the JSON Schema, profiles, help topics, licence and type marker ship; tests do not."""
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = {f"bonuscli/{path.relative_to(ROOT)}" for path in (ROOT / "programs").rglob("*") if path.is_file()}
    package = (ROOT / "bonuscli").rglob("*")
    inside = {
        str(path.relative_to(ROOT)) for path in package if path.suffix in (".py", ".txt", ".yaml", ".json", ".mo")
    }
    assert shipped | inside <= names
    for needed in ("programs/corner-shop.yaml", "programs/receipts/demo.csv", "program/schema.json"):
        assert f"bonuscli/{needed}" in names
    assert "bonuscli/py.typed" in names
    assert any(name.endswith("LICENSE") for name in names)
    assert not any(name.startswith(("tests", "bench", "programs")) for name in names)


def test_the_installed_program_does_not_look_into_the_checkout(installed: Path) -> None:
    """Package and shipped files come from where the wheel was installed."""
    code = "import bonuscli.shipped as s; print(s.__file__); print(s.shipped('receipts', 'demo.csv'))"
    done = run_installed(installed, code=code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        str(installed / "bonuscli" / "shipped.py"),
        str(installed / "bonuscli" / "programs" / "receipts" / "demo.csv"),
    ]


def test_the_installed_program_makes_a_database(installed: Path) -> None:
    """In an empty folder ``init --template`` makes a database that the next commands use."""
    assert run_installed(installed, "--version").stdout == f"bonuscli {__version__}\n"
    for words in (["init", "--template", "corner-shop"], ["enroll", "2000000000017"], ["balance", "2000000000017"]):
        done = run_installed(installed, *words)
        assert (done.returncode, done.stderr) == (0, ""), words
    assert "200" in done.stdout


def test_the_installed_program_shows_its_demo(installed: Path) -> None:
    """``demo`` runs to its end and leaves nothing in the current folder."""
    before = sorted(Path.cwd().iterdir())
    done = run_installed(installed, "demo")
    assert (done.returncode, done.stderr) == (0, "")
    assert "bonuscli import" in done.stdout
    assert "bonuscli kpi" in done.stdout
    assert sorted(Path.cwd().iterdir()) == before


def test_the_console_script_is_there(installed: Path) -> None:
    """The wheel brings the command ``bonuscli``."""
    assert os.access(installed / "bin" / "bonuscli", os.X_OK)


def test_the_command_is_ours(wheel: Path, tmp_path: Path) -> None:
    """Installed, ``bonuscli`` runs, and loads nothing before it is asked, whichever pip there is."""
    options = ["--no-index", "--no-deps", "--ignore-installed", "--prefix", str(tmp_path)]
    subprocess.run([*PIP, "install", *options, str(wheel)], check=True, capture_output=True)
    command = tmp_path / "bin" / "bonuscli"
    assert [line for line in command.read_text().splitlines() if "import" in line] == [
        "from bonuscli.__main__ import main"
    ]
    folder = sysconfig.get_path("purelib", "posix_prefix", {"base": str(tmp_path)})
    environment = {**os.environ, "PYTHONPATH": folder}
    done = subprocess.run([str(command), "--version"], env=environment, capture_output=True, text=True, check=True)
    assert __version__ in done.stdout
