"""Two cards that turned out to be one customer: what was bought with the first counts for whoever has both now."""

from tests.ledger.conftest import Play
from tests.reports.asking import picked, report, rows

# Ann has two cards: 30.00 and 50.00 with the first in January, 20.00 with the second in February, when both become one.
STORY = """
- {at: 2026-01-05 09:00, enroll: {card: "1", name: Ann}}
- {at: 2026-01-06 09:00, enroll: {card: "2", name: Ann}}
- {at: 2026-01-07 09:00, enroll: {card: "3", name: Ben}}
- {at: 2026-01-10 10:00, receipt: {id: A, card: "1", total: "30.00"}}
- {at: 2026-01-20 10:00, receipt: {id: B, card: "1", total: "50.00"}}
- {at: 2026-02-01 10:00, receipt: {id: C, card: "2", total: "20.00"}}
- {at: 2026-02-02 10:00, receipt: {id: D, card: "3", total: "10.00"}}
- {at: 2026-02-03 10:00, merge: {from: "1", to: "2"}}
- {at: 2026-02-04 10:00, return: {of: B, amount: "5.00"}}
"""


def test_a_customer_is_graded_once(play: Play) -> None:
    """Ann bought three times for 95.00, Ben once for 10.00: two buyers, and both are better in nothing but Ann."""
    shop = play(STORY)
    found = rows(shop, "rfm", by="member")
    columns = ("name", "recency", "frequency", "money", "receipts", "revenue_minor", "last_purchase_on")
    assert picked(found, *columns) == [
        ("Ben", 3, 1, 1, 1, 1000, "2026-02-02"),
        ("Ann", 1, 3, 3, 3, 9500, "2026-02-01"),
    ]
    head = {key: value for key, _, value in report(shop, "rfm").head}
    assert (head["buyers"], head["without_purchase"]) == (2, 0)


def test_a_customer_is_one_of_the_cohort(play: Play) -> None:
    """Two joined in January; both bought in February, Ann alone in January, for 80.00."""
    found = rows(play(STORY), "cohorts")
    columns = ("cohort", "month", "members", "active", "receipts", "revenue_minor")
    assert picked(found[2:], *columns) == [("2026-01", 0, 2, 1, 2, 8000), ("2026-01", 1, 2, 2, 2, 2500)]


def test_a_taker_is_one_person(play: Play) -> None:
    """The rule gave Ann points on both cards: one taker, with the sales of both."""
    shop = play(STORY)
    (takers, others, new, _) = rows(shop, "promo-effect", promo="base", from_="2026-02-01", to="2026-02-03")
    columns = ("members", "buyers", "sales_before_minor", "sales_in_minor", "sales_after_minor")
    assert picked([takers, others, new], *columns) == [(2, 2, 0, 3000, -500), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0)]


def test_a_merger_of_a_merged_card(play: Play) -> None:
    """Who was merged and merged again is one with the last: Ben's row has all four receipts."""
    shop = play(STORY + '- {at: 2026-02-05 10:00, merge: {from: "2", to: "3"}}\n')
    assert picked(rows(shop, "rfm", by="member"), "name", "receipts", "revenue_minor") == [("Ben", 4, 10500)]


def test_an_account_counts_until_its_merger(play: Play) -> None:
    """At the end of January there were three accounts; now there are two."""
    shop = play(STORY)
    assert rows(shop, "balances", as_of="2026-01-31")[0]["members"] == 3
    assert rows(shop, "balances")[0]["members"] == 2
