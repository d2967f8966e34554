"""Profiles are checked as a whole before a row is read."""

from pathlib import Path

import pytest

from bonuscli.cli.run import error_text
from bonuscli.errors import BonusError
from bonuscli.importers.profile import load_profile, profile_names

COLUMNS = "columns: {receipt_id: id, at: at, amount: sum}\n"


def refusal_of(tmp_path: Path, text: str | bytes) -> BonusError:
    """The error that a profile of this text gives."""
    path = tmp_path / "till.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BonusError) as caught:
        load_profile(str(path))
    assert caught.value.code == "bad_profile"
    return caught.value


@pytest.mark.parametrize("name", profile_names())
def test_shipped_profiles_load(name):
    """Each shipped profile is valid and called by its name."""
    assert load_profile(name).name == name


def test_defaults_are_those_of_a_plain_utf_8_file(tmp_path):
    """Three columns are a whole profile."""
    path = tmp_path / "till.yaml"
    path.write_text(COLUMNS)
    profile = load_profile(str(path))
    assert (profile.format, profile.encoding, profile.delimiter, profile.decimal) == ("csv", "utf-8-sig", ",", "point")
    assert (profile.source, profile.source_fields, profile.number_fields) == (None, ("shop", "till"), ("receipt_id",))
    assert (profile.scattered, profile.redeem, profile.unknown_original) == (False, "check", "reject")
    assert (profile.timezone, profile.kinds) == (None, (("sale", "sale"), ("return", "return")))


@pytest.mark.parametrize(
    "text, place, message, hint",
    [
        (COLUMNS + "line: scattered\n", "2:1", "unknown key 'line'", "did you mean 'lines'?"),
        (COLUMNS + "lines: scatterd\n", "2:8", "'scatterd' is not one of adjacent, scattered", "mean 'scattered'?"),
        (COLUMNS + "lines: adjacent\nlines: adjacent\n", "3:1", "stands twice", ""),
        ("columns: {receipt_id: id, at: at}\n", "1:10", "either amount or unit_price", ""),
        ("columns: {receipt_id: id, amount: sum}\n", "1:10", "columns: at is missing", ""),
        ("columns: {receipt_id: id, at: id, amount: sum}\n", "1:10", "given to receipt_id and to at", ""),
        (
            "columns: {receipt_id: id, at: at, amount: sum, crad: c}\n",
            "1:48",
            "unknown key 'crad'",
            "did you mean 'card' or 'brand'?",
        ),
        ("columns: [a]\n", "1:10", "keys with values are needed", ""),
        (COLUMNS + "encoding: utf-16\n", "2:11", "the encoding 'utf-16' cannot be read", "windows-1251"),
        (COLUMNS + "encoding: klingon\n", "2:11", "cannot be read", "windows-1251"),
        (COLUMNS + "delimiter: ';;'\n", "2:12", "the delimiter ';;' is not known", "tab"),
        (COLUMNS + "timezone: Europe/Moskow\n", "2:11", "no time zone 'Europe/Moskow'", "Europe/Moscow"),
        (COLUMNS + "source: [shop]\n", "2:10", "'shop' is no column of this profile", "receipt_id"),
        (COLUMNS + "number: []\n", "2:9", "a list of columns is needed", ""),
        (COLUMNS + "returns: {kinds: {Refund: return}}\n", "2:18", "needs a column for kind", ""),
        (COLUMNS + "returns: {prefix: C, kinds: {R: return}}\n", "2:10", "not by both", ""),
        (COLUMNS + "card: {strip_suffix: [a]}\n", "2:22", "one text is needed", ""),
        ("- a\n", "1:1", "keys with values are needed", ""),
    ],
)
def test_a_wrong_profile_names_place_and_way_out(tmp_path, text, place, message, hint):
    """File, line, column, what was found, what is allowed."""
    problem = refusal_of(tmp_path, text)
    told = problem.problems or (f"{problem.where}: {problem.message}; {problem.hint}",)
    found = next(line for line in told if message in line)
    assert f"till.yaml:{place}: " in found
    assert hint in found


@pytest.mark.parametrize(
    "text, message",
    [
        ("columns: {\n", "broken YAML"),
        ("", "empty"),
        (b"\xff\xfe", "not UTF-8"),
        ("a: " * 40_000, "100,000 bytes"),
        ("[" * 5_000, "broken YAML"),
    ],
)
def test_a_file_that_is_no_profile_says_so(tmp_path, text, message):
    """Broken YAML is an error with a place, not a trace."""
    assert message in refusal_of(tmp_path, text).message


def test_one_problem_is_told_once(tmp_path):
    """It is the error, with its place and hint; there is no list of one that says it again."""
    problem = refusal_of(tmp_path, COLUMNS + "colour: z\n")
    assert (problem.message, problem.problems) == ("unknown key 'colour'", ())
    assert error_text(problem, False).count("unknown key") == 1


def test_all_problems_are_told_at_once(tmp_path):
    """One run is enough to mend a profile."""
    problem = refusal_of(tmp_path, COLUMNS + "lines: x\nredeem: y\ncolour: z\n")
    assert (problem.message.endswith("till.yaml: 3 problems"), len(problem.problems)) == (True, 3)


def test_an_unknown_name_suggests_the_near_one():
    """Names of shipped profiles are known; anything else is a path."""
    with pytest.raises(BonusError) as caught:
        load_profile("cannonical")
    assert "did you mean 'canonical'" in caught.value.hint
    with pytest.raises(BonusError, match="cannot be read"):
        load_profile("none.yaml")


def test_yaml_is_loaded_only_when_a_profile_is_read():
    """Commands without a profile do not pay for YAML."""
    import subprocess
    import sys

    root = Path(__file__).parent.parent.parent
    code = "import sys, bonuscli.importers, bonuscli.importers.receipt_json; print('yaml' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "False"
