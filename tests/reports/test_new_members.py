"""Enrolments and what came of them; ``tests.reports.stories`` tells who did what."""

from tests.ledger.conftest import Play
from tests.reports.asking import picked, rows
from tests.reports.stories import PROGRAM, STORY

NAMES = (
    "month",
    "enrolled",
    "welcomed",
    "welcome_points",
    "activated",
    "share_activated",
    "bought_in_time",
    "full_days",
)


def test_by_month_of_enrolment(play: Play) -> None:
    """Anna and Ben spent of their welcome and bought; Cleo did neither, and has days left to do so."""
    found = rows(play(STORY, **PROGRAM), "new-members", by="month")
    assert picked(found, *NAMES) == [
        (None, 3, 3, 60, 2, 0.6667, 2, 2),
        ("2026-01", 2, 2, 40, 2, 1.0, 2, 2),
        ("2026-02", 1, 1, 20, 0, 0.0, 0, 0),
    ]
    assert picked(found, "share_bought") == [(0.6667,), (1.0,), (0.0,)]


def test_days_are_times_24_hours(play: Play) -> None:
    """Anna bought 25 hours after her enrolment, Ben two days after his: one day holds neither, two days Anna."""
    shop = play(STORY, **PROGRAM)
    bought = {days: rows(shop, "new-members", days=days)[0]["bought_in_time"] for days in (1, 2, 3)}
    assert bought == {1: 0, 2: 1, 3: 2}


def test_spent_points_that_came_back_activate_nothing(play: Play) -> None:
    """Ben's receipt comes back whole, and with it his ten points of welcome."""
    shop = play(STORY.replace("return: {of: A1}, expect: {reversed: 10}", "return: {of: B1}"), **PROGRAM)
    assert picked(rows(shop, "new-members"), "welcomed", "activated", "bought_in_time") == [(3, 1, 2)]
