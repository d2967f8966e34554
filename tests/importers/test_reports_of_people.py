"""Files that people and back offices make: titles, totals, merged cells, receipts that are told once."""

from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.importers.encodings import found_encoding
from bonuscli.importers.profile import load_profile
from tests.importers.conftest import COLUMNS, amounts
from tests.importers.sheets import Raw, xlsx
from tests.importers.shops import rejects

TITLED = "Sales of the week\n\nfrom,1 to 7 December\nid,at,sum\nr1,2026-12-01,5\nTotal:,,5\nsigned,Ann\n"


@pytest.mark.parametrize("skipped", ["3", "auto"])
def test_a_report_has_a_title_and_a_total(outcome, skipped):
    """What is above the header and from the total on is no receipt; it is counted and told."""
    receipts, bad, reader = outcome(TITLED, f"skip_rows: {skipped}\nstop_at: Total")
    assert (amounts(receipts), bad) == ([[500]], [])
    assert reader.passed_over == {"row 'Total'": 1, "row below 'Total'": 1}
    assert (reader.taken["header"], reader.taken["end"]) == ("line 4", "'Total' in line 6")


def test_a_receipt_below_the_total_is_not_left_out(outcome):
    """Where another table follows, the import stops at it; what stood before stays."""
    with pytest.raises(BonusError, match="a receipt stands below the row 'Total'") as caught:
        outcome(TITLED + "r2,2026-12-02,5\n", "skip_rows: auto\nstop_at: Total")
    assert caught.value.where == "day.csv:8"
    receipts, _, _ = outcome(
        TITLED + "r2,2026-12-02,5\nAll:,,10\n", "skip_rows: auto\nstop_at: All\npass_over: [Total]"
    )
    # The signature is a row of the table then, and no receipt.
    assert [each.number for each in receipts] == ["r1", "r2"]


def test_a_total_that_never_came_is_told(outcome):
    """A report that is cut off before its total may lack receipts."""
    _, _, reader = outcome("id,at,sum\nr1,2026-12-01,5\n", "stop_at: Total")
    assert reader.taken["end"] == "the file's, without a row 'Total'"


def test_totals_between_receipts_are_passed_over(outcome):
    """By what their rows begin with, whatever capitals; blank rows are none."""
    rows = "id,at,sum\nr1,2026-12-01,5\n,,\n,TOTAL OF DAY 1,5\nr2,2026-12-02,5\n"
    receipts, bad, reader = outcome(rows, "pass_over: [Total of]")
    assert (len(receipts), bad, reader.passed_over) == (2, [], {"row that begins with 'Total of'": 1})


def test_a_header_of_two_rows_is_one(outcome):
    """Merged cells stand above others; where names below are alike, the upper one tells them apart."""
    columns = "columns: {receipt_id: No, at: Date, amount: Sold / Sum, card: Card}\n"
    rows = "Receipt,,Card,Sold,,Left,\nNo,Date,,Pieces,Sum,Pieces,Sum\nr1,2026-12-01,100,1,5,7,35\n"
    for height in ("2", "auto"):
        (receipt,), bad, reader = outcome(rows, f"header_rows: {height}", columns)
        assert (receipt.card, amounts([receipt]), bad) == ("100", [[500]], [])
        assert reader.header[3:] == ["Sold / Pieces", "Sold / Sum", "Left / Pieces", "Left / Sum"]


def test_columns_may_have_several_names(outcome):
    """The first that the file has is taken, and told; a column that is needed and has none of them is missing."""
    columns = "columns: {receipt_id: [No, id], at: at, amount: [Sum, Total]}\n"
    (receipt,), _, reader = outcome("id,at,Total,Sum\nr1,2026-12-01,9,5\n", "", columns)
    assert (receipt.number, amounts([receipt])) == ("r1", [[500]])
    assert reader.taken["columns"] == "receipt_id: id, amount: Sum"
    with pytest.raises(BonusError, match="'No' is missing"):
        outcome("number,at,Sum\n", "", columns)


