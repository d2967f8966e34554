"""Asking for the steps of a receipt changes nothing of how it is decided."""

from pathlib import Path

import pytest

from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.redeem import redeem
from tests.ledger.tills import assert_proven, open_shop, send_rows


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
