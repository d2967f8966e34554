"""A sheet of Excel or LibreOffice as rows of text, by the interface of a delimited file.

A cell becomes the text that it shows without its format: numbers as Excel shows them, with at most 15 digits (0.1 + 0.2
is 0.3, though the file says 0.30000000000000004), dates as ISO text, never by way of a day's serial number.  A number
of more digits was rounded by Excel already, so a receipt whose card stands in such a cell is rejected.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from bonuscli.errors import BonusError
from bonuscli.importers.csv_rows import MAX_CELL, MAX_COLUMNS, Columns, Flaw, Row, row_text, unguard
from bonuscli.importers.layout import LOOKED_AT, find_header
from bonuscli.importers.profile import AUTO, Layout
from bonuscli.importers.sheet_bounds import require_bounds
from bonuscli.importers.text_source import Opened

MAX_BYTES = 100_000_000
_DIGITS = 15
_LARGEST = 10**_DIGITS
_AS_CSV = "save the sheet as CSV UTF-8"


class Book:
    """A workbook's file: its sheets, each parsed once however often its rows are read, and its ``size`` in bytes."""

    def __init__(self, name: str, opened: Opened) -> None:
        self.name = name
        raw, _ = opened
        with closing(raw):
            content = raw.read(MAX_BYTES + 1)
        self.size = len(content)
        if self.size > MAX_BYTES:
            raise BonusError("bad_file", "the workbook is larger than 100 MB", name, _AS_CSV)
        require_bounds(content, name)
        self._workbook: Any = self._told(lambda calamine: calamine.CalamineWorkbook.from_object(io.BytesIO(content)))
        self._sheets: dict[str, Any] = {}

    def names(self) -> list[str]:
        """The names of the sheets, in their order."""
        return list(self._told(lambda _: self._workbook.sheet_names))

    def sheet(self, wanted: str) -> tuple[Any, dict[str, str]]:
        """The sheet of this name or number, the first where none is wanted, and what is told of it."""
        names = self.names()
        name = wanted or (names[0] if names else "")
        if name not in names:
            if not (name.isascii() and name.isdigit() and 0 < int(name[:5]) <= len(names)):
                raise BonusError("bad_file", f"there is no sheet {name!r}", self.name, f"known: {', '.join(names)}")
            name = names[int(name[:5]) - 1]
        if name not in self._sheets:
            self._sheets[name] = self._told(lambda _: self._workbook.get_sheet_by_name(name))
        return self._sheets[name], {"sheet": f"{name!r}, {names.index(name) + 1} of {len(names)}"}

    def _told(self, read: Callable[[Any], Any]) -> Any:
        """What the library makes of a file that may be damaged; ``bad_file`` in words of ours."""
        import python_calamine as calamine

        try:
            return read(calamine)
        except calamine.PasswordError:
            raise BonusError("bad_file", "the workbook is locked by a password", self.name, "save it without") from None
        except (calamine.CalamineError, ValueError, OSError) as problem:
            reason = str(problem).partition("\n")[0][:200]
            raise BonusError(
                "bad_file", f"the workbook (Excel, LibreOffice) cannot be read: {reason}", self.name, _AS_CSV
            ) from None
        except BaseException as problem:  # what the library did not foresee comes as an exception of its own kind
            if type(problem).__name__ != "PanicException":
                raise
            raise BonusError("bad_file", "the workbook is damaged", self.name, _AS_CSV) from None


