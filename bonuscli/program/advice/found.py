"""What an advice is before it has a line: the key it is about, what will happen, and how to mend it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

Plain = dict[str, Any]
KeyPath = tuple[str | int, ...]


class Found(NamedTuple):
    """``path``: keys and list positions in the program file; ``hint``: what to write instead."""

    path: KeyPath
    message: str
    hint: str


Advice = Iterator[Found]
