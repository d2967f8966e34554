"""Groups of rows to receipts: cells by position, one receipt or one reason why there is none.

Rows are read by position: a column that the file lacks points to an empty cell put behind each row, a constant of the
profile to a cell of its own, so that no row asks whether a column is there.  What most profiles do not say costs the
others one question a receipt.
"""

from contextlib import suppress
from operator import itemgetter

from bonuscli.clock import Calendar
from bonuscli.days import format_day
from bonuscli.importers.categories import category_finder
from bonuscli.importers.cells import (
    Reading,
    Times,
    decimal_parser,
    parse_discount,
    parse_payments,
    parse_redeem,
    priced_parser,
    strip_texts,
)
from bonuscli.importers.csv_rows import Columns, Flaw, Row
from bonuscli.importers.figures import plain_figures
from bonuscli.importers.layout import ToldOnce
from bonuscli.importers.profile import DAY, GOODS_FIELDS, HEAD_FIELDS, ROW_FIELDS, Profile
from bonuscli.importers.row_groups import CELLS, FORM_HINT, NUMBER, Group
from bonuscli.importers.totals import coming_to
from bonuscli.importers.written_times import WrittenTimes
from bonuscli.model import RECEIPT, RETURN, Line, Measures, Receipt
from bonuscli.near import near_or_known
from bonuscli.units import QUANTITY_DIGITS, format_decimal

_GOODS = ("sku", "name", "category", "brand", "barcode")
# Stands for a place: no cell, but the day of the receipt.
_THE_DAY = -1
_MEANINGS = {"sale": RECEIPT, "return": RETURN, "skip": None}
_IN_ORDER = [str(number) for number in range(1, 101)]


def calendar_of(profile: Profile, measures: Measures) -> Calendar:
    """The calendar of a source's times: the program's, unless the profile names another zone."""
    calendar = measures.calendar
    if profile.timezone and profile.timezone != calendar.zone_name:
        return Calendar(profile.timezone, calendar.day_starts)
    return calendar


