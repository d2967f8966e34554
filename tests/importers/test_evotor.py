"""Documents of the Evotor cloud: transactions, roubles as numbers or texts, returns below zero that name their sale."""

import json
from decimal import Decimal

import pytest

from tests.importers.conftest import told_by
from tests.importers.shops import FORMATS, rejects, written

DOCUMENTS = FORMATS / "evotor" / "documents.json"
PROFILE = "evotor-docs"


def position(amount, **more):
    """One position of a piece."""
    return {
        "type": "REGISTER_POSITION", "commodityCode": "7", "commodityName": "Кофе", "quantity": 1, "sum": amount,
        "resultSum": amount,
    } | more  # fmt: skip


def document(*steps, total="100", **more):
    """One sale."""
    return {
        "type": "SELL", "uuid": "u-1", "closeDate": "2026-12-02T06:32:09.000+0000", "deviceUuid": "till",
        "transactions": list(steps), "closeResultSum": total, "extras": {"bonus_card": "100"},
    } | more  # fmt: skip


def outcome(measures, *documents, profile=PROFILE):
    """(receipts, rejects, what was passed over) of documents, one a line."""
    return told_by(written("day.jsonl", *documents), profile, measures)


def test_the_totals_of_the_sample_come_in(shop):
    """Sales less returns are the documents' own totals: 860.40; the second import adds nothing."""
    found = json.loads(DOCUMENTS.read_text(encoding="utf-8"), parse_float=Decimal)["items"]
    signs = {"SELL": 1, "PAYBACK": -1}
    total = sum(signs[each["type"]] * Decimal(each["closeResultSum"]) for each in found if each["type"] in signs)
    report = shop.take(DOCUMENTS, PROFILE)
    assert report["total_minor"] == total * 100 == 86_040
    assert (report["receipts"], report["accepted"], report["lines"]) == (4, 4, 6)
    assert "1 x CASH_INCOME, 1 x OPEN_SESSION" in shop.told
    assert shop.take(DOCUMENTS, PROFILE)["duplicate"] == 4


def test_a_sale_is_read_whole(measures):
    """Time with its offset, terminal, person, card, ways of payment less the change, and what was taken off."""
    (read,), _, _ = outcome(
        measures,
        document(
            {"type": "DOCUMENT_OPEN", "couponNumber": 145, "baseDocumentUUID": None},
            position(120, resultSum="100.00", barcode="460", quantity="0.500"),
            {"type": "PAYMENT", "paymentType": "CASH", "sum": 500},
            {"type": "PAYMENT", "paymentType": "CARD", "sum": 40},
            {"type": "PAYMENT", "paymentType": "CASH", "sum": -440.0},
            {"type": "PAYMENT", "paymentType": "ADVANCE", "sum": 0.00},
            storeUuid="shop", openUserUuid="opened",
        ),
    )  # fmt: skip
    assert (read.number, read.source, read.cashier, read.card, read.codes) == (
        "u-1", "shop/till", "opened", "100", ("145",),
    )  # fmt: skip
    assert [line[1:] for line in read.lines] == [("7", "Кофе", "", "", 500, 10000, 2000)]
    assert read.payments == (("cash", None), ("card", None))
    assert measures.calendar.iso(read.at) == "2026-12-02T09:32:09+03:00"


def test_a_return_names_its_sale_and_is_positive(measures):
    """All figures of a return stand below zero in the source, its total above."""
    opening = {"type": "DOCUMENT_OPEN", "baseDocumentUUID": "u-0"}
    back = document(opening, position("-100.00", quantity=-1), type="PAYBACK")
    (read,), _, _ = outcome(measures, back)
    assert (read.kind, read.original) == ("return", "u-0")
    assert [line[5:] for line in read.lines] == [(1000, 10000, 0)]


