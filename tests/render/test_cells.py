"""Each kind of value in each form, and text that would steer a terminal or a spreadsheet."""

import pytest

from bonuscli.days import NEVER, parse_day
from bonuscli.render.cells import KINDS, Scale, guard, json_escaped, json_of, plain_of, text_of, visible
from bonuscli.reports import table

SCALE = Scale("GBP", 2, 1)
DAY = parse_day("2026-12-08")


@pytest.mark.parametrize(
    "kind, value, text, plain, json",
    [
        ("text", "Ёлка & Co", "Ёлка & Co", "Ёлка & Co", "Ёлка & Co"),
        ("text", None, "", "", None),
        ("count", 4_894, "4894", "4894", 4_894),
        ("quantity", 1_500, "1.5", "1.5", 1_500),
        ("quantity", -2_000, "-2", "-2", -2_000),
        ("points", 4_125, "412.5", "412.5", 4_125),
        ("points", (104, 3), "3.467", "3.467", 34.6667),
        ("points", (-1, 3), "-0.033", "-0.033", -0.3333),
        ("money", 180_701_993, "1807019.93", "1807019.93", 180_701_993),
        ("money", -5, "-0.05", "-0.05", -5),
        ("money", (7_001, 2), "35.01", "35.01", 3_501),
        ("money", None, "", "", None),
        ("percent", (2, 3), "66.67", "0.6667", 0.6667),
        ("percent", (-7, 53), "-13.21", "-0.1321", -0.1321),
        ("percent", (1, 1), "100.00", "1.0000", 1.0),
        ("day", DAY, "2026-12-08", "2026-12-08", "2026-12-08"),
        ("day", NEVER, "never", "9999-12-31", "9999-12-31"),
        ("instant", "2026-12-08T18:30:05+03:00", "2026-12-08 18:30", *["2026-12-08T18:30:05+03:00"] * 2),
        ("flag", True, "yes", "true", True),
        ("flag", False, "no", "false", False),
        ("unit", "money", "GBP", "GBP", "minor"),
        ("unit", "percent", "%", "ratio", "ratio"),
        ("unit", "points", "points", "points", "points"),
        ("group", None, "(all)", "(all)", None),
        ("group", "", "(none)", "(none)", ""),
        ("group", "=S1", "=S1", "'=S1", "=S1"),
        ("mixed", ("money", 1_250), "12.50", "12.50", 1_250),
        ("mixed", ("count", None), "", "", None),
    ],
)
def test_kinds(kind: str, value: object, text: str, plain: str, json: object) -> None:
    """A value is decimal text in tables and CSV, an integer in JSON; a ratio is rounded once, half up."""
    assert text_of(kind, value, SCALE) == text
    assert plain_of(kind, value, SCALE) == plain
    assert json_of(kind, value, SCALE) == json
    assert type(json_of(kind, value, SCALE)) is type(json)


def test_money_without_digits() -> None:
    """A yen has no digits after the point."""
    assert text_of("money", 1_250, Scale("JPY", 0, 0)) == "1250"


def test_every_kind_of_a_report_can_be_written() -> None:
    """The renderer and the reports name the same kinds."""
    assert set(KINDS) == set(table.KINDS)


@pytest.mark.parametrize(
    "text, shown",
    [
        ("Anna\x1b[2J", "Anna\\x1b[2J"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x9b31m", "\\x9b31m"),
        ("\x00\x7f", "\\x00\\x7f"),
        ("abc\u202etxt", "abc\\u202etxt"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("no\u00a0break", "no\u00a0break"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
    ],
)
def test_steering_characters_are_shown(text: str, shown: str) -> None:
    """Control characters and those that turn the writing are shown as escapes, all else stays."""
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["=1+1", "+79120000001", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_formulas_are_guarded(text: str) -> None:
    """Text that a spreadsheet would run begins with an apostrophe."""
    assert guard(text) == "'" + text


def test_negative_numbers_are_not_guarded() -> None:
    """The guard is for text: a number below zero stays a number."""
    assert plain_of("money", -1_250, SCALE) == "-12.50"


def test_json_shows_what_it_need_not_escape() -> None:
    """DEL, C1 and direction marks are escaped in JSON too, other letters are not."""
    assert json_escaped('"Ёлка\x9b\u202e\x7f"') == '"Ёлка\\u009b\\u202e\\u007f"'
