"""Times of a till's file: looked up by day, minute and second, and what the calendar makes of them."""

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonuscli.clock import Calendar
from bonuscli.importers.cells import Times
from bonuscli.importers.csv_rows import Flaw

FORMS = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S+03:00"]
ZONES = ["Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "UTC"]


@given(st.datetimes(datetime(1900, 1, 1), datetime(2099, 1, 1)), st.sampled_from(FORMS), st.sampled_from(ZONES))
def test_a_looked_up_time_is_that_of_the_calendar(moment: datetime, form: str, zone: str) -> None:
    """An instant is what the calendar makes of the whole text, and so is what is wrong with it."""
    calendar, text = Calendar(zone), moment.strftime(form)
    try:
        wanted = calendar.parse_instant(text)
    except ValueError as problem:
        with pytest.raises(Flaw, match=re.escape(str(problem))):
            Times("at", calendar).instant(text)
    else:
        assert Times("at", calendar).instant(text) == wanted


@pytest.mark.parametrize("zone", ZONES)
def test_each_minute_about_a_change_of_the_clock_is_found(zone: str) -> None:
    """Through the days on which clocks are set, each time is the calendar's; a time that they skip is a flaw."""
    calendar = Calendar(zone)
    times = Times("at", calendar)
    for day in ("2024-03-31", "2024-04-07", "2024-10-06", "2024-10-27", "2024-11-03", "2011-12-30", "2024-03-10"):
        for minute in range(0, 1440, 5):
            text = f"{day} {minute // 60:02}:{minute % 60:02}:59"
            try:
                wanted = calendar.parse_instant(text)
            except ValueError:
                with pytest.raises(Flaw):
                    times.instant(text)
            else:
                assert times.instant(text) == wanted


@pytest.mark.parametrize(
    "text", ["2024-01-01 24:00", "2024-01-01 10:60", "2024-01-01 1:00", "2024-01-01 10:00:60", "2024-01-01 10:00:5",
             "2024-01-01 １0:00", "2024-01-01x10:00", "2024-01-01 10.00", "2024-02-30 10:00", "1800-01-01 10:00", ""]
)  # fmt: skip
def test_what_is_no_time_is_a_flaw(text: str) -> None:
    """A time of day that no clock shows, another form or a day that is none is told with its column."""
    with pytest.raises(Flaw) as caught:
        Times("at", Calendar("Europe/London")).instant(text)
    assert (caught.value.column, caught.value.code) == ("at", "bad_time")
