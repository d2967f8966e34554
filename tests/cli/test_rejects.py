"""Files of rejects: each row as it stood, beside the cell to mend."""

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.cli.run import run

RECEIPTS = "receipt_id,kind,original_receipt_id,at,card,amount,redeem\n"
DAY = f"""{RECEIPTS}A,sale,,2026-12-01 09:00,100,900.00,
B,sale,,2026-12-01 09:05,999,50.00,
C,return,NONE,2026-12-01 09:10,,50.00,
D,sale,,2026-12-01 09:15,100,900.00,700
E,sale,,2026-12-01 09:20,,900.00,5
"""


@pytest.fixture(autouse=True)
def _shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop with one member."""
    monkeypatch.setenv("BONUSCLI_NOW", "2026-12-01 12:00")
    assert run(["init", "--template", "corner-shop", "-q"]) == 0
    assert run(["enroll", "100", "-q"]) == 0


def rejects(path: str) -> list[tuple[str, ...]]:
    """First cell, line, column and value of each reject."""
    with Path(path).open(encoding="utf-8-sig", newline="") as stream:
        table = csv.reader(stream)
        header = next(table)
        places = [0, *(header.index(f"reject_{name}") for name in ("line", "column", "value"))]
        return [tuple(row[place] for place in places) for row in table]


def test_members_that_are_refused_are_written_as_they_stood() -> None:
    """Each refused row of a file of members stands in the rejects, with its column, not the last row of the file."""
    Path("m.csv").write_text("card,phone,birthday\n101,,1990-13-01\n100,123,\n102,,\n", encoding="utf-8")
    assert run(["enroll", "--file", "m.csv", "-q"]) == 5
    assert rejects("m.csv.rejects.csv") == [("101", "2", "birthday", "1990-13-01"), ("100", "3", "phone", "123")]


def test_receipts_that_are_refused_name_the_cell_to_mend() -> None:
    """An unknown card, an unknown receipt, points that are not there or nobody's are told with column and value."""
    Path("day.csv").write_text(DAY, encoding="utf-8")
    assert run(["import", "day.csv", "-q"]) == 5
    assert rejects("day.csv.rejects.csv") == [
        ("B", "3", "card", "999"),
        ("C", "4", "original_receipt_id", "NONE"),
        ("D", "5", "redeem", "700"),
        ("E", "6", "card", ""),
    ]


def test_two_inputs_name_both_files_of_rejects(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody looks for the rejects of the first file in those of the second; conflicts are noted as such."""
    Path("a.csv").write_text(DAY, encoding="utf-8")
    Path("b.csv").write_text(f"{RECEIPTS}A,sale,,2026-12-01 09:00,100,901.00,\n", encoding="utf-8")
    assert run(["import", "a.csv", "b.csv", "--json", "-q"]) == 5
    told = json.loads(capsys.readouterr().out)
    assert (told["errors_file"], told["rejected"]) == ("a.csv.rejects.csv, b.csv.rejects.csv", 4)
    assert (told["conflicts"], told["uncovered"]) == (1, 0)
    with closing(sqlite3.connect("bonus.db")) as connection:
        assert connection.execute("SELECT rejected, conflicts FROM imports ORDER BY id").fetchall() == [(4, 0), (0, 1)]
