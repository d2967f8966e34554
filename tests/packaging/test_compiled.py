"""Compiled modules: asked for by ``BONUSCLI_COMPILE=1``, they store what plain Python stores."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import hatch_build
from tests.conftest import ROOT

asked_for = pytest.mark.skipif(
    not os.environ.get(hatch_build.ASKED_BY),
    reason="nothing is compiled: BONUSCLI_COMPILE=1 asks for it (a C compiler, mypy and setuptools; a minute)",
)
# A year of receipts with redemptions and returns goes into the ledger, and all of it comes out again.
STORY = """
import sys
from pathlib import Path
sys.path.append(sys.argv[1])
from bench.receipts import generate
from bench.rounds import NOW, PROGRAM, import_receipts, new_database
from bonuscli.engine import fold
from bonuscli.program.load import load
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from bonuscli.store.dump import dump
folder = Path(sys.argv[2])
generate(folder / "receipts.csv", 600)
database = new_database(folder / "bonus.db", load(PROGRAM))
import_receipts(database, folder / "receipts.csv")
assert not verify(Shop(database, now=NOW)).findings
print(Path(fold.__file__).suffix)
with Shop(database, now=NOW).reading() as session:
    for line in dump(session.connection, True):
        print(line)
"""


def told_by(package: Path, folder: Path) -> list[str]:
    """How the fold is made, and the dump after the story, with the package that stands in a folder."""
    folder.mkdir()
    command = [sys.executable, "-P", "-c", STORY, str(ROOT), str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(package), "PYTHONUTF8": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_what_is_compiled_is_there() -> None:
    """Each module that is to be compiled stands in the checkout, in a form of which nothing is unreachable."""
    for room, names in hatch_build.COMPILED.items():
        for name in names.split():
            text = (ROOT / "bonuscli" / room / f"{name}.py").read_text("utf-8")
            assert "\nelse:\n" not in hatch_build.with_later_modules(text), f"{room}/{name}"


@asked_for
@pytest.mark.slow
def test_compiled_modules_store_the_same(tmp_path: Path) -> None:
    """A wheel with compiled modules holds their source too, and leaves the ledger that plain Python leaves."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-cache-dir"]
    options = ["--no-index", "--no-deps"]
    wheel = [*pip, "wheel", *options, "--no-build-isolation", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(wheel, env={**os.environ, hatch_build.ASKED_BY: "1"}, check=True, capture_output=True)
    (built,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(built).namelist()
    assert "none-any" not in built.name
    for room, modules in hatch_build.COMPILED.items():
        for module in modules.split():
            beside = [name for name in names if name.startswith(str(Path("bonuscli", room, f"{module}.")))]
            assert sorted({Path(name).suffix for name in beside}) == [".py", ".so"]
    installed = tmp_path / "installed"
    subprocess.run([*pip, "install", *options, "--target", str(installed), str(built)], check=True, capture_output=True)
    compiled, plain = told_by(installed, tmp_path / "compiled"), told_by(ROOT, tmp_path / "plain")
    assert (compiled[0], plain[0]) == (".so", ".py")
    assert compiled[1:] == plain[1:]
