"""``import sniff`` and ``import unmapped``: what a file seems to be, and which of its goods have no category."""

import io
import zipfile
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.importers import open_receipts, workbook
from bonuscli.importers.column_names import matched_columns
from bonuscli.importers.profile import load_profile
from bonuscli.services import unmapped as looking
from bonuscli.services.sniffing import sniff
from bonuscli.services.unmapped import unmapped
from tests.conftest import ROOT
from tests.importers.sheets import Raw, xlsx, zipped
from tests.importers.shops import FORMATS

RUSSIAN = (
    "Лавка на Мира\n\nЧек №;Дата;Время;Магазин;Наименование;Кол-во;Сумма, руб.;Карта клиента;Вид\n"
    "1;30.11.2026;9:05;Мира;Чай;2;1 234,50;100;Продажа\n1;30.11.2026;9:05;Мира;Мёд;1;50,00;100;Продажа\n"
    "2;30.11.2026;9:06;Мира;Чай;-1;-617,25;100;Возврат\n3;30.11.2026;10:00;Мира;;1;10,00;;Внесение\n"
    "Итого;;;;;2;667,25;;\n"
)
ENGLISH = (
    "Order\tWhen\tProduct\tQty\tTotal\nA2\t12/14/2026 5:04 PM\tTea\t2\t$12.00\n"
    "A1\t12/13/2026 5:03 PM\tTea\t2\t$1,200.00\n\t\tMug\t1\t$5.00\n"
)


@pytest.mark.parametrize(
    "name, profile",
    [
        ("1c/report.csv", "1c-report-csv"), ("square/items.csv", "square-items"), ("shopify/orders.csv", "shopify"),
        ("square/transactions.csv", "square-transactions"), ("ofd/day.json", "ofd-json"),
        ("evotor/documents.json", "evotor-docs"), ("checkbox/receipts.json", "checkbox"),
        ("jsonl/day.jsonl", "canonical-jsonl"), ("commerceml/documents.xml", "commerceml"),
        ("poslog/receipts.xml", "poslog"),
    ],
)  # fmt: skip
def test_shipped_profiles_know_their_files(measures, name, profile):
    """The sample of each format is known by its columns or its documents, and its receipts are shown."""
    found = sniff(FORMATS / name, measures)
    assert (found.profile, found.text, found.missing) == (profile, None, ())
    assert found.receipts


def test_the_real_file_is_known(measures):
    """Five receipts are shown; nothing else of the file is needed."""
    found = sniff(ROOT / "tests" / "data" / "receipts-2010-12_2011-02.csv.gz", measures)
    assert (found.profile, len(found.receipts)) == ("online-retail", 5)
    assert ("at", "InvoiceDate") in found.matched
    assert found.unused == ("Country",)


def test_a_profile_is_proposed_for_a_russian_report(measures):
    """Names near known ones, figures and dates by what all cells allow, kinds by their words, the total row."""
    Path("day.csv").write_bytes(RUSSIAN.encode("cp1251"))
    found = sniff(Path("day.csv"), measures)
    assert (found.profile, found.missing, found.unused) == (None, (), ())
    for line in (
        "encoding: windows-1251", 'delimiter: ";"', "skip_rows: 2", 'stop_at: "Итого"', "decimal: comma",
        "thousands: space", "dates: dmy", '  receipt_id: "Чек №"', '  amount:     "Сумма, руб."',
        '    "Возврат": return', "  amounts: either", "source: [shop]            # a number is unique within it",
        '    "Внесение": skip               # is it a sale or a return? skip passes it over',
    ):  # fmt: skip
        assert line in found.text.splitlines()
    assert [(each.kind, each.number, sum(line.amount for line in each.lines)) for each in found.receipts] == [
        ("receipt", "1", 128_450),
        ("return", "2", 61_725),
    ]
    assert found.rejects == ()


