"""Rows of CSV: an open quote or a NUL spoils its own row, what goes to rejects runs no formula, and nothing is lost.

Single bad rows stand in ``tests/importers/test_hostile_files.py``; what must never be lost is fuzzed in ``tests/fuzz``.
"""

import csv
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonuscli.errors import BonusError
from bonuscli.importers import open_receipts
from bonuscli.importers.csv_rows import guard, unguard
from bonuscli.importers.profile import load_profile
from bonuscli.importers.receipt_json import read_receipt, read_redemption
from bonuscli.importers.rejects import RejectsFile
from bonuscli.model import Reject
from tests.safety.conftest import MEASURES, ReadRows

HEAD = "receipt_id,at,card,name,amount\n"
ROWS = [f"r{number},2026-12-01 10:00,100,Tea,5.00" for number in range(9)]
KINDS = {
    "canonical": (HEAD, ROWS),
    "members": ("card,phone,name\n", [f"{number},,Anna" for number in range(9)]),
    "grants": ("card,points,reason\n", [f"{number},5,why" for number in range(9)]),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mark", ['"', '"x', 'x"', '""', '"""'])
def test_an_open_quote_spoils_its_own_row(kind: str, mark: str, read_rows: ReadRows) -> None:
    """All rows before and after it are read; the row itself is read or rejected with its line, and told as it stood."""
    head, rows = KINDS[kind]
    for place in range(len(rows)):
        for cell in range(3):
            cells = rows[place].split(",")
            cells[cell] = mark + cells[cell]
            changed = ",".join(cells)
            read, rejects = read_rows(head + "\n".join([*rows[:place], changed, *rows[place + 1 :]]) + "\n", kind)
            assert len(read) + len(rejects) == len(rows)
            assert [each.line for each in rejects] in ([], [place + 2])
            assert all(each.rows == (changed,) for each in rejects)
            if mark != '""':
                assert rejects == [] or "quote" in rejects[0].reason or len(rejects[0].rows) == 1


@pytest.mark.parametrize("scattered", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_an_open_quote_names_the_line_where_it_began(read_rows: ReadRows, scattered: bool, packed: bool) -> None:
    """Joined through a table or not, packed or not: the line, what is wrong and how to mend it."""
    text = (HEAD + "\n".join([*ROWS[:4], 'r4,2026-12-01,100,"Tea,5.00', *ROWS[5:]]) + "\n").encode()
    profile = load_profile("canonical")._replace(scattered=scattered)
    receipts, rejects = read_rows(gzip.compress(text) if packed else text, profile)
    assert [each.number for each in receipts] == [f"r{number}" for number in (0, 1, 2, 3, 5, 6, 7, 8)]
    assert [(each.line, each.reason) for each in rejects] == [
        (6, "a quote is opened in this line and not closed in it")
    ]


def test_a_quote_in_the_header_swallows_nothing(read_rows: ReadRows) -> None:
    """An open quote in the first line is an error of the header, not a header of the whole file."""
    with pytest.raises(BonusError) as caught:
        read_rows('receipt_id,at,"amount\n' + "r1,2026-12-01,5\n" * 3)
    assert (caught.value.code, caught.value.where is not None and caught.value.where.endswith(":1")) == (
        "bad_file",
        True,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_nul_spoils_its_own_row(kind: str, read_rows: ReadRows) -> None:
    """Behind the first 4,096 bytes, where it is no sign of a binary file, a NUL is a control character in a row."""
    head, rows = KINDS[kind]
    padding = [rows[0].replace("r0", f"p{number}") for number in range(700)]
    read, rejects = read_rows(head + "\n".join([*padding, rows[1] + "\0", *rows[2:]]) + "\n", kind)
    assert (len(read), [each.line for each in rejects]) == (len(padding) + len(rows) - 2, [len(padding) + 2])
    assert "NUL" in rejects[0].reason


def test_a_nul_in_json_is_refused() -> None:
    """In a card, an id, goods, a code: where it stands is told."""
    nul = "a\0b"
    for found, where in (
        ({"id": nul, "lines": [{"amount": 1}]}, "id"),
        ({"card": nul, "lines": [{"amount": 1}]}, "card"),
        ({"lines": [{"amount": 1, "name": nul + "\u0416"}]}, "lines[0].name"),
        ({"lines": [{"amount": 1}], "codes": [nul]}, "codes[0]"),
    ):
        with pytest.raises(BonusError, match="holds a NUL") as caught:
            read_receipt(json.dumps(found), MEASURES, "r")
        assert caught.value.where == f"r: {where}"
    with pytest.raises(BonusError, match="holds a NUL"):
        read_redemption(json.dumps({"card": "1", "points": 1, "key": nul}), MEASURES, "r")


@pytest.mark.parametrize(
    "encoding", ["raw_unicode_escape", "unicode_escape", "utf-7", "idna", "punycode", "hz", "rot13"]
)
def test_encodings_with_escapes_of_their_own_are_refused(tmp_path: Path, encoding: str) -> None:
    """Where plain signs can stand for a line's end, a row could hide rows."""
    path = tmp_path / "till.yaml"
    path.write_text(f"encoding: {encoding}\ncolumns: {{receipt_id: id, at: at, amount: sum}}\n")
    with pytest.raises(BonusError, match="cannot be read"):
        load_profile(str(path))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "windows-1251", "cp866", "koi8-r", "latin-1", "shift_jis", "gbk"]
)
def test_encodings_of_tills_are_read(tmp_path: Path, encoding: str) -> None:
    """What tills write stays allowed."""
    path = tmp_path / "till.yaml"
    path.write_text(f"encoding: {encoding}\ncolumns: {{receipt_id: id, at: at, amount: sum}}\n")
    assert load_profile(str(path)).encoding


