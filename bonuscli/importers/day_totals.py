"""What tills say of whole days: Z-reports and sales reports of 1C, to be compared with what is stored.

Nothing is booked from these.  A table has one row for a day, a shop and perhaps a till; rows of sums (``Итого``) and
blank ones are passed over.  All that cannot be read is told at once, and then nothing is compared: half a comparison
looks like a good one.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from bonuscli.days import day_number, parse_day
from bonuscli.errors import BonusError, found_in
from bonuscli.importers.csv_rows import Columns
from bonuscli.importers.profile import AUTO, Layout
from bonuscli.importers.tables import open_table
from bonuscli.importers.text_source import name_of
from bonuscli.importers.xml_documents import TEXT, XmlFile, elements
from bonuscli.units import format_decimal, parse_decimal

# line: where it stands; day: number; shop, till: texts, None where the file has no such column; receipts: how many
# were sales, None where that is not told; total: minor units, of the sales alone where returns are told, else less what
# came back; returns: minor units, zero or more, or None.
DayTotal = namedtuple("DayTotal", "line day shop till receipts total returns")

# Names that the columns have, besides those that the caller gives; the first is ours.
NAMES = {
    "day": ("day", "date", "День", "Дата"),
    "shop": ("shop", "store", "Магазин", "Склад", "Торговая точка"),
    "till": ("till", "register", "Касса", "ККТ", "Терминал"),
    "receipts": ("receipts", "Чеков", "Количество чеков", "Чеки"),
    "total": ("total", "sales", "Сумма", "Выручка", "Продажи", "Приход"),
    "returns": ("returns", "refunds", "Возвраты", "Возврат", "Возврат прихода"),
}
_NEEDED = ("day", "total")
_SUM_ROW = re.compile(r"(?:итого|всего|total|sum)\b", re.IGNORECASE)
_PEOPLES_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?: 0?0:00(?::00)?)?")
_ISO_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]00:00(?::00)?)?")
# 1 234,50 with any space between thousands; 1,234 could be either and is refused.
_COMMA = re.compile(r"-?[0-9]+,[0-9]{1,2}")
_THOUSANDS = re.compile(r"(?<=[0-9])[ \u00a0\u202f](?=[0-9]{3}(?![0-9]))")
_MOST_PROBLEMS = 20

_REPORTS = frozenset(("Документ.ОтчетОРозничныхПродажах",))
_AROUND = frozenset(("Message", "Body", "EnterpriseData"))


def read_day_totals(path: Path, digits: int, columns: dict[str, str] | None = None) -> list[DayTotal]:
    """The totals that a file tells (CSV, a workbook; ``.xml``: reports of EnterpriseData), in its order.

    ``digits``: of the money; ``columns``: fields to the file's own names of columns.  ``BonusError`` ``bad_file`` with
    all that is wrong.
    """
    problems: list[tuple[str, str, str]] = []
    name = name_of(path)
    rows = _reports(path, digits) if ".xml" in path.suffixes else _rows(path, columns or {})
    totals = []
    for line, told in rows:
        parse = _Cells(told, digits)
        total = DayTotal(
            line,
            parse("day", day_of),
            told.get("shop"),
            told.get("till"),
            parse("receipts", parse.count),
            parse("total", parse.money),
            parse("returns", parse.returned),
        )
        problems += [(f"{name}:{line}", problem, "") for problem in parse.problems]
        totals.append(total)
    if problems:
        raise found_in(name, "bad_file", problems, _MOST_PROBLEMS)
    if not totals:
        raise BonusError("bad_file", "the file tells no day", name, "one row for each day and shop is needed")
    return totals


class _Cells:
    """The texts of one row to values; ``problems`` gathers what is wrong."""

    def __init__(self, told: dict[str, str], digits: int) -> None:
        self._told = told
        self._digits = digits
        self.problems: list[str] = []

    def __call__(self, field: str, parse: Callable[[str], Any]) -> Any:
        text = self._told.get(field)
        if text is None or (not text and field not in _NEEDED):
            return None
        try:
            return parse(text)
        except ValueError as problem:
            self.problems.append(f"{field}: {problem}")
            return 0

    def count(self, text: str) -> int:
        """How many; a workbook and 1C may write it as 12.0."""
        return parse_decimal(_plain(text), 0)

    def returned(self, text: str) -> int:
        """Minor units of what came back, which is written above zero or below it."""
        return abs(self.money(text))

    def money(self, text: str) -> int:
        """Minor units."""
        return parse_decimal(_plain(text), self._digits)


def day_of(text: str) -> int:
    """The number of a day that is written 2026-12-31 or 31.12.2026; ValueError for anything else, times too.

    >>> day_of("31.12.2026") - day_of("2026-12-30")
    1
    """
    iso = _ISO_DAY.fullmatch(text)
    if iso:
        return parse_day(iso[1])
    found = _PEOPLES_DAY.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:40]!r} is no day, as in 2026-12-31 or 31.12.2026")
    day, month, year = map(int, found.groups())
    try:
        return day_number(year, month, day)
    except ValueError:
        raise ValueError(f"{text!r} is not in the calendar") from None


def _is_day(text: str) -> bool:
    return bool(_ISO_DAY.fullmatch(text) or _PEOPLES_DAY.fullmatch(text))


def _plain(text: str) -> str:
    """A figure of a report as plain decimal text."""
    text = _THOUSANDS.sub("", text)
    return text.replace(",", ".") if _COMMA.fullmatch(text) else text


def _rows(path: Path, columns: dict[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, texts by field) of a table, whose header is looked for below its title."""
    names = {field: (columns[field],) if field in columns else known for field, known in NAMES.items()}
    needed = [frozenset(names[field]) for field in _NEEDED]
    table = open_table(path, AUTO, AUTO, Layout(skip_rows=None), needed)
    try:
        places = _places(table, names, columns)
        for line, _, cells, flaw, _ in table.rows():
            told = {field: cells[place].strip() for field, place in places.items()}
            first = next((cell.strip() for cell in cells if cell.strip()), "")
            if not first or (_SUM_ROW.match(first) and not _is_day(told["day"])):
                continue
            if flaw is not None:
                raise BonusError("bad_file", flaw.reason, f"{table.name}:{line}", flaw.hint or None)
            if not told["day"] and not told["total"]:  # a signature, a note
                continue
            yield line, told
    finally:
        table.close()


