"""Whether the sets of goods that a program names exist, and whether each can be written out where it is used."""

from collections.abc import Iterator
from typing import Any

from bonuscli.program.circles import find_cycles
from bonuscli.program.consistency_when import conditions_of
from bonuscli.program.draft import Draft, Names, Path
from bonuscli.program.nodes import MapNode, locate
from bonuscli.program.problems import near_names

MAX_EXPANDED = 1_000


def check_goods(draft: Draft) -> None:
    """Add unknown sets of goods and sets made of each other to the draft's problems."""
    if draft.values["goods"] is None:
        return
    sets: Names = tuple(draft.values["goods"])
    for path, goods in _goods_written(draft):
        for at, name in enumerate(_names_in(goods)):
            if name is not None and name not in sets:
                draft.unknown((*path, at), "set of goods", name, sets, "'goods'")
    shares = locate(draft.root, "redeem", "max_share_by_goods")
    for name in (draft.values["redeem"] or {}).get("max_share_by_goods") or ():
        if name not in sets and isinstance(shares, MapNode):
            hint = near_names(name, sets, "'goods' has") or "'goods' has no set of goods at all"
            draft.problems.add("unknown_name", shares.key(name) or shares, f"there is no set of goods '{name}'", hint)
    _check_circles(draft)


def _check_circles(draft: Draft) -> None:
    below = {
        name: tuple(str(used) for _, goods in _besides((), matcher) for used in _names_in(goods))
        for name, matcher in draft.values["goods"].items()
    }
    for cycle in find_cycles(below):
        told = " without ".join(f"'{name}'" for name in (*cycle, cycle[0]))
        draft.add("cycle", ("goods", cycle[0]), f"sets of goods are made of each other in a circle: {told}")
        return
    # Sets are expanded where they are used: sets within sets within sets could double at each step.
    sizes: dict[str, int] = {}
    for name in below:
        if _expanded(name, below, sizes) > MAX_EXPANDED:
            message = f"'{name}' leaves out sets that leave out sets, {sizes[name]} in all; at most {MAX_EXPANDED}"
            draft.add("too_large", ("goods", name), message)
            return


def _goods_written(draft: Draft) -> Iterator[tuple[Path, Any]]:
    """Every place where goods are told, also those left out by ``not``."""
    values = draft.values
    for name, matcher in values["goods"].items():
        yield from _besides(("goods", name), matcher)
    lists: tuple[tuple[Path, Any], ...] = (
        (("earn", "rules"), draft.rules),
        (("discounts",), values["discounts"]),
        (("punch",), values["punch"]),
    )
    for path, items in lists:
        for place, item in enumerate(items or ()):
            yield from _goods_at((*path, place, "goods"), (item or {}).get("goods"))
    for path, when in conditions_of(draft):
        yield from _goods_at((*path, "items"), when["items"])
        yield from _goods_at((*path, "bought", "goods"), (when["bought"] or {}).get("goods"))
    for room in ("earn", "redeem"):
        exclude = (values[room] or {}).get("exclude") or {}
        yield from _goods_at((room, "exclude", "goods"), exclude.get("goods"))


def _names_in(goods: Any) -> list[str | None]:
    """The named sets that a goods value lists: one name, a list of them, or none in a matcher."""
    if isinstance(goods, list):
        return goods
    return [goods] if isinstance(goods, str) else []


def _goods_at(path: Path, goods: Any) -> Iterator[tuple[Path, Any]]:
    yield path, goods
    if isinstance(goods, dict):
        yield from _besides(path, goods)


def _besides(path: Path, matcher: Any) -> Iterator[tuple[Path, Any]]:
    """What a matcher leaves out, at any depth."""
    if isinstance(matcher, dict) and matcher.get("not") is not None:
        yield from _goods_at((*path, "not"), matcher["not"])


def _expanded(name: str, below: dict[str, tuple[str, ...]], sizes: dict[str, int]) -> int:
    """How many sets stand in one when all those it names are written out; ``below`` has no circle."""
    if name not in sizes:
        sizes[name] = 1 + sum(_expanded(used, below, sizes) for used in below.get(name, ()))
    return sizes[name]