def test_a_return_gives_back_what_its_sale_gave(shop):
    """A linked return takes the sale's points back."""
    sale = document(position("1000"), total="1000")
    opening = {"type": "DOCUMENT_OPEN", "baseDocumentUUID": "u-1"}
    back = document(opening, position("-1000", quantity=-1), type="PAYBACK", uuid="u-2", total="1000", extras=None)
    back["closeDate"] = "2026-12-03T06:32:09.000+0000"
    report = shop.take(written("day.jsonl", sale, back), PROFILE)
    assert report["earned"] == report["reversed"] > 0
    assert report["total_minor"] == 0


def share(amount):
    """A position's share of the discount of the receipt."""
    return {"type": "DISCOUNT_DOCUMENT_POSITION", "discountPositionSum": amount}


@pytest.mark.parametrize("results, total", [((90, 180), "270"), ((100, 200), "270"), ((100, 200), None)])
def test_the_total_says_whether_sums_hold_the_discount(measures, results, total):
    """A share of the receipt's discount is taken off once, whether resultSum holds it or not."""
    steps = [position(100, resultSum=results[0]), share(10), position(200, resultSum=results[1]), share(20)]
    (read,), _, _ = outcome(measures, document(*steps, total=total))
    expected = [10000, 20000] if total is None else [9000, 18000]
    assert [line.amount for line in read.lines] == expected


@pytest.mark.parametrize(
    "broken, column, reason",
    [
        (document(position(100), uuid=None), "receipt_id", "no number"),
        (document(position(100), type=None), "kind", "has no type"),
        (document(position(100), total="150"), "amount", "the lines come to 100.00, the receipt to 150.00"),
        (document(), "amount", "the lines come to 0.00"),
        (document(position("1e2")), "amount", "plain decimal"),
        (document(position(-100, quantity=-1), total="-100"), "amount", "total of a sale is below zero"),
        (document(position(100), total="-100"), "amount", "the lines come to 100.00, the receipt to -100.00"),
        (document(position(100, resultSum=None)), "amount", "the lines come to 0.00"),
        (document(position(0.005), total="0"), "amount", "more than 2 digits"),
        (document(position(100, quantity="x")), "quantity", "plain decimal"),
        (document(position(100), closeDate=None), "at", "is not a day"),
        (document(position(100), transactions={}), "amount", "a list of objects"),
        (document(position(100), extras={"bonus_card": {"n": 1}}), "card", "a text or a number"),
        (document(position(100, commodityName="\ud800")), "name", "half of a character"),
    ],
)
def test_what_is_wrong_is_named(measures, broken, column, reason):
    """A document that cannot be trusted is rejected whole, with the field to mend."""
    _, (reject,), _ = outcome(measures, json.dumps(broken))
    assert reject.column == column
    assert reason in reject.reason


def test_a_phone_is_taken_only_where_the_profile_says_so(measures, tmp_path):
    """A path goes through the transactions to the first that has something there."""
    sale = document({"type": "DOCUMENT_OPEN", "clientPhone": None}, position(100), {"clientPhone": "79120000001"})
    assert outcome(measures, sale)[0][0].phone == ""
    profile = tmp_path / "till.yaml"
    profile.write_text("format: evotor-docs\npaths: {phone: transactions.clientPhone}\n", encoding="utf-8")
    (read,), _, _ = outcome(measures, sale, profile=str(profile))
    assert (read.phone, read.card) == ("79120000001", "")


def test_a_mended_reject_is_imported_again(shop):
    """The till's number of the sale is kept in the row: what was mended is no second receipt when it comes again."""
    path = written("day.jsonl", document(position(100)), document(position("55,50"), total="55.50", uuid="u-2"))
    report = shop.mended(path, PROFILE, amount="55.50")
    (row,) = rejects("errors.csv")
    assert (row["receipt_id"], row["amount"], row["reject_value"]) == ("u-2", "", "55,50")
    assert (report["accepted"], report["total_minor"]) == (1, 5550)
    whole = written("whole.jsonl", document(position("55.50"), total="55.50", uuid="u-2"))
    assert shop.take(whole, PROFILE)["duplicate"] == 1
