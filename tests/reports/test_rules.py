"""What rules gave and what became of it; ``tests.reports.stories`` reckons every figure."""

from tests.ledger.conftest import Play
from tests.reports.asking import picked, rows
from tests.reports.stories import PROGRAM, STORY

FATES = ("rule", "times", "members", "points", "redeemed", "expired", "taken_back", "moved", "left", "cost_minor")


def test_each_rule_has_what_it_gave_and_what_became_of_it(play: Play) -> None:
    """Welcome: 60 given, 20 + 10 spent, Ben's 10 expired. Base: 10 + 10 + 4. The 5 spent of A2 fall on two rules."""
    found = rows(play(STORY, **PROGRAM), "rules")
    # 2.5 of base and of happy-hours are spent: 3 rounded half up, 2.50 in money.
    assert picked(found, *FATES) == [
        ("welcome", 3, 3, 60, 30, 10, 0, 0, 20, 3_000),
        ("base", 3, 2, 24, 3, 0, 10, 0, 11, 250),
        ("happy-hours", 1, 1, 10, 3, 0, 0, 0, 7, 250),
    ]
    assert picked(found, "kind") == [("grant",), ("accrual",), ("accrual",)]


def test_a_budget_is_told_beside_its_rule(play: Play) -> None:
    """10 of the 40 points that happy hours may give are drawn; a rule without a budget has none."""
    found = picked(rows(play(STORY, **PROGRAM), "rules"), "rule", "budget", "drawn", "of_budget")
    assert found == [("welcome", None, None, None), ("base", None, None, None), ("happy-hours", 40, 10, 0.25)]


def test_points_count_on_the_day_on_which_they_were_given(play: Play) -> None:
    """Only Cleo's welcome was given in February; a window is half-open."""
    shop = play(STORY, **PROGRAM)
    assert picked(rows(shop, "rules", from_="2026-02-01"), "rule", "points", "left") == [("welcome", 20, 20)]
    assert picked(rows(shop, "rules", from_="2026-01-03", to="2026-01-04"), "rule", "points") == [("base", 4)]


def test_moved_points_are_not_given_twice(play: Play) -> None:
    """Ten points that go to another member are moved for the rule that gave them, and no rule gave them again."""
    moved = STORY + "- {at: 2026-02-11 10:00, transfer: {from: anna, to: ben, points: 6}}\n"
    found = picked(rows(play(moved, **PROGRAM), "rules"), "rule", "points", "moved", "left")
    assert found == [("welcome", 60, 0, 20), ("base", 24, 3, 8), ("happy-hours", 10, 3, 4)]
