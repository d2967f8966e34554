"""Do intervals hold the truth?  Thousands of shops whose truth is known, through the reports' own arithmetic.

Each case makes 2,000 shops and counts the 95 % intervals that hold what was put in: 93 to 97 of 100 must.
"""

import csv
import gzip
import math
import random
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import pytest

from bonuscli.reports.before_after import Customer, cohorts_of, compare
from bonuscli.reports.control import Bought, Group
from bonuscli.reports.intervals import (
    Difference,
    Sample,
    adjusted,
    difference,
    difference_of_shares,
    members_needed,
    sample_of,
    smallest_seen,
)
from bonuscli.reports.pays import average_receipt
from tests.ledger.tills import REAL

SHOPS = 2_000
Chance = random.Random

pytestmark = pytest.mark.slow


class Spend(NamedTuple):
    """Of how many ``buy`` of 1, and the skew of what they spend: the sigma of a log-normal sum around 20.00."""

    buy: float
    sigma: float

    @property
    def mean(self) -> float:
        """What a member spends on the average, those who do not buy too."""
        return self.buy * 20 * math.exp(self.sigma**2 / 2)

    def sample(self, chance: Chance, size: int, times: float = 1.0, more: float = 1.0) -> Sample:
        """``times``: everybody spends so much more; ``more``: so many more buy."""
        buyers = sum(chance.random() < self.buy * more for _ in range(size))
        return sample_of([chance.lognormvariate(math.log(20), self.sigma) * times for _ in range(buyers)], size)


def held(found: Callable[[Chance], Difference], truth: float) -> float:
    """Of how many shops of 100 the interval holds the truth."""
    chance = Chance(1)
    intervals = (found(chance) for _ in range(SHOPS))
    return 100 * sum(each.low <= truth <= each.high for each in intervals) / SHOPS


CASES = {
    "nothing happens": (Spend(0.5, 1.0), 950, 50, 1.0, 1.0),
    "nothing happens to 100 kept out of 500": (Spend(0.6, 0.8), 400, 100, 1.0, 1.0),
    "everybody buys a tenth more": (Spend(0.5, 1.0), 950, 50, 1.1, 1.0),
    "everybody buys a fifth more": (Spend(0.6, 0.8), 900, 100, 1.2, 1.0),
    "a tenth more members buy": (Spend(0.6, 0.8), 400, 100, 1.0, 1.1),
    "half are kept out": (Spend(0.5, 1.0), 300, 300, 1.2, 1.0),
    "a few buy for nearly all": (Spend(0.35, 1.4), 900, 100, 1.1, 1.0),
    "many are kept out of very many": (Spend(0.5, 1.0), 1_500, 300, 1.1, 1.0),
}


@pytest.mark.parametrize("case", CASES)
def test_intervals_of_spend_hold_the_truth(case: str) -> None:
    """Skewed spend, mostly zeros, with small control groups: 93 to 97 of 100 intervals hold what a member gains."""
    spend, program, control, times, more = CASES[case]

    def found(chance: Chance) -> Difference:
        return difference(spend.sample(chance, program, times, more), spend.sample(chance, control))

    assert 93 <= held(found, spend.mean * (times * more - 1)) <= 97


def test_relative_intervals_hold_the_truth() -> None:
    """The interval over the mean of those kept out is as good as that of the difference."""
    spend = Spend(0.5, 1.0)

    def found(chance: Chance) -> Difference:
        whole = difference(spend.sample(chance, 900, 1.15), spend.sample(chance, 100))
        assert whole.relative_low is not None and whole.relative_high is not None
        return Difference(0, whole.relative_low, whole.relative_high)

    assert 93 <= held(found, 0.15) <= 97


@pytest.mark.parametrize("buy, gained, control", [(0.6, 0.0, 50), (0.6, 0.1, 100), (0.9, 0.05, 100), (0.2, 0.05, 200)])
def test_intervals_of_shares_hold_the_truth(buy: float, gained: float, control: int) -> None:
    """So do those of the share who bought."""

    def found(chance: Chance) -> Difference:
        bought = sum(chance.random() < buy + gained for _ in range(500))
        return difference_of_shares(bought, 500, sum(chance.random() < buy for _ in range(control)), control)

    assert 93 <= held(found, gained) <= 97


