"""What every member of the gift shop must have, reckoned from the CSV alone, as a careful clerk would.

Nothing of bonuscli is used.  The rules of ``programs/gift-shop.yaml`` are written out by hand: 2 % of goods in points
of a penny (3 % for regulars, 4 % for patrons by the spend of the last twelve months), 500 for an order of 1000.00, at
most 20,000 an order; points open after 14 days; 200 points of welcome with the enrolment, for 30 days, and for who is
enrolled by a cancellation with his first sale above 0.00.  A cancellation names no original: it is scored as a sale and
takes at most what there is, soonest to expire first, open before pending lots.  The file has no redemptions.
"""

import csv
import gzip
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path

NO_GOODS = {"POST", "DOT", "C2", "D", "M", "m", "S", "BANK CHARGES", "AMAZONFEE"}


def documents(path: Path) -> list[tuple]:
    """(number, time, customer, [(sku, name, amount)]) in order of each receipt's first line."""
    found: dict[str, tuple] = {}
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            at = datetime.fromisoformat(row["InvoiceDate"])
            customer = row["CustomerID"].strip().removesuffix(".0")
            head = found.setdefault(row["InvoiceNo"], (row["InvoiceNo"], at, customer, []))
            amount = Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])
            head[3].append((row["StockCode"].strip(), row["Description"], amount))
    return list(found.values())


def months_later(day: date, months: int) -> date:
    """The same day of a later (or, below zero, earlier) month, or the month's last."""
    index = day.year * 12 + day.month - 1 + months
    for number in range(day.day, 27, -1):
        try:
            return date(index // 12, index % 12 + 1, number)
        except ValueError:
            continue
    return date(index // 12, index % 12 + 1, day.day)


def end_of_month(day: date) -> date:
    """The last day of the month."""
    return months_later(day.replace(day=1), 1) - timedelta(days=1)


class Customer:
    """Lots as [opens, expires, points, order], spend by day, the level reached (the file is shorter than a window)."""

    def __init__(self) -> None:
        self.lots: list[list] = []
        self.spend: dict[date, Decimal] = defaultdict(Decimal)
        self.level = 0
        self.welcome_waits = False

    def welcome(self, day: date) -> None:
        """200 points at once, for 30 days."""
        self.lots.append([day, day + timedelta(days=30), 200, len(self.lots)])
        self.welcome_waits = False

    def forget(self, day: date) -> None:
        """Drop what has passed its last day."""
        self.lots = [lot for lot in self.lots if lot[1] >= day]

    def score(self, lines: list[tuple], sign: int) -> int:
        """Points for the lines, all amounts times ``sign``."""
        total = sum(sign * amount for _, _, amount in lines)
        if total <= 0:
            return 0
        goods = [
            sign * amount for sku, name, amount in lines if sku not in NO_GOODS and "gift voucher" not in name.lower()
        ]
        rate = Fraction((2, 3, 4)[self.level], 100)
        exact = sum(Fraction(amount) for amount in goods) * rate * 100 + (500 if total >= 1000 else 0)
        return min(max(0, floor(exact)), 20_000)

    def rise(self, day: date) -> None:
        """Look the level up in the spend of the last twelve months."""
        spent = max(
            Decimal(0), sum((m for d, m in self.spend.items() if months_later(day, -12) < d <= day), Decimal(0))
        )
        reached = 2 if spent >= 2500 else 1 if spent >= 750 else 0
        self.level = max(self.level, reached)

    def take(self, day: date, points: int) -> None:
        """Take at most what there is."""
        opened = sorted((lot for lot in self.lots if lot[0] <= day), key=lambda lot: (lot[1], lot[0], lot[3]))
        pending = sorted((lot for lot in self.lots if lot[0] > day), key=lambda lot: (lot[1], lot[0], lot[3]))
        for lot in opened + pending:
            part = min(points, lot[2])
            lot[2] -= part
            points -= part


def standing(path: Path, today: date) -> dict[str, tuple[int, int]]:
    """Of each customer (balance, pending) on a day after the file."""
    customers: dict[str, Customer] = {}
    clocks: dict[str, date] = {}
    for number, at, name, lines in documents(path):
        if not name:
            continue
        sale = not number.startswith("C")
        customer = customers.get(name)
        if customer is None:
            customer = customers[name] = Customer()
            customer.welcome_waits = True
            if sale:
                customer.welcome(at.date())
        clock = clocks[name] = max(clocks.get(name, at.date()), at.date())
        customer.forget(clock)
        total = sum(amount for _, _, amount in lines)
        points = customer.score(lines, 1 if sale else -1)
        if sale and points:
            opens = at.date() + timedelta(days=14)
            customer.lots.append([opens, end_of_month(months_later(opens, 12)), points, len(customer.lots)])
        elif not sale:
            customer.take(clock, points)
        if sale and customer.welcome_waits and total > 0:
            customer.welcome(at.date())
        customer.spend[at.date()] += total
        customer.rise(clock)
    found = {}
    for name, customer in customers.items():
        customer.forget(today)
        opened = sum(lot[2] for lot in customer.lots if lot[0] <= today)
        found[name] = (opened, sum(lot[2] for lot in customer.lots) - opened)
    return found
