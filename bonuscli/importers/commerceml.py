"""CommerceML 2 and 3: what 1C and web shops send each other, here its documents of sales and returns.

Money is decimal, in the document's currency.  Which operations are sales the shop says: where it sends orders and their
shipments, both would be booked.  Discounts and taxes stand within a line's sum or beside it, as ``УчтеноВСумме`` says,
or as nobody says: the document's own sum tells which it is.
"""

from collections import namedtuple
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from bonuscli.importers.adding_up import adding_up, spread
from bonuscli.importers.currency_names import currencies_named
from bonuscli.importers.profile import Profile
from bonuscli.importers.told import Told, ToldReader
from bonuscli.importers.told_xml import XmlDocument, tell_xml
from bonuscli.importers.xml_documents import TEXT, XmlFile, elements
from bonuscli.model import Measures

_ROOT = "КоммерческаяИнформация"
_AROUND = frozenset((_ROOT, "Контейнер"))
_DOCUMENTS = frozenset(("Документ",))
_CATALOGUE_AROUND = _AROUND | {"Классификатор", "Каталог", "Группы", "Товары"}
_CATALOGUE = frozenset(("Группа", "Товар"))
# Where the profile says nothing of returns: kinds.
_OPERATIONS = {"Отпуск товара": "sale", "Возврат товара": "return"}
_UNSAID = (("sale", "sale"), ("return", "return"))
_ATTRIBUTES = "ЗначенияРеквизитов"
_YES = ("true", "1", "да", "истина", "y", "yes")
_NO = ("false", "0", "нет", "ложь", "n", "no")
# Attributes by which a document is none, with what they say then.
_NO_SALE = (
    ("Отменен", _YES, "cancelled"),
    ("Отменён", _YES, "cancelled"),
    ("ПометкаУдаления", _YES, "marked for deletion"),
    ("Пометка удаления", _YES, "marked for deletion"),
    ("Проведен", _NO, "not posted"),
    ("Проведён", _NO, "not posted"),
)
# Parts that a counterparty plays; who sells is no customer.
_CUSTOMERS = ("Покупатель", "Плательщик", "Получатель", "")

Categories = dict[str, str]
# What is known of all documents.  kinds: sale, return or skip by operation; groups: names by the ids of groups of
# goods; goods: their groups by the ids of goods; currency: code of the program's, or None.
Exchange = namedtuple("Exchange", "kinds groups goods currency")


def read_commerceml(path: Path, profile: Profile, measures: Measures) -> ToldReader:
    """A reader of documents; ``BonusError`` ``bad_file`` where the file or the profile's catalogue cannot be read."""
    groups, goods = _catalogue(profile.catalogue) if profile.catalogue else ({}, {})
    kinds = _OPERATIONS if profile.kinds == _UNSAID else dict(profile.kinds)
    exchange = Exchange(kinds, groups, goods, measures.currency)
    source = XmlFile(path, profile.encoding, _DOCUMENTS, _AROUND)
    reader = tell_xml(
        source, profile._replace(kinds=_UNSAID), measures, lambda document: _tell(document, exchange, reader.taken)
    )
    return reader


def _catalogue(path: str) -> tuple[Categories, Categories]:
    """Names of groups by their id, and by the id of goods the name of the group that they stand in."""
    groups: Categories = {}
    goods: Categories = {}
    for _, name, value in XmlFile(Path(path), "utf-8-sig", _CATALOGUE, _CATALOGUE_AROUND):
        if name == "Группа":
            groups.update(_groups(value))
        elif group := _group(value, groups):
            goods[_text(value, "Ид")] = group
    return groups, goods


def _groups(found: Any) -> Iterator[tuple[str, str]]:
    yield _text(found, "Ид"), _text(found, "Наименование")
    for inner in elements(found, "Группы", "Группа"):
        yield from _groups(inner)


def _group(found: Any, groups: Categories) -> str:
    """The name of the first group of goods that is known."""
    ids = (each.get(TEXT, "") for each in elements(found, "Группы", "Ид"))
    return next((groups[each] for each in ids if groups.get(each)), "")


def _text(found: Any, *path: str) -> str:
    return next((each.get(TEXT, "") for each in elements(found, *path)), "")


def _tell(document: XmlDocument, exchange: Exchange, taken: dict[str, str]) -> Told | None:
    found = document.found
    operation = document.text(found.get("ХозОперация"), "kind")
    kind = exchange.kinds.get(operation, "skip")
    if operation and kind == "skip":
        document.pass_over(operation[:40])
        return None
    if not operation:
        document.note("kind", "", "bad_row", "the document has no ХозОперация", f"known: {', '.join(exchange.kinds)}")
    attributes = _by_name(found, _ATTRIBUTES, "ЗначениеРеквизита", "Наименование")
    for name, words, what in _NO_SALE:
        if attributes.get(name, "").casefold() in words:
            document.pass_over(f"{operation[:40]}, {what}")
            return None
    _name_contacts(found)
    _compare_money(document, exchange.currency, taken)
    head = document.head(
        receipt_id=_number(document),
        kind="unknown" if kind == "skip" else kind,
        original_receipt_id=_base(document) if kind == "return" else "",
        at=_time(document),
        shop=_text(found, "Склады", "Склад", "Ид"),
    )
    return document.tell(head, _goods(document, exchange.groups, exchange.goods))


