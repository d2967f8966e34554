"""The seven KPIs and the figures beside them, in every grouping, by the formulas of their contract."""

import json

import pytest

from tests.independent.shop_facts import Facts, average, share
from tests.independent.story import NOW, answer
from tests.independent.till import MONTHS

pytestmark = pytest.mark.slow
WINDOWS = [("2010-12-01", "2011-03-01"), ("2010-12-20", "2011-02-07")]
GROUPINGS = {"month": "strftime(day, '%Y-%m')", "shop": "home_shop", "tier": "tier", "tag": "tag", None: "NULL"}
OF_MEMBERS = ("tier", "tag")  # groups to which only members belong
# A member with two tags counts in both; the whole is asked without.
_TAGS = ", unnest(string_split(coalesce((SELECT m.tags FROM members m WHERE m.id = sold.person), ''), ' ')) AS t(tag)"

# Receipts and returns of a window, with the level at which the receipt was scored and whether points paid for it.
_SOLD = """
sold AS (
  SELECT d.*, coalesce(o.redeemed, d.redeemed) > 0 AS paid_with_points, coalesce(v.tier, '') AS tier, w.member AS person
  FROM document d LEFT JOIN document o ON o.number = d.original
  LEFT JOIN events v ON v.number = coalesce(d.original, d.number) AND v.kind = 'receipt'
  LEFT JOIN events w ON w.number = d.number AND w.kind IN ('receipt', 'return')
  WHERE d.day >= $from::DATE AND d.day < $to::DATE
)"""


def told_by(facts: Facts, by: str | None, window: tuple[str, str]) -> dict[tuple, tuple]:
    """(figure, group) -> (value, numerator, denominator) as the command tells them."""
    words = ["--from", window[0], "--to", window[1], *(["--by", by] if by else [])]
    rows = json.loads(answer(facts.shop.path, NOW, "kpi", "--json", *words))["rows"]
    return {(row["kpi"], row.get(by)): (row["value"], row["numerator"], row["denominator"]) for row in rows}


def _sold(facts: Facts, by: str | None, window: tuple[str, str]) -> list[tuple]:
    """(group, people, receipts, of members, with points, revenue, of members, with points), the whole first"""
    return facts.ask(
        f"""WITH {_SOLD}
        SELECT {GROUPINGS[by]} AS label, count(DISTINCT person) FILTER (bought),
          count(*) FILTER (bought), count(*) FILTER (bought AND card IS NOT NULL),
          count(*) FILTER (bought AND paid_with_points), sum(pence)::BIGINT,
          coalesce(sum(pence) FILTER (card IS NOT NULL), 0)::BIGINT,
          coalesce(sum(pence) FILTER (paid_with_points), 0)::BIGINT
        FROM sold {_TAGS if by == "tag" else ""} GROUP BY GROUPING SETS ((), (label)) ORDER BY label NULLS FIRST""",
        **dict(zip(("from", "to"), window, strict=True)),
    )


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("by", GROUPINGS)
def test_figures_of_sales(facts: Facts, by: str | None, window: tuple[str, str]) -> None:
    """Participation, redemption, average receipts and their shares."""
    found = _sold(facts, by, window)
    if by == "tag":
        found[0] = _sold(facts, None, window)[0]
    told = told_by(facts, by, window)
    whole = found[0]
    guests_of_all = (whole[5] - whole[6], whole[2] - whole[3])
    for label, people, receipts, of_members, with_points, revenue, members_revenue, points_revenue in (
        found if by else found[:1]
    ):
        guests = receipts - of_members
        of_guests = guests_of_all if by in OF_MEMBERS else (revenue - members_revenue, guests)
        expected = {
            "participation": (share(people, people + guests), people, people + guests),
            "participation_by_receipts": (share(of_members, receipts), of_members, receipts),
            "participation_by_revenue": (share(members_revenue, revenue), members_revenue, revenue),
            "redemption_frequency": (share(with_points, of_members), with_points, of_members),
            "average_receipt_with_points": (average(points_revenue, with_points), points_revenue, with_points),
            "average_receipt_without_points": (
                average(revenue - points_revenue, receipts - with_points),
                revenue - points_revenue,
                receipts - with_points,
            ),
            "share_of_sales_with_points": (share(points_revenue, revenue), points_revenue, revenue),
            "share_of_receipts_with_points": (share(with_points, receipts), with_points, receipts),
            "average_receipt_of_members": (average(members_revenue, of_members), members_revenue, of_members),
            "average_receipt_of_guests": (average(*of_guests), *of_guests),
        }  # fmt: skip
        mine, theirs = average(members_revenue, of_members), average(*of_guests)
        uplift = share(members_revenue * of_guests[1] - of_guests[0] * of_members, of_guests[0] * of_members)
        expected["average_receipt_uplift"] = (uplift, mine, theirs)
        for figure, values in expected.items():
            if by in OF_MEMBERS and figure.startswith("participation") and label is not None:
                values = (None, None, None)
            assert told[figure, label] == values, (figure, label)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("by", [None, "month", "tier", "tag"])
