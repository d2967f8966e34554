"""What sells, when, where and to whom: every figure of the sales reports summed again from the till's file."""

import pytest

from tests.independent.shop_facts import Facts, average, bounds, share

pytestmark = pytest.mark.slow
# All days, one month with its bounds, one shop, and a segment: the members of an even number.
WINDOWS = [
    {},
    {"from_": "2010-12-20", "to": "2011-02-07"},
    {"shop": "post"},
    {"from_": "2011-01-01", "to": "2011-02-01", "shop": "london"},
    {"from_": "2010-12-20", "to": "2011-02-07", "segment": "even"},
    {"shop": "post", "segment": "even"},
]
_OF_SHOP = "day >= $from::DATE AND day < $to::DATE AND ($shop = '' OR home_shop = $shop)"
_IN = f"{_OF_SHOP} AND ($segment = '' OR buyer % 2 = 0)"
_IN_OR_GUESTS = f"{_OF_SHOP} AND ($segment = '' OR card IS NULL OR buyer % 2 = 0)"


def asked(window: dict[str, str]) -> dict[str, str]:
    """A window as the statements know it."""
    return {**bounds(window), "shop": window.get("shop", ""), "segment": window.get("segment", "")}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(
    "by, part",
    [
        ("hour", "strftime(home_moment, '%H')"),
        ("weekday", "strftime(home_moment, '%A')"),
        ("shop", "home_shop"),
        ("cashier", "home_cashier"),
    ],
)
def test_sales(facts: Facts, by: str, part: str, window: dict[str, str]) -> None:
    """Receipts, revenue and averages by hour, weekday, shop and cashier; a return lowers those of its receipt."""
    found = facts.ask(
        f"""SELECT {part} AS label, count(*) FILTER (bought) AS receipts, sum(pence)::BIGINT AS revenue,
          count(*) FILTER (bought AND card IS NOT NULL), coalesce(sum(pence) FILTER (card IS NOT NULL), 0)::BIGINT
        FROM document WHERE {_IN} GROUP BY GROUPING SETS ((), (label)) ORDER BY label NULLS FIRST""",
        **asked(window),
    )
    revenue_of_all = found[0][2]
    expected = {
        label: (
            receipts, revenue, share(revenue, revenue_of_all), average(revenue, receipts), of_members,
            average(members_revenue, of_members), average(revenue - members_revenue, receipts - of_members),
        )
        for label, receipts, revenue, of_members, members_revenue in found
    }  # fmt: skip
    told = facts.told(
        "sales", by, "receipts", "revenue_minor", "share_of_revenue", "average_receipt_minor", "member_receipts",
        "average_of_members_minor", "average_of_guests_minor", by=by, **window,
    )  # fmt: skip
    assert {label: tuple(figures) for label, *figures in told} == expected
    assert len(told) == len(expected)


# Lines with the shop and the day to which their receipt belongs.
_SOLD = """
sold AS (
  SELECT l.number, l.sku, l.name, l.category, l.brand, l.quantity, l.pence, d.bought, d.card
  FROM line l JOIN (SELECT * FROM document WHERE {}) d USING (number)
)"""


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("by", ["category", "brand"])
def test_categories(facts: Facts, by: str, window: dict[str, str]) -> None:
    """Receipts with some of a category, quantity and revenue net of returns, greatest revenue first."""
    found = facts.ask(
        f"""WITH {_SOLD.format(_IN)}
        SELECT {by} AS label, count(DISTINCT number) FILTER (bought AND quantity > 0), sum(quantity)::BIGINT,
          sum(pence)::BIGINT AS revenue, coalesce(sum(pence) FILTER (card IS NOT NULL), 0)::BIGINT
        FROM sold GROUP BY GROUPING SETS ((), (label))""",
        **asked(window),
    )
    whole = next(row for row in found if row[0] is None)
    expected = {
        label: (
            receipts,
            share(receipts, whole[1]),
            quantity,
            revenue,
            share(revenue, whole[3]),
            share(members, revenue),
        )
        for label, receipts, quantity, revenue, members in found
    }
    told = facts.told(
        "categories", by, "receipts", "share_of_receipts", "quantity_thousandths", "revenue_minor", "share_of_revenue",
        "share_of_members", by=by, **window,
    )  # fmt: skip
    assert {label: tuple(figures) for label, *figures in told} == expected
    revenues = [row[4] for row in told[1:]]
    assert told[0][0] is None and revenues == sorted(revenues, reverse=True)


@pytest.mark.parametrize("window", WINDOWS)
def test_goods(facts: Facts, window: dict[str, str]) -> None:
    """Every article that anybody bought: on how many receipts, its lift, what was sold of it; and both orders."""
    found = facts.ask(
        f"""WITH {_SOLD.format(_IN_OR_GUESTS)}
        SELECT coalesce(nullif(sku, ''), name),
          count(DISTINCT number) FILTER (bought AND quantity > 0 AND card IS NOT NULL),
          count(DISTINCT number) FILTER (bought AND quantity > 0 AND card IS NULL),
          coalesce(sum(quantity) FILTER ($segment = '' OR card IS NOT NULL), 0)::BIGINT,
          coalesce(sum(pence) FILTER ($segment = '' OR card IS NOT NULL), 0)::BIGINT, list(DISTINCT name)
        FROM sold GROUP BY 1""",
        **asked(window),
    )
    ((members, guests),) = facts.ask(
        f"SELECT count(card), count(*) - count(card) FROM document WHERE bought AND {_IN_OR_GUESTS}",
        **asked(window),
    )
    expected = {
        article: (
            of_members, share(of_members, members), of_guests, share(of_guests, guests),
            share(of_members * guests, of_guests * members), quantity, revenue,
        )
        for article, of_members, of_guests, quantity, revenue, _ in found
    }  # fmt: skip
    names = {article: known for article, *_, known in found}
    columns = (
        "article", "member_receipts", "share_of_members", "guest_receipts", "share_of_guests", "lift",
        "quantity_thousandths", "revenue_minor", "name",
    )  # fmt: skip
    by_receipts = facts.told("goods", *columns, limit=10**6, **window)
    assert {article: tuple(figures) for article, *figures, _ in by_receipts} == expected
    assert all((name or "") in names[article] for article, *_, name in by_receipts)
    counts = [row[1] for row in by_receipts]
    assert counts == sorted(counts, reverse=True)
    assert facts.told("goods", *columns, **window) == by_receipts[:20]
    by_lift = facts.told("goods", *columns, by="lift", limit=10**6, **window)
    assert {row[0] for row in by_lift} == {each for each, row in expected.items() if row[0] >= 10 and row[2] >= 10}
    lifts = [row[5] for row in by_lift]
    assert lifts == sorted(lifts, reverse=True)
    assert set(by_lift) <= set(by_receipts)
