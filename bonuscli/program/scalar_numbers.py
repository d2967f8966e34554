"""Single values that are numbers: percentages, money, points, counts and factors, as text with bounds and as patterns.

``3%`` is 300 basis points.  Digits beyond the currency's or the points' are refused here and not by the pattern, which
does not see other keys.
"""

from collections.abc import Callable

from bonuscli.model import Measures
from bonuscli.program.problems import IMPOSSIBLE, Wrong
from bonuscli.program.shape import Scalar
from bonuscli.units import FACTOR_DIGITS, format_decimal, parse_decimal

RATE_DIGITS = 2
# Three digits are the most of any currency and of any program's points.
FINEST_DIGITS = 3
# At most 9 digits of points and 12 of money before the point keep sums within the ledger's bounds at any scale.
POINTS_WHOLE, MONEY_WHOLE = 9, 12
WHOLE_DIGITS = {"points": POINTS_WHOLE, "money": MONEY_WHOLE}


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
        check_bounds(text, value, scalar, shown)
    if len(fraction) > digits:
        places = {0: "no digits", 1: "at most 1 digit"}.get(digits, f"at most {digits} digits")
        code = IMPOSSIBLE if len(fraction) <= (finest or digits) else "bad_value"
        raise Wrong(f"'{text}' may have {places} after the point", code=code)
    return value


def check_bounds(text: str, value: int, scalar: Scalar, show: Callable[[int], str]) -> None:
    least = scalar.least or 0
    if value < least:
        raise Wrong(f"'{text}' is less than {show(least)}, the least that makes sense here")
    if scalar.most is not None and value > scalar.most:
        raise Wrong(f"'{text}' is more than {show(scalar.most)}, the most that is allowed here")


def read_rate(text: str, scalar: Scalar, measures: Measures) -> int:
    if not text.endswith("%"):
        raise Wrong(f"'{text}' is not a percentage: it carries no %", "write it as in 3% or 2.5%")
    return _decimal(text, scalar, RATE_DIGITS, 6, "3% or 2.5%", suffix="%")


def read_money(text: str, scalar: Scalar, measures: Measures) -> int:
    digits = measures.money_digits
    return _decimal(text, scalar, digits, MONEY_WHOLE, "1250.00" if digits else "1250", FINEST_DIGITS)


def read_points(text: str, scalar: Scalar, measures: Measures) -> int:
    return _decimal(text, scalar, measures.points_scale, POINTS_WHOLE, "50", FINEST_DIGITS)


def read_count(text: str, scalar: Scalar, measures: Measures) -> int:
    return _decimal(text, scalar, 0, POINTS_WHOLE, "5")


def read_factor(text: str, scalar: Scalar, measures: Measures) -> int:
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


def number_pattern(scalar: Scalar, digits: int, whole: int, suffix: str = "") -> str:
    """Decimal text with its bounds: ``least`` is 0, the smallest unit or 1, or of whole numbers a digit; ``most`` is
    a whole number.
    """
    fraction = f"(?:\\.[0-9]{{1,{digits}}})?" if digits else ""
    if scalar.most is None:
        body = f"0*[0-9]{{1,{whole}}}{fraction}"
    elif digits:
        bound = scalar.most // 10**digits
        body = f"(?:{whole_up_to(bound - 1)}{fraction}|0*{bound}(?:\\.0{{1,{digits}}})?)"
    else:
        body = whole_up_to(scalar.most)
    least = scalar.least or 0
    if least == 10**digits:
        guard = f"(?!0+(?:\\.|{suffix}$))"
    elif digits:
        guard = f"(?!0+(?:\\.0+)?{suffix}$)" if least else ""
    else:
        guard = f"(?!0*[0-{least - 1}]{suffix}$)" if least else ""
    return guard + body + suffix
