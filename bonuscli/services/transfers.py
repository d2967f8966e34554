"""``transfer`` and ``card merge``: points that move from one member to another.

Both accounts are brought to the later of their clocks and book at one instant, in one transaction.
"""

from collections import namedtuple

from bonuscli.engine import transfers
from bonuscli.engine.account import Account
from bonuscli.engine.standing import refuse_closed, refuse_spending, why_barred
from bonuscli.errors import BonusError
from bonuscli.model import MERGE, TRANSFER, MergeBody, Program, Refusal, TransferBody
from bonuscli.services.desk import NO_PROGRAM, Desk
from bonuscli.services.identity import digest
from bonuscli.services.card_changes import hand_over_cards
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import PLAIN, Writing, conflict, fresh_key, origin, refused
from bonuscli.store import lookups

# entry: "account:n" of what left; balance: of the giver, balance_to: of the other.
Transferred = namedtuple("Transferred", "entry card to_card transferred balance balance_to key replayed entries")
# moved: points of all kinds that went over, owed: the debt that went with them; balance: of the member that stays.
Merged = namedtuple("Merged", "card to_card moved owed balance pending tier key replayed entries")


def transfer(shop: Shop, card: str, to_card: str, points: int, writing: Writing = PLAIN) -> Transferred:
    """Give open points (smallest unit, > 0) of one member to another, with their lots' days."""
    if points <= 0:
        raise BonusError("bad_points", "the number of points to transfer must be above 0", "POINTS", "give a number")
    with shop.writing(writing.dry_run) as session:
        desk, (member, other) = _desk_of(session, card, to_card)
        number = writing.key or fresh_key(desk)
        desk.prefetch(set(), {number})
        key = digest(TRANSFER, member, 0, (), other, points)
        claim = desk.claims.find(number, "", TRANSFER)
        if claim is not None and claim.digest != key:
            raise conflict(f"a transfer {number}")
        account, receiver = desk.accounts[member], desk.accounts[other]
        entries, seq = 0, claim.seq if claim is not None else 0
        if claim is None:
            at = max(session.instant(writing.at), account.clock, receiver.clock)

            def check(trial: Account, program: Program | None) -> Refusal | None:
                if program is None:
                    return NO_PROGRAM
                barred = refuse_closed(receiver) or refuse_spending(_barred(trial, receiver, program))
                return barred or transfers.check_transfer(trial, points, at, program)

            body = TransferBody(other, points)
            recorded = desk.act(TRANSFER, member, body, at, key, origin(number, writing), check)
            if isinstance(recorded, Refusal):
                raise refused(recorded, session)
            entries, seq = recorded.entries, recorded.seq
        figures, figures_to = session.figures(account), session.figures(receiver)
        desk.flush()
        ((n, *_),) = lookups.entries_of_event(session.connection, account.id, seq)
        return Transferred(
            f"{account.id}:{n}", card, to_card, points, figures.balance, figures_to.balance, number, claim is not None,
            entries,
        )  # fmt: skip


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
            if claim.digest != digest(MERGE, claim.member, 0, (), session.find_member(to_card)):
                raise conflict(f"a merger {number}")
            return _merged(session, card, to_card, (0, 0, 0), number, True)
        member, other = session.find_member(card), session.find_member(to_card)
        key = digest(MERGE, member, 0, (), other)
        _require_two(member, other, card, to_card)
        done = {
            program: _merge_in(session.within(program), member, other, number, key, writing)
            for program in session.programs
        }
        hand_over_cards(session, member, other, number, writing)
        moved, owed, _ = done[session.program]
        entries = sum(each for *_, each in done.values())
        return _merged(session, card, to_card, (moved, owed, entries), number, False)


def _merged(
    session: Session, card: str, to_card: str, told: tuple[int, int, int], number: str, replayed: bool
) -> Merged:
    desk = session.desk()
    other = session.find_member(to_card)
    desk.load({other})
    figures = session.figures(desk.accounts[other])
    moved, owed, entries = told
    return Merged(
        card, to_card, moved, owed, figures.balance, figures.pending, figures.tier, number, replayed, entries
    )


def _source(session: Session) -> str:
    """A merger has an event in each program, told apart by their source."""
    return f"program:{session.program}"


def _merge_in(
    session: Session, member: int, other: int, number: str, key: bytes, writing: Writing
) -> tuple[int, int, int]:
    """Points moved, points owed, and entries, in one program."""
    desk = session.desk()
    desk.load({member, other})
    account, receiver = desk.accounts[member], desk.accounts[other]
    for each in (account, receiver):
        if each.merged_into is not None:
            raise refused(refuse_closed(each), session)
    at = max(session.instant(writing.at), account.clock, receiver.clock)
    trial = desk.trial(account, at)
    moved = sum(lot.remaining for lot in trial.lots.values()) + trial.held
    told = origin(number, writing, source=_source(session))
    recorded = desk.act(MERGE, member, MergeBody(other, receiver.id), at, key, told)
    if isinstance(recorded, Refusal):
        raise refused(recorded, session)
    desk.flush()
    return moved, trial.deficit, recorded.entries


def _desk_of(session: Session, card: str, to_card: str) -> tuple[Desk, tuple[int, int]]:
    """A desk with both members; BonusError ``usage`` where they are one."""
    members = session.find_member(card), session.find_member(to_card)
    _require_two(*members, card, to_card)
    desk = session.desk()
    desk.load(set(members))
    return desk, members


def _barred(giver: Account, receiver: Account, program: Program) -> str | None:
    return why_barred(giver, None, frozenset(), program) or why_barred(receiver, None, frozenset(), program)


def _require_two(member: int, other: int, card: str, to_card: str) -> None:
    if member == other:
        raise BonusError("usage", f"{card} and {to_card} are one member's", "TO", "name two members")
