"""``--as-of``: a balance of any moment is what the till saw then, whatever has been booked since."""

import json
from datetime import datetime, timedelta
from random import Random

import pytest

from bonuscli.cli.run import run

CARD = "100"
KEPT = ("balance", "pending", "available", "deficit", "tier", "next_expiry", "worth_minor")


class Till:
    """Runs commands at a clock of its own and remembers what the balance was after each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.now = datetime(2026, 12, 1, 12, 0)
        self.seen: dict[str, dict[str, object]] = {}
        self.wait(minutes=0)

    def wait(self, **span: int) -> None:
        """Let time pass."""
        self.now += timedelta(**span)
        self._monkeypatch.setenv("BONUSCLI_NOW", self.now.isoformat(" "))

    def run(self, *words: str) -> int:
        """A command's exit status."""
        status = run(list(words))
        self._capsys.readouterr()
        return status

    def balance(self, *words: str) -> dict[str, object]:
        """The figures that must be the same whenever they are asked."""
        assert run(["balance", CARD, "--json", *words]) == 0
        told = json.loads(self._capsys.readouterr().out)
        return {key: told[key] for key in KEPT}

    def total(self, *words: str) -> int:
        """The sum that the history ends with."""
        assert run(["history", CARD, "--json", *words]) == 0
        rows = json.loads(self._capsys.readouterr().out)["rows"]
        return rows[-1]["total"] if rows else 0

    def left(self, *words: str) -> int:
        """What the lots hold."""
        assert run(["lots", CARD, "--json", *words]) == 0
        return sum(row["remaining"] for row in json.loads(self._capsys.readouterr().out)["rows"])

    def look(self) -> None:
        """Remember what the balance is now, and that lots and history agree with it."""
        self.seen[self.now.isoformat(" ")] = self.balance()
        self.agree()

    def agree(self, *words: str) -> None:
        """Balance and pending are the sum of the history, and what the lots hold less the deficit."""
        told = self.balance(*words)
        there = int(str(told["balance"])) + int(str(told["pending"]))
        assert there == self.total(*words) == self.left(*words) - int(str(told["deficit"]))


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Till:
    """A shop with one member."""
    opened = Till(monkeypatch, capsys)
    assert opened.run("init", "--template", "corner-shop") == 0
    assert opened.run("enroll", CARD) == 0
    opened.look()
    return opened


@pytest.mark.parametrize("seed", range(4))
def test_the_past_is_what_was_seen_then(till: Till, seed: int) -> None:
    """After a year of receipts, spending, returns and expiry every earlier balance can be read again as it was."""
    random = Random(seed)
    receipts: list[str] = []
    for turn in range(30):
        till.wait(days=random.choice([0, 0, 1, 9, 30]), minutes=random.randint(1, 600))
        act = random.choice(["accrue", "accrue", "spend", "return", "adjust", "nothing"])
        if act in ("accrue", "spend"):
            redeem = ("--redeem", "max") if act == "spend" else ()
            total = f"{random.randint(600, 9000)}.50"
            if till.run("accrue", CARD, "--total", total, "--receipt-id", f"R{turn}", *redeem) == 0:
                receipts.append(f"R{turn}")
        elif act == "return" and receipts:
            back = receipts.pop(random.randrange(len(receipts)))
            assert till.run("return", back, *random.choice([("--all",), ("--amount", "100.00")])) == 0
        elif act == "adjust":
            till.run("adjust", CARD, str(random.choice([-40, 25, 60])), "--reason", "by hand")
        till.look()
    till.wait(days=400)
    till.run("run-due")
    for moment, told in till.seen.items():
        assert till.balance("--as-of", moment) == told
        till.agree("--as-of", moment)


def test_a_day_means_its_end(till: Till) -> None:
    """``--as-of`` of a day shows what came in during that day, and an instant what was there by then."""
    till.wait(hours=1)
    assert till.run("adjust", CARD, "+50", "--reason", "by hand") == 0
    till.wait(days=3)
    assert till.balance("--as-of", "2026-12-01")["balance"] == 250
    assert till.balance("--as-of", "2026-12-01 12:59")["balance"] == 200


def test_the_future_opens_and_expires(till: Till) -> None:
    """A day to come shows what will have opened and expired by its end, and writes nothing."""
    till.wait(hours=1)
    till.run("accrue", CARD, "--total", "1000.00", "--receipt-id", "R1")
    before = till.balance()
    assert till.balance("--as-of", "2026-12-15")["balance"] == 230
    assert till.balance("--as-of", "2026-12-31")["balance"] == 230
    assert till.balance("--as-of", "2027-01-01")["balance"] == 30
    assert till.balance("--as-of", "2027-06-16")["balance"] == 0
    assert till.balance() == before
    till.agree("--as-of", "2027-01-01")


def test_what_expires_as_it_comes_over_was_never_there_before(till: Till) -> None:
    """A merger lets a hold go whose lot has run out: who takes it over shows nothing of it on earlier days."""
    assert till.run("enroll", "200") == 0
    assert till.run("hold", "200", "50", "--for", "40d") == 0
    till.wait(days=35)
    till.run("run-due")
    till.look()
    till.wait(days=1)
    assert till.run("card", "merge", "200", CARD, "--yes") == 0
    for moment, told in till.seen.items():
        assert till.balance("--as-of", moment) == told
        till.agree("--as-of", moment)
