"""The write-ahead log: it is carried into the file under the lock and never grows without end."""

from pathlib import Path

from bonuscli.services.accrue import accrue, receipt_of_total
from tests.ledger.tills import assert_proven, open_shop, send_rows

LIMIT_BYTES = 2 << 20
PRAGMAS = ("cache_size", "wal_autocheckpoint")


def test_the_log_stays_short_over_many_commands(tmp_path: Path) -> None:
    """A hundred and fifty receipts, each by a connection of its own, leave a log of less than 2 MB."""
    shop = open_shop(tmp_path / "bonus.db", "2026-12-01 12:00")
    send_rows(shop, tmp_path, "first,sale,,2026-11-01 10:00,17,SKU,1,100.00,")
    for number in range(150):
        accrue(shop, "17", receipt_of_total(100_00, f"r{number}", None, None))
    assert (tmp_path / "bonus.db-wal").stat().st_size < LIMIT_BYTES
    assert_proven(shop)


def test_bulk_keeps_more_pages_than_a_tills_loop(tmp_path: Path) -> None:
    """An import and ``expire`` carry pages over by the 4,000 from a cache of 16 MB; a till's commits stay short."""
    shop = open_shop(tmp_path / "bonus.db", "2026-12-01 12:00")
    pages = {}
    for in_bulk in (True, False):
        with shop.writer(in_bulk) as writer, writer.session() as session:
            told = [session.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS]
            pages[in_bulk] = dict(zip(PRAGMAS, told, strict=True))
    assert pages[True] == {"cache_size": -16_000, "wal_autocheckpoint": 4_000}
    assert pages[False]["wal_autocheckpoint"] == 1_000