class Workbook(Columns):
    """One sheet, open after its header: what :class:`csv_rows.Table` is for a delimited file.

    ``decimal_comma``: numbers are told with a comma, as the profile expects its texts.
    """

    def __init__(
        self,
        book: Book,
        layout: Layout,
        known: Sequence[frozenset[str]],
        encoding: str,
        delimiter: str,
        decimal_comma: bool,
    ) -> None:
        # What is rejected goes into a delimited file that the same profile reads.
        self.encoding = "utf-8" if encoding == AUTO else encoding
        super().__init__(book.name, [], "," if delimiter == AUTO else delimiter)
        self.lines_read = 0
        self._comma = decimal_comma
        self._used: frozenset[int] = frozenset()
        self._flaws: dict[int, Flaw] = {}
        self._size = book.size
        sheet, self.taken = book.sheet(layout.sheet)
        self._others = [name for name in book.names() if name != sheet.name]
        self._height = max(sheet.total_height, 1)
        rows = sheet.iter_rows()
        first = list(islice(rows, (layout.skip_rows or 0) + LOOKED_AT))
        header = find_header([self._texts(row) for row in first], layout, known)
        if not header.names:
            raise BonusError(
                "bad_file", f"the sheet {sheet.name!r} is empty", book.name, "say which one: sheet: in a profile"
            )
        if len(header.names) > MAX_COLUMNS:
            raise BonusError("bad_file", f"the header has more than {MAX_COLUMNS:,} columns", book.name, _AS_CSV)
        self.taken["header"] = f"line {header.place + 1}"
        self._begin(list(header.names))
        self._rows: Iterator[list[Any]] = chain(first[header.behind :], rows)
        self._number = header.behind

    def places(self, columns: Iterable[tuple[str, str]], optional: frozenset[str]) -> dict[str, int]:
        """As of :class:`csv_rows.Columns`; a number that was rounded matters in these columns alone."""
        places = super().places(columns, optional)
        self._used = frozenset(places.values())
        return places

    def rows(self) -> Iterator[Row]:
        """Rows in the order of the sheet; blank ones are passed over."""
        for values in self._rows:
            self._number += 1
            cells = self._texts(values)
            if any(cells):
                self.lines_read += 1
                text = row_text(cells, self.delimiter)
                cells += self.tail
                flaw = self._rounded(values)
                if flaw is not None:
                    self._flaws[self._number] = flaw
                yield self._number, text, cells, flaw, None
        self._number = self._height

    def row(self, number: int, text: str) -> Row:
        """The row again, of its text."""
        return number, text, [*self.split_whole(text), *self.tail], self._flaws.get(number), None

    def split_whole(self, text: str) -> list[str]:
        """The cells of a row that was given as text."""
        return next(csv.reader((text,), delimiter=self.delimiter))

    def progress(self) -> tuple[int, int | None]:
        """Bytes as the share of rows that were read, and bytes in all."""
        return self._size * min(self._number, self._height) // self._height, self._size

    def close(self) -> None:
        """Let go of the rows."""
        self._rows = iter(())

    def _rounded(self, values: list[Any]) -> Flaw | None:
        for place in self._used:
            value = values[place]
            if type(value) is float and abs(value) >= _LARGEST:
                reason = "a number of more than 15 digits, which a spreadsheet rounds"
                return Flaw(self.header[place], f"{value:.0f}"[:60], "bad_row", reason, "keep it as text in the sheet")
        return None

    def _no(self, message: str, hint: str) -> BonusError:
        problem = super()._no(message, hint)
        if not self._others:
            return problem
        found, others = self.taken["sheet"], ", ".join(self._others[:5])
        hint = f"{hint}; for another sheet ({others}) set sheet: in a profile"
        return BonusError(problem.code, f"{message} in the sheet {found}", problem.where, hint)

    def _texts(self, values: list[Any]) -> list[str]:
        cells = [
            value if type(value) is str and "\n" not in value and len(value) <= MAX_CELL else self._text(value)
            for value in values
        ]
        return list(map(unguard, cells)) if self.guarded else cells

    def _text(self, value: Any) -> str:
        text = cell_text(value)
        return text.replace(".", ",") if self._comma and type(value) in (float, int) else text


def cell_text(value: Any) -> str:
    """The text of one cell, as the sheet shows it.

    >>> cell_text(0.1 + 0.2), cell_text(4600000000001.0), cell_text(1e-7), cell_text(True)
    ('0.3', '4600000000001', '0.0000001', 'TRUE')
    >>> cell_text(datetime(2026, 11, 1, 12, 29, 59, 999000)), cell_text(date(2026, 11, 1)), cell_text(time(9, 5))
    ('2026-11-01 12:30:00', '2026-11-01', '09:05:00')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        text = format(value, f".{_DIGITS}g")
        return format(Decimal(text), "f") if "e" in text else text
    if isinstance(value, datetime):  # serial numbers are off by some milliseconds
        return (value + timedelta(microseconds=500_000)).replace(microsecond=0).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return " ".join(str(value)[: MAX_CELL + 1].splitlines())
