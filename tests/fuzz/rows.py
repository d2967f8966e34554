"""Which rows a file has, told by its lines alone: none may be lost, and none made up."""

import gzip
from collections import Counter
from collections.abc import Iterable

# Of a row whose quoted cells hold line breaks.
_MOST_LINES = 100


class Broken(AssertionError):
    """A promise that a reader did not keep, though it raised nothing itself."""


def require_all(content: bytes, encoding: str, rows: Iterable[str], counted: int) -> None:
    """Each row of the file that is not blank was read or rejected, none twice; a row may stand on several lines."""
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    encoding = "utf-8" if encoding == "utf-8-sig" else encoding
    lines = [str(line, encoding).rstrip("\r\n") for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n")]
    place = next(place for place, line in enumerate(lines) if line.strip()) + 1
    told = Counter(rows)
    total, blank, lost = told.total(), 0, []
    while place < len(lines):
        line, length = lines[place], 1
        if line:
            ends = range(place + 1, min(place + _MOST_LINES, len(lines)) + 1)
            length = next((end - place for end in ends if told[" ".join(lines[place:end])] > 0), 0)
            if length:
                told[" ".join(lines[place : place + length])] -= 1
            elif all(letter.isspace() or letter in ',;|"' for letter in line):
                blank += 1
            else:
                lost.append(line)
        place += length or 1
    if lost or told.total() or total + blank != counted:
        raise Broken(f"lost {lost}, made up {+told}, {counted} counted")
