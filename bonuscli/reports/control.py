"""Members of the program beside those kept out of points by chance: who is compared, and what each of them did.

Compared is everybody who joined while a share was kept out (``members: {control: 5%}``), whether or not he ever bought:
leaving out who did not buy would undo the chance that made the groups alike.  Who joined when nobody was kept out has
nobody to be compared with and is left out; where the share was changed, those who joined under the share that kept
most members out are compared.  A member who was merged into another counts as that one, with all receipts of both.
"""

import json
from collections import Counter
from typing import NamedTuple

from bonuscli.reports.heirs import HEIRS
from bonuscli.reports.intervals import LEAST_BUYERS, LEAST_MEMBERS
from bonuscli.reports.periods import Period
from bonuscli.reports.question import Question
from bonuscli.store.views import SALE_COLUMNS, SALE_OF_RETURN

_DAY_SECONDS = 86_400
MONTH_DAYS = 30.4375
EARLIER_DAYS = 90

_ACCOUNTS = """
SELECT a.id, a.member, a.control, a.enrolled_at, a.merged_into FROM accounts a
WHERE a.program = :program AND a.enrolled_at < :to_at"""
_SHARES = "SELECT version, compiled FROM programs WHERE program = :program"
# The version under which an account was opened: a program that did not record the enrolment has its own pinned there.
_OPENED_UNDER = """
SELECT a.id, (SELECT CASE WHEN e.program = :program THEN e.version
    ELSE json_extract(e.pinned, '$.in."' || :program || '".version') END
  FROM events e WHERE e.member = a.member AND e.kind = 'enrol'
    AND (e.program = :program OR json_extract(e.pinned, '$.in."' || :program || '".version') IS NOT NULL)
  ORDER BY e.seq LIMIT 1)
FROM accounts a WHERE a.program = :program"""
# Of each member receipts and money from the joining on, and money in the days before it.
_BOUGHT = f"""
SELECT s.member, SUM(CASE WHEN s.at >= a.enrolled_at THEN s.receipts ELSE 0 END),
  SUM(CASE WHEN s.at >= a.enrolled_at THEN s.sales_minor - s.returns_minor ELSE 0 END),
  SUM(CASE WHEN s.at < a.enrolled_at THEN s.sales_minor - s.returns_minor ELSE 0 END)
FROM (
  SELECT e.at, e.day,
{SALE_COLUMNS}
  FROM events e {SALE_OF_RETURN}
  WHERE e.day >= :earliest AND e.day < :to_day AND e.kind IN ('receipt', 'return')) s
JOIN accounts a ON a.member = s.member AND a.program = :program
  AND ((s.at >= a.enrolled_at AND s.day >= :from_day) OR (s.at < a.enrolled_at AND s.at >= a.enrolled_at - :before))
GROUP BY 1"""
# Points spent, less what came back; a gift costs what its goods cost.
_SPENT = """
SELECT a.member, e.kind = 'gift', -SUM(e.points) FROM accounts a CROSS JOIN entries e
WHERE a.program = :program AND e.account = a.id AND e.kind IN ('redemption', 'restore', 'gift')
  AND e.day >= :from_day AND e.day < :to_day GROUP BY 1, 2"""


class Bought(NamedTuple):
    """Receipts of one member, what they came to net of returns, and points spent, all or only for ``gifts``.

    ``earlier``: what he spent in the ``EARLIER_DAYS`` before he joined.
    """

    receipts: int = 0
    money: int = 0
    earlier: int = 0
    points: int = 0
    gifts: int = 0

    def plus(self, other: "Bought") -> "Bought":
        """Both together."""
        return Bought(*map(sum, zip(self, other, strict=True)))


class Group(NamedTuple):
    """``size``: members; ``days``: that they were in the program, in all; ``bought``: of those who did anything."""

    size: int
    days: float
    bought: list[Bought]

    @property
    def buyers(self) -> int:
        """Who has a receipt."""
        return sum(each.receipts > 0 for each in self.bought)

    @property
    def known(self) -> int:
        """Who was known to buy before he joined."""
        return sum(each.earlier > 0 for each in self.bought)

    @property
    def enough(self) -> bool:
        """Whether so few members can show anything."""
        return self.size >= LEAST_MEMBERS and self.buyers >= LEAST_BUYERS


