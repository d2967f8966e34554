"""What the calendar brings, settled every day, once and late, or by whatever happens in between: one and the same."""

from pathlib import Path

import pytest

from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.expire import run_due
from bonuscli.services.shop import Shop
from bonuscli.services.writing import Writing
from tests.ledger.tills import UTC, assert_proven, dump, open_shop, send_rows

STAYING = (
    '{name: {one: point, other: points}, value: "0.50", opens: {after: 3d}, lasts: {for: 3mo, from: last-purchase}}'
)
DATED = '{name: {one: point, other: points}, value: "0.50", lasts: {for: 2mo, from: accrual, until: end-of-month}}'
PROGRAM = {
    "segments": "{lapsed: {last_purchase: {over: 45d}}}",
    "grants": """{
      welcome: {points: 5, lasts: 30d},
      birthday: {points: 30, before: 3d, lasts: 14d},
      referral: {referrer: 20, friend: 10, after: {spend: "30.00", within: 60d}},
      schedule: [
        {id: spring, points: 15, every: "03-20", segment: lapsed, lasts: 10d},
        {id: fool, points: 3, date: 2026-04-01},
        {id: monthly, kind: retro, rate: 2%, over: month, from: "20.00", opens: 2d},
        {id: quarterly, kind: retro, rate: 1%, over: quarter, tags: [club]}]}""",
    "tiers": '{window: 2mo, levels: [{id: low, from: "0"}, {id: high, from: "50.00"}]}',
}
RECEIPTS = [
    ("A", "2026-01-03 10:00", "7", "60.00"),
    ("B", "2026-01-31 23:59", "8", "19.99"),
    ("C", "2026-02-01 00:00", "8", "10.01"),
    ("D", "2026-02-28 12:00", "7", "25.00"),
    ("E", "2026-06-10 12:00", "8", "40.00"),
    ("F", "2026-09-30 12:00", "7", "70.00"),
]
END = "2026-12-31 23:00"


def play(folder: Path, points: str, cron: list[str], receipts: list[tuple[str, str, str, str]] = RECEIPTS) -> Shop:
    """The story of two members, with ``run-due`` at the given times besides; receipts: number, time, card, amount."""
    folder.mkdir()
    shop = open_shop(folder / "shop.db", "2026-01-01 08:00", points=points, **PROGRAM)
    happenings: list[tuple[str, str, str, str]] = [("", at, "", "") for at in (*cron, END)]
    referred = NO_PARTICULARS._replace(card="8", referrer="7")
    enrol_one(shop, NO_PARTICULARS._replace(card="7", birthday="1990-05-10", tags=("club",)))
    enrol_one(shop, referred, Writing("2026-01-01 09:00"))
    for number, at, card, amount in sorted(receipts + happenings, key=lambda each: (each[1], not each[0])):
        then = Shop(shop.path, now=UTC.parse_instant(at))
        if number:
            send_rows(then, folder, f"{number},sale,,{at},{card},G,1,{amount},")
        else:
            run_due(then)
    return Shop(shop.path, now=UTC.parse_instant(END))


def ledger(shop: Shop) -> list[str]:
    """The canonical dump without the account rows, whose clock tells when they were settled."""
    lines, table = [], ""
    for line in dump(shop):
        table = line if line.startswith("# ") else table
        if not table.startswith("# accounts\t"):
            lines.append(line)
    return lines


def daily(hour: str) -> list[str]:
    """A time on every day of the year."""
    first = UTC.parse_instant(f"2026-01-02 {hour}")
    return [UTC.iso(first + day * 86_400)[:16].replace("T", " ") for day in range(364)]


@pytest.mark.parametrize("points", [STAYING, DATED], ids=["last-purchase", "dated"])
def test_a_whole_year_missed_is_made_up_for_exactly_once(tmp_path: Path, points: str) -> None:
    """Run every day or once at the end of the year, `run-due` leaves the same ledger, and both prove sound."""
    late = play(tmp_path / "late", points, [])
    timely = play(tmp_path / "timely", points, daily("00:30"))
    weekly = play(tmp_path / "weekly", points, daily("00:00")[::7])
    rows = ledger(late)
    assert sum("\tgrant\t" in row for row in rows) == 14
    assert any("\tinactivity\t" in row for row in rows) == (points == STAYING)
    assert ledger(timely) == rows
    assert ledger(weekly) == rows
    for shop in (late, timely):
        assert_proven(shop)


def test_run_due_again_does_nothing(tmp_path: Path) -> None:
    """What was booked is not booked again, and the figures of the run say so."""
    shop = play(tmp_path / "shop", STAYING, [])
    assert run_due(shop).entries == 0


def test_run_due_tells_what_it_gave_and_what_ended(tmp_path: Path) -> None:
    """Points that end by inactivity are among the expired ones, each lot of them counted."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 08:00", points=STAYING)
    send_rows(shop, tmp_path, "A,sale,,2026-01-01 07:00,7,G,1,10.00,\nB,sale,,2026-01-01 07:30,7,G,1,20.00,")
    done = run_due(Shop(shop.path, now=UTC.parse_instant("2026-04-02 00:00")))
    assert (done.accounts, done.lots, done.expired, done.entries) == (1, 2, 60, 1)
