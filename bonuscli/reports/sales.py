"""Receipts and revenue of a window: who bought, what was paid with points, what came back.

Revenue is what the lines cost after discounts and before points, less the returns dated in the window.  A return lowers
the revenue of the kind of receipt it belongs to (``store.views``: SALE_COLUMNS); it is not a receipt in a count, and
neither is a receipt that totals 0.

Sales of days and shops are read from the totals that are kept of each day; ten million receipts are 1,460 rows.
"""

from typing import NamedTuple

from bonuscli.reports.periods import Connection, Period, on_days, places_of_days
from bonuscli.store.member_sets import united
from bonuscli.store.views import SALE_COLUMNS, SALE_OF_RETURN

_OF_DAYS = """
SELECT day, shop, program = :program, receipts, guest_receipts, point_receipts, revenue, guest_revenue, point_revenue
FROM day_totals WHERE day >= :first AND day < :end"""
_BUYERS = "SELECT day, shop, buyers FROM day_totals WHERE day >= :first AND day < :end"
# Members by day and shop, or by day and None for all shops, as the bits of a number.
Buyers = dict[tuple[int, str | None], int]


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


def read_buyers(connection: Connection, periods: list[Period], by_shop: bool = False) -> Buyers:
    """Who bought on each day of some periods: a member's bit is set."""
    found: Buyers = {}
    for day, shop, buyers in connection.execute(_BUYERS, _days_of(periods)):
        key = day, shop if by_shop else None
        found[key] = found.get(key, 0) | united(buyers)
    return found


def read_sales(
    connection: Connection,
    program: str,
    periods: list[Period],
    by_shop: bool = False,
    buyers: Buyers | None = None,
) -> dict[tuple[int, str | None], Sales]:
    """Sales by place in ``periods`` and, where asked, by shop (else None); what has no document is left out.

    A receipt with points is one that points of ``program`` paid for.  ``buyers``: where they have been read before.
    """
    places = places_of_days(periods)
    sums: dict[tuple[int, str | None], list[int]] = {}
    for day, shop, own, *counted in connection.execute(_OF_DAYS, {"program": program, **_days_of(periods)}):
        receipts, guest_receipts, point_receipts, revenue, guest_revenue, point_revenue = counted
        for place in places.get(day, ()):
            found = sums.setdefault((place, shop if by_shop else None), [0] * 7)
            found[1] += receipts
            found[2] += guest_receipts
            found[3] += point_receipts * own
            found[4] += revenue
            found[5] += guest_revenue
            found[6] += point_revenue * own
    if buyers is None:
        buyers = read_buyers(connection, periods, by_shop)
    for (day, part), bought in buyers.items():
        for place in places.get(day, ()):
            sums[place, part][0] |= bought
    return {key: Sales(found[0].bit_count(), *found[1:]) for key, found in sums.items()}


def _days_of(periods: list[Period]) -> dict[str, int]:
    """The days through which all periods are read in one go."""
    return {
        "first": min((period.from_day for period in periods), default=0),
        "end": max((period.to_day for period in periods), default=0),
    }


# What a receipt e, or a return's sale s, is told by: the tier stored on it, or the tags that its member has today.
_TOLD_BY = {
    "tier": "COALESCE({0}.tier, '')",
    "tag": "COALESCE((SELECT m.tags FROM members m WHERE m.id = {0}.member), '')",
}
# Both are known of the receipt alone, so these sales are read from the documents: receipts, which name no other, and
# returns, each with the receipt that it names, in two passes that take two thirds of the time of one with a join.
_RECEIPTS = """
SELECT {part}, COUNT(*) FILTER (WHERE e.total > 0),
  COUNT(*) FILTER (WHERE e.total > 0 AND e.member IS NULL),
  COUNT(*) FILTER (WHERE e.total > 0 AND e.spent > 0 AND e.program = :program),
  SUM(e.total), SUM(e.total) FILTER (WHERE e.member IS NULL),
  SUM(e.total) FILTER (WHERE e.spent > 0 AND e.program = :program)
FROM events e WHERE {days} AND e.kind = 'receipt' GROUP BY 1"""
_RETURNS = f"""
SELECT {{part}}, 0, 0, 0, -SUM(s.returns_minor), -SUM(s.returns_minor) FILTER (WHERE s.member IS NULL),
  -SUM(s.returns_minor) FILTER (WHERE s.with_points = 1 AND s.program = :program)
FROM (
  SELECT COALESCE(o.program, e.program) AS program,
{SALE_COLUMNS}
  FROM events e {SALE_OF_RETURN} WHERE {{days}} AND e.kind = 'return') s
GROUP BY 1"""


def read_sales_by(connection: Connection, program: str, period: Period, by: str) -> dict[str, Sales]:
    """Sales of a period ``by`` tier, that stored on the receipt, or tag, of which a member may have several.

    "" is none; who bought is not told (``buyers`` 0).
    """
    sums: dict[str, list[int]] = {}
    days = on_days(connection, period)
    for sql, row in ((_RECEIPTS, "e"), (_RETURNS, "s")):
        asked = sql.format(days=days, part=_TOLD_BY[by].format(row))
        for parts, *counted in connection.execute(asked, {**period.bounds, "program": program}):
            for part in parts_of(parts, by):
                found = sums.setdefault(part, [0] * len(counted))
                sums[part] = [before + (more or 0) for before, more in zip(found, counted, strict=True)]
    return {part: Sales(0, *found) for part, found in sums.items()}


def parts_of(text: str, by: str) -> list[str]:
    """The groups that a tier, or tags as they are stored, stand for.

    >>> parts_of("staff vip", "tag"), parts_of("", "tag"), parts_of("gold", "tier")
    (['staff', 'vip'], [''], ['gold'])
    """
    return (text.split() if by == "tag" else [text]) or [""]
