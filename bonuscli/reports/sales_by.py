"""When, where and with whom people buy: receipts, revenue and the average receipt by hour, weekday, shop or cashier.

A receipt counts if it totals more than 0; its revenue is reckoned after discounts and before points, in whatever
program it was recorded.  A return lowers the revenue of the window it is dated in and is no receipt; one that names its
receipt belongs to the hour, weekday, shop and cashier of that receipt, wherever it was brought back, any other to its
own.  An hour is that of the shop's clock, a weekday that of the business day: in a bar that counts until five in the
morning, two o'clock on Sunday is hour 02 and Saturday.

Worked number: on Mondays 2 receipts of 100.00 and 50.00, of the second 10.00 brought back on a Tuesday: Monday has 2
receipts, revenue 140.00 and an average receipt of 70.00, Tuesday has nothing of it.
"""

from collections.abc import Sequence

from bonuscli.reports.question import IN_SEGMENT, Question, share
from bonuscli.reports.table import COUNT, GROUP, MONEY, PERCENT, TEXT, Column, Table
from bonuscli.store.views import SALE_COLUMNS, SALE_OF_RETURN

# How the sales of one group are told apart; day 0 was a Thursday.
PARTS = {
    "hour": "({sale}.at + {sale}.utc_offset) % 86400 / 3600",
    "weekday": "({sale}.day + 3) % 7",
    "shop": "{sale}.shop",
    "cashier": "{sale}.cashier",
}
BY = tuple(PARTS)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FIGURES = (
    Column("receipts", "Receipts", COUNT),
    Column("revenue_minor", "Revenue", MONEY),
    Column("share_of_revenue", "Share", PERCENT),
    Column("average_receipt_minor", "Average receipt", MONEY),
    Column("member_receipts", "Of members", COUNT),
    Column("average_of_members_minor", "Average of members", MONEY),
    Column("average_of_guests_minor", "Without a card", MONEY),
)
_NOTES = ("A return lowers the revenue of the receipt's own hour, weekday, shop and cashier.",)

_SALES = f"""
SELECT s.part, SUM(s.receipts), SUM(CASE WHEN s.member IS NULL THEN 0 ELSE s.receipts END),
  SUM(s.sales_minor - s.returns_minor),
  SUM(CASE WHEN s.member IS NULL THEN 0 ELSE s.sales_minor - s.returns_minor END)
FROM (
  SELECT CASE WHEN o.seq IS NULL THEN {{own}} ELSE {{sold}} END AS part,
{SALE_COLUMNS}
  FROM events e {SALE_OF_RETURN}
  WHERE e.day >= :from_day AND e.day < :to_day AND e.kind IN ('receipt', 'return')
) s
WHERE (:shop IS NULL OR s.shop = :shop) AND {IN_SEGMENT.format(member="s.member")}
GROUP BY s.part ORDER BY s.part"""


def sales(question: Question) -> Table:
    """How much is bought by hour, weekday, shop or cashier; ``shop``: only what was sold there.

    The first row is all of it (label None), the groups follow in ascending order; one without a document is left out.
    """
    whole = question.window()
    by, shop = question.asked["by"] or BY[0], question.asked["shop"]
    own, sold = (PARTS[by].format(sale=sale) for sale in ("e", "o"))
    sql = _SALES.format(own=own, sold=sold)
    groups = question.rows(sql, **whole.bounds, shop=shop, **question.of_segment)
    sums = [sum(column) for column in zip(*(group[1:] for group in groups), strict=True)] or [0] * 4
    return question.table(
        f"Sales by {by} {whole.told}",
        (Column(by, by.capitalize(), GROUP), *_FIGURES),
        [_row(None, sums, sums[2]), *(_row(_label(by, group[0]), group[1:], sums[2]) for group in groups)],
        head=(
            *whole.head,
            ("by", TEXT, by),
            *((("shop", TEXT, shop),) if shop is not None else ()),
            *question.segment_told,
        ),
        notes=_NOTES,
    )


def _label(by: str, part: object) -> str:
    if by == "weekday":
        return _WEEKDAYS[int(str(part))]
    return f"{part:02}" if by == "hour" else str(part)


def _row(label: str | None, figures: Sequence[int], revenue: int) -> tuple[object, ...]:
    receipts, member_receipts, net, member_net = figures
    guests = share(net - member_net, receipts - member_receipts)
    average, of_members = share(net, receipts), share(member_net, member_receipts)
    return label, receipts, net, share(net, revenue), average, member_receipts, of_members, guests
