"""Commands as processes of their own that can be killed at any moment, without the wait for Python to start.

A process that has loaded the program forks for each command: the child is a process like any other, with its own files
and locks, and begins at once.  So a moment of the command can be met within a millisecond.  ``fresh`` starts Python
anew instead, as a shell would.
"""

import importlib
import os
import pkgutil
import shlex
import signal
import sys
import time
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import bonuscli
from tests.faults import acts

ROOT = Path(__file__).resolve().parent.parent.parent
# status: exit status, or minus the signal that ended it; out, err: what it wrote; seconds that it ran.
Answer = namedtuple("Answer", "status out err seconds")
_OUT, _ERR = ".out", ".err"


def load_program() -> None:
    """Import all of the program, so that children need not."""
    for module in pkgutil.walk_packages(bonuscli.__path__, "bonuscli."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def start(
    folder: Path,
    words: str,
    database: str = acts.DATABASE,
    now: str = acts.NOW,
    fresh: bool = False,
    before: Callable[[], None] | None = None,
) -> int:
    """Start a command in a folder; its process id.  It reads the folder's file ``stdin``, if there is one.

    ``before`` is called in the process itself, when its files are open.
    """
    child = os.fork()
    if child:
        return child
    status = 70
    try:
        os.chdir(folder)
        acts.environment(database, now)
        written = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        source = "stdin" if Path("stdin").exists() else os.devnull
        for handle, (path, flags) in enumerate(((source, os.O_RDONLY), (_OUT, written), (_ERR, written))):
            os.dup2(os.open(path, flags, 0o600), handle)
        arguments = shlex.split(words)
        if before is not None:
            before()
        if fresh:
            os.environ["PYTHONPATH"] = str(ROOT)
            os.execv(sys.executable, [sys.executable, "-m", "bonuscli", *arguments])
        sys.stdin, sys.stdout, sys.stderr = os.fdopen(0, "r"), os.fdopen(1, "w"), os.fdopen(2, "w")
        from bonuscli.cli.run import run as run_command

        status = run_command(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def wait(folder: Path, child: int, began: float) -> Answer:
    """The end of a command."""
    _, ended = os.waitpid(child, 0)
    status = -os.WTERMSIG(ended) if os.WIFSIGNALED(ended) else os.WEXITSTATUS(ended)
    out, err = ((folder / name).read_text() if (folder / name).exists() else "" for name in (_OUT, _ERR))
    return Answer(status, out, err, time.monotonic() - began)


def is_alive(child: int) -> bool:
    """Whether a command has not come to its end yet."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def run(
    folder: Path,
    words: str,
    database: str = acts.DATABASE,
    now: str = acts.NOW,
    before: Callable[[], None] | None = None,
) -> Answer:
    """Run a command to its end."""
    began = time.monotonic()
    return wait(folder, start(folder, words, database, now, before=before), began)


def kill(
    folder: Path, words: str, database: str, moment: Callable[[int], None], fresh: bool = False
) -> tuple[Answer, bool]:
    """Start a command and send SIGKILL after ``moment`` has passed; its end, and whether the kill met it alive."""
    for name in (_OUT, _ERR):
        (folder / name).unlink(missing_ok=True)
    began = time.monotonic()
    child = start(folder, words, database, fresh=fresh)
    moment(child)
    os.kill(child, signal.SIGKILL)
    answer = wait(folder, child, began)
    return answer, answer.status == -signal.SIGKILL
