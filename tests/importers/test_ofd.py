"""Russian fiscal receipts: wrappers, kopecks, keys of three parts, advances that are no sales."""

import json
from pathlib import Path

import pytest

from bonuscli.importers import open_receipts
from bonuscli.importers.profile import load_profile
from tests.importers.conftest import told_by
from tests.importers.shops import FORMATS, rejects, written

DAY = FORMATS / "ofd" / "day.json"
CARD = "format: ofd-json\npaths: {card: properties.propertyValue, phone: buyerPhoneOrAddress}\n"


@pytest.fixture
def till():
    """A profile of a shop whose till writes the card into a field of its own."""
    Path("till.yaml").write_text(CARD, encoding="utf-8")
    return "till.yaml"


def receipt(**more):
    """One fiscal receipt of 247.38."""
    items = [{"name": "Тыква", "price": 9999, "quantity": 2.474, "sum": 24738, "paymentType": 4, "productType": 1}]
    return {
        "fiscalDriveNumber": "9999078900001234", "fiscalDocumentNumber": 7, "fiscalSign": 88, "operationType": 1,
        "dateTime": "2026-12-02T18:01:00", "retailPlace": "Лавка", "kktRegId": "0001  ", "totalSum": 24738,
        "items": items,
    } | more  # fmt: skip


def outcome(measures, *documents, profile="ofd-json"):
    """(receipts, rejects, what was passed over) of documents, one a line."""
    return told_by(written("day.jsonl", *documents), profile, measures)


def test_the_totals_of_the_sample_come_in(shop, till):
    """What the receipts say in kopecks, without advances and purchases, less the return: 929.85."""
    text = DAY.read_text(encoding="utf-8")
    sums = [(each["sum"], each["paymentType"]) for each in _objects(json.loads(text)) if "paymentType" in each]
    handed_over = sum(amount for amount, way in sums if way == 4) - 5000 - 2 * 10900  # a purchase, and the return
    report = shop.take(DAY, till)
    assert report["total_minor"] == handed_over == 92_985
    assert (report["receipts"], report["accepted"], report["lines"]) == (5, 5, 6)
    assert "1 x document with code 5, 1 x line of advance, 1 x line of prepayment, 1 x purchase" in shop.told
    members = [member for (member,) in shop.stored("member")]
    assert members == [1, 1, 1, 1, 1]  # by card, by the phone that the receipt was sent to, and the return by card
    assert shop.take(DAY, till)["duplicate"] == 5


def test_one_receipt_from_two_operators_is_one(shop, till):
    """Drive, document and sign are the key, however an operator spells the shop, under a copy of the profile, too."""
    shop.take(written("operator.jsonl", receipt()), "ofd-json")
    for place in ({"retailPlace": "ООО «Лавка»"}, {"retailPlace": "", "kktRegId": "1"}):
        for profile in ("ofd-json", till):
            assert shop.take(written("app.jsonl", receipt(**place)), profile)["duplicate"] == 1
    assert shop.stored("source, shop") == [("fiscal", "Лавка")]


def _objects(found):
    if isinstance(found, dict):
        yield found
    for each in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from _objects(each)


def test_a_receipt_is_read_whole(measures):
    """The till's own sum of the line, its quantity to the gram, place, till and the three parts of the key."""
    (read,), _, _ = outcome(measures, receipt(operator=" Анна ", fiscalSign="0088", ecashTotalSum=24738))
    assert (read.number, read.source) == ("9999078900001234/7/88", "fiscal")
    assert (read.shop, read.till, read.cashier, read.card, read.phone) == ("Лавка", "0001", "Анна", "", "")
    assert [line[1:] for line in read.lines] == [("", "Тыква", "", "", 2474, 24738, 0)]
    assert read.payments == (("card", None),)
    assert measures.calendar.iso(read.at) == "2026-12-02T18:01:00+03:00"


