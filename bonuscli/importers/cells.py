"""Cells of text to values: amounts, quantities, points, days, each remembered, since a till repeats itself.

A file of 300,000 lines has some thousand different amounts and hundreds of days.  A :class:`Reading` is a dictionary
from text to value that works out what it has not met; looking a known text up costs 0.04 us, parsing an amount 0.9 us.
"""

import re
from collections.abc import Callable
from typing import Any

from bonuscli.clock import DAY_SECONDS, Calendar
from bonuscli.days import parse_day
from bonuscli.importers.bounds import MAX_FIGURE, MAX_TEXT
from bonuscli.importers.csv_rows import Flaw
from bonuscli.importers.figures import Written
from bonuscli.units import HALF_UP, QUANTITY_DIGITS, mul_div, parse_decimal

_REMEMBERED = 20_000
_PRICE_DIGITS = 6

_SPACED = re.compile(r"[0-9][\s\u00a0][0-9]{3}(?![0-9:])")

_SECONDS = {"": 0, **{f":{second:02}": second for second in range(60)}}

TIME_HINT = "write 2026-12-31 18:30 or 2026-12-31T18:30:00+03:00"


class Reading(dict):
    """Text of one column to its value; ``parse`` raises ``ValueError`` with the reason, which becomes a ``Flaw``."""

    def __init__(self, column: str, code: str, parse: Callable[[Any], Any], hint: str = "") -> None:
        super().__init__()
        self._column = column
        self._code = code
        self._parse = parse
        self._hint = hint

    def __missing__(self, text: Any) -> Any:
        try:
            value = self._parse(text)
        except (ValueError, OverflowError) as problem:
            shown = text if isinstance(text, str) else " x ".join(text)
            hint = self._hint
            if "has a comma" in str(problem):
                hint = "write a point, or set decimal: comma in a profile"
            elif isinstance(text, str) and _SPACED.search(text):
                hint = "leave out the space, or set thousands: space in a profile"
            raise Flaw(self._column, shown[:60], self._code, str(problem), hint) from None
        if len(self) >= _REMEMBERED:
            self.clear()
        self[text] = value
        return value


def decimal_parser(
    digits: int,
    comma: bool,
    empty: int | None = None,
    largest: int = MAX_FIGURE,
    written: Written | None = None,
) -> Callable[[str], int]:
    """A parser of decimal text in units of 10**-digits; empty cells mean ``empty``, or are refused where it is None.

    ``written`` makes plain text of what people write (``figures.plain_figures``).
    """

    def parse(text: str) -> int:
        text = written(text) if written else text.strip()
        if not text and empty is not None:
            return empty
        if comma:
            if "." in text:
                raise ValueError(f"{text!r} has a point, and the profile says decimal: comma")
            text = text.replace(",", ".")
        value = parse_decimal(text, digits)
        if abs(value) > largest:
            raise ValueError(f"{text!r} is too large")
        return value

    return parse


def priced_parser(digits: int, comma: bool, written: Written | None = None) -> Callable[[tuple[str, str]], int]:
    """A parser of (quantity, unit price) to the line's amount in minor units, rounded half up.

    The magnitude is rounded, so that a return of -3 gives back what the sale of 3 took: 3 x 0.125 = 0.38, and -0.38.
    """
    quantity_of = decimal_parser(QUANTITY_DIGITS, comma, 10**QUANTITY_DIGITS, written=written)
    price_of = decimal_parser(digits + _PRICE_DIGITS, comma, largest=MAX_FIGURE * 10**_PRICE_DIGITS, written=written)
    one = 10 ** (QUANTITY_DIGITS + _PRICE_DIGITS)

    def parse(cells: tuple[str, str]) -> int:
        quantity, price = quantity_of(cells[0]), price_of(cells[1])
        amount = mul_div(abs(quantity), abs(price), one, HALF_UP)
        if amount > MAX_FIGURE:
            raise ValueError("the line's amount is too large")
        return amount if (quantity < 0) == (price < 0) else -amount

    return parse


