"""Receipts and revenue of a window: who bought, what was paid with points, what came back.

Revenue is what the lines cost after discounts and before points, less the returns dated in the window.  A return lowers
the revenue of the kind of receipt it belongs to (``store.views``: SALE_COLUMNS); it is not a receipt in a count, and
neither is a receipt that totals 0.
"""

from typing import NamedTuple

from bonuscli.reports.periods import Connection, Period, period_rows
from bonuscli.store.views import SALE_COLUMNS, SALE_OF_RETURN

# How rows of one period are told apart; the empty text stands for "no shop", "no tier".
PARTS = {None: "NULL", "shop": "s.shop", "tier": "COALESCE(s.tier, '')"}


class Sales(NamedTuple):
    """Counts of receipts and revenue in minor units; ``guest``: without a card, ``point``: that spent points."""

    buyers: int = 0  # distinct members
    receipts: int = 0
    guest_receipts: int = 0
    point_receipts: int = 0
    revenue: int = 0
    guest_revenue: int = 0
    point_revenue: int = 0

    @property
    def member_receipts(self) -> int:
        """Receipts with a card."""
        return self.receipts - self.guest_receipts

    @property
    def member_revenue(self) -> int:
        """Revenue of receipts with a card."""
        return self.revenue - self.guest_revenue


def read_sales(
    connection: Connection, program: str, periods: list[Period], part: str | None
) -> dict[tuple[int, str | None], Sales]:
    """Sales by place in ``periods`` and by ``part`` (None, shop or tier); what has no document is left out.

    A receipt with points is one that points of ``program`` paid for.
    """
    rows, parameters = period_rows(periods)
    net = "s.sales_minor - s.returns_minor"
    sql = f"""{rows}
SELECT s.place, {PARTS[part]},
  COUNT(DISTINCT CASE WHEN s.receipts = 1 THEN s.member END),
  SUM(s.receipts),
  SUM(CASE WHEN s.member IS NULL THEN s.receipts ELSE 0 END),
  SUM(CASE WHEN s.with_points = 1 AND s.program = :program THEN s.receipts ELSE 0 END),
  SUM({net}),
  SUM(CASE WHEN s.member IS NULL THEN {net} ELSE 0 END),
  SUM(CASE WHEN s.with_points = 1 AND s.program = :program THEN {net} ELSE 0 END)
FROM (
  SELECT p.place, COALESCE(o.program, e.program) AS program,
{SALE_COLUMNS}
  FROM period p CROSS JOIN events e {SALE_OF_RETURN}
  WHERE e.day >= p.from_day AND e.day < p.to_day AND e.kind IN ('receipt', 'return')
) s
GROUP BY 1, 2"""
    return {(row[0], row[1]): Sales(*row[2:]) for row in connection.execute(sql, {**parameters, "program": program})}
