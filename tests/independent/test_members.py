"""Who buys, who joined and who stays: the reports about members reckoned again."""

from collections import Counter, defaultdict

import pytest

from tests.independent.shop_facts import Facts, average, bounds, share

pytestmark = pytest.mark.slow

_WINDOWS = [{}, {"from_": "2011-01-10", "to": "2011-02-11"}]


def grades(values: dict[int, int]) -> dict[int, int]:
    """Of each member 1 + 5 x those who are worse / all, without the fraction; the greater value is the better."""
    counts = Counter(values.values())
    worse, below = {}, 0
    for value in sorted(counts):
        worse[value] = below
        below += counts[value]
    return {member: 1 + 5 * worse[value] // len(values) for member, value in values.items()}


@pytest.mark.parametrize("window", _WINDOWS)
def test_rfm(facts: Facts, window: dict[str, str]) -> None:
    """Every cell, and the grades of each measure with their bounds."""
    given = bounds(window)
    buyers = {
        member: (recency, receipts, revenue)
        for member, recency, receipts, revenue in facts.ask(
            """SELECT buyer, $to::DATE - 1 - max(day) FILTER (bought), count(*) FILTER (bought), sum(pence)::BIGINT
            FROM document WHERE buyer IS NOT NULL AND day >= $from::DATE AND day < $to::DATE
            GROUP BY buyer HAVING bool_or(bought)""",
            **given,
        )
    }
    whole = sum(row[2] for row in buyers.values())
    graded = [
        grades({member: -row[0] for member, row in buyers.items()}),
        *(grades({member: row[place] for member, row in buyers.items()}) for place in (1, 2)),
    ]

    def figures(members: list[int]) -> tuple:
        receipts = sum(buyers[each][1] for each in members)
        revenue = sum(buyers[each][2] for each in members)
        return (
            len(members), share(len(members), len(buyers)), receipts, revenue, share(revenue, whole),
            average(revenue, receipts), average(revenue, len(members)),
        )  # fmt: skip

    columns = (
        "members", "share_of_members", "receipts", "revenue_minor", "share_of_revenue", "average_receipt_minor",
        "revenue_per_member_minor",
    )  # fmt: skip
    cells = defaultdict(list)
    for member in buyers:
        cells[tuple(grade[member] for grade in graded)].append(member)
    assert facts.told("rfm", "recency", "frequency", "money", *columns, **window) == [
        (*cell, *figures(cells[cell])) for cell in sorted(cells, reverse=True)
    ]
    for place, (by, least, most) in enumerate(
        [("recency", "least", "most"), ("frequency", "least", "most"), ("money", "least_minor", "most_minor")]
    ):
        of_grade = defaultdict(list)
        for member in buyers:
            of_grade[graded[place][member]].append(member)
        values = {grade: [buyers[each][place] for each in members] for grade, members in of_grade.items()}
        assert facts.told("rfm", by, least, most, *columns, by=by, **window) == [
            (grade, min(values[grade]), max(values[grade]), *figures(of_grade[grade]))
            for grade in sorted(of_grade, reverse=True)
        ]


def test_rfm_members(facts: Facts) -> None:
    """Every buyer stands once in the list, in the cell that the report of cells counts him in, who spent most first."""
    columns = ("recency", "frequency", "money")
    told = facts.told("rfm", *columns, "revenue_minor", "member", "receipts", "last_purchase_on", by="member")
    assert Counter(row[:3] for row in told) == Counter(
        {tuple(cell): members for *cell, members in facts.told("rfm", *columns, "members")}
    )
    assert [row[:4] for row in told] == sorted((row[:4] for row in told), reverse=True)
    assert {row[4]: (row[3], *row[5:]) for row in told} == {
        member: figures
        for member, *rest in facts.ask(
            """SELECT buyer, sum(pence)::BIGINT, count(*) FILTER (bought),
              strftime(max(day) FILTER (bought), '%Y-%m-%d')
            FROM document WHERE buyer IS NOT NULL GROUP BY buyer HAVING bool_or(bought)"""
        )
        for figures in [tuple(rest)]
    }
    best = facts.told("rfm", *columns, "member", cell="5-5-5", limit=4)
    assert best == [(*row[:3], row[4]) for row in told[:4]]


@pytest.mark.parametrize("window", [*_WINDOWS, {"segment": "even"}, {**_WINDOWS[1], "segment": "even"}])
def test_cohorts(facts: Facts, window: dict[str, str]) -> None:
    """Members by the month of their first document or of the desk, and what each cohort bought in the months after."""
    given = {**bounds(window), "segment": window.get("segment", "")}
    found = facts.ask(
        """WITH joined AS (
          SELECT a.member, date_trunc('month', moment_of(enrolled_at)) AS month FROM accounts a
          WHERE moment_of(enrolled_at)::DATE >= $from::DATE
            AND moment_of(enrolled_at)::DATE < $to::DATE AND merged_into IS NULL
            AND ($segment = '' OR a.member % 2 = 0)
        ), sizes AS (SELECT month, count(*) AS members FROM joined GROUP BY month),
        months AS (SELECT DISTINCT date_trunc('month', day) AS month FROM document WHERE bought),
        bought AS (
          SELECT j.month, date_trunc('month', d.day) AS later, count(DISTINCT d.buyer) FILTER (d.bought) AS active,
            count(*) FILTER (d.bought) AS receipts, sum(d.pence)::BIGINT AS revenue
          FROM joined j JOIN document d ON d.buyer = j.member GROUP BY ALL
        )
        SELECT strftime(s.month, '%Y-%m'), date_diff('month', s.month, m.month), s.members, coalesce(b.active, 0),
          coalesce(b.receipts, 0), coalesce(b.revenue, 0)
        FROM sizes s JOIN months m ON m.month >= s.month LEFT JOIN bought b ON b.month = s.month AND b.later = m.month
        ORDER BY 1, 2""",
        **given,
    )
    expected = []
    for age in sorted({row[1] for row in found}):
        members, active, receipts, revenue = (
            sum(row[place] for row in found if row[1] == age) for place in range(2, 6)
        )
        expected.append(
            (None, age, members, active, share(active, members), receipts, revenue, average(revenue, members), None)
        )
    so_far: Counter[str] = Counter()
    for cohort, age, members, active, receipts, revenue in found:
        so_far[cohort] += revenue
        expected.append(
            (cohort, age, members, active, share(active, members), receipts, revenue, average(revenue, members),
            average(so_far[cohort], members))
        )  # fmt: skip
    assert facts.told(
        "cohorts", "cohort", "month", "members", "active", "retention", "receipts", "revenue_minor",
        "revenue_per_member_minor", "revenue_so_far_minor", **window,
    ) == expected  # fmt: skip


@pytest.mark.parametrize("window", _WINDOWS)
@pytest.mark.parametrize("days", [30, 7])
def test_new_members(facts: Facts, window: dict[str, str], days: int) -> None:
    """Welcomed, activated, and bought within so many days of 24 hours, by the month of enrolment."""
    found = facts.ask(
        """WITH joined AS (
          SELECT id AS account, member, enrolled_at, moment_of(enrolled_at)::DATE AS day FROM accounts
          WHERE merged_into IS NULL AND day >= $from::DATE AND day < $to::DATE
        ), welcomed AS (
          SELECT account, n, points FROM entries WHERE kind = 'grant' AND rule = 'welcome'
        ), spent AS (
          SELECT w.account FROM welcomed w JOIN allocations m ON m.account = w.account AND m.lot = w.n
          JOIN entries d ON d.account = m.account AND d.n = m.debit WHERE d.kind IN ('redemption', 'gift')
          GROUP BY ALL HAVING sum(m.net) > 0
        ), own AS (SELECT member, events.at AS moment FROM events WHERE kind = 'receipt' AND total > 0)
        SELECT strftime(day, '%Y-%m') AS month, count(*),
          count(*) FILTER (account IN (SELECT account FROM welcomed)),
          coalesce(sum((SELECT sum(points) FROM welcomed w WHERE w.account = j.account)), 0)::BIGINT,
          count(*) FILTER (account IN (SELECT account FROM spent)),
          count(*) FILTER (EXISTS (SELECT 1 FROM own o
            WHERE o.member = j.member AND o.moment >= enrolled_at AND o.moment < enrolled_at + $days * 86400)),
          count(*) FILTER (enrolled_at + $days * 86400 <= epoch('2011-03-01 12:00'::TIMESTAMP))
        FROM joined j GROUP BY GROUPING SETS ((), (month)) ORDER BY month NULLS FIRST""",
        **bounds(window),
        days=days,
    )
    expected = [
        (
            month,
            enrolled,
            welcomed,
            points,
            activated,
            share(activated, welcomed),
            bought,
            share(bought, enrolled),
            full,
        )
        for month, enrolled, welcomed, points, activated, bought, full in found
    ]
    columns = (
        "month", "enrolled", "welcomed", "welcome_points", "activated", "share_activated", "bought_in_time",
        "share_bought", "full_days",
    )  # fmt: skip
    told = facts.told("new-members", *columns, by="month", days=days, **window)
    assert [row for row in told if row[1]] == expected
    assert facts.told("new-members", *columns, days=days, **window) == expected[:1]


def test_profiles(facts: Facts) -> None:
    """Each particular among members who have a card or a phone."""
    found = facts.ask(
        """SELECT count(*), count(name), count(phone), count(email), count(birthday), count(gender),
          count(*) FILTER (tags <> ''), count(*) FILTER (consents <> ''),
          count(*) FILTER (consents <> '' AND (phone IS NOT NULL OR email IS NOT NULL)),
          count(*) FILTER (json_exists(fields::JSON, '$.trade')), count(*) FILTER (json_exists(fields::JSON, '$.staff'))
        FROM members WHERE id IN (SELECT member FROM cards)"""
    )[0]
    particulars = ("name", "phone", "email", "birthday", "gender", "tags", "consent", "reachable", "trade", "staff")
    assert facts.told("profiles", "particular", "members", "filled", "share") == [
        (name, found[0], filled, share(filled, found[0])) for name, filled in zip(particulars, found[1:], strict=True)
    ]


@pytest.mark.parametrize("window", [{}, {"to": "2010-12-01"}])
def test_referral(facts: Facts, window: dict[str, str]) -> None:
    """Friends, their sales by now, and what both sides got; who brought most stands first."""
    found = facts.ask(
        """WITH friend AS (
          SELECT member, referrer, moment_of(enrolled_at)::DATE AS day FROM accounts
          WHERE referrer IS NOT NULL AND day >= $from::DATE AND day < $to::DATE
        ), sale AS (
          SELECT buyer, bool_or(bought) AS bought, sum(pence) AS pence FROM document GROUP BY buyer
        ), reward AS (
          SELECT CASE v.kind WHEN 'effect' THEN split_part(v.number, ':', 3)::BIGINT ELSE a.member END AS friend,
            sum(CASE v.kind WHEN 'effect' THEN e.points ELSE 0 END) AS of_referrer,
            sum(CASE v.kind WHEN 'effect' THEN 0 ELSE e.points END) AS of_friend
          FROM entries e JOIN accounts a ON a.id = e.account JOIN events v ON v.seq = e.event
          WHERE e.kind = 'grant' AND e.rule = 'referral' GROUP BY 1
        )
        SELECT f.referrer, count(*), count(*) FILTER (s.bought), count(r.friend), coalesce(sum(s.pence), 0)::BIGINT,
          coalesce(sum(of_referrer), 0)::BIGINT, coalesce(sum(of_friend), 0)::BIGINT
        FROM friend f LEFT JOIN sale s ON s.buyer = f.member LEFT JOIN reward r ON r.friend = f.member
        GROUP BY GROUPING SETS ((), (f.referrer)) ORDER BY f.referrer IS NOT NULL, count(*) DESC""",
        **bounds(window),
    )
    columns = ("referrer", "friends", "bought", "rewarded", "sales_minor", "referrer_points", "friend_points")
    told = facts.told("referral", *columns, "share_bought", **window)
    assert [row[:-1] for row in told] == found
    assert [row[-1] for row in told] == [share(row[2], row[1]) for row in found]
