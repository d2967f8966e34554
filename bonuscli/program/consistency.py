"""Whether the parts of a program agree: names that must exist, bounds in the right order, rules that cannot all hold.

Each check reads the typed tree of :mod:`check` and notes a problem at the node that it is about.  Values that could not
be read are ``None`` there and are passed over, since they have a problem of their own.
"""

from collections.abc import Iterator
from math import gcd
from typing import Any

from bonuscli.engine.rules import RULE_KINDS
from bonuscli.program.check import Values
from bonuscli.program.nodes import MapNode, Node, locate
from bonuscli.program.problems import Problems, near_names
from bonuscli.units import format_decimal

PERCENT = "percent"
MAX_EXPANDED = 1_000
Path = tuple[str | int, ...]


def check_consistency(values: Values, root: MapNode, problems: Problems) -> None:
    """Add every disagreement between the keys of a program to ``problems``."""
    _Consistency(values, root, problems).check()


def smallest_step(value_minor: int, unit: int) -> int:
    """The smallest number of smallest units of points that is worth whole minor units of money.

    A point of 0.03 with two digits: 100 smallest units pay 3 minor units, so none fewer pays a whole one.

    >>> smallest_step(3, 100), smallest_step(100, 100), smallest_step(50, 1)
    (100, 1, 1)
    """
    return unit // gcd(value_minor, unit)


