"""The files that ``bonuscli export`` writes: what other programs find in them, and what becomes of what is there."""

import csv
import gc
import io
import json
import os
import stat
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from pyarrow import parquet

from bonuscli.cli.run import run
from bonuscli.render.workbook import write_workbook
from bonuscli.reports.table import Column, Table
from tests.cli.exports import Capture, bonuscli, open_shop


@pytest.fixture(autouse=True)
def _shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop with something of everything."""
    open_shop(monkeypatch)


def test_russian_excel(capsys: Capture) -> None:
    """The Russian dialect has a byte order mark, semicolons, decimal commas, days as written there, and whole cards."""
    bonuscli("export", "receipts", "--pii", "--format", "csv-excel-ru", "--out", "r.csv")
    raw = Path("r.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfreceipt_id;kind;")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 9
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert (rows[0]["at"], rows[0]["amount"], rows[1]["quantity"]) == ("01.12.2026 09:00:00", "900,00", "1,5")
    assert (rows[0]["card"], rows[0]["phone"]) == ('="2000000000017"', '="+79120000001"')
    assert (rows[0]["name"], rows[1]["sku"], rows[3]["sku"]) == ('\'=Tea "x", 1', "'@X", "'-7")
    bonuscli("export", "members", "--pii", "--format", "csv-excel-ru", "--out", "m.csv")
    assert "01.05.1990" in Path("m.csv").read_text(encoding="utf-8-sig")


def test_international_excel() -> None:
    """The other dialect has commas, decimal points and ISO days."""
    bonuscli("export", "receipts", "--pii", "--format", "csv-excel", "--out", "r.csv")
    text = Path("r.csv").read_bytes().decode("utf-8")
    assert text.startswith("\ufeffreceipt_id,kind,")
    assert ",2026-12-01 09:00:00,main," in text
    assert ",1.5,300.50,10.00," in text


def test_no_row_looks_like_a_remark() -> None:
    """A return without a number of its own is #17; readers that find out what remarks begin with keep its row."""
    bonuscli("return", "C", "--line", "1=1", "-q")
    bonuscli("export", "receipts", "--out", "r.csv", "-q")
    text = Path("r.csv").read_text(encoding="utf-8")
    number = list(csv.DictReader(io.StringIO(text)))[-1]["receipt_id"]
    assert number.startswith("#")
    assert f'\n"{number}",return,C,' in text


def test_json_lines(capsys: Capture) -> None:
    """A line is an object with integers, and says its currency and digits of points."""
    bonuscli("export", "receipts", "--format", "jsonl", "-q")
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (first["amount_minor"], first["quantity_thousandths"], first["currency"]) == (90_000, 2_000, "RUB")
    assert (first["at"], first["redeem"], first["points_scale"]) == ("2026-12-01T09:00:00+03:00", None, 0)


def test_a_workbook_is_typed() -> None:
    """In Excel figures are numbers, days are days, and no text is a formula, whatever it looks like."""
    bonuscli("export", "receipts", "--pii", "--out", "r.xlsx")
    sheet = openpyxl.load_workbook("r.xlsx").active
    rows = list(sheet.iter_rows())
    first = dict(zip((cell.value for cell in rows[0]), rows[1], strict=True))
    assert (first["amount"].value, first["amount"].data_type, first["amount"].number_format) == (900, "n", "#,##0.00")
    assert first["at"].value == datetime(2026, 12, 1, 9)
    assert (first["name"].value, first["name"].data_type) == ('=Tea "x", 1', "s")
    assert (first["card"].value, first["card"].data_type) == ("2000000000017", "s")
    assert all(cell.data_type != "f" for row in rows for cell in row)
    assert sheet.freeze_panes == "A2"
    bonuscli("export", "members", "--pii", "--out", "m.xlsx")
    members = openpyxl.load_workbook("m.xlsx").active
    assert [cell.value for cell in members[2]][5] == datetime(1990, 5, 1)


