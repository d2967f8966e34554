"""Spending: each limit with its code and the highest number that would pass, in the order of checking; the spread."""

import pytest

from bonuscli.engine import redeem
from bonuscli.engine.redeem import Asked
from bonuscli.errors import REFUSAL_ORDER
from bonuscli.model import Program
from tests.engine.scoring import BASE, lines_of, program

ALL = (
    "{max_share: 50%, max_points: 40, min_receipt: 20.00, min_points: 10, step: 5, leave_to_pay: 30.00,"
    " per_day: 2, confirm_above: 25}"
)
TIERS = '{window: lifetime, levels: [{id: low, from: "0"}, {id: gold, from: "1.00", redeem_max: 80%}]}'


def limits(text: str = ALL, **sections: str) -> Program:
    """A program with these limits."""
    return program(BASE, redeem=text, **sections)


def asked(available: int, times: int = 0, total: int | None = 10_000, confirmed: bool = False) -> Asked:
    """A redemption on a receipt of 100.00 of which half may be paid."""
    return Asked(available, times, total, None if total is None else total // 2, confirmed)


# points, what it is asked on, the code, the highest number that would pass
REFUSALS = [
    (20, asked(100), None, None),
    (25, asked(100), None, None),
    (40, asked(100, confirmed=True), None, None),
    (20, asked(100, total=1_999), "receipt_too_small", 0),
    (20, asked(5, times=2, total=1_999), "receipt_too_small", 0),
    (20, asked(100, times=2), "redeem_times", 0),
    (20, asked(19), "insufficient_points", 15),
    (4, asked(3), "insufficient_points", 0),
    (5, asked(100), "below_min_points", 25),
    (7, asked(100), "below_min_points", 25),
    (12, asked(100), "not_a_step", 25),
    (43, asked(100), "not_a_step", 25),
    (45, asked(100), "over_points", 25),
    (45, asked(100, confirmed=True), "over_points", 40),
    (30, asked(100, total=5_000), "over_share", 20),
    (25, asked(100, total=5_000), "leave_to_pay", 20),
    (30, asked(100), "confirmation_needed", 25),
    (30, asked(100, total=None), "confirmation_needed", 25),
    (45, asked(100, total=None), "over_points", 25),
    (20, asked(100, total=None), None, None),
]


@pytest.mark.parametrize("points, on, code, highest", REFUSALS)
def test_refusals(points: int, on: Asked, code: str | None, highest: int | None) -> None:
    """The first limit that is passed names itself, with the highest number that passes them all together."""
    refusal = redeem.check(points, on, limits())
    assert (refusal and refusal.code, refusal and refusal.limit) == (code, highest)


def test_the_highest_number_passes_and_no_higher_one() -> None:
    """``max`` is the largest number that no limit refuses."""
    rules = limits()
    for available in (0, 9, 10, 19, 44, 45, 200):
        for total in (None, 1_000, 2_000, 4_000, 5_500, 10_000):
            for confirmed in (False, True):
                on = asked(available, total=total, confirmed=confirmed)
                passing = [n for n in range(1, 101) if redeem.check(n, on, rules) is None]
                assert redeem.highest(on, rules) == max(passing, default=0)


def test_checks_stand_in_the_order_of_the_contract() -> None:
    """The codes of spending are tried in the order in which the contract lists them."""
    met = [code for code, _, _ in redeem._rules(1, asked(100), limits())]
    assert met == [code for code in REFUSAL_ORDER if code in met]
    assert len(met) == 9


def test_without_a_section_nothing_can_be_spent() -> None:
    """No ``redeem:``, no redemptions; an empty one has no limits but the total."""
    refusal = redeem.check(1, asked(100), program(BASE))
    assert refusal is not None and refusal.code == "not_eligible"
    assert redeem.highest(asked(100), program(BASE)) == 0
    free = limits("{}")
    assert redeem.highest(Asked(500, 9, 10_000, 10_000, False), free) == 100


def test_the_default_step_is_worth_whole_minor_units() -> None:
    """A point of 0.03 with two digits is spent by the whole point, one of 0.30 by the tenth."""
    points = '{{name: {{one: p, other: p}}, value: "{}", scale: {}}}'
    assert limits("{}", points=points.format("0.03", 2)).redeem.step == 100
    assert limits("{}", points=points.format("0.30", 1)).redeem.step == 1
    assert limits("{}", points=points.format("0.01", 1)).redeem.step == 10


LIMITS = [
    ("{max_share: 30%}", "A 10.00; B 0.99", None, [300, 29]),
    ("{max_share: 30%, max_share_by_goods: {coffee: 50%}}", "A:Coffee 10.00; B 10.00", None, [500, 300]),
    ("{max_share: 30%}", "A 10.00", "gold", [800]),
    ("{max_share: 30%, max_share_by_goods: {coffee: 50%}}", "A:Coffee 10.00; B 10.00", "gold", [500, 800]),
    ("{exclude: {goods: [coffee], discounted: true}}", "A:Coffee 10.00; B 9.00 -1.00; C 3.00", None, [0, 0, 300]),
    ("{}", "A 10.00; D -1x -2.00; E 0.00", None, [1000, 0, 0]),
]


@pytest.mark.parametrize("text, lines, tier, expected", LIMITS)
def test_a_lines_limit(text: str, lines: str, tier: str | None, expected: list[int]) -> None:
    """Its goods' share, else the tier's, else the general one, floored to minor units."""
    rules = limits(text, tiers=TIERS, goods="{coffee: {categories: [Coffee]}}")
    assert redeem.line_limits(lines_of(lines), tier, rules) == expected


SPREADS = [
    ("{}", "A 10.00; B 30.00", 4, [1, 3], [100, 300]),
    ("{}", "A 10.00; B 10.00; C 10.00", 10, [4, 3, 3], [334, 333, 333]),
    ("{max_share: 50%, exclude: {goods: {skus: [A]}}}", "A 10.00; B 30.00", 15, [0, 15], [0, 1500]),
    ("{max_share: 10%}", "A 10.00; B 30.00", 40, [10, 30], [1000, 3000]),  # a till's own decision, beyond the limits
]


@pytest.mark.parametrize("text, lines, points, of_points, of_money", SPREADS)
def test_spread(text: str, lines: str, points: int, of_points: list[int], of_money: list[int]) -> None:
    """In proportion to the lines' limits, largest remainder, ties by line; both sums are whole."""
    assert redeem.spread(points, lines_of(lines), None, limits(text)) == (of_points, of_money)