ONCE = "id,at,card,name,sum\nr1,2026-12-01,100,Tea,5\n,,,Mug,7\nr2,2026-12-01,200,Tea,5\n"


def test_a_receipt_may_be_told_once(outcome):
    """Rows without a number belong to the receipt above; its columns are theirs."""
    receipts, bad, _ = outcome(ONCE, "repeat: first-row")
    assert [(each.number, each.card, len(each.lines)) for each in receipts] == [("r1", "100", 2), ("r2", "200", 1)]
    assert bad == []


def test_a_broken_row_spoils_the_receipt_that_it_may_be_of(outcome):
    """Rows without a number behind an unreadable one are never booked with the receipt before it."""
    receipts, bad, _ = outcome(ONCE.replace(",,,Mug,7", ",,,Mug,7,8"), "repeat: first-row")
    assert [each.number for each in receipts] == ["r2"]
    assert [each.number for each in bad] == ["r1"]
    rows = "id,at,card,name,sum\nr1,2026-12-01,100,Tea,5\nr2,2026-12-01,200,Tea,5,6\n,,,Mug,7\n"
    for more in ("", "\norder: newest-first"):
        receipts, bad, _ = outcome(rows, "repeat: first-row" + more)
        assert [each.number for each in receipts] == ["r1"]
        assert {each.number for each in bad} == {"r2"}


def test_rows_may_be_told_together_by_another_column(outcome):
    """Where a cell that is the same in all rows of a receipt comes back in the next row, it is the same receipt."""
    columns = "columns: {receipt_id: id, order: name, at: at, amount: sum}\n"
    rows = "name,id,at,sum\n#1,77,2026-12-01,5\n#1,,,7\n#2,,2026-12-01,5\n"
    (receipt,), (bad,), _ = outcome(rows, "repeat: first-row", columns)
    assert (receipt.number, amounts([receipt])) == ("77", [[500, 700]])
    assert bad.reason == "this row names no receipt"


def test_the_newest_receipt_may_come_first(outcome):
    """Receipts are given oldest first, so that a sale is booked before its return; lines keep their order."""
    rows = "id,at,sum\nr2,2026-12-02,5\nr1,2026-12-01,1\nr1,2026-12-01,2\n"
    receipts, _, _ = outcome(rows, "order: newest-first")
    assert [(each.number, [line.amount for line in each.lines]) for each in receipts] == [
        ("r1", [100, 200]),
        ("r2", [500]),
    ]


def test_lines_come_to_the_total_of_the_receipt(outcome):
    """A total that the lines do not come to rejects the receipt, unless the difference is a discount to be shared."""
    columns = "columns: {receipt_id: id, at: at, amount: sum, discount: off, total: all}\n"
    rows = "id,at,sum,off,all\nr1,2026-12-01,10,0,12\nr1,2026-12-01,5,0,12\nr2,2026-12-01,5,0,\nr3,2026-12-01,5,1,4\n"
    receipts, bad, _ = outcome(rows, "", columns)
    assert [each.number for each in receipts] == ["r2"]
    assert [each.reason for each in bad] == [
        "the lines come to 15.00, the receipt to 12.00",
        "the lines come to 5.00, the receipt to 4.00",
    ]
    receipts, bad, _ = outcome(rows, "total: spread", columns)
    assert amounts(receipts) == [[800, 400], [500], [400]]
    assert [line.discount for each in receipts for line in each.lines] == [200, 100, 0, 100]
    receipts, (bad,), _ = outcome(rows.replace("12\n", "16\n"), "total: spread", columns)
    assert bad.number == "r1"


