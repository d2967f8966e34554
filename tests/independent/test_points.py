"""What points are owed, where they went and what they cost: reckoned again from entries, lots and allocations."""

from collections import defaultdict
from fractions import Fraction

import pytest

from tests.independent.shop_facts import Facts, average, bounds, share
from tests.independent.story import TODAY

pytestmark = pytest.mark.slow

# Points of each lot that are on hold: what holds took of it, less what came back when they ended.
_HELD = """
held AS (
  SELECT m.account, m.lot AS n, sum(m.net)::BIGINT AS held
  FROM allocations m JOIN entries d ON d.account = m.account AND d.n = m.debit WHERE d.kind = 'hold' GROUP BY ALL
), alive AS (
  SELECT l.*, day_of(l.opens_on) AS opens, day_of(l.expires_on) AS ends,
    coalesce(h.held, 0) AS held
  FROM lot l LEFT JOIN held h USING (account, n)
  WHERE ends >= $today::DATE AND (l.remaining > 0 OR coalesce(h.held, 0) > 0)
)"""


def test_expiring_by_day(facts: Facts) -> None:
    """What ends within thirty days and within five, by its last day; a point pays a penny."""
    for days in (30, 5):
        found = facts.ask(
            f"""WITH {_HELD}
            SELECT strftime(ends, '%Y-%m-%d'), ends - $today::DATE, count(DISTINCT account), sum(remaining)::BIGINT,
              sum(remaining)::BIGINT
            FROM alive WHERE ends < $today::DATE + $days::INTEGER AND remaining > 0 GROUP BY ends ORDER BY ends""",
            today=TODAY,
            days=days,
        )
        assert facts.told("expiring", "expires_on", "days_left", "members", "points", "worth_minor", days=days) == found


def test_expiring_by_member(facts: Facts) -> None:
    """Of each member the first of those days and all that ends, who has most to lose first."""
    found = facts.ask(
        f"""WITH {_HELD}
        SELECT a.member, any_value(m.name), any_value(m.phone), any_value(m.email), strftime(min(ends), '%Y-%m-%d'),
          min(ends) - $today::DATE, sum(remaining)::BIGINT
        FROM alive JOIN accounts a ON a.id = account JOIN members m ON m.id = a.member
        WHERE ends < $today::DATE + 30 AND remaining > 0 GROUP BY a.member""",
        today=TODAY,
    )
    told = facts.told("expiring", "member", "name", "phone", "email", "expires_on", "days_left", "points", by="member")
    assert sorted(told) == sorted(found)
    points = [row[-1] for row in told]
    assert points == sorted(points, reverse=True)
    assert facts.told("expiring", "points", by="member", limit=7) == [(each,) for each in points[:7]]


def test_balances(facts: Facts) -> None:
    """Open, pending and held points of every member, what he owes, and the sums of each level."""
    found = facts.ask(
        f"""WITH {_HELD}, sums AS (
          SELECT account, coalesce(sum(remaining) FILTER (opens <= $today::DATE), 0)::BIGINT AS open,
            coalesce(sum(remaining) FILTER (opens > $today::DATE), 0)::BIGINT AS pending, sum(held)::BIGINT AS held
          FROM alive GROUP BY account
        ), owed AS (
          SELECT e.account, sum(l.remaining) - e.booked AS deficit
          FROM (SELECT account, sum(points)::BIGINT AS booked FROM entries GROUP BY account) e
          LEFT JOIN lot l ON l.account = e.account GROUP BY e.account, e.booked
        ), last AS (SELECT buyer, max(day) AS day FROM document WHERE bought GROUP BY buyer)
        SELECT a.member, a.tier, coalesce(s.open, 0) + coalesce(s.held, 0) - coalesce(o.deficit, 0)::BIGINT,
          coalesce(s.pending, 0), coalesce(s.held, 0),
          greatest(0, coalesce(s.open, 0) - coalesce(o.deficit, 0)::BIGINT), coalesce(o.deficit, 0)::BIGINT,
          strftime(last.day, '%Y-%m-%d')
        FROM accounts a LEFT JOIN sums s ON s.account = a.id LEFT JOIN owed o ON o.account = a.id
        LEFT JOIN last ON last.buyer = a.member WHERE a.merged_into IS NULL""",
        today=TODAY,
    )
    columns = ("member", "tier", "balance", "pending", "held", "available", "deficit")
    told = facts.told("balances", *columns, "last_purchase_on", by="member")
    assert {row[0]: row for row in told} == {row[0]: row for row in found}
    spendable = [row[5] for row in told]
    assert spendable == sorted(spendable, reverse=True)
    expected = []
    for tier in (None, "friend", "regular", "patron"):
        rows = [row for row in found if tier in (None, row[1])]
        balance, pending, held, available, deficit = (sum(row[place] for row in rows) for place in range(2, 7))
        expected.append(
            (tier, len(rows), sum(row[5] > 0 for row in rows), balance, pending, held, available, deficit, available,
            share(available, len(rows)))
        )  # fmt: skip
    assert facts.told(
        "balances", "tier", "members", "with_points", "balance", "pending", "held", "available", "deficit",
        "worth_minor", "average_available",
    ) == expected  # fmt: skip


