"""What sells: sales by category or brand of the goods, the greatest revenue first.

Receipts are those that have at least one article of the category; one that totals 0 is none, and a return is none.
Quantity and revenue are less what was brought back within the window, revenue after discounts and before points, of
sales with a card and without.  A receipt with goods of several categories counts in each of them, so the shares of
receipts sum to more than 100 %; those of revenue sum to 100 %.  "Of members" is the members' part of the category's
revenue.  With --segment only receipts of its members count, and "Of members" is all.

Worked number: 4 receipts, 3 of them with drinks for 100.00 in all, 20.00 of it brought back, 2 with food for 40.00:
drinks are on 75 % of receipts and 80.00 of 120.00, 66.67 % of revenue; food 50 % and 33.33 %.
"""

from bonuscli.reports.goods_sold import Sold, read_sold
from bonuscli.reports.question import Question, share
from bonuscli.reports.table import COUNT, GROUP, MONEY, PERCENT, QUANTITY, TEXT, Column, Table

PARTS = {"category": "COALESCE(r.category, '')", "brand": "COALESCE(r.brand, '')"}
_FIGURES = (
    Column("receipts", "Receipts", COUNT),
    Column("share_of_receipts", "Of receipts", PERCENT),
    Column("quantity_thousandths", "Quantity", QUANTITY),
    Column("revenue_minor", "Revenue", MONEY),
    Column("share_of_revenue", "Of revenue", PERCENT),
    Column("share_of_members", "Of members", PERCENT),
)


def categories(question: Question) -> Table:
    """All goods first (label None), then each category or brand by falling revenue; ``shop``: only what it sold."""
    whole = question.window()
    by, shop = question.asked["by"] or "category", question.asked["shop"]
    everything, found = read_sold(question, whole, PARTS[by], shop)
    ordered = sorted(found.items(), key=lambda item: (-item[1].revenue, item[0]))
    return question.table(
        f"Sales by {by} {whole.told}",
        (Column(by, by.capitalize(), GROUP), *_FIGURES),
        [_row(None, everything, everything), *(_row(label, sold, everything) for label, sold in ordered)],
        head=(
            *whole.head,
            ("by", TEXT, by),
            *((("shop", TEXT, shop),) if shop is not None else ()),
            *question.segment_told,
        ),
    )


def _row(label: str | None, sold: Sold, everything: Sold) -> tuple[object, ...]:
    return (
        label,
        sold.receipts,
        share(sold.receipts, everything.receipts),
        sold.quantity,
        sold.revenue,
        share(sold.revenue, everything.revenue),
        share(sold.member_revenue, sold.revenue),
    )
