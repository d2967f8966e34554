"""Folding a member's stored events again, from the first one: for proofs, explanations and rebuilding.

Nothing is read but the events, the member and the published versions; the ledger is what comes out.
"""

import json
import sqlite3
from collections import namedtuple

from bonuscli.engine import fold
from bonuscli.engine.account import Account
from bonuscli.engine.versions import Versions
from bonuscli.errors import InvariantBroken
from bonuscli.model import MEMBER_CHANGE, Event, Member
from bonuscli.services.people import member_of
from bonuscli.services.stored_events import seen_by, stored_events
from bonuscli.store import reads

# rows: whole event rows; account, ledger: as folded; booked: what each event booked, by its seq.
Refolded = namedtuple("Refolded", "rows account ledger booked")


def refold(connection: sqlite3.Connection, member: int, account_id: int, clock: int, versions: Versions) -> Refolded:
    """A member's account and ledger from his events alone, settled to the account's clock."""
    rows = seen_by(versions.first.id, reads.events_of_member(connection, member))
    events = stored_events(connection, rows)
    member_record = _as_enrolled(connection, member, rows)
    return Refolded(rows, *fold.replay(account_id, member, member_record, events, versions, clock))


def fold_to(
    connection: sqlite3.Connection, member: int, account_id: int, seq: int, versions: Versions
) -> tuple[Account, Event]:
    """The account settled and standing just before one of its events, and that event."""
    rows = seen_by(versions.first.id, reads.events_of_member(connection, member))
    *before, event = stored_events(connection, [row for row in rows if row.seq <= seq])
    if event.seq != seq:
        raise InvariantBroken(f"event {seq} is not one of member {member}")
    member_record = _as_enrolled(connection, member, rows)
    account, *_ = fold.replay(account_id, member, member_record, before, versions, event.settled_to)
    return account, event


def _as_enrolled(connection: sqlite3.Connection, member: int, rows: list[reads.EventRow]) -> Member:
    """The member as rules knew him in the beginning: of what changed since, as it was before its first change."""
    row = reads.member_row(connection, member)
    if row is None:
        raise InvariantBroken(f"member {member} has events and no row")
    known = member_of(row)
    for event in reversed(rows):
        if event.kind == MEMBER_CHANGE:
            known = known._replace(**json.loads(event.body)["before"])
    return known
