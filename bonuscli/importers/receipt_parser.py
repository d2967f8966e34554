"""Groups of rows to receipts: cells by position, one receipt or one reason why there is none.

Rows are read by position: a column that the file lacks points to an empty cell put behind each row, a constant of the
profile to a cell of its own, so that no row asks whether a column is there.  What most profiles do not say costs the
others one question a receipt.
"""

from contextlib import suppress
from operator import itemgetter

from bonuscli.clock import Calendar
from bonuscli.days import format_day
from bonuscli.importers.bounds import MAX_TEXT
from bonuscli.importers.cells import Reading, Times, decimal_parser, parse_payments, parse_redeem, short_texts
from bonuscli.importers.csv_rows import CELLS, NUMBER, TEXT, Columns, Flaw, Row
from bonuscli.importers.figures import plain_figures
from bonuscli.importers.layout import ToldOnce
from bonuscli.importers.line_parser import LineParser
from bonuscli.importers.profile import DAY, GOODS_FIELDS, HEAD_FIELDS, ROW_FIELDS, Profile
from bonuscli.importers.row_groups import FORM_HINT, REST_HINT, Group
from bonuscli.importers.totals import coming_to, goods_below
from bonuscli.importers.written_times import WrittenTimes
from bonuscli.model import RECEIPT, RETURN, Line, Measures, Receipt
from bonuscli.near import near_or_known
from bonuscli.records import make
from bonuscli.units import format_decimal

