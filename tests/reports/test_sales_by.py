"""Sales by hour, weekday, shop and cashier against numbers counted by hand on a week of two shops in Berlin.

In March Berlin is an hour ahead of UTC; the shop's day begins at five in the morning.  2026-03-02 is a Monday.
"""

import pytest

from bonuscli.errors import BonusError
from bonuscli.reports.table import Table
from bonuscli.services.shop import Shop
from tests.reports.asking import report as ask
from tests.reports.told import figures, told

ROWS = """
R1 | sale   |    | 2026-03-02 09:10 | North | Olga | 100 | TEA  | Tea  | Drinks | 1 | 100.00 |
R2 | sale   |    | 2026-03-02 09:50 | North | Ivan |     | TEA  | Tea  | Drinks | 1 | 50.00  |
R3 | sale   |    | 2026-03-03 18:00 | South | Olga | 100 | CAKE | Cake | Food   | 1 | 30.00  |
R4 | sale   |    | 2026-03-04 02:30 | South | Ivan | 200 | CAKE | Cake | Food   | 1 | 20.00  |
R5 | return | R1 | 2026-03-04 18:20 | South | Ivan | 100 | TEA  | Tea  | Drinks | 1 | 100.00 |
R6 | sale   |    | 2026-03-09 09:00 | North | Olga | 200 | TEA  | Tea  | Drinks | 1 | 70.00  |
R7 | sale   |    | 2026-03-09 09:05 | North | Olga | 200 | BAG  | Bag  | Free   | 1 | 0.00   |
R8 | return |    | 2026-03-09 10:00 | North | Ivan |     | TEA  | Tea  | Drinks | 1 | 5.00   |
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The week and a day."""
    now = "2026-03-10 12:00"
    return told(tmp_path_factory.mktemp("sales"), ROWS, now, timezone="Europe/Berlin", day_starts='"05:00"')


def sales(shop: Shop, by: str, start: str = "2026-03-01", end: str = "2026-03-10", only: str | None = None) -> Table:
    """The report on the days [start, end)."""
    return ask(shop, "sales", from_=start, to=end, by=by, shop=only)


def test_by_hour(shop: Shop) -> None:
    """An hour is that of the shop's clock; goods brought back at six in the evening lower the nine o'clock of their
    sale, and a receipt that totals 0 is none."""
    table = sales(shop, "hour")
    # 09: R1 100 and R2 50 and R6 70, less R5 100: 120 on 3 receipts; all: 100 + 50 + 30 + 20 - 100 + 70 - 5 = 165.
    assert figures(table, "hour", "receipts", "revenue_minor", "share_of_revenue", "average_receipt_minor") == [
        (None, 5, 16_500, 1.0, 3_300),
        ("02", 1, 2_000, 0.1212, 2_000),
        ("09", 3, 12_000, 0.7273, 4_000),
        ("10", 0, -500, -0.0303, None),
        ("18", 1, 3_000, 0.1818, 3_000),
    ]
    # Members: 30 + 20 + 70 on R1, R3, R4, R6 (R1 came back whole and stays a receipt); without a card: 50 - 5 on R2.
    of_members = ("member_receipts", "average_of_members_minor", "average_of_guests_minor")
    assert figures(table, *of_members)[0] == (4, 3_000, 4_500)


def test_by_weekday(shop: Shop) -> None:
    """A weekday is that of the business day, so half past two on Wednesday is still Tuesday."""
    # Monday: R1, R2, R6, less R5 (its sale was on Monday) and R8; Tuesday: R3 and R4.
    assert figures(sales(shop, "weekday"), "weekday", "receipts", "revenue_minor") == [
        (None, 5, 16_500),
        ("Monday", 3, 11_500),
        ("Tuesday", 2, 5_000),
    ]


def test_by_shop_and_cashier(shop: Shop) -> None:
    """A return lowers the shop and the cashier that sold the goods, not those that took them back."""
    assert figures(sales(shop, "shop"), "shop", "receipts", "revenue_minor")[1:] == [
        ("North", 3, 11_500),  # 100 + 50 + 70 - 100 - 5
        ("South", 2, 5_000),
    ]
    assert figures(sales(shop, "cashier"), "cashier", "receipts", "revenue_minor")[1:] == [
        ("Ivan", 2, 6_500),  # 50 + 20 - 5
        ("Olga", 3, 10_000),  # 100 + 30 + 70 - 100
    ]
    assert figures(sales(shop, "cashier", only="South"), "cashier", "revenue_minor") == [
        (None, 5_000),
        ("Ivan", 2_000),
        ("Olga", 3_000),
    ]


def test_a_window(shop: Shop) -> None:
    """A window has what is dated in it, so a return may stand there without its receipt; an empty one has no group."""
    assert figures(sales(shop, "hour", "2026-03-04", "2026-03-05"), "hour", "receipts", "revenue_minor") == [
        (None, 0, -10_000),
        ("09", 0, -10_000),
    ]
    assert figures(sales(shop, "hour", "2026-03-05", "2026-03-06"), "hour", "receipts", "share_of_revenue") == [
        (None, 0, None)
    ]
    with pytest.raises(BonusError) as refused:
        sales(shop, "hour", "2026-03-05", "2026-03-04")
    assert refused.value.code == "usage"
