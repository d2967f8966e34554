"""Damaged files: bytes flipped in random pages, pages torn out, logs cut short or left over from another file.

    python -m tests.faults.damage --minutes 30 [--seed 7]

A copy of the shop is damaged in one of seven ways, then readers and writers are run on it.  What must hold: ``verify``
and ``doctor`` answer, and where a balance that is told differs from the true one, or a command fails in a way that is
not foreseen (exit 1; never a traceback), one of the two says that the file is not sound.  A log that was cut short is
another matter: it holds fewer commands, and is sound.
"""

import argparse
import json
import random
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.faults import acts, process

PAGE = 4_096
CARDS = (1001, 1002, 1003, 2001, 2010, 2040)
LOOKS = ("history 1001", "lots 1001", "card list", "kpi --from 2026-05-01", "db dump --canonical")
WRITES = (
    "accrue 1001 --total 5.00 --receipt-id N9", "redeem 1002 1 --idempotency-key N8", "run-due", "db rebuild",
    "import day.csv --unknown-cards enroll", "enroll 3001", "db backup copy.db",
)  # fmt: skip


class Damaging:
    """Copies of one shop, damaged, and what the program says of them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.moments = random.Random(seed)
        self.seen: Counter[str] = Counter()
        self._unforeseen: list[tuple[str, str]] = []
        self._base, self._other, self._work = folder / "base", folder / "other", folder / "work"
        process.load_program()
        acts.begin_shop(self._base)
        acts.begin_shop(self._other)
        for words in ("accrue 1001 --total 900.00 --receipt-id M1", "enroll 9001", "redeem 1001 5"):
            assert process.run(self._other, words).status == 0
        self._others = acts.state_of(self._other / acts.DATABASE)
        self._true = self._balances(acts.copy_shop(self._base, self._work))

    def damage(self) -> None:
        """Damage one copy and try it; AssertionError where the program takes it amiss."""
        folder = acts.copy_shop(self._base, self._work)
        how = self.moments.choice((flip, flip, flip, flip_record, tear, shorten, cut_log, self.swap_log))
        how(folder, self.moments)
        self._unforeseen = []
        name = how.__name__
        told = self._balances(folder)
        says = self._findings(folder)
        wrong = [card for card in CARDS if told[card] is not None and told[card] != self._true[card]]
        found = bool(says)
        self.seen["damaged"] += 1
        self.seen["found"] += found
        self.seen["read as before, nothing found"] += not found and told == self._true
        if name == "cut_log":
            assert not found, f"a log that was cut short is a shorter log: {says}"
        elif wrong and not found:
            # Two shops that began alike: the log holds all pages in which they differ, so this is the other, whole.
            whole = name == "swap_log" and acts.state_of(folder / acts.DATABASE) == self._others
            assert whole, f"{name}: wrong balances of {wrong} and nothing found"
            self.seen["another shop, whole"] += 1
        for words in self.moments.sample(LOOKS, 2) + self.moments.sample(WRITES, 2):
            self._run(folder, words)
        assert found or not self._unforeseen, f"{name}: nothing found, and yet {self._unforeseen}"

    def swap_log(self, folder: Path, moments: random.Random) -> None:
        """The log that another shop left where this one's file was put."""
        if moments.random() < 0.7:
            path, copy = folder / acts.DATABASE, folder / acts.OTHER
            connection = sqlite3.connect(path)
            connection.execute("VACUUM INTO ?", (str(copy),))
            connection.close()
            copy.replace(path)
        shutil.copy(self._other / f"{acts.DATABASE}-wal", folder / f"{acts.DATABASE}-wal")

    def _findings(self, folder: Path) -> list[str]:
        """What ``verify`` and ``doctor`` say, but for the clock, which is set."""
        said = [f"verify: {answer.status}" for answer in (self._run(folder, "verify"),) if answer.status]
        answer = self._run(folder, "doctor --json")
        if answer.status not in (0, 6):
            return [*said, f"doctor: {answer.status}"]
        checks = json.loads(answer.out)["rows"]
        return said + [check["check"] for check in checks if check["state"] == "finding" and check["check"] != "clock"]

    def _balances(self, folder: Path) -> dict[int, str | None]:
        answers = {card: self._run(folder, f"balance {card} --json") for card in CARDS}
        return {card: answer.out if answer.status == 0 else None for card, answer in answers.items()}

    def _run(self, folder: Path, words: str) -> process.Answer:
        answer = process.run(folder, words)
        self.seen["commands"] += 1
        self.seen["exit 8"] += answer.status == 8
        self.seen["exit 1"] += answer.status == 1
        if answer.status == 1:
            self._unforeseen.append((words, answer.err))
        foreseen = answer.status > 1 or answer.status == 0
        assert foreseen or (answer.status == 1 and not words.startswith(("verify", "doctor"))), (words, answer)
        assert "Traceback" not in answer.err, (words, answer)
        return answer


