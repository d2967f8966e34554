"""The types of single values: how their text is written, what it becomes, and what to say when it is something else.

``read_scalar`` turns text into an integer, a pair or text; ``pattern_of`` gives the regular expression of the same type
and bounds for editors.  ``3%`` is 300 basis points, ``6mo`` is ``(6, 0)``, ``14:00-17:00`` is ``(840, 1020)``.
Digits beyond the currency's or the points' are refused here and not by the pattern, which does not see other keys.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bonuscli.clock import Calendar
from bonuscli.days import parse_day
from bonuscli.errors import BonusError
from bonuscli.model import Measures
from bonuscli.near import did_you_mean
from bonuscli.program.currencies import CURRENCIES
from bonuscli.program.problems import near_names
from bonuscli.program.shape import Scalar
from bonuscli.units import FACTOR_DIGITS, format_decimal, parse_decimal

RATE_DIGITS = 2
# Three digits are the most of any currency and of any program's points.
FINEST_DIGITS = 3
# At most 9 digits of points and 12 of money before the point keep sums within the ledger's bounds at any scale.
POINTS_WHOLE, MONEY_WHOLE = 9, 12
WHOLE_DIGITS = {"points": POINTS_WHOLE, "money": MONEY_WHOLE}
TEXT_MAX = 200
# The problem's code where a value has the right form and yet cannot be: 30 February, a time zone that nobody keeps,
# more digits than this currency has.  A JSON Schema, which sees form alone, accepts these.
IMPOSSIBLE = "impossible_value"


class Wrong(ValueError):
    """A value that does not fit: what is wrong, a hint, and the problem's code."""

    def __init__(self, message: str, hint: str = "", code: str = "bad_value") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


@dataclass(frozen=True)
class Type:
    """``read(text, scalar, measures)`` gives the typed value or raises :class:`Wrong`; ``pattern(scalar)`` its form.

    ``number`` says that an editor may see the unquoted value as a number.
    """

    read: Callable[[str, Scalar, Measures], object]
    pattern: Callable[[Scalar], str]
    number: bool = False


def read_scalar(text: str, scalar: Scalar, measures: Measures) -> object:
    """The typed value of a text; :class:`Wrong` says what is written and what is right."""
    if not text.strip():
        raise Wrong("nothing is written here", "give a value, or leave the key out")
    if text in scalar.later:
        supported = f"supported: {', '.join(scalar.choices)}" if scalar.choices else "a later version will read it"
        raise Wrong(f"'{text}' is not supported yet", supported, "not_supported_yet")
    if scalar.choices and text not in scalar.choices:
        raise Wrong(f"'{text}' is not one of the choices", near_names(text, scalar.choices))
    return TYPES[scalar.type].read(text, scalar, measures)


def pattern_of(scalar: Scalar) -> str:
    """The regular expression that texts of this type and these bounds match."""
    if scalar.choices:
        return "^(?:" + "|".join(re.escape(choice) for choice in scalar.choices) + ")$"
    return f"^{TYPES[scalar.type].pattern(scalar)}$"


# --- numbers -------------------------------------------------------------------------------------------------------


def _decimal(
    text: str, scalar: Scalar, digits: int, whole: int, example: str, finest: int | None = None, suffix: str = ""
) -> int:
    """Decimal text within its bounds; up to ``finest`` digits after the point are the right form, ``digits`` fit."""
    number = text.removesuffix(suffix)
    body, _, fraction = number.partition(".")
    try:
        value = parse_decimal(number, max(digits, len(fraction)))
    except ValueError as problem:
        raise Wrong(str(problem), f"write it as in {example}") from None

    def shown(bound: int) -> str:
        decimal = format_decimal(bound, digits)
        return (decimal.rstrip("0").rstrip(".") if digits else decimal) + suffix

    if body[0] == "-":
        raise Wrong(f"'{text}' is below zero")
    if len(body.lstrip("0")) > whole:
        raise Wrong(f"'{text}' is too large: at most {whole} digits before the point")
    if value == 0 or len(fraction) <= digits:
        _check_bounds(text, value, scalar, shown)
    if len(fraction) > digits:
        places = {0: "no digits", 1: "at most 1 digit"}.get(digits, f"at most {digits} digits")
        code = IMPOSSIBLE if len(fraction) <= (finest or digits) else "bad_value"
        raise Wrong(f"'{text}' may have {places} after the point", code=code)
    return value


