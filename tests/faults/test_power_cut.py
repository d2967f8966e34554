"""The small version of the long run: images of power cuts."""

import pytest

from tests.faults.disk import reachable
from tests.faults.power_cut import cut_power

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not reachable(), reason="this Python's SQLite is hidden, no disk can be put under it"),
]


def test_what_was_answered_survives_a_power_cut() -> None:
    """In 60 images of a disk amid 40 commands everything answered is there, and every one of them is sound."""
    cuts = cut_power(0, seed=11, images=60)
    assert (cuts.images, cuts.lossy) == (60, 0)


def test_a_weaker_setting_would_be_noticed() -> None:
    """With synchronous = NORMAL answered commands are lost: the test above can fail."""
    assert cut_power(0, seed=12, synchronous="NORMAL", images=25).lossy > 0
