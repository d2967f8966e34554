"""A machine of everything that may happen to a ledger, each step held against a naive one (``tests.naive``).

Several cards in one database; after every step the answer, the clocks, what remains in each lot, balance, pending, held
and owed points must be those of the naive ledger, which tells the whole story anew.  In the end ``verify`` finds
nothing and the projections can be made again.

    python -m tests.properties.machine --minutes 30 [--seed 7]

tells stories until the time is over, or fails with the shortest story that goes wrong.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.naive.book import Program
from tests.properties.machine_desk import BEGINS
from tests.properties.machine_drawn import (
    CARDS,
    DAY,
    HOUR,
    LINES,
    POINTS,
    PROGRAMS,
    TOTALS,
    UNDONE,
    VERBS,
    WANTED,
    WHEN,
    WHICH,
    changed,
    verb,
)
from tests.properties.machine_story import Step, Story, shortest

STORIES_AT_ONCE = 20
STEPS = 60
PROGRESS_SECONDS = 180


class Machine(RuleBasedStateMachine):
    """Three cards at first, under a program that is drawn; each rule is a verb of the ledger."""

    stories = steps = 0
    # The last story that went wrong.
    wrong: Story | None = None

    @initialize(program=PROGRAMS)
    def begin(self, program: Program) -> None:
        """A shop with three members."""
        Machine.stories += 1
        self.now = BEGINS
        self.story = Story(program)
        # The cards that lead to each member, and those that lead to nobody any more.
        self.members: list[list[str]] = []
        # Steps that were done and have a key: (kind, arguments).
        self.done: list[tuple[str, dict[str, Any]]] = []
        self.keys = self.receipts = 0
        self.lost: list[str] = []
        self.undone: set[tuple[str, str]] = set()
        self.blocked: list[str] = []
        for number in range(3):
            self.enrol((0, 0, False), CARDS)
            self.grant((0, 0, False), number, 40, 0, None)

    @rule(when=WHEN, drawn=st.deferred(lambda: st.sampled_from(VERBS).flatmap(lambda each: each)))
    def anything(self, when: tuple, drawn: tuple) -> None:
        """Any verb.  They are no rules of their own, of which Hypothesis would leave out half in each story."""
        (told, needs), named = drawn
        if needs is None or needs(self):
            told(self, when, **named)

    def step(self, kind: str, when: tuple[int, int, bool], /, **named: Any) -> bool:
        """Ask both ledgers; whether it was done now."""
        wait, back, tried = when
        self.now += wait
        Machine.steps += 1
        with self.watching():
            return self.story.tell(Step(kind, self.now, self.now - back, tried, named))

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Keep a story that goes wrong."""
        try:
            yield
        except Exception:
            Machine.wrong = self.story
            raise

    def do(self, kind: str, when: tuple[int, int, bool], /, **named: Any) -> bool:
        """A step with a key, to be repeated perhaps."""
        self.keys += 1
        named = {"key": f"K{self.keys}", **named}
        was_done = self.step(kind, when, **named)
        if was_done:
            self.done.append((kind, named))
        return was_done

    def card(self, which: int, but: str | None = None) -> str:
        """A member's card, not of the member with that one if it can be; rarely a lost one, or one that nobody has."""
        if which > 22:
            return "999" if which == 23 or not self.lost else self.lost[-1]
        others = [cards for cards in self.members if but not in cards] or self.members
        cards = others[which % len(others)]
        return cards[which % len(cards)]

    def whose(self, card: str) -> list[str]:
        """All cards of the member who has this one."""
        return next(cards for cards in self.members if card in cards)

    def keys_of(self, kind: str) -> list[str]:
        """The keys of the steps of a kind that were done."""
        return [named["key"] for of_kind, named in self.done if of_kind == kind]

    # --- receipts ---------------------------------------------------------------------------------------------------

    def buy(self, when: tuple, which: int, lines: tuple, redeem: int | str | None) -> None:
        if self.do("receipt", when, key=f"R{self.receipts}", card=self.card(which), lines=lines, redeem=redeem):
            self.receipts += 1

    @verb(4, which=WHICH, lines=LINES)
    def receipt(self, when: tuple, which: int, lines: tuple) -> None:
        self.buy(when, which, lines, None)

    @verb(3, which=WHICH, lines=LINES, redeem=st.one_of(POINTS, st.just("max")))
    def receipt_with_points(self, when: tuple, which: int, lines: tuple, redeem: int | str) -> None:
        self.buy(when, which, lines, redeem)

    @verb(5, needs=lambda self: self.keys_of("receipt"), which=WHICH, wanted=WANTED)
    def bring_back(self, when: tuple, which: int, wanted: tuple | None) -> None:
        known = self.keys_of("receipt")
        self.do("bring_back", when, of=known[-1 - which % min(len(known), 4)], wanted=wanted)

    # --- members ----------------------------------------------------------------------------------------------------

    @verb(2, number=st.integers(0, CARDS))
    def enrol(self, when: tuple, number: int) -> None:
        """Mostly a new one."""
        known = [*self.lost, *chain(*self.members)]
        card = known[number] if number < 2 and known else str(100 + len(known))
        if self.step("enrol", when, card=card):
            self.members.append([card])

    @verb(1, which=WHICH)
    def block(self, when: tuple, which: int) -> None:
        """A card, or the one that is blocked is let go."""
        card = self.blocked[0] if self.blocked else self.card(which)
        if self.do("block", when, card=card, blocked=not self.blocked):
            self.blocked = [] if self.blocked else [card]

    @verb(1, which=WHICH, number=st.integers(2, CARDS))
    def replace(self, when: tuple, which: int, number: int) -> None:
        card, by = self.card(which), str(100 + number)
        if self.do("replace", when, card=card, by=by):
            cards = self.whose(card)
            cards[cards.index(card)] = by
            self.lost.append(card)
            self.blocked = [by if each == card else each for each in self.blocked]

    @verb(3, needs=lambda self: len(self.members) > 2, one=WHICH, other=WHICH)
    def merge(self, when: tuple, one: int, other: int) -> None:
        card = self.card(one)
        to_card = self.card(other, but=card)
        if self.do("merge", when, card=card, to_card=to_card):
            gone = self.whose(card)
            self.members.remove(gone)
            self.whose(to_card).extend(gone)

    # --- points -----------------------------------------------------------------------------------------------------

    @verb(3, which=WHICH, points=POINTS, ahead=st.sampled_from([None, 0, 1]), total=TOTALS)
    def redeem(self, when: tuple, which: int, points: int, ahead: int | None, total: int | None) -> None:
        self.do("redeem", when, **self.for_receipt(ahead), card=self.card(which), points=points, total=total)

    def for_receipt(self, ahead: int | None) -> dict[str, str]:
        """The number of a receipt to come as the key, or nothing."""
        return {} if ahead is None else {"key": f"R{self.receipts + ahead}"}

    @verb(2, which=WHICH, points=st.integers(-40, 40).filter(bool))
    def adjust(self, when: tuple, which: int, points: int) -> None:
        self.do("adjust", when, card=self.card(which), points=points)

    @verb(2, which=WHICH, points=POINTS, opens=st.sampled_from([0, 4]), lasts=st.sampled_from([None, 0, 9]))
    def grant(self, when: tuple, which: int, points: int, opens: int, lasts: int | None) -> None:
        self.do("grant", when, card=self.card(which), points=points, opens=opens, lasts=lasts)

    @verb(2, one=WHICH, other=WHICH, points=POINTS)
    def transfer(self, when: tuple, one: int, other: int, points: int) -> None:
        card = self.card(one)
        self.do("transfer", when, card=card, to_card=self.card(other, but=card), points=points)

    @verb(2)
    def run_due(self, when: tuple) -> None:
        wait, back, tried = when
        self.step("run_due", (wait, max(0, back), tried))

    # --- holds ------------------------------------------------------------------------------------------------------

    @verb(
        4,
        which=WHICH,
        points=POINTS,
        seconds=st.sampled_from([2 * HOUR, 900, 4 * DAY, 12 * DAY]),
        ahead=st.sampled_from([None, 0, 1]),
        total=TOTALS,
    )
    def hold(self, when: tuple, which: int, points: int, seconds: int, ahead: int | None, total: int | None) -> None:
        self.do(
            "hold", when, **self.for_receipt(ahead), card=self.card(which), points=points, seconds=seconds,
            tied=ahead is not None, total=total,
        )  # fmt: skip

    @verb(4, needs=lambda self: self.holds(0), which=WHICH, points=st.sampled_from([None, None, 1, 2, 5, 20]))
    def capture(self, when: tuple, which: int, points: int | None) -> None:
        self.do("capture", when, of=self.holds(which)[-1], points=points)

    @verb(1, needs=lambda self: self.holds(0), which=WHICH)
    def release(self, when: tuple, which: int) -> None:
        self.do("release", when, of=self.holds(which)[-1])

    def holds(self, which: int) -> list[str]:
        """The keys of holds that nobody has ended yet, rarely those too that somebody has."""
        ended = {named["of"] for kind, named in self.done if kind in ("capture", "release", "undo")}
        return [
            named["key"] for kind, named in self.done if kind == "hold" and (which == 24 or named["key"] not in ended)
        ]

    # --- mistakes and repetitions -----------------------------------------------------------------------------------

    @verb(3, needs=lambda self: self.undoable(0), which=WHICH)
    def undo(self, when: tuple, which: int) -> None:
        known = self.undoable(which)
        kind, of = known[-1 - which % len(known)]
        if self.do("undo", when, kind=kind, of=of):
            self.undone.add((kind, of))

    def undoable(self, which: int) -> list[tuple[str, str]]:
        """(kind, key) of steps that may be taken back, rarely those too that were."""
        known = [(kind, named["key"]) for kind, named in self.done if kind in UNDONE]
        return known if which == 24 else [each for each in known if each not in self.undone]

    @verb(3, needs=lambda self: self.done, which=st.integers(0, 30), otherwise=st.booleans())
    def again(self, when: tuple, which: int, otherwise: bool) -> None:
        """The same key again, with the same content or another."""
        kind, named = self.done[-1 - which % len(self.done)]
        self.step(kind, when, **(changed(named) if otherwise else named))

    def teardown(self) -> None:
        """The proof, unless the story went wrong before."""
        if not hasattr(self, "story"):
            return
        try:
            if Machine.wrong is not self.story:
                with self.watching():
                    self.story.prove()
        finally:
            self.story.close()


