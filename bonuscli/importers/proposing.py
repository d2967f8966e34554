"""A profile for a file of rows that no shipped one fits: columns by their names, settings by what the cells hold.

All of it is a proposal in the words of a profile, with a remark wherever two readings were possible; a person reads it.
"""

import json
import re
from collections import Counter, namedtuple
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice, pairwise
from pathlib import Path

from bonuscli.clock import Calendar
from bonuscli.errors import BonusError
from bonuscli.importers.cells import decimal_parser
from bonuscli.importers.column_names import known_columns, matched_columns
from bonuscli.importers.csv_rows import DELIMITERS, Flaw, split_quoted
from bonuscli.importers.figures import plain_figures
from bonuscli.importers.layout import LOOKED_AT, joined_names
from bonuscli.importers.profile import AUTO, MOST_HEADER_ROWS, PLAIN_LAYOUT
from bonuscli.importers.tables import open_table
from bonuscli.importers.text_source import TextSource, open_bytes
from bonuscli.importers.workbook import Book, Workbook
from bonuscli.importers.written_times import WrittenTimes

NEEDED = ("receipt_id", "at", "amount")
_ROWS = 500
# Of a workbook; a report has one or two before the one that counts.
_SHEETS = 20
_FIGURES = ("amount", "unit_price", "quantity", "discount", "total")
# decimal, thousands; the first under which all figures can be read.
_WAYS = (
    ("point", "none"), ("comma", "none"), ("comma", "space"), ("point", "comma"), ("comma", "point"),
    ("point", "space"), ("point", "apostrophe"),
)  # fmt: skip
_SIGNS = ("$", "€", "£", "₽", "₴", "₸", "руб.", "руб", "грн", "р.")
_ORDERS = ("ymd", "dmy", "mdy")
_TOTAL = re.compile(r"(?:итого|всего|subtotal|total|grand total)\b", re.IGNORECASE)
_SALES = ("sale", "payment", "purchase", "продажа", "чек", "чек продажи", "приход", "чек ккм", "реализация")
_RETURNS = ("return", "refund", "возврат", "чек возврата", "возврат прихода", "возврат покупателя", "возврат товара")

# A file's rows as they stand: taken: dictionary of what was found by looking; skipped: lines above the header; height:
# rows of the header; header: its names; rows: tuple of rows of cells; matched: dictionary of field -> column.
Seen = namedtuple("Seen", "taken delimiter skipped height header rows matched")
# text: the profile; missing: fields that no column was found for.
Proposal = namedtuple("Proposal", "text seen missing")


def begins_with(path: Path) -> str:
    """The first letter of a text, past blank lines; "" where there is none."""
    opened = open_bytes(path)
    with opened[0]:
        lines = TextSource(path, AUTO, opened).lines()
        return next((text.lstrip()[:1] for _, text in lines if text.strip()), "")


def look_at(path: Path, book: Book | None = None) -> Seen:
    """The rows of a file under the header that has most columns of known names; ``bad_file`` where it has no rows.

    Of equals the header of fewest rows, then the widest one: where no name is known, what a wrong separator leaves is a
    column or two.  ``book``: the file, if it is a workbook that is open; its sheets are looked at one by one.
    """
    best: Seen | None = None
    problem: BonusError | None = None
    sheets = [(DELIMITERS[0], name) for name in book.names()[:_SHEETS]] if book else []
    for delimiter, sheet in sheets or [(each, "") for each in DELIMITERS]:
        try:
            table = open_table(path, AUTO, delimiter, PLAIN_LAYOUT._replace(sheet=sheet), book=book)
        except BonusError as found:
            problem = problem or found
            continue
        try:
            rows = [table.header]
            for number, text, cells, _, _ in islice(table.rows(), _ROWS):
                rows += [[]] * (number - 1 - len(rows))
                rows.append(cells if isinstance(table, Workbook) else split_quoted(text, delimiter)[0])
        finally:
            table.close()
        for seen in _headers(rows, table.taken, delimiter):
            if best is None or _fitness(seen) > _fitness(best):
                best = seen
    if best is None:
        raise problem or AssertionError("a table has a header")
    filled = tuple(row for row in best.rows if any(map(str.strip, row)))
    return best._replace(rows=filled, matched=matched_columns(best.header))


