"""Russian fiscal receipts as JSON: what fiscal data operators and the tax service's app hand out (tags of FFD).

Sums are whole kopecks and are trusted; price times quantity is not, since the till has rounded each line.  The key is
drive/document/sign, which no two receipts of the country share.  Money paid in advance is no sale yet: it counts when
the goods are handed over, in the receipt that says so.
"""

from pathlib import Path
from typing import Any

from bonuscli.days import format_day
from bonuscli.importers.adding_up import adding_up
from bonuscli.importers.profile import Profile
from bonuscli.importers.told import Told, ToldReader
from bonuscli.importers.told_json import Document, tell_json
from bonuscli.model import Measures

_MARKS = frozenset(("fiscalDriveNumber", "fiscalDocumentNumber", "fiscalSign", "operationType", "totalSum"))
_WRAPPERS = ("ticket", "document", "receipt", "bso", "data", "json", "content", "receipts", "documents", "items")
_KINDS = {"1": "sale", "2": "return"}
_PASSED_KINDS = {"3": "purchase", "4": "return of a purchase"}
# A document's own code: a receipt and a strict form; reports of a shift and corrections are none.  Exports of a whole
# drive name the other documents, each in a wrapper of its own.
_RECEIPT_CODES = ("", "3", "4")
_OTHER_DOCUMENTS = (
    "receiptCorrection", "bsoCorrection", "openShift", "closeShift", "fiscalReport", "currentStateReport",
    "closeArchive", "operatorConfirmation",
)  # fmt: skip
# Tag 1214: prepayment in full, in part, advance; and paying off goods that were sold on credit before.
_NO_SALE = {"1": "prepayment", "2": "prepayment", "3": "advance", "7": "payment of credit"}
# Tag 1212: a payment, as advances and deposits are written.
_PAYMENT = "10"
_KEY = ("fiscalDriveNumber", "fiscalDocumentNumber", "fiscalSign")
_PAYMENTS = (
    ("cashTotalSum", "cash"),
    ("ecashTotalSum", "card"),
    ("prepaidSum", "prepaid"),
    ("creditSum", "credit"),
    ("provisionSum", "provision"),
)
# Of seconds; services that write milliseconds have three more.
_EPOCH_DIGITS = 10


def read_ofd(path: Path, profile: Profile, measures: Measures) -> ToldReader:
    """A reader of fiscal receipts; errors as of ``told_json.tell_json``."""
    return tell_json(path, profile, measures, _tell, _MARKS, _WRAPPERS, "RUB")


def _tell(document: Document) -> Told | None:
    found = document.found
    code = document.text(found.get("code") or found.get("receiptCode"), "kind")
    other = next((name for name in _OTHER_DOCUMENTS if name in found), "")
    if not (code or other) and found.get("correctionType") is not None:
        other = _OTHER_DOCUMENTS[0]
    if other or code not in _RECEIPT_CODES:
        document.pass_over(other or f"document with code {code[:10]}")
        return None
    operation = document.text(found.get("operationType"), "kind")
    if operation in _PASSED_KINDS:
        document.pass_over(_PASSED_KINDS[operation])
        return None
    if operation not in _KINDS:
        hint = "1 is a sale, 2 its return"
        document.note("kind", operation, "bad_row", f"operationType {operation!r} is not known", hint)
    goods = _goods(document)
    if goods is None:
        return None
    head = document.head(
        receipt_id=_number(document),
        kind=_KINDS.get(operation, "unknown"),
        at=_time(document),
        shop=document.text(found.get("retailPlace"), "shop"),
        till=document.text(found.get("kktRegId"), "till"),
        cashier=document.text(found.get("operator"), "cashier"),
        payment="; ".join(way for key, way in _PAYMENTS if document.minor(found.get(key), "payment", 0)),
    )
    return document.tell(head, goods)


def _number(document: Document) -> str:
    """Drive/document/sign; empty, and a flaw, where a part is missing."""
    parts = [document.text(document.found.get(key), "receipt_id") for key in _KEY]
    for key, part in zip(_KEY, parts, strict=True):
        if not (part.isascii() and part.isdigit()):
            document.note("receipt_id", part, "bad_row", f"{key} is missing or no number", "it is part of the key")
            return ""
    return "/".join((parts[0], *(part.lstrip("0") or "0" for part in parts[1:])))


def _time(document: Document) -> str:
    """Local time as text.  Seconds since 1970 are those of the wall clock (tag 1012 knows no zone)."""
    text = document.text(document.found.get("dateTime"), "at")
    if len(text) in (_EPOCH_DIGITS, _EPOCH_DIGITS + 3) and text.isascii() and text.isdigit():
        day, second = divmod(int(text[:_EPOCH_DIGITS]), 86_400)
        return f"{format_day(day)} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    return text


def _goods(document: Document) -> list[dict[str, str]] | None:
    """The lines that are sales of goods; None where the receipt has no other lines than advances."""
    items = document.objects(document.found.get("items"), "amount")
    amounts: list[int | None] = [document.minor(item.get("sum"), "amount", 0) for item in items]
    amounts = adding_up(document, [amounts], document.minor(document.found.get("totalSum"), "amount", 0))
    goods = []
    advances = 0
    for item, amount in zip(items, amounts, strict=True):
        no_sale = _no_sale(document, item)
        if no_sale:
            document.pass_over(f"line of {no_sale}")
            advances += 1
        else:
            name = document.text(item.get("name"), "name")
            goods.append(document.goods(item, document.quantity(item.get("quantity")), amount, name=name))
    return None if advances and not goods else goods


def _no_sale(document: Document, item: dict[str, Any]) -> str:
    """What a line is where it is no sale of goods, else empty."""
    if document.text(item.get("productType"), "name") == _PAYMENT:
        return "advance"
    return _NO_SALE.get(document.text(item.get("paymentType"), "name"), "")
