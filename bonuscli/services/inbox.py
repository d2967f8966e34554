"""Files that tills and couriers put into a folder: which of them are whole, and where they go when they are done.

A file that somebody is still writing would be read in half, and its last receipt stored with half of its lines.  So of
what lies in a folder, or is to be moved away, is left alone for the next time whatever has the name of an unfinished
file, was changed within the last seconds, or is locked by another program.  A file is moved after its last commit:
killed between the two, an import is finished by running it again, which finds duplicates and moves it then.

Invariant: no file takes another's place; where a name is taken, the next number is put into it.
"""

import errno
import fcntl
import os
import re
import shutil
import stat
import time
from collections import namedtuple
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from bonuscli.errors import BonusError

# Tills write a day in seconds, and a file server passes on what it has got at once.
SETTLED_SECONDS = 10
# How programs name what they have not finished: out_file, rsync, browsers, FTP clients, editors.
UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", "~")
REJECTS = ".rejects.csv"

# path: a file or - ; swept: whether it was found in a folder or is to be moved, so that it may be unfinished.
Input = namedtuple("Input", "path swept")
# An input that is ours to read; why: it is not, or None; seen: os.stat_result of a swept one when its reading began.
Claim = namedtuple("Claim", "path why seen")
# A file that was left alone, and why, as a part of a sentence.
Left = namedtuple("Left", "path why")

_PACKED = ".gz"
# What a shell makes names of.
_PATTERN = re.compile(r"[*?\[]")
_OF_DATABASE = ("", "-wal", "-shm", "-journal", "-lock", "-gate")
_DATABASE_TOLD = "it is the database"
_OPTION = "--move-done"


class Inbox:
    """How inputs are found and put away: ``done`` is the folder of those that were imported, None leaves them where
    they are; ``settled``: seconds for which nobody may have changed a swept file; ``database`` and what belongs to it
    is never an input.
    """

    def __init__(
        self, done: Path | None = None, settled: float = SETTLED_SECONDS, database: Path | None = None
    ) -> None:
        self.done = done
        self._settled = settled
        self._own = set() if database is None else {f"{os.path.realpath(database)}{each}" for each in _OF_DATABASE}
        if done is not None and not os.path.isdir(done):
            raise BonusError("bad_file", "there is no such folder", f"{_OPTION} {done}", f"make it: mkdir {done}")
        if done is not None and not os.access(done, os.W_OK | os.X_OK):
            raise BonusError(
                "bad_file", "no file can be put into this folder", f"{_OPTION} {done}", "look at its rights"
            )

    def inputs(self, named: list[Path]) -> list[Input]:
        """The files meant: those named in their order, and of a folder its files in the order of their names.

        Hidden files, folders within a folder, and files of rejects lying beside their sources are passed over.  The
        folder of done files may be among those named, as ``inbox/*`` names it.  A folder that cannot be read is an
        input itself, of which the reader tells why.  ``BonusError`` ``usage``: files would be moved to where they are.
        """
        found = []
        for path in named:
            if not os.path.isdir(path):
                found.append(Input(path, self.done is not None and str(path) != "-" and not self._is_missed(path)))
            elif not self._is_done(path):
                files = _files_of(path)
                found += [Input(path, False)] if files is None else [Input(each, True) for each in self._wanted(files)]
        for path, swept in found:
            if swept and self._is_done(path.parent):
                hint = "name another folder, such as done beside it"
                raise BonusError("usage", f"{path} lies in that folder already", f"{_OPTION} {self.done}", hint)
        # An inbox/* that is empty but for that folder, or a mistake that would read nothing night after night.
        return found or [Input(path, True) for path in named if self._is_done(path)]

    @contextmanager
    def claimed(self, each: Input) -> Iterator[Claim]:
        """An input while it is ours: two imports that sweep one folder never read the same file at once."""
        path, swept = each
        # Opening the database here and closing it would take SQLite's locks from this process.
        if not swept or self._is_own(path):
            yield Claim(path, _DATABASE_TOLD if self._is_own(path) else None, None)
            return
        if self._is_done(path):
            yield Claim(path, "it is the folder of done files", None)
            return
        try:
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as problem:
            gone = isinstance(problem, FileNotFoundError) and not os.path.islink(path)
            yield Claim(path, _why_gone(path) if gone else None, None)  # else the reader tells why
            return
        try:
            why = self._unready(path, handle)
            yield Claim(path, why, None if why else os.fstat(handle))
        finally:
            os.close(handle)

    def rejects_of(self, path: Path, written: Collection[str], dry_run: bool) -> Path:
        """Where the rejects of an input go: NAME.rejects.csv in the current folder, or beside the moved file.

        ``written``: the files of rejects of this import, none of which is written over; nothing in the folder of done
        files is.
        """
        name = "stdin" if str(path) == "-" else path.name
        moving = self.done is not None and str(path) != "-" and not dry_run
        folder = self.done if moving and self.done else Path()

        def is_free(rejects: Path) -> bool:
            source = rejects.with_name(rejects.name.removesuffix(REJECTS))
            return str(rejects) not in written and not (moving and (source.exists() or rejects.exists()))

        return next(filter(is_free, (folder / f"{_numbered(name, number)}{REJECTS}" for number in count(1))))

    def put_away(self, claim: Claim) -> Left | Path | None:
        """Move an input that was imported: where it is now; None where it stays; a ``Left`` if it changed meanwhile.

        ``BonusError`` ``bad_file``: it cannot be moved.
        """
        if claim.seen is None:
            return None
        try:
            now = claim.path.stat()
        except FileNotFoundError:
            return Left(claim.path, "it is gone")
        if (now.st_ino, now.st_size, now.st_mtime_ns) != (
            claim.seen.st_ino,
            claim.seen.st_size,
            claim.seen.st_mtime_ns,
        ):
            return Left(claim.path, "it was changed while it was read: the next import reads it again")
        if self.done is None:
            return None
        try:
            return _moved(claim.path, self.done)
        except OSError as problem:
            why = f"the file is imported and cannot be moved to {self.done}: {problem.strerror or problem}"
            raise BonusError("bad_file", why, str(claim.path), "move it by hand, or import it again") from None

    def _wanted(self, files: list[Path]) -> list[Path]:
        """Those of a folder's files that are inputs."""
        return [
            path
            for path in files
            if not path.name.startswith(".")
            and not (self.done is None and path.name.endswith(REJECTS))
            and not self._is_own(path)
        ]

    def _is_missed(self, path: Path) -> bool:
        """Whether a file that is named is not there and should be: not one that another import has put away, nor a
        pattern that a shell hands on where no file matches it."""
        if os.path.lexists(path) or _PATTERN.search(path.name):
            return False
        return self.done is not None and not os.path.lexists(self.done / path.name)

    def _is_own(self, path: str | Path) -> bool:
        return os.path.realpath(path) in self._own

    def _is_done(self, folder: Path) -> bool:
        if self.done is None:
            return False
        with suppress(OSError):
            return folder.samefile(self.done)
        return False

    def _unready(self, path: Path, handle: int) -> str | None:
        """Why a file is not to be read now; None after it was locked for this import."""
        if path.name.endswith(UNFINISHED):
            return "its name is that of an unfinished file"
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return "another program is at work on it"
        except OSError:
            pass  # a file system without locks
        seen = os.fstat(handle)
        if not stat.S_ISREG(seen.st_mode):
            return "it is no file"
        try:
            if not os.path.samestat(seen, path.stat()):
                return "it is gone"
        except FileNotFoundError:
            return "it is gone"
        age = time.time() - seen.st_mtime
        if age < 0:  # the time was set by a machine whose clock is ahead; this one's own is that of the last change
            age = time.time() - seen.st_ctime
        if age < self._settled:
            return f"it was changed within the last {self._settled:g} seconds"
        return None


