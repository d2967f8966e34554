"""Points that a program gives of itself: the one place that asks whether the member may have them.

Welcome and birthday points, those of the calendar and those for bringing a friend all pass here; whoever may not take
part on that day gets none of them, and none later for the time before.
"""

from bonuscli.engine.account import WELCOME_GIVEN, Account
from bonuscli.engine.book import Rows, credit
from bonuscli.engine.lifetimes import grant_days
from bonuscli.engine.standing import barred_on
from bonuscli.model import GRANT, Grant, Program, Referral, Scheduled

WELCOME_RULE = "welcome"


def may_have_points(account: Account, program: Program, day: int) -> bool:
    """Whether the member may take part on a day, apart from any receipt."""
    return barred_on(account, program, day) is None


def give(
    account: Account,
    rows: Rows,
    program: Program,
    grant: Grant | Referral | Scheduled,
    points: int,
    rule: str,
    at: int,
    day: int,
    event: int | None,
) -> bool:
    """Book ``points`` of a grant under its rule, with the grant's life, if the member may take part; whether it did."""
    given = points > 0 and may_have_points(account, program, day)
    if given:
        credit(account, rows, GRANT, points, at, day, event, grant_days(grant, program, day), rule)
    return given


def give_welcome(account: Account, rows: Rows, program: Program, at: int, day: int, event: int) -> None:
    """Book the welcome grant, once: a phone is enrolled once, and whoever has had it never gets it again."""
    grant = program.grants.welcome
    if grant is None or account.welcome == WELCOME_GIVEN:
        return
    account.welcome = WELCOME_GIVEN
    give(account, rows, program, grant, grant.points, WELCOME_RULE, at, day, event)
