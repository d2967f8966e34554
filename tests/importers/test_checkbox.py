"""Receipts of Checkbox: kopiykas, thousandths, discounts of lines and of receipts, returns that name their sale."""

import json

import pytest

from tests.importers.conftest import told_by
from tests.importers.shops import FORMATS, rejects, written

RECEIPTS = FORMATS / "checkbox" / "receipts.json"
PROFILE = "checkbox"


def good(amount, *discounts, **more):
    """One line of one piece."""
    return {
        "good": {"code": "tea", "name": "Чай", "price": 5000}, "quantity": 1000, "sum": amount, "is_return": False,
        "discounts": list(discounts),
    } | more  # fmt: skip


def off(amount, **more):
    """A discount of so many kopiykas."""
    return {"type": "DISCOUNT", "mode": "VALUE", "value": amount, "sum": amount} | more


def sale(*goods, total=5000, **more):
    """One receipt."""
    return {
        "id": "r-1", "type": "SELL", "status": "DONE", "fiscal_date": "2026-12-02T09:15:00.137643+00:00",
        "goods": list(goods), "payments": [{"type": "CASHLESS", "value": total}], "discounts": [], "total_sum": total,
        "context": {"bonus_card": "100"},
    } | more  # fmt: skip


def outcome(measures, *documents):
    """(receipts, rejects, what was passed over) of documents, one a line."""
    return told_by(written("day.jsonl", *documents), PROFILE, measures)


def test_the_totals_of_the_sample_come_in(shop):
    """Sales less returns are the receipts' own totals, but for the 20 kopiykas that one was rounded up by."""
    found = json.loads(RECEIPTS.read_text(encoding="utf-8"))["results"]
    signs = {"SELL": 1, "RETURN": -1}
    total = sum(
        signs[each["type"]] * each["total_sum"] for each in found if each["type"] in signs and each["status"] == "DONE"
    )
    report = shop.take(RECEIPTS, PROFILE)
    assert report["total_minor"] == total - 20 == 58_314
    assert (report["receipts"], report["accepted"], report["lines"]) == (5, 5, 7)
    assert report["reversed"] > 0
    assert "1 x SERVICE_IN, 1 x receipt with status ERROR" in shop.told
    assert shop.take(RECEIPTS, PROFILE)["duplicate"] == 5


def test_a_receipt_is_read_whole(measures):
    """Kopiykas, thousandths, the register of the shift, the card in the context."""
    shift = {"cash_register": {"fiscal_number": "4000001234"}, "cashier": {"full_name": "Олена"}}
    payments = [{"type": "CASH", "value": 10000}, {"type": "CASHLESS", "value": 1}, {"type": "CASH", "value": 1}]
    (read,), _, _ = outcome(measures, sale(good(1667, quantity=333), total=1667, shift=shift, payments=payments))
    assert (read.number, read.source, read.till, read.cashier, read.card) == (
        "r-1", "/4000001234", "4000001234", "Олена", "100",
    )  # fmt: skip
    assert [line[1:] for line in read.lines] == [("tea", "Чай", "", "", 333, 1667, 0)]
    assert read.payments == (("cash", None), ("cashless", None))
    assert measures.calendar.iso(read.at) == "2026-12-02T12:15:00+03:00"


@pytest.mark.parametrize("amount", [5000, 4500])
def test_the_total_says_whether_sums_hold_the_discount(measures, amount):
    """A line's own discount is taken off once, whether its sum holds it or not."""
    (read,), _, _ = outcome(measures, sale(good(amount, off(500)), total=4500))
    assert [line[5:] for line in read.lines] == [(1000, 4500, 500)]


def test_the_receipts_discount_goes_to_the_lines(measures):
    """4.33 off lines of 45.00 and 200.00 are 0.80 and 3.53; an extra charge is added likewise."""
    goods = (good(5000, off(500)), good(20000))
    (read,), _, _ = outcome(measures, sale(*goods, total=24067, discounts=[off(433)]))
    assert [line[6:] for line in read.lines] == [(4420, 580), (19647, 353)]
    charge = off(100, type="EXTRA_CHARGE")
    (read,), _, _ = outcome(measures, sale(*goods, total=24600, discounts=[charge]))
    assert [line[6:] for line in read.lines] == [(4518, 482), (20082, 0)]


