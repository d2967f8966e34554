"""On a terminal: rich tables, a title, a progress bar; in a pipe none of them."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bonuscli.cli import progress
from bonuscli.cli.run import run
from tests.cli.terminal import Terminal

OnTerminal = Callable[..., str]


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> OnTerminal:
    """Run a command line with standard output and error on one terminal, in a shop with one member."""
    monkeypatch.setenv("BONUSCLI_NOW", "2026-12-01 12:00")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    assert run(["init", "--template", "corner-shop", "-q"]) == 0
    assert run(["enroll", "2000000000017", "--name", "[bold]Anna[/bold]", "-q"]) == 0

    def shown(*words: str) -> str:
        stream = Terminal()
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(sys, "stderr", stream)
        assert run(list(words)) == 0
        return stream.getvalue()

    return shown


def test_a_record_has_its_title(on_terminal: OnTerminal) -> None:
    """A balance on a terminal is aligned under its title."""
    assert on_terminal("balance", "2000000000017").startswith("Card 2000000000017\n  Card   ")


def test_a_table_is_drawn_and_reads_no_markup(on_terminal: OnTerminal) -> None:
    """A list on a terminal has a title and rules, and a name in brackets stays a name."""
    shown = on_terminal("card", "list")
    assert "Members" in shown
    assert "[bold]Anna[/bold]" in shown


def test_a_writer_says_one_line_there_too(on_terminal: OnTerminal) -> None:
    """What changed is one line, the same as in a pipe."""
    shown = on_terminal("accrue", "2000000000017", "--total", "100.00", "--receipt-id", "R1")
    assert shown == "2000000000017  +3 (balance 200, 3 open 2026-12-15, expire 2027-06-15)\n"


@pytest.mark.parametrize("quiet", [False, True])
def test_an_import_shows_how_far_it_is(
    quiet: bool, on_terminal: OnTerminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An import that takes its time draws a bar on the terminal; ``--quiet`` draws none and prints nothing."""
    monkeypatch.setattr(progress, "SHOWN_AFTER_SECONDS", 0.0)
    rows = "".join(f"R{n},2026-12-01 09:00,,1,T,1,5.00\n" for n in range(500))
    (tmp_path / "day.csv").write_text(f"receipt_id,at,card,line,sku,quantity,amount\n{rows}")
    shown = on_terminal("import", "day.csv", *(["--quiet"] if quiet else []))
    assert (" receipts " in shown) is not quiet
    assert bool(shown) is not quiet


def test_what_a_writer_says_steers_no_terminal(on_terminal: OnTerminal) -> None:
    """A receipt's number with control characters in it is shown with escapes in the one line of a writer, too."""
    told = on_terminal("accrue", "none", "--total", "3.00", "--receipt-id", "\x1b[2J")
    assert told == "\\x1b[2J  no card (to pay 3.00 RUB)\n"
