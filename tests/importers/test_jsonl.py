"""Our own receipts as JSON lines, or as one list of them."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

from bonuscli.clock import Calendar
from bonuscli.errors import BonusError
from bonuscli.importers import json_documents, open_receipts
from bonuscli.importers.profile import FIELDS, load_profile
from bonuscli.importers.receipt_json import read_receipt
from bonuscli.model import Measures
from tests.importers.conftest import collect
from tests.importers.shops import FORMATS, rejects, written

DAY = FORMATS / "jsonl" / "day.jsonl"
PROFILE = "canonical-jsonl"
GOOD = '{"id": "B1", "at": "2026-12-02 12:00", "lines": [{"amount": "5.00"}]}'


def documents(path=DAY):
    """The documents of a sample, by a reader of its own."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines if line]


def outcome(path, measures):
    """Receipts and rejects of a file."""
    return collect(open_receipts(Path(path), load_profile(PROFILE), measures))


def test_sales_and_returns_come_in_with_the_totals_that_they_say(shop):
    """Sales less returns are the sum of the file's own amounts; points are earned, spent and taken back."""
    total = sum(
        (-1 if each.get("kind") == "return" else 1) * Decimal(line["amount"])
        for each in documents()
        for line in each["lines"]
    )
    report = shop.take(DAY, PROFILE)
    assert report["total_minor"] == total * 100 == 127_010
    assert (report["accepted"], report["lines"], report["redeemed"], report["rejected"]) == (4, 5, 60, 0)
    assert report["reversed"] > 0
    assert shop.stored("payments") == [("cash 100.10; card 400.00",), ("",), ("",), ("",)]


def test_the_second_import_adds_nothing(shop):
    """Each document is known by its number, also in a file of another shape."""
    shop.take(DAY, PROFILE)
    Path("list.json").write_text(json.dumps(documents(), indent=1, default=str), encoding="utf-8")
    for path in (DAY, "list.json"):
        report = shop.take(path, PROFILE)
        assert (report["accepted"], report["duplicate"]) == (0, 4)


def test_a_receipt_is_what_accrue_takes(measures):
    """A line of a file and the same object at the till are one receipt but for the place."""
    for document, receipt in zip(documents(), outcome(DAY, measures)[0], strict=True):
        if document.get("kind") != "return":
            document.pop("kind", None)
            alone = read_receipt(json.dumps(document, default=str), measures, receipt.place)
            assert alone == receipt


def test_a_mended_reject_is_imported_again(shop):
    """A line with a wrong amount stands in the errors file as a canonical row; the row mended is the receipt."""
    path = written("day.jsonl", GOOD, GOOD.replace("B1", "B2").replace("5.00", "5,50"))
    report = shop.mended(path, PROFILE, amount="5.50")
    (row,) = rejects("errors.csv")
    assert (row["reject_line"], row["reject_column"], row["reject_code"]) == ("2", "amount", "bad_amount")
    assert (report["accepted"], report["total_minor"]) == (1, 550)
    assert shop.take(path, PROFILE, "--errors", "again.csv", status=5)["duplicate"] == 1
    assert len(shop.stored("seq")) == 2


