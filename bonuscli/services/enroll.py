"""Enrolling members: one card or phone is one member, and enrolling it again with the same data changes nothing."""

from collections import namedtuple

from bonuscli.days import parse_day
from bonuscli.errors import BonusError
from bonuscli.model import EnrolBody, Member
from bonuscli.services.desk import Desk
from bonuscli.services.identity import digest, fold_card, fold_phone
from bonuscli.services.rows_out import Origin
from bonuscli.services.shop import Session

EMPTY_MEMBER = Member(None, None, None, None, None, (), (), "")
GENDERS = ("female", "male", "other")

# What the desk or a file says of a new member, as text; tags: tuple; fields: tuple of (key, value).
Application = namedtuple("Application", "card phone name email birthday gender tags fields consents tier")
# Where nothing is said of a member but, by _replace, what is.
NO_PARTICULARS = Application(None, None, None, None, None, None, (), (), (), None)


def enrol_digest(cards: list[tuple[str, str, str]], member: Member) -> bytes:
    """What makes two enrolments the same."""
    return digest("enrol", None, 0, (), sorted(folded for folded, _, _ in cards), tuple(member))


def enrol(session: Session, desk: Desk, application: Application, at: int, actor: str | None) -> tuple[int, bool]:
    """Enrol a member; (member, replayed).  BonusError ``card_taken`` where a number is taken, or other data given."""
    cards, member = read_application(application, session.current.plain["country"])
    desk.prefetch({folded for folded, _, _ in cards}, {cards[0][0]})
    key = enrol_digest(cards, member)
    taken = {desk.cards[folded] for folded, _, _ in cards if folded in desk.cards}
    if taken:
        claim = desk.claims.find(cards[0][0], "", "enrol")
        if claim is not None and claim.digest == key:
            return int(claim.member), True
        shown = ", ".join(shown for folded, shown, _ in cards if folded in desk.cards)
        raise BonusError(
            "card_taken",
            f"{shown} is enrolled already, with other particulars",
            "card",
            "look at it with `bonuscli card show`, or give another number",
        )
    tiers = session.current.tiers
    if application.tier is not None and (tiers is None or application.tier not in {level.id for level in tiers.levels}):
        known = ", ".join(level.id for level in tiers.levels) if tiers is not None else "none"
        raise BonusError(
            "bad_member", f"the program has no tier {application.tier!r}", "tier", f"tiers of this program: {known}"
        )
    origin = Origin("", cards[0][0], "", "", "", "", actor, None)
    recorded = desk.enrol(member, cards, at, EnrolBody(application.tier, None), key, origin)
    return int(recorded.account.member), False


def read_application(application: Application, country: str | None) -> tuple[list[tuple[str, str, str]], Member]:
    """Cards (folded, shown, kind) and the typed member; BonusError for what can not be read."""
    cards = []
    if application.card:
        cards.append((fold_card(application.card), application.card.strip(), "card"))
    phone = fold_phone(application.phone, country) if application.phone else None
    if phone:
        cards.append((phone, phone, "phone"))
    if not cards:
        raise BonusError("bad_member", "a member needs a card or a phone", "card", "give CARD, --phone or both")
    gender = application.gender
    if gender is not None and gender not in GENDERS:
        raise BonusError("bad_member", f"{gender!r} is no gender", "gender", f"use one of {', '.join(GENDERS)}")
    return cards, Member(
        phone,
        application.name or None,
        application.email or None,
        _birthday(application.birthday),
        gender,
        tuple(sorted(set(application.tags))),
        tuple(sorted(application.fields)),
        " ".join(sorted(set(application.consents))),
    )


def _birthday(text: str | None) -> int | None:
    if not text:
        return None
    try:
        return parse_day(text)
    except ValueError as problem:
        raise BonusError("bad_member", str(problem), "birthday", "write it as 1990-05-31") from None
