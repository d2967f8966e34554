"""Which goods a rule, a limit or an exclusion means: predicates over the lines of a receipt.

A matcher's keys must all hold, the values of one key are alternatives, several matchers are alternatives.  Names are
case-folded globs, in which ``*`` stands for any text and ``?`` for one character.
"""

import re
from collections.abc import Callable

from bonuscli.model import Line

# How narrowly goods are named, for the contest of rules that replace the same rule.
EVERYTHING, CATEGORY, BRAND, NAMED, SKU = range(5)
# A shop has some 10,000 articles; beyond that the memory of answers is begun anew rather than grown.
MEMORY = 50_000

Predicate = Callable[[Line], bool]


class Goods:
    """A compiled set of goods.  ``specificity`` is one of the constants above."""

    __slots__ = ("_answers", "_matchers", "specificity")

    def __init__(self, specificity: int, matchers: tuple[Predicate, ...]) -> None:
        self.specificity = specificity
        self._matchers = matchers
        self._answers: dict[tuple[str | None, ...], bool] = {}

    def matches(self, line: Line) -> bool:
        """Whether the line is of these goods."""
        key = (line.sku, line.name, line.category, line.brand)
        answer = self._answers.get(key)
        if answer is None:
            answer = any(matcher(line) for matcher in self._matchers)
            if len(self._answers) >= MEMORY:
                self._answers.clear()
            self._answers[key] = answer
        return answer


def compile_goods(plain: dict[str, object]) -> Goods:
    """GOODS of the compiled program (docs/program-compiled.md) as a predicate."""
    specificity, matchers = plain["specificity"], plain["any"]
    if not isinstance(specificity, int) or not isinstance(matchers, list):
        raise TypeError("goods need a specificity and a list of matchers")
    return Goods(specificity, tuple(_compile_matcher(matcher) for matcher in matchers))


def _compile_matcher(plain: dict[str, object]) -> Predicate:
    checks: list[Predicate] = []
    for key, field in (("skus", "sku"), ("categories", "category"), ("brands", "brand")):
        values = plain.get(key)
        if isinstance(values, list):
            checks.append(_one_of(field, frozenset(values)))
    names = plain.get("names")
    if isinstance(names, list):
        pattern = re.compile("|".join(_glob(name) for name in names), re.DOTALL)
        checks.append(lambda line: bool(line.name) and pattern.fullmatch(line.name.casefold()) is not None)
    besides = plain.get("not")
    if isinstance(besides, dict):
        others = compile_goods(besides)
        checks.append(lambda line: not others.matches(line))
    if len(checks) == 1:
        return checks[0]
    return lambda line: all(check(line) for check in checks)


def _one_of(field: str, values: frozenset[str]) -> Predicate:
    return lambda line: getattr(line, field) in values


def _glob(text: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(letter) or re.escape(letter) for letter in text.casefold())


def compile_exclude(plain: dict[str, object] | None) -> Predicate | None:
    """EXCLUDE of the compiled program: each key excludes on its own; None where nothing is excluded."""
    if plain is None:
        return None
    goods = compile_goods(plain["goods"]) if isinstance(plain["goods"], dict) else None
    over_bp = plain["discounted_over_bp"]
    if not isinstance(over_bp, int):
        return goods.matches if goods else None

    def excluded(line: Line) -> bool:
        if goods is not None and goods.matches(line):
            return True
        # A discount over 30 % of the price before it: discount / (amount + discount) > 0.3, without division.
        return bool(line.discount > 0 and line.discount * 10_000 > over_bp * (line.amount + line.discount))

    return excluded
