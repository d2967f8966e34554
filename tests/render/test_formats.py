"""Every output format on one table with amounts, card numbers and hostile names."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import tabulate

from bonuscli.days import parse_day
from bonuscli.errors import BonusError
from bonuscli.render import FORMATS, TABULATE_FORMATS, check_format, render
from bonuscli.reports.table import COUNT, DAY, MIXED, MONEY, PERCENT, TEXT, UNIT, Cell, Column, Ratio, Table

CARD = "00012345678901234567890"
HOSTILE = "[red]=1|\x1b[31m<b>\n{{x}}"

SHOWN = Table(
    title="Sales",
    columns=(
        Column("card", "Card", TEXT),
        Column("name", "Name", TEXT),
        Column("total_minor", "Total", MONEY),
        Column("share", "Share", PERCENT),
        Column("day", "Day", DAY),
        Column("value", "Value", MIXED),
        Column("unit", "Unit", UNIT),
    ),
    rows=[
        (CARD, HOSTILE, 125_000, Ratio(1, 3), parse_day("2026-12-08"), Cell(COUNT, 7), COUNT),
        ("1e5", "=cmd()", -5, None, None, Cell(MONEY, 999), MONEY),
    ],
    currency="GBP",
    digits=2,
    points_scale=0,
    head=(("from", DAY, parse_day("2026-12-01")),),
    notes=("Counted by hand.",),
)
EMPTY = SHOWN._replace(rows=[], notes=())


def written(table: Table, format: str, terminal: bool = False) -> str:
    """What a format writes."""
    stream = io.StringIO()
    render(table, format, stream, terminal=terminal)
    return stream.getvalue()


def test_names_of_tabulate() -> None:
    """Every format that the installed tabulate knows can be asked for."""
    assert set(tabulate.tabulate_formats) <= set(TABULATE_FORMATS)


@pytest.mark.parametrize("format", tabulate.tabulate_formats)
def test_tabulate_never_rewrites_a_cell(format: str) -> None:
    """In each format card numbers and amounts stand as they are, one line stays one, and no escape gets out."""
    text = written(SHOWN, format)
    assert CARD in text
    assert "1e5" in text
    assert "1250.00" in text
    assert "-0.05" in text
    assert "33.33" in text
    assert "\x1b" not in text
    assert "<b>" not in text or format not in ("html", "unsafehtml", "github", "pipe", "mediawiki", "textile", "jira")


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_table_is_no_error(format: str) -> None:
    """Nothing to show gives headings, or an empty list, and no failure."""
    text = written(EMPTY, format)
    assert text.endswith("\n") or format == "jsonl"
    assert "card" in text.lower() or format in ("json", "jsonl")


@pytest.mark.parametrize("format", ["github", "pipe"])
def test_markdown_keeps_its_columns(format: str) -> None:
    """A bar in a name does not begin a new column."""
    lines = written(SHOWN, format).splitlines()
    assert {line.count("|") for line in lines} == {8}
    assert "&#124;" in lines[2]


def test_plain_text_in_a_pipe() -> None:
    """A pipe gets unwrapped plain text with numbers at the right and the currency in the heading."""
    lines = written(SHOWN._replace(rows=SHOWN.rows[1:]), "table").splitlines()
    assert lines == [
        "Card    Name      Total, GBP    Share, %  Day      Value  Unit",
        "1e5     =cmd()         -0.05                        9.99  GBP",
    ]


def test_tsv_is_guarded_as_csv_is() -> None:
    """Tab-separated values are opened in spreadsheets too."""
    assert "'=cmd()" in written(SHOWN, "tsv")


def test_terminal_shows_text_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal names are no markup, escapes are visible, notes stand below and no digit is cut off."""
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    text = written(SHOWN, "table", terminal=True)
    assert "\x1b[1m" in text
    bare = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert "\x1b" not in bare
    assert "1250.00" in bare
    assert "[red]" in bare
    assert "Counted by hand." in bare
    assert "Sales" in bare


def test_blocks_are_set_apart_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the named column changes stands an empty line, and a block is named in its first row only."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    counted = Table("", (Column("kpi", "KPI", TEXT), Column("n", "N", COUNT)), [], "GBP", 2, 0, blocks="kpi")
    text = written(counted._replace(rows=[("a", 1), ("a", 2), ("b", 3)]), "table", terminal=True)
    assert [line.split() for line in text.splitlines()[2:]] == [["a", "1"], ["2"], [], ["b", "3"]]


