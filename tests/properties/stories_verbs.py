"""What can happen in a random story: each verb once, with arguments drawn from the story's own chance.

A verb draws the same whatever the shop answers, so that a story can be told again with another hand on the shop's cron.
"""

import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from bonuscli.clock import Calendar
from bonuscli.days import format_day
from bonuscli.engine.brought import Wanted as Back
from bonuscli.model import Line, Receipt
from bonuscli.services import coupons, gifts, passes, programs
from bonuscli.services.accrue import accrue, quote
from bonuscli.services.actions import act
from bonuscli.services.card_changes import block, replace
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.expire import run_due
from bonuscli.services.granting import Given, grant, grant_tag
from bonuscli.services.holds import capture, hold, release
from bonuscli.services.member_changes import Wanted, change_member, set_tier
from bonuscli.services.redeem import adjust, redeem
from bonuscli.services.returns import return_goods
from bonuscli.services.shop import Shop
from bonuscli.services.transfers import merge, transfer
from bonuscli.services.undo import undo
from bonuscli.services.writing import Writing
from tests.properties.stories_program import (
    BRANDS,
    CATEGORIES,
    CODES,
    COUPONS,
    GIFTS,
    LEVELS,
    PASSES,
    PAYMENTS,
    SHOPS,
    SKUS,
    TAGS,
    random_program,
)

CARDS = 5
VIENNA = Calendar("Europe/Vienna")
BEGINS = VIENNA.parse_instant("2026-01-05 10:00")


class Step(NamedTuple):
    """One step of a story: the shop as it is now, what is said of the event, and the step's number."""

    shop: Shop
    writing: Writing
    number: int

    @property
    def plainly(self) -> Writing:
        """The same for a verb that has a key of its own."""
        return self.writing._replace(key=None)


