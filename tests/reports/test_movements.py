"""Points down to the goods that were bought with them, reckoned by hand."""

from tests.ledger.conftest import Play
from tests.reports.asking import picked, report, rows

# A point a euro. R1 earns 30 and 10 by its two lines; R2 pays 12 of 24.00 with points, two thirds of them for the
# coffee, and earns the 12.00 paid in money; S is spent before R3 is sent, and pays the whole of its 5.00.
STORY = """
- {at: 2026-01-01 09:00, enroll: {card: "1"}}
- at: 2026-01-02 10:00
  receipt: {id: R1, card: "1", lines: [{sku: POT, name: Pot, quantity: 1, amount: "30.00"}, {sku: CUP, quantity: 2, amount: "10.00"}]}
- at: 2026-01-03 10:00
  receipt: {id: R2, card: "1", redeem: 12, lines: [{sku: COFFEE, category: Drinks, quantity: 2, amount: "16.00"}, {sku: BUN, quantity: 1, amount: "8.00"}]}
- {at: 2026-01-04 10:00, redeem: {card: "1", points: 5, receipt: R3, total: "5.00"}}
- {at: 2026-01-04 10:01, receipt: {id: R3, card: "1", lines: [{sku: TEA, quantity: 1, amount: "5.00"}]}}
- {at: 2026-01-05 10:00, adjust: {card: "1", points: 7, reason: kind}}
"""  # noqa: E501
NAMES = ("kind", "points", "receipt_id", "sku")


def test_each_line_has_its_part(play: Play) -> None:
    """Accruals and redemptions are told by line, also of points that were spent before their receipt was sent."""
    found = rows(play(STORY), "movements")
    assert picked(found, *NAMES) == [
        ("accrual", 30, "R1", "POT"),
        ("accrual", 10, "R1", "CUP"),
        ("redemption", -8, "R2", "COFFEE"),
        ("redemption", -4, "R2", "BUN"),
        ("accrual", 8, "R2", "COFFEE"),
        ("accrual", 4, "R2", "BUN"),
        ("redemption", -5, "R3", "TEA"),
        ("adjustment", 7, None, None),
    ]
    coffee = found[2]
    assert (coffee["quantity_thousandths"], coffee["amount_minor"], coffee["category"]) == (2_000, 1_600, "Drinks")


def test_rows_sum_to_entries(play: Play) -> None:
    """Whatever falls on no line has a row of its own, so nothing is lost: here a redemption without a receipt."""
    shop = play(STORY + "- {at: 2026-01-06 10:00, redeem: {card: '1', points: 9}}\n")
    found = rows(shop, "movements")
    with shop.reading() as session:
        (entries,) = session.connection.execute("SELECT SUM(points) FROM entries").fetchone()
    assert sum(row["points"] for row in found) == entries == 40 - 12 + 12 - 5 + 7 - 9
    assert picked(found, *NAMES)[-1] == ("redemption", -9, None, None)


def test_the_latest_are_shown(play: Play) -> None:
    """With a limit of two entries the last two stand there, oldest first, and a note says that there are more."""
    shop = play(STORY)
    assert picked(rows(shop, "movements", limit=2), "kind", "points") == [("redemption", -5), ("adjustment", 7)]
    assert report(shop, "movements", limit=2).notes == ("There are more: these are the latest 2 entries.",)
    assert report(shop, "movements", limit=5).notes == ()
    assert picked(rows(shop, "movements", from_="2026-01-05", to="2026-01-06"), "points") == [(7,)]
