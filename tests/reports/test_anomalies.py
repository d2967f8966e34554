"""Signs of misuse against cases told one by one: Olga's own card, points without a purchase, money for spent points."""

import pytest

from bonuscli.services.redeem import redeem
from bonuscli.services.shop import Shop
from bonuscli.services.undo import undo
from bonuscli.services.writing import Writing
from tests.reports.asking import report as ask
from tests.reports.told import figures, sell, told

# Olga rings up card 100 three times on 2 March, one of them of 0.00, and twice on 3 March; Ivan once on the 2nd.  R6
# was paid with 20 points, R7 with 5; parts of R6 come back to Ivan in two returns of one day, and R1, paid with none.
ROWS = """
R1 | sale   |    | 2026-03-02 09:00 | North | Olga | 100 | TEA | Tea | | 1 | 10.00 |
R2 | sale   |    | 2026-03-02 10:00 | North | Olga | 100 | TEA | Tea | | 1 | 20.00 |
R3 | sale   |    | 2026-03-02 11:00 | North | Olga | 100 | BAG | Bag | | 1 | 0.00  |
R4 | sale   |    | 2026-03-02 12:00 | North | Ivan | 100 | TEA | Tea | | 1 | 40.00 |
R5 | sale   |    | 2026-03-03 09:00 | North | Olga | 100 | TEA | Tea | | 1 | 30.00 |
R6 | sale   |    | 2026-03-03 10:00 | North | Olga | 100 | TEA | Tea | | 4 | 40.00 | 20
R7 | sale   |    | 2026-03-04 10:00 | South | Ivan | 100 | TEA | Tea | | 1 | 10.00 | 5
G1 | sale   |    | 2026-03-04 11:00 | South | Ivan |     | TEA | Tea | | 1 | 10.00 |
G2 | sale   |    | 2026-03-04 12:00 | South | Ivan |     | TEA | Tea | | 1 | 10.00 |
B1 | return | R6 | 2026-03-05 09:00 | South | Ivan | 100 | TEA | Tea | | 1 | 10.00 |
B2 | return | R6 | 2026-03-05 10:00 | South | Ivan | 100 | TEA | Tea | | 1 | 10.00 |
B3 | return | R1 | 2026-03-05 11:00 | South | Ivan | 100 | TEA | Tea | | 1 | 10.00 |
P1 | sale   |    | 2026-03-06 10:00 | South | Ivan | 100 | TEA | Tea | | 1 | 10.00 |
"""
COLUMNS = ("sign", "cashier", "shop", "day", "card", "documents", "points", "amount_minor")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """One card and two cashiers; a point a euro and back."""
    shop = told(tmp_path_factory.mktemp("anomalies"), ROWS, "2026-04-20 12:00")
    redeem(shop, "100", 3, writing=Writing("2026-03-10 10:00", "olga", "S1"))  # for nothing, twice on a day
    redeem(shop, "100", 4, writing=Writing("2026-03-10 11:00", "olga", "S2"))
    redeem(shop, "100", 5, writing=Writing("2026-03-11 10:00", "ivan", "S3"))  # a mistake that was taken back
    undo(shop, "S3", "typed twice", Writing("2026-03-11 10:05", "ivan"))
    redeem(shop, "100", 6, writing=Writing("2026-04-20 10:00", "ivan", "S4"))  # today: its receipt may still come
    redeem(shop, "100", 2, "Q1", writing=Writing("2026-03-12 10:00", "ivan"))  # before its receipt
    sell(shop, "Q1 | sale | | 2026-03-12 10:01 | South | Ivan | 100 | TEA | Tea | | 1 | 10.00 |")
    return shop


def test_each_case(shop: Shop) -> None:
    """A case is told once, with its cashier, day and card, and what is right is not told."""
    assert figures(ask(shop, "anomalies", times=2), *COLUMNS) == [
        ("many-receipts", "Olga", "North", "2026-03-02", "100", 2, 0, 3_000),  # 10 + 20
        ("many-receipts", "Olga", "North", "2026-03-03", "100", 2, 0, 7_000),  # 30 + 40
        ("redeemed-without-purchase", "olga", "", "2026-03-10", "100", 2, 7, 700),
        ("returned-after-redemption", "Ivan", "South", "2026-03-05", "100", 2, 20, 2_000),
    ]


def test_by_cashier(shop: Shop) -> None:
    """Cases stand beside all documents of the cashier."""
    by_cashier = ("sign", "cashier", "cases", "all_documents", "share_of_documents")
    # Olga has R1 to R3, R5, R6; Ivan R4, R7, G1, G2, P1, Q1 and three returns; olga at the desk has none.
    assert figures(ask(shop, "anomalies", times=2, by="cashier"), *by_cashier) == [
        ("many-receipts", "Olga", 2, 5, 0.4),
        ("redeemed-without-purchase", "olga", 1, 0, None),
        ("returned-after-redemption", "Ivan", 1, 9, 0.1111),
    ]


def test_how_many_are_many(shop: Shop) -> None:
    """Fewer receipts than --times are no sign, and a case belongs to the days that were asked for."""
    assert figures(ask(shop, "anomalies", to="2026-03-10"), "sign") == [("returned-after-redemption",)]
    assert figures(ask(shop, "anomalies", from_="2026-03-03", to="2026-03-04", times=2), "day") == [("2026-03-03",)]
