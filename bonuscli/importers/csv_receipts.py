"""Receipts from a file of rows, delimited or a workbook: the canonical format and every profile of ``format: csv``.

One row is one line of a receipt.  A receipt is read whole or rejected whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bonuscli.errors import BonusError
from bonuscli.importers import Read
from bonuscli.importers.alike_rows import alike_rows
from bonuscli.importers.csv_rows import FLAW, NUMBER, TEXT, Flaw, Row, Table
from bonuscli.importers.layout import fill_down, lay_out
from bonuscli.importers.mended import copies_apart
from bonuscli.importers.met import HashesMet
from bonuscli.importers.profile import PLAIN_LAYOUT, Profile
from bonuscli.importers.receipt_parser import Parser
from bonuscli.importers.row_groups import Group, group_adjacent, join_scattered
from bonuscli.importers.tables import open_table
from bonuscli.model import Measures, Reject
from bonuscli.records import make

if TYPE_CHECKING:
    from bonuscli.importers.workbook import Book, Workbook

_SCATTERED_HINT = "sort the file by receipt, or set lines: scattered in a profile"
_OTHER_PROFILE = "is it the right file for this profile?"
_MOST_FLAWS = 10_000


def read_csv(path: Path, profile: Profile, measures: Measures, book: Book | None = None) -> CsvReader:
    """A reader of one file of rows; ``bad_file`` where it cannot be opened or a column is missing.

    ``book``: the file, if it is a workbook that is open.
    """
    others = dict(profile.alternatives)
    known = [frozenset((column, *others.get(field, ()))) for field, column in profile.columns]
    comma = profile.decimal == "comma"
    table = open_table(path, profile.encoding, profile.delimiter, profile.layout, known, comma, book)
    try:
        return CsvReader(table, profile, measures)
    except BaseException:
        table.close()
        raise


class CsvReader:
    """See ``importers.Reader``; iterate once.  ``taken`` tells how the file was read."""

    def __init__(self, table: Table | Workbook, profile: Profile, measures: Measures) -> None:
        self._table = table
        self._profile, chosen = _present_columns(profile, table.header)
        self.taken = table.taken | chosen
        self._parser = Parser(table, self._profile, measures, self.taken)
        self.name = table.name
        self.header = table.header
        self.encoding = table.encoding
        self.delimiter = table.delimiter
        self.passed_over: Counter[str] = Counter()
        self.progress = table.progress
        self.close = table.close
        # Of rows that are told by their receipt's first one, what was wrong with them.
        self._flaws: dict[int, Flaw] = {}

    @property
    def lines_read(self) -> int:
        """Rows read so far."""
        return self._table.lines_read

    def split(self, text: str) -> list[str]:
        """The cells of a raw row, as many as the header has; what the row has beyond them stays in the last one."""
        return self._table.split_whole(text)

    def __iter__(self) -> Iterator[Read | Reject]:
        parser, scattered = self._parser, self._profile.scattered or self._profile.newest_first
        width = len(self.header)
        groups = group_adjacent(self._rows(), parser.grouping, parser.identify, parser.at_place, width)
        if scattered:
            groups = join_scattered(groups, self._read_back, self._profile.newest_first)
        # A hash of 8 bytes a receipt: two of a million numbers meet once in 10^7 files.
        met = HashesMet()
        for group in copies_apart(groups, self.header) if self._table.guarded else groups:
            flaw = group.first_flaw()
            if group.identity[1] and not scattered:
                again = met.meet(hash(group.identity))
                if again and flaw is None:
                    flaw = self._scattered_flaw(group)
            if flaw is None:
                try:
                    receipt = parser.receipt(group)
                except Flaw as found:
                    flaw = found
                else:
                    if receipt is None:
                        self.passed_over[parser.why_passed_over(group)] += 1
                        continue
                    if parser.tells_refunds and parser.is_refunded(group):
                        self.passed_over["refund that is told as a sum alone (record it with return)"] += 1
                    rows = group.rows
                    yield make(Read, (receipt, tuple([row[TEXT] for row in rows]), rows[0][NUMBER]))
                    continue
            yield self._reject(group, flaw)

    def _rows(self) -> Iterator[Row]:
        """The rows of goods, each with its receipt's columns."""
        table, layout, cut = self._table, self._profile.layout, self._parser.cut
        if layout == PLAIN_LAYOUT and cut is not None and isinstance(table, Table) and not table.guarded:
            return alike_rows(table, cut)
        rows = table.rows()
        if layout != PLAIN_LAYOUT:
            rows = lay_out(rows, layout, table, self._parser.needed(), self.passed_over, self.taken)
        if layout.first_row:
            rows = self._noting(fill_down(rows, self._parser.told_once(), table))
        return rows

    def _noting(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The rows; what is wrong with them is remembered, since it no longer shows when they are read back."""
        for row in rows:
            flaw = row[FLAW]
            if flaw is not None:
                self._flaws[row[NUMBER]] = flaw
                if len(self._flaws) > _MOST_FLAWS:
                    raise BonusError("bad_file", f"over {_MOST_FLAWS:,} rows cannot be read", self.name, _OTHER_PROFILE)
            yield row

    def _read_back(self, number: int, text: str) -> Row:
        number, text, cells, flaw, _ = self._table.row(number, text)
        return number, text, cells, self._flaws.get(number, flaw), None

    def _scattered_flaw(self, group: Group) -> Flaw:
        number, line = group.identity[1], group.rows[0][NUMBER]
        reason = f"the receipt {number} has come before, and other receipts stand between"
        return Flaw("receipt_id", number, "bad_row", reason, _SCATTERED_HINT, line)

    def _reject(self, group: Group, flaw: Flaw) -> Reject:
        line = flaw.line or group.rows[0][NUMBER]
        rows = tuple([row[TEXT] for row in group.rows])
        what = (self._parser.column_of(flaw.column), flaw.value, flaw.code, flaw.reason, flaw.hint)
        return Reject(self.name, line, *what, rows, group.identity[1] or None)


def _present_columns(profile: Profile, header: list[str]) -> tuple[Profile, dict[str, str]]:
    """The profile with those of its columns' names that the file has, and what of them is to be told."""
    chosen = {}
    for field, others in profile.alternatives:
        names = (dict(profile.columns)[field], *others)
        chosen[field] = next((name for name in names if name in header), names[0])
    if not chosen:
        return profile, {}
    columns = tuple((field, chosen.get(field, column)) for field, column in profile.columns)
    told = ", ".join(f"{field}: {column}" for field, column in chosen.items() if column in header)
    return profile._replace(columns=columns, alternatives=()), {"columns": told} if told else {}
