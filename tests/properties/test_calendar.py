"""Whatever is bought and however often cron runs: what the calendar brings is booked the same, late or in time."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.test_run_due import DATED, STAYING, ledger, play
from tests.ledger.tills import UTC, assert_proven

_FIRST = UTC.parse_instant("2026-01-02 00:00")
# A minute of the year 2026; midnights and last seconds are where days meet.
TIMES = st.tuples(st.integers(0, 360), st.sampled_from([0, 60, 43_200, 86_399])).map(
    lambda each: UTC.iso(_FIRST + each[0] * 86_400 + each[1])[:19].replace("T", " ")
)
SALES = st.lists(st.tuples(TIMES, st.sampled_from(["7", "8"]), st.sampled_from(["9.99", "30.00", "75.50"])), max_size=8)


@given(SALES, st.lists(TIMES, max_size=6), st.sampled_from([STAYING, DATED]))
@settings(max_examples=25)
def test_late_equals_timely(sales: list[tuple[str, str, str]], cron: list[str], points: str) -> None:
    """With scheduled, birthday and referral points, shares of a period, tiers, and points that end by inactivity."""
    receipts = [(f"R{place}", *sale) for place, sale in enumerate(sales)]
    with TemporaryDirectory() as folder:
        late = play(Path(folder) / "late", points, [], receipts)
        timely = play(Path(folder) / "timely", points, cron, receipts)
        assert ledger(timely) == ledger(late)
        assert_proven(timely)