@pytest.mark.parametrize("last, end", [("Итого", ['stop_at: "Итого"', 'pass_over: ["Всего"]']), ("Всего", [])])
def test_totals_are_told_from_goods(measures, last, end):
    """Whatever column they stand in; a word that ends several parts of a table does not end the table."""
    rows = "Чек №;Дата;Товар;Сумма\n1;30.11.2026;Чай;5,00\n;;Мёд;7,00\n;;Всего;12,00\n2;30.11.2026;Чай;5,00\n"
    Path("day.csv").write_text(f"{rows};;Всего:;5,00\n{last};;;17,00\n", encoding="utf-8")
    found = sniff(Path("day.csv"), measures)
    told = [line for line in found.text.splitlines() if line.startswith(("stop_at", "pass_over"))]
    assert told == (end or ['pass_over: ["Всего"]'])
    assert [[line.amount for line in each.lines] for each in found.receipts] == [[500, 700], [500]]
    assert found.rejects == ()


def test_a_proposed_profile_imports_the_file(shop, measures):
    """As it stands: what was shown is what is booked."""
    Path("day.csv").write_bytes(RUSSIAN.encode("cp1251"))
    Path("till.yaml").write_text(sniff(Path("day.csv"), measures).text, encoding="utf-8")
    report = shop.take("day.csv", "till.yaml")
    assert (report["accepted"], report["rejected"], report["total_minor"]) == (2, 0, 128_450 - 61_725)


def test_a_profile_is_proposed_for_an_english_table(measures):
    """Tabs, dollars, months first, receipts told once and the newest first."""
    Path("day.csv").write_text(ENGLISH, encoding="utf-8")
    found = sniff(Path("day.csv"), measures)
    for line in (
        "delimiter: tab", "thousands: comma", 'currency_signs: ["$"]', "dates: mdy", "repeat: first-row",
        "order: newest-first",
    ):  # fmt: skip
        assert line in found.text.splitlines()
    assert [(each.number, len(each.lines)) for each in found.receipts] == [("A1", 2), ("A2", 1)]


def test_days_that_can_be_read_in_two_ways_are_told(measures):
    """Nothing is guessed silently: the other order stands in a remark."""
    Path("day.csv").write_text("Receipt;Date;Total\n1;03.04.2026;5\n", encoding="utf-8")
    text = sniff(Path("day.csv"), measures).text
    assert "dates: dmy          # or mdy: every day here can be read so, too" in text.splitlines()


def test_a_workbook_is_looked_at_too(measures):
    """Its sheet is named in the proposal."""
    rows = [
        ["Выручка"],
        ["Документ №", "Дата", "Товар", "Стоимость"],
        ["7", "2026-12-01", "Чай", Raw.of("0.30000000000000004")],
    ]
    Path("day.xlsx").write_bytes(xlsx(rows, "Второй"))
    found = sniff(Path("day.xlsx"), measures)
    assert 'sheet: "Лист1"' in found.text.splitlines()
    assert found.receipts[0].lines[0].amount == 30


@pytest.mark.parametrize("cover", [[], [["What was sold"]], [["What was sold", "by day"]]])
def test_the_sheet_that_holds_receipts_is_proposed(measures, cover):
    """A report begins with a cover: an import that finds no column there names the other sheets, and sniff looks at
    each of them."""
    rows = [["receipt_id", "at", "amount"], ["7", "2026-12-01", "5.00"]]
    parts = {}
    for place, each in (("1", cover), ("2", rows)):
        with zipfile.ZipFile(io.BytesIO(xlsx(each, "Second"))) as book:
            parts |= {name: book.read(name).decode() for name in book.namelist() if "/sheet" not in name}
            parts[f"xl/worksheets/sheet{place}.xml"] = book.read("xl/worksheets/sheet1.xml").decode()
    Path("day.xlsx").write_bytes(zipped(parts))
    if cover:
        with pytest.raises(BonusError, match=r"missing in the sheet 'Лист1', 1 of 2") as caught:
            open_receipts(Path("day.xlsx"), load_profile("canonical"), measures)
        assert "for another sheet (Second) set sheet: in a profile" in str(caught.value.hint)
    found = sniff(Path("day.xlsx"), measures)
    assert 'sheet: "Second"' in found.text.splitlines()
    assert [each.number for each in found.receipts] == ["7"]


