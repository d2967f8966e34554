"""Trends drawn with characters, for people at a terminal: a line of the whole, a bar for each of its parts.

A line has a step for each part, from the least to the greatest; a bar is as long as its value beside the greatest of
its block, and what is below zero has none.  Nothing is drawn where a figure has no value.
"""

from typing import Any, NamedTuple

STEPS = "▁▂▃▄▅▆▇█"
BAR, HALF_BAR = "█", "▌"
WIDTH = 10


class _Column(NamedTuple):
    name: str
    title: str
    kind: str


def sparkline(values: list[Any]) -> str:
    """A character a value, a blank for None.

    >>> from fractions import Fraction
    >>> sparkline([Fraction(1, 10), None, Fraction(3, 10), Fraction(8, 10)])
    '▁ ▃█'
    """
    known = [value for value in values if value is not None]
    least, span = min(known, default=0), max(known, default=0) - min(known, default=0)
    top = len(STEPS) - 1
    steps = [None if value is None else int((value - least) * top // span) if span else top // 2 for value in values]
    return "".join(" " if step is None else STEPS[step] for step in steps)


def bar(value: Any, most: Any) -> str:
    """A bar of at most ``WIDTH`` characters, to half a one.

    >>> bar(3, 4), bar(0, 4), bar(None, 4)
    ('███████▌', '', '')
    """
    halves = int(value * WIDTH * 2 // most) if value is not None and most > 0 and value > 0 else 0
    return BAR * (halves // 2) + HALF_BAR * (halves % 2)


def with_trend(table: Any, group: str) -> Any:
    """A table in blocks with one more column: a line at the whole of each block (group None), bars at its parts."""
    from fractions import Fraction

    names = [column.name for column in table.columns]
    value, label, block = names.index("value"), names.index(group), names.index(table.blocks)

    def figure(row: Any) -> Any:
        held = row[value][1]
        return Fraction(*held) if isinstance(held, tuple) else held

    parts: dict[Any, list[Any]] = {}
    for row in table.rows:
        of_block = parts.setdefault(row[block], [])
        if row[label] is not None:
            of_block.append(figure(row))
    drawn = []
    for row in table.rows:
        values = parts[row[block]]
        most = max((each for each in values if each is not None), default=0)
        drawn.append((*row, sparkline(values) if row[label] is None else bar(figure(row), most)))
    return table._replace(columns=(*table.columns, _Column("trend", "Trend", "text")), rows=drawn)