def tell(stories: int, seed: int | None = None) -> None:
    """Tell some stories; AssertionError with the shortest one that goes wrong."""
    if seed is not None:
        hypothesis.seed(seed)(Machine)
    how = settings(
        max_examples=stories,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(Machine, settings=how)
    except Exception:
        if Machine.wrong is None:
            raise
    if Machine.wrong is not None:
        raise AssertionError(shortest(Machine.wrong.program, Machine.wrong.steps))


def tell_for(minutes: float, seed: int) -> str:
    """Tell stories until the time is over; a line that says how many."""
    began = told = time.monotonic()
    batch = 0
    while time.monotonic() - began < minutes * 60:
        try:
            tell(STORIES_AT_ONCE, seed + batch)
        except AssertionError as problem:
            raise AssertionError(f"seed {seed + batch}\n{problem}") from None
        batch += 1
        if time.monotonic() - told > PROGRESS_SECONDS:
            told = time.monotonic()
            print(f"{(told - began) / 60:.0f} min: {Machine.stories} stories, {Machine.steps} steps", flush=True)
    seconds = time.monotonic() - began
    return f"machine: {Machine.stories} stories of {Machine.steps} steps in {seconds:.0f} s, seed {seed}: all as told"


def main() -> None:
    """The long run, by time."""
    parser = argparse.ArgumentParser(description="stories of all operations, held against a naive ledger")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    arguments = parser.parse_args()
    print(tell_for(arguments.minutes, arguments.seed))


if __name__ == "__main__":
    main()
