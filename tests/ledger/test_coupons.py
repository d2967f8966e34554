"""Coupon codes and gifts: made once, used as often as they may be, and freed by what comes back whole."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.days import format_day
from bonuscli.errors import BonusError
from bonuscli.model import Receipt
from bonuscli.services.accrue import accrue, quote, receipt_of_total
from bonuscli.services.coupons import list_coupons, make, show_code
from bonuscli.services.enroll import NO_PARTICULARS, enrol
from bonuscli.services.gifts import claim, list_gifts
from bonuscli.services.returns import return_goods
from bonuscli.services.shop import Shop
from bonuscli.services.undo import undo
from bonuscli.services.verify import verify
from bonuscli.services.writing import Writing
from tests.ledger.tills import assert_proven, dump, figures, open_shop, refusal, send

NOW = "2026-03-01 12:00"
PROGRAM = {
    "discounts": "[{id: tenth, kind: percent, rate: 10%}]",
    "coupons": "[{id: spring, discount: tenth, codes: 5, lasts: 1mo},"
    " {id: all, discount: tenth, code: Easter, uses: 1000}]",
    "gifts": "[{id: code, points: 10, gives: {coupon: spring}}, {id: tea, points: 10, stock: 1},"
    " {id: half, points: 10, gives: {discount: 50%}}, {id: van, points: 1, gives: delivery}]",
    "grants": "{welcome: {points: 50}}",
}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop with members 1 and 2, proven sound at the end."""
    opened = open_shop(tmp_path / "shop.db", NOW, **PROGRAM)
    with opened.writing() as session:
        desk = session.desk()
        for card in ("1", "2"):
            enrol(session, desk, NO_PARTICULARS._replace(card=card), session.now, None)
        desk.flush()
    yield opened
    assert_proven(opened)


def sale(number: str, *codes: str, total: int = 1000) -> Receipt:
    """A receipt of a total with codes."""
    return receipt_of_total(total, number, "", None)._replace(codes=codes)


def test_codes_are_made_once(shop: Shop) -> None:
    """All that the program asks for and that are not there yet, each another, in signs that nobody misreads."""
    first = make(shop, "spring", 2, prefix="s-")
    rest = make(shop, "spring")
    assert (len(first.codes), len(rest.codes), rest.made, rest.of) == (2, 3, 5, 5)
    assert make(shop, "spring").codes == ()
    codes = {*first.codes, *rest.codes}
    assert len(codes) == 5
    assert all(code.startswith("S-") and len(code) == 11 for code in first.codes)
    assert not set("".join(rest.codes)) & set("01258BDILOQSUVZ")
    assert format_day(first.expires_on) == "2026-04-01"


def test_what_can_not_be_made(shop: Shop) -> None:
    """Unknown coupons, a fixed code, more than the program asks for and a prefix with a space are refused."""
    assert refusal(make, shop, "sprin") == "unknown_coupon"
    assert refusal(make, shop, "all") == "usage"
    assert refusal(make, shop, "spring", 6) == "usage"
    assert refusal(make, shop, "spring", 1, prefix="a b") == "usage"


def test_a_dry_run_makes_nothing(shop: Shop) -> None:
    """How many codes there would be and their last day are told, and no codes, since none of them will ever exist."""
    made = make(shop, "spring", 2, writing=Writing(dry_run=True))
    assert (made.codes, made.count, made.made, format_day(made.expires_on)) == ((), 2, 2, "2026-04-01")
    assert list_coupons(shop)[0].made == 0


