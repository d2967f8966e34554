"""What the page shows for days and a shop is what ``kpi`` and ``report`` tell with the same options."""

import csv
import io
import json
import re
from typing import Any

import pytest

from bonuscli.cli.run import run
from bonuscli.reports.dashboard_words import SEVEN
from tests.dashboard.conftest import Look, Made

# What a range is called on the page -> its options.
RANGES = {
    "All days": (),
    "Last 30 days": ("--from", "2026-11-01", "--to", "2026-12-01"),
    "Last 90 days": ("--from", "2026-09-02", "--to", "2026-12-01"),
    "2025": ("--from", "2025-10-01", "--to", "2026-01-01"),
    "Q2 2026": ("--from", "2026-04-01", "--to", "2026-07-01"),
    "February 2026": ("--from", "2026-02-01", "--to", "2026-03-01"),
}
BLOCKS = {"tiers": "tiers", "rules": "rules", "rfm": "rfm"}
OF_SHOPS = {"goods": "goods --limit 10", "weekdays": "sales --by weekday", "hours": "sales --by hour"}


def asked(made: Made, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command prints."""
    capsys.readouterr()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BONUSCLI_NOW", made.now)
        assert run([*words, "--db", str(made.database)]) == 0, words
    return capsys.readouterr().out


def as_written(row: dict[str, Any], digits: int = 2) -> str | None:
    """A figure of ``kpi --json`` as its card writes it, None where there is none."""
    value = row["value"]
    if value is None:
        return None
    if row["unit"] == "ratio":
        return f"{value * 100:,.2f}%".replace("-", "\u2212")
    return f"{value / 100:,.2f}GBP" if row["unit"] == "minor" else f"{value:,.{digits}f}points"


def of_report(text: str) -> list[list[str]]:
    """The cells of a report written with tabs, without its headings."""
    return trimmed(list(csv.reader(io.StringIO(text), delimiter="\t")))[1:]


def trimmed(rows: list[list[str]]) -> list[list[str]]:
    """Cells without the blanks around them, rows without the empty cells at their end."""
    found = []
    for row in rows:
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        found.append(cells)
    return found


@pytest.mark.parametrize("label", RANGES)
def test_cards_are_the_figures_of_kpi(
    label: str, gift_shop: Made, look: Look, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each card of each range and shop has the value that ``kpi --by shop`` tells, or says in words why it has none."""
    told = json.loads(asked(gift_shop, capsys, "kpi", "--by", "shop", "--json", *RANGES[label]))["rows"]
    sight = look(gift_shop.page)
    for shop in (None, "harbour", "high-street", "market"):
        sight.choose(label, shop or "All shops")
        for row in told:
            if row["shop"] == shop and row["kpi"] in SEVEN:
                shown, expected = sight.figure(row["kpi"]), as_written(row)
                assert shown == expected if expected else len(shown.split()) > 3, (shop, row, shown)


@pytest.mark.parametrize("label", ["All days", "Last 90 days", "February 2026"])
def test_tables_are_those_of_the_reports(
    label: str, gift_shop: Made, look: Look, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table behind each chart has the cells of the report with the same days and shop."""
    sight = look(gift_shop.page)
    days = RANGES[label] or ("--from", "2025-10-01", "--to", "2026-12-01")
    for shop in ("All shops", "market"):
        sight.choose(label, shop)
        reports = {block: (report, ()) for block, report in BLOCKS.items()}
        of_shop = () if shop == "All shops" else ("--shop", shop)
        reports |= {block: (report, of_shop) for block, report in OF_SHOPS.items()}
        for block, (report, more) in reports.items():
            text = asked(gift_shop, capsys, "report", *report.split(), *days, *more, "-o", "tsv")
            assert trimmed(sight.rows(block)) == of_report(text), (shop, block)


def test_today_does_not_follow_the_range(gift_shop: Made, look: Look, capsys: pytest.CaptureFixture[str]) -> None:
    """What is owed is that of ``report liability`` and cohorts those of ``report cohorts``, whatever is chosen."""
    sight = look(gift_shop.page)
    for block, words in (("liability", "report liability"), ("cohorts", "report cohorts")):
        text = asked(gift_shop, capsys, *words.split(), "-o", "tsv")
        for label in ("All days", "February 2026"):
            sight.choose(label, "market")
            assert trimmed(sight.rows(block)) == of_report(text), block


def test_the_trend_is_that_of_kpi_by_month(gift_shop: Made, look: Look, capsys: pytest.CaptureFixture[str]) -> None:
    """The table of the trend has a row for each month of ``kpi --by month``, with the same figures."""
    told = json.loads(asked(gift_shop, capsys, "kpi", "--by", "month", "--json"))["rows"]
    shown = look(gift_shop.page).rows("trend")
    months = [row["month"] for row in told if row["kpi"] == "participation" and row["month"]]
    assert len(shown) == len(months) == 14
    names = list(dict.fromkeys(row["kpi"] for row in told))
    for month, cells in zip(months, shown, strict=True):
        of_month = {row["kpi"]: row for row in told if row["month"] == month}
        written = [as_written(of_month[name]) or "" for name in names]
        expected = [re.sub("[^0-9.]", "", text) for text in written]
        assert [cell.lstrip("-") for cell in cells[1:]] == expected, month


def test_days_add_up_to_the_reports(gift_shop: Made, look: Look, capsys: pytest.CaptureFixture[str]) -> None:
    """Revenue by day, week and month sums to that of ``report sales``, points to what ``cost`` and the ledger say."""
    sight = look(gift_shop.page)
    for label, shop in (("All days", "All shops"), ("Q2 2026", "harbour"), ("February 2026", "market")):
        sight.choose(label, shop)
        days = RANGES[label] or ("--from", "2025-10-01", "--to", "2026-12-01")
        of_shop = () if shop == "All shops" else ("--shop", shop)
        whole = json.loads(asked(gift_shop, capsys, "report", "sales", "--json", *days, *of_shop))["rows"][0]
        rows = sight.rows("sales")
        assert sum(int(row[1]) for row in rows) == whole["receipts"]
        assert round(sum(float(row[3]) for row in rows) * 100) == whole["revenue_minor"]
    given = json.loads(asked(gift_shop, capsys, "report", "rules", "--json", *RANGES["February 2026"]))["rows"]
    assert sum(int(row[1]) for row in sight.rows("points")) == sum(row["points"] for row in given)


def test_charts_draw_what_their_tables_say(gift_shop: Made, look: Look) -> None:
    """The bars of a chart are as long as the numbers in its table are great."""
    sight = look(gift_shop.page)
    bars = """[...document.querySelectorAll('#block-weekdays .chart path[fill="var(--accent)"]')]"""
    heights = sight.page.evaluate(f"{bars}.map(bar => bar.getBBox().height)")
    revenue = [float(row[2]) for row in sight.rows("weekdays")[1:]]
    assert len(heights) == len(revenue) == 7
    for height, money in zip(heights, revenue, strict=True):
        assert abs(height / max(heights) - money / max(revenue)) < 0.01


def test_changes_are_against_the_days_before(gift_shop: Made, look: Look, capsys: pytest.CaptureFixture[str]) -> None:
    """A month's card tells the difference to the whole month before it; a target is told as missed or reached."""
    pair = []
    for first, end in (("2026-10-01", "2026-11-01"), ("2026-09-01", "2026-10-01")):
        told = json.loads(asked(gift_shop, capsys, "kpi", "--from", first, "--to", end, "--json"))["rows"]
        pair.append(round(told[0]["value"] * 100, 2))
    sight = look(gift_shop.page)
    sight.choose("October 2026")
    card = sight.page.locator("[data-kpi=participation]")
    change = round(pair[0] - pair[1], 2)
    told = f"{'up' if change > 0 else 'down'} {abs(change):.2f} percentage points on 1 Sep 2026 to 30 Sep 2026"
    assert told in card.locator(".change").inner_text()
    assert card.locator(".aim").inner_text().strip() == "Target 80 %: missed"


def test_the_address_keeps_what_is_chosen(gift_shop: Made, look: Look) -> None:
    """A page that is opened again by its address shows the same days and shop; one that is not known shows all."""
    sight = look(gift_shop.page)
    sight.choose("Q2 2026", "harbour")
    value = sight.figure("participation")
    again = look(gift_shop.page, sight.page.evaluate("location.hash"))
    assert again.figure("participation") == value
    assert again.page.locator("#shown").inner_text().startswith("Q2 2026: 1 Apr 2026 to 30 Jun 2026, harbour.")
    assert look(gift_shop.page, "#days=1812&shop=nowhere").page.input_value("#range") == "0"
