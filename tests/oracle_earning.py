"""A naive reading of the program file for one receipt: which points its lines earn, in fractions, step by step.

``Reading(program, lines, tier, paid, room, budgets)`` takes the file's dictionary and answers ``award``: (points,
points by rule), or None where the file leaves open who replaces whom.  Lines are (sku, name, category, brand, quantity,
amount, discount) with quantities in thousandths and money in cents.  Who replaces whom is not reckoned but guessed: of
all possible sets of standing rules the one is taken that agrees with itself.
"""

import math
from fnmatch import fnmatchcase
from fractions import Fraction
from itertools import chain, combinations

from tests.oracle import split

KEYS = {"skus": 0, "names": 1, "categories": 2, "brands": 3}
RANKS = (("skus", 4), ("names", 3), ("brands", 2), ("categories", 1))
ROUND = {
    "down": math.floor,
    "up": math.ceil,
    "half-up": lambda exact: math.floor(exact + Fraction(1, 2)),
    "half-even": round,
}


def rate(text):
    """A share from ``7.5%``."""
    return Fraction(text.rstrip("%")) / 100


def cents(text):
    """Money of a currency with two digits."""
    return int(Fraction(text) * 100)


def subsets(things):
    """All subsets, as sets."""
    things = list(things)
    return map(set, chain.from_iterable(combinations(things, size) for size in range(len(things) + 1)))


def discounted(line, over):
    """Whether a line has a discount, or one over a share of its price before it."""
    *_, amount, discount = line
    least = Fraction(0) if over in (True, "true") else rate(over["over"])
    return discount > 0 and discount > least * (amount + discount)


def means(goods, line, sets):
    """Whether goods, as the file tells them, are on a line."""
    if goods is None:
        return True
    if isinstance(goods, str):
        goods = [goods]
    if isinstance(goods, list):
        return any(means(sets[name], line, sets) for name in goods)
    for key, place in KEYS.items():
        if key == "names" and key in goods:
            name = line[place].casefold()
            if not name or not any(fnmatchcase(name, glob.casefold()) for glob in goods[key]):
                return False
        elif key in goods and line[place] not in goods[key]:
            return False
    if "discounted" in goods and not discounted(line, goods["discounted"]):
        return False
    return "not" not in goods or not means(goods["not"], line, sets)


def excluded(exclude, line, sets):
    """Whether a line is left out: each key excludes on its own."""
    found = exclude or {}
    return ("goods" in found and means(found["goods"], line, sets)) or (
        "discounted" in found and discounted(line, found["discounted"])
    )


def limits(program, lines, tier):
    """Cents of each line that points may pay."""
    redeem, sets = program["redeem"], program["goods"]
    level = next((each for each in program.get("tiers", {}).get("levels", ()) if each["id"] == tier), {})
    general = level.get("redeem_max", redeem.get("max_share", "100%"))
    found = []
    for line in lines:
        share = next(
            (share for name, share in redeem.get("max_share_by_goods", {}).items() if means(name, line, sets)), general
        )
        amount = 0 if line[5] <= 0 or excluded(redeem.get("exclude"), line, sets) else line[5]
        found.append(math.floor(amount * rate(share)))
    return found


