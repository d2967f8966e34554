"""Files that may not be read or written, are not there, or are not ours: exit 8, one clear word, and nothing changed.

Root may do everything whatever the modes say, so as root the commands run without that power.
"""

import ctypes
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import acts, process

_OVERRIDES = 0b1110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
_CAPABILITY_VERSION = 0x20080522
WRITERS = ("accrue 1001 --total 5.00 --receipt-id N9", "expire", "db rebuild", "program publish next.yaml")
READERS = ("balance 1001", "history 1001", "verify", "doctor", "lots 1001")


def without_override() -> None:
    """Give up root's power over modes; nothing happens for others."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, sets) == 0
    for n in range(3):
        sets[n] &= ~_OVERRIDES
    assert libc.capset(header, sets) == 0


def run(folder: Path, words: str, files: Path) -> process.Answer:
    """A command on the database in ``folder``, which finds its other files in ``files``."""
    return process.run(files, f"{words} --json", str(folder / acts.DATABASE), before=without_override)


def code(answer: process.Answer) -> str:
    """The code of the error on stderr."""
    return str(json.loads(answer.err)["error"]["code"])


@pytest.fixture
def shop(tmp_path: Path, whole: Path) -> Iterator[Path]:
    """A folder with nothing but the shop's database, all of it in the one file."""
    folder = tmp_path / "shop"
    folder.mkdir()
    shutil.copy(whole, folder / acts.DATABASE)
    yield folder
    folder.chmod(0o700)


def test_a_file_that_may_only_be_read(shop: Path, files: Path) -> None:
    """Writers say ``read_only`` and change nothing; readers answer as always."""
    expected = {words: run(shop, words, files).out for words in READERS if words != "doctor"}
    (shop / acts.DATABASE).chmod(0o400)
    before = (shop / acts.DATABASE).read_bytes()
    for words in WRITERS:
        answer = run(shop, words, files)
        assert (answer.status, answer.out, code(answer)) == (8, "", "read_only"), words
    for words, out in expected.items():
        assert run(shop, words, files)[:2] == (0, out), words
    assert (shop / acts.DATABASE).read_bytes() == before


def test_a_folder_that_may_only_be_read(shop: Path, files: Path) -> None:
    """Writers say ``read_only`` and leave no file; readers answer as always."""
    expected = {words: run(shop, words, files).out for words in READERS if words != "doctor"}
    for path in shop.iterdir():
        if path.name != acts.DATABASE:
            path.unlink()
    shop.chmod(0o500)
    for words in WRITERS:
        answer = run(shop, words, files)
        assert (answer.status, answer.out, code(answer)) == (8, "", "read_only"), words
    for words, out in expected.items():
        assert run(shop, words, files)[:2] == (0, out), words
    assert [path.name for path in shop.iterdir()] == [acts.DATABASE]
    assert code(process.run(files, "init --program shop.yaml --json", str(shop / "n.db"), before=without_override)) == (
        "read_only"
    )


def test_rows_in_a_log_that_can_not_be_read_are_not_passed_over(shop: Path, files: Path) -> None:
    """Where the log holds receipts and the folder lets nobody read it, a reader says so instead of an old balance."""
    assert run(shop, WRITERS[0], files).status == 0
    (shop / f"{acts.DATABASE}-shm").unlink()
    shop.chmod(0o500)
    answer = run(shop, "balance 1001", files)
    assert (answer.status, answer.out, code(answer)) == (8, "", "read_only")


def test_a_disk_that_may_only_be_read(shop: Path, files: Path, tmp_path: Path) -> None:
    """The same on a disk that is mounted to be read only."""
    place = tmp_path / "mounted"
    place.mkdir()
    try:
        for command in (["mount", "--bind", str(shop), str(place)], ["mount", "-o", "remount,ro,bind", str(place)]):
            if subprocess.run(command, capture_output=True, check=False).returncode:
                pytest.skip("mounting is not permitted here")
        for words in WRITERS:
            answer = run(place, words, files)
            assert (answer.status, answer.out, code(answer)) == (8, "", "read_only"), words
        for words in READERS:
            assert run(place, words, files).status in (0, 6 if words == "doctor" else 0), words
    finally:
        subprocess.run(["umount", str(place)], capture_output=True, check=False)


