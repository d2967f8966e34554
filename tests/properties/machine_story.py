"""One story of the machine: plain steps asked of both ledgers; one that goes wrong can be told again, and shorter.

Steps bear their own instants and keys, so leaving some out changes nothing in the others.
"""

import tempfile
import traceback
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from tests.naive.book import Program
from tests.naive.ledger import Told
from tests.properties.machine_desk import UTC, Desk

PLAIN = Program(Fraction(1, 2), 0, 0, 20, Fraction(1), None, "prorate", "deficit", None, 0)


class Step(NamedTuple):
    """``now``: on the clock on the wall; ``at``: when it happened; ``tried``: whether it is a dry run."""

    kind: str
    now: int
    at: int
    tried: bool
    named: dict[str, Any]

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.named.items())
        happened = "" if self.at == self.now else f", of {UTC.iso(self.at)}"
        return f"{UTC.iso(self.now)}{happened}: {'try to ' if self.tried else ''}{self.kind}({told})"


class Story:
    """Both ledgers in a folder of their own, and what was asked of them."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.steps: list[Step] = []
        self._folder = tempfile.TemporaryDirectory(prefix="bonuscli-machine-")
        self._told, self._desk = Told(program), Desk(program, Path(self._folder.name) / "machine.db")

    def tell(self, step: Step) -> bool:
        """Ask both; whether it was done now.  AssertionError where they differ."""
        self.steps.append(step)
        asked = (step.kind, step.now, step.at, step.named)
        answer, expected = self._desk.ask(asked, step.tried), self._told.ask(asked, keep=not step.tried)
        assert answer == expected, f"the answer is {answer}, not {expected}"
        seen, shown = self._desk.look(step.now), self._told.look(step.now)
        for place, (ours, theirs) in enumerate(zip(seen, shown, strict=True), start=1):
            assert ours == theirs, f"account {place} is {ours}, not {theirs}"
        said, repeated = answer
        return not (step.tried or repeated or isinstance(said, str))

    def prove(self) -> None:
        """``verify`` finds nothing, and the projections can be made again."""
        now = self.steps[-1].now
        found = self._desk.findings(now)
        assert not found, "verify finds " + "; ".join(map(str, found[:3]))
        assert self._desk.rebuilds_alike(now), "the projections, made again, are others"

    def close(self) -> None:
        """Leave nothing behind."""
        self._folder.cleanup()


def what_goes_wrong(program: Program, steps: list[Step]) -> str | None:
    """A story told again: why it fails, None where it does not, or where it does not hang together."""
    known: set[tuple[str, str]] = set()
    story = Story(program)
    try:
        for step in steps:
            of = (step.named.get("kind", _NAMES.get(step.kind)), step.named.get("of"))
            if of[0] is not None and of not in known:
                return None
            if story.tell(step):
                known.add((step.kind, step.named.get("key", "")))
        story.prove()
    except Exception as problem:
        return str(problem) if isinstance(problem, AssertionError) else traceback.format_exc(limit=-4)
    finally:
        story.close()
    return None


# Steps that name another one: its kind.
_NAMES = {"bring_back": "receipt", "capture": "hold", "release": "hold"}


def shortest(program: Program, steps: list[Step]) -> str:
    """The story that goes wrong without what can be left out of it, as text."""
    wrong = what_goes_wrong(program, steps)
    if wrong is None:
        return "the story goes wrong no more when it is told again:\n" + "\n".join(map(str, steps))
    size = len(steps)
    while size:
        for start in range(len(steps) - size, -1, -size):
            fewer = steps[:start] + steps[start + size :]
            if fewer and (found := what_goes_wrong(program, fewer)):
                steps, wrong = fewer, found
        size //= 2
    for simpler in _simpler(program):
        if found := what_goes_wrong(simpler(program), steps):
            program, wrong = simpler(program), found
    return "\n".join([str(program), *map(str, steps), wrong])


def _simpler(program: Program) -> Iterator[Any]:
    """For each field that is not plain, what makes it so."""
    for name in Program._fields:
        if getattr(program, name) != getattr(PLAIN, name):
            yield lambda each, name=name: each._replace(**{name: getattr(PLAIN, name)})
