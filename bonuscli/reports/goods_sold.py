"""What was sold of each article, category or brand in a window: read once, line by line, and summed as it comes.

A receipt has an article if a line of it holds some, and counts once however many lines do; a receipt that totals 0 and
a return count for none.  Quantities and revenue (after discounts, before points) are less what was brought back within
the window; what names its receipt is taken off that receipt's shop and buyer.
"""

from collections.abc import Iterable

from bonuscli.reports.periods import Period, on_days
from bonuscli.reports.question import IN_SEGMENT, Question
from bonuscli.store.views import SALE_OF_RETURN

# The lines of a receipt come one after the other, since receipts are what is walked through.  Summed in the statement
# itself, 3,000,000 lines would be sorted first, which takes 1.3 times as long.
_SOLD = """
SELECT {part}, CASE WHEN e.total > 0 THEN e.seq END, e.member, r.quantity, r.amount, {name}
FROM events e CROSS JOIN receipt_lines r
WHERE {days} AND e.kind = 'receipt' AND r.event = e.seq{only}"""
_BROUGHT_BACK = f"""
SELECT {{part}}, NULL, CASE WHEN o.seq IS NULL THEN e.member ELSE o.member END, -r.quantity, -r.amount, {{name}}
FROM events e {SALE_OF_RETURN} CROSS JOIN receipt_lines r
WHERE {{days}} AND e.kind = 'return' AND r.event = e.seq{{only}}"""
# The shop and the buyer of each of the two.
_OF_RECEIPT = ("e.shop", "e.member")
_OF_RETURN = tuple(f"CASE WHEN o.seq IS NULL THEN e.{name} ELSE o.{name} END" for name in ("shop", "member"))


class Sold:
    """Sums of one article or group of them: receipts, a quantity in thousandths, money in minor units.

    ``name``: of the first line that was met.
    """

    __slots__ = (
        *("last", "member_quantity", "member_receipts", "member_revenue", "name", "quantity", "receipts", "revenue"),
    )

    def __init__(self, name: str | None = None) -> None:
        self.name = name
        self.receipts = self.quantity = self.revenue = 0
        self.member_receipts = self.member_quantity = self.member_revenue = 0
        self.last = 0  # the receipt that was counted last


def read_sold(
    question: Question, whole: Period, part: str, shop: str | None, named: bool = False, guests: bool = False
) -> tuple[Sold, dict[str, Sold]]:
    """All that was sold, and the same by ``part``, an expression over the line ``r``; "" is what has none.

    ``named``: whether the names of what was sold are asked for.  Of a segment members are those of the segment alone,
    and receipts without a card are left out, unless ``guests`` are asked for.
    """
    asked = {**whole.bounds, "shop": shop, **question.of_segment}
    everything = Sold()
    found: dict[str, Sold] = {}
    days = on_days(question.connection, whole)
    name = "r.name" if named else "NULL"
    for sql, (of_shop, buyer) in ((_SOLD, _OF_RECEIPT), (_BROUGHT_BACK, _OF_RETURN)):
        only = "" if shop is None else f" AND {of_shop} = :shop"
        if asked["segment"] is not None:
            only += f" AND ({f'{buyer} IS NULL OR ' if guests else ''}{IN_SEGMENT.format(member=buyer)})"
        of_lines = sql.format(part=part, name=name, days=days, only=only)
        _add(question.connection.execute(of_lines, asked), found, everything)
    for sold in found.values():
        everything.quantity += sold.quantity
        everything.revenue += sold.revenue
        everything.member_revenue += sold.member_revenue
    return everything, found


def _add(lines: Iterable[tuple], found: dict[str, Sold], everything: Sold) -> None:
    """Add lines to what they are of, and their receipts to all."""
    for key, receipt, member, quantity, amount, name in lines:
        sold = found.get(key)
        if sold is None:
            sold = found[key] = Sold(name)
        sold.quantity += quantity
        sold.revenue += amount
        if member is not None:
            sold.member_quantity += quantity
            sold.member_revenue += amount
        if receipt is not None and receipt != sold.last and quantity > 0:
            sold.last = receipt
            sold.receipts += 1
            sold.member_receipts += member is not None
            if receipt != everything.last:
                everything.last = receipt
                everything.receipts += 1
                everything.member_receipts += member is not None
