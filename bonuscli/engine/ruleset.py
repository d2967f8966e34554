"""The rules of one program version, in order, and who replaces whom.

Rules add up unless one replaces another.  Of several line rules that replace the same rule on one line the most
specific wins, ties to the later in the file; a loser does not apply on that line, and neither a loser nor a replaced
rule replaces anything.  A rule for the whole receipt (``fixed``, ``step``, ``multiply``) that applies removes what it
replaces from the whole receipt and enters no contest.
"""

from bonuscli.engine.goods import EVERYTHING, MEMORY
from bonuscli.engine.rules import RULE_KINDS
from bonuscli.model import Line, Rule

LINE, RECEIPT, MULTIPLY = "line", "receipt", "multiply"


class RuleSet:
    """Rules by phase, in file order, with the contests decided so far."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self.by_id = {rule.id: rule for rule in rules}
        self.line = tuple(rule for rule in rules if RULE_KINDS[rule.kind].PHASE == LINE)
        self.receipt = tuple(rule for rule in rules if RULE_KINDS[rule.kind].PHASE == RECEIPT)
        self.multiply = tuple(rule for rule in rules if RULE_KINDS[rule.kind].PHASE == MULTIPLY)
        # Evaluation order: the order in which caps are cut from the end.
        self.order = {rule.id: place for place, rule in enumerate((*self.line, *self.receipt, *self.multiply))}
        self._replacers_first = _replacers_first(rules)
        self._matching: dict[tuple[str | None, ...], frozenset[str]] = {}
        self._contests: dict[tuple[str, ...], tuple[tuple[Rule, ...], frozenset[str]]] = {}

    def matching(self, line: Line) -> frozenset[str]:
        """Ids of all rules that mean the line's goods, remembered by what goods are told by."""
        key = (line.sku, line.name, line.category, line.brand)
        found = self._matching.get(key)
        if found is None:
            if len(self._matching) >= MEMORY:
                self._matching.clear()
            found = frozenset(rule.id for rule in self.rules if rule.goods is None or rule.goods.matches(line))
            self._matching[key] = found
        return found

    def removed(self, applying: list[Rule]) -> set[str]:
        """Ids that the given receipt and multiply rules take out of the whole receipt."""
        gone: set[str] = set()
        ids = {rule.id for rule in applying}
        for target in self._replacers_first:
            if target in ids and target not in gone:
                gone.update(self.by_id[target].replaces)
        return gone

    def contest(self, candidates: tuple[Rule, ...]) -> tuple[tuple[Rule, ...], frozenset[str]]:
        """Of the line rules that could apply on one line: those that do, and the ids that are replaced on it."""
        key = tuple(rule.id for rule in candidates)
        decided = self._contests.get(key)
        if decided is None:
            decided = self._contests[key] = self._decide(candidates)
        return decided

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
