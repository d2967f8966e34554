"""Of many sets of goods those that a line is of, at the cost of a few look-ups.

Most sets name articles, categories, brands or names, so which sets hold a line is looked up by each of these words of
it.  Only what asks for several of them together, or for the discount, is decided line by line; a till's lines are
seldom alike in all words, so that remembering whole lines would help little.
"""

from __future__ import annotations

from bonuscli.engine.goods import DISCOUNT, NAME, SEVERAL, WORDS, Goods, Remembered, line_told, told_by
from bonuscli.model import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from bonuscli.engine.goods import Predicate

    Kept = list[tuple[int, Predicate]]


class GoodsIndex:
    """Sets of goods, each known by a bit; a set of sets is the integer of their bits."""

    def __init__(self, sets: Iterable[tuple[int, Goods]]) -> None:
        words: dict[str, dict[str, int]] = {word: {} for word in WORDS}
        others: dict[str, Kept] = {NAME: [], DISCOUNT: [], SEVERAL: []}
        asks_discount = False
        for bit, goods in sets:
            asks_discount = asks_discount or goods.asks_discount
            for matcher in goods.matchers:
                if matcher.values is None:
                    others[matcher.asks].append((bit, matcher.means))
                    continue
                known = words[matcher.asks]
                for value in matcher.values:
                    known[value] = known.get(value, 0) | bit
        self._skus, self._categories, self._brands = words.values()
        self._named, self._discounted, self._several = others.values()
        self._asks_discount = asks_discount
        self._names = Remembered(self._of_name)
        self._told = Remembered(self._of_told)

    def sets_of(self, lines: tuple[Line, ...], excluded: int, always: int) -> list[int]:
        """Of each line the sets that it is of and those it is ``always`` of; 0 for lines of one of the sets
        ``excluded``, and for those of 0.00."""
        of_sku, of_category, of_brand = self._skus.get, self._categories.get, self._brands.get
        named, names, discounted, several = self._named, self._names, self._discounted, self._several
        found = []
        for line in lines:
            _, sku, name, category, brand, _, amount, discount = line
            sets = of_sku(sku, 0) | of_category(category, 0) | of_brand(brand, 0)
            if named:
                sets |= names[name]
            if discount > 0 and discounted:
                sets |= _meant(line, discounted)
            if several:
                sets |= self._told[told_by(line, self._asks_discount)]
            found.append(0 if sets & excluded or not amount else sets | always)
        return found

    def _of_name(self, name: str | None) -> int:
        return _meant(Line(1, "", name, "", "", 0, 0, 0), self._named)

    def _of_told(self, goods: tuple[Any, ...]) -> int:
        return _meant(line_told(goods), self._several)


def _meant(line: Line, sets: Kept) -> int:
    found = 0
    for bit, means in sets:
        if means(line):
            found |= bit
    return found
