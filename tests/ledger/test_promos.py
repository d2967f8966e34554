# ruff: noqa: E501 (a step of a sequence is a line, however long)
"""What rules ask beyond the receipt, on the ledger: the same one by one, imported, quoted, explained and folded again."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.services.explain import explain
from bonuscli.services.ingest import Report
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from tests.ledger.conftest import Play
from tests.ledger.test_versions import at, publish_from, sell
from tests.ledger.tills import HEADER, assert_proven, drop_triggers, figures, open_shop, send, send_rows

PROMOS = """
  rules:
  - {id: base, kind: percent, rate: 10%}
  - {id: cash, kind: fixed, points: 3, when: {payment: [Cash]}}
  - {id: happy, kind: fixed, points: 5, when: {code: HAPPY}}
  - {id: again, kind: fixed, points: 7, when: {bought: {goods: {skus: [M]}, within: 30d}}}
  - {id: lapsed, kind: fixed, points: 11, when: {segments: [lapsed]}, budget: {points: 15}}"""
SEGMENTS = "{lapsed: {last_purchase: {over: 30d}}, other: {tags: [x]}}"

ROWS = """
A,sale,,2026-01-01 10:00,7,M,1,100.00,,card,
B,sale,,2026-01-02 10:00,7,G,1,10.00,,CASH,
C,sale,,2026-01-03 10:00,7,G,1,10.00,,,x happy
D,sale,,2026-02-03 10:00,7,G,1,10.00,,cash,HAPPY
E,sale,,2026-02-03 10:00,8,M,1,10.00,,card,
X,return,A,2026-02-04 10:00,7,M,1,100.00,,,
F,sale,,2026-03-15 10:00,7,G,1,10.00,,,
Y,return,D,2026-03-16 10:00,7,G,1,10.00,,,
G,sale,,2026-03-17 10:00,8,G,1,10.00,,,
"""
# A: 10; B: 1 + 3 + 7; C: 1 + 5 + 7; D: 1 + 3 + 5 + 11 (31 days since A and C); F: 1 + 4 (what is left of 15).
EARNED = {"A": 10, "B": 11, "C": 13, "D": 20, "E": 1, "F": 5, "G": 12}


def send_paid(shop: Shop, folder: Path, rows: str) -> Report:
    """Import rows with the columns payment and code behind those of the sequences."""
    path = folder / "paid.csv"
    path.write_text(HEADER.strip() + ",payment,code\n" + rows.strip() + "\n")
    return send(shop, path)


def rows_of(text: str) -> list[str]:
    """The rows of a file, one by one."""
    return text.strip().splitlines()


def earned(shop: Shop) -> dict[str, int]:
    """Points of every receipt, by its number."""
    with closing(sqlite3.connect(shop.path)) as connection:
        return dict(
            connection.execute(
                "SELECT ev.number, COALESCE(SUM(e.points), 0) FROM events ev LEFT JOIN entries e ON e.event = ev.seq"
                " AND e.kind = 'accrual' WHERE ev.kind = 'receipt' GROUP BY ev.seq"
            )
        )


def pinned(shop: Shop, number: str) -> dict:
    """What is pinned with an event."""
    with closing(sqlite3.connect(shop.path)) as connection:
        (text,) = connection.execute("SELECT pinned FROM events WHERE number = ?", (number,)).fetchone()
        return json.loads(text) if text else {}


@pytest.mark.parametrize("at_once", [True, False])
def test_in_one_file_or_one_by_one(tmp_path: Path, at_once: bool) -> None:
    """A transaction that holds many receipts and one for each give the same points, draws and facts."""
    shop = open_shop(tmp_path / "shop.db", "2026-04-01 10:00", earn=PROMOS, segments=SEGMENTS)
    for rows in [ROWS] if at_once else rows_of(ROWS):
        assert send_paid(shop, tmp_path, rows).rejected == 0
    assert earned(shop) == EARNED
    assert_proven(shop)
    assert pinned(shop, "B") == {"payments": ["cash"], "segments": []}
    assert pinned(shop, "C") == {"codes": ["happy", "x"], "segments": []}
    assert pinned(shop, "D") == {
        "payments": ["cash"], "codes": ["happy"], "segments": ["lapsed"], "budget": {"lapsed": 11}
    }  # fmt: skip
    assert pinned(shop, "Y")["taken"] == 20
    with closing(sqlite3.connect(shop.path)) as connection:
        draws = connection.execute("SELECT promo, points FROM budget_draws ORDER BY event").fetchall()
    assert draws == [("lapsed", 11), ("lapsed", 4), ("lapsed", -11), ("lapsed", 11)]


def test_explained_as_it_was_booked(tmp_path: Path) -> None:
    """An explanation sees the pinned facts: the budget as it stood, the segment as it was, how it was paid."""
    shop = open_shop(tmp_path / "shop.db", "2026-04-01 10:00", earn=PROMOS, segments=SEGMENTS)
    send_paid(shop, tmp_path, ROWS)
    steps = {step.rule: step for step in explain(shop, "F").steps}
    assert steps["budget"].why == "4 were left of the budget of lapsed, which would have given 11"
    assert (steps["cash"].outcome, steps["cash"].why) == ("skipped", "it counts only if paid by Cash")
    assert steps["again"].why == "it counts only for members who bought certain goods before"
    assert {step.rule for step in explain(shop, "D").steps if step.outcome == "applied"} == {
        "base",
        "cash",
        "happy",
        "lapsed",
    }
    for number, points in EARNED.items():
        assert explain(shop, number).earned == points


def test_a_program_that_asks_nothing_pins_nothing(tmp_path: Path) -> None:
    """Payments and codes stay out of the events of a program without conditions on them."""
    shop = open_shop(tmp_path / "shop.db", "2026-04-01 10:00")
    send_paid(shop, tmp_path, ROWS)
    assert pinned(shop, "D") == {}


def test_goods_bought_before_anybody_asked(tmp_path: Path) -> None:
    """A version published later sees the purchases of the time before it."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 08:00")
    send_rows(shop, tmp_path, "A,sale,,2026-01-01 07:00,7,M,1,10.00,")
    publish_from(shop, "2026-01-05 10:00", "2026-01-10", earn=PROMOS, segments=SEGMENTS)
    assert sell(shop, "2026-01-09 10:00", "B", 1_000).earned == 10
    assert sell(shop, "2026-01-11 10:00", "C", 1_000).earned == 8
    assert_proven(at(shop, "2026-01-11 10:00"))


