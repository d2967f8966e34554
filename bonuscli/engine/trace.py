"""Why a receipt earned what it earned: one Step for what it spends, each exclusion, rule, rounding, cap, and the days.

The steps are made from the very figures that gave the award, never computed a second time, so that an explanation
cannot differ from the booking.  Nothing here runs while receipts are imported.
"""

from __future__ import annotations

from bonuscli.days import NEVER, format_day
from bonuscli.model import Line, Program, Rule, Step
from bonuscli.records import namedtuple
from bonuscli.units import format_decimal, format_quantity, round_ratio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bonuscli.engine.earn import Applying, Given
    from bonuscli.engine.when import Occasion

APPLIED, SKIPPED, REPLACED, EXCLUDED, ROUNDED, CAPPED, SPENT, DATED = (
    "applied",
    "skipped",
    "replaced",
    "excluded",
    "rounded",
    "capped",
    "spent",
    "dated",
)
# What was taken off an award after its rounding.  rounded, capped: points; before, after: its parts by rule, before and
# after budgets cut them.
Cuts = namedtuple("Cuts", "rounded capped before after")
# What the rules gave, as the steps tell it.  bases: minor units of each line, None where it gets nothing; lines: {rule
# id: numerator} of each; receipt: the same of the receipt as a whole; replaced: of each line the ids replaced on it.
Told = namedtuple("Told", "bases lines receipt replaced denominator")

# Digits after the point of an exact figure shown to a person: 65.8 of 940.00 x 7 % is "65.8".
_SHOWN_DIGITS = 6


def nothing_earned(barred: str | None) -> tuple[Step, ...]:
    """The trace of a receipt that no rule looks at; ``barred``: why its member may not take part, if so."""
    if barred is not None:
        return (Step("members", SKIPPED, "0", barred, "receipt"),)
    return (Step("receipt", SKIPPED, "0", "a receipt of total 0 earns nothing", "receipt"),)


def not_scored(has_card: bool) -> tuple[Step, ...]:
    """The trace of a receipt that no program scores: a guest's, or one from before the first version."""
    if not has_card:
        return (Step("receipt", SKIPPED, "0", "a receipt without a card earns nothing", "receipt"),)
    return (Step("no_program", SKIPPED, "0", "no version of the program was in force then", "receipt"),)


def spending(points: int, spent_minor: list[int], lines: tuple[Line, ...], program: Program) -> tuple[Step, ...]:
    """The step of the points that a receipt spends, with the money that they pay of each line; none where none are."""
    if not points:
        return ()
    bearing = [place for place, minor in enumerate(spent_minor) if minor]
    paid = ", ".join(format_decimal(spent_minor[place], program.digits) for place in bearing)
    shown = format_decimal(-points, program.points.scale)
    return (Step("redeem", SPENT, shown, f"they pay {paid} {program.currency}", _lines_text(lines, bearing)),)


def opening(points: int, opens_on: int, expires_on: int, program: Program) -> tuple[Step, ...]:
    """The step of the days of the points that a receipt earns; none where it earns none."""
    if not points:
        return ()
    shown = format_decimal(points, program.points.scale)
    last = "for good" if expires_on >= NEVER else f"through {format_day(expires_on)}"
    return (Step("lasts", DATED, shown, f"they can be spent from {format_day(opens_on)} on, {last}", "receipt"),)


def steps(
    lines: tuple[Line, ...],
    given: Given,
    applying: Applying,
    occasion: Occasion,
    program: Program,
    cuts: Cuts,
) -> tuple[Step, ...]:
    """All steps in order of evaluation: lines that earn nothing, rules, rounding, caps, budgets."""
    told = _told(given)
    found = _barren(lines, told, applying, program)
    rules = program.earn.rules
    for rule in sorted(rules.rules, key=lambda rule: rules.order[rule.id]):
        found.append(_step_of(rule, lines, told, applying, occasion, program))
    unit_digits = program.points.scale
    exact = sum(sum(shares.values()) for shares in (*told.lines, told.receipt))
    found.append(
        Step(
            "rounding",
            ROUNDED,
            format_decimal(cuts.rounded, unit_digits),
            f"{_exact(exact, told.denominator, program)} rounded {program.points.rounding_mode}"
            f" for each {program.points.rounding_level}",
            "receipt",
        )
    )
    if cuts.capped != cuts.rounded:
        shown = format_decimal(cuts.capped, unit_digits)
        found.append(Step("cap", CAPPED, shown, _cap_why(cuts.capped, program), "receipt"))
    return (*found, *_over_budget(cuts, unit_digits))


