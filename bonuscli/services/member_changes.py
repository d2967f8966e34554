"""``card tag``, ``card change``, ``card set-tier``: what a shop changes of a member after the enrolment.

The members row shows the person of today.  What rules see of a person, tags and the birthday, stands in the event as it
was before and after; of a name, a phone or an address the event says only that it changed, so that erasing the person
leaves the event as it is.  A phone that was changed leads to nobody, until somebody else is enrolled with it.
"""

import json
from collections import namedtuple

from bonuscli.days import parse_day
from bonuscli.engine.particulars import BIRTHDAY, TAGS
from bonuscli.errors import BonusError
from bonuscli.model import MEMBER_CHANGE, TIER_SET, Member, MemberChangeBody, Program, Refusal, TierSetBody
from bonuscli.near import near_or_known
from bonuscli.services.desk import NO_PROGRAM, Desk
from bonuscli.services.enroll import AT_THE_DESK
from bonuscli.services.identity import digest, fold_phone
from bonuscli.services.member_fields import check_fields
from bonuscli.services.people import enrol_digest, member_of, phone_digest, row_of
from bonuscli.services.personal import (
    consents_changed,
    read_birthday,
    read_consents,
    read_email,
    read_fields,
    read_gender,
    read_line,
    read_tags,
)
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import PLAIN, Writing, conflict, fresh_key, origin, refused
from bonuscli.store import append, lookups, reads

# What is to change, as text; None leaves it as it is, an empty text takes it away.  add, remove: tuples of tags;
# fields: tuple of (key, value), an empty value takes the field away; consents: tuple, or None.
Wanted = namedtuple(
    "Wanted",
    "add remove name phone email birthday gender fields consents",
    defaults=((), (), None, None, None, None, None, (), None),
)
# changed: names of what changed, in the order of a member's particulars; where all was so already none, and no key.
Changed = namedtuple("Changed", "member card changed tags key replayed")
# tier: as it is now; until: the last day of the floor, or None.
TierChanged = namedtuple("TierChanged", "member card tier until balance key replayed")

NO_TIER = "none"


def change_member(shop: Shop, card: str, wanted: Wanted, writing: Writing = PLAIN) -> Changed:
    """Change a member's tags or particulars.

    BonusError ``usage`` where nothing is asked for, ``bad_member``, ``bad_phone``, ``card_taken``, ``key_conflict``.
    What is so already is no change, and nothing is recorded where all is.
    """
    if wanted == Wanted():
        raise BonusError("usage", "there is nothing to change", None, "say what changes, as in --add vip")
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        member = session.find_member(card)
        number = writing.key or fresh_key(desk)
        desk.prefetch(set(), {number})
        desk.load({member})
        claim = desk.claims.find(number, "", MEMBER_CHANGE)
        key = digest(MEMBER_CHANGE, desk.teller(claim, member), 0, (), *wanted)
        if claim is not None and claim.digest != key:
            raise conflict(f"a change {number}")
        before = member_of(row_of(session.connection, member))
        if claim is not None:
            return Changed(member, card, _changed_by(session, claim.member, claim.seq), before.tags, number, True)
        check_fields([(key, value) for key, value in wanted.fields if value], session.current.members)
        after = _after(before, wanted, session)
        changed = tuple(name for name in Member._fields if getattr(before, name) != getattr(after, name))
        if changed:
            cards = _cards(session, member, before.phone, after.phone)
            body = _body(before, after, changed, enrol_digest(cards, after))
            at = session.instant(writing.at)
            recorded = desk.act(MEMBER_CHANGE, member, body, at, key, origin(number, writing))
            if isinstance(recorded, Refusal):
                raise refused(recorded, session)
            desk.flush()
            _write(session, member, before, after)
            _write_consents(session, member, (before.consents, after.consents), at, writing.actor)
        return Changed(member, card, changed, after.tags, number if changed else None, False)


def set_tier(
    shop: Shop, card: str, tier: str, until: str | None = None, reason: str | None = None, writing: Writing = PLAIN
) -> TierChanged:
    """Set a level that the member does not fall below through ``until`` (text of a day; None: without end).

    ``none`` takes the floor away.  BonusError ``bad_member`` for a level that the program has not, ``bad_time``.
    """
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        member = session.find_member(card)
        number = writing.key or fresh_key(desk)
        desk.prefetch(set(), {number})
        desk.load({member})
        claim = desk.claims.find(number, "", TIER_SET)
        key = digest(TIER_SET, desk.teller(claim, member), 0, (), tier, until, reason)
        if claim is not None and claim.digest != key:
            raise conflict(f"a tier {number}")
        if claim is None:
            body = _tier_body(session, desk, tier, until, session.instant(writing.at))
            told = origin(number, writing, reason=reason)
            recorded = desk.act(TIER_SET, member, body, session.instant(writing.at), key, told, subject=body.tier)
            if isinstance(recorded, Refusal):
                raise refused(recorded, session)
        account = desk.accounts[member]
        figures = session.figures(account)
        desk.flush()
        return TierChanged(member, card, figures.tier, account.floor_until, figures.balance, number, claim is not None)


