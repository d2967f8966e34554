"""What leaves the shop in files: members, the ledger, receipts and their lines, as tables that are read once.

Their rows are iterators over the store: a table must be written while the moment that it was asked at is still open.
Personal data is here as it is; whoever writes it hides it.

Receipts have the columns of the canonical CSV, one row a line, so that a file of them can be imported into another
database.  ``exported_event`` behind them says whose file it is: an importer then takes off the guards of formulas.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from bonuscli.clock import format_instant
from bonuscli.days import parse_day
from bonuscli.model import ENROL, RETURN
from bonuscli.reports.table import COUNT, DAY, INSTANT, MONEY, POINTS, QUANTITY, TEXT, Column, Table
from bonuscli.store import exports, lookups, reads
from bonuscli.store.exports import Cover, cover

__all__ = ["Cover", "cover", "ledger", "lines", "members", "receipts"]

Connection = Any  # of sqlite3, which is the store's

_MEMBER_KINDS = (COUNT, TEXT, TEXT, TEXT, TEXT, DAY, TEXT, TEXT, TEXT, TEXT, DAY)
# The columns of ``v_ledger``.
_LEDGER = (
    *(("account", COUNT), ("member", COUNT), ("program", TEXT), ("entry", COUNT), ("kind", TEXT), ("points", POINTS)),
    *(("day", DAY), ("at_utc", INSTANT), ("at_local", INSTANT), ("opens_on", DAY), ("expires_on", DAY), ("rule", TEXT)),
    *(("origin_entry", COUNT), ("event", COUNT), ("event_kind", TEXT), ("event_number", TEXT), ("source", TEXT)),
    *(("shop", TEXT), ("actor", TEXT), ("reason", TEXT)),
)
_RECEIPTS = (
    *(("receipt_id", TEXT), ("kind", TEXT), ("original_receipt_id", TEXT), ("at", INSTANT), ("shop", TEXT)),
    *(("till", TEXT), ("cashier", TEXT), ("card", TEXT), ("phone", TEXT), ("line", COUNT), ("sku", TEXT)),
    *(("name", TEXT), ("category", TEXT), ("brand", TEXT), ("quantity_thousandths", QUANTITY)),
    *(("amount_minor", MONEY), ("discount_minor", MONEY), ("redeem", POINTS), ("payment", TEXT), ("code", TEXT)),
    ("exported_event", COUNT),
)
_LINE_KINDS = (
    *(COUNT, TEXT, TEXT, DAY, TEXT, COUNT, COUNT, TEXT, TEXT, TEXT, TEXT, QUANTITY, MONEY, MONEY, COUNT),
    *(POINTS, POINTS, MONEY),
)
# How the amount of a way of payment is stored and how an importer reads it.
_PAID = "^(.+) (-?[0-9]+{})$"


def members(connection: Connection, covered: Cover, measures: Any) -> Table:
    """Whoever was enrolled or changed within the cover, as he is now; ``measures``: ``model.Measures`` of the shop."""
    columns = _columns(zip(exports.MEMBER_COLUMNS, _MEMBER_KINDS, strict=True))
    days = [place for place, kind in enumerate(_MEMBER_KINDS) if kind == DAY]
    return _table("members", columns, _with_days(exports.members(connection, covered), days), "", measures)


def ledger(connection: Connection, covered: Cover, measures: Any, program: str, currency: str) -> Table:
    """Every entry of a program within the cover, by account.  The number of an enrolment, which is a card, is left
    out."""
    columns = _columns(_LEDGER)
    places = {column.name: place for place, column in enumerate(columns)}
    kind, number = places["event_kind"], places["event_number"]

    def rows() -> Iterator[list[Any]]:
        days = [place for place, column in enumerate(columns) if column.kind == DAY]
        for row in _with_days(exports.ledger(connection, covered, program), days):
            if row[kind] == ENROL:
                row[number] = None
            yield row

    return _table("ledger", columns, rows(), currency, measures)


def receipts(connection: Connection, covered: Cover, measures: Any, program: str, currency: str) -> Table:
    """Receipts and returns within the cover as the canonical CSV has them, one row a line, in order of recording.

    Whoever was merged into another member is told by the card that is his now.
    """
    heirs = _Heirs(connection, program)
    payment = _payments(measures.money_digits)

    def row(found: tuple) -> tuple | None:
        """The row of a stored line; None for further lines of a return that one row tells by its sum."""
        number, kind, original, at, offset, shop, till, cashier, member, card, phone, *rest = found
        line, *goods, quantity, amount, discount, spent, payments, pinned, by_amount, seq = rest
        if card is None and phone is None and member is not None:
            card, phone = heirs.numbers_of(member)
        if by_amount is not None:  # goods without a name, and money: told by one row
            if line > 1:
                return None
            goods, quantity, discount = [None] * len(goods), None, None
            amount = _paid_back(pinned) - max(
                map(_paid_back, exports.returns_before(connection, by_amount, seq)), default=0
            )
        return (
            number, "return" if kind == RETURN else "sale", original, format_instant(at, offset), shop or None,
            till or None, _one_line(cashier) or None, card, phone, line, *map(_one_line, goods), quantity, amount,
            discount, spent or None, payment(_one_line(payments) or "") or None, _codes(pinned), seq,
        )  # fmt: skip

    rows = filter(None, map(row, exports.receipts(connection, covered)))
    return _table("receipts", _columns(_RECEIPTS), rows, currency, measures)


def lines(connection: Connection, covered: Cover, measures: Any, program: str, currency: str) -> Table:
    """The lines of receipts and returns within the cover, with what each earned and spent in a program."""
    columns = _columns(zip(exports.LINE_COLUMNS, _LINE_KINDS, strict=True))
    return _table("lines", columns, exports.lines(connection, covered, program), currency, measures)


def _columns(named: Any) -> tuple[Column, ...]:
    return tuple(Column(name, name, kind) for name, kind in named)


def _table(title: str, columns: tuple[Column, ...], rows: Any, currency: str, measures: Any) -> Table:
    return Table(title, columns, rows, currency, measures.money_digits, measures.points_scale)


def _with_days(rows: Iterator[tuple], places: list[int]) -> Iterator[list[Any]]:
    """Rows of a view with the days in these places as day numbers; there are far fewer days than rows."""
    day_of = lru_cache(maxsize=4096)(parse_day)
    for row in rows:
        told = list(row)
        for place in places:
            if told[place] is not None:
                told[place] = day_of(told[place])
        yield told


class _Heirs:
    """The numbers of members who have none any more, because others took them over."""

    def __init__(self, connection: Connection, program: str) -> None:
        self._connection = connection
        self._heirs = {member: heir for (of, member), heir in reads.mergers(connection).items() if of == program}
        self._numbers: dict[int, tuple[str | None, str | None]] = {}

    def numbers_of(self, member: int) -> tuple[str | None, str | None]:
        """The first card and the phone of the last heir, None each where there is none."""
        while member in self._heirs:
            member = self._heirs[member]
        if member not in self._numbers:
            first = {kind: shown for _, shown, kind in reversed(lookups.cards_of(self._connection, member))}
            self._numbers[member] = first.get("card"), first.get("phone")
        return self._numbers[member]


def _payments(digits: int) -> Callable[[str], str]:
    """``cash 40.00; card`` as an importer reads it: ``cash=40.00; card``."""
    paid = re.compile(_PAID.format(rf"\.[0-9]{{{digits}}}" if digits else ""))

    @lru_cache(maxsize=4096)
    def told(text: str) -> str:
        return "; ".join(paid.sub(r"\1=\2", way) for way in text.split("; "))

    return told


def _codes(pinned: str | None) -> str | None:
    """The codes that a receipt keeps: those that a condition asked for, and those of coupons."""
    if not pinned or '"co' not in pinned:
        return None
    facts = json.loads(pinned)
    return " ".join(sorted({*facts.get("codes", ()), *facts.get("coupons", ())})) or None


def _paid_back(pinned: str) -> int:
    """The money that a receipt's returns had paid back in all when one of them was recorded."""
    return int(json.loads(pinned)["paid_back"])


def _one_line(text: str | None) -> str | None:
    """An importer reads a line of a file as one row.  What makes a receipt the same, its number, shop and till, is not
    written in other words."""
    return " ".join(text.split()) if text and ("\n" in text or "\r" in text) else text