# What became of every lot that was given, by what took it.
_FATES = f"""
WITH {_HELD.replace("WHERE ends >= $today::DATE AND", "WHERE")}, moves AS (
  SELECT m.account, m.lot AS n, d.kind, sum(m.net)::BIGINT AS points
  FROM allocations m JOIN entries d ON d.account = m.account AND d.n = m.debit GROUP BY ALL
), fate AS (
  SELECT account, n, coalesce(sum(points) FILTER (kind IN ('redemption', 'gift')), 0)::BIGINT AS spent,
    coalesce(sum(points) FILTER (kind IN ('expiry', 'inactivity')), 0)::BIGINT AS expired,
    coalesce(sum(points) FILTER (kind = 'take-back'), 0)::BIGINT AS taken,
    coalesce(sum(points) FILTER (kind IN ('transfer-out', 'extension', 'adjustment')), 0)::BIGINT AS moved,
    coalesce(sum(points) FILTER (kind = 'hold'), 0)::BIGINT AS held
  FROM moves GROUP BY ALL
)
SELECT l.account, l.n, l.kind, coalesce(l.rule, ''), l.points, coalesce(f.spent, 0),
  coalesce(f.expired, 0) + CASE WHEN day_of(l.expires_on) < $today::DATE THEN l.remaining ELSE 0 END,
  coalesce(f.taken, 0), coalesce(f.moved, 0),
  CASE WHEN day_of(l.expires_on) < $today::DATE THEN 0 ELSE l.remaining END + coalesce(f.held, 0)
FROM lot l LEFT JOIN fate f USING (account, n)
WHERE l.kind IN ('accrual', 'grant', 'opening', 'adjustment')
  AND day_of(l.day) >= $from::DATE AND day_of(l.day) < $to::DATE"""
_WINDOWS = [{}, {"from_": "2011-01-05", "to": "2011-02-05"}]


def rounded(exact: Fraction) -> int:
    """Half up."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


@pytest.mark.parametrize("window", _WINDOWS)
def test_rules(facts: Facts, window: dict[str, str]) -> None:
    """Every rule's lots, those of several rules shared by their parts, and the budget of the promo."""
    parts = defaultdict(list)
    for account, n, rule, points in facts.ask("SELECT account, n, rule, points FROM award_parts"):
        parts[account, n].append((rule, points))
    figures: dict[tuple[str, str], list[Fraction]] = defaultdict(lambda: [Fraction(0)] * 6)
    times: dict[tuple[str, str], int] = defaultdict(int)
    takers: dict[tuple[str, str], set[int]] = defaultdict(set)
    for account, n, kind, rule, points, *fate in facts.ask(_FATES, **bounds(window), today=TODAY):
        for named, part in parts.get((account, n), [(rule, points)]):
            key = (kind, named)
            times[key] += 1
            takers[key].add(account)
            shares = [Fraction(part), *(Fraction(each * part, points) for each in fate)]
            figures[key] = [a + b for a, b in zip(figures[key], shares, strict=True)]
    sums = {key: [*map(rounded, exact[:5])] for key, exact in figures.items()}
    drawn = dict(facts.ask("SELECT promo, sum(points)::BIGINT FROM budget_draws GROUP BY promo"))
    expected = {
        key: (
            times[key], len(takers[key]), *points, points[0] - sum(points[1:]), points[1],
            *((90_000, drawn[key[1]], share(drawn[key[1]], 90_000)) if key[1] == "advent" else (None, None, None)),
        )
        for key, points in sums.items()
    }  # fmt: skip
    told = facts.told(
        "rules", "kind", "rule", "times", "members", "points", "redeemed", "expired", "taken_back", "moved", "left",
        "cost_minor", "budget", "drawn", "of_budget", **window,
    )  # fmt: skip
    assert {(row[0], row[1] or ""): row[2:] for row in told} == expected
    given = [row[4] for row in told]
    assert given == sorted(given, reverse=True)