@pytest.mark.parametrize(
    "line, column, reason",
    [
        ("{", "", "broken JSON"),
        ('{"id": 1} {"id": 2}', "", "something stands behind"),
        ("[" * 100_000, "", "nested too deep"),
        ("7", "", "a JSON object is needed"),
        ('{"id": "B2", "id": "B3"}', "", "'id' stands twice"),
        ('{"id": "B2", "lines": [{"amount": 1, "amount": 2}]}', "", "'amount' stands twice"),
        ('{"id": "B2", "crad": "100"}', "", "unknown key 'crad'"),
        ('{"id": "B2", "lines": [{"ammount": 1}]}', "", "unknown key 'ammount'"),
        ('{"id": "B2"}', "amount", "has no lines"),
        ('{"id": "B2", "lines": 5}', "amount", "a list of objects"),
        ('{"id": "B2", "lines": [5]}', "amount", "a list of objects"),
        (GOOD.replace('"B1"', "null"), "receipt_id", "no number"),
        (GOOD.replace('"B1"', "true"), "receipt_id", "a text or a number"),
        (GOOD.replace("B1", "a\\u0000b"), "receipt_id", "NUL"),
        (GOOD.replace("B1", "a\\ud800b"), "receipt_id", "half of a character"),
        (GOOD.replace('"5.00"', "NaN"), "amount", "plain decimal"),
        (GOOD.replace('"5.00"', "1e3"), "amount", "plain decimal"),
        (GOOD.replace('"5.00"', "9" * 5000), "amount", "too large"),
        (GOOD.replace('"5.00"', "0.005"), "amount", "more than 2 digits"),
        (GOOD.replace('"5.00"', '"5.00", "quantity": 0'), "quantity", "quantity is 0"),
        (GOOD.replace('"at"', '"kind": "refund", "at"'), "kind", "no kind of receipt"),
        (GOOD.replace('"at"', '"original_receipt_id": "A", "at"'), "original_receipt_id", "a sale names"),
        (GOOD.replace('"at"', '"codes": ["A B"], "at"'), "code", "no code"),
        (GOOD.replace('"at"', '"codes": "A", "at"'), "code", "a list of codes"),
        (GOOD.replace('"at"', '"payments": [{"type": "a;b"}], "at"'), "payment", "without ; and ="),
        (GOOD.replace('"at"', '"payments": [{"type": "a", "amount": "x"}], "at"'), "payment", "plain decimal"),
        (GOOD.replace('"B1"', f'"{"x" * 200_000}"'), "receipt_id", "longer than 500"),
        (GOOD.replace('"5.00"', f'"5.00", "name": "{"x" * 200_000}"'), "name", "longer than 500"),
        (GOOD.replace('"at"', f'"redeem": "{"0" * 200_000}", "at"'), "redeem", "longer than 500"),
        (GOOD.replace("12:00", "25:00"), "at", "not a date and time"),
    ],
)
def test_a_wrong_line_is_rejected_and_the_others_stay(measures, tmp_path, line, column, reason):
    """What is wrong costs its own line: rejected with place, column and reason."""
    receipts, found = outcome(written("day.jsonl", GOOD, line, GOOD.replace("B1", "B9")), measures)
    assert [each.number for each in receipts] == ["B1", "B9"]
    (reject,) = found
    assert (reject.line, reject.column) == (2, column)
    assert reason in reject.reason
    for row in reject.rows:
        assert len(next(csv.reader([row]))) == len((*FIELDS, "currency"))


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "the file is empty"),
        (b" \n \n", "the file is empty"),
        (b"[" + GOOD.encode() + b",", "breaks off"),
        (b"[" + GOOD.encode() + GOOD.encode() + b"]", "a comma is missing"),
        (b"[" + GOOD.encode()[:-9], "broken JSON"),
        (GOOD.encode()[:-1], "broken JSON"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a":' * 100_000, "nested too deep"),
        (b"hello", "broken JSON"),
        (GOOD.encode() + b'\n{"shop": "\xff"}\n', "is not utf-8 text"),
        (b"[" + GOOD.encode() + b"\xff", "is not utf-8 text"),
        (b"[\n\n" + b'{"shop": "\xd0"}', "byte 0xD0"),
        (GOOD.encode("utf-16"), "UTF-16"),
        (b"{\0}", "binary"),
        (b"\x1f\x8b\x08\x00\x00", "gzip file is cut off"),
    ],
)
def test_a_file_that_is_no_json_stops(measures, content, message):
    """What cannot be told apart into documents is an error of the file, with its line, and never a traceback."""
    Path("day.jsonl").write_bytes(content)
    with pytest.raises(BonusError) as caught:
        outcome("day.jsonl", measures)
    assert caught.value.code == "bad_file"
    assert message in caught.value.message
    assert caught.value.where.startswith("day.jsonl")


def test_objects_may_stand_in_any_usual_way(measures):
    """One a line, indented one after another, in a list, in a list without line ends, behind a byte order mark."""
    two = [json.loads(GOOD), json.loads(GOOD.replace("B1", "B2"))]
    for content in (
        "\n\n".join(map(json.dumps, two)),
        "\r\n".join(map(json.dumps, two)) + "\r\n",
        "\n".join(json.dumps(each, indent=2) for each in two),
        json.dumps(two),
        json.dumps(two, indent=4),
        "\ufeff" + json.dumps(two),
        "[" + json.dumps(two[0]) + "]\n[" + json.dumps(two[1]) + "]",
        "[]" + json.dumps(two),
    ):
        Path("day.json").write_text(content, encoding="utf-8")
        receipts, found = outcome("day.json", measures)
        assert ([each.number for each in receipts], found) == (["B1", "B2"], [])


