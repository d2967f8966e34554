"""Taking up lots and debits by (account, number): the account's own, or those of accounts that were merged into it.

What came of a closed account's lots stands in ``inherited``; what its debits may still give back is what they took,
less what came back on the account itself and what came back on its heirs.  What is known already is newer than the
store and stays.
"""

import sqlite3

from bonuscli.engine.account import Account
from bonuscli.engine.heirs import parts_of
from bonuscli.engine.holdings import Heirloom, Legacy, Lot
from bonuscli.json_text import parse_json
from bonuscli.model import TRANSFER_OUT
from bonuscli.services.facts import attach_debit, attach_lot
from bonuscli.store import heirlooms, reads


def take_up_lot(connection: sqlite3.Connection, account: Account, name: tuple[int, int]) -> None:
    """Give the account a lot, and all that came of it on the accounts that took it over."""
    of, n = name
    if of == account.id:
        attach_lot(connection, account, n)
    elif name not in account.heirlooms:
        *_, expired = reads.lot(connection, of, n)
        into = heirlooms.came_of(connection, of, n)
        account.heirlooms[name] = Heirloom(expired, into)
        for each in into:
            take_up_lot(connection, account, each)


def take_up_debit(connection: sqlite3.Connection, account: Account, name: tuple[int, int]) -> None:
    """Give the account a debit with all lots that it may give points back to."""
    of, n = name
    if of == account.id:
        if n not in account.debits:
            attach_debit(connection, account, n)
    elif name not in account.legacies:
        given = heirlooms.given_back(connection, of, n)
        taken = []
        for lot, points in reads.debit_lots(connection, of, n).items():
            opens_on, expires_on, origin, _ = reads.lot(connection, of, lot)
            taken.append((Lot(lot, opens_on, expires_on, 0, origin), points - given.get(lot, 0)))
            take_up_lot(connection, account, (of, lot))
        heir, effect, body = heirlooms.merger_of(connection, of)
        owed = dict(parse_json(body)["terms"]["owed"]).get(n, 0) - given.get(0, 0)
        booked = reads.entries_of_events(connection, heir, [effect])
        carried = next((entry for _, kind, entry, *_ in booked if kind == TRANSFER_OUT), 0)
        account.legacies[name] = Legacy(owed, (heir, carried), parts_of(taken))
        if owed:
            take_up_debit(connection, account, (heir, carried))