class _Consistency:
    def __init__(self, values: Values, root: MapNode, problems: Problems) -> None:
        self._values = values
        self._root = root
        self._problems = problems
        self._rules: list[Values] = (values["earn"] or {}).get("rules") or []
        self._sets: tuple[str, ...] = tuple(values["goods"] or ())
        self._levels: list[Values] = ((values["tiers"] or {}).get("levels")) or []

    def check(self) -> None:
        """All checks; their order does not matter, problems are told in the order of the text."""
        self._something_to_earn()
        self._rule_ids()
        self._replaced_rules()
        self._conditions()
        self._tier_levels()
        self._goods_names()
        self._set_cycles()
        self._redemption()
        self._same_receipt()

    def _add(self, code: str, path: Path, message: str, hint: str = "") -> None:
        self._problems.add(code, locate(self._root, *path), message, hint)

    def _unknown(self, path: Path, what: str, name: str, known: tuple[str, ...], where: str) -> None:
        hint = near_names(name, known, f"{where} has") or f"{where} has no {what} at all"
        self._add("unknown_name", path, f"there is no {what} '{name}'", hint)

    # --- rules ---

    def _something_to_earn(self) -> None:
        earn, grants = self._values["earn"], self._values["grants"]
        unread = earn is None or earn["rules"] is None or grants is None
        granted = self._root.find("grants")
        given = self._rules or (isinstance(granted, MapNode) and granted.pairs)
        if not (unread or given):
            hint = "write a rule in earn.rules, or a grant in grants"
            self._problems.add("nothing_given", self._root, "this program gives no points", hint)

    def _rule_ids(self) -> None:
        first: dict[str, Node] = {}
        for place, rule in enumerate(self._rules):
            rule_id = (rule or {}).get("id")
            path: Path = ("earn", "rules", place, "id")
            if rule_id in first:
                line = first[rule_id].line
                self._add("duplicate_id", path, f"two rules are called '{rule_id}'; first on line {line}")
            elif rule_id is not None:
                first[rule_id] = locate(self._root, *path)

    def _ids_if_all_read(self) -> tuple[str, ...] | None:
        """The ids of all rules, or None where one could not be read, so that a name might be its."""
        ids = tuple((rule or {}).get("id") for rule in self._rules)
        unread = (self._values["earn"] or {}).get("rules") is None or None in ids
        return None if unread else tuple(str(rule_id) for rule_id in ids)

    def _replaced_rules(self) -> None:
        ids = self._ids_if_all_read()
        if ids is None:
            return
        places = {rule_id: place for place, rule_id in reversed(list(enumerate(ids)))}
        for place, rule in enumerate(self._rules):
            for at, target in enumerate(rule["replaces"] or ()):
                if target is not None and target not in places:
                    self._unknown(("earn", "rules", place, "replaces", at), "rule", target, ids, "the program")
        self._replaces_cycles(places)

    def _replaces_cycles(self, places: dict[str, int]) -> None:
        below = {rule_id: tuple(self._rules[place]["replaces"] or ()) for rule_id, place in places.items()}
        for cycle in find_cycles(below):
            place = places[cycle[0]]
            told = " replaces ".join(f"'{rule_id}'" for rule_id in (*cycle, cycle[0]))
            self._add("cycle", ("earn", "rules", place, "replaces"), f"rules replace each other in a circle: {told}")

    def _conditions(self) -> None:
        for place, rule in enumerate(self._rules):
            when = (rule or {}).get("when")
            if not when:
                continue
            path: Path = ("earn", "rules", place, "when")
            if None not in (when["from"], when["to"]) and when["from"] >= when["to"]:
                hint = "'to' is the day or moment at which it is over"
                self._add("bad_order", (*path, "to"), "'to' is not later than 'from'", hint)
            total = when["total"] or {"from": None, "below": None}
            if None not in total.values() and total["from"] >= total["below"]:
                hint = "as it stands, no total is within them"
                self._add("bad_order", (*path, "total", "below"), "'below' is not more than 'from'", hint)
            for at, tier in enumerate(when["tiers"] or ()):
                self._check_tier(tier, (*path, "tiers", at))

    def _check_tier(self, tier: str | None, path: Path) -> None:
        ids = tuple((level or {}).get("id") for level in self._levels)
        written = self._values["tiers"] is None and self._root.find("tiers") is not None
        if tier is not None and tier not in ids and None not in ids and not written:
            self._unknown(path, "tier level", tier, tuple(str(level_id) for level_id in ids), "the program")

    # --- tiers ---

    def _tier_levels(self) -> None:
        ids = self._ids_if_all_read()
        kinds = {rule["id"]: rule["kind"] for rule in self._rules} if ids is not None else {}
        seen: set[str] = set()
        highest: tuple[int, str | None] | None = None
        for place, level in enumerate(self._levels):
            if level is None:
                continue
            path: Path = ("tiers", "levels", place)
            if level["id"] in seen:
                self._add("duplicate_id", (*path, "id"), f"two tier levels are called '{level['id']}'")
            elif level["id"] is not None:
                seen.add(level["id"])
            if level["from"] is not None:
                if highest is not None and level["from"] <= highest[0]:
                    message = f"this level does not begin above the one before it, '{highest[1]}'"
                    self._add("bad_order", (*path, "from"), message, "write the levels lowest first")
                highest = level["from"], level["id"]
            for target in level["replaces"] or ():
                if ids is not None:
                    self._tier_rate(target, ids, kinds, (*path, "replaces"))

    def _tier_rate(self, target: str, ids: tuple[str, ...], kinds: dict[str, str], path: Path) -> None:
        rates = locate(self._root, *path)
        place = (rates.key(target) if isinstance(rates, MapNode) else None) or rates
        if target not in kinds:
            hint = near_names(target, ids, "the program has") or "the program has no rule at all"
            self._problems.add("unknown_name", place, f"there is no rule '{target}'", hint)
        elif kinds[target] not in (PERCENT, None):
            message = f"'{target}' is a rule of kind {kinds[target]}; a tier gives another rate to percent rules only"
            hint = "write a rule with 'when: {tiers: [...]}' that replaces it"
            self._problems.add("conflict", place, message, hint)

    # --- goods ---

    def _goods_names(self) -> None:
        for path, goods in self._goods_written():
            for at, name in enumerate(_names_in(goods)):
                if name is not None and name not in self._sets and self._values["goods"] is not None:
                    self._unknown((*path, at), "set of goods", name, self._sets, "'goods'")
        redeem = self._values["redeem"] or {}
        shares = locate(self._root, "redeem", "max_share_by_goods")
        for name in redeem.get("max_share_by_goods") or ():
            if name not in self._sets and isinstance(shares, MapNode) and self._values["goods"] is not None:
                hint = near_names(name, self._sets, "'goods' has") or "'goods' has no set of goods at all"
                place = shares.key(name) or shares
                self._problems.add("unknown_name", place, f"there is no set of goods '{name}'", hint)

    def _goods_written(self) -> Iterator[tuple[Path, Any]]:
        """Every place where goods are told, also those left out by ``not``."""
        for name, matcher in (self._values["goods"] or {}).items():
            yield from _besides(("goods", name), matcher)
        for place, rule in enumerate(self._rules):
            yield from _goods_at(("earn", "rules", place, "goods"), (rule or {}).get("goods"))
        for room in ("earn", "redeem"):
            exclude = (self._values[room] or {}).get("exclude") or {}
            yield from _goods_at((room, "exclude", "goods"), exclude.get("goods"))

    def _set_cycles(self) -> None:
        below = {
            name: tuple(str(used) for _, goods in _besides((), matcher) for used in _names_in(goods))
            for name, matcher in (self._values["goods"] or {}).items()
        }
        for cycle in find_cycles(below):
            told = " without ".join(f"'{name}'" for name in (*cycle, cycle[0]))
            self._add("cycle", ("goods", cycle[0]), f"sets of goods are made of each other in a circle: {told}")
            return
        # Sets are expanded where they are used: sets within sets within sets could double at each step.
        sizes: dict[str, int] = {}
        for name in below:
            if _expanded(name, below, sizes) > MAX_EXPANDED:
                message = f"'{name}' leaves out sets that leave out sets, {sizes[name]} in all; at most {MAX_EXPANDED}"
                self._add("too_large", ("goods", name), message)
                return

    # --- redemption ---

    def _redemption(self) -> None:
        redeem, points = self._values["redeem"], self._values["points"] or {}
        if not redeem:
            return
        scale = points.get("scale")
        least, most, step, value = redeem["min_points"], redeem["max_points"], redeem["step"], points.get("value")
        if least is not None and most is not None and least > most:
            message = "'min_points' is more than 'max_points': no number of points could be spent"
            self._add("bad_order", ("redeem", "min_points"), message)
        if step is not None and most is not None and step > most:
            message = "'step' is more than 'max_points': no number of points could be spent"
            self._add("bad_order", ("redeem", "step"), message)
        if step is not None and scale is not None and value is not None and self._values["currency"] is not None:
            smallest = smallest_step(value, 10**scale)
            if step % smallest:
                message = "a step must be worth whole minor units of money, and this one is not"
                hint = f"the smallest step that is: {format_decimal(smallest, scale)}; its multiples are, too"
                self._add("conflict", ("redeem", "step"), message, hint)

    def _same_receipt(self) -> None:
        redeem, points, earn = self._values["redeem"], self._values["points"] or {}, self._values["earn"] or {}
        if not redeem or redeem["same_receipt"] != "allow":
            return
        path = ("redeem", "same_receipt")
        opens = points.get("opens") or {}
        if opens.get("after") not in (None, (0, 0)):
            message = "a receipt can spend what it earns only where points open at once"
            self._add("conflict", path, message, "set points.opens to {after: 0d}, or leave it out")
        looking = [rule["id"] for rule in self._rules if rule and rule["enabled"] and _looks_at_money(rule)]
        if earn.get("basis") == "paid" and looking:
            message = f"what a receipt earns would depend on what it spends: rule '{looking[0]}' looks at money paid"
            self._add("conflict", path, message, "set earn.basis to before-points or full")


def _looks_at_money(rule: Values) -> bool:
    """Whether what a rule gives depends on money: a share of it, a step of it, or a condition on the total."""
    kind = RULE_KINDS.get(rule["kind"])
    own = any(key.type in ("rate", "money") for key in kind.KEYS.values()) if kind else False
    return own or bool((rule["when"] or {}).get("total"))


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


def find_cycles(below: dict[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The circles among names that point at names, each once, from its first name in the given order.

    >>> find_cycles({"a": ("b",), "b": ("a",), "c": ("c", "a")})
    [('a', 'b'), ('c',)]
    """
    cycles: list[tuple[str, ...]] = []
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            cycles.append(trail[trail.index(name) :])
        elif name in below and name not in done:
            for target in below[name]:
                walk(target, (*trail, name))
            done.add(name)

    for name in below:
        walk(name, ())
    return cycles