def _check_bounds(text: str, value: int, scalar: Scalar, show: Callable[[int], str]) -> None:
    least = scalar.least or 0
    if value < least:
        raise Wrong(f"'{text}' is less than {show(least)}, the least that makes sense here")
    if scalar.most is not None and value > scalar.most:
        raise Wrong(f"'{text}' is more than {show(scalar.most)}, the most that is allowed here")


def _read_rate(text: str, scalar: Scalar, measures: Measures) -> int:
    if not text.endswith("%"):
        raise Wrong(f"'{text}' is not a percentage: it carries no %", "write it as in 3% or 2.5%")
    return _decimal(text, scalar, RATE_DIGITS, 6, "3% or 2.5%", suffix="%")


def _read_money(text: str, scalar: Scalar, measures: Measures) -> int:
    digits = measures.money_digits
    return _decimal(text, scalar, digits, MONEY_WHOLE, "1250.00" if digits else "1250", FINEST_DIGITS)


def _read_points(text: str, scalar: Scalar, measures: Measures) -> int:
    return _decimal(text, scalar, measures.points_scale, POINTS_WHOLE, "50", FINEST_DIGITS)


def _read_count(text: str, scalar: Scalar, measures: Measures) -> int:
    return _decimal(text, scalar, 0, POINTS_WHOLE, "5")


def _read_factor(text: str, scalar: Scalar, measures: Measures) -> int:
    return _decimal(text, scalar, FACTOR_DIGITS, 6, "1.5")


def whole_up_to(bound: int) -> str:
    """A regular expression of the whole numbers from 0 to ``bound``, leading zeros allowed.

    >>> whole_up_to(366)
    '0*(?:366|[0-2][0-9]{2}|3[0-5][0-9]|36[0-5]|[0-9]{1,2})'
    """
    text = str(bound)
    ways = [text]
    for place, digit in enumerate(text):
        if digit != "0":
            rest = len(text) - place - 1
            below = "0" if digit == "1" else f"[0-{int(digit) - 1}]"
            ways.append(text[:place] + below + (f"[0-9]{{{rest}}}" if rest > 1 else "[0-9]" * rest))
    if len(text) > 1:
        ways.append(f"[0-9]{{1,{len(text) - 1}}}" if len(text) > 2 else "[0-9]")
    return f"0*(?:{'|'.join(ways)})"


def _number_pattern(scalar: Scalar, digits: int, whole: int, suffix: str = "") -> str:
    """Decimal text with its bounds: ``least`` is 0, the smallest unit or 1; ``most`` is a whole number."""
    fraction = f"(?:\\.[0-9]{{1,{digits}}})?" if digits else ""
    if scalar.most is None:
        body = f"0*[0-9]{{1,{whole}}}{fraction}"
    elif digits:
        bound = scalar.most // 10**digits
        body = f"(?:{whole_up_to(bound - 1)}{fraction}|0*{bound}(?:\\.0{{1,{digits}}})?)"
    else:
        body = whole_up_to(scalar.most)
    guard = {0: "", 10**digits: f"(?!0+(?:\\.|{suffix}$))", 1: f"(?!0+(?:\\.0+)?{suffix}$)"}[scalar.least or 0]
    return guard + body + suffix


# --- days and hours ------------------------------------------------------------------------------------------------

LIFETIME = "lifetime"
_DURATION = re.compile(r"([0-9]{1,6})(d|mo|y)")
_MOST_BY_UNIT = {"d": 36_500, "mo": 1_200, "y": 100}
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_DAY = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_OFFSET = "(?:[Zz]|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
_INSTANT = f"{_DAY}(?:[ Tt]{_CLOCK}(?::[0-5][0-9](?:\\.[0-9]+)?)?{_OFFSET}?)?"


