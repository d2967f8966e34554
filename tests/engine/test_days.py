"""Opening and last days, and the order in which what falls due on one day is booked."""

import pytest

from bonuscli.days import format_day, parse_day
from bonuscli.engine import fold
from bonuscli.engine.book import Rows
from bonuscli.engine.lifetimes import accrual_days
from bonuscli.engine.settle import settle
from bonuscli.engine.versions import Version, Versions
from bonuscli.model import ENROL, EnrolBody, Event, Member
from tests.engine.scoring import BASE, program

DAYS = [
    ("opens: {after: 14d}, lasts: {for: 6mo}", "2026-12-15", "2026-12-29", "2027-06-29"),
    ("opens: {after: 14d}, lasts: {for: 6mo, from: accrual}", "2026-12-15", "2026-12-29", "2027-06-15"),
    ("lasts: {for: 6mo}", "2026-08-31", "2026-08-31", "2027-02-28"),
    ("lasts: {for: 0d}", "2026-08-31", "2026-08-31", "2026-08-31"),
    ("lasts: {for: 1y, until: end-of-year}", "2026-08-31", "2026-08-31", "2027-12-31"),
    ("lasts: {for: 3mo, until: end-of-quarter}", "2026-08-31", "2026-08-31", "2026-12-31"),
    ("opens: {after: 1mo}, lasts: {for: 1mo, until: end-of-month}", "2027-01-31", "2027-02-28", "2027-03-31"),
    ("lasts: never", "2026-08-31", "2026-08-31", "9999-12-31"),
    ("opens: {after: 1d}", "2026-08-31", "2026-09-01", "9999-12-31"),
]


@pytest.mark.parametrize("terms, accrued, opens, ends", DAYS)
def test_accrual_days(terms: str, accrued: str, opens: str, ends: str) -> None:
    """A lot's first and last day follow from the accrual's day."""
    rules = program(BASE, points=f'{{name: {{one: p, other: p}}, value: "1.00", {terms}}}')
    assert tuple(map(format_day, accrual_days(rules, parse_day(accrued)))) == (opens, ends)


def test_due_things_of_one_day_are_booked_in_order() -> None:
    """Expiries come before tier looks, and those before birthday grants, all at the start of the day."""
    rules = program(
        BASE,
        grants="{welcome: {points: 5, lasts: 364d, after: enrolment}, birthday: {points: 7, before: 0d, lasts: 9d}}",
        tiers='{window: 12mo, levels: [{id: low, from: "0"}, {id: gold, from: "10.00"}]}',
    )
    versions = Versions((Version(1, rules, 0, 0),))
    day = parse_day("2026-03-10")
    at = day * 86_400 + 40_000
    member = Member(None, None, None, parse_day("1990-03-10"), None, (), (), "")
    enrolment = Event(1, ENROL, at, day, at, 1, EnrolBody("gold", None))
    account, rows = fold.open_account(1, 1, member, enrolment, "demo"), Rows()
    fold.apply(account, enrolment, versions, rows)
    assert [(entry.kind, entry.points, entry.at) for entry in rows.entries] == [("grant", 5, at), ("grant", 7, at)]
    later = Rows()
    due = parse_day("2027-03-10")
    assert account.next_due_on == parse_day("2026-03-20")  # the birthday's points end on the 19th
    settle(account, later, versions, due * 86_400 + 5)
    found = [(entry.kind, entry.points, entry.at) for entry in later.entries]
    assert found == [
        ("expiry", -7, parse_day("2026-03-20") * 86_400),
        ("expiry", -5, due * 86_400),
        ("grant", 7, due * 86_400),
    ]
    assert [(change.tier, change.at) for change in later.tier_changes] == [("low", due * 86_400)]
