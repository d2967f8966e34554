"""Whether stored documents are still what was sent: their digests reckoned again from what stands in the tables.

A receipt's digest covers its member, total and goods, an enrolment's the cards and the particulars of the member.
Folding again can not see a change of what no rule of the program asks for, nor anything of a receipt without a card;
the digest sees both (invariants 5 and 10).  Of a member who was changed since, the last change keeps the digest; of one
who was erased there must be nothing left.  A
return that names its receipt keeps the digest of the question, not of the lines that answered it, and is left to the
fold.
"""

import json
import sqlite3
from collections.abc import Iterator

from bonuscli.errors import BonusError
from bonuscli.model import ENROL, ERASED, MEMBER_CHANGE, RECEIPT, RETURN
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
    erased = {owner for owner, state in changed.items() if state is None}
    yield from _changed_consents(connection, member)
    for same_day, stored, *row in connection.execute(
        "SELECT m.enrolled_on = e.day, e.digest, m.id, m.name, m.phone, m.email, m.birthday, m.gender, m.tags,"
        " m.fields, m.consents, m.enrolled_on"
        " FROM members m JOIN events e ON e.member = m.id AND e.kind = 'enrol' AND e.source = ''"
        " WHERE :member IS NULL OR m.id = :member",
        {"member": member},
    ):
        owner = row[0]
        if owner in erased:
            if not same_day or cards.get(owner) or any(member_of(row)):
                yield f"member {owner} was erased, and there are cards or particulars again"
        elif not same_day or enrol_digest(cards.get(owner, []), member_of(row)) != changed.get(owner, stored):
            since = "as last changed" if owner in changed else "as enrolled"
            yield f"member {owner} is not {since}: the cards or particulars were changed"


def _changed_states(connection: sqlite3.Connection, member: int | None) -> dict[int, bytes | None]:
    """Of members whose cards or particulars were changed by an event the digest of how they are since the last one,
    None of who was erased."""
    rows = connection.execute(
        "SELECT member, body, pinned FROM events WHERE kind = :change AND (:member IS NULL OR member = :member)"
        " ORDER BY seq",
        {"change": MEMBER_CHANGE, "member": member},
    )
    return {
        owner: None if pinned and ERASED in json.loads(pinned) else bytes.fromhex(json.loads(body)["state"])
        for owner, body, pinned in rows
    }


def _changed_consents(connection: sqlite3.Connection, member: int | None) -> Iterator[str]:
    """Consents stand with their times as the members row names them, each given and withdrawn by an event."""
    stored: dict[int, list[str]] = {}
    for owner, consent, withdrawn_at, is_told in connection.execute(
        "SELECT member, channel || COALESCE(':' || version, ''), withdrawn_at,"
        " (SELECT COUNT(DISTINCT e.at) FROM events e WHERE e.member = c.member AND e.kind IN (:enrol, :change)"
        "  AND e.at IN (c.given_at, c.withdrawn_at))"
        "  = (CASE WHEN c.withdrawn_at IS NULL OR c.withdrawn_at = c.given_at THEN 1 ELSE 2 END)"
        " FROM consents c WHERE :member IS NULL OR member = :member",
        {"member": member, "enrol": ENROL, "change": MEMBER_CHANGE},
    ):
        if not is_told:
            yield f"the consent {consent} of member {owner} has a time at which nothing was recorded"
        if withdrawn_at is None:
            stored.setdefault(owner, []).append(consent)
    for owner, consents in connection.execute(
        "SELECT id, consents FROM members WHERE :member IS NULL OR id = :member", {"member": member}
    ):
        if sorted(stored.get(owner, ())) != consents.split():
            known = " ".join(stored.get(owner, ()))
            yield f"member {owner} has the consents {consents!r}, those with a time are {known!r}"


def _folded(shown: str, kind: str) -> str | None:
    try:
        return shown if kind == "phone" else fold_card(shown)
    except BonusError:
        return None
