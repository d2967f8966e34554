"""``card block``, ``card unblock``, ``card replace``, and the cards of a member who was merged into another.

A lost card's number leads to nobody from then on, and can not be enrolled again.  Which cards a member has is part of
the digest that every change of the member keeps, so a card that changed hands outside of these verbs is found.
"""

from collections import namedtuple

from bonuscli.errors import BonusError
from bonuscli.model import BLOCK, MEMBER_CHANGE, BlockBody, MemberChangeBody, Refusal
from bonuscli.services.identity import digest, fold_card
from bonuscli.services.people import enrol_digest, member_of, row_of
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import PLAIN, Writing, conflict, fresh_key, origin, refused
from bonuscli.store import append, lookups, reads

# blocked: as it is now; changed: whether it was otherwise before; key: None where nothing was recorded.
Blocked = namedtuple("Blocked", "member card blocked changed key replayed")
Replaced = namedtuple("Replaced", "member card by key replayed")


def block(shop: Shop, card: str, blocked: bool, reason: str | None = None, writing: Writing = PLAIN) -> Blocked:
    """Block a member's cards, so that they neither earn nor spend, or let them again; what is so already stays."""
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        member = session.find_member(card)
        number = writing.key or fresh_key(desk)
        desk.prefetch(set(), {number})
        desk.load({member})
        claim = desk.claims.find(number, "", BLOCK)
        key = digest(BLOCK, desk.teller(claim, member), 0, (), blocked)
        if claim is not None and claim.digest != key:
            raise conflict(f"a block {number}")
        changed = claim is None and desk.accounts[member].blocked != blocked
        if changed:
            told = origin(number, writing, reason=reason)
            recorded = desk.act(BLOCK, member, BlockBody(blocked), session.instant(writing.at), key, told)
            if isinstance(recorded, Refusal):
                raise refused(recorded, session)
            desk.flush()
        known = changed or claim is not None
        return Blocked(member, card, blocked, known, number if known else None, claim is not None)


def replace(shop: Shop, card: str, by: str, reason: str | None = None, writing: Writing = PLAIN) -> Replaced:
    """A new card for a lost one; BonusError ``card_taken``, ``bad_card``, ``unknown_card``.  A phone is changed."""
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        number = writing.key or fresh_key(desk)
        desk.prefetch(set(), {number})
        claim = desk.claims.find(number, "", MEMBER_CHANGE)
        lost, new = fold_card(card), fold_card(by)
        key = digest(MEMBER_CHANGE, None, 0, (), lost, new)
        if claim is not None:
            if claim.digest != key:
                raise conflict(f"a change {number}")
            return Replaced(claim.member, card, by, number, True)
        member = session.find_member(card)
        cards = lookups.cards_of(session.connection, member)
        if (lost, "card") not in {(folded, kind) for folded, _, kind in cards}:
            hint = "give its number as `bonuscli card show --pii` prints it; change a phone with `bonuscli card change`"
            raise BonusError("bad_card", f"{card} is no card number of this member", "CARD", hint)
        _require_free(session, new, by)
        kept = [each for each in cards if each[0] != lost]
        desk.load({member})
        body = _body(session, member, [*kept, (new, by.strip(), "card")])
        told = origin(number, writing, reason=reason)
        recorded = desk.act(MEMBER_CHANGE, member, body, session.instant(writing.at), key, told)
        if isinstance(recorded, Refusal):
            raise refused(recorded, session)
        desk.flush()
        shown = next(text for folded, text, _ in cards if folded == lost)
        append.delete_card(session.connection, lost)
        append.insert(session.connection, "cards", [(new, by.strip(), "card", member)])
        day = session.calendar.day_of(session.now)
        append.insert(session.connection, "lost_cards", [(lost, shown, member, day)])
        return Replaced(member, card, by, number, False)


def hand_over_cards(session: Session, member: int, other: int, number: str, writing: Writing) -> None:
    """After a merger: one member's cards lead to the other, who takes the phone where he has none."""
    connection = session.connection
    rows = {each: member_of(row_of(session.connection, each)) for each in (member, other)}
    phone = rows[other].phone or rows[member].phone
    append.move_cards(connection, member, other)
    append.change_phone(connection, member, None)
    append.change_phone(connection, other, phone)
    for each in (other, member):
        desk = session.desk()
        desk.load({each})
        body = _body(session, each, lookups.cards_of(connection, each))
        key = digest(MEMBER_CHANGE, each, 0, (), number)
        at = max(session.instant(writing.at), desk.accounts[each].clock)
        desk.act(MEMBER_CHANGE, each, body, at, key, origin(f"{number}/{each}", writing))
        desk.flush()


def _body(session: Session, member: int, cards: list[tuple[str, str, str]]) -> MemberChangeBody:
    """A change of cards alone, with the digest of the member as he is to be."""
    state = enrol_digest(cards, member_of(row_of(session.connection, member)))
    return MemberChangeBody({}, {}, ["cards"], state.hex())


def _require_free(session: Session, folded: str, shown: str) -> None:
    if session.look_for_member(shown) is not None:
        hint = "look at it with `bonuscli card show`"
        raise BonusError("card_taken", f"{shown} leads to a member already", "--by", hint)
    if reads.lost_cards(session.connection, [folded]):
        raise BonusError("card_taken", f"{shown} was lost by a member", "--by", "give a card that nobody has had")
