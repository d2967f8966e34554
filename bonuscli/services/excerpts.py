"""Accounts of which no more is read than one act asks for: the end of lots, or points spent at a till.

A member with a year of purchases has fifty rows, nearly all of them days and lots that stay as they are; a card may
have ten thousand lots, of which a redemption eats one.  Lots that open and end on the same days differ by their numbers
alone, so those that an act does not come to are read as one, with the sum of their points.  The engine books on such an
account as on any other, and what it leaves is the same, row for row: a property holds the two against each other.

An excerpt is good for one act and is not kept.  The lots that stand for others have numbers that no entry has, behind
all others in eating order, and whoever touches one has got the wrong account.
"""

from __future__ import annotations

from bonuscli.engine.account import LOTS
from bonuscli.engine.holdings import Lot
from bonuscli.engine.settle import reckon_due
from bonuscli.errors import InvariantBroken
from bonuscli.services.facts import account_of, load_accounts
from bonuscli.store import lots, reads

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from bonuscli.engine.account import Account
    from bonuscli.engine.versions import Versions


# The number of the first lot that stands for others.
_STANDS_FOR_OTHERS = 1 << 40


class _NotRead(dict):
    """Days of purchases, of which nothing is known here."""

    def _refuse(self, *_: object) -> None:
        raise InvariantBroken("days of an account were asked for of which they were not read")

    __getitem__ = __contains__ = __iter__ = get = items = keys = values = _refuse  # type: ignore[assignment]


def for_ending(
    connection: sqlite3.Connection, program: str, members: Iterable[int], versions: Versions, day: int
) -> dict[int, Account]:
    """By member those accounts on which nothing but lots ends by the start of ``day``; good for settling to it.

    Not among them, to be read as a whole: accounts with points on hold or owed, and those on which a level is looked
    at, a birthday comes or the calendar brings something.
    """
    if versions.ends_by_inactivity:
        return {}
    rows = reads.accounts(connection, program, members)
    bound = lots.bound_accounts(connection, [row[0] for row in rows])
    found: dict[int, Account] = {}
    for row in rows:
        if row[0] in bound:
            continue
        account = account_of(row, program, versions)
        due_on = account.next_due_on
        reckon_due(account, versions)  # it has no lots yet: what falls due besides
        if account.next_due_on > day:
            account.next_due_on, account.first_expiry, account.known_days = due_on, None, _NotRead()
            found[account.id] = account
    for account_id, n, opens_on, expires_on, remaining, origin in lots.ending_lots(connection, found, day):
        found[account_id].known_lots[n] = Lot(n, opens_on, expires_on, remaining, origin)
    for account_id, opens_on, expires_on, remaining in lots.lasting_lots(connection, found, day):
        lot = Lot(_STANDS_FOR_OTHERS, opens_on, expires_on, remaining)
        found[account_id].known_lots[lot.n] = lot
    return {account.member: account for account in found.values()}


def for_spending(
    connection: sqlite3.Connection, program: str, member: int, versions: Versions, points: int, at: int, now: int
) -> Account | None:
    """A member's account with the lots that so many points are taken of at an instant; good for one redemption.

    None where anything falls due by then or by ``now``, or points are on hold or owed: it is to be read as a whole.
    """
    account = load_accounts(connection, program, [member], versions, with_lots=False).get(member)
    if account is None or account.holds or account.rests:
        return None
    latest = max(at, now, account.clock)
    if account.next_due_on <= versions.settling(latest).calendar.day_of(latest):
        return None
    version = versions.in_force(at)
    day = (version.program if version else versions.first).calendar.day_of(max(at, account.clock))
    left, last = points, (0, 0, 0)
    for n, opens_on, expires_on, remaining, origin in reads.lots_in_order(connection, account.id):
        if left <= 0:
            break
        account.known_lots[n] = Lot(n, opens_on, expires_on, remaining, origin)
        last = (expires_on, opens_on, n)
        left -= remaining if opens_on <= day <= expires_on else 0
    for n, days_and_sum in enumerate(lots.sums_of_lots(connection, account.id, last), _STANDS_FOR_OTHERS):
        account.known_lots[n] = Lot(n, *days_and_sum)
    return account


def require_untouched(account: Account) -> None:
    """Nothing was taken of, or put into, a lot that stands for others; InvariantBroken."""
    if max(account.touched.get(LOTS, ()), default=0) >= _STANDS_FOR_OTHERS:
        raise InvariantBroken(f"account {account.id}: points of a lot were moved that was not read")
