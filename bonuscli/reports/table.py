"""What a report answers: a table of typed values, which says of each number what it is and never how it is written.

Cells are raw: integers in the units of ``units`` and ``days``, text, or None for "there is no such figure".  A ratio
stays numerator and denominator, so that it is rounded once, where it is written, and can be checked by hand.  The
renderer reads a table by its attributes and kinds; it is the only other place that knows the kinds.
"""

from bonuscli.records import namedtuple

TEXT = "text"
COUNT = "count"
QUANTITY = "quantity"  # an integer in thousandths
POINTS = "points"  # an integer in the program's smallest unit, or a Ratio of it: an average
MONEY = "money"  # an integer in minor units, or a Ratio of it: an average
PERCENT = "percent"  # a Ratio
DAY = "day"  # a day number
INSTANT = "instant"  # RFC 3339 text
FLAG = "flag"  # True or False
UNIT = "unit"  # the kind of a figure that stands in another column
GROUP = "group"  # the text of a group, None for the whole and "" for what belongs to none
MIXED = "mixed"  # a Cell: the row says what it is
KINDS = (TEXT, COUNT, QUANTITY, POINTS, MONEY, PERCENT, DAY, INSTANT, FLAG, UNIT, GROUP, MIXED)

# numerator / denominator, the denominator above zero.
Ratio = namedtuple("Ratio", "numerator denominator")
# A value whose kind is its row's rather than its column's.
Cell = namedtuple("Cell", "kind value")
# name: the key in JSON, money with ``_minor``, a quantity with ``_thousandths``; title: the heading; kind: one of
# ``KINDS``.
Column = namedtuple("Column", "name title kind")
# One report.  rows: tuples in column order; currency, digits: of its money; points_scale: digits of its points; head:
# facts of the whole report as (key, kind, value), such as its days; notes: sentences that a reader of the figures
# should know; blocks: the name of the column whose change begins a new block of rows, for people's eyes, or None.
Table = namedtuple(
    "Table", "title columns rows currency digits points_scale head notes blocks", defaults=((), (), None)
)
