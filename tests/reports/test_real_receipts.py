"""The reports on three months of a real shop's receipts, against a few lines that know nothing but the file."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import pytest

from bonuscli.services.shop import Shop
from tests.ledger.tills import REAL
from tests.reports.asking import picked, rows

pytestmark = pytest.mark.slow


class Bill(NamedTuple):
    """A receipt of the file: when, whose, pence (below zero: goods brought back), the articles on it."""

    at: datetime
    customer: str
    pence: int
    articles: set[str]


@pytest.fixture(scope="module")
def bills() -> list[Bill]:
    """The same file by hand; none of its returns names a receipt, so each counts where and when it was made."""

    def read() -> Iterator[Bill]:
        found: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in csv.DictReader(gzip.decompress(REAL.read_bytes()).decode().splitlines()):
            found[row["InvoiceNo"]].append(row)
        for lines in found.values():
            pence = sum(int(Decimal(line["Quantity"]) * Decimal(line["UnitPrice"]) * 100) for line in lines)
            sold = {line["StockCode"] for line in lines if int(line["Quantity"]) > 0}
            at = min(datetime.fromisoformat(line["InvoiceDate"]) for line in lines)
            yield Bill(at, lines[0]["CustomerID"], pence, sold)

    return list(read())


def test_sales(real_shop: Shop, bills: list[Bill]) -> None:
    """Receipts and revenue by hour and by weekday."""
    for by, part in (("hour", lambda bill: f"{bill.at:%H}"), ("weekday", lambda bill: f"{bill.at:%A}")):
        expected: dict[str | None, list[int]] = defaultdict(lambda: [0, 0])
        for bill in bills:
            for label in (None, part(bill)):
                expected[label][0] += bill.pence > 0
                expected[label][1] += bill.pence
        found = picked(rows(real_shop, "sales", by=by), by, "receipts", "revenue_minor")
        assert {label: [receipts, revenue] for label, receipts, revenue in found} == expected


def test_goods(real_shop: Shop, bills: list[Bill]) -> None:
    """On how many receipts of members and of guests the twenty most popular goods are."""
    paid = [bill for bill in bills if bill.pence > 0]
    guests = sum(not bill.customer for bill in paid)
    found = picked(rows(real_shop, "goods"), "article", "member_receipts", "guest_receipts", "lift")
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for bill in paid:
        for article in bill.articles:
            counts[article][not bill.customer] += 1
    for article, of_members, of_guests, lift in found:
        assert counts[article] == [of_members, of_guests]
        assert lift == round(of_members / (len(paid) - guests) / (of_guests / guests), 4)
    assert [of_members for _, of_members, _, _ in found] == sorted((each[0] for each in counts.values()), reverse=True)[
        :20
    ]


def test_recency_and_frequency(real_shop: Shop, bills: list[Bill]) -> None:
    """Members, receipts and revenue of each grade of frequency, with its bounds."""
    receipts: dict[str, int] = defaultdict(int)
    revenue: dict[str, int] = defaultdict(int)
    for bill in bills:
        if bill.customer:
            receipts[bill.customer] += bill.pence > 0
            revenue[bill.customer] += bill.pence
    buyers = {customer: count for customer, count in receipts.items() if count}
    graded = defaultdict(list)
    for customer, count in buyers.items():
        worse = sum(other < count for other in buyers.values())
        graded[1 + 5 * worse // len(buyers)].append(customer)
    columns = ("frequency", "least", "most", "members", "receipts", "revenue_minor")
    assert picked(rows(real_shop, "rfm", by="frequency"), *columns) == [
        (
            grade, min(buyers[each] for each in graded[grade]), max(buyers[each] for each in graded[grade]),
            len(graded[grade]), sum(buyers[each] for each in graded[grade]),
            sum(revenue[each] for each in graded[grade]),
        )
        for grade in sorted(graded, reverse=True)
    ]  # fmt: skip


def test_cohorts(real_shop: Shop, bills: list[Bill]) -> None:
    """Who had his first bill in a month, of a purchase or of goods brought back, and who bought in the months after."""
    joined: dict[str, int] = {}
    bought = defaultdict(set)
    for bill in sorted(bills):
        if bill.customer:
            month = bill.at.year * 12 + bill.at.month
            first = joined.setdefault(bill.customer, month)
            if bill.pence > 0:
                bought[first, month - first].add(bill.customer)
    found = [row for row in rows(real_shop, "cohorts") if row["cohort"] is not None]
    assert len(found) == 3 + 2 + 1
    for row in found:
        year, month = map(int, row["cohort"].split("-"))
        first = year * 12 + month
        assert row["members"] == sum(each == first for each in joined.values())
        assert row["active"] == len(bought[first, row["month"]])
