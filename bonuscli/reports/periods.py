"""Windows of business days, half-open, that a report is asked for: the whole one and the months in it.

Every figure is read for all periods in one query, which joins them as rows: a year by month costs one statement.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from bonuscli.days import add, civil, day_number, format_day
from bonuscli.errors import BonusError
from bonuscli.reports.table import DAY
from bonuscli.store.views import SALE_COLUMNS, SALE_OF_RETURN

MONTHS_MAX = 600

# Behind period_rows: (member, place of the period, receipts, minor units net of returns) of each member who came in it.
SPENT_BY_MEMBER = f"""
SELECT s.member, s.place, SUM(s.receipts), SUM(s.sales_minor - s.returns_minor)
FROM (
  SELECT p.place,
{SALE_COLUMNS}
  FROM period p CROSS JOIN events e {SALE_OF_RETURN}
  WHERE e.day >= p.from_day AND e.day < p.to_day AND e.kind IN ('receipt', 'return')) s
WHERE s.member IS NOT NULL GROUP BY 1, 2"""


class Connection(Protocol):
    """What a report needs of a database: to read."""

    def execute(self, sql: str, parameters: Any, /) -> Any:
        """Run one statement with named parameters; an iterable of rows."""


class Period(NamedTuple):
    """Days [from_day, to_day), the instant at which to_day begins; ``label``: the month, None for the whole window."""

    label: str | None
    from_day: int
    to_day: int
    to_at: int

    @property
    def told(self) -> str:
        """Its days in the title of a table."""
        return f"from {format_day(self.from_day)} up to {format_day(self.to_day)}"

    @property
    def head(self) -> tuple[tuple[str, str, int], ...]:
        """Its days as facts of a table."""
        return ("from", DAY, self.from_day), ("to", DAY, self.to_day)

    @property
    def bounds(self) -> dict[str, int]:
        """Its days as parameters of a statement."""
        return {"from_day": self.from_day, "to_day": self.to_day}


def window(from_day: int, to_day: int, start_of: Callable[[int], int]) -> Period:
    """The whole window; ``BonusError`` ``usage`` where it ends before it begins."""
    if to_day < from_day:
        raise BonusError("usage", "the window ends before it begins", "--to", "--to is the first day after the window")
    return Period(None, from_day, to_day, start_of(to_day))


def days_with_receipts(connection: Connection) -> tuple[int, int] | None:
    """The business days of the earliest and the latest receipt or return, None before there is one."""
    sql = "SELECT (SELECT MIN(day) FROM day_totals), (SELECT MAX(day) FROM day_totals)"
    first, last = next(iter(connection.execute(sql, {})))
    return None if first is None else (int(first), int(last))


def months_of(whole: Period, start_of: Callable[[int], int]) -> list[Period]:
    """The calendar months of a window in order, the first and the last cut to it; empty ones too."""
    months: list[Period] = []
    start = whole.from_day
    while start < whole.to_day:
        if len(months) == MONTHS_MAX:
            raise BonusError("usage", f"a report shows at most {MONTHS_MAX} months", "--by", "choose a shorter window")
        first = civil(start)
        end = min(add(day_number(first.year, first.month, 1), (1, 0)), whole.to_day)
        months.append(Period(f"{first.year:04}-{first.month:02}", start, end, start_of(end)))
        start = end
    return months


def on_days(connection: Connection, period: Period) -> str:
    """SQL for the days of a period over the documents ``e``: by the index of days, or through the table in its order.

    Where more than half of all days are asked for the index is a detour, which takes a quarter more.
    """
    first, last = days_with_receipts(connection) or (0, 0)
    within = min(period.to_day, last + 1) - max(period.from_day, first)
    column = "+e.day" if 2 * within > last + 1 - first else "e.day"
    return f"{column} >= :from_day AND {column} < :to_day"


def places_of_days(periods: list[Period]) -> dict[int, list[int]]:
    """Of each day in any of the periods the places of those that it is in."""
    places: dict[int, list[int]] = {}
    for place, period in enumerate(periods):
        for day in range(period.from_day, period.to_day):
            places.setdefault(day, []).append(place)
    return places


def period_rows(periods: list[Period]) -> tuple[str, dict[str, int]]:
    """The periods as a common table ``period (place, from_day, to_day, to_at)``, and its parameters."""
    rows = []
    parameters = {}
    for place, period in enumerate(periods):
        names = {
            f"place{place}": place,
            f"from{place}": period.from_day,
            f"to{place}": period.to_day,
            f"at{place}": period.to_at,
        }
        rows.append(f"({', '.join(f':{name}' for name in names)})")
        parameters.update(names)
    return f"WITH period (place, from_day, to_day, to_at) AS (VALUES {', '.join(rows)})", parameters
