"""All members of a program as segments ask of them, on any day: figures of the whole database, each read once.

``Everybody`` stands at the end of a business day.  What an account answers at a till, its days and receipts, its tier
and tags, a member answers here from stored rows, and the same conditions are asked of both (``engine.segments``).
Conditions that no till can ask are at the end.  Of a day that is past it is the state by ``at`` from all that is known
now: what was bought by then less what was brought back by then, and tags and birthdays as they were; gender and fields,
of which the ledger keeps nothing, are those of today.  Who was merged into another is that other on all days.

Worked number: who bought for 60.00 on 1 May and brought all of it back on 3 June had spent 60.00 on 1 June.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from bonuscli.engine import tiers
from bonuscli.engine.book import Rows
from bonuscli.engine.particulars import BIRTHDAY, TAGS
from bonuscli.engine.segments import CONDITIONS, first_before, holds, is_between
from bonuscli.engine.settle import settle
from bonuscli.json_text import parse_json
from bonuscli.model import Program
from bonuscli.services.batches import batches
from bonuscli.services.facts import load_accounts
from bonuscli.services.shop import Session
from bonuscli.services.stored_events import seen_by
from bonuscli.store import segments as store
from bonuscli.units import RATE_ONE, grades

Plain = dict[str, Any]
_NOTHING = (0, 0)


class Who:
    """A member, who answers what conditions ask; see ``engine.account.Account`` for the names."""

    __slots__ = ("_all", "birthday", "enrolled_at", "gender", "member", "row", "tags")

    def __init__(self, everybody: "Everybody", row: store.MemberRow) -> None:
        self._all = everybody
        self.row = row
        self.member: int = row.member
        self.enrolled_at: int = row.enrolled_at
        self.gender: str | None = row.gender
        then = everybody.changed_since.get(row.member, {})
        self.birthday: int | None = then.get(BIRTHDAY, row.birthday)
        self.tags = frozenset(then[TAGS] if TAGS in then else row.tags.split())

    @property
    def last_purchase_on(self) -> int | None:
        """The day of the last purchase up to the day, also one that was returned later."""
        last = self.row.last_purchase_on
        return last if last is None or last <= self._all.day else self._all.last_purchases.get(self.member)

    def spend_between(self, after: int | None, through: int) -> int:
        """Money paid on days in (after, the day], never below zero; None: since ever."""
        return max(0, self._all.purchases(after).get(self.row.account, _NOTHING)[0])

    def receipts_between(self, after: int | None, through: int) -> int:
        """Receipts of the same days that were not wholly returned."""
        return self._all.purchases(after).get(self.row.account, _NOTHING)[1]

    def tier_at(self, at: int) -> str | None:
        """The tier at the end of the day."""
        return self._all.tiers.get(self.row.account)

    def field(self, name: str) -> str | None:
        """A field of the shop's own, as text."""
        fields = self.row.fields
        return None if fields == "{}" else parse_json(fields).get(name)

    def shops_since(self, after: int | None) -> dict[str, tuple[int, int]]:
        """Shop -> (receipts, day of the last one)."""
        return self._all.shops(after).get(self.member, {})

    def sold_since(self, after: int | None, goods: Plain | None = None) -> int:
        """Revenue of all goods or of some."""
        if goods is None:
            return self._all.sales(after).get(self.member, (None, 0, 0))[2]
        return self._all.sales_of_goods(after, goods).get(self.member, 0)

    def grades_since(self, after: int | None) -> tuple[int, int, int] | None:
        """Grades of recency, frequency and money among all who bought; None for who did not."""
        return self._all.grades(after).get(self.member)