def _fitness(seen: Seen) -> tuple[int, int, int]:
    return len(seen.matched), -seen.height, sum(map(bool, seen.header))


def propose(path: Path, calendar: Calendar, book: Book | None = None) -> Proposal:
    """A profile for a file; its ``text`` is None where the number, the time or the amount has no column."""
    seen = look_at(path, book)
    missing = tuple(
        field
        for field in NEEDED
        if field not in seen.matched and (field != "amount" or "unit_price" not in seen.matched)
    )
    text = None if missing else "\n".join(_lines(seen, calendar)) + "\n"
    return Proposal(text, seen, missing)


def _headers(rows: list[list[str]], taken: dict[str, str], delimiter: str) -> Iterator[Seen]:
    for place in range(min(LOOKED_AT, len(rows))):
        if not any(rows[place]):
            continue
        for height in range(1, MOST_HEADER_ROWS + 1):
            header = joined_names(rows[place : place + height])
            yield Seen(taken, delimiter, place, height, header, rows[place + height :], known_columns(header))


def _lines(seen: Seen, calendar: Calendar) -> Iterator[str]:
    """The lines of the profile."""
    passed_over, end, rows = _without_totals(seen)
    column = {field: _column(rows, seen.header.index(name)) for field, name in seen.matched.items()}
    yield "# Proposed by looking at the file: read it, mend it, keep it beside your files."
    yield "format: csv"
    if "encoding" in seen.taken:
        yield f"encoding: {seen.taken['encoding']}"
        yield f"delimiter: {'tab' if seen.delimiter == chr(9) else json.dumps(seen.delimiter)}"
    else:
        yield f"sheet: {json.dumps(seen.taken['sheet'].rpartition(', ')[0].strip(chr(39)), ensure_ascii=False)}"
    if seen.skipped:
        yield f"skip_rows: {seen.skipped}"
    if seen.height > 1:
        yield f"header_rows: {seen.height}"
    if end:
        yield f"stop_at: {_quoted(end)}"
    if passed_over:
        yield f"pass_over: [{', '.join(map(_quoted, passed_over))}]"
    yield from _figures_of([text for field in _FIGURES for text in column.get(field, ())])
    dates, moment = _dates_of(column["at"], calendar)
    yield from dates
    yield from _order_of(column, moment)
    yield "# timezone: Europe/Moscow           # of the file's times, if it is not the program's"
    yield "columns:"
    width = max(map(len, seen.matched)) + 1
    for field, name in seen.matched.items():
        yield f"  {f'{field}:':<{width}} {_quoted(name)}"
    optional = [field for field in seen.matched if field not in ("receipt_id", "at", "amount", "unit_price", "kind")]
    if optional:
        yield f"optional: [{', '.join(optional)}]"
    source = [field for field in ("shop", "till") if field in seen.matched]
    if source:
        yield f"source: [{', '.join(source)}]            # a number is unique within it"
    yield from _returns_of(column)


def _figures_of(texts: list[str]) -> Iterator[str]:
    """How figures are written, by the first way in which all of them can be read."""
    signs = tuple(sign for sign in _SIGNS if any(sign in text for text in texts))
    for decimal, thousands in _WAYS:
        parse = decimal_parser(9, decimal == "comma", 0, 10**24, plain_figures(thousands, decimal == "comma", signs))
        if all(_reads(parse, text) for text in texts):
            yield f"decimal: {decimal}"
            if thousands != "none":
                yield f"thousands: {thousands}"
            break
    else:
        yield "# The figures are written in several ways; set decimal: and thousands: yourself."
    if signs:
        yield f"currency_signs: [{', '.join(map(_quoted, signs))}]"


