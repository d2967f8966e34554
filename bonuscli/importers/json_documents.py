"""JSON as tills and clouds write it: an object a line, objects one after another, or the elements of a list.

Each value is read by itself, so memory holds one of them and not the file.  A line that is broken costs that line;
where the values do not keep to lines, nobody knows where a broken one ends, and the file stops there.  Numbers are text
from the beginning: 0.1 is never a float.
"""

import json
import re
from collections import Counter, namedtuple
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from bonuscli.errors import BonusError
from bonuscli.importers.csv_rows import Flaw
from bonuscli.importers.text_source import TextSource

# Characters of one value: a receipt has thousands, a page of a cloud's answer some millions.
MAX_VALUE = 1 << 25
_SPACE = re.compile(r"[ \t\r\n]*")

# line: where the value stands, None in a file that does not keep to lines; value: as in JSON, numbers as text;
# doubtful: whether a key stands twice somewhere in it; flaw: why a line is no JSON, or None.
Found = namedtuple("Found", "line value doubtful flaw", defaults=(False, None))


class Twice(dict[str, Any]):
    """An object in which ``key`` stands twice; which of the two was meant nobody can tell."""

    key = ""


def repeated_key(value: Any) -> str | None:
    """A key that stands twice in one of the objects of a value, or None."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Twice):
            return each.key
        if isinstance(each, dict | list):
            waiting += each.values() if isinstance(each, dict) else each
    return None


class JsonFile:
    """One input, open: ``name``, ``encoding``, :meth:`progress`, :meth:`close`; iterate once, for :data:`Found`.

    ``BonusError`` ``bad_file`` where it is no JSON, breaks off, or holds a value of over 32 million characters.
    """

    def __init__(self, path: Path, encoding: str) -> None:
        self._source = TextSource(path, encoding)
        self.name = self._source.name
        self.encoding = self._source.encoding
        self.progress = self._source.progress
        self.close = self._source.close
        self._doubtful = False
        decoder = json.JSONDecoder(
            parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=self._object
        )  # NaN is the text NaN, which is refused wherever a number is needed
        self._decode = decoder.raw_decode
        # What has been read and not been used: text, place in it, and the line on which the text begins.
        self._pieces = self._source.pieces()
        self._text = ""
        self._place = 0
        self._line = 1

    def __iter__(self) -> Iterator[Found]:
        try:
            while self._skip_space() == len(self._text) and self._grow():
                pass
            if self._place == len(self._text):
                raise BonusError("bad_file", "the file is empty", self.name, "give a file of JSON")
            yield from self._lines() if self._keeps_to_lines() else self._values()
        finally:
            self.close()

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            self._doubtful = True
            found = Twice(found)
            found.key = Counter(key for key, _ in pairs).most_common(1)[0][0]
        return found

    def _keeps_to_lines(self) -> bool:
        """Whether the first line, or if that is broken the second, is an object by itself."""
        if self._text[self._place] != "{":
            return False
        while (ends := self._text.count("\n", self._place)) < 2 and len(self._text) < MAX_VALUE:
            if not self._grow(len(self._text)):
                break
        first, second = [*self._text[self._place :].split("\n", 2), ""][:2]
        return self._is_object(first) or (bool(ends) and second[:2] != "{}" and self._is_object(second))

    def _is_object(self, text: str) -> bool:
        try:
            value, end = self._decode(text.strip())
        except (ValueError, RecursionError):
            return False
        return isinstance(value, dict) and end == len(text.strip())

    def _lines(self) -> Iterator[Found]:
        number, rest = self._line + self._text.count("\n", 0, self._place), ""
        for piece in chain((self._text[self._place :],), self._pieces, ("\n",)):
            *whole, rest = (rest + piece).split("\n")
            if len(rest) > MAX_VALUE:
                raise self._too_long(number + len(whole))
            for line in whole:
                if text := line.strip(" \t\r"):
                    yield self._found_in(text, number)
                number += 1

    def _found_in(self, text: str, number: int) -> Found:
        self._doubtful = False
        try:
            value, end = self._decode(text)
            if end == len(text):
                return Found(number, value, self._doubtful)
            reason = f"broken JSON: something stands behind the object, from character {end + 1} on"
        except json.JSONDecodeError as problem:
            reason = f"broken JSON: {problem.msg} at character {problem.pos + 1}"
        except RecursionError:
            reason = "broken JSON: nested too deep"
        return Found(number, None, False, Flaw("", text[:60], "bad_row", reason, "one JSON object a line is needed"))

    def _values(self) -> Iterator[Found]:
        in_list = needs_comma = False
        while self._skip_space() < len(self._text) or self._grow():
            if self._skip_space() == len(self._text):
                continue
            mark = self._text[self._place]
            if not in_list and mark == "[":
                in_list, needs_comma = True, False
            elif in_list and mark == "]":
                in_list = False
            elif in_list and needs_comma:
                if mark != ",":
                    raise self._broken(self._place, f"a comma is missing before {mark!r}")
                needs_comma = False
            else:
                self._doubtful = False
                value = self._value()
                needs_comma = True
                yield Found(None, value, self._doubtful)
                continue
            self._place += 1
        if in_list:
            raise self._broken(len(self._text), "the file breaks off before the list ends")

    def _value(self) -> Any:
        """The value that begins here, for which as much is read as it takes."""
        while True:
            try:
                value, self._place = self._decode(self._text, self._place)
                return value
            except RecursionError:
                raise self._broken(self._place, "nested too deep") from None
            except json.JSONDecodeError as problem:
                if not self._grow(len(self._text) - self._place):  # it may be whole with what follows
                    raise self._broken(problem.pos, problem.msg) from None
            if len(self._text) > MAX_VALUE:
                raise self._too_long(self._line)

    def _skip_space(self) -> int:
        self._place = _SPACE.match(self._text, self._place).end()  # type: ignore[union-attr]
        return self._place

    def _grow(self, by: int = 1) -> bool:
        """Read on, ``by`` characters at least, if there are any; what was used is let go."""
        self._line += self._text.count("\n", 0, self._place)
        grown = [self._text[self._place :]]
        self._place = 0
        for piece in self._pieces:
            grown.append(piece)
            by -= len(piece)
            if by <= 0:
                break
        before, self._text = len(grown[0]), "".join(grown)
        return len(self._text) > before

    def _broken(self, place: int, message: str) -> BonusError:
        line = self._line + self._text.count("\n", 0, place)
        return BonusError("bad_file", f"broken JSON: {message}", f"{self.name}:{line}", "is the file whole?")

    def _too_long(self, line: int) -> BonusError:
        hint = "write one object a line, or a list of objects"
        message = f"one value is longer than {MAX_VALUE:,} characters"
        return BonusError("bad_file", message, f"{self.name}:{line}", hint)
