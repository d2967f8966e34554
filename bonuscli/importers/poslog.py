"""ARTS POSLog 2 to 6 and ARTS Digital Receipt: transactions of tills, of which those that sell or take back are read.

Money is decimal, in major units.  A line's ``ExtendedAmount`` stands after the line's own discounts; what is taken off
the whole transaction stands beside it as a reward, and tax within the lines or beside them, by country: the grand total
tells which.  A transaction that takes back for more than it sells is a return.
"""

from pathlib import Path
from typing import Any

from bonuscli.importers.adding_up import adding_up, spread
from bonuscli.importers.profile import Profile
from bonuscli.importers.told import Told, ToldReader
from bonuscli.importers.told_xml import XmlDocument, tell_xml
from bonuscli.importers.xml_documents import TEXT, XmlFile, elements
from bonuscli.model import Measures

_DOCUMENTS = frozenset(("Transaction",))
_AROUND = frozenset(("POSLog", "DigitalReceipt", "Batch"))
_YES = ("true", "1")
# Flags and states of a transaction that is no sale.
_FLAGS = (("@CancelFlag", "cancelled"), ("@TrainingModeFlag", "training"), ("@VoidFlag", "voided"))
_STATES = ("", "Delivered", "Finished", "Totaled", "Tendered", "Completed")
_BARCODES = ("GTIN", "GTIN8", "GTIN12", "GTIN13", "GTIN14", "EAN", "EAN8", "EAN13", "UPC", "UPCA", "UPC-A", "Barcode")
_TIMES = ("EndDateTime", "ReceiptDateTime", "POSLogDateTime", "BeginDateTime")
_DAY = len("2026-12-31")

# One line that sells or takes back: what stands in it, and +1 or -1.
Goods = tuple[dict[str, Any], int]


def read_poslog(path: Path, profile: Profile, measures: Measures) -> ToldReader:
    """A reader of transactions; errors as of ``xml_documents.XmlFile``."""
    return tell_xml(XmlFile(path, profile.encoding, _DOCUMENTS, _AROUND), profile, measures, _tell)


def _tell(document: XmlDocument) -> Told | None:
    transaction = document.found
    retail = transaction.get("RetailTransaction")
    what = _no_sale(transaction, retail)
    if what:
        document.pass_over(what)
        return None
    if not isinstance(retail, dict):
        document.note("amount", "", "bad_row", "this stands more than once, or is empty: RetailTransaction")
        return document.tell(document.head(receipt_id=_number(document, transaction, "")), [])
    every = elements(retail, "LineItem")
    lines = [each for each in every if each.get("@VoidFlag") not in _YES]
    at = _time(document, transaction, retail)
    items = _items(lines, 1)
    voids = _items([each for each in every if each.get("@VoidFlag") in _YES], -1)
    kind, goods = _goods(document, retail, lines, items, voids)
    returned = [item for item, sign in items if sign < 0]
    head = document.head(
        receipt_id=_number(document, transaction, at[:_DAY]),
        kind=kind,
        original_receipt_id=_original(document, retail, returned) if kind == "return" else "",
        at=at,
        shop=_store(document, transaction, "shop"),
        till=document.text(transaction.get("WorkstationID"), "till"),
        cashier=document.text(transaction.get("OperatorID"), "cashier"),
        card=_card(document, transaction, retail, lines),
        payment="; ".join(_ways(document, lines)),
        currency=document.text(transaction.get("CurrencyCode") or retail.get("CurrencyCode"), "currency"),
    )
    return document.tell(head, goods)


def _items(lines: list[dict[str, Any]], sign: int) -> list[Goods]:
    """What is sold (with this sign) and what comes back (with the other)."""
    pairs = (("Sale", sign), ("Return", -sign))
    return [(item, each) for line in lines for name, each in pairs for item in elements(line, name)]


def _no_sale(transaction: dict[str, Any], retail: Any) -> str:
    """What a transaction is, if it is no sale."""
    if retail is None:
        return next((name[:40] for name in transaction if name.endswith("Transaction")), "empty transaction")
    inner = retail if isinstance(retail, dict) else {}
    for flag, what in _FLAGS:
        if transaction.get(flag) in _YES or inner.get(flag) in _YES:
            return f"{what} transaction"
    state = str(inner.get("@TransactionStatus", ""))
    return "" if state.rpartition(":")[2] in _STATES else f"transaction with status {state[:40]}"