def test_average_balance(facts: Facts, by: str | None, window: tuple[str, str]) -> None:
    """Points open at the end of the window over the accounts that were there, from what was booked before it."""
    ends = [(None, window[1])]
    if by == "month":
        after = (*(f"{month}-01" for month in MONTHS[1:]), "2011-03-01")
        ends += [(month, min(window[1], end)) for month, end in zip(MONTHS, after, strict=True)]
    told = told_by(facts, by, window)
    part, tags = ("tag", _TAGS.replace("sold.", "there.")) if by == "tag" else ("tier", "")
    for label, day in ends:
        found = facts.ask(
            f"""WITH moment AS (SELECT epoch($day::TIMESTAMP) AS now), booked AS (
              SELECT e.* FROM entries e, moment WHERE e.at < now
            ), taken AS (
              SELECT m.account, m.lot, sum(m.net) AS points
              FROM allocations m JOIN booked c ON c.account = m.account AND c.n = m.cause
              JOIN booked e ON e.account = m.account AND e.n = m.entry GROUP BY ALL
            ), open AS (
              SELECT b.account, sum(b.points - coalesce(t.points, 0)) AS points FROM booked b
              LEFT JOIN taken t ON t.account = b.account AND t.lot = b.n
              WHERE $day::DATE BETWEEN day_of(b.opens_on) AND day_of(b.expires_on) GROUP BY ALL
            ), merged AS (SELECT member, events.at AS moment FROM events WHERE kind = 'merge'),
            level AS (
              SELECT c.account, arg_max(c.tier, c.t) AS tier FROM tier_changes c, moment WHERE c.at < now GROUP BY ALL
            ), there AS (
              SELECT a.id, l.tier, a.member AS person
              FROM moment JOIN accounts a ON a.enrolled_at < now LEFT JOIN level l ON l.account = a.id
              LEFT JOIN merged g ON g.member = a.member WHERE a.merged_into IS NULL OR g.moment >= now
            )
            SELECT {part}, coalesce(sum(o.points), 0)::BIGINT, count(*)
            FROM there LEFT JOIN open o ON o.account = there.id {tags}
            GROUP BY GROUPING SETS ((), ({part})) ORDER BY {part} NULLS FIRST""",
            day=day,
        )
        for group, points, accounts in found[by == "tag" :] if by in OF_MEMBERS else found[:1]:
            assert told["average_balance", label or group] == (share(points, accounts), points, accounts), (
                label,
                group,
            )


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("by", [None, "month"])
def test_repeat_purchase(facts: Facts, by: str | None, window: tuple[str, str]) -> None:
    """Of those enrolled in the window who bought again within 30 days, the enrolling receipt not counted."""
    found = facts.ask(
        """WITH joined AS (
          SELECT a.member, moment_of(a.enrolled_at) AS moment, moment::DATE AS day,
            a.member <= 7 AS at_desk
          FROM accounts a WHERE day >= $from::DATE AND day < $to::DATE
        ), bought AS (
          SELECT w.member, d.number, d.moment, d.day FROM document d
          JOIN events w ON w.number = d.number AND w.kind = 'receipt' WHERE d.bought AND d.day < $to::DATE
        ), first AS (
          SELECT j.member, min(w.seq) AS seq
          FROM joined j JOIN events w ON w.member = j.member AND w.kind IN ('receipt', 'return')
          WHERE NOT j.at_desk GROUP BY j.member
        )
        SELECT strftime(j.day, '%Y-%m') AS month, count(*),
          count(*) FILTER (EXISTS (
            SELECT 1 FROM bought b LEFT JOIN first f ON f.member = b.member
            JOIN events w ON w.number = b.number AND w.kind = 'receipt'
            WHERE b.member = j.member AND b.day <= j.day + 30 AND b.moment >= j.moment
              AND w.seq IS DISTINCT FROM f.seq)),
          count(*) FILTER (j.day + 30 < $to::DATE)
        FROM joined j GROUP BY GROUPING SETS ((), (month)) ORDER BY month NULLS FIRST""",
        **dict(zip(("from", "to"), window, strict=True)),
    )
    told = told_by(facts, by, window)
    for month, enrolled, repeated, full in found if by else found[:1]:
        assert told["repeat_purchase", month] == (share(repeated, enrolled), repeated, enrolled), month
        assert told["repeat_purchase_full_days", month] == (share(full, enrolled), full, enrolled), month
