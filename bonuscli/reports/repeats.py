"""Do new members come back?  Those enrolled in a window, and those of them who bought again soon.

The enrolling receipt, if a receipt enrolled the member, is the first of that very instant; it is no repeat, so such a
member needs a second receipt, and one enrolled at the desk needs a first.  Days are counted as business days: enrolled
on 1 March, a receipt of 31 March is within 30 days, and on 1 April the member has had all of them.

Who joined on a day, who of them bought again on it, and who bought on each day after it are kept as sets of members
(``store.day_totals``): of two such sets the members in common are found at once, however many there are.
"""

from typing import NamedTuple

from bonuscli.reports.periods import Connection, Period, places_of_days
from bonuscli.reports.sales import Buyers, read_buyers
from bonuscli.store.member_sets import bits, united

WITHIN_DAYS = 30
_JOINED = "SELECT day, joined, again FROM day_members WHERE day >= :from_day AND day < :to_day"
_PROGRAMS = "SELECT COUNT(DISTINCT program) FROM programs"
_MEMBERS = "SELECT member FROM accounts WHERE program = :program"


class Repeats(NamedTuple):
    """Members enrolled in a period; of them, those who had their full days and those who bought again in them."""

    enrolled: int = 0
    full_days: int = 0
    repeated: int = 0


def read_repeats(
    connection: Connection, program: str, whole: Period, periods: list[Period], buyers: Buyers | None = None
) -> list[Repeats]:
    """Repeats of each period (by day of enrolment); receipts count up to the end of the whole window.

    ``buyers``: those of all shops by the days of the whole window, where they have been read before.
    """
    bought = read_buyers(connection, [whole]) if buyers is None else buyers
    among = _members_of(connection, program)
    enrolled: dict[int, int] = {}
    waiting: dict[int, int] = {}
    repeated: dict[int, int] = {}
    for day, joined, again in connection.execute(_JOINED, whole.bounds):
        came, at_once = united(joined), united(again)
        if among is not None:
            came, at_once = came & among, at_once & among
        enrolled[day], repeated[day], waiting[day] = came.bit_count(), at_once.bit_count(), came & ~at_once
    for joined_on, still in waiting.items():
        for day in range(joined_on + 1, joined_on + WITHIN_DAYS + 1):
            if still and (back := still & bought.get((day, None), 0)):
                repeated[joined_on] += back.bit_count()
                still ^= back
    found = [Repeats()] * len(periods)
    for day, places in places_of_days(periods).items():
        full_days = enrolled.get(day, 0) if day + WITHIN_DAYS < whole.to_day else 0
        for place in places:
            before = found[place]
            found[place] = Repeats(
                before.enrolled + enrolled.get(day, 0),
                before.full_days + full_days,
                before.repeated + repeated.get(day, 0),
            )
    return found


def _members_of(connection: Connection, program: str) -> int | None:
    """The members with an account in a program, None where it is the only one."""
    asked = {"program": program}
    ((programs,),) = connection.execute(_PROGRAMS, {})
    return None if programs == 1 else bits([member for (member,) in connection.execute(_MEMBERS, asked)])
