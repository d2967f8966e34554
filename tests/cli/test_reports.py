"""Reports as commands: the options of each and no others, files of every format, and nobody's card shown unasked."""

import csv
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import openpyxl
import pytest

from bonuscli.cli.run import run as run_line
from bonuscli.reports import REPORTS

ALL_OPTIONS = {option for report in REPORTS.values() for option in report.options}
PROMO = {"promo-effect": ("--promo", "advent"), "portrait": ("--segment", "buyers")}
SHOP = """
version: 1
id: cafe
currency: EUR
timezone: UTC
valid: {from: 2026-01-01}
points: {name: {one: bean, other: beans}, value: "1.00", lasts: {for: 20d, from: accrual}}
earn: {rules: [{id: advent, kind: percent, rate: 10%}]}
segments: {buyers: {receipts: {from: 1}}}
redeem: {}
"""
CARD, PHONE, NAME = "2000000000017", "+436641234567", "Anna Marie"


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One member who bought, and spent points."""
    folder = tmp_path_factory.mktemp("cafe")
    (folder / "shop.yaml").write_text(SHOP)
    database = ("--db", str(folder / "cafe.db"), "--quiet")
    for words in (
        ("init", "--program", str(folder / "shop.yaml")),
        ("enroll", CARD, "--phone", PHONE, "--name", NAME, "--actor", "olga"),
        ("accrue", CARD, "--total", "500.00", "--receipt-id", "R1"),
        ("redeem", CARD, "20"),
    ):
        assert run_line([*words, *database]) == 0
    return folder / "cafe.db"


@pytest.fixture
def run(database: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("report", "rules")``: exit status, standard output, standard error."""

    def run_words(*words: str) -> tuple[int, str, str]:
        monkeypatch.setenv("BONUSCLI_DB", str(database))
        status = run_line(list(words))
        told = capsys.readouterr()
        return status, told.out, told.err

    return run_words


@pytest.mark.parametrize("name", REPORTS)
def test_an_option_that_makes_no_sense_is_refused(run: Run, name: str) -> None:
    """Whatever another report takes and this one does not is an unknown option, exit 2."""
    for option in sorted(ALL_OPTIONS - REPORTS[name].options.keys()):
        assert run("report", name, *PROMO.get(name, ()), f"--{option}", "1")[0] == 2, option


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("output", ["table", "json", "jsonl", "csv", "github"])
def test_every_output_format(run: Run, name: str, output: str) -> None:
    """Each report answers in every format, as a whole and by each of its groups."""
    for group in (None, *(REPORTS[name].options.get("by") or ())):
        by = () if group is None else ("--by", group)
        status, out, err = run("report", name, *PROMO.get(name, ()), *by, "-o", output)
        assert (status, err) == (0, "")
        assert out or output == "jsonl"  # nothing found is no line


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("ending", ["csv", "jsonl", "xlsx", "parquet"])
def test_every_file_format(run: Run, tmp_path: Path, name: str, ending: str) -> None:
    """A file's name says what it is; a second file of the name is refused unless it is told to give way."""
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    target = tmp_path / f"{name}.{ending}"
    words = ("report", name, *PROMO.get(name, ()), "--out", str(target))
    assert run(*words)[:2] == (0, "")
    assert target.exists()
    assert run(*words)[0] == 5
    assert run(*words, "--force")[0] == 0


def test_a_workbook_is_for_people(run: Run, tmp_path: Path) -> None:
    """It has headings with units, numbers as numbers, and what holds for the whole report below the rows."""
    run("report", "balances", "--out", str(tmp_path / "b.xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx").active
    cells = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert cells[0][:3] == ["Tier", "Members", "Can spend"]
    assert "Worth, EUR" in cells[0]
    assert cells[1][:4] == ["(all)", 1, 1, 30]
    assert any(str(row[0]).startswith("today: ") for row in cells[2:] if row)


def test_averages_stand_in_a_parquet_file(run: Run, tmp_path: Path) -> None:
    """A ratio of points or money is rounded to the smallest unit of its column: 30 points of one member are 30."""
    parquet = pytest.importorskip("pyarrow.parquet")
    run("report", "balances", "--out", str(tmp_path / "b.parquet"))
    whole = parquet.read_table(tmp_path / "b.parquet").to_pylist()[0]
    assert (whole["tier"], whole["average_available"], str(whole["worth"])) == (None, 30, "30.00")


@pytest.mark.parametrize("name", [name for name, report in REPORTS.items() if report.personal])
def test_nobody_is_named_unasked(run: Run, tmp_path: Path, name: str) -> None:
    """Cards and phones are masked and names left out, on the screen and in files, unless --pii asks for them."""

    def told(*more: str) -> str:
        text = ""
        for group in (None, *(REPORTS[name].options.get("by") or ())):
            by = () if group is None else ("--by", group)
            target = tmp_path / f"{name}{len(more)}{group}.csv"
            text += run("report", name, *PROMO.get(name, ()), *by, *more, "--csv")[1]
            run("report", name, *PROMO.get(name, ()), *by, *more, "--out", str(target))
            text += target.read_text()
        return text

    masked = told()
    assert CARD not in masked
    assert PHONE not in masked
    assert NAME not in masked


def test_pii_shows_the_whole(run: Run) -> None:
    """With --pii a member's number and name are there to write to."""
    (row,) = csv.DictReader(run("report", "expiring", "--by", "member", "--pii", "--csv")[1].splitlines())
    assert (row["card"], row["phone"].lstrip("'"), row["name"]) == (CARD, PHONE, NAME)


def test_the_list_explains_each_in_a_sentence(run: Run) -> None:
    """Every report has its line, and the figures their own command."""
    rows = list(csv.DictReader(run("report", "list", "--csv")[1].splitlines()))
    assert [row["report"] for row in rows] == ["kpi", *REPORTS]
    assert all(row["about"] and row["command"].startswith("bonuscli ") for row in rows)


@pytest.mark.parametrize("name", REPORTS)
def test_help_is_the_definition(run: Run, name: str) -> None:
    """The help of a report is what stands at the head of its file, with a worked number, and its own options."""
    status, out, _ = run("report", name, "--help")
    told = " ".join(out.split())
    defined = import_module(REPORTS[name].target.partition(":")[0]).__doc__ or ""
    assert status == 0
    assert " ".join(defined.split()) in told
    assert "Worked number: " in told
    assert all(f"--{option}" in told for option in (*REPORTS[name].options, "out", "format"))
