"""CommerceML: operations, discounts within sums and beside them, attributes by name, groups of a catalogue."""

import re
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.importers import open_receipts
from bonuscli.importers.profile import load_profile
from tests.importers.conftest import collect, told_by
from tests.importers.shops import FORMATS, rejects

FOLDER = FORMATS / "commerceml"
DAY = FOLDER / "documents.xml"
PROFILE = "commerceml"


def discount(amount, flag=None):
    """A discount of so many roubles; flag: what УчтеноВСумме says, or None."""
    said = "" if flag is None else f"<УчтеноВСумме>{flag}</УчтеноВСумме>"
    return f"<Скидки><Скидка><Сумма>{amount}</Сумма>{said}</Скидка></Скидки>"


def item(amount="100.00", more="", quantity="1"):
    """One line of tea."""
    figures = f"<Количество>{quantity}</Количество><Сумма>{amount}</Сумма>"
    return f"<Товар><Ид>tea</Ид><Наименование>Чай</Наименование>{figures}{more}</Товар>"


def attribute(name, value):
    """One free attribute of a document or a line."""
    one = f"<ЗначениеРеквизита><Наименование>{name}</Наименование><Значение>{value}</Значение></ЗначениеРеквизита>"
    return f"<ЗначенияРеквизитов>{one}</ЗначенияРеквизитов>"


def document(*items, total="100.00", more="", number="d-1", operation="Отпуск товара", day="2026-12-02"):
    """One document."""
    total = "" if total is None else f"<Сумма>{total}</Сумма>"
    return (
        f"<Документ><Ид>{number}</Ид><Номер>1</Номер><Дата>{day}</Дата><Время>10:15:00</Время>"
        f"<ХозОперация>{operation}</ХозОперация>{total}<Товары>{''.join(items)}</Товары>{more}</Документ>\n"
    )


def written(*documents):
    """A file of documents."""
    path = Path("day.xml")
    path.write_text(f"<КоммерческаяИнформация>\n{''.join(documents)}</КоммерческаяИнформация>", encoding="utf-8")
    return path


def outcome(measures, *documents, profile=PROFILE):
    """(receipts, rejects, what was passed over) of documents."""
    return told_by(written(*documents), profile, measures)


def own_profile(text):
    """The path of a profile of the shop's own."""
    Path("till.yaml").write_text(f"format: commerceml\n{text}", encoding="utf-8")
    return "till.yaml"


def test_the_totals_of_the_sample_come_in(shop):
    """Shipments less returns are the documents' own sums; orders and what was cancelled are named."""
    text = DAY.read_bytes().decode("cp1251")
    parts = [
        re.search(r"<ХозОперация>(.*?)<.*?<Сумма>([0-9.]+)<", part, re.S).groups()
        for part in text.split("<Документ>")[1:]
    ]
    kopecks = [(kind, int(amount.replace(".", ""))) for kind, amount in parts]
    assert kopecks[:3] == [("Отпуск товара", 135_000), ("Отпуск товара", 26_700), ("Возврат товара", 45_000)]
    report = shop.take(DAY, PROFILE)
    assert report["total_minor"] == 135_000 + 26_700 - 45_000
    assert (report["receipts"], report["accepted"], report["lines"]) == (3, 3, 5)
    assert report["reversed"] > 0
    assert "1 x Заказ товара, 1 x Отпуск товара, cancelled" in shop.told
    assert shop.take(DAY, PROFILE)["duplicate"] == 3


def test_a_document_is_read_whole(measures):
    """Windows-1251, CRLF, quotes and ampersands; a discount within the sum, attributes and warehouse."""
    receipts, found = collect(open_receipts(DAY, load_profile(PROFILE), measures))
    read = receipts[0]
    assert found == []
    assert (read.number, read.source, read.shop, read.card, read.phone) == (
        "6c1e0a52-0000-4000-8000-000000000001", "main", "main", "100", "",
    )  # fmt: skip
    assert [line[1:] for line in read.lines] == [
        ("PZ-1", "Пицца «Маргарита» & базилик", "", "", 2000, 90_000, 10_000),
        ("g-cheese", "Сыр", "", "", 500, 45_000, 0),
    ]
    assert read.payments == (("Банковская карта", None),)
    assert measures.calendar.iso(read.at) == "2026-12-02T10:15:00+03:00"
    assert (receipts[2].kind, receipts[2].original) == ("return", read.number)


