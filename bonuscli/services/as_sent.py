"""Whether stored documents are still what was sent: their digests reckoned again from what stands in the tables.

A receipt's digest covers its member, total and goods, an enrolment's the cards and the particulars of the member.
Folding again can not see a change of what no rule of the program asks for, nor anything of a receipt without a card;
the digest sees both (invariants 5 and 10).  Of a member who was changed since, the last change keeps the digest.  A
return that names its receipt keeps the digest of the question, not of the lines that answered it, and is left to the
fold.
"""

import json
import sqlite3
from collections.abc import Iterator

from bonuscli.errors import BonusError
from bonuscli.model import MEMBER_CHANGE, RECEIPT, RETURN
from bonuscli.services.identity import digest, fold_card
from bonuscli.services.people import enrol_digest, member_of
from bonuscli.services.stored_events import line_of_row
from bonuscli.store import reads

# Receipts whose lines are read at once.
_BATCH = 500


def changed_documents(connection: sqlite3.Connection, member: int | None, most: int) -> Iterator[tuple]:
    """(invariant, account, entry, text) of documents and members that are no longer as they were sent, at most
    ``most`` of a kind; of one member, or of everybody and of receipts without a card where it is None."""
    for found in (_changed_receipts(connection, member), _changed_members(connection, member)):
        for count, text in enumerate(found):
            if count == most:
                break
            yield 10, None, None, text


def _changed_receipts(connection: sqlite3.Connection, member: int | None) -> Iterator[str]:
    rows = connection.execute(
        "SELECT seq, kind, number, member, total, digest FROM events WHERE (:member IS NULL OR member = :member)"
        " AND (kind = :sale OR (kind = :return AND original IS NULL)) ORDER BY seq",
        {"member": member, "sale": RECEIPT, "return": RETURN},
    )
    while batch := rows.fetchmany(_BATCH):
        lines: dict[int, list] = {}
        for row in reads.receipt_lines(connection, [row[0] for row in batch]):
            lines.setdefault(row[0], []).append(line_of_row(row))
        for seq, kind, number, owner, total, stored in batch:
            if digest(kind, owner, total, tuple(lines.get(seq, ()))) != stored:
                yield f"{kind} {number} is not what was sent: its member, total or lines were changed"


def _changed_members(connection: sqlite3.Connection, member: int | None) -> Iterator[str]:
    cards: dict[int, list[tuple[str, str, str]]] = {}
    for number, shown, kind, owner in connection.execute(
        "SELECT number, shown, kind, member FROM cards WHERE :member IS NULL OR member = :member", {"member": member}
    ):
        cards.setdefault(owner, []).append((number, shown, kind))
        if _folded(shown, kind) != number:
            yield f"card {number} of member {owner} is written {shown!r}, which is another number"
    changed = _changed_states(connection, member)
    for same_day, stored, *row in connection.execute(
        "SELECT m.enrolled_on = e.day, e.digest, m.id, m.name, m.phone, m.email, m.birthday, m.gender, m.tags,"
        " m.fields, m.consents, m.enrolled_on"
        " FROM members m JOIN events e ON e.member = m.id AND e.kind = 'enrol' AND e.source = ''"
        " WHERE :member IS NULL OR m.id = :member",
        {"member": member},
    ):
        owner = row[0]
        if not same_day or enrol_digest(cards.get(owner, []), member_of(row)) != changed.get(owner, stored):
            since = "as last changed" if owner in changed else "as enrolled"
            yield f"member {owner} is not {since}: the cards or particulars were changed"


def _changed_states(connection: sqlite3.Connection, member: int | None) -> dict[int, bytes]:
    """Of members whose cards or particulars were changed by an event the digest of how they are since the last one."""
    rows = connection.execute(
        "SELECT member, body FROM events WHERE kind = :change AND (:member IS NULL OR member = :member) ORDER BY seq",
        {"change": MEMBER_CHANGE, "member": member},
    )
    return {owner: bytes.fromhex(json.loads(body)["state"]) for owner, body in rows}


def _folded(shown: str, kind: str) -> str | None:
    try:
        return shown if kind == "phone" else fold_card(shown)
    except BonusError:
        return None
