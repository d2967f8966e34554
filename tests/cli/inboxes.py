"""A shop with an inbox: what the tests of ``import`` of folders stand on."""

import json
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bonuscli.cli.run import run

HEAD = "receipt_id,kind,original_receipt_id,at,card,amount\n"
Told = Callable[..., dict[str, Any]]


@pytest.fixture
def _inbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop with one member, an inbox and a folder for what is done."""
    monkeypatch.setenv("BONUSCLI_NOW", "2026-12-05 12:00")
    assert run(["init", "--template", "corner-shop", "-q"]) == 0
    assert run(["enroll", "100", "--at", "2026-12-01 08:00", "-q"]) == 0
    Path("inbox").mkdir()
    Path("done").mkdir()


@pytest.fixture
def take(capsys: pytest.CaptureFixture[str]) -> Told:
    """``take("inbox", "--move-done", "done", status=5)``: the report of an import; ``err`` is what was said beside."""

    def report(*words: str, status: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        assert run(["import", *words, "--json"]) == status
        out, err = capsys.readouterr()
        return {**json.loads(out), "err": err}

    return report


def drop(name: str, *numbers: str, text: str | None = None, age: float = 3600) -> Path:
    """A file of receipts of 10.00 each, changed so many seconds ago."""
    path = Path(name)
    rows = "".join(f"{number},sale,,2026-12-02 09:00,100,10.00\n" for number in numbers)
    path.write_text(HEAD + rows if text is None else text, encoding="utf-8")
    os.utime(path, (time.time() - age,) * 2)
    return path


def names(folder: str) -> list[str]:
    """The files of a folder, sorted."""
    return sorted(each.name for each in Path(folder).iterdir())


def stored() -> list[str]:
    """The numbers of receipts in the order in which they were booked."""
    with closing(sqlite3.connect("bonus.db")) as connection:
        rows = connection.execute("SELECT number FROM events WHERE kind = 'receipt' ORDER BY seq").fetchall()
    return [number for (number,) in rows]
