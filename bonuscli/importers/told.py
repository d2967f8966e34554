"""Documents of sources that have no rows (JSON, XML) to receipts, by way of the rows of the canonical file.

A format says in canonical words what each of its documents holds: texts by the names of the canonical columns.  From
there on it is one road for all formats: the cells are checked, rejected and counted as those of a canonical file, and
what is rejected goes into a file of rejects that is a canonical file, to be mended and imported again (``mended``).
"""

import csv
from collections import Counter, namedtuple
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from operator import itemgetter

from bonuscli.importers import Read
from bonuscli.importers.bounds import MAX_LINES
from bonuscli.importers.categories import category_finder
from bonuscli.importers.csv_rows import CELLS, MAX_CELL, TEXT, Columns, Flaw, Row, row_text
from bonuscli.importers.profile import FIELDS, Profile
from bonuscli.importers.receipt_parser import Parser, calendar_of
from bonuscli.importers.row_groups import Group
from bonuscli.model import Measures, Reject
from bonuscli.near import near_or_known

# One document: place: the line of the file that it begins on, or how many stand before it, from 1; head: text by field
# of the receipt; goods: of each line text by field; flaw: a Flaw where the source itself is wrong here, or None.
Told = namedtuple("Told", "place head goods flaw", defaults=(None,))

# A receipt that says in which currency it is says so in its file of rejects, too.
_COLUMNS = (*FIELDS, "currency")
_cells = itemgetter(*_COLUMNS)


class ToldReader:
    """See ``importers.Reader``; iterate once.

    ``documents`` are told in the order of the source; ``profile``'s columns are those of the canonical file, its
    figures are decimal text in major units.  What the profile knows of all of them, its constants and its time zone, is
    told with each, so that a rejected document means the same as a canonical file.  ``passed_over`` counts what the
    source holds besides receipts, by what it is.
    """

    def __init__(
        self,
        name: str,
        documents: Iterable[Told],
        profile: Profile,
        measures: Measures,
        progress: Callable[[], tuple[int, int | None]],
        close: Callable[[], None],
        passed_over: Counter[str] | None = None,
    ) -> None:
        self.name = name
        self.encoding, self.delimiter = "utf-8", ","
        self.header = list(_COLUMNS)
        self.lines_read = 0
        self.progress, self.close = progress, close
        self.passed_over: Counter[str] = Counter() if passed_over is None else passed_over
        self.taken: dict[str, str] = {}
        self._documents = documents
        self._constants = dict(profile.constants)
        self._shops = dict(profile.shops)
        self._category_of = category_finder(profile.categories) if profile.categories else None
        calendar = calendar_of(profile, measures)
        self._calendar = None if calendar is measures.calendar else calendar
        columns = Columns(name, self.header)
        profile = profile._replace(
            columns=tuple((field, field) for field in _COLUMNS if field != "unit_price"),
            optional=frozenset(_COLUMNS),
            decimal="point",
            units="major",
            constants=(),
            timezone=None,
            shops=(),
            categories=(),
        )
        self._parser = Parser(columns, profile, measures)
        self._tail = columns.tail

    def split(self, text: str) -> list[str]:
        """The cells of a row as text."""
        return next(csv.reader((text,)))

    def __iter__(self) -> Iterator[Read | Reject]:
        for told in self._documents:
            rows = self._rows(told)
            self.lines_read += len(rows)
            group = Group(self._parser.identify(rows[0][CELLS]), rows)
            texts = tuple([row[TEXT] for row in rows])
            try:
                if told.flaw is not None:
                    raise told.flaw
                if self._shops and (shop := told.head.get("shop", "")) and shop not in self._shops:
                    reason = f"the profile's store_map: knows no {shop[:60]!r}"
                    raise Flaw("shop", shop[:60], "bad_row", reason, near_or_known(shop, self._shops))
                if len(rows) > MAX_LINES:
                    raise Flaw("receipt_id", group.identity[1], "bad_row", f"it has more than {MAX_LINES:,} lines")
                if not group.identity[1]:
                    raise Flaw("receipt_id", "", "bad_row", "this document has no number", "nothing tells it again")
                receipt = self._parser.receipt(group)
                if receipt is not None:
                    yield Read(receipt, texts, told.place)
            except Flaw as flaw:
                what = (flaw.column, flaw.value, flaw.code, flaw.reason, flaw.hint)
                yield Reject(self.name, flaw.line or told.place, *what, texts, group.identity[1] or None)

    def _rows(self, told: Told) -> list[Row]:
        """The document as rows of the canonical file, one for each of its goods.

        They are numbered, so that a document which comes twice and is rejected twice is not one of twice the goods when
        its rows stand below each other in the errors file.
        """
        rows: list[Row] = []
        head = dict.fromkeys(_COLUMNS, "") | told.head
        if self._calendar is not None:
            with suppress(ValueError):  # told again, with its column
                head["at"] = self._calendar.iso(self._calendar.parse_instant(head["at"]))
        if self._shops:
            head["shop"] = self._shops.get(head["shop"], head["shop"])
        goods: dict[str, str]
        for number, goods in enumerate(told.goods or ({},), 1):
            texts = head | goods | self._constants
            texts["line"] = str(number)
            if self._category_of is not None:
                sku = texts["sku"] or texts["barcode"]
                texts["category"] = self._category_of(sku, texts["name"]) or texts["category"]
            # A cell that is cut is too long for its column in any case, and the receipt is rejected for it.
            cells = [cell[:MAX_CELL] for cell in _cells(texts)]
            rows.append((told.place, row_text(cells), [*cells, *self._tail], None, None))
        return rows