@pytest.mark.parametrize("delimiter, shown", [(",", ","), (";", ";"), ("|", "|"), ("\t", "tab")])
def test_the_separator_that_gives_more_columns_is_told(measures, delimiter, shown):
    """Also of a file in which no name of a column is known."""
    rows = ("Weather,Wind,Rain of the day", "fair,3,0", "wet,5,12")
    Path("day.csv").write_text("".join(row.replace(",", delimiter) + "\n" for row in rows), encoding="utf-8")
    found = sniff(Path("day.csv"), measures)
    assert found.taken["delimiter"] == shown
    assert (found.text, found.unused) == (None, ("Weather", "Wind", "Rain of the day"))


def test_a_workbook_is_parsed_once(measures, monkeypatch):
    """However many profiles it is held against."""
    parsed = []

    class Book(workbook.Book):
        def __init__(self, *given):
            parsed.append(given)
            super().__init__(*given)

    monkeypatch.setattr(workbook, "Book", Book)
    Path("day.xlsx").write_bytes(xlsx([["Документ №", "Дата", "Стоимость"], ["7", "2026-12-01", "5"]]))
    assert sniff(Path("day.xlsx"), measures).receipts
    assert len(parsed) == 1


def test_what_is_missing_is_told(measures):
    """Without a number, a time and an amount there is nothing to propose."""
    Path("day.csv").write_text("Receipt;Weather;Total\n1;rain;5\n", encoding="utf-8")
    found = sniff(Path("day.csv"), measures)
    assert (found.text, found.missing, found.unused) == (None, ("at",), ("Weather",))
    Path("day.json").write_text('{"weather": "rain"}', encoding="utf-8")
    assert sniff(Path("day.json"), measures).missing == ("receipt_id", "at", "amount")


@pytest.mark.parametrize("content, message", [(b"", "is empty"), (b"\x89PNG\r\n\x1a\n\0\0", "binary")])
def test_what_is_no_text_is_refused(measures, content, message):
    """With the words that an import would have."""
    Path("day.csv").write_bytes(content)
    with pytest.raises(BonusError, match=message):
        sniff(Path("day.csv"), measures)
    with pytest.raises(BonusError, match="cannot be looked at twice"):
        sniff(Path("-"), measures)


@pytest.mark.parametrize(
    "content, message",
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]><КоммерческаяИнформация/>', "has a DTD"),
        ("<КоммерческаяИнформация><Документ>", "breaks off before it ends"),
        ("<КоммерческаяИнформация>Чай</КоммерческаяИнформация>".encode("cp1251"), "is not utf-8 text"),
        ('[{"uuid": "1", ', "broken JSON"),
    ],
)
def test_what_stops_a_file_of_documents_is_told(measures, content, message):
    """Where no format can go on, the place and the reason are the answer, and not that nothing fits."""
    Path("day.txt").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BonusError, match=message):
        sniff(Path("day.txt"), measures)


@pytest.mark.parametrize("content", ["<html><body/></html>", "[]", '{"detail": "Not found"}'])
def test_documents_of_no_known_format_have_no_profile(measures, content):
    """They can be read, and are none of ours."""
    Path("day.txt").write_text(content, encoding="utf-8")
    found = sniff(Path("day.txt"), measures)
    assert (found.profile, found.text, found.missing) == (None, None, ("receipt_id", "at", "amount"))


@pytest.mark.parametrize(
    "content, form",
    [('{"id": "A1"}\n', "JSON"), ('[{"id":"A1","at":"x"},{"id"', "JSON"), ('<?xml version="1.0"?><a/>\n', "XML")],
)
def test_rows_are_not_looked_for_in_documents(measures, content, form):
    """A profile of rows says what else the file seems to be."""
    Path("day.txt").write_text(content, encoding="utf-8")
    with pytest.raises(BonusError) as caught:
        open_receipts(Path("day.txt"), load_profile("canonical"), measures)
    assert (
        caught.value.hint
        == f"the file seems to be {form}: name its format with --profile; bonuscli import sniff finds it"
    )