def _read_duration(text: str, scalar: Scalar, measures: Measures) -> tuple[int, int]:
    match = _DURATION.fullmatch(text)
    if not match:
        raise Wrong(f"'{text}' is not a length of time", "write one number and one unit: 14d, 6mo or 1y")
    count, unit = int(match[1]), match[2]
    _check_bounds(text, count, Scalar("count", least=scalar.least, most=_MOST_BY_UNIT[unit]), lambda n: f"{n}{unit}")
    return {"d": (0, count), "mo": (count, 0), "y": (12 * count, 0)}[unit]


def _duration_pattern(scalar: Scalar) -> str:
    guard = "(?!0+[a-z])" if scalar.least else ""
    return guard + "(?:" + "|".join(whole_up_to(most) + unit for unit, most in _MOST_BY_UNIT.items()) + ")"


def _read_window(text: str, scalar: Scalar, measures: Measures) -> tuple[int, int] | str:
    return text if text == LIFETIME else _read_duration(text, scalar, measures)


def _read_days(text: str, scalar: Scalar, measures: Measures) -> int:
    match = _DURATION.fullmatch(text)
    if not match or match[2] != "d":
        raise Wrong(f"'{text}' is not a number of days", "write it in days, as in 14d")
    value = int(match[1])
    _check_bounds(text, value, scalar, lambda bound: f"{bound}d")
    return value


def _read_date(text: str, scalar: Scalar, measures: Measures) -> int:
    try:
        return parse_day(text)
    except ValueError as problem:
        raise _wrong_time(text, _DAY, problem, "write it as in 2026-12-31") from None


def _read_instant(text: str, scalar: Scalar, measures: Measures) -> int:
    try:
        return int(measures.calendar.parse_instant(text))
    except ValueError as problem:
        hint = "write 2026-12-31, or 2026-12-31 18:30 in the shop's own time"
        raise _wrong_time(text, _INSTANT, problem, hint) from None


def _wrong_time(text: str, form: str, problem: ValueError, hint: str) -> Wrong:
    return Wrong(str(problem), hint, IMPOSSIBLE if re.fullmatch(form, text) else "bad_value")


def _minute(text: str) -> int | None:
    if re.fullmatch(_CLOCK, text):
        return int(text[:2]) * 60 + int(text[3:])
    return 1440 if text == "24:00" else None


def _read_clock(text: str, scalar: Scalar, measures: Measures) -> int:
    minute = _minute(text)
    if minute is None or minute == 1440:
        raise Wrong(f"'{text}' is not a time of day", 'write it as in "05:00"')
    return minute * 60


def _read_hours(text: str, scalar: Scalar, measures: Measures) -> tuple[int, int]:
    first, _, last = text.partition("-")
    start, end = _minute(first), _minute(last)
    if start is None or end is None or start == 1440:
        raise Wrong(f"'{text}' is not a span of hours", 'write it as in "14:00-17:00"; "22:00-02:00" passes midnight')
    if start == end:
        raise Wrong(f"'{text}' ends when it begins", 'the whole day is "00:00-24:00", or no hours at all', IMPOSSIBLE)
    return start, end


# --- words ---------------------------------------------------------------------------------------------------------

_ZONE = "[A-Za-z0-9_+/-]{1,64}"
# Anything but spaces and ASCII marks other than - _ . so that ids of any alphabet can be typed at a till's terminal.
_ID = "[^\\s!-,/:-@\\[-^`{-~]{1,64}"


def _read_text(text: str, scalar: Scalar, measures: Measures) -> str:
    if len(text) > TEXT_MAX:
        raise Wrong(f"this text has {len(text)} characters; at most {TEXT_MAX} are allowed")
    return text


