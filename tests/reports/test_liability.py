"""What is owed, and what will never be asked, against figures reckoned by hand."""

from tests.ledger.conftest import Play
from tests.reports.asking import picked, report, rows

# A point a euro, worth 0.50, for 120 days from the purchase.
POINTS = '{name: {one: point, other: points}, value: "0.50", opens: {after: 0d}, lasts: {for: 120d, from: accrual}}'
EARN = "{rules: [{id: base, kind: percent, rate: 50%}]}"
# Anna spends 60 of 100 ten days after they opened and 40 expire; of Ben's 100 all expire, and nobody has written that
# down.  In November both earn again; 20 of Anna's 50 are on hold, and Ben's 30 wait to be opened.
STORY = """
- {at: 2026-01-01 09:00, enroll: {card: anna}}
- {at: 2026-01-01 09:01, enroll: {card: ben}}
- {at: 2026-01-10 10:00, receipt: {id: A1, card: anna, total: "100.00"}}
- {at: 2026-01-10 10:01, receipt: {id: B1, card: ben, total: "100.00"}}
- {at: 2026-01-20 10:00, redeem: {id: S1, card: anna, points: 60}}
- {at: 2026-11-20 10:00, receipt: {id: A2, card: anna, total: "50.00"}}
- {at: 2026-11-30 10:00, grant: {card: anna, points: 30, opens: 5d, lasts: 10d, reason: sorry}}
- {at: 2026-12-01 10:00, hold: {id: H, card: anna, points: 20, for: 1d}}
"""


def test_points_stand_in_the_month_of_their_last_day(play: Play) -> None:
    """30 pending points end in December, 30 open and 20 held ones in March; half a euro each."""
    found = rows(play(STORY, points=POINTS, earn=EARN), "liability")
    amounts = picked(found, "month", "open", "pending", "held", "points", "worth_minor")
    # 2026-11-20 + 120 days is 2027-03-20; 2026-12-05 + 10 days is 2026-12-15.
    assert amounts == [
        (None, 30, 30, 20, 80, 4_000),
        ("2026-12", 0, 30, 0, 30, 1_500),
        ("2027-03", 30, 0, 20, 50, 2_500),
    ]


def test_breakage_is_observed_on_lots_that_ended_at_the_same_age(play: Play) -> None:
    """Of 200 points that lasted 120 days 140 were never spent, so of 50 young ones 35 are expected to expire."""
    shop = play(STORY, points=POINTS, earn=EARN)
    found = picked(
        rows(shop, "liability"), "month", "breakage", "expected_breakage", "unobserved", "expected_cost_minor"
    )
    # 120 days are one quarter; 50 points of age 0 x 140/200 = 35 expire, 15 are paid: 7.50. Of points that last ten
    # days none has ended: 30 are owed wholly, 15.00.
    assert found == [
        (None, 0.7, 35.0, 30, 2_250),
        ("2026-12", None, None, 30, 1_500),
        ("2027-03", 0.7, 35.0, 0, 750),
    ]


def test_breakage_by_age(play: Play) -> None:
    """60 were spent in the first 30 days; the 140 others stood there until they expired on day 120."""
    found = rows(play(STORY, points=POINTS, earn=EARN), "liability", by="age")
    names = ("lasts_months", "age", "still_there", "spent", "expired", "breakage", "points", "worth_minor")
    # The entry of an expiry stands on the day after the last one: 121 / 30 is 4; what is not written yet, on the last
    # day: 120 / 30 is 4.
    assert picked(found, *names) == [
        (0, 0, 0, 0, 0, None, 30, 1_500),
        (3, 0, 200, 60, 0, 0.7, 50, 2_500),
        (3, 4, 140, 0, 140, 1.0, 0, 0),
    ]


def test_it_agrees_with_the_double_entry(play: Play) -> None:
    """The whole is what the view of the double entry holds, less what is expired and not written down."""
    shop = play(STORY, points=POINTS, earn=EARN)
    whole = rows(shop, "liability")[0]
    with shop.reading() as session:
        held, remaining = session.connection.execute(
            "SELECT (SELECT SUM(held) FROM v_liability),"
            " (SELECT SUM(remaining) FROM v_lot WHERE expires_on >= '2026-12-01')"
        ).fetchone()
    assert (whole["points"], whole["held"]) == (remaining + held, held) == (80, 20)


def test_what_never_ends_stands_last(play: Play) -> None:
    """Points without a last day have no month, and nothing is known of their breakage; a debt stands apart."""
    endless = '{name: {one: point, other: points}, value: "1.00", lasts: never}'
    shop = play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, card: "1", total: "100.00"}}
        - {at: 2026-01-02 10:00, enroll: {card: "2"}}
        - {at: 2026-01-02 10:01, receipt: {id: B, card: "2", total: "40.00"}}
        - {at: 2026-01-02 10:02, redeem: {id: S, card: "2", points: 40}}
        - {at: 2026-01-02 10:03, return: {of: B}}
        """,
        points=endless,
    )
    table = report(shop, "liability")
    assert table.head == (("deficit", "points", 40),)
    found = picked(rows(shop, "liability"), "month", "points", "unobserved", "expected_cost_minor")
    assert found == [(None, 100, 100, 10_000), ("never", 100, 100, 10_000)]
    assert picked(rows(shop, "liability", by="age"), "lasts_months", "age", "points") == [(None, 0, 100)]
