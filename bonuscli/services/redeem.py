"""``redeem`` and ``adjust``: points taken or given outside a receipt."""

from bonuscli.errors import BonusError
from bonuscli.model import ADJUST, REDEEM, Refusal
from bonuscli.records import namedtuple
from bonuscli.services.desk import Desk
from bonuscli.services.excerpts import for_spending, require_untouched
from bonuscli.services.identity import digest
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import (
    PLAIN,
    Writing,
    conflict,
    fresh_key,
    lost_at_once,
    one_key,
    origin,
    refused,
    require_positive,
    require_total,
)
from bonuscli.store import reads

# entry: "account:n" of the redemption; redeemed: points; worth_minor: what they pay; lost: whether points that were
# given ended as they opened.
Redeemed = namedtuple("Redeemed", "entry card redeemed worth_minor balance key replayed entries")
Adjusted = namedtuple("Adjusted", "entry card adjusted balance pending key replayed entries lost")


def redeem(
    shop: Shop,
    card: str,
    points: int,
    receipt_id: str | None = None,
    total: int | None = None,
    confirmed: bool = False,
    writing: Writing = PLAIN,
    source: str = "",
) -> Redeemed:
    """Spend points (smallest unit, > 0), optionally for a receipt that comes later."""
    with shop.writing(writing.dry_run) as session:
        desk = desk_for_one(session, card, points, writing)
        return spend(desk, session, card, points, receipt_id, total, confirmed, writing, source)


def desk_for_one(session: Session, card: str, points: int, writing: Writing) -> Desk:
    """A desk for one redemption, at which no more lots are read than it eats."""
    require_positive(points, "spend")
    desk = session.desk()
    member, at = session.find_member(card), session.instant(writing.at)
    excerpt = for_spending(session.connection, session.program, member, session.versions, points, at, session.now)
    if excerpt is not None:
        desk.accounts[member] = excerpt
    return desk


def spend(
    desk: Desk,
    session: Session,
    card: str,
    points: int,
    receipt_id: str | None = None,
    total: int | None = None,
    confirmed: bool = False,
    writing: Writing = PLAIN,
    source: str = "",
) -> Redeemed:
    """What :func:`redeem` does within a transaction, at a desk that has just begun or resumed in it and that is good
    for nothing more where an error is raised."""
    require_positive(points, "spend")
    require_total(total)
    member = session.find_member(card)
    number = one_key(receipt_id, writing) or fresh_key(desk)
    desk.prefetch(set(), {number})
    desk.load({member})
    claim = desk.claims.find(number, source, REDEEM)
    key = digest(REDEEM, desk.teller(claim, member), total or 0, (), points)
    if claim is not None:
        if claim.digest != key:
            raise conflict(f"a redemption for {number}")
        account = desk.accounts[claim.member]
        n = _entry_of(session, account.id, claim.seq)
        balance = session.figures(desk.accounts[member]).balance
        worth = reads.events(session.connection, [claim.seq])[claim.seq].spent_minor
        return Redeemed(f"{account.id}:{n}", card, points, worth, balance, number, True, 0)
    at = session.instant(writing.at)
    recorded = desk.redeem(member, points, total, at, confirmed, key, origin(number, writing, source))
    if isinstance(recorded, Refusal):
        raise refused(recorded, session)
    figures = session.figures(recorded.account)
    require_untouched(recorded.account)
    desk.flush()
    worth = reads.events(session.connection, [recorded.seq])[recorded.seq].spent_minor
    entry = f"{recorded.account.id}:{recorded.booked}"
    return Redeemed(entry, card, points, worth, figures.balance, number, False, recorded.entries)


def adjust(shop: Shop, card: str, points: int, reason: str, writing: Writing = PLAIN) -> Adjusted:
    """Give (> 0) or take (< 0) points by hand, with a reason."""
    if not points:
        raise BonusError("bad_points", "an adjustment of 0 changes nothing", "POINTS", "give +N or -N")
    if not reason.strip():
        raise BonusError("usage", "an adjustment needs a reason", "--reason", "say why, for the record")
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        member = session.find_member(card)
        number = writing.key or fresh_key(desk)
        desk.prefetch(set(), {number})
        desk.load({member})
        claim = desk.claims.find(number, "", ADJUST)
        key = digest(ADJUST, desk.teller(claim, member), 0, (), points, reason)
        if claim is not None:
            if claim.digest != key:
                raise conflict(f"an adjustment {number}")
            account = desk.accounts[claim.member]
            figures = session.figures(desk.accounts[member])
            n = _entry_of(session, account.id, claim.seq)
            return Adjusted(f"{account.id}:{n}", card, points, figures.balance, figures.pending, number, True, 0, False)
        at = session.instant(writing.at)
        recorded = desk.adjust(member, points, at, key, origin(number, writing, reason=reason))
        if isinstance(recorded, Refusal):
            raise refused(recorded, session)
        figures, lost = session.figures(recorded.account), points > 0 and lost_at_once(recorded)
        desk.flush()
        entry = f"{recorded.account.id}:{recorded.booked}"
        return Adjusted(entry, card, points, figures.balance, figures.pending, number, False, recorded.entries, lost)


def _entry_of(session: Session, account: int, event: int) -> int:
    return int(next(reads.entries_of_events(session.connection, account, [event]))[2])
