"""``transfer`` and ``card merge``: points that move from one member to another.

Both accounts are brought to the later of their clocks and book at one instant, in one transaction.  A repeated call is
known by its key, also where the members were merged since.
"""

import json
from collections import namedtuple

from bonuscli.engine import transfers
from bonuscli.engine.account import Account
from bonuscli.engine.standing import refuse_closed
from bonuscli.errors import BonusError
from bonuscli.model import EFFECT, MERGE, TRANSFER, TRANSFER_IN, TRANSFER_OUT, MergeBody, Program, Refusal, TransferBody
from bonuscli.services.card_changes import hand_over_cards
from bonuscli.services.claims import Claim
from bonuscli.services.desk import NO_PROGRAM, Desk
from bonuscli.services.identity import digest
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import PLAIN, Writing, conflict, fresh_key, origin, refused
from bonuscli.store import lookups, reads

# entry: "account:n" of what left; balance: of the giver, balance_to: of the other.
Transferred = namedtuple("Transferred", "entry card to_card transferred balance balance_to key replayed entries")
# moved: points of all kinds that went over, owed: the debt that went with them; balance: of the member that stays.
Merged = namedtuple("Merged", "card to_card moved owed balance pending tier key replayed entries")


def transfer(shop: Shop, card: str, to_card: str, points: int, writing: Writing = PLAIN) -> Transferred:
    """Give open points (smallest unit, > 0) of one member to another, with their lots' days."""
    if points <= 0:
        raise BonusError("bad_points", "the number of points to transfer must be above 0", "POINTS", "give a number")
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        member, other = session.find_member(card), session.find_member(to_card)
        number = writing.key or fresh_key(desk)
        desk.prefetch(set(), {number})
        desk.load({member, other})
        claim = desk.claims.find(number, "", TRANSFER)
        if claim is not None:
            _require_same_transfer(session, desk, claim, (member, other, points))
            return _transferred(session, desk, (card, to_card), (claim.member, claim.seq), points, number)
        _require_two(member, other, card, to_card)
        account, receiver = desk.accounts[member], desk.accounts[other]
        at = max(session.instant(writing.at), account.clock, receiver.clock)

        def check(trial: Account, program: Program | None) -> Refusal | None:
            if program is None:
                return NO_PROGRAM
            closed = refuse_closed(receiver)
            if closed is not None:
                return closed._replace(message=f"{closed.message}: {to_card}")
            return transfers.check_transfer(trial, desk.trial(receiver, at), points, at, program)

        key = digest(TRANSFER, member, 0, (), other, points)
        recorded = desk.act(TRANSFER, member, TransferBody(other, points), at, key, origin(number, writing), check)
        if isinstance(recorded, Refusal):
            raise refused(recorded, session)
        desk.flush()
        told = _transferred(session, desk, (card, to_card), (member, recorded.seq), points, number)
        return told._replace(replayed=False, entries=recorded.entries)


def _require_same_transfer(session: Session, desk: Desk, claim: Claim, asked: tuple[int, int, int]) -> None:
    """The transfer of a key is the one that is asked for, whoever its members are by now."""
    row = reads.events(session.connection, [claim.seq])[claim.seq]
    to = TransferBody(**json.loads(row.body)).to
    desk.load({to})
    if (desk.heir(row.member), desk.heir(to), row.points) != asked:
        raise conflict(f"a transfer {row.number}")


def _transferred(
    session: Session, desk: Desk, cards: tuple[str, str], booked: tuple[int, int], points: int, number: str
) -> Transferred:
    """A transfer that is booked, by (member, seq of its event), with today's balances."""
    member, seq = booked
    giver = desk.accounts[member].id
    balance, balance_to = (session.figures(desk.accounts[session.find_member(card)]).balance for card in cards)
    n, *_ = next(each for each in lookups.entries_of_event(session.connection, giver, seq))
    return Transferred(f"{giver}:{n}", *cards, points, balance, balance_to, number, True, 0)