def test_a_budget_that_was_lowered_gives_nothing_more(tmp_path: Path) -> None:
    """What was drawn under the version before stays, and nothing is left."""
    budget = "{{rules: [{{id: base, kind: percent, rate: 100%, budget: {{points: {}}}}}]}}"
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 08:00", earn=budget.format(50))
    send_rows(shop, tmp_path, "A,sale,,2026-01-01 07:00,7,M,1,30.00,")
    publish_from(shop, "2026-01-05 10:00", "2026-01-10", earn=budget.format(20))
    assert sell(shop, "2026-01-11 10:00", "B", 1_000).earned == 0
    assert sell(shop, "2026-01-12 10:00", "C", 1_000, dated="2026-01-09 10:00").earned == 10
    publish_from(shop, "2026-01-13 10:00", "2026-01-14", earn=budget.format(45))
    assert sell(shop, "2026-01-14 10:00", "D", 1_000).earned == 5
    assert_proven(at(shop, "2026-01-14 10:00"))


CHANGES = [
    ("UPDATE budget_draws SET points = points + 1", "budget_draws has"),
    ("UPDATE budget_draws SET points = 900", "2700 points were drawn from the budget of lapsed"),
    ("UPDATE budget_draws SET event = 999 WHERE points = 4", "hangs on event 999, which is no receipt"),
    ("DELETE FROM budget_draws WHERE points < 0", "budget_draws lacks"),
    (
        "UPDATE events SET pinned = replace(pinned, '\"lapsed\":4', '\"lapsed\":3') WHERE number = 'F'",
        "budget_draws has",
    ),
    ("UPDATE events SET pinned = replace(pinned, '[\"lapsed\"]', '[]') WHERE number = 'D'", "award_parts has"),
    ("UPDATE events SET pinned = replace(pinned, 'cash', 'card') WHERE number = 'B'", "award_parts has"),
    ("UPDATE accounts SET beneath = 'low'", "accounts has"),
]


