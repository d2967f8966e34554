"""Figures against the program's targets, counted by hand on one small table."""

from bonuscli.days import parse_day
from bonuscli.program.schema import TARGETS
from bonuscli.render.machines import json_rows
from bonuscli.reports.advice import MOVES, advised
from bonuscli.reports.kpi import kpi
from bonuscli.reports.table import Table
from tests.reports.ledger import DAY_ONE, Ledger, start_of


def shown(by: str | None = None) -> Table:
    """Participation 1 / (1 + 1) in January, with one receipt of a member and one without a card."""
    ledger = Ledger()
    ledger.receipt(ledger.member(1), 2, 1_000)
    ledger.receipt(None, 3, 1_000)
    return kpi(
        ledger.with_days(), program="shop", from_day=DAY_ONE, to_day=parse_day("2026-02-01"), by=by,
        start_of=start_of, currency="GBP", digits=2, points_scale=0,
    )  # fmt: skip


def told(table: Table, name: str) -> list[tuple]:
    """Value, target, and whether there is advice, of each row of a figure."""
    return [(row["value"], row["target"], bool(row["advice"])) for row in json_rows(table) if row["kpi"] == name]


def test_a_missed_target_has_advice() -> None:
    """A figure below its target says what moves it; one that reaches it, or has none, says nothing."""
    assert told(advised(shown(), {"participation": 5_001}), "participation") == [(0.5, 0.5001, True)]
    assert told(advised(shown(), {"participation": 5_000}), "participation") == [(0.5, 0.5, False)]
    assert told(advised(shown(), {"participation": 5_001}), "repeat_purchase") == [(1.0, None, False)]
    nothing = advised(shown(), {"share_of_sales_with_points": 1})
    assert told(nothing, "share_of_sales_with_points") == [(0.0, 0.0001, True)]


def test_a_group_has_the_target_alone() -> None:
    """Advice stands at the whole window, the target at each month too."""
    table = advised(shown("month"), {"participation": 6_000})
    assert told(table, "participation") == [(0.5, 0.6, True), (0.5, 0.6, False)]


def test_a_program_without_targets() -> None:
    """Without targets the report says how to write them."""
    assert "kpi: {targets:" in advised(shown(), {}).notes[-1]


def test_every_target_has_advice() -> None:
    """Each figure that a program can aim at has its advice."""
    assert set(MOVES) == set(TARGETS)
