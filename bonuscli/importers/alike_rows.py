"""Rows of one receipt begin alike and end alike, and only the goods between are read.

A till repeats the receipt's columns in each of its rows.  Where a row begins and ends as the one above it does, none of
these columns is split off or compared again; and goods whose columns were met before are known by their text.  So
reading the second row of a receipt takes a third of what splitting it took.  Whatever is not as simple as that (quotes,
a row that is too short, a cell that is wrong) is read as ``Table.rows`` reads it: both ways give the same receipts.
"""

from collections.abc import Callable, Iterator

from bonuscli.importers.csv_rows import MAX_CELL, Goods, Row, Table
from bonuscli.records import namedtuple

_REMEMBERED = 20_000
# No line holds it.
_NEVER = "\n"
# The number of the line that follows in a receipt.
_NEXT = {str(number): str(number + 1) for number in range(1, 100)}

# Where the columns of goods stand together.  start, end: places of the first of them and behind the last; numbered:
# whether the number of the line stands before them; goods: GoodsMet.
Cut = namedtuple("Cut", "start end numbered goods")


class GoodsMet(dict):
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
    """The rows of a table, whose cells must not be guarded, in the shape of ``Table.rows``.

    A row that is as it should be brings its goods, and its cells of them are blank.  One that begins and ends as the
    row above it shares the cells of that; where lines are numbered, its own must be the next.
    """
    row_of, delimiter, known = table.row, table.delimiter, cut.goods
    start, numbered = cut.start, cut.numbered
    blank, tail, behind = [""] * (cut.end - start), table.tail, len(table.header) - cut.end
    # How the next row begins if it is alike, its line's number too, and how it ends.
    beginning = ending = _NEVER
    before = line = ""
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
            beginning = _NEVER
            if '"' not in text and "\0" not in text and "\r" not in text and len(text) <= MAX_CELL:
                left = text.split(delimiter, start)
                rest = left.pop()
                right = rest.rsplit(delimiter, behind)
                told = right[0]
                goods = known[told] if len(left) == start else None
                if goods is not None:
                    right[:1] = blank
                    cells = left + right + tail
                    beginning, ending = text[: len(text) - len(rest)], rest[len(told) :]
                    if numbered:
                        line = _NEXT.get(left[-1], _NEVER)
                        before = beginning[: len(beginning) - len(left[-1]) - 1]
                        beginning = f"{before}{line}{delimiter}"
                    yield number, text, cells, None, goods
                    continue
            yield row_of(number, text)
