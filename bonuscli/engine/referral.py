"""Points for bringing a friend: the friend's purchases decide, and both are given to, each on his own account.

``referral: {referrer: 200, friend: 200, after: {spend: "500.00", within: 30d}}``: the receipt with which the friend has
paid 500.00, net of returns, from the day of his enrolment through 30 days later, gives both.  Without ``after`` it is
the first receipt above 0.00.  It happens once; a return later takes nothing back.

The referrer's side is an effect, an event of his own account whose key names the friend: it is limited there
(``per_referrer``) by its own business day, and what is over the limit gives nothing, now or later.
"""

from bonuscli.days import NEVER, add
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows
from bonuscli.engine.holdings import Effect
from bonuscli.engine.versions import Versions
from bonuscli.model import Event, Program, Referral

REFERRAL = "referral"
# Counters: of the friend that it was given, of the referrer how often.
_GIVEN = "referral:given"


def look_after_receipt(account: Account, event: Event, program: Program, rows: Rows) -> None:
    """After a booked receipt of a friend: give, and tell the referrer's account, if it is the one that decides."""
    referral = program.grants.referral
    if referral is None or account.referrer is None or account.tallies.get(_GIVEN):
        return
    if not _is_reached(account, event, referral, program):
        return
    from bonuscli.engine.giving import give

    at = max(event.at, account.enrolled_at)
    day = program.calendar.day_of(at)
    account.tally(_GIVEN, day, 1)
    give(account, rows, program, referral, referral.friend, REFERRAL, at, day, event.seq)
    key = f"{REFERRAL}:{account.program}:{account.member}"
    account.effects.append(Effect(account.referrer, REFERRAL, key, at, {"friend": account.member}))


def reward(account: Account, event: Event, versions: Versions, rows: Rows) -> None:
    """Book the effect on the referrer's account: his points, while ``per_referrer`` leaves room."""
    program = versions.program(event.version)
    referral = program.grants.referral if program is not None else None
    if program is None or referral is None:
        return
    at = max(event.at, account.enrolled_at)
    day = program.calendar.day_of(at)
    from bonuscli.engine.giving import give
    from bonuscli.engine.limits import left_of

    if left_of(account, REFERRAL, referral.per_referrer, day) == 0:
        return
    if give(account, rows, program, referral, referral.referrer, REFERRAL, at, day, event.seq):
        account.tally(REFERRAL, day, 1)


def _is_reached(account: Account, event: Event, referral: Referral, program: Program) -> bool:
    first = program.calendar.day_of(account.enrolled_at)
    last = NEVER if referral.within is None else add(first, referral.within)
    if not first <= event.day <= last:
        return False
    if not referral.spend_minor:
        return bool(event.body.total > 0)
    return account.spend_between(first - 1, last) >= referral.spend_minor
