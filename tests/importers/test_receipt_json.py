"""One receipt from a till, as JSON."""

import json

import pytest

from bonuscli.errors import BonusError
from bonuscli.importers.receipt_json import read_receipt
from bonuscli.model import Line

LATTE = {"sku": "LATTE", "category": "Coffee", "quantity": 2, "amount": "1000.00"}


def test_the_whole_shape_is_read(measures):
    """Every key of the contract, amounts as text or as numbers, none of them through a float."""
    text = json.dumps(
        {
            "id": "r1", "at": "2026-12-15T16:20:00+03:00", "shop": "main", "till": 2, "cashier": "Ann", "card": "100",
            "lines": [LATTE, {"name": "Mug", "brand": "Own", "quantity": "0.5", "amount": 0.1, "discount": 5}],
            "redeem": 60, "payments": [{"type": "cash", "amount": "940.10"}], "codes": ["HAPPY"],
        }
    )  # fmt: skip
    receipt = read_receipt(text, measures, "receipt.json")
    assert receipt.lines == (
        Line(1, "LATTE", "", "Coffee", "", 2000, 100_000, 0),
        Line(2, "", "Mug", "", "Own", 500, 10, 500),
    )
    assert (receipt.kind, receipt.number, receipt.source, receipt.at) == ("receipt", "r1", "main/2", 1_797_340_800)
    assert (receipt.card, receipt.cashier, receipt.redeem) == ("100", "Ann", 60)
    assert (receipt.payments, receipt.codes, receipt.place) == ((("cash", 94_010),), ("HAPPY",), "receipt.json")


def test_what_the_caller_left_out_stays_open(measures):
    """No id and no time are None; the verb decides what they become."""
    receipt = read_receipt('{"lines": [{"amount": "5"}], "redeem": "max", "card": null}', measures, "stdin:1")
    assert (receipt.number, receipt.at, receipt.card, receipt.source, receipt.redeem) == (None, None, "", "", "max")
    assert receipt.lines == (Line(1, "", "", "", "", 1000, 500, 0),)


@pytest.mark.parametrize(
    "text, where, message",
    [
        ("{", "r.json:1:2", "broken JSON"),
        ("[" * 100_000, "r.json", "broken JSON"),
        ("[]", "r.json", "one JSON object is needed"),
        ("{}", "r.json: lines", "lines are missing"),
        ('{"lines": []}', "r.json: lines", "lines are missing"),
        ('{"lines": {}}', "r.json: lines", "a list is needed"),
        ('{"lines": [5]}', "r.json: lines[0]", "an object is needed"),
        ('{"lines": [{}]}', "r.json: lines[0].amount", "amount is missing"),
        ('{"lines": [{"amount": "1,5"}]}', "r.json: lines[0].amount", "has a comma"),
        ('{"lines": [{"amount": 1e3}]}', "r.json: lines[0].amount", "plain decimal"),
        ('{"lines": [{"amount": NaN}]}', "r.json", "NaN is no number"),
        ('{"lines": [{"amount": true}]}', "r.json: lines[0].amount", "a text or a number"),
        ('{"lines": [{"amount": "99999999999999"}]}', "r.json: lines[0].amount", "too large"),
        ('{"lines": [{"amount": 5, "ammount": 6}]}', "r.json: lines[0].ammount", "unknown key 'ammount'"),
        ('{"lines": [{"amount": 5, "quantity": 0}]}', "r.json: lines[0].quantity", "quantity is 0"),
        ('{"lines": [{"amount": 5, "discount": -1}]}', "r.json: lines[0].discount", "below zero"),
        ('{"lines": [{"amount": 5}], "id": 1, "id": 2}', "r.json", "'id' stands twice"),
        ('{"lines": [{"amount": 5}], "crad": 1}', "r.json: crad", "unknown key 'crad'"),
        ('{"lines": [{"amount": 5}], "at": "yesterday"}', "r.json: at", "is not a day"),
        ('{"lines": [{"amount": 5}], "redeem": -1}', "r.json: redeem", "below zero"),
        ('{"lines": [{"amount": 5}], "redeem": "all"}', "r.json: redeem", "plain decimal"),
        ('{"lines": [{"amount": 5}], "payments": [{"kind": 1}]}', "r.json: payments[0].kind", "unknown key"),
        ('{"lines": [{"amount": 5}], "codes": [[]]}', "r.json: codes[0]", "a text or a number"),
        ('{"lines": [{"amount": 5, "name": "%s"}]}' % ("x" * 501), "r.json: lines[0].name", "longer than 500"),
    ],
)
def test_a_bad_receipt_names_the_place(measures, text, where, message):
    """The path inside the object, what was found there."""
    with pytest.raises(BonusError) as caught:
        read_receipt(text, measures, "r.json")
    assert (caught.value.code, caught.value.where) == ("bad_receipt", where)
    assert message in caught.value.message


def test_near_keys_are_suggested(measures):
    """A misspelt key is not a receipt of nothing."""
    with pytest.raises(BonusError) as caught:
        read_receipt('{"lines": [{"ammount": "5"}]}', measures, "r.json")
    assert caught.value.hint == "did you mean 'amount'?"


def test_a_sale_below_zero_is_refused(measures):
    """Goods brought back are a return."""
    with pytest.raises(BonusError) as caught:
        read_receipt('{"lines": [{"amount": "-5"}]}', measures, "r.json")
    assert caught.value.code == "negative_total"
