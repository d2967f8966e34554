"""``segment``: named conditions of the program or saved beside it, the members that they had on a day, and comparing.

A name is first the program's, then a saved one's.  Saving keeps the conditions, and who they hold of on a day as a
dated list, so that "lapsed on 1 June" stays what it was when it is compared with "lapsed on 1 September", whatever is
told of June afterwards.  Lists are the shop's notes and no part of the ledger: nothing is booked by them, ``verify``
does not look at them, and an erased member is taken out of all of them.
"""

import json
from collections import namedtuple
from collections.abc import Iterable
from typing import Any

from bonuscli.days import format_day, parse_day
from bonuscli.errors import BonusError
from bonuscli.near import near_or_known
from bonuscli.program.problems import Wrong
from bonuscli.program.scalars import read_scalar
from bonuscli.program.shape import Scalar
from bonuscli.services.members_asked import Everybody
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import PLAIN, Writing
from bonuscli.store import append
from bonuscli.store import segments as store

Plain = dict[str, Any]

PROGRAM, SAVED = "program", "saved"
# source: PROGRAM or SAVED; conditions: SEGMENT of the compiled program; recorded_at, actor: of a saved one, else None.
Segment = namedtuple("Segment", "name source conditions recorded_at actor", defaults=(None, None))
# members: in order of enrolment; taken_at: instant at which the list was taken, None where the conditions were asked
# now; gone: how many of the list were erased since, or merged into others of it; everybody: all members on that day.
Membership = namedtuple("Membership", "segment day members taken_at gone everybody")
# A segment among others; lists: how many, newest: the last of their days or None, size: of that list.
Row = namedtuple("Row", "segment lists newest size")
# lists: of store.segments.ListRow.
Shown = namedtuple("Shown", "segment lists membership")
# size: members of the list; replayed: all of it was saved so before.
Saved = namedtuple("Saved", "name day size of conditions replayed")
# lists: the days of the lists that went; conditions: whether the saved conditions went, too.
Deleted = namedtuple("Deleted", "name lists conditions")
# A part of two memberships: IN_BOTH, ONLY_FIRST, ONLY_SECOND, with sums over its members.
Part = namedtuple("Part", "part members receipts revenue")
# after, through: the days (after, through] of the sums; after None: since ever.
Compared = namedtuple("Compared", "first second parts after through")
IN_BOTH, ONLY_FIRST, ONLY_SECOND = "both", "first", "second"


def segments(session: Session) -> dict[str, Segment]:
    """All segments by name: those of the program in force, then the saved ones."""
    own = {name: Segment(name, PROGRAM, asked) for name, asked in session.current.segments.items()}
    saved = store.saved(session.connection, session.program).values()
    others = [Segment(row.segment, SAVED, json.loads(row.conditions), row.recorded_at, row.actor) for row in saved]
    return own | {each.name: each for each in others if each.name not in own}


def find(session: Session, name: str, where: str = "NAME") -> Segment:
    """A segment by name, which was told at ``where``; BonusError ``unknown_segment``."""
    known = segments(session)
    if name not in known:
        hint = near_or_known(name, known) if known else "save one with `bonuscli segment save`"
        raise BonusError("unknown_segment", f"there is no segment {name!r}", where, hint)
    return known[name]


def list_segments(session: Session) -> list[Row]:
    """Every segment with its dated lists."""
    taken: dict[str, list[store.ListRow]] = {}
    for each in store.lists(session.connection, session.program):
        taken.setdefault(each.segment, []).append(each)
    rows = []
    for name, segment in segments(session).items():
        lists = taken.get(name, [])
        newest = lists[-1] if lists else None
        rows.append(Row(segment, len(lists), newest and newest.day, newest and newest.size))
    return rows


def show(session: Session, name: str, as_of: str | None = None) -> Shown:
    """A segment with its lists and its members on a day; BonusError ``unknown_segment``, ``bad_time``."""
    segment = find(session, name)
    lists = store.lists(session.connection, session.program, name)
    return Shown(segment, lists, membership(session, segment, as_of))


def membership(session: Session, segment: Segment, as_of: str | None = None) -> Membership:
    """Who is in a segment on a day (text; None: today): by the list of that day where there is one, else by its
    conditions as all that is known now answers them.  BonusError ``bad_time``."""
    day = day_of(session, as_of)
    everybody = Everybody(session, day)
    for each in store.lists(session.connection, session.program, segment.name):
        if each.day == day:
            members = everybody.of_now(store.listed(session.connection, each.id))
            return Membership(segment, day, members, each.recorded_at, each.size - len(members), everybody)
    return Membership(segment, day, everybody.who(segment.conditions), None, 0, everybody)


def day_of(session: Session, as_of: str | None) -> int:
    """The business day that ``--as-of`` means; BonusError ``bad_time``."""
    if as_of is None:
        return session.calendar.day_of(session.now)
    session.instant(as_of, "--as-of")  # what no calendar has is refused alike everywhere
    try:
        return parse_day(as_of.strip())
    except ValueError:
        message = f"{as_of} is an instant, and segments are asked at the end of days"
        raise BonusError("bad_time", message, "--as-of", "write the day alone, as in 2026-12-31") from None


