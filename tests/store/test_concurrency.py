"""Many tills on one file: real processes that redeem from one card at once."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.ledger.tills import ROOT, assert_proven, figures, open_shop, send_rows

PROCESSES = 8
ASKED_EACH = 20
POINTS = 100

# Waits for the start, then redeems one point after another and prints what each try came to.
TILL = """
import sys, time
from pathlib import Path
from bonuscli.errors import BonusError
from bonuscli.services.redeem import redeem
from bonuscli.services.shop import Shop

shop, start, count = Shop(Path(sys.argv[1])), Path(sys.argv[2]), int(sys.argv[3])
print("ready", flush=True)
while not start.exists():
    time.sleep(0.001)
for _ in range(count):
    try:
        redeem(shop, "7", 1)
    except BonusError as problem:
        print(problem.code, flush=True)
    else:
        print("done", flush=True)
"""


@pytest.mark.slow
def test_eight_tills_redeem_from_one_card(tmp_path: Path) -> None:
    """As many redemptions succeed as there are points, the others are told so, and none fails for the lock."""
    shop = open_shop(
        tmp_path / "shop.db", "2026-01-01 12:00", points='{name: {one: p, other: p}, value: "1.00", lasts: never}'
    )
    send_rows(shop, tmp_path, f"A,sale,,2026-01-01 10:00,7,G,1,{POINTS}.00,")
    start = tmp_path / "start"
    command = [sys.executable, "-c", TILL, str(shop.path), str(start), str(ASKED_EACH)]
    tills = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    for till in tills:
        assert till.stdout is not None
        assert till.stdout.readline() == "ready\n"
    start.touch()
    told: Counter[str] = Counter()
    for till in tills:
        out, problems = till.communicate(timeout=120)
        assert till.returncode == 0, problems
        told.update(out.split())
    assert told == {"done": POINTS, "insufficient_points": PROCESSES * ASKED_EACH - POINTS}
    assert figures(shop, "7").balance == 0
    assert_proven(shop)
