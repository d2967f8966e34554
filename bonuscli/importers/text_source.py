"""Bytes of a file or pipe to numbered lines of text, or a clear word on why it is no text.

Gzip is recognised by its first two bytes, never by the name.  Lines come in blocks, all that are there at a time: a
live pipe is not waited for, and of a file 64 KB are decoded at once.  A byte that is not in the encoding is reported
with its line, behind the lines before it.  Lines are bounded, so that a disk image does not fill the memory.
"""

import codecs
import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bonuscli.errors import BonusError
from bonuscli.importers.encodings import UTF_8, found_encoding
from bonuscli.importers.profile import AUTO

MAX_LINE_BYTES = 1_000_000
_PEEK_BYTES = 4096
_BUFFER_BYTES = 1 << 16

_GZIP = b"\x1f\x8b"
# What an input that breaks off or is no text raises.
_BREAKS = (UnicodeDecodeError, EOFError, zlib.error, OSError)
_UTF8_BOM = b"\xef\xbb\xbf"
# First bytes of what people send instead of a text file, beside what to tell them.
_SIGNATURES = (
    (b"\xff\xfe", "the file is UTF-16", "save it as UTF-8; in Excel that is CSV UTF-8"),
    (b"\xfe\xff", "the file is UTF-16", "save it as UTF-8; in Excel that is CSV UTF-8"),
    (b"PK\x03\x04", "the file is a workbook or a zip archive", "save the sheet as CSV UTF-8, or unpack the archive"),
    (b"\xd0\xcf\x11\xe0", "the file is an Excel workbook", "save the sheet as CSV UTF-8"),
    (b"SQLite format 3", "the file is a database", "give the file of receipts; --db names the database"),
)

# An input's bytes and their number, None for a pipe.
Opened = tuple[io.BufferedReader, int | None]
# The number of the first of some lines, and the lines, without their ends.
Block = tuple[int, list[str]]
# An encoding in which these bytes are themselves has no escapes, those of ISO 2022 at the end included: no state goes
# beyond a line, and no line's end stands within a letter.
_ASCII = bytes(range(128)) + b"\x1b$B\x1b(B\x1b$)C\x0f"


