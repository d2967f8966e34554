"""``hold``, ``capture`` and ``release``: points put aside at the till, then spent or let go.

A hold is named by its entry (``account:n``) or by its number, the receipt's id where it was given one.  Time-outs are
nobody's verb: settling books them.
"""

import json
import re
from collections import namedtuple

from bonuscli.engine import fold, holds
from bonuscli.engine.account import Account
from bonuscli.engine.figures import value_minor
from bonuscli.errors import BonusError
from bonuscli.model import CAPTURE, HOLD, REDEMPTION, RELEASE, CaptureBody, HoldBody, Program, Refusal, ReleaseBody
from bonuscli.services import admission
from bonuscli.services.desk import NO_PROGRAM, Desk
from bonuscli.services.identity import digest
from bonuscli.services.named import event_named
from bonuscli.services.recorder import Recorded
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import (
    PLAIN,
    Writing,
    conflict,
    fresh_key,
    one_key,
    origin,
    refused,
    require_positive,
    require_total,
)
from bonuscli.store import reads

DEFAULT_SECONDS = 15 * 60
LONGEST_SECONDS = 366 * 86_400
_UNITS = {"m": 60, "h": 3_600, "d": 86_400}

# entry: "account:n" of the hold; held: its points; until: the instant of its deadline; worth_minor: what the points
# pay; open: whether it has not ended (a repeated call may come late).
Held = namedtuple("Held", "entry card held until worth_minor balance available open key replayed entries")
# entry: of the redemption; hold: "account:n"; redeemed, released: points spent and let go.
Captured = namedtuple("Captured", "entry hold card redeemed released worth_minor balance key replayed entries")
Released = namedtuple("Released", "entry hold card released balance available key replayed entries")


def parse_seconds(text: str) -> int:
    """How long a hold lasts, in seconds, from one number and one unit; BonusError ``bad_time``.

    >>> parse_seconds("15m"), parse_seconds("2h")
    (900, 7200)
    """
    written = re.fullmatch(r"([0-9]{1,6})([mhd])", text.strip(), re.ASCII)
    seconds = int(written[1]) * _UNITS[written[2]] if written else 0
    if not 0 < seconds <= LONGEST_SECONDS:
        hint = "write minutes, hours or days, as in 15m, 2h or 1d; the most is 366d"
        raise BonusError("bad_time", f"{text!r} is no length of time for a hold", "--for", hint)
    return seconds


def hold(
    shop: Shop,
    card: str,
    points: int,
    seconds: int | None = None,
    receipt_id: str | None = None,
    total: int | None = None,
    confirmed: bool = False,
    writing: Writing = PLAIN,
) -> Held:
    """Put points (smallest unit, > 0) aside for ``seconds`` (None: 15 minutes), optionally for a receipt to come.

    All limits of a redemption are checked now, those of the receipt with its ``total`` in minor units.
    """
    require_positive(points, "hold")
    require_total(total)
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        member = session.find_member(card)
        number = one_key(receipt_id, writing) or fresh_key(desk)
        desk.prefetch(set(), {number})
        desk.load({member})
        claim = desk.claims.find(number, "", HOLD)
        key = digest(HOLD, desk.teller(claim, member), total or 0, (), points, seconds, receipt_id)
        account = desk.accounts[member if claim is None else claim.member]
        if claim is not None:
            if claim.digest != key:
                raise conflict(f"a hold {number}")
            body = HoldBody(**json.loads(reads.events(session.connection, [claim.seq])[claim.seq].body))
            n = _entry_of(session, account, claim.seq, HOLD)
            return _held(session, desk, account, card, claim.seq, n, body, number)
        at = session.instant(writing.at)
        deadline = max(desk.recorded_at, account.clock, at) + (seconds or DEFAULT_SECONDS)

        def check(trial: Account, program: Program | None) -> Refusal | None:
            if program is None:
                return NO_PROGRAM
            refusal = fold.check_redemption(trial, points, at, total, program, confirmed)
            return refusal or (desk.check_tied(trial, receipt_id, "") if receipt_id else None)

        body = HoldBody(points, deadline, receipt_id, total)
        recorded = desk.act(HOLD, member, body, at, key, origin(number, writing), check)
        if isinstance(recorded, Refusal):
            raise refused(recorded, session)
        answer = _held(session, desk, account, card, recorded.seq, recorded.booked, body, number)
        desk.flush()
        return answer._replace(replayed=False, entries=recorded.entries)


def capture(
    shop: Shop, named: str, points: int | None = None, receipt_id: str | None = None, writing: Writing = PLAIN
) -> Captured:
    """Spend points of a hold, all of them where None, and let the rest go; the receipt that they pay for comes later.

    BonusError ``unknown_hold``; ``usage`` where the hold is for another receipt; ``hold_closed`` once it has ended.
    """
    if points is not None:
        require_positive(points, "capture")
    with shop.writing(writing.dry_run) as session:
        row = find_hold(session, named)
        session = session.within(row.program)
        desk = session.desk()
        wanted = row.points if points is None else points
        receipt = _receipt_of(row, receipt_id)
        if receipt_id is not None:
            one_key(receipt_id, writing)
        number = receipt or writing.key or fresh_key(desk)
        account, key = _account(desk, row, number), digest(CAPTURE, row.member, 0, (), row.seq, wanted)
        claim = desk.claims.find(number, "", CAPTURE)
        if claim is not None:
            if claim.digest != key:
                raise conflict(f"a capture for {number}")
            return _captured(session, account, row, claim.seq, wanted, number)
        at = _instant(session, desk, row, writing)

        def check(trial: Account, program: Program | None) -> Refusal | None:
            tied = desk.check_tied(trial, receipt, "", row.seq) if receipt else None
            return tied or holds.check_capture(trial, row.seq, wanted, desk.recorded_at, program or session.current)

        body = CaptureBody(row.seq, wanted, receipt)
        recorded = desk.act(CAPTURE, row.member, body, at, key, origin(number, writing), check)
        if isinstance(recorded, Refusal):
            raise refused(recorded, session)
        answer = _captured(session, account, row, recorded.seq, wanted, number, recorded)
        desk.flush()
        return answer


