"""Figures as people write them to plain decimal text: 1 234,50 and -$3.00 and (3.00).

A profile says by what thousands are set off and which signs of a currency may stand at a figure.  Both are strict: a
separator stands before each three digits or the figure is refused, and a sign that the profile does not name is refused
too, since roubles are not to be booked as dollars.
"""

import re
from collections.abc import Callable

# Spaces of typographers and of spreadsheets: no-break, narrow no-break, thin, figure.
_SEPARATORS = {"space": " \u00a0\u202f\u2009\u2007", "comma": ",", "point": ".", "apostrophe": "'\u2019"}
_MINUS = "-\u2212"

Written = Callable[[str], str]


def plain_figures(thousands: str, comma: bool, signs: tuple[str, ...]) -> Written | None:
    """A function from a figure as it is written to plain decimal text, ValueError where it is none.

    The decimal sign is left as it is.  None where the profile knows neither thousands nor signs.

    >>> plain = plain_figures("comma", False, ("$",))
    >>> plain("-$1,234.50"), plain("($3.00)"), plain(" 7 ")
    ('-1234.50', '-3.00', '7')
    """
    if thousands == "none" and not signs:
        return None
    separators = _SEPARATORS.get(thousands, "")
    mark = "," if comma else "."
    grouped = re.compile(rf"[0-9]{{1,3}}(?:[{separators}][0-9]{{3}})+(?:[{mark}][0-9]*)?") if separators else None
    dropped = str.maketrans("", "", separators)
    by_length = sorted(signs, key=len, reverse=True)

    def plain(text: str) -> str:
        """A number as ours are written; ValueError says what is wrong."""
        body = text.strip()
        below = body[:1] == "(" and body[-1:] == ")"
        if below:
            body = body[1:-1].strip()
        body, minus = _without_minus(body)
        for sign in by_length:
            if body.startswith(sign) or body.endswith(sign):
                body = body.removeprefix(sign).strip() if body.startswith(sign) else body.removesuffix(sign).strip()
                body, again = _without_minus(body)
                minus += again
                break
        if below + minus > 1:
            raise ValueError(f"{text[:60]!r} is below zero twice")
        if grouped is not None and any(separator in body for separator in separators):
            if not grouped.fullmatch(body):
                raise ValueError(
                    f"{text[:60]!r} has a thousands separator ({thousands}) that is not before three digits"
                )
            body = body.translate(dropped)
        return f"-{body}" if below or minus else body

    return plain


def _without_minus(text: str) -> tuple[str, int]:
    return (text[1:].lstrip(), 1) if text[:1] and text[0] in _MINUS else (text, 0)
