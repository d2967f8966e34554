"""Rows of a file whose columns are matched by name: what files of members and of grants have in common.

The file is a sheet of Excel or LibreOffice, or delimited text; how that is encoded and separated is found, and told.
Only the shape is read here.  A column that nobody knows is an error, because what a shop thinks it has stored would be
lost without a word, unless a profile says which columns count; a row that can not be read becomes a reject and the
others go on.
"""

import re
from abc import ABC, abstractmethod
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bonuscli.errors import BonusError
from bonuscli.importers.bounds import MAX_TEXT
from bonuscli.importers.csv_rows import REJECT_PREFIX, Flaw, unguard
from bonuscli.importers.encodings import UTF_8
from bonuscli.importers.members_profile import OWN_NAMES, MembersProfile
from bonuscli.importers.tables import open_table
from bonuscli.model import Reject
from bonuscli.near import near_or_known

# line: number in the file; text: the row as it stands there; told: dictionary with every column's name, text, empty
# where nothing is written.
NamedRow = namedtuple("NamedRow", "line text told")
# How programs keep Excel from making a number of 0012.
_AS_TEXT = re.compile('="([^"]*)"')


class NamedRows(ABC):
    """Iterate once: ``NamedRow`` or ``Reject``; has what a file of rejects needs, like ``importers.Reader``.

    A kind of file says its ``columns``, those of them that the header ``needs``, the ``flaw`` code of a row that can
    not be read, and what a row must hold (``_typed``).  ``taken`` tells how the file is read.
    """

    columns: tuple[str, ...]
    needs: tuple[str, ...] = ()
    flaw: str

    def __init__(self, path: Path, profile: MembersProfile = OWN_NAMES) -> None:
        self._profile = profile
        # Ours to theirs.
        self._names: dict[str, str] = profile.columns or {name: name for name in self.columns}
        known = [frozenset((name,)) for name in self._names.values()]
        try:
            comma = profile.decimal == "comma"
            self._table = open_table(path, profile.encoding, profile.delimiter, profile.layout, known, comma)
        except BonusError as problem:
            if profile is not OWN_NAMES or "profile" not in (problem.hint or ""):
                raise
            hint = "save it as CSV UTF-8, or as a workbook"
            raise BonusError(problem.code, problem.message, problem.where, hint) from None
        self.taken: dict[str, str] = self._table.taken
        self.name = self._table.name
        self.header = self._table.header
        # A spreadsheet knows a file of rejects for UTF-8 by its mark.
        self.encoding = "utf-8-sig" if self._table.encoding == UTF_8 else self._table.encoding
        self.delimiter = self._table.delimiter
        self.progress = self._table.progress
        self.close = self._table.close
        try:
            optional = frozenset() if profile.columns else frozenset(self.columns) - frozenset(self.needs)
            self._places = self._table.places(self._names.items(), optional)
            self._check_header()
        except BaseException:
            self._table.close()
            raise

    def split(self, text: str) -> list[str]:
        """The cells of a raw row, as many as the header has."""
        return self._table.split_whole(text)

    def refuse(self, row: NamedRow, problem: BonusError) -> Reject:
        """The reject of a row that was read well and refused by the service (a card that is taken)."""
        column = problem.where if problem.where in self.columns else ""
        value = row.told[column] if column else ""
        cell = self._names.get(column, column), value if isinstance(value, str) else ""
        told = problem.code, problem.message, problem.hint or ""
        return Reject(self.name, row.line, *cell, *told, (row.text,), None)

    def __iter__(self) -> Iterator[NamedRow | Reject]:
        for number, text, cells, unreadable, _ in self._table.rows():
            try:
                if unreadable is not None:
                    raise unreadable
                told = self._typed(self._told(cells))
            except Flaw as flaw:
                column = self._names.get(flaw.column, flaw.column)
                yield Reject(self.name, number, column, flaw.value, flaw.code, flaw.reason, flaw.hint, (text,), None)
            else:
                yield NamedRow(number, text, told)

    @abstractmethod
    def _typed(self, told: dict[str, str]) -> dict[str, Any]:
        """The row as the service takes it; Flaw where it lacks something."""

    def _told(self, cells: list[str]) -> dict[str, str]:
        told = dict.fromkeys(self.columns, "")
        for name, place in self._places.items():
            told[name] = _bare(cells[place].strip())
            if len(told[name]) > MAX_TEXT:
                raise Flaw(name, told[name][:60], self.flaw, f"the text is longer than {MAX_TEXT} characters")
        return told

    def _check_header(self) -> None:
        theirs = self._names.values()
        others = [name for name in self.header if name and name not in theirs and not name.startswith(REJECT_PREFIX)]
        if others and self._profile.columns is None:
            hint = near_or_known(others[0], self.columns)
            raise BonusError("bad_file", f"the column {others[0]!r} is not known", f"{self.name}:1", hint)
        if others:
            self.taken["without"] = ", ".join(others)


def _bare(cell: str) -> str:
    """A cell without what keeps a spreadsheet from running it or making a number of it.

    >>> _bare('="0012"'), _bare("'+7 912 345-67-89"), _bare("'t Hooft")
    ('0012', '+7 912 345-67-89', "'t Hooft")
    """
    formula = _AS_TEXT.fullmatch(cell)
    return formula[1].strip() if formula else unguard(cell)
