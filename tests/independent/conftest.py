"""The shop of ``story``, made once for all workers, and what DuckDB knows of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.clock import Calendar
from bonuscli.services.shop import Shop
from tests.independent.shop_facts import Facts, read_facts
from tests.independent.story import NOW, make_shop
from tests.ledger.tills import REAL


@pytest.fixture(scope="session")
def shop_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database; the first worker that asks makes it while the others wait."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if base.name.startswith("pytest-") else base.parent) / "independent"
    folder.mkdir(exist_ok=True)
    done = folder / "done"
    with closing(sqlite3.connect(folder / "lock.db", timeout=300, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        if not done.exists():
            make_shop(REAL, folder)
            done.touch()
    return folder / "shop.db"


@pytest.fixture(scope="session")
def facts(shop_path: Path) -> Iterator[Facts]:
    """The shop at NOW beside the independent sums."""
    found = read_facts(Shop(shop_path, now=Calendar("Europe/London").parse_instant(NOW)))
    yield found
    found.db.close()
