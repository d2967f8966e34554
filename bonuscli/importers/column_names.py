"""What columns are called: in English and in Russian, by tills, back offices and people.

Only a proposal is made of it (``import sniff``); a profile names its columns itself.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

# field -> its names, without capitals and signs, the most telling first.  A field stands before another that some of
# its names would fit, too.
NAMES: dict[str, tuple[str, ...]] = {
    "original_receipt_id": (
        "original receipt id", "original receipt", "original number", "чек продажи", "исходный чек", "чек основание",
        "номер чека продажи",
    ),
    "receipt_id": (
        "receipt id", "receipt number", "receipt no", "receipt", "transaction id", "transaction number", "transaction",
        "order id", "order number", "order", "invoice no", "invoice number", "invoice", "ticket number", "ticket",
        "check number", "bill number", "bill", "sale id", "номер чека", "чек", "чек номер", "номер документа",
        "документ", "номер заказа", "заказ", "фискальный номер", "фд", "номер", "id",
    ),
    "at": (
        "at", "when", "issued at", "date time", "datetime", "date and time", "created at", "timestamp", "sold at",
        "date", "invoice date", "transaction date", "receipt date", "order date", "sale date", "дата и время",
        "дата время", "дата чека", "дата продажи", "дата документа", "дата заказа", "дата", "период",
    ),
    "time": ("time", "time of day", "transaction time", "receipt time", "время", "время чека", "время продажи"),
    "kind": (
        "kind", "event type", "type", "operation", "transaction type", "receipt type", "вид операции", "тип операции",
        "операция", "тип чека", "вид чека", "тип", "вид", "хозоперация", "признак расчета",
    ),
    "shop": (
        "shop", "store", "location", "branch", "outlet", "store name", "shop name", "магазин", "торговая точка",
        "точка продаж", "склад", "подразделение", "филиал",
    ),
    "till": (
        "till", "register", "pos", "terminal", "device name", "workstation", "касса", "касса ккм", "ккм", "терминал",
    ),
    "cashier": ("cashier", "employee", "staff", "staff name", "operator", "seller", "кассир", "продавец", "оператор"),
    "card": (
        "card", "card number", "loyalty card", "member", "member id", "membership", "customer id", "customer number",
        "customer reference id", "customer", "client id", "дисконтная карта", "бонусная карта", "карта лояльности",
        "карта", "номер карты", "код карты", "код клиента", "клиент",
    ),
    "phone": ("phone", "phone number", "customer phone", "mobile", "телефон", "телефон покупателя", "телефон клиента"),
    "total": (
        "receipt total", "total of receipt", "subtotal", "order total", "сумма чека", "сумма по чеку", "итого по чеку",
    ),
    "sku": (
        "sku", "article", "item code", "product code", "stock code", "stockcode", "plu", "item id", "product id",
        "артикул", "код товара", "код номенклатуры", "код",
    ),
    "barcode": ("barcode", "gtin", "ean", "upc", "штрихкод", "штрих код"),
    "category": (
        "category", "product category", "department", "group", "product group", "item group", "номенклатурная группа",
        "группа товаров", "группа", "категория", "вид номенклатуры", "отдел",
    ),
    "name": (
        "name", "item", "item name", "product", "product name", "description", "goods", "номенклатура", "товар",
        "наименование", "наименование товара", "название",
    ),
    "brand": ("brand", "vendor", "manufacturer", "бренд", "марка", "производитель", "поставщик"),
    "quantity": ("quantity", "qty", "count", "units", "pieces", "количество", "кол во", "колво", "кол", "шт"),
    "discount": (
        "discount", "discounts", "line discount", "discount amount", "сумма скидки", "скидка", "скидка руб",
    ),
    "amount": (
        "amount", "net sales", "line total", "line amount", "sum", "total", "net amount", "extended amount",
        "сумма со скидкой", "сумма к оплате", "к оплате", "сумма", "стоимость", "итог", "итого", "выручка",
        "сумма продажи", "всего",
    ),
    "unit_price": ("unit price", "price", "item price", "цена", "цена за единицу", "цена за ед", "цена со скидкой"),
    "payment": ("payment", "payment method", "payment type", "tender", "оплата", "вид оплаты", "способ оплаты"),
    "redeem": (
        "redeem", "redeem points", "points redeemed", "redeemed points", "points spent", "points used",
        "списано бонусов", "списано баллов", "списано",
    ),
    "currency": ("currency", "currency code", "валюта"),
    "zone": ("time zone", "timezone", "часовой пояс"),
    "line": ("line", "line number", "line no", "position", "номер строки", "позиция", "строка"),
}  # fmt: skip

# How much of two names must be alike: "Кол-во товара" is a quantity, "Город" no code.
_NEAR = 0.82
# What was asked before discounts is not what was paid.
_UNPAID = re.compile(r"\b(?:без|до) скид|\bgross\b|\b(?:before|without) discount")
_SIGNS = re.compile(r"[^\w]+|_")
_CAMEL = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])")


def plain_name(name: str) -> str:
    """A column's name without capitals and signs.

    >>> plain_name("InvoiceNo"), plain_name("№ чека"), plain_name("unit_price, RUB")
    ('invoice no', 'номер чека', 'unit price rub')
    """
    name = name.replace("№", " номер ").replace("ё", "е").replace("Ё", "Е")
    return " ".join(_SIGNS.sub(" ", _CAMEL.sub(" ", name)).split()).casefold()


def known_columns(header: Sequence[str]) -> dict[str, str]:
    """field -> column of a header by known names, to the letter; no column is given to two fields."""
    free = {name: plain for name in header if (plain := plain_name(name))}
    found: dict[str, str] = {}
    by_plain = {plain: name for name, plain in free.items()}
    for rank in range(max(map(len, NAMES.values()))):
        for field, names in NAMES.items():
            if field not in found and rank < len(names):
                _take(found, field, free, by_plain.get(names[rank]))
    return found


def matched_columns(header: Sequence[str]) -> dict[str, str]:
    """field -> column of a header, by known names first and by near ones then; a name that stands twice is none.

    >>> matched_columns(["Чек №", "Дата", "Сумма, руб.", "Кол-во", "Погода"])
    {'receipt_id': 'Чек №', 'at': 'Дата', 'amount': 'Сумма, руб.', 'quantity': 'Кол-во'}
    """
    header = [name for name in header if header.count(name) == 1]
    found = known_columns(header)
    free = {name: plain for name in header if (plain := plain_name(name)) and name not in found.values()}
    free = {name: plain for name, plain in free.items() if not _UNPAID.search(plain)}
    near = sorted(
        ((_likeness(plain, names), field, name) for name, plain in free.items() for field, names in NAMES.items()),
        reverse=True,
    )
    for likeness, field, name in near:
        if likeness >= _NEAR and field not in found and name in free:
            _take(found, field, free, name)
    if "amount" in found:
        found.pop("unit_price", None)
    return {field: found[field] for field in sorted(found, key=lambda each: header.index(found[each]))}


def _take(found: dict[str, str], field: str, free: dict[str, str], name: str | None) -> None:
    if name is not None and name in free:
        found[field] = name
        del free[name]


def _likeness(plain: str, names: Sequence[str]) -> float:
    """How near a name is to one of a field: to the letter, or as the words that it begins with."""
    best = 0.0
    for name in names:
        if len(name) > 3 and plain.startswith(f"{name} "):
            best = max(best, 0.9)
        best = max(best, SequenceMatcher(None, plain, name, autojunk=False).ratio())
    return best
