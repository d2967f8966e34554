"""Running scenarios: each on a fresh shop in a temporary folder, through the same services as the commands.

A step happens at its own time, which is also the time of recording.  Its answer and, after it, what the account shows
are compared with what the step expects; what it does not mention is not checked.  A quote is asked of the shop itself,
which it does not change, and the figures "as they would be after" are those of a copy on which the receipt was booked.
"""

import json
from collections import namedtuple
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bonuscli.days import format_day
from bonuscli.engine.figures import figures_on
from bonuscli.engine.returns import Wanted
from bonuscli.errors import EXIT_BY_CODE, EXIT_REFUSED, REFUSAL_ORDER, BonusError
from bonuscli.importers.identity import source_of
from bonuscli.importers.receipt_json import read_receipt
from bonuscli.model import Measures, Receipt
from bonuscli.program.assemble import program_from
from bonuscli.services import scenario_sight as sight
from bonuscli.services.accrue import GUEST, accrue, quote
from bonuscli.services.database import backup
from bonuscli.services.enroll import NO_PARTICULARS, enrol
from bonuscli.services.expire import run_due
from bonuscli.services.programs import init
from bonuscli.services.redeem import adjust, redeem
from bonuscli.services.returns import return_goods
from bonuscli.services.scenario_file import (
    ANSWERS,
    CODES,
    COUNT,
    FLAG,
    MONEY,
    POINTS,
    QUANTITY,
    STANDING,
    TEXT,
    Scenario,
    Step,
    load_scenarios,
)
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import Writing
from bonuscli.units import QUANTITY_DIGITS, format_decimal, parse_decimal

# step: 1, 2, 3; place: "file:line"; differences: tuple of text, empty where the step went as expected.
Outcome = namedtuple("Outcome", "scenario step place differences")
# What a verb told (figure -> value), where its effects can be seen, and the member's card, None for a guest.
Told = namedtuple("Told", "figures shop card receipt", defaults=(None,))

