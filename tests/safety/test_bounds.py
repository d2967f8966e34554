"""Nothing that is read has no bound: bytes, columns, depth, names, numbers, what is remembered, what an error quotes.

Bounds of rows, lines, cells and names of CSV stand in ``tests/importers/test_hostile_files.py``, size and depth of a
program in ``tests/program/test_nodes.py``, the line of a till in ``tests/cli/test_stream.py``.
"""

import json
import time
from pathlib import Path

import pytest

from bonuscli import clock
from bonuscli.clock import Calendar
from bonuscli.errors import LONGEST_TEXT, BonusError
from bonuscli.importers.profile import load_profile
from bonuscli.importers.receipt_json import read_receipt
from bonuscli.program.load import find_problems, load_text
from bonuscli.program.nodes import MAX_BYTES
from bonuscli.services.scenario_file import load_scenarios
from tests.conftest import Run
from tests.safety.conftest import MEASURES, ReadRows

# Of processor time; what these tests are against took minutes.
QUICK_SECONDS = 10
SMALL = "columns: {receipt_id: id, at: at, amount: sum}\n"


@pytest.fixture(autouse=True)
def _quick():
    """Each test is over soon, whatever the file is made to do."""
    began = time.process_time()
    yield
    assert time.process_time() - began < QUICK_SECONDS


def profile_error(tmp_path: Path, text: str) -> BonusError:
    """What is said of a profile that cannot be read."""
    path = tmp_path / "till.yaml"
    path.write_text(text)
    with pytest.raises(BonusError) as caught:
        load_profile(str(path))
    assert caught.value.code == "bad_profile"
    return caught.value


