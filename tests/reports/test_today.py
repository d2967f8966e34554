"""Today beside the same weekday a week ago, counted by hand on 9 March 2026, a Monday, at noon."""

from collections.abc import Iterator

import pytest

from bonuscli.reports.question import Question
from bonuscli.reports.today import read_days, today_table
from bonuscli.services.expire import run_due
from tests.reports.told import figures, told

# A euro gives a point that lasts 4 days, and a point pays a euro.
ROWS = """
R1 | sale   |    | 2026-03-02 09:00 | | | 100 | TEA | Tea | | 2 | 20.00 |
R2 | sale   |    | 2026-03-02 12:00 | | | 100 | TEA | Tea | | 1 | 10.00 | 4
R3 | sale   |    | 2026-03-02 12:01 | | |     | TEA | Tea | | 1 | 30.00 |
R4 | sale   |    | 2026-03-04 08:00 | | | 100 | TEA | Tea | | 1 | 50.00 |
R5 | sale   |    | 2026-03-09 08:00 | | | 100 | TEA | Tea | | 1 | 15.00 |
R6 | sale   |    | 2026-03-09 09:00 | | | 100 | TEA | Tea | | 1 | 9.00  | 3
R7 | return | R1 | 2026-03-09 10:00 | | | 100 | TEA | Tea | | 1 | 10.00 |
"""
POINTS = '{name: {one: point, other: points}, value: "1.00", lasts: {for: 4d, from: accrual}}'


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Question]:
    """The shop at noon."""
    shop = told(tmp_path_factory.mktemp("today"), ROWS, "2026-03-09 12:00", points=POINTS)
    run_due(shop)
    with shop.reading() as session:
        today = session.calendar.day_of(session.now)
        yield Question(session.connection, session.program, session.current, today, session.now, {})


def test_today_and_a_week_ago(question: Question) -> None:
    """Last week's day is told whole and up to the same hour, which is noon to the second."""
    days = read_days(question)
    # 20 + 10 until noon, 30 after it; R2 pays 4 of its 10 with points and earns by 6.
    assert days.week_ago_by_now[:2] == [2, 3_000]
    assert days.week_ago == [3, 6_000, 20 + 6, 4, 0]
    # 15 + 9 - 10 brought back; R6 earns by 6 of its 9.
    assert days.today == [2, 1_400, 15 + 6, 3, 50]  # of R4, whose last day was the 8th


def test_the_screen(question: Question) -> None:
    """People see a row for each figure."""
    shown = figures(today_table(question, read_days(question)), "figure", "today", "week_ago_by_now", "week_ago")
    assert shown[:2] == [("Receipts", 2, 2, 3), ("Revenue", 1_400, 3_000, 6_000)]
