"""Which goods a rule, a limit or an exclusion means: predicates over the lines of a receipt.

A matcher's keys must all hold, the values of one key are alternatives, several matchers are alternatives.  Names are
case-folded globs, in which ``*`` stands for any text and ``?`` for one character.
"""

from __future__ import annotations

from bonuscli.model import Line
from bonuscli.records import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Predicate = Callable[[Line], bool]

# How narrowly goods are named, for the contest of rules that replace the same rule.
EVERYTHING, CATEGORY, BRAND, NAMED, SKU = range(5)
# A shop has some 10,000 articles; beyond that the memory of answers is begun anew rather than grown.
MEMORY = 50_000

# asks: what of a line a matcher asks, where that is one thing: one of the words below, else SEVERAL; values: those that
# it means of a sku, a category or a brand, else None; means: the predicate.
Matcher = namedtuple("Matcher", "asks values means")
WORDS = ("sku", "category", "brand")
NAME, DISCOUNT, SEVERAL = "name", "discount", "several"


class Remembered(dict):  # type: ignore[type-arg]
    """Answers by their questions: what was asked before costs one look-up and no call."""

    def __init__(self, answer: Callable[[Any], Any]) -> None:
        super().__init__()
        self._answer = answer

    def __missing__(self, question: Any) -> Any:
        if len(self) >= MEMORY:
            self.clear()
        answer = self[question] = self._answer(question)
        return answer


class Goods:
    """A compiled set of goods.  ``specificity`` is one of the constants above; ``means``: whether a line is of them,
    decided anew each time; ``asks_discount``: whether a line's discount decides, and not its goods alone."""

    __slots__ = ("_answers", "asks_discount", "matchers", "means", "specificity")

    def __init__(self, specificity: int, matchers: tuple[Matcher, ...], asks_discount: bool = False) -> None:
        self.specificity = specificity
        self.asks_discount = asks_discount
        self.matchers = matchers
        self.means = _any_of(tuple(matcher.means for matcher in matchers))
        self._answers = Remembered(lambda told: self.means(line_told(told)))

    def matches(self, line: Line) -> bool:
        """Whether the line is of these goods, as remembered by what goods are told by."""
        answer: bool = self._answers[told_by(line, self.asks_discount)]
        return answer


def told_by(line: Line, asks_discount: bool) -> tuple[object, ...]:
    """What a line's goods are told by; lines with a discount are told apart only where somebody asks for it."""
    goods: tuple[object, ...] = line[1:5]  # sku, name, category, brand; each name would take as long as the slice
    return (*goods, line.discount, line.amount) if asks_discount and line.discount > 0 else goods


def line_told(told: tuple[Any, ...]) -> Line:
    """A line of the goods that :func:`told_by` tells."""
    sku, name, category, brand, *priced = told
    discount, amount = priced or (0, 0)
    return Line(1, sku, name, category, brand, 0, amount, discount)


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


def _compile_matcher(plain: dict[str, object]) -> Matcher:
    checks: list[Matcher] = []
    for key, word in zip(("skus", "categories", "brands"), WORDS, strict=True):
        values = plain.get(key)
        if isinstance(values, list):
            checks.append(Matcher(word, frozenset(values), _one_of(word, frozenset(values))))
    names = plain.get("names")
    if isinstance(names, list):
        checks.append(Matcher(NAME, None, _named(names)))
    over_bp = plain.get("discounted_over_bp")
    if isinstance(over_bp, int):
        checks.append(Matcher(DISCOUNT, None, _discounted(over_bp)))
    besides = plain.get("not")
    if isinstance(besides, dict):
        others = compile_goods(besides)
        checks.append(Matcher(SEVERAL, None, lambda line: not others.means(line)))
    if len(checks) == 1:
        return checks[0]
    return Matcher(SEVERAL, None, lambda line: all(check.means(line) for check in checks))


def _any_of(matchers: tuple[Predicate, ...]) -> Predicate:
    if len(matchers) == 1:
        return matchers[0]
    return lambda line: any(matcher(line) for matcher in matchers)


def _one_of(field: str, values: frozenset[str]) -> Predicate:
    place = Line._fields.index(field)
    return lambda line: line[place] in values


def _named(names: list[str]) -> Predicate:
    """Lines whose name is one of these globs, which are compiled for the first line that has a name."""
    fullmatch: Callable[[str], object] | None = None

    def is_named(line: Line) -> bool:
        nonlocal fullmatch
        if not line.name:
            return False
        if fullmatch is None:
            fullmatch = _compile_globs(names)
        return fullmatch(line.name.casefold()) is not None

    return is_named


def _compile_globs(names: list[str]) -> Callable[[str], object]:
    import re  # it takes 4 ms to load, which a total without goods need not wait for

    globs = [
        "".join({"*": ".*", "?": "."}.get(letter) or re.escape(letter) for letter in name.casefold()) for name in names
    ]
    return re.compile("|".join(globs), re.DOTALL).fullmatch


def _discounted(over_bp: int) -> Predicate:
    """Lines with a discount over a share of the price before it: discount / (amount + discount), without division."""
    return lambda line: bool(line.discount > 0 and line.discount * 10_000 > over_bp * (line.amount + line.discount))


def compile_exclude(plain: dict[str, object] | None) -> Goods | None:
    """EXCLUDE of the compiled program as goods: each key excludes on its own; None where nothing is excluded."""
    if plain is None:
        return None
    goods, over_bp = plain["goods"], plain["discounted_over_bp"]
    found = compile_goods(goods) if isinstance(goods, dict) else Goods(EVERYTHING, ())
    if not isinstance(over_bp, int):
        return found if found.matchers else None
    return Goods(found.specificity, (*found.matchers, Matcher(DISCOUNT, None, _discounted(over_bp))), True)