def _places(table: Columns, names: dict[str, tuple[str, ...]], columns: dict[str, str]) -> dict[str, int]:
    known = [name.casefold() for name in table.header]
    places = {}
    for field, alternatives in names.items():
        found = [place for place, name in enumerate(known) if name in [each.casefold() for each in alternatives]]
        if len(found) > 1:
            stands = ", ".join(repr(table.header[place]) for place in found)
            raise BonusError("bad_file", f"several columns could be {field}: {stands}", f"{table.name}:1", "name one")
        if found:
            places[field] = found[0]
        elif field in _NEEDED or field in columns:
            hint = f"the header has {', '.join(filter(None, table.header))[:200]}"
            raise BonusError("bad_file", f"the column {alternatives[0]!r} is missing", f"{table.name}:1", hint)
    return places


def _reports(path: Path, digits: int) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, texts by field) of reports of retail sales; those of one day and shop are added up later."""
    for line, _, found in XmlFile(path, "utf-8-sig", _REPORTS, _AROUND):
        if _first(found, ("ПометкаУдаления",), ("КлючевыеСвойства", "ПометкаУдаления")) == "true":
            continue
        goods = [each.get("Сумма", "") for each in elements(found, "Товары", "Строка")]
        told = {
            "day": _first(found, ("КлючевыеСвойства", "Дата"), ("Дата",))[:10],
            "shop": _first(found, ("Склад", "Наименование"), ("Склад", "КлючевыеСвойства", "Наименование"), ("Склад",)),
            "receipts": _first(found, ("КоличествоЧеков",)),
            "total": _first(found, ("СуммаДокумента",), ("Сумма",)) or _sum_of(goods, digits),
            "returns": _first(found, ("СуммаВозвратов",)),
        }
        yield line, told


def _first(found: Any, *paths: tuple[str, ...]) -> str:
    texts = (each.get(TEXT, "") for path in paths for each in elements(found, *path))
    return next(filter(None, texts), "")


def _sum_of(texts: Iterable[Any], digits: int) -> str:
    """The sum of lines as text, for a report that does not tell its own; the text that is no figure, if one is none."""
    whole = 0
    for text in texts:
        try:
            whole += parse_decimal(str(text), digits)
        except ValueError:
            return str(text) or "?"
    return format_decimal(whole, digits)
