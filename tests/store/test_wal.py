"""The write-ahead log: it is carried into the file under the lock and never grows without end."""

import sqlite3
from pathlib import Path

import pytest

from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.store import sqlite
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


def kept(connection: sqlite3.Connection) -> dict[str, int]:
    """How many pages, or KiB below zero, a connection keeps and leaves in the log."""
    return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}


@pytest.mark.parametrize("how", [{"atomic": True}, {"dry_run": True}, {}])
def test_every_import_is_prepared_for_bulk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: dict) -> None:
    """One that is stored as a whole or not at all writes as many pages as any, in one transaction."""
    shop = open_shop(tmp_path / "bonus.db", "2026-12-01 12:00")
    prepared = []
    monkeypatch.setattr(sqlite, "prepare_for_bulk", prepared.append)
    send_rows(shop, tmp_path, "R1,sale,,2026-11-30 10:00,7,G,1,5.00,", **how)
    assert len(prepared) == 1


def test_bulk_keeps_more_pages_than_a_tills_loop(tmp_path: Path) -> None:
    """Imports and ``expire`` carry pages over by the 4,000 from a cache of 16 MB, whether in one transaction or many;
    a till's commits stay short."""
    shop = open_shop(tmp_path / "bonus.db", "2026-12-01 12:00")
    pages = {}
    for in_bulk in (True, False):
        with shop.writer(in_bulk) as writer, writer.session() as session:
            pages[in_bulk] = kept(session.connection)
        with shop.writing(in_bulk=in_bulk) as session:
            assert kept(session.connection) == pages[in_bulk]
    assert pages[True] == {"cache_size": -16_000, "wal_autocheckpoint": 4_000}
    assert pages[False]["wal_autocheckpoint"] == 1_000
