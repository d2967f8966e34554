"""Before and after joining: by hand, in a shop whose truth is known, and where it can not be done."""

import random
from pathlib import Path

import pytest

from bonuscli.reports.before_after import Customer, cohorts_of, compare
from tests.ledger.conftest import Play
from tests.ledger.tills import open_shop, send_rows
from tests.reports.asking import picked, report, rows
from tests.reports.customers import shop_of

COLUMNS = ("part", "month", "joined_minor", "later_minor", "difference_minor", "verdict")
FROM = {"from_": "2026-01-01", "to": "2026-08-01"}


def test_figures_by_hand(tmp_path: Path) -> None:
    """Anna joins in April and Ben in July; Cleo was not known before, and joins in May."""
    anna = {1: 30.0, 2: 20.0, 3: 10.0, 4: 99.0, 5: 40.0, 6: 20.0}
    ben = {2: 10.0, 3: 30.0, 5: 25.0, 6: 20.0, 7: 50.0}
    shop = shop_of(tmp_path, [("A", "2026-04-10", anna), ("B", "2026-07-20", ben), ("C", "2026-05-01", {6: 70.0})])
    found = picked(rows(shop, "before-after", months=2, **FROM), *COLUMNS)
    # Before are February and March: Anna 15.00, Ben 20.00. After, May and June: 30.00 and 22.50: 15.00 - 2.50 = 12.50.
    assert found == [
        ("all after", None, 3_000, 2_250, 1_250, "too few"),
        ("drift", None, None, None, -3_000, "too few"),  # Anna fell by 10.00, Ben rose by 20.00
        ("before", -2, 2_000, 1_000, 1_500, "too few"),
        ("before", -1, 1_000, 3_000, -1_500, "too few"),
        ("joining", 0, 9_900, 0, 10_400, "too few"),
        ("after", 1, 4_000, 2_500, 2_000, "too few"),
        ("after", 2, 2_000, 2_000, 500, "too few"),
    ]
    table = report(shop, "before-after", months=2, **FROM)
    assert [value for _, _, value in table.head[2:]] == [2, 1, 1]
    assert table.notes[0].startswith("Nothing can be concluded: 1 joined and 1 joined later")


def test_members_enrolled_by_their_receipts_are_left_out(play: Play) -> None:
    """Of cards that an import enrolled nothing is known from before; that is said, and what would help."""
    story = """
    - {at: 2026-01-01 10:00, enroll: {card: a}}
    - {at: 2026-02-01 10:00, receipt: {id: A, card: a, total: "10.00"}}
    """
    (note,) = report(play(story), "before-after").notes
    assert note.startswith("It can not be done: no member has a receipt from before the month of joining.")


@pytest.mark.parametrize(
    "joined, months, why",
    [
        ("2026-04-10", 4, "It can not be done: 7 whole months are known, 9 are needed (--months)."),
        ("2026-04-10", 2, "of 2 members known before nobody joined in a month with 2 months on both sides"),
    ],
)
def test_why_it_can_not_be_done(tmp_path: Path, joined: str, months: int, why: str) -> None:
    """Too few months, or nobody who joined later, is told."""
    spent = {1: 30.0, 2: 20.0, 5: 10.0}
    shop = shop_of(tmp_path, [("A", joined, spent), ("B", joined, spent)])
    table = report(shop, "before-after", months=months, **FROM)
    assert table.rows == [] and why in table.notes[0]


def test_cards_enrolled_by_an_import_are_counted(tmp_path: Path) -> None:
    """Of a member whom a receipt enrolled nobody knows when he joined."""
    shop = open_shop(tmp_path / "shop.db", "2026-08-01 12:00")
    send_rows(shop, tmp_path, "R1,sale,,2026-03-15 10:00,7,G,1,5.00,\nR2,sale,,2026-01-15 10:00,7,G,1,5.00,")
    notes = report(shop, "before-after", **FROM).notes
    assert notes[-1] == "Members whom a receipt enrolled are left out, since nobody knows when they joined: 1."


def test_a_shop_whose_truth_is_known(tmp_path: Path) -> None:
    """Everybody buys more in May and June; who has joined spends 6.00 a month more than that, and it is seen."""
    chance = random.Random(5)
    customers = []
    for card in range(1_000, 1_240):
        joined = chance.choice((3, 4, 7, 8))
        usual = chance.lognormvariate(2.5, 0.5)
        spent = {
            month: usual * (1.5 if month in (5, 6) else 1.0) * chance.lognormvariate(0, 0.3) + 6.0 * (month > joined)
            for month in range(1, 8)
        }
        customers.append((str(card), "2026-08-01" if joined == 8 else f"2026-{joined:02}-10", spent))
    shop = shop_of(tmp_path, customers)
    found = rows(shop, "before-after", months=2, **FROM)
    after, drift = found[:2]
    assert after["verdict"] == "more" and after["low_minor"] <= 600 <= after["high_minor"]
    assert drift["verdict"] == "unclear"
    (said, proof) = report(shop, "before-after", months=2, **FROM).notes
    assert said.startswith("Joining is followed by") and proof.startswith("It is no proof")


def test_who_was_on_the_way_before_says_nothing() -> None:
    """Where joiners rise before joining already, the drift is not 0."""
    chance = random.Random(3)
    customers = [
        Customer(joined, 0, {month: 20.0 + chance.random() + (month * 5 if joined == 3 else 0) for month in range(7)})
        for joined in (3, 8)
        for _ in range(60)
    ]
    drift = compare(customers, cohorts_of(customers, 2, 7), 2, {-1: 1.0, -2: -1.0}).found
    assert drift.low <= 5.0 <= drift.high and drift.low > 0