def test_parquet_is_typed() -> None:
    """In Parquet money is an exact decimal, a day a day and an instant an instant; the currency stands beside it."""
    bonuscli("export", "receipts", "--pii", "--out", "r.parquet")
    table = parquet.read_table("r.parquet")
    first = table.to_pylist()[0]
    assert (first["amount"], first["quantity"], first["card"]) == (Decimal("900.00"), Decimal("2.000"), "2000000000017")
    assert first["at"].isoformat() == "2026-12-01T06:00:00+00:00"
    assert table.schema.metadata[b"currency"] == b"RUB"
    bonuscli("export", "members", "--pii", "--out", "m.parquet")
    assert parquet.read_table("m.parquet").to_pylist()[0]["birthday_on"] == date(1990, 5, 1)


def test_parquet_without_its_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """A shop without the extra is told how to get it, and nothing is left behind."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert run(["export", "ledger", "--out", "l.parquet"]) == 2
    assert "pip install 'bonuscli[parquet]'" in capsys.readouterr().err
    assert not list(Path().glob("l.parquet*"))


def test_a_file_is_the_owners_alone() -> None:
    """It is made with mode 600, also where it replaces one that others could read, and no other file stays."""
    Path("l.csv").write_text("old")
    os.chmod("l.csv", 0o644)
    before = set(os.listdir())
    bonuscli("export", "ledger", "--out", "l.csv", "--force")
    assert stat.S_IMODE(os.stat("l.csv").st_mode) == 0o600
    assert set(os.listdir()) == before
    assert Path("l.csv").read_text().startswith("account,")


def test_what_is_there_stays(capsys: Capture) -> None:
    """A file that is there is written over with --force only, a database or a folder never."""
    Path("l.csv").write_text("old")
    os.mkdir("folder.csv")
    os.symlink("bonus.db", "link.csv")
    Path("bonus.db-wal").touch()
    before = Path("bonus.db").read_bytes()
    for words in (["l.csv"], ["folder.csv", "--force"], ["bonus.db", "--format", "csv", "--force"],
                  ["bonus.db-wal", "--format", "csv", "--force"], ["bonus.db-journal", "--format", "csv"],
                  ["link.csv", "--force"], ["nowhere/l.csv"], ["/dev/null", "--format", "csv", "--force"]):  # fmt: skip
        assert run(["export", "ledger", "--out", *words]) == 5, words
        assert "can not be written" in capsys.readouterr().err
    assert Path("l.csv").read_text() == "old"
    assert Path("bonus.db").read_bytes() == before


def test_a_broken_export_leaves_the_old_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where writing fails half way, the file that was there stays whole and no part is left."""
    bonuscli("export", "ledger", "--out", "l.csv")
    before = Path("l.csv").read_bytes()

    def fail(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bonuscli.render.machines.plain_of", fail)
    assert run(["export", "ledger", "--out", "l.csv", "--force"]) == 8
    assert Path("l.csv").read_bytes() == before
    assert not Path("l.csv.part").exists()


class FullDisk(io.BytesIO):
    """A file that takes a thousand bytes."""

    def write(self, piece: bytes) -> int:
        if self.tell() + len(piece) > 1000:
            raise OSError(28, "No space left on device")
        return super().write(piece)


def test_a_workbook_tells_a_full_disk_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive that is cleared away behind it says nothing more."""
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    table = Table("ledger", (Column("entry", "entry", "text"),), ((str(n) * 9,) for n in range(999)), "", 0, 0)
    with pytest.raises(Exception, match="No space left"), FullDisk() as stream:
        write_workbook([table], stream)
    gc.collect()
    assert told == []


@pytest.mark.parametrize(
    "words, hint",
    [
        (["--format", "cvs"], "did you mean 'csv'"),
        (["--out", "ledger.txt"], "say it with --format"),
        (["--format", "xlsx"], "--out day.xlsx"),
    ],
)
def test_formats_are_not_guessed(words: list[str], hint: str, capsys: Capture) -> None:
    """An unknown format, a name that tells none, and bytes to standard output end with status 2 and what to do."""
    assert run(["export", "ledger", *words]) == 2
    assert hint in capsys.readouterr().err
