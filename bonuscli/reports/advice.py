"""The figures beside what the program aims at, and of those that fall short what usually moves them.

A target is a share that a figure should reach; it is missed where the exact ratio is below it, not the rounded one.
Advice stands at the whole window alone, since a month or a shop is seldom enough to act upon.

Worked number: 59.999 % against a target of 60 % is shown as 60.00 % and is missed.
"""

from collections.abc import Mapping

from bonuscli.reports.table import PERCENT, TEXT, Column, Ratio, Table

BASIS = 10_000
# What usually moves a figure, the cheapest first.
MOVES = {
    "participation": (
        "Ask for the card before the first article is rung up, and enrol at the till with nothing but a phone. Compare"
        " cashiers and hours with `report sales`: where few receipts have a card, nobody asks. A small welcome gift for"
        " the next visit makes the question easy."
    ),
    "redemption_frequency": (
        "Say at the till and on the receipt how many points are there and what they pay. Lower the least number that"
        " can be spent and let points open sooner; raise the part of a receipt that they may pay. Remind members before"
        " points expire: `report expiring` has whom."
    ),
    "repeat_purchase": (
        "Give welcome points that open at once and end within the 30 days, and remind members a week before. An offer"
        " for the second receipt works better than a larger one for the first. `report cohorts` shows in which month"
        " they are lost."
    ),
    "share_of_sales_with_points": (
        "Few points are there to be spent, or too little of a receipt may be paid with them: look at average_balance"
        " and at the limits of `redeem`. Let points pay for what members buy anyway, and exclude less."
    ),
    "average_receipt_uplift": (
        "Give more points from a total somewhat above the average receipt, or on goods that are bought beside others:"
        " `report goods --by lift` has them. Do not read too much into it: good customers join, so a control group"
        " tells more (`report pays`)."
    ),
}
_NO_TARGETS = "The program has no targets; write them as in: kpi: {targets: {participation: 60%, repeat_purchase: 50%}}"


def advised(table: Table, targets: Mapping[str, int]) -> Table:
    """The table of ``kpi`` with two more columns; ``targets``: figure -> share in basis points."""
    names = [column.name for column in table.columns]
    value, group = names.index("value"), {key: fact for key, _, fact in table.head}.get("by")
    rows = []
    for row in table.rows:
        target = targets.get(row[0])
        whole = group is None or row[names.index(group)] is None
        missed = target is not None and whole and _is_below(row[value].value, target)
        aim = None if target is None else Ratio(target, BASIS)
        rows.append((*row, aim, MOVES[row[0]] if missed else None))
    columns = (*table.columns, Column("target", "Target", PERCENT), Column("advice", "What usually moves it", TEXT))
    return table._replace(columns=columns, rows=rows, notes=table.notes if targets else (*table.notes, _NO_TARGETS))


def _is_below(value: Ratio | None, target: int) -> bool:
    return value is not None and value.numerator * BASIS < target * value.denominator