def _told(given: Given) -> Told:
    by_line = [
        given.by_unit.get(place) or {rule_id: (basis or 0) * rate for rule_id, rate in tariff.rates}
        for place, (basis, tariff) in enumerate(zip(given.bases, given.tariffs, strict=True))
    ]
    replaced = [tariff.replaced for tariff in given.tariffs]
    return Told(given.bases, by_line, given.receipt, replaced, given.denominator)


def _over_budget(cuts: Cuts, unit_digits: int) -> list[Step]:
    """A step for each rule whose budget was short."""
    left = dict(cuts.after)
    return [
        Step(
            "budget",
            CAPPED,
            format_decimal(left.get(rule_id, 0), unit_digits),
            f"{format_decimal(left.get(rule_id, 0), unit_digits)} were left of the budget of {rule_id},"
            f" which would have given {format_decimal(part, unit_digits)}",
            "receipt",
        )
        for rule_id, part in cuts.before
        if part > left.get(rule_id, 0)
    ]


def _barren(lines: tuple[Line, ...], told: Told, applying: Applying, program: Program) -> list[Step]:
    """A step for each line that nothing is earned for: excluded, of 0.00, or of goods that no rule of now means."""
    found = []
    bits = program.earn.rules.bits
    for line, basis, points, matched in zip(lines, told.bases, told.lines, applying.matching, strict=True):
        where = f"line {line.number}"
        if basis is None:
            found.append(Step("exclude", EXCLUDED, "0", f"{_title(line)}: {_why_excluded(line, program)}", where))
        elif not points and not any(bits[rule.id] & matched for rule in applying.receipt):
            found.append(Step("line", SKIPPED, "0", f"{_title(line)}: no rule that applies is for these goods", where))
    return found


def _why_excluded(line: Line, program: Program) -> str:
    """Why a line has no basis; by its goods or by its discount is told by asking again without the discount."""
    if line.amount == 0:
        return "a line of 0.00 earns nothing"
    exclude = program.earn.exclude
    of_goods = exclude is not None and exclude(line._replace(discount=0))
    return "these goods are excluded" if of_goods else "goods with such a discount are excluded"


def _step_of(
    rule: Rule,
    lines: tuple[Line, ...],
    told: Told,
    applying: Applying,
    occasion: Occasion,
    program: Program,
) -> Step:
    on_lines = [place for place, points in enumerate(told.lines) if rule.id in points]
    exact = sum(points.get(rule.id, 0) for points in told.lines) + told.receipt.get(rule.id, 0)
    if on_lines or rule.id in told.receipt:
        where = "receipt" if rule.id in told.receipt else _lines_text(lines, on_lines)
        return Step(rule.id, APPLIED, _exact(exact, told.denominator, program), _words(rule, occasion, program), where)
    if not rule.enabled:
        return Step(rule.id, SKIPPED, "0", "the rule is switched off", "receipt")
    if rule.when is not None and not rule.when.holds(occasion):
        return Step(rule.id, SKIPPED, "0", rule.when.why_not(occasion), "receipt")
    if rule.id in occasion.facts.kept_out:
        return Step(rule.id, SKIPPED, "0", "the member is of its control group, which it passes over", "receipt")
    if rule.id in applying.removed:
        names = [other.id for other in (*applying.receipt, *applying.multiply) if rule.id in other.replaces]
        return Step(rule.id, REPLACED, "0", f"{_names(names)} replaces it for the whole receipt", "receipt")
    replaced = [place for place, gone in enumerate(told.replaced) if rule.id in gone]
    if replaced:
        names = _standing_on(replaced, {rule.id}, told, program)
        return Step(rule.id, REPLACED, "0", f"{_names(names)} replaces it", _lines_text(lines, replaced))
    if rule.kind == "multiply":
        return Step(rule.id, SKIPPED, "0", _why_not_multiplied(rule, told, applying, program), "receipt")
    bit = program.earn.rules.bits[rule.id]
    matching = [
        place
        for place, (basis, matched) in enumerate(zip(told.bases, applying.matching, strict=True))
        if basis is not None and matched & bit
    ]
    if matching and all(lines[place].amount < 0 for place in matching) and rule.kind == "item":
        return Step(rule.id, SKIPPED, "0", "goods brought along earn nothing by the unit", _lines_text(lines, matching))
    if matching and rule.replaces:
        names = _standing_on(matching, set(rule.replaces), told, program)
        why = f"{_names(names)} replaces the same and is narrower or later"
        return Step(rule.id, REPLACED, "0", why, _lines_text(lines, matching))
    return Step(rule.id, SKIPPED, "0", "no line holds its goods", "receipt")


