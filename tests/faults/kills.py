"""SIGKILL at random moments of every writing command.

    python -m tests.faults.kills --minutes 30 [--seed 7]

Each act of ``acts`` is run undisturbed twice with the same key, which says what it leaves and what it answers.  Then,
in a copy of the same shop, its process is killed: at any moment of its life, or just after the log has grown, when it
is at work; now and then twice on end, or started as a new Python.  What must hold:

* what was answered is there; what was not answered is there whole or not at all (a command that commits in steps may
  have taken some of them), and ``verify`` finds nothing;
* the same command again ends in the undisturbed state, with the undisturbed answer: of a first call or of a
  repeat.
"""

import argparse
import json
import random
import re
import tempfile
import time
from collections import Counter, namedtuple
from pathlib import Path

from tests.faults import acts, process
from tests.faults.acts import ACTS, Act

# after, first, again: the state that an act leaves, its answer, and that of its repeat.
Undisturbed = namedtuple("Undisturbed", "after first again")
_FRESH_ONE_IN = 10
_ON_END_ONE_IN = 5


class Killing:
    """Kills in copies of one shop, and what came of them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.moments = random.Random(seed)
        self.seen: Counter[str] = Counter()
        self._base, self._work = folder / "base", folder / "work"
        self._known: dict[str, Undisturbed] = {}
        process.load_program()
        acts.begin_shop(self._base)
        self._before = acts.state(self._base)

    def undisturbed(self, name: str) -> Undisturbed:
        """What an act leaves and answers when nobody kills it."""
        if name not in self._known:
            act = ACTS[name]
            folder = acts.copy_shop(self._base, self._work)
            first = process.run(folder, _words(act), act.database)
            assert first.status == 0, (name, first)
            after = acts.state(folder)
            again = process.run(folder, _words(act), act.database)
            assert acts.state(folder) == after, f"{name} sent twice has two effects"
            self._known[name] = Undisturbed(after, first, again)
        return self._known[name]

    def kill(self, name: str) -> None:
        """Kill one act once or twice, look at what stands there, send it again; AssertionError where that is wrong."""
        act, whole = ACTS[name], self.undisturbed(name)
        folder = acts.copy_shop(self._base, self._work)
        for _ in range(2 if self.moments.randrange(_ON_END_ONE_IN) == 0 else 1):
            fresh = self.moments.randrange(_FRESH_ONE_IN) == 0
            answer, met = process.kill(folder, _words(act), act.database, self._moment(folder, whole, fresh), fresh)
            self.seen["kills"] += met
            self.seen["over before the kill"] += not met
            self._look(folder, name, answer)
        kept = acts.state(folder)
        answer = process.run(folder, _words(act), act.database)
        told = _told(answer)
        if kept == whole.after and self._before != whole.after:
            assert told == _told(whole.again), (name, answer)
        elif kept == self._before and self._before != whole.after:
            assert told == _told(whole.first), (name, answer)
        else:
            assert answer.status in (whole.first.status, whole.again.status), (name, answer)
        assert acts.state(folder) == whole.after, f"{name} after a kill and a repeat"
        assert acts.findings(folder) == []

    def _moment(self, folder: Path, whole: Undisturbed, fresh: bool) -> "Moment":
        span = whole.first.seconds * (6 if fresh else 1.1)
        if self.moments.random() < 0.4:
            return Moment(None, self.moments.uniform(0, span))
        return Moment(folder, self.moments.choice((0.0, 0.0005, 0.002, 0.005, 0.02)) * self.moments.random())

    def _look(self, folder: Path, name: str, answer: process.Answer) -> None:
        act, after = ACTS[name], self.undisturbed(name).after
        found = acts.findings(folder)
        assert found == [], (name, found)
        kept = acts.state(folder)
        if answer.out.endswith("\n") and name != "accrue --stdin":
            assert kept == after, f"{name} was answered and is not there"
            self.seen["answered and there"] += 1
        elif act.steps:
            acknowledged = set(re.findall(r'"receipt_id": ?"(L\d+)"', answer.out[: answer.out.rfind("\n") + 1]))
            assert acknowledged <= acts.keys(folder), f"{name}: {acknowledged - acts.keys(folder)} lost"
            self.seen["partly there, whole steps"] += kept not in (self._before, after)
        else:
            assert kept in (self._before, after), f"{name} is half there"
        if kept == after and kept != self._before and not answer.out:
            self.seen["there, not answered"] += 1
        self.seen["not there"] += kept == self._before


class Moment:
    """Waits until the log, or a file that is being made, changes where a folder is given; then some seconds more."""

    def __init__(self, folder: Path | None, seconds: float) -> None:
        self._folder = folder
        self._seconds = seconds

    def __call__(self, child: int) -> None:
        if self._folder is not None:
            before = _traces(self._folder)
            while _traces(self._folder) == before and process.is_alive(child):
                time.sleep(0.0002)
        time.sleep(self._seconds)


def _traces(folder: Path) -> list[tuple[str, int]]:
    """What a writer changes first: the log of the database, or a new file."""
    found = []
    for path in folder.iterdir():
        if path.suffix.startswith(".db") and not path.name.endswith(("-shm", "-lock", "-gate")):
            try:
                stat = path.stat()
            except FileNotFoundError:
                continue
            found.append((path.name, stat.st_mtime_ns))
    return sorted(found)


def _words(act: Act) -> str:
    return f"{act.words} --json"


def _told(answer: process.Answer) -> tuple[int, str, str]:
    """An answer without what is random in it."""
    return answer.status, re.sub(r'("code": )"[A-Z0-9]+"', r"\1*", answer.out), _code(answer.err)


def _code(text: str) -> str:
    try:
        return str(json.loads(text)["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return text


def kill_for(minutes: float, seed: int, kills: int | None = None) -> str:
    """Kill every act in turn until the time is over, or so many times; a line that says what was seen."""
    with tempfile.TemporaryDirectory(prefix="bonuscli-kills-") as folder:
        killing = Killing(Path(folder), seed)
        began, rounds = time.monotonic(), 0
        names = list(ACTS)
        while time.monotonic() - began < minutes * 60 if kills is None else killing.seen["kills"] < kills:
            if rounds % len(names) == 0:
                killing.moments.shuffle(names)
            try:
                killing.kill(names[rounds % len(names)])
            except AssertionError as problem:
                raise AssertionError(f"seed {seed}, run {rounds}: {problem}") from None
            rounds += 1
        told = ", ".join(f"{count} {what}" for what, count in sorted(killing.seen.items()))
        return (
            f"kills: {rounds} runs of {len(ACTS)} commands in {(time.monotonic() - began):.0f} s, seed {seed}: {told}"
        )


def main() -> None:
    """The long run, by time."""
    parser = argparse.ArgumentParser(description="SIGKILL at random moments of every writing command")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    arguments = parser.parse_args()
    print(kill_for(arguments.minutes, arguments.seed))


if __name__ == "__main__":
    main()
