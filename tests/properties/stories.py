"""Random stories of a shop: every verb, back-dated and refused calls, cron, and new versions of the program in between.

A story is told through the services, on a file, from a seed.  ``python -m tests.properties.stories FROM TO`` tells many
and prints the seeds whose ledger does not prove sound.
"""

import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bonuscli.clock import Calendar
from bonuscli.engine.returns import Wanted
from bonuscli.errors import BonusError
from bonuscli.model import Line, Receipt
from bonuscli.program.load import Loaded, load_text
from bonuscli.services import database, programs
from bonuscli.services.accrue import accrue
from bonuscli.services.enroll import NO_PARTICULARS, enrol
from bonuscli.services.expire import run_due
from bonuscli.services.holds import capture, hold, release
from bonuscli.services.redeem import adjust, redeem
from bonuscli.services.returns import return_goods
from bonuscli.services.shop import Shop
from bonuscli.services.undo import undo
from bonuscli.services.verify import Finding, verify
from bonuscli.services.writing import Writing

STEPS = 60
CARDS = 4
VIENNA = Calendar("Europe/Vienna")
BEGINS = VIENNA.parse_instant("2026-01-05 10:00")
PROGRAM = """
version: 1
id: story
currency: EUR
timezone: Europe/Vienna
day_starts: "{day_starts}"
points:
  name: {{one: point, other: points}}
  value: "{value}"
  rounding: {{level: {level}, mode: {mode}}}
  opens: {{after: {opens}}}
  lasts: {lasts}
goods: {{coffee: {{categories: [Coffee]}}}}
earn:
  basis: {basis}
  exclude: {{goods: {{categories: [Alcohol]}}}}
  rules:
  - {{id: base, kind: percent, rate: 10%}}
  - {{id: cups, kind: percent, rate: 20%, goods: [coffee], replaces: base}}
  - {{id: mugs, kind: item, points: 3, goods: {{skus: [MUG]}}, max_units: 3}}
  - {{id: basket, kind: fixed, points: 5, when: {{total: {{from: "20.00"}}}}, multiplied: false}}
  - {{id: late, kind: multiply, factor: "1.5", when: {{days: [mon, fri], hours: "14:00-03:00"}}}}
  - {{id: born, kind: multiply, factor: 2, when: {{birthday: {{before: 3d, after: 3d}}}}}}
  stacking: {stacking}
  cap: {{per_receipt: 60, per_day: 80, receipts_per_day: 4}}
tiers:
  window: {window}
  downgrade: {downgrade}
  levels:
  - {{id: low, from: "0"}}
  - {{id: mid, from: "{mid}", replaces: {{base: 15%}}}}
  - {{id: high, from: "{high}", redeem_max: 80%}}
grants:
  welcome: {{points: 20, lasts: 30d, after: {after}}}
  birthday: {{points: 30, before: {before}, lasts: 14d}}
redeem: {{max_share: 60%, per_day: 3}}
returns: {{earned: {earned}, {restored}short: {short}}}
"""
CHOICES = {
    "day_starts": ("00:00", "05:00"),
    "value": ("1.00", "0.50", "0.03"),
    "level": ("receipt", "line"),
    "mode": ("down", "half-up", "half-even", "up"),
    "opens": ("0d", "3d", "14d"),
    "lasts": (
        "never",
        "{for: 20d, from: opening, until: end-of-day}",
        "{for: 1mo, from: accrual, until: end-of-month}",
    ),
    "basis": ("paid", "before-points", "full"),
    "stacking": ("best", "sum", "product"),
    "window": ("2mo", "lifetime", "40d"),
    "downgrade": ("one-level", "recompute", "never"),
    "mid": ("50.00", "100.00"),
    "high": ("150.00", "300.00"),
    "after": ("enrolment", "first-purchase"),
    "before": ("0d", "3d"),
    "earned": ("prorate", "by-line", "recompute", "keep"),
    "restored": ("", "restored_min_life: 10d, "),
    "short": ("deficit", "forgive"),
}


