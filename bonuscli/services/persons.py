"""Rows of a file of members to persons: which rows mean one member, and what they say of him together.

Rows that share a card or a phone, in whatever spelling, are one person.  Where they say nothing against each other they
are lots of one balance; where they do, the old system knew one person twice, and that is for the shop to decide: such
rows are booked when it says so, by a rule that does not ask in which order the file stands.  Invariant: a person is
booked with all rows or with none, and what a balance column sums up to is what its persons' lots sum up to.
"""

import re
from collections import defaultdict, namedtuple
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from bonuscli.days import parse_day
from bonuscli.errors import BonusError
from bonuscli.services.identity import fold_card, fold_phone
from bonuscli.services.personal import TAG_MAX
from bonuscli.units import parse_decimal

if TYPE_CHECKING:
    from bonuscli.importers.named_rows import NamedRow

# What the program says of a row: country of its phones; scale of its points; levels: ids of its tiers, the lowest
# first; day: the business day of the booking.
Terms = namedtuple("Terms", "country scale levels day")
# rows: in the order of the file; told: the columns of all of them; also: cards (folded, shown, kind) beside the card
# and the phone that ``told`` has; lots: last day as text, "" for the program's, to points; alike: Alike where the rows
# contradict each other; problem: (row, BonusError) of what can not be read, or None.
Person = namedtuple("Person", "rows told also lots alike problem")
# Rows that are one person, or may be: lines in the file; numbers: cards, else phones, as they are written there; why.
Alike = namedtuple("Alike", "lines numbers why")
# points: of the row's lot; problem: BonusError for a row that can not be read, else None.
_Read = namedtuple("_Read", "row card phone expires points problem")

_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009\u2007")
_WORD = re.compile(r"\w+")
_ONE_VALUE = ("name", "email", "birthday", "gender", "at", "enrolled_on", "tier", "tier_until")
_LISTS = ("tags", "consent")
# Columns that mean nothing without another one.
_NEEDS = (("tier_until", "tier"), ("balance_expires", "balance"))
_LAST = "9999"
# A family may share a phone; more cards than that share one that somebody typed for want of another.  So of phones.
MOST_NUMBERS = 10
# Of rows and cards as many are told to people.
_TOLD = 10


def gather(rows: Iterable["NamedRow"], terms: Terms) -> list[Person]:
    """The persons of a file, in the order of their first rows."""
    read = [_read(row, terms) for row in rows]
    return [_person(group, terms) for group in _grouped(read)]


def perhaps_one(persons: Iterable[Person]) -> list[Alike]:
    """Persons who share no card and no phone, but an e-mail address, or a name and a birthday."""
    found: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in persons:
        told = person.told
        if told["email"]:
            found["the same email", told["email"].casefold()].append(person)
        if told["name"] and told["birthday"]:
            found["the same name and birthday", f"{_plain_name(told['name'])} {told['birthday']}"].append(person)
    return [
        Alike(tuple(each.rows[0].line for each in alike), tuple(map(number_of, alike)), why)
        for (why, _), alike in found.items()
        if len(alike) > 1
    ]


def said_again(person: Person) -> list[Alike]:
    """Rows of a person with a balance that are the same in every column: two lots, or one that is told twice."""
    found: dict[str, list[int]] = defaultdict(list)
    for row in person.rows:
        if row.told["balance"]:
            found[repr(sorted(row.told.items()))].append(row.line)
    return [Alike(tuple(lines), (number_of(person),), "the same row") for lines in found.values() if len(lines) > 1]


def first_of(told: Iterable[object]) -> str:
    """Things in a list of bounded length: a thousand rows each of which names the others would be a million.

    >>> first_of(range(1, 13))
    '1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more'
    """
    texts = list(map(str, told))
    more = len(texts) - _TOLD
    return ", ".join(texts[:_TOLD]) + (f" and {more} more" if more > 0 else "")


def number_of(person: Person) -> str:
    """By what a person is called: his card, else his phone, as it is written in the file."""
    return str(person.told["card"] or person.told["phone"])


def read_balance(text: str, scale: int) -> int:
    """Points (smallest unit) of a cell, 0 for none; BonusError ``bad_points``.

    Spaces that set off thousands do not count.

    >>> read_balance("1 250.50", 2), read_balance("", 0)
    (125050, 0)
    """
    plain = text.translate(_SPACES)
    if not plain:
        return 0
    try:
        points = parse_decimal(plain, scale)
    except ValueError as problem:
        hint = f"write it with a point, and at most {scale} digits after it" if scale else "write a whole number"
        raise BonusError("bad_points", str(problem), "balance", hint) from None
    if points < 0:
        hint = "leave it empty, and take what is owed with `bonuscli adjust` when there are points"
        raise BonusError("bad_points", f"the balance {text} is below zero", "balance", hint)
    return points