# --- formulas in the file of rejects ---------------------------------------------------------------------------------

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "'=1", "'-5"]


def rejects_of(source: Path, target: Path) -> list[list[str]]:
    """The rows of the file of rejects of a file in which everything is rejected."""
    reader = open_receipts(source, load_profile("canonical"), MEASURES)
    with RejectsFile(target, reader) as rejects:
        for item in reader:
            assert isinstance(item, Reject)
            rejects.write(item)
    with target.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_file_of_rejects_runs_no_formula(tmp_path: Path, formula: str) -> None:
    """In a name, an id, a value or a reason; once mended, the receipt has the name that the till wrote."""
    day, rejected, again = tmp_path / "day.csv", tmp_path / "rejects.csv", tmp_path / "again.csv"
    with day.open("w", newline="") as stream:
        csv.writer(stream).writerows(
            [["receipt_id", "at", "name", "amount", "=x"], [formula, formula, formula, "5", "-3"]]
        )
    rows = rejects_of(day, rejected)
    assert not [cell for cell in (*rows[0], *rows[1]) if cell[0:1] in "=+@\t\r-" and cell not in ("", "-3")]
    assert "'" + formula in rows[1]
    assert [row[:5] for row in rejects_of(rejected, again)] == [row[:5] for row in rows]
    with rejected.open("w", newline="", encoding="utf-8-sig") as stream:
        csv.writer(stream).writerows([rows[0], [rows[1][0], "2026-12-01", *rows[1][2:]]])
    (read,) = open_receipts(rejected, load_profile("canonical"), MEASURES)
    assert (read.receipt.lines[0].name, read.receipt.number) == (formula.strip(), formula.strip())


@pytest.mark.parametrize("cell", ["-5.00", "+79123454567", "+7 (912) 345-45-67", "-1,5", "'t Huis", "Tea", "", "'"])
def test_numbers_phones_and_apostrophes_stay_as_they_are(cell: str) -> None:
    """What only begins like a formula is not touched: a return's figures, a phone, a Dutch name."""
    assert guard(cell) == cell == unguard(cell)


@given(st.text(alphabet="'=+-@\t\r0123a(", max_size=8) | st.text(max_size=8))
def test_a_guard_comes_off_as_it_went_on(cell: str) -> None:
    """Whatever the cell holds, mending and importing again changes nothing of it."""
    assert unguard(guard(cell)) == cell
