"""What receipts give and what their returns take, under every policy, told by the ledger's text and not by the engine.

The shop: ``base`` gives a rate of what was paid, ``bonus-a`` five points for each unit of A, ``basket`` seven points
for a receipt of 40.00; goods W earn nothing; a point pays 1.00.  ``Naive(...).tell(story)`` answers step by step, and
after each step what the account shows.  Days are numbers, amounts are cents, a line is (goods, units, cents), both
above zero.
"""

from fractions import Fraction
from math import floor

from tests.oracle import Oracle, split

PRORATE, BY_LINE, RECOMPUTE, KEEP = POLICIES = ("prorate", "by-line", "recompute", "keep")
DEFICIT, FORGIVE = SHORT = ("deficit", "forgive")


class Naive(Oracle):
    """One account; ``high``: the spend that raises the rate to 40 %, ``friend``: points of a referral."""

    def __init__(
        self, earned, short, least=None, *, opens=0, lasts=300, per_receipt=None, per_day=None, budget=None, high=None,
        friend=None,
    ):  # fmt: skip
        super().__init__(Fraction(20), opens, lasts)
        self.earned, self.short, self.least = earned, short, least
        self.per_receipt, self.per_day, self.budget = per_receipt, per_day, budget
        self.high, self.friend, self.referred = high, friend, not friend
        self.level, self.spend, self.today, self.holds = "low", 0, {}, {}

    def standing(self, day):
        """(balance, pending, on hold, owed, basket's budget, level, lots with points)."""
        balance, pending, owed, _ = super().standing(day)
        held = sum(sum(debit["from"].values()) for debit in self.holds.values())
        live = [lot for lot in self.lots if lot["left"] and lot["ends"] >= day]
        lots = sorted((lot["opens"], lot["ends"], lot["left"]) for lot in live)
        return balance + held, pending, held, owed, self.budget, self.level, lots

    # --- what a receipt gives ---------------------------------------------------------------------------------------

    def score(self, lines, level, room, budget):
        """(points, points of the basket rule, exact points of each line and, last, of the basket)."""
        total = sum(line["cents"] for line in lines)
        if total <= 0:
            return 0, 0, [0] * (len(lines) + 1)
        rate = Fraction(40 if level == "high" else 20, 100)
        base = [rate * (line["cents"] - line["points"] * 100) / 100 * (line["goods"] != "W") for line in lines]
        bonus = [5 * floor(line["units"]) * (line["goods"] == "A") for line in lines]
        basket = 7 * (total >= 4000)
        exact = [Fraction(sum(pair)) for pair in zip(base, bonus, strict=True)] + [Fraction(basket)]
        whole = floor(sum(exact))
        rules = split(whole, [sum(base), Fraction(sum(bonus)), Fraction(basket)])
        cut = whole - min([whole, *(limit for limit in (self.per_receipt, room) if limit is not None)])
        for rule in (2, 1, 0):
            less = min(cut, rules[rule])
            rules[rule] -= less
            cut -= less
        if budget is not None:
            rules[2] = min(rules[2], budget)
        return sum(rules), rules[2], exact

    def buy(self, day, number, lines, points=0):
        """A receipt, of which points pay a part."""
        amounts = [cents for _, _, cents in lines]
        if points > sum(lot["left"] for lot in self.eating()) or points * 100 > sum(amounts):
            return "refused"
        sold = [
            {"goods": goods, "units": Fraction(units), "cents": cents, "points": Fraction(money, 100)}
            for (goods, units, cents), money in zip(lines, split(points * 100, amounts), strict=True)
        ]
        sale = {"id": number, "sold": sold, "day": day, "level": self.level, "back": [Fraction(0)] * len(lines)}
        sale["room"] = None if self.per_day is None else max(0, self.per_day - self.today.get(day, 0))
        award, sale["drawn"], exact = self.score(sold, self.level, sale["room"], self.budget)
        sale["paid"] = [line["cents"] - int(line["points"] * 100) for line in sold]
        sale["spent"] = split(points, [line["points"] for line in sold]) if points else [0] * len(lines)
        bases = [cents * (line["goods"] != "W") for cents, line in zip(sale["paid"], sold, strict=True)]
        *sale["of_lines"], sale["of_basket"] = split(award, exact) if self.earned == BY_LINE else [
            *split(award, bases if any(bases) else amounts), 0
        ]  # fmt: skip
        sale |= {"award": award, "reckoned": 0, "restored": 0, "cash": 0, "taken": 0, "exact": exact}
        sale["debit"] = self.take(points, self.eating()) if points else None
        sale["lot"] = self.give(day + self.opens, award) if award else None
        self.today[day] = self.today.get(day, 0) + award
        self.budget = None if self.budget is None else self.budget - sale["drawn"]
        self.sales.append(sale)
        if not self.referred:
            self.referred = True
            self.give(day, self.friend)
        self.count(sum(sale["paid"]))
        return award, points

    def count(self, cents):
        """The level follows what was spent in a life, up and down."""
        self.spend = max(0, self.spend + cents)
        self.level = "high" if self.high is not None and self.spend >= self.high else "low"

    # --- what a return takes ----------------------------------------------------------------------------------------

    def back(self, day, number, what=None):
        """``what``: {line: units}, cents, or None: all that is left.  (taken, restored, forgiven, cents paid back)."""
        sale = next((sale for sale in self.sales if sale["id"] == number), None)
        shares = self.shares(sale, what) if sale else None
        if shares is None or all(share == 1 for share in sale["back"]) or max(shares) > 1:
            return "refused"
        sale["back"] = shares
        whole = all(share == 1 for share, line in zip(shares, sale["sold"], strict=True) if line["cents"] > 0)

        def due(parts):
            return sum(floor(part * share) for part, share in zip(parts, shares, strict=True))

        to_pay = sum(sale["paid"])
        cash = (to_pay if whole else max(sale["cash"], min(due(sale["paid"]), to_pay))) - sale["cash"]
        sale["cash"] += cash
        restored = (sum(sale["spent"]) if whole else due(sale["spent"])) - sale["restored"]
        sale["restored"] += restored
        if restored:
            self.restore_and_prolong(day, sale["debit"], restored)
        taken, forgiven = self.take_back(sale, self.due_points(sale, due, whole))
        self.count(-cash)
        return taken, restored, forgiven, cash

    def shares(self, sale, what):
        """Of each line how much of it is back after the return; None where it is more than was sold."""
        if isinstance(what, dict):
            added = [Fraction(what.get(place, 0)) / line["units"] for place, line in enumerate(sale["sold"])]
            return [share + more for share, more in zip(sale["back"], added, strict=True)]
        left = sum(sale["paid"]) - sale["cash"]
        if what is None or what == left:
            return [Fraction(1)] * len(sale["back"])
        if what > left:
            return None
        pairs = list(zip(sale["paid"], sale["back"], strict=True))
        open_cents = [max(0, paid - floor(paid * share)) for paid, share in pairs]
        parts = zip(split(what, open_cents), open_cents, pairs, strict=True)
        return [
            Fraction(1) if part and part == cents else share + (Fraction(part, paid) if part else 0)
            for part, cents, (paid, share) in parts
        ]

    def due_points(self, sale, due, whole):
        """Points of the award that are due back for all that was brought back so far."""
        if self.earned == KEEP:
            return 0
        if self.earned == RECOMPUTE:
            left = [
                {
                    **line,
                    "units": line["units"] - Fraction(floor(line["units"] * 1000 * share), 1000),
                    "cents": line["cents"] - floor(line["cents"] * share),
                    "points": line["points"] - Fraction(floor(line["points"] * 100 * share), 100),
                }
                for line, share in zip(sale["sold"], sale["back"], strict=True)
            ]
            drawn = None if self.budget is None else sale["drawn"]
            return min(sale["award"], sale["award"] - self.score(left, sale["level"], sale["room"], drawn)[0])
        if self.earned == BY_LINE:
            return due(sale["of_lines"]) + (sale["of_basket"] if whole else 0)
        return sale["award"] if whole else due(sale["of_lines"])

    def take_back(self, sale, due):
        """What is due and was not reckoned before, less what expired; points taken and points forgiven."""
        if not sale["lot"]:
            return 0, 0
        reckoned = max(sale["reckoned"], due - sale["lot"]["expired"])
        points, sale["reckoned"] = reckoned - sale["reckoned"], reckoned
        others = [lot for lot in self.eating() + self.eating(pending=True) if lot is not sale["lot"]]
        lots = [sale["lot"], *others]
        held = sum(sum(debit["from"].values()) for debit in self.holds.values())
        there = sum(lot["left"] for lot in lots) + held - sum(debit["rest"] for debit in self.debits)
        forgiven = max(0, points - max(0, there)) if self.short == FORGIVE else 0
        taken = points - forgiven
        if taken:
            self.take(taken, lots)
        self.today[sale["day"]] -= taken
        if self.budget is not None and sale["award"]:
            shares = [sale["drawn"] * part // sale["award"] for part in (sale["taken"], sale["taken"] + taken)]
            self.budget += shares[1] - shares[0]
        sale["taken"] += taken
        return taken, forgiven

    def restore_and_prolong(self, day, debit, points):
        """Points come back to their lots; what would live less than ``least`` days moves to a lot that does."""
        before = {lot["n"]: lot["left"] for lot in self.lots}
        self.restore(debit, points)
        if self.least is None:
            return
        for lot in list(self.lots):
            came = lot["left"] - before[lot["n"]]
            if came and "origin" not in lot and lot["ends"] < day + self.least:
                lot["left"] -= came
                n = len(self.lots)
                days = {"opens": min(lot["opens"], day), "ends": day + self.least}
                self.lots.append({"n": n, **days, "left": came, "expired": 0, "origin": lot["n"]})

    # --- what else happens to points --------------------------------------------------------------------------------

    def hold(self, day, number, points):
        """Points put aside."""
        if points > sum(lot["left"] for lot in self.eating()):
            return "refused"
        self.holds[number] = self.take(points, self.eating())
        return points

    def release(self, day, number):
        """All of them let go."""
        if number not in self.holds:
            return "refused"
        held = self.holds.pop(number)
        points = sum(held["from"].values())
        self.restore(held, points)
        return points

    def capture(self, day, number):
        """All of them spent."""
        return sum(self.holds.pop(number)["from"].values()) if number in self.holds else "refused"

    def cancel(self, day, number):
        """A receipt undone: all that is left of it comes back."""
        answer = self.back(day, number)
        return answer if answer == "refused" else (answer[0], answer[1], answer[3])

    def publish(self, day):
        """Another version of the program: receipts from before keep theirs."""

    def undo_return(self, day):
        """What came back came back: the shop rings it up again."""
        return "refused"
