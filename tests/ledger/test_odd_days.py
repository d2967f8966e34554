# ruff: noqa: E501 (a step of a sequence is a line, however long)
"""Days of 23 and 25 hours, 29 February, and days that begin at night: nothing is due twice, early, late or never."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bonuscli.clock import Calendar
from bonuscli.days import format_day, parse_day
from bonuscli.errors import BonusError
from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.expire import run_due
from bonuscli.services.holds import hold
from bonuscli.services.redeem import redeem
from bonuscli.services.shop import Shop
from tests.ledger.conftest import Play
from tests.ledger.test_two_times import BEGIN, MONTH, events
from tests.ledger.tills import assert_proven, open_shop

# --- days of 23 and 25 hours ----------------------------------------------------------------------------------------

NIGHT = """
  rules:
  - {id: base, kind: percent, rate: 100%}
  - {id: night, kind: fixed, points: 3, when: {hours: "03:00-04:00"}}"""


def test_the_hour_that_comes_twice(play: Play) -> None:
    """In Kyiv 03:30 of 25 October 2026 comes twice: without an offset the first is meant, and both are at night."""
    shop = play(
        """
        - {at: 2026-10-01 09:00, enroll: {card: "1"}}
        - {at: 2026-10-25 12:00, receipt: {id: A, total: "10.00", at: "2026-10-25 03:30"}, expect: {earned: 13}}
        - {at: 2026-10-25 12:00, receipt: {id: B, total: "10.00", at: "2026-10-25T03:30:00+03:00"}, expect: {earned: 13}}
        - {at: 2026-10-25 12:00, receipt: {id: C, total: "10.00", at: "2026-10-25T03:30:00+02:00"}, expect: {earned: 13}}
        - {at: 2026-10-25 12:00, receipt: {id: D, total: "10.00", at: "2026-10-25T04:00:00+02:00"}, expect: {earned: 10}}
        """,
        timezone="Europe/Kyiv",
        earn=NIGHT,
    )
    assert events(shop) == [
        ("A", "2026-10-25T00:30", "2026-10-25", 3),
        ("B", "2026-10-25T00:30", "2026-10-25", 3),
        ("C", "2026-10-25T01:30", "2026-10-25", 2),
        ("D", "2026-10-25T02:00", "2026-10-25", 2),
    ]


def test_the_hour_that_is_missing(play: Play) -> None:
    """In Kyiv there is no 03:30 on 29 March 2026: such a time is refused, unless an offset says which instant it is."""
    shop = play(
        BEGIN
        + """
        - {at: 2026-03-29 12:00, receipt: {id: A, total: "10.00", at: "2026-03-29 03:30"}, expect: {error_code: bad_receipt}}
        - {at: 2026-03-29 12:00, redeem: {points: 1, at: "2026-03-29 03:30"}, expect: {error_code: bad_time}}
        - {at: 2026-03-29 12:00, receipt: {id: A, total: "10.00", at: "2026-03-29T03:30:00+02:00"}, expect: {earned: 10}}
        - {at: 2026-03-29 12:00, receipt: {id: B, total: "10.00", at: "2026-03-29 02:59:59"}, expect: {earned: 10}}
        - {at: 2026-03-29 12:00, receipt: {id: C, total: "10.00", at: "2026-03-29 04:00"}, expect: {earned: 10}}
        """,
        timezone="Europe/Kyiv",
        earn=NIGHT,
    )
    assert [row[1:] for row in events(shop)] == [
        ("2026-03-29T01:30", "2026-03-29", 3),
        ("2026-03-29T00:59", "2026-03-29", 2),
        ("2026-03-29T01:00", "2026-03-29", 3),
    ]


@pytest.mark.parametrize("day, bought", [("2026-10-25", "2026-09-25"), ("2026-03-29", "2026-02-28")])
def test_a_long_or_short_day_is_one_day(play: Play, day: str, bought: str) -> None:
    """From its first minute to its last: one cap, one redemption, and points whose last day it is pay through its end."""
    last = {"2026-02-28": "for: 29d", "2026-09-25": "for: 1mo"}[bought]
    after = {"2026-10-25": "2026-10-26", "2026-03-29": "2026-03-30"}[day]
    play(
        f"""
        - {{at: {bought} 09:00, enroll: {{card: "1"}}}}
        - {{at: {bought} 10:00, receipt: {{id: A, total: "90.00"}}, expect: {{earned: 40}}}}
        - {{at: {day} 00:00, receipt: {{id: B, total: "30.00"}}, expect: {{earned: 30}}}}
        - {{at: {day} 00:01, redeem: {{points: 1}}}}
        - {{at: {day} 23:58, redeem: {{points: 1}}, expect: {{refused: redeem_times}}}}
        - {{at: {day} 23:59, receipt: {{id: C, total: "30.00", redeem: 0}}, expect: {{earned: 10, expired: 0, balance: 79}}}}
        - {{at: {after} 00:00, redeem: {{points: 1}}, expect: {{redeemed: 1, expired: 39, balance: 39}}}}
        """,
        timezone="Europe/Kyiv",
        points=MONTH.replace("for: 1mo", last),
        earn="{rules: [{id: base, kind: percent, rate: 100%}], cap: {per_day: 40}}",
        redeem="{per_day: 1}",
    )


def test_a_hold_lasts_as_long_as_its_clock_ticks(play: Play) -> None:
    """An hour is an hour when the clock on the wall is set: in autumn it ends at the same time, in spring two later."""
    play(
        """
        - {at: 2026-03-01 09:00, enroll: {card: "1"}}
        - {at: 2026-03-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-03-29 02:30, hold: {id: S, points: 10, for: 60m}}
        - {at: 2026-03-29 04:29, look: {}, expect: {held: 10}}
        - {at: 2026-03-29 04:30, look: {}, expect: {held: 0, balance: 100}}
        - {at: "2026-10-25T03:30:00+03:00", hold: {id: H, points: 10, for: 60m}}
        - {at: "2026-10-25T03:29:59+02:00", look: {}, expect: {held: 10}}
        - {at: "2026-10-25T03:30:00+02:00", look: {}, expect: {held: 0}}
        - {at: "2026-10-25T03:31:00+02:00", capture: {hold: H}, expect: {refused: hold_closed}}
        """,
        timezone="Europe/Kyiv",
    )


def test_held_points_expire_with_the_long_day(play: Play) -> None:
    """Let go in the second 03:30 of their last day they can be spent to its end; let go after it they are gone."""
    play(
        """
        - {at: 2026-09-25 09:00, enroll: {card: "1"}}
        - {at: 2026-09-25 10:00, receipt: {id: A, total: "100.00"}}
        - {at: "2026-10-25T03:45:00+03:00", hold: {id: H, points: 60, for: 45m}}
        - {at: 2026-10-25 23:30, hold: {id: J, points: 30, for: 60m}, expect: {held: 30, balance: 100, available: 70}}
        - {at: 2026-10-25 23:59, redeem: {points: 20}, expect: {expired: 0, balance: 80}}
        - {at: 2026-10-26 00:29, look: {}, expect: {balance: 30, held: 30}}
        - {at: 2026-10-26 00:30, expire: {}, expect: {expired: 80, balance: 0}}
        """,
        timezone="Europe/Kyiv",
        points=MONTH,
    )


# --- 29 February ----------------------------------------------------------------------------------------------------


def test_who_was_born_on_29_february_has_a_birthday_every_year(play: Play) -> None:
    """Three days before the 28th in common years, before the 29th in leap years; the multiplier follows the same day."""
    play(
        """
        - {at: 2026-12-01 09:00, enroll: {card: "1", birthday: 2000-02-29}}
        - {at: 2027-02-24 23:59, look: {}, expect: {balance: 0}}
        - {at: 2027-02-25 00:00, look: {}, expect: {balance: 7}}
        - {at: 2027-02-28 23:59, receipt: {id: A, total: "10.00"}, expect: {earned: 20}}
        - {at: 2027-03-01 00:00, receipt: {id: B, total: "10.00"}, expect: {earned: 10}}
        - {at: 2028-02-25 23:59, look: {}, expect: {balance: 0}}
        - {at: 2028-02-26 00:00, look: {}, expect: {balance: 7}}
        - {at: 2028-02-28 12:00, receipt: {id: C, total: "10.00"}, expect: {earned: 10}}
        - {at: 2028-02-29 12:00, receipt: {id: D, total: "10.00"}, expect: {earned: 20}}
        """,
        points=MONTH,
        earn="""
  rules:
  - {id: base, kind: percent, rate: 100%}
  - {id: birthday, kind: multiply, factor: 2, when: {birthday: {before: 0d, after: 0d}}}""",
        grants="{birthday: {points: 7, before: 3d, lasts: 14d}}",
    )


@pytest.mark.parametrize(
    "window, last, next_last",
    [("12mo", "2029-02-27", "2030-02-27"), ("6mo", "2028-08-28", "2029-02-27"), ("48mo", "2032-02-28", "2036-02-28")],
)
def test_a_level_reached_on_29_february_is_held_for_its_window(
    play: Play, window: str, last: str, next_last: str
) -> None:
    """It is looked at on the same day number, clamped to the month, and the next period is counted from there."""
    gone = format_day(parse_day(next_last) + 1)
    play(
        f"""
        - {{at: 2028-02-01 09:00, enroll: {{card: "1"}}}}
        - {{at: 2028-02-29 10:00, receipt: {{id: A, total: "100.00"}}, expect: {{tier: high, tier_until: {last}}}}}
        - {{at: {last} 23:59, receipt: {{id: B, total: "100.00"}}, expect: {{tier: high, tier_until: {last}}}}}
        - {{at: {next_last} 23:59, look: {{}}, expect: {{tier: high, tier_until: {next_last}}}}}
        - {{at: {next_last} 23:59:59, receipt: {{id: C, total: "99.99"}}, expect: {{tier: high}}}}
        - {{at: {gone} 00:00, look: {{}}, expect: {{tier: low}}}}
        """,
        tiers="{window: " + window + ', levels: [{id: low, from: "0"}, {id: high, from: "100.00"}]}',
        points=MONTH,
    )


# --- days that begin at night ---------------------------------------------------------------------------------------


def test_the_night_belongs_to_the_day_before(play: Play) -> None:
    """A bar's 01:30 has yesterday's cap, count, weekday and birthday, and points live to the end of the night."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1", birthday: 1990-01-30}}
        - {at: 2026-01-30 23:00, receipt: {id: A, total: "30.00"}, expect: {earned: 35}}
        - {at: 2026-01-31 01:30, receipt: {id: B, total: "30.00"}, expect: {earned: 15}}
        - {at: 2026-01-31 04:59, receipt: {id: C, total: "30.00"}, expect: {earned: 0}}
        - {at: 2026-01-31 04:59, redeem: {points: 1}}
        - {at: 2026-01-31 04:59, redeem: {points: 1}, expect: {refused: redeem_times}}
        - {at: 2026-01-31 05:00, redeem: {points: 1}}
        - {at: 2026-01-31 05:00, receipt: {id: D, total: "30.00"}, expect: {earned: 30}}
        - {at: 2026-03-01 04:59, look: {}, expect: {balance: 78}}
        - {at: 2026-03-01 05:00, look: {}, expect: {balance: 0}}
        """,
        timezone="Europe/Berlin",
        day_starts='"05:00"',
        points=MONTH,
        redeem="{per_day: 1}",
        earn="""
  rules:
  - {id: base, kind: percent, rate: 100%}
  - {id: birthday, kind: fixed, points: 5, when: {birthday: {before: 0d, after: 0d}}}
  cap: {per_day: 50}""",
    )


@pytest.mark.parametrize(
    "zone, starts, day", [("Europe/Berlin", 150, "2026-10-25"), ("Europe/Kyiv", 210, "2026-10-25")]
)
def test_a_day_that_begins_within_the_hour_that_comes_twice_begins_once(zone: str, starts: int, day: str) -> None:
    """At half past two the day begins; that the clock is set back to two does not bring yesterday back."""
    calendar = Calendar(zone, starts * 60)
    begins = calendar.start_of(calendar.parse_instant(f"{day} 12:00") // 86_400)
    days = [calendar.day_of(begins + minute * 60) for minute in range(-180, 360)]
    assert days == [days[0]] * 180 + [days[0] + 1] * 360


# --- late equals timely, whatever the clock on the wall does ----------------------------------------------------------

KYIV = Calendar("Europe/Kyiv", 210 * 60)
# Quarters of an hour around the nights in which the clock is set, and of the days before and after.
MOMENTS = st.tuples(
    st.sampled_from(["2026-03-29", "2026-10-25"]), st.one_of(st.integers(8, 20), st.integers(-96, 192))
).map(lambda drawn: KYIV.parse_instant(f"{drawn[0]} 00:00") + drawn[1] * 900)
ACTS = st.lists(st.tuples(MOMENTS, st.sampled_from(["buy", "hold", "redeem"])), min_size=1, max_size=7)


@given(ACTS, st.lists(MOMENTS, max_size=6))
@settings(max_examples=8)
def test_cron_changes_nothing_when_the_clock_is_set(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[int, str]], cron: list[int]
) -> None:
    """Days that begin at 03:30 in Kyiv, holds and points that last a day or two, over both changes of the clock."""
    ledgers = []
    for looks in ([], cron):
        shop = open_shop(
            tmp_path_factory.mktemp("shop") / "shop.db",
            "2026-03-01 12:00",
            timezone="Europe/Kyiv",
            day_starts='"03:30"',
            points='{name: {one: p, other: p}, value: "1.00", opens: {after: 1d}, lasts: {for: 1d}}',
        )
        enrol_one(shop, NO_PARTICULARS._replace(card="1"))
        for now, act in sorted([*acts, *((moment, "cron") for moment in looks)]):
            _play(Shop(shop.path, now=now), act)
        shop = Shop(shop.path, now=KYIV.parse_instant("2026-11-30 12:00"))
        run_due(shop)
        assert_proven(shop)
        with closing(sqlite3.connect(shop.path)) as connection:
            ledgers.append(connection.execute("SELECT account, n, kind, points, at, day FROM entries").fetchall())
    assert ledgers[0] == ledgers[1]


def _play(shop: Shop, act: str) -> None:
    """Buy for 10.00, put 3 points aside for 3 hours, spend 2, or let cron run."""
    try:
        if act == "buy":
            accrue(shop, "1", receipt_of_total(1000, None, None, None))
        elif act == "hold":
            hold(shop, "1", 3, 3 * 3600)
        elif act == "redeem":
            redeem(shop, "1", 2)
        else:
            run_due(shop)
    except BonusError as refusal:
        if refusal.code != "insufficient_points":
            raise
