"""Members from a CSV file for ``enroll --file``: one row a member, columns matched by name.

Only the shape is checked here; cards, phones, days and consents are read by the service that enrols, the same for a
row of a file and for the options of one call.
"""

from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

from bonuscli.errors import BonusError
from bonuscli.importers.cells import MAX_TEXT
from bonuscli.importers.csv_rows import REJECT_PREFIX, Flaw, Table
from bonuscli.model import Reject
from bonuscli.near import near_or_known

MEMBER_COLUMNS = ("card", "phone", "name", "email", "birthday", "gender", "tags", "consent", "at")
_LIST_COLUMNS = ("tags", "consent")

# line: number in the file; text: the row as it stands there; told: dictionary with every key of MEMBER_COLUMNS, text,
# empty where nothing is written; its ``tags`` and ``consent`` are tuples.
MemberRow = namedtuple("MemberRow", "line text told")


class MembersReader:
    """Iterate once: ``MemberRow`` or ``Reject``; has what a file of rejects needs, like ``importers.Reader``."""

    def __init__(self, path: Path) -> None:
        self._table = Table(path)
        self.name = self._table.name
        self.header = self._table.header
        self.encoding = self._table.encoding
        self.delimiter = self._table.delimiter
        self.progress = self._table.progress
        self.close = self._table.close
        try:
            self._places = self._table.places([(name, name) for name in MEMBER_COLUMNS], frozenset(MEMBER_COLUMNS))
            self._refuse_strangers()
        except BaseException:
            self._table.close()
            raise

    def split(self, text: str) -> list[str]:
        """The cells of a raw row, as many as the header has."""
        return self._table.split_whole(text)

    def refuse(self, row: MemberRow, problem: BonusError) -> Reject:
        """The reject of a row that was read well and refused by the service (a card that is taken)."""
        column = problem.where if problem.where in MEMBER_COLUMNS else ""
        value = str(row.told[column]) if column and column not in _LIST_COLUMNS else ""
        hint = problem.hint or ""
        return Reject(self.name, row.line, column, value, problem.code, problem.message, hint, (row.text,), None)

    def __iter__(self) -> Iterator[MemberRow | Reject]:
        for number, text, cells, unreadable in self._table.rows():
            try:
                if unreadable is not None:
                    raise unreadable
                member = self._member(cells)
            except Flaw as flaw:
                yield Reject(
                    self.name, number, flaw.column, flaw.value, flaw.code, flaw.reason, flaw.hint, (text,), None
                )
            else:
                yield MemberRow(number, text, member)

    def _member(self, cells: list[str]) -> dict[str, str | tuple[str, ...]]:
        member: dict[str, str | tuple[str, ...]] = dict.fromkeys(MEMBER_COLUMNS, "")
        for name, place in self._places.items():
            text = cells[place].strip()
            if len(text) > MAX_TEXT:
                raise Flaw(name, text[:60], "bad_member", f"the text is longer than {MAX_TEXT} characters")
            member[name] = text
        for name in _LIST_COLUMNS:
            text = str(member[name])
            member[name] = tuple(text.replace(";", " ").replace(",", " ").split())
        if not member["card"] and not member["phone"]:
            raise Flaw("card", "", "bad_member", "this row has neither a card nor a phone", "write one of them")
        return member

    def _refuse_strangers(self) -> None:
        """An unknown column is an error: data that a shop thinks it has stored would be lost without a word."""
        for name in self.header:
            if name and name not in MEMBER_COLUMNS and not name.startswith(REJECT_PREFIX):
                hint = self._table.separator_hint() or near_or_known(name, MEMBER_COLUMNS)
                raise BonusError("bad_file", f"the column {name!r} is not known", f"{self.name}:1", hint)
        if not {"card", "phone"} & set(self.header):
            raise BonusError("bad_file", "there is no column card and no column phone", f"{self.name}:1")


def read_members(path: Path) -> MembersReader:
    """A reader of members (``-`` is stdin); ``bad_file`` where the file or its header cannot be read."""
    return MembersReader(path)
