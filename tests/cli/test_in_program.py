"""Commands in a database of several programs: numbers are read and shown in the points of the program they are of."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from bonuscli.cli.run import run as run_here

PROGRAM = """
version: 1
id: {name}
name: Two programs
currency: EUR
timezone: Europe/Berlin
valid: {{from: 2027-01-01}}
points: {{name: {{one: point, other: points}}, value: "1.00", scale: {scale}}}
earn: {{rules: [{{id: base, kind: percent, rate: 10%}}]}}
redeem: {{}}
gifts: [{{id: pen, name: A pen, points: 2, gives: goods}}]
passes: [{{id: gym, name: Gym, visits: 2, lasts: 1mo}}]
grants: {{actions: [{{id: review, points: 3, limit: {{count: 9, per: month}}}}]}}
"""


class Done(NamedTuple):
    """What a command answered."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command in this process."""
    monkeypatch.setenv("BONUSCLI_NOW", "2027-02-10 12:00")
    return lambda *words: Done(run_here(list(words)), *capsys.readouterr())


@pytest.fixture(autouse=True)
def _two_programs(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A primary program with tenths of points and one with whole points, and two members with 20 in each."""
    monkeypatch.chdir(tmp_path)
    for name, scale in (("tenths", 1), ("whole", 0)):
        Path(f"{name}.yaml").write_text(PROGRAM.format(name=name, scale=scale), "utf-8")
    assert run("init", "--program", "tenths.yaml").returncode == 0
    assert run("program", "publish", "whole.yaml", "--add").returncode == 0
    for card in ("100", "200"):
        assert run("enroll", card).returncode == 0
        for name in ("tenths", "whole"):
            assert run("grant", card, "20", "--in", name).returncode == 0


def told(run: Run, *words: str) -> dict:
    """What a command answers as JSON."""
    done = run(*words, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return dict(json.loads(done.stdout))


def test_a_hold_ends_in_the_points_of_its_own_program(run: Run) -> None:
    """`capture`, `release` and `undo` name no program: 2 points captured are 2 points of the hold's."""
    holds = [told(run, "hold", "100", "4", "--in", "whole")["entry"] for _ in range(3)]
    captured = told(run, "capture", holds[0], "2")
    assert [captured[key] for key in ("redeemed", "released", "worth_minor", "points_scale")] == [2, 2, 200, 0]
    released = told(run, "release", holds[1])
    assert [released[key] for key in ("released", "balance", "points_scale")] == [4, 18, 0]
    undone = told(run, "undo", holds[2], "--reason", "the other member")
    assert [undone[key] for key in ("restored", "balance", "points_scale")] == [4, 18, 0]
    assert run("capture", holds[0], "1.5").stderr.startswith("error: '1.5' has more than 0 digits")


def test_an_undone_receipt_is_told_in_the_program_that_recorded_it(run: Run) -> None:
    """Its points were spent there, so there they come back."""
    assert told(run, "accrue", "100", "--total", "50", "--redeem", "5", "--receipt-id", "R", "--in", "whole")
    undone = told(run, "undo", "R", "--reason", "the other member")
    assert [undone[key] for key in ("reversed", "restored", "balance", "points_scale")] == [4, 5, 20, 0]


@pytest.mark.parametrize(
    "words",
    [
        ("grant", "100", "1"),
        ("adjust", "100", "1", "--reason", "why"),
        ("redeem", "100", "1"),
        ("hold", "100", "1"),
        ("transfer", "100", "200", "1"),
        ("action", "100", "review"),
        ("gift", "claim", "pen", "100"),
        ("pass", "sell", "100", "gym"),
    ],
    ids=" ".join,
)
def test_a_key_of_one_program_is_no_key_of_another(run: Run, words: tuple[str, ...]) -> None:
    """The same key in another program is other content: it is told so, with exit 7, and nothing is written."""
    assert run(*words, "--idempotency-key", "K", "--in", "whole").returncode == 0
    done = run(*words, "--idempotency-key", "K", "--in", "tenths", "--json")
    error = json.loads(done.stderr)["error"]
    assert (done.returncode, error["code"], error["message"]) == (7, "key_conflict", "K was recorded in program whole")
    assert told(run, *words, "--idempotency-key", "K", "--in", "whole")["replayed"]


def test_a_file_of_grants_is_for_each_program(run: Run) -> None:
    """A row without a key is known again by what it says in one program; in another it is another grant."""
    Path("opening.csv").write_text("card,points\n100,5\n", "utf-8")
    for name in ("tenths", "whole"):
        for granted, duplicate in ((1, 0), (0, 1)):
            report = told(run, "grant", "--file", "opening.csv", "--in", name)
            assert (report["granted"], report["duplicate"]) == (granted, duplicate)


def test_a_number_of_two_shops_is_not_undone_by_chance(run: Run) -> None:
    """Two sources use one receipt number: `undo` asks which, as `return` does."""
    for shop in ("north", "south"):
        assert told(run, "accrue", "100", "--total", "10", "--receipt-id", "R", "--shop", shop)
    done = run("undo", "R", "--reason", "the other member")
    assert (done.returncode, done.stderr.splitlines()[0]) == (5, "error: 2 sources have a receipt R")


def test_what_can_not_be_undone_is_not_said_to_be_missing(run: Run) -> None:
    """The key of a sold pass names an event: `undo` knows it, and says that there is no undoing of it."""
    sold = told(run, "pass", "sell", "100", "gym")
    done = run("undo", sold["key"], "--reason", "the other member", "--json")
    assert (done.returncode, json.loads(done.stderr)["error"]["code"]) == (5, "not_undoable")
    assert run("capture", sold["key"]).returncode == 3


@pytest.mark.parametrize("words", [("redeem", "100", "5"), ("hold", "100", "5")], ids=" ".join)
def test_a_receipt_to_come_has_no_negative_total(run: Run, words: tuple[str, ...]) -> None:
    """`--total` below zero is bad input, and no refusal of the program."""
    done = run(*words, "--total", "-5", "--json")
    assert (done.returncode, json.loads(done.stderr)["error"]["code"]) == (5, "negative_total")


def test_a_call_repeated_after_a_merger_is_a_repeat(run: Run) -> None:
    """The card leads to another member by now; the same key and words are the same call with the same figures."""
    given: list[tuple[str, ...]] = [
        ("grant", "100", "1"),
        ("hold", "100", "1"),
        ("action", "100", "review"),
        ("gift", "claim", "pen", "100"),
        ("pass", "sell", "100", "gym"),
        ("pass", "visit", "100"),
        ("card", "tag", "100", "--add", "vip"),
    ]
    first = [told(run, *words, "--idempotency-key", "K") for words in given]
    assert told(run, "card", "merge", "100", "200", "--yes")["moved"] == 200 + 10 + 30 - 20
    again = [told(run, *words, "--idempotency-key", "K") for words in given]
    assert [each["replayed"] for each in again] == [True] * len(given)
    same = ("entry", "granted", "held", "gift", "points", "visits", "expires_on")
    assert [[each.get(key) for key in same] for each in again] == [[each.get(key) for key in same] for each in first]
    assert again[0]["balance"] == 420
