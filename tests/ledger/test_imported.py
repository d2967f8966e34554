"""What only files bring: redemptions that the till has decided, returns without a receipt, unknown customers."""

from pathlib import Path

from tests.ledger.tills import assert_proven, figures, open_shop, send_rows

POINTS = '{name: {one: point, other: points}, value: "1.00", opens: {after: 14d}}'
NOW = "2026-03-01 12:00"


def test_a_trusted_redemption_beyond_the_points_becomes_a_deficit(tmp_path: Path) -> None:
    """It takes open, then pending lots, and what they do not cover is owed; a return cancels that rest first."""
    shop = open_shop(tmp_path / "shop.db", NOW, points=POINTS)
    report = send_rows(
        shop,
        tmp_path,
        """
        A,sale,,2026-01-01 10:00,7,G,1,40.00,
        B,sale,,2026-01-10 10:00,7,G,1,30.00,
        C,sale,,2026-01-20 10:00,7,G,1,100.00,90
        """,
        redeem="trust",
    )
    assert (report.accepted, report.redeemed, report.uncovered) == (3, 90, 10)
    # 70 points cover 70 of the 90; C itself gives 10, which repay half of the rest of 20.
    assert (figures(shop, "7").balance, figures(shop, "7").deficit) == (-10, 10)
    send_rows(shop, tmp_path, "X,return,C,2026-01-21 10:00,7,G,1,100.00,")
    assert_proven(shop)
    assert (figures(shop, "7").balance, figures(shop, "7").deficit) == (70, 0)


def test_a_checked_redemption_beyond_the_points_is_rejected_with_its_receipt(tmp_path: Path) -> None:
    """Nothing of the receipt is stored, and nobody is enrolled for it."""
    shop = open_shop(tmp_path / "shop.db", NOW)
    report = send_rows(shop, tmp_path, "C,sale,,2026-01-20 10:00,7,G,1,100.00,90")
    assert (report.accepted, report.rejected, dict(report.reasons)) == (0, 1, {"insufficient_points": 1})
    assert report.accounts_enrolled == 0
    assert_proven(shop)


def test_a_trusted_redemption_worth_more_than_the_receipt_is_rejected(tmp_path: Path) -> None:
    """Points worth more than the total can not have paid for it, whatever the till says."""
    shop = open_shop(tmp_path / "shop.db", NOW)
    report = send_rows(shop, tmp_path, "C,sale,,2026-01-20 10:00,7,G,1,10.00,11", redeem="trust")
    assert dict(report.reasons) == {"over_share": 1}


def test_a_return_without_a_receipt_takes_what_there_is_and_never_owes(tmp_path: Path) -> None:
    """It is scored as a sale of its date, taken from open and pending lots, and restores nothing."""
    shop = open_shop(tmp_path / "shop.db", NOW, points=POINTS, tiers='{window: lifetime, levels: [{id: a, from: "0"}]}')
    report = send_rows(
        shop,
        tmp_path,
        """
        A,sale,,2026-01-01 10:00,7,G,1,40.00,
        X,return,,2026-01-05 10:00,7,G,1,15.00,
        Y,return,,2026-01-06 10:00,7,G,1,100.00,
        B,sale,,2026-01-20 10:00,7,G,1,30.00,
        """,
    )
    assert (report.accepted, report.reversed) == (4, 40)
    shown = figures(shop, "7")
    assert (shown.balance, shown.deficit, shown.spend) == (30, 0, 0)  # 70 bought, 115 brought back
    assert_proven(shop)


def test_who_is_enrolled_by_a_return_is_welcomed_with_the_first_sale(tmp_path: Path) -> None:
    """Welcome points wait for the first sale of somebody who was enrolled by bringing goods back."""
    shop = open_shop(tmp_path / "shop.db", NOW, grants="{welcome: {points: 20, after: enrolment}}")
    send_rows(shop, tmp_path, "X,return,,2026-01-05 10:00,7,G,1,15.00,")
    assert figures(shop, "7").balance == 0
    send_rows(shop, tmp_path, "A,sale,,2026-01-06 10:00,7,G,1,15.00,")
    assert figures(shop, "7").balance == 35
    assert_proven(shop)


def test_a_return_that_names_an_unknown_receipt(tmp_path: Path) -> None:
    """It is rejected, and mended and sent again it is booked."""
    shop = open_shop(tmp_path / "shop.db", NOW)
    send_rows(shop, tmp_path, "A,sale,,2026-01-04 10:00,7,G,1,15.00,")
    report = send_rows(shop, tmp_path, "X,return,AA,2026-01-05 10:00,7,G,1,15.00,")
    assert (report.rejected, dict(report.reasons)) == (1, {"unknown_original": 1})
    report = send_rows(shop, tmp_path, "X,return,A,2026-01-05 10:00,7,G,1,15.00,")
    assert (report.accepted, report.reversed) == (1, 15)


def test_a_part_of_a_stored_receipt_is_a_duplicate_and_more_than_it_a_conflict(tmp_path: Path) -> None:
    """Overlapping files may cut a receipt; a receipt that grew is kept out."""
    shop = open_shop(tmp_path / "shop.db", NOW)
    whole = """
        A,sale,,2026-01-04 10:00,7,G,1,15.00,
        A,sale,,2026-01-04 10:00,7,H,2,5.00,
        """
    assert send_rows(shop, tmp_path, whole).accepted == 1
    assert send_rows(shop, tmp_path, whole).duplicate == 1
    assert send_rows(shop, tmp_path, "A,sale,,2026-01-04 10:00,7,H,2,5.00,").duplicate == 1
    report = send_rows(shop, tmp_path, whole + "A,sale,,2026-01-04 10:00,7,I,1,1.00,")
    assert (report.conflicts, report.rejected, report.duplicate) == (1, 0, 0)
    assert figures(shop, "7").balance == 20
