"""Lines that must come to the receipt's own total: as they stand, less their discounts, or with the difference shared.

A shop's export tells what was taken off for the whole order beside the lines.  The total is what the customer owed, so
it decides; lines that come to less than it are not understood, and nothing is booked.
"""

from bonuscli.importers.csv_rows import Flaw
from bonuscli.model import Line
from bonuscli.units import format_decimal, split


def coming_to(total: int, lines: tuple[Line, ...], spread: bool, digits: int) -> tuple[Line, ...]:
    """The lines with amounts that come to ``total`` (minor units); ``Flaw`` where they do not.

    With ``spread`` what the lines have too much is taken off them by what they cost, to the last minor unit, and is
    told as their discount.
    """
    amounts = [line.amount for line in lines]
    if sum(amounts) == total:
        return lines
    reduced = [line.amount - line.discount for line in lines]
    if spread and any(line.discount for line in lines):
        if sum(reduced) == total:
            return _with(lines, reduced)
        if sum(reduced) > total:
            amounts = reduced
    if spread and sum(amounts) > total >= 0 and min(amounts) >= 0:
        return _with(lines, split(total, amounts))
    shown, wanted = (format_decimal(figure, digits) for figure in (sum(amounts), total))
    raise Flaw("total", wanted, "bad_amount", f"the lines come to {shown}, the receipt to {wanted}")


def goods_below(lines: tuple[Line, ...], column: str, digits: int) -> tuple[Line, ...]:
    """The lines of goods of a receipt whose first line may be the receipt's own sum, above those of its goods.

    It is where it alone names nothing.  ``Flaw`` of ``column`` where the goods come to another sum.
    """
    own, *goods = lines
    if own.sku or own.name or not all(line.sku or line.name for line in goods):
        return lines
    came = sum([line.amount for line in goods])
    if came != own.amount:
        shown, wanted = (format_decimal(figure, digits) for figure in (came, own.amount))
        reason = f"the first row names no goods and says {wanted}, the goods below it come to {shown}"
        raise Flaw(
            column, wanted, "bad_amount", reason, "is it the sum of the receipt? leave it out, or name its goods"
        )
    return tuple(line._replace(number=number) for number, line in enumerate(goods, 1))


def _with(lines: tuple[Line, ...], amounts: list[int]) -> tuple[Line, ...]:
    """The lines with these amounts, which hold the discounts already; what is off besides is a discount too."""
    return tuple(
        line._replace(amount=amount, discount=max(line.discount, line.amount - amount))
        for line, amount in zip(lines, amounts, strict=True)
    )