_NONE = "none"


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
        self._folder = folder
        self._path = folder / "shop.db"
        self._cards: list[str] = []
        self._copies = 0
        self._program = program_from(scenario.program.plain)
        self._measures = Measures(self._program.digits, self._program.points.scale, self._program.calendar)
        if scenario.steps:
            init(self._path, scenario.program, now=scenario.steps[0].at)

    def differences(self, step: Step) -> list[str]:
        """What a step was expected to give and did not."""
        shop = Shop(self._path, now=step.at)
        before = sight.totals(shop)
        told = Told({}, shop, step.body.get("card") or (self._cards[0] if len(self._cards) == 1 else None))
        code = None
        try:
            told = _VERBS[step.verb](self, shop, step.body, step)
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
        expected = self._shown(kind, None if wanted == _NONE else self._typed(kind, wanted, name))
        shown = self._shown(kind, figures.get(name))
        return None if expected == shown else f"{name}: {expected} expected, {shown} found"

    def _named(self, name: str, wanted: dict[str, str], found: dict[str, int]) -> list[str]:
        return [
            f"{name}: {text}"
            for key, value in wanted.items()
            if (text := self._one_named(key, self._typed(POINTS, value, name), found.get(key, 0)))
        ]

    def _one_named(self, key: str, expected: Any, found: int) -> str | None:
        if expected == found:
            return None
        return f"{key}: {self._shown(POINTS, expected)} expected, {self._shown(POINTS, found)} found"

    def _typed(self, kind: str, text: str, where: str) -> Any:
        if kind == FLAG:
            return text == "true"
        if kind == TEXT:
            return text
        digits = {POINTS: self._measures.points_scale, MONEY: self._measures.money_digits, QUANTITY: QUANTITY_DIGITS}
        try:
            return parse_decimal(text, digits.get(kind, 0))
        except ValueError as problem:
            code = {POINTS: "bad_points", MONEY: "bad_amount"}.get(kind, "bad_quantity")
            raise BonusError(code, f"{where}: {problem}", where) from None

    def _shown(self, kind: str, value: Any) -> str:
        if value is None:
            return _NONE
        if kind == FLAG:
            return "true" if value else "false"
        if kind in (POINTS, MONEY):
            return format_decimal(value, self._measures.points_scale if kind == POINTS else self._measures.money_digits)
        return str(value)

    # --- the verbs, by name -----------------------------------------------------------------------------------------

    def _enroll(self, shop: Shop, body: dict[str, Any], step: Step) -> Told:
        texts = {name: value for name, value in body.items() if name not in ("tags", "fields", "consents")}
        application = NO_PARTICULARS._replace(
            **texts,
            tags=_words(body.get("tags")),
            consents=_words(body.get("consents")),
            fields=tuple(body.get("fields", {}).items()),
        )
        with shop.writing() as session:
            desk = session.desk()
            _, replayed = enrol(session, desk, application, session.now, None)
            desk.flush()
        card = application.card or application.phone
        if not replayed:
            self._cards.append(card)
        return Told({"replayed": replayed}, shop, card)

    def _receipt(self, shop: Shop, body: dict[str, Any], step: Step) -> Told:
        card, receipt, confirmed = self._read(body, step)
        return self._accrued(accrue(shop, card, receipt, confirmed=confirmed), shop, card)

    def _quote(self, shop: Shop, body: dict[str, Any], step: Step) -> Told:
        card, receipt, confirmed = self._read(body, step)
        answer = quote(shop, card, receipt, confirmed=confirmed)
        self._copies += 1
        copy = Shop(backup(self._path, self._folder / f"quote-{self._copies}.db"), now=step.at)
        accrue(copy, card, receipt, confirmed=confirmed)
        return self._accrued(answer, copy, card)

    def _accrued(self, answer: Any, shop: Shop, card: str) -> Told:
        figures = {name: getattr(answer, name) for name in ("earned", "redeemed", "replayed")}
        guest = card == GUEST
        return Told({**figures, "to_pay": answer.to_pay_minor}, shop, None if guest else card, answer.receipt_id)

    def _read(self, body: dict[str, Any], step: Step) -> tuple[str, Receipt, bool]:
        """Card, receipt and whether the customer has confirmed."""
        body = dict(body)
        confirmed = body.pop("confirm", None) == "true"
        total = body.pop("total", None)
        if total is not None:
            if "lines" in body:
                raise BonusError("bad_receipt", "a total stands for one line: give total or lines", step.place)
            body["lines"] = [{"amount": total}]
        receipt = read_receipt(json.dumps(body), self._measures, step.place)
        return receipt.card or receipt.phone or self._only_card(step), receipt, confirmed

    def _return(self, shop: Shop, body: dict[str, Any], step: Step) -> Told:
        lines = body.get("lines")
        wanted = None if lines is None else [self._wanted(line) for line in lines]
        amount = self._given(body, "amount", MONEY)
        source = source_of(body.get("shop", ""), body.get("till", ""))
        answer = return_goods(shop, body["of"], wanted, amount, body.get("id"), source, Writing(body.get("at")))
        figures = {name: getattr(answer, name) for name in ("reversed", "restored", "forgiven", "replayed")}
        return Told({**figures, "pay_back": answer.pay_back_minor}, shop, sight.buyer(shop, body["of"]))

    def _wanted(self, line: dict[str, str]) -> Wanted:
        return Wanted(
            self._given(line, "line", COUNT),
            line.get("sku"),
            line.get("name"),
            self._given(line, "quantity", QUANTITY),
            self._given(line, "amount", MONEY),
        )

    def _redeem(self, shop: Shop, body: dict[str, Any], step: Step) -> Told:
        card = body.get("card") or self._only_card(step)
        answer = redeem(
            shop,
            card,
            self._typed(POINTS, body["points"], "points"),
            body.get("receipt"),
            self._given(body, "total", MONEY),
            body.get("confirm") == "true",
            Writing(body.get("at")),
            source_of(body.get("shop", ""), body.get("till", "")),
        )
        return Told({"redeemed": answer.redeemed, "replayed": answer.replayed}, shop, card)

    def _adjust(self, shop: Shop, body: dict[str, Any], step: Step) -> Told:
        card = body.get("card") or self._only_card(step)
        points = self._typed(POINTS, body["points"].removeprefix("+"), "points")
        answer = adjust(shop, card, points, body.get("reason", ""), Writing(body.get("at")))
        return Told({"replayed": answer.replayed}, shop, card)

    def _look(self, shop: Shop, body: dict[str, Any], step: Step) -> Told:
        return Told({}, shop, body.get("card") or self._only_card(step))

    def _run_due(self, shop: Shop, body: dict[str, Any], step: Step) -> Told:
        run_due(shop)
        return Told({}, shop, self._cards[0] if len(self._cards) == 1 else None)

    # --- who and how much -------------------------------------------------------------------------------------------

    def _only_card(self, step: Step) -> str:
        if len(self._cards) == 1:
            return self._cards[0]
        raise BonusError("unknown_card", f"{len(self._cards)} members are enrolled: whose step is this?", step.place)

    def _given(self, body: dict[str, str], key: str, kind: str) -> int | None:
        """A number of the body, None where the key is not there."""
        return self._typed(kind, body[key], key) if key in body else None


_VERBS = {
    "enroll": _Run._enroll,
    "receipt": _Run._receipt,
    "quote": _Run._quote,
    "return": _Run._return,
    "redeem": _Run._redeem,
    "adjust": _Run._adjust,
    "look": _Run._look,
    "expire": _Run._run_due,
    "run_due": _Run._run_due,
}


def _words(value: str | list[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _code_differences(step: Step, code: str | None) -> list[str]:
    """``refused`` is the program's no, ``error_code`` bad input; an unknown card or receipt may be called either."""
    found = []
    for name in CODES:
        wanted = step.expect.get(name)
        if wanted is None:
            continue
        if wanted != code:
            found.append(f"{name}: {wanted} expected, {code or _NONE} found")
        elif name == "refused" and code not in REFUSAL_ORDER:
            found.append(f"refused: {code} is bad input, which is expected as error_code")
        elif name == "error_code" and EXIT_BY_CODE.get(wanted) == EXIT_REFUSED:
            found.append(f"error_code: {code} is the program's no, which is expected as refused")
    return found
