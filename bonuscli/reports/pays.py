"""Does the program pay: members in it beside those whom chance has kept out of points (``members: {control: 10%}``).

Who joins a program is often who buys more anyway, so members against guests prove nothing.  The control group was drawn
blindly from the same people, so that what it buys less is what the program brings.  Compared is everybody who joined
while such a share was kept out, from the joining on, those who bought nothing too.  A month is 30.44 days of the
average time that members were in the program within the days.  The average receipt is that of all receipts of a group.
Spend is what goods cost after discounts and before points, less what was brought back.  Margin (--goods-cost PERCENT of
the price) is spend less what the goods cost, less the worth of the points spent; a gift costs what its goods cost.
Points that members still hold have not cost anything yet.

Where cards were known before, spend_adjusted is spend without the luck of the draw: a side that happened to get those
who had spent more in the 90 days before joining is told as if it had not.  It is the same figure with a shorter
interval, and then the one to look at.

Low and high are a 95 % interval: of 100 such intervals about 95 hold the truth.  The verdict is "more" or "less" where
the whole interval is, "unclear" where it holds 0, and "too few" below 50 members or 10 buyers in a group.  The notes
say which difference (--detect PERCENT of the spend) needs how many members, to be seen four times of five.

Worked number: 900 members spent 21.00 a month on the average, 100 kept out 18.00; 3.00 more, the interval goes from
-1.20 to 6.90: it holds 0, so that the 3.00 may be chance.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from bonuscli.reports.control import MONTH_DAYS, Bought, Group, Groups, read_groups
from bonuscli.reports.intervals import (
    LEAST_BUYERS,
    LEAST_MEMBERS,
    Difference,
    Sample,
    adjusted,
    difference,
    difference_of_shares,
    members_needed,
    sample_of,
    smallest_seen,
)
from bonuscli.reports.question import Question
from bonuscli.reports.table import COUNT, MIXED, MONEY, PERCENT, QUANTITY, TEXT, UNIT, Cell, Column, Ratio, Table
from bonuscli.units import format_decimal

MORE, LESS, UNCLEAR, TOO_FEW = "more", "less", "unclear", "too few"
SPEND, ADJUSTED, MARGIN = "spend_a_month", "spend_adjusted", "margin_a_month"
# The share to reckon with where the program keeps nobody out.
_USUAL_SHARE = 0.10
_PERCENT, _THOUSAND, _FINE = 100, 1000, 10**6
_COLUMNS = (
    Column("figure", "Figure", TEXT),
    Column("program", "In it", MIXED),
    Column("control", "Kept out", MIXED),
    Column("difference", "Difference", MIXED),
    Column("low", "Low", MIXED),
    Column("high", "High", MIXED),
    Column("relative", "Relative", PERCENT),
    Column("verdict", "Verdict", TEXT),
    Column("unit", "Unit", UNIT),
)


class Figure(NamedTuple):
    """A figure of members in the program and of those kept out; ``found``: None where they are too few."""

    name: str
    kind: str
    program: Sample
    control: Sample
    found: Difference | None

    @property
    def row(self) -> tuple:
        """As a row of the table."""
        both = bool(self.program.size and self.control.size)
        means = (each.mean if each.size else None for each in (self.program, self.control))
        found = self.found or (self.program.mean - self.control.mean if both else None, *(None,) * 5)
        cells = (Cell(self.kind, _typed(self.kind, each)) for each in (*means, *found[:3]))
        return self.name, *cells, _typed(PERCENT, found[3]), verdict(self.found), self.kind


def pays(question: Question) -> Table:
    """One row a figure; without a control group, or with too small a one, there are no intervals."""
    window = question.window()
    groups = read_groups(question, window)
    figures = {figure.name: figure for figure in _figures(question, groups)}
    members, control = groups.program.size + groups.control.size, groups.control.size
    return question.table(
        "Members in the program beside members kept out of it",
        _COLUMNS,
        [figure.row for figure in figures.values()],
        head=(
            *window.head,
            ("in_program", COUNT, members - control),
            ("kept_out", COUNT, control),
            ("left_out", COUNT, groups.left_out),
            ("days_a_member", COUNT, round(groups.months * MONTH_DAYS)),
        ),
        notes=tuple(_notes(question, groups, figures)),
    )


def verdict(found: Difference | None) -> str:
    """What a difference says, in two words at most."""
    if found is None:
        return TOO_FEW
    return MORE if found.low > 0 else LESS if found.high < 0 else UNCLEAR


def signed(question: Question, minor: float) -> str:
    """Money of an estimate for a sentence."""
    return format_decimal(round(minor), question.terms.digits)


def _figures(question: Question, groups: Groups) -> Iterator[Figure]:
    def a_month(group: Group, figure: Callable[[Bought], float]) -> Sample:
        months = groups.months or 1.0
        return sample_of([figure(each) / months for each in group.bought], group.size)

    def compared(name: str, kind: str, of_group: Callable[[Group], Sample]) -> Figure:
        program, control = of_group(groups.program), of_group(groups.control)
        found = difference(program, control, amounts=name != MARGIN) if groups.enough else None
        return Figure(name, kind, program, control, found)

    yield compared(SPEND, MONEY, lambda group: a_month(group, lambda each: each.money))
    if groups.enough and min(groups.program.known, groups.control.known) >= LEAST_BUYERS:
        months = groups.months
        pairs = [[(each.money / months, float(each.earlier)) for each in group.bought] for group in groups[:2]]
        program, control = adjusted(pairs[0], groups.program.size, pairs[1], groups.control.size)
        yield Figure(ADJUSTED, MONEY, program, control, difference(program, control))
    goods_cost = question.asked["goods-cost"]
    if goods_cost is not None:
        yield compared(
            MARGIN, MONEY, lambda group: a_month(group, lambda each: _margin(question, each, goods_cost / _PERCENT))
        )
    yield compared("receipts_a_month", QUANTITY, lambda group: a_month(group, lambda each: each.receipts))
    yield compared("average_receipt", MONEY, average_receipt)
    program, control = (_share(group.buyers, group.size) for group in (groups.program, groups.control))
    counts = (groups.program.buyers, groups.program.size, groups.control.buyers, groups.control.size)
    yield Figure("share_bought", PERCENT, program, control, difference_of_shares(*counts) if groups.enough else None)


def _share(count: int, size: int) -> Sample:
    return sample_of([1.0] * count, size)


def _margin(question: Question, bought: Bought, cost: float) -> float:
    """What is left of a member's spend after the goods and the points spent; ``cost``: of goods, of their price."""
    worth = question.terms.points.value_minor / question.terms.points.unit
    return bought.money * (1 - cost) - worth * (bought.points - bought.gifts) - worth * bought.gifts * cost


