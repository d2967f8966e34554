"""The figures beside those of the days before, and by how much they have changed.

Whole months of the calendar are compared with as many whole months before them, other days with as many days before.
A share changes by percentage points ("pp"), all else by per cent of what it was ("%").  With days from before the first
receipt nothing is compared, since a shop that was not there yet sold nothing.

Worked number: a share of 62.08 % after 66.02 % has changed by -3.94 pp, an average of 45.99 after 43.97 by 4.59 %.
"""

from bonuscli.days import add, civil, subtract
from bonuscli.reports.table import DAY, MIXED, PERCENT, TEXT, Cell, Column, Ratio, Table

POINTS_OF_PERCENT, PER_CENT = "pp", "%"
_COLUMNS = (Column("previous", "Before", MIXED), Column("change", "Change", MIXED), Column("change_unit", "In", TEXT))
_NOTHING_BEFORE = "There are no earlier days to compare with: the first receipt is from within these."


def days_before(from_day: int, to_day: int) -> tuple[int, int]:
    """The business days [from, to) that stand before others.

    >>> from bonuscli.days import format_day, parse_day
    >>> [format_day(day) for day in days_before(parse_day("2026-12-01"), parse_day("2027-01-01"))]
    ['2026-11-01', '2026-12-01']
    >>> [format_day(day) for day in days_before(parse_day("2026-12-08"), parse_day("2026-12-15"))]
    ['2026-12-01', '2026-12-08']
    """
    first, end = civil(from_day), civil(to_day)
    months = (end.year - first.year) * 12 + end.month - first.month
    if first.day == end.day == 1 and months > 0 and add(from_day, (months, 0)) == to_day:
        return subtract(from_day, (months, 0)), from_day
    return from_day - (to_day - from_day), from_day


def compared(table: Table, before: Table | None) -> Table:
    """The table of ``kpi`` with three more columns; ``before``: that of the days before, None where there are none."""
    names = [column.name for column in table.columns]
    value = names.index("value")  # before it stand the figure's name and its group
    earlier = {row[:value]: row[value].value for row in before.rows} if before is not None else {}
    rows = [(*row, *_compared(row[value], earlier.get(row[:value]))) for row in table.rows]
    days = tuple((f"previous_{key}", DAY, day) for key, kind, day in before.head if kind == DAY) if before else ()
    notes = table.notes if before is not None else (*table.notes, _NOTHING_BEFORE)
    return table._replace(columns=(*table.columns, *_COLUMNS), rows=rows, head=(*table.head, *days), notes=notes)


def _compared(now: Cell, before: Ratio | None) -> tuple[Cell, Cell, str | None]:
    """(the figure before, its change, the unit of that), of a figure and what it was."""
    was = Cell(now.kind, before)
    if now.value is None or before is None:
        return was, Cell(PERCENT, None), None
    ours, theirs = now.value.numerator * before.denominator, before.numerator * now.value.denominator
    if now.kind == PERCENT:
        return was, Cell(PERCENT, Ratio(ours - theirs, now.value.denominator * before.denominator)), POINTS_OF_PERCENT
    if theirs <= 0:
        return was, Cell(PERCENT, None), None
    return was, Cell(PERCENT, Ratio(ours - theirs, theirs)), PER_CENT
