"""Integer arithmetic of money, points, quantities and rates.

Everything inside bonuscli is an integer: money in the currency's minor units, points in the program's smallest unit,
quantities in thousandths, rates in basis points (1/100 %).  Text becomes an integer here and nowhere else, and a ratio
is rounded here, in a named mode.  Worked number: 940.00 at 7 %, one point worth 1.00, is ``mul_div(94000, 700, 10000 *
100)`` = 65.8, rounded down to 65.  There is no float in this file.
"""

from math import gcd

MAX_DIGITS = 15
# Zeros beyond the unit's digits are no error, but a page of them is.
_LONGEST_FRACTION = 40
_SHOWN = 60
QUANTITY_DIGITS = 3
RATE_ONE = 10_000
FACTOR_DIGITS = 4
FACTOR_ONE = 10_000
GRADES = 5

DOWN, HALF_UP, HALF_EVEN, UP = "down", "half-up", "half-even", "up"
ROUNDING_MODES = (DOWN, HALF_UP, HALF_EVEN, UP)

# Minor units of ISO 4217 where they are not 2.
_DIGITS_BY_CURRENCY = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}


# An exact part of a whole: (numerator, denominator).
Fraction = tuple[int, int]


def currency_digits(currency: str) -> int:
    """How many digits the currency has after the point (ISO 4217).

    >>> currency_digits("RUB"), currency_digits("JPY"), currency_digits("KWD")
    (2, 0, 3)
    """
    return _DIGITS_BY_CURRENCY.get(currency, 2)


def parse_decimal(text: str, digits: int) -> int:
    """Decimal text as an integer in units of 10**-digits; ValueError says what is wrong with it.

    Only ASCII digits, one leading minus and one point are read: ``1_000``, ``1e3``, ``1,5``, ``٣`` and ``NaN`` are
    refused.  More digits after the point than ``digits`` are refused unless they are zeros.

    >>> parse_decimal("12.5", 2), parse_decimal("-0.05", 2), parse_decimal("7.000", 0)
    (1250, -5, 7)
    """
    body = text[1:] if text[:1] == "-" else text
    whole, _, fraction = body.partition(".")
    if not (whole.isascii() and whole.isdigit()) or (
        (fraction or body[-1:] == ".") and not (fraction.isascii() and fraction.isdigit())
    ):
        raise ValueError(_why_not_decimal(text))
    if len(fraction) > digits:
        if len(fraction) > _LONGEST_FRACTION:
            raise ValueError(f"{text[:_SHOWN]!r}... has more than {digits} digits after the point")
        if fraction[digits:].strip("0"):
            raise ValueError(f"{text!r} has more than {digits} digits after the point")
        fraction = fraction[:digits]
    if len(whole) > MAX_DIGITS:
        raise ValueError(f"{text[:20]!r}... is too large (at most {MAX_DIGITS} digits before the point)")
    value = int(whole + fraction.ljust(digits, "0"))
    return -value if body is not text else value


def _why_not_decimal(text: str) -> str:
    if not text.strip():
        return "nothing is written here; a number is needed"
    text = text[:_SHOWN]
    if "," in text:
        return f"{text!r} has a comma; write a decimal point and no thousands separators, as in 1250.00"
    return f"{text!r} is not a plain decimal number, as in 1250.00"


def format_decimal(value: int, digits: int) -> str:
    """An integer in units of 10**-digits as decimal text with exactly that many digits.

    >>> format_decimal(94000, 2), format_decimal(-5, 2), format_decimal(7, 0)
    ('940.00', '-0.05', '7')
    """
    if not digits:
        return str(value)
    text = str(abs(value)).rjust(digits + 1, "0")
    return f"{'-' if value < 0 else ''}{text[:-digits]}.{text[-digits:]}"


def format_quantity(thousandths: int) -> str:
    """A quantity as the shortest decimal text.

    >>> format_quantity(2000), format_quantity(2474)
    ('2', '2.474')
    """
    text = format_decimal(thousandths, QUANTITY_DIGITS)
    return text.rstrip("0").rstrip(".")


def round_ratio(numerator: int, denominator: int, mode: str) -> int:
    """numerator / denominator (denominator > 0) as an integer, rounded in the named mode.

    ``down`` and ``up`` go towards and away from negative infinity.

    >>> [round_ratio(5, 2, mode) for mode in ROUNDING_MODES]
    [2, 3, 2, 3]
    """
    whole, rest = divmod(numerator, denominator)
    if not rest or mode == DOWN:
        return whole
    if mode == UP:
        return whole + 1
    twice = 2 * rest
    if twice > denominator or (twice == denominator and (mode == HALF_UP or whole & 1)):
        return whole + 1
    return whole


def mul_div(value: int, numerator: int, denominator: int, mode: str = DOWN) -> int:
    """value × numerator ÷ denominator, rounded once.

    >>> mul_div(94000, 700, 10000 * 100)
    65
    """
    return round_ratio(value * numerator, denominator, mode)


def split(total: int, weights: list[int]) -> list[int]:
    """``total`` (>= 0) over weights (>= 0) by largest remainder, ties to the earlier; parts always sum to the whole.

    Where all weights are zero the parts are equal, again by largest remainder.

    >>> split(10, [1, 1, 1]), split(98, [50000, 44000]), split(5, [0, 0])
    ([4, 3, 3], [52, 46], [3, 2])
    """
    if not weights:
        return []
    if len(weights) == 1:
        return [total]
    whole = sum(weights)
    if not whole:
        weights, whole = [1] * len(weights), len(weights)
    parts = [total * weight // whole for weight in weights]
    missing = total - sum(parts)
    if not missing:
        return parts
    rests = [total * weight % whole for weight in weights]
    if missing == 1:
        parts[rests.index(max(rests))] += 1
    else:
        # A reversed sort keeps the order of equals, so that the earlier one comes first.
        for place in sorted(range(len(rests)), key=rests.__getitem__, reverse=True)[:missing]:
            parts[place] += 1
    return parts


def plus(one: Fraction, other: Fraction) -> Fraction:
    """The sum of two fractions, reduced."""
    return reduced(one[0] * other[1] + other[0] * one[1], one[1] * other[1])


def less(one: Fraction, other: Fraction) -> Fraction:
    """The difference of two fractions, reduced."""
    return reduced(one[0] * other[1] - other[0] * one[1], one[1] * other[1])


def reduced(part: int, whole: int) -> Fraction:
    """A fraction in lowest terms.

    >>> reduced(2, 6), plus((1, 3), (1, 6)), less((1, 1), (1, 3))
    ((1, 3), (1, 2), (2, 3))
    """
    common = gcd(part, whole) or 1
    return part // common, whole // common


def grades(figures: list[int]) -> list[int]:
    """The grade of each figure from 1 to ``GRADES``, of which the greater is the better: 1 + (5 x the number of figures
    that are worse, divided by the number of all), without the fraction.

    >>> grades([1, 1, 2, 3, 9]), grades([7, 7, 7])
    ([1, 1, 3, 4, 5], [1, 1, 1])
    """
    worse: dict[int, int] = {}
    for place, figure in enumerate(sorted(figures)):
        worse.setdefault(figure, place)
    return [1 + GRADES * worse[figure] // len(figures) for figure in figures]