def test_documents_stand_in_containers_too(measures):
    """Version 3.1, with prefixes; a tax beside the sum is what the customer pays as well."""
    reader = open_receipts(FOLDER / "container.xml", load_profile(PROFILE), measures)
    (read,), found = collect(reader)
    assert (read.number, read.lines[0].amount, found) == ("shipment-31", 24_000, [])
    assert reader.passed_over == {"Выплата безналичных денег": 1}


def test_groups_of_the_catalogue_are_categories(measures):
    """By goods, also where the document names a variant of them; by the folder of the profile."""
    Path("shop").mkdir()
    Path("shop/till.yaml").write_text("format: commerceml\ncatalogue: exchange/import.xml\n", encoding="utf-8")
    with pytest.raises(BonusError, match="no such file"):
        open_receipts(DAY, load_profile("shop/till.yaml"), measures)
    Path("shop/exchange").mkdir()
    Path("shop/exchange/import.xml").write_bytes((FOLDER / "import.xml").read_bytes())
    receipts, _ = collect(open_receipts(DAY, load_profile("shop/till.yaml"), measures))
    assert [line.category for read in receipts for line in read.lines] == ["Пицца", "Сыры", "Чай", "", "Сыры"]


def test_a_line_may_name_its_group_itself(measures):
    """Goods that the catalogue does not list are in the group that the document gives."""
    Path("import.xml").write_bytes((FOLDER / "import.xml").read_bytes())
    line = item(more="<Группы><Ид>gr-pizza</Ид></Группы>").replace("tea", "new")
    (read,), _, _ = outcome(measures, document(line), profile=own_profile("catalogue: import.xml\n"))
    assert read.lines[0].category == "Пицца"


@pytest.mark.parametrize(
    "operations, kinds",
    [
        ("{Заказ товара: sale}", ["receipt"]),
        ("{Заказ товара: sale, Отпуск товара: skip}", ["receipt"]),
        ("{Отпуск товара: sale, Заказ товара: sale}", ["receipt", "receipt"]),
        ("{Отпуск товара: return}", ["return"]),
    ],
)
def test_the_shop_says_which_operations_are_sales(measures, operations, kinds):
    """Orders, or shipments, or what else there is."""
    documents = document(item()), document(item(), operation="Заказ товара", number="d-2")
    profile = own_profile(f"returns: {{kinds: {operations}}}\n")
    assert [each.kind for each in outcome(measures, *documents, profile=profile)[0]] == kinds


CONTACTS = """<Контрагенты>
<Контрагент><Роль>Продавец</Роль><Контакты><Контакт><Тип>Телефон</Тип><Значение>+79120000099</Значение></Контакт></Контакты></Контрагент>
<Контрагент><Роль>Получатель</Роль><Контакты><Контакт><Тип>Телефон</Тип><Значение>+79120000098</Значение></Контакт></Контакты></Контрагент>
<Контрагент><Роль>Покупатель</Роль><Контакты><Контакт><Тип>Почта</Тип><Значение>a@b.c</Значение></Контакт>
<Контакт><Тип>ТелефонРабочий</Тип><Значение>+79120000001</Значение></Контакт></Контакты></Контрагент></Контрагенты>"""


def test_the_phone_is_taken_only_where_the_profile_says_so(measures):
    """That of the buyer, whatever kind of phone it is; never that of the seller."""
    assert outcome(measures, document(item(), more=CONTACTS))[0][0].phone == ""
    profile = own_profile("paths: {phone: Контрагенты.Контрагент.Контакты.Телефон}\n")
    (read,), _, _ = outcome(measures, document(item(), more=CONTACTS), profile=profile)
    assert read.phone == "+79120000001"
    assert outcome(measures, document(item()), profile=profile)[0][0].phone == ""


def test_lines_have_attributes_of_their_own(measures):
    """A path of a field of goods begins at the line."""
    profile = own_profile("paths: {brand: ЗначенияРеквизитов.Бренд}\n")
    (read,), _, _ = outcome(measures, document(item(more=attribute("Бренд", "Ахмад"))), profile=profile)
    assert read.lines[0].brand == "Ахмад"