def sent_points(session: Session, desk: Desk, row: reads.EventRow, at: int) -> tuple[int, tuple[int, list[int]] | None]:
    """The instant at which a transfer can be undone, the later of ``at`` and both clocks, and what it sent: the member
    and his entries, None where not all of their points are there."""
    to = TransferBody(**json.loads(row.body)).to
    desk.load({to})
    receiver = desk.accounts[to]
    at = max(at, desk.accounts[row.member].clock, receiver.clock)
    there = desk.trial(receiver, at).lots
    number = f"{transfers.TRANSFERRED}:{row.seq}"
    effect = next(seq for _, _, kind, seq, *_ in reads.claims(session.connection, [number]) if kind == EFFECT)
    booked = lookups.entries_of_event(session.connection, receiver.id, effect)
    if not all(n in there and there[n].remaining == points for n, _, points in booked):
        return at, None
    return at, (to, [n for n, *_ in booked])


def merge(shop: Shop, card: str, to_card: str, writing: Writing = PLAIN) -> Merged:
    """Merge one member into another for good: every lot, the debt, what counts, and the cards go over.

    In every program of the shop.  Afterwards the first member's cards lead to the second.
    """
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        number = writing.key or fresh_key(desk)
        desk.prefetch(set(), {number})
        claim = desk.claims.find(number, _source(session), MERGE)
        if claim is not None:
            _require_same_merger(session, desk, claim, {session.find_member(card), session.find_member(to_card)})
            return _merged(session, card, to_card, (*_went_over(session, claim.member, claim.seq), 0), number, True)
        member, other = session.find_member(card), session.find_member(to_card)
        key = digest(MERGE, member, 0, (), other)
        _require_two(member, other, card, to_card)
        done = {
            program: _merge_in(session.within(program), {member: card, other: to_card}, number, key, writing)
            for program in session.programs
        }
        hand_over_cards(session, member, other, number, writing)
        moved, owed, _ = done[session.program]
        entries = sum(each for *_, each in done.values())
        return _merged(session, card, to_card, (moved, owed, entries), number, False)


def _require_same_merger(session: Session, desk: Desk, claim: Claim, asked: set[int]) -> None:
    """The merger of a key is of the members that are named, both of whom are the heir by now."""
    row = reads.events(session.connection, [claim.seq])[claim.seq]
    into = MergeBody(**json.loads(row.body)).into
    desk.load({into})
    if asked != {desk.heir(into)}:
        raise conflict(f"a merger {row.number}")


def _merged(
    session: Session, card: str, to_card: str, told: tuple[int, int, int], number: str, replayed: bool
) -> Merged:
    desk = session.desk()
    other = session.find_member(to_card)
    desk.load({other})
    figures = session.figures(desk.accounts[other])
    moved, owed, entries = told
    return Merged(card, to_card, moved, owed, figures.balance, figures.pending, figures.tier, number, replayed, entries)


def _went_over(session: Session, member: int, seq: int) -> tuple[int, int]:
    """Points moved and points owed by a merger that is booked: what left the account, and what cancelled its debt."""
    desk = session.desk()
    desk.load({member})
    booked = lookups.entries_of_event(session.connection, desk.accounts[member].id, seq)
    moved = sum(points for _, kind, points in booked if kind == TRANSFER_OUT)
    owed = sum(points for _, kind, points in booked if kind == TRANSFER_IN)
    return -moved, owed


def _source(session: Session) -> str:
    """A merger has an event in each program, told apart by their source."""
    return f"program:{session.program}"


def _merge_in(
    session: Session, cards: dict[int, str], number: str, key: bytes, writing: Writing
) -> tuple[int, int, int]:
    """Points moved, points owed, and entries, in one program; ``cards``: of the member that goes and of the other.

    BonusError ``card_blocked`` of either: points of a blocked member would be spent by the other, and what is open
    would be blocked without a word.
    """
    desk = session.desk()
    member, other = cards
    desk.load({member, other})
    account, receiver = desk.accounts[member], desk.accounts[other]
    for each, card in ((account, cards[member]), (receiver, cards[other])):
        closed = refuse_closed(each)
        if closed is not None:
            hint = f"where it is meant, `bonuscli card unblock {card}` first, and block the member that stays"
            raise BonusError(closed.code, f"{closed.message}: {card}", None, hint)
    at = max(session.instant(writing.at), account.clock, receiver.clock)
    told = origin(number, writing, source=_source(session))
    recorded = desk.act(MERGE, member, MergeBody(other, receiver.id), at, key, told)
    if isinstance(recorded, Refusal):
        raise refused(recorded, session)
    desk.flush()
    return *_went_over(session, member, recorded.seq), recorded.entries


def _require_two(member: int, other: int, card: str, to_card: str) -> None:
    if member == other:
        raise BonusError("usage", f"{card} and {to_card} are one member's", "TO", "name two members")