@pytest.mark.parametrize("change, told", CHANGES)
def test_verify_notices(tmp_path: Path, change: str, told: str) -> None:
    """Draws and pinned facts that are no longer what was booked are found."""
    shop = open_shop(tmp_path / "shop.db", "2026-04-01 10:00", earn=PROMOS, segments=SEGMENTS)
    send_paid(shop, tmp_path, "\n".join(rows_of(ROWS)[:-1]))
    with closing(sqlite3.connect(shop.path)) as connection, connection:
        drop_triggers(connection)
        connection.execute(change)
    assert any(told in finding.text for finding in verify(shop).findings)


LEVELS = """
  levels:
  - {id: low, from: "0"}
  - {id: mid, from: "100"}
  - {id: high, from: "500"}"""
RATES = "{rules: [{id: base, kind: percent, rate: 100%}, {id: mid, kind: fixed, points: 7, when: {tiers: [mid]}}, {id: high, kind: fixed, points: 9, when: {tiers: [high]}}]}"


def test_levels_by_points_earned(play: Play) -> None:
    """Points count net of what was taken back; who counts with the receipt is scored by what the level before gives."""
    shop = play(
        """
        - {at: 2026-03-10 09:00, enroll: {card: "1"}}
        - {at: 2026-03-10 10:00, receipt: {id: A, total: "99.00"}, expect: {earned: 99, tier: low}}
        - {at: 2026-03-10 11:00, receipt: {id: B, total: "1.00"}, expect: {by_rule: {base: 1, mid: 7}, tier: mid, tier_until: 2027-03-09, spend: "100.00"}}
        - {at: 2026-03-11 10:00, receipt: {id: C, total: "386.00"}, expect: {by_rule: {base: 386, high: 9}, tier: high}}
        - {at: 2026-03-11 11:00, receipt: {id: D, total: "1.00"}, expect: {by_rule: {base: 1, high: 9}}}
        - {at: 2026-03-12 10:00, return: {id: X, of: C}, expect: {reversed: 395, tier: high}}
        - {at: 2027-03-11 00:00, look: {}, expect: {tier: mid}}
        """,
        tiers="\n  by: points-earned\n  counts: with-receipt\n  window: 12mo" + LEVELS,
        earn=RATES,
    )
    assert {number: explain(shop, number).earned for number in "ABCD"} == {"A": 99, "B": 8, "C": 395, "D": 10}


def test_a_receipt_that_counts_itself_counts_what_is_paid(play: Play) -> None:
    """By spend: points that pay for it do not count, and a late receipt is scored with the history at its own time."""
    play(
        """
        - {at: 2026-03-10 09:00, enroll: {card: "1"}}
        - {at: 2026-03-10 10:00, receipt: {id: A, total: "50.00"}, expect: {earned: 50, tier: low}}
        - {at: 2026-03-11 10:00, receipt: {id: B, total: "51.00", redeem: 2}, expect: {earned: 49, tier: low}}
        - {at: 2026-03-12 10:00, receipt: {id: C, total: "1.00"}, expect: {earned: 8, tier: mid}}
        - {at: 2026-03-12 11:00, receipt: {id: D, total: "1.00", at: 2026-03-10 09:30}, expect: {earned: 1, tier: mid}}
        - {at: 2026-03-12 12:00, receipt: {id: E, total: "399.00", redeem: 1}, expect: {earned: 405, tier: mid}}
        - {at: 2026-03-12 12:01, return: {id: X, of: E}, expect: {tier: mid, reversed: 405, restored: 1}}
        """,
        tiers="\n  counts: with-receipt\n  window: 12mo" + LEVELS,
        earn=RATES,
    )


