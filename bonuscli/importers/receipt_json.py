"""One receipt from JSON, as ``accrue --receipt`` and ``quote --receipt`` take it from a till, or one redemption.

Numbers are never read as floats: 12.5 and "12.5" are the same text to the parser.  Unknown and repeated keys are
refused, because a misspelt ``ammount`` would otherwise be a receipt of nothing.
"""

from __future__ import annotations

import json
from collections import Counter, namedtuple

from bonuscli.errors import BonusError
from bonuscli.importers.bounds import MAX_FIGURE, MAX_LINES, MAX_TEXT
from bonuscli.importers.identity import source_of
from bonuscli.model import RECEIPT, Line, Measures, Receipt
from bonuscli.near import near_or_known
from bonuscli.units import QUANTITY_DIGITS, parse_decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TEXT_KEYS = ("id", "shop", "till", "cashier", "card", "phone")
RECEIPT_KEYS = (*_TEXT_KEYS, "at", "lines", "redeem", "payments", "codes")
_GOODS_KEYS = ("sku", "name", "category", "brand")
LINE_KEYS = (*_GOODS_KEYS, "quantity", "amount", "discount")
_LINE_KEYS_SET = frozenset(LINE_KEYS)
PAYMENT_KEYS = ("type", "amount")
_REDEMPTION_KEYS = ("card", "points", "receipt_id", "key", "total", "at", "confirmed")

# points: smallest unit; number: the receipt's id or a key, None where neither is told; total: minor units or None; at:
# instant or None.
Redemption = namedtuple("Redemption", "card points number total at confirmed")


def read_receipt(text: str, measures: Measures, place: str) -> Receipt:
    """A sale from one JSON object; ``place`` is its name for messages (``receipt.json``, ``stdin:12``).

    ``number`` and ``at`` are None where the object has no ``id`` and no ``at``.  ``BonusError`` ``bad_receipt`` names
    the place: ``receipt.json: lines[2].amount``.
    """
    return _Object(_parse(text, place), measures, place).receipt()


def read_redemption(text: str, measures: Measures, place: str) -> Redemption:
    """Points to spend from one JSON object of a stream; errors as of :func:`read_receipt`.

    As in ``{"card": "2000017", "points": "60", "receipt_id": "R7", "total": "1250.00"}``.
    """
    return _Object(_parse(text, place), measures, place).redemption()


