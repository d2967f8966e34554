"""What a report is asked: of which database and program, today, within which days, and by which of its options.

Every report takes one ``Question`` and nothing else, so that a new one is a file and a line of the registry.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from bonuscli.model import Program
from bonuscli.reports.periods import Connection, Period, window
from bonuscli.reports.table import Ratio, Table

if TYPE_CHECKING:
    from fractions import Fraction

_DAYS_WITH_EVENTS = "SELECT MIN(day), MAX(day) FROM events"


class Question(NamedTuple):
    """``program``: its id; ``terms``: the version in force now; ``today``: the shop's business day at ``now``.

    ``asked``: the report's own options by name, each as the registry has it where nobody gave it; days as day numbers.
    """

    connection: Connection
    program: str
    terms: Program
    today: int
    now: int
    asked: dict[str, Any]

    def rows(self, sql: str, **more: Any) -> list[tuple]:
        """The rows of one statement, to which the program and today are known as ``:program`` and ``:today``."""
        return list(self.connection.execute(sql, {"program": self.program, "today": self.today, **more}))

    def window(self) -> Period:
        """The days of ``from`` and ``to``; where one is not given, from the first event and through today.

        BonusError ``usage``: it ends before it begins.
        """
        first, last = self.rows(_DAYS_WITH_EVENTS)[0]
        begins, ends = self.asked["from"], self.asked["to"]
        if ends is None:
            ends = max(self.today, last or 0, (begins or 0) - 1) + 1
        if begins is None:
            begins = min(ends, self.today if first is None else first)
        return window(begins, ends, self.terms.calendar.start_of)

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
