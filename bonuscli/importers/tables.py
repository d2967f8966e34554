"""A file of rows, whatever it is: a delimited text or a sheet of a workbook, told apart by its first bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bonuscli.importers.csv_rows import Table
from bonuscli.importers.profile import PLAIN_LAYOUT, Layout
from bonuscli.importers.text_source import name_of, open_bytes

if TYPE_CHECKING:
    from bonuscli.importers.workbook import Workbook

# Of zip archives, which the newer workbooks are, and of the older ones.
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def open_table(
    path: Path,
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
    layout: Layout = PLAIN_LAYOUT,
    known: Sequence[frozenset[str]] = (),
    decimal_comma: bool = False,
) -> Table | Workbook:
    """The rows of a file (``-`` is stdin), open after its header.

    ``encoding`` and ``delimiter`` are those of a text, or ``auto``; ``layout`` says where its rows stand; ``known``
    are the columns by which a header is found, each with all its names; with ``decimal_comma`` the numbers of a
    workbook are told with a comma.  ``bad_file`` where the file cannot be read.
    """
    opened = open_bytes(path)
    try:
        if opened[0].peek(8).startswith(WORKBOOKS):
            from bonuscli.importers.workbook import Workbook  # 15 ms that a text does not need

            return Workbook(name_of(path), opened, layout, known, encoding, delimiter, decimal_comma)
        return Table(path, encoding, delimiter, layout, known, opened)
    except BaseException:
        opened[0].close()
        raise
