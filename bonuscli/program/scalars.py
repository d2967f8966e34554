"""The types of single values: how their text is written, what it becomes, and what to say when it is something else.

``read_scalar`` turns text into an integer, a pair or text; ``pattern_of`` gives the regular expression of the same type
and bounds for editors.  Numbers and times have modules of their own; words, and the table of all types, are here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bonuscli.clock import Calendar
from bonuscli.errors import BonusError
from bonuscli.model import Measures
from bonuscli.near import did_you_mean
from bonuscli.program.currencies import CURRENCIES
from bonuscli.program.problems import IMPOSSIBLE, Wrong, near_names
from bonuscli.program.scalar_numbers import (
    FINEST_DIGITS,
    MONEY_WHOLE,
    POINTS_WHOLE,
    RATE_DIGITS,
    number_pattern,
    read_count,
    read_factor,
    read_money,
    read_points,
    read_rate,
)
from bonuscli.program.scalar_times import (
    CLOCK,
    DAY,
    INSTANT,
    MONTH_DAY,
    WINDOWS,
    duration_pattern,
    read_clock,
    read_date,
    read_days,
    read_duration,
    read_hours,
    read_instant,
    read_month_day,
    read_window,
)
from bonuscli.program.shape import Scalar
from bonuscli.units import FACTOR_DIGITS

TEXT_MAX = 200


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
    if scalar.choices and text not in scalar.choices:
        raise Wrong(f"'{text}' is not one of the choices", near_names(text, scalar.choices))
    return TYPES[scalar.type].read(text, scalar, measures)


def pattern_of(scalar: Scalar) -> str:
    """The regular expression that texts of this type and these bounds match."""
    if scalar.choices:
        return "^(?:" + "|".join(re.escape(choice) for choice in scalar.choices) + ")$"
    return f"^{TYPES[scalar.type].pattern(scalar)}$"


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
    "rate": Type(read_rate, lambda s: number_pattern(s, RATE_DIGITS, 6, "%")),
    "money": Type(read_money, lambda s: number_pattern(s, FINEST_DIGITS, MONEY_WHOLE), number=True),
    "points": Type(read_points, lambda s: number_pattern(s, FINEST_DIGITS, POINTS_WHOLE), number=True),
    "count": Type(read_count, lambda s: number_pattern(s, 0, POINTS_WHOLE), number=True),
    "factor": Type(read_factor, lambda s: number_pattern(s, FACTOR_DIGITS, 6), number=True),
    "duration": Type(read_duration, duration_pattern),
    "window": Type(read_window, lambda s: f"(?:{'|'.join(WINDOWS)}|{duration_pattern(s)})"),
    "days": Type(read_days, lambda s: number_pattern(s, 0, 4, "d")),
    "date": Type(read_date, lambda s: DAY),
    "month-day": Type(read_month_day, lambda s: MONTH_DAY),
    "instant": Type(read_instant, lambda s: INSTANT),
    "clock": Type(read_clock, lambda s: CLOCK),
    "hours": Type(read_hours, lambda s: f"{CLOCK}-(?:{CLOCK}|24:00)"),
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
