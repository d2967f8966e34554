"""The stage on which a scenario is played: its shop, who is enrolled, and how its numbers are written."""

import json
from collections import namedtuple
from pathlib import Path
from typing import Any

from bonuscli.errors import BonusError
from bonuscli.importers.receipt_json import read_receipt
from bonuscli.model import Measures, Receipt
from bonuscli.program.assemble import program_from
from bonuscli.services.programs import Added, init, publish
from bonuscli.services.scenario_file import FLAG, MONEY, POINTS, QUANTITY, TEXT, Scenario, Step
from bonuscli.units import QUANTITY_DIGITS, format_decimal, parse_decimal

# What a verb told (figure -> value), where its effects can be seen, the member's card, None for a guest, and the
# receipt's number.
Told = namedtuple("Told", "figures shop card receipt", defaults=(None,))

NONE = "none"


def words(value: str | list[str] | None) -> tuple[str, ...]:
    """A value of a body that is one word, a list of them, or not there."""
    return (value,) if isinstance(value, str) else tuple(value or ())


class Stage:
    """One scenario's shop in a folder; ``cards``: of the members enrolled so far, in their order."""

    def __init__(self, folder: Path, scenario: Scenario) -> None:
        self.folder = folder
        self.path = folder / "shop.db"
        self.cards: list[str] = []
        self.copies = 0
        self.program = program_from(scenario.programs[0].plain)
        self.measures_of = {
            loaded.plain["id"]: Measures(
                loaded.plain["digits"], loaded.plain["points"]["scale"], program_from(loaded.plain).calendar
            )
            for loaded in scenario.programs
        }
        self.measures = self.measures_of[self.program.id]
        if scenario.steps:
            first, *others = scenario.programs
            init(self.path, first, now=scenario.steps[0].at)
            for other in others:
                publish(self.path, other, now=scenario.steps[0].at, added=Added())

    def look_in(self, program: str | None) -> None:
        """Read and show numbers as a program writes them, None for the first."""
        self.measures = self.measures_of[program or self.program.id]

    def only_card(self, step: Step) -> str:
        """The card of the only member."""
        if len(self.cards) == 1:
            return self.cards[0]
        raise BonusError("unknown_card", f"{len(self.cards)} members are enrolled: whose step is this?", step.place)

    def card_of(self, body: dict[str, Any], step: Step) -> str:
        """The card that a step names, else the only one."""
        return str(body["card"]) if body.get("card") else self.only_card(step)

    def given(self, body: dict[str, str], key: str, kind: str) -> int | None:
        """A number of the body, None where the key is not there."""
        return self.typed(kind, body[key], key) if key in body else None

    def read(self, body: dict[str, Any], step: Step) -> tuple[str, Receipt, bool]:
        """Card, receipt and whether the customer has confirmed."""
        body = dict(body)
        confirmed = body.pop("confirm", None) == "true"
        total = body.pop("total", None)
        if total is not None:
            if "lines" in body:
                raise BonusError("bad_receipt", "a total stands for one line: give total or lines", step.place)
            body["lines"] = [{"amount": total}]
        receipt = read_receipt(json.dumps(body), self.measures, step.place)
        return receipt.card or receipt.phone or self.only_card(step), receipt, confirmed

    def typed(self, kind: str, text: str, where: str) -> Any:
        """The value of a text of a kind, in the smallest units; BonusError where it is none."""
        if kind == FLAG:
            return text == "true"
        if kind == TEXT:
            return text
        digits = {POINTS: self.measures.points_scale, MONEY: self.measures.money_digits, QUANTITY: QUANTITY_DIGITS}
        try:
            return parse_decimal(text, digits.get(kind, 0))
        except ValueError as problem:
            code = {POINTS: "bad_points", MONEY: "bad_amount"}.get(kind, "bad_quantity")
            raise BonusError(code, f"{where}: {problem}", where) from None

    def shown(self, kind: str, value: Any) -> str:
        """A value as the scenario would write it."""
        if value is None:
            return NONE
        if kind == FLAG:
            return "true" if value else "false"
        if kind in (POINTS, MONEY):
            return format_decimal(value, self.measures.points_scale if kind == POINTS else self.measures.money_digits)
        return str(value)