def test_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR takes away colour and bold, and leaves the table."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in written(SHOWN, "table", terminal=True)


@pytest.mark.parametrize("kind", ["dumb", "unknown"])
def test_a_dumb_terminal_gets_plain_text(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """A terminal that can not draw gets what a pipe gets."""
    monkeypatch.setenv("TERM", kind)
    assert written(SHOWN, "table", terminal=True) == written(SHOWN, "table")


def test_json() -> None:
    """JSON has the report's facts, integers in minor units, shares as numbers, and notes where there are any."""
    text = written(SHOWN, "json")
    assert text.count("\n") == 1
    assert json.loads(text) == {
        "from": "2026-12-01",
        "currency": "GBP",
        "points_scale": 0,
        "rows": [
            {
                "card": CARD,
                "name": HOSTILE,
                "total_minor": 125_000,
                "share": 0.3333,
                "day": "2026-12-08",
                "value": 7,
                "unit": "count",
            },
            {
                "card": "1e5",
                "name": "=cmd()",
                "total_minor": -5,
                "share": None,
                "day": None,
                "value": 999,
                "unit": "minor",
            },
        ],
        "notes": ["Counted by hand."],
    }
    assert json.loads(written(SHOWN, "json", terminal=True)) == json.loads(text)
    assert "notes" not in json.loads(written(EMPTY, "json"))


def test_jsonl() -> None:
    """Each line is a row that can be understood alone."""
    lines = [json.loads(line) for line in written(SHOWN, "jsonl").splitlines()]
    assert [(line["from"], line["currency"], line["card"], line["total_minor"]) for line in lines] == [
        ("2026-12-01", "GBP", CARD, 125_000),
        ("2026-12-01", "GBP", "1e5", -5),
    ]
    assert written(EMPTY, "jsonl") == ""


def test_csv() -> None:
    """CSV has decimal text under names without _minor; a name keeps its line's end, and no formula runs."""
    rows = list(csv.reader(io.StringIO(written(SHOWN, "csv"), newline="")))
    assert rows == [
        ["card", "name", "total", "share", "day", "value", "unit"],
        [CARD, "[red]=1|\\x1b[31m<b>\n{{x}}", "1250.00", "0.3333", "2026-12-08", "7", "count"],
        ["1e5", "'=cmd()", "-0.05", "", "", "9.99", "GBP"],
    ]


@pytest.mark.parametrize("name, hint", [("jsn", "'json'"), ("githb", "'github'"), ("???", "table, json, jsonl, csv")])
def test_unknown_format(name: str, hint: str) -> None:
    """A format that nobody knows is a usage error that names near ones, before anything is written."""
    stream = io.StringIO()
    with pytest.raises(BonusError) as caught:
        render(SHOWN, name, stream, terminal=False)
    assert caught.value.code == "usage"
    assert hint in (caught.value.hint or "")
    assert stream.getvalue() == ""
    with pytest.raises(BonusError):
        check_format(name)


def test_a_format_that_the_installed_tabulate_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """An older tabulate is told to be updated, rather than silently writing another format."""
    monkeypatch.setattr(tabulate, "tabulate_formats", ["plain"])
    with pytest.raises(BonusError) as caught:
        written(SHOWN, "colon_grid")
    assert (caught.value.code, caught.value.hint) == ("usage", "update tabulate")


def test_machines_need_no_library_for_tables(root: Path) -> None:
    """JSON, JSON lines and CSV load neither rich nor tabulate."""
    program = (
        "import sys, io\n"
        f"sys.path.insert(0, {str(root)!r})\n"
        "from bonuscli.render import render\n"
        "from bonuscli.reports.table import Column, Table\n"
        "table = Table('x', (Column('a', 'A', 'count'),), [(1,)], 'GBP', 2, 0)\n"
        "for name in ('json', 'jsonl', 'csv'):\n"
        "    render(table, name, io.StringIO(), terminal=True)\n"
        "print([name for name in ('rich', 'tabulate', 'yaml', 'sqlite_utils') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
