"""Receipts of the canonical format and of small profiles: what a good file means."""

from bonuscli.importers import open_receipts
from bonuscli.importers.profile import load_profile
from bonuscli.model import Line, Measures
from tests.importers.conftest import collect

HEAD = "receipt_id,at,card,amount\n"


def test_a_row_is_a_line_and_adjacent_rows_of_one_number_are_a_receipt(read):
    """The receipt's columns come from its first row, the lines are numbered from 1."""
    receipts, rejects = read(
        "receipt_id,at,shop,till,cashier,card,phone,sku,name,category,brand,quantity,amount,discount,payment,code\n"
        "r1,2026-12-15 16:20,main,2,Ann,100,,LATTE,Latte,Coffee,Own,2,1000.00,50,card,HAPPY NEW\n"
        "r1,2026-12-15 16:20,main,2,Ann,100,,MUG,Mug,Goods,,1,250.5,,card,HAPPY NEW\n"
        "r2,2026-12-15 16:25,main,2,Ann,,+79120000000,TEA,Tea,Tea,,0.250,30,,cash,\n"
    )
    assert rejects == []
    first, second = receipts
    assert first.lines == (
        Line(1, "LATTE", "Latte", "Coffee", "Own", 2000, 100_000, 5_000),
        Line(2, "MUG", "Mug", "Goods", "", 1000, 25_050, 0),
    )
    assert (first.kind, first.number, first.source) == ("receipt", "r1", "main/2")
    assert (first.shop, first.till, first.cashier, first.card, first.phone) == ("main", "2", "Ann", "100", "")
    assert (first.at, first.redeem, first.original) == (1_797_340_800, None, None)
    assert (first.codes, first.payments) == (("HAPPY", "NEW"), (("card", None),))
    assert first.place.endswith("day.csv:2")
    assert (second.card, second.phone, second.lines[0].quantity) == ("", "+79120000000", 250)
    assert second.place.endswith("day.csv:4")


def test_a_file_without_goods_has_receipts_of_one_line(read):
    """Three columns are enough: number, time, amount."""
    receipts, rejects = read("amount,receipt_id,at\n12.50,r1,2026-12-01\n")
    assert rejects == []
    assert receipts[0].lines == (Line(1, "", "", "", "", 1000, 1250, 0),)
    assert receipts[0].source == ""


def test_a_header_alone_is_an_empty_day(read):
    """No rows: no receipts and no error."""
    assert read(HEAD) == ([], [])


def test_a_return_names_its_original_and_has_positive_figures(read):
    """A return's amounts are what was given back."""
    receipts, _ = read(
        "receipt_id,kind,original_receipt_id,at,amount,quantity\n"
        "x1,return,r1,2026-12-16 12:00,500.00,1\nx2,return,,2026-12-16 12:00,5.00,1\n"
    )
    assert [(each.kind, each.original) for each in receipts] == [("return", "r1"), ("return", None)]
    assert receipts[0].lines[0][5:7] == (1000, 50_000)


def test_points_to_spend_are_a_number_or_max(read):
    """An empty cell and 0 both mean that nothing is spent; the number has the program's digits."""
    rows = "".join(f"r{place},2026-12-01,1,9,{text}\n" for place, text in enumerate(["", "0", "60", "2.5", "max"]))
    receipts, _ = read("receipt_id,at,card,amount,redeem\n" + rows, measures=Measures(2, 1, _calendar()))
    assert [each.redeem for each in receipts] == [None, None, 600, 25, "max"]


def _calendar():
    from bonuscli.clock import Calendar

    return Calendar("Europe/Moscow")


