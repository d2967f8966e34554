"""Three months of a real shop: reports of points against sums taken another way, straight from the tables."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator

import pytest

from bonuscli.days import civil, parse_day
from bonuscli.services.shop import Shop
from tests.ledger.tills import UTC
from tests.reports.asking import rows

pytestmark = pytest.mark.slow
TODAY = "2011-03-01"


@pytest.fixture
def tables(real_shop: Shop) -> Iterator[sqlite3.Connection]:
    """The tables, opened by no one of bonuscli."""
    connection = sqlite3.connect(real_shop.path)
    yield connection
    connection.close()


def lots(tables: sqlite3.Connection) -> Iterator[tuple[int, int, int, str, str | None]]:
    """(remaining, first day, last day, kind, rule) of every lot, from its entry and what was taken of it, in Python."""
    taken: dict[tuple[int, int], int] = defaultdict(int)
    for account, entry, debit, lot, points in tables.execute(
        "SELECT account, entry, debit, lot, points FROM allocations"
    ):
        taken[account, lot] += points if entry == debit else -points
    for account, n, points, *rest in tables.execute(
        "SELECT account, n, points, opens_on, expires_on, kind, rule FROM entries WHERE opens_on IS NOT NULL"
    ):
        yield (points - taken[account, n], *rest)


def test_liability_and_expiring(real_shop: Shop, tables: sqlite3.Connection) -> None:
    """Every month holds what the lots with a last day in it have left; a point pays one penny."""
    today = parse_day(TODAY)
    months: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    soon: dict[int, int] = defaultdict(int)
    for remaining, opens_on, expires_on, _, _ in lots(tables):
        if remaining and expires_on >= today:
            months[f"{civil(expires_on):%Y-%m}"][opens_on > today] += remaining
            if expires_on < today + 30:
                soon[expires_on - today] += remaining
    found = rows(real_shop, "liability")
    assert {row["month"]: [row["open"], row["pending"]] for row in found[1:]} == months
    assert found[0]["worth_minor"] == sum(map(sum, months.values())) == 3_722_172
    assert {row["days_left"]: row["points"] for row in rows(real_shop, "expiring")} == soon


def test_rules_and_balances(real_shop: Shop, tables: sqlite3.Connection) -> None:
    """Given points are the entries of their kind; balances are the lots that are open."""
    given = dict(tables.execute("SELECT kind, SUM(points) FROM entries WHERE opens_on IS NOT NULL GROUP BY kind"))
    found = rows(real_shop, "rules")
    by_kind: dict[str, int] = defaultdict(int)
    for row in found:
        by_kind[row["kind"]] += row["points"]
    assert by_kind == given
    left = sum(row["left"] for row in found)
    today = parse_day(TODAY)
    alive = [lot for lot in lots(tables) if lot[2] >= today]
    assert left == sum(lot[0] for lot in alive)
    open_now = sum(lot[0] for lot in alive if lot[1] <= today)
    assert (
        rows(real_shop, "balances")[0]["balance"]
        == open_now - tables.execute("SELECT SUM(deficit) FROM accounts").fetchone()[0]
    )


def test_tiers_and_new_members(real_shop: Shop, tables: sqlite3.Connection) -> None:
    """Sales of the levels are those of receipts with a card; enrolments of the months are all members."""
    whole, *levels = rows(real_shop, "tiers")
    assert whole["revenue_minor"] == sum(row["revenue_minor"] for row in levels) == 146_622_455
    assert whole["members"] == 1_749
    first = dict(
        tables.execute("SELECT member, MIN(at) FROM events WHERE kind = 'receipt' AND total > 0 GROUP BY member")
    )
    enrolled = dict(tables.execute("SELECT member, enrolled_at FROM accounts"))
    month = 30 * 86_400
    in_time = sum(0 <= first.get(member, 0) - at < month for member, at in enrolled.items())
    found = rows(real_shop, "new-members", by="month")
    assert (found[0]["enrolled"], found[0]["bought_in_time"]) == (1_749, in_time)
    assert sum(row["enrolled"] for row in found[1:]) == 1_749
    assert UTC.parse_instant(f"{TODAY} 12:00") > max(enrolled.values())


def test_movements_sum_to_the_ledger(real_shop: Shop, tables: sqlite3.Connection) -> None:
    """Down to lines of goods nothing is lost: all movements sum to all entries."""
    (count, points) = tables.execute("SELECT COUNT(*), SUM(points) FROM entries").fetchone()
    assert sum(row["points"] for row in rows(real_shop, "movements", limit=count)) == points
