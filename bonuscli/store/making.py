"""A new database file: made beside its place, and put there whole or not at all.

Whoever is killed while making a database must find either none or a good one: half a file would be refused as foreign
by every command, and as existing by the one that could make it.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bonuscli.errors import BonusError
from bonuscli.store.sqlite import disk_full

_FILE_MODE = 0o600
_GROUP_MODE = 0o660
_COMPANIONS = ("-wal", "-shm", "-journal")
# Where a file system has no hard links.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EMLINK)


@contextmanager
def new_database(path: Path, group: bool = False) -> Iterator[Path]:
    """The path of an empty file to make a database in; at the end it stands at ``path``, on an error nothing does.

    Only its owner (or its group too) may read it.  BonusError ``database_exists``, ``read_only``, ``busy``.
    """
    if os.path.lexists(path):
        raise _exists(path)
    making = Path(f"{path}-new")
    handle = _begin(path, making, _GROUP_MODE if group else _FILE_MODE)
    try:
        yield making
        if any(Path(f"{making}{suffix}").exists() for suffix in _COMPANIONS):
            raise disk_full(path)  # SQLite says nothing where closing can not carry the log into the file
        _put(making, path)
    finally:
        for suffix in ("", *_COMPANIONS):
            Path(f"{making}{suffix}").unlink(missing_ok=True)
        os.close(handle)


def _begin(path: Path, making: Path, mode: int) -> int:
    """An empty file under a lock; what one that was killed has left there is thrown away."""
    try:
        handle = os.open(making, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.fchmod(handle, mode)
            os.ftruncate(handle, 0)
            for suffix in _COMPANIONS:
                Path(f"{making}{suffix}").unlink(missing_ok=True)
        except BaseException:
            os.close(handle)
            raise
    except BlockingIOError:
        raise BonusError("busy", f"another command is making {path}", str(path), "wait for it") from None
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            raise disk_full(path) from None
        raise BonusError(
            "read_only",
            f"{path} can not be made: {problem.strerror}",
            str(path),
            "choose a folder that you may write to",
        ) from None
    return handle


def _put(making: Path, path: Path) -> None:
    """Give the file its name, unless another has taken it meanwhile; the name is on the disk, too, when this ends."""
    try:
        os.link(making, path)
    except FileExistsError:
        raise _exists(path) from None
    except OSError as problem:
        if problem.errno not in _NO_LINKS:
            raise
        os.rename(making, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _exists(path: Path) -> BonusError:
    return BonusError(
        "database_exists",
        f"{path} exists already",
        str(path),
        "give another file with --db, or use this one as it is",
    )
