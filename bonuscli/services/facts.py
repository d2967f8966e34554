"""Taking accounts and receipts up from their rows, as the fold left them.

An account is loaded with what remains in its lots, its uncovered rests, days and tier history.  A receipt that a return
names is loaded with its lines and shares, the returns so far, its own lot and the lots of its redemption, so that the
fold finds every lot it may touch.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator

from bonuscli.engine.account import Account, Day, Lot, Sale
from bonuscli.engine.returns import plus
from bonuscli.engine.versions import Versions
from bonuscli.model import (
    ACCRUAL,
    ADJUST,
    ENROL,
    RECEIPT,
    REDEEM,
    REDEMPTION,
    RETURN,
    AdjustBody,
    EnrolBody,
    Event,
    Line,
    ReceiptBody,
    RedeemBody,
    ReturnBody,
    ReturnLine,
)
from bonuscli.store import reads

Row = reads.EventRow


def load_accounts(
    connection: sqlite3.Connection, program: str, members: Iterable[int], versions: Versions
) -> dict[int, Account]:
    """Accounts by member; members without one in the program are left out."""
    by_id: dict[int, Account] = {}
    by_member: dict[int, Account] = {}
    for row in reads.accounts(connection, program, members):
        account = _account(row)
        account.seen_on = versions.settling(account.clock).calendar.day_of(account.clock)
        by_id[account.id] = by_member[account.member] = account
    for account_id, n, opens_on, expires_on, remaining, origin in reads.open_lots(connection, by_id):
        by_id[account_id].lots[n] = Lot(n, opens_on, expires_on, remaining, origin)
    for account_id, n, rest in reads.open_rests(connection, by_id):
        by_id[account_id].rests[n] = rest
    for account_id, day, spend, earned, receipts, redemptions in reads.account_days(connection, by_id):
        by_id[account_id].days[day] = Day(spend, earned, receipts, redemptions)
    for account_id, at, tier in reads.tier_log(connection, by_id):
        by_id[account_id].tier_log.append((at, tier))
    return by_member


def _account(row: tuple) -> Account:
    account = Account(row[0], row[1], row[13], frozenset(row[14].split()), row[2])
    (
        _,
        _,
        _,
        account.clock,
        account.n,
        account.t,
        account.tier,
        account.tier_since,
        account.receipts,
        account.last_purchase_on,
        account.welcome,
        account.birthday_year,
        account.next_due_on,
        _,
        _,
    ) = row
    return account


def load_sales(connection: sqlite3.Connection, seqs: Iterable[int]) -> dict[int, Sale]:
    """Receipts by the seq of their event, with all returns so far, but without lots and debits."""
    wanted = list(seqs)
    lines: dict[int, list[Line]] = {}
    for row in reads.receipt_lines(connection, wanted):
        lines.setdefault(row[0], []).append(_line(row))
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


def _line(row: tuple) -> Line:
    """A Line from (event, line, sku, name, category, brand, quantity, amount, discount, ...)."""
    return Line(*row[1:9])


# --- events of one member, for refolding ----------------------------------------------------------------------------


def stored_events(connection: sqlite3.Connection, rows: list[Row]) -> Iterator[Event]:
    """Event records from whole event rows, in the order given."""
    with_lines = [row.seq for row in rows if row.kind in (RECEIPT, RETURN)]
    lines: dict[int, list[tuple]] = {}
    for line in reads.receipt_lines(connection, with_lines):
        lines.setdefault(line[0], []).append(line)
    for row in rows:
        body = _BODIES[row.kind](row, lines.get(row.seq, []))
        yield Event(row.seq, row.kind, row.at, row.day, row.settled_to, row.version, body)


def _receipt_body(row: Row, lines: list[tuple]) -> ReceiptBody:
    paid_by = row.original or 0
    spent = 0 if paid_by else row.spent
    return ReceiptBody(row.number, row.shop, row.total, tuple(map(_line, lines)), spent, paid_by)


def _return_body(row: Row, lines: list[tuple]) -> ReturnBody:
    parts = tuple(ReturnLine(line[9] or 0, line[10] or 1, line[11] or 1, _line(line)) for line in lines)
    return ReturnBody(row.number, row.total, parts, row.original)


def _enrol_body(row: Row, lines: list[tuple]) -> EnrolBody:
    pinned = json.loads(row.pinned) if row.pinned else {}
    document = RECEIPT if pinned.get("with_receipt") else RETURN if pinned.get("with_return") else None
    return EnrolBody(row.tier, document)


_BODIES = {
    RECEIPT: _receipt_body,
    RETURN: _return_body,
    ENROL: _enrol_body,
    REDEEM: lambda row, lines: RedeemBody(row.points, row.number, row.total or None),
    ADJUST: lambda row, lines: AdjustBody(row.points, row.reason),
}