@pytest.mark.parametrize(
    "lines, total, more, amounts",
    [
        ((item("90.00", discount("10.00", "true")),), "90.00", "", [(9_000, 1_000)]),
        ((item("100.00", discount("10.00", "false")),), "90.00", "", [(9_000, 1_000)]),
        ((item("100.00", discount("10.00", "true")),), "90.00", "", []),
        ((item("90.00", discount("10.00", "false")),), "90.00", "", [(9_000, 1_000)]),
        ((item("90.00", discount("10.00")),), "90.00", "", [(9_000, 1_000)]),
        ((item("100.00", discount("10.00")),), "90.00", "", [(9_000, 1_000)]),
        ((item("100.00"), item("200.00")), "290.00", discount("10.00"), [(9_667, 333), (19_333, 667)]),
        ((item("100.00"), item("200.00")), "290.00", discount("10.00", "true"), [(9_667, 333), (19_333, 667)]),
        ((item("100.00"), item("190.00")), "290.00", discount("10.00", "false"), [(10_000, 0), (19_000, 0)]),
        ((item("100.00", discount("10.00", "false")),), None, "", [(9_000, 1_000)]),
        ((item("100.00"),), None, discount("10.00", "true"), [(10_000, 0)]),
    ],
)
def test_the_documents_sum_says_where_discounts_stand(measures, lines, total, more, amounts):
    """УчтеноВСумме is believed where it comes to the document's sum; where nothing does, the document is rejected."""
    receipts, found, _ = outcome(measures, document(*lines, total=total, more=more))
    assert [line[6:] for read in receipts for line in read.lines] == amounts
    assert len(found) == (not amounts)


@pytest.mark.parametrize(
    "more, what",
    [
        (attribute("Отменен", "true"), "cancelled"),
        (attribute("Отменён", "Да"), "cancelled"),
        (attribute("ПометкаУдаления", "true"), "marked for deletion"),
        (attribute("Проведен", "false"), "not posted"),
        (attribute("Отменен", "True"), "cancelled"),
        (attribute("Проведен", "Ложь"), "not posted"),
    ],
)
def test_what_is_no_sale_is_counted(measures, more, what):
    """Cancelled, deleted and unposted documents are passed over by what they are."""
    read, found, passed = outcome(measures, document(item(), more=more))
    assert (read, found, passed) == ([], [], {f"Отпуск товара, {what}": 1})


def test_a_document_without_an_id_is_known_by_number_and_day(measures):
    """Old exchanges have no Ид; numbers begin anew each year."""
    (read,), _, _ = outcome(measures, document(item(), number=""))
    assert read.number == "1/2026-12-02"


@pytest.mark.parametrize("base", ["<Основание>d-0</Основание>", "<Основание><Ид>d-0</Ид><Номер>0</Номер></Основание>"])
def test_a_return_names_what_it_is_based_on(measures, base):
    """As a text, or in an element of its own; a sale that is based on an order names no receipt."""
    (read,), _, _ = outcome(measures, document(item(), operation="Возврат товара", more=base))
    assert (read.kind, read.original) == ("return", "d-0")
    assert outcome(measures, document(item(), more=base))[0][0].original is None


@pytest.mark.parametrize(
    "broken, column, reason",
    [
        (document(item(), operation=""), "kind", "has no ХозОперация"),
        (document(item(), number="", day=""), "receipt_id", "neither Ид nor Номер and Дата"),
        (document(item(), day="02.12.2026"), "at", "is not a day"),
        (document(item(), total="101.00"), "amount", "the lines come to 100.00, the receipt to 101.00"),
        (document(item(), total="100,00"), "amount", "has a comma"),
        (document(item("")), "amount", "the lines come to 0.00"),
        (document(item(""), total=None), "amount", "nothing is written here"),
        (document(item(quantity="1,5")), "quantity", "has a comma"),
        (document(item(quantity="0")), "quantity", "quantity is 0"),
        (document(item(more="<Сумма>7</Сумма>")), "amount", "this stands 2 times where one is needed"),
        (document(total="0"), "amount", "no lines"),
        (document(item(), more="<Валюта>USD</Валюта><Курс>92.5</Курс>"), "amount", "the sums are in USD"),
        (document(item(), more="<Ид>again</Ид>"), "receipt_id", "this stands 2 times"),
        (document(item(), more=attribute("Номер бонусной карты", "x" * 501)), "card", "longer than 500"),
    ],
)
def test_what_is_wrong_is_named(measures, broken, column, reason):
    """A document that cannot be trusted is rejected whole, with the field to mend and its line."""
    _, (reject,), _ = outcome(measures, document(item(), number="d-0"), broken)
    assert (reject.column, reject.line) == (column, 3)
    assert reason in reject.reason