class TextSource:
    """One input, open: ``name`` for messages, :meth:`lines`, :meth:`progress`, :meth:`close`."""

    def __init__(self, path: Path, encoding: str, opened: Opened | None = None) -> None:
        self.name = name_of(path)
        # A BOM says that the text is UTF-8, whatever a profile or a declaration says: editors put it there.
        self.encoding = UTF_8 if encoding == "utf-8-sig" else encoding
        self.marked = False
        self._raw, self._size = opened or open_bytes(path)
        try:
            self._text = self._unpacked()
            self._decodes_blocks = _ASCII.decode(self.encoding, "replace") == _ASCII.decode()
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

    def head(self) -> bytes:
        """The first bytes, unpacked, which stay to be read."""
        return self._text.peek(_PEEK_BYTES)

    def lines(self) -> Iterator[tuple[int, str]]:
        """``(number from 1, text without its line end)``; ``BonusError`` ``bad_file`` where the input breaks off."""
        for number, lines in self.blocks():
            yield from enumerate(lines, number)

    def blocks(self) -> Iterator[Block]:
        """The lines as of :meth:`lines`, in lists of those that are there at a time."""
        number, begun = 1, b""
        try:
            while raw := self._text.read1(_BUFFER_BYTES):
                begun += raw
                if len(begun) >= MAX_LINE_BYTES:
                    self._require_end(begun, number)
                ended = begun.rfind(b"\n") + 1
                if ended:
                    yield from self._decoded(begun[:ended], number)
                    number += begun.count(b"\n")
                    begun = begun[ended:]
        except _BREAKS as problem:
            raise self._breaking(number, problem) from None
        if begun:
            yield from self._decoded(begun, number)

    def pieces(self) -> Iterator[str]:
        """The text in pieces of 64 KB, for a format that is not made of lines; errors as of :meth:`lines`."""
        number = 1
        decoder = codecs.getincrementaldecoder(self.encoding)()
        try:
            for raw in iter(partial(self._text.read, _BUFFER_BYTES), b""):
                piece = decoder.decode(raw)
                yield piece
                number += piece.count("\n")
            yield decoder.decode(b"", True)
        except UnicodeDecodeError as problem:
            number += problem.object.count(b"\n", 0, problem.start)
            raise self._undecodable(number, problem) from None
        except _BREAKS as problem:
            raise self._breaking(number, problem) from None

    def _decoded(self, raw: bytes, number: int) -> Iterator[Block]:
        """Whole lines, the first with this number, as text; ``bad_file`` behind those that are before a bad one."""
        lines: list[str] = []
        try:
            if self._decodes_blocks:
                text = str(raw, self.encoding)
                lines = text.removesuffix("\n").split("\n")
                yield number, [line.rstrip("\r") for line in lines] if "\r" in text else lines
                return
        except UnicodeDecodeError:
            pass  # told with its line
        for line in io.BytesIO(raw):
            try:
                lines.append(str(line, self.encoding).rstrip("\r\n"))
            except UnicodeDecodeError as problem:
                yield number, lines
                raise self._undecodable(number + len(lines), problem) from None
        yield number, lines

    def _require_end(self, raw: bytes, number: int) -> None:
        if (raw.find(b"\n") + 1 or len(raw)) >= MAX_LINE_BYTES:
            raise self._broken(number, "a line is longer than 1,000,000 bytes", "this is no file of rows")

    def _unpacked(self) -> io.BufferedReader:
        try:
            text = self._raw
            if text.peek(_PEEK_BYTES).startswith(_GZIP):
                text = io.BufferedReader(gzip.GzipFile(fileobj=self._raw), _BUFFER_BYTES)
            head = text.peek(_PEEK_BYTES)
            self._refuse_binary(head)
            if self.encoding == AUTO:
                self.encoding = self._found_encoding(head, text is self._raw and self._size == len(head))
            self.marked = head.startswith(_UTF8_BOM)
            if self.marked:
                text.read(len(_UTF8_BOM))
                self.encoding = UTF_8
            return text
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise self._broken(1, "the gzip file is cut off or damaged", "fetch it again") from None
        except OSError as problem:
            raise BonusError("bad_file", f"the file cannot be read: {problem.strerror or problem}", self.name) from None

    def _found_encoding(self, head: bytes, whole: bool) -> str:
        found = found_encoding(head, whole)
        if found is None:
            hint = "say encoding: windows-1251, cp866, windows-1252 or the like in a profile"
            raise BonusError("bad_file", "the file does not show its encoding", self.name, hint)
        return found

    def _refuse_binary(self, head: bytes) -> None:
        for signature, found, hint in _SIGNATURES:
            if head.startswith(signature):
                raise BonusError("bad_file", found, self.name, hint)
        if b"\0" in head[:_PEEK_BYTES]:
            raise BonusError("bad_file", "the file is binary, not text", self.name, "give a CSV file in UTF-8")

    def _undecodable(self, number: int, problem: UnicodeDecodeError) -> BonusError:
        if self.encoding == "utf-8":
            hint = "save the file as UTF-8, or set encoding: windows-1251 (or the file's own) in a profile"
        else:
            hint = "set the file's own encoding in the profile"
        if problem.reason == "unexpected end of data":
            hint = f"the file ends within a letter: is it whole? If so, {hint}"
        return self._broken(number, f"byte 0x{problem.object[problem.start]:02X} is not {self.encoding} text", hint)

    def _breaking(self, number: int, problem: Exception) -> BonusError:
        if isinstance(problem, OSError) and not isinstance(problem, gzip.BadGzipFile):
            return self._broken(number, f"the file cannot be read: {problem.strerror or problem}", None)
        return self._broken(number, "the gzip file is cut off or damaged", "fetch it again")

    def _broken(self, number: int, message: str, hint: str | None) -> BonusError:
        return BonusError("bad_file", message, f"{self.name}:{number}", hint)


def name_of(path: Path) -> str:
    """What an input is called in messages."""
    return "stdin" if str(path) == "-" else str(path)


def open_bytes(path: Path) -> Opened:
    """The bytes and their number, which is None for a pipe; ``bad_file`` where there are none."""
    if str(path) == "-":
        stream: Any = sys.stdin.buffer
        if stream.closed:
            raise BonusError("bad_file", "standard input was read to its end already", "stdin", "name it once")
        return stream if hasattr(stream, "peek") else io.BufferedReader(stream), None
    try:
        raw: Any = path.open("rb", buffering=_BUFFER_BYTES)
    except FileNotFoundError:
        message = "the link leads to no file" if path.is_symlink() else "there is no such file"
        raise BonusError("bad_file", message, str(path), "check the path") from None
    except OSError as problem:
        raise BonusError("bad_file", f"the file cannot be read: {problem.strerror}", str(path)) from None
    return raw, path.stat().st_size if raw.seekable() else None
