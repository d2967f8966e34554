"""The shop of the fault tests, made once."""

import sqlite3
from pathlib import Path

import pytest

from tests.faults import acts, process


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shop and the files that its commands read, to be copied."""
    process.load_program()
    folder = tmp_path_factory.mktemp("faults") / "files"
    acts.begin_shop(folder)
    return folder


@pytest.fixture(scope="session")
def whole(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's database with nothing left in the log."""
    path = tmp_path_factory.mktemp("whole") / acts.DATABASE
    for folder, statement in ((files, f"VACUUM INTO '{path}'"), (path.parent, "PRAGMA journal_mode = WAL")):
        connection = sqlite3.connect(folder / acts.DATABASE)
        connection.execute(statement)
        connection.close()
    return path