def parse_discount(parse: Callable[[str], int]) -> Callable[[str], int]:
    """A parser of discounts: like amounts, never below zero."""

    def parse_positive(text: str) -> int:
        value = parse(text)
        if value < 0:
            raise ValueError(f"{text!r} is below zero; a discount is what was taken off, as a positive number")
        return value

    return parse_positive


def parse_redeem(scale: int) -> Callable[[str], int | str | None]:
    """A parser of points to spend: points in smallest units, ``max``, or None for an empty cell and for 0."""

    def parse(text: str) -> int | str | None:
        text = text.strip()
        if text == "max":
            return text
        value = parse_decimal(text, scale) if text else 0
        if value < 0:
            raise ValueError(f"{text!r} is below zero; points to spend are a positive number, or max")
        if value > MAX_FIGURE:
            raise ValueError(f"{text!r} is too large")
        return value or None

    return parse


def parse_payments(parse: Callable[[str], int]) -> Callable[[str], tuple[tuple[str, int | None], ...]]:
    """A parser of ways of payment: ``card``, ``cash; card``, or with what each has paid ``cash=40.00; card=2.50``."""

    def parse_ways(text: str) -> tuple[tuple[str, int | None], ...]:
        ways = []
        for part in text.split(";"):
            way, equals, amount = map(str.strip, part.partition("="))
            if way:
                ways.append((way, parse(amount) if equals else None))
            elif equals:
                raise ValueError(f"{part.strip()!r} is no way of payment")
        return tuple(ways)

    return parse_ways


def short_texts(fields: tuple[str, ...]) -> Callable[[tuple[str, ...]], None]:
    """A function that is given the cells of these fields: ``Flaw`` where one is over 500 characters."""

    def require_short(cells: tuple[str, ...]) -> None:
        for field, cell in zip(fields, cells, strict=True):
            if len(cell) > MAX_TEXT:
                raise Flaw(field, cell[:60], "bad_row", f"the text is longer than {MAX_TEXT} characters")

    return require_short


class Times:
    """Text of one column to instants: the usual ``2026-12-31 18:30[:00]`` by three look-ups, anything else by the
    calendar.
    """

    def __init__(self, column: str, calendar: Calendar) -> None:
        self._calendar = calendar
        self._midnights = Reading(column, "bad_time", self._midnight, TIME_HINT)
        self._days = Reading(column, "bad_time", parse_day, TIME_HINT)
        self._minutes = Reading(column, "bad_time", _plain_minute, TIME_HINT)
        self._others = Reading(column, "bad_time", calendar.parse_instant, TIME_HINT)

    def instant(self, text: str) -> int:
        """The instant, or a ``Flaw`` ``bad_time``."""
        minute, second = self._minutes[text[10:16]], _SECONDS.get(text[16:])
        if minute is not None and second is not None:
            midnight = self._midnights[text[:10]]
            if midnight is not None:
                return midnight + minute + second
            try:
                instant = self._calendar.instant(self._days[text[:10]], minute + second)
            except ValueError:
                instant = None  # told again, with its column
            if instant is not None:
                return instant
        return self._others[text]

    def _midnight(self, text: str) -> int | None:
        """The instant at which a day begins whose clock is not set; None for others."""
        day = parse_day(text)
        offset = self._calendar.offset_of(day)
        return None if offset is None else day * DAY_SECONDS - offset


def _plain_minute(text: str) -> int | None:
    """Seconds up to the minute of the day of ``" 18:30"``; None for every other form."""
    if len(text) != 6 or text[0] not in " T" or text[3] != ":" or not text.isascii():
        return None
    hour, minute = text[1:3], text[4:]
    if not (hour.isdigit() and minute.isdigit() and hour < "24" and minute < "60"):
        return None
    return int(hour) * 3600 + int(minute) * 60
