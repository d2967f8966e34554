"""The write-ahead log: it is carried into the file under the lock and never grows without end."""

from pathlib import Path

from bonuscli.services.accrue import accrue, receipt_of_total
from tests.ledger.tills import assert_proven, open_shop, send_rows

LIMIT_BYTES = 2 << 20


def test_the_log_stays_short_over_many_commands(tmp_path: Path) -> None:
    """A hundred and fifty receipts, each by a connection of its own, leave a log of less than 2 MB."""
    shop = open_shop(tmp_path / "bonus.db", "2026-12-01 12:00")
    send_rows(shop, tmp_path, "first,sale,,2026-11-01 10:00,17,SKU,1,100.00,")
    for number in range(150):
        accrue(shop, "17", receipt_of_total(100_00, f"r{number}", None, None))
    assert (tmp_path / "bonus.db-wal").stat().st_size < LIMIT_BYTES
    assert_proven(shop)
