"""Instants, business days and civil days: the places where calendars bite."""

import pytest

from bonuscli import clock, days
from bonuscli.clock import Calendar, format_instant
from bonuscli.days import NEVER, add, civil, format_day, parse_day, round_up, subtract
from bonuscli.errors import BonusError

BERLIN = Calendar("Europe/Berlin")
MOSCOW = Calendar("Europe/Moscow")
BAR = Calendar("Europe/Berlin", 5 * 3600)

TEXTS = [
    (MOSCOW, "2026-12-15 16:20", "2026-12-15T13:20:00+00:00"),
    (MOSCOW, "2026-12-15T16:20:05", "2026-12-15T13:20:05+00:00"),
    (MOSCOW, "2026-12-15T16:20:05.75", "2026-12-15T13:20:05+00:00"),
    (MOSCOW, "2026-12-15 16:20Z", "2026-12-15T16:20:00+00:00"),
    (MOSCOW, "2026-12-15T16:20:00+01:00", "2026-12-15T15:20:00+00:00"),
    (MOSCOW, "2026-12-15T16:20:00-09:30", "2026-12-16T01:50:00+00:00"),
    (MOSCOW, "2026-12-15", "2026-12-14T21:00:00+00:00"),
    (BAR, "2026-12-15", "2026-12-15T04:00:00+00:00"),
    (BERLIN, "2026-10-25 02:30", "2026-10-25T00:30:00+00:00"),  # of the doubled hour the first
    (BERLIN, "2026-10-25 03:00", "2026-10-25T02:00:00+00:00"),
    (BERLIN, "2026-03-29 03:00", "2026-03-29T01:00:00+00:00"),
    (Calendar("UTC"), "1969-12-31 23:59", "1969-12-31T23:59:00+00:00"),
]


@pytest.mark.parametrize("calendar, text, utc", TEXTS)
def test_instants_from_text(calendar: Calendar, text: str, utc: str) -> None:
    """A time without offset is in the program's zone; a day alone is the start of that business day."""
    assert format_instant(calendar.parse_instant(text)) == utc


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-29 02:30",  # the clock was set forward over it
        "2026-12-15 24:00",
        "2026-12-15 16:60",
        "2026-12-15 1620",
        "2026-12-15 4:20",
        "2026-12-15T",
        "2026-12-15 16:20 Uhr",
        "2026-12-15 16:20+1",
        "2026-12-15 16:20+19:00",
        "15.12.2026",
        "2026-02-30 10:00",
        "２０２６-12-15",
        "",
    ],
)
def test_what_is_no_time(text: str) -> None:
    """The message names the text; the code is that of a bad time."""
    with pytest.raises(BonusError) as refused:
        BERLIN.parse(text, "--at")
    assert (refused.value.code, refused.value.where) == ("bad_time", "--at")


@pytest.mark.parametrize("text", ["yesterday-ish", "2026-1-15 10:00", "next Wednesday", "2026-12-15-16"])
def test_what_is_no_time_is_cited_whole(text: str) -> None:
    """A word of more than ten letters stands in the message as it was given."""
    with pytest.raises(BonusError) as refused:
        BERLIN.parse(text, "--as-of")
    assert str(refused.value) == f"{text!r} is not a date and time, as in 2026-12-31 18:30"


def test_a_day_that_is_not_there_is_named_without_its_time() -> None:
    """Where a day is written and no such day exists, the message is about the day."""
    with pytest.raises(BonusError) as refused:
        BERLIN.parse("2026-02-30 10:00")
    assert str(refused.value) == "there is no day 2026-02-30"


BUSINESS_DAYS = [
    (BERLIN, "2026-12-15 00:00", "2026-12-15", 0),
    (BERLIN, "2026-12-15 23:59", "2026-12-15", 1439),
    (BAR, "2026-12-15 04:59", "2026-12-14", 1439),
    (BAR, "2026-12-15 05:00", "2026-12-15", 0),
    (BERLIN, "2026-03-29 23:59", "2026-03-29", 1439),  # a day of 23 hours
    (BERLIN, "2026-10-25 23:59", "2026-10-25", 1439),  # a day of 25 hours
]


