"""Settling: booking what fell due on an account, each thing at its own instant.

An account is settled to an instant before an event is applied to it and again, to the same instant, after it.  What is
due is booked in order of its instant; of one instant expiries come before tier looks, and those before birthday grants.
Settling in two steps equals settling in one, so a redemption meets the same lots whether or not cron has run, and a
late ``expire`` writes what a timely one would have written.
"""

from bonuscli.days import NEVER, add, anniversary, civil, round_up
from bonuscli.engine import tiers
from bonuscli.engine.account import WELCOME_GIVEN, Account
from bonuscli.engine.book import Rows, credit, debit
from bonuscli.engine.holdings import Lot
from bonuscli.engine.versions import Versions
from bonuscli.model import EXPIRY, GRANT, Grant, Lifetime, Program

WELCOME_RULE, BIRTHDAY_RULE = "welcome", "birthday"
ACCRUAL_START = "accrual"


def settle(account: Account, rows: Rows, versions: Versions, at: int) -> None:
    """Bring the account to an instant, or leave it at its clock if that is later: book everything due by then."""
    day = versions.settling(at).calendar.day_of(at)
    while account.next_due_on <= day:
        _settle_day(account, rows, versions, account.next_due_on)
        account.seen_on = max(account.seen_on, account.next_due_on)
        reckon_due(account, versions)
    if at >= account.clock:
        # A function of the clock alone, so that an account taken up from its row stands where it stood.
        account.seen_on = day
        account.clock = at


def reckon_due(account: Account, versions: Versions) -> None:
    """Set the first business day on which something is due (NEVER for none); what is overdue has its own, past day."""
    last_days = [lot.expires_on for lot in account.lots.values()]
    due = min(min(last_days) + 1, NEVER) if last_days else NEVER
    for program, begins, ends in versions.ahead(account.seen_on):
        first = max(account.seen_on + 1, begins)
        for day in (max(tiers.next_look(account, program), begins), _next_birthday(account, program, first)):
            if day <= ends:
                due = min(due, day)
    account.next_due_on = due


def _settle_day(account: Account, rows: Rows, versions: Versions, day: int) -> None:
    """Book what is due at the start of one business day, in the order of the module."""
    program = versions.settling_on(day)
    at = program.calendar.start_of(day)
    for lot in sorted((lot for lot in account.lots.values() if lot.expires_on < day), key=Lot.eating_key):
        _expire(account, rows, versions, lot)
    if tiers.next_look(account, program) <= day:
        tiers.look(account, rows, program, at, day)
    grant = program.grants.birthday
    if grant is not None and account.birthday is not None and day > account.seen_on:
        year = _birthday_year(account.birthday, grant, day)
        if year is not None and account.birthday_year != year:
            account.birthday_year = year
            # On the very day of the enrolment the grant comes with it, not at midnight before.
            given_at = max(at, account.enrolled_at)
            days = grant_days(grant, program, day)
            credit(account, rows, GRANT, grant.points, given_at, day, None, days, BIRTHDAY_RULE)


def _expire(account: Account, rows: Rows, versions: Versions, lot: Lot) -> None:
    """One expiry entry, at the start of the day after the lot's last (a back-dated credit's: before the clock)."""
    day = lot.expires_on + 1
    at = versions.settling_on(day).calendar.start_of(day)
    lot.expired += lot.remaining
    debit(account, rows, EXPIRY, lot.remaining, at, day, None, [lot])


def _birthday_year(born_on: int, grant: Grant, day: int) -> int | None:
    """The year whose birthday is granted for on ``day``, if any: the birthday minus ``before_days``."""
    birthday = day + grant.before_days
    year = civil(birthday).year
    return year if anniversary(born_on, year) == birthday else None


def _next_birthday(account: Account, program: Program, first: int) -> int:
    """The first due day of the birthday grant from ``first`` on, NEVER for none."""
    grant = program.grants.birthday
    if grant is None or account.birthday is None:
        return NEVER
    year = civil(first + grant.before_days).year
    for candidate in (year, year + 1, year + 2):
        day = anniversary(account.birthday, candidate) - grant.before_days
        if day >= first and candidate != account.birthday_year:
            return day
    return NEVER


def grant_days(grant: Grant, program: Program, day: int) -> tuple[int, int]:
    """Opening and last day of a grant's lot given on ``day``."""
    opens_on = add(day, grant.opens)
    if grant.lasts is not None:
        return opens_on, add(opens_on, grant.lasts)
    return opens_on, last_day(program.points.lasts, day, opens_on)


def accrual_days(program: Program, day: int) -> tuple[int, int]:
    """Opening and last day of the lot of a receipt of business day ``day``.

    Source: program language, "Days": 31 August + 6mo lasts through 28 February.
    """
    opens_on = add(day, program.points.opens)
    return opens_on, last_day(program.points.lasts, day, opens_on)


def last_day(lasts: Lifetime | None, day: int, opens_on: int) -> int:
    """The last day of a lot accrued on ``day`` that opens on ``opens_on``."""
    if lasts is None:
        return NEVER
    start = day if lasts.start == ACCRUAL_START else opens_on
    return round_up(add(start, lasts.duration), lasts.until)


def give_welcome(account: Account, rows: Rows, program: Program, at: int, day: int, event: int) -> None:
    """Book the welcome grant, once."""
    grant = program.grants.welcome
    if grant is None or account.welcome == WELCOME_GIVEN:
        return
    account.welcome = WELCOME_GIVEN
    credit(account, rows, GRANT, grant.points, at, day, event, grant_days(grant, program, day), WELCOME_RULE)
