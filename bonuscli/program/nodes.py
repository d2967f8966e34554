"""YAML text to a tree of nodes, each with its line and column, in which every scalar is still the text as written.

A loader that types scalars turns ``12:30`` into 750, ``NO`` into false, ``0123`` into 83 and ``1e3`` into 1000.0; a
program must not depend on such luck, so only YAML's events are used here and the schema types the text.  What makes a
file hard to read aloud or dangerous to load is refused: anchors, aliases, tags, a key written twice, an empty list, a
second document, more than 256 KiB of text, more than 20 levels.

One parser serves all machines (PyYAML's own, not the optional C one, whose words and places differ): a program of 5 KB
takes some 20 ms and is read only when it is checked or published.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from bonuscli.program.problems import Problems

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
# What an escape in double quotes can smuggle in: C0 but for tab and line ends, DEL, C1 and halves of characters.
_UNFIT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class TextNode:
    """A scalar, plain or quoted alike."""

    line: int
    column: int
    text: str


@dataclass(frozen=True)
class ListNode:
    """A list of nodes."""

    line: int
    column: int
    items: "tuple[Node, ...]"


@dataclass(frozen=True)
class MapNode:
    """Keys and their values in file order; no key stands twice."""

    line: int
    column: int
    pairs: "tuple[tuple[TextNode, Node], ...]"

    def find(self, name: str) -> "Node | None":
        """The value of a key, or None."""
        return next((value for key, value in self.pairs if key.text == name), None)

    def key(self, name: str) -> "TextNode | None":
        """The key itself, for its place, or None."""
        return next((key for key, _ in self.pairs if key.text == name), None)


@dataclass(frozen=True)
class UnreadNode:
    """An alias or an unfit text, for which a problem has been noted already; also a bare place."""

    line: int
    column: int


Node = TextNode | ListNode | MapNode | UnreadNode


def locate(node: Node, *path: str | int) -> Node:
    """The node at a path of keys and list positions; where the path ends early, the last node on it.

    One value that stands for a list of one is found at position 0 of itself.
    """
    for step in path:
        below: Node | None = None
        if isinstance(node, MapNode) and isinstance(step, str):
            below = node.find(step)
        elif isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
            below = node.items[step]
        if below is None:
            return node
        node = below
    return node


def read_nodes(text: str, problems: Problems, what: str = "a program", key: str = "version: 1") -> MapNode | None:
    """The tree of a program, or of ``what`` has keys like ``key``; None where the text has none.

    What is wrong is added to ``problems``.
    """
    size = len(text.encode())
    if size > MAX_BYTES:
        place = UnreadNode(1, 1)
        problems.add("too_large", place, f"the file has {size} bytes; {what} has at most {MAX_BYTES}")
        return None
    try:
        return _Reader(text, problems).document(what, key)
    except _TooDeep:
        return None
    except yaml.MarkedYAMLError as wrong:
        # An unclosed quote or bracket is best shown where it was opened, not at the end of the file.
        unclosed = any(end in (wrong.problem or "") for end in ("end of stream", "<stream end>"))
        mark = (wrong.context_mark if unclosed else None) or wrong.problem_mark
        place = UnreadNode(mark.line + 1, mark.column + 1) if mark else UnreadNode(1, 1)
        problems.add("bad_yaml", place, f"this is not YAML: {_in_one_line(wrong)}", _syntax_hint(text, place))
    except yaml.reader.ReaderError as wrong:
        line = text.count("\n", 0, wrong.position) + 1
        column = wrong.position - (text.rfind("\n", 0, wrong.position) + 1) + 1
        shown = f"U+{ord(text[wrong.position]):04X}"
        message = f"the control character {shown} cannot stand in a text file"
        problems.add("bad_yaml", UnreadNode(line, column), message)
    except (ValueError, OverflowError) as wrong:
        # "\U00110000" and %YAML 1.999... (5,000 nines): PyYAML makes a character or a number of what is none.
        problems.add("bad_yaml", UnreadNode(1, 1), f"this is not YAML: {wrong}", "look at the \\U escapes and % lines")
    return None


def _in_one_line(wrong: yaml.MarkedYAMLError) -> str:
    return ", ".join(part for part in (wrong.context, wrong.problem) if part)


def _syntax_hint(text: str, place: UnreadNode) -> str:
    lines = text.splitlines()
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    if "\t" in line[: place.column]:
        return "indent with spaces; a tab cannot indent YAML"
    if line[place.column - 1 : place.column] in ("%", "@", "`", "*", "&", "!"):
        return "put the value in quotes"
    return "look at the brackets, quotes, colons and indentation just before this place"


class _TooDeep(Exception):
    """Reading ends here: the parser's time for 100,000 open brackets is minutes (quadratic, measured)."""


