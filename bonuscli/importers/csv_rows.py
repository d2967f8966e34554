"""Lines of text to rows of a table with a header: the part of CSV that every importer of rows shares.

One line is one row, unless a cell in quotes holds line breaks and nothing else can be meant (``broken_lines``).  A
quote that is not closed therefore spoils its row alone and cannot swallow the rest of the file.  Lines without a quote
are split directly: a row of 21 columns is read, decoded and split in 0.8 us, no slower than ``csv.reader`` alone.
Lines with a quote go through ``csv``.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from bonuscli.errors import BonusError
from bonuscli.importers.profile import AUTO, PLAIN_LAYOUT, Layout
from bonuscli.importers.text_source import Block, Opened, TextSource
from bonuscli.near import MISTYPED, near_names, near_or_known

MAX_CELL = 10_000
# Near names of 500,000 columns took minutes.
MAX_COLUMNS = 1_000
# What may stand between cells, by how seldom it stands within them.
DELIMITERS = ("\t", ";", "|", ",")
# Columns that a rejects file adds to the source's own; ignored when the mended file comes in again.
REJECT_COLUMNS = ("file", "line", "column", "value", "code", "reason", "hint")
REJECT_PREFIX = "reject_"
# The column of `export receipts` that says whose file it is.
EXPORT_COLUMN = "exported_event"
# What a spreadsheet runs, and what begins alike and is a number or a phone.
_FORMULA = re.compile("'*[=+@\t\r-]")
_NUMBER = re.compile("[+-]?[0-9][0-9 .,()-]*")
# What stands in quotes or changes a line.
_QUOTED = re.compile('["\n\r]')
NOT_CLOSED = "a quote is opened in this line and not closed in it"
_NAME_IT = "add it to the header, or say in a profile under columns: which one it is"

# sku, name, category, brand, quantity, amount, discount
Goods = tuple[str, str, str, str, int, int, int]
# number: line in the file; text: as it stood there; cells: as many as the header, and the table's tail behind them;
# flaw: Flaw or None; goods: what the cells of goods say, where it is known by their text (``alike_rows``), or None.
# Rows are plain tuples of this shape: a named one costs 0.3 us.
Row = tuple[int, str, list[str], "Flaw | None", Goods | None]
# Places in a Row.
NUMBER: Final = 0
TEXT: Final = 1
CELLS: Final = 2
FLAW: Final = 3
GOODS: Final = 4


class Flaw(Exception):
    """What is wrong with one row or cell; the receipt that holds it is rejected whole."""

    def __init__(self, column: str, value: str, code: str, reason: str, hint: str = "", line: int = 0) -> None:
        super().__init__(reason)
        self.column = column
        self.value = value
        self.code = code
        self.reason = reason
        self.hint = hint
        self.line = line


def guard(text: str) -> str:
    """A cell of a file of rejects: an apostrophe stands before what a spreadsheet would run.

    >>> guard("=1+1"), guard("-5.00"), unguard(guard("=1+1")), unguard("'t Huis")
    ("'=1+1", '-5.00', '=1+1', "'t Huis")
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguard(text: str) -> str:
    """The cell as it stood in the source."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text


def row_text(cells: list[str], delimiter: str = ",") -> str:
    """Cells as one line of a delimited file, whatever stands in them.

    >>> row_text(["Tea", 'a "big", one'])
    'Tea,"a ""big"", one"'
    """
    text = delimiter.join(cells)
    if text and not _QUOTED.search(text) and text.count(delimiter) < len(cells):
        return text
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="").writerow(cells)
    return line.getvalue().replace("\n", " ").replace("\r", " ")


def split_quoted(text: str, delimiter: str) -> tuple[list[str], Flaw | None]:
    """The cells of one line, whose quotes may be wrong: then as they seem to be, and what is wrong."""
    try:
        return next(csv.reader((text,), delimiter=delimiter, strict=True)), None
    except csv.Error as problem:
        reason = f"the quotes of this line are wrong: {problem}"
        if "unexpected end" in str(problem):
            reason = NOT_CLOSED
    flaw = Flaw("", text[:60], "bad_row", reason, 'close it; inside quotes a quote is written twice: "12"" plate"')
    try:
        return next(csv.reader((text,), delimiter=delimiter)), flaw
    except csv.Error:
        return text.split(delimiter), flaw


def _format_hint(header: str) -> str:
    """What to do where the header is the beginning of a file that is none of rows; empty where it may be one."""
    if header[:1] in ("<", "{", "["):
        form = "XML" if header[0] == "<" else "JSON"
        return f"the file seems to be {form}: name its format with --profile; bonuscli import sniff finds it"
    return ""


class Columns:
    """The columns of a source of rows: ``name`` of the source, ``header``, ``delimiter``, and ``tail``, cells that are
    put behind those of each row, for columns that the source lacks."""

    def __init__(self, name: str, header: list[str], delimiter: str = ",") -> None:
        self.name = name
        self.header = header
        self.delimiter = delimiter
        self.tail: list[str] = []
        self.guarded = False

    def places(self, columns: Iterable[tuple[str, str]], optional: frozenset[str]) -> dict[str, int]:
        """Where the wanted columns stand: of pairs (field, column name) a field -> index, without absent optional ones.

        ``bad_file`` where a needed column is missing, where a name stands twice, or where an absent optional column is
        nearly there: ``quantiy`` read as "no quantities" would make every quantity 1.
        """
        wanted = dict(columns)
        places = {}
        strangers = [name for name in self.header if name and name not in wanted.values()]
        for field, column in wanted.items():
            if self.header.count(column) > 1:
                raise self._no(f"the column {column!r} stands twice in the header", "leave one of them")
            if column in self.header:
                places[field] = self.header.index(column)
                continue
            if field not in optional:
                hint = near_or_known(column, strangers) if strangers else _NAME_IT
                hint = _format_hint("".join(self.header)) or self.separator_hint() or hint
                raise self._no(f"the column {column!r} is missing", hint)
            for near in near_names(column, strangers, MISTYPED):
                raise self._no(f"the column {near!r} is not known, and {column!r} is missing", f"name it {column}")
        return places

    def separator_hint(self) -> str:
        """What to do where the header is one cell that holds another separator; empty where it is not so."""
        if len(self.header) == 1:
            for other in DELIMITERS:
                if other != self.delimiter and other in self.header[0]:
                    shown = "tab" if other == "\t" else f'"{other}"'
                    return f"the file is separated by {shown}: set delimiter: {shown} in a profile"
        return ""

    def _begin(self, header: list[str]) -> None:
        """The header is known; in a file of rejects, and in one that `export receipts` wrote, cells are guarded."""
        self.guarded = any(name.startswith((REJECT_PREFIX, EXPORT_COLUMN)) for name in header)
        self.header = list(map(unguard, header)) if self.guarded else header

    def _no(self, message: str, hint: str) -> BonusError:
        return BonusError("bad_file", message, f"{self.name}:1", hint or None)


class Table(Columns):
    """A delimited file, open after its header: ``header``, ``delimiter``, ``encoding``, ``lines_read``, :meth:`rows`.

    ``taken`` tells how the file is read.
    """

    def __init__(
        self,
        path: Path,
        encoding: str = "utf-8-sig",
        delimiter: str = ",",
        layout: Layout = PLAIN_LAYOUT,
        known: Sequence[frozenset[str]] = (),
        opened: Opened | None = None,
    ) -> None:
        self._source = TextSource(path, encoding, opened)
        self.encoding = self._source.encoding if encoding == AUTO else encoding
        if self._source.marked and encoding != AUTO:
            self.encoding = "utf-8-sig"  # what is rejected has a BOM again, by which the same profile reads it
        self.lines_read = 0
        super().__init__(self._source.name, [], delimiter)
        self.taken = {"encoding": self._source.encoding}
        self.progress = self._source.progress
        self.close = self._source.close
        self._blocks: Iterator[Block] = self._source.blocks()
        try:
            plain = delimiter != AUTO and layout.skip_rows == 0 and layout.header_rows == 1
            self._begin(self._read_header() if plain else self._find_header(layout, known))
            self.taken["delimiter"] = "tab" if self.delimiter == "\t" else self.delimiter
            self._width = len(self.header)
        except BaseException:
            self.close()
            raise

    def rows(self) -> Iterator[Row]:
        """Rows in file order; blank lines are passed over, unreadable ones carry a flaw."""
        row_of = self.row
        for block in self.blocks():
            for number, text in enumerate(block[1], block[0]):
                if text:
                    self.lines_read += 1
                    yield row_of(number, text)

    def blocks(self) -> Iterator[Block]:
        """The lines behind the header, one a row, for who makes rows himself; the file is closed behind them."""
        from bonuscli.importers.broken_lines import whole_rows

        try:
            yield from whole_rows(self._blocks, self.delimiter, self._width)
        finally:
            self.close()

    def row(self, number: int, text: str) -> Row:
        """The row of one line."""
        if '"' in text:
            cells, flaw = split_quoted(text, self.delimiter)
        else:
            cells, flaw = text.split(self.delimiter), None
        if len(cells) != self._width:
            cells, flaw = self._fit(cells, flaw, text)
        if "\0" in text or "\r" in text:
            flaw = Flaw("", "", "bad_row", "a control character (NUL or CR) stands in this line", "take it out")
        elif len(text) > MAX_CELL and max(map(len, cells)) > MAX_CELL:
            flaw = Flaw("", text[:60], "bad_row", f"a cell is longer than {MAX_CELL:,} characters")
        if self.guarded:
            cells = list(map(unguard, cells))
        cells += self.tail
        return number, text, cells, flaw, None

    def split_whole(self, text: str) -> list[str]:
        """The cells of one line for a file of rejects: what stands beyond the header is kept in the last cell."""
        cells = split_quoted(text, self.delimiter)[0]
        if self.guarded:
            cells = list(map(unguard, cells))
        width = self._width
        return [*cells[: width - 1], self.delimiter.join(cells[width - 1 :]), *[""] * (width - max(len(cells), 1))]

    def _fit(self, cells: list[str], flaw: Flaw | None, text: str) -> tuple[list[str], Flaw | None]:
        """As many cells as the header has; a flaw unless only empty ones were too many."""
        width, found = self._width, len(cells)
        surplus = any(cells[width:])
        if flaw is None and (found < width or surplus):
            hint = f'a cell that holds "{self.delimiter}" must stand in double quotes' if surplus else ""
            flaw = Flaw("", text[:60], "bad_row", f"{found} cells where the header has {width}", hint)
        return cells[:width] + [""] * (width - found), flaw

    def _read_header(self) -> list[str]:
        for number, lines in self._blocks:
            for place, text in enumerate(lines):
                if text.strip():
                    self._go_on(number + place + 1, lines[place + 1 :])
                    return self._names(text)
        raise self._empty()

    def _names(self, text: str) -> list[str]:
        self._require_ends(text)
        cells, flaw = split_quoted(text, self.delimiter) if '"' in text else (text.split(self.delimiter), None)
        if flaw is not None:
            raise self._no(flaw.reason, _format_hint(text) or flaw.hint)
        return self._bounded([name.strip() for name in cells])

    def _go_on(self, number: int, lines: list[str]) -> None:
        """The rows begin with these lines."""
        self._blocks = chain(((number, lines),), self._blocks)

    def _find_header(self, layout: Layout, known: Sequence[frozenset[str]]) -> list[str]:
        """The header of a report; sets the delimiter where that is to be found, and goes on behind the header."""
        from bonuscli.importers.layout import LOOKED_AT, find_header

        looked_at = (layout.skip_rows or 0) + LOOKED_AT
        first: list[str] = []
        for _, lines in self._blocks:
            first += lines
            if len(first) >= looked_at:
                break
        if not any(text.strip() for text in first[:looked_at]):
            raise self._empty()
        self._require_ends(first[0])
        found = []
        for rank, delimiter in enumerate(DELIMITERS if self.delimiter == AUTO else (self.delimiter,)):
            self.delimiter = delimiter
            rows = [self._bounded(split_quoted(text, delimiter)[0]) for text in first[:looked_at]]
            header = find_header(rows, layout, known)
            found.append((header.found, sum(map(len, rows)), -rank, header, delimiter))
        _, _, _, header, self.delimiter = max(found)
        if not header.names:
            raise self._empty()
        self.taken["header"] = f"line {header.place + 1}"
        self._go_on(header.behind + 1, first[header.behind :])
        return list(header.names)

    def _require_ends(self, text: str) -> None:
        if "\r" in text:
            raise self._no("lines end with CR alone (an old Macintosh file)", "save it with LF or CRLF")

    def _bounded(self, cells: list[str]) -> list[str]:
        if len(cells) > MAX_COLUMNS:
            raise self._no(f"the header has more than {MAX_COLUMNS:,} columns", "this is no file of rows")
        return cells

    def _empty(self) -> BonusError:
        return BonusError("bad_file", "the file is empty", self.name, "the first line must name the columns")
