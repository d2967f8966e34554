"""What would explain that a day does not come to what its till says: the few ways in which receipts go wrong.

They are tried from the surest to the vaguest, and each must explain the difference to the last minor unit or to the
last receipt; what none explains is said to have no cause that is known here.
"""

import re
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator
from itertools import pairwise

from bonuscli.clock import Calendar
from bonuscli.days import format_day
from bonuscli.model import RECEIPT, RETURN
from bonuscli.store import day_sums

# code: stable; text: a sentence; names: numbers of receipts that it is about, or a hint.
# Codes: not-in-file, not-imported, unknown-shop, neighbouring-day, returns-within-total, paid-with-points, doubled,
# missing-receipts, more-receipts, other-amounts, unknown.
Cause = namedtuple("Cause", "code text names")

# A receipt so near to the start of a business day may be counted by the till on the other side of it.
_NEAR_SECONDS = 4 * 3600
# One sale that came twice has been sent again, by hand or by a till, within minutes; or it has one number.
_TWICE_WITHIN = 600
# Numbers that are missing between others: more of them are another series of numbers.
_MOST_MISSING = 50
_NAMED = 5
_TAIL = re.compile(r"(.*?)([0-9]{1,15})")

# Day, shop and till; the last two None where the file does not tell them apart.
Key = tuple[int, str | None, str | None]
KeyOf = Callable[[int, str, str], Key]


class Day(namedtuple("Day", "receipts sales returns paid")):
    """Figures of one day of a shop: receipts that are sales, or None; money in minor units; paid: with points."""

    __slots__ = ()

    def sold(self, net: bool) -> int:
        """The total of a day: its sales, with ``net`` less what came back."""
        total: int = self.sales - self.returns if net else self.sales
        return total


NOTHING = Day(0, 0, 0, 0)


class Documents:
    """Receipts and returns of a day of a shop, which is looked up where a figure differs."""

    # number, source, kind, at: instant, member or None, total: minor units
    Document = namedtuple("Document", "number source kind at member total")

    def __init__(self, connection: sqlite3.Connection, calendar: Calendar, key_of: KeyOf) -> None:
        self.calendar = calendar
        self._connection = connection
        self._key_of = key_of
        self._read: dict[int, dict[Key, list[Documents.Document]]] = {}

    def of(self, key: Key) -> list[Document]:
        """Those of one day, shop and till in the order of their times."""
        day = key[0]
        if day not in self._read:
            if len(self._read) > 3:  # a day and its neighbours; a year of them would fill the memory
                self._read.clear()
            found: dict[Key, list[Documents.Document]] = {}
            for number, source, kind, at, shop, till, member, total in day_sums.receipts_of_day(self._connection, day):
                document = self.Document(number, source, kind, at, member, total)
                found.setdefault(self._key_of(day, shop, till), []).append(document)
            self._read[day] = found
        return self._read[day].get(key, [])


def cause_of(
    key: Key, told: dict[Key, Day], stored: dict[Key, Day], documents: Documents, net: bool, of_returns: bool
) -> Cause:
    """The likeliest cause of the difference of a day that is told and stored.

    ``of_returns``: of what came back, else of the receipts and their total; ``net``: totals are less returns.
    """
    theirs, ours = told[key], stored[key]
    kind = RETURN if of_returns else RECEIPT
    count = None if of_returns or theirs.receipts is None else theirs.receipts - ours.receipts
    amount = _lacking(theirs, ours, kind, net)
    neighbour = _on_neighbouring_day(key, told, stored, documents, net, (count, amount, kind))
    if neighbour is not None:
        return neighbour
    if not of_returns and not count and amount:
        if not net and amount == -ours.returns:
            return Cause(
                "returns-within-total", "the file's total is less what came back; here it is the sales alone", ()
            )
        if amount == -ours.paid:
            return Cause("paid-with-points", "the file's total is what was left to pay after points", ())
    return _twice(documents.of(key), kind, count, amount) or _by_count(documents.of(key), kind, count, amount)


