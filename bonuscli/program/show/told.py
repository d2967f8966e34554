"""One sentence of the door, with its place in the program: what two programs are compared by."""

from collections.abc import Iterator
from typing import NamedTuple


class Told(NamedTuple):
    """``section``: a top-level key of the program file; ``subject``: what of it, unique in the section; ``text``."""

    section: str
    subject: str
    text: str


Sentences = Iterator[Told]
