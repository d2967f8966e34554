"""XML as tills and back offices write it: one document after another under one root, however many there are.

Each document is built by itself, in the shape of JSON, so memory holds one of them and not the file.  What makes XML
dangerous is refused before it acts: a DTD, and with it every entity (a page of them unfolds to gigabytes, or reads
another file), depth without end, a tag or a document without end.  The parser is expat of the standard library; nothing
else is needed for that.
"""

import codecs
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers.expat import ErrorString, ExpatError, ParserCreate

from bonuscli.errors import BonusError
from bonuscli.importers.text_source import TextSource

# Characters of one document, each element counted as _ELEMENT besides: a receipt has thousands.
MAX_DOCUMENT = 1 << 25
_ELEMENT = 50
MAX_DEPTH = 100
# A tag or a comment is read whole before the parser says anything of it.
MAX_TAG_BYTES = 1 << 20
# How the message begins that a file is of another format.
OTHER_ROOT = "the root is"
# The key of an element's own text where it has attributes or children beside it; attributes are "@name".
TEXT = ""
# What a profile says of the encoding where it leaves it to the file.
_LEFT_TO_THE_FILE = ("utf-8-sig", "auto")
_ASCII = bytes(range(32, 127))
_NOTHING_FOUND = 3

# line: where the document begins; name: of its element; value: text, or a dictionary by names of children and of
# attributes with @ before them (where a child stands more than once, a list), all without prefixes of namespaces.
Found = namedtuple("Found", "line name value")


