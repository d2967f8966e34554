"""``card erase``: a person is forgotten, and what the shop has sold and given stays proved.

Particulars, cards, consents and free text go; receipts, points and seals stay and name nobody.  Rules may have looked
at the person when points were booked, and the proof folds every event again, so two things stay where points depend on
them: tags that a program asks for, and the day and month of birth, which birthday points tell in any case.  Neither is
kept because it might matter: it is taken away, the account is folded again, and only where another ledger comes out is
it put back.  The year of birth is never kept.

Whoever was merged into the member is the same person and is erased with him.
"""

import json
import sqlite3
from collections import namedtuple
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

from bonuscli.days import civil, day_number
from bonuscli.engine.particulars import BIRTHDAY, TAGS
from bonuscli.errors import InvariantBroken
from bonuscli.model import ERASED, MEMBER_CHANGE, Member, MemberChangeBody, Refusal
from bonuscli.services.fold_proof import folded_findings
from bonuscli.services.identity import digest
from bonuscli.services.people import member_of, row_of
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import PLAIN, Writing, conflict, fresh_key, origin, refused
from bonuscli.store import checks, erasing, lookups, reads, sqlite
from bonuscli.store.lock import WriterLock

# The act of erasure.  at: instant; removed: names of what was stored and is no more; kept: of BIRTHDAY and TAGS what
# points depend on; sealed: events that hold a number or address of the person in what can not be changed.
Erasure = namedtuple("Erasure", "member at removed kept sealed key replayed")

# A leap year, so that 29 February stays what it is.
_NO_YEAR = 2000
# A shorter number stands in many a text that does not mean the person.
_TELLING = 6
_KEY = digest(MEMBER_CHANGE, None, 0, (), ERASED)


def erase(shop: Shop, card: str, reason: str | None = None, writing: Writing = PLAIN) -> Erasure:
    """Erase the member of a card; BonusError ``unknown_card``, ``key_conflict``, ``busy``.

    An erasure that was interrupted is finished by the same call, and by any other erasure.
    """
    with shop.writing(writing.dry_run) as session:
        told = _erased_before(session, card, writing) or _erase(session, card, reason, writing)
    if not writing.dry_run:
        with (
            WriterLock(shop.path, shop.wait_seconds).held(),
            closing(sqlite.open_writer(shop.path)) as connection,
            sqlite.translated(shop.path),
        ):
            erasing.purge(connection, shop.wait_seconds)
    return told


def _erased_before(session: Session, card: str, writing: Writing) -> Erasure | None:
    """The erasure that the key names, or the interrupted one of a card that leads to nobody any more."""
    seq = None
    if writing.key is not None:
        for _, source, kind, found, key, *_ in reads.claims(session.connection, [writing.key]):
            if (source, kind) == ("", MEMBER_CHANGE):
                if key != _KEY:
                    raise conflict(f"a change {writing.key}")
                seq = found
    elif session.look_for_member(card) is None:
        seq = erasing.unpurged(session.connection)
    if seq is None:
        return None
    event = reads.events(session.connection, [seq])[seq]
    kept = _kept(session.connection, _merged_first(event.member, reads.mergers(session.connection)))
    return Erasure(event.member, event.at, tuple(json.loads(event.body)["others"]), kept, None, event.number, True)


def _erase(session: Session, card: str, reason: str | None, writing: Writing) -> Erasure:
    connection = session.connection
    member = session.find_member(card)
    number = writing.key or fresh_key(session.desk())
    persons = list(_merged_first(member, reads.mergers(connection)))
    values = {value for each in persons for value in _values(connection, each) if len(value) >= _TELLING}
    removed = sorted({name for each in persons for name in _stored(connection, each)}, key=_NAMES.index)
    asked = _asked_tags(connection)
    recorded = {}
    for each in persons:
        own = number if each == member else f"{number}/{each}"
        recorded[each] = _record(session, each, own, removed, reason, writing)
    erasing.begin(connection, recorded[member])
    with erasing.triggers_aside(connection, "events"):
        for each in persons:
            _strip(session, each, asked)
            erasing.empty_events(connection, each, recorded[each])
        erasing.empty_texts(connection, sorted(values))
    sealed = erasing.texts_left(connection, persons, values)
    event = reads.events(connection, [recorded[member]])[recorded[member]]
    return Erasure(member, event.at, tuple(removed), _kept(connection, persons), sealed, number, False)


def _merged_first(member: int, mergers: dict[tuple[str, int], int]) -> Iterator[int]:
    """The members who were merged into one, each before the one that took him over, and that one."""
    for other in sorted({other for (_, other), into in mergers.items() if into == member}):
        yield from _merged_first(other, mergers)
    yield member


