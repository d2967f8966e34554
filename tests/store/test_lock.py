"""The writers' lock: who comes first is served first, and who is killed keeps nobody waiting."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.store.lock import WriterLock
from tests.conftest import ROOT

# Says that it comes, waits for the lock, notes its name in the file of turns and holds the lock so long.
WAITER = """
import sys, time
from pathlib import Path
from bonuscli.store.lock import WriterLock

database, turns, name, hold = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], float(sys.argv[4])
print("coming", flush=True)
with WriterLock(database).held():
    with turns.open("a") as stream:
        stream.write(name)
    time.sleep(hold)
"""
# Takes the lock again and again for so many seconds, without pause, and prints how often it had it.
GREEDY = """
import sys, time
from pathlib import Path
from bonuscli.store.lock import WriterLock

lock, start, seconds = WriterLock(Path(sys.argv[1])), Path(sys.argv[2]), float(sys.argv[3])
print("ready", flush=True)
while not start.exists():
    time.sleep(0.001)
until, turns = time.time() + seconds, 0
while time.time() < until:
    with lock.held():
        time.sleep(0.001)
    turns += 1
print(turns)
"""
# Longer than it takes to go from "coming" into the queue, also on a busy machine.
ON_ITS_WAY = 0.5


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Something to lock."""
    path = tmp_path / "bonus.db"
    path.touch(0o600)
    return path


def come(database: Path, name: str, hold: float = 0) -> "subprocess.Popen[str]":
    """A process that asks for the lock, and by now stands in the queue or has it."""
    command = [sys.executable, "-c", WAITER, str(database), str(turns_of(database)), name, str(hold)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "coming\n"
    time.sleep(ON_ITS_WAY)
    return process


def turns_of(database: Path) -> Path:
    """Where the processes note whose turn it was."""
    return database.parent / "turns"


def test_who_comes_first_is_served_first(database: Path) -> None:
    """Four processes get the lock in the order in which they asked for it."""
    with WriterLock(database).held():
        waiting = [come(database, name) for name in "abcd"]
        assert not turns_of(database).exists()
    assert [process.wait(timeout=60) for process in waiting] == [0, 0, 0, 0]
    assert turns_of(database).read_text() == "abcd"


def test_a_killed_waiter_keeps_nobody_waiting(database: Path) -> None:
    """The others keep their order when the first of the queue is killed, and one between."""
    with WriterLock(database).held():
        waiting = [come(database, name) for name in "abcd"]
        for place in (0, 2):
            waiting[place].kill()
            waiting[place].wait()
    assert [process.wait(timeout=60) for process in waiting] == [-9, 0, -9, 0]
    assert turns_of(database).read_text() == "bd"


def test_a_killed_holder_keeps_nobody_waiting(database: Path) -> None:
    """The lock of a process that was killed goes to the next."""
    holder = come(database, "a", hold=600)
    next_one = come(database, "b")
    assert turns_of(database).read_text() == "a"
    holder.kill()
    assert next_one.wait(timeout=60) == 0
    assert turns_of(database).read_text() == "ab"
    holder.wait()


def test_who_gives_up_leaves_the_queue(database: Path) -> None:
    """Whoever was told ``busy`` keeps nobody waiting, and has let go of every file."""
    lock = WriterLock(database, wait_seconds=0)
    with WriterLock(database).held():
        for _ in range(3):
            with pytest.raises(BonusError, match="another command is writing"), lock.held():
                pass
        waiting = come(database, "a")
    assert waiting.wait(timeout=60) == 0
    with lock.held():
        pass


def test_a_queue_that_somebody_else_has_locked_is_waited_for_no_longer_than_told(database: Path) -> None:
    """A foreign lock on the whole file of the queue, as a copying tool may take, ends in ``busy`` too."""
    code = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.lockf(f, fcntl.LOCK_EX); print(); sys.stdin.read()"
    command = [sys.executable, "-c", code, f"{database}-gate"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as foreign:
        assert foreign.stdout is not None
        foreign.stdout.readline()
        began = time.monotonic()
        with pytest.raises(BonusError) as refusal, WriterLock(database, wait_seconds=0.3).held():
            pass
        assert (refusal.value.code, refusal.value.exit_status) == ("busy", 75)
        assert time.monotonic() - began >= 0.3
        foreign.communicate()
    with WriterLock(database, wait_seconds=0).held():
        pass


@pytest.mark.slow
def test_eight_greedy_processes_share_the_lock(database: Path) -> None:
    """Of eight that take it without pause each has it at least half as often as its share."""
    start = database.parent / "start"
    greedy = [
        subprocess.Popen(
            [sys.executable, "-c", GREEDY, str(database), str(start), "2"],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(8)
    ]  # fmt: skip
    for process in greedy:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    start.touch()
    turns = [int(process.communicate(timeout=60)[0]) for process in greedy]
    assert min(turns) >= sum(turns) / 8 / 2