def _store(document: XmlDocument, found: dict[str, Any], column: str) -> str:
    store = document.text(found.get("RetailStoreID"), column)
    return store or next((document.text(each, column) for each in elements(found, "BusinessUnit", "UnitID")), "")


def _number(document: XmlDocument, found: dict[str, Any], day: str, column: str = "receipt_id") -> str:
    """The id of a transaction or of a link to one; where it has none store/till/day/sequence.

    ``day``: that of the receipt's own time, where the source names no business day.
    """
    number = document.text(found.get("TransactionID"), column)
    if number:
        return number
    names = ("WorkstationID", "BusinessDayDate", "SequenceNumber")
    workstation, stated, sequence = (document.text(found.get(name), column) for name in names)
    parts = {
        "RetailStoreID": _store(document, found, column),
        "WorkstationID": workstation,
        "BusinessDayDate": stated[:_DAY] or day,
        "SequenceNumber": sequence,
    }
    for name, part in parts.items():
        if not part:
            document.note(column, "", "bad_row", f"{name} is missing, which is part of the key")
            return ""
    return "/".join(parts.values())


def _original(document: XmlDocument, retail: dict[str, Any], returned: list[dict[str, Any]]) -> str:
    """The sale that a return names, if all that is brought back is of one; links of other reasons are none."""
    links = [each for item in returned for each in elements(item, "TransactionLink")]
    links += elements(retail, "TransactionLink")
    reasons = ("", "Return")
    numbers = {
        _number(document, link, "", "original_receipt_id") for link in links if link.get("@ReasonCode", "") in reasons
    }
    if len(numbers) > 1:
        document.note("original_receipt_id", "", "bad_row", "the goods come back from more than one sale",
                      "write a return for each of them")  # fmt: skip
    return numbers.pop() if numbers else ""


def _time(document: XmlDocument, transaction: dict[str, Any], retail: dict[str, Any]) -> str:
    times = (document.text(found.get(name), "at") for name in _TIMES for found in (transaction, retail))
    return next(filter(None, times), "")


def _card(
    document: XmlDocument, transaction: dict[str, Any], retail: dict[str, Any], lines: list[dict[str, Any]]
) -> str:
    """The number of the loyalty account: of the transaction, of its customer, or read in on a line."""
    places = [transaction, retail, *elements(retail, "Customer"), *elements(transaction, "Customer"), *lines]
    for place in places:
        for path in (("LoyaltyAccount", "LoyaltyProgram", "LoyaltyAccountID"), ("LoyaltyAccount", "LoyaltyAccountID"),
                     ("LoyaltyMembership", "LoyaltyID")):  # fmt: skip
            for found in elements(place, *path):
                card = document.text(found, "card")
                if card:
                    return card
    return ""


def _ways(document: XmlDocument, lines: list[dict[str, Any]]) -> list[str]:
    """Ways of payment that brought money or took it in the end, change left out."""
    paid: dict[str, int] = {}
    for tender in _tenders(lines):
        way = str(tender.get("@TenderType", "")).rpartition(":")[2]
        amount = document.minor(tender.get("Amount"), "payment") or 0
        back = tender.get("@TypeCode") in ("Refund", "Change")
        paid[way] = paid.get(way, 0) + (-abs(amount) if back else amount)
    return [way for way, amount in paid.items() if way and amount]