def test_shops_have_the_names_of_the_source(outcome):
    """A store map gives each its own name, also in the source of its numbers; a shop that it lacks is rejected."""
    columns = "columns: {receipt_id: id, at: at, amount: sum, shop: shop}\nstore_map: {Shop in Mira St.: mira}\n"
    (receipt,), (bad,), _ = outcome(
        "id,at,sum,shop\n1,2026-12-01,5,Shop in Mira St.\n2,2026-12-01,5,Kiosk\n", "", columns
    )
    assert (receipt.shop, receipt.source) == ("mira", "mira/")
    assert (bad.column, bad.value) == ("shop", "Kiosk")
    assert "store_map: knows no 'Kiosk'" in bad.reason


def test_kinds_may_be_passed_over_and_the_day_be_a_part_of_the_number(outcome):
    """What is no sale is counted by its own word; a till that counts from 1 every day has its days told apart."""
    columns = "columns: {receipt_id: id, at: at, amount: sum, kind: kind}\nnumber: [receipt_id, day]\n"
    rows = "id,at,sum,kind\n1,2026-12-01 10:00,5,Sale\n1,2026-12-02 10:00,5,Sale\n2,2026-12-02,-5,Back\n3,x,y,Cash in\n"
    kinds = "returns: {kinds: {Sale: sale, Back: return, Cash in: skip}, amounts: either}"
    receipts, bad, reader = outcome(rows, kinds, columns)
    assert [(each.number, each.kind) for each in receipts] == [
        ("1/2026-12-01", "receipt"), ("1/2026-12-02", "receipt"), ("2/2026-12-02", "return"),
    ]  # fmt: skip
    assert (bad, reader.passed_over) == ([], {"receipt of kind 'Cash in'": 1})
    assert amounts(receipts) == [[500], [500], [500]]


