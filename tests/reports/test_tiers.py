"""Levels, moves and sales; ``tests.reports.stories`` tells who stands where."""

from tests.ledger.conftest import Play
from tests.reports.asking import picked, rows
from tests.reports.stories import PROGRAM, STORY


def test_each_level_has_its_members_moves_and_sales(play: Play) -> None:
    """Three joined at base, Anna rose to silver; all receipts were scored at base, and A1 came back."""
    found = rows(play(STORY, **PROGRAM), "tiers")
    names = ("tier", "members", "share_of_members", "joined", "risen", "fallen", "receipts", "revenue_minor")
    # Sales of base: 100 + 100 + 50 - 100; the guest's 60.00 belong to no level.
    assert picked(found, *names) == [
        (None, 3, 1.0, 3, 1, 0, 3, 15_000),
        ("base", 2, 0.6667, 3, 0, 0, 3, 15_000),
        ("silver", 1, 0.3333, 0, 1, 0, 0, 0),
    ]
    assert picked(found, "share_of_sales", "average_receipt_minor")[1:] == [(1.0, 5_000), (0.0, None)]


def test_a_fall_and_sales_at_a_level(play: Play) -> None:
    """Anna buys for 30.00 in silver, and falls to base a year later, when her figure is too low."""
    story = STORY + (
        '- {at: 2026-02-11 10:00, receipt: {id: A3, card: anna, total: "30.00"}}\n'
        "- {at: 2027-01-10 10:00, run_due: {}, expect: {}}\n"
    )
    shop = play(story, **PROGRAM)
    names = ("tier", "members", "joined", "risen", "fallen", "receipts", "revenue_minor", "share_of_sales")
    # 150.00 of base and 30.00 of silver are 180.00.
    assert picked(rows(shop, "tiers"), *names)[1:] == [
        ("base", 3, 3, 0, 1, 3, 15_000, 0.8333),
        ("silver", 0, 0, 1, 0, 1, 3_000, 0.1667),
    ]
    later = picked(rows(shop, "tiers", from_="2027-01-01"), *names)
    assert later[1:] == [("base", 3, 0, 0, 1, 0, 0, None), ("silver", 0, 0, 0, 0, 0, 0, None)]


def test_a_program_without_levels_has_its_members(play: Play) -> None:
    """Everybody stands in no level."""
    shop = play(STORY.replace(", tier: silver", ""), **{**PROGRAM, "tiers": ""})
    assert picked(rows(shop, "tiers"), "tier", "members", "receipts") == [(None, 3, 3), ("", 3, 3)]