def _on_neighbouring_day(
    key: Key, told: dict[Key, Day], stored: dict[Key, Day], documents: Documents, net: bool, difference: tuple
) -> Cause | None:
    """The same difference the other way round on the day before or after, or one receipt near the start of the day."""
    count, amount, kind = difference
    if not amount:
        return None
    for day in (key[0] - 1, key[0] + 1):
        other = (day, *key[1:])
        # Where there is too much, stands what should be on the other day.
        crowded = documents.of(other if amount > 0 else key)
        border = documents.calendar.start_of(max(day, key[0]))
        near = [
            each
            for each in crowded
            if each.kind == kind and each.total == abs(amount) and abs(each.at - border) <= _NEAR_SECONDS
        ]
        if other in told:
            mirrored = _lacking(told[other], stored.get(other, NOTHING), kind, net) == -amount
        else:
            mirrored = len(near) == 1 and (count is None or abs(count) == 1)
        if mirrored:
            where = "is stored on" if amount > 0 else "belongs to"
            what = f"as much {where} {format_day(day)}: the till's day begins at another hour, or its clock was wrong"
            return Cause("neighbouring-day", what, tuple(each.number for each in near[:_NAMED]))
    return None


def _lacking(theirs: Day, ours: Day, kind: str, net: bool) -> int:
    """Minor units of a kind that are told and not stored."""
    return int(theirs.returns - ours.returns if kind == RETURN else theirs.sold(net) - ours.sold(net))


def _twice(found: list, kind: str, count: int | None, amount: int) -> Cause | None:
    if amount >= 0 and (count or 0) >= 0:
        return None
    surplus = list(_repeats([each for each in found if each.kind == kind]))
    fits = surplus and (sum(each.total for each in surplus) == -amount or len(surplus) == -(count or 0))
    if not fits:
        # Of several that look alike only some came twice: one of them may be all the difference.
        surplus = [each for each in surplus if each.total == -amount][:1]
    if not surplus:
        return None
    return Cause("doubled", "some came twice, under two numbers or from two sources", _numbers(surplus))


def _repeats(found: list) -> Iterator[Documents.Document]:
    """Each that has the number of an earlier one, or its buyer and total within minutes."""
    numbers = set()
    last: dict[tuple, int] = {}
    for each in found:
        alike = (each.member, each.total)
        if each.number in numbers or (alike in last and each.at - last[alike] <= _TWICE_WITHIN):
            yield each
        numbers.add(each.number)
        last[alike] = each.at


def _by_count(found: list, kind: str, count: int | None, amount: int) -> Cause:
    if (count or 0) > 0 or (count is None and amount > 0):
        missing = _missing([each for each in found if each.kind == kind])
        if missing and count in (None, len(missing)):
            return Cause(
                "missing-receipts", "numbers are missing between those that are stored", tuple(missing[:_NAMED])
            )
        what = "returns" if kind == RETURN else "receipts"
        return Cause("missing-receipts", f"{what} are missing: were all files of this day imported?", ())
    if (count or 0) < 0 or (count is None and amount < 0):
        return Cause("more-receipts", "more is stored than the till knows of: another till's, or of another day", ())
    if amount:
        what = "as many receipts, of other amounts: one was changed, discounts differ, or a return is not in both"
        return Cause("other-amounts", what, ())
    return Cause("unknown", "no cause is known", ())


def _missing(found: list) -> list[str]:
    """Numbers that would stand between the stored ones, of each series; none where it has large gaps."""
    series: dict[str, set[str]] = {}
    for each in found:
        match = _TAIL.fullmatch(each.number)
        if match:
            series.setdefault(match[1], set()).add(match[2])
    missing = []
    for prefix, tails in series.items():
        for before, after in pairwise(sorted(tails, key=int)):
            if int(after) - int(before) > _MOST_MISSING:
                return []
            missing += [f"{prefix}{number:0{len(before)}}" for number in range(int(before) + 1, int(after))]
    return missing if len(missing) <= _MOST_MISSING else []


def _numbers(found: list) -> tuple[str, ...]:
    return tuple(each.number for each in found[:_NAMED])