def test_categories_come_from_the_map(outcome):
    """Exact, beginning or glob, by number or name; the first that matches wins, and goes before the file's own."""
    columns = "columns: {receipt_id: id, at: at, amount: sum, sku: sku, name: name, category: group}\n"
    rules = (
        "category_map:\n  - {name: 'Latte*', category: Coffee}\n  - {sku: T-1, category: Tea}\n"
        "  - {name: '*bean[s]*', category: Beans}\n  - {name: 'latte with milk', category: Never}\n"
        "  - {name: 'Jam [red]', category: Jam}\n"
    )
    goods = ["J,jam [Red],x", "J,jam e,x", "L,LATTE WITH MILK,x", "t-1,Green,x", "B,Good beans,x", "M,Mug,Things"]
    goods.append("M,,")
    rows = "id,at,sum,sku,name,group\n" + "".join(f"r,2026-12-01,1,{each}\n" for each in goods)
    (receipt,), _, _ = outcome(rows, rules, columns)
    assert [line.category for line in receipt.lines] == ["Jam", "Jam", "Coffee", "Tea", "Beans", "Things", ""]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251", "cp866"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found_and_told(outcome, encoding, delimiter):
    """By the beginning of the file and the columns of the profile; a rejects file can be read in the same way."""
    columns = "columns: {receipt_id: Чек, at: Дата, amount: Сумма, name: Товар}\n"
    rows = [["Чек", "Дата", "Товар", "Сумма"], ["р1", "2026-12-01", "Чай; зелёный, мёд | лимон", "5,50"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    found = "encoding: auto\ndelimiter: auto\ndecimal: comma"
    (receipt,), _, reader = outcome(text.encode(encoding), found, columns)
    assert (receipt.number, receipt.lines[0].name) == ("р1", "Чай; зелёный, мёд | лимон")
    assert reader.taken["encoding"] == {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    assert reader.taken["delimiter"] == {"\t": "tab"}.get(delimiter, delimiter)


@pytest.mark.parametrize(
    "text, encoding",
    [
        ("Номер чека;Дата;Сумма", "windows-1251"), ("ИТОГО ЗА ДЕНЬ", "windows-1251"), ("Кава з молоком, їжа", "cp866"),
        ("Müller Straße", "windows-1252"), ("Crème brûlée", "windows-1252"), ("Чай", "utf-8"), ("plain", "utf-8"),
        ("Товар «Ромашка» — 5 шт.", "windows-1251"),
    ],
)  # fmt: skip
def test_encodings_are_known_by_their_letters(text, encoding):
    """A few words of a language are enough."""
    assert found_encoding(text.encode(encoding), True) == encoding


@pytest.mark.parametrize("content", ["É".encode("cp1252"), "€5".encode("cp1252")])
def test_an_encoding_that_does_not_show_must_be_said(outcome, content):
    """Two letters tell nothing: the import stops instead of guessing."""
    with pytest.raises(BonusError) as caught:
        outcome(b"id,at,sum\n" + content, "encoding: auto")
    assert caught.value.message == "the file does not show its encoding"


def test_rejects_of_a_report_are_mended_where_they_stand(shop, outcome):
    """The errors file has the header on top and no title; the same profile reads it, whatever it skips and fills."""
    more = (
        "skip_rows: 2\nrepeat: first-row\nstop_at: Итого\nencoding: auto\ndelimiter: auto\ndecimal: comma\ndates: dmy\n"
    )
    text = "Отчет за день\n\nid;at;card;name;sum\nr1;02.12.2026 10:00;100;Чай;5,50\n;;;Мёд;семь\nИтого;;;;12,50\n"
    outcome(text.encode("cp1251"), more)
    shop.take("day.csv", "till.yaml", "--errors", "errors.csv", status=5)
    content = Path("errors.csv").read_text(encoding="cp1251")
    assert content.startswith("id;at;card;name;sum;reject_file")
    Path("mended.csv").write_text(content.replace(";семь;", ";7,00;"), encoding="cp1251")
    assert shop.take("mended.csv", "till.yaml")["total_minor"] == 1_250


def test_rejects_of_a_workbook_are_read_by_its_profile(shop, outcome):
    """A workbook with a title and comma figures: its rejects are a text in the profile's own manner."""
    more = "skip_rows: auto\ndecimal: comma\ndelimiter: ';'\n"
    rows = [["Title"], ["id", "at", "card", "name", "sum"], ["r1", "2026-12-02", "100", "Tea; green", Raw.of("5.5")],
            ["r1", "2026-12-02", "100", "Mug", "seven"]]  # fmt: skip
    outcome(xlsx(rows), more)
    shop.take("day.csv", "till.yaml", "--errors", "errors.csv", status=5)
    content = Path("errors.csv").read_text(encoding="utf-8-sig")
    assert "5,5" in content
    Path("mended.csv").write_text(content.replace(";seven;", ";7,00;"), encoding="utf-8")
    assert shop.take("mended.csv", "till.yaml")["total_minor"] == 1_250
    assert "Title" not in next(rejects("errors.csv"))


@pytest.mark.parametrize(
    "more, message",
    [
        ("thousands: comma\ndecimal: comma\n", "both set off by a comma"),
        ("skip_rows: many\n", "'many' is no number of rows"),
        ("header_rows: 4\n", "'4' is no number of rows"),
        ("stop_at: [a]\n", "one text is needed"),
        ("pass_over: ['']\n", "has an empty text"),
        ("store_map: [a]\n", "source's own words"),
        ("store_map: {a: b, a: c}\n", "'a' stands twice"),
        ("category_map: {a: b}\n", "a list is needed"),
        ("category_map: [{name: a}]\n", "one of name and sku is needed"),
        ("category_map: [{name: a, sku: b, category: c}]\n", "one of name and sku is needed"),
        ("number: [days]\n", "'days' is no column of this profile"),
        ("returns: {original: card_no}\n", "'card_no' is not one of"),
        ("dates: european\n", "'european' is not one of"),
    ],
)
def test_wrong_settings_are_told_with_their_place(more, message):
    """As all problems of a profile are."""
    Path("till.yaml").write_text(COLUMNS + more, encoding="utf-8")
    with pytest.raises(BonusError) as caught:
        load_profile("till.yaml")
    assert message in "\n".join((caught.value.message, *caught.value.problems))
