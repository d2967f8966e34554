"""What a minor unit of a line earns, decided once for every set of rules that meets on a line.

Rates, and what multipliers add to them, are linear in a line's basis: whatever rules meet on a line, each gives the
basis times a number of its own.  The lines of a shop meet in few sets of rules, so a line's tariff is a look-up.  Only
points by the unit (``item``) depend on more than the basis; a line that has them is reckoned by itself.

Like everything before the rounding, the numbers of a tariff are numerators over one denominator, which is wide enough
for the multipliers that are chained (see ``earn``), so that nothing is lost: 7 % and half as much again on 940.00 is
94000 x 700 x 1.5, one line or many.
"""

from __future__ import annotations

from bonuscli.engine.goods import Remembered
from bonuscli.engine.rules import RULE_KINDS
from bonuscli.records import namedtuple
from bonuscli.units import FACTOR_ONE, RATE_ONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bonuscli.model import Level, Line, Program, Rule

BEST, SUM, PRODUCT = "best", "sum", "product"

# rates: (rule id, numerator for each minor unit of the basis) of each rule that gives something by it, multipliers
# included; whole: their sum; items: the rules that give points by the unit, with which the rates come without
# multipliers; multiply: the multipliers of such a line; replaced: ids of the rules that others replace on the line.
Tariff = namedtuple("Tariff", "rates whole items multiply replaced")
# Of a line that earns nothing.
NO_TARIFF = Tariff((), 0, (), (), frozenset())


class Tariffs(Remembered):
    """Set of the rules that meet on a line -> its tariff, under one program for one tier.

    ``one``: the denominator of all numerators.
    """

    def __init__(self, program: Program, tier: str | None, chained: int) -> None:
        """``chained``: how many multipliers are chained on the receipt, for which the denominator is widened."""
        super().__init__(self._of_set)
        widen = FACTOR_ONE**chained
        self.program = program
        self.one: int = RATE_ONE * program.points.value_minor * widen
        self._unit = program.points.unit * widen
        level = level_of(program, tier)
        self._rates: dict[str, int] = level.rates if level else {}

    def _of_set(self, meeting: int) -> Tariff:
        program = self.program
        rules = program.earn.rules
        applied, replaced = rules.contests[meeting & rules.of_lines]
        rates = {
            rule_id: self._rates.get(rule_id, rate) * self._unit for rule_id, rate, _ in applied if rate is not None
        }
        items = tuple(rule for _, rate, rule in applied if rate is None)
        multiply = tuple(rule for rule in rules.multiply if rules.bits[rule.id] & meeting and rule.id not in replaced)
        if rates and not items:
            multiply_by(rates, multiply, program)
        return Tariff(tuple(rates.items()), sum(rates.values()), items, multiply, replaced)

    def points_by_unit(self, tariff: Tariff, line: Line, basis: int, units_left: dict[str, int]) -> dict[str, int]:
        """What the rules give for a line, some of them by the unit, by their ids.

        ``units_left``: see :func:`_item_points`.
        """
        points = {rule_id: basis * rate for rule_id, rate in tariff.rates}
        if line.amount > 0:
            for rule in tariff.items:
                points[rule.id] = _item_points(rule, line.quantity, units_left) * self.one
        if points:
            multiply_by(points, tariff.multiply, self.program)
        return points


def tariffs_of(program: Program, tier: str | None, multipliers: tuple[Rule, ...]) -> Tariffs:
    """The tariffs of a member's tier on a receipt to which these multipliers apply."""
    chained = 0
    if multipliers:
        chained = len(multipliers) if program.earn.stacking == PRODUCT else 1
    known = program.earn.rules.tariffs
    found: Tariffs | None = known.get((tier, chained))
    if found is None or found.program is not program:
        found = known[tier, chained] = Tariffs(program, tier, chained)
    return found


def level_of(program: Program, tier: str | None) -> Level | None:
    """The level of a tier id under this version of the program, None where it has no such level."""
    if tier is None or program.tiers is None:
        return None
    for level in program.tiers.levels:
        if level.id == tier:
            return level
    return None


def multiply_by(points: dict[str, int], multipliers: tuple[Rule, ...], program: Program) -> None:
    """Add what each multiplier adds to those points that are multiplied, under its own id."""
    if not multipliers:
        return
    multiplied = program.earn.rules.multiplied
    base = sum([value for rule_id, value in points.items() if rule_id in multiplied])
    points.update(_added(base, multipliers, program.earn.stacking))


def _added(base: int, multipliers: tuple[Rule, ...], stacking: str) -> dict[str, int]:
    """What each multiplier adds to ``base`` (a multiple of FACTOR_ONE for each that is chained).

    best: the largest factor alone, the earliest of equals; sum: each adds its own part; product: each multiplies what
    the ones before it made.
    """
    if stacking == BEST:
        best = multipliers[0]
        for rule in multipliers:
            if rule.terms > best.terms:
                best = rule
        return {best.id: base * (best.terms - FACTOR_ONE) // FACTOR_ONE}
    added: dict[str, int] = {}
    running = base
    for rule in multipliers:
        added[rule.id] = (running if stacking == PRODUCT else base) * (rule.terms - FACTOR_ONE) // FACTOR_ONE
        running += added[rule.id]
    return added


def _item_points(rule: Rule, quantity: int, units_left: dict[str, int]) -> int:
    """Points of an item rule on one line; its ``max_units`` counts over all lines of the receipt.

    ``units_left``: of the rules met so far what is left of it, brought up to date here.
    """
    points, per_unit, most = rule.terms
    if most is None:
        return int(RULE_KINDS["item"].line_points(rule.terms, quantity))
    left = units_left.get(rule.id, most)
    units = min(max(quantity, 0) // 1000 if per_unit else 1, left)
    units_left[rule.id] = left - units
    return int(points * units)
