"""Files of every released schema, opened by today's program: what they held they still hold, and it proves sound.

``make_schema_file`` has stored them.  A schema that is released is changed by a migration and a new stored file, and by
nothing else: the last test here minds.
"""

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from bonuscli import store
from bonuscli.cli.run import run
from bonuscli.clock import Calendar
from bonuscli.model import EVENT_KINDS
from bonuscli.services import database, glance
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from bonuscli.store import migrations, outcome, seals, shape, sqlite, tables
from tests.store.make_schema_file import FILES, shown

ROOT = FILES.parent.parent.parent
STORED = sorted(int(path.name.removesuffix(".db.gz")) for path in FILES.glob("*.db.gz"))
NEWEST = tables.SCHEMA_VERSION
WHO_KNOW = (store, migrations, sqlite, outcome, tables, database, glance)

Answer = Callable[..., dict[str, Any]]


def unpacked(number: int, folder: Path) -> Path:
    """The stored file of a schema as a shop has it."""
    path = folder / "bonus.db"
    path.write_bytes(gzip.decompress((FILES / f"{number}.db.gz").read_bytes()))
    return path


def expected(number: int) -> dict[str, Any]:
    """What it must show."""
    return json.loads((FILES / f"{number}.json").read_text())


def schema_of(path: Path) -> int:
    """A file's ``user_version``."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


@pytest.fixture
def answer(capsys: pytest.CaptureFixture[str]) -> Answer:
    """``answer("balance", "1", status=8)``: a command's JSON, of the error where it fails."""

    def ask(*words: str, status: int = 0) -> dict[str, Any]:
        assert run([*words, "--json"]) == status
        told = capsys.readouterr()
        return json.loads(told.err)["error"] if status else json.loads(told.out)

    return ask


# --- what shops have --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", STORED)
def test_a_stored_file_is_brought_up_to_date_and_proves_sound(tmp_path: Path, number: int, answer: Answer) -> None:
    """After a backup and ``db migrate`` balances and the head of the seals are what they were; rebuilding changes
    nothing."""
    path, was = unpacked(number, tmp_path), expected(number)
    if number < NEWEST:
        assert answer("balance", "1", status=8)["code"] == "older_schema"
    assert database.backup(path, tmp_path / "before.db").stat().st_size
    told = answer("db", "migrate")
    assert (told["before"], told["after"]) == (number, NEWEST)
    assert shown(path) == was
    shop = Shop(path, now=Calendar("UTC").parse_instant(was["now"]))
    assert verify(shop, head=was["head"][2]).findings == []
    before = list(database.dump_lines(path))
    database.rebuild(shop)
    assert list(database.dump_lines(path)) == before
    assert answer("db", "migrate")["before"] == NEWEST


def test_the_newest_file_holds_everything(tmp_path: Path) -> None:
    """No table is empty and no kind of event is missing, so a migration that forgets one is found."""
    with closing(sqlite3.connect(unpacked(NEWEST, tmp_path))) as connection:
        counts = {name: connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in tables.TABLES}
        kinds = {kind for (kind,) in connection.execute("SELECT kind FROM events")}
    assert [name for name, count in counts.items() if not count] == []
    assert set(EVENT_KINDS) == kinds


