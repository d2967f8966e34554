"""Bytes of a file or pipe to numbered lines of text, or a clear word on why it is no text.

Gzip is recognised by its first two bytes, never by the name.  Lines are decoded one at a time, so that a byte that is
not in the encoding is reported with its line; they are bounded, so that a disk image does not fill the memory.
"""

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bonuscli.errors import BonusError

MAX_LINE_BYTES = 1_000_000
_PEEK_BYTES = 4096
_BUFFER_BYTES = 1 << 16

_GZIP = b"\x1f\x8b"
_UTF8_BOM = b"\xef\xbb\xbf"
# First bytes of what people send instead of a text file, beside what to tell them.
_SIGNATURES = (
    (b"\xff\xfe", "the file is UTF-16", "save it as CSV UTF-8"),
    (b"\xfe\xff", "the file is UTF-16", "save it as CSV UTF-8"),
    (b"PK\x03\x04", "the file is a workbook or a zip archive", "save the sheet as CSV UTF-8, or unpack the archive"),
    (b"\xd0\xcf\x11\xe0", "the file is an Excel workbook", "save the sheet as CSV UTF-8"),
    (b"SQLite format 3", "the file is a database", "give the file of receipts; --db names the database"),
)


class TextSource:
    """One input, open: ``name`` for messages, :meth:`lines`, :meth:`progress`, :meth:`close`."""

    def __init__(self, path: Path, encoding: str) -> None:
        self.name = "stdin" if str(path) == "-" else str(path)
        # A BOM is passed over whether or not the profile expects one.
        self.encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        self._raw, self._size = _open_bytes(path)
        try:
            self._text = self._unpacked()
        except BaseException:
            self._raw.close()
            raise

    def progress(self) -> tuple[int, int | None]:
        """Bytes read so far and bytes in all as they lie on the disk (compressed ones); None where nobody knows."""
        if self._size is None:
            return 0, None
        return self._size if self._raw.closed else self._raw.tell(), self._size

    def close(self) -> None:
        """Let go of the file."""
        self._text.close()
        self._raw.close()

    def lines(self) -> Iterator[tuple[int, str]]:
        """``(number from 1, text without its line end)``; ``BonusError`` ``bad_file`` where the input breaks off."""
        number = 0
        raw = b""
        encoding = self.encoding
        try:
            for raw in iter(partial(self._text.readline, MAX_LINE_BYTES), b""):
                number += 1
                if len(raw) >= MAX_LINE_BYTES:
                    raise self._broken(number, "a line is longer than 1,000,000 bytes", "this is no file of rows")
                yield number, str(raw, encoding).rstrip("\r\n")
        except UnicodeDecodeError as problem:
            raise self._undecodable(number, raw[problem.start]) from None
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise self._broken(number + 1, "the gzip file is cut off or damaged", "fetch it again") from None
        except OSError as problem:
            raise self._broken(number + 1, f"the file cannot be read: {problem.strerror or problem}", None) from None

    def _unpacked(self) -> io.BufferedReader:
        try:
            text = self._raw
            if text.peek(_PEEK_BYTES).startswith(_GZIP):
                text = io.BufferedReader(gzip.GzipFile(fileobj=self._raw), _BUFFER_BYTES)
            head = text.peek(_PEEK_BYTES)
            self._refuse_binary(head)
            if head.startswith(_UTF8_BOM):
                text.read(len(_UTF8_BOM))
            return text
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise self._broken(1, "the gzip file is cut off or damaged", "fetch it again") from None
        except OSError as problem:
            raise BonusError("bad_file", f"the file cannot be read: {problem.strerror or problem}", self.name) from None

    def _refuse_binary(self, head: bytes) -> None:
        for signature, found, hint in _SIGNATURES:
            if head.startswith(signature):
                raise BonusError("bad_file", found, self.name, hint)
        if b"\0" in head[:_PEEK_BYTES]:
            raise BonusError("bad_file", "the file is binary, not text", self.name, "give a CSV file in UTF-8")

    def _undecodable(self, number: int, byte: int) -> BonusError:
        if self.encoding == "utf-8":
            hint = "save the file as UTF-8, or set encoding: windows-1251 (or the file's own) in a profile"
        else:
            hint = "set the file's own encoding in the profile"
        return self._broken(number, f"byte 0x{byte:02X} is not {self.encoding} text", hint)

    def _broken(self, number: int, message: str, hint: str | None) -> BonusError:
        return BonusError("bad_file", message, f"{self.name}:{number}", hint)


def _open_bytes(path: Path) -> tuple[io.BufferedReader, int | None]:
    """The bytes and their number, which is None for a pipe."""
    if str(path) == "-":
        stream: Any = sys.stdin.buffer
        return stream if hasattr(stream, "peek") else io.BufferedReader(stream), None
    try:
        raw: Any = path.open("rb", buffering=_BUFFER_BYTES)
    except FileNotFoundError:
        raise BonusError("bad_file", "there is no such file", str(path), "check the path") from None
    except OSError as problem:
        raise BonusError("bad_file", f"the file cannot be read: {problem.strerror}", str(path)) from None
    return raw, path.stat().st_size if raw.seekable() else None
