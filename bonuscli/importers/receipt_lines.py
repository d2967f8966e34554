"""Our own receipts as JSON: objects as ``accrue --receipt`` takes them, one a line or in a list, sales and returns.

An unknown key is refused as it is at the till: a misspelt ``ammount`` would otherwise be a receipt of nothing.
"""

from pathlib import Path
from typing import Any

from bonuscli.importers.profile import Profile
from bonuscli.importers.receipt_json import LINE_KEYS, PAYMENT_KEYS, RECEIPT_KEYS
from bonuscli.importers.told import Told, ToldReader
from bonuscli.importers.told_json import Document, tell_json
from bonuscli.model import Measures
from bonuscli.near import near_or_known

_TEXTS = ("kind", "original_receipt_id", "at", "shop", "till", "cashier", "card", "phone", "redeem")
_KEYS = (*RECEIPT_KEYS, "kind", "original_receipt_id")


def read_receipt_lines(path: Path, profile: Profile, measures: Measures) -> ToldReader:
    """A reader of canonical JSON lines; errors as of ``told_json.tell_json``."""
    return tell_json(path, profile, measures, _tell, frozenset(_KEYS), ())


def _tell(document: Document) -> Told:
    found = document.found
    _refuse_unknown(document, found, _KEYS)
    head = {key: document.text(found.get(key), key) for key in _TEXTS}
    head["receipt_id"] = document.text(found.get("id"), "receipt_id")
    head["payment"] = "; ".join(_payments(document))
    head["code"] = " ".join(_codes(document))
    goods = []
    for line in document.objects(found.get("lines"), "amount"):
        _refuse_unknown(document, line, LINE_KEYS)
        goods.append({key: document.text(line.get(key), key) for key in LINE_KEYS})
    return document.tell(head, goods)


def _payments(document: Document) -> list[str]:
    ways = []
    for each in document.objects(document.found.get("payments"), "payment"):
        _refuse_unknown(document, each, PAYMENT_KEYS)
        way, amount = document.text(each.get("type"), "payment"), document.text(each.get("amount"), "payment")
        if not way or ";" in way or "=" in way:
            document.note("payment", way, "bad_row", "a way of payment is a text without ; and =")
        ways.append(f"{way}={amount}" if amount else way)
    return ways


def _codes(document: Document) -> list[str]:
    found = document.found.get("codes")
    if found is not None and not isinstance(found, list):
        document.note("code", found, "bad_row", "a list of codes is needed here")
        return []
    codes = [document.text(each, "code") for each in found or ()]
    for code in codes:
        if code.split() != [code]:
            document.note("code", code, "bad_row", f"{code!r} is no code", "a code is one word")
    return codes


def _refuse_unknown(document: Document, found: dict[str, Any], known: tuple[str, ...]) -> None:
    for key in found:
        if key not in known:
            shown = key[:60]
            document.note("", shown, "bad_row", f"unknown key {shown!r}", near_or_known(shown, known))
