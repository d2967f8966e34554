"""Many tills on one file: real processes that spend and earn at once, and readers beside them."""

import fcntl
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.redeem import redeem
from bonuscli.services.shop import Shop
from tests.ledger.tills import ROOT, assert_proven, figures, open_shop, send_rows

NOW = "2026-01-01 12:00"
POINTS = 100

# Waits for the start, then does one thing after another and prints what each try came to.  ``redeem``: a point from the
# one card, opening and closing the file each time; ``accrue`` and ``spend``: receipts, and a point each, on one
# connection, of cards that it shares with all others; ``look``: balances, and how long the slowest took; ``import``: a
# file of receipts of all cards in turn.
TILL = """
import json, sys, time
from pathlib import Path
from bonuscli.errors import BonusError
from bonuscli.services.redeem import redeem
from bonuscli.services.shop import Shop
from bonuscli.services.till import Till
from tests.ledger.tills import send_rows

shop, start, verb = Shop(Path(sys.argv[1])), Path(sys.argv[2]), sys.argv[3]
own, count, cards = map(int, sys.argv[4:])
print("ready", flush=True)
while not start.exists():
    time.sleep(0.001)

def card_of(number):
    return str((own * 7919 + number * 104_729) % cards + 1)

def accrue(till, number):
    receipt = {"id": f"{own}-{number}", "card": card_of(number), "lines": [{"amount": "1.00"}]}
    till.accrue(json.dumps(receipt), "line")

def spend(till, number):
    till.redeem(json.dumps({"key": f"{own}-{number}", "card": card_of(number), "points": 1}), "line")

def import_all():
    folder = shop.path.parent / f"import-{own}"
    folder.mkdir()
    receipts = 40 * count
    rows = (f"I{own}-{number},sale,,2026-01-01 11:00,{number % cards + 1},G,1,1.00," for number in range(receipts))
    report = send_rows(shop, folder, "\\n".join(rows))
    assert (report.accepted, report.rejected, report.conflicts) == (receipts, 0, 0)

def look(number):
    began = time.perf_counter()
    with shop.reading(scoring=False) as session:
        session.find_member(str(number % cards + 1))
        session.connection.execute("SELECT SUM(points) FROM accounts").fetchone()
    return time.perf_counter() - began

def tell(act, *given):
    try:
        act(*given)
    except BonusError as problem:
        print(problem.code, flush=True)
    else:
        print("done", flush=True)

if verb == "redeem":
    for number in range(count):
        tell(redeem, shop, "1", 1)
elif verb == "look":
    print("slowest", max(look(number) for number in range(count)))
elif verb == "import":
    tell(import_all)
else:
    with shop.writer() as writer:
        till = Till(writer)
        for number in range(count):
            tell({"accrue": accrue, "spend": spend}[verb], till, number)
"""


def shop_of(folder: Path, cards: int, points: int) -> Shop:
    """A shop whose cards 1, 2, 3 ... each have so many points."""
    shop = open_shop(folder / "shop.db", NOW, points='{name: {one: p, other: p}, value: "1.00", lasts: never}')
    rows = (f"A{card},sale,,2026-01-01 10:00,{card},G,1,{points}.00," for card in range(1, cards + 1))
    send_rows(shop, folder, "\n".join(rows))
    return shop


