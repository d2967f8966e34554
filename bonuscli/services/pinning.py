"""What a receipt's event is told when it is recorded, beyond the goods: facts of which the account knows nothing.

Ways of payment and codes are kept only where a condition of the program asks for them.  What the rules with a budget
may still give is known here, over all accounts: what was drawn is read once, and kept in step with what is recorded.
"""

from __future__ import annotations

from bonuscli.digests import kept_out
from bonuscli.engine.standing import BUDGET
from bonuscli.engine.versions import Versions
from bonuscli.engine.when import folded
from bonuscli.model import BudgetDraw, Program, Receipt
from bonuscli.store import reads

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any


class Budgets:
    """Points that the rules with a budget have drawn so far, by program."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._drawn: dict[str, dict[str, int]] = {}

    def left(self, program: Program) -> dict[str, int]:
        """Points that each rule with a budget may still give; a version that lowered a budget may leave nothing."""
        drawn = self._of(program.id)
        return {
            rule.id: max(0, rule.budget - drawn.get(rule.id, 0))
            for rule in program.earn.rules.rules
            if rule.budget is not None
        }

    def note(self, program: str, draws: Iterable[BudgetDraw]) -> None:
        """Count what was drawn, and what returns gave back, before it is written."""
        drawn = self._of(program)
        for draw in draws:
            drawn[draw.rule] = drawn.get(draw.rule, 0) + draw.points

    def _of(self, program: str) -> dict[str, int]:
        if program not in self._drawn:
            self._drawn[program] = reads.budget_draws(self._connection, program)
        return self._drawn[program]


def is_control(number: str, at: int, versions: Versions) -> bool:
    """Whether a new member with this folded number is kept out of points, to measure by.

    The share is that of the version in force.  Each program draws for itself, so that what one of them does is not
    measured together with another.
    """
    version = versions.in_force(at)
    if version is None or version.program.members is None or not version.program.members.control_bp:
        return False
    return kept_out(version.program.members.control_bp, version.program.id, number)


def told_of(receipt: Receipt, program: Program, budgets: Budgets) -> dict[str, Any]:
    """The facts to pin with a receipt under the version in force at its ``at``."""
    told: dict[str, Any] = {}
    earn = program.earn
    if earn.asks.payments and receipt.payments:
        told["payments"] = sorted(folded(kind for kind, _ in receipt.payments))
    if earn.asks.codes and receipt.codes:
        told["codes"] = sorted(folded(receipt.codes))
    if earn.rules.with_budget:
        told[BUDGET] = budgets.left(program)
    return told
