"""The plain forms of a till's four commands: without Typer they do what they do with it, and load little."""

import inspect
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from bonuscli.cli import plain
from bonuscli.cli.app import load
from bonuscli.cli.commands import balance as balance_module
from bonuscli.cli.option_table import FORMS, SHARED
from bonuscli.cli.plain import plain_command
from bonuscli.cli.run import run
from bonuscli.services.database import dump_lines
from tests.conftest import ROOT

CARD = "2000000000017"
NOW = "2026-12-01 12:00"
RECEIPT = """{"id": "R9", "shop": "s1", "lines": [{"name": "Latte", "category": "coffee", "amount": "250.00"}]}"""
SETTINGS = 'output = "json"\nactor = "desk"\n'

PLAIN = [
    f"balance {CARD}",
    f"balance {CARD} --json",
    f"balance {CARD} -o csv --quiet",
    f"balance {CARD} --output=github",
    f"balance {CARD} --as-of 2026-11-30",
    f"balance {CARD} --as-of 2027-12-31 --json",
    f"balance {CARD} --in corner-shop --db bonus.db",
    f"balance {CARD} --in corner-ship",
    f"balance {CARD} --db nowhere.db --json",
    f"balance {CARD} --json --csv",
    f"balance {CARD} -o tabel",
    "balance 404 --json",
    "balance 4111111111111111",
    f"quote {CARD} --total 1250.00",
    f"quote {CARD} --total 1250.00 --redeem max --json",
    f"quote {CARD} --total 1250.00 --explain",
    f"quote {CARD} --receipt receipt.json --json",
    f"quote {CARD} --receipt receipt.json -o csv",
    f"quote {CARD} --receipt missing.json",
    "quote none --total 10",
    f"quote {CARD} --total 12,50",
    f"quote {CARD}",
    f"quote {CARD} --total 10 --code A1 --code B2 --as-of 2026-12-02",
    f"accrue {CARD} --total 1250.00",
    f"accrue {CARD} --total 1250.00 --receipt-id R7 --shop s1 --at 2026-11-30",
    f"accrue {CARD} --total 1250.00 --redeem 60 --json",
    f"accrue {CARD} --total 1250.00 -n --csv",
    f"accrue {CARD} --total=1250.00 --idempotency-key=K1 --actor=till-1 --wait 3",
    f"accrue --receipt receipt.json --json {CARD}",
    f"accrue {CARD} --receipt receipt.json --total 3",
    "accrue 404 --total 10",
    f"redeem {CARD} 60",
    f"redeem {CARD} 60 --receipt-id R7 --total 1250.00 --json",
    f"redeem {CARD} 5",
    f"redeem {CARD} 999999 --json",
    f"redeem {CARD} 60 --dry-run --quiet",
    f"redeem {CARD}",
    f"redeem {CARD} many",
]
# Mistakes, wishes for help and spellings that only Typer reads.
OTHER = [
    "balance",
    f"balance {CARD} {CARD}",
    f"balance {CARD} --help",
    f"balance {CARD} --jsn",
    f"balance {CARD} --dry-run",
    f"balance {CARD} -ojson",
    f"balance {CARD} -o",
    f"balance {CARD} --json=yes",
    f"balance {CARD} --in a --in b",
    f"balance -- {CARD}",
    f"balance {CARD} --db ./bonus.db",
    f"quote {CARD} --total -5",
    f"accrue {CARD} --total 1 --wait soon",
    f"accrue {CARD} --total 1 -nq",
    f"redeem {CARD} -60",
    f"lots {CARD}",
    "",
]
# What a plain form never loads, a bare interpreter without site-packages beneath it.
HEAVY = (
    *("typer", "rich", "typing", "dataclasses", "enum", "inspect", "json", "re", "hashlib", "zoneinfo", "pathlib"),
    *("importlib.metadata", "sqlite_utils", "yaml", "tabulate", "phonenumbers", "tomllib"),
    *("contextlib", "functools", "collections", "datetime", "copy", "weakref", "sqlite3"),
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with a database of one member who has points, and a receipt."""
    monkeypatch.setenv("BONUSCLI_NOW", NOW)
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for line in ("init --template corner-shop", f"enroll {CARD}", f"adjust {CARD} +500 --reason test"):
        assert run(line.split()) == 0
    (folder / "receipt.json").write_text(RECEIPT)
    capsys.readouterr()
    return folder


def outcome(
    shop: Path, argv: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str, list[str]]:
    """Status, stdout, stderr and the dump of the database after a command line on a copy of the shop."""
    copy = shop.parent / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(shop, copy)
    monkeypatch.chdir(copy)
    status = run(argv)
    written = capsys.readouterr()
    return status, written.out, written.err, list(dump_lines(copy / "bonus.db"))


@pytest.mark.parametrize("settings", ["", SETTINGS], ids=["", "settings"])
@pytest.mark.parametrize("line", PLAIN)
def test_a_plain_form_does_what_typer_would(
    line: str, settings: str, shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both ways give the same status, the same bytes on both streams and the same database."""
    if settings:
        (shop / "bonuscli.toml").write_text(settings)
    assert plain_command(line.split()) is not None
    by_itself = outcome(shop, line.split(), monkeypatch, capsys)
    monkeypatch.setattr(plain, "plain_command", lambda argv: None)
    monkeypatch.setattr(balance_module, "glance", lambda *_: None)
    assert by_itself == outcome(shop, line.split(), monkeypatch, capsys)


@pytest.mark.parametrize("line", OTHER)
def test_all_else_is_left_to_typer(line: str) -> None:
    """What is no plain form is not read here at all."""
    assert plain_command(line.split()) is None


@pytest.mark.parametrize(("name", "value"), [("BONUSCLI_DB", "other.db"), ("BONUSCLI_WAIT", "3")])
def test_variables_count_on_both_ways(
    name: str, value: str, shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A variable stands behind a flag and before the settings, with Typer and without."""
    (shop / "bonuscli.toml").write_text('db = "nowhere.db"\nwait = 5\n')
    for suffix in ("", "-wal"):
        shutil.copy(shop / f"bonus.db{suffix}", shop / f"other.db{suffix}")
    monkeypatch.setenv(name, value)
    argv = ["redeem", CARD, "60", *(("--db", "bonus.db") if name != "BONUSCLI_DB" else ())]
    assert plain_command(argv) is not None
    by_itself = outcome(shop, argv, monkeypatch, capsys)
    assert by_itself[0] == 0
    monkeypatch.setattr(plain, "plain_command", lambda argv: None)
    assert by_itself == outcome(shop, argv, monkeypatch, capsys)


@pytest.mark.parametrize(("name", "value"), [("BONUSCLI_DB", "./bonus.db"), ("BONUSCLI_WAIT", "soon")])
def test_a_variable_that_is_not_plain_is_left_to_typer(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in a variable is told by Typer, like one in a flag."""
    monkeypatch.setenv(name, value)
    assert plain_command(["accrue", CARD, "--total", "10"]) is None


@pytest.mark.parametrize("name", FORMS)
def test_the_table_is_the_command(name: str) -> None:
    """A command takes exactly the fields of its form, and Typer offers exactly its spellings."""
    form = FORMS[name]
    function = getattr(import_module(f"bonuscli.cli.commands.{name}"), name)
    own = [option.field for option in (*form.arguments, *form.options)]
    assert sorted(inspect.signature(function).parameters) == sorted(["call", *own])
    spellings = {each for option in form.options for each in option.spellings}
    spellings |= {each for option in SHARED if option.field in form.shared for each in option.spellings}
    declared = {each for parameter in load(name).params for each in (*parameter.opts, *parameter.secondary_opts)}
    assert {each for each in declared if each.startswith("-")} == spellings


@pytest.mark.parametrize(
    ("line", "besides", "most"),
    [
        (f"balance {CARD}", ("bonuscli.engine",), 30),
        (f"balance {CARD} --json", ("bonuscli.engine",), 31),
        (f"quote {CARD} --total 10.00", ("bonuscli.engine.trace", "bonuscli.services.sales"), 87),
        (f"quote {CARD} --total 10.00 --json", (), 90),
        (f"accrue {CARD} --total 10.00", ("bonuscli.engine.returns", "bonuscli.services.sales"), 87),
        (f"redeem {CARD} 60", ("bonuscli.engine.returns", "bonuscli.services.sales"), 85),
    ],
)
def test_a_plain_form_loads_little(line: str, besides: tuple[str, ...], most: int, shop: Path) -> None:
    """None of the four loads Typer or what is heavy of the standard library, nor more of bonuscli than it did."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from bonuscli.cli.run import run;"
        f" status = run({line.split()}); print(*sorted(sys.modules), file=sys.stderr); sys.exit(status)"
    )
    environment = {"BONUSCLI_NOW": NOW}
    command = [sys.executable, "-S", "-c", code]
    done = subprocess.run(command, cwd=shop, env=environment, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert loaded & {*HEAVY, *besides} == set()
    assert len([name for name in loaded if name.startswith("bonuscli")]) <= most
