"""The steps of a receipt begin with what it spends and end with the days of its points; asking changes nothing."""

from pathlib import Path

import pytest

from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.explain import explain as explain_receipt
from bonuscli.services.redeem import redeem
from tests.ledger.tills import assert_proven, open_shop, send_rows

ZERO = receipt_of_total(0, "Z", None, None)


@pytest.mark.parametrize("explain", [False, True])
def test_as_much_as_possible_is_nothing_where_points_were_spent_before(tmp_path: Path, explain: bool) -> None:
    """``max`` on a receipt that an earlier redemption pays for takes nothing more, with its steps and without."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-05 10:00")
    send_rows(shop, tmp_path, "A,sale,,2026-01-01 07:00,7,G,2,100.00,")
    redeem(shop, "7", 10, receipt_id="R")
    booked = accrue(shop, "7", receipt_of_total(50_00, "R", None, "max"), explain=explain)
    assert (booked.redeemed, booked.to_pay_minor) == (10, 40_00)
    assert bool(booked.steps) is explain
    assert_proven(shop)


def test_what_is_spent_and_the_days_of_what_is_earned_are_steps(tmp_path: Path) -> None:
    """Points that an earlier redemption spent for the receipt too, with the money that they pay of each line."""
    life = '{name: {one: point, other: points}, value: "1.00", opens: {after: 3d}, lasts: {for: 1mo}}'
    shop = open_shop(tmp_path / "shop.db", "2026-01-05 10:00", points=life)
    send_rows(shop, tmp_path, "A,sale,,2026-01-01 07:00,7,G,2,100.00,")
    redeem(shop, "7", 10, receipt_id="R")
    accrue(shop, "7", receipt_of_total(50_00, "R", None, None))
    first, *_, last = explain_receipt(shop, "R").steps
    assert first == ("redeem", "spent", "-10", "they pay 10.00 EUR", "line 1")
    why = "they can be spent from 2026-01-08 on, through 2026-02-08"
    assert last == ("lasts", "dated", "40", why, "receipt")
    assert not {"redeem", "lasts"} & {step.rule for step in accrue(shop, "7", ZERO, explain=True).steps}