def test_only_the_time_may_differ_between_the_rows_of_a_receipt(read):
    """A receipt's time is its first line's; another card in one receipt is a reject that names the column."""
    receipts, rejects = read(HEAD + "r1,2026-12-01 10:00,1,5\nr1,2026-12-01 10:01,1,5\n")
    assert (len(receipts), len(receipts[0].lines), rejects) == (1, 2, [])
    receipts, rejects = read(HEAD + "r1,2026-12-01 10:00,1,5\nr1,2026-12-01 10:00,2,5\n")
    assert receipts == []
    assert (rejects[0].code, rejects[0].column, rejects[0].line, rejects[0].value) == ("bad_row", "card", 3, "2")
    assert len(rejects[0].rows) == 2


def test_one_number_of_two_tills_is_two_receipts(read):
    """The identity is source and number; the default source is shop and till."""
    receipts, rejects = read(
        "receipt_id,at,shop,till,amount\n1,2026-12-01,a,1,5\n1,2026-12-01,a,2,5\n1,2026-12-01,b,1,5\n"
    )
    assert [each.source for each in receipts] == ["a/1", "a/2", "b/1"]
    assert rejects == []


def test_a_number_that_comes_back_is_rejected_and_the_setting_named(read):
    """Without ``lines: scattered`` a receipt's rows must stand together."""
    receipts, rejects = read(HEAD + "r1,2026-12-01,1,5\nr2,2026-12-01,1,5\nr1,2026-12-01,1,7\n")
    assert [each.number for each in receipts] == ["r1", "r2"]
    assert (rejects[0].line, rejects[0].column, rejects[0].number) == (4, "receipt_id", "r1")
    assert "lines: scattered" in rejects[0].hint


def test_scattered_lines_are_joined_in_the_order_of_first_lines(read, profile_file):
    """Receipts come in the order of their first rows, lines in the order of the file."""
    rows = "id,at,sum\nb,2026-12-01,1\na,2026-12-02,2\nb,2026-12-03,3\nc,2026-12-01,4\na,2026-12-02,5\n"
    receipts, rejects = read(rows, profile_file("lines: scattered"))
    assert rejects == []
    assert [(each.number, [line.amount for line in each.lines]) for each in receipts] == [
        ("b", [100, 300]),
        ("a", [200, 500]),
        ("c", [400]),
    ]
    assert receipts[0].at < receipts[1].at


def test_line_numbers_order_the_lines(read):
    """A re-sorted file gives the same receipt where it numbers its lines; a number that stands twice is a reject."""
    head = "receipt_id,at,line,sku,amount\n"
    receipts, _ = read(head + "r1,2026-12-01,20,B,2\nr1,2026-12-01,10,A,1\n")
    assert [(line.number, line.sku) for line in receipts[0].lines] == [(1, "A"), (2, "B")]
    _, rejects = read(head + "r1,2026-12-01,1,B,2\nr1,2026-12-01,1,A,1\n")
    assert (rejects[0].column, rejects[0].value, rejects[0].line) == ("line", "1", 3)


def test_a_barcode_stands_in_for_a_missing_sku(read):
    """Goods known by barcode alone can still be named in rules."""
    receipts, _ = read("receipt_id,at,sku,barcode,amount\nr,2026-12-01,,4600000000001,1\nr,2026-12-01,A,46,1\n")
    assert [line.sku for line in receipts[0].lines] == ["4600000000001", "A"]


def test_money_follows_the_profile(read, profile_file):
    """Decimal commas and minor units are read where the profile says so."""
    receipts, rejects = read('id,at,sum\nr,2026-12-01,"1250,50"\n', profile_file("decimal: comma"))
    assert (receipts[0].lines[0].amount, rejects) == (125_050, [])
    receipts, _ = read("id,at,sum\nr,2026-12-01,125050\n", profile_file("units: minor"))
    assert receipts[0].lines[0].amount == 125_050
    _, rejects = read("id,at,sum\nr,2026-12-01,1.50\n", profile_file("units: minor"))
    assert rejects[0].code == "bad_amount"