def _read_id(text: str, scalar: Scalar, measures: Measures) -> str:
    if not re.fullmatch(_ID, text):
        hint = "use letters, digits, - _ and . (at most 64, no spaces), as in coffee-rate"
        raise Wrong(f"'{text[:80]}' cannot be an id", hint)
    return text


def _read_flag(text: str, scalar: Scalar, measures: Measures) -> bool:
    folded = text.casefold()
    if folded not in ("true", "false"):
        raise Wrong(f"'{text}' is neither true nor false", "write true or false")
    if scalar.least and folded == "false":
        raise Wrong("only true can be written here", "leave the key out instead of false")
    return folded == "true"


def _read_choice(text: str, scalar: Scalar, measures: Measures) -> str:
    return text


def _read_numbered_choice(text: str, scalar: Scalar, measures: Measures) -> int:
    return int(text)


def _read_weekday(text: str, scalar: Scalar, measures: Measures) -> int:
    return scalar.choices.index(text)


def _read_currency(text: str, scalar: Scalar, measures: Measures) -> str:
    if text not in CURRENCIES:
        hint = "write the three letters of ISO 4217, as in EUR"
        raise Wrong(f"there is no currency '{text}'", f"{did_you_mean(text, CURRENCIES) or ''} {hint}".strip())
    return text


def _read_timezone(text: str, scalar: Scalar, measures: Measures) -> str:
    try:
        Calendar(text)
    except BonusError:
        from zoneinfo import available_timezones

        near = did_you_mean(text, sorted(available_timezones())) or ""
        code = IMPOSSIBLE if re.fullmatch(_ZONE, text) else "bad_value"
        raise Wrong(
            f"there is no time zone '{text}'", f"{near} write a name like Europe/Moscow".strip(), code
        ) from None
    return text


def _read_country(text: str, scalar: Scalar, measures: Measures) -> str:
    if not re.fullmatch("[A-Z]{2}", text):
        raise Wrong(f"'{text}' is not a country", "write the two capital letters of ISO 3166, as in RU")
    return text


_FLAG_WORDS = "(?:[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])"

TYPES: dict[str, Type] = {
    "rate": Type(_read_rate, lambda s: _number_pattern(s, RATE_DIGITS, 6, "%")),
    "money": Type(_read_money, lambda s: _number_pattern(s, FINEST_DIGITS, MONEY_WHOLE), number=True),
    "points": Type(_read_points, lambda s: _number_pattern(s, FINEST_DIGITS, POINTS_WHOLE), number=True),
    "count": Type(_read_count, lambda s: _number_pattern(s, 0, POINTS_WHOLE), number=True),
    "factor": Type(_read_factor, lambda s: _number_pattern(s, FACTOR_DIGITS, 6), number=True),
    "duration": Type(_read_duration, _duration_pattern),
    "window": Type(_read_window, lambda s: f"(?:{LIFETIME}|{_duration_pattern(s)})"),
    "days": Type(_read_days, lambda s: _number_pattern(s, 0, 4, "d")),
    "date": Type(_read_date, lambda s: _DAY),
    "instant": Type(_read_instant, lambda s: _INSTANT),
    "clock": Type(_read_clock, lambda s: _CLOCK),
    "hours": Type(_read_hours, lambda s: f"{_CLOCK}-(?:{_CLOCK}|24:00)"),
    "weekday": Type(_read_weekday, lambda s: ""),
    "text": Type(_read_text, lambda s: f"(?=[\\s\\S]*\\S)[\\s\\S]{{1,{TEXT_MAX}}}", number=True),
    "id": Type(_read_id, lambda s: _ID, number=True),
    "flag": Type(_read_flag, lambda s: _FLAG_WORDS),
    "choice": Type(_read_choice, lambda s: ""),
    "numbered-choice": Type(_read_numbered_choice, lambda s: "", number=True),
    "currency": Type(_read_currency, lambda s: "(?:" + "|".join(CURRENCIES) + ")"),
    "timezone": Type(_read_timezone, lambda s: _ZONE),
    "country": Type(_read_country, lambda s: "[A-Z]{2}"),
}
