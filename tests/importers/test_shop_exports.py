"""Exports of 1C, Square and Shopify by their shipped profiles: what comes in is what the files say, once."""

import csv
import re
from pathlib import Path

import pytest

from bonuscli import importers
from bonuscli.errors import BonusError
from bonuscli.importers import open_receipts
from bonuscli.importers.profile import load_profile
from tests.importers.conftest import collect
from tests.importers.sheets import DAY_AND_TIME, Raw, xlsx
from tests.importers.shops import FORMATS

REPORT = FORMATS / "1c" / "report.csv"
ITEMS = FORMATS / "square" / "items.csv"
TRANSACTIONS = FORMATS / "square" / "transactions.csv"
ORDERS = FORMATS / "shopify" / "orders.csv"


def minor(text):
    """A figure of a sample in minor units, by leaving out all that is no digit."""
    sign = -1 if "-" in text or "(" in text else 1
    return sign * int(re.sub("[^0-9]", "", text))


def column(path, name):
    """The cells of a column of a plain CSV."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [row[name] for row in csv.DictReader(stream)]


def lines_of(path, profile, measures):
    """(kind, number, original, figures of the lines) of each receipt, and the rejects."""
    receipts, bad = collect(open_receipts(path, load_profile(profile), measures))
    return [(each.kind, each.number, each.original, [line[5:] for line in each.lines]) for each in receipts], bad


def test_a_report_of_1c_comes_in_once(shop):
    """Its own total is what is booked: 27 397.50; title, total rows and signatures are passed over and counted."""
    total = next(row for row in REPORT.read_bytes().decode("cp1251").splitlines() if row.startswith("Итого;"))
    report = shop.take(REPORT, "1c-report-csv")
    assert report["total_minor"] == minor(total.split(";")[9]) == 2_739_750
    assert (report["receipts"], report["accepted"], report["rejected"]) == (4, 4, 0)
    assert "1 x row 'Итого', 2 x row below 'Итого', 1 x row that begins with 'Итого'" in shop.told
    assert shop.take(REPORT, "1c-report-csv")["duplicate"] == 4


def test_a_report_of_1c_means_what_it_shows(measures):
    """Receipts told in their first row, numbers within a till and a day, returns below zero."""
    receipts, bad = lines_of(REPORT, "1c-report-csv", measures)
    assert bad == []
    assert receipts == [
        ("receipt", "00001/2026-12-02", None, [(2000, 123_450, 0), (250, 25_025, 2_475)]),
        ("receipt", "00002/2026-12-02", None, [(1000, 2_599_000, 0)]),
        ("receipt", "00001/2026-12-02", None, [(3000, 54_000, 6_000)]),
        ("return", "00003/2026-12-03", None, [(1000, 61_725, 0)]),
    ]


def test_the_same_report_as_a_workbook_is_the_same(measures):
    """Saved as XLSX, with figures and dates as cells of their own kinds, by the same profile."""
    rows = [line.split(";") for line in REPORT.read_bytes().decode("cp1251").splitlines()]
    for row in rows[6:]:
        for place in (8, 9, 10, 11):
            if re.fullmatch("-?[0-9\u00a0]+(,[0-9]+)?", row[place]):
                row[place] = Raw.of(row[place].replace("\u00a0", "").replace(",", "."))
        row[1] = {"02.12.2026 9:05:00": Raw.of("46358.378472222219", DAY_AND_TIME)}.get(row[1], row[1])
    Path("report.xlsx").write_bytes(xlsx(rows))
    assert lines_of(Path("report.xlsx"), "1c-report-csv", measures) == lines_of(REPORT, "1c-report-csv", measures)


HEADER = "Номер чека;Дата;Дисконтная карта;Артикул;Номенклатура;Количество;Сумма;Сумма со скидкой"


def test_totals_of_1c_are_never_goods(measures):
    """Of a receipt, a day or the whole, whether they stand in the first column or in that of the goods."""
    rows = (
        "1;02.12.2026 9:05;100;A;Чай;1;200,00;150,00", ";;;B;Кофе;2;100,00;100,00", ";;;;Всего;3;300,00;250,00",
        "2;02.12.2026 9:10;;A;Чай;1;200,00;200,00", ";;;;Итого по чеку:;1;200,00;200,00",
        "Итого за 02.12.2026;;;;;4;500,00;450,00", "Всего:;;;;;4;500,00;450,00", "Итого;;;;;4;500,00;450,00",
    )  # fmt: skip
    Path("report.csv").write_bytes("\r\n".join([HEADER, *rows]).encode("cp1251"))
    receipts, bad = lines_of(Path("report.csv"), "1c-report-csv", measures)
    assert [[line[1] for line in each[3]] for each in receipts] == [[15_000, 10_000], [20_000]]
    assert bad == []


GROUPED = "№ чека;Дата;Вид операции;Дисконтная карта;Номенклатура;Количество;Сумма"


@pytest.mark.parametrize("filled", [True, False])
def test_a_report_of_1c_may_be_grouped_by_receipt(measures, filled):
    """The row of a receipt stands above its goods, with its sum or without; it is none of them."""
    first, second = ("3;1\u00a0250,00", "-1;-50,00") if filled else (";", ";")
    rows = (
        f"1;02.12.2026 9:05;Продажа;100;;{first}", ";;;;Чай;1;1\u00a0050,00", ";;;;Кофе;2;200,00",
        f"2;02.12.2026 9:10;Возврат;100;;{second}", ";;;;Чай;-1;-50,00", "Итого;;;;;3;1\u00a0200,00",
    )  # fmt: skip
    Path("report.csv").write_bytes("\r\n".join([GROUPED, *rows]).encode("cp1251"))
    receipts, bad = lines_of(Path("report.csv"), "1c-report-csv", measures)
    assert ([[line[:2] for line in each[3]] for each in receipts], bad) == (
        [[(1000, 105_000), (2000, 20_000)], [(1000, 5_000)]], [],
    )  # fmt: skip


def test_a_row_of_a_receipt_that_is_not_the_sum_of_its_goods_is_rejected(measures):
    """Nobody can tell what it is; so is a receipt without any goods."""
    rows = "1;02.12.2026 9:05;Продажа;;;2;250,00", ";;;;Чай;1;50,00", "2;02.12.2026 9:10;Продажа;;;;", "Итого;;;;;;"
    Path("report.csv").write_bytes("\r\n".join([GROUPED, *rows]).encode("cp1251"))
    receipts, bad = lines_of(Path("report.csv"), "1c-report-csv", measures)
    assert (receipts, [(each.column, each.number) for each in bad]) == (
        [], [("Сумма", "1/2026-12-02"), ("Сумма", "2/2026-12-02")],
    )  # fmt: skip
    assert "says 250.00, the goods below it come to 50.00" in bad[0].reason


def test_a_broken_receipt_of_1c_is_mended_in_its_errors_file(shop):
    """A word for a figure rejects the receipt with all its rows; mended, it comes in by the same profile."""
    text = REPORT.read_bytes().decode("cp1251").replace(";250,25;", ";много;")
    Path("report.csv").write_bytes(text.encode("cp1251"))
    first = shop.take("report.csv", "1c-report-csv", "--errors", "errors.csv", status=5)
    assert (first["accepted"], first["rejected"]) == (3, 1)
    content = Path("errors.csv").read_bytes().decode("cp1251")
    Path("mended.csv").write_bytes(content.replace(";много;", ";250,25;").encode("cp1251"))
    assert shop.take("mended.csv", "1c-report-csv")["accepted"] == 1
    assert shop.take(REPORT, "1c-report-csv")["duplicate"] == 4


def test_items_of_square_come_in_once(shop):
    """Net sales are booked, the newest last: so the refund finds its sale, and its points go back."""
    report = shop.take(ITEMS, "square-items")
    net = sum(map(minor, column(ITEMS, "Net Sales")))
    assert report["total_minor"] == net == 126_005
    assert (report["accepted"], report["rejected"]) == (3, 0)
    linked = shop.stored("kind, number, source")
    assert linked == [("receipt", "T001", "square"), ("receipt", "T002", "square"), ("return", "T001/P003", "square")]
    assert shop.take(ITEMS, "square-items")["duplicate"] == 3


def test_items_of_square_mean_what_they_show(measures):
    """Dollars with commas, discounts below zero, refunds by the sale's ID and a payment of their own."""
    receipts, bad = lines_of(ITEMS, "square-items", measures)
    assert bad == []
    assert receipts == [
        ("receipt", "T001", None, [(2000, 4_410, 490), (1000, 350, 0)]),
        ("receipt", "T002", None, [(1000, 123_450, 0)]),
        ("return", "T001/P003", "T001", [(1000, 2_205, 245)]),
    ]


