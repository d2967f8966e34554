"""What a promo did to sales: members who took part in it beside those who did not, before it, in it and after it.

The promo is a rule of the program (--promo).  Its days are --from and --to; without them, from the first day on which
it gave points through the last.  Before and after are as many days each.  Takers are members to whom the rule gave
points in those days.  Compared are members enrolled before the promo began; takers who joined in its days stand in a
row of their own, since they have no days before.  Who was merged into another is one with that one.  Sales are those of
the members' receipts, less what came back of them, each on its own day, and are told a member.  The difference is what
takers spent more than before, less what the others spent more than before: a shop's good week raises both.

It is no proof.  Members who take part in a promo are often those who buy more anyway; only a control group, which is
kept out by chance, shows what the promo caused.  Where the promo has one (``control: 10%`` in the rule), rows follow of
those who could take part, whether they did or not, and of those kept out, and the effect: what the former spent more a
member, with the ends of its 95 % interval.  Otherwise members whom the program keeps out (``members: {control: 5%}``)
stand for them, and the effect is what members spent more than before, less what those kept out did.

Worked number: 2 takers spent 100.00 before and 180.00 in the promo, 90.00 a member after 50.00; 4 others 200.00 and
220.00, 55.00 after 50.00: the difference is 40.00 - 5.00 = 35.00 a member.
"""

from collections.abc import Iterator
from typing import NamedTuple

from bonuscli.errors import BonusError
from bonuscli.near import did_you_mean
from bonuscli.reports.heirs import HEIRS
from bonuscli.reports.intervals import LEAST_BUYERS, LEAST_MEMBERS
from bonuscli.reports.pays import UNCLEAR, signed, verdict
from bonuscli.reports.periods import Period, period_rows, window
from bonuscli.reports.promo_control import Effect, effect_of
from bonuscli.reports.question import Question, share
from bonuscli.reports.table import COUNT, MONEY, TEXT, Column, Ratio, Table
from bonuscli.store.views import SALE_COLUMNS, SALE_OF_RETURN

_COLUMNS = (
    Column("group", "Members", TEXT),
    Column("members", "How many", COUNT),
    Column("buyers", "Bought in it", COUNT),
    *(Column(f"sales_{when}_minor", f"Sales {when}", MONEY) for when in ("before", "in", "after")),
    *(Column(f"member_{when}_minor", f"A member {when}", MONEY) for when in ("before", "in", "after")),
)
_TAKERS, _OTHERS, _NEW, _DIFFERENCE = "takers", "others", "new takers", "difference"

_RULES = """
SELECT p.rule, MIN(e.day), MAX(e.day) FROM accounts a CROSS JOIN award_parts p CROSS JOIN entries e
WHERE a.program = :program AND p.account = a.id AND p.rule = :promo AND e.account = a.id AND e.n = p.n GROUP BY 1"""

_PEOPLE = f"""
, {HEIRS}, taker AS MATERIALIZED (
  SELECT DISTINCT CAST(COALESCE(h.heir, a.member) AS INTEGER) AS member  -- of no affinity it is found by no index
  FROM accounts a CROSS JOIN award_parts p CROSS JOIN entries e LEFT JOIN heir h ON h.member = a.member
  WHERE a.program = :program AND p.account = a.id AND p.rule = :promo AND e.account = a.id AND e.n = p.n
    AND e.day >= :first AND e.day < :end),
person AS MATERIALIZED (
  SELECT a.member, CASE WHEN t.member IS NULL THEN 'others' WHEN a.enrolled_at < :begins_at THEN 'takers'
    ELSE 'new takers' END AS part
  FROM accounts a LEFT JOIN taker t ON t.member = a.member
  WHERE a.program = :program AND a.merged_into IS NULL AND (t.member IS NOT NULL OR a.enrolled_at < :begins_at)),
people AS MATERIALIZED (
  SELECT member, part, member AS heir FROM person
  UNION ALL SELECT h.member, p.part, p.member FROM heir h JOIN person p ON p.member = h.heir)"""

# How many there are of each part, then their sales by period: one statement, so that the takers are looked up once.
_SALES = f"""
SELECT part, NULL, COUNT(*), NULL FROM person GROUP BY 1
UNION ALL
SELECT w.part, s.place, COUNT(DISTINCT CASE WHEN s.receipts = 1 THEN w.heir END),
  SUM(s.sales_minor - s.returns_minor)
FROM (
  SELECT p.place,
{SALE_COLUMNS}
  FROM period p CROSS JOIN events e {SALE_OF_RETURN}
  WHERE e.day >= p.from_day AND e.day < p.to_day AND e.kind IN ('receipt', 'return')) s
JOIN people w ON w.member = s.member GROUP BY 1, 2"""