@pytest.mark.parametrize("calendar, text, day, minute", BUSINESS_DAYS)
def test_business_days(calendar: Calendar, text: str, day: str, minute: int) -> None:
    """A business day begins at its start by the clock on the wall, also when that is set."""
    instant = calendar.parse_instant(text)
    assert (format_day(calendar.day_of(instant)), calendar.minute_of(instant)) == (day, minute)


def test_the_start_of_a_day_that_the_clock_skips() -> None:
    """In Beirut midnight of 29 March 2026 does not exist: the day begins at one."""
    beirut = Calendar("Asia/Beirut")
    day = parse_day("2026-03-29")
    start = beirut.start_of(day)
    assert beirut.iso(start) == "2026-03-29T01:00:00+03:00"
    assert (beirut.day_of(start), beirut.day_of(start - 1)) == (day, day - 1)


def test_every_instant_lies_in_the_day_that_its_start_opens() -> None:
    """Over two years, starts are monotone and each opens its own day."""
    for calendar in (BERLIN, BAR, MOSCOW):
        for day in range(parse_day("2026-01-01"), parse_day("2028-01-01")):
            start = calendar.start_of(day)
            assert calendar.day_of(start) == day
            assert calendar.day_of(start - 1) == day - 1


def test_a_day_of_one_offset_has_no_other() -> None:
    """A civil day's one offset is that of each of its quarters; near a change and out of the calendar none is told."""
    for zone in ("Europe/Berlin", "Asia/Tokyo", "Pacific/Apia", "America/St_Johns"):
        calendar = Calendar(zone)
        for day in range(parse_day("2010-10-20"), parse_day("2012-04-10")):
            offset = calendar.offset_of(day)
            instants = [calendar.instant(day, second) for second in range(0, 86_400, 900)]
            if offset is not None:
                assert instants == [day * 86_400 + second - offset for second in range(0, 86_400, 900)]
    assert BERLIN.offset_of(parse_day("2012-01-10")) == 3_600
    assert BERLIN.offset_of(parse_day("2012-03-25")) is None
    assert BERLIN.offset_of(-(10**6)) is None


def test_now_can_be_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    """``BONUSCLI_NOW`` is read in the program's zone; what it is not is refused."""
    monkeypatch.setenv("BONUSCLI_NOW", "2026-12-15 00:30")
    assert format_instant(clock.now(MOSCOW)) == "2026-12-14T21:30:00+00:00"
    assert format_day(clock.today(MOSCOW)) == "2026-12-15"
    monkeypatch.setenv("BONUSCLI_NOW", "soon")
    with pytest.raises(BonusError, match="soon"):
        clock.now(MOSCOW)


SUMS = [
    ("2026-08-31", (6, 0), "2027-02-28"),
    ("2027-08-31", (6, 0), "2028-02-29"),
    ("2028-02-29", (12, 0), "2029-02-28"),
    ("2026-12-31", (0, 1), "2027-01-01"),
    ("2026-01-31", (1, 0), "2026-02-28"),
    ("2026-11-30", (3, 0), "2027-02-28"),
    ("9999-12-01", (1, 0), "9999-12-31"),
    ("9998-12-31", (0, 10_000), "9999-12-31"),
]


@pytest.mark.parametrize("day, duration, later", SUMS)
def test_days_later(day: str, duration: tuple[int, int], later: str) -> None:
    """The same day number, clamped to the month; never beyond the last day there is."""
    assert format_day(add(parse_day(day), duration)) == later


@pytest.mark.parametrize(
    "day, duration, earlier",
    [("2027-03-31", (1, 0), "2027-02-28"), ("2028-02-29", (12, 0), "2027-02-28"), ("2027-01-01", (0, 1), "2026-12-31")],
)
def test_days_earlier(day: str, duration: tuple[int, int], earlier: str) -> None:
    """Backwards it is clamped alike."""
    assert format_day(subtract(parse_day(day), duration)) == earlier


def test_ends_of_periods() -> None:
    """Each end is the last day of the period that holds the day; NEVER stays."""
    day = parse_day("2028-02-10")
    found = [format_day(round_up(day, until)) for until in days.ENDS]
    assert found == ["2028-02-10", "2028-02-29", "2028-03-31", "2028-12-31"]
    assert all(round_up(NEVER, until) == NEVER for until in days.ENDS)
    assert civil(NEVER).isoformat() == "9999-12-31"
