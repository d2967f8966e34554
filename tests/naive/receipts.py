"""A receipt told naively: what it earns, how it is shared over its lines, and how much of that is due back."""

from fractions import Fraction

CENTS = 100  # a point pays 1.00


def split(total, weights):
    """Largest remainder, ties to the earlier."""
    whole = sum(weights)
    exact = [Fraction(total * each, whole) if whole else Fraction(total, len(weights)) for each in weights]
    parts = [int(each) for each in exact]
    by_rest = sorted(range(len(exact)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_rest[: total - sum(parts)]:
        parts[place] += 1
    return parts


def limits(lines, program):
    """Cents of each line that points may pay."""
    return [int(amount * program.share) for _, _, amount in lines]


class Sale:
    """``lines``: (sku, quantity, cents); ``back``: of each line the part brought back."""

    def __init__(self, account, at, day, lines):
        self.account, self.at, self.day, self.lines = account, at, day, lines
        self.amounts = [amount for _, _, amount in lines]
        self.total = sum(self.amounts)
        self.spents, self.paid = [0] * len(lines), list(self.amounts)
        self.debit = self.redeemed_on = self.lot = None
        self.award, self.awards = 0, [0] * len(lines)
        self.back = [Fraction(0)] * len(lines)
        self.cash = self.restored = self.reckoned = 0

    def pay(self, points, program):
        """Points pay for the lines: by what they may pay of each, else by the amounts."""
        money = points * CENTS
        bounds = limits(self.lines, program)
        by_line = split(money, bounds if sum(bounds) >= money else self.amounts)
        self.spents = split(points, by_line)
        self.paid = [amount - part for amount, part in zip(self.amounts, by_line, strict=True)]

    def score(self, program):
        """The award of what was paid, and its shares."""
        self.award = points_for(self.paid, self.total, program)
        if program.earned == "by-line":
            of_whole = program.bonus if self.total else 0
            *self.awards, _ = split(self.award, [*(paid * program.rate / CENTS for paid in self.paid), of_whole])
        else:
            self.awards = split(self.award, self.paid if sum(self.paid) else self.amounts)

    def closed(self):
        """Whether everything came back."""
        return all(part == 1 for part in self.back)

    def share(self, numbers):
        """Of numbers by line what is due for the parts that came back."""
        return sum(int(number * part) for number, part in zip(numbers, self.back, strict=True))

    def due(self, program):
        """Points of the award that are due back by now."""
        if program.earned == "keep":
            return 0
        if program.earned == "recompute":
            left = [
                amount - int(amount * part) - (spent - int(spent * part))
                for amount, spent, part in zip(self.amounts, self.money(), self.back, strict=True)
            ]
            total = sum(amount - int(amount * part) for amount, part in zip(self.amounts, self.back, strict=True))
            return self.award - points_for(left, total, program)
        return self.award if self.closed() else self.share(self.awards)

    def money(self):
        """Cents of each line that points paid."""
        return [amount - paid for amount, paid in zip(self.amounts, self.paid, strict=True)]

    def parts_of(self, wanted):
        """The parts that come back of each line; a text is why they can not.

        ``wanted``: None (all that is left), ("amount", cents), ("sku", sku, quantity), or
        ("lines", (number, quantity), ...) with numbers from 1.
        """
        open_parts = [1 - part for part in self.back]
        if self.closed():
            return "already_returned"
        if wanted is None:
            return open_parts
        kind, *asked = wanted
        if kind == "amount":
            return self._by_amount(asked[0], open_parts)
        parts = [Fraction(0)] * len(self.lines)
        for thing, quantity in asked if kind == "lines" else [asked]:
            left = quantity * 1_000  # a quantity has three digits: what is less than a thousandth is none
            for place, (sku, sold, _) in enumerate(self.lines):
                if thing in (sku, place + 1):
                    part = min(sold * 1_000 * (open_parts[place] - parts[place]), left)
                    parts[place] += Fraction(part, sold * 1_000)
                    left -= -(-part // 1)
            if left:
                return "over_returned"
        return parts

    def _by_amount(self, cents, open_parts):
        if cents > sum(self.paid) - self.cash:
            return "over_returned"
        if cents == sum(self.paid) - self.cash:
            return open_parts
        left = [paid - int(paid * part) for paid, part in zip(self.paid, self.back, strict=True)]
        return [
            0 if not part else open_part if part == rest else Fraction(part, paid)
            for part, rest, paid, open_part in zip(split(cents, left), left, self.paid, open_parts, strict=True)
        ]


def points_for(paid, total, program):
    """Points for cents paid of the lines, and for the receipt as a whole if anything was bought."""
    return int(sum(paid) * program.rate / CENTS) + (program.bonus if total else 0)
