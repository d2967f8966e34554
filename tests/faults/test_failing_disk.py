"""A disk that fails at each of its writes and syncs in turn: what is answered is true, whatever COMMIT says.

The disk stands under the program's own SQLite (``tests.faults.disk``).  A sync that fails leaves a whole transaction in
the log: that is the case in which an error from COMMIT means "unknown".
"""

import sqlite3
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.redeem import redeem
from bonuscli.services.shop import Shop
from bonuscli.services.writing import Writing
from bonuscli.store import sqlite
from tests.faults.disk import SQLITE_FULL, SQLITE_IOERR_FSYNC, SQLITE_IOERR_WRITE, Disk, reachable, under
from tests.ledger.tills import assert_proven, dump, figures, open_shop

NOW = "2026-12-01 12:00"
needs_disk = pytest.mark.skipif(not reachable(), reason="this Python's SQLite is hidden, no disk can be put under it")


class FailingDisk(Disk):
    """Answers with an error from its nth write or sync on: once, or until it is mended."""

    def __init__(self, code: int, nth: int, lasting: bool, syncs: bool) -> None:
        self._code = code
        self._nth = nth
        self._lasting = lasting
        self._syncs = syncs
        self.asked = 0

    def write(self, path: str, offset: int, content: bytes) -> int:
        """One more write."""
        return 0 if self._syncs else self._next()

    def sync(self, path: str) -> int:
        """One more sync."""
        return self._next() if self._syncs else 0

    def _next(self) -> int:
        self.asked += 1
        fails = self.asked >= self._nth if self._lasting else self.asked == self._nth
        return self._code if fails else 0


def shop_with_points(folder: Path) -> Shop:
    """A shop in which card 17 has 100 points."""
    shop = open_shop(
        folder / "bonus.db", NOW, points='{name: {one: p, other: p}, value: "1.00", lasts: never}', grants="{}"
    )
    from tests.ledger.tills import send_rows

    send_rows(shop, folder, "A,sale,,2026-11-01 10:00,17,G,1,100.00,")
    return shop


@needs_disk
@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize(
    "code, syncs", [(SQLITE_FULL, False), (SQLITE_IOERR_WRITE, False), (SQLITE_IOERR_FSYNC, True)]
)
def test_every_write_and_sync_that_fails(tmp_path: Path, code: int, syncs: bool, lasting: bool) -> None:
    """A redemption whose nth write or sync fails is told as done or not as it is, and done once when sent again."""
    shop = shop_with_points(tmp_path)
    whole, answers = 100, set()
    for nth in range(1, 40):
        key = f"k{nth}"
        disk = FailingDisk(code, nth, lasting, syncs)
        try:
            with under(disk):
                redeem(shop, "17", 1, writing=Writing(key=key))
            answer = "done"
        except BonusError as problem:
            assert problem.exit_status == 8
            answer = problem.code
        answers.add(answer)
        left = figures(shop, "17").balance
        if answer == "done":
            assert left == whole - 1
        elif answer != "commit_unknown":
            assert left == whole, f"{answer}, and yet it was kept"
        redeem(shop, "17", 1, writing=Writing(key=key))
        whole -= 1
        assert figures(shop, "17").balance == whole
        if disk.asked < nth:
            break
    assert disk.asked < nth, "the last disk of the row fails nowhere"
    assert_proven(shop)
    assert len(answers) > 1
