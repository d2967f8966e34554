"""Documents of the Evotor cloud: sales and returns with all that was done at the terminal, as ``transactions``.

Money is decimal roubles, as numbers or as text; a return has all its figures below zero, and names its sale.  Whether
``resultSum`` of a position holds its share of the receipt's discount is told by ``closeResultSum``.
"""

import re
from pathlib import Path
from typing import Any

from bonuscli.importers.adding_up import adding_up
from bonuscli.importers.profile import Profile
from bonuscli.importers.told import Told, ToldReader
from bonuscli.importers.told_json import Document, dig, tell_json
from bonuscli.model import Measures

_MARKS = frozenset(("transactions", "closeDate", "closeSum", "closeResultSum", "sessionNumber"))
_WRAPPERS = ("documents", "items", "document", "data", "body")
_KINDS = {"SELL": "sale", "PAYBACK": "return"}
# 2016-09-13T14:32:09.000+0000
_BARE_OFFSET = re.compile(r"([+-][0-9]{2})([0-9]{2})$")


def read_evotor(path: Path, profile: Profile, measures: Measures) -> ToldReader:
    """A reader of Evotor documents; errors as of ``told_json.tell_json``."""
    return tell_json(path, profile, measures, _tell, _MARKS, _WRAPPERS)


def _tell(document: Document) -> Told | None:
    found = document.found
    form = document.text(found.get("type"), "kind")
    if form and form not in _KINDS:
        document.pass_over(form[:40])
        return None
    if not form:
        document.note("kind", form, "bad_row", "the document has no type", "SELL is a sale, PAYBACK its return")
    steps = document.objects(found.get("transactions"), "amount")
    base = document.text(dig(steps, ("baseDocumentUUID",)), "original_receipt_id")
    head = document.head(
        receipt_id=document.text(found.get("uuid"), "receipt_id"),
        kind=_KINDS.get(form, "unknown"),
        original_receipt_id=base if form == "PAYBACK" else "",
        at=_BARE_OFFSET.sub(r"\1:\2", document.text(found.get("closeDate"), "at")),
        shop=document.text(found.get("storeUuid"), "shop"),
        till=document.text(found.get("deviceUuid"), "till"),
        cashier=document.text(found.get("closeUserUuid") or found.get("openUserUuid"), "cashier"),
        code=document.text(dig(steps, ("couponNumber",)), "code"),
        payment="; ".join(_ways(document, steps)),
    )
    return document.tell(head, _goods(document, steps))


def _ways(document: Document, steps: list[dict[str, Any]]) -> list[str]:
    """Ways of payment that brought money in the end: what was given less the change."""
    paid: dict[str, int] = {}
    for step in steps:
        if step.get("type") == "PAYMENT":
            way = document.text(step.get("paymentType"), "payment").lower()
            paid[way] = paid.get(way, 0) + (document.minor(step.get("sum"), "payment") or 0)
    return [way for way, amount in paid.items() if amount and way]


def _goods(document: Document, steps: list[dict[str, Any]]) -> list[dict[str, str]]:
    positions = [step for step in steps if step.get("type") == "REGISTER_POSITION"]
    result = [document.minor(each.get("resultSum"), "amount") for each in positions]
    gross = [document.minor(each.get("sum"), "discount") for each in positions]
    shares = _shares(document, steps)
    returned = document.found.get("type") == "PAYBACK"
    sign = -1 if returned and sum(amount or 0 for amount in result) < 0 else 1
    result, gross = ([None if each is None else sign * each for each in figures] for figures in (result, gross))
    less = [None if each is None else each - share for each, share in zip(result, shares, strict=True)]
    total = document.minor(document.found.get("closeResultSum"), "amount")
    amounts = adding_up(document, [result, less], abs(total) if total is not None and returned else total)
    goods = []
    for each, amount, before in zip(positions, amounts, gross, strict=True):
        quantity = document.quantity(each.get("quantity"))
        goods.append(
            document.goods(
                each,
                None if quantity is None else sign * quantity,
                amount,
                (before or 0) - (amount or 0),
                sku=document.text(each.get("commodityCode") or each.get("commodityUuid"), "sku"),
                barcode=document.text(each.get("barcode"), "barcode"),
                name=document.text(each.get("commodityName"), "name"),
            )
        )
    return goods


def _shares(document: Document, steps: list[dict[str, Any]]) -> list[int]:
    """Each position's share of the receipt's discount, which follows the position; minor units, not below zero."""
    shares: list[int] = []
    for step in steps:
        if step.get("type") == "REGISTER_POSITION":
            shares.append(0)
        elif step.get("type") == "DISCOUNT_DOCUMENT_POSITION" and shares:
            shares[-1] += abs(document.minor(step.get("discountPositionSum"), "discount") or 0)
    return shares
