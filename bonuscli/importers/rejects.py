"""The file of rejects: the source's own rows, each beside what is wrong with it.

It has the source's header, encoding and delimiter, so a person mends the row where it stands and imports the file
again; the ``reject_`` columns are ignored then.  A cell that a spreadsheet would run as a formula is guarded by an
apostrophe, which is taken off when the file comes in.  A rejected receipt goes in with all its rows.  The file is made
by the first reject; an import without one leaves nothing behind.
"""

import csv
import os
from pathlib import Path
from typing import IO, Any, Protocol

from bonuscli.errors import BonusError
from bonuscli.importers.csv_rows import REJECT_COLUMNS, REJECT_PREFIX, guard
from bonuscli.model import Reject

# What every file of rejects has in its header, in whatever encoding; and how far a header is looked for.
_MARK = f"{REJECT_PREFIX}{REJECT_COLUMNS[0]}".encode()
_LOOKED_AT = 100_000
# The ending of the names that nobody chose; what people have made of such a file is theirs to keep elsewhere.
_NAMED_SO = ".rejects.csv"
# What stands beside a database belongs to it, also while it is empty.
_COMPANIONS = ("-wal", "-shm", "-journal", "-lock", "-gate")


class Rows(Protocol):
    """What a file of rejects must know of the input: a part of ``importers.Reader``."""

    name: str
    encoding: str
    delimiter: str
    header: list[str]

    def split(self, text: str) -> list[str]:
        """The cells of a raw row, as many as the header has."""


class RejectsFile:
    """Rejects of one input; ``count`` receipts were written so far.

    An older file of rejects of the same name is written over, or with ``append`` prolonged if it has the same columns
    (several inputs, one file of rejects); any other file stays as it is, above all a database: BonusError ``bad_file``.
    Readable by its owner alone, because rows hold personal data.
    """

    def __init__(self, path: Path, reader: Rows, append: bool = False) -> None:
        self.path = path
        self._require_free(reader.name)
        self._append = append
        self.count = 0
        self._reader = reader
        # A mended file that comes in again has the columns of its last rejection already.
        self._own = [place for place, name in enumerate(reader.header) if not name.startswith(REJECT_PREFIX)]
        self._stream: IO[str] | None = None
        self._writer: Any = None

    def _require_free(self, source: str) -> None:
        """What is there is a file of rejects, empty, or no file, such as a pipe; and it is not the file of the rows."""
        if self.path.name.endswith(_COMPANIONS):
            raise self._refusal("that is the name of a part of a database")
        try:
            if not self.path.is_file():
                return
            if Path(source).exists() and self.path.samefile(source):
                raise self._refusal("that is the file that is being read")
            with self.path.open("rb") as stream:
                begins = stream.read(_LOOKED_AT)
        except OSError:  # told when there is a reject to be written
            return
        if begins and _MARK not in begins and not self.path.name.endswith(_NAMED_SO):
            raise self._refusal("it is there already, and is no file of rejects")

    def write(self, reject: Reject) -> None:
        """Append all rows of one rejected receipt; ``BonusError`` ``bad_file`` where the file cannot be written."""
        if self._stream is None:
            self._begin()
        told = (reject.file, reject.line, reject.column, reject.value, reject.code, reject.reason, reject.hint)
        cells = [guard(str(each)) for each in told]
        for text in reject.rows:
            row = self._reader.split(text)
            self._writer.writerow([*(guard(row[place]) for place in self._own), *cells])
        self.count += 1

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def __enter__(self) -> "RejectsFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self) -> None:
        reader = self._reader
        header = [
            *(guard(reader.header[place]) for place in self._own),
            *(REJECT_PREFIX + name for name in REJECT_COLUMNS),
        ]
        try:
            prolong = self._append and self.path.exists() and self.path.stat().st_size > 0
            if prolong and self._header_there() != header:
                raise self._refusal("that file has other columns")
            flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if prolong else os.O_TRUNC)
            handle = os.open(self.path, flags, 0o600)
        except OSError as problem:
            raise self._refusal(problem.strerror or str(problem)) from None
        # A byte order mark stands at the beginning of a file only.
        encoding = "utf-8" if prolong and reader.encoding == "utf-8-sig" else reader.encoding
        self._stream = os.fdopen(handle, "w", encoding=encoding, errors="backslashreplace", newline="")
        self._writer = csv.writer(self._stream, delimiter=reader.delimiter, lineterminator="\n")
        if not prolong:
            self._writer.writerow(header)

    def _header_there(self) -> list[str]:
        with self.path.open(encoding=self._reader.encoding, errors="replace", newline="") as stream:
            return next(csv.reader(stream, delimiter=self._reader.delimiter))

    def _refusal(self, why: str) -> BonusError:
        hint = "name another file with --errors"
        return BonusError("bad_file", f"rejects cannot be written: {why}", str(self.path), hint)
