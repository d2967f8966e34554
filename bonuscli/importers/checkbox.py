"""Receipts of Checkbox, a Ukrainian software till: kopiykas, quantities in thousandths, returns that name their sale.

A line's ``sum`` stands before or after its own discounts, by version; the receipt's discounts stand beside the lines.
``total_sum`` tells which it is, and the receipt's discounts go to the lines by what they cost.  The rounding of cash is
a matter of the payment: the lines keep their kopiykas.
"""

from pathlib import Path
from typing import Any

from bonuscli.importers.adding_up import adding_up, spread
from bonuscli.importers.profile import Profile
from bonuscli.importers.told import Told, ToldReader
from bonuscli.importers.told_json import Document, dig, tell_json
from bonuscli.model import Measures
from bonuscli.units import HALF_UP, mul_div

_MARKS = frozenset(("goods", "fiscal_code", "total_sum", "related_receipt_id"))
_WRAPPERS = ("results", "receipts", "receipt", "data", "items")
_KINDS = {"SELL": "sale", "RETURN": "return"}
_QUANTITY_ONE = 1000
# Cash is rounded to half a hryvnia, up or down.
_ROUNDED = range(-25, 26)


def read_checkbox(path: Path, profile: Profile, measures: Measures) -> ToldReader:
    """A reader of Checkbox receipts; errors as of ``told_json.tell_json``."""
    return tell_json(path, profile, measures, _tell, _MARKS, _WRAPPERS, "UAH")


def _tell(document: Document) -> Told | None:
    found = document.found
    form = document.text(found.get("type"), "kind")
    status = document.text(found.get("status"), "kind")
    if form and form not in _KINDS:
        document.pass_over(form[:40])
        return None
    if status not in ("", "DONE"):
        document.pass_over(f"receipt with status {status[:40]}")
        return None
    if not form:
        document.note("kind", form, "bad_row", "the receipt has no type", "SELL is a sale, RETURN its return")
    payments = document.objects(found.get("payments"), "payment")
    ways = (document.text(each.get("type"), "payment").lower() for each in payments)
    head = document.head(
        receipt_id=document.text(found.get("id"), "receipt_id"),
        kind=_KINDS.get(form, "unknown"),
        original_receipt_id=document.text(found.get("related_receipt_id"), "original_receipt_id")
        if form == "RETURN"
        else "",
        at=document.text(found.get("fiscal_date") or found.get("created_at"), "at"),
        till=document.text(dig(found, ("shift", "cash_register", "fiscal_number")), "till"),
        cashier=document.text(dig(found, ("shift", "cashier", "full_name")) or found.get("cashier_name"), "cashier"),
        payment="; ".join(dict.fromkeys(way for way in ways if way)),
    )
    return document.tell(head, _goods(document, form))


def _goods(document: Document, form: str) -> list[dict[str, str]]:
    found = document.found
    items = document.objects(found.get("goods"), "amount")
    quantities = [document.minor(item.get("quantity"), "quantity", 0) for item in items]
    sums = [_sum(document, item, quantity) for item, quantity in zip(items, quantities, strict=True)]
    own = [_taken_off(document, item) for item in items]
    # In a sale a line may be goods brought back, which goes against the others; in a return each line is.
    signs = [-1 if form == "SELL" and item.get("is_return") is True else 1 for item in items]
    whole = _taken_off(document, found)
    less = [None if each is None else each - off for each, off in zip(sums, own, strict=True)]
    readings = [
        spread([None if each is None else sign * each for each, sign in zip(amounts, signs, strict=True)], whole)
        for amounts in (less, sums)
    ]
    roundings = _ROUNDED if found.get("rounding") is True else range(1)
    amounts = adding_up(document, readings, document.minor(found.get("total_sum"), "amount", 0), roundings)
    gross = [(each or 0) + (off if amounts is readings[1] else 0) for each, off in zip(sums, own, strict=True)]
    goods = []
    for item, quantity, amount, before, sign in zip(items, quantities, amounts, gross, signs, strict=True):
        good = item.get("good")
        good = good if isinstance(good, dict) else {}
        goods.append(
            document.goods(
                item,
                None if quantity is None else sign * quantity,
                amount,
                before - (amount or 0) if sign > 0 else 0,
                sku=document.text(good.get("code"), "sku"),
                barcode=document.text(good.get("barcode"), "barcode"),
                name=document.text(good.get("name"), "name"),
            )
        )
    return goods


def _sum(document: Document, item: dict[str, Any], quantity: int | None) -> int | None:
    """The line's sum in kopiykas; of a receipt as it was sent, which has none yet, price times quantity."""
    if item.get("sum") is not None:
        return document.minor(item["sum"], "amount", 0)
    price = document.minor(dig(item, ("good", "price")), "amount", 0)
    return None if price is None or quantity is None else mul_div(price, quantity, _QUANTITY_ONE, HALF_UP)


def _taken_off(document: Document, found: dict[str, Any]) -> int:
    """What the discounts of a line or receipt take off, less what its extra charges add; kopiykas."""
    off = 0
    for each in document.objects(found.get("discounts"), "amount"):
        figure = each.get("sum")
        if figure is None and each.get("mode") == "VALUE":
            figure = each.get("value")
        amount = document.minor(figure, "discount", 0)
        if amount is None:
            document.note("discount", "", "bad_amount", "a discount has no sum", "take the receipt as it was answered")
        off += (-1 if each.get("type") == "EXTRA_CHARGE" else 1) * abs(amount or 0)
    return off