def test_unit_prices_make_amounts_rounded_half_up(read, tmp_path):
    """Amount = quantity × price; a return gives back what the sale took, also where half a unit was rounded."""
    path = tmp_path / "till.yaml"
    path.write_text(
        "columns: {receipt_id: id, at: at, unit_price: price, quantity: n}\nreturns: {prefix: X, amounts: negative}\n"
    )
    receipts, _ = read(
        "id,at,n,price\nr1,2026-12-01,3,0.125\nX1,2026-12-01,-3,0.125\nr2,2026-12-01,2.474,99.99\n", str(path)
    )
    assert [(each.kind, each.lines[0].quantity, each.lines[0].amount) for each in receipts] == [
        ("receipt", 3000, 38),
        ("return", 3000, 38),
        ("receipt", 2474, 24_738),
    ]


def test_a_profile_tells_source_number_constants_kinds_and_time_zone(read, tmp_path):
    """Everything that a till leaves out or says in its own words comes from the profile."""
    path = tmp_path / "till.yaml"
    path.write_text(
        "encoding: windows-1251\ndelimiter: ';'\ntimezone: Asia/Yekaterinburg\n"
        "columns: {receipt_id: Чек, at: Дата, amount: Сумма, kind: Вид, till: Касса, card: Карта}\n"
        "constants: {shop: Мира 1, category: Услуги}\nsource: fiscal\nnumber: [till, receipt_id]\n"
        "returns: {kinds: {Продажа: sale, Возврат: return}}\ncard: {strip_suffix: '.0'}\n",
        encoding="utf-8",
    )
    text = "Чек;Дата;Сумма;Вид;Касса;Карта\n7;2026-12-01 12:00;10;Продажа;K1;55.0\n8;2026-12-01 12:00;10;Возврат;K1;\n"
    receipts, rejects = read(text.encode("cp1251"), str(path))
    assert rejects == []
    first, second = receipts
    assert (first.source, first.number, first.shop, first.card) == ("fiscal", "K1/7", "Мира 1", "55")
    assert (first.lines[0].category, second.kind) == ("Услуги", "return")
    assert first.at == 1_796_108_400  # 12:00 in Yekaterinburg is 07:00 UTC


def test_a_till_of_zero_prices_and_negative_quantities_is_believed(read):
    """A negative quantity at 0.00 is stored as it is, and a negative line beside others too."""
    receipts, rejects = read(
        "receipt_id,at,quantity,amount\nr1,2026-12-01,-5,0.00\nr2,2026-12-01,1,9\nr2,2026-12-01,-1,-2\nr3,2026-12-01,0,0\n"
    )
    assert rejects == []
    assert [[line[5:7] for line in each.lines] for each in receipts] == [
        [(-5000, 0)],
        [(1000, 900), (-1000, -200)],
        [(0, 0)],
    ]


def test_several_ways_of_payment_stand_in_one_cell(read):
    """Ways are separated by semicolons, and each may say what it paid."""
    header = "receipt_id,at,amount,payment\n"
    rows = "A,2026-12-01,5.00,cash=1.50; card = 3.5\nB,2026-12-01,5.00,cash;card;\nC,2026-12-01,5.00,=5\n"
    receipts, (reject,) = read(header + rows)
    assert [each.payments for each in receipts] == [
        (("cash", 150), ("card", 350)),
        (("cash", None), ("card", None)),
    ]
    assert (reject.column, reject.code, reject.reason) == ("payment", "bad_amount", "'=5' is no way of payment")


def test_a_receipt_in_another_currency_is_rejected(tmp_path, measures):
    """Its sums would become points as if they were the program's money; the program's own, or none, is as it is."""
    day = tmp_path / "day.csv"
    day.write_text("receipt_id,at,amount,currency\nr1,2026-12-01,5,rub\nr2,2026-12-01,5,EUR\nr3,2026-12-01,5,\n")
    reader = open_receipts(day, load_profile("canonical"), measures._replace(currency="RUB"))
    receipts, (bad,) = collect(reader)
    assert [each.number for each in receipts] == ["r1", "r3"]
    assert (bad.number, bad.column, bad.value, bad.code) == ("r2", "currency", "EUR", "bad_amount")