def average_receipt(group: Group) -> Sample:
    """What all receipts come to over how many there are, with how far each member moves it."""
    receipts = sum(each.receipts for each in group.bought)
    if not receipts:
        return sample_of([], group.size)
    average = sum(each.money for each in group.bought) / receipts
    moved = [(each.money - average * each.receipts) * group.size / receipts for each in group.bought]
    return sample_of(moved, group.size)._replace(mean=average)


def _typed(kind: str, value: float | None) -> Ratio | int | None:
    """An estimate as the value of its kind."""
    if value is None:
        return None
    return round(value * _THOUSAND) if kind == QUANTITY else Ratio(round(value * _FINE), _FINE)


def _notes(question: Question, groups: Groups, figures: dict[str, Figure]) -> Iterator[str]:
    kept_out = groups.control.size
    if not kept_out:
        yield "Nobody is kept out of points, so nothing can be concluded: write members: {control: 10%}, and wait."
    elif not groups.enough:
        yield (
            f"Nothing can be concluded yet: each group needs {LEAST_MEMBERS} members and {LEAST_BUYERS} who bought;"
            f" kept out are {kept_out}, of whom {groups.control.buyers} bought."
        )
    spend = ADJUSTED if ADJUSTED in figures else SPEND
    for name, what in ((spend, "spend"), (MARGIN, "margin after the cost of points")):
        if name in figures and (found := figures[name].found) is not None:
            yield said(question, what, found)
    yield from _sizes(groups, figures[spend], question.asked["detect"])
    if kept_out:
        yield (
            "Members kept out must show their cards as the others do: what is bought without a card is not seen here,"
            " and the program then looks better than it is."
        )
    if groups.left_out:
        yield f"Members who joined when nobody, or another share, was kept out are left out: {groups.left_out}."


def said(question: Question, what: str, found: Difference) -> str:
    """A difference a month as a sentence."""
    says = verdict(found)
    if says == LESS:
        found = found.turned
    low, high = signed(question, found.low), signed(question, found.high)
    relative = ""
    if found.relative_low is not None and found.relative_high is not None:
        relative = f", {_percent(found.relative_low)} to {_percent(found.relative_high)} %"
    currency = question.terms.currency
    if says == UNCLEAR:
        return (
            f"The {what} can not be told apart from nothing: by all that is seen the program may bring anything from"
            f" {low} to {high} {currency} a member a month{relative}."
        )
    return f"The program brings between {low} and {high} {currency} {says} {what} a member a month{relative}."


def _percent(share: float) -> str:
    """A share as a short percentage: 4.8, 12, 340."""
    percent = _PERCENT * share
    return f"{percent:.1f}" if abs(percent) < 10 else f"{percent:.0f}"


def _sizes(groups: Groups, spend: Figure, percent: int) -> Iterator[str]:
    """What differences these groups show, and how many members show the one that is asked for."""
    program, control = spend.program, spend.control
    size = program.size + control.size
    if size < LEAST_MEMBERS or not program.mean + control.mean > 0:
        return
    if groups.enough:
        seen = smallest_seen(program, control)
        yield f"With {control.size} of {size} kept out, differences under {_percent(seen)} % mostly stay unseen."
    share = control.size / size if groups.enough else _USUAL_SHARE
    needed = members_needed(program, control, percent / _PERCENT, share)
    yield f"To see {percent} % four times of five, {needed} members are needed with {_percent(share)} % kept out."
