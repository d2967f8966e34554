"""Commands that move points between members, or make one of two: what they answer, and what they leave alone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bonuscli.cli.run import run as run_here

PROGRAM = """
version: 1
id: shop
name: A shop
currency: EUR
timezone: Europe/Berlin
valid: {from: 2027-01-01}
points: {name: {one: point, other: points}, value: "1.00"}
earn: {rules: [{id: base, kind: percent, rate: 10%}]}
redeem: {}
"""

# A command with `--json`: its exit code, and its answer or, of a refused one, its error.
Tell = Callable[..., tuple[int, dict]]


@pytest.fixture
def tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tell:
    """A shop with three members, the first of whom has 40 points of receipt A; commands run in this process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BONUSCLI_NOW", "2027-02-10 12:00")
    Path("shop.yaml").write_text(PROGRAM, "utf-8")

    def run(*words: str) -> tuple[int, dict]:
        code = run_here([*words, "--json"])
        out, error = capsys.readouterr()
        return code, json.loads(out or error)

    for words in (
        ("init", "--program", "shop.yaml"),
        *(("enroll", card) for card in ("100", "200", "300")),
        ("accrue", "100", "--total", "400.00", "--receipt-id", "A"),
    ):
        assert run(*words)[0] == 0
    return run


def test_a_return_after_a_merger_is_the_heirs(tell: Tell) -> None:
    """The receipt of the merged card is named as before; both cards show what is left."""
    assert tell("card", "merge", "100", "200", "--yes")[1]["moved"] == 40
    assert tell("card", "merge", "200", "300", "--yes", "--idempotency-key", "M")[1]["balance"] == 40
    assert tell("card", "merge", "200", "300", "--yes", "--idempotency-key", "M")[1]["replayed"] is True
    code, done = tell("return", "A", "--amount", "100.00")
    assert (code, done["reversed"], done["balance"]) == (0, 10, 30)
    code, done = tell("undo", "A", "--reason", "never bought")
    assert (code, done["reversed"], done["balance"]) == (0, 30, 0)
    assert [tell("balance", card)[1]["balance"] for card in ("100", "200", "300")] == [0] * 3
    assert tell("verify")[0] == 0


def test_a_transfer_is_undone_by_its_entry(tell: Tell) -> None:
    """`undo` takes the entry that `transfer` printed, once; spent points stay where they are."""
    _, done = tell("transfer", "100", "200", "15")
    code, undone = tell("undo", done["entry"], "--reason", "wrong card")
    assert (code, undone["undone"], undone["restored"], undone["balance"]) == (0, "transfer", 15, 40)
    assert tell("balance", "200")[1]["balance"] == 0
    assert tell("undo", done["entry"], "--reason", "wrong card")[0] == 4
    _, again = tell("transfer", "100", "200", "15")
    assert tell("redeem", "200", "1")[0] == 0
    code, refused = tell("undo", again["entry"], "--reason", "wrong card")
    assert (code, refused["error"]["code"]) == (5, "not_undoable")
    assert "bonuscli adjust" in refused["error"]["hint"]
    assert tell("verify")[0] == 0


def test_a_merger_can_not_be_undone(tell: Tell) -> None:
    """The entry of a merger is refused with the way that is left."""
    tell("card", "merge", "100", "200", "--yes")
    code, refused = tell("undo", "1:2", "--reason", "a mistake")
    assert (code, refused["error"]["code"]) == (5, "not_undoable")
    assert "bonuscli adjust" in refused["error"]["hint"]


def test_a_tried_merger_leaves_the_cards(tell: Tell) -> None:
    """`--dry-run` asks nothing, writes nothing, and the card still leads to its own member."""
    assert tell("card", "merge", "100", "200", "--dry-run")[1]["moved"] == 40
    assert [tell("balance", card)[1]["balance"] for card in ("100", "200")] == [40, 0]
