"""Why a receipt earned what it earned: scored again as it was then, with the trace, and held against the ledger."""

from collections import namedtuple

from bonuscli.engine import receipts
from bonuscli.engine.trace import not_scored
from bonuscli.errors import BonusError, InvariantBroken
from bonuscli.model import ACCRUAL, RECEIPT, Step
from bonuscli.services.refold import fold_to
from bonuscli.services.shop import Session, Shop
from bonuscli.store import reads

# at: instant; earned, redeemed: points; steps: of Step; lots: (entry, points, opens_on, expires_on, remaining) of what
# the receipt's event opened; version: key of the program version that scored it, None before the first.
Explanation = namedtuple("Explanation", "receipt_id program version card at earned redeemed steps lots account")


def explain(shop: Shop, receipt_id: str, source: str = "") -> Explanation:
    """The explanation of a stored receipt; BonusError ``unknown_receipt``, InvariantBroken where the ledger differs."""
    with shop.reading() as session:
        desk = session.desk()
        desk.prefetch(set(), {receipt_id})
        claim = desk.claims.find_receipt(receipt_id, source)
        if claim is None:
            raise BonusError(
                "unknown_receipt",
                f"there is no receipt {receipt_id}",
                "RECEIPT",
                "look for it with `bonuscli history CARD`",
            )
        row = reads.events(session.connection, [claim.seq])[claim.seq]
        if claim.member is None:
            steps = not_scored(has_card=False)
            return Explanation(receipt_id, session.program, row.version, None, row.at, 0, 0, steps, (), None)
        account = desk.accounts[claim.member]
        earned, lots = _booked(session, account.id, claim.seq)
        steps = _steps(session, claim.member, account.id, claim.seq, earned, receipt_id)
        card = reads.card_shown(session.connection, claim.member)
        return Explanation(
            receipt_id, session.program, row.version, card, row.at, earned, row.spent, steps, lots, account.id
        )


def _booked(session: Session, account: int, seq: int) -> tuple[int, tuple[tuple, ...]]:
    """What the ledger says that the receipt earned, and the lots that its event opened."""
    earned, lots = 0, []
    left = {n: remaining for n, _, _, remaining, _ in reads.lots_in_order(session.connection, account)}
    for _, kind, n, points, opens_on, expires_on, _ in reads.entries_of_events(session.connection, account, [seq]):
        if kind == ACCRUAL:
            earned += points
        if opens_on is not None:
            lots.append((n, points, opens_on, expires_on, left.get(n, 0)))
    return earned, tuple(lots)


def _steps(session: Session, member: int, account_id: int, seq: int, earned: int, receipt_id: str) -> tuple[Step, ...]:
    account, event = fold_to(session.connection, member, account_id, seq, session.versions)
    program = session.versions.program(event.version)
    if event.kind != RECEIPT or program is None:
        return not_scored(has_card=True)
    award = receipts.traced(account, event, program)
    if award.points != earned:
        raise InvariantBroken(
            f"receipt {receipt_id}: the ledger has {earned} points, scoring it again gives {award.points}"
        )
    return tuple(award.steps)