def _standing_on(places: list[int], targets: set[str], told: Told, program: Program) -> list[str]:
    """Ids of the rules that gave something on these lines in the place of a rule of ``targets``."""
    by_id = program.earn.rules.by_id
    found = {rule_id for place in places for rule_id in told.lines[place] if targets & set(by_id[rule_id].replaces)}
    return sorted(found, key=program.earn.rules.order.__getitem__)


def _why_not_multiplied(rule: Rule, told: Told, applying: Applying, program: Program) -> str:
    """Why a multiplier whose conditions hold added nothing to any line, nor to the receipt."""
    bit, by_id = program.earn.rules.bits[rule.id], program.earn.rules.by_id
    meant = [points for points, matched in zip(told.lines, applying.matching, strict=True) if matched & bit]
    if rule.goods is None:
        meant.append(told.receipt)
    elif not meant:
        return "no line holds its goods"
    to_multiply = any(by_id[rule_id].multiplied for points in meant for rule_id in points)
    return "a larger factor applies" if to_multiply else "there is nothing to multiply"


def _words(rule: Rule, occasion: Occasion, program: Program) -> str:
    """The rule's own terms in words, as a person would check them."""
    digits, scale = program.digits, program.points.scale
    if rule.kind == "percent":
        rate = rule.terms
        level = (
            next((level for level in program.tiers.levels if level.id == occasion.facts.tier), None)
            if (program.tiers)
            else None
        )
        if level is not None and rule.id in level.rates:
            own = format_decimal(level.rates[rule.id], 2)
            return f"{own} % for tier {level.id} instead of {format_decimal(rate, 2)} %"
        return f"{format_decimal(rate, 2)} % of the basis"
    if rule.kind == "item":
        points, per_unit, most = rule.terms
        limit = f", at most {most}" if most is not None else ""
        return f"{format_decimal(points, scale)} for each {'unit' if per_unit else 'line'}{limit}"
    if rule.kind == "step":
        points, per = rule.terms
        return f"{format_decimal(points, scale)} for each full {format_decimal(per, digits)}"
    if rule.kind == "multiply":
        return f"times {format_decimal(rule.terms, 4).rstrip('0').rstrip('.')}"
    return f"{format_decimal(rule.terms, scale)} for the receipt"


def _cap_why(points: int, program: Program) -> str:
    cap = program.earn.cap
    if cap.per_receipt is not None and points == cap.per_receipt:
        return f"at most {format_decimal(cap.per_receipt, program.points.scale)} for a receipt"
    if not points and cap.receipts_per_day is not None:
        return f"the day's points, or its {cap.receipts_per_day} receipts, had been earned already"
    return f"at most {format_decimal(points, program.points.scale)} were left of the day's cap"


def _exact(numerator: int, denominator: int, program: Program) -> str:
    shown = 10**_SHOWN_DIGITS
    value = round_ratio(numerator * shown, denominator * program.points.unit, "half-even")
    text = format_decimal(value, _SHOWN_DIGITS).rstrip("0")
    return text.rstrip(".")


def _title(line: Line) -> str:
    return f"{format_quantity(line.quantity)} x {line.name or line.sku or line.category or 'goods'}"


def _names(rule_ids: list[str]) -> str:
    return " or ".join(rule_ids) or "another rule"


def _lines_text(lines: tuple[Line, ...], places: list[int]) -> str:
    return ("line " if len(places) == 1 else "lines ") + ", ".join(str(lines[place].number) for place in places)
