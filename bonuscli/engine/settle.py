"""Settling: booking what fell due on an account, each thing at its own instant.

An account is settled to an instant before an event is applied to it and again, to the same instant, after it.  What is
due is booked in order of its instant: holds time out at their deadline, all else is due as a business day begins.  Of
one instant holds come first, then expiries, what ends by inactivity, tier looks, birthday grants and what the calendar
brings.
Settling in two steps equals settling in one, so a redemption meets the same lots whether or not cron has run, and a
late ``expire`` writes what a timely one would have written.
"""

from bonuscli.days import NEVER
from bonuscli.engine import holds, tiers
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows, debit
from bonuscli.engine.holdings import Lot
from bonuscli.engine.versions import Versions
from bonuscli.later import later
from bonuscli.model import EXPIRY, Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bonuscli.engine import birthdays, inactivity, schedule
else:
    birthdays = later("bonuscli.engine.birthdays")
    inactivity = later("bonuscli.engine.inactivity")
    schedule = later("bonuscli.engine.schedule")


def settle(account: Account, rows: Rows, versions: Versions, at: int) -> int:
    """Bring the account to an instant, or leave it at its clock if that is later: book everything due by then.

    The instant's business day.
    """
    day = versions.settling(at).calendar.day_of(at)
    due_on = NEVER
    if account.next_due_on <= day:
        account.know_lots_before(day)  # all that end by then: one by one they would be looked up as often
        due_on = _next_day(account, versions)
    while account.next_due_on <= day:
        begins = versions.settling_on(due_on).calendar.start_of(due_on) if due_on <= day else at
        deadline = holds.time_out(account, rows, versions, min(begins, at))
        if deadline is not None:
            # Every day that began before the deadline has been settled.
            account.clock = max(account.clock, deadline)
            account.seen_on = max(account.seen_on, versions.settling(deadline - 1).calendar.day_of(deadline - 1))
        elif due_on <= day:
            _settle_day(account, rows, versions, due_on)
            account.seen_on = max(account.seen_on, due_on)
        else:
            break  # a hold ends later on this very day
        due_on = reckon_due(account, versions)
    if at >= account.clock:
        # A function of the clock alone, so that an account taken up from its row stands where it stood.
        account.seen_on = day
        account.clock = at
    return day


def reckon_due(account: Account, versions: Versions) -> int:
    """Set the first business day on which something is due (NEVER for none); what is overdue has its own, past day.

    The first on which something besides the end of a hold is.
    """
    due_on = _next_day(account, versions)
    account.next_due_on = min(due_on, holds.next_time_out(account, versions)) if account.holds else due_on
    return due_on


def _next_day(account: Account, versions: Versions) -> int:
    """The first business day as which begins something is due, NEVER for none."""
    due = min(account.soonest_expiry() + 1, NEVER)
    seen_on = account.seen_on
    # Points that came back, or came at all, after the account had ended by inactivity end on this very day.
    if versions.ends_by_inactivity:
        program = versions.settling_on(seen_on)
        if due > seen_on == inactivity.next_day(account, program, seen_on):
            due = seen_on
    for program, begins, ends in versions.ahead(seen_on):
        day = _next_of(account, versions, program, max(seen_on + 1, begins), begins)
        if day < due and day <= ends:
            due = day
    return due


def _next_of(account: Account, versions: Versions, program: Program, first: int, begins: int) -> int:
    """The first business day from ``first`` on as which begins something that a program brings, besides expiries.

    Each is asked only where the program has it: this runs after every event.  ``begins``: the program's own first day.
    """
    due, grants = NEVER, program.grants
    if versions.ends_by_inactivity:
        due = inactivity.next_day(account, program, first)
    if program.tiers is not None:
        due = min(due, max(tiers.next_look(account, program), begins))
    if grants.birthday is not None:
        due = min(due, birthdays.next_day(account, program, first))
    if grants.schedule:
        due = min(due, schedule.next_day(program, first))
    return due


def _settle_day(account: Account, rows: Rows, versions: Versions, day: int) -> None:
    """Book what is due at the start of one business day, in the order of the module."""
    program = versions.settling_on(day)
    at = program.calendar.start_of(day)
    for lot in sorted([lot for lot in account.known_lots.values() if lot.expires_on < day], key=Lot.eating_key):
        _expire(account, rows, versions, lot)
    if day >= account.seen_on:
        inactivity.write_off(account, rows, program, max(at, account.clock), day)
    if tiers.next_look(account, program) <= day:
        tiers.look(account, rows, program, at, day)
    if day > account.seen_on:
        birthdays.give_birthday(account, rows, versions, program, at, day)
        schedule.give_scheduled(account, rows, program, at, day)


def _expire(account: Account, rows: Rows, versions: Versions, lot: Lot) -> None:
    """One expiry entry, at the start of the day after the lot's last (a back-dated credit's: before the clock)."""
    day = lot.expires_on + 1
    at = versions.settling_on(day).calendar.start_of(day)
    lot.expired += lot.remaining
    debit(account, rows, EXPIRY, lot.remaining, at, day, None, [lot])