def _files_of(folder: Path) -> list[Path] | None:
    """The files of a folder in the order of their names, and what cannot be looked at; None if that is the folder."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return None
    return [folder / entry.name for entry in entries if _may_be_file(entry)]


def _may_be_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file() or (entry.is_symlink() and not os.path.exists(entry.path))
    except OSError:  # a link that leads in a circle, or to where nobody may look
        return True


def _why_gone(path: Path) -> str:
    return "no file matches it" if _PATTERN.search(path.name) else "it is gone"


def _moved(path: Path, folder: Path) -> Path:
    place = _reserved(path.name, folder)
    try:
        try:
            os.replace(path, place)
        except OSError as problem:
            if problem.errno != errno.EXDEV:
                raise
            _carry(path, place)
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    return place


def _reserved(name: str, folder: Path) -> Path:
    """A name that nobody else has: an empty file of that name is made, and only this import puts its file over it."""
    number = 1
    while True:
        place = folder / _numbered(name, number)
        try:
            os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
            return place
        except FileExistsError:
            number += 1


def _carry(path: Path, place: Path) -> None:
    """Move a file to another file system, where it is whole before it has its name."""
    part = place.with_name(f".{place.name}.part")
    try:
        shutil.copy2(path, part)
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        os.replace(part, place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    path.unlink()


def _numbered(name: str, number: int) -> str:
    """A name with a number in it before what says the format.

    >>> _numbered("day.csv", 1), _numbered("day.csv", 2), _numbered("day.csv.gz", 3), _numbered("day", 2)
    ('day.csv', 'day.2.csv', 'day.3.csv.gz', 'day.2')
    """
    if number == 1:
        return name
    packed = _PACKED if name.endswith(_PACKED) else ""
    stem, suffix = os.path.splitext(name.removesuffix(packed))
    return f"{stem}.{number}{suffix}{packed}"
