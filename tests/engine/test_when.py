"""When a rule applies, one case a line."""

import pytest

from bonuscli.days import parse_day
from tests.engine.scoring import award, program

# 2026-12-15 is a Tuesday.
TIMES = [
    ("{from: 2026-12-15}", "2026-12-15 00:00", True),
    ("{from: 2026-12-15}", "2026-12-14 23:59", False),
    ("{to: 2026-12-15}", "2026-12-14 23:59", True),
    ("{to: 2026-12-15}", "2026-12-15 00:00", False),
    ("{from: 2026-12-15 14:00, to: 2026-12-15 15:00}", "2026-12-15 14:59", True),
    ("{from: 2026-12-15 14:00, to: 2026-12-15 15:00}", "2026-12-15 15:00", False),
    ("{days: [tue]}", "2026-12-15 00:00", True),
    ("{days: [mon, wed]}", "2026-12-15 12:00", False),
    ('{hours: "14:00-17:00"}', "2026-12-15 14:00", True),
    ('{hours: "14:00-17:00"}', "2026-12-15 16:59", True),
    ('{hours: "14:00-17:00"}', "2026-12-15 17:00", False),
    ('{hours: "22:00-02:00"}', "2026-12-15 23:00", True),
    ('{hours: "22:00-02:00"}', "2026-12-15 01:59", True),
    ('{hours: "22:00-02:00"}', "2026-12-15 02:00", False),
    ('{hours: "22:00-02:00", days: [mon]}', "2026-12-15 01:00", True),  # began on Monday
    ('{hours: "22:00-02:00", days: [tue]}', "2026-12-15 01:00", False),
    ('{hours: "22:00-02:00", days: [tue]}', "2026-12-15 22:00", True),
    ('{hours: "22:00-24:00"}', "2026-12-15 23:59", True),
    ('{hours: "00:00-24:00"}', "2026-12-15 00:00", True),
    ('{hours: ["08:00-09:00", "12:00-13:00"]}', "2026-12-15 12:30", True),
    ('{hours: ["08:00-09:00", "12:00-13:00"]}', "2026-12-15 10:00", False),
]


@pytest.mark.parametrize("when, at, applies", TIMES)
def test_times(when: str, at: str, applies: bool) -> None:
    """Dates and hours are half-open; an interval past midnight belongs to the day on which it began."""
    rules = program(f"{{id: gift, kind: fixed, points: 1, when: {when}}}")
    assert award(rules, at=at).points == int(applies)


LATE_DAYS = [
    ("{days: [fri]}", "2026-12-19 01:30", True),  # Saturday morning, still Friday's business
    ("{days: [sat]}", "2026-12-19 01:30", False),
    ("{days: [sat]}", "2026-12-19 05:00", True),
    ('{days: [fri], hours: "23:00-03:00"}', "2026-12-19 01:30", True),
    ('{days: [fri], hours: "01:00-03:00"}', "2026-12-19 01:30", True),
    ('{days: [fri], hours: "04:00-06:00"}', "2026-12-19 05:30", True),  # began on Friday at four
    ('{days: [sat], hours: "04:00-06:00"}', "2026-12-20 04:30", True),
    ('{days: [sat], hours: "05:00-06:00"}', "2026-12-19 05:30", True),
    ('{days: [sat], hours: "00:00-24:00"}', "2026-12-19 04:59", False),
    ('{days: [sat], hours: "00:00-24:00"}', "2026-12-19 10:00", True),
    ('{days: [sat], hours: "00:00-24:00"}', "2026-12-20 04:59", True),
    ("{from: 2026-12-19}", "2026-12-19 04:59", False),
    ("{from: 2026-12-19}", "2026-12-19 05:00", True),
]


@pytest.mark.parametrize("when, at, applies", LATE_DAYS)
def test_a_day_that_starts_at_five(when: str, at: str, applies: bool) -> None:
    """Days, hours and bare dates are those of the business day."""
    rules = program(f"{{id: gift, kind: fixed, points: 1, when: {when}}}", day_starts='"05:00"')
    assert award(rules, at=at).points == int(applies)


BIRTHDAYS = [
    ("1990-12-15", "{before: 0d, after: 0d}", "2026-12-15 00:00", True),
    ("1990-12-15", "{before: 0d, after: 0d}", "2026-12-16 00:00", False),
    ("1990-12-18", "{before: 3d, after: 4d}", "2026-12-15 12:00", True),
    ("1990-12-19", "{before: 3d, after: 4d}", "2026-12-15 12:00", False),
    ("1990-12-11", "{before: 3d, after: 4d}", "2026-12-15 12:00", True),
    ("1990-12-10", "{before: 3d, after: 4d}", "2026-12-15 12:00", False),
    ("1990-01-02", "{before: 3d, after: 4d}", "2026-12-30 12:00", True),
    ("1990-12-30", "{before: 3d, after: 4d}", "2027-01-03 12:00", True),
    ("2000-02-29", "{before: 0d, after: 0d}", "2027-02-28 12:00", True),
    ("2000-02-29", "{before: 0d, after: 0d}", "2028-02-28 12:00", False),
    ("2000-02-29", "{before: 0d, after: 0d}", "2028-02-29 12:00", True),
    (None, "{before: 3d, after: 4d}", "2026-12-15 12:00", False),
]


@pytest.mark.parametrize("born, around, at, applies", BIRTHDAYS)
def test_birthdays(born: str | None, around: str, at: str, applies: bool) -> None:
    """The window lies around the birthday of this, the last or the next year."""
    rules = program(f"{{id: gift, kind: fixed, points: 1, when: {{birthday: {around}}}}}")
    birthday = None if born is None else parse_day(born)
    assert award(rules, at=at, birthday=birthday).points == int(applies)


OTHERS = [
    ("{total: {from: 10.00}}", {"lines": "G 10.00"}, True),
    ("{total: {from: 10.00}}", {"lines": "G 9.99"}, False),
    ("{total: {below: 10.00}}", {"lines": "G 9.99"}, True),
    ("{total: {below: 10.00}}", {"lines": "G 10.00"}, False),
    ("{total: {from: 10.00}}", {"lines": "G 6.00; H 4.00", "spent": [600, 0]}, True),  # before points
    ("{total: {from: 10.00}}", {"lines": "G 6.00 -4.00"}, False),  # after discounts
    ("{shops: [main, north]}", {"shop": "north"}, True),
    ("{shops: [main, north]}", {"shop": "south"}, False),
    ("{tiers: [gold]}", {"tier": "gold"}, True),
    ("{tiers: [gold]}", {"tier": None}, False),
    ("{tags: [vip, staff]}", {"tags": frozenset({"staff", "x"})}, True),
    ("{tags: [vip]}", {"tags": frozenset()}, False),
    ("{first_purchase: true}", {"first_purchase": True}, True),
    ("{first_purchase: true}", {"first_purchase": False}, False),
    ("{shops: [main], days: [tue]}", {"shop": "main"}, True),
    ("{shops: [main], days: [wed]}", {"shop": "main"}, False),
]


@pytest.mark.parametrize("when, receipt, applies", OTHERS)
def test_receipt_and_member(when: str, receipt: dict, applies: bool) -> None:
    """All keys must hold, the values of one key are alternatives."""
    tiers = '{window: lifetime, levels: [{id: low, from: "0"}, {id: gold, from: "1.00"}]}'
    rules = program(f"{{id: gift, kind: fixed, points: 1, when: {when}}}", tiers=tiers)
    assert award(rules, **receipt).points == int(applies)