def test_levels_for_life_by_receipts(play: Play) -> None:
    """A return that takes the count below the level lowers it at once."""
    play(
        """
        - {at: 2026-03-10 09:00, enroll: {card: "1"}}
        - {at: 2026-03-10 10:00, receipt: {id: A, total: "1.00"}, expect: {tier: low}}
        - {at: 2026-03-10 11:00, receipt: {id: B, total: "1.00"}, expect: {tier: mid, tier_until: none}}
        - {at: 2026-03-11 11:00, return: {id: X, of: B, amount: "0.50"}, expect: {tier: mid}}
        - {at: 2026-03-11 12:00, return: {id: Y, of: B}, expect: {tier: low}}
        """,
        tiers='\n  by: receipts\n  window: lifetime\n  levels: [{id: low, from: "0"}, {id: mid, from: "2"}]',
    )


def test_what_a_receipt_may_spend_of_itself_sees_the_budget(play: Play) -> None:
    """Where a receipt may spend what it earns, only what the budget still gives is there to be spent."""
    play(
        """
        - {at: 2026-03-10 09:00, enroll: {card: "1"}}
        - {at: 2026-03-10 10:00, receipt: {id: A, total: "50.00"}, expect: {earned: 30}}
        - {at: 2026-03-10 11:00, quote: {id: B, total: "50.00", redeem: 61}, expect: {refused: insufficient_points}}
        - {at: 2026-03-10 11:00, quote: {id: B, total: "50.00", redeem: max}, expect: {earned: 10, redeemed: 40, balance: 0}}
        - {at: 2026-03-10 11:00, receipt: {id: B, total: "50.00", redeem: 40}, expect: {earned: 10, redeemed: 40, balance: 0}}
        - {at: 2026-03-10 12:00, receipt: {id: C, total: "50.00", redeem: max}, expect: {earned: 0, redeemed: 0}}
        """,
        earn="{basis: before-points, rules: [{id: gift, kind: fixed, points: 30, budget: {points: 40}}]}",
        redeem="{same_receipt: allow}",
    )


def test_a_return_by_line_gives_the_budget_its_share(play: Play) -> None:
    """Whatever policy says what is taken back, the budget has its part of it, floored in running totals."""
    shop = play(
        """
        - {at: 2026-03-10 09:00, enroll: {card: "1"}}
        - {at: 2026-03-10 10:00, receipt: {id: A, lines: [{sku: X, amount: "30.00"}, {sku: Y, amount: "20.00"}]}, expect: {by_rule: {base: 50, gift: 5}}}
        - {at: 2026-03-11 10:00, return: {id: R, of: A, lines: [{sku: X}]}, expect: {reversed: 30}}
        - {at: 2026-03-11 11:00, return: {id: S, of: A}, expect: {reversed: 25}}
        """,
        earn="{rules: [{id: base, kind: percent, rate: 100%}, {id: gift, kind: fixed, points: 5, budget: {points: 40}}]}",
        returns="{earned: by-line}",
    )
    with closing(sqlite3.connect(shop.path)) as connection:
        draws = [points for (points,) in connection.execute("SELECT points FROM budget_draws ORDER BY event")]
    assert draws == [5, -2, -3]


def test_an_unlinked_return_leaves_budgets_alone(tmp_path: Path) -> None:
    """Nobody knows what its sale drew: rules with a budget take nothing back."""
    budget = (
        "{rules: [{id: base, kind: percent, rate: 10%}, {id: more, kind: percent, rate: 100%, budget: {points: 50}}]}"
    )
    shop = open_shop(tmp_path / "shop.db", "2026-04-01 10:00", earn=budget)
    rows = "A,sale,,2026-01-01 10:00,7,G,1,40.00,\nX,return,,2026-01-02 10:00,7,G,1,20.00,"
    assert send_rows(shop, tmp_path, rows).reversed == 2
    assert figures(shop, "7").balance == 42
    assert_proven(shop)