class Everybody:
    """The members of a session's program at the end of a business day: enrolled by then, and found by a card or phone.

    Every set of figures is read when it is first asked for, in one statement.
    """

    def __init__(self, session: Session, day: int) -> None:
        self.day = day
        # The day as the version in force then cuts it: the hour at which days begin may have been changed since.
        then = session.versions.settling(session.calendar.start_of(day + 1) - 1)
        self.at = then.calendar.start_of(day + 1) - 1
        self.program: Program = session.versions.settling(self.at)
        self._session = session
        self._connection: sqlite3.Connection = session.connection
        self._rows = store.members(self._connection, session.program, self.at)
        self._accounts = {row.member: row.account for row in self._rows}
        self._known: dict[tuple, dict] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def members(self) -> list[int]:
        """All of them, in order of enrolment."""
        return [row.member for row in self._rows]

    def who(self, conditions: Plain) -> list[int]:
        """Members of whom the conditions of a compiled segment hold, in order of enrolment."""
        at, day, program = self.at, self.day, self.program
        asked = (Who(self, row) for row in self._rows)
        return [who.member for who in asked if holds(conditions, who, at, day, program, ALL_CONDITIONS)]

    def of_now(self, members: Iterable[int]) -> list[int]:
        """The members, of whom those who were merged are the ones whom they were merged into, each once."""
        return sorted({now for member in members if (now := self._now(member)) in self._accounts})

    def with_merged(self, members: Iterable[int]) -> list[int]:
        """The members and all who were merged into them: the buyers on their receipts."""
        wanted = set(members)
        return sorted(wanted | {member for member in self._heirs if self._now(member) in wanted})

    # --- figures, by account or by member ---

    @cached_property
    def changed_since(self) -> dict[int, Plain]:
        """What tags and birthday were at the end of the day, where they changed since."""
        found: dict[int, Plain] = defaultdict(dict)
        for member, body in store.changes_after(self._connection, self.at):
            found[member].update(parse_json(body)["before"])
        return found

    @cached_property
    def last_purchases(self) -> dict[int, int]:
        """Member -> day of the last purchase up to the day."""
        found: dict[int, int] = {}
        for member, at in store.last_purchases(self._connection, self._session.program, self.at):
            now, day = self._now(member), self.program.calendar.day_of(at)
            found[now] = max(day, found.get(now, day))
        return found

    def purchases(self, after: int | None) -> dict[int, tuple[int, int]]:
        """Account -> (money paid net of returns by then, receipts not wholly returned by then)."""
        return self._once(("purchases", after), lambda: self._purchases(after))

    def sales(self, after: int | None) -> dict[int, tuple[int | None, int, int]]:
        """Member -> (day of the last receipt, receipts above 0, revenue before points less returns of these days)."""
        return self._once(("sales", after), lambda: self._sales(after))

    def sales_of_goods(self, after: int | None, goods: Plain) -> dict[int, int]:
        """Member -> revenue of goods."""
        named = tuple(tuple(goods.get(key) or ()) for key in ("categories", "brands", "skus"))
        return self._once(("goods", after, named), lambda: self._sales_of_goods(after, goods))

    def shops(self, after: int | None) -> dict[int, dict[str, tuple[int, int]]]:
        """Member -> shop -> (receipts, day of the last one)."""
        return self._once(("shops", after), lambda: self._shops(after))

    def grades(self, after: int | None) -> dict[int, tuple[int, int, int]]:
        """Member -> grades of recency, frequency and money among the members who bought."""
        return self._once(("grades", after), lambda: self._grades(after))

    @cached_property
    def tiers(self) -> dict[int, str | None]:
        """Account -> tier at the end of the day; where a look at it is due and not written down, as it will be."""
        found = {row.account: row.tier for row in self._rows}
        later = [row.account for row in self._rows if row.clock > self.at]
        if later:
            then = dict(store.tiers_at(self._connection, self.at))
            found.update((account, then.get(account)) for account in later)
        due = [row.member for row in self._rows if row.clock <= self.at and self._is_looked_at(row)]
        session = self._session
        for piece in batches(due):
            for account in load_accounts(self._connection, session.program, piece, session.versions).values():
                settle(account, Rows(), session.versions, self.at)
                found[account.id] = account.tier
        return found

    # --- within ---

    def _once(self, key: tuple, read: Callable[[], dict]) -> dict:
        if key not in self._known:
            self._known[key] = read()
        return self._known[key]

    @cached_property
    def _heirs(self) -> dict[int, int]:
        return store.heirs(self._connection, self._session.program)

    def _now(self, member: int) -> int:
        while member in self._heirs:
            member = self._heirs[member]
        return member

    def _is_looked_at(self, row: store.MemberRow) -> bool:
        """Whether settling to the day may change the tier of an account."""
        if row.next_due_on > self.day:
            return False
        versions = self._session.versions
        if row.floor is not None or versions.first is not versions.newest:
            return True
        found = self.program.tiers
        return (
            found is not None
            and row.tier_since is not None
            and (tiers.look_on(found, row.tier, row.tier_since) <= self.day)
        )

    def _purchases(self, after: int | None) -> dict[int, tuple[int, int]]:
        rows = store.purchases(self._connection, after, self.day)
        found = {account: (spend, receipts) for account, spend, receipts in rows}
        for account, day, spend, receipts in self._brought_back_since:
            if after is None or day > after:
                paid, bought = found.get(account, _NOTHING)
                found[account] = paid + spend, bought + receipts
        return found

    @cached_property
    def _brought_back_since(self) -> list[tuple[int, int, int, int]]:
        """(account, day of the receipt, money, receipts) that returns after the day have taken from receipts before."""
        found = []
        receipt, paid_back, closed = 0, 0, 0
        for member, at, total, event in store.later_returns(self._connection, self.day, self.at):
            account = self._accounts.get(self._now(member))
            seen = next(iter(seen_by(self._session.program, [event])), None)
            if account is None or seen is None or not seen.pinned:
                continue
            if event.original != receipt:
                receipt, paid_back, closed = event.original, 0, 0
            told = parse_json(seen.pinned)
            if event.at > self.at:
                day, closes = self.program.calendar.day_of(at), int(total > 0 and told["closed"] and not closed)
                found.append((account, day, told["paid_back"] - paid_back, closes))
            paid_back, closed = told["paid_back"], told["closed"]
        return found

    def _sales(self, after: int | None) -> dict[int, tuple[int | None, int, int]]:
        found: dict[int, tuple[int | None, int, int]] = {}
        for member, last, receipts, revenue in store.sales(self._connection, after, self.day):
            now = self._now(member)
            if now in found:
                before = found[now]
                last = max((each for each in (last, before[0]) if each is not None), default=None)
                receipts, revenue = receipts + before[1], revenue + before[2]
            found[now] = last, receipts, revenue
        return found

    def _sales_of_goods(self, after: int | None, goods: Plain) -> dict[int, int]:
        asked = {key: goods.get(key) for key in ("categories", "brands", "skus")}
        found: dict[int, int] = defaultdict(int)
        for member, revenue in store.sales_of_goods(self._connection, after, self.day, asked):
            found[self._now(member)] += revenue
        return found

    def _shops(self, after: int | None) -> dict[int, dict[str, tuple[int, int]]]:
        found: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
        for member, shop, receipts, last in store.shops(self._connection, after, self.day):
            of_member = found[self._now(member)]
            before = of_member.get(shop, (0, last))
            of_member[shop] = before[0] + receipts, max(before[1], last)
        return found

    def _grades(self, after: int | None) -> dict[int, tuple[int, int, int]]:
        bought = [
            (member, last, receipts, revenue)
            for member, (last, receipts, revenue) in self.sales(after).items()
            if receipts > 0 and member in self._accounts
        ]
        measures = [list(column) for column in zip(*bought, strict=True)][1:]
        graded = zip(*map(grades, measures), strict=True)
        return {row[0]: grade for row, grade in zip(bought, graded, strict=True)}