def test_a_broken_first_line_does_not_hide_that_there_are_lines(measures):
    """The second line tells that objects stand one a line."""
    receipts, (reject,) = outcome(written("day.jsonl", GOOD[:-3], GOOD), measures)
    assert ([each.number for each in receipts], reject.line) == (["B1"], 1)


def test_long_files_are_read_piece_by_piece(measures):
    """Documents that lie across the pieces in which a file is read are whole; places are counted from 1."""
    many = [GOOD.replace("B1", f"Я{number:05}") for number in range(3000)]
    for content in ("\n".join(many), f"[{','.join(many)}]", json.dumps(list(map(json.loads, many)), indent=3)):
        Path("day.json").write_text(content, encoding="utf-8")
        receipts, found = outcome("day.json", measures)
        assert (len(receipts), found) == (3000, [])
        assert [each.place for each in receipts] == [f"day.json:{number}" for number in range(1, 3001)]


def test_a_value_without_end_is_refused(measures, monkeypatch):
    """A text that does not close does not fill the memory."""
    monkeypatch.setattr(json_documents, "MAX_VALUE", 200_000)
    for begin in ("[", "", GOOD + "\n"):
        Path("day.json").write_text(f'{begin}{{"id": "{"x" * 1_000_000}', encoding="utf-8")
        with pytest.raises(BonusError, match="longer than 200,000 characters"):
            outcome("day.json", measures)


def test_cyrillic_in_another_encoding_is_read_as_the_profile_says(measures):
    """The encoding of a profile holds for JSON, too."""
    Path("till.yaml").write_text("format: jsonl\nencoding: windows-1251\n", encoding="utf-8")
    Path("day.json").write_bytes(GOOD.replace("B1", "Щ1").encode("cp1251"))
    receipts, _ = collect(open_receipts(Path("day.json"), load_profile("till.yaml"), measures))
    assert receipts[0].number == "Щ1"


def test_what_a_profile_knows_is_told_with_a_reject(measures):
    """The profile's time zone and constants stand in the rejected row, so that it means the same when it is mended."""
    Path("till.yaml").write_text("format: jsonl\ntimezone: Asia/Tokyo\nconstants: {shop: main}\n", encoding="utf-8")
    path = written("day.jsonl", GOOD.replace("5.00", "5,00"), GOOD)
    reader = open_receipts(path, load_profile("till.yaml"), measures)
    (receipt,), (reject,) = collect(reader)
    row = dict(zip(reader.header, reader.split(reject.rows[0]), strict=True))
    assert (row["at"], row["shop"]) == ("2026-12-02T12:00:00+09:00", "main")
    assert (receipt.source, receipt.at) == ("main/", Calendar("Asia/Tokyo").parse_instant("2026-12-02 12:00"))


def test_minor_units_follow_the_program(measures):
    """Amounts are read in the program's currency: yen have no digits after the point."""
    yen = Measures(0, 0, Calendar("Asia/Tokyo"))
    receipts, found = outcome(written("day.jsonl", GOOD, GOOD.replace("5.00", "5.10")), yen)
    assert [line.amount for line in receipts[0].lines] == [5]
    assert "more than 0 digits" in found[0].reason


@pytest.mark.parametrize(
    "text, message",
    [
        ("format: jsonl\ndelimiter: ';'\n", "delimiter: is for files with rows"),
        ("format: jsonl\ncolumns: {at: when}\n", "columns: is for files with rows"),
        ("format: jsonl\nunits: minor\n", "units: is for files with rows"),
        ("format: jsonl\npaths: {card: card}\n", "paths: is for ofd-json"),
        ("format: ofd-json\npaths: {receipt_id: id}\n", "unknown key 'receipt_id'"),
        ("columns: {receipt_id: a, at: b, amount: c}\npaths: {card: d}\n", "not for csv"),
    ],
)
def test_keys_that_mean_nothing_here_are_refused(text, message):
    """A profile of documents has no columns, and one of rows no paths; nothing is passed over in silence."""
    Path("till.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BonusError) as caught:
        load_profile("till.yaml")
    assert message in caught.value.message
