"""What somebody wrote into a name, a number, a reason or a link: no terminal obeys it, and nobody runs it.

Every command that looks is run on a shop full of such texts, in every form of output.  Single characters, tables and
formats stand in ``tests/render``, the line of a writer in ``tests/cli/test_terminal.py``.
"""

import csv
import io
import json
import re
import sys
from pathlib import Path

import pytest

from bonuscli.cli.run import run
from bonuscli.services.shop import Shop
from tests.cli.terminal import Terminal

ESCAPE, CLEAR, TURN = "\x1b]0;owned\x07", "\x9b2J", "\u202egnp.exe"
MARKUP, LINK = "[red]x[/red]", "[link=file:///etc/passwd]y[/link]"
FORMULA, SQL = "=HYPERLINK(1)", "'); DROP TABLE events; --"
HOSTILE = (ESCAPE, CLEAR, TURN, MARKUP, LINK, FORMULA, SQL, "\x7f<b>z</b>")
# What a spreadsheet would run; the CSV of reports guards all of it but numbers.
RUN_AS_FORMULA = re.compile(r"[=+@\t\r-](?![0-9.]*$)")

LOOKS = [
    "balance 100", "history 100", "lots 100", "punch 100", "card find Anna", "card find 100", "card show 100",
    "card list", "card export 100", "status", "kpi --from 2026-01-01", "report list", "report audit",
    "db dump", "program show published", "program versions", "coupon list", "gift list", "pass list", "verify",
    "doctor",
]  # fmt: skip
FORMS = ["table", "json", "jsonl", "csv", "html", "github", "tsv", "plain"]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A shop with hostile texts wherever one can be written."""
    monkeypatch.setenv("BONUSCLI_NOW", "2026-12-01 12:00")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "300")
    assert run(["init", "--template", "corner-shop", "-q"]) == 0
    assert run(["enroll", "100", "--name", f"Anna {MARKUP} {SQL}", "--tags", "[b]vip[/b]", "-q"]) == 0
    assert run(["enroll", "101", "--name", FORMULA, "-q"]) == 0
    rows = [["receipt_id", "at", "card", "shop", "till", "cashier", "sku", "name", "category", "amount"]]
    for place, text in enumerate(HOSTILE):
        rows.append([f"{text}{place}", f"2026-12-01 1{place % 2}:00", "100", *[text] * 6, "700.00"])
    with open("day.csv", "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    assert run(["import", "day.csv", "-q"]) == 0
    for place, text in enumerate(HOSTILE):
        words = ["--reason", text, "--actor", text, "--idempotency-key", f"{text}{place}"]
        assert run(["adjust", "100", "5", *words, "-q"]) == 0, text
        assert run(["redeem", "100", "50", "--receipt-id", f"{text}!", "--total", "900.00", "--actor", text, "-q"]) in (
            0,
            4,
        )
    capsys.readouterr()
    return tmp_path / "bonus.db"


def assert_tame(text: str) -> None:
    """Nothing in it steers a terminal."""
    wild = {letter for letter in text if not letter.isprintable() and letter not in "\n "}
    assert not wild, text


def assert_no_formula(text: str) -> None:
    """No cell of a CSV text is run by a spreadsheet."""
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if RUN_AS_FORMULA.match(cell)]


def looks() -> list[list[str]]:
    """Every command that looks as its words, those on one receipt too."""
    return [*(look.split() for look in LOOKS), *(["explain", f"{text}{place}"] for place, text in enumerate(HOSTILE))]


@pytest.mark.parametrize("form", FORMS)
def test_no_text_steers_a_terminal(form: str, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tables, JSON, CSV and formats of tabulate in a pipe hold no control character, and CSV no formula."""
    for words in looks():
        run([*words, "-o", form])
        told = capsys.readouterr()
        assert "bug in bonuscli" not in told.err, words
        assert_tame(told.out.replace("\t", " ") if form == "tsv" else told.out)
        assert_tame(told.err)
        if form == "csv":
            assert_no_formula(told.out)


