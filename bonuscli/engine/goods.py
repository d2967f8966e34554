"""Which goods a rule, a limit or an exclusion means: predicates over the lines of a receipt.

A matcher's keys must all hold, the values of one key are alternatives, several matchers are alternatives.  Names are
case-folded globs, in which ``*`` stands for any text and ``?`` for one character.
"""

import re
from collections.abc import Callable
from operator import attrgetter

from bonuscli.model import Line

# How narrowly goods are named, for the contest of rules that replace the same rule.
EVERYTHING, CATEGORY, BRAND, NAMED, SKU = range(5)
# A shop has some 10,000 articles; beyond that the memory of answers is begun anew rather than grown.
MEMORY = 50_000

Predicate = Callable[[Line], bool]


class Goods:
    """A compiled set of goods.  ``specificity`` is one of the constants above; ``means``: whether a line is of them,
    decided anew each time; ``asks_discount``: whether a line's discount decides, and not its goods alone."""

    __slots__ = ("_answers", "asks_discount", "means", "specificity")

    def __init__(self, specificity: int, matchers: tuple[Predicate, ...], asks_discount: bool = False) -> None:
        self.specificity = specificity
        self.asks_discount = asks_discount
        self.means = _any_of(matchers)
        self._answers: dict[tuple[object, ...], bool] = {}

    def matches(self, line: Line) -> bool:
        """Whether the line is of these goods, as remembered by what goods are told by."""
        key = told_by(line, self.asks_discount)
        answer = self._answers.get(key)
        if answer is None:
            answer = self.means(line)
            if len(self._answers) >= MEMORY:
                self._answers.clear()
            self._answers[key] = answer
        return answer


def told_by(line: Line, asks_discount: bool) -> tuple[object, ...]:
    """What a line's goods are told by; lines with a discount are told apart only where somebody asks for it."""
    if asks_discount and line.discount > 0:
        return line.sku, line.name, line.category, line.brand, line.discount, line.amount
    return line.sku, line.name, line.category, line.brand


def is_in(goods: Goods, lines: tuple[Line, ...]) -> bool:
    """Whether any of these goods was sold: a line of them with a positive quantity, excluded ones included."""
    return any(line.quantity > 0 and goods.matches(line) for line in lines)


def compile_goods(plain: dict[str, object]) -> Goods:
    """GOODS of the compiled program (docs/program-compiled.md) as a predicate."""
    specificity, matchers = plain["specificity"], plain["any"]
    if not isinstance(specificity, int) or not isinstance(matchers, list):
        raise TypeError("goods need a specificity and a list of matchers")
    asks_discount = any(_asks_discount(matcher) for matcher in matchers)
    return Goods(specificity, tuple(_compile_matcher(matcher) for matcher in matchers), asks_discount)


def _asks_discount(matcher: dict[str, object]) -> bool:
    besides = matcher.get("not")
    nested = besides.get("any") if isinstance(besides, dict) else None
    return matcher.get("discounted_over_bp") is not None or any(map(_asks_discount, nested or ()))


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
    over_bp = plain.get("discounted_over_bp")
    if isinstance(over_bp, int):
        checks.append(_discounted(over_bp))
    besides = plain.get("not")
    if isinstance(besides, dict):
        others = compile_goods(besides)
        checks.append(lambda line: not others.means(line))
    if len(checks) == 1:
        return checks[0]
    return lambda line: all(check(line) for check in checks)


def _any_of(matchers: tuple[Predicate, ...]) -> Predicate:
    if len(matchers) == 1:
        return matchers[0]
    return lambda line: any(matcher(line) for matcher in matchers)


def _one_of(field: str, values: frozenset[str]) -> Predicate:
    told = attrgetter(field)
    return lambda line: told(line) in values


def _glob(text: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(letter) or re.escape(letter) for letter in text.casefold())


def _discounted(over_bp: int) -> Predicate:
    """Lines with a discount over a share of the price before it: discount / (amount + discount), without division."""
    return lambda line: bool(line.discount > 0 and line.discount * 10_000 > over_bp * (line.amount + line.discount))


def compile_exclude(plain: dict[str, object] | None) -> Predicate | None:
    """EXCLUDE of the compiled program: each key excludes on its own; None where nothing is excluded."""
    if plain is None:
        return None
    goods = compile_goods(plain["goods"]) if isinstance(plain["goods"], dict) else None
    over_bp = plain["discounted_over_bp"]
    if not isinstance(over_bp, int):
        return goods.matches if goods else None
    discounted = _discounted(over_bp)
    if goods is None:
        return discounted
    return lambda line: goods.matches(line) or discounted(line)
