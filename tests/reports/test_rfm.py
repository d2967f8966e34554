"""Recency, frequency and money against grades reckoned by hand for five members."""

import pytest

from bonuscli.reports.rfm import grades
from bonuscli.services.shop import Shop
from tests.reports.asking import report as ask
from tests.reports.told import figures, told

# In March: 100 twice for 50, 200 once for 100, 300 once for 60 of which 45 came back, 400 three times for 15, 500 once
# for 5.  600 bought in February and only brought that back in March.
ROWS = """
F1 | sale   |    | 2026-02-10 09:00 | | | 600 | TEA | Tea | | 1 | 10.00 |
R1 | sale   |    | 2026-03-01 09:00 | | | 100 | TEA | Tea | | 1 | 20.00 |
R2 | sale   |    | 2026-03-30 09:00 | | | 100 | TEA | Tea | | 1 | 30.00 |
R3 | sale   |    | 2026-03-02 09:00 | | | 200 | TEA | Tea | | 1 | 100.00 |
R4 | sale   |    | 2026-03-11 09:00 | | | 300 | TEA | Tea | | 4 | 60.00 |
R5 | return | R4 | 2026-03-31 09:00 | | | 300 | TEA | Tea | | 3 | 45.00 |
R6 | sale   |    | 2026-03-03 09:00 | | | 400 | TEA | Tea | | 1 | 5.00 |
R7 | sale   |    | 2026-03-04 09:00 | | | 400 | TEA | Tea | | 1 | 5.00 |
R8 | sale   |    | 2026-03-30 12:00 | | | 400 | TEA | Tea | | 1 | 5.00 |
R9 | sale   |    | 2026-03-11 09:00 | | | 500 | TEA | Tea | | 1 | 5.00 |
F2 | return | F1 | 2026-03-31 09:00 | | | 600 | TEA | Tea | | 1 | 10.00 |
"""
MARCH = {"from_": "2026-03-01", "to": "2026-04-01"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Six members, of whom five bought in March."""
    return told(tmp_path_factory.mktemp("rfm"), ROWS, "2026-04-20 12:00")


def test_cells(shop: Shop) -> None:
    """Each member stands in the cell of the three grades, and the one who only brought goods back in none."""
    table = ask(shop, "rfm", **MARCH)
    # Days to 31 March: 100 and 400 1, 300 and 500 20, 200 29: worse are 3, 3, 1, 1, 0: grades 4, 4, 2, 2, 1.
    # Receipts: 400 3, 100 2, the others 1: worse are 4, 3, 0: grades 5, 4, 1.
    # Money: 200 100, 100 50, 300 and 400 15, 500 5: worse are 4, 3, 1, 1, 0: grades 5, 4, 2, 2, 1.
    cell = ("recency", "frequency", "money", "members", "receipts", "revenue_minor", "share_of_revenue")
    assert figures(table, *cell) == [
        (4, 5, 2, 1, 3, 1_500, 0.0811),  # 400; all is 185.00
        (4, 4, 4, 1, 2, 5_000, 0.2703),  # 100
        (2, 1, 2, 1, 1, 1_500, 0.0811),  # 300
        (2, 1, 1, 1, 1, 500, 0.027),  # 500
        (1, 1, 5, 1, 1, 10_000, 0.5405),  # 200
    ]
    facts = {key: value for key, _, value in table.head}
    assert (facts["buyers"], facts["without_purchase"]) == (5, 1)


def test_bounds_of_the_grades(shop: Shop) -> None:
    """By one measure each grade says from where to where it goes."""
    assert figures(ask(shop, "rfm", **MARCH, by="recency"), "recency", "least", "most", "members") == [
        (4, 1, 1, 2),
        (2, 20, 20, 2),
        (1, 29, 29, 1),
    ]
    by_money = ask(shop, "rfm", **MARCH, by="money")
    assert figures(by_money, "money", "least_minor", "most_minor", "share_of_members")[2] == (2, 1_500, 1_500, 0.4)


def test_fifths() -> None:
    """Different figures are cut into five equal parts; who are alike are graded alike, and nobody gives no grades."""
    assert grades(list(range(10))) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert grades([1] * 7 + [2, 2, 3]) == [1] * 7 + [4, 4, 5]
    assert grades([]) == []


def test_an_empty_window(shop: Shop) -> None:
    """Where nobody bought there is no cell."""
    assert ask(shop, "rfm", from_="2025-01-01", to="2025-02-01").rows == []
