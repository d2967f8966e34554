"""What became of the points that were given within a window, by what gave them: spent, expired, taken back, left.

Given are accruals, grants, opening balances and adjustments upwards, by the business day of the entry.  An extension
and what arrives by a transfer are points that were given before, and are not counted again.  A lot that several rules
gave shares its fate over them in the proportion of their parts, exactly.

By rule the entries of each account are read beside what left its lots, both in the order in which they are stored:
sorted by rule in one statement, a million receipts take twice as long.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import NamedTuple

from bonuscli.model import ACCRUAL, ADJUSTMENT, GRANT, OPENING
from bonuscli.reports.periods import Period
from bonuscli.reports.question import Question

_GIVING = (
    f"e.kind IN ('{ACCRUAL}', '{GRANT}', '{OPENING}', '{ADJUSTMENT}') AND e.opens_on IS NOT NULL"
    " AND e.day >= :from_day AND e.day < :to_day"
)

FATES = _SPENT, _EXPIRED, _TAKEN_BACK, _MOVED = range(4)
# The debits by which points leave a lot.  A hold has spent nothing yet.
_FATES = {
    **dict.fromkeys(("redemption", "gift"), _SPENT),
    **dict.fromkeys(("expiry", "inactivity"), _EXPIRED),
    "take-back": _TAKEN_BACK,
    **dict.fromkeys(("transfer-out", "extension", "adjustment"), _MOVED),
}
_FATE = "CASE d.kind " + " ".join(f"WHEN '{kind}' THEN {fate}" for kind, fate in _FATES.items()) + " END"
_NET = "CASE WHEN m.entry = m.debit THEN m.points ELSE -m.points END"

# Entries and parts of them that rules and grants gave.
_GIVEN = f"""
SELECT a.id, e.n, e.kind, COALESCE(p.rule, e.rule, ''), COALESCE(p.points, e.points), e.points
FROM accounts a CROSS JOIN entries e LEFT JOIN award_parts p ON p.account = e.account AND p.n = e.n
WHERE a.program = :program AND e.account = a.id AND {_GIVING} ORDER BY a.id"""
# What left lots, net of what came back; what has passed its last day and is not written down has expired as well.
_GONE = f"""
SELECT a.id, m.lot, {_FATE}, {_NET} FROM accounts a CROSS JOIN allocations m CROSS JOIN entries d
WHERE a.program = :program AND m.account = a.id AND m.lot > 0 AND d.account = a.id AND d.n = m.debit
UNION ALL
SELECT a.id, o.n, {_EXPIRED}, o.remaining FROM accounts a CROSS JOIN open_lots o
WHERE a.program = :program AND o.account = a.id AND o.expires_on < :today
ORDER BY 1"""

_ALL_GIVEN = f"""
SELECT COUNT(*), COALESCE(SUM(e.points), 0) FROM accounts a CROSS JOIN entries e
WHERE a.program = :program AND e.account = a.id AND {_GIVING}"""
_SUMS = ", ".join(f"COALESCE(SUM({_NET}) FILTER (WHERE {_FATE} = {fate}), 0)" for fate in FATES)
_ALL_GONE = f"""
SELECT {_SUMS}
FROM accounts a CROSS JOIN allocations m CROSS JOIN entries e CROSS JOIN entries d
WHERE a.program = :program AND m.account = a.id AND m.lot > 0 AND e.account = a.id AND e.n = m.lot AND {_GIVING}
  AND d.account = a.id AND d.n = m.debit"""
_ALL_UNWRITTEN = f"""
SELECT COALESCE(SUM(o.remaining), 0) FROM accounts a CROSS JOIN open_lots o CROSS JOIN entries e
WHERE a.program = :program AND o.account = a.id AND o.expires_on < :today AND e.account = a.id AND e.n = o.n
  AND {_GIVING}"""


class Fate(NamedTuple):
    """Points of one kind and rule; ``times``: entries that gave them, to so many ``members``; ``left``: still there, on
    hold too; ``moved``: to other lots or members, or adjusted away."""

    kind: str
    rule: str
    times: int
    members: int
    given: int
    redeemed: Fraction
    expired: Fraction
    taken_back: Fraction
    moved: Fraction
    left: Fraction


class _Given:
    """Of one kind and rule what was given, and what is gone of it by fate and by the points of the whole lot."""

    __slots__ = ("gone", "last", "members", "points", "times")

    def __init__(self) -> None:
        self.times = self.members = self.points = 0
        self.last = 0  # the account that was counted last
        self.gone: defaultdict[tuple[int, int], int] = defaultdict(int)


def read_fates(question: Question, period: Period) -> list[Fate]:
    """The fates of what was given in a period, by kind and rule, most given first."""
    asked = {"program": question.program, "today": question.today, **period.bounds}
    gone_from = _by_account(question.connection.execute(_GONE, asked))
    found: defaultdict[tuple[str, str], _Given] = defaultdict(_Given)
    at, gone = 0, gone_from(0)
    for account, n, kind, rule, points, whole in question.connection.execute(_GIVEN, asked):
        given = found[kind, rule]
        if account != at:
            at, gone = account, gone_from(account)
        given.times += 1
        given.points += points
        if account != given.last:
            given.last = account
            given.members += 1
        for fate, left in gone.get(n, ()):
            given.gone[fate, whole] += left * points
    return sorted(
        (_fate(kind, rule, given) for (kind, rule), given in found.items()),
        key=lambda each: (-each.given, each.kind, each.rule),
    )


def read_whole_fate(question: Question, period: Period) -> Fate:
    """The fate of all that was given in a period, by whatever; ``members`` is not told (0)."""
    ((times, given),) = question.rows(_ALL_GIVEN, **period.bounds)
    (gone,) = question.rows(_ALL_GONE, **period.bounds)
    ((unwritten,),) = question.rows(_ALL_UNWRITTEN, **period.bounds)
    spent, expired, taken_back, moved = (Fraction(points) for points in gone)
    expired += unwritten
    return Fate(
        "", "", times, 0, given, spent, expired, taken_back, moved, given - spent - expired - taken_back - moved
    )


def _by_account(rows: Iterator[tuple]) -> Callable[[int], dict[int, list[tuple[int, int]]]]:
    """What left the lots of an account, by lot as (fate, points); to be asked of accounts in ascending order.

    ``rows``: (account, lot, fate or None, points), those of an account together and accounts in ascending order.
    """
    waiting = next(rows, None)

    def of_account(account: int) -> dict[int, list[tuple[int, int]]]:
        nonlocal waiting
        lots: dict[int, list[tuple[int, int]]] = {}
        while waiting is not None and waiting[0] <= account:
            owner, lot, fate, points = waiting
            if owner == account and fate is not None:
                lots.setdefault(lot, []).append((fate, points))
            waiting = next(rows, None)
        return lots

    return of_account


def _fate(kind: str, rule: str, given: _Given) -> Fate:
    gone = [Fraction(0)] * len(FATES)
    for (fate, whole), points in given.gone.items():
        gone[fate] += Fraction(points, whole)
    spent, expired, taken_back, moved = gone
    left = given.points - spent - expired - taken_back - moved
    return Fate(kind, rule, given.times, given.members, given.points, spent, expired, taken_back, moved, left)