def test_a_code_is_used_up_and_freed(shop: Shop) -> None:
    """A second receipt with a code of one use is refused, until the first comes back whole."""
    (code,) = make(shop, "spring", 1).codes
    assert quote(shop, "1", sale("A", code.lower())).total_minor == 900
    accrue(shop, "1", sale("A", code, total=900))
    assert accrue(shop, "1", sale("A", code, total=900)).replayed
    before = dump(shop)
    assert refusal(accrue, shop, "2", sale("B", code)) == "code_used"
    assert dump(shop) == before
    told = quote(shop, "2", sale("B", code))
    assert [(each.told, each.state) for each in told.offer.codes] == [(code, "used")]
    assert (told.total_minor, told.offer.receipt.codes) == (1000, ())
    return_goods(shop, "A", amount=400)
    assert refusal(accrue, shop, "2", sale("B", code)) == "code_used"
    return_goods(shop, "A")
    shown = show_code(shop, code)
    assert (shown.state, shown.used, [each[2] for each in shown.receipts]) == ("valid", 0, [True, False])
    accrue(shop, "2", sale("B", code))
    assert show_code(shop, code).used == 1


def test_one_of_two_tills_gets_the_last_use(shop: Shop) -> None:
    """Sixteen receipts at once with one code: one is booked, fifteen are refused."""
    (code,) = make(shop, "spring", 1).codes

    def sell(number: int) -> str:
        try:
            accrue(shop, "1" if number % 2 else "none", sale(f"R{number}", code))
        except BonusError as problem:
            return problem.code
        return "booked"

    with ThreadPoolExecutor(8) as tills:
        answers = sorted(tills.map(sell, range(16)))
    assert answers == ["booked", *["code_used"] * 15]
    assert show_code(shop, code).used == 1


def test_a_code_expires(shop: Shop) -> None:
    """A month after the making it gives nothing, uses nothing up, and is no reason to refuse a receipt."""
    (code,) = make(shop, "spring", 1, writing=Writing(at="2026-01-31")).codes
    assert show_code(shop, code).state == "expired"
    answer = quote(shop, "1", sale("A", code))
    assert (answer.total_minor, answer.offer.codes[0].state) == (1000, "expired")
    accrue(shop, "1", sale("A", code))
    assert show_code(shop, code).used == 0


def test_unknown_codes_are_told_as_such(shop: Shop) -> None:
    """A quote says that nobody knows a code; to show one is an error."""
    answer = quote(shop, "none", sale("A", "nobody's"))
    assert [(each.told, each.state) for each in answer.offer.codes] == [("nobody's", "unknown")]
    assert refusal(show_code, shop, "nobody's") == "unknown_coupon"


def test_an_imported_receipt_with_a_used_code_is_rejected(shop: Shop, tmp_path: Path) -> None:
    """The row is kept out with the code of the refusal, and nobody is enrolled for it, within one file as well."""
    (code,) = make(shop, "spring", 1).codes
    file = tmp_path / "day.csv"
    rows = (f"A,sale,2026-03-01 10:00,1,9.00,{code}", f"B,sale,2026-03-01 11:00,77,9.00,{code}")
    file.write_text("receipt_id,kind,at,card,amount,code\n" + "\n".join(rows) + "\n")
    report = send(shop, file)
    assert (report.accepted, dict(report.reasons), report.accounts_enrolled) == (1, {"code_used": 1}, 0)
    assert "code_used" in (tmp_path / "rejects.csv").read_text()


def test_a_gift_of_a_coupon_is_a_code_of_one(shop: Shop) -> None:
    """The member gets a code that nobody has; where none is left the gift is out of stock."""
    assert refusal(claim, shop, "code", "1") == "out_of_stock"
    (code,) = make(shop, "spring", 1).codes
    given = claim(shop, "code", "1", writing=Writing(key="k"))
    assert (given.code, given.points, given.balance) == (code, 10, 40)
    again = claim(shop, "code", "1", writing=Writing(key="k"))
    assert (again.code, again.replayed, again.entry) == (code, True, given.entry)
    assert refusal(claim, shop, "tea", "1", writing=Writing(key="k")) == "key_conflict"
    assert refusal(claim, shop, "code", "2") == "out_of_stock"
    row = list_coupons(shop)[0]
    assert (row.made, row.given, row.used, row.free) == (1, 1, 0, 0)
    assert show_code(shop, code).card == "1"
    assert quote(shop, "2", sale("A", code)).total_minor == 900  # the bearer's


