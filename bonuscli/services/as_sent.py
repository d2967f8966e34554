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
from itertools import chain, islice

from bonuscli.errors import BonusError
from bonuscli.model import ENROL, ERASED, MEMBER_CHANGE, RECEIPT, RETURN
from bonuscli.services.identity import digest_of_goods, fold_card
from bonuscli.services.people import enrol_digest, member_of
from bonuscli.store import reads

# Receipts whose lines are read at once, and what a digest asks of these.
_BATCH = 500
_GOODS = "SELECT event, COALESCE(sku, ''), quantity, amount FROM receipt_lines WHERE event IN (?)"


def changed_documents(connection: sqlite3.Connection, member: int | None, most: int) -> Iterator[tuple]:
    """(invariant, account, entry, text) of documents and members that are no longer as they were sent, at most
    ``most`` of a kind; of one member, or of everybody and of receipts without a card where it is None."""
    cards = _cards(connection, member)
    for found in (
        _changed_receipts(connection, member),
        _changed_cards(connection, member, cards),
        _changed_members(connection, member, cards),
        _changed_consents(connection, member),
    ):
        for invariant, text in islice(found, most):
            yield invariant, None, None, text


def _changed_receipts(connection: sqlite3.Connection, member: int | None) -> Iterator[tuple[int, str]]:
    rows = connection.execute(
        "SELECT seq, kind, number, member, total, digest FROM events WHERE (:member IS NULL OR member = :member)"
        " AND (kind = :sale OR (kind = :return AND original IS NULL)) ORDER BY seq",
        {"member": member, "sale": RECEIPT, "return": RETURN},
    )
    while batch := rows.fetchmany(_BATCH):
        goods: dict[int, list[tuple[str, int, int]]] = {}
        for event, sku, quantity, amount in reads.in_pieces(connection, _GOODS, [row[0] for row in batch]):
            goods.setdefault(event, []).append((sku, quantity, amount))
        for seq, kind, number, owner, total, stored in batch:
            now = digest_of_goods(kind, owner, total, goods.get(seq, []))
            if now != stored:
                why = f"its member, total or lines were changed: their digest is {_shown(now)}, it was {_shown(stored)}"
                yield 10, f"{kind} {number} is not what was sent, {why}"


def _changed_cards(
    connection: sqlite3.Connection, member: int | None, cards: list[tuple[str, str, str, int]]
) -> Iterator[tuple[int, str]]:
    """A number leads to the member who showed it in that writing, and a lost one to nobody."""
    lost = connection.execute(
        "SELECT number, shown, 'lost card', member FROM lost_cards WHERE :member IS NULL OR member = :member",
        {"member": member},
    ).fetchall()
    for number, shown, kind, owner in chain(cards, lost):
        folded = _folded(shown, kind)
        if folded != number or kind not in ("card", "phone", "lost card"):
            yield 13, f"{kind} {number} of member {owner} is written {shown!r}, which is {folded}"
    leads = {number: owner for number, _, _, owner in cards}
    for number, _, kind, owner in lost:
        if number in leads:
            yield 13, f"{kind} {number} of member {owner} leads to member {leads[number]}, it should to nobody"


def _changed_members(
    connection: sqlite3.Connection, member: int | None, cards: list[tuple[str, str, str, int]]
) -> Iterator[tuple[int, str]]:
    of_member: dict[int, list[tuple[str, str, str]]] = {}
    for number, shown, kind, owner in cards:
        of_member.setdefault(owner, []).append((number, shown, kind))
    changed = _changed_states(connection, member)
    erased = {owner for owner, state in changed.items() if state is None}
    for day, enrolled_on, stored, *row in connection.execute(
        "SELECT e.day, m.enrolled_on, e.digest, m.id, m.name, m.phone, m.email, m.birthday, m.gender, m.tags,"
        " m.fields, m.consents, m.enrolled_on"
        " FROM members m JOIN events e ON e.member = m.id AND e.kind = 'enrol' AND e.source = ''"
        " WHERE :member IS NULL OR m.id = :member",
        {"member": member},
    ):
        owner = row[0]
        told, now = changed.get(owner, stored), enrol_digest(of_member.get(owner, []), member_of(row))
        if day != enrolled_on:
            yield 10, f"member {owner} has enrolled on day {enrolled_on}, the event of it is of day {day}"
        if owner in erased:
            if of_member.get(owner) or any(member_of(row)):
                left = len(of_member.get(owner, ())) + sum(map(bool, member_of(row)))
                yield 15, f"member {owner} was erased, and there are cards or particulars again: {left}, it should be 0"
        elif now != told:
            since = "as last changed" if owner in changed else "as enrolled"
            why = f"the cards or particulars were changed: their digest is {_shown(now)}, it was {_shown(told)}"
            yield 10, f"member {owner} is not {since}, {why}"


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


def _changed_consents(connection: sqlite3.Connection, member: int | None) -> Iterator[tuple[int, str]]:
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
            yield 10, f"the consent {consent} of member {owner} has a time at which nothing was recorded"
        if withdrawn_at is None:
            stored.setdefault(owner, []).append(consent)
    for owner, consents in connection.execute(
        "SELECT id, consents FROM members WHERE :member IS NULL OR id = :member", {"member": member}
    ):
        if sorted(stored.get(owner, ())) != consents.split():
            known = " ".join(stored.get(owner, ()))
            yield 10, f"member {owner} has the consents {consents!r}, those with a time are {known!r}"


def _cards(connection: sqlite3.Connection, member: int | None) -> list[tuple[str, str, str, int]]:
    return connection.execute(
        "SELECT number, shown, kind, member FROM cards WHERE :member IS NULL OR member = :member", {"member": member}
    ).fetchall()


def _shown(digest_of_it: bytes | None) -> str:
    return (digest_of_it or b"").hex()[:12]


def _folded(shown: str, kind: str) -> str | None:
    try:
        return shown if kind == "phone" else fold_card(shown)
    except BonusError:
        return None