# Of the receipt's columns those that repeat from receipt to receipt, and those that are its own.
_REPEATED = ("kind", "shop", "till", "cashier", "code")
_OWN = ("original_receipt_id", "card", "phone", "redeem", "payment")
# Stands for a place: no cell, but the day of the receipt.
_THE_DAY = -1
_MEANINGS = {"sale": RECEIPT, "return": RETURN, "skip": None}


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
        self._may_be_headed = profile.layout.first_row
        places = table.places(profile.columns, profile.optional)
        # Behind the cells of each row: one empty cell for what the file lacks, then the constants.
        width = len(table.header)
        table.tail = ["", *(value for _, value in profile.constants)]
        for offset, (field, _) in enumerate(profile.constants, 1):
            places[field] = width + offset
        self._places = {field: places.get(field, width) for field in ("at", *HEAD_FIELDS, *GOODS_FIELDS, *ROW_FIELDS)}
        self._width = width
        self.head = itemgetter(*(self._places[field] for field in HEAD_FIELDS))
        self._repeated_of = itemgetter(*(self._places[field] for field in _REPEATED))
        self._own_of = itemgetter(*(self._places[field] for field in _OWN))
        self._id_place = self._places["receipt_id"]
        self._constant_source: str | None = profile.source
        if profile.source is None:
            self._source_of = itemgetter(*(self._places[field] for field in profile.source_fields))
        self._shops = dict(profile.shops)
        self._number_from(profile)
        self._lines = LineParser(table, profile, measures, self._places)
        self.cut = self._lines.cut
        self._read_cells_of(measures, places)
        self._compare = None
        if "currency" in places or "zone" in places:
            from bonuscli.importers.money_and_clock import comparer

            self._compare = comparer(measures, self._calendar, {} if taken is None else taken)

    def _number_from(self, profile: Profile) -> None:
        place = self._places | {DAY: _THE_DAY}
        self._number_places = [place[field] for field in profile.number_fields]
        self._return_places = [place[field] for field in profile.return_fields]
        self._number_is_id = self._number_places == [self._id_place] and not self._return_places
        self._numbered_plainly = not self._return_places and _THE_DAY not in self._number_places
        # Adjacent rows are of one receipt where all of this is alike.
        parts = {"at" if field == DAY else field for field in (*profile.number_fields, *profile.return_fields)}
        apart = sorted(parts - set(HEAD_FIELDS))
        self.grouping = itemgetter(*(self._places[field] for field in (*HEAD_FIELDS, *apart))) if apart else self.head

    def _read_cells_of(self, measures: Measures, places: dict[str, int]) -> None:
        profile, place = self._profile, self._places
        comma = profile.decimal == "comma"
        digits = 0 if profile.units == "minor" else measures.money_digits
        self._money_digits = measures.money_digits
        self._calendar = calendar = calendar_of(profile, measures)
        self._times = Times("at", calendar) if profile.dates == "iso" else WrittenTimes("at", calendar, profile.dates)
        self.at_place, self._time_place = place["at"], place["time"]
        self._tells_clock = "time" in places
        self._prefix = profile.returns_prefix
        self._card_suffix = profile.card_suffix
        self._documents: dict[str, str | None] = {"": RECEIPT}
        self._documents.update((word, _MEANINGS[meaning]) for word, meaning in profile.kinds)
        self._sources = Reading("", "bad_row", self._read_source)
        self._repeated = Reading("", "bad_row", self._read_repeated)
        # A row that is no longer has no cell that is too long, unless a constant is.
        self._surely_short = MAX_TEXT if all(len(text) <= MAX_TEXT for _, text in profile.constants) else -1
        self._require_short = short_texts(HEAD_FIELDS)
        self._redeems = Reading("redeem", "bad_points", parse_redeem(measures.points_scale), "write a number, or max")
        self._payments = Reading("payment", "bad_amount", parse_payments(decimal_parser(digits, comma)))
        written = plain_figures(profile.thousands, comma, profile.currency_signs)
        self._totals = Reading("total", "bad_amount", decimal_parser(digits, comma, written=written))
        self._tells_totals = "total" in places
        self.tells_refunds = "refunded" in places

    def _read_repeated(self, cells: tuple[str, ...]) -> tuple[str | None, str, str, str, tuple[str, ...]]:
        """(document, shop, till, cashier, codes) of the cells that repeat."""
        kind, shop, till, cashier, code = map(str.strip, cells)
        return self._document("", kind), shop, till, cashier, tuple(code.split())

    def column_of(self, field: str) -> str:
        """The file's own name of a field, or the field's where the file has none."""
        return dict(self._profile.columns).get(field, field)

    def identify(self, cells: list[str]) -> tuple[str, str]:
        """(source, number) of the receipt that a row belongs to; the number is empty where the row names none."""
        source = self._constant_source
        if source is None:
            source = self._sources[self._source_of(cells)]
        number = cells[self._id_place].strip()
        if not number or self._number_is_id:
            return source, number
        if self._numbered_plainly:
            return source, "/".join([cells[place].strip() for place in self._number_places])
        return source, self._number_of(cells)

    def _read_source(self, cells: str | tuple[str, ...]) -> str:
        """The source that a row's cells name, the only one or all of them."""
        parts = list(map(str.strip, [cells] if isinstance(cells, str) else cells))
        if self._shops:
            fields = zip(self._profile.source_fields, parts, strict=True)
            parts = [self._shops.get(part, part) if field == "shop" else part for field, part in fields]
        return "/".join(parts) if any(parts) else ""

    def needed(self) -> list[int]:
        """The places of the columns that the first row of each receipt fills."""
        return [self._places[field] for field in ("receipt_id", "at", self._lines.figure)]

    def told_once(self) -> ToldOnce:
        """Where a receipt stands in a file that fills its columns in its first row alone."""
        order = self._places["order"]
        sold = [self._places[field] for field in ("sku", "barcode", "name", self._lines.figure)]
        places = [self._places[field] for field in ("at", *HEAD_FIELDS, *ROW_FIELDS)]
        return (
            [place for place in places if place < self._width],
            self._id_place,
            (itemgetter(order) if order < self._width else None),
            [place for place in sold if place < self._width],
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
        rows = group.rows
        first = rows[0]
        if group.mixed:
            self._compare_heads(rows)
        cells = first[CELLS]
        if len(first[TEXT]) > self._surely_short:
            self._require_short(self.head(cells))
        document, shop, till, cashier, codes = self._repeated[self._repeated_of(cells)]
        if self._prefix:
            document = self._document(cells[self._id_place].strip(), "")
        if document is None:
            return None
        at = self._at(cells)
        if self._compare is not None:
            self._compare(cells[self._places["currency"]].strip(), cells[self._places["zone"]].strip(), at)
        original, card, phone, redeem, payment = map(str.strip, self._own_of(cells))
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
        if self._card_suffix:
            card = card.removesuffix(self._card_suffix)
        sign = self._lines.sign_of_return(rows) if document == RETURN else 1
        lines = self._lines.lines(rows, sign)
        if self._may_be_headed and len(lines) > 1:
            lines = goods_below(lines, self._lines.figure, self._money_digits)
        if self._tells_totals:
            lines = self._brought_to_total(lines, sign, first)
        if sum([line.amount for line in lines]) < 0:
            raise self._below_zero(lines, document)
        source, number = group.identity
        return make(Receipt, (
            document, number, source, at, shop, till, cashier, card, phone, lines, points, original or None,
            codes, self._payments[payment], f"{self._name}:{first[NUMBER]}",
        ))  # fmt: skip

    def _at(self, cells: list[str]) -> int:
        """The instant of a row, whose time of day may stand in a column of its own."""
        text = cells[self.at_place].strip()
        if self._tells_clock and (clock := cells[self._time_place].strip()):
            text = f"{text.partition(' ')[0]} {clock}"
        return self._times.instant(text)

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

    def _compare_heads(self, rows: list[Row]) -> None:
        first = self.head(rows[0][CELLS])
        for row in rows:
            head = self.head(row[CELLS])
            if head != first:
                for field, cell, other in zip(HEAD_FIELDS, first, head, strict=True):
                    if cell != other:
                        if field == "receipt_id" and not other.strip():
                            reason = "this row names no receipt, so it may be of the one above"
                            raise Flaw(field, "", "bad_row", reason, REST_HINT, row[NUMBER])
                        reason = f"this row says {other!r} where the receipt's first row says {cell!r}"
                        raise Flaw(field, other[:60], "bad_row", reason, FORM_HINT, row[NUMBER])

    def _below_zero(self, lines: tuple[Line, ...], document: str) -> Flaw:
        what, hint = "sale", "goods brought back are a return: kind return"
        if document == RETURN:
            what, hint = "return", "write what went back as positive amounts, or set returns: amounts: negative"
        value = format_decimal(sum([line.amount for line in lines]), self._money_digits)
        return Flaw(self._lines.figure, value, "negative_total", f"the total of a {what} is below zero", hint)
