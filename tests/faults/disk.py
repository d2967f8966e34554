"""A disk of our own under SQLite: it records what is written, or fails when told to.

The program runs unchanged on the SQLite that it always uses: the default VFS of that library is taken from the module
``_sqlite3`` by ctypes, and the functions that write, cut, sync and delete the database and its log are asked for first.
Locks and shared memory stay the real ones, so this works with several connections and in WAL mode.  Where Python was
built with SQLite inside and hidden, the library can not be reached: ``reachable`` says so.
"""

import _sqlite3
import atexit
import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

SQLITE_OK = 0
SQLITE_FULL = 13
SQLITE_IOERR_WRITE = 10 | 3 << 8
SQLITE_IOERR_FSYNC = 10 | 4 << 8
_MAIN_OR_WAL = 0x100 | 0x80000

_POINTER, _INT, _LONG, _TEXT = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64, ctypes.c_char_p
# A name is passed on as the address that it came with: SQLite keeps it, and reads what stands behind it.
_OPEN = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _POINTER, _INT, _POINTER)
_DELETE = ctypes.CFUNCTYPE(_INT, _POINTER, _TEXT, _INT)
_WRITE = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _INT, _LONG)
_TRUNCATE = ctypes.CFUNCTYPE(_INT, _POINTER, _LONG)
_SYNC = ctypes.CFUNCTYPE(_INT, _POINTER, _INT)


class _Vfs(ctypes.Structure):
    """The beginning of ``sqlite3_vfs``."""

    _fields_ = (
        ("version", _INT),
        ("file_size", _INT),
        ("path_max", _INT),
        ("next", _POINTER),
        ("name", _TEXT),
        ("data", _POINTER),
        ("open", _POINTER),
        ("delete", _POINTER),
    )


class _Methods(ctypes.Structure):
    """``sqlite3_io_methods`` of version 3: the fields that are not named here are carried over as they are."""

    _fields_ = (
        ("version", _INT),
        ("close", _POINTER),
        ("read", _POINTER),
        ("write", _POINTER),
        ("truncate", _POINTER),
        ("sync", _POINTER),
        ("others", _POINTER * 13),
    )


class Disk:
    """What is asked before anything reaches a file: 0 to go on, else SQLite's code of the error to answer with."""

    def write(self, path: str, offset: int, content: bytes) -> int:
        """``content`` is about to be written at ``offset``."""
        return SQLITE_OK

    def truncate(self, path: str, size: int) -> int:
        """A file is about to be cut, or made longer, to ``size`` bytes."""
        return SQLITE_OK

    def sync(self, path: str) -> int:
        """All that was written to a file is about to be made safe."""
        return SQLITE_OK

    def delete(self, path: str) -> int:
        """A file is about to be deleted."""
        return SQLITE_OK


class _Hook:
    """The functions that stand in front of SQLite's own, for as long as the process lives."""

    def __init__(self, vfs: _Vfs) -> None:
        self.disk: Disk | None = None
        self._paths: dict[int, str] = {}
        self._tables: dict[int, tuple[_Methods, _Methods]] = {}
        self._original: dict[int, _Methods] = {}
        self._open, self._delete = _OPEN(vfs.open), _DELETE(vfs.delete)
        # SQLite keeps addresses of these, so they must never be collected.
        self._kept = (
            _OPEN(self._opened),
            _DELETE(self._deleted),
            _WRITE(self._wrote),
            _TRUNCATE(self._truncated),
            _SYNC(self._synced),
        )
        at_exit = vfs.open, vfs.delete
        vfs.open, vfs.delete = (ctypes.cast(each, _POINTER).value for each in self._kept[:2])
        atexit.register(lambda: (setattr(vfs, "open", at_exit[0]), setattr(vfs, "delete", at_exit[1])))

    def _opened(self, vfs: int, name: int | None, file: int, flags: int, flags_out: int | None) -> int:
        status = self._open(vfs, name, file, flags, flags_out)
        if status == SQLITE_OK and flags & _MAIN_OR_WAL and name is not None:
            place = _POINTER.from_address(file)
            address = place.value or 0
            if address not in self._tables:
                original = _Methods.from_address(address)
                ours = _Methods.from_buffer_copy(original)
                ours.write, ours.truncate, ours.sync = (ctypes.cast(each, _POINTER).value for each in self._kept[2:])
                self._tables[address] = original, ours
            original, ours = self._tables[address]
            self._paths[file] = ctypes.string_at(name).decode()
            self._original[file] = original
            place.value = ctypes.addressof(ours)
        return int(status)

    def _deleted(self, vfs: int, name: bytes, sync_folder: int) -> int:
        status = self.disk.delete(name.decode()) if self.disk else SQLITE_OK
        return status or int(self._delete(vfs, name, sync_folder))

    def _wrote(self, file: int, content: int, size: int, offset: int) -> int:
        told = (self._paths[file], offset, ctypes.string_at(content, size)) if self.disk else None
        status = self.disk.write(*told) if self.disk and told else SQLITE_OK
        return status or int(_WRITE(self._original[file].write)(file, content, size, offset))

    def _truncated(self, file: int, size: int) -> int:
        status = self.disk.truncate(self._paths[file], size) if self.disk else SQLITE_OK
        return status or int(_TRUNCATE(self._original[file].truncate)(file, size))

    def _synced(self, file: int, flags: int) -> int:
        status = self.disk.sync(self._paths[file]) if self.disk else SQLITE_OK
        return status or int(_SYNC(self._original[file].sync)(file, flags))


_HOOKS: list[_Hook] = []


def _default_vfs() -> _Vfs | None:
    try:
        find = ctypes.CDLL(_sqlite3.__file__).sqlite3_vfs_find
    except (AttributeError, OSError):
        return None
    find.restype, find.argtypes = _POINTER, (_TEXT,)
    address = find(None)
    return _Vfs.from_address(address) if address else None


def reachable() -> bool:
    """Whether a disk can be put under this Python's SQLite."""
    return _default_vfs() is not None


@contextmanager
def under(disk: Disk) -> Iterator[None]:
    """While this lasts, what SQLite writes to databases opened from now on goes past ``disk``."""
    if not _HOOKS:
        vfs = _default_vfs()
        assert vfs is not None, "SQLite is hidden in this Python"
        _HOOKS.append(_Hook(vfs))
    (hook,) = _HOOKS
    before, hook.disk = hook.disk, disk
    try:
        yield
    finally:
        hook.disk = before