def test_transactions_of_square_are_receipts_without_goods(shop, measures):
    """The same day told by payments comes to the same total, and is known when it comes in beside the items."""
    receipts, bad = lines_of(TRANSACTIONS, "square-transactions", measures)
    assert bad == []
    assert [(each[1], each[3]) for each in receipts] == [
        ("T001", [(1000, 4_760, 490)]), ("T002", [(1000, 123_450, 0)]), ("T001/P003", [(1000, 2_205, 245)]),
    ]  # fmt: skip
    report = shop.take(TRANSACTIONS, "square-transactions")
    assert report["total_minor"] == sum(map(minor, column(TRANSACTIONS, "Net Sales"))) == 126_005
    assert shop.take(TRANSACTIONS, "square-transactions")["duplicate"] == 3
    again = shop.take(ITEMS, "square-items", "--errors", "errors.csv", status=5)
    assert (again["accepted"], again["conflicts"]) == (0, 3)


def test_orders_of_shopify_come_in_once(shop):
    """Subtotals of paid orders are booked; an order that is not paid and a refund without goods are told."""
    report = shop.take(ORDERS, "shopify")
    paid = [
        minor(subtotal)
        for subtotal, status in zip(column(ORDERS, "Subtotal"), column(ORDERS, "Financial Status"), strict=True)
        if status in ("paid", "partially_refunded")
    ]
    assert report["total_minor"] == sum(paid) == 133_083
    assert "1 x receipt of kind 'pending', 1 x refund that is told as a sum alone" in shop.told
    assert shop.take(ORDERS, "shopify")["duplicate"] == 3