class _Group(NamedTuple):
    """Members of one kind, how many bought in the promo, and their sales before, in and after."""

    members: int
    buyers: int
    sales: list[int]

    @property
    def each(self) -> list[Ratio | None]:
        """Sales a member."""
        return [share(sum_of, self.members) for sum_of in self.sales]


def promo_effect(question: Question) -> Table:
    """Takers, others, takers who joined in it, and what takers changed more than others.

    BonusError ``usage``: no promo is named; ``unknown_rule``: the program has none of this name, and none gave points.
    """
    promo = question.asked["promo"]
    days = _days(question, promo)
    start_of = question.terms.calendar.start_of
    long = days.to_day - days.from_day
    starts = (days.from_day - long, days.from_day, days.to_day)
    periods = [window(start, start + long, start_of) for start in starts]
    begun, parameters = period_rows(periods)
    bounds = {"promo": promo, "first": days.from_day, "end": days.to_day, "begins_at": start_of(days.from_day)}
    groups = {part: _Group(0, 0, [0, 0, 0]) for part in (_TAKERS, _OTHERS, _NEW)}
    for part, place, count, money in question.rows(begun + _PEOPLE + _SALES, **parameters, **bounds):
        if place is None:
            groups[part] = groups[part]._replace(members=count)
            continue
        groups[part].sales[place] = money
        if place == 1:
            groups[part] = groups[part]._replace(buyers=count)
    rows = [(part, *group[:2], *group.sales, *group.each) for part, group in groups.items()]
    rows.append((_DIFFERENCE, None, None, *(None,) * 4, *_differences(groups[_TAKERS].each, groups[_OTHERS].each)))
    effect = effect_of(question, promo, periods)
    rows += [] if effect is None else effect.rows()
    late = max(0, days.to_day + long - 1 - question.today)
    return question.table(
        f"Effect of {promo}",
        _COLUMNS,
        rows,
        head=(("promo", TEXT, promo), *days.head),
        notes=(
            *((f"{late} of the {long} days after the promo are not over.",) if late else ()),
            "Who takes part in a promo often buys more anyway: the difference is no proof that the promo caused it.",
            *(() if effect is None else _caused(question, effect)),
        ),
    )


def _caused(question: Question, effect: Effect) -> Iterator[str]:
    if effect.found is None:
        yield (
            f"The effect can not be told: {effect.kept_out.size} members were kept out by chance and"
            f" {effect.kept_out.buyers} of them bought; {LEAST_MEMBERS} and {LEAST_BUYERS} are needed."
        )
        return
    in_it = effect.found[0]
    low, high = signed(question, in_it.low), signed(question, in_it.high)
    told = f"from {low} to {high} {question.terms.currency} for each member who could take part"
    if verdict(in_it) == UNCLEAR:
        yield f"Beside those kept out by chance the promo's effect can not be told apart from nothing: {told}."
    else:
        yield f"Beside those kept out by chance the promo brought {told}, before the cost of its points."


def _days(question: Question, promo: str | None) -> Period:
    known = [rule["id"] for rule in question.terms.plain["earn"]["rules"]]
    hint = f"rules of the program: {', '.join(known)}"
    if promo is None:
        raise BonusError("usage", "which promo is it about?", "--promo", hint)
    gave = question.rows(_RULES, promo=promo)
    if promo not in known and not gave:
        raise BonusError("unknown_rule", f"there is no rule {promo!r}", "--promo", did_you_mean(promo, known) or hint)
    asked_from, asked_to = question.asked["from"], question.asked["to"]
    _, first, last = gave[0] if gave else (promo, question.today, question.today)
    begins = first if asked_from is None else asked_from
    ends = max(begins, last + 1) if asked_to is None else asked_to
    return window(begins, ends, question.terms.calendar.start_of)


def _differences(takers: list[Ratio | None], others: list[Ratio | None]) -> list[Ratio | None]:
    """What takers spent more than before, less what others did, in the promo and after it."""
    found: list[Ratio | None] = []
    for place in (1, 2):
        four = (takers[place], takers[0], others[place], others[0])
        if None in four:
            found.append(None)
            continue
        (taken, members), (before, _), (other, rest), (other_before, _) = four  # type: ignore[misc]
        found.append(Ratio((taken - before) * rest - (other - other_before) * members, members * rest))
    return found
