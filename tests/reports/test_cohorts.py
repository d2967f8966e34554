"""Cohorts against numbers counted by hand on four members who joined in January and February."""

import pytest

from bonuscli.services.shop import Shop
from tests.reports.asking import report as ask
from tests.reports.told import figures, told

# A card enrols with its first receipt: 100 and 200 in January, 300 and 400 in February.
ROWS = """
R1 | sale   |    | 2026-01-10 09:00 | | | 100 | TEA | Tea | | 1 | 10.00 |
R2 | sale   |    | 2026-01-31 09:00 | | | 200 | TEA | Tea | | 1 | 30.00 |
R3 | sale   |    | 2026-02-02 09:00 | | | 300 | TEA | Tea | | 1 | 50.00 |
R4 | sale   |    | 2026-02-03 09:00 | | | 100 | TEA | Tea | | 1 | 40.00 |
R5 | sale   |    | 2026-02-04 09:00 | | | 100 | TEA | Tea | | 1 | 20.00 |
R6 | sale   |    | 2026-02-05 09:00 | | | 400 | TEA | Tea | | 1 | 70.00 |
R7 | return | R2 | 2026-02-06 09:00 | | | 200 | TEA | Tea | | 1 | 30.00 |
R8 | sale   |    | 2026-04-01 09:00 | | | 300 | TEA | Tea | | 1 | 90.00 |
R9 | sale   |    | 2026-04-01 09:00 | | |     | TEA | Tea | | 1 | 90.00 |
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Four months, the third without any receipt."""
    return told(tmp_path_factory.mktemp("cohorts"), ROWS, "2026-04-20 12:00")


def test_each_cohort(shop: Shop) -> None:
    """A month counts who bought in it, and its revenue is less what came back in it."""
    columns = ("cohort", "month", "members", "active", "retention", "revenue_minor", "revenue_so_far_minor")
    assert figures(ask(shop, "cohorts"), *columns)[4:] == [
        ("2026-01", 0, 2, 2, 1.0, 4_000, 2_000),  # 10 + 30
        ("2026-01", 1, 2, 1, 0.5, 3_000, 3_500),  # 40 + 20 - 30; 200 brought back and bought nothing
        ("2026-01", 2, 2, 0, 0.0, 0, 3_500),
        ("2026-01", 3, 2, 0, 0.0, 0, 3_500),
        ("2026-02", 0, 2, 2, 1.0, 12_000, 6_000),  # 50 + 70
        ("2026-02", 1, 2, 0, 0.0, 0, 6_000),
        ("2026-02", 2, 2, 1, 0.5, 9_000, 10_500),
    ]


def test_all_cohorts(shop: Shop) -> None:
    """All together have at each month only those cohorts that have come to it."""
    columns = ("cohort", "month", "members", "active", "receipts", "revenue_per_member_minor", "revenue_so_far_minor")
    assert figures(ask(shop, "cohorts"), *columns)[:4] == [
        (None, 0, 4, 4, 4, 4_000, None),  # 10 + 30 + 50 + 70 of 4
        (None, 1, 4, 1, 2, 750, None),  # 40 + 20 - 30 of 4
        (None, 2, 4, 1, 1, 2_250, None),  # 90 of 4
        (None, 3, 2, 0, 0, 0, None),  # January alone
    ]


def test_the_days_are_those_of_enrolment(shop: Shop) -> None:
    """A window takes in who joined within it, and they are followed beyond it; nobody joined in March."""
    february = ask(shop, "cohorts", from_="2026-02-03", to="2026-03-01")
    assert figures(february, "cohort", "month", "members", "revenue_minor")[3:] == [
        ("2026-02", 0, 1, 7_000),
        ("2026-02", 1, 1, 0),
        ("2026-02", 2, 1, 0),
    ]
    assert ask(shop, "cohorts", from_="2026-03-01", to="2026-04-01").rows == []