# --- what this program does not know ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [("balance", "1"), ("accrue", "1", "--total", "5.00"), ("verify",), ("db", "migrate")]
)
def test_a_file_of_a_newer_schema_is_refused(tmp_path: Path, words: tuple[str, ...], answer: Answer) -> None:
    """Exit 8 by readers and writers; nothing is tried on it."""
    path = unpacked(NEWEST, tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    before = path.read_bytes()
    error = answer(*words, status=8)
    assert error["code"] == "newer_schema"
    assert f"schema {NEWEST + 1}" in error["message"]
    assert path.read_bytes() == before


# --- the next schema, made up -----------------------------------------------------------------------------------------

# A table of its own, a column more in one that grows only, a trigger, an index and a view.
NEXT_TABLE = "CREATE TABLE parcels (\n  id INTEGER PRIMARY KEY,\n  event INTEGER NOT NULL\n) STRICT"
NEXT_TRIGGER = "CREATE TRIGGER parcels_no_delete BEFORE DELETE ON parcels BEGIN\n  SELECT RAISE(ABORT, 'no');\nEND"
NEXT_INDEX = "CREATE INDEX parcels_event ON parcels (event)"
NEXT_COLUMN = "colour TEXT NOT NULL DEFAULT 'plain'"


def bring_to_next(connection: sqlite3.Connection) -> None:
    """The made-up migration."""
    connection.execute(NEXT_TABLE)
    connection.execute(f"ALTER TABLE entries ADD COLUMN {NEXT_COLUMN}")
    connection.execute(NEXT_TRIGGER)
    connection.execute(NEXT_INDEX)


def next_statements() -> list[str]:
    """What a new store of the made-up schema has."""
    columns, options = tables.TABLES["entries"]
    last = columns.index("PRIMARY KEY (account, n)")
    wider = ",\n  ".join([*columns[:last], NEXT_COLUMN, *columns[last:]])
    entries = f"CREATE TABLE entries (\n  {wider}\n) {options}"
    made = [entries if each.startswith("CREATE TABLE entries (") else each for each in tables.create_statements()]
    return [*made, NEXT_TABLE, NEXT_TRIGGER, NEXT_INDEX]


@contextmanager
def know_the_next(step: Callable[[sqlite3.Connection], None] = bring_to_next) -> Iterator[None]:
    """Make this process a program of the made-up schema, until it is resumed."""
    with pytest.MonkeyPatch.context() as patch:
        for module in WHO_KNOW:
            patch.setattr(module, "SCHEMA_VERSION", NEWEST + 1)
        patch.setattr(migrations, "create_statements", next_statements)
        patch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, step))
        yield


@pytest.fixture
def _next() -> Iterator[None]:
    with know_the_next():
        yield


@pytest.mark.usefixtures("_next")
def test_a_migration_keeps_what_was_there(tmp_path: Path, answer: Answer) -> None:
    """An older file is refused by readers and writers until it is migrated; then all figures and seals are the same."""
    path, was = unpacked(NEWEST, tmp_path), expected(NEWEST)
    for words in (("balance", "1"), ("accrue", "1", "--total", "5.00"), ("verify",)):
        error = answer(*words, status=8)
        assert (error["code"], "db migrate" in error["hint"]) == ("older_schema", True)
    assert answer("db", "migrate")["after"] == NEWEST + 1
    assert shown(path) == was
    with closing(sqlite3.connect(path)) as connection:
        assert {row[0] for row in connection.execute("SELECT colour FROM entries")} == {"plain"}
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("DELETE FROM entries")
        assert seals.head(connection)[2] == was["head"][2]


def _forget_the_index(connection: sqlite3.Connection) -> None:
    bring_to_next(connection)
    connection.execute("DROP INDEX parcels_event")


def _lose_a_trigger(connection: sqlite3.Connection) -> None:
    bring_to_next(connection)
    connection.execute("DROP TRIGGER entries_no_update")


def _fail(connection: sqlite3.Connection) -> None:
    bring_to_next(connection)
    connection.execute("INSERT INTO parcels (id, event) VALUES (1, NULL)")


@pytest.mark.parametrize("step", [_forget_the_index, _lose_a_trigger, _fail])
def test_a_migration_that_goes_wrong_changes_nothing(
    tmp_path: Path, step: Callable[[sqlite3.Connection], None], answer: Answer
) -> None:
    """One that ends elsewhere than a new store begins, or fails, leaves the old file, which the old program reads."""
    path = unpacked(NEWEST, tmp_path)
    with know_the_next(step):
        assert answer("db", "migrate", status=8)["code"] == "corrupt_database"
    assert shown(path) == expected(NEWEST)
    assert answer("verify")


