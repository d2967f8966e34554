"""Taking accounts up from their rows, as the fold left them: lots, uncovered rests, days and tier history.

A member with a year of purchases has fifty days and lots, nine rows of ten, and a purchase asks for none of them: an
import takes accounts up *in part* and reads those rows account by account when they are asked for, so that a receipt
costs the same after a year.  That is for whoever holds the lock from the first look to the last: a store that others
write to meanwhile would give what no longer fits.
"""

from __future__ import annotations

from bonuscli.days import FIRST_DAY, NEVER
from bonuscli.engine import standing
from bonuscli.engine.account import AFTER_ALL, Account, UnreadDays, UnreadLots
from bonuscli.engine.holdings import Day, Hold, Lot, Pass
from bonuscli.engine.versions import Versions
from bonuscli.later import later
from bonuscli.store import reads
from bonuscli.units import Fraction, plus

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from bonuscli.engine.account import ReadDays, ReadLots
    from bonuscli.store import lots, purchases
else:
    lots = later("bonuscli.store.lots")
    purchases = later("bonuscli.store.purchases")


def load_accounts(
    connection: sqlite3.Connection,
    program: str,
    members: Iterable[int],
    versions: Versions,
    with_lots: bool = True,
    in_part: bool = False,
) -> dict[int, Account]:
    """Accounts by member; members without one in the program are left out.  ``in_part``: see the module."""
    by_id: dict[int, Account] = {}
    by_member: dict[int, Account] = {}
    for row in reads.accounts(connection, program, members):
        account = account_of(row, program, versions)
        by_id[account.id] = by_member[account.member] = account
    if in_part:
        _promise(connection, by_id)
    else:
        read_lots, read_days = readers(connection)
        for account_id, account in by_id.items():
            account.known_days = read_days(account_id, FIRST_DAY, NEVER)
            if with_lots:
                account.known_lots, _ = read_lots(account_id, FIRST_DAY, AFTER_ALL)
    tier_logs: dict[int, list[tuple]] = {account_id: [] for account_id in by_id}
    for row in reads.held_beside(connection, by_id):
        if row[0] == "tier_changes":
            tier_logs[row[1]].append(row[2:5])
        else:
            _TAKE_UP[row[0]](by_id[row[1]], row)
    for account_id, account in by_id.items():
        account.tier_log = [(at, tier) for _, at, tier in sorted(tier_logs[account_id])]
        for hold in account.holds.values():
            attach_debit(connection, account, hold.entry)
    if versions.bought:
        owners = by_member | {member: by_id[heir] for member, heir in purchases.taken_over(connection, by_id)}
        _attach_purchases(connection, program, owners, versions)
    return by_member


def readers(connection: sqlite3.Connection) -> tuple[ReadLots, ReadDays]:
    """What lots and days of an account are read by.

    Account by account those of 650 take 27 ms; by one statement, each with its account beside it, 40.
    """

    def read_lots(account_id: int, first: int, before: int) -> tuple[dict[int, Lot], int]:
        """The lots that end on or after one day and before another, and when the first of the others ends."""
        found: dict[int, Lot] = {}
        for row in reads.lots_in_order(connection, account_id, first):
            if row[2] >= before:
                return found, row[2]
            found[row[0]] = Lot(*row)
        return found, NEVER

    def read_days(account_id: int, first: int, last: int) -> dict[int, Day]:
        """The days from one through another."""
        return {
            day: Day(spend, earned, receipts, redemptions)
            for day, spend, earned, receipts, redemptions in reads.days_of(connection, account_id, first, last)
        }

    return read_lots, read_days


def _promise(connection: sqlite3.Connection, accounts: dict[int, Account]) -> None:
    """Give accounts what a purchase asks of their lots and days, and what the others are read by."""
    read_lots, read_days = readers(connection)
    for account_id, points, first_expiry in lots.lots_in_short(connection, accounts):
        account = accounts[account_id]
        account.first_expiry = NEVER if first_expiry is None else first_expiry
        if first_expiry is not None:
            account.unread_lots = UnreadLots(read_lots, first_expiry, points)
    for account_id, last_day, spent in lots.days_in_short(connection, accounts):
        account = accounts[account_id]
        account.unread_days, account.spend_at_most = UnreadDays(read_days, last_day), spent


def _take_up_rest(account: Account, row: tuple) -> None:
    account.rests[row[2]] = row[3]


def _take_up_tally(account: Account, row: tuple) -> None:
    _, _, name, day, count, *_ = row
    account.tallies.setdefault(name, {})[day] = count


def _take_up_hold(account: Account, row: tuple) -> None:
    account.holds[row[2]] = Hold(*row[3:])


def _take_up_pass(account: Account, row: tuple) -> None:
    account.passes[row[2]] = Pass(*row[3:6])


# Table of few rows -> what takes one of them up, (table, account, ...) as reads.held_beside has it.
_TAKE_UP: dict[str, Callable[[Account, tuple], None]] = {
    "open_rests": _take_up_rest,
    "tallies": _take_up_tally,
    "holds": _take_up_hold,
    "passes": _take_up_pass,
}


def _attach_purchases(
    connection: sqlite3.Connection, program: str, owners: dict[int, Account], versions: Versions
) -> None:
    """Give accounts the goods bought earlier that a condition may ask for, but for lines that came back as a whole.

    ``owners``: by the member who bought, who may have been merged into the account's.
    """
    from bonuscli.services.stored_events import line_of_row, seen_by  # few programs ask for earlier purchases

    seen = {row.seq: row for row in seen_by(program, purchases.receipts_of_members(connection, owners))}
    back: dict[tuple[int, int], Fraction] = {}
    for seq, line, part, whole in purchases.returned_parts(connection, seen):
        back[seq, line] = plus(back.get((seq, line), (0, 1)), (part, whole))
    for row in reads.receipt_lines(connection, seen):
        line, event = line_of_row(row), seen[row[0]]
        if back.get((event.seq, line.number)) != (1, 1) and standing.is_asked_for(line, versions.bought):
            owners[event.member].purchases[event.seq, line.number] = (event.day, line)


def attach_debit(connection: sqlite3.Connection, account: Account, debit: int) -> None:
    """Give the account what a debit took of each lot, and those lots, empty ones too."""
    taken = reads.debit_lots(connection, account.id, debit)
    account.debits[debit] = taken
    for n in taken:
        attach_lot(connection, account, n)


def attach_lot(connection: sqlite3.Connection, account: Account, n: int) -> None:
    """Give the account the lot that an entry opened, with how many of its points expired."""
    opens_on, expires_on, origin, expired = reads.lot(connection, account.id, n)
    open_lot = account.lots.get(n)
    if open_lot is not None:
        open_lot.expired = expired
    elif n not in account.spent_lots:
        account.spent_lots[n] = Lot(n, opens_on, expires_on, 0, origin, expired)


def account_of(row: tuple, program: str, versions: Versions) -> Account:
    """An account by its own row alone, as ``reads.accounts`` has it."""
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
        account.birthday_given_on,
        control,
        account.referrer,
        account.floor,
        account.floor_until,
        account.beneath,
        blocked,
        account.merged_into,
    ) = row
    account.control, account.blocked = bool(control), bool(blocked)
    account.program = program
    account.seen_on = versions.settling(account.clock).calendar.day_of(account.clock)
    return account
