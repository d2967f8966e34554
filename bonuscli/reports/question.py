"""What a report is asked: of which database and program, today, within which days, and by which of its options.

Every report takes one ``Question`` and nothing else, so that a new one is a file and a line of the registry.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from bonuscli.errors import BonusError
from bonuscli.model import Program
from bonuscli.reports.past import seen_then
from bonuscli.reports.periods import Connection, Period, window
from bonuscli.reports.table import DAY, TEXT, Ratio, Table

if TYPE_CHECKING:
    from fractions import Fraction

# Whether a member is in the segment that was chosen, or none was.
IN_SEGMENT = "(:segment IS NULL OR {member} IN (SELECT value FROM json_each(:segment)))"
_DAYS_WITH_EVENTS = "SELECT (SELECT MIN(day) FROM events), (SELECT MAX(day) FROM events)"


class Chosen(NamedTuple):
    """A segment that a report is of: its members on a day, and who was merged into them, as the JSON text of their ids
    for ``json_each``."""

    name: str
    day: int
    members: str


class Question(NamedTuple):
    """``program``: its id; ``terms``: the version in force now; ``today``: the shop's business day at ``now``.

    ``asked``: the report's own options by name, each as the registry has it where nobody gave it; days as day numbers.
    ``as_of``: the last instant of a past day, which is ``today`` then; None: now.
    """

    connection: Connection
    program: str
    terms: Program
    today: int
    now: int
    asked: dict[str, Any]
    as_of: int | None = None

    def rows(self, sql: str, **more: Any) -> list[tuple]:
        """The rows of one statement, to which the program and today are known as ``:program`` and ``:today``; of a
        question about the past, over the tables as they were then."""
        if self.as_of is not None:
            sql, more = seen_then(sql), {**more, "as_of": self.as_of}
        return list(self.connection.execute(sql, {"program": self.program, "today": self.today, **more}))

    def window(self) -> Period:
        """The days of ``from`` and ``to``; where one is not given, from the first event and through today.

        BonusError ``usage``: it ends before it begins, or after the day that is asked about.
        """
        first, last = self.rows(_DAYS_WITH_EVENTS)[0]
        begins, ends = self.asked["from"], self.asked["to"]
        if self.as_of is not None and ends is not None and ends > self.today + 1:
            raise BonusError("usage", "the window ends after the day of --as-of", "--to", "leave --to out")
        if ends is None:
            ends = max(self.today, last or 0, (begins or 0) - 1) + 1
        if begins is None:
            begins = min(ends, self.today if first is None else first)
        return window(begins, ends, self.terms.calendar.start_of)

    @property
    def of_segment(self) -> dict[str, str | None]:
        """The parameter ``:segment`` of a statement, None for everybody."""
        chosen = self.asked.get("segment")
        return {"segment": None if chosen is None else chosen.members}

    @property
    def segment_told(self) -> tuple[tuple[str, str, Any], ...]:
        """The segment as facts of a table, none for everybody."""
        chosen = self.asked.get("segment")
        return () if chosen is None else (("segment", TEXT, chosen.name), ("segment_on", DAY, chosen.day))

    def levels(self) -> list[str]:
        """The ids of the program's levels, the lowest first; none where it has no tiers."""
        return [level.id for level in self.terms.tiers.levels] if self.terms.tiers else []

    def worth(self, points: "int | Fraction") -> Ratio:
        """What points pay, in minor units, exactly; it is rounded where it is written."""
        of_points = self.terms.points
        return Ratio(points.numerator * of_points.value_minor, points.denominator * of_points.unit)

    def table(self, title: str, columns: tuple, rows: Any, **more: Any) -> Table:
        """A table in the program's money and points; ``more``: head, notes, blocks."""
        terms = self.terms
        return Table(title, columns, rows, terms.currency, terms.digits, terms.points.scale, **more)


def share(part: int, whole: int) -> Ratio | None:
    """A part of a whole, None where there is no whole."""
    return Ratio(part, whole) if whole > 0 else None
