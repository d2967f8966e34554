"""How many points a receipt earns: the shop's rules over the receipt's lines, exact until one named rounding.

The order is fixed (program language, "Order of evaluation") and is the order of the functions below: basis per line
after exclusions, line rules, receipt rules, multipliers, rounding, caps and budgets, and the sharing of the award over
lines.  Until the rounding every figure is an integer numerator over one denominator, ``10000 x value_minor`` (times
10000 for each multiplier that is chained), so nothing is lost: 940.00 at 7 % times 1.5 is 98.7, rounded down to 98;
rounding after each step would give 65 x 1.5 = 97.
"""

from __future__ import annotations

from bonuscli.engine.rules import RULE_KINDS
from bonuscli.engine.tariffs import NO_TARIFF, Tariff, multiply_by, tariffs_of
from bonuscli.engine.when import NO_WORDS, Occasion, folded
from bonuscli.later import later
from bonuscli.model import Award, Facts, Line, Program, Rule, Step
from bonuscli.records import make, namedtuple
from bonuscli.units import round_ratio, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bonuscli.engine import trace
else:
    trace = later("bonuscli.engine.trace")

PAID, BEFORE_POINTS, FULL = "paid", "before-points", "full"
LEVEL_LINE = "line"
BY_LINE = "by-line"

# Rules whose conditions hold, without those that were taken out of the whole receipt (removed: their ids).  holding:
# the set of them as RuleSet has it; matching: of each line the set of rules that mean its goods, 0 where the line gets
# nothing.
Applying = namedtuple("Applying", "holding receipt multiply removed matching")
# What the rules gave, exact.  bases: minor units of each line, None where it gets nothing; tariffs: of each line;
# weights: of each line the numerator of all that it was given; by_unit: {place of a line: {rule id: numerator}} of
# those with points by the unit; by_rule: {rule id: numerator} over all lines; receipt: the same of the receipt as a
# whole; denominator: of all numerators.
Given = namedtuple("Given", "bases tariffs weights by_unit by_rule receipt denominator")

NOTHING = Award(0, (), (), 0, ())


def occasion_of(
    at: int,
    total: int,
    shop: str,
    facts: Facts,
    program: Program,
    lines: tuple[Line, ...] = (),
    pinned: dict[str, Any] | None = None,
) -> Occasion:
    """What a condition may look at, for a receipt of ``total`` minor units at an instant.

    ``pinned``: the facts of its event, which hold ways of payment and codes where a condition asks for them.
    """
    calendar = program.calendar
    payments = codes = NO_WORDS
    if pinned and ("payments" in pinned or "codes" in pinned):
        payments, codes = (folded(pinned.get(name, ())) for name in ("payments", "codes"))
    day, minute = calendar.day_of(at), calendar.minute_of(at)
    return make(Occasion, (at, day, minute, total, shop, facts, lines, payments, codes))


def score(
    lines: tuple[Line, ...],
    spent_minor: list[int] | None,
    occasion: Occasion,
    program: Program,
    traced: bool = False,
) -> Award:
    """The award of one receipt; ``traced`` also returns the Steps that explain it.

    ``spent_minor`` is what points paid of each line, in line order (None: nothing).  Source: program language, "Order
    of evaluation", steps 3 to 8.
    """
    facts = occasion.facts
    if occasion.total <= 0 or facts.barred is not None:
        return NOTHING._replace(steps=trace.nothing_earned(facts.barred)) if traced else NOTHING
    meaning = program.earn.rules.meaning(lines)
    bases = _bases(lines, spent_minor, meaning, program)
    applying = _applying(meaning, occasion, program)
    given = _given(lines, bases, applying, program, facts.tier)
    weights, rounded = _rounded(given, program)
    capped = _capped(rounded, facts, program)
    parts = over_budget = _parts(given, rounded, capped, program)
    points = capped
    if program.earn.rules.with_budget:
        parts = _within_budgets(parts, facts, program)
        points = sum([part for _, part in parts])
    shares, receipt_part = _line_shares(lines, given, weights, points, program)
    steps: tuple[Step, ...] = ()
    if traced:
        steps = trace.steps(lines, given, applying, occasion, program, trace.Cuts(rounded, capped, over_budget, parts))
    return make(Award, (points, parts, shares, receipt_part, steps))


