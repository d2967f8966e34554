"""A file of rows, whatever it is: a delimited text or a sheet of a workbook, told apart by its first bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bonuscli.importers.csv_rows import Table
from bonuscli.importers.profile import PLAIN_LAYOUT, Layout
from bonuscli.importers.text_source import Opened, name_of, open_bytes

if TYPE_CHECKING:
    from bonuscli.importers.workbook import Book, Workbook

# Of zip archives, which the newer workbooks are, and of the older ones.
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def open_table(
    path: Path,
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
    layout: Layout = PLAIN_LAYOUT,
    known: Sequence[frozenset[str]] = (),
    decimal_comma: bool = False,
    book: Book | None = None,
) -> Table | Workbook:
    """The rows of a file (``-`` is stdin), open after its header.

    ``encoding`` and ``delimiter`` are those of a text, or ``auto``; ``layout`` says where its rows stand; ``known``
    are the columns by which a header is found, each with all its names; with ``decimal_comma`` the numbers of a
    workbook are told with a comma; ``book`` is the file where that is a workbook and open already.  ``bad_file`` where
    the file cannot be read.
    """
    if book is not None:
        return _sheet_of(book, layout, known, encoding, delimiter, decimal_comma)
    opened = open_bytes(path)
    try:
        if not opened[0].peek(8).startswith(WORKBOOKS):
            return Table(path, encoding, delimiter, layout, known, opened)
        return _sheet_of(_book(path, opened), layout, known, encoding, delimiter, decimal_comma)
    except BaseException:
        opened[0].close()
        raise


def open_book(path: Path) -> Book | None:
    """A workbook to be read in several ways, parsed once; None for a file that is none.  Errors as of `open_table`."""
    opened = open_bytes(path)
    with opened[0] as raw:
        return _book(path, opened) if raw.peek(8).startswith(WORKBOOKS) else None


def _book(path: Path, opened: Opened) -> Book:
    from bonuscli.importers.workbook import Book  # 15 ms that a text does not need

    return Book(name_of(path), opened)


def _sheet_of(book: Book, *how: Any) -> Workbook:
    from bonuscli.importers.workbook import Workbook

    return Workbook(book, *how)
