"""Every movement of points within the days, those by receipts down to the goods that earned or were paid with them.

One row an entry of the ledger; an accrual or a redemption by a receipt has one row a line of goods instead, with the
line's part of the points, and one more for what falls on no line: points by the receipt as a whole, or spent and given
back at once because the receipt was smaller.  So the points of the rows sum to the points of the entries.  Points that
were spent before their receipt was sent are told with its goods.  The latest --limit entries are shown, oldest first.

Worked number: 30 points pay for a coffee (20) and a bun (10): two rows, -20 and -10, of one redemption.
"""

from collections.abc import Iterator
from itertools import groupby

from bonuscli.reports.question import Question
from bonuscli.reports.table import COUNT, INSTANT, MONEY, POINTS, QUANTITY, TEXT, Column, Table
from bonuscli.store.views import card_of

_COLUMNS = (
    Column("at", "At", INSTANT),
    Column("member", "Member", COUNT),
    Column("card", "Card", TEXT),
    Column("kind", "Kind", TEXT),
    Column("points", "Points", POINTS),
    Column("rule", "Rule", TEXT),
    Column("receipt_id", "Receipt", TEXT),
    Column("shop", "Shop", TEXT),
    Column("line", "Line", COUNT),
    Column("sku", "SKU", TEXT),
    Column("goods", "Goods", TEXT),
    Column("category", "Category", TEXT),
    Column("quantity_thousandths", "Quantity", QUANTITY),
    Column("amount_minor", "Amount", MONEY),
)
# An entry's event is the receipt itself, a return of it, or what spent points before it and is named by it.
_MOVED = f"""
WITH moved AS MATERIALIZED (
  SELECT e.account, a.member, e.n, e.kind, e.points, e.at, e.event, e.rule FROM accounts a CROSS JOIN entries e
  WHERE a.program = :program AND e.account = a.id AND e.day >= :from_day AND e.day < :to_day
  ORDER BY e.at DESC, e.account DESC, e.n DESC LIMIT :limit)
SELECT m.account, m.n, m.points, CASE m.kind WHEN 'accrual' THEN s.award ELSE -s.spent END,
  m.at, m.member, {card_of("m.member")}, m.kind,
  m.rule, COALESCE(r.number, CASE v.kind WHEN 'return' THEN v.number END), COALESCE(r.shop, v.shop, ''),
  l.line, l.sku, l.name, l.category, l.quantity, l.amount
FROM moved m LEFT JOIN events v ON v.seq = m.event
  LEFT JOIN events r ON r.seq = CASE v.kind WHEN 'receipt' THEN v.seq WHEN 'return' THEN NULL ELSE
    (SELECT w.seq FROM events w WHERE w.original = v.seq AND w.kind = 'receipt') END
  LEFT JOIN line_shares s ON s.event = r.seq AND s.account = m.account AND s.line > 0
    AND CASE m.kind WHEN 'accrual' THEN s.award WHEN 'redemption' THEN s.spent ELSE 0 END > 0
  LEFT JOIN receipt_lines l ON l.event = s.event AND l.line = s.line
ORDER BY m.at, m.account, m.n, l.line"""
_NO_LINE = (None,) * 6


def movements(question: Question) -> Table:
    """The entries of a window, the latest ``limit`` of them."""
    window = question.window()
    limit = question.asked["limit"]
    found = question.rows(_MOVED, **window.bounds, limit=limit + 1)
    entries = [list(rows) for _, rows in groupby(found, key=lambda row: row[:2])]
    cut = len(entries) > limit
    iso = question.terms.calendar.iso
    rows = []
    for entry in entries[1:] if cut else entries:
        for part, row in _parts(entry):
            at, member, card, kind, rule, number, shop, *goods = row
            rows.append((iso(at), member, card, kind, part, rule, number, shop or None, *goods))
    return question.table(
        "Movements of points",
        _COLUMNS,
        rows,
        head=window.head,
        notes=(f"There are more: these are the latest {limit} entries.",) if cut else (),
    )


def _parts(entry: list[tuple]) -> Iterator[tuple[int, tuple]]:
    """The points of each line of an entry with its row, then what falls on no line."""
    left = entry[0][2]
    for _, _, _, part, *row in entry:
        if part is not None:
            left -= part
            yield part, tuple(row)
    if left:
        yield left, (*entry[0][4:-6], *_NO_LINE)
