"""Taking up a receipt that a return names: its lines and shares, the returns so far, its own lot and its redemption's.

So the fold finds every lot that it may touch, and none that it does not need.
"""

import json
import sqlite3
from collections.abc import Iterable

from bonuscli.engine.account import Account
from bonuscli.engine.holdings import Lot, Sale
from bonuscli.model import ACCRUAL, REDEMPTION, Line
from bonuscli.services.stored_events import line_of_row
from bonuscli.store import reads
from bonuscli.units import plus


def load_sales(connection: sqlite3.Connection, seqs: Iterable[int]) -> dict[int, Sale]:
    """Receipts by the seq of their event, with all returns so far, but without lots and debits."""
    wanted = list(seqs)
    lines: dict[int, list[Line]] = {}
    for row in reads.receipt_lines(connection, wanted):
        lines.setdefault(row[0], []).append(line_of_row(row))
    sales = {}
    for seq, event in reads.events(connection, wanted).items():
        pinned = json.loads(event.pinned) if event.pinned else {}
        sales[seq] = Sale(
            seq,
            event.at,
            event.day,
            event.version,
            event.shop,
            event.tier,
            event.total,
            tuple(lines.get(seq, ())),
            pinned,
        )
    for seq, line, award, spent, spent_minor in reads.line_shares(connection, wanted):
        sale = sales[seq]
        if line == 0:
            sale.receipt_award = award
            continue
        place = _place(sale, line)
        sale.awards[place], sale.spents[place], sale.spents_minor[place] = award, spent, spent_minor
    _load_returns(connection, sales)
    return sales


def _load_returns(connection: sqlite3.Connection, sales: dict[int, Sale]) -> None:
    original_of = {}
    for original, seq, pinned in reads.returns_of(connection, sales):
        original_of[seq] = original
        if pinned:
            totals = json.loads(pinned)
            sale = sales[original]
            sale.reckoned, sale.restored = totals["reckoned"], totals["restored"]
            sale.paid_back, sale.closed = totals["paid_back"], bool(totals["closed"])
    for row in reads.receipt_lines(connection, original_of):
        sale = sales[original_of[row[0]]]
        place = _place(sale, row[9])
        sale.returned[place] = plus(sale.returned[place], (row[10], row[11]))


def _place(sale: Sale, line: int) -> int:
    return next(place for place, known in enumerate(sale.lines) if known.number == line)


def attach_sale(connection: sqlite3.Connection, account: Account, sale: Sale) -> None:
    """Give the account a loaded receipt with its lot and its redemption's lots."""
    account.sales[sale.seq] = sale
    redeem_seq = reads.events(connection, [sale.seq])[sale.seq].original
    for _, kind, n, points, _, _, _ in reads.entries_of_events(connection, account.id, [sale.seq]):
        if kind == ACCRUAL:
            sale.lot, sale.award = n, points
            _attach_lot(connection, account, n)
        elif kind == REDEMPTION:
            sale.debit = n
    if redeem_seq is not None:
        attach_redemption(connection, account, redeem_seq)
        sale.debit, sale.redeemed_on = account.redeemed_by[redeem_seq]
    elif sale.debit:
        sale.redeemed_on = sale.day
        _attach_debit(connection, account, sale.debit)


def attach_redemption(connection: sqlite3.Connection, account: Account, redeem_seq: int) -> None:
    """Give the account the redemption entry of a redeem event, with its lots."""
    for _, kind, n, _, _, _, _ in reads.entries_of_events(connection, account.id, [redeem_seq]):
        if kind == REDEMPTION:
            account.redeemed_by[redeem_seq] = n, reads.events(connection, [redeem_seq])[redeem_seq].day
            _attach_debit(connection, account, n)


def _attach_debit(connection: sqlite3.Connection, account: Account, debit: int) -> None:
    taken = reads.debit_lots(connection, account.id, debit)
    account.debits[debit] = taken
    for n in taken:
        _attach_lot(connection, account, n)


def _attach_lot(connection: sqlite3.Connection, account: Account, n: int) -> None:
    opens_on, expires_on, origin, expired = reads.lot(connection, account.id, n)
    open_lot = account.lots.get(n)
    if open_lot is not None:
        open_lot.expired = expired
    elif n not in account.spent_lots:
        account.spent_lots[n] = Lot(n, opens_on, expires_on, 0, origin, expired)
