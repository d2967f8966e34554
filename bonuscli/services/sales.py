"""Taking up a receipt that a return names: its lines and shares, the returns so far, its own lot and its redemption's.

So the fold finds every lot that it may touch, and none that it does not need.
"""

import sqlite3
from collections.abc import Iterable

from bonuscli.engine import returns
from bonuscli.engine.account import Account
from bonuscli.engine.heirs import named_by
from bonuscli.engine.holdings import Sale
from bonuscli.json_text import parse_json
from bonuscli.model import ACCRUAL, CAPTURE, REDEMPTION, Event, Line
from bonuscli.services.heirlooms import take_up_debit, take_up_lot
from bonuscli.services.stored_events import line_of_row, seen_by
from bonuscli.store import reads
from bonuscli.units import plus


def load_sales(connection: sqlite3.Connection, seqs: Iterable[int], account: Account | None = None) -> dict[int, Sale]:
    """Receipts by the seq of their event, with all returns so far, but without lots and debits.

    With an account: as its program has seen them, and only those that it has.
    """
    rows = reads.events(connection, seqs)
    if account is not None:
        rows = {row.seq: row for row in seen_by(account.program, rows.values())}
    wanted = list(rows)
    lines: dict[int, list[Line]] = {}
    for row in reads.receipt_lines(connection, wanted):
        lines.setdefault(row[0], []).append(line_of_row(row))
    sales = {}
    for seq, event in rows.items():
        pinned = parse_json(event.pinned) if event.pinned else {}
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
    for seq, line, owner, award, spent, spent_minor in reads.line_shares(connection, wanted):
        if account is None or owner != account.id:
            continue
        sale = sales[seq]
        if line == 0:
            sale.receipt_award = award
            continue
        place = _place(sale, line)
        sale.awards[place], sale.spents[place], sale.spents_minor[place] = award, spent, spent_minor
    for sale in sales.values():
        sale.spents_minor = list(sale.pinned.get("paid", sale.spents_minor))
    _load_returns(connection, sales, account)
    return sales


def _load_returns(connection: sqlite3.Connection, sales: dict[int, Sale], account: Account | None) -> None:
    original_of = {}
    for original, seq, pinned, program in reads.returns_of(connection, sales):
        original_of[seq] = original
        if pinned:
            totals = parse_json(pinned)
            if account is not None and program != account.program:
                totals = totals["in"][account.program]["pinned"]
            sale = sales[original]
            sale.reckoned, sale.restored = totals["reckoned"], totals["restored"]
            sale.paid_back, sale.closed = totals["paid_back"], bool(totals["closed"])
            sale.taken = totals.get("taken", 0)
    for row in reads.receipt_lines(connection, original_of):
        sale = sales[original_of[row[0]]]
        place = _place(sale, row[9])
        sale.returned[place] = plus(sale.returned[place], (row[10], row[11]))


def _place(sale: Sale, line: int) -> int:
    return next(place for place, known in enumerate(sale.lines) if known.number == line)


def attach_sale(connection: sqlite3.Connection, account: Account, sale: Sale, booked_on: int) -> None:
    """Give the account a loaded receipt with its lot and its redemption's lots.

    ``booked_on``: the id of the account that booked it, this one or one that was merged into it.
    """
    account.sales[sale.seq] = sale
    row = reads.events(connection, [sale.seq])[sale.seq]
    redeem_seq = row.original if row.program == account.program else None
    for _, kind, n, points, _, _, _ in reads.entries_of_events(connection, booked_on, [sale.seq]):
        if kind == ACCRUAL:
            sale.lot, sale.award = named_by(account, (booked_on, n)), points
            take_up_lot(connection, account, (booked_on, n))
        elif kind == REDEMPTION:
            sale.debit = named_by(account, (booked_on, n))
    if redeem_seq is not None:
        attach_redemption(connection, account, redeem_seq)
        sale.debit, sale.redeemed_on = account.redeemed_by[redeem_seq]
    elif sale.debit:
        sale.redeemed_on = sale.day
        take_up_debit(connection, account, (booked_on, sale.debit if isinstance(sale.debit, int) else sale.debit[1]))


def bring_back_guests(sale: Sale | None, event: Event) -> returns.Returned:
    """What a return of a receipt without a card pays back; ``sale``: the receipt, None where the return names none."""
    if sale is None:
        return returns.Returned(0, 0, 0, event.body.total, None)
    return returns.Returned(0, 0, 0, returns.bring_back(sale, event.body), returns.pinned_of(sale))


def attach_redemption(connection: sqlite3.Connection, account: Account, redeem_seq: int) -> None:
    """Give the account the redemption entry of an event that spent points for a receipt, with its lots.

    A capture counts on the day of its hold.  The event may be of a member who was merged into this one since.
    """
    row = reads.events(connection, [redeem_seq])[redeem_seq]
    day = reads.events(connection, [row.original])[row.original].day if row.kind == CAPTURE else row.day
    booked_on = account.id
    if row.member != account.member:
        booked_on = reads.accounts(connection, account.program, [row.member])[0][0]
    for _, kind, n, _, _, _, _ in reads.entries_of_events(connection, booked_on, [redeem_seq]):
        if kind == REDEMPTION:
            account.redeemed_by[redeem_seq] = named_by(account, (booked_on, n)), day
            take_up_debit(connection, account, (booked_on, n))
