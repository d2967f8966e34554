"""One typed value as text for people, as text for spreadsheets, or as JSON: the only place that writes a number.

Three forms, by kind of value (``KINDS``):

* *text*, for tables: decimal text, ``12.34`` for a percentage, ``never`` for the last day there is;
* *plain*, for CSV: decimal text too, a share as ``0.1234``, days ISO; text that a spreadsheet would run as a formula is
  guarded with an apostrophe;
* *JSON*: integers in minor units, in the smallest unit of points and in thousandths of a quantity, ISO days, a share as
  a number of four digits.

Text of users never steers a terminal: control characters and those that turn the direction of writing are shown as
escapes.  A ratio is rounded here, once, half up: 2/3 is ``66.67`` in a table and ``0.6667`` elsewhere.
"""

from __future__ import annotations

from bonuscli.days import NEVER, format_day
from bonuscli.records import namedtuple
from bonuscli.units import HALF_UP, format_decimal, format_quantity, round_ratio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# currency: its code; digits: of its money; points_scale: digits of the points.
Scale = namedtuple("Scale", "currency digits points_scale")

SHARE_DIGITS = 4
# An average of points has two digits more than points have: 412.37.
AVERAGE_DIGITS = 2
# What a spreadsheet runs as a formula; a tab or a line's end may stand before it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
RIGHT_ALIGNED = ("count", "quantity", "points", "money", "percent", "mixed")

_UNITS_PLAIN = {"money": "{currency}", "percent": "ratio", "points": "points", "count": "count", "quantity": "count"}
_UNITS_TEXT = {**_UNITS_PLAIN, "percent": "%"}
_UNITS_JSON = {**_UNITS_PLAIN, "money": "minor", "quantity": "thousandths"}


def _escape_of(code: int) -> str:
    named = {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"}
    return named.get(code) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


# C0, DEL and C1 steer terminals; the others break lines or turn the direction of writing.
_STEERING = (
    *range(0x20),
    *range(0x7F, 0xA0),
    *(0x061C, 0x200E, 0x200F),
    *range(0x2028, 0x202F),
    *range(0x2066, 0x206A),
)
_ESCAPES = {code: _escape_of(code) for code in _STEERING}
_ESCAPES_BUT_LINES = {code: escape for code, escape in _ESCAPES.items() if code not in (0x09, 0x0A, 0x0D)}
_ESCAPES_IN_JSON = {code: f"\\u{code:04x}" for code in _STEERING if code >= 0x7F}


def visible(text: str) -> str:
    """Text in which nothing steers a terminal or breaks a line.

    >>> visible("Anna\\x1b[2J"), visible("Ёлка & Co")
    ('Anna\\\\x1b[2J', 'Ёлка & Co')
    """
    return text if text.isprintable() else text.translate(_ESCAPES)


def guard(text: str) -> str:
    """Text that no spreadsheet takes for a formula; what looks guarded already is guarded again, so that taking one
    apostrophe off always gives the text back.

    >>> guard("=1+1"), guard("tea"), guard("'=1+1")
    ("'=1+1", 'tea', "''=1+1")
    """
    return "'" + text if text.lstrip("'").startswith(_FORMULA_STARTS) else text


def json_escaped(text: str) -> str:
    """A JSON text with those characters escaped that steer a terminal and that JSON itself lets pass."""
    return text if text.isascii() and "\x7f" not in text else text.translate(_ESCAPES_IN_JSON)


def _ratio(value: Any, digits: int, times: int = 1) -> str:
    return format_decimal(round_ratio(value[0] * times * 10**digits, value[1], HALF_UP), digits)


def text_of(kind: str, value: Any, scale: Any) -> str:
    """A value as it stands in a table; None is empty."""
    return _TEXT[kind](value, scale) if value is not None or kind == "group" else ""


def plain_of(kind: str, value: Any, scale: Any) -> str:
    """A value as it stands in CSV; None is empty."""
    return _PLAIN[kind](value, scale) if value is not None or kind == "group" else ""


def json_of(kind: str, value: Any, scale: Any) -> Any:
    """A value as JSON has it; None is null."""
    return _JSON[kind](value, scale) if value is not None else None


def _points(value: Any, scale: Any) -> str:
    if isinstance(value, tuple):
        digits = scale.points_scale + AVERAGE_DIGITS
        return format_decimal(round_ratio(value[0] * 10**AVERAGE_DIGITS, value[1], HALF_UP), digits)
    return format_decimal(value, scale.points_scale)


def whole_of(value: Any, _: Any = None) -> int:
    """A number in its smallest unit; a ratio of it, such as an average, is rounded half up."""
    return round_ratio(value[0], value[1], HALF_UP) if isinstance(value, tuple) else value


def _money(value: Any, scale: Any) -> str:
    return format_decimal(whole_of(value), scale.digits)


def _group(value: Any, _: Any) -> str:
    return visible(value) if value else "(all)" if value is None else "(none)"


def _share(value: Any, _: Any) -> str:
    return _ratio(value, SHARE_DIGITS)


def _json_points(value: Any, scale: Any) -> Any:
    return float(_ratio(value, SHARE_DIGITS)) if isinstance(value, tuple) else value


def _same(value: Any, _: Any) -> Any:
    return value


_TEXT = {
    "text": lambda value, scale: visible(value),
    "count": lambda value, scale: str(value),
    "quantity": lambda value, scale: format_quantity(value),
    "points": _points,
    "money": _money,
    "percent": lambda value, scale: _ratio(value, 2, times=100),
    "day": lambda value, scale: "never" if value == NEVER else format_day(value),
    "instant": lambda value, scale: value[:16].replace("T", " "),
    "flag": lambda value, scale: "yes" if value else "no",
    "unit": lambda value, scale: _UNITS_TEXT[value].format(currency=scale.currency),
    "group": _group,
    "mixed": lambda cell, scale: text_of(cell[0], cell[1], scale),
}
_PLAIN = {
    **_TEXT,
    "text": lambda value, scale: guard(value.translate(_ESCAPES_BUT_LINES)),
    "percent": _share,
    "day": lambda value, scale: format_day(value),
    "instant": _same,
    "flag": lambda value, scale: "true" if value else "false",
    "unit": lambda value, scale: _UNITS_PLAIN[value].format(currency=scale.currency),
    "group": lambda value, scale: guard(_group(value, scale)),
    "mixed": lambda cell, scale: plain_of(cell[0], cell[1], scale),
}
_JSON = {
    **dict.fromkeys(("text", "count", "quantity", "instant", "group"), _same),
    "points": _json_points,
    "money": whole_of,
    "percent": lambda value, scale: float(_share(value, scale)),
    "day": lambda value, scale: format_day(value),
    "flag": lambda value, scale: bool(value),
    "unit": lambda value, scale: _UNITS_JSON[value],
    "mixed": lambda cell, scale: json_of(cell[0], cell[1], scale),
}
KINDS = tuple(_TEXT)
