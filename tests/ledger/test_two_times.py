# ruff: noqa: E501 (a step of a sequence is a line, however long)
"""Two times of every event, when it happened and when it was recorded, under clocks that are wrong, set, or elsewhere.

What is booked late is in ``test_late``; here are the machine's clock and the zones of tills and shops.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.clock import format_instant
from bonuscli.days import format_day
from bonuscli.errors import BonusError
from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.database import doctor
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.expire import run_due
from bonuscli.services.shop import Shop
from bonuscli.services.writing import Writing
from tests.ledger.conftest import Play
from tests.ledger.tills import assert_proven, dump, open_shop

MONTH = '{name: {one: point, other: points}, value: "1.00", lasts: {for: 1mo, from: accrual}}'
BEGIN = """
        - {at: 2026-03-01 09:00, enroll: {card: "1"}}
"""


def events(shop: Shop) -> list[tuple[str, str, str, int]]:
    """(number, when it happened in UTC, business day, offset in hours) of all events but the enrolment."""
    with closing(sqlite3.connect(shop.path)) as connection:
        rows = connection.execute("SELECT number, at, day, utc_offset FROM events WHERE kind <> 'enrol' ORDER BY seq")
        return [(number, format_instant(at)[:16], format_day(day), offset // 3600) for number, at, day, offset in rows]


# --- the machine's clock --------------------------------------------------------------------------------------------


def test_a_clock_that_was_set_back_books_on_but_never_undoes(play: Play) -> None:
    """What expired stays gone, what has opened can be spent, and recording times stand still until the clock is past."""
    shop = play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-20 10:00, receipt: {id: B, total: "30.00"}, expect: {balance: 100, pending: 30}}
        - {at: 2026-02-10 10:00, redeem: {points: 5}, expect: {expired: 100, balance: 25, pending: 0}}
        - {at: 2026-01-15 10:00, look: {}, expect: {balance: 25, pending: 0}}
        - {at: 2026-01-15 10:01, redeem: {points: 26}, expect: {refused: insufficient_points, entries: 0}}
        - {at: 2026-01-15 10:02, redeem: {id: early, points: 20}, expect: {redeemed: 20, balance: 5}}
        - {at: 2026-01-15 10:03, receipt: {id: C, total: "7.00"}, expect: {earned: 7, balance: 12, lots: {C: 7}}}
        - {at: 2026-01-15 10:04, expire: {}, expect: {entries: 0}}
        """,
        points='{name: {one: point, other: points}, value: "1.00", opens: {after: 7d}, lasts: {for: 1mo, from: accrual}}',
    )
    with closing(sqlite3.connect(shop.path)) as connection:
        recorded = [at for (at,) in connection.execute("SELECT recorded_at FROM events ORDER BY seq")]
        booked = [at for (at,) in connection.execute("SELECT at FROM entries WHERE kind = 'redemption' ORDER BY n")]
    assert recorded == sorted(recorded)
    assert {format_instant(at)[:16] for at in recorded[3:]} == {"2026-02-10T10:00"}
    assert len(set(booked)) == 1  # the early one is booked at the account's clock, not before the expiry


def test_daily_limits_count_by_when_it_happened(play: Play) -> None:
    """A till whose clock is a day behind counts against the day that it tells, whatever the order of recording."""
    play(
        BEGIN
        + """
        - {at: 2026-03-02 10:00, receipt: {id: A, total: "100.00"}, expect: {earned: 50}}
        - {at: 2026-03-03 10:00, redeem: {points: 1}}
        - {at: 2026-03-02 11:00, redeem: {points: 1}}
        - {at: 2026-03-02 11:01, redeem: {points: 1}, expect: {refused: redeem_times}}
        - {at: 2026-03-03 11:00, redeem: {points: 1}, expect: {refused: redeem_times}}
        - {at: 2026-03-02 12:00, receipt: {id: B, total: "9.00"}, expect: {earned: 0}}
        - {at: 2026-03-03 12:00, receipt: {id: C, total: "9.00"}, expect: {earned: 9}}
        """,
        earn="{rules: [{id: base, kind: percent, rate: 100%}], cap: {per_day: 50}}",
        redeem="{per_day: 1}",
    )


def test_a_hold_lasts_from_the_later_of_both_times(play: Play) -> None:
    """A clock set back neither shortens nor ends a hold; set right again, it ends when it said."""
    play(
        BEGIN
        + """
        - {at: 2026-03-02 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-03-02 09:00, hold: {id: H, points: 40, for: 30m}, expect: {held: 40}}
        - {at: 2026-03-02 09:45, look: {}, expect: {held: 40}}
        - {at: 2026-03-02 08:00, hold: {id: J, points: 10, for: 29m}, expect: {held: 50}}
        - {at: 2026-03-02 10:28, look: {}, expect: {held: 50}}
        - {at: 2026-03-02 10:29, look: {}, expect: {held: 40}}
        - {at: 2026-03-02 10:30, capture: {hold: H}, expect: {refused: hold_closed, held: 0, balance: 100}}
        """,
    )