def _reads(parse: Callable[[str], object], text: str) -> bool:
    with suppress(ValueError, Flaw):
        parse(text)
        return True
    return False


def _dates_of(texts: list[str], calendar: Calendar) -> tuple[list[str], Callable[[str], int] | None]:
    """The lines on how dates are written, and what reads them, None where nothing does."""
    texts = list(filter(None, texts))
    if all(_reads(calendar.parse_instant, text) for text in texts):
        return [], calendar.parse_instant
    ways = {order: WrittenTimes("at", calendar, order).instant for order in _ORDERS}
    fitting = [order for order, moment in ways.items() if all(_reads(moment, text) for text in texts)]
    if not fitting:
        return ["# The dates could not be read; set dates: to iso, ymd, dmy or mdy."], None
    doubt = f"          # or {' or '.join(fitting[1:])}: every day here can be read so, too" if len(fitting) > 1 else ""
    return [f"dates: {fitting[0]}{doubt}"], ways[fitting[0]]


def _order_of(column: dict[str, list[str]], moment: Callable[[str], int] | None) -> Iterator[str]:
    """Whether receipts are told once, scattered, and whether the newest comes first."""
    numbers = column["receipt_id"]
    if "" in numbers and numbers[:1] != [""]:
        yield "repeat: first-row"
    filled = list(filter(None, numbers))
    runs = [number for number, before in zip(filled, ["", *filled], strict=False) if number != before]
    if len(set(runs)) < len(runs):
        yield "lines: scattered       # numbers come back; if they begin again every day: number: [receipt_id, day]"
    moments = [moment(text) for text in column["at"] if text] if moment else []
    falls = sum(before > after for before, after in pairwise(moments))
    if falls and not any(before < after for before, after in pairwise(moments)):
        yield "order: newest-first"


def _returns_of(column: dict[str, list[str]]) -> Iterator[str]:
    below = any(text.lstrip("( $€£₽")[:1] in ("-", "\u2212") for text in column.get("amount", ()))
    kinds = Counter(filter(None, column.get("kind", ())))
    words = {
        word: "sale" if word.casefold() in _SALES else "return" if word.casefold() in _RETURNS else "skip"
        for word in islice(kinds, 50)
    }
    if words or below:
        yield "returns:"
    if words:
        yield "  kinds:"
        for word, meaning in words.items():
            doubt = "               # is it a sale or a return? skip passes it over" if meaning == "skip" else ""
            yield f"    {_quoted(word)}: {meaning}{doubt}"
    if below:
        yield "  amounts: either"


def _without_totals(seen: Seen) -> tuple[list[str], str, list[list[str]]]:
    """Words with which rows of totals begin, the text of the row that ends the table or "", and the rows of goods.

    The last row that says nothing but ``Итого`` ends the table, if no other one says the same.
    """
    head = [seen.header.index(seen.matched[field]) for field in ("receipt_id", "at")]
    totals = {}
    for place, row in enumerate(seen.rows):
        first = next((cell for cell in map(str.strip, row) if cell), "")
        found = _TOTAL.match(first)
        if found and not all(_column([row], each)[0] for each in head):
            totals[place] = (found[0], first.rstrip(" :"))
    alone = [place for place, (word, text) in totals.items() if word == text]
    last = alone[-1] if alone else None
    end = totals[last][1] if last is not None else ""
    if last is None or [totals[place][1] for place in alone].count(end) > 1:
        last, end = len(seen.rows), ""
    words = list(dict.fromkeys(word for place, (word, _) in totals.items() if place < last))
    return words, end, [row for place, row in enumerate(seen.rows[:last]) if place not in totals]


def _column(rows: Sequence[list[str]], place: int) -> list[str]:
    return [row[place].strip() if place < len(row) else "" for row in rows]


def _quoted(text: str) -> str:
    """A text as YAML takes it back, whatever stands in it."""
    return json.dumps(text, ensure_ascii=False)
