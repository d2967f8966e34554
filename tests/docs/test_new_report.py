"""The developer guide's new report: a file and a line, put into a copy of the package, do what the page shows."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import bonuscli
from tests.cli.little_program import LITTLE

pytestmark = pytest.mark.slow
PACKAGE = Path(bonuscli.__file__).parent
HEADING = "## A new report, from the question to the workbook"
NOW = "2026-03-10 12:00"
PROGRAM = LITTLE.replace("one: bean, other: beans", "one: point, other: points")
STORY = (
    ("2026-01-01 09:00", "init", "--program", "cafe.yaml"),
    ("2026-01-02 09:00", "enroll", "100", "--name", "Anna"),
    ("2026-01-02 09:00", "enroll", "200", "--name", "Ben"),
    ("2026-01-02 09:00", "enroll", "300", "--name", "Cleo"),
    ("2026-01-09 12:00", "accrue", "100", "--total", "20.00", "--receipt-id", "R1"),
    ("2026-01-10 12:00", "accrue", "200", "--total", "20.00", "--receipt-id", "R2"),
)
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def section(root: Path) -> str:
    """The section of the page."""
    page = (root / "docs" / "contributing.md").read_text(encoding="utf-8")
    return page[page.index(HEADING) :].partition("\n## Habits")[0]


def blocks(section: str, language: str) -> list[str]:
    """The pieces of code of a language, in their order."""
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


@pytest.fixture(scope="module")
def run(section: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """``run(NOW, "report", "away")``: bonuscli with the new report, in the folder of the page's shop."""
    copy, folder = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("shop")
    shutil.copytree(PACKAGE, copy / "bonuscli", ignore=shutil.ignore_patterns("__pycache__"))
    if not (copy / "bonuscli" / "programs").exists():
        shutil.copytree(PACKAGE.parent / "programs", copy / "programs")
    module, line = blocks(section, "python")
    (copy / "bonuscli" / "reports" / "away.py").write_text(module, encoding="utf-8")
    registry = copy / "bonuscli" / "reports" / "__init__.py"
    text = registry.read_text(encoding="utf-8")
    assert text.endswith("\n}\n")
    registry.write_text(text.removesuffix("}\n") + line + "}\n", encoding="utf-8")
    (folder / "cafe.yaml").write_text(PROGRAM, encoding="utf-8")

    def run_bonuscli(now: str, *words: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "PYTHONPATH": str(copy), "BONUSCLI_NOW": now, "BONUSCLI_DB": "cafe.db"}
        command = [sys.executable, "-m", "bonuscli", *words]
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False
        )

    for now, *words in STORY:
        assert run_bonuscli(now, *words).returncode == 0
    return run_bonuscli


def test_the_page_shows_what_it_prints(section: str, run: Run) -> None:
    """Each command of the page, with the output below it, to the letter; JSON has the same figures."""
    (transcript,) = blocks(section, "console")
    shown = re.findall(r"^\$ bonuscli (.*)\n((?:(?!\$ ).*\n)*)", transcript, re.MULTILINE)
    assert len(shown) == 3
    for line, expected in shown:
        told = run(NOW, *line.split())
        assert (told.returncode, told.stdout + told.stderr) == (0, expected), line
    told = json.loads(run(NOW, "report", "away", "--limit", "1", "--days", "59", "--json").stdout)
    assert (told["today"], [row["days"] for row in told["rows"]]) == ("2026-03-10", [60])


def test_the_line_makes_the_command(run: Run) -> None:
    """It is listed, its help is the file's docstring, and an option that it does not take is refused."""
    assert "Whom to win back: who has not bought for so many days" in run(NOW, "report", "list").stdout
    told = " ".join(run(NOW, "report", "away", "--help").stdout.split())
    assert "Worked number: on 10 March, with --days 60" in told
    refused = run(NOW, "report", "away", "--shop", "main")
    assert (refused.returncode, refused.stdout) == (2, "")


def test_the_workbook_has_the_rows(run: Run, tmp_path: Path) -> None:
    """``--out`` writes what the table shows, as numbers and days."""
    assert run(NOW, "report", "away", "--days", "60", "--pii", "--out", str(tmp_path / "a.xlsx")).returncode == 0
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True))
    assert rows[0] == ("Member", "Card", "Name", "Last purchase", "Days")
    assert (rows[1][0], rows[1][1], rows[1][2], rows[1][4]) == (1, "100", "Anna", 60)


def test_it_keeps_the_rules_of_the_house(section: str, tmp_path: Path) -> None:
    """The file is formatted and clean, as every other."""
    (tmp_path / "away.py").write_text(blocks(section, "python")[0], encoding="utf-8")
    for check in (["check"], ["format", "--check"]):
        config = PACKAGE.parent / "pyproject.toml"
        words = [sys.executable, "-m", "ruff", *check, "--config", str(config), str(tmp_path / "away.py")]
        assert subprocess.run(words, capture_output=True, timeout=60, check=False).returncode == 0
