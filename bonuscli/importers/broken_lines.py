"""Rows that stand on several lines, because a cell in quotes holds line breaks: a customer's note, an address.

A quote that somebody forgot to close looks like the beginning of such a row, and taken for one it would swallow sales
without a word.  So lines are put together only where nothing else can be meant: the quotes close, there are as many
cells as the header has, and none of the further lines is as wide as a row by itself.  Else each line stands alone, and
the first of them is rejected for its quote.
"""

from collections.abc import Iterator

from bonuscli.importers.csv_rows import NOT_CLOSED, split_quoted
from bonuscli.importers.text_source import Block

# A note of so many lines is a letter.
_MOST_LINES = 100


def whole_rows(blocks: Iterator[Block], delimiter: str, width: int) -> Iterator[Block]:
    """The blocks of lines, in which a row of several lines is one line with spaces; ``width``: of the header.

    Lines keep their numbers; a row has that of its first line.
    """
    for number, lines in blocks:
        place = _odd_quotes(lines, 0)
        while place < len(lines):
            while (end := _end_of(lines, place, delimiter, width)) is None:
                following = next(blocks, None)
                if following is None:
                    end = place
                    break
                lines = [*lines, *following[1]]
            if end > place:
                yield number, lines[:place]
                yield number + place, [" ".join(lines[place : end + 1])]
                number, lines, end = number + end + 1, lines[end + 1 :], -1
            place = _odd_quotes(lines, end + 1)
        yield number, lines


def _odd_quotes(lines: list[str], start: int) -> int:
    """The place of the first line, from ``start`` on, with an odd number of quotes; behind the last where none has.

    Such a line begins a row, ends one, or has a quote in a cell without quotes: 12" plate.
    """
    for place in range(start, len(lines)):
        if '"' in lines[place] and lines[place].count('"') & 1:
            return place
    return len(lines)


def _end_of(lines: list[str], place: int, delimiter: str, width: int) -> int | None:
    """The place of the last line of the row that begins at a place: the same one where it is whole or broken; None
    where only lines behind these can tell."""
    flaw = split_quoted(lines[place], delimiter)[1]
    if width < 2 or flaw is None or flaw.reason != NOT_CLOSED:
        return place
    for end in range(place + 1, min(place + _MOST_LINES, len(lines))):
        cells, flaw = split_quoted(lines[end], delimiter)
        if len(cells) >= width:
            return place
        if lines[end].count('"') & 1:
            cells, flaw = split_quoted("\n".join(lines[place : end + 1]), delimiter)
            return end if flaw is None and len(cells) == width else place
    return place if len(lines) >= place + _MOST_LINES else None
