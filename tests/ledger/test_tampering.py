"""Every column of every table changed by hand, rows added and rows taken away: ``verify`` finds it, or says why not.

``test_findings`` tries each check; this goes the other way, from all that could be changed.  What is not found is
listed with its reason, so that nothing is left out by oversight.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from bonuscli.store.tables import TABLES
from tests.ledger.everything import NOW, tell_everything
from tests.ledger.tills import UTC, drop_triggers

ADDED, TAKEN = "a row added", "a row taken away"
# Table -> what of it no proof sees.
UNSEEN = {
    # What a version is named and when it was published; one under which nothing was booked yet, and from when on it
    # settles what falls due.
    "programs": {"settles_from", "published_at", "actor", ADDED, TAKEN, "version"},
    # Where an account stands, as long as nothing falls due before.
    "accounts": {"clock"},
    # Free text, which may be erased; of an enrolment also its key, and what its body could be, which is none.
    "events": {"cashier", "actor", "reason", "number", "body"},
    # What no rule of the program asks for is in no digest.
    "receipt_lines": {"name", "category", "brand", "discount"},
    # Who gave a consent, and all of one that was withdrawn.
    "consents": {"id", "member", "channel", "version", "source", "actor", ADDED, TAKEN},
    # Numbers are compared with the cards that are there: a lost one that is gone tells nothing.
    "lost_cards": {"member", "replaced_on", TAKEN},
    "freed_phones": {ADDED, TAKEN},
    # A code says what it is good for; only its uses are told by documents.
    "coupons": {"code", "program", "coupon", "uses", "made_on", "expires_on", "member", ADDED, TAKEN},
    # `draw check` proves a draw.
    "draw_runs": set("program draw seed run_at tickets tickets_hash winners actor".split()) | {ADDED, TAKEN},
    # Notes of the shop on who was in a segment.
    "segments": set("program segment conditions recorded_at actor".split()) | {ADDED, TAKEN},
    "segment_lists": set("program segment day conditions size recorded_at actor".split()),
    "segment_members": {"member", TAKEN},
    # A diary.
    "imports": set("id file profile started_at finished_at accepted duplicate rejected conflicts actor".split())
    | {ADDED, TAKEN},
}
EMPTY = {"meta"}
_OTHER = {
    "INTEGER": "COALESCE({0}, 0) + 1",
    "TEXT": "COALESCE({0}, '') || 'x'",
    "BLOB": "{0} || x'00'",
}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop with everything in it."""
    return tell_everything(tmp_path_factory.mktemp("everything")).path


def changes(story: Path, table: str) -> Iterator[tuple[str, str, list]]:
    """(what, statement, its values): of the table's first and last row each column, one more row, and none of it."""
    with closing(sqlite3.connect(story)) as connection:
        described = connection.execute(f"PRAGMA table_info({table})").fetchall()
        rows = connection.execute(f"SELECT * FROM {table}").fetchall()
    keys = [place for place, _, _, _, _, key in described if key]
    where = " AND ".join(f"{described[place][1]} = ?" for place in keys)
    for row in (rows[0], rows[-1])[: len(rows)]:
        named = [row[place] for place in keys]
        for place, column, kind, required, _, key in described:
            other = _OTHER[kind].format(column)
            yield column, f"UPDATE {table} SET {column} = {other} WHERE {where}", named
            if row[place] is not None and not required and not key:
                yield column, f"UPDATE {table} SET {column} = NULL WHERE {where}", named
        yield TAKEN, f"DELETE FROM {table} WHERE {where}", named
        yield ADDED, f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", _one_more(table, row, keys)


def _one_more(table: str, row: tuple, keys: list[int]) -> list:
    """The same with another key; of an event with another number, too, since that is its key outside."""
    cells = list(row)
    last = cells[keys[-1]]
    cells[keys[-1]] = last + 900 if isinstance(last, int) else last + (b"9" if isinstance(last, bytes) else "9")
    if table == "events":
        cells[8] = f"{cells[8]}9"
    return cells


def is_found(story: Path, copy: Path, statement: str, values: list) -> bool:
    """Whether a statement is found that got past triggers and bounds, or is refused by the keys that are left."""
    shutil.copy(story, copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = 1")
        triggers = drop_triggers(connection)
        try:
            assert connection.execute(statement, values).rowcount == 1
        except sqlite3.IntegrityError:
            return True
        for sql in triggers:
            connection.execute(sql)
        connection.commit()
    try:
        return bool(verify(Shop(copy, now=UTC.parse_instant(NOW))).findings)
    except BonusError as problem:
        return problem.code == "corrupt_database"


@pytest.mark.slow
@pytest.mark.parametrize("table", [table for table in TABLES if table not in EMPTY])
def test_whatever_is_changed_by_hand_is_found(story: Path, tmp_path: Path, table: str) -> None:
    """But for what is listed as unseen; and what is listed there is really not found."""
    unseen = {
        what
        for what, statement, values in changes(story, table)
        if not is_found(story, tmp_path / "copy.db", statement, values)
    }
    assert unseen == UNSEEN.get(table, set())