def test_a_file_that_may_not_be_read(shop: Path, files: Path) -> None:
    """Every command says that it may not, with exit 8."""
    (shop / acts.DATABASE).chmod(0)
    for words in WRITERS + READERS:
        answer = run(shop, words, files)
        assert (answer.status, answer.out, code(answer)) == (8, "", "read_only"), words


@pytest.mark.parametrize("content", [b"", b"card,points\n1001,5\n" * 300, b"SQLite format 3\0" + bytes(5000)])
def test_a_file_of_another_kind(shop: Path, files: Path, content: bytes) -> None:
    """A file that is no database of ours is refused by every command and stays as it is."""
    (shop / acts.DATABASE).write_bytes(content)
    for words in WRITERS + READERS:
        answer = run(shop, words, files)
        assert (answer.status, answer.out) == (8, ""), words
        assert code(answer) in ("foreign_database", "corrupt_database"), words
    assert (shop / acts.DATABASE).read_bytes() == content


def test_another_programs_database(shop: Path, files: Path) -> None:
    """A sound SQLite database of another program is refused by every command and stays as it is."""
    (shop / acts.DATABASE).unlink()
    connection = sqlite3.connect(shop / acts.DATABASE)
    connection.execute("CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER)")
    connection.close()
    before = (shop / acts.DATABASE).read_bytes()
    for words in WRITERS + READERS:
        answer = run(shop, words, files)
        assert (answer.status, answer.out, code(answer)) == (8, "", "foreign_database"), words
    assert (shop / acts.DATABASE).read_bytes() == before


def test_no_file_and_no_folder(shop: Path, files: Path) -> None:
    """A database that is not there, is a folder, or is in a folder that is not there: exit 8, and none is made."""
    (shop / acts.DATABASE).unlink()
    for folder in (shop, shop / "missing"):
        for words in WRITERS + READERS:
            answer = run(folder, words, files)
            assert (answer.status, answer.out, code(answer)) == (8, "", "no_database"), words
    assert [path.name for path in shop.iterdir()] == []
    (shop / acts.DATABASE).mkdir()
    for words in WRITERS + READERS:
        answer = run(shop, words, files)
        assert (answer.status, answer.out, code(answer)) == (8, "", "no_database"), words


def test_inputs_that_may_not_be_read_do_not_stop_an_import(shop: Path, tmp_path: Path) -> None:
    """A file and a folder that are another's are told, each with its name; what can be read is booked and moved."""
    inbox, locked, done = (tmp_path / name for name in ("inbox", "locked", "done"))
    for folder in (inbox, locked, done):
        folder.mkdir()
    for number, path in enumerate((inbox / "a.csv", inbox / "b.csv", inbox / "c.csv", locked / "d.csv")):
        path.write_text(f"receipt_id,at,amount\nR-{number},2026-01-02 09:00,10.00\n")
        os.utime(path, (0, 0))
    (inbox / "b.csv").chmod(0)
    locked.chmod(0)
    answer = run(shop, "import inbox/a.csv inbox/b.csv inbox/c.csv locked locked/d.csv --move-done done", tmp_path)
    assert answer.status == 5
    told = [json.loads(line)["error"] for line in answer.err.splitlines()]
    assert [each["where"] for each in told] == ["inbox/b.csv", "locked", "locked/d.csv"]
    assert {each["message"] for each in told} == {"the file cannot be read: Permission denied"}
    report = json.loads(answer.out)
    assert (report["accepted"], report["failed"], report["moved"]) == (2, 3, 2)
    assert code(run(shop, "import inbox --move-done locked/done", tmp_path)) == "bad_file"
    assert code(run(shop, "import locked/d.csv", tmp_path)) == "bad_file"
    assert code(run(shop, "import unmapped inbox", tmp_path)) == "bad_file"
    locked.chmod(0o700)
