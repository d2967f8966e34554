"""Sales by category, popular goods and their lift against numbers counted by hand on one small shop."""

import pytest

from bonuscli.reports import goods as popular
from bonuscli.services.shop import Shop
from tests.reports.asking import report as ask
from tests.reports.told import figures, told

ROWS = """
R1 | sale   |    | 2026-03-02 09:00 | North | | 100 | TEA  | Tea   | Drinks | 2 | 60.00 |
R1 | sale   |    | 2026-03-02 09:00 | North | | 100 | TEA  | Tea   | Drinks | 1 | 30.00 |
R1 | sale   |    | 2026-03-02 09:00 | North | | 100 | CAKE | Cake  | Food   | 1 | 10.00 |
R2 | sale   |    | 2026-03-02 10:00 | North | | 200 | TEA  | Tea   | Drinks | 1 | 30.00 |
R3 | sale   |    | 2026-03-03 10:00 | South | | 200 | CAKE | Cake  | Food   | 3 | 30.00 |
R4 | sale   |    | 2026-03-03 11:00 | South | |     | CAKE | Cake  | Food   | 1 | 10.00 |
R5 | sale   |    | 2026-03-03 12:00 | South | |     | TEA  | Tea   | Drinks | 1 | 30.00 |
R6 | sale   |    | 2026-03-04 12:00 | North | |     |      | Rent  |        | 1 | 20.00 |
R7 | sale   |    | 2026-03-04 13:00 | North | | 100 | BAG  | Bag   | Food   | 1 | 0.00  |
R8 | return | R1 | 2026-03-05 09:00 | South | | 100 | TEA  | Tea   | Drinks | 1 | 30.00 |
R9 | sale   |    | 2026-04-01 09:00 | North | | 100 | TEA  | Tea   | Drinks | 9 | 270.00 |
"""
MARCH = {"from_": "2026-03-01", "to": "2026-04-01"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Two members and guests, of whose goods one is brought back."""
    return told(tmp_path_factory.mktemp("goods"), ROWS, "2026-04-02 12:00")


def test_by_category(shop: Shop) -> None:
    """A receipt counts once in each of its categories; goods brought back leave quantity and revenue."""
    columns = ("category", "receipts", "share_of_receipts", "quantity_thousandths", "revenue_minor", "share_of_revenue")
    # Of 6 receipts (R7 totals 0) 3 have drinks: 60 + 30 - 30 + 30 + 30 = 120; 3 food: 10 + 30 + 10 = 50; one neither.
    assert figures(ask(shop, "categories", **MARCH), *columns) == [
        (None, 6, 1.0, 11_000, 19_000, 1.0),
        ("Drinks", 3, 0.5, 4_000, 12_000, 0.6316),
        ("Food", 3, 0.5, 6_000, 5_000, 0.2632),
        ("", 1, 0.1667, 1_000, 2_000, 0.1053),
    ]
    # Of members: drinks 60 + 30 - 30 + 30 of 120, food 10 + 30 of 50.
    of_members = figures(ask(shop, "categories", **MARCH), "share_of_members")
    assert of_members == [(0.6842,), (0.75,), (0.8,), (0.0,)]


def test_a_shop_and_brands(shop: Shop) -> None:
    """What South took back was sold by North, so South has its own sales whole; goods without a brand are one row."""
    south = ask(shop, "categories", **MARCH, shop="South", by="brand")
    assert figures(south, "brand", "receipts", "revenue_minor") == [(None, 3, 7_000), ("", 3, 7_000)]


def test_popular_goods(shop: Shop) -> None:
    """Goods stand by members' receipts; the lift is the members' share over that of receipts without a card."""
    table = ask(shop, "goods", **MARCH)
    # Members have 3 receipts, R1 to R3, guests 3, R4 to R6: tea 2 of 3 against 1 of 3, cake the same, rent 0 against 1.
    columns = ("article", "name", "member_receipts", "share_of_members", "guest_receipts", "lift", "revenue_minor")
    assert figures(table, *columns) == [
        ("CAKE", "Cake", 2, 0.6667, 1, 2.0, 5_000),
        ("TEA", "Tea", 2, 0.6667, 1, 2.0, 12_000),
        ("BAG", "Bag", 0, 0.0, 0, None, 0),
        ("Rent", "Rent", 0, 0.0, 1, 0.0, 2_000),
    ]
    assert figures(ask(shop, "goods", **MARCH, limit=1), "article") == [("CAKE",)]


def test_goods_by_lift(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The greatest lift comes first, and what too few receipts have is left out."""
    assert figures(ask(shop, "goods", by="lift"), "article") == []
    monkeypatch.setattr(popular, "LEAST", 1)
    # With April tea is on 3 of 4 receipts of members and 1 of 3 without a card, 2.25; cake on 2 of 4, 1.5.
    assert figures(ask(shop, "goods", by="lift"), "article", "lift") == [("TEA", 2.25), ("CAKE", 1.5)]
