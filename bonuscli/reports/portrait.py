"""What the members of a segment are like beside all other members: who they are, when, where and what they buy.

The segment (--segment) is that of the last day of [from, to), of today without --to; a list that was saved for that day
counts as it was saved.  Others are all members of the program who were enrolled by then, can be found by a card or a
phone, and are not in it.  Who was merged into another is one with that one.

A row is a trait, with its share among the segment's members and among the others: of members for age, gender, tags,
tiers, the year of joining, what is told and the fields of the shop; of receipts above 0 in the window for hour,
weekday, shop, goods (an article counts once a receipt) and points spent.  Figures are of the window too: revenue after
discounts and before points, less what was brought back.  The lift is the first over the second.

The most distinctive comes first.  Its score is the difference divided by its standard error: for shares the two-sample
one with the share of both together, in which each member counts once, also for receipts, since ten receipts of one
member are no ten witnesses; for figures that of the members' own figures.  A score within 2 is easily chance, and of a
hundred traits five are beyond it by chance alone.  What fewer than 10 members or receipts of both together have is left
out.

Worked number: 40 of 100 in the segment are women, and 150 of 900 others: 40 % and 16.67 %, a lift of 240 %.  Of all,
19 % are; the standard error is the root of 0.19 x 0.81 x (1/100 + 1/900) = 0.0414, the score 0.2333 / 0.0414 = 5.643.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from math import sqrt
from typing import Any, NamedTuple

from bonuscli.days import age_on, civil
from bonuscli.errors import BonusError
from bonuscli.json_text import parse_json
from bonuscli.reports.heirs import HEIRS
from bonuscli.reports.periods import Period
from bonuscli.reports.question import Question, share
from bonuscli.reports.table import COUNT, MIXED, MONEY, PERCENT, QUANTITY, TEXT, Cell, Column, Ratio, Table
from bonuscli.store.views import SALE_COLUMNS, SALE_OF_RETURN

LEAST = 10
# A segment of fewer members says little of whoever else might be in it.
FEW = 30
MONTH_DAYS = 30
_AGES = (18, 25, 35, 45, 55, 65)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_UNKNOWN = "not told"
ARTICLE = "article"
OF_MEMBERS, OF_RECEIPTS, OF_FIGURES = "members", "receipts", "average"

_PEOPLE = f"""
WITH {HEIRS}, person AS MATERIALIZED (
  SELECT a.member, a.tier, a.member IN (SELECT value FROM json_each(:segment)) AS inside FROM accounts a
  WHERE a.program = :program AND a.merged_into IS NULL AND a.enrolled_at < :to_at
    AND EXISTS (SELECT 1 FROM cards c WHERE c.member = a.member)),