def release(shop: Shop, named: str, writing: Writing = PLAIN) -> Released:
    """Give the points of a hold back to their lots; BonusError ``unknown_hold``, ``hold_closed`` once it has ended."""
    with shop.writing(writing.dry_run) as session:
        row = find_hold(session, named)
        session = session.within(row.program)
        desk = session.desk()
        number = writing.key or fresh_key(desk)
        account, key = _account(desk, row, number), digest(RELEASE, row.member, 0, (), row.seq)
        claim = desk.claims.find(number, "", RELEASE)
        if claim is not None:
            if claim.digest != key:
                raise conflict(f"a release {number}")
            return _released(session, account, row, claim.seq, number)
        at = _instant(session, desk, row, writing)

        def check(trial: Account, program: Program | None) -> Refusal | None:
            found = holds.open_hold(trial, row.seq, desk.recorded_at)
            return found if isinstance(found, Refusal) else None

        recorded = desk.act(RELEASE, row.member, ReleaseBody(row.seq), at, key, origin(number, writing), check)
        if isinstance(recorded, Refusal):
            raise refused(recorded, session)
        answer = _released(session, account, row, recorded.seq, number, recorded)
        desk.flush()
        return answer


# --- which hold -----------------------------------------------------------------------------------------------------


def find_hold(session: Session, named: str) -> reads.EventRow:
    """The hold of that entry or key, in whatever program; BonusError ``unknown_hold``."""
    row = event_named(session, named, (HOLD,))
    if row is None or row.kind != HOLD:
        raise BonusError(
            "unknown_hold",
            f"there is no hold {named}",
            "HOLD",
            "give the entry or the key that `bonuscli hold` printed",
        )
    return row


def _receipt_of(row: reads.EventRow, receipt_id: str | None) -> str | None:
    """The receipt that captured points pay for: the one told now, or the one that they were put aside for."""
    own = json.loads(row.body)["receipt"]
    if own and receipt_id and own != receipt_id:
        hint = f"leave --receipt-id out, or release the hold and spend the points for {receipt_id}"
        raise BonusError("usage", f"the hold is for receipt {own}", "--receipt-id", hint)
    return receipt_id or own


def _account(desk: Desk, row: reads.EventRow, number: str) -> Account:
    desk.prefetch(set(), {number})
    desk.load({row.member})
    return desk.accounts[row.member]


def _instant(session: Session, desk: Desk, row: reads.EventRow, writing: Writing) -> int:
    """When it happens: not before the hold; BonusError ``too_early``."""
    at = session.instant(writing.at)
    admission.require_after(at, row.at, "the hold", desk.calendar, "give the time at which the hold ended")
    return at


# --- answers --------------------------------------------------------------------------------------------------------


def _held(
    session: Session, desk: Desk, account: Account, card: str, seq: int, n: int, body: HoldBody, number: str
) -> Held:
    figures = session.figures(desk.accounts[desk.heir(account.member)])
    is_open = not isinstance(holds.open_hold(account, seq, desk.recorded_at), Refusal)
    return Held(
        f"{account.id}:{n}", card, body.points, body.deadline, value_minor(body.points, session.current),
        figures.balance, figures.available, is_open, number, True, 0,
    )  # fmt: skip


def _captured(
    session: Session, account: Account, row: reads.EventRow, seq: int, points: int, number: str,
    recorded: Recorded | None = None,
) -> Captured:  # fmt: skip
    n = recorded.booked if recorded else _entry_of(session, account, seq, REDEMPTION)
    card = reads.card_shown(session.connection, account.member)
    return Captured(
        f"{account.id}:{n}", f"{account.id}:{_entry_of(session, account, row.seq, HOLD)}", card, points,
        row.points - points, value_minor(points, session.current), session.figures(account).balance, number,
        recorded is None, recorded.entries if recorded else 0,
    )  # fmt: skip


def _released(
    session: Session, account: Account, row: reads.EventRow, seq: int, number: str, recorded: Recorded | None = None
) -> Released:
    n = recorded.booked if recorded else _entry_of(session, account, seq, HOLD)
    figures, card = session.figures(account), reads.card_shown(session.connection, account.member)
    return Released(
        f"{account.id}:{n}", f"{account.id}:{_entry_of(session, account, row.seq, HOLD)}", card, row.points,
        figures.balance, figures.available, number, recorded is None, recorded.entries if recorded else 0,
    )  # fmt: skip


def _entry_of(session: Session, account: Account, event: int, kind: str) -> int:
    entries = reads.entries_of_events(session.connection, account.id, [event])
    return next(int(n) for _, of_kind, n, *_ in entries if of_kind == kind)
