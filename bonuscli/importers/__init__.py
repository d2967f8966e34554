"""A till's file to receipts: one module per format, one profile per source.

``open_receipts`` gives a reader that streams: each item is a :class:`Read` (a receipt beside the raw rows it came from)
or a ``model.Reject`` (a receipt that could not be read, whole).  A receipt that the program refuses later is turned
into a ``Reject`` with :func:`refuse`, so that both kinds go to one file of rejects, which can be mended and imported
again.
"""

from collections import namedtuple
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Protocol

from bonuscli.importers.profile import Profile
from bonuscli.model import Measures, Reject

# format of a profile -> "module:function" with the parameters (path, profile, measures) that gives a Reader.
IMPORTERS = {
    "csv": "bonuscli.importers.csv_receipts:read_csv",
}

# receipt: model.Receipt; rows: tuple of the source's lines as text; line: number of the first of them.
Read = namedtuple("Read", "receipt rows line")


class Reader(Protocol):
    """An input that is being read, once; ``name`` is its path or ``stdin``.

    ``encoding`` and ``delimiter`` are those that it was read with, for a file of rejects that can be read likewise.
    """

    name: str
    encoding: str
    delimiter: str
    header: list[str]

    @property
    def lines_read(self) -> int:
        """Rows met so far: rejected ones too, blank lines not."""

    def __iter__(self) -> Iterator[Read | Reject]: ...

    def progress(self) -> tuple[int, int | None]:
        """Bytes read and bytes in all, as on the disk; None for a pipe."""

    def split(self, text: str) -> list[str]:
        """The cells of a raw row, as many as the header has."""

    def close(self) -> None:
        """Let go of the file before its end was reached."""


def open_receipts(path: Path, profile: Profile, measures: Measures) -> Reader:
    """A reader over a file (``-`` is stdin) that gives ``Read`` and ``Reject`` items in file order.

    Memory stays constant but for a hash of each receipt's number.  ``BonusError`` ``bad_file`` where the file as a
    whole cannot be read: at once for its beginning and header, while iterating for what breaks off in the middle.
    """
    module, _, function = IMPORTERS[profile.format].partition(":")
    reader: Reader = getattr(import_module(module), function)(path, profile, measures)
    return reader


def refuse(read: Read, reader: Reader, code: str, reason: str, hint: str = "", column: str = "") -> Reject:
    """The reject of a receipt that was read well and refused later, by the program or as a conflict.

    ``column``: the source's column that it is refused for, if it is one; its cell is told beside it.
    """
    if column not in reader.header:
        column = ""
    value = reader.split(read.rows[0])[reader.header.index(column)] if column else ""
    return Reject(reader.name, read.line, column, value, code, reason, hint, read.rows, read.receipt.number)