class _Unwanted(Exception):
    """What is JSON to most, but not to us; args: message and hint."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise _Unwanted(f"the key {twice!r} stands twice", "leave one of them")
    return found


def _refuse_constant(word: str) -> Any:
    raise _Unwanted(f"{word} is no number", None)


_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse_constant, object_pairs_hook=_unique)


def _parse(text: str, place: str) -> dict[str, Any]:
    try:
        found = _DECODER.decode(text)
    except json.JSONDecodeError as problem:
        where = f"{place}:{problem.lineno}:{problem.colno}"
        raise BonusError("bad_receipt", f"broken JSON: {problem.msg}", where, "give one JSON object") from None
    except _Unwanted as problem:
        message, hint = problem.args
        raise BonusError("bad_receipt", message, place, hint) from None
    except RecursionError:
        raise BonusError("bad_receipt", "broken JSON: nested too deep", place) from None
    if not isinstance(found, dict):
        raise BonusError("bad_receipt", "one JSON object is needed", place, 'as in {"id": "r1", "lines": [...]}')
    return found


class _Object:
    """One object with its place in the document: takes values out, typed, or says where they are wrong."""

    def __init__(self, found: dict[str, Any], measures: Measures, place: str) -> None:
        self._found = found
        self._measures = measures
        self._place = place

    def receipt(self) -> Receipt:
        """The object as a sale; ``number`` and ``at`` are None where it has none."""
        self._refuse_unknown(RECEIPT_KEYS, "")
        number, shop, till, cashier, card, phone = (self._text(self._found, key, "") for key in _TEXT_KEYS)
        at = self._found.get("at")
        if at is not None:
            at = self._instant(self._text(self._found, "at", ""))
        lines = self._lines()
        if sum(line.amount for line in lines) < 0:
            raise self._wrong("lines", "the total of a sale is below zero", "use the verb return", "negative_total")
        return Receipt(
            RECEIPT, number or None, source_of(shop, till), at, shop, till, cashier, card, phone, lines,
            self._redeem(), None, self._codes(), self._payments(), self._place,
        )  # fmt: skip

    def redemption(self) -> Redemption:
        """The object as points to spend."""
        self._refuse_unknown(_REDEMPTION_KEYS, "")
        card, receipt_id, key = (self._text(self._found, name, "") for name in ("card", "receipt_id", "key"))
        if not card:
            raise self._wrong("card", "whose points are spent?", "give a card or a phone")
        if self._found.get("points") is None:
            raise self._wrong("points", "the number of points is missing", 'as in "points": "60"')
        if receipt_id and key and receipt_id != key:
            raise self._wrong("key", "receipt_id and key both name this redemption", "give one of them")
        points = self._figure(self._found, "points", self._measures.points_scale, "", 0)
        at, total = self._found.get("at"), None
        if self._found.get("total") is not None:
            total = self._figure(self._found, "total", self._measures.money_digits, "", 0)
        confirmed = self._found.get("confirmed", False)
        if not isinstance(confirmed, bool):
            raise self._wrong("confirmed", "true or false is needed here")
        at = None if at is None else self._instant(self._text(self._found, "at", ""))
        return Redemption(card, points, receipt_id or key or None, total, at, confirmed)

    def _lines(self) -> tuple[Line, ...]:
        items = self._list("lines")
        if not items:
            raise self._wrong("lines", "lines are missing", 'as in "lines": [{"sku": "LATTE", "amount": "3.50"}]')
        if len(items) > MAX_LINES:
            raise self._wrong("lines", f"a receipt has at most {MAX_LINES:,} lines")
        return tuple(self._line(number, item) for number, item in enumerate(items, 1))

    def _line(self, number: int, item: Any) -> Line:
        where = f"lines[{number - 1}]"
        if type(item) is not dict or not item.keys() <= _LINE_KEYS_SET:
            self._refuse_unknown(LINE_KEYS, where, item)
        if item.get("amount") is None:
            raise self._wrong(f"{where}.amount", "the line's amount is missing", "its total after discount, as text")
        digits = self._measures.money_digits
        quantity = self._figure(item, "quantity", QUANTITY_DIGITS, where, 1000)
        amount = self._figure(item, "amount", digits, where, 0)
        discount = self._figure(item, "discount", digits, where, 0)
        if discount < 0:
            raise self._wrong(f"{where}.discount", "a discount is below zero", "write what was taken off")
        if not quantity and amount:
            raise self._wrong(f"{where}.quantity", "nothing was sold for money: the quantity is 0")
        goods = [self._text(item, key, where) for key in _GOODS_KEYS]
        return Line._make((number, *goods, quantity, amount, discount))

    def _payments(self) -> tuple[tuple[str, int | None], ...]:
        payments = []
        for place, item in enumerate(self._list("payments")):
            where = f"payments[{place}]"
            self._refuse_unknown(PAYMENT_KEYS, where, item)
            amount = None
            if item.get("amount") is not None:
                amount = self._figure(item, "amount", self._measures.money_digits, where, 0)
            payments.append((self._text(item, "type", where), amount))
        return tuple(payments)

    def _codes(self) -> tuple[str, ...]:
        codes = tuple(self._text({"": code}, "", f"codes[{place}]") for place, code in enumerate(self._list("codes")))
        if not all(codes):
            raise self._wrong(f"codes[{codes.index('')}]", "an empty text is no code", "leave it out")
        return codes

    def _redeem(self) -> int | str | None:
        if self._text(self._found, "redeem", "") == "max":
            return "max"
        points = self._figure(self._found, "redeem", self._measures.points_scale, "", 0)
        if points < 0:
            raise self._wrong("redeem", "points to spend are below zero", "write a number, or max")
        return points or None

    def _instant(self, text: str) -> int:
        try:
            return self._measures.calendar.parse_instant(text)
        except (ValueError, OverflowError) as problem:
            raise self._wrong("at", str(problem), "as in 2026-12-31T18:30:00+03:00") from None

    def _list(self, key: str) -> list[Any]:
        found = self._found.get(key)
        if found is None:
            return []
        if not isinstance(found, list):
            raise self._wrong(key, "a list is needed here")
        return found

    def _figure(self, item: dict[str, Any], key: str, digits: int, where: str, empty: int) -> int:
        text = self._text(item, key, where)
        if not text:
            return empty
        path = f"{where}.{key}" if where else key
        try:
            value = parse_decimal(text, digits)
        except ValueError as problem:
            raise self._wrong(path, str(problem)) from None
        if abs(value) > MAX_FIGURE:
            raise self._wrong(path, f"{text!r} is too large")
        return value

    def _text(self, item: dict[str, Any], key: str, where: str) -> str:
        found = item.get(key)
        if found is None:
            return ""
        if type(found) is str and len(found) <= MAX_TEXT and found.isascii() and "\0" not in found:
            return found.strip()
        path = f"{where}.{key}".strip(".")
        if not isinstance(found, str):
            raise self._wrong(path, "a text or a number is needed here")
        if len(found) > MAX_TEXT:
            raise self._wrong(path, f"the text is longer than {MAX_TEXT} characters")
        if "\0" in found:
            raise self._wrong(path, "the text holds a NUL", "take it out")
        if any("\ud800" <= letter <= "\udfff" for letter in found):
            raise self._wrong(path, "the text holds half of a character", "write \\u escapes in pairs, or UTF-8")
        return found.strip()

    def _refuse_unknown(self, known: tuple[str, ...], where: str, item: Any = None) -> None:
        found = self._found if not where else item
        if not isinstance(found, dict):
            raise self._wrong(where, "an object is needed here")
        for key in found:
            if key not in known:
                raise self._wrong(f"{where}.{key}".strip("."), f"unknown key {key!r}", near_or_known(key, known))

    def _wrong(self, path: str, message: str, hint: str = "", code: str = "bad_receipt") -> BonusError:
        return BonusError(code, message, f"{self._place}: {path}", hint or None)
