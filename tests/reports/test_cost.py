"""What the bonus costs; ``tests.reports.stories`` reckons what it is made of."""

from tests.ledger.conftest import Play
from tests.reports.asking import picked, rows
from tests.reports.stories import PROGRAM, STORY


def test_the_figures_follow_from_each_other(play: Play) -> None:
    """94 given less 10 taken back are 84; 35 are spent, 39 left; goods cost 60 % of their price."""
    found = picked(rows(play(STORY, **PROGRAM), "cost", goods_cost=60), "figure", "so_far", "at_most")
    # Sales with a card: 100 + 100 + 50 - 100 = 150.00. Spent 20 + 5 + 10 = 35; left 20 + 15 + 4 = 39: at most 74.
    # 35.00 x 60 % = 21.00, of 84.00 0.25 and of 150.00 0.14; 74.00 x 60 % = 44.40, 0.52857 and 0.296.
    assert found == [
        ("sales_of_members", 15_000, 15_000),
        ("points_given", 84, 84),
        ("worth_of_points_given", 8_400, 8_400),
        ("bonus_rate", 0.56, 0.56),
        ("points_spent", 35, 74),
        ("share_spent", 0.4167, 0.881),
        ("paid_with_points", 3_500, 7_400),
        ("cost_of_goods", 2_100, 4_440),
        ("cost_of_the_bonus_given", 0.25, 0.5286),
        ("discount_of_the_same_cost", 0.14, 0.296),
    ]


def test_days_without_anything_have_no_shares(play: Play) -> None:
    """Nothing given and nothing sold: sums of 0, and no value where there is nothing to divide by."""
    shop = play(STORY, **PROGRAM)
    found = {row["figure"]: row["at_most"] for row in rows(shop, "cost", from_="2025-01-01", to="2025-02-01")}
    assert (found["points_given"], found["cost_of_goods"]) == (0, 0)
    assert (found["bonus_rate"], found["cost_of_the_bonus_given"], found["share_spent"]) == (None, None, None)
