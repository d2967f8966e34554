"""What members like: the goods on most of their receipts, and how much oftener they buy each than those without a card.

An article is its sku, letter for letter as rules match it, or its name where it has none.  Its share of members'
receipts is the number of them that have the article over all of theirs; the same of receipts without a card.  The lift
is the first share over the second: 200 % is bought twice as often by members, below 100 % less often than by others.
Receipts that total 0 and returns count for none; quantity and revenue are of all buyers, less what was brought back
within the window.

With --segment members are those of the segment, whose receipts are compared with those without a card, and quantity and
revenue are what the segment bought.  (How it differs from other members is told by `report portrait`.)

--by receipts ranks by the number of members' receipts, --by lift by the lift.  A lift of a handful of receipts is
chance, so the second leaves out what fewer than 10 receipts of members or 10 without a card have.

Worked number: 40 of 200 receipts of members have tea, 5 of 100 without a card: 20 % over 5 %, a lift of 400 %.
"""

from fractions import Fraction
from heapq import nsmallest

from bonuscli.reports.goods_sold import Sold, read_sold
from bonuscli.reports.question import Question, share
from bonuscli.reports.table import COUNT, MONEY, PERCENT, QUANTITY, TEXT, Column, Table

LEAST = 10
_ARTICLE = "COALESCE(NULLIF(r.sku, ''), r.name, '')"
_COLUMNS = (
    Column("article", "Article", TEXT),
    Column("name", "Name", TEXT),
    Column("member_receipts", "Members' receipts", COUNT),
    Column("share_of_members", "Of members' receipts", PERCENT),
    Column("guest_receipts", "Without a card", COUNT),
    Column("share_of_guests", "Of those without a card", PERCENT),
    Column("lift", "Lift", PERCENT),
    Column("quantity_thousandths", "Quantity", QUANTITY),
    Column("revenue_minor", "Revenue", MONEY),
)


def goods(question: Question) -> Table:
    """The ``limit`` first goods by members' receipts or by lift; ``shop``: only what was sold there."""
    whole = question.window()
    by, shop, limit = question.asked["by"] or "receipts", question.asked["shop"], question.asked["limit"]
    everything, found = read_sold(question, whole, _ARTICLE, shop, named=True, guests=True)
    of_segment = bool(question.segment_told)
    guest_receipts = everything.receipts - everything.member_receipts
    ranked = []
    for article, sold in found.items():
        guests = sold.receipts - sold.member_receipts
        if by == "receipts":
            ranked.append((Fraction(-sold.member_receipts), article, sold))
        elif min(sold.member_receipts, guests) >= LEAST:
            # All lifts have the totals of members and of guests in common; without them the order is the same.
            ranked.append((Fraction(-sold.member_receipts, guests), article, sold))
    shown = nsmallest(limit, ranked, key=lambda each: each[:2])
    return question.table(
        f"Goods {whole.told}",
        _COLUMNS,
        [_row(article, sold, everything.member_receipts, guest_receipts, of_segment) for _, article, sold in shown],
        head=(
            *whole.head,
            ("by", TEXT, by),
            *((("shop", TEXT, shop),) if shop is not None else ()),
            *question.segment_told,
            ("member_receipts", COUNT, everything.member_receipts),
            ("guest_receipts", COUNT, guest_receipts),
        ),
    )


def _row(article: str, sold: Sold, member_receipts: int, guest_receipts: int, of_segment: bool) -> tuple[object, ...]:
    guests = sold.receipts - sold.member_receipts
    return (
        article,
        sold.name,
        sold.member_receipts,
        share(sold.member_receipts, member_receipts),
        guests,
        share(guests, guest_receipts),
        share(sold.member_receipts * guest_receipts, member_receipts * guests),
        sold.member_quantity if of_segment else sold.quantity,
        sold.member_revenue if of_segment else sold.revenue,
    )
