"""Holds: points put aside at the till, then spent (captured) or let go (released, or timed out at the deadline).

A hold is a debit like any other, so points on hold are in no lot: they are not spent twice and do not expire.  It ends
exactly once.  Letting go gives the points back to their lots; capturing puts a redemption in the hold's place, as if
the points had been spent when they were put aside, and lets the rest go.  The hold counts as a redemption of its day;
letting the whole of it go takes that back.

Worked number: 100 points, 60 of them held and 45 captured: entries of -60, +60 and -45, and 55 left in the lot.
"""

from bonuscli.days import NEVER
from bonuscli.engine.account import HOLDS, Account
from bonuscli.engine.book import Rows, debit, exchange, give_back
from bonuscli.engine.holdings import Hold
from bonuscli.engine.versions import Versions
from bonuscli.model import HOLD, REDEMPTION, Event, Program, Refusal
from bonuscli.units import format_decimal


def book_hold(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    """Put points aside, from open lots in eating order; the entry's number."""
    program = versions.program(event.version) or versions.first
    body = event.body
    at = max(event.at, account.clock)
    day = program.calendar.day_of(at)
    n = debit(account, rows, HOLD, body.points, at, day, event.seq, account.open_lots(day))
    account.day(event.day).redemptions += 1
    account.holds[event.seq] = Hold(n, body.points, body.deadline, at, event.day)
    account.touch(HOLDS, event.seq)
    return n


def book_capture(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    """Spend held points, and let the rest of them go; the redemption's number.

    Both entries bear the hold's own instant: the points were out of their lots from then on.
    """
    hold = _close(account, event.body.hold)
    day = versions.settling(hold.at).calendar.day_of(hold.at)
    kinds = (HOLD, REDEMPTION)
    n = exchange(account, rows, hold.entry, kinds, event.body.points, hold.at, day, event.seq)
    account.redeemed_by[event.seq] = n, hold.day
    return n


def book_release(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    """Give held points back to their lots because somebody said so; the entry's number."""
    return let_go(account, rows, versions, event.body.hold, event.at, event.seq)


def let_go(account: Account, rows: Rows, versions: Versions, hold_event: int, at: int, event: int | None) -> int:
    """Give held points back to their lots, not before they were put aside; the entry's number."""
    hold = _close(account, hold_event)
    at = max(at, hold.at)
    day = versions.settling(at).calendar.day_of(at)
    account.day(hold.day).redemptions -= 1
    n, _ = give_back(account, rows, HOLD, hold.entry, hold.points, at, day, event)
    return n


def time_out(account: Account, rows: Rows, versions: Versions, through: int) -> int | None:
    """Let the first hold go whose deadline has come by an instant; its deadline, None where there was none."""
    due = [(hold.deadline, event) for event, hold in account.holds.items() if hold.deadline <= through]
    if not due:
        return None
    deadline, event = min(due)
    let_go(account, rows, versions, event, deadline, None)
    return deadline


def next_time_out(account: Account, versions: Versions) -> int:
    """The business day of the first deadline, NEVER without a hold."""
    if not account.holds:
        return NEVER
    deadline = min(hold.deadline for hold in account.holds.values())
    return int(versions.settling(deadline).calendar.day_of(deadline))


def check_capture(account: Account, hold_event: int, points: int, recorded_at: int, program: Program) -> Refusal | None:
    """Why held points can not be spent: the hold has ended, it is too small, or they are no whole steps."""
    hold = open_hold(account, hold_event, recorded_at)
    if isinstance(hold, Refusal):
        return hold
    if points > hold.points:
        held = format_decimal(hold.points, program.points.scale)
        return Refusal("insufficient_points", f"{held} are on hold", hold.points)
    if program.redeem is not None and points % program.redeem.step:
        step = format_decimal(program.redeem.step, program.points.scale)
        return Refusal("not_a_step", f"points are spent in steps of {step}", hold.points)
    return None


def open_hold(account: Account, hold_event: int, recorded_at: int) -> Hold | Refusal:
    """A hold that has not ended; the wall clock counts, so that it ends in time whether or not cron has run."""
    hold = account.holds.get(hold_event)
    if hold is None:
        return Refusal("hold_closed", "the hold was captured, released or timed out", None)
    if hold.deadline <= recorded_at:
        return Refusal("hold_closed", "the hold's time was over", None)
    return hold


def _close(account: Account, hold_event: int) -> Hold:
    account.touch(HOLDS, hold_event)
    return account.holds.pop(hold_event)
