"""Random stories of a shop: every verb, back-dated, repeated and refused calls, cron, and new versions in between.

A story is told through the services, on a file, from a seed.  ``python -m tests.properties.stories FROM TO`` tells many
and prints the seeds whose ledger does not prove sound, or that another hand on the cron makes end otherwise.
"""

import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

from bonuscli.clock import DAY_SECONDS
from bonuscli.errors import BonusError
from bonuscli.services import database, programs
from bonuscli.services.expire import run_due
from bonuscli.services.shop import Shop
from bonuscli.services.verify import Finding, verify
from bonuscli.services.writing import Writing
from tests.properties.stories_program import random_program
from tests.properties.stories_verbs import BEGINS, VIENNA, Step, Verbs

STEPS = 80
LATER = (0, 60, 3_600, DAY_SECONDS, 3 * DAY_SECONDS, 11 * DAY_SECONDS)
BACK = (0, 0, 0, 3_600, 2 * DAY_SECONDS, 30 * DAY_SECONDS)
CRON_AT = 4 * 3_600


class Story(Verbs):
    """A shop in a folder, and what happens to it.

    ``late``: whether some of it is told afterwards; ``cron``: whether ``run-due`` runs every night.
    """

    def __init__(self, seed: int, folder: Path, late: bool = True, cron: bool = False) -> None:
        super().__init__(seed, folder / "story.db", late)
        self.refused: list[str] = []
        self._cron = cron
        programs.init(self.path, random_program(self._chance, "story", self._scale), now=BEGINS)

    def tell(self, steps: int = STEPS) -> None:
        """Some steps; the program's refusals and bad input are part of a story."""
        verbs = self.verbs()
        for number in range(steps):
            self._wait(self._pick(LATER))
            back = self._pick(BACK) if self._late else 0
            at = VIENNA.iso(max(BEGINS, self.now - back))
            key = self._pick([None, f"K{number}"])
            writing = Writing(at, None, key, self._chance.random() < 0.05)
            verb = self._pick(verbs) if self._cards else self._enrol
            step = Step(Shop(self.path, self._pick([None, *self.programs]), self.now), writing, number)
            drawn = self._chance.getstate()
            repeated = self._chance.random() < 0.1
            for _ in range(1 + repeated):
                self._chance.setstate(drawn)
                try:
                    verb(step)
                except BonusError as problem:
                    self.refused.append(problem.code)

    def settle_everything(self) -> None:
        """Half a year passes, and what fell due is booked."""
        self._wait(180 * DAY_SECONDS)
        for program in self.programs:
            run_due(Shop(self.path, program, self.now))

    def _wait(self, seconds: int) -> None:
        """Time passes, with a cron or without one."""
        until = self.now + seconds
        for day in range(VIENNA.day_of(self.now) + 1, VIENNA.day_of(until) + 1 if self._cron else 0):
            for program in self.programs:
                run_due(Shop(self.path, program, min(VIENNA.start_of(day) + CRON_AT, until)))
        self.now = until

    def findings(self) -> list[Finding]:
        """What ``verify`` finds at the end."""
        return list(verify(Shop(self.path, now=self.now)).findings)

    def rebuilds_alike(self) -> bool:
        """Whether the projections, made again, are the same to the last byte."""
        before = list(database.dump_lines(self.path))
        database.rebuild(Shop(self.path, now=self.now))
        return before == list(database.dump_lines(self.path))

    def dump(self) -> list[str]:
        """The canonical dump without the clocks of accounts, on which nothing was due."""
        return list(_without_clocks(database.dump_lines(self.path, canonical=True)))


def _without_clocks(lines: Iterator[str]) -> Iterator[str]:
    place = None
    for line in lines:
        cells = line.split("\t")
        if line.startswith("# "):
            place = cells.index("clock") - 1 if line.startswith("# accounts") else None
        elif place is not None:
            cells[place] = "-"
        yield "\t".join(cells)


def told(seed: int, folder: Path, **how: bool) -> Story:
    """The story of a seed, told in a folder of its own."""
    folder.mkdir()
    story = Story(seed, folder, **how)
    story.tell()
    return story


def differences(seed: int, folder: Path) -> list[tuple[str, str]]:
    """Where a story in order ends otherwise with a cron every night than without one."""
    dumps = []
    for cron in (False, True):
        story = told(seed, folder / f"{cron}", late=False, cron=cron)
        story.settle_everything()
        dumps.append(story.dump())
    bare, nightly = dumps
    if bare == nightly:
        return []
    pairs = [pair for pair in zip(bare, nightly, strict=False) if pair[0] != pair[1]]
    return pairs or [(f"{len(bare)} lines", f"{len(nightly)} lines")]


def _wrong_with(seed: int, folder: Path) -> object:
    """What is wrong with a seed's stories, if anything."""
    try:
        story = told(seed, folder / "late")
        return (
            story.findings()[:2]
            or (not story.rebuilds_alike() and "rebuilt otherwise")
            or differences(seed, folder)[:2]
        )
    except Exception:
        return traceback.format_exc(limit=-6)


def main(first: int, last: int) -> None:
    """Tell the stories of a range of seeds and name those that do not prove sound."""
    for seed in range(first, last):
        with tempfile.TemporaryDirectory() as folder:
            if wrong := _wrong_with(seed, Path(folder)):
                print(f"seed {seed}: {wrong}", flush=True)
    print(f"{last - first} stories told, in three ways each")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