@pytest.mark.parametrize(
    "wrap",
    [
        lambda it: it,
        lambda it: {"ticket": {"document": {"receipt": it}}},
        lambda it: {"_id": 1, "ticket": {"document": {"bso": it | {"code": 4}}}},
        lambda it: {"code": 1, "data": {"json": it, "html": "<b>"}, "request": {"qrraw": "t=1"}},
        lambda it: [{"receipt": it}],
        lambda it: {"documents": [it]},
    ],
)
def test_wrappers_are_opened(measures, wrap):
    """The usual wrappings of one receipt all give that receipt."""
    (read,), found, _ = outcome(measures, wrap(receipt()))
    assert (read.number, found) == ("9999078900001234/7/88", [])


def test_the_phone_is_taken_only_where_the_profile_says_so_and_it_is_one(measures, till):
    """Whoever asked for a receipt by SMS has not joined a club; an e-mail or "none" is no phone."""
    sent = [receipt(buyerPhoneOrAddress=where) for where in ("+79120000001", "ann@example.com", "none", None)]
    assert [each.phone for each in outcome(measures, *sent)[0]] == ["", "", "", ""]
    assert [each.phone for each in outcome(measures, *sent, profile=till)[0]] == ["+79120000001", "", "", ""]


def test_lines_have_places_of_their_own(measures):
    """A path of a field of goods begins at the line."""
    Path("till.yaml").write_text("format: ofd-json\npaths: {barcode: productCode.gtin}\n", encoding="utf-8")
    item = receipt()["items"][0] | {"productCode": {"gtin": "04600000000017"}}
    (read,), _, _ = outcome(measures, receipt(items=[item]), profile="till.yaml")
    assert read.lines[0].sku == "04600000000017"


def test_seconds_since_1970_are_those_of_the_wall(measures):
    """Tag 1012 knows no zone: 12:10 is 12:10 at the till, wherever it stands; some services tell milliseconds."""
    for seconds in (1796213400, 1796213400000):
        (read,), _, _ = outcome(measures, receipt(dateTime=seconds))
        assert measures.calendar.iso(read.at) == "2026-12-02T12:10:00+03:00"


def test_a_return_is_told_by_its_operation(measures):
    """Returns have positive sums and name no sale."""
    (read,), _, _ = outcome(measures, receipt(operationType=2))
    assert (read.kind, read.original, read.lines[0].amount) == ("return", None, 24738)


def test_money_in_advance_is_no_sale(measures):
    """Prepayments, advances and payments of credit are passed over and counted; goods beside them stay."""
    item = receipt()["items"][0]
    ways = [item | {"paymentType": way} for way in (1, 2, 3, 7)] + [item | {"productType": 10}]
    sold = [item | {"paymentType": way} for way in (4, 5, 6)]
    total = 8 * 24738
    (read,), found, passed = outcome(measures, receipt(items=ways + sold, totalSum=total), receipt(items=ways[:1]))
    assert (len(read.lines), found) == (3, [])
    assert passed == {
        "line of prepayment": 3, "line of advance": 2, "line of payment of credit": 1,
    }  # fmt: skip


def test_what_is_no_receipt_is_counted(measures):
    """Reports of a shift, corrections and purchases are passed over by what they are."""
    read, found, passed = outcome(
        measures, receipt(code=31), receipt(receiptCode=2), receipt(operationType=3), receipt(operationType="4")
    )
    assert (read, found) == ([], [])
    assert passed == {
        "document with code 31": 1, "document with code 2": 1, "purchase": 1, "return of a purchase": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    "found, what",
    [
        (receipt(correctionType=0), "receiptCorrection"),
        ({"ticket": {"document": {"receiptCorrection": receipt()}}}, "receiptCorrection"),
        ({"document": {"bsoCorrection": receipt(code=41)}}, "bsoCorrection"),
        ({"ticket": {"document": {"closeShift": {"code": 5, "shiftNumber": 1}}}}, "closeShift"),
    ],
)
def test_corrections_and_reports_of_a_drive_are_no_sales(measures, found, what):
    """Each has a wrapper of its own, where it tells no code; a receipt that tells its code is one in any case."""
    read, bad, passed = outcome(measures, found, receipt(code=3, correctionType=0))
    assert (len(read), bad, passed) == (1, [], {what: 1})