def save(
    shop: Shop,
    name: str,
    conditions: Plain | None = None,
    as_of: str | None = None,
    force: bool = False,
    writing: Writing = PLAIN,
) -> Saved:
    """Keep conditions under a name, and who they hold of at the end of a day; without conditions the list alone.

    The same again is a repeat and changes nothing; ``force``: other conditions, or a list taken anew, replace what is
    there.  BonusError ``unknown_segment``, ``bad_segment`` (a name that is none), ``key_conflict``, ``bad_time``.
    """
    with shop.writing(writing.dry_run) as session:
        connection, program = session.connection, session.program
        day = day_of(session, as_of)
        if day > session.calendar.day_of(session.now):
            raise BonusError("bad_time", f"{format_day(day)} is still to come", "--as-of", "take the list on that day")
        segment = _to_save(session, name, conditions, force)
        text = canonical(segment.conditions)
        known = store.saved(connection, program).get(name)
        taken = next((each for each in store.lists(connection, program, name) if each.day == day), None)
        if taken is not None and not force:
            if taken.conditions != text:
                raise _conflict(f"the list of {name} on {format_day(day)} was taken by other conditions")
            if segment.source == PROGRAM or known is not None:
                return Saved(name, day, taken.size, len(Everybody(session, day)), segment.conditions, True)
        everybody = Everybody(session, day)
        members = everybody.who(segment.conditions)
        if segment.source == SAVED and (known is None or known.conditions != text):
            store.delete_segment(connection, program, name)
            append.insert(connection, "segments", [(program, name, text, session.now, writing.actor)])
        if taken is not None:
            store.delete_list(connection, taken.id)
        list_id = store.next_list(connection)
        row = (list_id, program, name, day, text, len(members), session.now, writing.actor)
        append.insert(connection, "segment_lists", [row])
        append.insert(connection, "segment_members", [(list_id, member) for member in members])
        return Saved(name, day, len(members), len(everybody), segment.conditions, False)


def delete(shop: Shop, name: str, as_of: str | None = None, writing: Writing = PLAIN) -> Deleted:
    """Take the list of a day, or without one all lists and the saved conditions.

    BonusError ``unknown_segment``, also where there is no such list; ``usage`` where only the program's file can.
    """
    with shop.writing(writing.dry_run) as session:
        segment = find(session, name)
        lists = store.lists(session.connection, session.program, name)
        gone = lists
        if as_of is not None:
            day = day_of(session, as_of)
            gone = [each for each in lists if each.day == day]
            if not gone:
                days = ", ".join(format_day(each.day) for each in lists) or "none"
                message = f"{name} has no list of {format_day(day)}"
                raise BonusError("unknown_segment", message, "--as-of", f"days of its lists: {days}")
        elif segment.source == PROGRAM and not lists:
            message = f"{name} is a segment of the program, and no list of it was saved"
            raise BonusError("usage", message, "NAME", "take it out of the program's file and publish that")
        for each in gone:
            store.delete_list(session.connection, each.id)
        whole = as_of is None and segment.source == SAVED
        if whole:
            store.delete_segment(session.connection, session.program, name)
        return Deleted(name, tuple(each.day for each in gone), whole)


def compare(session: Session, first: Membership, second: Membership) -> Compared:
    """Two memberships: who is in both, and who in one alone, with what they bought.

    Of two days the sums are of the days between them, of one day of all days up to it.
    """
    one, other = set(first.members), set(second.members)
    through, after = max(first.day, second.day), min(first.day, second.day)
    later = max((first, second), key=lambda each: each.day).everybody
    since = None if after == through else after
    sales = later.sales(since)
    parts = ((IN_BOTH, one & other), (ONLY_FIRST, one - other), (ONLY_SECOND, other - one))
    return Compared(first, second, tuple(_part(name, members, sales) for name, members in parts), since, through)


def _part(name: str, members: Iterable[int], sales: dict[int, tuple]) -> Part:
    found = [sales.get(member, (None, 0, 0)) for member in members]
    return Part(name, len(found), sum(each[1] for each in found), sum(each[2] for each in found))


def told_of(session: Session, found: Membership) -> list[tuple]:
    """(member, card, phone, email, name, consents, tier, enrolled_on, day of the last purchase, receipts, revenue) of
    the members of a membership, what they bought up to its day."""
    sales = found.everybody.sales(None)
    return [
        (*row, *sales.get(row[0], (None, 0, 0)))
        for row in store.shown(session.connection, session.program, found.members)
    ]


def canonical(conditions: Plain) -> str:
    """Conditions as text, the same for the same question."""
    return json.dumps(_asked(conditions), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _asked(conditions: Plain) -> Plain:
    told = {name: asked for name, asked in conditions.items() if asked is not None}
    return {name: _asked(asked) if isinstance(asked, dict) else asked for name, asked in told.items()}


def _to_save(session: Session, name: str, conditions: Plain | None, force: bool) -> Segment:
    """The segment that a name will stand for."""
    known = segments(session).get(name)
    if conditions is None:
        return known or find(session, name)
    try:
        read_scalar(name, Scalar("id"), session.measures)
    except Wrong as wrong:
        raise BonusError("bad_segment", wrong.message, "NAME", wrong.hint or None) from None
    if known is not None and known.source == PROGRAM:
        raise _conflict(f"the program has a segment {name} of its own", "another name")
    if known is not None and canonical(known.conditions) != canonical(conditions) and not force:
        raise _conflict(f"{name} was saved already with other conditions")
    return Segment(name, SAVED, conditions)


def _conflict(message: str, instead: str = "another name, or --force for these instead") -> BonusError:
    return BonusError("key_conflict", message, "NAME", f"give {instead}; nothing was written")
