"""What was sold of each article, category or brand in a window: read once, line by line, and summed as it comes.

A receipt has an article if a line of it holds some, and counts once however many lines do; a receipt that totals 0 and
a return count for none.  Quantities and revenue (after discounts, before points) are less what was brought back within
the window; what names its receipt is taken off that receipt's shop and buyer.
"""

from bonuscli.reports.periods import Period
from bonuscli.reports.question import Question
from bonuscli.store.views import SALE_OF_RETURN

# The lines of a receipt come one after the other, since receipts are what is walked through.  Summed in the statement
# itself, 3,000,000 lines would be sorted first, which takes 1.5 times as long.
_LINES = f"""
SELECT {{part}}, CASE WHEN e.kind = 'receipt' AND e.total > 0 AND r.quantity > 0 THEN e.seq END,
  CASE WHEN o.seq IS NULL THEN e.member ELSE o.member END IS NOT NULL,
  CASE e.kind WHEN 'receipt' THEN r.quantity ELSE -r.quantity END,
  CASE e.kind WHEN 'receipt' THEN r.amount ELSE -r.amount END, r.name
FROM events e {SALE_OF_RETURN} CROSS JOIN receipt_lines r
WHERE e.day >= :from_day AND e.day < :to_day AND e.kind IN ('receipt', 'return') AND r.event = e.seq
  AND (:shop IS NULL OR CASE WHEN o.seq IS NULL THEN e.shop ELSE o.shop END = :shop)"""


class Sold:
    """Sums of one article or group of them: receipts, a quantity in thousandths, money in minor units.

    ``name``: of the first line that was met.
    """

    __slots__ = ("last", "member_receipts", "member_revenue", "name", "quantity", "receipts", "revenue")

    def __init__(self, name: str | None = None) -> None:
        self.name = name
        self.receipts = self.member_receipts = self.quantity = self.revenue = self.member_revenue = 0
        self.last = 0  # the receipt that was counted last


def read_sold(question: Question, whole: Period, part: str, shop: str | None) -> tuple[Sold, dict[str, Sold]]:
    """All that was sold, and the same by ``part``, an expression over the line ``r``; "" is what has none."""
    asked = {**whole.bounds, "shop": shop}
    everything = Sold()
    found: dict[str, Sold] = {}
    lines = question.connection.execute(_LINES.format(part=part), asked)
    for key, receipt, of_member, quantity, amount, name in lines:
        sold = found.get(key)
        if sold is None:
            sold = found[key] = Sold(name)
        for sums in (sold, everything):
            sums.quantity += quantity
            sums.revenue += amount
            if of_member:
                sums.member_revenue += amount
            if receipt is not None and receipt != sums.last:
                sums.last = receipt
                sums.receipts += 1
                sums.member_receipts += of_member
    return everything, found
