"""Rows of one receipt to its lines of goods, each remembered, since a till sells the same goods again and again.

Two of three lines of a real file are looked up whole: by the text of their columns where these stand together
(``alike_rows``), else by their cells.
"""

from operator import itemgetter

from bonuscli.importers.alike_rows import Cut, GoodsMet
from bonuscli.importers.bounds import MAX_TEXT
from bonuscli.importers.categories import category_finder
from bonuscli.importers.cells import Reading, decimal_parser, parse_discount, priced_parser, short_texts
from bonuscli.importers.csv_rows import CELLS, GOODS, NUMBER, TEXT, Columns, Flaw, Goods, Row
from bonuscli.importers.figures import plain_figures
from bonuscli.importers.profile import GOODS_FIELDS, Profile
from bonuscli.model import Line, Measures
from bonuscli.records import make
from bonuscli.units import QUANTITY_DIGITS, format_decimal

_TEXTS = ("sku", "name", "category", "brand", "barcode")
_IN_ORDER = [str(number) for number in range(1, 101)]


class LineParser:
    """Rows to lines, by the positions of one header under one profile.

    ``figure``: the field that says the amount; ``cut``: where the columns of goods stand together, None where they do
    not.
    """

    def __init__(self, table: Columns, profile: Profile, measures: Measures, places: dict[str, int]) -> None:
        """``places``: of each field, that of the empty cell behind the file's own for one that is absent."""
        comma = profile.decimal == "comma"
        digits = 0 if profile.units == "minor" else measures.money_digits
        self._money_digits = measures.money_digits
        written = plain_figures(profile.thousands, comma, profile.currency_signs)
        quantity_of = decimal_parser(QUANTITY_DIGITS, comma, 1000, written=written)
        self._quantities = Reading("quantity", "bad_quantity", quantity_of)
        discount_of = decimal_parser(digits, comma, 0, written=written)
        self._minus_discounts = profile.minus_discounts
        discount_of = discount_of if self._minus_discounts else parse_discount(discount_of)
        self._discounts = Reading("discount", "bad_amount", discount_of)
        self._priced = places["unit_price"] != len(table.header)
        self.figure = "unit_price" if self._priced else "amount"
        if self._priced:
            self._amounts = Reading("unit_price", "bad_amount", priced_parser(digits, comma, written))
        else:
            self._amounts = Reading("amount", "bad_amount", decimal_parser(digits, comma, written=written))
        self._category_of = category_finder(profile.categories) if profile.categories else None
        self._return_amounts = profile.return_amounts
        self._require_short = short_texts(_TEXTS)
        self._line_place = places["line"]
        self._goods = Reading("", "bad_row", self._read_short_goods)
        taken = [places[field] for field in (*_TEXTS, "quantity", self.figure, "discount")]
        self._goods_of = itemgetter(*taken)
        self._delimiter = table.delimiter
        self._tail = table.tail
        self.cut = self._cut(taken, places, len(table.header))

    def lines(self, rows: list[Row], sign: int) -> tuple[Line, ...]:
        """The goods, numbered from 1 in the order of the file, or by the column ``line`` where it is filled.

        ``sign``: -1 where they are below zero in the file.  ``Flaw`` with the line in the file where a cell is wrong.
        """
        lines = self._read(rows)
        if sign < 0:
            lines = [_turned(line) for line in lines]
        if self._minus_discounts:
            lines = [self._discounted(line, -line.discount * sign) for line in lines]
        return tuple(lines)

    def sign_of_return(self, rows: list[Row]) -> int:
        """-1 where the figures of a return are below zero in the file."""
        if self._return_amounts == "either":
            return -1 if sum(line.amount for line in self._read(rows)) < 0 else 1
        return -1 if self._return_amounts == "negative" else 1

    def _read(self, rows: list[Row]) -> list[Line]:
        goods, goods_of = self._goods, self._goods_of
        lines = []
        row = rows[0]
        told = row[CELLS][self._line_place]
        # Rows that share their cells are numbered one by one.
        if told and (told != "1" or rows[-1][CELLS] is not row[CELLS]):
            rows = self._by_line_number(rows)
        try:
            for number, row in enumerate(rows, 1):
                lines.append(make(Line, (number, *(row[GOODS] or goods[goods_of(row[CELLS])]))))
        except Flaw as flaw:
            flaw.line = flaw.line or row[NUMBER]
            raise
        return lines

    def _read_short_goods(self, cells: tuple[str, ...]) -> Goods:
        self._require_short(cells[: len(_TEXTS)])
        return self._read_goods(cells)

    def _read_goods(self, cells: tuple[str, ...]) -> Goods:
        """The goods of the cells of one line, of which none is too long."""
        sku, name, category, brand, barcode, quantity_text, amount_text, discount_text = cells
        sku, name, category = sku.strip() or barcode.strip(), name.strip(), category.strip()
        quantity = self._quantities[quantity_text]
        amount = self._amounts[(quantity_text, amount_text) if self._priced else amount_text]
        if not quantity and amount:
            raise Flaw("quantity", quantity_text, "bad_quantity", "nothing was sold for money: the quantity is 0")
        if self._category_of is not None:
            category = self._category_of(sku, name) or category
        return sku, name, category, brand.strip(), quantity, amount, self._discounts[discount_text]

    def _cut(self, taken: list[int], places: dict[str, int], width: int) -> Cut | None:
        """Where the columns of goods stand, if no other one that matters stands among them."""
        there = [place for place in taken if place < width]
        start, end = min(there), max(there) + 1
        others = {place for field, place in places.items() if field not in GOODS_FIELDS}
        numbered = self._line_place == start - 1
        if end - start < 2 or not others.isdisjoint(range(start, end)) or not (numbered or self._line_place == width):
            return None
        if max(map(len, self._tail)) > MAX_TEXT:
            return None
        count, delimiter, tail = end - start, self._delimiter, self._tail
        goods_of = itemgetter(*(place - start if place < width else place - width + count for place in taken))

        def read(text: str) -> Goods | None:
            """The goods of a text of these columns, None where it is to be looked at as a part of its row."""
            cells = text.split(delimiter)
            if len(cells) != count or len(text) > MAX_TEXT or '"' in text or "\0" in text or "\r" in text:
                return None
            try:
                return self._read_goods(goods_of(cells + tail))
            except Flaw:
                return None

        return Cut(start, end, numbered, GoodsMet(read))

    def _by_line_number(self, rows: list[Row]) -> list[Row]:
        """The rows in the order of their line numbers, so that a re-sorted file gives the same receipt."""
        texts = [self._line_of(row) for row in rows]
        if texts == _IN_ORDER[: len(rows)]:
            return rows
        numbers: dict[int, Row] = {}
        for text, row in zip(map(str.strip, texts), rows, strict=True):
            wrong = "is no line number" if not (text.isascii() and text.isdigit() and len(text) < 10) else ""
            if not wrong and int(text) in numbers:
                wrong = "stands on two rows of this receipt"
            if wrong:
                hint = "number lines 1, 2, 3; of a receipt that stands here twice leave one"
                raise Flaw("line", text[:60], "bad_row", f"{text[:60]!r} {wrong}", hint, row[NUMBER])
            numbers[int(text)] = row
        return [numbers[number] for number in sorted(numbers)]

    def _line_of(self, row: Row) -> str:
        """The cell of the line's number; of a row that may share its cells it stands in the text."""
        cells = row[CELLS] if row[GOODS] is None else row[TEXT].split(self._delimiter)
        return cells[self._line_place]

    def _discounted(self, line: Line, discount: int) -> Line:
        if discount < 0:
            value = format_decimal(-discount, self._money_digits)
            reason = f"the discount {value} raises the price; the profile says discounts: negative"
            raise Flaw("discount", value, "bad_amount", reason)
        return line._replace(discount=discount)


def _turned(line: Line) -> Line:
    """A line of a return whose figures stand below zero; some tills write its quantity above, or not at all."""
    quantity = -line.quantity if not line.amount else abs(line.quantity) if line.amount < 0 else -abs(line.quantity)
    return line._replace(quantity=quantity, amount=-line.amount)
