"""What is wrong with a program file, collected: a shop owner mends everything in one sitting, not one error a run.

A problem names its place as ``file:line:column``, quotes the line with a caret under the column, and says what would be
right.  Nothing here raises until :meth:`Problems.raise_if_any`.
"""

from dataclasses import dataclass, field
from typing import Protocol

from bonuscli.errors import BonusError
from bonuscli.near import did_you_mean

EXCERPT_WIDTH = 100
# More names than a program has keys of its own are no longer read, only scrolled past.
MOST_LISTED = 25

# The problem's code where a value has the right form and yet cannot be: 30 February, a time zone that nobody keeps,
# more digits than this currency has.  A JSON Schema, which sees form alone, accepts these.
IMPOSSIBLE = "impossible_value"


class Wrong(ValueError):
    """A value that does not fit: what is wrong, a hint, and the problem's code."""

    def __init__(self, message: str, hint: str = "", code: str = "bad_value") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


class Placed(Protocol):
    """Anything that stands somewhere in the text: line and column count from 1."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


@dataclass(frozen=True)
class Problem:
    """One thing to mend.  ``code`` is stable; ``hint`` says what would be right, or is empty."""

    code: str
    line: int
    column: int
    message: str
    hint: str


@dataclass
class Problems:
    """The problems found in one text so far."""

    where: str
    text: str
    found: list[Problem] = field(default_factory=list)

    def add(self, code: str, place: Placed, message: str, hint: str = "") -> None:
        """Note one problem at a place of the text."""
        self.found.append(Problem(code, place.line, place.column, message, hint))

    def in_order(self) -> list[Problem]:
        """All problems as a reader meets them, top to bottom, each once."""
        return sorted(dict.fromkeys(self.found), key=lambda problem: (problem.line, problem.column))

    def rendered(self) -> tuple[str, ...]:
        """Each problem as text with its excerpt, in reading order."""
        lines = self.text.splitlines()
        return tuple(render(problem, self.where, lines) for problem in self.in_order())

    def raise_if_any(self, code: str = "bad_program") -> None:
        """``BonusError`` of the code with every problem, or nothing."""
        problems = self.rendered()
        if problems:
            count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
            raise BonusError(code, f"{self.where}: {count}", self.where, None, problems)


def render(problem: Problem, where: str, lines: list[str]) -> str:
    """One problem: its place and message, the source line with a caret under the column, and the hint."""
    parts = [f"{where}:{problem.line}:{problem.column}: {problem.message}"]
    if 0 < problem.line <= len(lines):
        source = lines[problem.line - 1].replace("\t", " ")
        start = 0 if problem.column <= EXCERPT_WIDTH - 20 else problem.column - EXCERPT_WIDTH // 2
        number = f"   {problem.line} | "
        parts.append((number + source[start : start + EXCERPT_WIDTH]).rstrip())
        parts.append(" " * (len(number) - 2) + "| " + " " * (problem.column - 1 - start) + "^")
    if problem.hint:
        parts.append(f"   {problem.hint}")
    return "\n".join(parts)


def near_names(found: str, known: list[str] | tuple[str, ...], what: str = "allowed") -> str:
    """A hint from a wrong name and the right ones: what is near, then all of them where they fit on a line or two.

    >>> near_names("catgories", ["skus", "categories"])
    "did you mean 'categories'? allowed: skus, categories"
    """
    listed = f"{what}: {', '.join(dict.fromkeys(known))}" if 0 < len(known) <= MOST_LISTED else ""
    return f"{did_you_mean(found, known) or ''} {listed}".strip()
