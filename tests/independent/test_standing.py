"""Levels, promos and what a till should be asked about, and who did what."""

from collections import Counter
from datetime import datetime

import pytest

from tests.independent.shop_facts import Facts, average, bounds, share

pytestmark = pytest.mark.slow
_WINDOWS = [{}, {"from_": "2011-01-01", "to": "2011-02-01"}]
_LEVELS = ["friend", "regular", "patron"]


@pytest.mark.parametrize("window", _WINDOWS)
def test_tiers(facts: Facts, window: dict[str, str]) -> None:
    """Who stands in each level, who came to it and how, and the sales scored at it."""
    given = bounds(window)
    standing = Counter(tier for (tier,) in facts.ask("SELECT tier FROM accounts WHERE merged_into IS NULL"))
    came: Counter[tuple[str, str]] = Counter()
    height = {level: place for place, level in enumerate(_LEVELS)}
    for turn, previous, tier in facts.ask(
        """SELECT t, lag(tier) OVER (PARTITION BY account ORDER BY t), tier FROM tier_changes
        QUALIFY day_of(day) >= $from::DATE AND day_of(day) < $to::DATE""",
        **given,
    ):
        came[tier, "joined" if turn == 1 else "risen" if height[tier] > height[previous] else "fallen"] += (
            tier != previous
        )
    sales = {
        tier: (receipts, revenue)
        for tier, receipts, revenue in facts.ask(
            """WITH scored AS (SELECT number, tier FROM events WHERE kind = 'receipt')
            SELECT coalesce(s.tier, ''), count(*) FILTER (d.bought), sum(d.pence)::BIGINT
            FROM document d LEFT JOIN scored s ON s.number = coalesce(d.original, d.number)
            WHERE d.card IS NOT NULL AND d.day >= $from::DATE AND d.day < $to::DATE GROUP BY 1""",
            **given,
        )
    }
    members, receipts, revenue = (
        sum(standing.values()),
        sum(s[0] for s in sales.values()),
        sum(s[1] for s in sales.values()),
    )
    expected = []
    for level in (None, *_LEVELS, ""):
        there = members if level is None else standing[level]
        bought, worth = (receipts, revenue) if level is None else sales.get(level, (0, 0))
        moved = [
            sum(came[each, how] for each in _LEVELS if level in (None, each)) for how in ("joined", "risen", "fallen")
        ]
        expected.append(
            (level, there, share(there, members), *moved, bought, worth, share(worth, revenue), average(worth, bought))
        )
    assert facts.told(
        "tiers", "tier", "members", "share_of_members", "joined", "risen", "fallen", "receipts", "revenue_minor",
        "share_of_sales", "average_receipt_minor", **window,
    ) == expected  # fmt: skip


@pytest.mark.parametrize("promo", ["valentine", "advent", "big-order"])
def test_promo_effect(facts: Facts, promo: str) -> None:
    """Takers and others before, in and after the days on which the promo gave points."""
    gave = """
    gave AS (
      SELECT e.account, day_of(e.day) AS day FROM entries e LEFT JOIN award_parts p USING (account, n)
      WHERE coalesce(p.rule, e.rule) = $promo AND e.kind = 'accrual'
    )"""
    ((first, last),) = facts.ask(f"WITH {gave} SELECT min(day), max(day) FROM gave", promo=promo)
    found = facts.ask(
        f"""WITH {gave}, heir AS (
          SELECT a.id AS account, coalesce(b.member, a.member) AS member
          FROM accounts a LEFT JOIN accounts b ON b.id = a.merged_into
        ), taker AS (SELECT DISTINCT h.member FROM gave JOIN heir h USING (account)),
        person AS (
          SELECT member, member IN (SELECT member FROM taker) AS takes,
            moment_of(enrolled_at)::DATE < $first::DATE AS before
          FROM accounts WHERE merged_into IS NULL
        ), sale AS (
          SELECT buyer, sum(pence) FILTER (day < $first::DATE AND day >= $first::DATE - $length::INTEGER) AS before,
            sum(pence) FILTER (day BETWEEN $first::DATE AND $last::DATE) AS during,
            sum(pence) FILTER (day > $last::DATE AND day <= $last::DATE + $length::INTEGER) AS after,
            bool_or(bought AND day BETWEEN $first::DATE AND $last::DATE) AS bought
          FROM document GROUP BY buyer
        )
        SELECT CASE WHEN NOT takes THEN 'others' WHEN p.before THEN 'takers' ELSE 'new takers' END AS team, count(*),
          count(*) FILTER (s.bought), coalesce(sum(s.before), 0)::BIGINT, coalesce(sum(s.during), 0)::BIGINT,
          coalesce(sum(s.after), 0)::BIGINT
        FROM person p LEFT JOIN sale s ON s.buyer = p.member WHERE p.before OR takes GROUP BY 1""",
        promo=promo,
        first=str(first),
        last=str(last),
        length=(last - first).days + 1,
    )
    teams = {team: figures for team, *figures in found}
    expected = []
    for team in ("takers", "others", "new takers"):
        members, buyers, *sums = teams.get(team, [0] * 5)
        expected.append((team, members, buyers, *sums, *(average(each, members) for each in sums)))
    told = facts.told(
        "promo-effect", "group", "members", "buyers", "sales_before_minor", "sales_in_minor", "sales_after_minor",
        "member_before_minor", "member_in_minor", "member_after_minor", promo=promo,
    )  # fmt: skip
    assert told[:3] == expected


