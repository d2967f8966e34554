"""docs/database.md describes every view as it is, and its examples run."""

import re
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.cli.run import run
from bonuscli.store.views import VIEWS
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "database.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^(?:sqlite-utils|sqlite3) .*?(?:'|\")$(?=\n)", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database that ``init`` makes."""
    path = tmp_path_factory.mktemp("described") / "bonus.db"
    assert run(["init", "--template", "corner-shop", "--db", str(path), "-q"]) == 0
    return path


def described(view: str) -> list[str]:
    """The columns of a view in the document, in order."""
    section = re.search(rf"^### `{view}`\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert section, f"{view} has no section"
    rows = re.findall(r"^\| (`.*?`) \|", section[1], re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


def test_views_stand_in_the_order_of_the_contract() -> None:
    """Every view has a section and no section describes what is none."""
    assert re.findall(r"^### `(\w+)`$", TEXT, re.MULTILINE) == list(VIEWS)


@pytest.mark.parametrize("view", VIEWS)
def test_every_column_is_described(view: str, database: Path) -> None:
    """A view's section lists its columns, all of them, in their order."""
    with closing(sqlite3.connect(database)) as connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({view})")]
    assert described(view) == columns


def test_the_examples_run(database: Path) -> None:
    """Each example's query is one that SQLite can read over the views."""
    assert len(EXAMPLES) >= 3
    with closing(sqlite3.connect(database)) as connection:
        for example in EXAMPLES:
            connection.execute(shlex.split(example)[-1]).fetchall()
