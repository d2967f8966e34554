"""How far chance alone could have moved a difference between two groups of members: 95 % intervals and group sizes.

Spend of members is mostly zeros and a few large sums, and a control group is small.  Its own sample then often lacks
the large buyers, so that its mean and its spread are both too low, and the textbook's interval (Welch's) holds the
truth in 89 to 94 of 100 shops rather than in 95; with 50 kept out of customers as unequal as those of the real receipts
of the tests, in 76.  So a difference is kept in the interval if chance could have made it, and what chance makes of a
small group is judged by both groups (``_judge``):

* a group's spread is its own as far as it has so many members that its own can be trusted, which heavy tails delay
  (the kurtosis), and for the rest that of all members, where more spend on the average means more spread:
  variances go as the mean to the power 1.5, between "everybody buys more" (2) and "more members buy" (1);
* skewness makes large errors likelier on one side, so the limits move by the first term of Cornish and Fisher.

``tests/reports/test_coverage.py`` makes thousands of shops whose truth is known and counts how many intervals hold it.
"""

import math
from collections.abc import Callable, Iterable
from statistics import NormalDist
from typing import NamedTuple

# Two-sided 95 %, and the quantile of a power of 80 %.
Z_95 = NormalDist().inv_cdf(0.975)
Z_POWER = NormalDist().inv_cdf(0.80)
# Fewer members in a group, or fewer of them who bought, say nothing that could be relied on.
LEAST_MEMBERS, LEAST_BUYERS = 50, 10
# A group's own spread has half the say where it has so many members for each unit of kurtosis.
_TRUST = 8
# variance ~ mean ** _TAYLOR, from group to group.
_TAYLOR = 1.5
_STEPS = 40


class Sample(NamedTuple):
    """So many members, their mean, and the mean second to fourth powers of the distance from it."""

    size: int
    mean: float
    second: float
    third: float
    fourth: float

    @property
    def variance(self) -> float:
        """Of one member, as estimated from the sample."""
        return self.second * self.size / (self.size - 1) if self.size > 1 else 0.0


class Difference(NamedTuple):
    """``value`` and its 95 % interval; the same over the mean of the second group, for amounts alone."""

    value: float
    low: float
    high: float
    relative: float | None = None
    relative_low: float | None = None
    relative_high: float | None = None

    @property
    def turned(self) -> "Difference":
        """The same from the other side: how much less."""
        ends = (self.value, self.high, self.low, self.relative, self.relative_high, self.relative_low)
        return Difference(*(None if each is None else -each for each in ends))  # type: ignore[arg-type]


def sample_of(values: Iterable[float], size: int) -> Sample:
    """The sample of ``size`` members of whom those not in ``values`` have 0."""
    given = list(values)
    zeros = size - len(given)
    if not size:
        return Sample(0, 0.0, 0.0, 0.0, 0.0)
    mean = math.fsum(given) / size
    away = [value - mean for value in given]
    squares = [each * each for each in away]
    second = (math.fsum(squares) + zeros * mean**2) / size
    third = (math.fsum(map(float.__mul__, squares, away)) - zeros * mean**3) / size
    fourth = (math.fsum(map(float.__mul__, squares, squares)) + zeros * mean**4) / size
    return Sample(size, mean, second, third, fourth)


def adjusted(
    first: list[tuple[float, float]], of_first: int, second: list[tuple[float, float]], of_second: int
) -> tuple[Sample, Sample]:
    """Samples of two groups, each of (a figure, the same before the groups were parted), without what chance had given
    one of them beforehand: of whoever had more before than all on the average so much is taken off as goes with it.

    The figures are of the members that have any; the slope is that within the groups.
    """
    sides = ((first, of_first), (second, of_second))
    together = squares = before = 0.0
    for pairs, size in sides:
        sum_before = math.fsum(each for _, each in pairs)
        together += (
            math.fsum(now * each for now, each in pairs) - math.fsum(now for now, _ in pairs) * sum_before / size
        )
        squares += math.fsum(each * each for _, each in pairs) - sum_before * sum_before / size
        before += sum_before
    slope = together / squares if squares > 0 else 0.0
    mean = before / (of_first + of_second)
    one, other = (sample_of([now - slope * each for now, each in pairs], size) for pairs, size in sides)
    return one._replace(mean=one.mean + slope * mean), other._replace(mean=other.mean + slope * mean)


def difference(first: Sample, second: Sample, amounts: bool = True) -> Difference:
    """What a member of the first group has more than one of the second; both need two members.

    ``amounts``: they are above 0 or seldom below it, so that who has more spreads more; changes are not.
    """
    value = first.mean - second.mean
    if not (first.second or second.second):  # all of a group are alike: nothing is left to chance
        return Difference(value, value, value)
    amounts = amounts and min(first.mean, second.mean) > 0
    judge = _judge(first, second, amounts)
    low, high = _limit(judge, value, -1.0, first), _limit(judge, value, 1.0, first)
    if not amounts:
        return Difference(value, low, high)
    relative = (value / second.mean, *(each / judge(each)[1] for each in (low, high)))
    return Difference(value, low, high, *relative)