KILLED = """
import os, signal, sys
from bonuscli.cli.run import run
from bonuscli.store import migrations
from tests.store import test_migrations as here

where = sys.argv[1]
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)

def step(connection):
    connection.execute(here.NEXT_TABLE)
    if where == "half-way":
        die()
    connection.execute(f"ALTER TABLE entries ADD COLUMN {here.NEXT_COLUMN}")
    connection.execute(here.NEXT_TRIGGER)
    connection.execute(here.NEXT_INDEX)

if where == "before the commit":
    migrations.require_fresh_shape = die
with here.know_the_next(step):
    run(["db", "migrate", "-q"])
    die()
"""


@pytest.mark.parametrize(
    "where, left", [("half-way", NEWEST), ("before the commit", NEWEST), ("after the commit", NEWEST + 1)]
)
def test_a_killed_migration_leaves_the_old_file_or_the_new(
    tmp_path: Path, where: str, left: int, answer: Answer
) -> None:
    """Half-way there is the old one; running it again ends at the new one, with the same figures."""
    path = unpacked(NEWEST, tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", KILLED, where], env=environment, timeout=60, check=False)
    assert killed.returncode == -9
    if left == NEWEST:
        assert shown(path) == expected(NEWEST)
    with know_the_next():
        assert answer("db", "migrate")["before"] == left
        assert shown(path) == expected(NEWEST)
    assert schema_of(path) == NEWEST + 1


READ_ONLY = """
import sys
from bonuscli.cli.run import run
from tests.faults.test_rights import without_override
from tests.store import test_migrations as here

without_override()
with here.know_the_next():
    sys.exit(run([*sys.argv[1:], "--json"]))
"""


@pytest.mark.parametrize(
    "words, code",
    [
        ("balance 1", "older_schema"),
        ("verify", "older_schema"),
        ("expire", "older_schema"),
        ("db migrate", "read_only"),
    ],
)
def test_an_old_file_that_may_only_be_read(tmp_path: Path, words: str, code: str) -> None:
    """Whoever uses it is told to migrate, and whoever would migrate that he may not write; nothing is left behind."""
    folder = tmp_path / "shop"
    folder.mkdir()
    path = unpacked(NEWEST, folder)
    path.chmod(0o400)
    folder.chmod(0o500)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BONUSCLI_DB": str(path)}
    told = subprocess.run(
        [sys.executable, "-c", READ_ONLY, *words.split()], env=environment, capture_output=True, text=True, check=False
    )
    folder.chmod(0o700)
    assert (told.returncode, told.stdout, json.loads(told.stderr)["error"]["code"]) == (8, "", code)
    assert [each.name for each in folder.iterdir()] == ["bonus.db"]


# --- nobody changes a schema in silence -------------------------------------------------------------------------------


def test_the_newest_stored_file_has_the_schema_of_a_new_store(tmp_path: Path) -> None:
    """Whoever changes a table, an index, a trigger or a view raises ``SCHEMA_VERSION``, writes a migration and stores a
    file with ``python -m tests.store.make_schema_file``; the files of released schemas stay."""
    assert list(range(1, NEWEST + 1)) == STORED
    assert len(migrations.MIGRATIONS) == NEWEST
    with closing(sqlite3.connect(unpacked(NEWEST, tmp_path))) as connection:
        migrations.require_fresh_shape(connection)


def test_a_table_that_a_migration_has_added_to_is_no_lost_guard(tmp_path: Path) -> None:
    """White space in the text of a table, as ALTER TABLE leaves it, protects as well; another bound does not."""
    path = tmp_path / "bonus.db"
    with closing(sqlite3.connect(path)) as connection:
        migrations.create_schema(connection)
        assert list(shape.lost_guards(connection)) == []
        connection.execute("PRAGMA writable_schema = ON")
        rewrite = "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type IN ('table', 'trigger')"
        connection.execute(rewrite, (",\n  ", ", "))
        connection.execute(rewrite, ("BEGIN\n", "BEGIN  \n\n "))
        assert list(shape.lost_guards(connection)) == []
        migrations.require_fresh_shape(connection)
        connection.execute(rewrite, ("is append-only", "may be changed"))
        assert len(list(shape.lost_guards(connection))) == 2 * len(tables.APPEND_ONLY)