def test_no_column_is_given_to_two_fields():
    """The most telling name wins, and names that stand twice are none."""
    assert matched_columns(["Номер", "Номер чека", "Дата", "Дата"]) == {"receipt_id": "Номер чека"}
    assert matched_columns(["Total", "Net Sales", "Price"]) == {"amount": "Net Sales"}


def test_what_was_asked_before_discounts_is_no_amount():
    """A column of sums before discounts is not taken for what was paid, beside one of those or without."""
    assert matched_columns(["Сумма без скидки", "Сумма скидки", "Итого"]) == {
        "discount": "Сумма скидки", "amount": "Итого",
    }  # fmt: skip
    assert matched_columns(["Сумма, руб. до скидки", "К оплате"]) == {"amount": "К оплате"}
    assert matched_columns(["Gross total"]) == {}


def test_goods_without_a_category_are_listed_by_their_money(measures):
    """Lines and money of each name, returns taken off; what the profile's map knows is not told."""
    Path("till.yaml").write_text(
        "columns: {receipt_id: id, at: at, amount: sum, name: name, sku: sku, kind: kind}\n"
        "category_map: [{name: 'Latte*', category: Coffee}]\n",
        encoding="utf-8",
    )
    Path("day.csv").write_text(
        "id,at,sum,name,sku,kind\n1,2026-12-01,5,Latte,L,\n1,2026-12-01,7,Mug,M,\n2,2026-12-01,9,Tea,T,\n"
        "3,2026-12-01,9,Mug,M,\n4,2026-12-01,2,Mug,M,return\n5,2026-12-01,x,Cup,C,\n",
        encoding="utf-8",
    )
    found = unmapped([Path("day.csv"), Path("day.csv")], load_profile("till.yaml"), measures)
    assert [tuple(each) for each in found.names] == [("Mug", "M", 6, 2_800), ("Tea", "T", 2, 1_800)]
    assert (found.lines, found.amount, found.beyond, found.rejected) == (10, 5_600, 0, 2)


def test_files_are_let_go_of(measures, monkeypatch):
    """Also where the look ends in the middle of one."""
    opened = []

    def opening(*given):
        opened.append(open_receipts(*given))
        return opened[-1]

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(looking, "open_receipts", opening)
    Path("day.csv").write_text("receipt_id,at,amount\n" + "".join(f"{n},2026-12-01,5\n" for n in range(20_000)))
    with pytest.raises(KeyboardInterrupt):
        unmapped([Path("day.csv")], load_profile("canonical"), measures, interrupt)
    read, in_all = opened[0].progress()
    assert read == in_all  # what a file says that is closed


def test_documents_have_their_categories_mapped_as_well(measures):
    """A fiscal receipt knows no category: the profile's map gives it one, and the list tells what is left."""
    path = FORMATS / "ofd" / "day.json"
    before = unmapped([path], load_profile("ofd-json"), measures)
    name = before.names[0].name
    Path("till.yaml").write_text(f"format: ofd-json\ncategory_map: [{{name: {name!r}, category: Food}}]\n", "utf-8")
    after = unmapped([path], load_profile("till.yaml"), measures)
    assert after.names == tuple(each for each in before.names if each.name != name)


def test_points_spent_at_the_till_are_proposed(measures):
    """A column of points that were spent is read, in English and in Russian, and not left out of the profile."""
    for name in ("redeem_points", "Points redeemed", "Списано баллов"):
        Path("day.csv").write_text(f"Receipt,Date,Total,{name}\n1,2026-12-01,5.00,2\n", encoding="utf-8")
        found = sniff(Path("day.csv"), measures)
        assert ("redeem", name) in found.matched
        assert found.receipts[0].redeem == 2


@pytest.mark.parametrize(
    "path, profile", [(FORMATS / "shopify/orders.csv", "shopify"), (FORMATS / "poslog/poslog.xml", "poslog")]
)
def test_a_file_in_another_currency_is_of_its_format_all_the_same(measures, path, profile):
    """Its profile is named, and that its receipts would be rejected for their currency is told."""
    found = sniff(path, measures._replace(currency="USD"))
    assert (found.profile, found.text, found.receipts) == (profile, None, ())
    assert {each.reason for each in found.rejects} == {"the receipt is in RUB, the program counts in USD"}