class Reading:
    """See the module.  ``paid``: cents of each line that points paid; ``room``: points that the day's caps leave, or
    None; ``budgets``: points that each rule with a budget may still give.  Points are in smallest units."""

    def __init__(self, program, lines, tier, paid, room=None, budgets=None, shop=""):
        self.program, self.lines, self.tier, self.shop = program, lines, tier, shop
        self.room, self.budgets = room, budgets or {}
        self.sets, earn = program["goods"], program["earn"]
        self.unit = 10 ** program["points"]["scale"]
        self.total = sum(line[5] for line in lines)
        self.bases = [
            None
            if line[5] == 0 or excluded(earn.get("exclude"), line, self.sets)
            else {"paid": line[5] - spent, "before-points": line[5], "full": line[5] + line[6]}[earn["basis"]]
            for line, spent in zip(lines, paid, strict=True)
        ]
        self.rules = [
            rule
            for rule in earn["rules"]
            if rule.get("enabled", True) and self.holds(rule.get("when")) and self.there(rule)
        ]
        self.of_lines = [rule for rule in self.rules if rule["kind"] in ("percent", "item")]
        self.of_receipt = [rule for rule in self.rules if rule["kind"] in ("fixed", "step")]
        self.multipliers = [rule for rule in self.rules if rule["kind"] == "multiply"]

    def holds(self, when):
        """Whether a condition holds, of those that the drawn programs have."""
        if when is None:
            return True
        bounds = when.get("total", {})
        return (
            ("from" not in bounds or self.total >= cents(bounds["from"]))
            and ("below" not in bounds or self.total < cents(bounds["below"]))
            and (
                "items" not in when or any(line[4] > 0 and means(when["items"], line, self.sets) for line in self.lines)
            )
            and ("tiers" not in when or self.tier in when["tiers"])
            and ("shops" not in when or self.shop in when["shops"])
            and ("not" not in when or not self.holds(when["not"]))
        )

    def on(self, rule, place):
        """Whether a rule's goods are on a line that counts."""
        return self.bases[place] is not None and means(rule.get("goods"), self.lines[place], self.sets)

    def there(self, rule):
        """Whether a rule's goods are on any line that counts; a rule for all goods needs none."""
        return "goods" not in rule or any(self.on(rule, place) for place in range(len(self.lines)))

    # --- who replaces whom ------------------------------------------------------------------------------------------

    def beats(self, one, other):
        """Whether one line rule wins over another that replaces the same: the more specific, then the later one."""
        if not set(one.get("replaces", ())) & set(other.get("replaces", ())):
            return False
        order = [rule["id"] for rule in self.program["earn"]["rules"]]
        ranks = [(self.rank(rule), order.index(rule["id"])) for rule in (one, other)]
        return ranks[0] > ranks[1]

    def rank(self, rule):
        """How narrowly a rule's goods are named."""
        goods = rule.get("goods")
        if isinstance(goods, dict):
            return next((rank for key, rank in RANKS if key in goods), 0)
        return 0 if goods is None else 3

    def standing_on(self, place, removed):
        """The line rules that stand on a line, guessed; None where there is not exactly one good guess."""
        rules = [rule for rule in self.of_lines if self.on(rule, place) and rule["id"] not in removed]
        good = []
        for ids in subsets(rule["id"] for rule in rules):
            stands = [rule for rule in rules if rule["id"] in ids]
            replaced = set(chain.from_iterable(rule.get("replaces", ()) for rule in stands))
            if all(
                (rule["id"] in ids) == (rule["id"] not in replaced and not any(self.beats(one, rule) for one in stands))
                for rule in rules
            ):
                good.append((stands, replaced))
        return good[0] if len(good) == 1 else None

    def standing(self):
        """(rules on each line, ids replaced on each line, ids removed from the receipt), guessed as above."""
        others, good = self.of_receipt + self.multipliers, []
        for ids in subsets(rule["id"] for rule in others):
            removed = set(chain.from_iterable(rule.get("replaces", ()) for rule in others if rule["id"] in ids))
            on_lines = [self.standing_on(place, removed) for place in range(len(self.lines))]
            if None in on_lines:
                return None
            replaced = [gone for _, gone in on_lines]
            if all((rule["id"] in ids) == self.stands(rule, removed, replaced) for rule in others):
                good.append(([rules for rules, _ in on_lines], replaced, removed))
        return good[0] if len(good) == 1 else None

    def stands(self, rule, removed, replaced):
        """Whether a rule for the receipt is there at all: not removed, and not replaced on its lines."""
        if rule["id"] in removed:
            return False
        of_rule = [rule["id"] in gone for place, gone in enumerate(replaced) if self.on(rule, place)]
        if not of_rule:
            return True
        return not any(of_rule) if rule["kind"] == "fixed" else not all(of_rule)

    # --- points -----------------------------------------------------------------------------------------------------

    @property
    def award(self):
        """(points, {rule: points}), None where it can not be told."""
        if self.total <= 0:
            return 0, {}
        found = self.standing()
        if found is None:
            return None
        on_lines, replaced, removed = found
        by_line = self.line_points(on_lines)
        for place, points in enumerate(by_line):
            here = [
                rule for rule in self.multipliers
                if rule["id"] not in removed | replaced[place] and self.on(rule, place)
            ]  # fmt: skip
            points.update(self.multiplied(points, here) if points else {})
        of_receipt = self.receipt_points(removed, replaced)
        everywhere = [rule for rule in self.multipliers if rule["id"] not in removed and "goods" not in rule]
        of_receipt.update(self.multiplied(of_receipt, everywhere))
        return self.shared(by_line, of_receipt)

    def line_points(self, on_lines):
        """Points of the line rules, by line and rule."""
        value = Fraction(self.program["points"]["value"]) * 100
        level = next((each for each in self.program.get("tiers", {}).get("levels", ()) if each["id"] == self.tier), {})
        units_left, found = {}, []
        for line, basis, rules in zip(self.lines, self.bases, on_lines, strict=True):
            points = {}
            for rule in rules:
                if rule["kind"] == "percent":
                    share = rate(level.get("replaces", {}).get(rule["id"], rule["rate"]))
                    points[rule["id"]] = basis * share / value * self.unit
                elif line[5] > 0:
                    units = max(line[4], 0) // 1000 if rule["per"] == "unit" else 1
                    units = min(units, units_left.get(rule["id"], rule.get("max_units") or units))
                    if rule.get("max_units"):
                        units_left[rule["id"]] = units_left.get(rule["id"], rule["max_units"]) - units
                    points[rule["id"]] = Fraction(rule["points"]) * self.unit * units
            found.append(points)
        return found

    def receipt_points(self, removed, replaced):
        """Points of the receipt rules."""
        found = {}
        for rule in self.of_receipt:
            places = [place for place in range(len(self.lines)) if self.on(rule, place)]
            left = [place for place in places if rule["id"] not in replaced[place]]
            if rule["id"] in removed or (rule["kind"] == "fixed" and left != places):
                continue
            points = Fraction(rule["points"]) * self.unit
            if rule["kind"] == "step":
                points *= max(0, sum(self.bases[place] for place in left)) // cents(rule["per"])
            if points:
                found[rule["id"]] = points
        return found

    def multiplied(self, points, multipliers):
        """What each multiplier adds."""
        plain = {rule["id"] for rule in self.rules if rule.get("multiplied", True)}
        base = sum(each for rule, each in points.items() if rule in plain)
        factors = [(rule["id"], Fraction(rule["factor"])) for rule in multipliers]
        stacking = self.program["earn"]["stacking"]
        if stacking == "best":
            factors = sorted(factors, key=lambda each: -each[1])[:1]
        added, running = {}, base
        for rule, factor in factors:
            added[rule] = (running if stacking == "product" else base) * (factor - 1)
            running += added[rule]
        return added

    def shared(self, by_line, of_receipt):
        """Rounded, capped, shared over the rules, and cut to the budgets."""
        rounding, cap = self.program["points"]["rounding"], self.program["earn"].get("cap", {})
        sums = [sum(points.values(), Fraction(0)) for points in (*by_line, of_receipt)]
        cut = ROUND[rounding["mode"]]
        rounded = max(0, sum(map(cut, sums)) if rounding["level"] == "line" else cut(sum(sums)))
        most = [Fraction(cap["per_receipt"]) * self.unit] if "per_receipt" in cap else []
        points = int(min([rounded, *most, *([] if self.room is None else [self.room])]))
        exact = {}
        for given in (*by_line, of_receipt):
            for rule, each in given.items():
                exact[rule] = exact.get(rule, 0) + each
        order = [rule["id"] for rule in (*self.of_lines, *self.of_receipt, *self.multipliers) if rule["id"] in exact]
        ids = [rule for rule in order if exact[rule] > 0] or order[:1]
        parts = split(rounded, [max(exact[rule], 0) for rule in ids]) if ids else []
        excess = rounded - points
        for place in reversed(range(len(parts))):
            gone = min(parts[place], excess)
            parts[place], excess = parts[place] - gone, excess - gone
        budgeted = {rule["id"] for rule in self.rules if "budget" in rule}
        told = {
            rule: min(part, self.budgets.get(rule, 0)) if rule in budgeted else part
            for rule, part in zip(ids, parts, strict=True)
        }
        told = {rule: part for rule, part in told.items() if part}
        return sum(told.values()), told
