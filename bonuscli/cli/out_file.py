"""A file that a command writes: there whole or not at all, for its owner alone, and never in the place of a database.

It is written beside its place under the name ``FILE.part`` and gets its own name at the end, so that whoever takes
files from a folder meets none that is half there.  What a command that was killed has left is written over by the next.
"""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from bonuscli.errors import BonusError

# Whoever may read the database may read this; nobody else.
_FILE_MODE = 0o600
_DATABASE_BEGINS = b"SQLite format 3\x00"
# What stands beside a database belongs to it.
_COMPANIONS = ("-wal", "-shm", "-journal", "-lock", "-gate")
_OPTION = "--out"

Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]


@contextmanager
def out_file(path: Path, *, binary: bool, replace: bool) -> Iterator[IO[Any]]:
    """A stream for the file at ``path``, of bytes or of UTF-8 text without any change of line ends.

    ``replace``: a file that is there gives way, at the end.  BonusError ``bad_file``: it is there and does not, it is a
    database or no file, or it can not be written; ``busy``: another command is writing it.
    """
    place = Path(os.path.realpath(path))  # a link leads on to its file
    part = place.with_name(f"{place.name}.part")
    _require_free(place, path, replace)
    handle = _begin(part, path)
    try:
        stream = os.fdopen(handle, "wb") if binary else os.fdopen(handle, "w", encoding="utf-8", newline="")
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            _put(part, place, path, replace)  # still under the lock
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _require_free(place: Path, path: Path, replace: bool) -> None:
    for companion in ("", *_COMPANIONS):
        if place.name.endswith(companion) and _is_database(place.with_name(place.name.removesuffix(companion))):
            raise _no(path, "it is a database", "name another file")
    try:
        found = place.lstat()
    except OSError:
        return
    if not stat.S_ISREG(found.st_mode):
        raise _no(path, "it is no file", "name a new file in your own folder")
    if not replace:
        raise _there(path)


def _is_database(place: Path) -> bool:
    try:
        if not place.is_file():
            return False
        with place.open("rb") as stream:
            return stream.read(len(_DATABASE_BEGINS)) == _DATABASE_BEGINS
    except (OSError, ValueError):  # it is not there, or not ours to read; no name, as "." is none
        return False


def _begin(part: Path, path: Path) -> int:
    try:
        handle = os.open(part, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, _FILE_MODE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not part.exists() or not os.path.samestat(os.fstat(handle), part.stat()):
                raise BlockingIOError  # it has got its own name in this moment, and is another's finished file
            os.fchmod(handle, _FILE_MODE)
            os.ftruncate(handle, 0)
        except BaseException:
            os.close(handle)
            raise
    except BlockingIOError:
        raise BonusError("busy", f"another command is writing {path}", _OPTION, "wait for it") from None
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            raise
        raise _no(path, problem.strerror or str(problem), "name a file in your own folder") from None
    return handle


def _put(part: Path, place: Path, path: Path, replace: bool) -> None:
    if not replace:
        try:
            os.link(part, place)  # unlike a renaming, it never takes the place of a file that has come meanwhile
        except FileExistsError:
            raise _there(path) from None
        except OSError:  # a file system without links
            os.rename(part, place)
        else:
            part.unlink()
        return
    os.replace(part, place)


def _there(path: Path) -> BonusError:
    return _no(path, "it is there already", "name a new file, or say --force")


def _no(path: Path, why: str, hint: str) -> BonusError:
    return BonusError("bad_file", f"{path} can not be written: {why}", _OPTION, hint)