class Parser:
    """Groups of rows to receipts, by the positions of one header under one profile."""

    def __init__(
        self, table: Columns, profile: Profile, measures: Measures, taken: dict[str, str] | None = None
    ) -> None:
        """``taken``: to be told how the file is read, beyond what its columns say."""
        self._name = table.name
        self._profile = profile
        places = table.places(profile.columns, profile.optional)
        # Behind the cells of each row: one empty cell for what the file lacks, then the constants.
        width = len(table.header)
        table.tail = ["", *(value for _, value in profile.constants)]
        for offset, (field, _) in enumerate(profile.constants, 1):
            places[field] = width + offset
        self._places = {field: places.get(field, width) for field in ("at", *HEAD_FIELDS, *GOODS_FIELDS, *ROW_FIELDS)}
        self._width = width
        self.head = itemgetter(*(self._places[field] for field in HEAD_FIELDS))
        self._source_places = [self._places[field] for field in profile.source_fields]
        self._id_place = self._places["receipt_id"]
        self._shops = dict(profile.shops)
        self._number_from(profile)
        self._read_cells_of(measures, places)
        self._compare = None
        if "currency" in places or "zone" in places:
            from bonuscli.importers.money_and_clock import comparer

            self._compare = comparer(measures, self._calendar, {} if taken is None else taken)

    def _number_from(self, profile: Profile) -> None:
        place = self._places | {DAY: _THE_DAY}
        self._number_places = [place[field] for field in profile.number_fields]
        self._return_places = [place[field] for field in profile.return_fields]
        self._numbered_plainly = not self._return_places and _THE_DAY not in self._number_places
        # Adjacent rows are of one receipt where all of this is alike.
        parts = {"at" if field == DAY else field for field in (*profile.number_fields, *profile.return_fields)}
        apart = sorted(parts - set(HEAD_FIELDS))
        self.grouping = itemgetter(*(self._places[field] for field in (*HEAD_FIELDS, *apart))) if apart else self.head

    def _read_cells_of(self, measures: Measures, places: dict[str, int]) -> None:
        profile, place = self._profile, self._places
        comma = profile.decimal == "comma"
        digits = 0 if profile.units == "minor" else measures.money_digits
        self._calendar = calendar = calendar_of(profile, measures)
        self._times = Times("at", calendar) if profile.dates == "iso" else WrittenTimes("at", calendar, profile.dates)
        self._at_place, self._time_place = places["at"], place["time"]
        self._strip_head = strip_texts(HEAD_FIELDS)
        self._prefix = profile.returns_prefix
        self._documents: dict[str, str | None] = {"": RECEIPT}
        self._documents.update((word, _MEANINGS[meaning]) for word, meaning in profile.kinds)
        self._redeems = Reading("redeem", "bad_points", parse_redeem(measures.points_scale), "write a number, or max")
        written = plain_figures(profile.thousands, comma, profile.currency_signs)
        quantity_of = decimal_parser(QUANTITY_DIGITS, comma, 1000, written=written)
        self._quantities = Reading("quantity", "bad_quantity", quantity_of)
        discount_of = decimal_parser(digits, comma, 0, written=written)
        self._minus_discounts = profile.minus_discounts
        discount_of = discount_of if self._minus_discounts else parse_discount(discount_of)
        self._discounts = Reading("discount", "bad_amount", discount_of)
        self._payments = Reading("payment", "bad_amount", parse_payments(decimal_parser(digits, comma)))
        self._totals = Reading("total", "bad_amount", decimal_parser(digits, comma, written=written))
        self._tells_totals = "total" in places
        self.tells_refunds = "refunded" in places
        self._money_digits = measures.money_digits
        self._priced = "unit_price" in places
        self._figure = "unit_price" if self._priced else "amount"
        if self._priced:
            self._amounts = Reading("unit_price", "bad_amount", priced_parser(digits, comma, written))
        else:
            self._amounts = Reading("amount", "bad_amount", decimal_parser(digits, comma, written=written))
        self._category_of = category_finder(profile.categories) if profile.categories else None
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
        if self._category_of is not None:
            category = self._category_of(sku or barcode, name) or category
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
            if self._shops:
                fields = zip(profile.source_fields, parts, strict=True)
                parts = [self._shops.get(part, part) if field == "shop" else part for field, part in fields]
            source = "/".join(parts) if any(parts) else ""
        if not cells[self._id_place].strip():
            return source, ""
        if self._numbered_plainly:
            return source, "/".join([cells[place].strip() for place in self._number_places])
        return source, self._number_of(cells)

    def told_once(self) -> ToldOnce:
        """Where a receipt stands in a file that fills its columns in its first row alone."""
        order = self._places["order"]
        places = [self._places[field] for field in ("at", *HEAD_FIELDS, *ROW_FIELDS)]
        return (
            [place for place in places if place < self._width],
            self._id_place,
            (itemgetter(order) if order < self._width else None),
        )

    def is_refunded(self, group: Group) -> bool:
        """Whether a receipt tells of a refund by its sum alone."""
        return any(digit in "123456789" for digit in group.rows[0][CELLS][self._places["refunded"]])

    def why_passed_over(self, group: Group) -> str:
        """What a group is that :meth:`receipt` gives no receipt for."""
        return f"receipt of kind {group.rows[0][CELLS][self._places['kind']].strip()[:60]!r}"

    def receipt(self, group: Group) -> Receipt | None:
        """The receipt of a group's rows, None where its kind is passed over; ``Flaw`` where a cell is wrong.

        A flaw that names no line is of the first row.
        """
        first = group.rows[0]
        if group.mixed:
            self._compare_heads(group.rows)
        cells = first[CELLS]
        head = self._strip_head(self.head(cells))
        _, kind, original, shop, till, cashier, card, phone, redeem, payment, code = head
        document = self._document(head[0], kind)
        if document is None:
            return None
        at = self._at(cells)
        if self._compare is not None:
            self._compare(cells[self._places["currency"]].strip(), cells[self._places["zone"]].strip(), at)
        points = self._redeems[redeem]
        if self._shops and shop:
            shop = self._shop_named(shop)
        if document == RETURN and self._profile.return_original:
            original = cells[self._places[self._profile.return_original]].strip()
        if original and document == RECEIPT:
            raise Flaw("original_receipt_id", original, "bad_row", "a sale names an original receipt",
                       "only a return does; is its kind missing?")  # fmt: skip
        if points and document == RETURN:
            raise Flaw("redeem", redeem, "bad_points", "a return spends points", "leave the cell empty")
        suffix = self._profile.card_suffix
        if suffix:
            card = card.removesuffix(suffix)
        source, number = group.identity
        sign = self._sign_of_return(group.rows) if document == RETURN else 1
        lines = self._lines(group.rows, sign)
        if self._minus_discounts:
            lines = tuple(self._discounted(line, -line.discount * sign) for line in lines)
        if self._tells_totals:
            lines = self._brought_to_total(lines, sign, first)
        self._check_total(lines, document)
        return Receipt(
            document, number, source, at, shop, till, cashier, card, phone, lines, points, original or None,
            tuple(code.split()), self._payments[payment], f"{self._name}:{first[NUMBER]}",
        )  # fmt: skip

    def _sign_of_return(self, rows: list[Row]) -> int:
        """-1 where the figures of a return are below zero in the file."""
        told = self._profile.return_amounts
        if told == "either":
            return -1 if sum(line.amount for line in self._lines(rows, 1)) < 0 else 1
        return -1 if told == "negative" else 1

    def _at(self, cells: list[str]) -> int:
        """The instant of a row, whose time of day may stand in a column of its own."""
        text = cells[self._at_place].strip()
        clock = cells[self._time_place].strip()
        return self._times.instant(f"{text.partition(' ')[0]} {clock}" if clock else text)

    def _number_of(self, cells: list[str]) -> str:
        """The number of a row's receipt where returns have their own, or the day is a part of it."""
        kind = cells[self._places["kind"]].strip()
        own = False
        if self._return_places:
            with suppress(Flaw):
                own = self._document(cells[self._id_place].strip(), kind) == RETURN
        parts = []
        for place in self._return_places if own else self._number_places:
            if place == _THE_DAY:
                with suppress(Flaw):  # told again, with its column
                    instant = self._at(cells)
                    parts.append(format_day((instant + self._calendar.offset_at(instant)) // 86_400))
            else:
                parts.append(cells[place].strip())
        return "/".join(parts)

    def _shop_named(self, name: str) -> str:
        if name not in self._shops:
            hint = f"add it to store_map: in the profile; {near_or_known(name, self._shops)}"
            raise Flaw("shop", name[:60], "bad_row", f"the profile's store_map: knows no {name[:60]!r}", hint)
        return self._shops[name]

    def _brought_to_total(self, lines: tuple[Line, ...], sign: int, first: Row) -> tuple[Line, ...]:
        """The lines as they come to the receipt's own total, where it tells one."""
        text = first[CELLS][self._places["total"]].strip()
        if not text:
            return lines
        return coming_to(sign * self._totals[text], lines, self._profile.total == "spread", self._money_digits)

    def _document(self, number: str, kind: str) -> str | None:
        """``RECEIPT`` or ``RETURN``, None for a kind that is passed over."""
        if self._prefix:
            return RETURN if number.startswith(self._prefix) else RECEIPT
        if kind not in self._documents:
            known = " or ".join(dict(self._profile.kinds))
            raise Flaw("kind", kind, "bad_row", f"{kind!r} is no kind of receipt", f"write {known}")
        return self._documents[kind]

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
            lines = [_turned(line) for line in lines]
        return tuple(lines)

    def _discounted(self, line: Line, discount: int) -> Line:
        if discount < 0:
            value = format_decimal(-discount, self._money_digits)
            reason = f"the discount {value} raises the price; the profile says discounts: negative"
            raise Flaw("discount", value, "bad_amount", reason)
        return line._replace(discount=discount)

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

    def _check_total(self, lines: tuple[Line, ...], document: str) -> None:
        total = sum([each.amount for each in lines])
        if total < 0:
            what, hint = "sale", "goods brought back are a return: kind return"
            if document == RETURN:
                what, hint = "return", "write what went back as positive amounts, or set returns: amounts: negative"
            value = format_decimal(total, self._money_digits)
            raise Flaw(self._figure, value, "negative_total", f"the total of a {what} is below zero", hint)


def _turned(line: Line) -> Line:
    """A line of a return whose figures stand below zero; some tills write its quantity above, or not at all."""
    quantity = -line.quantity if not line.amount else abs(line.quantity) if line.amount < 0 else -abs(line.quantity)
    return line._replace(quantity=quantity, amount=-line.amount)
