"""``bonuscli db``: what comes out is a sound file, or a word on why not."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.cli.run import run


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The database of a shop with one member."""
    monkeypatch.setenv("BONUSCLI_NOW", "2026-12-01 12:00")
    assert run(["init", "--template", "corner-shop", "-q"]) == 0
    assert run(["enroll", "100", "-q"]) == 0
    return tmp_path / "bonus.db"


def test_a_backup_is_one_file(shop: Path) -> None:
    """Nothing lies beside a copy that would have to be carried with it."""
    assert run(["db", "backup", "copy.db", "-q"]) == 0
    assert [path.name for path in shop.parent.glob("copy.db*")] == ["copy.db"]
    assert run(["verify", "--db", "copy.db", "-q"]) == 0


def test_a_damaged_file_gives_no_backup(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Damage in the middle of the file is told instead of being copied over the last good backup."""
    with closing(sqlite3.connect(shop)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entries'").fetchone()
    with shop.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\xff" * size)
    assert run(["db", "backup", "copy.db", "--json"]) == 8
    assert '"corrupt_database"' in capsys.readouterr().err
    assert not (shop.parent / "copy.db").exists()


def test_a_schema_that_is_not_what_it_says_is_refused(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file whose version was set back by hand can not be migrated, and stays as it was."""
    with closing(sqlite3.connect(shop)) as connection:
        connection.execute("PRAGMA user_version = 0")
    assert run(["db", "migrate", "--json"]) == 8
    assert '"corrupt_database"' in capsys.readouterr().err
    with closing(sqlite3.connect(shop)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
        assert connection.execute("SELECT COUNT(*) FROM entries").fetchone() == (1,)
