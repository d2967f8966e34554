"""A till's file to receipts: one module per format, one profile per source.

``open_receipts`` gives a reader that streams: each item is a :class:`Read` (a receipt beside the raw rows it came from)
or a ``model.Reject`` (a receipt that could not be read, whole).  A receipt that the program refuses later is turned
into a ``Reject`` with :func:`refuse`, so that both kinds go to one file of rejects, which can be mended and imported
again.
"""

from __future__ import annotations

from bonuscli.model import Reject
from bonuscli.records import namedtuple

# A till's command imports this on its way to the identity of a source, and waits for none of these.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Protocol

    from bonuscli.importers.profile import Profile
    from bonuscli.model import Measures
else:
    Protocol = object

# format of a profile -> "module:function" with the parameters (path, profile, measures) that gives a Reader.
IMPORTERS = {
    "csv": "bonuscli.importers.csv_receipts:read_csv",
    "jsonl": "bonuscli.importers.receipt_lines:read_receipt_lines",
    "ofd-json": "bonuscli.importers.ofd:read_ofd",
    "evotor-docs": "bonuscli.importers.evotor:read_evotor",
    "checkbox": "bonuscli.importers.checkbox:read_checkbox",
    "commerceml": "bonuscli.importers.commerceml:read_commerceml",
    "poslog": "bonuscli.importers.poslog:read_poslog",
}

# receipt: model.Receipt; rows: tuple of the source's lines as text; line: number of the first of them.
Read = namedtuple("Read", "receipt rows line")


class Reader(Protocol):
    """An input that is being read, once; ``name`` is its path or ``stdin``.

    ``encoding`` and ``delimiter`` are those that it was read with, for a file of rejects that can be read likewise.
    ``passed_over`` counts what the source holds besides receipts, by what it is.  ``taken`` tells how the source is
    read (encoding, delimiter, sheet, header), whole once it was read to its end.
    """

    name: str
    encoding: str
    delimiter: str
    header: list[str]
    passed_over: Counter[str]
    taken: dict[str, str]

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

    Memory stays constant but for a hash of each receipt's number.  A file of rejects is read under the profile of its
    source, whatever that one's format is.  ``BonusError`` ``bad_file`` where the file as a whole cannot be read: at
    once for its beginning and header, while iterating for what breaks off in the middle.
    """
    from importlib import import_module

    if profile.format != "csv":
        from bonuscli.importers.mended import holds_rejects, profile_of_rejects

        if holds_rejects(path):
            profile = profile_of_rejects(profile)
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
