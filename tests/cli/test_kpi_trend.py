"""The trend of the figures: drawn for people by month, never in a pipe or a file format; advice in every format."""

import io
import json
import sys

import pytest

from bonuscli.cli.run import run
from bonuscli.render.sparks import BAR, STEPS, bar, sparkline, with_trend
from bonuscli.reports.table import COUNT, GROUP, MIXED, TEXT, Cell, Column, Table
from tests.cli.terminal import Terminal


@pytest.fixture
def _december(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """A shop with one member and two receipts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BONUSCLI_NOW", "2026-12-05 12:00")
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.setenv("TERM", "xterm")
    assert run(["init", "--template", "corner-shop", "-q"]) == 0
    assert run(["enroll", "2000000000017", "--at", "2026-12-01 09:00", "-q"]) == 0
    for total, day in (("100.00", "2026-12-02"), ("50.00", "2026-12-03")):
        assert run(["accrue", "2000000000017", "--total", total, "--at", f"{day} 10:00", "-q"]) == 0


def on(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    """What a command writes to a stream."""
    monkeypatch.setattr(sys, "stdout", stream)
    assert run(["kpi", *words]) == 0
    return stream.getvalue()


@pytest.mark.usefixtures("_december")
def test_drawn_for_people_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal sees bars by month; a pipe, another grouping, JSON and a dumb terminal see none."""
    assert BAR in on(Terminal(), monkeypatch, "--by", "month")
    for stream, words in (
        (io.StringIO(), ("--by", "month")),
        (Terminal(), ("--by", "shop")),
        (Terminal(), ("--by", "month", "--json")),
    ):
        assert not set(STEPS) & set(on(stream, monkeypatch, *words))
    monkeypatch.setenv("TERM", "dumb")
    assert not set(STEPS) & set(on(Terminal(), monkeypatch, "--by", "month"))


@pytest.mark.usefixtures("_december")
def test_advice_in_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """corner-shop aims at a participation of 60 %, which one member without guests reaches."""
    rows = json.loads(on(io.StringIO(), monkeypatch, "--advice", "--json"))["rows"]
    assert (rows[0]["kpi"], rows[0]["value"], rows[0]["target"], rows[0]["advice"]) == ("participation", 1.0, 0.6, None)
    assert "advice" not in json.loads(on(io.StringIO(), monkeypatch, "--json"))["rows"][0]


def test_lines_and_bars() -> None:
    """The least is the lowest step and the greatest the highest; alike figures are level; nothing is drawn of none."""
    assert (sparkline([1, 2, 8]), sparkline([3, 3]), sparkline([None]), sparkline([])) == ("▁▂█", "▄▄", " ", "")
    assert (bar(10, 10), bar(1, 20), bar(-1, 10), bar(None, 0)) == ("█" * 10, "▌", "", "")


def test_a_column_of_its_own() -> None:
    """The whole of a block has the line of its parts, each part a bar beside the greatest."""
    columns = (Column("kpi", "KPI", TEXT), Column("month", "Month", GROUP), Column("value", "Value", MIXED))
    rows = [("a", None, Cell(COUNT, 9)), ("a", "01", Cell(COUNT, 1)), ("a", "02", Cell(COUNT, 2))]
    drawn = with_trend(Table("", columns, rows, "", 0, 0, blocks="kpi"), "month")
    assert [row[-1] for row in drawn.rows] == ["▁█", "█████", "██████████"]