class _Reader:
    """Turns the stream of events into nodes, noting what a program may not have."""

    def __init__(self, text: str, problems: Problems) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.SafeLoader)
        self._problems = problems

    def document(self, what: str, key: str) -> MapNode | None:
        """The only document of the stream; its root must hold keys."""
        root: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    message = f"a second document begins here; {what} is one document"
                    self._problems.add("second_document", _place(event), message)
                    break
                root = self._node(next(self._events), 1)
        if isinstance(root, MapNode):
            return root
        if root is None or (isinstance(root, TextNode) and not root.text):
            message = f"the file is empty; {what} begins with '{key}'"
            self._problems.add("wrong_type", UnreadNode(1, 1), message)
        elif not isinstance(root, UnreadNode):
            self._problems.add("wrong_type", root, f"{what} is keys with values, as in '{key}'")
        return None

    def _node(self, event: yaml.Event, depth: int) -> Node:
        place = _place(event)
        if isinstance(event, yaml.AliasEvent):
            self._problems.add("alias", place, f"the alias '*{event.anchor}' is not read", "write the value out here")
            return place
        self._refuse_decoration(event, place)
        if isinstance(event, yaml.ScalarEvent):
            unfit = _UNFIT.search(event.value)
            if unfit:
                message = f"the control character U+{ord(unfit[0]):04X} cannot stand in a text"
                self._problems.add("bad_yaml", place, message, "take it out")
                return place
            return TextNode(place.line, place.column, event.value)
        if depth > MAX_DEPTH:
            self._problems.add("too_deep", place, f"more than {MAX_DEPTH} levels of lists and keys inside each other")
            raise _TooDeep
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(place, depth)
        return self._map(place, depth)

    def _refuse_decoration(self, event: yaml.Event, place: UnreadNode) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            self._problems.add("anchor", place, f"the anchor '&{anchor}' is not read", "remove it, repeat the value")
        if tag is not None:
            shown = tag.replace("tag:yaml.org,2002:", "!!")
            hint = "remove it; a value is typed by its key"
            self._problems.add("tag", place, f"the tag '{shown}' is not read", hint)

    def _list(self, place: UnreadNode, depth: int) -> ListNode:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        if not items:
            self._problems.add("empty_list", place, "this list is empty", "name something in it, or leave the key out")
        return ListNode(place.line, place.column, tuple(items))

    def _map(self, place: UnreadNode, depth: int) -> MapNode:
        pairs: dict[str, tuple[TextNode, Node]] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if isinstance(key, ListNode | MapNode):
                message = "a key must be a word, not a list or keys"
                self._problems.add("bad_key", key, message, "put a text of several parts in quotes")
            elif isinstance(key, TextNode) and key.text in pairs:
                first = pairs[key.text][0].line
                self._problems.add("duplicate_key", key, f"the key '{key.text}' stands twice; first on line {first}")
            elif isinstance(key, TextNode):
                pairs[key.text] = (key, value)
        return MapNode(place.line, place.column, tuple(pairs.values()))


def _place(event: yaml.Event) -> UnreadNode:
    mark = event.start_mark
    return UnreadNode(mark.line + 1, mark.column + 1) if mark else UnreadNode(1, 1)