@pytest.mark.parametrize("window", _WINDOWS)
@pytest.mark.parametrize("percent", [100, 60])
def test_cost(facts: Facts, window: dict[str, str], percent: int) -> None:
    """What was given and stayed, what of it was spent and may be, in goods at so much of their price."""
    fates = [row[4:] for row in facts.ask(_FATES, **bounds(window), today=TODAY)]
    given, spent, _, taken, _, left = (sum(column) for column in zip(*fates, strict=True))
    ((sales,),) = facts.ask(
        "SELECT sum(pence)::BIGINT FROM document WHERE card IS NOT NULL AND day >= $from::DATE AND day < $to::DATE",
        **{name: text for name, text in bounds(window).items() if name != "today"},
    )
    stayed = given - taken
    columns = []
    for gone in (spent, spent + left):
        goods = gone * percent
        columns.append(
            [
                sales, stayed, stayed, share(stayed, sales), gone, share(gone, stayed), gone, average(goods, 100),
                share(goods, 100 * stayed), share(goods, 100 * sales),
            ]
        )  # fmt: skip
    names = (
        "sales_of_members", "points_given", "worth_of_points_given", "bonus_rate", "points_spent", "share_spent",
        "paid_with_points", "cost_of_goods", "cost_of_the_bonus_given", "discount_of_the_same_cost",
    )  # fmt: skip
    told = facts.told("cost", "figure", "so_far", "at_most", goods_cost=percent, **window)
    assert told == list(zip(names, *columns, strict=True))


def test_liability_by_month(facts: Facts) -> None:
    """Open, pending and held points by the month of their last day; the deficits apart."""
    found = facts.ask(
        f"""WITH {_HELD}
        SELECT strftime(ends, '%Y-%m') AS month, coalesce(sum(remaining) FILTER (opens <= $today::DATE), 0)::BIGINT,
          coalesce(sum(remaining) FILTER (opens > $today::DATE), 0)::BIGINT, sum(held)::BIGINT,
          sum(remaining + held)::BIGINT, sum(remaining + held)::BIGINT
        FROM alive GROUP BY GROUPING SETS ((), (month)) ORDER BY month NULLS FIRST""",
        today=TODAY,
    )
    assert facts.told("liability", "month", "open", "pending", "held", "points", "worth_minor") == found


# What left the lots that have ended: how long they last, the age at which it left, spent, expired.
_ENDED = """
WITH ended AS (
  SELECT account, n, opens_on, expires_on, remaining FROM lot WHERE day_of(expires_on) < $today::DATE
), gone AS (
  SELECT l.opens_on, l.expires_on, d.day, d.kind, m.net
  FROM ended l JOIN allocations m ON m.account = l.account AND m.lot = l.n
  JOIN entries d ON d.account = m.account AND d.n = m.debit
)
SELECT expires_on - opens_on, greatest(0, day - opens_on) // 30, sum(net)::BIGINT, 0
FROM gone WHERE kind IN ('redemption', 'gift') GROUP BY ALL
UNION ALL
SELECT expires_on - opens_on, (expires_on - opens_on) // 30, 0, sum(net)::BIGINT
FROM gone WHERE kind = 'expiry' GROUP BY ALL
UNION ALL
SELECT expires_on - opens_on, (expires_on - opens_on) // 30, 0, sum(remaining)::BIGINT FROM ended GROUP BY ALL"""
_OF_TODAY = f"""
WITH {_HELD}
SELECT strftime(ends, '%Y-%m'), ends - opens, greatest(0, $today::DATE - opens),
  CASE WHEN opens <= $today::DATE THEN remaining ELSE 0 END,
  CASE WHEN opens > $today::DATE THEN remaining ELSE 0 END, held
FROM alive"""


