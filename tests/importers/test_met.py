"""Hashes met: a set that only grows, in little memory."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bonuscli.importers.met import HashesMet


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2)))
def test_what_was_met_before_is_known(found: list[int]) -> None:
    """Each hash is new once, whatever it is and whatever was met before it, but that 0 and 1 are one."""
    met, known = HashesMet(), set()
    for each in found:
        assert met.meet(each) == ((each or 1) in known)
        known.add(each or 1)


def test_it_grows() -> None:
    """Thousands of hashes, many of which begin alike, are found after the table has grown."""
    random, met = Random(1), HashesMet()
    hashes = {random.randrange(2**62) << random.randrange(2) for _ in range(20_000)} | {
        n << 12 for n in range(1, 2_000)
    }
    assert not any([met.meet(each) for each in hashes])
    assert all(met.meet(each) for each in hashes)
