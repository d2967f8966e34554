"""A naive ledger of one account, to hold the engine against: lists, fractions, and the whole story told anew each time.

One program: a receipt gives ``rate`` of what was paid in points of 1.00, rounded down; lots open ``opens`` days after
the receipt and last ``lasts`` days from then; points pay for lines in proportion to their amounts; returns take back in
proportion and owe what is gone.  A story is a list of tuples, see ``Oracle``; amounts are in cents, days are numbers.
"""

from copy import deepcopy
from fractions import Fraction


def split(total, weights):
    """Largest remainder, ties to the earlier."""
    whole = sum(weights)
    exact = [Fraction(total * each, whole) if whole else Fraction(total, len(weights)) for each in weights]
    parts = [int(each) for each in exact]
    rests = sorted(range(len(exact)), key=lambda place: (parts[place] - exact[place], place))
    for place in rests[: total - sum(parts)]:
        parts[place] += 1
    return parts


class Oracle:
    """``tell(story)``: what each step answers, then (balance, pending, deficit, what remains in each lot)."""

    def __init__(self, rate, opens, lasts):
        self.rate, self.opens, self.lasts = rate, opens, lasts

    def tell(self, story):
        self.clock, self.lots, self.debits, self.sales = 0, [], [], []
        told = []
        for kind, day, *rest in story:
            before = deepcopy(self.__dict__)
            self.settle(max(day, self.clock))
            answer = getattr(self, kind)(day, *rest)
            if answer == "refused":
                self.__dict__ = before  # as if never asked, the clock too
            self.settle(self.clock)
            told.append((answer, *self.standing(max(day, self.clock))))
        return told

    def settle(self, day):
        self.clock = max(self.clock, day)
        for lot in self.lots:
            if lot["ends"] < self.clock:
                lot["expired"] += lot["left"]
                lot["left"] = 0

    def standing(self, day):
        live = [lot if lot["ends"] >= day else {**lot, "left": 0} for lot in self.lots]
        opened = sum(lot["left"] for lot in live if lot["opens"] <= day)
        owed = sum(debit["rest"] for debit in self.debits)
        return opened - owed, sum(lot["left"] for lot in live) - opened, owed, [lot["left"] for lot in live]

    def eating(self, pending=False):
        ready = [lot for lot in self.lots if lot["left"] and (lot["opens"] > self.clock) == pending]
        return sorted(ready, key=lambda lot: (lot["ends"], lot["opens"], lot["n"]))

    def put(self, lot, points):
        for debit in self.debits:
            part = min(debit["rest"], points)
            debit["rest"] -= part
            points -= part
            debit["from"][lot["n"]] = debit["from"].get(lot["n"], 0) + part
        lot["left"] += points

    def give(self, opens, points):
        lot = {"n": len(self.lots), "opens": opens, "ends": opens + self.lasts, "left": 0, "expired": 0}
        self.lots.append(lot)
        self.put(lot, points)
        return lot

    def take(self, points, lots):
        debit = {"rest": points, "from": {}}
        for lot in lots:
            part = min(lot["left"], debit["rest"])
            lot["left"] -= part
            debit["rest"] -= part
            debit["from"][lot["n"]] = part
        self.debits.append(debit)
        return debit

    def redeem(self, day, points):
        if points > sum(lot["left"] for lot in self.eating()):
            return "refused"
        self.take(points, self.eating())
        return points

    def adjust(self, day, points):
        if -points > sum(lot["left"] for lot in self.lots):
            return "refused"
        if points > 0:
            self.give(day, points)
        else:
            self.take(-points, self.eating() + self.eating(pending=True))
        return points

    def look(self, day):
        return None

    def receipt(self, day, lines, points):
        """lines: (quantity, cents), all above zero."""
        amounts = [amount for _, amount in lines]
        available = sum(lot["left"] for lot in self.eating())
        if points > available or points * 100 > sum(amounts):
            return "refused"
        money = split(points * 100, amounts)
        sale = {
            "lines": lines,
            "spent": split(points, money),
            "paid": [a - m for a, m in zip(amounts, money, strict=True)],
        }
        sale |= {"back": [Fraction(0)] * len(lines), "reckoned": 0, "restored": 0, "cash": 0, "day": day}
        sale["debit"] = self.take(points, self.eating()) if points else None
        award = int(Fraction(sum(sale["paid"]), 100) * self.rate)
        sale["awards"] = split(award, sale["paid"] if sum(sale["paid"]) else amounts)
        sale["lot"] = self.give(day + self.opens, award) if award else None
        self.sales.append(sale)
        return award

    def bring_back(self, day, which, line, quantity):
        """Some of one line of a receipt; the answer is (taken back, restored, cents paid back)."""
        if not self.sales:
            return "refused"
        sale = self.sales[which % len(self.sales)]
        line %= len(sale["lines"])
        share = sale["back"][line] + Fraction(quantity, sale["lines"][line][0])
        if share > 1 or day < sale["day"]:
            return "refused"
        sale["back"][line] = share

        def due(points):
            return sum(int(each * back) for each, back in zip(points, sale["back"], strict=True))

        cash, restored = due(sale["paid"]) - sale["cash"], due(sale["spent"]) - sale["restored"]
        sale["cash"] += cash
        sale["restored"] += restored
        if restored:
            self.restore(sale["debit"], restored)
        points = 0
        if sale["lot"]:
            reckoned = max(sale["reckoned"], due(sale["awards"]) - sale["lot"]["expired"])
            points, sale["reckoned"] = reckoned - sale["reckoned"], reckoned
            others = [lot for lot in self.eating() + self.eating(pending=True) if lot is not sale["lot"]]
            self.take(points, [sale["lot"], *others])
        return points, restored, cash

    def restore(self, debit, points):
        cancelled = min(debit["rest"], points)
        debit["rest"] -= cancelled
        points -= cancelled
        lots = [self.lots[n] for n in debit["from"]]
        for lot in sorted(lots, key=lambda lot: (lot["ends"], lot["opens"], lot["n"]), reverse=True):
            part = min(points, debit["from"][lot["n"]])
            debit["from"][lot["n"]] -= part
            points -= part
            self.put(lot, part)