people AS MATERIALIZED (
  SELECT member, member AS heir, inside FROM person
  UNION ALL SELECT h.member, p.member, p.inside FROM heir h JOIN person p ON p.member = h.heir)"""
_WHO = f"""{_PEOPLE}
SELECT p.inside, m.birthday, m.gender, m.tags, m.fields, p.tier, m.enrolled_on, m.phone IS NOT NULL,
  m.email IS NOT NULL, m.consents <> '' FROM person p JOIN members m ON m.id = p.member"""
_IN_WINDOW = "e.day >= :from_day AND e.day < :to_day"
_BOUGHT = f"""{_PEOPLE}
SELECT w.inside, SUM(s.receipts), SUM(s.sales_minor - s.returns_minor), SUM(s.receipts * s.with_points)
FROM (
  SELECT
{SALE_COLUMNS}
  FROM events e {SALE_OF_RETURN} WHERE {_IN_WINDOW} AND e.kind IN ('receipt', 'return')
) s CROSS JOIN people w WHERE w.member = s.member GROUP BY w.heir"""
_TIMES = f"""{_PEOPLE}
SELECT w.inside, (e.at + e.utc_offset) % 86400 / 3600, (e.day + 3) % 7, e.shop, COUNT(*)
FROM events e CROSS JOIN people w
WHERE {_IN_WINDOW} AND e.kind = 'receipt' AND e.total > 0 AND w.member = e.member GROUP BY 1, 2, 3, 4"""
# The lines of a receipt come one after the other, since receipts are what is walked through.
_GOODS = f"""{_PEOPLE}
SELECT w.inside, e.seq, r.category, r.brand, COALESCE(NULLIF(r.sku, ''), r.name)
FROM events e CROSS JOIN people w CROSS JOIN receipt_lines r
WHERE {_IN_WINDOW} AND e.kind = 'receipt' AND e.total > 0 AND w.member = e.member AND r.event = e.seq
  AND r.quantity > 0"""
# Of articles that are shown, a name of each.
_NAMES = """
SELECT r.sku, MAX(r.name) FROM receipt_lines r WHERE r.sku IN (SELECT value FROM json_each(:articles)) GROUP BY r.sku"""

_COLUMNS = (
    Column("aspect", "Aspect", TEXT),
    Column("trait", "Trait", TEXT),
    Column("of", "Share of", TEXT),
    Column("segment_count", "How many", COUNT),
    Column("segment", "In the segment", MIXED),
    Column("others_count", "Others", COUNT),
    Column("others", "Among others", MIXED),
    Column("lift", "Lift", PERCENT),
    Column("score_thousandths", "Score", QUANTITY),
)

# What of a segment and of the others has a trait: [others, segment], in the order of the flag ``inside``.
Counts = dict[tuple[str, str], list[int]]


class Trait(NamedTuple):
    """A row to be: two cells with the numbers of members or receipts that they are of, the lift and the score."""

    aspect: str
    trait: str
    of: str
    counts: tuple[int, int]
    cells: tuple[Cell, Cell]
    lift: Ratio | None
    score: float


class Sums(NamedTuple):
    """What members of one side bought: of each who did (receipts, revenue), and all of them in sum."""

    members: int
    each: list[tuple[int, int]]
    with_points: int

    @property
    def receipts(self) -> int:
        """Receipts above 0."""
        return sum(receipts for receipts, _ in self.each)

    @property
    def revenue(self) -> int:
        """Minor units, less returns."""
        return sum(revenue for _, revenue in self.each)

    @property
    def buyers(self) -> int:
        """Members with a receipt."""
        return sum(receipts > 0 for receipts, _ in self.each)


def portrait(question: Question) -> Table:
    """The ``limit`` most distinctive traits of ``segment`` in the window; BonusError ``usage`` without a segment."""
    segment = question.asked["segment"]
    if segment is None:
        raise BonusError("usage", "no segment is named", "--segment", "see `bonuscli segment list`")
    whole = question.window()
    asked = {**whole.bounds, "to_at": whole.to_at, **question.of_segment}
    people = question.rows(_WHO, **asked)
    sizes = _pair(Counter(row[0] for row in people))
    sides = _sums(question.rows(_BOUGHT, **asked), sizes)
    buyers, receipts = (sides[0].buyers, sides[1].buyers), (sides[0].receipts, sides[1].receipts)
    traits = [
        *_shares(_of_members(people, whole), OF_MEMBERS, sizes, sizes),
        *_shares(_of_times(question.rows(_TIMES, **asked)), OF_RECEIPTS, receipts, buyers),
        *_shares(_of_goods(question.connection.execute(_GOODS, {**asked, "program": question.program})), OF_RECEIPTS,
                 receipts, buyers),
        *_shares({("points", "spent on the receipt"): [side.with_points for side in sides]}, OF_RECEIPTS, receipts,
                 buyers),
        *_figures(sides, whole),
    ]  # fmt: skip
    ranked = sorted(traits, key=lambda each: (-abs(each.score), each.aspect, each.trait))[: question.asked["limit"]]
    names = dict(question.rows(_NAMES, articles=json.dumps([each.trait for each in ranked if each.aspect == ARTICLE])))
    return question.table(
        f"Portrait of {segment.name} {whole.told}",
        _COLUMNS,
        [_row(each, names) for each in ranked],
        head=_head(question, whole, sides),
        notes=_notes(sizes, len(traits)),
    )


def _head(question: Question, whole: Period, sides: tuple[Sums, Sums]) -> tuple[tuple, ...]:
    others, inside = sides
    return (
        *whole.head,
        *question.segment_told,
        ("members", COUNT, inside.members),
        ("others", COUNT, others.members),
        ("share_of_members", PERCENT, share(inside.members, inside.members + others.members)),
        ("receipts", COUNT, inside.receipts),
        ("revenue_minor", MONEY, inside.revenue),
        ("share_of_revenue", PERCENT, share(inside.revenue, inside.revenue + others.revenue)),
    )


def _notes(sizes: tuple[int, int], traits: int) -> tuple[str, ...]:
    told = [f"{traits} traits were compared; a score within 2 is easily chance, from 3 on it hardly is."]
    if 0 < sizes[1] < FEW:
        told.append(f"The segment has under {FEW} members: they are described, and nobody like them.")
    return tuple(told)


def _row(each: Trait, names: dict[str, str | None]) -> tuple:
    others, inside = each.cells
    score = round(each.score * 1000)
    name = names.get(each.trait) if each.aspect == ARTICLE else None
    trait = f"{each.trait} {name}" if name and name != each.trait else each.trait
    return (each.aspect, trait, each.of, each.counts[1], inside, each.counts[0], others, each.lift, score)


# --- traits ---------------------------------------------------------------------------------------------------------


def _of_members(people: list[tuple], whole: Period) -> Counts:
    found: Counts = defaultdict(lambda: [0, 0])
    for inside, birthday, gender, tags, fields, tier, enrolled_on, *told in people:
        traits = [
            ("age", _UNKNOWN if birthday is None else _age_group(age_on(birthday, whole.to_day - 1))),
            ("gender", gender or _UNKNOWN),
            ("joined in", str(civil(enrolled_on).year)),
            *(("tag", tag) for tag in tags.split()),
            *(("told", what) for what, known in zip(("phone", "e-mail", "consent"), told, strict=True) if known),
        ]
        if tier is not None:
            traits.append(("tier", tier))
        if fields != "{}":
            traits += [(f"field {name}", str(value)) for name, value in parse_json(fields).items()]
        for trait in traits:
            found[trait][inside] += 1
    return found


def _age_group(age: int) -> str:
    """The group of an age in whole years.

    >>> _age_group(17), _age_group(18), _age_group(24), _age_group(65)
    ('under 18', '18 to 24', '18 to 24', '65 and over')
    """
    reached = [start for start in _AGES if age >= start]
    if not reached:
        return f"under {_AGES[0]}"
    if len(reached) == len(_AGES):
        return f"{_AGES[-1]} and over"
    return f"{reached[-1]} to {_AGES[len(reached)] - 1}"


def _of_times(rows: list[tuple]) -> Counts:
    found: Counts = defaultdict(lambda: [0, 0])
    for inside, hour, weekday, shop, count in rows:
        for trait in (("hour", f"{hour:02}"), ("weekday", _WEEKDAYS[weekday]), ("shop", shop or _UNKNOWN)):
            found[trait][inside] += count
    return found


def _of_goods(lines: Any) -> Counts:
    """Receipts with each category, brand and article, once each."""
    # what -> [others, segment, the receipt that was counted last]; plain names, since this is done for every line
    categories: dict[str, list[int]] = {}
    brands: dict[str, list[int]] = {}
    articles: dict[str, list[int]] = {}
    for inside, receipt, category, brand, article in lines:
        for found, what in ((categories, category), (brands, brand), (articles, article)):
            if what:
                if what not in found:
                    found[what] = [0, 0, 0]
                counts = found[what]
                if counts[2] != receipt:
                    counts[2] = receipt
                    counts[inside] += 1
    told = (("category", categories), ("brand", brands), (ARTICLE, articles))
    return {(aspect, what): counts[:2] for aspect, found in told for what, counts in found.items()}


def _shares(counts: Counts, of: str, wholes: tuple[int, int], witnesses: tuple[int, int]) -> Iterator[Trait]:
    """Traits of which there are enough to tell; ``wholes``: what the counts are of, ``witnesses``: how many members."""
    if not (all(wholes) and all(witnesses)):
        return
    for (aspect, trait), (others, inside) in counts.items():
        both = (others + inside) / sum(wholes)
        if others + inside < LEAST or both >= 1:
            continue
        error = sqrt(both * (1 - both) * (1 / witnesses[0] + 1 / witnesses[1]))
        score = (inside / wholes[1] - others / wholes[0]) / error
        cells = Cell(PERCENT, share(others, wholes[0])), Cell(PERCENT, share(inside, wholes[1]))
        lift = share(inside * wholes[0], others * wholes[1])
        yield Trait(aspect, trait, of, (others, inside), cells, lift, score)


# --- figures --------------------------------------------------------------------------------------------------------


def _pair(found: Counter[int]) -> tuple[int, int]:
    return found[0], found[1]


def _sums(rows: list[tuple], sizes: tuple[int, int]) -> tuple[Sums, Sums]:
    each: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    with_points = [0, 0]
    for inside, receipts, revenue, spending in rows:
        each[inside].append((receipts, revenue))
        with_points[inside] += spending
    return Sums(sizes[0], each[0], with_points[0]), Sums(sizes[1], each[1], with_points[1])


def _figures(sides: tuple[Sums, Sums], whole: Period) -> Iterator[Trait]:
    """The average receipt, receipts and revenue a month of a member, and how many members bought at all."""
    days = whole.to_day - whole.from_day
    members = tuple(side.members for side in sides)
    counts = {("figure", "bought in the window"): [side.buyers for side in sides]}
    yield from _shares(counts, OF_MEMBERS, (members[0], members[1]), (members[0], members[1]))
    ways = (
        ("average receipt", MONEY, [_ratio([(rev, rec) for rec, rev in side.each]) for side in sides], 1, 1),
        ("receipts a month", QUANTITY, [_ratio(_padded(side, 0)) for side in sides], 1000 * MONTH_DAYS, days),
        ("revenue a month", MONEY, [_ratio(_padded(side, 1)) for side in sides], MONTH_DAYS, days),
    )
    for trait, kind, ratios, times, parts in ways:
        if None in ratios or days < 1:
            continue
        (others, others_error), (inside, inside_error) = (each for each in ratios if each is not None)
        error = sqrt(others_error**2 + inside_error**2)
        if not error:
            continue
        score = (inside.numerator / inside.denominator - others.numerator / others.denominator) / error
        cells = [Ratio(each.numerator * times, each.denominator * parts) for each in (others, inside)]
        lift = share(inside.numerator * others.denominator, inside.denominator * others.numerator)
        shown = [Cell(kind, each if kind == MONEY else round(each.numerator / each.denominator)) for each in cells]
        counted = tuple(side.buyers for side in sides) if trait == "average receipt" else members
        yield Trait("figure", trait, OF_FIGURES, (counted[0], counted[1]), (shown[0], shown[1]), lift, score)


def _padded(side: Sums, place: int) -> list[tuple[int, int]]:
    """A figure of each member over 1, of those who bought nothing 0."""
    return [(each[place], 1) for each in side.each] + [(0, 1)] * (side.members - len(side.each))


def _ratio(pairs: list[tuple[int, int]]) -> tuple[Ratio, float] | None:
    """The sum of the first over the sum of the second, with its standard error over members; None of under two.

    >>> mean, error = _ratio([(10, 1), (20, 1), (30, 1)])
    >>> mean.numerator, mean.denominator, round(error, 3)
    (60, 3, 5.774)
    """
    top, bottom, count = sum(one for one, _ in pairs), sum(other for _, other in pairs), len(pairs)
    if count < 2 or bottom <= 0:
        return None
    mean = top / bottom
    spread = sum((one - mean * other) ** 2 for one, other in pairs) * count / (count - 1)
    return Ratio(top, bottom), sqrt(spread) / bottom
