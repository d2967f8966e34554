"""A stream that says it is a terminal: what people look at, and where their answers are typed."""

import io


class Terminal(io.StringIO):
    """In place of a standard stream."""

    def isatty(self) -> bool:
        """Always."""
        return True
