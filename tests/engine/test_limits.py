"""The periods over which limits count."""

import pytest

from bonuscli.days import NEVER, format_day, parse_day
from bonuscli.engine.account import Account
from bonuscli.engine.limits import left_of, period_days
from bonuscli.model import Limit


@pytest.mark.parametrize(
    "per, day, first, last",
    [
        ("day", "2026-12-31", "2026-12-31", "2026-12-31"),
        ("week", "2026-12-28", "2026-12-28", "2027-01-03"),  # a Monday
        ("week", "2027-01-03", "2026-12-28", "2027-01-03"),  # its Sunday, in another year
        ("month", "2028-02-29", "2028-02-01", "2028-02-29"),
        ("month", "2027-02-01", "2027-02-01", "2027-02-28"),
        ("year", "2026-06-15", "2026-01-01", "2026-12-31"),
    ],
)
def test_period(per: str, day: str, first: str, last: str) -> None:
    """A period is that of the calendar which holds the day."""
    assert tuple(map(format_day, period_days(per, parse_day(day)))) == (first, last)


@pytest.mark.parametrize("per", ["member", "receipt"])
def test_for_ever(per: str) -> None:
    """What a member may do once, and what hangs on one receipt, counts on all days."""
    first, last = period_days(per, parse_day("2026-01-01"))
    assert first < parse_day("1900-01-01") and last == NEVER


def test_left_of() -> None:
    """A limit leaves its count less what was counted in the same period, never less than nothing."""
    account = Account(1, 1, None, frozenset(), 0)
    monday = parse_day("2026-12-07")
    account.tally("review", monday - 1, 5)
    account.tally("review", monday + 6, 1)
    assert left_of(account, "review", Limit(3, "week"), monday) == 2
    assert left_of(account, "review", Limit(3, "month"), monday) == 0
    assert left_of(account, "review", None, monday) is None
