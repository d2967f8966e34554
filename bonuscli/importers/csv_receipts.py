"""Receipts from a delimited file with one row per line: the canonical format and every profile of ``format: csv``.

Rows are read by position: a column that the file lacks points to an empty cell put behind each row, a constant of the
profile to a cell of its own, so that no row asks whether a column is there.  A receipt is read whole or rejected whole.
"""

from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

from bonuscli.clock import Calendar
from bonuscli.importers import Read
from bonuscli.importers.cells import (
    Reading,
    Times,
    decimal_parser,
    parse_discount,
    parse_redeem,
    priced_parser,
    strip_texts,
)
from bonuscli.importers.csv_rows import Flaw, Row, Table
from bonuscli.importers.profile import GOODS_FIELDS, HEAD_FIELDS, Profile
from bonuscli.importers.row_groups import CELLS, FORM_HINT, NUMBER, Group, group_adjacent, join_scattered
from bonuscli.model import RECEIPT, RETURN, Line, Measures, Receipt, Reject
from bonuscli.units import QUANTITY_DIGITS, format_decimal

_GOODS = ("sku", "name", "category", "brand", "barcode")
_IN_ORDER = [str(number) for number in range(1, 101)]
_SCATTERED_HINT = "sort the file by receipt, or set lines: scattered in a profile"


def read_csv(path: Path, profile: Profile, measures: Measures) -> "CsvReader":
    """A reader of one delimited file; ``bad_file`` where it cannot be opened or a column is missing."""
    table = Table(path, profile.encoding, profile.delimiter)
    try:
        return CsvReader(table, profile, measures)
    except BaseException:
        table.close()
        raise


class CsvReader:
    """See ``importers.Reader``; iterate once."""

    def __init__(self, table: Table, profile: Profile, measures: Measures) -> None:
        self._table = table
        self._profile = profile
        self._parser = _Parser(table, profile, measures)
        self.name = table.name
        self.header = table.header
        self.encoding = table.encoding
        self.delimiter = table.delimiter
        self.progress = table.progress
        self.close = table.close

    @property
    def lines_read(self) -> int:
        """Rows read so far."""
        return self._table.lines_read

    def split(self, text: str) -> list[str]:
        """The cells of a raw row, as many as the header has; what the row has beyond them stays in the last one."""
        return self._table.split_whole(text)

    def __iter__(self) -> Iterator[Read | Reject]:
        parser, scattered = self._parser, self._profile.scattered
        groups = group_adjacent(self._table.rows(), parser.head, parser.identify)
        if scattered:
            groups = join_scattered(groups, self._table.row)
        # 8 bytes of hash a receipt (some 70 with the set around them): two of a million numbers meet once in 10^7
        # files.
        seen: set[int] = set()
        for group in groups:
            flaw = group.first_flaw()
            if group.identity[1] and not scattered:
                key = hash(group.identity)
                if flaw is None and key in seen:
                    flaw = self._scattered_flaw(group)
                seen.add(key)
            if flaw is None:
                try:
                    receipt = parser.receipt(group)
                except Flaw as found:
                    flaw = found
                else:
                    rows = group.rows
                    yield Read(receipt, tuple([text for _, text, _, _ in rows]), rows[0][NUMBER])
                    continue
            yield self._reject(group, flaw)

    def _scattered_flaw(self, group: Group) -> Flaw:
        number, line = group.identity[1], group.rows[0][NUMBER]
        reason = f"the receipt {number} has come before, and other receipts stand between"
        return Flaw("receipt_id", number, "bad_row", reason, _SCATTERED_HINT, line)

    def _reject(self, group: Group, flaw: Flaw) -> Reject:
        line = flaw.line or group.rows[0][NUMBER]
        rows = tuple([text for _, text, _, _ in group.rows])
        what = (self._parser.column_of(flaw.column), flaw.value, flaw.code, flaw.reason, flaw.hint)
        return Reject(self.name, line, *what, rows, group.identity[1] or None)


