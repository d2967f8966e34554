"""The small version of the long run: damaged files."""

from pathlib import Path

import pytest

from tests.faults import acts, process
from tests.faults.damage import damage_for


@pytest.mark.slow
def test_damaged_files_are_told() -> None:
    """Commands on 12 damaged copies fail in no way of their own, and no wrong balance goes with a sound file."""
    assert "damaged" in damage_for(0, seed=5, times=12)


@pytest.mark.parametrize("table, column", [("members", "name"), ("programs", "compiled"), ("cards", "shown")])
def test_text_that_is_broken(tmp_path: Path, whole: Path, table: str, column: str) -> None:
    """Bytes that are no text, which SQLite hands out as they are, are damage (exit 8), and no bug of ours."""
    import sqlite3

    path = tmp_path / acts.DATABASE
    path.write_bytes(whole.read_bytes())
    connection = sqlite3.connect(path)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute(f"UPDATE {table} SET {column} = CAST(x'7bff7d' AS TEXT)")
    connection.commit()
    connection.close()
    process.load_program()
    for words in ("card list", "verify", "db dump"):
        answer = process.run(tmp_path, words)
        assert answer.status in (6, 8), (words, answer)
        assert "bug" not in answer.err


def test_a_column_that_changed_its_name(tmp_path: Path, whole: Path) -> None:
    """A flipped bit in the description of a table is damage (exit 8), and no bug of ours."""
    path = tmp_path / acts.DATABASE
    stored = whole.read_bytes()
    assert stored.count(b"settles_from INTEGER") == 1
    path.write_bytes(stored.replace(b"settles_from INTEGER", b"settles_frol INTEGER"))
    process.load_program()
    for words in ("card list", "verify", "kpi"):
        answer = process.run(tmp_path, words)
        assert answer.status == 8, (words, answer)
        assert "bug" not in answer.err


def test_an_index_that_has_changed(tmp_path: Path, whole: Path) -> None:
    """A flipped bit in an index, so that a row is not found by it, is damage (exit 8), no bug of ours; `doctor` finds
    it, and no backup is made of it."""
    import sqlite3

    path = tmp_path / acts.DATABASE
    stored = bytearray(whole.read_bytes())
    connection = sqlite3.connect(whole)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'accounts_member'").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    (due,) = connection.execute("SELECT member FROM accounts ORDER BY next_due_on LIMIT 1").fetchone()
    (program,) = connection.execute("SELECT DISTINCT program FROM accounts").fetchone()
    connection.close()
    row = bytes([due]) + program.encode()
    place = stored.index(row, (page - 1) * size, page * size)
    stored[place + 1] ^= 1
    path.write_bytes(stored)
    process.load_program()
    answer = process.run(tmp_path, "run-due")
    assert (answer.status, "missing from index" in answer.err) == (8, True), answer
    answer = process.run(tmp_path, "doctor")
    assert (answer.status, "missing from index" in answer.out) == (6, True), answer
    answer = process.run(tmp_path, "db backup copy.db")
    assert (answer.status, (tmp_path / "copy.db").exists()) == (8, False), answer
