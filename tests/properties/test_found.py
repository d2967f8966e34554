"""What random stories and receipts have found, each as small as it could be made."""

from pathlib import Path

from bonuscli.engine import earn
from bonuscli.engine.when import Occasion
from bonuscli.model import Facts, Line
from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.granting import Given, grant
from bonuscli.services.holds import capture, hold
from bonuscli.services.redeem import redeem
from bonuscli.services.returns import return_goods
from bonuscli.services.shop import Shop
from bonuscli.services.transfers import merge
from bonuscli.services.undo import undo
from bonuscli.store import coupons
from tests.ledger.test_several_programs import in_club, join
from tests.ledger.tills import UTC, assert_proven, figures, open_shop
from tests.properties.receipts_drawn import SETS, compiled

COUPONS = {
    "discounts": "[{id: off, kind: fixed, amount: '1.00'}]",
    "coupons": "[{id: paper, discount: off, code: PAPER, uses: 1}]",
}


def _shop_of(path: Path, *cards: str, **sections: str) -> Shop:
    shop = open_shop(path / "shop.db", "2026-01-20 12:00", **sections)
    for card in cards:
        enrol_one(shop, NO_PARTICULARS._replace(card=card))
    return shop


def test_who_was_merged_before_a_program_joins_is_merged_in_it(tmp_path: Path) -> None:
    """Nobody gets an account of his own in a new program who has no card any more."""
    shop = _shop_of(tmp_path, "1", "2", "3")
    merge(shop, "1", "2")
    merge(shop, "2", "3")
    assert join(shop, "2026-01-20 12:00").joined == 3
    assert_proven(shop)


def test_a_return_in_another_program_frees_the_code(tmp_path: Path) -> None:
    """The code of a receipt can be used again, whichever program its return is told in."""
    shop = _shop_of(tmp_path, "1", **COUPONS)
    join(shop, "2026-01-20 12:00")
    accrue(shop, "1", receipt_of_total(1_000, "R", None, None)._replace(codes=("paper",)))
    return_goods(in_club(shop), "R")
    with shop.reading() as session:
        assert coupons.uses(session.connection, ["paper"]) in ({}, {"paper": 0})
    assert_proven(shop)


def test_a_program_not_begun_sees_what_others_points_paid(tmp_path: Path) -> None:
    """A receipt before a program's first day, paid with points of the other, is proved in both."""
    shop = _shop_of(tmp_path, "1")
    join(shop, "2026-01-20 12:00", valid="{from: 2026-06-01}")
    grant(shop, "1", Given(5))
    accrue(shop, "1", receipt_of_total(1_000, "R", None, 5, UTC.parse_instant("2026-01-20 12:00")))
    assert_proven(shop)


def test_a_fixed_rule_is_replaced_on_its_own_goods_only() -> None:
    """Points for mugs on the receipt stay where another line's rule replaces them on that line."""
    rules = [
        {"id": "mug", "kind": "fixed", "points": "5", "goods": "mugs"},
        {"id": "hot", "kind": "percent", "rate": "10%", "goods": "hot", "replaces": "mug"},
    ]
    program = compiled(
        {"version": 1, "id": "p", "currency": "EUR", "timezone": "UTC", "goods": SETS, "earn": {"rules": rules},
         "points": {"name": {"one": "point", "other": "points"}, "value": "1.00"}}
    )  # fmt: skip
    mug, tea = (Line(1, "", "Mug", "Food", "", 1_000, 100, 0), Line(2, "", "", "Tea", "", 1_000, 2_000, 0))
    facts = Facts(None, frozenset(), False, None, None)
    for lines, points in (((mug, tea), {"mug": 5, "hot": 2}), ((mug._replace(category="Tea"), tea), {"hot": 2})):
        occasion = Occasion(0, 0, 0, sum(line.amount for line in lines), "", facts, lines)
        assert dict(earn.score(lines, None, occasion, program).parts) == points


def test_held_points_that_ended_do_not_move_with_a_merger(tmp_path: Path) -> None:
    """A merger lets holds go; points whose last day passed meanwhile expire, and repay no debt of the other member."""
    shop = _shop_of(tmp_path, "1", "2")
    grant(shop, "1", Given(15, lasts="0d"))
    hold(shop, "1", 10, 12 * 86_400)
    given = grant(shop, "2", Given(8))
    redeem(shop, "2", 8)
    undo(shop, given.entry, "a mistake")
    later = Shop(shop.path, now=UTC.parse_instant("2026-01-24 12:00"))
    assert merge(later, "1", "2").moved == 0
    assert figures(later, "2").deficit == 8
    assert_proven(later)


def test_points_spent_after_an_undone_capture_pay_for_the_receipt(tmp_path: Path) -> None:
    """Of two redemptions for a receipt, one captured and taken back, the other one pays."""
    shop = _shop_of(tmp_path, "1")
    grant(shop, "1", Given(40))
    hold(shop, "1", 7, receipt_id="R")
    undo(shop, capture(shop, "R").entry, "a mistake")
    redeem(shop, "1", 5, "R")
    assert accrue(shop, "1", receipt_of_total(5_000, "R", None, None)).redeemed == 5
    assert_proven(shop)