class Breakage:
    """What ended lots had at each age: (quarters that they last, spans of 30 days) -> [spent, expired]."""

    def __init__(self, facts: Facts) -> None:
        self.gone: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
        for lasts, age, spent, expired in facts.ask(_ENDED, today=TODAY):
            before = self.gone[quarters(lasts), age]
            self.gone[quarters(lasts), age] = [before[0] + spent, before[1] + expired]

    def observed(self, lasts: int, age: int) -> tuple[int, int]:
        """(never spent, still there) at an age."""
        later = [figures for (of, at), figures in self.gone.items() if of == lasts and at >= age]
        return sum(expired for _, expired in later), sum(map(sum, later))


def quarters(days: int) -> int:
    """How long a lot lasts in whole quarters of 91 days, the nearest."""
    return (days + 45) // 91


def test_breakage_by_age(facts: Facts) -> None:
    """By how long lots last and how old they are: what ended lots had, and what there is of such today."""
    breakage = Breakage(facts)
    now: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for _, lasts, days, *amounts in facts.ask(_OF_TODAY, today=TODAY):
        place = quarters(lasts), days // 30
        now[place] = [a + b for a, b in zip(now[place], amounts, strict=True)]
    expected = []
    for place in sorted({*breakage.gone, *now}):
        never, still = breakage.observed(*place)
        gone, there = breakage.gone.get(place, [0, 0]), now[place]
        expected.append((3 * place[0], place[1], still, *gone, share(never, still), *there, sum(there), sum(there)))
    assert facts.told(
        "liability", "lasts_months", "age", "still_there", "spent", "expired", "breakage", "open", "pending", "held",
        "points", "worth_minor", by="age",
    ) == expected  # fmt: skip


def test_breakage_by_month(facts: Facts) -> None:
    """Of each month's points those that will expire by what was observed, and what is left to be paid."""
    breakage = Breakage(facts)
    months: dict[str | None, list] = defaultdict(lambda: [Fraction(0), 0, 0])
    for month, lasts, days, *amounts in facts.ask(_OF_TODAY, today=TODAY):
        never, still = breakage.observed(quarters(lasts), days // 30)
        points = sum(amounts)
        for each in (None, month):
            lost, unknown, owed = months[each]
            known = Fraction(points * never, still) if still else 0
            months[each] = [lost + known, unknown + (0 if still else points), owed + points]
    assert facts.told("liability", "month", "breakage", "expected_breakage", "unobserved", "expected_cost_minor") == [
        (
            month, share(lost.numerator, lost.denominator * (owed - unknown)), share(lost.numerator, lost.denominator),
            unknown, rounded(owed - lost),
        )
        for month, (lost, unknown, owed) in sorted(months.items(), key=lambda item: item[0] or "")
    ]  # fmt: skip


def test_movements(facts: Facts) -> None:
    """Every entry of the days, the parts of receipts on their lines, and all goods as the till's file names them."""
    columns = (
        "member", "kind", "receipt_id", "line", "sku", "goods", "category", "quantity_thousandths", "amount_minor",
        "points",
    )  # fmt: skip
    told = facts.told("movements", *columns, limit=10**6)
    assert sum(row[-1] for row in told) == facts.ask("SELECT sum(points)::BIGINT FROM entries")[0][0]
    by_kind: dict[tuple, int] = defaultdict(int)
    for row in told:
        by_kind[row[0], row[1]] += row[-1]
    assert by_kind == {
        (member, kind): points
        for member, kind, points in facts.ask(
            """SELECT a.member, e.kind, sum(e.points)::BIGINT
            FROM entries e JOIN accounts a ON a.id = e.account GROUP BY ALL"""
        )
    }
    goods = set(facts.ask("SELECT number, sku, name, category, quantity, pence FROM line"))
    shares = facts.ask(
        """SELECT v.number, s.line, s.award, s.spent FROM line_shares s JOIN events v ON v.seq = s.event
        WHERE v.kind = 'receipt'"""
    )
    lines: dict[tuple, int] = defaultdict(int)
    for _, kind, receipt, line, *article, points in told:
        if line:
            assert (receipt, *article) in goods
            lines[receipt, line, kind] += points
    expected = {(number, line, "accrual"): award for number, line, award, _ in shares if award and line}
    expected |= {(number, line, "redemption"): -spent for number, line, _, spent in shares if spent and line}
    assert lines == expected
    dated = facts.told("movements", "points", limit=10**6, from_="2011-01-05", to="2011-02-05")
    booked = "SELECT sum(points)::BIGINT FROM entries WHERE day_of(day) BETWEEN '2011-01-05' AND '2011-02-04'"
    assert sum(points for (points,) in dated) == facts.ask(booked)[0][0]
