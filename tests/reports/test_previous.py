"""Figures beside those of the days before."""

import json

import pytest

from bonuscli.days import format_day, parse_day
from bonuscli.reports.previous import compared, days_before
from bonuscli.reports.table import MIXED, MONEY, PERCENT, POINTS, TEXT, Cell, Column, Ratio, Table
from tests.independent.story import answer
from tests.ledger.tills import REAL, ROOT

COLUMNS = (Column("kpi", "KPI", TEXT), Column("shop", "Shop", TEXT), Column("value", "Value", MIXED))


def table_of(*rows: tuple[str, str | None, Cell]) -> Table:
    """A table of figures, as the seven come."""
    return Table("KPI", COLUMNS, list(rows), "GBP", 2, 0)


@pytest.mark.parametrize(
    "days, before",
    [
        (("2026-12-01", "2027-01-01"), ("2026-11-01", "2026-12-01")),  # 31 days after 30
        (("2026-01-01", "2026-04-01"), ("2025-10-01", "2026-01-01")),
        (("2026-03-01", "2026-03-31"), ("2026-01-30", "2026-03-01")),  # 30 days, no month
        (("2026-03-02", "2026-04-02"), ("2026-01-30", "2026-03-02")),
        (("2026-03-05", "2026-03-06"), ("2026-03-04", "2026-03-05")),
        (("2026-03-01", "2026-03-01"), ("2026-03-01", "2026-03-01")),
    ],
)
def test_the_days_before(days: tuple[str, str], before: tuple[str, str]) -> None:
    """Whole months stand beside as many whole months, other days beside as many days."""
    first, end = map(parse_day, days)
    assert tuple(map(format_day, days_before(first, end))) == before


def test_changes() -> None:
    """Shares change by points of per cent, all else by per cent of what it was; groups meet their own."""
    now = table_of(
        ("share", "A", Cell(PERCENT, Ratio(1, 2))),
        ("share", "B", Cell(PERCENT, Ratio(1, 4))),
        ("average", "A", Cell(MONEY, Ratio(900, 2))),
        ("points", "A", Cell(POINTS, Ratio(10, 1))),
        ("fall", "A", Cell(PERCENT, Ratio(-1, 5))),
        ("new", "A", Cell(MONEY, Ratio(5, 1))),
        ("gone", "A", Cell(MONEY, None)),
    )
    before = table_of(
        ("share", "B", Cell(PERCENT, Ratio(1, 5))),
        ("share", "A", Cell(PERCENT, Ratio(3, 4))),
        ("average", "A", Cell(MONEY, Ratio(400, 1))),
        ("points", "A", Cell(POINTS, Ratio(0, 7))),
        ("fall", "A", Cell(PERCENT, Ratio(1, 5))),
        ("gone", "A", Cell(MONEY, Ratio(8, 1))),
    )
    found = compared(now, before)
    assert [column.name for column in found.columns[-3:]] == ["previous", "change", "change_unit"]
    told = [
        (*row[:2], row[4].value and row[4].value.numerator / row[4].value.denominator, row[5]) for row in found.rows
    ]
    assert told == [
        ("share", "A", -0.25, "pp"),
        ("share", "B", 0.05, "pp"),
        ("average", "A", 0.125, "%"),
        ("points", "A", None, None),  # of nothing there is no part
        ("fall", "A", -0.4, "pp"),
        ("new", "A", None, None),
        ("gone", "A", None, None),
    ]
    assert [row[3].value for row in found.rows][-1] == Ratio(8, 1)


def test_nothing_before() -> None:
    """Where the days before are not all the shop's, no figure is compared, and it is said."""
    found = compared(table_of(("share", "A", Cell(PERCENT, Ratio(1, 2)))), None)
    assert found.rows == [("share", "A", Cell(PERCENT, Ratio(1, 2)), Cell(PERCENT, None), Cell(PERCENT, None), None)]
    assert "no earlier days" in found.notes[-1]


@pytest.mark.slow
def test_the_real_receipts(tmp_path_factory: pytest.TempPathFactory) -> None:
    """February beside January: what each month says by itself, and the difference; December has nothing before it."""
    database = tmp_path_factory.mktemp("previous") / "real.db"
    now = "2011-03-01 12:00"
    answer(database, now, "init", "--program", str(ROOT / "programs" / "gift-shop.yaml"))
    answer(database, now, "import", str(REAL), "--profile", "online-retail", "--unknown-cards", "enroll")
    months = {
        month: json.loads(answer(database, now, "kpi", "--json", "--from", f"{month}-01", "--to", f"{end}-01"))["rows"]
        for month, end in (("2011-01", "2011-02"), ("2011-02", "2011-03"))
    }
    words = ("kpi", "--json", "--compare", "previous")
    february = json.loads(answer(database, now, *words, "--from", "2011-02-01", "--to", "2011-03-01"))
    assert (february["previous_from"], february["previous_to"]) == ("2011-01-01", "2011-02-01")
    assert [row["previous"] for row in february["rows"]] == [row["value"] for row in months["2011-01"]]
    assert [row["value"] for row in february["rows"]] == [row["value"] for row in months["2011-02"]]
    by_name = {row["kpi"]: (row["change"], row["change_unit"]) for row in february["rows"]}
    assert by_name["participation"] == (-0.0018, "pp")
    assert by_name["average_receipt_of_guests"] == (-0.3038, "%")
    december = json.loads(answer(database, now, *words, "--from", "2010-12-01", "--to", "2011-01-01"))
    assert {row["previous"] for row in december["rows"]} == {None}
