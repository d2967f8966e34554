"""Which of several readings of a document's lines is the right one: the one that comes to the document's own total.

Tills write a discount into the line's sum, beside it, or both, by model and version.  The total that the customer paid
decides; where no reading comes to it, the document is not understood, and nothing of it is booked.
"""

from collections.abc import Sequence

from bonuscli.importers.told_json import MONEY_DIGITS, Document
from bonuscli.units import format_decimal, split

# Tills may leave off the kopecks of a whole receipt, to the customer's favour; its lines keep theirs.
KOPECKS_OFF = range(100)


def adding_up(
    document: Document, readings: Sequence[list[int | None]], total: int | None, roundings: range = KOPECKS_OFF
) -> list[int | None]:
    """The first of the readings (amounts of the lines, minor units) that comes to ``total``, or nearly so.

    ``roundings``: how much more than the total the lines may come to.  Without a total the first reading is taken as it
    stands.  Where none fits, the document has a flaw.
    """
    whole = [[amount or 0 for amount in reading] for reading in readings]
    if total is None:
        return readings[0]
    for reading, amounts in zip(readings, whole, strict=True):
        if sum(amounts) == total:
            return reading
    for reading, amounts in zip(readings, whole, strict=True):
        if sum(amounts) - total in roundings:
            return reading
    lines, paid = (format_decimal(figure, MONEY_DIGITS) for figure in (sum(whole[0]), total))
    document.note("amount", lines, "bad_amount", f"the lines come to {lines}, the receipt to {paid}")
    return readings[0]


def spread(amounts: list[int | None], off: int) -> list[int | None]:
    """The amounts less their shares of what was taken off the whole document: shares by cost, which sum to it."""
    weights = [max(amount or 0, 0) for amount in amounts]
    shares = split(abs(off), weights) if off else [0] * len(amounts)
    sign = 1 if off > 0 else -1
    return [None if each is None else each - sign * share for each, share in zip(amounts, shares, strict=True)]