def _bases(
    lines: tuple[Line, ...], spent_minor: list[int] | None, meaning: list[int], program: Program
) -> list[int | None]:
    """Minor units of each line that count; None for a line that gets nothing, as it is in ``meaning``."""
    basis = program.earn.basis
    bases = [line.amount if rules else None for line, rules in zip(lines, meaning, strict=True)]
    if basis == FULL:
        return [None if each is None else each + line.discount for each, line in zip(bases, lines, strict=True)]
    if basis == PAID and spent_minor and any(spent_minor):
        return [None if each is None else each - spent for each, spent in zip(bases, spent_minor, strict=True)]
    return bases


def _applying(meaning: list[int], occasion: Occasion, program: Program) -> Applying:
    rules = program.earn.rules
    holding = rules.holding(occasion, meaning)
    line, receipt, multipliers = rules.phases[holding]
    removed: set[str] = set()
    if rules.replacing and (receipt or multipliers):
        sold = [matched for matched in meaning if matched]
        removed = _removed(sold, line, receipt + multipliers, program)
        for rule_id in removed:
            holding &= ~rules.bits[rule_id]
        _, receipt, multipliers = rules.phases[holding]
    return make(Applying, (holding, receipt, multipliers, removed, meaning))


def _removed(sold: list[int], line: int, others: tuple[Rule, ...], program: Program) -> set[str]:
    """Ids that the receipt rules and multipliers in ``others`` take out of the whole receipt.

    ``sold``: of each line that counts the rules that mean its goods; ``line``: the line rules.  A rule whose goods are
    not on the receipt, or that line rules replace, removes nothing.  No rules replace each other in a circle, so each
    pass decides at least one more of them; where a contest makes a circle after all, the last pass stands.
    """
    rules = program.earn.rules
    removed: set[str] = set()
    for _ in rules.rules:
        left = line
        for rule_id in removed:
            left &= ~rules.bits[rule_id]
        replaced = [rules.contests[matched & left][1] for matched in sold]
        before = removed
        removed = rules.removed([rule for rule in others if _stands(rule, rules.bits[rule.id], sold, replaced)])
        if removed == before:
            break
    return removed


def _stands(rule: Rule, bit: int, sold: list[int], replaced: list[frozenset[str]]) -> bool:
    """Whether a receipt rule or multiplier has a line left; a fixed one stands only where no line replaces it."""
    there = [rule.id in gone for matched, gone in zip(sold, replaced, strict=True) if matched & bit]
    if not there:
        return rule.goods is None
    return not any(there) if rule.kind == "fixed" else not all(there)


def _given(
    lines: tuple[Line, ...], bases: list[int | None], applying: Applying, program: Program, tier: str | None
) -> Given:
    """What line rules, receipt rules and multipliers give, by line and by rule.

    All numerators stand over the denominator that the multipliers need: each that is chained makes it wider.
    """
    multipliers = applying.multiply
    tariffs, holding = tariffs_of(program, tier, multipliers), applying.holding
    units_left: dict[str, int] = {}
    on_lines, weights = [], []
    by_unit: dict[int, dict[str, int]] = {}
    by_rule: dict[str, int] = {}
    for place, basis in enumerate(bases):
        if basis is None:
            on_lines.append(NO_TARIFF)
            weights.append(0)
            continue
        tariff = tariffs[applying.matching[place] & holding]
        on_lines.append(tariff)
        if tariff.items:
            points = by_unit[place] = tariffs.points_by_unit(tariff, lines[place], basis, units_left)
            weights.append(sum(points.values()))
            for rule_id, value in points.items():
                by_rule[rule_id] = by_rule.get(rule_id, 0) + value
        else:
            weights.append(basis * tariff.whole)
            for rule_id, rate in tariff.rates:
                by_rule[rule_id] = by_rule.get(rule_id, 0) + basis * rate
    by_receipt = _of_receipt(bases, applying, on_lines, program, tariffs.one) if applying.receipt else {}
    if multipliers:
        multiply_by(by_receipt, tuple([rule for rule in multipliers if rule.goods is None]), program)
    return make(Given, (bases, on_lines, weights, by_unit, by_rule, by_receipt, tariffs.one))