class Drawn(NamedTuple):
    """Members by whether they were kept out, and when they joined; ``left_out``: who joined under another share."""

    members: dict[int, tuple[int, int]]
    left_out: int


class Groups(NamedTuple):
    """``left_out``: members who joined when nobody, or another share, was kept out."""

    program: Group
    control: Group
    left_out: int

    @property
    def months(self) -> float:
        """How long a member was in the program on the average, within the days looked at."""
        members = self.program.size + self.control.size
        return (self.program.days + self.control.days) / members / MONTH_DAYS if members else 0.0

    @property
    def enough(self) -> bool:
        """Whether anything can be concluded."""
        return self.program.enough and self.control.enough and self.months > 0


def read_groups(question: Question, window: Period) -> Groups:
    """Both groups over the days of a window, each member from the joining on."""
    drawn = read_drawn(question, window.to_at)
    begins = question.terms.calendar.start_of(window.from_day)
    ends = min(window.to_at, question.now)
    sizes, days = [0, 0], [0.0, 0.0]
    for control, enrolled_at in drawn.members.values():
        sizes[control] += 1
        days[control] += max(0, ends - max(begins, enrolled_at)) / _DAY_SECONDS
    bought: tuple[list[Bought], list[Bought]] = ([], [])
    joined_on = question.terms.calendar.day_of(min((at for _, at in drawn.members.values()), default=window.to_at))
    for member, each in _bought(question, window, joined_on).items():
        if member in drawn.members:
            bought[drawn.members[member][0]].append(each)
    program, control_group = (Group(sizes[place], days[place], bought[place]) for place in (0, 1))
    return Groups(program, control_group, drawn.left_out)


def read_drawn(question: Question, to_at: int) -> Drawn:
    """Who joined before an instant while the share was kept out under which most members were."""
    accounts = question.rows(_ACCOUNTS, to_at=to_at)
    shares = _shares_of(question, accounts)
    fair = _most_kept_out(accounts, shares)
    members = {
        member: (control, enrolled_at)
        for account, member, control, enrolled_at, merged_into in accounts
        if merged_into is None and fair is not None and shares[account] == fair
    }
    return Drawn(members, sum(row[-1] is None for row in accounts) - len(members))


def heirs_of(question: Question) -> dict[int, int]:
    """Of each member who was merged into another, who has the cards now."""
    return dict(question.rows(f"WITH RECURSIVE {HEIRS} SELECT member, heir FROM heir"))


def _bought(question: Question, window: Period, joined_on: int) -> dict[int, Bought]:
    """By member; ``joined_on``: the first day on which any of them joined."""
    heirs = heirs_of(question)
    found: dict[int, Bought] = {}

    def note(member: int, what: Bought) -> None:
        member = heirs.get(member, member)
        found[member] = found[member].plus(what) if member in found else what

    bounds = {"earliest": min(window.from_day, joined_on - EARLIER_DAYS - 1), "before": EARLIER_DAYS * _DAY_SECONDS}
    for member, receipts, money, earlier in question.rows(_BOUGHT, **window.bounds, **bounds):
        note(member, Bought(receipts, money, earlier))
    for member, gift, points in question.rows(_SPENT, **window.bounds):
        note(member, Bought(points=points, gifts=points if gift else 0))
    return found


def _shares_of(question: Question, accounts: list[tuple]) -> dict[int, int]:
    """The share kept out, in basis points, under which each account was opened."""
    kept_out = {version: _kept_out(text) for version, text in question.rows(_SHARES)}
    if len(set(kept_out.values())) == 1:
        return dict.fromkeys((row[0] for row in accounts), kept_out.popitem()[1])
    return {account: kept_out.get(version, 0) for account, version in question.rows(_OPENED_UNDER)}


def _kept_out(compiled: str) -> int:
    return int((json.loads(compiled)["members"] or {}).get("control_bp") or 0)


def _most_kept_out(accounts: list[tuple], shares: dict[int, int]) -> int | None:
    """The share under which most members were kept out, None where nobody was."""
    counted = Counter(shares[account] for account, _, control, _, merged in accounts if control and merged is None)
    return counted.most_common(1)[0][0] if counted else None