def _goods(
    document: XmlDocument, retail: dict[str, Any], lines: list[dict[str, Any]], items: list[Goods], voids: list[Goods]
) -> tuple[str, list[dict[str, str]]]:
    """(sale | return, the lines); what goes the other way in a document is below zero."""
    off = _rewards(document, lines)
    total, tax = (_total(document, retail, name) for name in ("TransactionGrandAmount", "TransactionTaxAmount"))
    amounts = _amounts(document, items)
    if voids and total is not None:
        # A line with VoidFlag was voided itself, or voids another by standing against it: by maker.
        bills = {total - less + more for less in (0, tax or 0) for more in (0, off)}
        against = _amounts(document, voids)
        if abs(_sum(amounts)) not in bills and abs(_sum(amounts + against)) in bills:
            items, amounts = items + voids, amounts + against
    turn = -1 if _sum(amounts) < 0 or (items and all(sign < 0 for _, sign in items)) else 1
    turned = [None if amount is None else turn * amount for amount in amounts]
    if total is not None and tax and _sum(turned) in (total - tax, total - tax + turn * off):
        total -= tax
    rounded = sum(abs(document.minor(each.get("Rounding"), "payment") or 0) for each in _tenders(lines))
    result = adding_up(document, [turned, spread(turned, turn * off)], total, range(-rounded, rounded + 1))
    goods = []
    for (item, sign), amount, before in zip(items, result, turned, strict=True):
        quantity = _quantity(document, item)
        discount = abs(document.minor(item.get("ExtendedDiscountAmount"), "discount") or 0)
        sells = sign * turn > 0
        goods.append(
            document.goods(
                item,
                None if quantity is None else abs(quantity) if sells else -abs(quantity),
                amount,
                discount + (before or 0) - (amount or 0) if sells else 0,
                **_named(document, item),
            )
        )
    return "sale" if turn > 0 else "return", goods


def _amounts(document: XmlDocument, items: list[Goods]) -> list[int | None]:
    """Goods that come back are written above zero or below it, by maker."""
    amounts = [(document.minor(item.get("ExtendedAmount"), "amount"), sign) for item, sign in items]
    return [amount if amount is None or sign > 0 else -abs(amount) for amount, sign in amounts]


def _sum(amounts: list[int | None]) -> int:
    return sum(amount or 0 for amount in amounts)


def _named(document: XmlDocument, item: dict[str, Any]) -> dict[str, str]:
    """Names and numbers of the goods.  Other identities are groups of goods and stand behind the goods' own."""
    identities = elements(item, "POSIdentity")
    barcodes = [each for each in identities if each.get("@POSIDType") in _BARCODES]
    number = item.get("ItemID") or next((each.get("POSItemID") for each in identities), None)
    hierarchy = next(iter(elements(item, "MerchandiseHierarchy")), {})
    return {
        "sku": document.text(number, "sku"),
        "barcode": document.text(next((each.get("POSItemID") for each in barcodes), None), "barcode"),
        "name": document.text(next(iter(elements(item, "Description")), None), "name"),
        "category": document.text(hierarchy.get(TEXT), "category"),
    }


def _quantity(document: XmlDocument, item: dict[str, Any]) -> int | None:
    """Thousandths.  A Digital Receipt says of two pieces 1 with Units="2"; others say 2 in both, or a weight alone."""
    found = item.get("Quantity")
    quantity = document.quantity(found)
    units = found.get("@Units") if isinstance(found, dict) else None
    return document.quantity(units) if units is not None and quantity in (None, 1000) else quantity


def _total(document: XmlDocument, retail: dict[str, Any], name: str) -> int | None:
    """A total of the transaction by its type, without a sign; None where it is not told."""
    totals = [each for each in elements(retail, "Total") if each.get("@TotalType") == name]
    amount = document.minor(totals[0], "amount") if totals else None
    return None if amount is None else abs(amount)


def _rewards(document: XmlDocument, lines: list[dict[str, Any]]) -> int:
    """What rewards take off the whole transaction, minor units.  The same reward stands in detail and summed up."""
    off = {"detailedData": 0, "summarizedActivity": 0, "": 0}
    for line in lines:
        for reward in elements(line, "LoyaltyReward"):
            level, category = (
                document.text(reward.get(name), "discount") for name in ("RewardLevel", "RewardCategory")
            )
            if level in ("", "Transaction") and category in ("", "Monetary"):
                kind = next((kind for kind in off if kind and reward.get(f"@{kind}") in _YES), "")
                off[kind] -= document.minor(reward.get("ExtendedRewardAmount"), "discount") or 0
    return off["detailedData"] or off["summarizedActivity"] or off[""]


def _tenders(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [tender for line in lines for tender in elements(line, "Tender")]
