"""Folding a member's stored events again, from the first one: for proofs, explanations and rebuilding.

Nothing is read but the events, the member and the published versions; the ledger is what comes out.
"""

import json
import sqlite3
from collections import namedtuple

from bonuscli.engine import fold
from bonuscli.engine.account import Account
from bonuscli.engine.transfers import MERGED
from bonuscli.engine.versions import Versions
from bonuscli.errors import InvariantBroken
from bonuscli.model import EFFECT, MEMBER_CHANGE, Event, Member
from bonuscli.services.people import member_of, row_of
from bonuscli.services.stored_events import events_of_member, seen_by
from bonuscli.store import reads

# rows: whole event rows; account, ledger: as folded; booked: what each event booked, by its seq.
Refolded = namedtuple("Refolded", "rows account ledger booked")


def refold(connection: sqlite3.Connection, member: int, account_id: int, clock: int, versions: Versions) -> Refolded:
    """A member's account and ledger from his events alone, settled to the account's clock."""
    rows = seen_by(versions.first.id, reads.events_of_member(connection, member))
    events = events_of_member(connection, member, rows)
    member_record = _as_enrolled(connection, member, rows)
    merged = _merged_into(connection, rows, versions)
    return Refolded(rows, *fold.replay(account_id, member, member_record, events, versions, clock, merged))


def fold_to(
    connection: sqlite3.Connection, member: int, account_id: int, seq: int, versions: Versions
) -> tuple[Account, Event]:
    """The account settled and standing just before one of its events, and that event."""
    rows = seen_by(versions.first.id, reads.events_of_member(connection, member))
    rows_before = [row for row in rows if row.seq <= seq]
    *before, event = events_of_member(connection, member, rows_before)
    if event.seq != seq:
        raise InvariantBroken(f"event {seq} is not one of member {member}")
    member_record = _as_enrolled(connection, member, rows)
    merged = _merged_into(connection, rows_before, versions)
    account, *_ = fold.replay(account_id, member, member_record, before, versions, event.settled_to, merged)
    return account, event


def _merged_into(connection: sqlite3.Connection, rows: list[reads.EventRow], versions: Versions) -> dict[int, Account]:
    """By the effects among an account's events the accounts that were merged into it, folded first."""
    causes = {row.seq: json.loads(row.body)["cause"] for row in rows if row.kind == EFFECT and row.subject == MERGED}
    members = reads.members_of_events(connection, causes.values())
    folded = {}
    for seq, cause in causes.items():
        member = members.get(cause)
        if member is None:
            continue  # an effect that nobody caused is found where effects are compared
        account_id, _, _, clock, *_ = reads.accounts(connection, versions.first.id, [member])[0]
        folded[seq] = refold(connection, member, account_id, clock, versions).account
    return folded


def _as_enrolled(connection: sqlite3.Connection, member: int, rows: list[reads.EventRow]) -> Member:
    """The member as rules knew him in the beginning: of what changed since, as it was before its first change."""
    known = member_of(row_of(connection, member))
    for event in reversed(rows):
        if event.kind == MEMBER_CHANGE:
            known = known._replace(**json.loads(event.body)["before"])
    return known
