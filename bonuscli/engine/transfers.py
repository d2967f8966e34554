"""Points that move from one member's account to another's: some of them, or with a merger everything there is.

Both accounts book at one instant.  What leaves is a debit over open lots; what arrives is an effect that names each lot
with its days, so that points never live longer by being given away; while they are all there, they can be sent back.  A
merger moves pending lots too, lets open holds go, moves the debt as one debit, and adds up what counts towards tiers,
limits and daily bounds; the higher tier stays.  What it leaves behind, receipts that may come back, is in ``heirs``.

Worked number: 80 open points, 30 of them to expire in May and 50 in June; a transfer of 40 brings the other member a
lot of 30 and a lot of 10.
"""

from __future__ import annotations

from bonuscli.engine import heirs, holds, passes, standing, tiers
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows, cancel_rests, debit, give_back
from bonuscli.engine.holdings import Effect
from bonuscli.engine.versions import Versions
from bonuscli.model import TRANSFER_IN, TRANSFER_OUT, Event, Inherited, Program, Refusal
from bonuscli.units import format_decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TRANSFERRED, SENT_BACK, MERGED = "transfer", "sent-back", "merge"


def book_transfer(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    """Take the points out of open lots in eating order, and send them; the entry's number."""
    at = max(event.at, account.clock)
    day = versions.settling(at).calendar.day_of(at)
    n = debit(account, rows, TRANSFER_OUT, event.body.points, at, day, event.seq, account.open_lots(day))
    terms = {"lots": _lots_of(account, n)}
    account.effects.append(Effect(event.body.to, TRANSFERRED, f"{TRANSFERRED}:{event.seq}", at, terms))
    return n


def receive(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    """Book the lots that another member sent; the last entry's number."""
    return _take_in(account, event, event.body.terms["lots"], rows)[-1]


def take_back(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    """Undo a transfer: its points come back to their lots, and are to be sent back; the entry's number."""
    at = max(event.at, account.clock)
    day = versions.settling(at).calendar.day_of(at)
    ((entry, points),) = event.body.entries
    n, _ = give_back(account, rows, TRANSFER_IN, entry, -points, at, day, event.seq)
    member, lots = event.body.sent
    account.effects.append(Effect(member, SENT_BACK, f"{SENT_BACK}:{event.seq}", at, {"lots": lots, "points": -points}))
    return n


def send_back(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    """Take points that another member sent out of the lots that they are in; the entry's number."""
    at = max(event.at, account.clock)
    day = versions.settling(at).calendar.day_of(at)
    lots = [account.lot(n) for n in event.body.terms["lots"]]
    return debit(account, rows, TRANSFER_OUT, event.body.terms["points"], at, day, event.seq, lots)


def book_merge(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    """Send everything to the member into whom this one is merged, and close the account; the last entry's number."""
    at = max(event.at, account.clock)
    day = versions.settling(at).calendar.day_of(at)
    for hold in sorted(account.holds):
        holds.let_go(account, rows, versions, hold, at, event.seq)
    out, lots, owed = 0, [], [[n, rest] for n, rest in sorted(account.rests.items())]
    # What a hold let go of too late does not move: it expires here, in the settling after this event.
    alive = [lot for lot in account.all_lots(day) if lot.expires_on >= day]
    points = sum(lot.remaining for lot in alive)
    if points:
        out = debit(account, rows, TRANSFER_OUT, points, at, day, event.seq, alive)
        lots = _lots_of(account, out)
    n = cancel_rests(account, rows, TRANSFER_IN, at, day, event.seq) if owed else out
    terms = {"account": account.id, "debit": out, "lots": lots, "owed": owed, **_counted(account)}
    terms["passes"] = passes.hand_over(account)
    account.effects.append(Effect(event.body.into, MERGED, f"{MERGED}:{event.seq}", at, terms))
    account.merged_into = event.body.account
    return n


def take_over(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    """Book what a merged account had; the last entry's number."""
    n, terms = 0, event.body.terms
    for n, (*_, points, _, lot) in zip(_take_in(account, event, terms["lots"], rows), terms["lots"], strict=True):
        rows.inherited.append(Inherited(n, terms["account"], terms["debit"], lot, points))
    at = max(event.at, account.clock)
    program = versions.settling(at)
    day = program.calendar.day_of(at)
    owed = sum(rest for _, rest in terms["owed"])
    if owed:
        n = debit(account, rows, TRANSFER_OUT, owed, at, day, event.seq, account.all_lots(day))
    for number, spend, earned, receipts, redemptions in terms["days"]:
        bucket = account.spend_on(number, spend)
        bucket.earned += earned
        bucket.receipts += receipts
        bucket.redemptions += redemptions
    for name, counted_on, count in terms["tallies"]:
        account.tally(name, counted_on, count)
    passes.take_over(account, terms["passes"])
    account.receipts += terms["receipts"]
    if terms["last_purchase_on"] is not None:
        account.last_purchase_on = max(account.last_purchase_on or terms["last_purchase_on"], terms["last_purchase_on"])
    tiers.take_higher(account, rows, program, terms["tier"], at, day, event.seq)
    return n


def check_transfer(giver: Account, receiver: Account, points: int, at: int, program: Program) -> Refusal | None:
    """Both must take part; points that are owed, on hold or not open yet can not be given away.

    Both accounts must be settled to ``at``.
    """
    day = program.calendar.day_of(at)
    barred = standing.barred_on(giver, program, day) or standing.barred_on(receiver, program, day)
    if barred is not None:
        return standing.refuse_spending(barred)
    open_points = giver.open_points(day)
    if points > open_points:
        asked, shown = (format_decimal(each, program.points.scale) for each in (points, open_points))
        return Refusal("insufficient_points", f"{asked} to be given, {shown} open", open_points)
    return None


def _take_in(account: Account, event: Event, lots: list[list[int]], rows: Rows) -> list[int]:
    """Open lots with the days of the giver's; the entries' numbers."""
    at = max(event.at, account.clock)
    return [
        heirs.receive(account, rows, TRANSFER_IN, points, (at, event), (opens_on, expires_on), bool(prolonged))
        for opens_on, expires_on, points, prolonged, _ in lots
    ]


def _lots_of(account: Account, debit_n: int) -> list[list[int]]:
    """[opens_on, expires_on, points, whether prolonged, n] of what a debit took, in the order in which it took it."""
    taken = account.debits[debit_n]
    lots = [(account.lot(n), points) for n, points in taken.items() if points]
    return [[lot.opens_on, lot.expires_on, points, int(bool(lot.origin)), lot.n] for lot, points in lots]


def _counted(account: Account) -> dict[str, Any]:
    return {
        "tier": account.tier,
        "receipts": account.receipts,
        "last_purchase_on": account.last_purchase_on,
        "days": [
            [day, bucket.spend, bucket.earned, bucket.receipts, bucket.redemptions]
            for day, bucket in sorted(account.days.items())
        ],
        "tallies": [
            [name, day, count] for name, days in sorted(account.tallies.items()) for day, count in sorted(days.items())
        ],
    }