@pytest.mark.parametrize(
    "broken, column, reason",
    [
        ({"fiscalSign": None}, "receipt_id", "fiscalSign is missing"),
        ({"fiscalDriveNumber": ""}, "receipt_id", "fiscalDriveNumber is missing"),
        ({"fiscalDocumentNumber": "7/8"}, "receipt_id", "fiscalDocumentNumber is missing or no number"),
        ({"operationType": None}, "kind", "operationType '' is not known"),
        ({"operationType": 5}, "kind", "operationType '5' is not known"),
        ({"totalSum": 24838}, "amount", "the lines come to 247.38, the receipt to 248.38"),
        ({"totalSum": 24638}, "amount", "the lines come to 247.38, the receipt to 246.38"),
        ({"totalSum": "247.38"}, "amount", "more than 0 digits"),
        ({"items": []}, "amount", "the lines come to 0.00"),
        ({"items": None, "totalSum": 0}, "amount", "no lines"),
        ({"items": {"a": 1}}, "amount", "a list of objects"),
        ({"dateTime": "02.12.2026"}, "at", "is not a day"),
        ({"dateTime": 17962134000000}, "at", "is not a date and time"),
        ({"retailPlace": ["Лавка"]}, "shop", "a text or a number"),
        ({"retailPlace": "x" * 501}, "shop", "longer than 500"),
        ({"cashTotalSum": "1.5"}, "payment", "more than 0 digits"),
    ],
)
def test_what_is_wrong_is_named(measures, broken, column, reason):
    """A receipt that cannot be trusted is rejected whole, with the field to mend."""
    _, (reject,), _ = outcome(measures, receipt(**broken))
    assert reject.column == column
    assert reason in reject.reason


def test_the_till_may_leave_off_kopecks(measures):
    """A total that is less than the lines by under a rouble is the till's rounding; the lines keep their kopecks."""
    (read,), found, _ = outcome(measures, receipt(totalSum=24700))
    assert (read.lines[0].amount, found) == (24738, [])


@pytest.mark.parametrize(
    "quantity, thousandths",
    [("0.30000000000000004", 300), (1, 1000), ("2.0005", 2001), ("1.99949", 1999), (None, 1000)],
)
def test_quantities_are_rounded_to_thousandths(measures, quantity, thousandths):
    """Tills reckon quantities with floats; the sum of the line is the till's own in any case."""
    item = receipt()["items"][0] | {"quantity": quantity}
    (read,), _, _ = outcome(measures, receipt(items=[item]))
    assert (read.lines[0].quantity, read.lines[0].amount) == (thousandths, 24738)


@pytest.mark.parametrize("quantity", ["1,5", "1e3", "٣", "0." + "1" * 50, "0.0001", "", [1]])
def test_a_quantity_that_is_none_is_rejected(measures, quantity):
    """Only plain decimal numbers are quantities; an empty one is one piece."""
    item = receipt()["items"][0] | {"quantity": quantity}
    read, found, _ = outcome(measures, receipt(items=[item]))
    assert (len(read), len(found)) == ((1, 0) if quantity == "" else (0, 1))


@pytest.mark.parametrize("profile, own", [("ofd-json", "RUB"), ("checkbox", "UAH")])
def test_a_program_of_another_currency_is_told(measures, profile, own):
    """Fiscal receipts say no currency, since their law knows but one; kopecks are not cents."""
    path = written("day.jsonl", receipt())
    for currency in (own, "USD", None):
        reader = open_receipts(path, load_profile(profile), measures._replace(currency=currency))
        told = reader.taken.get("currency")
        reader.close()
        assert told == (f"USD, while these receipts are in {own}" if currency == "USD" else None)


def test_a_mended_reject_is_imported_again(shop, till):
    """The row of a receipt without its sign gets the whole key and is then the receipt that the source tells."""
    properties = {"propertyValue": "100"}
    path = written("day.jsonl", receipt(properties=properties), receipt(fiscalSign=None, properties=properties))
    report = shop.mended(path, till, receipt_id="9999078900001234/7/99")
    (row,) = rejects("errors.csv")
    assert (row["amount"], row["card"], row["reject_column"]) == ("247.38", "100", "receipt_id")
    assert (report["accepted"], report["total_minor"]) == (1, 24738)
    whole = written("whole.jsonl", receipt(fiscalSign=99, properties=properties))
    assert shop.take(whole, till)["duplicate"] == 1