# --- conditions that need all receipts, or what the ledger does not know --------------------------------------------


def _goods_share(asked: Plain, who: Who, at: int, day: int, program: Program) -> bool:
    after = first_before(asked, day)
    of_goods, of_all = who.sold_since(after, asked), who.sold_since(after)
    if asked.get("from") is None and asked.get("below") is None:
        return of_goods > 0
    return of_all > 0 and is_between(asked, of_goods * RATE_ONE, of_all)


def _shops(asked: Plain, who: Who, at: int, day: int, program: Program) -> bool:
    bought = who.shops_since(first_before(asked, day))
    if asked.get("any") is not None and bought.keys().isdisjoint(asked["any"]):
        return False
    return asked.get("home") is None or home_shop(bought) in asked["home"]


def home_shop(bought: dict[str, tuple[int, int]]) -> str | None:
    """Where somebody bought most often, of several the one where he was last, then the first by name."""
    return min(bought, key=lambda shop: (-bought[shop][0], -bought[shop][1], shop), default=None)


def _rfm(asked: Plain, who: Who, at: int, day: int, program: Program) -> bool:
    graded = who.grades_since(first_before(asked, day))
    if graded is None:
        return False
    measures = zip(("recency", "frequency", "money"), graded, strict=True)
    return all(asked.get(measure) is None or grade in asked[measure] for measure, grade in measures)


def _gender(asked: list[str], who: Who, at: int, day: int, program: Program) -> bool:
    return who.gender in asked


def _fields(asked: dict[str, list[str]], who: Who, at: int, day: int, program: Program) -> bool:
    return all(who.field(name) in values for name, values in asked.items())


ALL_CONDITIONS: dict[str, Callable[[Any, Any, int, int, Program], bool]] = {
    **CONDITIONS,
    "goods_share": _goods_share,
    "shops": _shops,
    "rfm": _rfm,
    "gender": _gender,
    "fields": _fields,
}
