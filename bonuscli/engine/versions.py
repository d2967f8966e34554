"""The published versions of one program, and which of them is in force when.

An event is valued under the version in force at its own ``at``, and carries it.  What falls due between events is
settled under the version that was in force for settling at the due instant: a version published later, even with a
start in the past, never changes how an instant that accounts were already brought to is settled, so that refolding
gives the same entries.
"""

from __future__ import annotations

from itertools import pairwise

from bonuscli.days import NEVER
from bonuscli.engine.lifetimes import LAST_PURCHASE
from bonuscli.model import Bought, Program
from bonuscli.records import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# key: order of publication; starts_at: instant from which receipts are valued by it; settles_from: see above.
Version = namedtuple("Version", "key program starts_at settles_from")


class Versions:
    """All versions of one program, in order of publication (at least one)."""

    def __init__(self, versions: tuple[Version, ...]) -> None:
        self._newest_first = tuple(reversed(versions))
        self._by_key = {version.key: version for version in versions}
        self.first: Program = versions[0].program
        self.newest: Program = versions[-1].program
        # Earlier purchases that any version asks for: what accounts keep of the goods that were bought.
        scoring = [version.program.earn for version in versions if version.program.earn is not None]
        self.bought: tuple[Bought, ...] = tuple(question for earn in scoring for question in earn.bought)
        lifetimes = [version.program.points.lasts for version in versions]
        self.ends_by_inactivity = any(lasts is not None and lasts.start == LAST_PURCHASE for lasts in lifetimes)
        # The first business day, in the version's own calendar, that begins when it settles already: a day never
        # changes its version because a later one cuts days elsewhere.
        self._settles_on = {version.key: _first_whole_day(version) for version in versions}
        self._for_ever = [(self.first, 0, NEVER - 1)]

    def in_force(self, at: int) -> Version | None:
        """Of the versions with the same or an earlier start the last published; None before the first."""
        for version in self._newest_first:
            if version.starts_at <= at:
                return version
        return None

    def first_start(self, holds: Callable[[Program], bool]) -> int:
        """The earliest start of a version of which something holds; of the newest where it holds of none."""
        starts = [version.starts_at for version in self._newest_first if holds(version.program)]
        return int(min(starts, default=self._newest_first[0].starts_at))

    def budgets(self) -> dict[str, int]:
        """Of each rule that has a budget in some version, the largest one."""
        most: dict[str, int] = {}
        for version in self._newest_first:
            for rule in version.program.earn.rules.rules:
                if rule.budget is not None:
                    most[rule.id] = max(most.get(rule.id, 0), rule.budget)
        return most

    def program(self, key: int | None) -> Program | None:
        """The program of a version key that an event carries."""
        return None if key is None else self._by_key[key].program

    def settling(self, at: int) -> Program:
        """The program under which what falls due at an instant is settled; before all of them, the first."""
        for version in self._newest_first:
            if version.settles_from <= at:
                return version.program
        return self.first

    def settling_on(self, day: int) -> Program:
        """The same for the start of a business day."""
        for version in self._newest_first:
            if self._settles_on[version.key] <= day:
                return version.program
        return self.first

    def ahead(self, day: int) -> list[tuple[Program, int, int]]:
        """Programs that settle after ``day``, each with the first and the last day on which it does."""
        if len(self._newest_first) == 1:
            return self._for_ever
        begins = sorted(start for start in set(self._settles_on.values()) if start > day + 1)
        starts = [day + 1, *begins, NEVER]
        return [(self.settling_on(start), start, after - 1) for start, after in pairwise(starts)]


def _first_whole_day(version: Version) -> int:
    calendar = version.program.calendar
    day = int(calendar.day_of(version.settles_from))
    return day if calendar.start_of(day) >= version.settles_from else day + 1
