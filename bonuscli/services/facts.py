"""Taking accounts up from their rows, as the fold left them: lots, uncovered rests, days and tier history."""

import sqlite3
from collections.abc import Iterable

from bonuscli.engine.account import Account
from bonuscli.engine.holdings import Day, Hold, Lot, Pass
from bonuscli.engine.versions import Versions
from bonuscli.store import reads


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
    for account_id, name, day, count in reads.tallies(connection, by_id):
        by_id[account_id].tallies.setdefault(name, {})[day] = count
    for account_id, event, entry, points, deadline in reads.holds(connection, by_id):
        by_id[account_id].holds[event] = Hold(entry, points, deadline)
    for account_id, event, pass_id, visits, expires_on in reads.passes(connection, by_id):
        by_id[account_id].passes[event] = Pass(pass_id, visits, expires_on)
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
        account.birthday_given_on,
        control,
        account.referrer,
        account.floor,
        account.floor_until,
        blocked,
        account.merged_into,
    ) = row
    account.control, account.blocked = bool(control), bool(blocked)
    return account