def _merged(folder: Path) -> Path:
    """The database with its log carried into it, so that what is damaged is what is read."""
    path = folder / acts.DATABASE
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


def flip(folder: Path, moments: random.Random) -> None:
    """One to eight bytes somewhere in one page."""
    path = _merged(folder)
    content = bytearray(path.read_bytes())
    page = moments.randrange(len(content) // PAGE) * PAGE
    for _ in range(moments.choice((1, 1, 2, 8))):
        content[page + moments.randrange(PAGE)] ^= 1 << moments.randrange(8)
    path.write_bytes(content)


def flip_record(folder: Path, moments: random.Random) -> None:
    """One bit where a page is full: at its end, where its first records lie."""
    path = _merged(folder)
    content = bytearray(path.read_bytes())
    page = moments.randrange(1, len(content) // PAGE) * PAGE
    content[page + PAGE - 1 - moments.randrange(200)] ^= 1 << moments.randrange(8)
    path.write_bytes(content)


def tear(folder: Path, moments: random.Random) -> None:
    """A page that holds nothing, or what stands in another one."""
    path = _merged(folder)
    content = bytearray(path.read_bytes())
    pages = len(content) // PAGE
    page, other = moments.randrange(pages) * PAGE, moments.randrange(pages) * PAGE
    content[page : page + PAGE] = bytes(PAGE) if moments.random() < 0.5 else content[other : other + PAGE]
    path.write_bytes(content)


def shorten(folder: Path, moments: random.Random) -> None:
    """A file that ends too early."""
    path = _merged(folder)
    with path.open("r+b") as file:
        file.truncate(moments.randrange(path.stat().st_size))


def cut_log(folder: Path, moments: random.Random) -> None:
    """A log that ends too early."""
    path = folder / f"{acts.DATABASE}-wal"
    with path.open("r+b") as file:
        file.truncate(moments.randrange(path.stat().st_size))


def damage_for(minutes: float, seed: int, times: int | None = None) -> str:
    """Damage copies until the time is over, or so many; a line that says what was seen."""
    with tempfile.TemporaryDirectory(prefix="bonuscli-damage-") as folder:
        damaging, began = Damaging(Path(folder), seed), time.monotonic()
        while time.monotonic() - began < minutes * 60 if times is None else damaging.seen["damaged"] < times:
            state = damaging.moments.getstate()
            try:
                damaging.damage()
            except AssertionError as problem:
                raise AssertionError(
                    f"seed {seed}, file {damaging.seen['damaged']}, {state[1][-1]}: {problem}"
                ) from None
        told = ", ".join(f"{count} {what}" for what, count in sorted(damaging.seen.items()))
        return f"damage: seed {seed}: {told}"


def main() -> None:
    """The long run, by time."""
    parser = argparse.ArgumentParser(description="commands on damaged files")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    arguments = parser.parse_args()
    print(damage_for(arguments.minutes, arguments.seed))


if __name__ == "__main__":
    main()
