"""Running scenarios: each on a fresh shop in a temporary folder, through the same services as the commands.

A step happens at its own time, which is also the time of recording.  Its answer and, after it, what the account shows
are compared with what the step expects; what it does not mention is not checked.  A quote is asked of the shop itself,
which it does not change, and the figures "as they would be after" are those of a copy on which the receipt was booked.
"""

from collections import namedtuple
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bonuscli.days import format_day
from bonuscli.engine.figures import figures_on
from bonuscli.errors import EXIT_BY_CODE, EXIT_REFUSED, REFUSAL_ORDER, BonusError
from bonuscli.services import scenario_sight as sight
from bonuscli.services.scenario_file import (
    ANSWERS,
    CODES,
    COUNT,
    POINTS,
    STANDING,
    TEXT,
    Scenario,
    Step,
    load_scenarios,
)
from bonuscli.services.scenario_offers import stamps
from bonuscli.services.scenario_stage import NONE, Stage, Told
from bonuscli.services.scenario_verbs import VERBS
from bonuscli.services.shop import Session, Shop

# step: 1, 2, 3; place: "file:line"; differences: tuple of text, empty where the step went as expected.
Outcome = namedtuple("Outcome", "scenario step place differences")


def run_scenarios(path: Path) -> list[Outcome]:
    """All scenarios of a file; an Outcome for each step."""
    return [outcome for scenario in load_scenarios(path) for outcome in run_scenario(scenario)]


def run_scenario(scenario: Scenario, folder: Path | None = None) -> list[Outcome]:
    """One scenario on a new shop, whose program begins on its ``valid.from`` or on the first step's day.

    ``folder``: an empty folder in which the shop, ``shop.db``, is kept; None: a temporary one.
    """
    if folder is None:
        with TemporaryDirectory(prefix="bonuscli-scenario-") as temporary:
            return run_scenario(scenario, Path(temporary))
    run = _Run(folder, scenario)
    return [
        Outcome(scenario.name, number, step.place, tuple(run.differences(step)))
        for number, step in enumerate(scenario.steps, 1)
    ]


class _Run:
    """One scenario's shop."""

    def __init__(self, folder: Path, scenario: Scenario) -> None:
        self._stage = Stage(folder, scenario)

    def differences(self, step: Step) -> list[str]:
        """What a step was expected to give and did not."""
        shop = Shop(self._stage.path, step.program, now=step.at)
        self._stage.look_in(step.program)
        before = sight.totals(shop)
        cards = self._stage.cards
        told = Told({}, shop, step.body.get("card") or (cards[0] if len(cards) == 1 else None))
        code = None
        try:
            told = VERBS[step.verb](self._stage, shop, step.body, step)
        except BonusError as problem:
            if not any(name in step.expect for name in CODES):
                return [f"it was refused: {problem.code}: {problem.message}"]
            code = problem.code
        entries, expired = (after - earlier for after, earlier in zip(sight.totals(told.shop), before, strict=True))
        figures = {"entries": entries, "expired": expired, **told.figures}
        return [*_code_differences(step, code), *self._compared(step, told, figures)]

    def _compared(self, step: Step, told: Told, figures: dict[str, Any]) -> list[str]:
        found: list[str] = []
        expect = {name: value for name, value in step.expect.items() if name not in CODES}
        with told.shop.reading() as session:
            if told.card is not None and any(name not in ANSWERS for name in expect):
                figures |= self._standing(session, told.card)
            for name, wanted in expect.items():
                if name == "lots":
                    found += self._named(name, wanted, sight.lots(session, told.card) if told.card else {})
                elif name == "stamps":
                    found += self._named(name, wanted, stamps(session, told.card) if told.card else {}, COUNT)
                elif name == "winners":
                    found += self._named(name, wanted, figures.get(name, {}), TEXT)
                elif name == "by_rule":
                    found += self._named(name, wanted, sight.parts(session, told.receipt))
                elif name == "cards":
                    for card, standing in wanted.items():
                        shown = self._standing(session, card)
                        differences = (self._one(figure, value, shown) for figure, value in standing.items())
                        found += [f"card {card}: {text}" for text in differences if text]
                elif text := self._one(name, wanted, figures):
                    found.append(text)
        return found

    # --- comparing --------------------------------------------------------------------------------------------------

    def _standing(self, session: Session, card: str) -> dict[str, Any]:
        account, _ = sight.settled(session, card)
        program = session.versions.settling(account.clock)
        shown = figures_on(account, program.calendar.day_of(account.clock), program)
        until = None if shown.tier_until is None else format_day(shown.tier_until)
        expiring = shown.next_expiry[1] if shown.next_expiry else 0
        return {**shown._asdict(), "tier_until": until, "expiring": expiring}

    def _one(self, name: str, wanted: str, figures: dict[str, Any]) -> str | None:
        """The difference of one figure, if there is one."""
        kind = (ANSWERS | STANDING)[name]
        expected = self._stage.shown(kind, None if wanted == NONE else self._stage.typed(kind, wanted, name))
        shown = self._stage.shown(kind, figures.get(name))
        return None if expected == shown else f"{name}: {expected} expected, {shown} found"

    def _named(self, name: str, wanted: dict[str, str], found: dict[str, Any], kind: str = POINTS) -> list[str]:
        return [
            f"{name}: {text}"
            for key, value in wanted.items()
            if (text := self._one_named(key, self._stage.typed(kind, value, name), found.get(key, 0), kind))
        ]

    def _one_named(self, key: str, expected: Any, found: Any, kind: str) -> str | None:
        if expected == found:
            return None
        return f"{key}: {self._stage.shown(kind, expected)} expected, {self._stage.shown(kind, found)} found"


def _code_differences(step: Step, code: str | None) -> list[str]:
    """``refused`` is the program's no, ``error_code`` bad input; an unknown card or receipt may be called either."""
    found = []
    for name in CODES:
        wanted = step.expect.get(name)
        if wanted is None:
            continue
        if wanted != code:
            found.append(f"{name}: {wanted} expected, {code or NONE} found")
        elif name == "refused" and code not in REFUSAL_ORDER:
            found.append(f"refused: {code} is bad input, which is expected as error_code")
        elif name == "error_code" and EXIT_BY_CODE.get(wanted) == EXIT_REFUSED:
            found.append(f"error_code: {code} is the program's no, which is expected as refused")
    return found