def test_intervals_of_the_average_receipt_hold_the_truth() -> None:
    """So do those of a ratio, the average receipt, where a member has several receipts that are alike."""

    def group(chance: Chance, size: int) -> Group:
        bought = []
        for _ in range(size):
            receipts = int(chance.expovariate(0.5))
            usual = chance.lognormvariate(math.log(2000), 0.4)
            money = sum(int(usual * chance.lognormvariate(0, 0.5)) for _ in range(receipts))
            bought.append(Bought(receipts, money))
        return Group(size, 1.0, bought)

    def found(chance: Chance) -> Difference:
        return difference(average_receipt(group(chance, 250)), average_receipt(group(chance, 60)))

    assert 93 <= held(found, 0.0) <= 97


@pytest.mark.parametrize("times, control", [(1.0, 50), (1.15, 60)])
def test_intervals_without_the_luck_of_the_draw_hold_the_truth(times: float, control: int) -> None:
    """So do those of spend with earlier purchases taken into account, and they are shorter."""
    widths = [0.0, 0.0]

    def group(chance: Chance, size: int, times: float) -> list[tuple[float, float]]:
        pairs = []
        for _ in range(size):
            usual = chance.lognormvariate(3, 0.8)
            now, before = (usual * chance.lognormvariate(0, 0.4) * (chance.random() < 0.8) for _ in range(2))
            pairs.append((now * times, before))
        return pairs

    def found(chance: Chance) -> Difference:
        first, second = group(chance, 300, times), group(chance, control, 1.0)
        plain = difference(*(sample_of([now for now, _ in pairs], len(pairs)) for pairs in (first, second)))
        whole = difference(*adjusted(first, 300, second, control))
        for place, each in enumerate((plain, whole)):
            widths[place] += each.high - each.low
        return whole

    mean = 0.8 * math.exp(3 + 0.8**2 / 2 + 0.4**2 / 2)
    assert 93 <= held(found, mean * (times - 1)) <= 97
    assert widths[1] < 0.92 * widths[0]


@pytest.mark.parametrize("kept_out", [50, 200])
def test_the_real_receipts_of_a_wholesaler(kept_out: int) -> None:
    """1,749 real customers, one of whom spent 57,821.02 where half spent 361.85 at most, parted by chance alone."""
    spent: Counter[str] = Counter()
    with gzip.open(REAL, "rt", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            if row["CustomerID"]:
                spent[row["CustomerID"]] += float(row["Quantity"]) * float(row["UnitPrice"])
    sums = [max(0.0, each) for each in spent.values()]

    def found(chance: Chance) -> Difference:
        chance.shuffle(sums)
        return difference(sample_of(sums[kept_out:], len(sums) - kept_out), sample_of(sums[:kept_out], kept_out))

    assert 93 <= held(found, 0.0) <= 97


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_the_number_of_members_that_is_named_shows_the_difference(share: float) -> None:
    """What a first shop says is needed to see a fifth more shows it in four shops of five."""
    spend, wanted = Spend(0.6, 0.8), 0.20
    chance = Chance(2)
    size = members_needed(spend.sample(chance, 20_000), spend.sample(chance, 20_000), wanted, share)
    control = round(size * share)
    seen = sum(
        difference(spend.sample(chance, size - control, 1 + wanted), spend.sample(chance, control)).low > 0
        for _ in range(SHOPS // 2)
    )
    assert 76 <= 100 * seen / (SHOPS // 2) <= 84


def test_the_difference_that_is_named_as_seen_is_the_inverse() -> None:
    """Groups of the size that is needed for a small difference see just that one."""
    spend, chance = Spend(0.6, 0.8), Chance(2)
    program, control = spend.sample(chance, 9_000), spend.sample(chance, 1_000)
    seen = smallest_seen(program, control)
    assert members_needed(program, control, seen, 0.1) == pytest.approx(10_000, rel=0.03)


@pytest.mark.parametrize("members, gained", [(140, 0.0), (160, 3.0)])
def test_intervals_before_and_after_joining_hold_the_truth(members: int, gained: float) -> None:
    """Months of one member are alike, seasons come and go, and some join in each month of two halves of a year."""

    def customer(chance: Chance) -> Customer:
        usual, joined = chance.lognormvariate(2, 0.6), chance.choice((2, 3, 4, 7, 8, 9))
        spent = {
            month: usual * (1.3 if month in (4, 5) else 1.0) * chance.lognormvariate(0, 0.8)
            + (2 * gained if month > joined else 0)
            for month in range(9)
            if chance.random() < 0.5
        }
        return Customer(joined, 0, spent)

    def found(chance: Chance) -> Difference:
        customers = [customer(chance) for _ in range(members)]
        return compare(customers, cohorts_of(customers, 2, 9), 2, {1: 0.5, 2: 0.5}).found

    assert 93 <= held(found, gained) <= 97
