"""Which days the dashboard offers, counted by hand."""

from bonuscli.clock import Calendar
from bonuscli.days import format_day, parse_day
from bonuscli.reports.dashboard_days import ranges_of, steps_of
from bonuscli.reports.periods import Period, window

START_OF = Calendar("UTC").start_of


def days(first: str, end: str) -> Period:
    """A window of days."""
    return window(parse_day(first), parse_day(end), START_OF)


def spans(whole: Period, first: str) -> dict[str, tuple[str, ...]]:
    """Key of each range -> its first day and end, and those of what it is compared with."""
    found = {}
    for each in ranges_of(whole, parse_day(first), START_OF):
        periods = [each.period, *([each.before] if each.before else [])]
        found[each.key] = tuple(f"{format_day(each.from_day)}..{format_day(each.to_day)}" for each in periods)
    return found


def test_ranges_of_ten_weeks() -> None:
    """The window is cut at both ends: a month that is not over is compared with as many days of the one before."""
    assert spans(days("2026-01-10", "2026-03-21"), "2026-01-10") == {
        "all": ("2026-01-10..2026-03-21",),
        "last-30": ("2026-02-19..2026-03-21", "2026-01-20..2026-02-19"),
        "2026-03": ("2026-03-01..2026-03-21", "2026-02-01..2026-02-21"),
        "2026-02": ("2026-02-01..2026-03-01",),
        "2026-01": ("2026-01-10..2026-02-01",),
    }


def test_ranges_look_back_before_the_window() -> None:
    """With receipts before --from, the whole is compared with as many days before it, and a whole month with all of the
    one before it."""
    found = spans(days("2026-03-01", "2026-05-01"), "2025-01-01")
    assert found["all"] == ("2026-03-01..2026-05-01", "2025-12-30..2026-03-01")
    assert found["2026-03"] == ("2026-03-01..2026-04-01", "2026-02-01..2026-03-01")
    assert "2026" not in found and found["2026-q2"] == ("2026-04-01..2026-05-01", "2026-01-01..2026-01-31")


def test_the_latest_of_many_years() -> None:
    """Ten years offer three years, four quarters and twelve months, the latest of each."""
    found = spans(days("2016-05-05", "2026-05-05"), "2016-05-05")
    assert [key for key in found if len(key) == 4] == ["2026", "2025", "2024"]
    assert [key for key in found if "q" in key] == ["2026-q2", "2026-q1", "2025-q4", "2025-q3"]
    assert [key for key in found if key[4:5] == "-" and "q" not in key and key[:4] != "last"][-1] == "2025-06"
    assert len(found) == 1 + 3 + 3 + 4 + 12


def test_no_days_have_no_ranges_but_all() -> None:
    """A window without a day offers itself, and has no steps."""
    empty = days("2026-01-10", "2026-01-10")
    assert list(spans(empty, "2026-01-10")) == ["all"]
    assert steps_of(empty, START_OF) == ("day", [])


def test_steps_of_a_trend() -> None:
    """Five weeks are read by day, seven months by week from Monday on, longer ones by month, at most three years."""
    unit, steps = steps_of(days("2026-01-01", "2026-02-05"), START_OF)
    assert (unit, len(steps)) == ("day", 35)
    unit, steps = steps_of(days("2026-01-01", "2026-02-06"), START_OF)
    assert (unit, [step.label for step in steps][:3]) == ("week", ["2026-01-01", "2026-01-05", "2026-01-12"])
    assert steps[-1].to_day == parse_day("2026-02-06")
    unit, steps = steps_of(days("2016-05-05", "2026-05-05"), START_OF)
    assert (unit, len(steps), steps[0].label, steps[-1].label) == ("month", 36, "2023-06", "2026-05")
    assert steps[-1].to_day == parse_day("2026-05-05")