def test_a_return_is_positive_and_names_its_sale(measures):
    """Lines of a return are marked as returned, which they are already."""
    back = sale(good(5000, is_return=True), type="RETURN", related_receipt_id="r-0")
    (read,), _, _ = outcome(measures, back)
    assert (read.kind, read.original, read.lines[0][5:]) == ("return", "r-0", (1000, 5000, 0))


def test_goods_brought_back_within_a_sale_go_against_it(measures):
    """A returned line of a sale is below zero."""
    (read,), _, _ = outcome(measures, sale(good(5000), good(2000, is_return=True), total=3000))
    assert [line[5:] for line in read.lines] == [(1000, 5000, 0), (-1000, -2000, 0)]


def test_a_receipt_as_it_was_sent_has_no_sums(measures):
    """Price times quantity is used only where the source has no sum, rounded half up."""
    (read,), _, _ = outcome(measures, sale(good(None, quantity=333), total=None))
    assert read.lines[0].amount == 1665
    _, (reject,), _ = outcome(measures, sale(good(None, good={"name": "Чай"}), total=None))
    assert (reject.column, reject.code) == ("amount", "bad_amount")


def test_what_is_not_done_is_counted(measures):
    """Cash put in, and receipts that did not become fiscal, are passed over by what they are."""
    read, found, passed = outcome(measures, sale(type="SERVICE_OUT"), sale(good(5000), status="CREATED"))
    assert (read, found, passed) == ([], [], {"SERVICE_OUT": 1, "receipt with status CREATED": 1})


@pytest.mark.parametrize(
    "broken, column, reason",
    [
        (sale(good(5000), id=""), "receipt_id", "no number"),
        (sale(good(5000), type=None), "kind", "has no type"),
        (sale(good(5000), total=5010), "amount", "the lines come to 50.00, the receipt to 50.10"),
        (sale(good(5000), total=4990), "amount", "the lines come to 50.00, the receipt to 49.90"),
        (sale(good(5000), total=5030, rounding=True), "amount", "the lines come to 50.00"),
        (sale(good(5000), discounts=[off(10, sum=None, mode="PERCENT")]), "discount", "a discount has no sum"),
        (sale(good("50.5")), "amount", "more than 0 digits"),
        (sale(good(5000, quantity="1.5")), "quantity", "more than 0 digits"),
        (sale(good(5000, quantity=0)), "quantity", "quantity is 0"),
        (sale(), "amount", "the lines come to 0.00"),
        (sale(good(5000), fiscal_date=7), "at", "is not a day"),
        (sale(good(5000), goods=7), "amount", "a list of objects"),
        (sale(good(5000), context={"bonus_card": True}), "card", "a text or a number"),
    ],
)
def test_what_is_wrong_is_named(measures, broken, column, reason):
    """A receipt that cannot be trusted is rejected whole, with the field to mend."""
    _, (reject,), _ = outcome(measures, broken)
    assert reject.column == column
    assert reason in reject.reason


@pytest.mark.parametrize("total", [5000, 5024, 4976])
def test_the_rounding_of_cash_leaves_the_lines_alone(measures, total):
    """Where the receipt says that it is rounded, the lines may differ from it by half a coin."""
    (read,), found, _ = outcome(measures, sale(good(5000), total=total, rounding=True))
    assert (read.lines[0].amount, found) == (5000, [])


def test_a_mended_reject_is_imported_again(shop):
    """What was mended in the errors file is known when the source sends it whole."""
    path = written("day.jsonl", sale(good(5000)), sale(good("70.5"), total=7050, id="r-2"))
    report = shop.mended(path, PROFILE, amount="70.50")
    (row,) = rejects("errors.csv")
    assert (row["receipt_id"], row["card"], row["reject_value"]) == ("r-2", "100", "70.5")
    assert (report["accepted"], report["total_minor"]) == (1, 7050)
    assert shop.take(written("whole.jsonl", sale(good(7050), total=7050, id="r-2")), PROFILE)["duplicate"] == 1
