"""The levels: who stands in each, who came and how, and what share of the sales each has.

Members are counted in the level in which they stand now, or stood at the end of the day of --as-of, those merged into
another left out.  Changes are those dated within the days: "joined" are enrolments at the level, "risen" and "fallen"
who came to it from below and from above; who kept a level for another period has not moved.  Sales are those of
receipts with a card within the days, scored at the level, less what came back of them; receipts that total 0 are no
receipts, and a return that names no receipt lowers the sales of no level.

Worked number: two of three members stand in silver and bought for 80.00 of 100.00: silver has 66.67 % of the members
and 80 % of the sales.
"""

from collections import Counter

from bonuscli.reports.question import Question, share
from bonuscli.reports.sales import Sales, read_sales_by
from bonuscli.reports.table import COUNT, GROUP, MONEY, PERCENT, Column, Table

_COLUMNS = (
    Column("tier", "Tier", GROUP),
    Column("members", "Members", COUNT),
    Column("share_of_members", "Of members", PERCENT),
    Column("joined", "Joined", COUNT),
    Column("risen", "Risen", COUNT),
    Column("fallen", "Fallen", COUNT),
    Column("receipts", "Receipts", COUNT),
    Column("revenue_minor", "Sales", MONEY),
    Column("share_of_sales", "Of sales", PERCENT),
    Column("average_receipt_minor", "Average receipt", MONEY),
)
_MEMBERS = """
SELECT COALESCE(tier, ''), COUNT(*) FROM accounts WHERE program = :program AND merged_into IS NULL GROUP BY 1"""
_CHANGES = """
SELECT COALESCE(t.tier, ''), t.previous, COUNT(*) FROM accounts a CROSS JOIN tier_changes t
WHERE a.program = :program AND t.account = a.id AND t.tier IS NOT t.previous AND t.day >= :from_day AND t.day < :to_day
GROUP BY 1, 2"""


def tiers(question: Question) -> Table:
    """The whole program, then its levels from the lowest, then what is no level of the program any more."""
    window = question.window()
    members = Counter(dict(question.rows(_MEMBERS)))
    of_tier = read_sales_by(question.connection, question.program, window, "tier")
    changes = question.rows(_CHANGES, **window.bounds)
    levels = question.levels()
    seen = members.keys() | {tier for tier, found in of_tier.items() if found.member_receipts or found.member_revenue}
    order = [*levels, *sorted((seen | {tier for tier, _, _ in changes}) - set(levels))]
    height = {tier: place for place, tier in enumerate(levels)}
    came = _came(changes, height)
    receipts = {tier: of_tier.get(tier, Sales()).member_receipts for tier in order}
    revenue = {tier: of_tier.get(tier, Sales()).member_revenue for tier in order}
    whole = (sum(members.values()), sum(receipts.values()), sum(revenue.values()))

    def row(tier: str | None, count: int, moves: tuple[int, ...], bought: int, paid: int) -> tuple:
        of_members, of_sales = share(count, whole[0]), share(paid, whole[2])
        return (tier, count, of_members, *moves, bought, paid, of_sales, share(paid, bought))

    every = tuple(sum(came[tier, how] for tier in order) for how in _HOW)
    rows = [row(None, whole[0], every, *whole[1:])]
    for tier in order:
        moves = tuple(came[tier, how] for how in _HOW)
        rows.append(row(tier, members[tier], moves, receipts[tier], revenue[tier]))
    return question.table("Tiers", _COLUMNS, rows, head=window.head)


_HOW = _JOINED, _RISEN, _FALLEN = ("joined", "risen", "fallen")


def _came(changes: list[tuple], height: dict[str, int]) -> Counter[tuple[str, str]]:
    """How many came to a level, by how; ``height``: the place of each level of today's program."""
    came: Counter[tuple[str, str]] = Counter()
    for tier, previous, count in changes:
        risen = height.get(tier, -1) > height.get(previous, -1)
        came[tier, _JOINED if previous is None else _RISEN if risen else _FALLEN] += count
    return came
