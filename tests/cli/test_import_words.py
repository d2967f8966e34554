"""``import`` is a command and has verbs: which of both is meant never depends on what lies in the folder."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.cli.registry import COMMANDS, children
from bonuscli.cli.run import run

Capture = pytest.CaptureFixture[str]
ROWS = "receipt_id,at,card,name,amount\n9,2026-12-01 11:00,100,=Tea,100.00\n"
VERBS = ("sniff", "unmapped", "reconcile")


@pytest.fixture(autouse=True)
def _shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop with one member, and a file of receipts for each verb, of its name."""
    monkeypatch.setenv("BONUSCLI_NOW", "2026-12-01 12:00")
    assert run(["init", "--template", "corner-shop", "-q"]) == 0
    assert run(["enroll", "100", "-q"]) == 0
    for name in (*VERBS, "day.csv"):
        Path(name).write_text(ROWS, encoding="utf-8")


def booked() -> int:
    """How many receipts are stored."""
    with closing(sqlite3.connect("bonus.db")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM events WHERE kind = 'receipt'").fetchone()
    return int(count)


def test_the_verbs_of_import_are_these() -> None:
    """A new verb is a word that was a file's name before: this list does not grow by chance."""
    assert tuple(children("import")) == VERBS
    assert "import" in COMMANDS


@pytest.mark.parametrize("verb", VERBS)
def test_the_word_is_the_verb_and_a_path_is_a_file(verb: str, capsys: Capture) -> None:
    """``import sniff`` books nothing even where a file sniff lies; ``./sniff``, and what stands after --, is a file."""
    assert run(["import", verb]) == 2
    run(["import", verb, "day.csv"])
    assert booked() == 0
    assert run(["import", f"./{verb}", "-q"]) == 0
    assert booked() == 1
    capsys.readouterr()
    assert run(["import", "--json", "--", verb]) == 0
    assert json.loads(capsys.readouterr().out)["duplicate"] == 1
    assert run(["import", "--quiet", verb]) == 0
    assert run(["import", "day.csv", verb, "-q"]) == 0


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_its_own_help(verb: str, capsys: Capture) -> None:
    """Help of a verb names it whole, in both ways of asking; help of import names all of them."""
    assert run(["import", verb, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.lstrip().startswith(f"Usage: bonuscli import {verb} ")
    assert run(["help", "import", verb]) == 0
    assert capsys.readouterr().out == shown
    assert run(["import", "--help"]) == 0
    assert verb in capsys.readouterr().out


def test_a_missing_database_is_told_by_each_verb(monkeypatch: pytest.MonkeyPatch) -> None:
    """They read money and times as the program says, so there must be one."""
    for verb in VERBS:
        assert run(["import", verb, "day.csv", "--db", "none.db", "-q"]) == 8
    assert not Path("none.db").exists()


def test_what_looks_show_of_files_runs_nowhere(capsys: Capture) -> None:
    """Names in a file are not formulas in CSV, and cards are masked unless asked for."""
    assert run(["import", "unmapped", "day.csv", "--csv", "-q"]) == 0
    assert "'=Tea" in capsys.readouterr().out
    Path("wide.csv").write_text(ROWS.replace("100,=Tea", "2000000000017,\x1b[2J"), encoding="utf-8")
    assert run(["import", "sniff", "wide.csv"]) == 0
    shown = capsys.readouterr().out
    assert "2000***0017" in shown
    assert "2000000000017" not in shown
    assert "\x1b" not in shown


def test_unmapped_reads_folders_and_tells_what_it_could_not_read(capsys: Capture) -> None:
    """Files of a folder count together; receipts that cannot be read are told."""
    Path("inbox").mkdir()
    Path("inbox/a.csv").write_text(ROWS, encoding="utf-8")
    Path("inbox/b.csv").write_text(ROWS.replace("100.00", "x").replace("9,", "8,", 1), encoding="utf-8")
    assert run(["import", "unmapped", "inbox", "--json"]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["names"], told["lines"], told["amount_minor"], told["rejected"]) == (1, 1, 10000, 1)
    assert "1 receipt could not be read; an import tells why" in err
