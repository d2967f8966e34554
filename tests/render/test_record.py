"""One object in each format, and what it must not load."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bonuscli.days import parse_day
from bonuscli.errors import BonusError
from bonuscli.render.record import OBJECT, ROWS, Field, render_record
from bonuscli.reports.table import TEXT, Column, Table

EXPIRY = parse_day("2027-06-08")
BALANCE = [
    ("card", "card", "2000000000017", "text"),
    ("currency", "currency", "RUB", "text"),
    ("balance", "balance", 412, "points"),
    ("tier", "tier", None, "text"),
    Field(
        "next_expiry",
        "next expiry",
        [("day", "next expiry", EXPIRY, "day"), ("points", "points that expire", 37, "points")],
        OBJECT,
    ),
    ("worth_minor", "worth", 41_200, "money"),
    ("replayed", "replayed", False, "flag"),
]
NOTHING_EXPIRES = [
    *BALANCE[:4],
    Field("next_expiry", "next expiry", [("day", "", None, "day"), ("points", "", None, "points")], OBJECT),
]


def written(fields: list, format: str, terminal: bool = False, title: str = "Balance", **scale: int) -> str:
    """What a format writes of a record."""
    stream = io.StringIO()
    measures = {"digits": 2, "points_scale": 0, **scale}
    render_record(title, fields, format, stream, terminal=terminal, currency="RUB", **measures)
    return stream.getvalue()


def test_text_in_a_pipe() -> None:
    """A pipe gets a line for each field that has a value, money with its currency."""
    assert written(BALANCE, "table") == (
        "card: 2000000000017\n"
        "currency: RUB\n"
        "balance: 412\n"
        "next expiry: 2027-06-08\n"
        "points that expire: 37\n"
        "worth: 412.00 RUB\n"
        "replayed: no\n"
    )


def test_text_on_a_terminal() -> None:
    """A terminal gets the same under a title, aligned."""
    lines = written(BALANCE, "table", terminal=True).splitlines()
    assert lines[0] == "Balance"
    assert lines[1] == "  card                2000000000017"
    assert lines[6] == "  worth               412.00 RUB"


def test_json() -> None:
    """JSON has every key in order, integers, and the scale of the points where nobody gave it."""
    answer = json.loads(written(BALANCE, "json"))
    assert answer == {
        "card": "2000000000017",
        "currency": "RUB",
        "balance": 412,
        "tier": None,
        "next_expiry": {"day": "2027-06-08", "points": 37},
        "worth_minor": 41_200,
        "replayed": False,
        "points_scale": 0,
    }
    assert list(answer) == [*(field[0] for field in BALANCE), "points_scale"]
    assert json.loads(written(BALANCE, "jsonl", terminal=True)) == answer
    assert written(BALANCE, "jsonl", terminal=True).count("\n") == 1


def test_an_object_of_nothing_is_null() -> None:
    """An inner object without any value is null in JSON, nothing in text, and keeps its columns in CSV."""
    assert json.loads(written(NOTHING_EXPIRES, "json"))["next_expiry"] is None
    assert "expiry" not in written(NOTHING_EXPIRES, "table")
    assert written(NOTHING_EXPIRES, "csv").splitlines() == [
        "card,currency,balance,tier,next_expiry_day,next_expiry_points",
        "2000000000017,RUB,412,,,",
    ]


def test_csv_and_tabulate_have_one_row() -> None:
    """Other formats get a table of one row, inner fields named after their object."""
    assert written(BALANCE, "csv").splitlines() == [
        "card,currency,balance,tier,next_expiry_day,next_expiry_points,worth,replayed",
        "2000000000017,RUB,412,,2027-06-08,37,412.00,false",
    ]
    assert "| 2000000000017 |" in written(BALANCE, "github")


def test_points_with_digits() -> None:
    """Points have the digits of the program in text and none in JSON."""
    assert "balance: 4.12\n" in written(BALANCE, "table", points_scale=2)
    assert json.loads(written(BALANCE, "json", points_scale=2))["points_scale"] == 2


def test_tables_inside() -> None:
    """A table in a record follows it in text, and is an array of objects in JSON."""
    steps = Table("Steps", (Column("rule", "Rule", TEXT),), [("base",), ("\x1b[0m",)], "RUB", 2, 0)
    fields = [("earned", "earned", 5, "points"), ("steps", "steps", steps, ROWS)]
    assert written(fields, "table") == "earned: 5\n\nRule\nbase\n\\x1b[0m\n"
    assert json.loads(written(fields, "json"))["steps"] == [{"rule": "base"}, {"rule": "\x1b[0m"}]
    empty = [("steps", "steps", steps._replace(rows=[]), ROWS), ("lots", "lots", None, ROWS)]
    assert written(empty, "table") == ""
    assert json.loads(written(empty, "json")) == {"steps": [], "lots": None}


def test_hostile_values() -> None:
    """A name can neither add a line nor steer a terminal nor run in a spreadsheet."""
    fields = [("name", "name", "=1\nbalance: 9\x1b[2J", "text")]
    assert written(fields, "table", title="\x1b[2J", terminal=True) == "\\x1b[2J\n  name  =1\\nbalance: 9\\x1b[2J\n"
    assert written(fields, "table") == "name: =1\\nbalance: 9\\x1b[2J\n"
    assert written(fields, "csv") == 'name\n"\'=1\nbalance: 9\\x1b[2J"\n'


def test_unknown_format() -> None:
    """A format that nobody knows is a usage error."""
    with pytest.raises(BonusError) as caught:
        written(BALANCE, "tabel")
    assert (caught.value.code, caught.value.hint) == ("usage", "did you mean 'table'?")


def test_text_and_json_load_no_library_for_tables(root: Path) -> None:
    """A balance on a terminal, in a pipe or as JSON needs neither rich nor tabulate; text does not need json either."""
    program = (
        "import sys, io\n"
        f"sys.path.insert(0, {str(root)!r})\n"
        "from bonuscli.render.record import render_record\n"
        "def write(format, terminal):\n"
        "    render_record('x', [('a', 'a', 1, 'points')], format, io.StringIO(), terminal=terminal,\n"
        "                  currency='RUB', digits=2, points_scale=0)\n"
        "def loaded(*names):\n"
        "    print([name for name in names if name in sys.modules])\n"
        "write('table', False); write('table', True)\n"
        "loaded('rich', 'tabulate', 'json', 'csv')\n"
        "write('json', False); write('csv', False)\n"
        "loaded('rich', 'tabulate', 'yaml', 'sqlite_utils')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n[]\n"
