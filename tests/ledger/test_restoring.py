"""A backup becomes a database again only where it proves sound, and never over one that is there."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.database import backup
from bonuscli.services.restoring import restore
from bonuscli.services.shop import Shop
from tests.ledger.tills import assert_proven, drop_triggers, dump, open_shop, send_rows

ROWS = "A,sale,,2026-01-01 10:00,7,G,1,40.00,\nB,sale,,2026-01-10 10:00,7,G,1,30.00,20\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with two receipts and a backup of it, ``copy.db``."""
    opened = open_shop(tmp_path / "shop.db", "2026-02-01 12:00")
    send_rows(opened, tmp_path, ROWS)
    backup(opened.path, tmp_path / "copy.db")
    return opened


def test_a_backup_becomes_the_same_shop(shop: Shop, tmp_path: Path) -> None:
    """The same dump, the same head of the seals, a sound ledger that goes on."""
    done = restore(tmp_path / "copy.db", tmp_path / "again.db")
    again = Shop(tmp_path / "again.db", now=shop._now)
    assert (dump(again), done.entries, done.seal) == (dump(shop), 3, 1)
    send_rows(again, tmp_path, ROWS + "C,sale,,2026-01-20 10:00,7,G,1,5.00,\n")
    assert_proven(again)


def test_a_database_is_never_written_over(shop: Shop, tmp_path: Path) -> None:
    """Not even by its own backup."""
    before = dump(shop)
    with pytest.raises(BonusError, match="exists already"):
        restore(tmp_path / "copy.db", shop.path)
    assert dump(shop) == before


@pytest.mark.parametrize("change", ["UPDATE open_lots SET remaining = 1", "UPDATE seals SET hash = 'x'"])
def test_a_backup_that_is_not_sound_makes_nothing(shop: Shop, tmp_path: Path, change: str) -> None:
    """What verify finds is told of the backup, and no file is left."""
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        drop_triggers(copy)
        copy.execute(change)
        copy.commit()
    with pytest.raises(BonusError, match=r"copy\.db.*nothing was made") as refused:
        restore(tmp_path / "copy.db", tmp_path / "again.db")
    assert refused.value.code == "corrupt_database"
    assert not list(tmp_path.glob("again.db*"))