MONEY = "<Валюта>{}</Валюта><Курс>{}</Курс>"


@pytest.mark.parametrize(
    "ours, name, rate, reason",
    [
        ("RUB", "руб.", "1.0000", None),
        ("RUB", "RUR", "1", None),
        ("RUB", "643", "0", None),
        ("RUB", "Руб", "0.0108", None),  # of a back office that counts in dollars
        ("BYN", "руб", "1", None),
        ("UAH", "грн.", "1", None),
        ("RUB", "USD", "1", "the sums are in USD, the program counts in RUB"),
        ("RUB", "евро", "", "the sums are in евро, the program counts in RUB"),
        ("UAH", "руб", "1", "the sums are in руб, the program counts in UAH"),
        ("RUB", "у.е.", "92.5", "the sums are in у.е., the program counts in RUB"),
        ("RUB", "", "92.5", "the sums are in another currency"),
        (None, "USD", "1", None),
    ],
)
def test_sums_are_in_the_money_of_the_program(measures, ours, name, rate, reason):
    """Web shops write a rate of 1 whatever the currency is, so its name decides."""
    money = document(item(), more=MONEY.format(name, rate))
    receipts, found, _ = outcome(measures._replace(currency=ours), money)
    assert len(receipts) == (not reason)
    assert all(reject.reason.startswith(reason) for reject in found)


def test_an_unknown_name_of_a_currency_is_told(measures):
    """A shop may call its own money as it likes; the report says so."""
    path = written(document(item(), more=MONEY.format("у.е.", "1")))
    reader = open_receipts(path, load_profile(PROFILE), measures._replace(currency="RUB"))
    assert len(collect(reader)[0]) == 1
    assert reader.taken["currency"] == "RUB, which the file calls 'у.е.'"


def test_a_midnight_beside_a_time_of_day_is_none(measures):
    """1C writes days as the instants at which they begin."""
    (read,), _, _ = outcome(measures, document(item(), day="2026-12-02T00:00:00"))
    assert measures.calendar.iso(read.at) == "2026-12-02T10:15:00+03:00"


@pytest.mark.parametrize("text", ["<Документ/>", "<Документ>text</Документ>", "<Документ><Товары/></Документ>"])
def test_a_document_of_nothing_is_rejected(measures, text):
    """Neither passed over in silence nor a crash."""
    read, (reject,), _ = outcome(measures, text)
    assert (read, reject.column) == ([], "kind")


def test_a_mended_reject_is_imported_again(shop):
    """What was mended in the errors file is known when the source sends it whole."""
    card = attribute("Номер бонусной карты", "100")
    path = written(document(item(), more=card), document(item("70.555"), number="d-2", total="70.56", more=card))
    report = shop.mended(path, PROFILE, amount="70.56")
    (row,) = rejects("errors.csv")
    assert (row["receipt_id"], row["card"], row["reject_value"]) == ("d-2", "100", "70.555")
    assert (report["accepted"], report["total_minor"]) == (1, 7_056)
    whole = written(document(item("70.56"), number="d-2", total="70.56", more=card))
    assert shop.take(whole, PROFILE)["duplicate"] == 1


@pytest.mark.parametrize(
    "text, message",
    [
        ("returns: {prefix: C}", "returns: is for files with rows"),
        ("returns: {kinds: {Заказ товара: order}}", "'order' is not one of"),
        ("columns: {at: Дата}", "columns: is for files with rows"),
    ],
)
def test_a_profile_says_no_more_than_the_format_knows(text, message):
    """Operations are told by kinds alone."""
    with pytest.raises(BonusError) as caught:
        load_profile(own_profile(text))
    assert message in str(caught.value)


def test_only_this_format_has_a_catalogue():
    """Another format has no ids of goods to look up."""
    Path("till.yaml").write_text("format: poslog\ncatalogue: import.xml\n", encoding="utf-8")
    with pytest.raises(BonusError, match="catalogue: is for commerceml, not for poslog"):
        load_profile("till.yaml")
