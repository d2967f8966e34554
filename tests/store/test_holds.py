"""Holds in a file: found by cron, tried, changed by hand, and made by many tills at once."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.expire import run_due
from bonuscli.services.holds import capture, hold, parse_seconds, release
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from bonuscli.services.writing import Writing
from tests.ledger.tills import ROOT, UTC, assert_proven, dump, figures, open_shop, send_rows


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A member with 100 points, on 5 January at ten."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-05 10:00")
    send_rows(shop, tmp_path, "A,sale,,2026-01-02 10:00,1,G,1,100.00,")
    return shop


def test_cron_writes_time_outs_down(shop: Shop) -> None:
    """``run-due`` finds an account whose hold has ended on that very day, and leaves one whose time is not over."""
    hold(shop, "1", 60, parse_seconds("1h"))
    assert run_due(Shop(shop.path, now=UTC.parse_instant("2026-01-05 10:59"))).entries == 0
    done = run_due(Shop(shop.path, now=UTC.parse_instant("2026-01-05 11:00")))
    assert (done.accounts, done.lots, done.entries) == (1, 0, 1)
    assert_proven(shop)


def test_a_try_holds_nothing(shop: Shop) -> None:
    """A dry run answers the same and leaves no trace."""
    before = dump(shop)
    assert hold(shop, "1", 60, writing=Writing(dry_run=True)).available == 40
    assert dump(shop) == before
    made = hold(shop, "1", 60)
    before = dump(shop)
    assert capture(shop, made.entry, 50, writing=Writing(dry_run=True)).balance == 50
    assert release(shop, made.entry, Writing(dry_run=True)).available == 100
    assert dump(shop) == before


CHANGES = {
    "the holds": "UPDATE holds SET points = points + 1",
    "a hold's deadline": "UPDATE holds SET deadline = deadline + 1",
    "a hold that is missing": "DELETE FROM holds",
    "an account's points on hold": "UPDATE accounts SET held = held + 1",
    "a hold's event": "UPDATE events SET points = points + 1 WHERE kind = 'hold'",
    "a hold's body": "UPDATE events SET body = replace(body, '10', '11') WHERE number = 'I'",
    "a capture's event": "UPDATE events SET points = points + 20 WHERE kind = 'capture'",
    "a capture's money": "UPDATE events SET spent = spent + 1 WHERE kind = 'capture'",
    "what a capture names": "UPDATE events SET original = 1 WHERE kind = 'capture'",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_hold_that_is_changed_by_hand_is_found(shop: Shop, change: str) -> None:
    """``verify`` sees what does not follow from the events, and events that are not what their entries say."""
    capture(shop, hold(shop, "1", 60).entry, 50)
    hold(shop, "1", 10, writing=Writing(key="I"))
    with closing(sqlite3.connect(shop.path)) as connection:
        connection.execute("DROP TRIGGER events_no_update")
        assert connection.execute(CHANGES[change]).rowcount > 0
        connection.commit()
    assert verify(shop).findings


@pytest.mark.parametrize(
    "text, seconds", [("1m", 60), ("15m", 900), ("2h", 7_200), ("1d", 86_400), ("366d", 366 * 86_400)]
)
def test_how_long_a_hold_lasts(text: str, seconds: int) -> None:
    """Minutes, hours and days, one number and one unit."""
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "m", "0m", "1mo", "1.5h", "-1h", "1h30m", "367d", "١m"])
def test_what_is_no_length_of_time(text: str) -> None:
    """Anything else is refused and names the form."""
    with pytest.raises(BonusError) as problem:
        parse_seconds(text)
    assert (problem.value.code, problem.value.where) == ("bad_time", "--for")


# Waits for the start, then puts points aside one after another, spends what it holds or lets it go, and prints it all.
TILL = """
import sys, time
from pathlib import Path
from bonuscli.errors import BonusError
from bonuscli.services.holds import capture, hold, release
from bonuscli.services.shop import Shop

shop, start, number, count = Shop(Path(sys.argv[1])), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
print("ready", flush=True)
while not start.exists():
    time.sleep(0.001)
for each in range(count):
    try:
        held = hold(shop, "7", 10)
        if (number + each) % 3:
            print("spent", capture(shop, held.entry, 5 + each % 2).redeemed, flush=True)
        else:
            print("freed", release(shop, held.entry).released, flush=True)
    except BonusError as problem:
        print(problem.code, 0, flush=True)
"""


@pytest.mark.slow
def test_eight_tills_hold_and_capture_from_one_card(tmp_path: Path) -> None:
    """No point is promised twice: what was captured is gone, the rest is there, and no call fails for the lock."""
    shop = open_shop(
        tmp_path / "shop.db", "2026-01-01 12:00", points='{name: {one: p, other: p}, value: "1.00", lasts: never}'
    )
    send_rows(shop, tmp_path, "A,sale,,2026-01-01 10:00,7,G,1,300.00,")
    start = tmp_path / "start"
    tills = [
        subprocess.Popen(
            [sys.executable, "-c", TILL, str(shop.path), str(start), str(number), "12"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(8)
    ]  # fmt: skip
    for till in tills:
        assert till.stdout is not None
        assert till.stdout.readline() == "ready\n"
    start.touch()
    told: list[tuple[str, int]] = []
    for till in tills:
        out, problems = till.communicate(timeout=120)
        assert till.returncode == 0, problems
        told += [(word, int(points)) for word, points in (line.split() for line in out.splitlines())]
    assert len(told) == 8 * 12
    assert {word for word, _ in told} <= {"spent", "freed", "insufficient_points"}
    seen = figures(shop, "7")
    assert (seen.balance, seen.held) == (300 - sum(points for word, points in told if word == "spent"), 0)
    assert_proven(shop)


@pytest.mark.slow
def test_one_hold_is_captured_by_one_of_eight_tills(tmp_path: Path) -> None:
    """Eight tills that capture the same hold at once: one succeeds, seven are told that it has ended."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 12:00")
    send_rows(shop, tmp_path, "A,sale,,2026-01-01 10:00,7,G,1,100.00,")
    shop = Shop(shop.path)
    held = hold(shop, "7", 60)
    code = (
        "import sys; from pathlib import Path; from bonuscli.errors import BonusError;"
        " from bonuscli.services.holds import capture; from bonuscli.services.shop import Shop\n"
        "try:\n    capture(Shop(Path(sys.argv[1])), sys.argv[2])\n    print('done')\n"
        "except BonusError as problem:\n    print(problem.code)\n"
    )
    tills = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(shop.path), held.entry], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(8)
    ]
    told = sorted(till.communicate(timeout=120)[0].strip() for till in tills)
    assert told == ["done", *["hold_closed"] * 7]
    assert figures(shop, "7").balance == 40
    assert_proven(shop)
