"""A receipt as it is told on the command line: a total, or one JSON object of a till, with what options add to it.

An option fills what the object leaves out and never overrules it: two different answers to one question are refused.
"""

from bonuscli.errors import BonusError
from bonuscli.importers.identity import source_of
from bonuscli.model import Receipt
from bonuscli.records import namedtuple
from bonuscli.services.accrue import GUEST, receipt_of_total
from bonuscli.services.shop import Session
from bonuscli.services.writing import read_money, read_points

MAX = "max"

# The options of a receipt, as text or None; at: when it happened; codes: tuple of text.
Told = namedtuple("Told", "total number shop redeem at codes", defaults=((),))


def receipt_of_options(session: Session, told: Told) -> Receipt:
    """A receipt of which the total alone is known."""
    total = read_money(told.total, session, "--total")
    at = None if told.at is None else session.instant(told.at)
    receipt = receipt_of_total(total, told.number, told.shop, read_redeem(session, told.redeem), at)
    return receipt._replace(source=source_of(told.shop or "", ""), codes=told.codes)


def receipt_of_json(session: Session, text: str, place: str, told: Told, card: str | None) -> Receipt:
    """A receipt of a JSON object; ``place`` names it in messages, ``card`` is whose it is said to be.

    BonusError ``bad_receipt`` for what can not be read, ``usage`` where an option says otherwise than the object.
    """
    from bonuscli.importers.receipt_json import read_receipt  # a total needs no reader of files

    receipt = read_receipt(text, session.measures, place)
    at = None if told.at is None else session.instant(told.at)
    redeem = read_redeem(session, told.redeem)
    for option, given, found in (
        ("--receipt-id", told.number, receipt.number),
        ("--shop", told.shop, receipt.shop),
        ("--redeem", redeem, receipt.redeem),
        ("--at", at, receipt.at),
    ):
        if given is not None and found and given != found:
            raise BonusError("usage", f"{option} and the receipt say different things", option, "leave the option out")
    _require_same_member(session, card, receipt)
    shop = receipt.shop or told.shop or ""
    return receipt._replace(
        number=receipt.number or told.number,
        shop=shop,
        source=source_of(shop, receipt.till or ""),
        redeem=receipt.redeem or redeem,
        codes=tuple(dict.fromkeys((*(receipt.codes or ()), *told.codes))),
        at=at if receipt.at is None else receipt.at,
    )


def read_redeem(session: Session, text: str | None) -> int | str | None:
    """Points to spend from ``--redeem``: a number, or ``max``."""
    if text is None or text == MAX:
        return text
    points = read_points(text, session, "--redeem")
    if points < 0:
        raise BonusError("bad_points", "points to spend are below zero", "--redeem", "write a number, or max")
    return points


def _require_same_member(session: Session, card: str | None, receipt: Receipt) -> None:
    inner = receipt.card or receipt.phone
    if card is None or not inner:
        return
    if card == GUEST or session.find_member(card) != session.find_member(inner):
        raise BonusError("bad_receipt", f"the receipt is of {inner}, not of {card}", receipt.place, "give one of them")
