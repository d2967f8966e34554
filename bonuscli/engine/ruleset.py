"""The rules of one program version, in order, and who replaces whom.

Rules add up unless one replaces another.  Of several line rules that replace the same rule on one line the most
specific wins, ties to the later in the file; a loser does not apply on that line, and neither a loser nor a replaced
rule replaces anything.  A rule for the whole receipt (``fixed``, ``step``, ``multiply``) that applies removes what it
replaces from the whole receipt and enters no contest.
"""

from __future__ import annotations

from bonuscli.engine.goods import EVERYTHING, Goods, Remembered
from bonuscli.engine.goods_index import GoodsIndex
from bonuscli.engine.rules import RULE_KINDS
from bonuscli.engine.when import Occasion
from bonuscli.model import Line, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bonuscli.engine.tariffs import Tariffs

LINE, RECEIPT, MULTIPLY = "line", "receipt", "multiply"
PERCENT = "percent"


class RuleSet:
    """Rules by phase, in file order, with the contests decided so far.

    Sets of rules are integers with one bit for each rule: a line asks of 30 rules what it would ask of 5.
    ``exclude``: goods that earn nothing, or None.

    ``contests``: of a set of line rules that could apply on one line those that do, each as (id, rate or None where it
    is no percentage, rule), and the ids that are replaced on it; ``phases``: of a set of rules the set of its line
    rules, its receipt rules and its multipliers, in file order; ``tariffs``: see ``tariffs.tariffs_of``; ``of_lines``:
    the set of all line rules; ``replaced_on_lines``: ids of the rules that line rules replace.
    """

    def __init__(self, rules: tuple[Rule, ...], exclude: Goods | None = None) -> None:
        self.rules = rules
        self.by_id = {rule.id: rule for rule in rules}
        self.bits = {rule.id: 1 << place for place, rule in enumerate(rules)}
        self.line, self.receipt, self.multiply = (
            tuple(rule for rule in rules if phase == RULE_KINDS[rule.kind].PHASE) for phase in (LINE, RECEIPT, MULTIPLY)
        )
        # Evaluation order: the order in which caps are cut from the end.
        self.order = {rule.id: place for place, rule in enumerate((*self.line, *self.receipt, *self.multiply))}
        self.with_budget = frozenset(rule.id for rule in rules if rule.budget is not None)
        self.with_control = tuple(rule for rule in rules if rule.control_bp)
        self.multiplied = frozenset(rule.id for rule in rules if rule.multiplied)
        self.replaced_on_lines = frozenset(target for rule in self.line for target in rule.replaces)
        self.replacing = any(rule.replaces for rule in (*self.receipt, *self.multiply))
        self.of_lines, self._unconditional, self._anywhere = (
            sum(self.bits[rule.id] for rule in found)
            for found in (
                self.line,
                [rule for rule in rules if rule.enabled and rule.when is None],
                [rule for rule in rules if rule.goods is None],
            )
        )
        by_goods = [(self.bits[rule.id], rule.goods) for rule in rules if rule.goods is not None]
        # What is excluded is found like the goods of one more rule.
        self._excluded = 1 << len(rules)
        # What stands on every line that counts, beside the rules that ask for no goods.
        self._counting = self._anywhere | 2 << len(rules)
        self._index = GoodsIndex(by_goods if exclude is None else [*by_goods, (self._excluded, exclude)])
        self._conditional = tuple(
            (self.bits[rule.id], rule.when.holds) for rule in rules if rule.enabled and rule.when is not None
        )
        self._replacers_first = _replacers_first(rules)
        self.contests = Remembered(self._contest)
        self.phases = Remembered(self._by_phase)
        self.tariffs: dict[tuple[str | None, int], Tariffs] = {}

    def meaning(self, lines: tuple[Line, ...]) -> list[int]:
        """Of each line the set of all rules that mean its goods, with one bit more, so that 0 stands for a line that
        gets nothing: excluded, or of 0.00."""
        return self._index.sets_of(lines, self._excluded, self._counting)

    def holding(self, occasion: Occasion, sold: list[int]) -> int:
        """The set of rules that are switched on and whose conditions hold, but for those that keep the member out.

        ``sold``: of each line the set of rules that mean its goods, as :meth:`meaning` has it.  A rule whose goods are
        on no line is not asked: it gives nothing and replaces nothing.
        """
        there = self._anywhere
        for rules in sold:
            there |= rules
        found = self._unconditional & there
        for bit, holds in self._conditional:
            if bit & there and holds(occasion):
                found |= bit
        for rule_id in occasion.facts.kept_out:
            found &= ~self.bits[rule_id]
        return found

    def _by_phase(self, rules: int) -> tuple[int, tuple[Rule, ...], tuple[Rule, ...]]:
        return (
            rules & self.of_lines,
            tuple(rule for rule in self.receipt if self.bits[rule.id] & rules),
            tuple(rule for rule in self.multiply if self.bits[rule.id] & rules),
        )

    def removed(self, applying: list[Rule]) -> set[str]:
        """Ids that the given receipt and multiply rules take out of the whole receipt."""
        gone: set[str] = set()
        ids = {rule.id for rule in applying}
        for target in self._replacers_first:
            if target in ids and target not in gone:
                gone.update(self.by_id[target].replaces)
        return gone

    def _contest(self, candidates: int) -> tuple[tuple[tuple[str, int | None, Rule], ...], frozenset[str]]:
        applied, replaced = self._decide(tuple(rule for rule in self.line if self.bits[rule.id] & candidates))
        return tuple((rule.id, rule.terms if rule.kind == PERCENT else None, rule) for rule in applied), replaced

    def _decide(self, candidates: tuple[Rule, ...]) -> tuple[tuple[Rule, ...], frozenset[str]]:
        losers: set[str] = set()
        while True:
            # A rule found to lose replaces nothing, so what it had replaced is looked at again without it.
            contenders = [rule for rule in candidates if rule.id not in losers]
            replaced: set[str] = set()
            found: set[str] = set()
            for target in self._replacers_first:
                rivals = [
                    rule
                    for rule in contenders
                    if target in rule.replaces and rule.id not in replaced and rule.id not in found
                ]
                if rivals:
                    winner = max(rivals, key=lambda rule: (_specificity(rule), rule.place))
                    found.update(rule.id for rule in rivals if rule is not winner)
                    replaced.add(target)
            if not found:
                applied = tuple(rule for rule in contenders if rule.id not in replaced)
                return applied, frozenset(replaced)
            losers |= found


def _specificity(rule: Rule) -> int:
    return EVERYTHING if rule.goods is None else int(rule.goods.specificity)


def _replacers_first(rules: tuple[Rule, ...]) -> tuple[str, ...]:
    """All rule ids, each after every rule that replaces it (the program has no cycles, checked when it is read)."""
    replacers: dict[str, list[str]] = {rule.id: [] for rule in rules}
    for rule in rules:
        for target in rule.replaces:
            replacers[target].append(rule.id)
    ordered: dict[str, None] = {}

    def place(rule_id: str) -> None:
        if rule_id not in ordered:
            for replacer in replacers[rule_id]:
                place(replacer)
            ordered[rule_id] = None

    for rule in rules:
        place(rule.id)
    return tuple(ordered)