def test_no_text_steers_a_terminal_that_is_one(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same of tables that rich draws, and of errors on the terminal."""
    for words in looks():
        stream = Terminal()
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", stream)
            patched.setattr(sys, "stderr", stream)
            run(words)
        assert_tame(stream.getvalue().replace("\t", " "))  # of db dump


def test_markup_is_shown_as_it_was_written(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name, a tag, a reason and an actor in brackets stay what they are, on a terminal too."""
    for words, shown in (
        (["card", "list"], f"Anna {MARKUP}"),
        (["card", "show", "100"], "[b]vip[/b]"),
        (["report", "audit"], LINK),
    ):
        stream = Terminal()
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", stream)
            assert run(words) == 0
        assert shown in stream.getvalue(), words


@pytest.mark.parametrize("text", [*HOSTILE, "[/]", "[bold", ":smile:", "{x}", "%s"])
def test_errors_quote_as_it_was_written(
    text: str, shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown card, receipt, option, command and file: markup literal, control characters as escapes."""
    for words in (
        ["balance", text], ["explain", text], ["return", text], [text], ["balance", f"--{text}"], ["import", text],
        ["program", "check", text], ["balance", "100", "--as-of", text], ["kpi", "--by", text], ["balance", "-o", text],
        ["accrue", "100", "--total", text], ["grant", "100", text], ["action", "100", text], ["help", text],
    ):  # fmt: skip
        for more in ([], ["--json"]):
            assert run([*words, *more]) != 1, words
            told = capsys.readouterr()
            assert_tame(told.out + told.err)
            if more and told.err.startswith("{"):
                assert json.loads(told.err)["error"]["code"]
            elif text in (MARKUP, LINK) and words == ["explain", text]:
                assert text in told.err, words


def test_hostile_text_runs_no_sql(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After all of it the tables stand, the texts are stored as they were written, and the ledger proves sound."""
    with Shop(shop).reading() as session:
        stored = {
            number for (number,) in session.connection.execute("SELECT number FROM events WHERE kind = 'receipt'")
        }
        names = {name for (name,) in session.connection.execute("SELECT name FROM members")}
    assert {f"{text}{place}" for place, text in enumerate(HOSTILE)} <= stored
    assert f"Anna {MARKUP} {SQL}" in names
    assert run(["verify"]) == 0
    for words in (
        ["card", "find", SQL],
        ["card", "find", "%"],
        ["card", "find", "_"],
        ["report", "audit", "--actor", SQL],
    ):
        run(words)
        assert "bug" not in capsys.readouterr().err


def test_a_file_name_steers_no_terminal(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The name of a file in an import's report, in its errors and in its rejects."""
    name = f"{CLEAR}[red]\x1b[2J.csv"
    Path(name).write_text("receipt_id,at,card,amount\nr1,2026-12-01,100,5\nr2,x,100,5\n", encoding="utf-8")
    for words in (["import", name], ["import", name, "--json"], ["import", f"no{name}"]):
        run(words)
        told = capsys.readouterr()
        assert_tame(told.out + told.err)


def test_a_program_s_texts_hold_no_control_characters(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An escape in double quotes smuggles nothing into a program; what turns the writing is shown as an escape."""
    text = Path(shop.parent / "shop.yaml")
    run(["program", "new", "--template", "cafe", "--out", str(text), "-q"])
    sound = text.read_text(encoding="utf-8")
    name = re.search(r"^name: .*$", sound, re.MULTILINE)
    assert name
    for escape in ("\\e[2J", "\\0", "\\x9b", "\\ud800", "\\x7f"):
        text.write_text(sound.replace(name[0], f'name: "{escape}"'), encoding="utf-8")
        assert run(["program", "check", str(text)]) == 5
        assert "control character U+" in capsys.readouterr().err
    text.write_text(sound.replace(name[0], f'name: "{TURN}{MARKUP}"'), encoding="utf-8")
    assert run(["program", "show", str(text)]) == 0
    shown = capsys.readouterr().out
    assert_tame(shown)
    assert MARKUP in shown