def difference_of_shares(first: int, of_first: int, second: int, of_second: int) -> Difference:
    """The difference of two shares, each a count of so many, by Newcombe's interval (Wilson's of each share).

    >>> [round(each, 4) for each in difference_of_shares(56, 70, 48, 80)[:3]]
    [0.2, 0.0524, 0.3339]
    """
    one, other = first / of_first, second / of_second
    (low, high), (other_low, other_high) = _wilson(first, of_first), _wilson(second, of_second)
    value = one - other
    below, above = math.hypot(one - low, other_high - other), math.hypot(high - one, other - other_low)
    return Difference(value, value - below, value + above, value / other if other else None)


def smallest_seen(first: Sample, second: Sample) -> float:
    """The difference, over the mean of both groups, that groups like these show four times of five."""
    together, mean = _together(first, second)
    return (Z_95 + Z_POWER) * math.sqrt(together * (1 / first.size + 1 / second.size)) / mean


def members_needed(first: Sample, second: Sample, relative: float, kept_out: float) -> int:
    """How many members of both groups show a relative difference four times of five, with a share of them kept out.

    The mean of both groups must be above 0.  Who spends more spreads more, so the first group's variance is that of a
    group which has the difference.
    """
    together, mean = _together(first, second)
    spread = together * ((1 + relative) ** _TAYLOR / (1 - kept_out) + 1 / kept_out)
    return math.ceil(((Z_95 + Z_POWER) / (relative * mean)) ** 2 * spread)


def clustered(parts: Iterable[float]) -> float:
    """The standard error of a sum over members of whom each has one part, whatever his months have in common."""
    return math.sqrt(math.fsum(part * part for part in parts))


def _together(first: Sample, second: Sample) -> tuple[float, float]:
    """The variance within the groups and the mean of all members."""
    size = first.size + second.size
    mean = (first.size * first.mean + second.size * second.mean) / size
    return (first.size * first.second + second.size * second.second) / (size - 2), mean


def _judge(first: Sample, second: Sample, grows: bool) -> Callable[[float], tuple[float, float, float]]:
    """A function from a supposed difference to what the groups say of it; ``grows``: the spread with the mean.

    It answers how many standard errors the difference seen stands above the supposed one, the mean that the second
    group then has, and by how many standard errors skewness moves the limits.
    """
    size = first.size + second.size
    seen = first.mean - second.mean
    tails = sum(each.size * each.fourth / each.second**2 for each in (first, second) if each.second) / size
    own, own_second = (each.size / (each.size + _TRUST * tails) for each in (first, second))

    def judge(supposed: float) -> tuple[float, float, float]:
        """Standard errors of the difference, the second group's mean and the shift by skewness, if it were this."""
        mean = first.mean
        for _ in range(2):  # the means that fit the supposed difference best; a third round changes nothing to speak of
            mean_second = max(mean - supposed, 1e-9) if grows else mean - supposed
            scale = (mean / mean_second) ** _TAYLOR if grows else 1.0
            squares = second.second + (second.mean - mean_second) ** 2
            common = ((first.size - 1) * first.variance + second.size * squares * scale) / (size - 1)
            part = (own * first.variance + (1 - own) * common) / first.size
            part_second = (own_second * second.variance + (1 - own_second) * common / scale) / second.size
            error = part + part_second
            mean = first.mean - part / error * (seen - supposed)
            mean = max(mean, 1e-9) if grows else mean
        skew = (first.size * first.third + second.size * second.third * scale**1.5) / size / common**1.5
        skew *= (part**1.5 / math.sqrt(first.size) - part_second**1.5 / math.sqrt(second.size)) / error**1.5
        left = mean - supposed
        return (seen - supposed) / math.sqrt(error), max(left, 1e-9) if grows else left, skew * (Z_95**2 - 1) / 6

    return judge


def _limit(judge: Callable[[float], tuple[float, float, float]], seen: float, side: float, first: Sample) -> float:
    """The supposed difference farthest from the one seen, on a side, that chance could still explain."""

    def explains(away: float) -> bool:
        errors, _, moved = judge(seen + side * away)
        return errors <= Z_95 + moved if side < 0 else errors >= moved - Z_95

    inside, outside = 0.0, math.sqrt(first.variance / first.size) or 1.0
    while explains(outside) and outside < 1e15:
        inside, outside = outside, outside * 2
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if explains(middle) else (inside, middle)
    return seen + side * inside


def _wilson(count: int, size: int) -> tuple[float, float]:
    share, square = count / size, Z_95 * Z_95
    centre = (share + square / (2 * size)) / (1 + square / size)
    half = Z_95 * math.sqrt(share * (1 - share) / size + square / (4 * size * size)) / (1 + square / size)
    return centre - half, centre + half
