"""``action``: what a shop reports of a member that is no purchase, a review or a repost, rewarded by the program."""

from collections import namedtuple

from bonuscli.engine import granting
from bonuscli.engine.account import Account
from bonuscli.errors import BonusError
from bonuscli.model import ACTION, ActionBody, Program, Refusal
from bonuscli.near import near_or_known
from bonuscli.services.desk import NO_PROGRAM, Desk
from bonuscli.services.identity import digest
from bonuscli.services.recorder import Recorded
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import PLAIN, Writing, conflict, fresh_key, lost_at_once, origin, refused
from bonuscli.store import reads

# entry: "account:n"; granted: points; opens_on, expires_on: days of their lot; lost: whether it ended as it opened.
Acted = namedtuple("Acted", "entry card action granted opens_on expires_on balance pending key replayed entries lost")


def act(
    shop: Shop, card: str, action: str, receipt: str | None = None, link: str | None = None, writing: Writing = PLAIN
) -> Acted:
    """Reward an action of the program in force at its time.

    BonusError ``unknown_card``, ``unknown_action``, ``usage`` (a receipt or link that the action needs is not told),
    ``unknown_receipt`` (none of this member), ``key_conflict``; the program's no: ``not_eligible``, ``limit_reached``.
    """
    body = ActionBody(action, receipt or None, link.strip() if link else None)
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        member = session.find_member(card)
        number = writing.key or fresh_key(desk)
        desk.prefetch(set(), {number, *([receipt] if receipt else [])})
        desk.load({member})
        claim = desk.claims.find(number, "", ACTION)
        key = digest(ACTION, desk.teller(claim, member), 0, (), *body)
        if claim is not None and claim.digest != key:
            raise conflict(f"an action {number}")
        if claim is not None:
            seq, entries, lost = claim.seq, 0, False
        else:
            recorded = _record(session, desk, member, body, key, number, writing)
            if isinstance(recorded, Refusal):
                raise refused(recorded, session)
            seq, entries, lost = recorded.seq, recorded.entries, lost_at_once(recorded)
        figures = session.figures(desk.accounts[member])
        account = desk.accounts[member if claim is None else claim.member]
        desk.flush()
        _, _, n, points, opens_on, expires_on, _ = next(reads.entries_of_events(session.connection, account.id, [seq]))
        return Acted(
            f"{account.id}:{n}", card, action, points, opens_on, expires_on, figures.balance, figures.pending, number,
            claim is not None, entries, lost,
        )  # fmt: skip


def _record(
    session: Session, desk: Desk, member: int, body: ActionBody, key: bytes, number: str, writing: Writing
) -> Recorded | Refusal:
    """The event of an action, or why it is not rewarded; BonusError for what the program does not know."""
    at = session.instant(writing.at)
    version = desk.versions.in_force(at)
    if version is None:
        return NO_PROGRAM
    program = version.program
    _require_known(body, program)
    _require_receipt(desk, member, body.receipt)

    def check(trial: Account, _: Program | None) -> Refusal | None:
        return granting.check_action(trial, body, program, program.calendar.day_of(at))

    return desk.act(ACTION, member, body, at, key, origin(number, writing), check, subject=body.action)


def _require_known(body: ActionBody, program: Program) -> None:
    """An action of the program, told with what its limits count by."""
    action = program.grants.actions.get(body.action)
    if action is None:
        known = list(program.grants.actions)
        hint = near_or_known(body.action, known) if known else "the program rewards none: see grants, actions"
        raise BonusError("unknown_action", f"the program has no action {body.action!r}", "ACTION", hint)
    per_receipt = action.limit is not None and action.limit.per == granting.RECEIPT
    if not body.receipt and (per_receipt or action.once_per == granting.RECEIPT):
        raise BonusError("usage", f"{action.id} is counted by receipt", "--receipt", "say for which one it was done")
    if not body.link and action.once_per == granting.LINK:
        raise BonusError("usage", f"{action.id} is rewarded once per link", "--link", "say where it can be seen")


def _require_receipt(desk: Desk, member: int, receipt: str | None) -> None:
    """A receipt that is named is one of the member's own, of whatever source."""
    if receipt and not desk.claims.owns_receipt(receipt, member):
        raise BonusError(
            "unknown_receipt",
            f"the member has no receipt {receipt}",
            "--receipt",
            "look for it with `bonuscli history CARD`",
        )
