"""A disk that runs full: a clear word, exit 8, nothing half-written, and all is well once there is room again.

The disk is a small tmpfs, where mounting one is permitted (as root).  Elsewhere ``test_failing_disk`` stands for it,
which lets each single write of a command fail for want of room.
"""

import json
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import acts, process

SIZE_BYTES = 1_500_000
# Room that is left when a command begins: none, too little for the index of the log, too little for the log.
ROOMS = (0, 12_288, 40_960)
# Up to a log and a file, 0.2 MB each: in between there is room for the log, and none to carry it into the file.
ROOMS_FOR_A_FILE = (0, 81_920, 163_840, 204_800, 245_760, 286_720, 409_600)
COMMANDS = ("accrue", "import", "enroll --file", "transfer", "run-due", "db rebuild", "program publish")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 1.5 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_BYTES}", "none", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("mounting a small disk is not permitted here; test_failing_disk lets single writes fail instead")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path, room: int) -> None:
    """Leave so much room, in pages of 4,096 bytes."""
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4_096))
        except OSError:
            file.truncate(max(0, file.tell() - room))


@pytest.mark.slow
def test_a_full_disk(tmp_path: Path, files: Path, small_disk: Path) -> None:
    """Commands of all sorts on a disk with hardly any room: done, or exit 8 with nothing of them there; then done."""
    base = acts.copy_shop(files, tmp_path / "base")
    database, refused = small_disk / acts.DATABASE, 0
    for name in COMMANDS:
        act = acts.ACTS[name]
        undisturbed = acts.copy_shop(base, tmp_path / "undisturbed")
        assert process.run(undisturbed, act.words).status == 0
        after = acts.state_of(undisturbed / acts.DATABASE)
        for room in ROOMS:
            for path in small_disk.iterdir():
                path.unlink()
            for path in base.glob("bonus.db*"):
                if not path.name.endswith("-shm"):
                    (small_disk / path.name).write_bytes(path.read_bytes())
            before = acts.state_of(database)
            fill(small_disk, room)
            answer = process.run(base, f"{act.words} --json", str(database))
            (small_disk / "filler").unlink()
            if answer.status:
                assert (answer.status, answer.out) == (8, ""), (name, room, answer)
                assert json.loads(answer.err)["error"]["code"] == "disk_full", (name, room, answer)
                assert act.steps or acts.state_of(database) == before, (name, room)
                refused += 1
            else:
                assert acts.state_of(database) == after, (name, room)
            assert process.run(base, act.words, str(database)).status == 0
            assert acts.state_of(database) == after, (name, room)
    assert refused > len(COMMANDS)


def test_no_room_for_another_database(tmp_path: Path, files: Path, small_disk: Path) -> None:
    """``init`` and ``db backup`` on a full disk leave no file behind, and work once there is room."""
    base = acts.copy_shop(files, tmp_path / "base")
    refused = 0
    for words, database, made in (
        ("init --program shop.yaml", small_disk / acts.OTHER, small_disk / acts.OTHER),
        (shlex.join(["db", "backup", str(small_disk / acts.COPY)]), acts.DATABASE, small_disk / acts.COPY),
    ):
        for room in ROOMS_FOR_A_FILE:
            fill(small_disk, room)
            answer = process.run(base, f"{words} --json", str(database))
            if answer.status:
                assert (answer.status, answer.out) == (8, ""), (words, room, answer)
                assert json.loads(answer.err)["error"]["code"] == "disk_full", (words, room, answer)
                assert [path.name for path in small_disk.iterdir()] == ["filler"]
                refused += 1
            (small_disk / "filler").unlink(missing_ok=True)
            assert answer.status == 0 or process.run(base, words, str(database)).status == 0
            assert acts.state_of(made)
            for path in small_disk.iterdir():
                path.unlink()
    assert refused > len(ROOMS_FOR_A_FILE)
