"""What each rule and grant gave within the days, what became of it, what it cost, and what is left of its budget.

Points are counted on the day on which they were given (--from, --to), whatever has become of them by today: spent on
receipts and gifts, net of what came back; expired; taken back with returned goods; moved to other members or lots, or
adjusted away; and left.  The cost is what the spent points paid.  A lot that several rules gave shares its fate over
them in the proportion of their parts, each figure rounded half up, and left is what these leave of the given points.  A
budget and what is drawn from it are those of the rule's whole life, net of returns; "of budget" is their share.

Worked number: a receipt gives 30 points by the rule "base" and 10 by "happy-hours", and 20 of the 40 are spent: base
has 30 given and 15 spent, happy-hours 10 given and 5 spent, which paid 5.00 at 1.00 a point.
"""

from fractions import Fraction

from bonuscli.reports.fates import Fate, read_fates
from bonuscli.reports.question import Question, share
from bonuscli.reports.table import COUNT, GROUP, MONEY, PERCENT, POINTS, TEXT, Column, Table
from bonuscli.units import HALF_UP, round_ratio

_COLUMNS = (
    Column("kind", "Kind", TEXT),
    Column("rule", "Rule", GROUP),
    Column("times", "Times", COUNT),
    Column("members", "Members", COUNT),
    Column("points", "Given", POINTS),
    Column("redeemed", "Spent", POINTS),
    Column("expired", "Expired", POINTS),
    Column("taken_back", "Taken back", POINTS),
    Column("moved", "Moved", POINTS),
    Column("left", "Left", POINTS),
    Column("cost_minor", "Cost", MONEY),
    Column("budget", "Budget", POINTS),
    Column("drawn", "Drawn", POINTS),
    Column("of_budget", "Of budget", PERCENT),
)
_DRAWN = "SELECT promo, SUM(points) FROM budget_draws WHERE program = :program GROUP BY promo"


def rules(question: Question) -> Table:
    """One row a kind of entry and rule that gave points, most given first."""
    window = question.window()
    budgets = {rule["id"]: rule["budget"] for rule in question.terms.plain["earn"]["rules"] if rule["budget"]}
    drawn = dict(question.rows(_DRAWN))

    def row(fate: Fate) -> tuple:
        budget = budgets.get(fate.rule) if fate.kind == "accrual" else None
        taken = None if budget is None else drawn.get(fate.rule, 0)
        of_budget = None if budget is None or taken is None else share(taken, budget)
        gone = [_rounded(each) for each in (fate.redeemed, fate.expired, fate.taken_back, fate.moved)]
        return (*fate[:5], *gone, fate.given - sum(gone), question.worth(fate.redeemed), budget, taken, of_budget)

    return question.table(
        "Points given by rule",
        _COLUMNS,
        [row(fate) for fate in read_fates(question, window)],
        head=window.head,
    )


def _rounded(points: Fraction) -> int:
    return round_ratio(points.numerator, points.denominator, HALF_UP)