class Story:
    """A shop in a folder, and what happens to it."""

    def __init__(self, seed: int, folder: Path) -> None:
        self._chance = random.Random(seed)
        self.path = folder / "story.db"
        self.now = BEGINS
        self.refused = 0
        self._cards: list[str] = []
        self._receipts: list[tuple[str, tuple[Line, ...]]] = []
        self._holds: list[str] = []
        programs.init(self.path, self._program(), now=BEGINS)

    def tell(self) -> None:
        """Sixty steps; the program's refusals and bad input are part of a story."""
        acts: list[Callable[[Shop, str, Writing, int], None]] = [
            *[self._buy] * 6,
            *[self._bring_back] * 4,
            self._enrol,
            self._spend,
            self._correct,
            *[self._hold] * 2,
            *[self._end_hold] * 2,
            *[self._undo] * 2,
            self._settle,
            self._publish,
        ]
        for number in range(STEPS):
            self.now += self._chance.choice([0, 60, 3_600, 86_400, 3 * 86_400, 11 * 86_400])
            back = self._chance.choice([0, 0, 0, 3_600, 2 * 86_400, 30 * 86_400])
            at = VIENNA.iso(max(BEGINS, self.now - back))
            writing = Writing(at, None, None, self._chance.random() < 0.05)
            act = self._chance.choice(acts) if self._cards else self._enrol
            try:
                act(Shop(self.path, now=self.now), at, writing, number)
            except BonusError:
                self.refused += 1

    def findings(self) -> list[Finding]:
        """What ``verify`` finds at the end."""
        return list(verify(Shop(self.path, now=self.now)).findings)

    def rebuilds_alike(self) -> bool:
        """Whether the projections, made again, are the same to the last byte."""
        before = list(database.dump_lines(self.path))
        database.rebuild(Shop(self.path, now=self.now))
        return before == list(database.dump_lines(self.path))

    def _program(self) -> Loaded:
        return load_text(PROGRAM.format(**{key: self._chance.choice(of) for key, of in CHOICES.items()}), "story.yaml")

    def _enrol(self, shop: Shop, at: str, writing: Writing, number: int) -> None:
        if len(self._cards) == CARDS:
            return
        card = str(100 + len(self._cards))
        birthday = f"1990-0{self._chance.randint(1, 9)}-1{self._chance.randint(0, 9)}"
        with shop.writing() as session:
            desk = session.desk()
            member = NO_PARTICULARS._replace(card=card, birthday=birthday)
            enrol(session, desk, member, session.instant(at), None)
            desk.flush()
        self._cards.append(card)

    def _buy(self, shop: Shop, at: str, writing: Writing, number: int) -> None:
        pick = self._chance.choice
        lines = tuple(
            Line(
                place,
                pick(["MUG", "X", "Y"]),
                "",
                pick(["Coffee", "Alcohol", "Food"]),
                "",
                pick([1_000, 1_500, 2_000]),
                pick([0, 1, 99, 500, 1_234, 2_500, 10_000, -150]),
                pick([0, 0, 100]),
            )
            for place in range(1, self._chance.randint(2, 5))
        )
        spend = pick([None, None, None, "max", 1, 5, 10, 20])
        instant = VIENNA.parse_instant(at)
        receipt = Receipt(
            "receipt", f"R{number}", "", instant, "", "", "", None, None, lines, spend, None, None, None, ""
        )
        accrue(shop, pick([*self._cards, "none"]), receipt, writing._replace(at=None))
        if not writing.dry_run:
            self._receipts.append((f"R{number}", lines))

    def _bring_back(self, shop: Shop, at: str, writing: Writing, number: int) -> None:
        if not self._receipts:
            return
        receipt, lines = self._chance.choice(self._receipts)
        line = self._chance.choice(lines)
        how = self._chance.choice(["all", "line", "sku", "amount"])
        quantity = self._chance.choice([500, 1_000])
        wanted = {
            "line": [Wanted(line.number, None, None, quantity, None)],
            "sku": [Wanted(None, line.sku, None, quantity, None)],
        }
        amount = self._chance.choice([1, 50, 333, 1_000]) if how == "amount" else None
        return_goods(shop, receipt, wanted.get(how), amount, writing=writing)

    def _spend(self, shop: Shop, at: str, writing: Writing, number: int) -> None:
        later = f"R{number + 1}" if self._chance.random() < 0.4 else None
        redeem(shop, self._chance.choice(self._cards), self._chance.choice([1, 5, 10, 30]), later, writing=writing)

    def _correct(self, shop: Shop, at: str, writing: Writing, number: int) -> None:
        adjust(shop, self._chance.choice(self._cards), self._chance.choice([-20, -5, 7, 40]), "a correction", writing)

    def _hold(self, shop: Shop, at: str, writing: Writing, number: int) -> None:
        later = f"R{number + 1}" if self._chance.random() < 0.3 else None
        seconds = self._chance.choice([60, 900, 7_200, 86_400, 12 * 86_400])
        card, points = self._chance.choice(self._cards), self._chance.choice([1, 5, 10, 30])
        held = hold(shop, card, points, seconds, later, writing=writing)
        if not writing.dry_run:
            self._holds.append(held.entry)
            if self._chance.random() < 0.6:
                self._end_hold(shop, at, writing, number)

    def _end_hold(self, shop: Shop, at: str, writing: Writing, number: int) -> None:
        if not self._holds:
            return
        named = self._chance.choice(self._holds[-2:])
        if self._chance.random() < 0.4:
            release(shop, named, writing)
        else:
            later = f"R{number + 1}" if self._chance.random() < 0.3 else None
            capture(shop, named, self._chance.choice([None, 1, 5]), later, writing)

    def _undo(self, shop: Shop, at: str, writing: Writing, number: int) -> None:
        undo(shop, f"{self._chance.randint(1, CARDS)}:{self._chance.randint(1, 12)}", "a mistake", writing)

    def _settle(self, shop: Shop, at: str, writing: Writing, number: int) -> None:
        run_due(shop, None, writing._replace(at=None))

    def _publish(self, shop: Shop, at: str, writing: Writing, number: int) -> None:
        begins = VIENNA.day_of(self.now) + self._chance.choice([-20, 0, 5, 30])
        programs.publish(self.path, self._program(), begins, now=self.now)


def main(first: int, last: int) -> None:
    """Tell the stories of a range of seeds and name those that do not prove sound."""
    for seed in range(first, last):
        with tempfile.TemporaryDirectory() as folder:
            story = Story(seed, Path(folder))
            story.tell()
            findings = story.findings()
            if findings or not story.rebuilds_alike():
                print(f"seed {seed}: {findings[:2] or 'rebuilt otherwise'}")
    print(f"{last - first} stories told")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
