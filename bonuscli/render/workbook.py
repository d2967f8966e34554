"""Tables as a workbook for Excel: one sheet a table, numbers as numbers, days as days, and text as nothing but text.

Rows are written as they come and never held: a million of them take no more memory than ten.  What users typed can be
no formula, link or number here, whatever it looks like.  A table that is longer than a sheet goes on on the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from bonuscli.days import NEVER, civil
from bonuscli.render.cells import RIGHT_ALIGNED, Scale, plain_of, text_of
from bonuscli.render.machines import plain_names

# Of Excel: rows of a sheet, characters of a cell, characters of a sheet's name and those that it may not hold.
SHEET_ROWS = 1_048_576
_CELL_CHARACTERS = 32_767
_NAME_CHARACTERS = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
# A file that holds them is broken for Excel.
_NO_CHARACTERS = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}
_NARROWEST, _WIDEST = 8, 48
# Excel shows 14 and 22 as a day, and a day with its time, in the way of the reader's country.
_DAY, _INSTANT = 14, 22
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_workbook(tables: Iterable[Any], target: str | IO[bytes], *, by_name: bool = False) -> None:
    """Write tables to a file, given by its path or open for bytes, one sheet each, named after their titles.

    A heading stands bold above its column and stays when the rows are scrolled; what holds for the whole table, and its
    notes, stand below the rows.  ``by_name``: the columns have their names of CSV for headings, and nothing stands
    below.  Rows may be iterators.
    """
    import xlsxwriter

    with xlsxwriter.Workbook(target if isinstance(target, str) else _Archived(target), _OPTIONS) as book:
        used: set[str] = set()
        for table in tables:
            _Sheets(book, table, by_name, used).write()
        if not used:
            book.add_worksheet()


def write_one(table: Any, _format: str, stream: IO[bytes], _terminal: bool) -> None:
    """One table as a workbook of its own, for a program to read: columns by their names."""
    write_workbook([table], stream, by_name=True)


class _Archived:
    """The stream under a workbook, which is a zip archive: one that has failed takes all else and keeps nothing, since
    the archive writes its end also while it is cleared away, and would complain once more, of a closed file."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._place = 0
        self._failed = False

    def write(self, piece: bytes) -> int:
        """Write at the place, and go on behind it."""
        self._place += len(piece)
        self._try(self._stream.write, piece)
        return len(piece)

    def seek(self, place: int) -> int:
        """Go to a place from the beginning."""
        self._place = place
        self._try(self._stream.seek, place)
        return place

    def tell(self) -> int:
        """The place."""
        return self._place

    def flush(self) -> None:
        """Pass on what was written."""
        self._try(self._stream.flush)

    def _try(self, act: Callable[..., Any], *told: Any) -> None:
        if not self._failed:
            self._failed = True
            act(*told)
            self._failed = False


class _Sheets:
    """One table on its sheet, and on as many more as its rows need."""

    def __init__(self, book: Any, table: Any, by_name: bool, used: set[str]) -> None:
        self._book = book
        self._table = table
        self._by_name = by_name
        self._used = used
        self._scale = Scale(table.currency, table.digits, table.points_scale)
        self._kinds = [column.kind for column in table.columns]
        self._headings = plain_names(table) if by_name else _headings(table)
        forms = _number_formats(self._scale)
        self._formats = {kind: book.add_format({"num_format": form}) for kind, form in forms.items()}
        self._bold = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self._begin()

    def write(self) -> None:
        """Write all rows, and what stands below them."""
        for row in self._table.rows:
            if self._row == SHEET_ROWS:
                self._end()
                self._begin()
            self._write_row(row)
        if not self._by_name:
            self._write_below()
        self._end()

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet(_sheet_name(self._table.title, self._used))
        self._widths = [min(_WIDEST, max(_NARROWEST, len(heading) + 3)) for heading in self._headings]
        for place, heading in enumerate(self._headings):
            self._sheet.write_string(0, place, heading, self._bold)
        self._sheet.freeze_panes(1, 0)
        self._row = 1
        self._rows_end = 1

    def _end(self) -> None:
        for place, width in enumerate(self._widths):
            self._sheet.set_column(place, place, width)
        if self._headings:
            self._sheet.autofilter(0, 0, self._rows_end - 1, len(self._headings) - 1)

    def _write_row(self, row: Iterable[Any]) -> None:
        for place, (kind, value) in enumerate(zip(self._kinds, row, strict=True)):
            if value is None and kind != "group":
                continue
            width = self._write_cell(place, kind, value)
            if width > self._widths[place]:
                self._widths[place] = min(width, _WIDEST)
        self._row += 1
        self._rows_end = self._row

    def _write_cell(self, place: int, kind: str, value: Any) -> int:
        """Write one value as what it is; how wide it is shown."""
        if kind == "mixed":
            kind, value = value
            if value is None:
                return 0
        sheet, row, form = self._sheet, self._row, self._formats.get(kind)
        if kind in RIGHT_ALIGNED:
            text = plain_of(kind, value, self._scale)
            sheet.write_number(row, place, Decimal(text), form)
            return len(text) + len(text) // 3 + 1
        if kind == "day":
            sheet.write_datetime(row, place, date(9999, 12, 31) if value == NEVER else civil(value), form)
            return 11
        if kind == "instant":
            sheet.write_datetime(row, place, datetime.fromisoformat(value).replace(tzinfo=None), form)
            return 16
        if kind == "flag":
            sheet.write_boolean(row, place, bool(value))
            return 7
        text = text_of(kind, value, self._scale).translate(_NO_CHARACTERS)[:_CELL_CHARACTERS]
        sheet.write_string(row, place, text)
        return len(text) + 1

    def _write_below(self) -> None:
        facts = [f"{key}: {text_of(kind, value, self._scale)}" for key, kind, value in self._table.head]
        for line in (*facts, *self._table.notes):
            self._row += 1
            if self._row < SHEET_ROWS:
                self._sheet.write_string(self._row, 0, line[:_CELL_CHARACTERS])


def _number_formats(scale: Any) -> dict[str, Any]:
    """Excel's way of showing each kind of number."""

    def decimal(digits: int) -> str:
        return f"#,##0.{'0' * digits}" if digits else "#,##0"

    return {
        "count": "0",
        "quantity": "General",
        "points": decimal(scale.points_scale),
        "money": decimal(scale.digits),
        "percent": "0.00%",
        "day": _DAY,
        "instant": _INSTANT,
    }


def _headings(table: Any) -> list[str]:
    return [f"{column.title}, {table.currency}" if column.kind == "money" else column.title for column in table.columns]


def _sheet_name(title: str, used: set[str]) -> str:
    """A name that Excel takes and no other sheet has; ``used`` gets it."""
    whole = _NOT_IN_NAMES.sub(" ", title).strip(" '") or "Sheet"
    name, number = whole[:_NAME_CHARACTERS].rstrip(" '"), 1
    while name.casefold() in used or name.casefold() == "history":  # which Excel keeps for itself
        number += 1
        end = f" {number}"
        name = whole[: _NAME_CHARACTERS - len(end)].rstrip(" '") + end
    used.add(name.casefold())
    return name