def test_a_dry_claim_gives_nothing(shop: Shop) -> None:
    """Neither points nor code nor stock is touched, and the code, which nobody has paid for, is not told."""
    make(shop, "spring", 1)
    before = dump(shop)
    tried = claim(shop, "code", "1", writing=Writing(dry_run=True))
    assert (tried.balance, tried.code) == (40, None)
    assert claim(shop, "tea", "1", writing=Writing(dry_run=True)).balance == 40
    assert dump(shop) == before


def test_a_gift_undone_is_in_stock_again(shop: Shop) -> None:
    """Its points come back to their lots, and another member can have it."""
    taken = claim(shop, "tea", "1")
    assert refusal(claim, shop, "tea", "2") == "out_of_stock"
    undo(shop, taken.entry, "the wrong card")
    assert figures(shop, "1").balance == 50
    assert [(row.gift, row.claimed, row.left) for row in list_gifts(shop)][1] == ("tea", 0, 1)
    assert claim(shop, "tea", "2").balance == 40


def test_a_voucher_goes_with_its_gift(shop: Shop) -> None:
    """Undone it is taken back; used, the gift can not be undone, nor one whose code was given out."""
    first = claim(shop, "half", "1")
    assert quote(shop, "1", sale("A")).total_minor == 500
    undo(shop, first.entry, "a mistake")
    assert quote(shop, "1", sale("A")).total_minor == 1000
    second = claim(shop, "half", "1")
    receipt = sale("A")
    accrue(shop, "1", receipt._replace(lines=(receipt.lines[0]._replace(amount=500, discount=500),)))
    assert refusal(undo, shop, second.entry, "a mistake") == "not_undoable"
    make(shop, "spring", 1)
    assert refusal(undo, shop, claim(shop, "code", "1").entry, "a mistake") == "not_undoable"


def test_who_can_not_pay_gets_nothing(shop: Shop) -> None:
    """Points on hold or not open do not pay for a gift, and a gift makes no debt."""
    for _ in range(50):
        claim(shop, "van", "1")
    before = dump(shop)
    assert refusal(claim, shop, "van", "1") == "insufficient_points"
    assert dump(shop) == before


def test_a_use_changed_by_hand_is_found(shop: Shop) -> None:
    """Verify holds the uses against the documents, a guest's as well."""
    accrue(shop, "none", sale("A", "easter"))
    with closing(sqlite3.connect(shop.path)) as connection, connection:
        found = "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'coupon_uses' AND type = 'trigger'"
        triggers = connection.execute(found).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        (kept,) = connection.execute("SELECT code, event, count FROM coupon_uses")
        connection.execute("DELETE FROM coupon_uses")
    assert [finding.invariant for finding in verify(shop).findings if "trigger" not in finding.text] == [10]
    with closing(sqlite3.connect(shop.path)) as connection, connection:
        connection.execute("INSERT INTO coupon_uses VALUES (?, ?, ?)", kept)
        for _, sql in triggers:
            connection.execute(sql)


def test_who_takes_no_part_gets_no_gift(tmp_path: Path) -> None:
    """Where the program is for some members, others are refused, and offered on a receipt what a guest is."""
    sections = {
        "members": "{tags: [club]}",
        "tiers": '{levels: [{id: one, from: "0"}]}',
        "grants": "{welcome: {points: 50}}",
        "discounts": "[{id: tenth, kind: percent, rate: 10%, when: {tiers: [one]}}]",
        "gifts": "[{id: tea, points: 10}]",
    }
    shop = open_shop(tmp_path / "shop.db", NOW, **sections)
    with shop.writing() as session:
        desk = session.desk()
        for card, tags in (("1", ("club",)), ("2", ())):
            enrol(session, desk, NO_PARTICULARS._replace(card=card, tags=tags), session.now, None)
        desk.flush()
    assert claim(shop, "tea", "1").balance == 40
    assert refusal(claim, shop, "tea", "2") == "not_eligible"
    assert [quote(shop, card, sale("A")).total_minor for card in ("1", "2", "none")] == [900, 1000, 1000]
    assert_proven(shop)