class Verbs:
    """The verbs, and what the story remembers of them."""

    def __init__(self, seed: int, path: Path, late: bool) -> None:
        self._chance = random.Random(seed)
        self._pick = self._chance.choice
        self._late = late
        self.path = path
        self.now = BEGINS
        self._scale = self._pick([0, 0, 0, 1, 3])
        self._cards: list[str] = []
        self._receipts: list[tuple[str, tuple[Line, ...]]] = []
        self._holds: list[str] = []
        # What an undo may name, and whose passes may be used.
        self._entries: list[str] = []
        self._holders: list[str] = []
        self._codes: list[str] = [*CODES, "paper"]
        self.programs = ["story"]

    def verbs(self) -> list[Callable[[Step], None]]:
        """All verbs, each as often as its weight."""
        return [
            *[self._buy] * 9, *[self._bring_back] * 4, *[self._enrol] * 2, self._spend, self._correct,
            *[self._hold] * 2, *[self._end_hold] * 2, *[self._undo] * 2, self._settle, self._publish, self._add,
            self._give, self._give_tagged, *[self._act] * 2, self._transfer, self._merge, self._block, self._replace,
            self._change, self._set_tier, *[self._claim] * 2, self._sell, *[self._visit] * 2, self._make_codes,
        ]  # fmt: skip

    def _card(self) -> str:
        return self._pick(self._cards) if self._cards else "100"

    def _points(self, *choices: int) -> int:
        return int(self._pick(choices) * 10**self._scale)

    def _enrol(self, step: Step) -> None:
        card = str(100 + len(self._cards))
        born = f"1990-0{self._chance.randint(1, 9)}-1{self._chance.randint(0, 9)}"
        told = NO_PARTICULARS._replace(
            card=card,
            birthday=self._pick([born, born, "1992-02-29", None]),
            tags=self._pick([(), ("vip",), ("vip", "staff")]),
            referrer=self._pick([None, self._card()]),
            tier=self._pick([None, None, "mid"]),
        )
        if len(self._cards) < CARDS:
            enrol_one(step.shop, told, step.plainly)
            if not step.writing.dry_run:
                self._cards.append(card)

    def _lines(self) -> tuple[Line, ...]:
        pick = self._pick
        amounts = [0, 1, 99, 500, 1_234, 2_500, 10_000, -150]
        goods = [(pick(SKUS), pick(["", "Latte"]), pick(CATEGORIES), pick(BRANDS)) for _ in range(pick([1, 2, 3, 4]))]
        return tuple(
            Line(place, *named, pick([1_000, 1_500, 2_000, 333]), pick(amounts), pick([0, 0, 100]))
            for place, named in enumerate(goods, 1)
        )

    def _buy(self, step: Step) -> None:
        """A receipt, or the one that a quote tells."""
        number, lines = f"R{step.number}", self._lines()
        card = self._pick([*self._cards, *self._cards, "none"])
        spend = self._pick([None, None, None, "max", self._points(1, 5, 10, 20)]) if card != "none" else None
        payments = ((self._pick(PAYMENTS), None),)
        codes = tuple(self._chance.sample(self._codes, self._pick([0, 0, 1, 2])))
        at = VIENNA.parse_instant(step.writing.at)
        receipt = Receipt(
            *("receipt", number, "", at, self._pick(["", *SHOPS]), "", "", None, None),
            *(lines, spend, None, codes, payments, ""),
        )
        writing, confirmed = step.plainly._replace(at=None), self._chance.random() < 0.5
        if self._chance.random() < 0.5:
            told = quote(step.shop, card, receipt, writing, confirmed).offer
            receipt = told.receipt if told is not None else receipt
        accrue(step.shop, card, receipt, writing, confirmed)
        if not step.writing.dry_run:
            self._receipts.append((number, lines))

    def _bring_back(self, step: Step) -> None:
        if not self._receipts:
            return
        receipt, lines = self._pick(self._receipts[-8:])
        line, how = self._pick(lines), self._pick(["all", "line", "sku", "amount"])
        quantity = self._pick([500, 1_000])
        wanted = {
            "line": [Back(line.number, None, None, quantity, None)],
            "sku": [Back(None, line.sku, None, quantity, None)],
        }
        amount = self._pick([1, 50, 333, 1_000]) if how == "amount" else None
        return_goods(step.shop, receipt, wanted.get(how), amount, writing=step.plainly)

    def _remember(self, step: Step, entry: str | None) -> None:
        """An entry that may be undone, unless it was only tried."""
        if entry is not None and not step.writing.dry_run:
            self._entries.append(entry)

    def _later(self, step: Step) -> str | None:
        """The number of a receipt to come, if any."""
        return self._pick([None, None, f"R{step.number + 1}"])

    def _spend(self, step: Step) -> None:
        later, card, points = self._later(step), self._card(), self._points(1, 5, 10, 30)
        total = self._pick([None, 2_500])
        spent = redeem(step.shop, card, points, later, total, True, step.plainly if later else step.writing)
        self._remember(step, spent.entry)

    def _correct(self, step: Step) -> None:
        points = self._points(-20, -5, 7, 40)
        self._remember(step, adjust(step.shop, self._card(), points, "a correction", step.writing).entry)

    def _hold(self, step: Step) -> None:
        later, seconds = self._later(step), self._pick([60, 900, 7_200, 86_400, 12 * 86_400])
        card, points = self._card(), self._points(1, 5, 10, 30)
        held = hold(step.shop, card, points, seconds, later, None, True, step.plainly)
        self._remember(step, held.entry)
        if not step.writing.dry_run:
            self._holds.append(held.entry)
            if self._chance.random() < 0.6:
                self._end_hold(step._replace(writing=step.plainly))

    def _end_hold(self, step: Step) -> None:
        let_go, points, later = self._chance.random() < 0.4, self._pick([None, self._points(1, 5)]), self._later(step)
        named = self._pick(self._holds[-2:]) if self._holds else "1:1"
        if let_go:
            release(step.shop, named, step.writing)
        else:
            self._remember(step, capture(step.shop, named, points, later, step.plainly).entry)

    def _undo(self, step: Step) -> None:
        told = self._pick(self._entries[-6:]) if self._entries else "1:1"
        named = self._pick([told, told, f"{self._chance.randint(1, CARDS)}:{self._chance.randint(1, 14)}"])
        undo(step.shop, named, "a mistake", step.writing)

    def _settle(self, step: Step) -> None:
        run_due(step.shop, None, step.writing._replace(at=None))

    def _begins(self) -> int:
        """The day from which a new version is in force; for a story in order it is still to come."""
        return VIENNA.day_of(self.now) + self._pick([-20, 0, 5, 30] if self._late else [2, 5, 30])

    def _publish(self, step: Step) -> None:
        loaded = random_program(self._chance, self._pick(self.programs), self._scale)
        programs.publish(self.path, loaded, self._begins(), now=self.now)

    def _add(self, step: Step) -> None:
        loaded, begins = random_program(self._chance, "second", self._scale), self._begins()
        if len(self.programs) == 1 and self._chance.random() < 0.4:
            programs.publish(self.path, loaded, begins, now=self.now, added=programs.Added())
            self.programs.append("second")

    def _given(self) -> Given:
        return Given(
            self._points(3, 12),
            self._pick([None, "3d", "20d"]),
            self._pick([None, "0d", "25d"]),
            reason="a present",
            opening=self._chance.random() < 0.3,
        )

    def _give(self, step: Step) -> None:
        self._remember(step, grant(step.shop, self._card(), self._given(), step.writing).entry)

    def _give_tagged(self, step: Step) -> None:
        grant_tag(step.shop, self._pick(TAGS), self._given(), step.writing)

    def _act(self, step: Step) -> None:
        action, link = self._pick(["review", "repost", "visit"]), self._pick(["a.example", "b.example", None])
        receipt = self._pick(self._receipts)[0] if self._receipts else None
        acted = act(step.shop, self._card(), action, receipt if action == "review" else None, link, step.writing)
        self._remember(step, acted.entry)

    def _transfer(self, step: Step) -> None:
        transfer(step.shop, self._card(), self._card(), self._points(1, 5, 20), step.writing)

    def _merge(self, step: Step) -> None:
        one, other, often = self._card(), self._card(), self._chance.random() < 0.2
        if often:
            merge(step.shop, one, other, step.writing)

    def _block(self, step: Step) -> None:
        card, blocked = self._card(), self._pick([True, False, False])
        block(step.shop, card, blocked, "a loss", step.writing)

    def _replace(self, step: Step) -> None:
        card, new = self._card(), f"9{step.number:03}"
        replace(step.shop, card, new, "a loss", step.writing)
        if not step.writing.dry_run and card in self._cards:
            self._cards[self._cards.index(card)] = new

    def _change(self, step: Step) -> None:
        born = f"1991-0{self._chance.randint(1, 9)}-20"
        tags = self._pick([("vip",), ("staff",), ()]), self._pick([("gold",), ()])
        wanted = Wanted(*self._pick([tags, tags[::-1]]), birthday=self._pick([None, born]), name="A. N. Other")
        change_member(step.shop, self._card(), wanted, step.writing)

    def _set_tier(self, step: Step) -> None:
        until = self._pick([None, format_day(VIENNA.day_of(self.now) + self._pick([0, 9, 40]))])
        set_tier(step.shop, self._card(), self._pick([*LEVELS, "none"]), until, "a favour", step.writing)

    def _claim(self, step: Step) -> None:
        receipt = self._pick([None, None, f"R{step.number}"])
        writing = step.plainly if receipt else step.writing
        self._remember(step, gifts.claim(step.shop, self._pick(GIFTS), self._card(), receipt, writing).entry)

    def _sell(self, step: Step) -> None:
        card = self._card()
        passes.sell(step.shop, card, self._pick(PASSES), None, step.writing)
        if not step.writing.dry_run:
            self._holders.append(card)

    def _visit(self, step: Step) -> None:
        card = self._pick(self._holders[-3:]) if self._holders else "100"
        passes.visit(step.shop, card, self._pick([*PASSES, None, None]), step.writing)

    def _make_codes(self, step: Step) -> None:
        count, drawn = self._pick([1, 3, None]), random.Random(step.number)
        with patch.object(coupons, "secrets", drawn):
            made = coupons.make(step.shop, COUPONS[0], count, writing=step.plainly)
        if not step.writing.dry_run:
            self._codes.extend(made.codes)
