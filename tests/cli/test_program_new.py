"""``program new``: a program of one's own that loads, with scenarios that pass."""

import sys
from pathlib import Path

import pytest

from bonuscli.cli.run import run as run_line
from bonuscli.program.advice import advise
from bonuscli.program.load import load
from bonuscli.shipped import template_names
from tests.cli.terminal import Terminal


def answer(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Let these lines be typed, then as many empty ones as are asked for."""
    monkeypatch.setattr(sys, "stdin", Terminal("\n".join(lines) + "\n" * 40))


def run_scenarios(path: str) -> int:
    return run_line(["program", "test", path, "--quiet"])


def test_the_proposed_answers_make_a_program(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    """Who only presses Enter gets a program without advice and scenarios that pass."""
    answer(monkeypatch)
    assert run_line(["program", "new"]) == 0
    out, err = capsys.readouterr()
    assert out == "bonus-card.yaml  written, with bonus-card.test.yaml\n"
    assert err.endswith("next: bonuscli program test bonus-card.test.yaml; bonuscli init --program bonus-card.yaml\n")
    loaded = load(Path("bonus-card.yaml"))
    assert (loaded.plain["currency"], loaded.plain["timezone"]) == ("GBP", "Europe/London")
    assert advise(loaded, "bonus-card.yaml") == []
    assert run_scenarios("bonus-card.test.yaml") == 0


@pytest.mark.parametrize(
    "lines",
    [
        ("Чайная", "RU", "", "", "", "0.5", "7.5%", "0d", "never", "0", "0", "no", "100%", "none"),
        (
            "Tea",
            "DE",
            "",
            "",
            "leaf, leaves",
            "0.01",
            "5",
            "1mo",
            "1y",
            "50",
            "30",
            "yes",
            "500",
            "8%",
            "50%",
            "Tea, Gift cards",
        ),
        ("Yen", "JP", "JPY", "Asia/Tokyo", "", "1", "1%", "0d", "6mo", "10", "0", "no", "10%", "none"),
    ],
)
def test_any_answers_make_a_program(monkeypatch: pytest.MonkeyPatch, lines: tuple[str, ...]) -> None:
    """Every way through the questions ends in a file that loads and scenarios that pass."""
    answer(monkeypatch, *lines)
    assert run_line(["program", "new", "--id", "mine"]) == 0
    loaded = load(Path("mine.yaml"))
    assert loaded.plain["name"] == lines[0]
    assert advise(loaded, "mine.yaml") == []
    assert run_scenarios("mine.test.yaml") == 0


def test_a_wrong_answer_is_told_at_once_and_asked_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """The form refuses what the loader refuses, in its words, and goes on with the same question."""
    answer(monkeypatch, "Shop", "GB", "POUND", "GBP", "Europe/Landon", "Europe/London", "point", "", "1,5", "1.50")
    assert run_line(["program", "new"]) == 0
    told = capsys.readouterr().err
    assert "there is no currency 'POUND'" in told
    assert "did you mean 'Europe/London'" in told
    assert "'point' is not two or four words" in told
    assert "'1,5' has a comma" in told
    assert load(Path("shop.yaml")).plain["points"]["value_minor"] == 150


@pytest.mark.parametrize("name", template_names())
def test_every_template_can_be_made_ones_own(name: str) -> None:
    """A copy has the id, the name and the zone asked for, keeps its remarks, and passes its own scenarios."""
    told = ["--id", "mine", "--name", 'Anna\'s "card"']
    assert run_line(["program", "new", "--template", name, *told, "--quiet"]) == 0
    text = Path("mine.yaml").read_text(encoding="utf-8")
    assert text.startswith("#") or "#" in text
    plain = load(Path("mine.yaml")).plain
    assert (plain["id"], plain["name"]) == ("mine", 'Anna\'s "card"')
    assert run_scenarios("mine.test.yaml") == 0


def test_files_that_are_there_are_kept(capsys: pytest.CaptureFixture) -> None:
    """An existing program or scenario file is refused before anything is written, unless --force."""
    Path("cafe.test.yaml").write_text("mine")
    assert run_line(["program", "new", "--template", "cafe"]) == 2
    assert "cafe.test.yaml is there already" in capsys.readouterr().err
    assert not Path("cafe.yaml").exists()
    assert run_line(["program", "new", "--template", "cafe", "--force"]) == 0
    assert run_scenarios("cafe.test.yaml") == 0


def test_a_program_can_be_printed(capsys: pytest.CaptureFixture) -> None:
    """With --out - the program goes to stdout and no file is written."""
    assert run_line(["program", "new", "--template", "cafe", "--currency", "CHF", "--out", "-"]) == 0
    assert "\ncurrency: CHF\n" in capsys.readouterr().out
    assert list(Path().iterdir()) == []


def test_the_templates_are_listed(capsys: pytest.CaptureFixture) -> None:
    """--list names every template with its name and currency."""
    assert run_line(["program", "new", "--list", "--csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(",")[0] for line in lines] == ["template", *template_names()]


def test_questions_may_be_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the answers end early nothing is written."""
    monkeypatch.setattr(sys, "stdin", Terminal("Shop\nGB\n"))
    assert run_line(["program", "new"]) == 130
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    "words, told",
    [
        ([], "questions can only be asked on a terminal"),
        (["--template", "caffe"], "did you mean 'cafe'"),
        (["--template", "cafe", "--currency", "EURO"], "there is no currency 'EURO'"),
    ],
)
def test_what_cannot_be_made_is_told(words: list[str], told: str, capsys: pytest.CaptureFixture) -> None:
    """Without a terminal, of an unknown template, or with a wrong value nothing is written."""
    assert run_line(["program", "new", *words]) != 0
    assert told in capsys.readouterr().err
    assert list(Path().iterdir()) == []