def test_orders_of_shopify_share_their_discount(measures):
    """Ten percent off the order go to its lines by what they cost; a line's own discount is taken off it."""
    receipts, bad = lines_of(ORDERS, "shopify", measures)
    assert bad == []
    assert receipts == [
        ("receipt", "5001", None, [(2000, 4_410, 490), (1000, 323, 36)]),
        ("receipt", "5002", None, [(1000, 123_450, 5_000)]),
        ("receipt", "5003", None, [(2000, 4_900, 0)]),
    ]


@pytest.mark.parametrize(
    "path, profile, there, instead, column_named",
    [
        (REPORT, "1c-report-csv", "Продажа;;М-3", "Инкассация;;М-3", "Вид операции"),
        (REPORT, "1c-report-csv", "1\u00a0484,75", "1\u00a0484,74", "Сумма чека"),
        (REPORT, "1c-report-csv", "02.12.2026 12:30:00", "31.02.2026 12:30:00", "Дата"),
        (ITEMS, "square-items", "$3.50,$0.00,$3.50", "$3.50,$0.00,€3.50", "Net Sales"),
        (ITEMS, "square-items", "12/02/2026,18:45:10", "13/02/2026,18:45:10", "Date"),
        (ITEMS, "square-items", "-$4.90,$44.10", "$4.90,$44.10", "Discounts"),
        (TRANSACTIONS, "square-transactions", "$52.50,-$4.90,$47.60", "$52.50,-$4.90,lots", "Net Sales"),
        (ORDERS, "shopify", "RUB,47.33", "RUB,57.33", "Subtotal"),
        (ORDERS, "shopify", "partially_refunded", "refunded_partially", "Financial Status"),
        (ORDERS, "shopify", "10:00:00 -0500,2", "10:00:00 EST,2", "Created at"),
    ],
)
def test_what_these_files_must_not_say_is_one_reject(measures, path, profile, there, instead, column_named):
    """One receipt is rejected, by the file's own name of the column, and the others come in."""
    encoding = "cp1251" if path is REPORT else "utf-8"
    text = path.read_bytes().decode(encoding)
    assert there in text
    Path("day.csv").write_bytes(text.replace(there, instead).encode(encoding if "€" not in instead else "utf-8"))
    receipts, bad = lines_of(path, profile, measures)
    changed, rejected = lines_of(Path("day.csv"), profile, measures)
    assert [each.column for each in rejected] == [column_named]
    assert len(changed) == len(receipts) - 1
    assert bad == []