class XmlFile:
    """One input, open: ``name``, ``encoding``, :meth:`progress`, :meth:`close`; iterate once, for :data:`Found`.

    ``documents``: names of the elements that are wanted, where all around them are ``around``; the root is one of
    ``around``, or a document itself.  The file's own declaration says its encoding, unless ``encoding`` is another than
    the default.  ``BonusError`` ``bad_file`` where it is broken, breaks off, or holds what is refused; what stood whole
    before that is given first.
    """

    def __init__(self, path: Path, encoding: str, documents: frozenset[str], around: frozenset[str]) -> None:
        declared = encoding in _LEFT_TO_THE_FILE
        self._source = TextSource(path, "utf-8" if declared else encoding)
        self.name = self._source.name
        self.progress = self._source.progress
        self.close = self._source.close
        self._documents, self._around = documents, around
        self._parser = parser = ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.StartDoctypeDeclHandler = self._doctype
        self._depth = 0
        # How many of the open elements are ``around``; what is built: for each open element of a document its
        # attributes and children, and its text.
        self._outer = 0
        self._open: list[tuple[dict[str, Any], list[str]]] = []
        self._line = self._size = 0
        self._found: list[Found] = []
        try:
            if declared and not self._source.marked:
                self._source.encoding = self._declared()
            self.encoding = self._source.encoding
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[Found]:
        fed = 0
        try:
            for piece in self._source.pieces():
                raw = piece.encode()
                fed += len(raw)
                problem = self._parse(raw)
                yield from self._taken()
                if problem is None and fed - self._parser.CurrentByteIndex > MAX_TAG_BYTES:
                    problem = self._no(f"a tag or comment is longer than {MAX_TAG_BYTES:,} bytes", "is this XML?")
                if problem is not None:
                    raise problem
            problem = self._parse(b"", last=True)
            yield from self._taken()
            if problem is not None:
                raise problem
        finally:
            self.close()

    def _declared(self) -> str:
        """The encoding that ``<?xml encoding="windows-1251"?>`` names; UTF-8 where nothing is said."""
        declaration = self._source.head()[:200].partition(b"?>")[0]
        if not declaration.startswith(b"<?xml") or b"encoding" not in declaration:
            return "utf-8"
        said = declaration.partition(b"encoding")[2].lstrip(b" \t\r\n=")
        text = said[1:].partition(said[:1])[0].decode("ascii", "replace") if said else ""
        try:
            name = codecs.lookup(text).name
            # Where a sign of XML may be something else (utf-7, utf-16), or bytes are unpacked (zlib), it is none.
            fits = str(_ASCII, name) == _ASCII.decode("ascii")
        except (LookupError, ValueError):
            fits = False
        if not fits:
            message = f"the file says that its encoding is {text[:40]!r}, which cannot be read"
            raise BonusError("bad_file", message, f"{self.name}:1", "save it as UTF-8, or set encoding: in a profile")
        return name

    def _parse(self, raw: bytes, last: bool = False) -> BonusError | None:
        """What is wrong with it, if anything; documents that end in it are among the found ones in any case."""
        try:
            self._parser.Parse(raw, last)
        except BonusError as problem:
            return problem
        except ExpatError as problem:
            if problem.code == _NOTHING_FOUND:
                what = "the file breaks off before it ends" if self._depth else "the file is empty"
                return self._no(f"broken XML: {what}", "is the file whole?")
            return self._no(f"broken XML: {ErrorString(problem.code)}", "is the file whole?", problem.lineno)
        return None

    def _taken(self) -> list[Found]:
        found, self._found = self._found, []
        return found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._no(f"elements are nested deeper than {MAX_DEPTH}", "is this a file of receipts?")
        name = tag.rpartition(":")[2]
        if not self._open:
            at_hand = self._outer == self._depth - 1
            if at_hand and name in self._documents:
                self._line, self._size = self._parser.CurrentLineNumber, 0
            elif at_hand and name in self._around:
                self._outer += 1
                return
            elif self._depth == 1:
                raise self._no(f"{OTHER_ROOT} {name[:60]}", f"this format has {' or '.join(sorted(self._around))}")
            else:
                return
        own: dict[str, Any] = {}
        for key, text in attributes.items():
            if not key.startswith("xmlns"):
                own[f"@{key.rpartition(':')[2]}"] = text
                self._grow(len(text))
        self._grow(_ELEMENT)
        self._open.append((own, []))

    def _data(self, text: str) -> None:
        if self._open:
            self._grow(len(text))
            self._open[-1][1].append(text)

    def _end(self, tag: str) -> None:
        if self._open:
            own, texts = self._open.pop()
            text = "".join(texts).strip()
            value: Any = own if own else text
            if own and text:
                own[TEXT] = text
            name = tag.rpartition(":")[2]
            if not self._open:
                self._found.append(Found(self._line, name, value))
            else:
                _add(self._open[-1][0], name, value)
        elif self._outer == self._depth:
            self._outer -= 1
        self._depth -= 1

    def _doctype(self, *_: Any) -> None:
        raise self._no("the file has a DTD (<!DOCTYPE), which is not read", "take it out; receipts need none")

    def _grow(self, by: int) -> None:
        self._size += by
        if self._size > MAX_DOCUMENT:
            raise self._no(f"one document has more than {MAX_DOCUMENT:,} characters", "is this a receipt?")

    def _no(self, message: str, hint: str, line: int = 0) -> BonusError:
        return BonusError("bad_file", message, f"{self.name}:{line or self._parser.CurrentLineNumber}", hint)


def _add(parent: dict[str, Any], name: str, value: Any) -> None:
    if name not in parent:
        parent[name] = value
    elif isinstance(parent[name], list):
        parent[name].append(value)
    else:
        parent[name] = [parent[name], value]


def elements(found: Any, *path: str) -> list[dict[str, Any]]:
    """All elements at the end of a path of names, however often each stands; one that is a text has it under ``TEXT``.

    >>> elements({"Goods": {"Item": ["a", {"@id": "7", "": "b"}]}}, "Goods", "Item")
    [{'': 'a'}, {'@id': '7', '': 'b'}]
    """
    level = [found]
    for name in path:
        inner = [each.get(name) for each in level if isinstance(each, dict)]
        level = [part for each in inner if each is not None for part in (each if isinstance(each, list) else (each,))]
    return [each if isinstance(each, dict) else {TEXT: each} for each in level]
