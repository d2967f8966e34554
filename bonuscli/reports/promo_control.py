"""What a promo caused, by the members whom chance kept out of it; part of ``promo_effect``.

A promo with a control group of its own (``control: 10%`` in the rule) passes over that share of the members: whoever
was enrolled before it began is compared, takers or not, since all of them could have been the ones kept out.  Where
the rule has none, the program's control group (``members: {control: 5%}``) gets nothing of the promo either; it gets
nothing of the program at all, before the promo as well, so that what both spend more than before is compared.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from bonuscli.digests import kept_out
from bonuscli.reports.control import heirs_of, read_drawn
from bonuscli.reports.intervals import LEAST_BUYERS, LEAST_MEMBERS, Difference, difference, sample_of
from bonuscli.reports.periods import SPENT_BY_MEMBER, Period, period_rows
from bonuscli.reports.question import Question, share
from bonuscli.reports.table import Ratio

FREE, KEPT_OUT, EFFECT, LOW, HIGH = "could take part", "kept out", "effect", "effect, low", "effect, high"
_FINE = 10**6
_BEFORE, _IN, _AFTER = range(3)

_VERSIONS = "SELECT compiled FROM programs WHERE program = :program ORDER BY version"
_ENROLLED = """
SELECT a.member FROM accounts a
WHERE a.program = :program AND a.merged_into IS NULL AND a.control = 0 AND a.enrolled_at < :begins_at"""


class Side(NamedTuple):
    """``size``: members; ``buyers``: in the promo's days; ``spent``: [before, in, after] of each who bought ever."""

    size: int
    buyers: int
    spent: list[list[int]]

    @property
    def enough(self) -> bool:
        """Whether so few can show anything."""
        return self.size >= LEAST_MEMBERS and self.buyers >= LEAST_BUYERS

    def row(self, name: str) -> tuple:
        """As a row of the promo's table."""
        sums = [sum(each[place] for each in self.spent) for place in (_BEFORE, _IN, _AFTER)]
        return name, self.size, self.buyers, *sums, *(share(money, self.size) for money in sums)


class Effect(NamedTuple):
    """Both sides, and what the promo caused in its days and after them, None where they are too few.

    ``changed``: spend is compared with that before the promo, since the program itself divides the sides as well.
    """

    free: Side
    kept_out: Side
    found: tuple[Difference, Difference] | None
    changed: bool

    def rows(self) -> Iterator[tuple]:
        """Rows of the promo's table."""
        yield self.free.row(FREE)
        yield self.kept_out.row(KEPT_OUT)
        if self.found is not None:
            for name, told in ((EFFECT, "value"), (LOW, "low"), (HIGH, "high")):
                yield name, *(None,) * 6, *(_money(getattr(found, told)) for found in self.found)


def effect_of(question: Question, promo: str, periods: list[Period]) -> Effect | None:
    """What a promo caused in the three periods before, in and after it; None where nobody was kept out of it."""
    begins_at = question.terms.calendar.start_of(periods[_IN].from_day)
    share_bp = _share_of(question, promo)
    if share_bp:
        members = [member for (member,) in question.rows(_ENROLLED, begins_at=begins_at)]
        out = {member: kept_out(share_bp, question.program, promo, member) for member in members}
    else:
        out = {member: bool(control) for member, (control, _) in read_drawn(question, begins_at).members.items()}
    if not any(out.values()):
        return None
    free, kept = _sides(question, out, periods)
    found = None
    if free.enough and kept.enough:
        in_it, after = (_compared(free, kept, place, not share_bp) for place in (_IN, _AFTER))
        found = (in_it, after)
    return Effect(free, kept, found, not share_bp)


def _share_of(question: Question, promo: str) -> int:
    """The share of members that the promo passes over, by the newest version that has it."""
    for (compiled,) in reversed(question.rows(_VERSIONS)):
        for rule in json.loads(compiled)["earn"]["rules"]:
            if rule["id"] == promo:
                return int(rule.get("control_bp", 0))
    return 0


def _sides(question: Question, out: dict[int, bool], periods: list[Period]) -> tuple[Side, Side]:
    begun, parameters = period_rows(periods)
    heirs = heirs_of(question)
    spent: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    bought: set[int] = set()
    for member, place, receipts, money in question.rows(begun + SPENT_BY_MEMBER, **parameters):
        member = heirs.get(member, member)
        if member in out:
            spent[member][place] += money
            if receipts and place == _IN:
                bought.add(member)
    free, kept = (
        Side(
            sum(each == side for each in out.values()),
            sum(out[member] == side for member in bought),
            [sums for member, sums in spent.items() if out[member] == side],
        )
        for side in (False, True)
    )
    return free, kept


def _compared(free: Side, kept: Side, place: int, changed: bool) -> Difference:
    one, other = (
        sample_of([float(each[place] - each[_BEFORE] * changed) for each in side.spent], side.size)
        for side in (free, kept)
    )
    return difference(one, other, amounts=not changed)


def _money(value: float) -> Ratio:
    return Ratio(round(value * _FINE), _FINE)
