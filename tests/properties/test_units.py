"""Integer arithmetic holds for all numbers, not only for the examples."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from bonuscli.units import ROUNDING_MODES, format_decimal, mul_div, parse_decimal, round_ratio, split

WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)


@given(st.integers(0, 10**12), WEIGHTS)
def test_parts_of_a_split_sum_to_the_whole(total: int, weights: list[int]) -> None:
    """No part is more than one unit from its exact share, and none with a weight of 0 gets anything beside others."""
    parts = split(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    if whole:
        assert all(abs(part - Fraction(total * weight, whole)) < 1 for part, weight in zip(parts, weights, strict=True))
        assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if not weight)
    else:
        assert max(parts) - min(parts) <= 1


@given(st.integers(0, 10**9), WEIGHTS)
def test_a_larger_weight_never_gets_less(total: int, weights: list[int]) -> None:
    """Shares follow the weights; of equal ones the earlier gets the odd unit."""
    parts = split(total, weights)
    ranked = sorted(range(len(weights)), key=lambda place: (-weights[place], place))
    assert [parts[place] for place in ranked] == sorted(parts, reverse=True)


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**9))
def test_rounding_modes(numerator: int, denominator: int) -> None:
    """Each mode gives one of the two neighbours, the nearest one where it says so."""
    exact = Fraction(numerator, denominator)
    down, half_up, half_even, up = (round_ratio(numerator, denominator, mode) for mode in ROUNDING_MODES)
    assert down <= exact <= up < exact + 1 and exact - 1 < down
    assert half_even == round(exact)
    assert abs(half_up - exact) <= Fraction(1, 2) and half_up in (half_even, up)


@given(st.integers(0, 10**12), st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_product_is_rounded_once(value: int, numerator: int, denominator: int) -> None:
    """value × numerator ÷ denominator is exact until its one rounding."""
    assert mul_div(value, numerator, denominator) == Fraction(value * numerator, denominator).__floor__()


@given(st.integers(-(10**14), 10**14), st.integers(0, 3))
def test_decimal_text_and_back(value: int, digits: int) -> None:
    """What is written is read again as the same number."""
    assert parse_decimal(format_decimal(value, digits), digits) == value
