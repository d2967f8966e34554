"""Enrolling members: one card or phone is one member, and enrolling it again with the same data changes nothing."""

from collections import namedtuple

from bonuscli.errors import BonusError
from bonuscli.model import ENROL, EnrolBody, Member
from bonuscli.services.claims import Claim
from bonuscli.services.desk import Desk
from bonuscli.services.identity import fold_card, fold_phone
from bonuscli.services.member_fields import check_fields
from bonuscli.services.people import enrol_digest
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
from bonuscli.services.shop import Session
from bonuscli.services.writing import Writing, conflict, origin
from bonuscli.store import lookups

EMPTY_MEMBER = Member(None, None, None, None, None, (), (), "")
# Where a consent comes from: who enrols one member, or changes him, is told it there.
AT_THE_DESK = "desk"

# What the desk or a file says of a new member, as text; tags: tuple; fields: tuple of (key, value).
# referrer: a card of the member who brought this one, or None.
Application = namedtuple("Application", "card phone name email birthday gender tags fields consents tier referrer")
# Before the key of a call, where one was given: no card or phone has a space, so neither is ever taken for the other.
_BY_KEY = "key "
_NUMBER = 3  # of a row of ``lookups.events_of_kinds``
# Where nothing is said of a member but, by _replace, what is.
NO_PARTICULARS = Application(None, None, None, None, None, None, (), (), (), None, None)


def enrol(
    session: Session,
    desk: Desk,
    application: Application,
    at: int,
    actor: str | None,
    source: str = AT_THE_DESK,
    also: tuple[tuple[str, str, str], ...] = (),
    known_elsewhere: bool = False,
    key: str | None = None,
) -> tuple[int, bool]:
    """Enrol a member; (member, replayed).  BonusError ``card_taken`` where a number is taken, or other data given,
    ``key_conflict``.

    ``source``: where the consents come from.  ``also``: cards and phones beside those of the application (folded,
    shown, kind).  ``known_elsewhere``: a member of an earlier program, who is not welcomed again.  ``key``: of the
    call.  An enrolment is known again by its first number, and by that key also after the cards have changed.
    """
    today = session.calendar.day_of(session.now)
    cards, member = read_application(application, session.current.plain["country"], today)
    cards += also
    meant = session.phone_meant(application.card) if application.card else None
    number = cards[0][0] if key is None else f"{_BY_KEY}{key}"
    desk.prefetch({folded for folded, _, _ in cards} | ({meant} if meant else set()), {cards[0][0], number})
    told = enrol_digest(cards, member)
    referrer = _referrer(session, desk, application, cards)
    if key is not None and (holder := _of_key(desk, number, told, referrer)) is not None:
        return holder, True
    taken = {desk.cards[folded] for folded, _, _ in cards if folded in desk.cards}
    if taken:
        claim = _same(desk, cards[0][0], told, taken)
        if claim is not None and claim.member in taken and desk.accounts[claim.member].referrer == referrer:
            return int(claim.member), True
        shown = ", ".join(shown for folded, shown, _ in cards if folded in desk.cards)
        raise BonusError(
            "card_taken",
            f"{shown} is enrolled already, with other particulars",
            "card",
            "look at it with `bonuscli card show`, or give another number",
        )
    if meant in desk.cards:
        hint = "look at it with `bonuscli card show`, or give the number on the card"
        raise BonusError("card_taken", f"{application.card} is the phone of a member", "card", hint)
    lost = next((shown for folded, shown, _ in cards if folded in desk.lost_cards), None)
    if lost is not None:
        raise BonusError("card_taken", f"{lost} was lost by a member", "card", "give a card that nobody has had")
    tiers = session.current.tiers
    if application.tier is not None and (tiers is None or application.tier not in {level.id for level in tiers.levels}):
        known = ", ".join(level.id for level in tiers.levels) if tiers is not None else "none"
        raise BonusError(
            "bad_member", f"the program has no tier {application.tier!r}", "tier", f"tiers of this program: {known}"
        )
    check_fields(application.fields, session.current.members)
    told_by = origin(number, Writing(key=key, actor=actor))
    body = EnrolBody(application.tier, None, referrer, welcomed=known_elsewhere)
    recorded = desk.enrol(member, cards, at, body, told, told_by)
    new = int(recorded.account.member)
    given = consents_changed("", member.consents)[1]
    desk.unwritten("consents").extend((new, *consent, at, source, actor) for consent in given)
    return new, False


def _of_key(desk: Desk, number: str, told: bytes, referrer: int | None) -> int | None:
    """Who holds what the enrolment under a key has opened, None where there is none; BonusError ``key_conflict``."""
    claim = desk.claims.find(number, "", ENROL)
    if claim is None:
        return None
    if claim.digest != told or desk.accounts[claim.member].referrer != referrer:
        raise conflict(f"an enrolment {number.removeprefix(_BY_KEY)}")
    return desk.heir(claim.member)


def _same(desk: Desk, number: str, told: bytes, taken: set[int]) -> Claim | None:
    """The enrolment of a number with a digest; a phone that was somebody else's before has several (``Desk.enrol``),
    and who was enrolled under a key of the call has that one."""
    while (claim := desk.claims.find(number, "", ENROL)) is not None and claim.digest != told:
        number = f"{number}+"
        desk.prefetch(set(), {number})
    for owner in taken if claim is None else ():
        own = [row[_NUMBER] for row in lookups.events_of_kinds(desk.connection, owner, (ENROL,))]
        desk.prefetch(set(), {each for each in own if each.startswith(_BY_KEY)})
        found = [desk.claims.find(each, "", ENROL) for each in own if each.startswith(_BY_KEY)]
        claim = next((each for each in found if each is not None and each.digest == told), None)
    return claim


def _referrer(session: Session, desk: Desk, application: Application, cards: list[tuple[str, str, str]]) -> int | None:
    """The member who brought the new one, None for none; BonusError ``bad_member`` for nobody or the new one."""
    if application.referrer is None:
        return None
    folded = fold_card(application.referrer)
    own = folded in {number for number, _, _ in cards}
    known = desk.cards.get(folded) or session.look_for_member(application.referrer)
    if own or known is None:
        raise BonusError(
            "bad_member",
            f"{'the new member' if own else 'no member'} has the card or phone {application.referrer}",
            "referrer",
            "name a card of the member who brought this one",
        )
    return int(known)


def read_application(
    application: Application, country: str | None, today: int
) -> tuple[list[tuple[str, str, str]], Member]:
    """Cards (folded, shown, kind) and the typed member; BonusError for what can not be read."""
    cards = []
    if application.card:
        cards.append((fold_card(application.card), application.card.strip(), "card"))
    phone = fold_phone(application.phone, country) if application.phone else None
    if phone:
        cards.append((phone, phone, "phone"))
    if not cards:
        raise BonusError("bad_member", "a member needs a card or a phone", "card", "give CARD, --phone or both")
    return cards, Member(
        phone,
        read_line("name", application.name),
        read_email(application.email),
        read_birthday(application.birthday, today),
        read_gender(application.gender),
        read_tags(tuple(application.tags)),
        read_fields(tuple(application.fields)),
        read_consents(tuple(application.consents)),
    )
