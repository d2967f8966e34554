"""Points that end soon, against a calendar."""

from tests.ledger.conftest import Play
from tests.reports.asking import picked, report, rows

# On 2026-12-01: 40 of Anna's and 5 of Ben's end on the 5th, 60 of Ben's on the 30th, 7 of Anna's on the 31st; 10 of
# Anna's 50 are on hold.
STORY = """
- {at: 2026-11-01 09:00, enroll: {card: anna, name: Anna, phone: "+43 664 1234567"}}
- {at: 2026-11-01 09:01, enroll: {card: ben, name: Ben}}
- {at: 2026-11-05 10:00, grant: {card: anna, points: 50, lasts: 30d, reason: a}}
- {at: 2026-11-05 10:01, grant: {card: ben, points: 5, lasts: 30d, reason: b}}
- {at: 2026-11-30 10:00, grant: {card: ben, points: 60, lasts: 30d, reason: c}}
- {at: 2026-12-01 10:00, grant: {card: anna, points: 7, lasts: 30d, reason: d}}
- {at: 2026-12-01 11:00, hold: {id: H, card: anna, points: 10, for: 1d}}
"""


def test_by_day(play: Play) -> None:
    """Thirty days from 1 December end with the 30th; what ends on the 31st is not soon yet."""
    shop = play(STORY)
    names = ("expires_on", "days_left", "members", "points", "worth_minor")
    # 40 + 5 on the 5th, 60 on the 30th; a point pays 1.00.
    soon = [("2026-12-05", 4, 2, 45, 4_500), ("2026-12-30", 29, 1, 60, 6_000)]
    assert picked(rows(shop, "expiring"), *names) == soon
    assert picked(rows(shop, "expiring", days=31), *names) == [*soon, ("2026-12-31", 30, 1, 7, 700)]
    assert picked(rows(shop, "expiring", limit=1), *names) == soon[:1]
    assert report(shop, "expiring").head[1][2] - report(shop, "expiring").head[0][2] == 29


def test_by_member(play: Play) -> None:
    """Ben loses 65 points and comes first; each is told with the first day and all that ends in the window."""
    shop = play(STORY)
    names = ("member", "card", "name", "phone", "expires_on", "points")
    anna = (1, "anna", "Anna", "+436641234567", "2026-12-05", 40)
    ben = (2, "ben", "Ben", None, "2026-12-05", 65)
    assert picked(rows(shop, "expiring", by="member"), *names) == [ben, anna]
    assert picked(rows(shop, "expiring", by="member", limit=1), *names) == [ben]


def test_today_is_the_first_day(play: Play) -> None:
    """Points whose last day is today can still be spent today."""
    shop = play(STORY + "- {at: 2026-12-05 10:00, look: {card: anna}}\n")
    assert picked(rows(shop, "expiring", days=1), "expires_on", "points") == [("2026-12-05", 45)]


def test_the_last_day_that_is_over_is_not_soon(play: Play) -> None:
    """What ended yesterday is gone, whether or not that is written down."""
    shop = play(STORY + "- {at: 2026-12-06 10:00, look: {card: anna}}\n")
    assert rows(shop, "expiring", days=1) == []