def _after(before: Member, wanted: Wanted, session: Session) -> Member:
    """The member as he is to be; BonusError for what can not be read."""
    country, today = session.current.plain["country"], session.calendar.day_of(session.now)
    after = before._replace(tags=_tags(before.tags, wanted), fields=_fields(before.fields, wanted.fields))
    if wanted.name is not None:
        after = after._replace(name=read_line("name", wanted.name))
    if wanted.email is not None:
        after = after._replace(email=read_email(wanted.email))
    if wanted.phone is not None:
        after = after._replace(phone=fold_phone(wanted.phone, country) if wanted.phone.strip() else None)
    if wanted.birthday is not None:
        after = after._replace(birthday=read_birthday(wanted.birthday, today))
    if wanted.gender is not None:
        after = after._replace(gender=read_gender(wanted.gender))
    if wanted.consents is not None:
        after = after._replace(consents=read_consents(tuple(wanted.consents)))
    return after


def _tags(before: tuple[str, ...], wanted: Wanted) -> tuple[str, ...]:
    both = set(read_tags(wanted.add)) & set(read_tags(wanted.remove))
    if both:
        raise BonusError("usage", f"{', '.join(sorted(both))} is to be added and removed", "tags", "say one of them")
    return tuple(sorted((set(before) | set(wanted.add)) - set(wanted.remove)))


def _fields(before: tuple[tuple[str, str], ...], wanted: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    fields = {**dict(before), **dict(read_fields(wanted))}
    return tuple(sorted((key, value) for key, value in fields.items() if value))


def _cards(session: Session, member: int, old: str | None, new: str | None) -> list[tuple[str, str, str]]:
    """The member's cards with the new phone for the old; BonusError ``card_taken``, ``bad_member`` for none at all."""
    cards = lookups.cards_of(session.connection, member)
    if old == new:
        return cards
    if new is not None and new in reads.members_of_cards(session.connection, [new]):
        raise BonusError("card_taken", f"{new} leads to a member already", "--phone", "look with `bonuscli card find`")
    cards = [card for card in cards if card[0] != old]
    if new is not None:
        cards.append((new, new, "phone"))
    if not cards:
        raise BonusError("bad_member", "nobody could find a member without a card or phone", "--phone", "give another")
    return cards


def _changed_by(session: Session, member: int, seq: int) -> tuple[str, ...]:
    """What a change that is recorded has changed."""
    told = lookups.events_of_kinds(session.connection, member, (MEMBER_CHANGE,))
    body = next(json.loads(text) for number, *_, text in told if number == seq)
    return tuple(name for name in Member._fields if name in body["after"] or name in body["others"])


def _body(before: Member, after: Member, changed: tuple[str, ...], state: bytes) -> MemberChangeBody:
    """The event's body; the values of what identifies a person are not in it."""
    seen = [name for name in changed if name in (TAGS, BIRTHDAY)]
    was, is_now = ({name: _plain(getattr(each, name)) for name in seen} for each in (before, after))
    return MemberChangeBody(was, is_now, [name for name in changed if name not in seen], state.hex())


def _plain(value: tuple[str, ...] | int | None) -> list[str] | int | None:
    return list(value) if isinstance(value, tuple) else value


def _write(session: Session, member: int, before: Member, after: Member) -> None:
    """The members row, and the phone among the cards."""
    fields = json.dumps(dict(after.fields), ensure_ascii=False, sort_keys=True)
    append.change_member(
        session.connection,
        (
            member, after.name, after.phone, after.email, after.birthday, after.gender, " ".join(after.tags), fields,
            after.consents,
        ),
    )  # fmt: skip
    if before.phone != after.phone:
        if before.phone is not None:
            append.delete_card(session.connection, before.phone)
            freed = phone_digest(before.phone)
            if not reads.was_a_members(session.connection, freed):
                append.insert(session.connection, "freed_phones", [(freed,)])
        if after.phone is not None:
            append.insert(session.connection, "cards", [(after.phone, after.phone, "phone", member)])


def _write_consents(session: Session, member: int, texts: tuple[str, str], at: int, actor: str | None) -> None:
    """What was withdrawn ends, what is given begins; ``texts``: of the consents before and after."""
    gone, given = consents_changed(*texts)
    append.withdraw_consents(session.connection, member, gone, at)
    append.insert(session.connection, "consents", [(member, *consent, at, AT_THE_DESK, actor) for consent in given])


def _tier_body(session: Session, desk: Desk, tier: str, until: str | None, at: int) -> TierSetBody:
    version = desk.versions.in_force(at)
    if version is None:
        raise refused(NO_PROGRAM, session)
    program: Program = version.program
    known = [level.id for level in program.tiers.levels] if program.tiers else []
    if tier not in known and tier != NO_TIER:
        hint = near_or_known(tier, known) if known else "the program has no tiers"
        raise BonusError("bad_member", f"the program has no tier {tier!r}", "TIER", hint)
    last = None
    if until is not None:
        try:
            last = parse_day(until)
        except ValueError as problem:
            raise BonusError("bad_time", str(problem), "--until", "write it as 2026-12-31") from None
        if last < program.calendar.day_of(at):
            raise BonusError("bad_time", f"{until} has passed", "--until", "give a later day")
    return TierSetBody(tier if tier in known else None, last)