# What is told of a person, in the order of the act.
_NAMES = (*Member._fields, "cards", "lost_cards", "reasons")


def _stored(connection: sqlite3.Connection, member: int) -> Iterator[str]:
    """Names of what is stored of a member and will go."""
    row = row_of(connection, member)
    yield from (name for name, value in member_of(row)._asdict().items() if value)
    if lookups.cards_of(connection, member):
        yield "cards"
    if erasing.lost_numbers(connection, member):
        yield "lost_cards"
    if any(event.reason for event in reads.events_of_member(connection, member)):
        yield "reasons"


def _values(connection: sqlite3.Connection, member: int) -> Iterator[str]:
    """Numbers and addresses by which others may have named the person in a text."""
    row = row_of(connection, member)
    yield from (value for value in (row[2], row[3]) if value)
    for folded, shown, _ in lookups.cards_of(connection, member):
        yield from (folded, shown)
    yield from erasing.lost_numbers(connection, member)


def _record(
    session: Session, member: int, number: str, removed: list[str], reason: str | None, writing: Writing
) -> int:
    """The event that takes from the rules what they knew of the person; its seq."""
    known = member_of(row_of(session.connection, member))
    before = {BIRTHDAY: known.birthday, TAGS: list(known.tags)}
    body = MemberChangeBody(before, {BIRTHDAY: None, TAGS: []}, removed, "")
    desk = session.desk()
    desk.load({member})
    at = max(session.instant(writing.at), desk.accounts[member].clock)
    told = origin(number, writing, reason=reason)
    recorded = desk.act(MEMBER_CHANGE, member, body, at, _KEY, told, pinned={ERASED: True})
    if isinstance(recorded, Refusal):
        raise refused(recorded, session)
    desk.flush()
    return int(recorded.seq)


def _strip(session: Session, member: int, asked: set[str]) -> None:
    """Take a member's particulars out of his row and his events, but for what his points depend on."""
    connection = session.connection
    proved = _proof(session, member)
    bodies = _changes(connection, member)
    erasing.empty_rows(connection, member)
    for kept in (set(), {TAGS}, {BIRTHDAY}, {BIRTHDAY, TAGS}):
        erasing.change_bodies(connection, {seq: _without(body, kept, asked) for seq, body in bodies.items()})
        if _proof(session, member) == proved:
            return
    raise InvariantBroken(f"the points of member {member} depend on what must be erased")


def _changes(connection: sqlite3.Connection, member: int) -> dict[int, dict[str, Any]]:
    """The bodies of a member's changes by their seq."""
    told = lookups.events_of_kinds(connection, member, (MEMBER_CHANGE,))
    return {seq: json.loads(text) for seq, *_, text in told}


def _kept(connection: sqlite3.Connection, persons: Iterable[int]) -> tuple[str, ...]:
    """Of ``BIRTHDAY`` and ``TAGS`` what still stands in the changes of erased members."""
    bodies = [body for each in persons for body in _changes(connection, each).values()]
    sides = [side for body in bodies for side in (body["before"], body["after"])]
    return tuple(name for name in (BIRTHDAY, TAGS) if any(side.get(name) for side in sides))


def _proof(session: Session, member: int) -> tuple[list, list]:
    """What the proof of a member's accounts finds, and what they do to others."""
    findings: list = []
    emitted: list = []
    for account, _, clock, program in checks.accounts(session.connection, member):
        findings += folded_findings(session.within(program), account, member, clock, emitted)
    return findings, emitted


def _without(body: dict[str, Any], kept: set[str], asked: set[str]) -> dict[str, Any]:
    """The body of a change with nothing of the person in it but what is kept; the digest of his state goes too."""
    return {
        **body,
        "state": "",
        **{
            side: {name: _TELLS_LESS[name](value, asked) if name in kept else _NOTHING[name] for name, value in told}
            for side, told in ((side, body[side].items()) for side in ("before", "after"))
        },
    }


_NOTHING: dict[str, list | None] = {BIRTHDAY: None, TAGS: []}


def _without_year(birthday: int | None, asked: set[str]) -> int | None:
    return None if birthday is None else day_number(_NO_YEAR, civil(birthday).month, civil(birthday).day)


def _asked_of(tags: list[str], asked: set[str]) -> list[str]:
    return [tag for tag in tags if tag in asked]


_TELLS_LESS: dict[str, Any] = {BIRTHDAY: _without_year, TAGS: _asked_of}


def _asked_tags(connection: sqlite3.Connection) -> set[str]:
    """The tags that any published version of any program asks for."""
    found: set[str] = set()
    waiting: list[Any] = [json.loads(row.compiled) for row in reads.program_rows(connection)]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            found.update(tag for tag in part.get(TAGS) or () if isinstance(tag, str))
        waiting += part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return found