def test_aliases_of_a_profile_do_not_multiply(tmp_path: Path) -> None:
    """A billion laughs in a key is refused without being written out."""
    layers = ["&a0 [x, x, x, x, x, x, x, x, x, x]"]
    layers += [f"&a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    found = profile_error(tmp_path, f"{SMALL}? [{', '.join(layers)}]\n: 1\n")
    assert found.message == "a key must be a word"


def test_a_profile_in_itself_is_refused(tmp_path: Path) -> None:
    """An anchor that holds its own alias is no endless walk."""
    assert "a list of columns is needed" in profile_error(tmp_path, f"{SMALL}optional: &a {{x: *a}}\n").message


@pytest.mark.parametrize("text", ["[" * 40_000, "{a: " * 20_000, "- " * 40_000])
def test_a_deep_profile_is_refused(tmp_path: Path, text: str) -> None:
    """Thousands of lists inside each other are an error, not the end of the process."""
    assert "YAML" in profile_error(tmp_path, text).message


def test_a_large_profile_and_a_large_scenario_are_refused(tmp_path: Path) -> None:
    """Files of any size are read up to a bound."""
    assert "at most 100,000 bytes" in profile_error(tmp_path, SMALL + "#" * 100_000).message
    path = tmp_path / "shop.test.yaml"
    path.write_text("#" * (MAX_BYTES + 1))
    with pytest.raises(BonusError, match="1 problem") as caught:
        load_scenarios(path)
    assert f"at most {MAX_BYTES}" in caught.value.problems[0]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"id": ' * 100_000, '{"lines": [' * 50_000])
def test_deep_json_is_refused(text: str) -> None:
    """A hundred thousand brackets are broken JSON."""
    with pytest.raises(BonusError, match="nested too deep"):
        read_receipt(text, MEASURES, "stdin:1")


def test_many_keys_of_json_take_no_longer() -> None:
    """The key that stands twice among 80,000 is found at once."""
    keys = ",".join(f'"k{number}": 1' for number in range(80_000))
    with pytest.raises(BonusError, match="'k79999' stands twice"):
        read_receipt(f'{{{keys}, "k79999": 1}}', MEASURES, "stdin:1")


def test_a_receipt_of_json_has_at_most_ten_thousand_lines() -> None:
    """One line more is refused."""
    line = '{"amount": 1}'
    assert len(read_receipt(f'{{"lines": [{",".join([line] * 10_000)}]}}', MEASURES, "r").lines) == 10_000
    with pytest.raises(BonusError, match="at most 10,000 lines"):
        read_receipt(f'{{"lines": [{",".join([line] * 10_001)}]}}', MEASURES, "r")


def test_a_large_file_of_one_receipt_is_refused(run: Run, tmp_path: Path) -> None:
    """``accrue --receipt`` reads 8 MB at most, of a file and of standard input."""
    (tmp_path / "receipt.json").write_text(" " * ((8 << 20) + 1))
    run("init", "--template", "corner-shop", "-q")
    run("enroll", "100", "-q")
    for given in ({}, {"input": " " * ((8 << 20) + 1)}):
        done = run("accrue", "100", "--receipt", "-" if given else "receipt.json", **given)
        assert (done.returncode, done.stdout) == (5, "")
        assert "more than 8 MB" in done.stderr


def test_a_receipt_that_is_no_text_is_bad_input(run: Run, tmp_path: Path) -> None:
    """Bytes that are no UTF-8 in a file of JSON end with 5."""
    (tmp_path / "receipt.json").write_bytes(b'{"id": "\xff"}')
    run("init", "--template", "corner-shop", "-q")
    done = run("accrue", "100", "--receipt", "receipt.json")
    assert (done.returncode, "is not UTF-8 text" in done.stderr) == (5, True)


def test_a_header_of_very_many_columns_is_refused(read_rows: ReadRows) -> None:
    """Near names are not looked for among half a million columns."""
    with pytest.raises(BonusError, match="more than 1,000 columns"):
        read_rows(",".join(f"receipt_i{number}" for number in range(60_000)) + "\n")


@pytest.mark.parametrize("number", ["9" * 9_000, "1." + "0" * 9_000, "-" * 9_000, "0" * 9_000, " " * 9_000 + "x"])
def test_a_giant_number_is_refused(read_rows: ReadRows, number: str) -> None:
    """Thousands of digits are refused in CSV, JSON and YAML, and told in few words."""
    _, rejects = read_rows(f"receipt_id,at,amount\nr1,2026-12-01,{number}\n")
    assert [(each.code, each.column) for each in rejects] == [("bad_amount", "amount")]
    assert len(rejects[0].reason) < 200
    with pytest.raises(BonusError) as caught:
        read_receipt(json.dumps({"lines": [{"amount": number}]}), MEASURES, "r")
    assert len(caught.value.message) < 200
    assert find_problems(f'version: 1\npoints: {{value: "{number}"}}\n', "shop.yaml")


@pytest.mark.parametrize(
    "text",
    ['id: "\\U00110000"', "%YAML 1." + "9" * 5_000 + "\n---\nid: x", 'id: "\\xF"', "%TAG ! x%FF:\n---\nid: !a b"],
)
def test_yaml_that_its_parser_does_not_stand_is_bad_input(tmp_path: Path, text: str) -> None:
    """What makes PyYAML raise errors of its own is told as broken YAML, of programs and profiles."""
    assert {problem.code for problem in find_problems(f"{text}\n", "shop.yaml")} >= {"bad_yaml"}
    assert "broken YAML" in profile_error(tmp_path, text).message


def test_what_an_error_quotes_is_cut(tmp_path: Path) -> None:
    """A key of a megabyte is not told as a megabyte, wherever it stands."""
    key = "x" * 90_000
    found = [profile_error(tmp_path, f"{key}: 1\n")]
    for call in (lambda: read_receipt(f'{{"{key}": 1}}', MEASURES, "r"), lambda: load_text(f"{key}: 1\n", "shop.yaml")):
        with pytest.raises(BonusError) as caught:
            call()
        found.append(caught.value)
    for problem in found:
        texts = (problem.message, problem.where or "", problem.hint or "", *problem.problems)
        assert max(map(len, texts)) <= LONGEST_TEXT + len("...")


def test_a_calendar_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that names a million different times does not fill the memory."""
    monkeypatch.setattr(clock, "_REMEMBERED", 100)
    calendar = Calendar("Europe/Berlin")
    for day in range(40_000, 41_000):  # after 2037, through which zones list their changes, each is found by the rule
        instant = calendar.instant(day, 36_000)
        assert instant is not None
        assert calendar.day_of(instant) == day
    assert calendar._offsets and calendar._locals
    assert max(len(calendar._offsets), len(calendar._locals)) <= 100


@pytest.mark.parametrize("text", ["1899-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31"])
def test_times_that_the_ledger_cannot_hold_are_refused(read_rows: ReadRows, run: Run, text: str) -> None:
    """What is before 1900 or at the very end of the calendar is a bad time in CSV, JSON and on the command line."""
    _, rejects = read_rows(f"receipt_id,at,amount\nr1,{text},5\n")
    assert [(each.code, each.column) for each in rejects] == [("bad_time", "at")]
    with pytest.raises(BonusError, match="out of the calendar"):
        read_receipt(json.dumps({"at": text, "lines": [{"amount": 1}]}), MEASURES, "r")
    run("init", "--template", "corner-shop", "-q")
    done = run("accrue", "none", "--total", "5", "--at", text)
    assert (done.returncode, "out of the calendar" in done.stderr) == (5, True)


def test_a_program_begins_in_the_ledger_s_time(run: Run) -> None:
    """``valid.from`` and ``publish --from`` of 1850 are told, not stored."""
    assert "1850-01-01 is before 1900-01-01" in str(find_problems("valid: {from: 1850-01-01}\n", "shop.yaml"))
    run("init", "--template", "corner-shop", "-q")
    run("program", "new", "--template", "cafe", "--out", "cafe.yaml", "-q")
    done = run("program", "publish", "cafe.yaml", "--from", "1850-01-01")
    assert (done.returncode, "is before 1900-01-01" in done.stderr) == (5, True)
