"""A disk that fails at each of its writes and syncs in turn: what is answered is true, whatever COMMIT says.

The disk stands under the program's own SQLite (``tests.faults.disk``).  A sync that fails leaves a whole transaction in
the log: that is the case in which an error from COMMIT means "unknown".
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bonuscli.errors import EXIT_BY_CODE, BonusError
from bonuscli.services.database import rebuild
from bonuscli.services.redeem import redeem
from bonuscli.services.shop import Shop
from bonuscli.services.writing import Writing
from bonuscli.store import sqlite
from tests.faults.disk import SQLITE_FULL, SQLITE_IOERR_FSYNC, SQLITE_IOERR_WRITE, Disk, reachable, under
from tests.ledger.tills import assert_proven, figures, open_shop, send_rows

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
    send_rows(shop, folder, "A,sale,,2026-11-01 10:00,17,G,1,100.00,")
    return shop


@needs_disk
@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("code, syncs", [(SQLITE_FULL, False), (SQLITE_IOERR_WRITE, False), (SQLITE_IOERR_FSYNC, True)])
def test_every_write_and_sync_that_fails(tmp_path: Path, code: int, syncs: bool, lasting: bool) -> None:
    """A redemption whose nth write or sync fails is told as done or not as it is, and done once when sent again."""
    shop = shop_with_points(tmp_path)
    left = 100
    for nth in range(1, 40):
        call, disk = Writing(key=f"k{nth}"), FailingDisk(code, nth, lasting, syncs)
        try:
            with under(disk):
                redeem(shop, "17", 1, writing=call)
            answer = "done"
        except BonusError as problem:
            answer = problem.code
        assert EXIT_BY_CODE.get(answer, 8) == 8
        if answer != "commit_unknown":
            assert figures(shop, "17").balance == left - (answer == "done"), answer
        redeem(shop, "17", 1, writing=call)
        left -= 1
        assert figures(shop, "17").balance == left
        if disk.asked < nth:
            break
    assert disk.asked < nth > 1, "the last disk of the row fails nowhere"
    assert_proven(shop)


@needs_disk
@pytest.mark.parametrize("code, syncs", [(SQLITE_FULL, False), (SQLITE_IOERR_FSYNC, True)])
def test_a_log_that_can_not_be_carried_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, syncs: bool
) -> None:
    """A redemption that was committed is told as done, though the log could not be emptied after it."""
    shop = shop_with_points(tmp_path)
    redeem(shop, "17", 1, writing=Writing(key="first"))
    shorten, shortened = sqlite.shorten_wal, []

    def shorten_on_a_failing_disk(connection: sqlite3.Connection, path: Path) -> None:
        disk = FailingDisk(code, 1, True, syncs)
        with under(disk):
            shorten(connection, path, longest=0)
        shortened.append(disk.asked)

    monkeypatch.setattr(sqlite, "shorten_wal", shorten_on_a_failing_disk)
    with under(Disk()):
        answer = redeem(shop, "17", 1, writing=Writing(key="k"))
    assert (answer.balance, answer.replayed) == (98, False)
    assert shortened[0] > 0
    monkeypatch.undo()
    assert figures(shop, "17").balance == 98
    assert_proven(shop)


@needs_disk
def test_a_failed_commit_does_not_rise_again(tmp_path: Path) -> None:
    """What a failed sync left in the log is gone for good once its command has said so, though a reader hid it then."""
    shop = shop_with_points(tmp_path)
    reader = sqlite.open_reader(shop.path)
    reader.execute("SELECT COUNT(*) FROM events").fetchone()
    with under(FailingDisk(SQLITE_IOERR_FSYNC, 1, False, True)), pytest.raises(BonusError) as told:
        redeem(shop, "17", 1, writing=Writing(key="k"))
    assert told.value.code == "disk_failed"
    reader.close()
    assert figures(shop, "17").balance == 100
    assert_proven(shop)


class Liar(sqlite3.Connection):
    """A connection whose first COMMIT is answered with an error, after it was done or instead of it."""

    lies = 1
    commits = True

    def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:  # type: ignore[override]
        """As told, but for COMMIT."""
        if sql == "COMMIT" and Liar.lies:
            Liar.lies -= 1
            if Liar.commits:
                super().execute(sql)
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, *parameters)  # type: ignore[arg-type]


@pytest.fixture(params=[True, False], ids=["kept", "not kept"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Called: connections lie from now on; whether what they deny was kept."""

    def lie() -> bool:
        monkeypatch.setattr(Liar, "lies", 1)
        monkeypatch.setattr(Liar, "commits", request.param)
        driver = sqlite.sqlite3
        connect = driver.connect

        def connect_liar(*arguments: object, **options: object) -> sqlite3.Connection:
            return connect(*arguments, factory=Liar, **options)  # type: ignore[call-overload, no-any-return]

        monkeypatch.setattr(driver, "connect", connect_liar)
        return bool(request.param)

    return lie


def test_an_error_from_commit_is_answered_by_looking(tmp_path: Path, kept: Callable[[], bool]) -> None:
    """A redemption without a key of the caller's is told as done where its event stands there, else as failed."""
    shop = shop_with_points(tmp_path)
    if kept():
        answer = redeem(shop, "17", 1)
        assert (answer.balance, answer.replayed) == (99, False)
        assert figures(shop, "17").balance == 99
    else:
        with pytest.raises(BonusError) as told:
            redeem(shop, "17", 1)
        assert told.value.code == "disk_failed"
        assert figures(shop, "17").balance == 100
    assert_proven(shop)


def test_without_an_event_the_answer_is_not_known(tmp_path: Path, kept: Callable[[], bool]) -> None:
    """Rebuilding records no event, so an error from COMMIT leaves it unknown, and is told so; it can be repeated."""
    shop = shop_with_points(tmp_path)
    kept()
    with pytest.raises(BonusError) as told:
        rebuild(shop)
    assert told.value.code == "commit_unknown"
    assert rebuild(shop) == 1
    assert_proven(shop)