def _of_receipt(
    bases: list[int | None], applying: Applying, tariffs: list[Tariff], program: Program, one: int
) -> dict[str, int]:
    """What the receipt rules give, by their ids.

    A fixed rule is for the receipt: replaced on one line of its goods, it is gone; a step loses that line alone.
    """
    given: dict[str, int] = {}
    rules = program.earn.rules
    for rule in applying.receipt:
        if rule.goods is None and rule.id not in rules.replaced_on_lines:
            basis_of_all = sum([basis for basis in bases if basis is not None])
            given[rule.id] = RULE_KINDS[rule.kind].receipt_points(rule.terms, basis_of_all) * one
            continue
        bit = rules.bits[rule.id]
        step_basis, there, gone = 0, rule.goods is None, False
        for basis, matched, tariff in zip(bases, applying.matching, tariffs, strict=True):
            if basis is not None and matched & bit:
                if rule.id in tariff.replaced:
                    gone = True
                else:
                    there = True
                    step_basis += basis
        if there and not (gone and rule.kind == "fixed"):
            given[rule.id] = RULE_KINDS[rule.kind].receipt_points(rule.terms, step_basis) * one
    return given


def _rounded(given: Given, program: Program) -> tuple[list[int], int]:
    """Weights of the lines and, last, of the receipt rules in the award, and the award before caps.

    At level ``line`` the weights are the rounded points themselves, so a by-line share is what the line was given.
    """
    mode, denominator = program.points.rounding_mode, given.denominator
    weights = [*given.weights, sum(given.receipt.values())]
    if program.points.rounding_level != LEVEL_LINE:
        return weights, max(0, round_ratio(sum(weights), denominator, mode))
    weights = [round_ratio(weight, denominator, mode) for weight in weights]
    return weights, max(0, sum(weights))


def _capped(points: int, facts: Facts, program: Program) -> int:
    per_receipt = program.earn.cap.per_receipt
    if per_receipt is not None and points > per_receipt:
        points = per_receipt
    if facts.room is not None and points > facts.room:
        points = facts.room
    return points


def _parts(given: Given, rounded: int, points: int, program: Program) -> tuple[tuple[str, int], ...]:
    """The award shared over its rules: largest remainder, ties by rule order; a cap cuts the last rules first."""
    weights = dict(given.by_rule)
    for rule_id, value in given.receipt.items():
        weights[rule_id] = weights.get(rule_id, 0) + value
    if len(weights) < 2:
        return tuple([(rule_id, points) for rule_id in weights]) if points else ()
    order = program.earn.rules.order
    ids = sorted(weights, key=order.__getitem__)
    if min(weights.values()) <= 0:
        # Lines of +0.5 and -0.5, each rounded half up, give 1 point that no rule gave as a whole: the first one has it.
        ids = [rule_id for rule_id in ids if weights[rule_id] > 0] or ids[:1]
    parts = split(rounded, [weights[rule_id] for rule_id in ids])
    excess = rounded - points
    if excess:
        for place in range(len(parts) - 1, -1, -1):
            cut = min(excess, parts[place])
            parts[place] -= cut
            excess -= cut
    found = zip(ids, parts, strict=True)
    return tuple([each for each in found if each[1]]) if 0 in parts else tuple(found)


def _within_budgets(parts: tuple[tuple[str, int], ...], facts: Facts, program: Program) -> tuple[tuple[str, int], ...]:
    """The same with the part of each rule that has a budget cut to what is left of it."""
    with_budget = program.earn.rules.with_budget
    cut = [
        (rule_id, min(part, facts.budgets.get(rule_id, 0)) if rule_id in with_budget else part)
        for rule_id, part in parts
    ]
    return tuple((rule_id, part) for rule_id, part in cut if part)


def _line_shares(
    lines: tuple[Line, ...], given: Given, weights: list[int], points: int, program: Program
) -> tuple[tuple[int, ...], int]:
    """Each line's share of the award, and the receipt's own (policy by-line): what a return takes back by.

    ``weights``: of the lines and, last, of the receipt rules, see :func:`_rounded`.
    """
    if not points:
        return (0,) * len(lines), 0
    if program.returns.earned == BY_LINE:
        if min(weights) < 0:
            weights = [max(weight, 0) for weight in weights]
        *shares, receipt_part = split(points, weights)
        return tuple(shares), receipt_part
    bases = [basis if basis is not None and basis > 0 else 0 for basis in given.bases]
    if not any(bases):
        bases = [max(line.amount, 0) for line in lines]
    return tuple(split(points, bases)), 0