@pytest.mark.parametrize("path", [REPORT, ITEMS, TRANSACTIONS, ORDERS])
@pytest.mark.parametrize("share", [0.5, 0.77, 0.93])
def test_a_file_that_breaks_off_is_read_to_its_end(measures, path, share):
    """No trace and nothing booked twice: what is whole is read, the torn receipt at most is rejected.
    Where the header itself is torn, the file is refused.
    """
    profiles = {"report.csv": "1c-report-csv", "orders.csv": "shopify"}
    profile = profiles.get(path.name, f"square-{path.stem}")
    content = path.read_bytes()
    Path("day.csv").write_bytes(content[: int(len(content) * share)])
    whole, _ = lines_of(path, profile, measures)
    receipts, bad = lines_of(Path("day.csv"), profile, measures)
    assert len(bad) <= 1
    assert len(receipts) <= len(whole)
    Path("day.csv").write_bytes(content[:120])
    with pytest.raises(BonusError, match="is missing"):
        lines_of(Path("day.csv"), profile, measures)


def test_orders_in_another_currency_are_rejected(shop):
    """Roubles are what this program counts in; an order in dollars is kept out with its column, and the others come."""
    text = ORDERS.read_text(encoding="utf-8")
    dollars = next(row for row in text.splitlines() if "paid" in row and ",RUB," in row and "pending" not in row)
    Path("orders.csv").write_text(text.replace(dollars, dollars.replace(",RUB,", ",USD,")), encoding="utf-8")
    report = shop.take("orders.csv", "shopify", "--errors", "errors.csv", status=5)
    assert report["rejected"] == 1
    with Path("errors.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["reject_column"], row["reject_value"], row["reject_code"]) == ("Currency", "USD", "bad_amount")
    assert row["reject_reason"] == "the receipt is in USD, the program counts in RUB"


@pytest.mark.parametrize(
    "zone, more, told",
    [
        ("Eastern Time (US & Canada)", "", "in Europe/Moscow, while the file says 'Eastern Time (US & Canada)'"),
        ("Eastern Time (US & Canada)", "timezone: America/New_York\n", None),
        ("Eastern Time (US & Canada)", "timezone: America/Toronto\n", None),
        ("Europe/Moscow", "", None),
        ("Kitchen clock", "", "in Europe/Moscow, while the file says 'Kitchen clock'"),
    ],
)
def test_times_of_another_zone_are_told(measures, zone, more, told):
    """What the file says of its zone is held against the one in which it is read, by what the clocks showed then."""
    shipped = Path(importers.__file__).parent / "profiles" / "square-items.yaml"
    Path("till.yaml").write_text(shipped.read_text(encoding="utf-8") + more, encoding="utf-8")
    text = ITEMS.read_text(encoding="utf-8").replace("Eastern Time (US & Canada)", zone)
    Path("items.csv").write_text(text, encoding="utf-8")
    reader = open_receipts(Path("items.csv"), load_profile("till.yaml"), measures)
    receipts, bad = collect(reader)
    assert (len(receipts), bad) == (3, [])
    assert (reader.taken.get("times") or "").partition(" (set")[0] == (told or "")