def _read(row: "NamedRow", terms: Terms) -> _Read:
    """One row with its numbers folded; one that can not be read keeps those that can."""
    told = row.told
    problems: list[BonusError] = []

    def tried(read: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return read()
        except BonusError as problem:
            problems.append(problem)
            return otherwise

    card = tried(lambda: fold_card(told["card"]) if told["card"] else "", "")
    phone = tried(lambda: fold_phone(told["phone"], terms.country) if told["phone"] else "", "")
    points = tried(lambda: read_balance(told["balance"], terms.scale), 0)
    tried(lambda: _require_terms(told, terms), None)
    return _Read(row, card, phone, told["balance_expires"], points, problems[0] if problems else None)


def _require_terms(told: dict[str, Any], terms: Terms) -> None:
    """A tier of the program, and days that are days: the enrolment's has come, the others have not passed.

    BonusError ``bad_member``, ``bad_time``.
    """
    for name, needed in _NEEDS:
        if told[name] and not told[needed]:
            raise BonusError("bad_member", f"this row has a {name} and no {needed}", name, f"write the {needed}")
    if told["at"] and told["enrolled_on"]:
        raise BonusError("bad_member", "this row has both at and enrolled_on", "at", "leave one of them")
    if told["tier"] and told["tier"] not in terms.levels:
        hint = f"tiers of this program: {', '.join(terms.levels) or 'none'}"
        raise BonusError("bad_member", f"the program has no tier {told['tier']!r}", "tier", hint)
    for name in ("enrolled_on", "tier_until", "balance_expires"):
        if not told[name]:
            continue
        try:
            day = parse_day(told[name])
        except ValueError as problem:
            raise BonusError("bad_time", str(problem), name, "write it as 2026-12-31") from None
        if name == "enrolled_on" and day > terms.day:
            raise BonusError(
                "bad_time", f"{told[name]} is still to come", name, "give the day on which he was enrolled"
            )
        if name != "enrolled_on" and day < terms.day:
            raise BonusError("bad_time", f"{told[name]} has passed", name, "give a later day, or take the row out")


def _grouped(read: list[_Read]) -> Iterator[list[_Read]]:
    """Rows by what they share, directly or through others."""
    group_of: dict[str, int] = {}
    groups: dict[int, list[_Read]] = {}
    for place, each in enumerate(read):
        shared = sorted({group_of[number] for number in (each.card, each.phone) if number in group_of})
        first = shared[0] if shared else place
        members = groups.setdefault(first, [])
        for other in shared[1:]:
            moved = groups.pop(other)
            members += moved
            group_of.update((number, first) for one in moved for number in (one.card, one.phone) if number)
        members.append(each)
        group_of.update((number, first) for number in (each.card, each.phone) if number)
    for members in groups.values():
        yield sorted(members, key=lambda each: each.row.line)


def _person(group: list[_Read], terms: Terms) -> Person:
    """What rows of one person say together: of each particular what the member enrolled first says."""
    ranked = sorted(group, key=lambda each: (each.row.told["enrolled_on"] or _LAST, each.card or _LAST, _plainly(each)))
    told: dict[str, Any] = dict.fromkeys(group[0].row.told, "")
    for each in reversed(ranked):
        told.update((name, value) for name, value in each.row.told.items() if value)
    told["tags"] = tuple(sorted({tag for each in group for tag in each.row.told["tags"]}))
    told["consent"] = _consents(ranked)
    best = max((each.row.told["tier"] for each in group), key=lambda tier: _place(tier, terms))
    told["tier"] = best
    told["tier_until"] = max(each.row.told["tier_until"] for each in group if each.row.told["tier"] == best)
    lots: dict[str, int] = defaultdict(int)
    for each in group:
        lots[each.expires] += each.points
    problem = next(((each.row, each.problem) for each in group if each.problem is not None), None)
    rows = tuple(each.row for each in group)
    numbers = list(_numbers(ranked))
    own = [next((each for each in numbers if each[2] == kind), None) for kind in ("card", "phone")]
    return Person(
        rows, told, tuple(each for each in numbers if each not in own),
        {expires: points for expires, points in sorted(lots.items()) if points}, _contradiction(group), problem,
    )  # fmt: skip


def _numbers(ranked: list[_Read]) -> Iterator[tuple[str, str, str]]:
    """Every card and phone once, as the cards of a member are kept."""
    seen = set()
    for each in ranked:
        for folded, shown, kind in ((each.card, each.row.told["card"], "card"), (each.phone, each.phone, "phone")):
            if folded and folded not in seen:
                seen.add(folded)
                yield folded, shown, kind


def _place(tier: str, terms: Terms) -> int:
    return int(terms.levels.index(tier)) if tier in terms.levels else -1


def _consents(ranked: list[_Read]) -> tuple[str, ...]:
    """Every way once, under the text that counts first."""
    kept: dict[str, str] = {}
    for each in ranked:
        for consent in each.row.told["consent"]:
            kept.setdefault(consent[:TAG_MAX].partition(":")[0], consent)
    return tuple(sorted(kept.values()))


def _contradiction(group: list[_Read]) -> Alike | None:
    """What rows of one person say against each other, None where they agree."""
    if len(group) == 1:
        return None
    said = {"card": {each.card for each in group}, "phone": {each.phone for each in group}}
    for name in (*_ONE_VALUE, *_LISTS):
        said[name] = {_said(name, each.row.told[name]) for each in group}
    other = [name for name, values in said.items() if len(values - {""}) > 1]
    if not other:
        return None
    one = [name for name in ("card", "phone") if name not in other and said[name] != {""}]
    shared = " and ".join(one) or "card or phone"
    numbers = tuple(dict.fromkeys(each.row.told["card"] or each.row.told["phone"] for each in group))
    return Alike(tuple(each.row.line for each in group), numbers, f"the same {shared}, another {', '.join(other)}")


def _said(name: str, value: str | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return " ".join(sorted(value))
    return _plain_name(value) if name == "name" else value.casefold()


def _plain_name(name: str) -> str:
    """A name without capitals, signs and the order of its words.

    >>> _plain_name("Пётр  Иванов") == _plain_name("ИВАНОВ, Петр")
    True
    """
    return " ".join(sorted(_WORD.findall(name.casefold().replace("ё", "е"))))


def _plainly(each: _Read) -> list[tuple[str, Any]]:
    """What decides between rows that are equal otherwise, the same in every order of the file."""
    return sorted(each.row.told.items())
