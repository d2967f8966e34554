"""What members hold today: by level, or with --by member one row a member, who has most to spend first.

The figures are those of `bonuscli balance` where what was due has been written down (run-due): points open today,
pending, on hold; what is available is the open points less a deficit, never below zero; the balance is open and held
points less the deficit.  Points past their last day are left out, written down or not.  The worth is what the available
points would pay.  Members merged into another are left out, since their points are the other's.  --as-of shows the
evening of a past day: points and levels of then, with the cards and names of now.

Worked number: 50 open and 10 on hold are a balance of 60 and 50 available, worth 50.00 at 1.00 a point.
"""

from bonuscli.errors import BonusError
from bonuscli.reports.question import IN_SEGMENT, Question, share
from bonuscli.reports.table import COUNT, DAY, GROUP, MONEY, POINTS, TEXT, Column, Table
from bonuscli.store.views import card_of

# Of each account what it holds today; open lots are kept in order of accounts, so that summing them is one pass.
_HELD = f"""
WITH lots AS MATERIALIZED (
  SELECT account, SUM(CASE WHEN opens_on <= :today THEN remaining ELSE 0 END) AS open,
    SUM(CASE WHEN opens_on > :today THEN remaining ELSE 0 END) AS pending
  FROM open_lots WHERE expires_on >= :today GROUP BY account),
account AS (
  SELECT a.member, COALESCE(a.tier, '') AS tier, COALESCE(l.open, 0) AS open, COALESCE(l.pending, 0) AS pending,
    a.held, MAX(0, COALESCE(l.open, 0) - a.deficit) AS available, a.deficit, a.last_purchase_on
  FROM accounts a LEFT JOIN lots l ON l.account = a.id WHERE a.program = :program AND a.merged_into IS NULL
    AND {IN_SEGMENT.format(member="a.member")})"""

_BY_TIER = f"""{_HELD}
SELECT tier, COUNT(*), SUM(available > 0), SUM(open + held - deficit), SUM(pending), SUM(held), SUM(available),
  SUM(deficit)
FROM account GROUP BY tier"""

_BY_MEMBER = f"""{_HELD}
SELECT h.member, {card_of("h.member")}, m.name,
  h.tier, h.balance, h.pending, h.held, h.available, h.deficit, h.last_purchase_on
FROM (SELECT *, open + held - deficit AS balance FROM account ORDER BY available DESC, balance DESC, member
  LIMIT :limit) h
JOIN members m ON m.id = h.member ORDER BY h.available DESC, h.balance DESC, h.member"""

_AMOUNTS = (
    Column("balance", "Balance", POINTS),
    Column("pending", "Pending", POINTS),
    Column("held", "On hold", POINTS),
    Column("available", "Available", POINTS),
    Column("deficit", "Deficit", POINTS),
)
_WORTH = Column("worth_minor", "Worth", MONEY)
_TIER_COLUMNS = (
    Column("tier", "Tier", GROUP),
    Column("members", "Members", COUNT),
    Column("with_points", "Can spend", COUNT),
    *_AMOUNTS,
    _WORTH,
    Column("average_available", "Average", POINTS),
)
_MEMBER_COLUMNS = (
    Column("member", "Member", COUNT),
    Column("card", "Card", TEXT),
    Column("name", "Name", TEXT),
    Column("tier", "Tier", TEXT),
    *_AMOUNTS,
    _WORTH,
    Column("last_purchase_on", "Last purchase", DAY),
)


def balances(question: Question) -> Table:
    """Today's balances by level, the whole first, or by member, at most ``limit``; BonusError ``usage``."""
    limit = question.asked["limit"]
    if limit is not None and question.asked["by"] != "member":
        raise BonusError("usage", "--limit is for the list of members", "--limit", "give --by member")
    head = (("today", DAY, question.today), *question.segment_told)
    if question.asked["by"] == "member":
        found = question.rows(_BY_MEMBER, limit=-1 if limit is None else limit, **question.of_segment)
        rows = [(*row[:3], row[3] or None, *row[4:9], question.worth(row[7]), row[9]) for row in found]
        return question.table("Balances by member", _MEMBER_COLUMNS, rows, head=head)
    by_tier = {row[0]: row[1:] for row in question.rows(_BY_TIER, **question.of_segment)}
    levels = question.levels()
    order = [*(tier for tier in levels if tier in by_tier), *sorted(by_tier.keys() - set(levels))]
    whole = tuple(map(sum, zip(*by_tier.values(), strict=True))) if by_tier else (0,) * 7
    rows = [_tier_row(question, None, whole), *(_tier_row(question, tier, by_tier[tier]) for tier in order)]
    return question.table("Balances", _TIER_COLUMNS, rows, head=head)


def _tier_row(question: Question, tier: str | None, sums: tuple[int, ...]) -> tuple:
    members, available = sums[0], sums[5]
    return (tier, *sums, question.worth(available), share(available, members))