def test_anomalies(facts: Facts) -> None:
    """One card often on a day, points spent for nothing, and goods brought back that points had paid for."""
    many = facts.ask(
        """SELECT 'many-receipts', cashier, shop, strftime(day, '%Y-%m-%d'), card, count(*), 0, sum(pence)::BIGINT
        FROM document WHERE bought AND card IS NOT NULL GROUP BY cashier, shop, day, card HAVING count(*) >= $times""",
        times=4,
    )
    brought = facts.ask(
        """WITH returned AS (
          SELECT d.*, o.redeemed AS paid FROM document d JOIN document o ON o.number = d.original WHERE o.redeemed > 0
        )
        SELECT 'returned-after-redemption', cashier, shop, strftime(day, '%Y-%m-%d'), card, count(*), sum(paid)::BIGINT,
          -sum(pence)::BIGINT
        FROM returned GROUP BY cashier, shop, day, card"""
    )
    # Of a member with several cards the first is told, whichever was shown.
    shown = dict(
        facts.ask(
            "SELECT c.number, arg_min(o.number, o.kind || o.number) FROM cards c JOIN cards o USING (member) GROUP BY 1"
        )
    )
    many, brought = ([(*row[:4], shown[row[4]], *row[5:]) for row in rows] for rows in (many, brought))
    columns = ("sign", "cashier", "shop", "day", "card", "documents", "points", "amount_minor")
    told = facts.told("anomalies", *columns, times=4)
    # Told at the desk: 100, 150 and 45 (captured) at New Year, 20 in February; 30 were taken back, 5 are of today.
    bare = [
        ("redeemed-without-purchase", "ann", "", "2011-01-01", "17850", 1, 45, 45),
        ("redeemed-without-purchase", "dot", "", "2011-01-01", "13089", 1, 150, 150),
        ("redeemed-without-purchase", "dot", "", "2011-01-01", "15311", 1, 100, 100),
        ("redeemed-without-purchase", "dot", "", "2011-02-01", "15311", 1, 20, 20),
    ]
    assert Counter(told) == Counter([*many, *bare, *brought])
    papers = dict(facts.ask("SELECT cashier, count(*) FROM document GROUP BY cashier"))
    cases: dict[tuple[str, str], list[int]] = {}
    for sign, cashier, _, _, _, *figures in told:
        sums = cases.setdefault((sign, cashier), [0, 0, 0, 0])
        cases[sign, cashier] = [a + b for a, b in zip(sums, (1, *figures), strict=True)]
    by_cashier = facts.told(
        "anomalies", "sign", "cashier", "cases", "documents", "points", "amount_minor", "all_documents",
        "share_of_documents", by="cashier", times=4,
    )  # fmt: skip
    assert {row[:2]: row[2:] for row in by_cashier} == {
        key: (*sums, papers[key[1]], share(sums[0], papers[key[1]])) for key, sums in cases.items()
    }


@pytest.mark.parametrize("given", [{}, {"actor": "eva"}, {"from_": "2011-01-15"}])
def test_audit(facts: Facts, given: dict[str, str]) -> None:
    """Every event with a name and the points that it booked on its member's account, and what stands beside events."""
    found = facts.ask(
        """SELECT v.recorded_at, v.actor, v.kind, v.member,
          (SELECT sum(e.points)::BIGINT FROM entries e JOIN accounts a ON a.id = e.account
            WHERE e.event = v.seq AND a.member = v.member)
        FROM events v WHERE v.actor IS NOT NULL
        UNION ALL SELECT published_at, actor, 'publish', NULL, NULL FROM programs WHERE actor IS NOT NULL
        UNION ALL SELECT started_at, actor, 'import', NULL, NULL FROM imports WHERE actor IS NOT NULL"""
    )
    since = 1_295_049_600 if "from_" in given else 0  # 2011-01-15, in London and in UTC
    expected = Counter(
        (moment, *row[:3], row[3] or 0) for moment, *row in found
        if moment >= since and row[0] == given.get("actor", row[0])
    )  # fmt: skip
    told = facts.told("audit", "recorded_at", "actor", "kind", "member", "points", **given)
    assert (
        Counter((int(datetime.fromisoformat(row[0]).timestamp()), *row[1:4], row[4] or 0) for row in told) == expected
    )
    assert [row[0] for row in told] == sorted(row[0] for row in told)
