"""Tables as files: workbooks that go on on the next sheet, cells of every kind, and memory that does not grow."""

import io
import tracemalloc
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from pyarrow import parquet

from bonuscli.days import NEVER, parse_day
from bonuscli.render import parquet as parquet_writer
from bonuscli.render import workbook
from bonuscli.render.excel_csv import excel_text
from bonuscli.render.files import FILE_FORMATS, write_file
from bonuscli.render.workbook import write_workbook
from bonuscli.reports.table import KINDS, Column, Table

VALUES: dict[str, Any] = {
    "text": "=1+1", "count": 7, "quantity": 1_500, "points": 125, "money": -1_250_050, "percent": (2, 3),
    "day": parse_day("2026-12-08"), "instant": "2026-12-08T18:30:05+03:00", "flag": True, "unit": "money",
    "group": None, "mixed": ("money", 1_250),
}  # fmt: skip


def table(rows: Any, title: str = "Sales", kinds: tuple[str, ...] = KINDS, **more: Any) -> Table:
    """A table with a column of each kind."""
    return Table(title, tuple(Column(kind, kind.title(), kind) for kind in kinds), rows, "RUB", 2, 1, **more)


def test_every_kind_has_a_cell() -> None:
    """In a workbook each kind of value is a number, a day, a flag or text, and an absent one an empty cell."""
    target = io.BytesIO()
    rows = [tuple(VALUES[kind] for kind in KINDS), (None,) * len(KINDS)]
    write_workbook([table(rows, head=(("from", "day", NEVER),), notes=("A note.",))], target)
    sheet = openpyxl.load_workbook(target).active
    cells = dict(zip(KINDS, sheet[2], strict=True))
    assert [cells[kind].value for kind in ("text", "count", "quantity", "points", "money")] == [
        *("=1+1", 7, 1.5, 12.5, -12_500.5)
    ]
    assert [cells[kind].data_type for kind in ("text", "money", "flag", "unit", "group")] == ["s", "n", "b", "s", "s"]
    assert (cells["percent"].value, cells["percent"].number_format) == (0.6667, "0.00%")
    assert (cells["money"].number_format, cells["points"].number_format) == ("#,##0.00", "#,##0.0")
    assert (str(cells["day"].value), str(cells["instant"].value)) == ("2026-12-08 00:00:00", "2026-12-08 18:30:05")
    assert cells["mixed"].value == 12.5
    assert {cell.value for cell in sheet[3]} == {None, "(all)"}
    assert [cell.value for cell in sheet["A"]][-2:] == ["from: never", "A note."]
    assert [sheet.cell(1, place).value for place in (1, 5)] == ["Text", "Money, RUB"]


def test_sheets_have_names_that_excel_takes() -> None:
    """Tables of one title, a long one, and those that Excel refuses have sheets with names of their own."""
    target = io.BytesIO()
    titles = ("Sales", "sales", "What happened in the whole of the year", "a/b:c*[d]?", "'", "History")
    write_workbook([table([], title) for title in titles], target)
    names = openpyxl.load_workbook(target).sheetnames
    assert names == ["Sales", "sales 2", "What happened in the whole of t", "a b c  d", "Sheet", "History 2"]


def test_a_long_table_goes_on_on_the_next_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet has as many rows as Excel has; the next one has the headings again."""
    monkeypatch.setattr(workbook, "SHEET_ROWS", 4)
    target = io.BytesIO()
    write_workbook([table([(number,) for number in range(7)], kinds=("count",))], target)
    book = openpyxl.load_workbook(target)
    assert [[cell.value for cell in sheet["A"]] for sheet in book] == [
        ["Count", 0, 1, 2], ["Count", 3, 4, 5], ["Count", 6],
    ]  # fmt: skip


def test_text_that_no_workbook_may_hold() -> None:
    """Control characters and a megabyte in one cell leave a workbook that opens."""
    target = io.BytesIO()
    write_workbook([table([("\x00\x1b[2J\ufffe",), ("x" * 1_000_000,), ("_x0041_",)], kinds=("text",))], target)
    column = [cell.value for cell in openpyxl.load_workbook(target).active["A"]]
    assert column[1] == "\\x00\\x1b[2J\\ufffe"
    assert len(column[2]) == 32_767


@pytest.mark.parametrize("text", ["=1+1", "@A1", "-1+A1", "+cmd", "\t=1", "'=1", '+1"&A1', "1|cmd"])
def test_excel_runs_nothing(text: str) -> None:
    """What is written as a constant holds nothing but digits and signs; all other formulas are guarded."""
    written = excel_text(text)
    assert written.startswith("'") or written == text or (written == f'="{text}"' and '"' not in text)
    assert not written.startswith(("+", "-", "@", "\t"))


@pytest.mark.parametrize("format", FILE_FORMATS)
def test_rows_are_not_held(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty thousand more rows take no more memory, beyond the piece that Parquet gathers."""
    monkeypatch.setattr(parquet_writer, "_PIECE", 500)

    def rows(number: int) -> Iterator[tuple[Any, ...]]:
        for each in range(number):
            yield f"text {each}", each, 1_500, 125

    def peak(number: int) -> int:
        stream: Any = _Sink() if FILE_FORMATS[format].binary else io.TextIOWrapper(_Sink(), encoding="utf-8")
        tracemalloc.start()
        try:
            shown = table(rows(number), kinds=("text", "count", "quantity", "points"))
            assert write_file(shown, format, stream) == number
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(22_000) < peak(2_000) + 300_000


def test_an_empty_table_is_a_file() -> None:
    """Without rows there are headings, in every format but JSON lines."""
    target = io.BytesIO()
    assert write_file(table([], kinds=("text", "money")), "parquet", target) == 0
    assert parquet.read_table(target).column_names == ["text", "money"]


class _Sink(io.RawIOBase):
    """Takes bytes and forgets them."""

    def __init__(self) -> None:
        self._place = 0

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        return self._place

    def write(self, data: Any) -> int:
        self._place += len(data)
        return len(data)