def test_the_clock_ahead_is_bounded_by_what_was_recorded(tmp_path: Path) -> None:
    """More than a day ahead of the clock is refused; a clock more than a day behind the records is told by doctor."""
    shop = open_shop(tmp_path / "shop.db", "2026-03-02 10:00")
    enrol_one(shop, NO_PARTICULARS._replace(card="1"))
    accrue(shop, "1", receipt_of_total(1000, "A", None, None), Writing("2026-03-03 10:00"))
    with pytest.raises(BonusError) as refused:
        accrue(shop, "1", receipt_of_total(1000, "B", None, None), Writing("2026-03-03 10:00:01"))
    assert refused.value.code == "too_late"
    assert_proven(shop)


@pytest.mark.parametrize("now, state", [("2026-03-01 10:00:00", "ok"), ("2026-03-01 09:59:59", "finding")])
def test_doctor_tells_a_clock_that_was_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: str, state: str
) -> None:
    """A day behind the last recording may be a zone; more is worth a look."""
    shop = open_shop(tmp_path / "shop.db", "2026-03-02 10:00")
    enrol_one(shop, NO_PARTICULARS._replace(card="1"))
    monkeypatch.setenv("BONUSCLI_NOW", now)
    assert [check.state for check in doctor(shop.path) if check.check == "time"] == [state]


# --- zones ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "zone, at, happened, day, offset",
    [
        ("Europe/Moscow", "2026-12-31 23:30", "2026-12-31T20:30", "2026-12-31", 3),
        ("Europe/Moscow", "2026-12-31T23:30:00Z", "2026-12-31T23:30", "2027-01-01", 3),
        ("Europe/Moscow", "2026-12-31T16:30:00-05:00", "2026-12-31T21:30", "2027-01-01", 3),
        ("Europe/Moscow", "2027-01-01T05:30:00+14:00", "2026-12-31T15:30", "2026-12-31", 3),
        ("Europe/Kyiv", "2026-12-31T22:00:00Z", "2026-12-31T22:00", "2027-01-01", 2),
        ("Europe/Kyiv", "2026-12-31T23:59:59+02:00", "2026-12-31T21:59", "2026-12-31", 2),
        ("Asia/Almaty", "2026-12-31 00:30", "2026-12-30T19:30", "2026-12-31", 5),
        ("America/New_York", "2027-01-01T05:59:00+01:00", "2027-01-01T04:59", "2026-12-31", -5),
    ],
)
def test_a_receipt_counts_on_the_day_of_the_shop(
    play: Play, zone: str, at: str, happened: str, day: str, offset: int
) -> None:
    """Whatever offset a till writes, rules, caps and last days are those of the program's zone."""
    points = 10 if day == "2026-12-31" else 20
    shop = play(
        f"""
        - {{at: 2026-12-01 09:00, enroll: {{card: "1"}}}}
        - {{at: 2027-01-01 12:00, receipt: {{id: A, total: "10.00", at: "{at}"}}, expect: {{earned: {points}, balance: {points}}}}}
        - {{at: {day.replace("2026-12-31", "2027-01-31").replace("2027-01-01", "2027-02-01")} 23:59, look: {{}}, expect: {{balance: {points}}}}}
        - {{at: {day.replace("2026-12-31", "2027-02-01").replace("2027-01-01", "2027-02-02")} 00:00, look: {{}}, expect: {{balance: 0}}}}
        """,
        timezone=zone,
        points=MONTH,
        earn="""
  rules:
  - {id: base, kind: percent, rate: 100%}
  - {id: new-year, kind: multiply, factor: 2, when: {from: 2027-01-01, to: 2027-01-02}}""",
    )
    assert events(shop) == [("A", happened, day, offset)]


def test_one_instant_in_two_spellings_is_one_receipt(play: Play) -> None:
    """A till that sends a receipt again with another offset is told the same figures."""
    play(
        BEGIN
        + """
        - {at: 2026-03-05 12:00, receipt: {id: A, total: "10.00", at: "2026-03-05T11:00:00+02:00"}, expect: {earned: 10}}
        - {at: 2026-03-05 12:01, receipt: {id: A, total: "10.00", at: "2026-03-05T12:00:00+03:00"}, expect: {replayed: true, earned: 10, entries: 0}}
        """,
        timezone="Europe/Kyiv",
    )


def test_a_story_told_in_utc_is_the_same_story(tmp_path: Path, play: Play) -> None:
    """Over a change of the clock, tills that write local time and tills that write UTC make the same ledger."""
    steps = [
        ("enroll: {card: '1'}", "2026-03-01 09:00", "2026-03-01T07:00:00Z"),
        ("receipt: {id: A, total: '50.00'}", "2026-03-28 23:30", "2026-03-28T21:30:00Z"),
        ("receipt: {id: B, total: '9.00'}", "2026-03-29 04:30", "2026-03-29T01:30:00Z"),
        ("redeem: {id: C, points: 5}", "2026-04-28 23:59", "2026-04-28T20:59:00Z"),
        ("look: {}", "2026-04-29 00:00", "2026-04-28T21:00:00Z"),
    ]
    ledgers = []
    for column in (1, 2):
        told = "\n".join(f'- {{at: "{step[column]}", {step[0]}}}' for step in steps)
        shop = play(told, timezone="Europe/Kyiv", points=MONTH)
        run_due(shop)
        ledgers.append([line for line in dump(shop) if not line.startswith("imports")])
        (tmp_path / "shop").rename(tmp_path / f"shop-{column}")
    assert ledgers[0] == ledgers[1]
