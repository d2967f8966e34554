"""The person behind an account: what the members row says of him, and the digest by which a change is noticed.

An enrolment keeps a digest of all cards and particulars.  Each later change keeps another, of how they are after it, in
its event; whoever looks at the row compares it with the last of them.  The digests tell nothing of the values.
"""

import sqlite3

from bonuscli.errors import InvariantBroken
from bonuscli.json_text import parse_json
from bonuscli.model import Member
from bonuscli.services.identity import digest
from bonuscli.store import reads


def row_of(connection: sqlite3.Connection, member: int) -> tuple:
    """A member's whole row; InvariantBroken where there is none, since whoever asks has met the member elsewhere."""
    row = reads.member_row(connection, member)
    if row is None:
        raise InvariantBroken(f"there is no member {member}")
    return row


def member_of(row: tuple) -> Member:
    """The member of a whole members row, as ``reads.member_row`` gives it."""
    _, name, phone, email, birthday, gender, tags, fields, consents, _ = row
    try:
        pairs = tuple(sorted(parse_json(fields).items()))
    except (ValueError, AttributeError):
        pairs = ((fields, ""),)  # no field can have been written so
    return Member(phone, name, email, birthday, gender, tuple(tags.split()), pairs, consents)


def enrol_digest(cards: list[tuple[str, str, str]], member: Member) -> bytes:
    """What makes two enrolments the same: the cards (folded, shown, kind) and all particulars of the member."""
    return digest("enrol", None, 0, (), sorted(folded for folded, _, _ in cards), tuple(member))


def phone_digest(phone: str) -> bytes:
    """What is kept of a phone that a member gave up: enough to know it again, too little to read it."""
    return digest("phone", None, 0, (), phone)
