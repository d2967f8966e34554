"""What became of the points that were given within a window, by what gave them: spent, expired, taken back, left.

Given are accruals, grants, opening balances and adjustments upwards, by the business day of the entry.  An extension
and what arrives by a transfer are points that were given before, and are not counted again.  A lot that several rules
gave shares its fate over them in the proportion of their parts, exactly.
"""

from collections import defaultdict
from fractions import Fraction
from typing import NamedTuple

from bonuscli.model import ACCRUAL, ADJUSTMENT, GRANT, OPENING
from bonuscli.reports.periods import Period
from bonuscli.reports.question import Question

_GIVING = f"e.kind IN ('{ACCRUAL}', '{GRANT}', '{OPENING}', '{ADJUSTMENT}') AND e.opens_on IS NOT NULL"

# {rule}: what gave the points; {part} of {whole}: its share of the lot, 1 of 1 for most; {parts}: the join for them.
_GIVEN = f"""
SELECT e.kind, {{rule}}, COUNT(*), {{members}}, SUM({{points}})
FROM accounts a CROSS JOIN entries e {{parts}}
WHERE a.program = :program AND e.account = a.id AND {_GIVING} AND e.day >= :from_day AND e.day < :to_day
GROUP BY 1, 2"""

# What left the lots, net of what came back.
_LEFT_LOTS = f"""
SELECT e.kind, {{rule}}, d.kind, {{part}}, {{whole}}, SUM(CASE WHEN m.entry = m.debit THEN m.points ELSE -m.points END)
FROM accounts a CROSS JOIN allocations m CROSS JOIN entries e CROSS JOIN entries d {{parts}}
WHERE a.program = :program AND m.account = a.id AND m.lot > 0 AND e.account = a.id AND e.n = m.lot
  AND {_GIVING} AND e.day >= :from_day AND e.day < :to_day AND d.account = a.id AND d.n = m.debit
GROUP BY 1, 2, 3, 4, 5"""

# What has passed its last day and is not written down has expired as well.
_UNWRITTEN = f"""
SELECT e.kind, {{rule}}, 'expiry', {{part}}, {{whole}}, SUM(o.remaining)
FROM accounts a CROSS JOIN open_lots o CROSS JOIN entries e {{parts}}
WHERE a.program = :program AND o.account = a.id AND o.expires_on < :today AND e.account = a.id AND e.n = o.n
  AND {_GIVING} AND e.day >= :from_day AND e.day < :to_day
GROUP BY 1, 2, 4, 5"""

_BY_RULE = {
    "rule": "COALESCE(p.rule, e.rule, '')",
    "members": "COUNT(DISTINCT a.member)",
    "points": "COALESCE(p.points, e.points)",
    "part": "CASE WHEN p.points <> e.points THEN p.points ELSE 1 END",
    "whole": "CASE WHEN p.points <> e.points THEN e.points ELSE 1 END",
    "parts": "LEFT JOIN award_parts p ON p.account = e.account AND p.n = e.n",
}
# Looking up a million parts takes as long as all the rest.
_BY_KIND = {"rule": "''", "members": "0", "points": "e.points", "part": "1", "whole": "1", "parts": ""}

_FATE_NAMES = _SPENT, _EXPIRED, _TAKEN_BACK, _MOVED = "redeemed", "expired", "taken_back", "moved"
# A hold has spent nothing yet.
_FATES = {
    **dict.fromkeys(("redemption", "gift"), _SPENT),
    **dict.fromkeys(("expiry", "inactivity"), _EXPIRED),
    "take-back": _TAKEN_BACK,
    **dict.fromkeys(("transfer-out", "extension", "adjustment"), _MOVED),
}


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


def read_fates(question: Question, period: Period, by_rule: bool = True) -> list[Fate]:
    """The fates of what was given in a period, by kind and rule, most given first; or by kind, ``members`` 0."""
    terms = _BY_RULE if by_rule else _BY_KIND
    days = period.bounds
    gone: dict[tuple[str, str, str], Fraction] = defaultdict(Fraction)
    for kind, rule, debit, part, whole, points in (
        *question.rows(_LEFT_LOTS.format_map(terms), **days),
        *question.rows(_UNWRITTEN.format_map(terms), **days),
    ):
        if debit in _FATES:
            gone[kind, rule, _FATES[debit]] += Fraction(points * part, whole)
    found = []
    for kind, rule, times, members, given in question.rows(_GIVEN.format_map(terms), **days):
        spent, expired, taken_back, moved = (gone[kind, rule, fate] for fate in _FATE_NAMES)
        left = given - spent - expired - taken_back - moved
        found.append(Fate(kind, rule, times, members, given, spent, expired, taken_back, moved, left))
    return sorted(found, key=lambda each: (-each.given, each.kind, each.rule))
