"""Which part of which line a return brings back, from what a caller wants: lines, goods, an amount of money, or all.

A part is a fraction of the receipt's line; what comes back and what came back before never exceed the whole.  Quantity
and amount of a part are differences of running totals, so that partial returns sum to the full one.
"""

from bonuscli.engine.holdings import Sale
from bonuscli.model import Line, Refusal, ReturnBody, ReturnLine
from bonuscli.records import namedtuple
from bonuscli.units import Fraction, less, plus, reduced, split

# What a caller wants back: line number or sku (the other None), quantity in thousandths or amount in minor units (or
# None).
Wanted = namedtuple("Wanted", "line sku name quantity amount")


def resolve(sale: Sale, wanted: list[Wanted] | None, amount: int | None) -> tuple[ReturnLine, ...] | Refusal:
    """Which part of which line a return brings back, in line order; a Refusal where more would come back than was sold.

    ``wanted`` names lines; else ``amount`` is spread over what was paid and not yet returned; neither: all that is
    left.
    """
    if sale.closed or all(share == (1, 1) for share in sale.returned):
        return Refusal("already_returned", "everything on this receipt was already brought back", None)
    if wanted is None and amount is None:
        return _everything(sale)
    if wanted is None:
        return _by_amount(sale, amount or 0)
    parts_by_place: dict[int, Fraction] = {}
    for request in wanted:
        refusal = _take_wanted(sale, request, parts_by_place)
        if refusal is not None:
            return refusal
    return _lines(sale, sorted(parts_by_place.items()))


def _everything(sale: Sale) -> tuple[ReturnLine, ...]:
    parts = [less((1, 1), share) for share in sale.returned]
    return _lines(sale, [(place, part) for place, part in enumerate(parts) if part[0]])


def _take_wanted(sale: Sale, wanted: Wanted, parts: dict[int, Fraction]) -> Refusal | None:
    """Add one wanted line to ``parts``; a sku that stands on several lines is taken in line order."""
    places = [
        place
        for place, line in enumerate(sale.lines)
        if (line.number == wanted.line if wanted.line is not None else _same_goods(line, wanted))
    ]
    named = f"line {wanted.line}" if wanted.line is not None else repr(wanted.sku or wanted.name or "goods")
    if not places:
        return Refusal("over_returned", f"the receipt has no {named}", None)
    by_quantity = wanted.quantity is not None
    left = wanted.quantity if by_quantity else wanted.amount
    for place in places:
        line = sale.lines[place]
        whole = abs(line.quantity if by_quantity else line.amount)
        open_part = less(less((1, 1), sale.returned[place]), parts.get(place, (0, 1)))
        if not open_part[0]:
            continue
        if left is None:
            parts[place] = plus(parts.get(place, (0, 1)), open_part)
            continue
        if not whole:
            continue
        available = whole * open_part[0]  # in units of 1 / open_part[1]
        part = reduced(min(left * open_part[1], available), whole * open_part[1])
        parts[place] = plus(parts.get(place, (0, 1)), part)
        left -= min(left, -(-available // open_part[1]))
        if not left:
            return None
    if left is None and not any(place in parts for place in places):
        return Refusal("already_returned", f"{named} was already brought back", None)
    if left:
        return Refusal("over_returned", f"more of {named} would come back than was sold and not yet returned", None)
    return None


def _same_goods(line: Line, wanted: Wanted) -> bool:
    if wanted.sku is not None:
        return bool(line.sku == wanted.sku)
    return bool(line.name == wanted.name) if wanted.name is not None else True


def _by_amount(sale: Sale, amount: int) -> tuple[ReturnLine, ...] | Refusal:
    due = sale.to_pay - sale.paid_back
    if amount > due:
        return Refusal("over_returned", "more money would be paid back than was paid and not yet returned", None)
    if amount == due:
        return _everything(sale)
    paid = [line.amount - spent for line, spent in zip(sale.lines, sale.spents_minor, strict=True)]
    left = [max(0, money - money * share[0] // share[1]) for money, share in zip(paid, sale.returned, strict=True)]
    parts = split(amount, left)
    return _lines(
        sale,
        [
            (place, less((1, 1), sale.returned[place]) if part == left[place] else reduced(part, paid[place]))
            for place, part in enumerate(parts)
            if part
        ],
    )


def _lines(sale: Sale, parts: list[tuple[int, Fraction]]) -> tuple[ReturnLine, ...]:
    """The stored form: each part with the quantity and amount that it stands for, as differences of running totals."""
    found = []
    for number, (place, part) in enumerate(parts, start=1):
        line, before = sale.lines[place], sale.returned[place]
        after = plus(before, part)
        quantity = line.quantity * after[0] // after[1] - line.quantity * before[0] // before[1]
        amount = line.amount * after[0] // after[1] - line.amount * before[0] // before[1]
        found.append(
            ReturnLine(line.number, *part, line._replace(number=number, quantity=quantity, amount=amount, discount=0))
        )
    return tuple(found)


def unlinked_body(number: str, shop: str, lines: tuple[Line, ...]) -> ReturnBody:
    """The body of a return that names no receipt."""
    parts = tuple(ReturnLine(0, 1, 1, line) for line in lines)
    return ReturnBody(number, shop, sum(line.amount for line in lines), parts, None)
