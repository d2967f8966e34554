"""The birthday grant: due some days before the birthday, once per member and birthday year.

Whoever is enrolled after the due day waits for the next year, on the due day not.  A birthday that was changed gives
nothing until 365 days after the last grant, or every change would be another present; the member's own birthday is
granted for each year, however many days before it a later version of the program gives.
"""

from bonuscli.days import NEVER, anniversary, civil
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows
from bonuscli.engine.versions import Versions
from bonuscli.model import Grant, Program

BIRTHDAY_RULE = "birthday"
DAYS_AFTER_A_CHANGE = 365


def next_day(account: Account, program: Program, first: int) -> int:
    """The first due day of the grant from ``first`` on, NEVER for none."""
    grant = program.grants.birthday
    if grant is None or account.birthday is None:
        return NEVER
    year = civil(first + grant.before_days).year
    for candidate in (year, year + 1, year + 2):
        day = anniversary(account.birthday, candidate) - grant.before_days
        if day >= first and candidate != account.birthday_year:
            return day
    return NEVER


def give_birthday(account: Account, rows: Rows, versions: Versions, program: Program, at: int, day: int) -> None:
    """Book the grant if it is due on ``day``, which begins at ``at``."""
    grant = program.grants.birthday
    if grant is None:
        return
    birthday = day + grant.before_days
    year = civil(birthday).year
    if account.birthday is None or anniversary(account.birthday, year) != birthday or account.birthday_year == year:
        return
    given_on = account.birthday_given_on
    if given_on is not None and day < given_on + DAYS_AFTER_A_CHANGE:
        granted = versions.settling_on(given_on).grants.birthday
        if granted is None or not _was_due(account.birthday, account.birthday_year, granted, given_on):
            return
    account.birthday_year = year
    account.birthday_given_on = day
    # On the very day of the enrolment the grant comes with it, not at midnight before.
    from bonuscli.engine.giving import give  # few days are a birthday

    give(account, rows, program, grant, grant.points, BIRTHDAY_RULE, max(at, account.enrolled_at), day, None)


def _was_due(born_on: int, year: int | None, grant: Grant, day: int) -> bool:
    """Whether a grant that was given on ``day`` for a year was for this very birthday."""
    return year is not None and anniversary(born_on, year) - grant.before_days == day
