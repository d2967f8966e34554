"""Where the rows of goods stand in a report that people made: below a title, above a total, filled once a receipt.

A report is not a table: it begins with what it is about, its header may take two rows with merged cells, it ends with a
total and signatures.  What is passed over is counted, and where the header was found is told.
"""

from collections import Counter, namedtuple
from collections.abc import Callable, Iterable, Iterator, Sequence

from bonuscli.errors import BonusError
from bonuscli.importers.csv_rows import REJECT_COLUMNS, REJECT_PREFIX, Columns, Row, row_text
from bonuscli.importers.profile import MOST_HEADER_ROWS, Layout

# For each column of a profile the names that it may have.
Known = Sequence[frozenset[str]]
# As many rows are looked at for a header; a report's title takes ten.
LOOKED_AT = 60
_JOINED = " / "
_REJECT_NAMES = frozenset(REJECT_PREFIX + name for name in REJECT_COLUMNS)

# Of a file that tells a receipt once: the places of its columns; the place of its number; a function to the cell that
# is filled in every row and the same within a receipt, or None where the file has no such cell; the places of what was
# sold, by name and sum.
ToldOnce = tuple[Sequence[int], int, Callable[[list[str]], str] | None, Sequence[int]]
# Places of its first row and of the first row behind it; its names; how many of the known ones are among them.
Header = namedtuple("Header", "place behind names found")


def find_header(rows: Sequence[list[str]], layout: Layout, known: Known) -> Header:
    """The header among the first rows of a file, as cells; without names where all of them are blank.

    Where the profile leaves it open, on which row it begins and how many it takes, it is what has most of the known
    columns; of equals the first and the shortest.  A file of rejects has its header on top, whatever the source had
    above it.
    """
    filled = [place for place, cells in enumerate(rows) if any(map(str.strip, cells))]
    if filled and _REJECT_NAMES.issubset(map(str.strip, rows[filled[0]])):
        return Header(filled[0], filled[0] + 1, joined_names(rows[filled[0] : filled[0] + 1]), len(known))
    best = Header(0, 0, [], -1)
    for place in filled:
        if place < (layout.skip_rows or 0):
            continue
        for height in (layout.header_rows,) if layout.header_rows else range(1, MOST_HEADER_ROWS + 1):
            behind = min(place + height, len(rows))
            names = joined_names(rows[place:behind])
            found = sum(not each.isdisjoint(names) for each in known)
            if found > best.found or (found == best.found and height < best.behind - best.place):
                best = Header(place, behind, names, found)
        if layout.skip_rows is not None:
            break
    return best


def joined_names(rows: Sequence[list[str]]) -> list[str]:
    """The names of a header of several rows, in which upper cells are merged over lower ones.

    A lower cell's own name is enough; where two are alike, the name above goes before each.

    >>> joined_names([["Check", "", "Sum"], ["No", "Date", ""]])
    ['No', 'Date', 'Sum']
    >>> joined_names([["No", "Sold", "", "Returned", ""], ["", "Pieces", "Sum", "Pieces", "Sum"]])
    ['No', 'Sold / Pieces', 'Sold / Sum', 'Returned / Pieces', 'Returned / Sum']
    """
    width = max(map(len, rows))
    names = [""] * width
    above = [""] * width
    for row in reversed(rows):
        merged = ""
        for place in range(width):
            cell = row[place].strip() if place < len(row) else ""
            merged = cell or merged
            if not names[place]:
                names[place] = cell
            elif not above[place]:
                above[place] = merged
    return [
        f"{above[place]}{_JOINED}{name}" if name and above[place] and names.count(name) > 1 else name
        for place, name in enumerate(names)
    ]


def lay_out(
    rows: Iterable[Row],
    layout: Layout,
    columns: Columns,
    needed: Sequence[int],
    passed_over: Counter[str],
    taken: dict[str, str],
) -> Iterator[Row]:
    """The rows of goods among the rows of a report; ``needed``: places of what each receipt has in its first row.

    Blank rows are left out, total rows counted in ``passed_over``; ``taken`` tells where the rows end.  ``bad_file``
    where a receipt stands below that: what seemed to be the last total was another one.
    """
    stop, beginnings = layout.stop_at.casefold(), [(each.casefold(), each) for each in layout.pass_over]
    width, ended = len(columns.header), False
    for row in rows:
        cells = row[2][:width]
        filled = next((cell for cell in map(str.strip, cells) if cell), "").casefold()
        if not filled:
            continue
        if ended:
            if all(cells[place].strip() for place in needed):
                raise _below_the_end(row, layout, columns)
            passed_over[f"row below {layout.stop_at!r}"] += 1
            continue
        beginning = next((shown for each, shown in beginnings if filled.startswith(each)), None)
        if stop and filled.rstrip(" :") == stop.rstrip(" :"):
            passed_over[f"row {layout.stop_at!r}"] += 1
            taken["end"] = f"{layout.stop_at!r} in line {row[0]}"
            ended = True
        elif beginning is not None:
            passed_over[f"row that begins with {beginning!r}"] += 1
        else:
            yield row
    if stop and not ended:
        taken["end"] = f"the file's, without a row {layout.stop_at!r}"


def _below_the_end(row: Row, layout: Layout, columns: Columns) -> BonusError:
    message = f"a receipt stands below the row {layout.stop_at!r}, which ends the table"
    hint = f"in a copy of the profile: pass_over: [{layout.stop_at}], and stop_at: the text of the last total"
    return BonusError("bad_file", message, f"{columns.name}:{row[0]}", hint)


def fill_down(rows: Iterable[Row], told_once: ToldOnce, columns: Columns) -> Iterator[Row]:
    """Rows whose receipt is told by the first of them, with its cells put into the others and into their texts.

    Rows without number, or with the ``same`` of the row above, go on with its receipt.  A first row that sells nothing
    is the receipt's own, above those of its goods.  An unreadable row is taken as it seems: it spoils the receipts that
    it may be of, and none is booked without it.
    """
    fields, number, same, sold = told_once
    first: list[str] | None = None
    empty: Row | None = None
    for line, _, cells, flaw, _ in rows:
        goes_on = first is not None and (same(cells) == same(first) if same else not cells[number].strip())
        if goes_on and first is not None:
            for place in fields:
                if not cells[place].strip():
                    cells[place] = first[place]
        else:
            first = cells
        row = line, row_text(cells[: len(columns.header)], columns.delimiter), cells, flaw, None
        if empty is not None and not goes_on:
            yield empty
        empty = None
        if not goes_on and flaw is None and not any(cells[place].strip() for place in sold):
            empty = row
        else:
            yield row
    if empty is not None:
        yield empty