def _compare_money(document: XmlDocument, ours: str | None, taken: dict[str, str]) -> None:
    """Reject sums in another currency than the program's; of a currency by an unknown name the rate tells.

    The rate alone tells nothing: web shops write 1 whatever the currency is.
    """
    name = document.text(document.found.get("Валюта"), "amount")
    known = currencies_named(name)
    rate = document.minor(document.found.get("Курс"), "amount", 6)
    if ours in known:
        return
    if (known and ours) or rate not in (None, 0, 10**6):
        counts = f", the program counts in {ours}" if ours else ""
        document.note("amount", name, "bad_amount", f"the sums are in {name[:60] or 'another currency'}{counts}")
    elif name and ours:
        taken["currency"] = f"{ours}, which the file calls {name[:60]!r}"


def _number(document: XmlDocument) -> str:
    """The document's id; of one that has none its number and day."""
    found = document.found
    number = document.text(found.get("Ид"), "receipt_id")
    if number:
        return number
    parts = [document.text(found.get(key), "receipt_id") for key in ("Номер", "Дата")]
    if not all(parts):
        document.note("receipt_id", "", "bad_row", "the document has neither Ид nor Номер and Дата")
        return ""
    return "/".join(parts)


def _base(document: XmlDocument) -> str:
    """The id of the document that a return is based on, which stands there as a text or in an element of its own."""
    base = document.found.get("Основание") or document.found.get("ДокументОснование")
    return document.text(base.get("Ид") if isinstance(base, dict) and "Ид" in base else base, "original_receipt_id")


def _time(document: XmlDocument) -> str:
    """The day with its time of day, where 1C may have written a midnight already."""
    day = document.text(document.found.get("Дата"), "at")
    time = document.text(document.found.get("Время"), "at")
    bare = day.removesuffix("T00:00:00")
    return f"{bare} {time}" if time and len(bare) == len("2026-12-31") else day


def _by_name(found: dict[str, Any], group: str, each: str, name: str) -> dict[str, str]:
    """Pairs of name and value become a dictionary in place, which the profile's paths may lead into."""
    named = {_text(pair, name): _text(pair, "Значение") for pair in elements(found, group, each)}
    if named:
        found[group] = named
    return named


def _name_contacts(found: dict[str, Any]) -> None:
    """Contacts by their kinds, under ``Телефон`` the first of any kind of phone; who sells is left out."""
    parties = [each for each in elements(found, "Контрагенты", "Контрагент") if _text(each, "Роль") in _CUSTOMERS]
    parties.sort(key=lambda each: _CUSTOMERS.index(_text(each, "Роль")))
    for party in parties:
        contacts = _by_name(party, "Контакты", "Контакт", "Тип")
        phone = next((value for kind, value in contacts.items() if kind.startswith("Телефон") and value), "")
        if phone:
            contacts.setdefault("Телефон", phone)
    if "Контрагенты" in found:
        found["Контрагенты"] = {"Контрагент": parties}


def _goods(document: XmlDocument, groups: Categories, known: Categories) -> list[dict[str, str]]:
    items = elements(document.found, "Товары", "Товар")
    sums = [document.minor(item.get("Сумма"), "amount") for item in items]
    own = [_beside(document, item, "Скидки", "Скидка", "discount") for item in items]
    taxes = tuple(_beside(document, item, "Налоги", "Налог", "amount")[1] for item in items)
    whole = _beside(document, document.found, "Скидки", "Скидка", "discount")
    # As the flags say; then as if none were said; then as if all stood within the sums.  Mostly these are the same.
    nothing = (0,) * len(items)
    beside, unsaid = tuple(each[1] for each in own), tuple(each[1] + each[2] for each in own)
    offs, tops = dict.fromkeys((beside, unsaid, nothing)), dict.fromkeys((taxes, nothing))
    wholes = dict.fromkeys((whole[1], sum(whole), 0))
    before: list[list[int | None]] = []
    readings: list[list[int | None]] = []
    for off, tax, share in product(offs, tops, wholes):
        before.append([None if s is None else s - o + t for s, o, t in zip(sums, off, tax, strict=True)])
        readings.append(spread(before[-1], share))
    amounts = adding_up(document, readings, document.minor(document.found.get("Сумма"), "amount"), range(1))
    place = next(place for place, reading in enumerate(readings) if reading is amounts)
    goods = []
    for item, amount, discounts, gross in zip(items, amounts, own, before[place], strict=True):
        _by_name(item, _ATTRIBUTES, "ЗначениеРеквизита", "Наименование")
        number = document.text(item.get("Ид"), "sku")
        # guid#guid is one of several colours or sizes of the goods with the first guid.
        category = known.get(number) or known.get(number.partition("#")[0]) or _group(item, groups)
        goods.append(
            document.goods(
                item,
                document.quantity(item.get("Количество")),
                amount,
                sum(discounts) + (gross or 0) - (amount or 0),
                sku=document.text(item.get("Артикул"), "sku") or number,
                barcode=document.text(item.get("Штрихкод"), "barcode"),
                name=document.text(item.get("Наименование"), "name"),
                category=category,
            )
        )
    return goods


def _beside(document: XmlDocument, found: Any, group: str, name: str, column: str) -> tuple[int, int, int]:
    """Sums of discounts or taxes: within the sum of the line, beside it, and of which nobody says."""
    sums = {"true": 0, "false": 0, "": 0}
    for each in elements(found, group, name):
        flag = document.text(each.get("УчтеноВСумме"), column).lower()
        amount = document.minor(each.get("Сумма"), column) or 0
        sums[flag if flag in sums else ""] += amount
    return sums["true"], sums["false"], sums[""]