def work(shop: Shop, verbs: list[str], each: int, cards: int) -> Counter[str]:
    """One process for each verb, all let go at once; how often they were told what."""
    start = shop.path.parent / "start"
    start.unlink(missing_ok=True)
    tills = [
        subprocess.Popen(
            [sys.executable, "-c", TILL, str(shop.path), str(start), verb, str(own), str(each), str(cards)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for own, verb in enumerate(verbs)
    ]  # fmt: skip
    for till in tills:
        assert till.stdout is not None
        assert till.stdout.readline() == "ready\n"
    start.touch()
    told: Counter[str] = Counter()
    for till in tills:
        out, problems = till.communicate(timeout=300)
        assert (till.returncode, problems) == (0, "")
        told.update(line for line in out.splitlines() if not line.startswith("slowest"))
    return told


@pytest.mark.slow
@pytest.mark.parametrize(("processes", "each"), [(8, 20), (32, 8)])
def test_tills_redeem_from_one_card(tmp_path: Path, processes: int, each: int) -> None:
    """As many redemptions succeed as there are points, the others are told so, and none fails for the lock."""
    shop = shop_of(tmp_path, 1, POINTS)
    told = work(shop, ["redeem"] * processes, each, 1)
    assert told == {"done": POINTS, "insufficient_points": processes * each - POINTS}
    assert figures(shop, "1").balance == 0
    assert_proven(shop)


@pytest.mark.slow
@pytest.mark.parametrize(("processes", "each", "cards"), [(8, 30, 1), (32, 30, 1000)])
def test_tills_book_receipts_side_by_side(tmp_path: Path, processes: int, each: int, cards: int) -> None:
    """Loops that keep accounts between their receipts lose nothing of what the others book, on one card and on many."""
    shop = shop_of(tmp_path, cards, 1)
    assert work(shop, ["accrue"] * processes, each, cards) == {"done": processes * each}
    with shop.reading() as session:
        (points,) = session.connection.execute("SELECT SUM(points) FROM accounts").fetchone()
    assert points == cards + processes * each
    assert_proven(shop)


@pytest.mark.slow
def test_tills_spend_from_a_thousand_cards(tmp_path: Path) -> None:
    """32 tills spend from a thousand cards of one point: no card gives more than it has, and no point is lost."""
    processes, each, cards = 32, 40, 1000
    shop = shop_of(tmp_path, cards, 1)
    told = work(shop, ["spend"] * processes, each, cards)
    asked = {(own * 7919 + number * 104_729) % cards for own in range(processes) for number in range(each)}
    assert told == {"done": len(asked), "insufficient_points": processes * each - len(asked)}
    with shop.reading() as session:
        left = session.connection.execute("SELECT SUM(points), MIN(points) FROM accounts").fetchone()
    assert left == (cards - len(asked), 0)
    assert_proven(shop)


@pytest.mark.slow
def test_tills_and_readers_beside_a_live_import(tmp_path: Path) -> None:
    """While a file comes in nobody is refused, and what tills and file bring and take adds up."""
    cards, each, receipts = 50, 30, 40 * 30
    shop = shop_of(tmp_path, cards, POINTS)
    verbs = ["import", *["accrue"] * 4, *["spend"] * 4, "look", "look"]
    told = work(shop, verbs, each, cards)
    assert told == {"done": 1 + 8 * each}
    with shop.reading() as session:
        (points,) = session.connection.execute("SELECT SUM(points) FROM accounts").fetchone()
    assert points == cards * POINTS + receipts
    assert_proven(shop)


@pytest.mark.slow
def test_readers_beside_tills_are_never_refused(tmp_path: Path) -> None:
    """Who looks while others spend, open, close and book gets an answer each time."""
    shop = shop_of(tmp_path, 20, POINTS)
    told = work(shop, ["redeem", "redeem", "accrue", "accrue", "look", "look"], 40, 20)
    assert told["done"] == 4 * 40
    assert set(told) == {"done"}
    assert_proven(shop)


@pytest.mark.parametrize("wait", [0, 0.2])
def test_a_till_that_waits_in_vain_says_how_long(tmp_path: Path, wait: float) -> None:
    """``--wait 0`` tries once; whoever does not get the lock in time is told ``busy`` (75) and has written nothing."""
    shop = shop_of(tmp_path, 1, POINTS)
    hasty = Shop(shop.path, now=shop._now, wait_seconds=wait)
    with Path(f"{shop.path}-lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        began = time.monotonic()
        with pytest.raises(BonusError) as refusal:
            redeem(hasty, "1", 1)
        waited = time.monotonic() - began
    assert (refusal.value.code, refusal.value.exit_status) == ("busy", 75)
    assert refusal.value.message.endswith(f"; this one has waited {wait:g} s")
    assert refusal.value.hint == "try again, or wait longer with --wait SECONDS"
    assert wait <= waited < wait + 5
    redeem(hasty, "1", 1)
    assert figures(shop, "1").balance == POINTS - 1
