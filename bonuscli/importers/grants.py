"""Points from a CSV file for ``grant --file``: one row a lot, columns matched by name.

Only the shape is checked here; cards, points and days are read by the service that grants, the same for a row of a file
and for the options of one call.
"""

from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

from bonuscli.errors import BonusError
from bonuscli.importers.cells import MAX_TEXT
from bonuscli.importers.csv_rows import REJECT_PREFIX, Flaw, Table
from bonuscli.model import Reject
from bonuscli.near import near_or_known

GRANT_COLUMNS = ("card", "points", "opens_on", "expires_on", "reason", "key")
NEEDED_COLUMNS = ("card", "points")

# line: number in the file; text: the row as it stands there; told: dictionary with every key of GRANT_COLUMNS, text,
# empty where nothing is written.
GrantRow = namedtuple("GrantRow", "line text told")


class GrantsReader:
    """Iterate once: ``GrantRow`` or ``Reject``; has what a file of rejects needs, like ``importers.Reader``."""

    def __init__(self, path: Path) -> None:
        self._table = Table(path)
        self.name = self._table.name
        self.header = self._table.header
        self.encoding = self._table.encoding
        self.delimiter = self._table.delimiter
        self.close = self._table.close
        try:
            optional = frozenset(GRANT_COLUMNS) - frozenset(NEEDED_COLUMNS)
            self._places = self._table.places([(name, name) for name in GRANT_COLUMNS], optional)
            self._refuse_strangers()
        except BaseException:
            self._table.close()
            raise

    def split(self, text: str) -> list[str]:
        """The cells of a raw row, as many as the header has."""
        return self._table.split_whole(text)

    def refuse(self, row: GrantRow, code: str, reason: str, column: str | None, hint: str | None) -> Reject:
        """The reject of a row that was read well and could not be booked (a card that nobody has)."""
        known = column if column in GRANT_COLUMNS else ""
        value = row.told[known] if known else ""
        return Reject(self.name, row.line, known, value, code, reason, hint or "", (row.text,), None)

    def __iter__(self) -> Iterator[GrantRow | Reject]:
        for number, text, cells, unreadable in self._table.rows():
            try:
                if unreadable is not None:
                    raise unreadable
                told = self._told(cells)
            except Flaw as flaw:
                yield Reject(
                    self.name, number, flaw.column, flaw.value, flaw.code, flaw.reason, flaw.hint, (text,), None
                )
            else:
                yield GrantRow(number, text, told)

    def _told(self, cells: list[str]) -> dict[str, str]:
        told = dict.fromkeys(GRANT_COLUMNS, "")
        for name, place in self._places.items():
            told[name] = cells[place].strip()
            if len(told[name]) > MAX_TEXT:
                raise Flaw(name, told[name][:60], "bad_row", f"the text is longer than {MAX_TEXT} characters")
        for name in NEEDED_COLUMNS:
            if not told[name]:
                raise Flaw(name, "", "bad_row", f"this row has no {name}", "write it")
        return told

    def _refuse_strangers(self) -> None:
        """An unknown column is an error: a misspelt expiry day would make points that last as the program's."""
        for name in self.header:
            if name and name not in GRANT_COLUMNS and not name.startswith(REJECT_PREFIX):
                hint = self._table.separator_hint() or near_or_known(name, GRANT_COLUMNS)
                raise BonusError("bad_file", f"the column {name!r} is not known", f"{self.name}:1", hint)


def read_grants(path: Path) -> GrantsReader:
    """A reader of grants (``-`` is stdin); ``bad_file`` where the file or its header cannot be read."""
    return GrantsReader(path)
