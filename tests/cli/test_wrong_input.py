"""Wrong input that a transcript can not hold: folders without rights, a database that somebody else is writing to."""

import os
from pathlib import Path

import pytest

from bonuscli import errors
from bonuscli.cli.run import run
from bonuscli.store.lock import WriterLock


@pytest.fixture(autouse=True)
def _shop(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A database with one member in the current folder."""
    monkeypatch.setenv("BONUSCLI_NOW", "2026-12-01 12:00")
    assert run(["init", "--template", "corner-shop"]) == 0
    assert run(["enroll", "100"]) == 0
    capsys.readouterr()


def test_a_folder_without_rights(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What can only be read can be looked at; writing to it ends with status 8 and says whose rights to change."""
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    assert run(["balance", "100"]) == 0
    capsys.readouterr()
    assert run(["accrue", "100", "--total", "50.00"]) == errors.EXIT_DATABASE
    assert capsys.readouterr().err == (
        "error: bonus.db or its folder may not be written to\n"
        "  where: bonus.db\n"
        "  hint: run as its owner, or change the rights of the file and its folder\n"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A real folder without the right to write is told before anything is made in it."""
    tmp_path.chmod(0o555)
    try:
        assert run(["accrue", "100", "--total", "50.00"]) == errors.EXIT_DATABASE
        assert run(["init", "--db", "other.db", "--template", "cafe"]) == errors.EXIT_DATABASE
    finally:
        tmp_path.chmod(0o755)
    assert capsys.readouterr().out == ""


def test_a_busy_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """While another command writes, a writer ends with 75 after its wait, and a reader is not kept waiting."""
    with WriterLock(Path("bonus.db")).held():
        assert run(["redeem", "100", "50", "--wait", "0"]) == errors.EXIT_BUSY
        assert run(["balance", "100"]) == 0
    assert "try again, or wait longer with --wait SECONDS" in capsys.readouterr().err
    assert run(["redeem", "100", "50", "--wait", "0"]) == 0