class _Parser:
    """Groups of rows to receipts, by the positions of one header under one profile."""

    def __init__(self, table: Table, profile: Profile, measures: Measures) -> None:
        self._table = table
        self._name = table.name
        self._profile = profile
        places = table.places(profile.columns, profile.optional)
        # Behind the cells of each row: one empty cell for what the file lacks, then the constants.
        width = len(table.header)
        table.tail = ["", *(value for _, value in profile.constants)]
        for offset, (field, _) in enumerate(profile.constants, 1):
            places[field] = width + offset
        self._places = {field: places.get(field, width) for field in (*HEAD_FIELDS, *GOODS_FIELDS)}
        self.head = itemgetter(*(self._places[field] for field in HEAD_FIELDS))
        self._source_places = [self._places[field] for field in profile.source_fields]
        self._id_place = self._places["receipt_id"]
        self._number_places = [self._places[field] for field in profile.number_fields]
        self._read_cells_of(measures, places)

    def _read_cells_of(self, measures: Measures, places: dict[str, int]) -> None:
        profile, place = self._profile, self._places
        comma = profile.decimal == "comma"
        digits = 0 if profile.units == "minor" else measures.money_digits
        calendar = measures.calendar
        if profile.timezone and profile.timezone != calendar.zone_name:
            calendar = Calendar(profile.timezone, calendar.day_starts)
        self._times = Times("at", calendar)
        self._at_place = places["at"]
        self._strip_head = strip_texts(HEAD_FIELDS)
        self._kinds = dict(profile.kinds)
        self._redeems = Reading("redeem", "bad_points", parse_redeem(measures.points_scale), "write a number, or max")
        self._quantities = Reading("quantity", "bad_quantity", decimal_parser(QUANTITY_DIGITS, comma, 1000))
        self._discounts = Reading("discount", "bad_amount", parse_discount(decimal_parser(digits, comma, 0)))
        self._money_digits = measures.money_digits
        self._priced = "unit_price" in places
        self._figure = "unit_price" if self._priced else "amount"
        if self._priced:
            self._amounts = Reading("unit_price", "bad_amount", priced_parser(digits, comma))
        else:
            self._amounts = Reading("amount", "bad_amount", decimal_parser(digits, comma))
        # A till sells the same goods again and again: of the real file's lines two of three are looked up whole.
        self._goods = Reading("", "bad_row", self._read_goods)
        self._strip_goods = strip_texts(_GOODS)
        self._goods_of = itemgetter(*(place[field] for field in (*_GOODS, "quantity", self._figure, "discount")))
        self._line_place = place["line"]

    def _read_goods(self, cells: tuple[str, ...]) -> tuple[object, ...]:
        """(sku, name, category, brand, quantity, amount, discount) of the cells of one line."""
        sku, name, category, brand, barcode = self._strip_goods(cells[:5])
        quantity_text, amount_text, discount_text = cells[5:]
        quantity = self._quantities[quantity_text]
        amount = self._amounts[(quantity_text, amount_text) if self._priced else amount_text]
        if not quantity and amount:
            raise Flaw("quantity", quantity_text, "bad_quantity", "nothing was sold for money: the quantity is 0")
        return sku or barcode, name, category, brand, quantity, amount, self._discounts[discount_text]

    def column_of(self, field: str) -> str:
        """The file's own name of a field, or the field's where the file has none."""
        return dict(self._profile.columns).get(field, field)

    def identify(self, cells: list[str]) -> tuple[str, str]:
        """(source, number) of the receipt that a row belongs to; the number is empty where the row names none."""
        profile = self._profile
        if profile.source is not None:
            source = profile.source
        else:
            parts = [cells[place].strip() for place in self._source_places]
            source = "/".join(parts) if any(parts) else ""
        if not cells[self._id_place].strip():
            return source, ""
        return source, "/".join([cells[place].strip() for place in self._number_places])

    def receipt(self, group: Group) -> Receipt:
        """The receipt of a group's rows; ``Flaw`` where a cell is wrong."""
        first = group.rows[0]
        if group.mixed:
            self._compare_heads(group.rows)
        try:
            head = self._strip_head(self.head(first[CELLS]))
            _, kind, original, shop, till, cashier, card, phone, redeem, payment, code = head
            at = self._times.instant(first[CELLS][self._at_place].strip())
            points = self._redeems[redeem]
            document = self._kind_of(head[0], kind)
            if original and document == RECEIPT:
                raise Flaw("original_receipt_id", original, "bad_row", "a sale names an original receipt",
                           "only a return does; is its kind missing?")  # fmt: skip
            if points and document == RETURN:
                raise Flaw("redeem", redeem, "bad_points", "a return spends points", "leave the cell empty")
        except Flaw as flaw:
            flaw.line = first[NUMBER]
            raise
        suffix = self._profile.card_suffix
        if suffix:
            card = card.removesuffix(suffix)
        source, number = group.identity
        lines = self._lines(group.rows, -1 if document == RETURN and self._profile.negative_returns else 1)
        self._check_total(lines, document, first[NUMBER])
        return Receipt(
            document, number, source, at, shop, till, cashier, card, phone, lines, points, original or None,
            tuple(code.split()), ((payment, None),) if payment else (), f"{self._name}:{first[NUMBER]}",
        )  # fmt: skip

    def _kind_of(self, number: str, kind: str) -> str:
        prefix = self._profile.returns_prefix
        if prefix:
            return RETURN if number.startswith(prefix) else RECEIPT
        if not kind:
            return RECEIPT
        if kind not in self._kinds:
            raise Flaw("kind", kind, "bad_row", f"{kind!r} is no kind of receipt", f"write {' or '.join(self._kinds)}")
        return RETURN if self._kinds[kind] == "return" else RECEIPT

    def _lines(self, rows: list[Row], sign: int) -> tuple[Line, ...]:
        """The goods, numbered from 1 in the order of the file, or by the column ``line`` where it is filled."""
        goods, goods_of, make = self._goods, self._goods_of, tuple.__new__  # Line(...) takes twice as long
        lines = []
        row = rows[0]
        try:
            if row[CELLS][self._line_place]:
                rows = self._by_line_number(rows)
            for number, row in enumerate(rows, 1):
                lines.append(make(Line, (number, *goods[goods_of(row[CELLS])])))
        except Flaw as flaw:
            flaw.line = flaw.line or row[NUMBER]
            raise
        if sign < 0:
            lines = [line._replace(quantity=-line.quantity, amount=-line.amount) for line in lines]
        return tuple(lines)

    def _by_line_number(self, rows: list[Row]) -> list[Row]:
        """The rows in the order of their line numbers, so that a re-sorted file gives the same receipt."""
        place = self._line_place
        if [row[CELLS][place] for row in rows] == _IN_ORDER[: len(rows)]:
            return rows
        numbers: dict[int, Row] = {}
        for row in rows:
            text = row[CELLS][place].strip()
            wrong = "is no line number" if not (text.isascii() and text.isdigit() and len(text) < 10) else ""
            if not wrong and int(text) in numbers:
                wrong = "stands on two rows of this receipt"
            if wrong:
                raise Flaw("line", text[:60], "bad_row", f"{text[:60]!r} {wrong}", "number lines 1, 2, 3", row[NUMBER])
            numbers[int(text)] = row
        return [numbers[number] for number in sorted(numbers)]

    def _compare_heads(self, rows: list[Row]) -> None:
        first = self.head(rows[0][CELLS])
        for row in rows:
            head = self.head(row[CELLS])
            if head != first:
                for field, cell, other in zip(HEAD_FIELDS, first, head, strict=True):
                    if cell != other:
                        reason = f"this row says {other!r} where the receipt's first row says {cell!r}"
                        raise Flaw(field, other[:60], "bad_row", reason, FORM_HINT, row[NUMBER])

    def _check_total(self, lines: tuple[Line, ...], document: str, line: int) -> None:
        total = sum([each.amount for each in lines])
        if total < 0:
            what, hint = "sale", "goods brought back are a return: kind return"
            if document == RETURN:
                what, hint = "return", "write what went back as positive amounts, or set returns: amounts: negative"
            value = format_decimal(total, self._money_digits)
            raise Flaw(self._figure, value, "negative_total", f"the total of a {what} is below zero", hint, line)
