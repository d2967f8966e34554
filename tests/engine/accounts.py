"""One member's account as a till fills it: the engine alone, without a store.

A :class:`Card` is told events at local times of its program and keeps what the last one wrote (``rows``).  Lots and
debits go by the number of their entry, days are written as text.  After each event the account is held to its rows:
what remains in lots and what is owed follow from entries and allocations alone.
"""

from typing import Any

from bonuscli.days import format_day, parse_day
from bonuscli.engine import fold, tiers
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows
from bonuscli.engine.brought import Wanted, resolve, unlinked_body
from bonuscli.engine.holdings import Sale
from bonuscli.engine.returns import Returned
from bonuscli.engine.settle import settle
from bonuscli.engine.versions import Version, Versions
from bonuscli.model import (
    ADJUST,
    CAPTURE,
    ENROL,
    GRANT,
    HOLD,
    RECEIPT,
    REDEEM,
    RELEASE,
    RETURN,
    TIER_SET,
    UNDO,
    AdjustBody,
    CaptureBody,
    EnrolBody,
    Event,
    GrantBody,
    HoldBody,
    Member,
    Program,
    ReceiptBody,
    RedeemBody,
    ReleaseBody,
    ReturnBody,
    TierSetBody,
    UndoBody,
)
from tests.engine.scoring import BASE, lines_of, program
from tests.properties.till import remaining_by_rows

DAY = 86_400
NOON = 43_200
NOBODY = Member(None, None, None, None, None, (), (), "")
ACCOUNT = 7


def shop(*rules: str, returns: str = "", **more: str) -> Program:
    """A point a euro (or other rules), each of which pays a euro; ``returns``: keys of that section."""
    return program(*(rules or (BASE,)), redeem="{}", returns=returns and f"{{{returns}}}", **more)


LEVELS = '[{id: bronze, from: "0"}, {id: silver, from: "100.00"}, {id: gold, from: "500.00"}]'


def shop_with_levels(window: str = "12mo", downgrade: str = "one-level", levels: str = LEVELS, **more: str) -> Program:
    """The same with levels; ``by`` and ``counts`` as their section has them."""
    by, counts = more.pop("by", "spend"), more.pop("counts", "before")
    return shop(
        tiers=f"{{by: {by}, counts: {counts}, window: {window}, downgrade: {downgrade}, levels: {levels}}}", **more
    )


def instant(day: str, seconds: int = NOON) -> int:
    """The instant so many seconds into a day of UTC, or its noon."""
    return parse_day(day) * DAY + seconds


class Card:
    """A member under one program, or under several versions of it, each from its own start."""

    def __init__(
        self,
        program: Program,
        *later: tuple[str, Program],
        begins: str = "2000-01-01",
        enrolled: str = "2026-01-01 09:00",
        tier: str | None = None,
    ) -> None:
        self.calendar = program.calendar
        starts = [(self.calendar.parse_instant(start), each) for start, each in ((begins, program), *later)]
        self.versions = Versions(tuple(Version(key, each, start, start) for key, (start, each) in enumerate(starts, 1)))
        self.seq = 0
        # What the last event wrote, and what all of them wrote.
        self.rows, self.ledger = Rows(), Rows()
        # Of receipts and holds, by what the test calls them, the event.
        self.named: dict[str, int] = {}
        at = self.calendar.parse_instant(enrolled)
        event = Event(0, ENROL, at, self.calendar.day_of(at), at, 1, None)
        self.account: Account = fold.open_account(ACCOUNT, 3, NOBODY, event, program.id)
        self.tell(ENROL, enrolled, EnrolBody(tier, None))

    def tell(self, kind: str, at: str, body: object, **pinned: object) -> Any:
        """Book one event; what it booked."""
        self.seq += 1
        self.rows = Rows()
        instant = self.calendar.parse_instant(at)
        version = self.versions.in_force(instant)
        settled_to = max(instant, self.account.clock)
        day = self.calendar.day_of(instant)
        event = Event(self.seq, kind, instant, day, settled_to, version and version.key, body, pinned)
        booked = fold.apply(self.account, event, self.versions, self.rows)
        self._prove()
        return booked

    # --- what happens to it -----------------------------------------------------------------------------------------

    def buy(
        self, at: str, lines: str, spend: int = 0, name: str = "", paid_by: int = 0, shop: str = "", **pinned: object
    ) -> int:
        """A receipt, in the short form of lines; the points that it earned."""
        items = lines_of(lines)
        total = sum(line.amount for line in items)
        name = name or at[:10]
        booked = self.tell(RECEIPT, at, ReceiptBody(name, shop, total, items, spend, paid_by), **pinned)
        self.named[name] = self.seq
        return int(booked.earned)

    def bring_back(self, at: str, name: str, *wanted: tuple[int, int], amount: int | None = None) -> Returned:
        """A return of (line, units) of a receipt, of an amount of money, or of all that is left."""
        sale = self.sale(name)
        lines = [Wanted(line, None, None, units * 1000, None) for line, units in wanted] or None
        parts = resolve(sale, lines, amount)
        assert isinstance(parts, tuple), parts
        body = ReturnBody("x", sale.shop, sum(part.line.amount for part in parts), parts, sale.seq)
        return self.tell(RETURN, at, body)

    def bring_in(self, at: str, lines: str, shop: str = "") -> Returned:
        """A return that names no receipt."""
        return self.tell(RETURN, at, unlinked_body("x", shop, lines_of(lines)))

    def give(self, at: str, points: int, opens: str = "", through: str = "9999-12-31") -> int:
        """A grant; its lot."""
        days = parse_day(opens or at[:10]), parse_day(through)
        return self.tell(GRANT, at, GrantBody(points, *days, False))

    def redeem(self, at: str, points: int) -> int:
        """A redemption without a receipt; its entry."""
        return self.tell(REDEEM, at, RedeemBody(points, "", None))

    def adjust(self, at: str, points: int) -> int:
        """An adjustment, negative ones beyond what is there too; its entry."""
        return self.tell(ADJUST, at, AdjustBody(points, "why"))

    def hold(self, at: str, points: int, until: str, name: str = "hold") -> int:
        """Points put aside; the entry."""
        n = self.tell(HOLD, at, HoldBody(points, self.calendar.parse_instant(until), None, None))
        self.named[name] = self.seq
        return n

    def capture(self, at: str, points: int, name: str = "hold") -> int:
        """Held points spent; the redemption."""
        return self.tell(CAPTURE, at, CaptureBody(self.named[name], points, None))

    def release(self, at: str, name: str = "hold") -> int:
        """Held points let go; the entry."""
        return self.tell(RELEASE, at, ReleaseBody(self.named[name]))

    def undo(self, at: str, seq: int, kind: str, *entries: tuple[int, int]) -> int:
        """An event taken back, which had booked (entry, points); the last entry."""
        return self.tell(UNDO, at, UndoBody(seq, kind, entries, self.calendar.day_of(self.account.clock), None))

    def set_tier(self, at: str, tier: str | None, until: str | None = None) -> None:
        """A tier set by hand, through a day."""
        self.tell(TIER_SET, at, TierSetBody(tier, until and parse_day(until)))

    def pass_time(self, at: str) -> None:
        """Bring the account to an instant: what fell due is booked."""
        self.rows = Rows()
        settle(self.account, self.rows, self.versions, self.calendar.parse_instant(at))
        self._prove()

    def _prove(self) -> None:
        self.ledger.entries += self.rows.entries
        self.ledger.allocations += self.rows.allocations
        lots, owed = remaining_by_rows(self.ledger)
        assert {n: points for n, points in lots.items() if points} == self.left
        assert owed == self.account.deficit
        assert not owed or not self.left
        assert not any(lot.remaining for lot in self.account.spent_lots.values())
        assert self.account.lots.keys().isdisjoint(self.account.spent_lots)

    # --- what stands ------------------------------------------------------------------------------------------------

    def sale(self, name: str) -> Sale:
        """A booked receipt."""
        return self.account.sales[self.named[name]]

    @property
    def booked(self) -> list[tuple[str, int]]:
        """Kind and points of each entry that the last event wrote."""
        return [(entry.kind, entry.points) for entry in self.rows.entries]

    @property
    def moves(self) -> list[tuple[int, int, int, int, int]]:
        """The allocations that the last event wrote."""
        return [tuple(each) for each in self.rows.allocations]

    @property
    def left(self) -> dict[int, int]:
        """What remains in each lot that is not empty."""
        return {n: lot.remaining for n, lot in sorted(self.account.lots.items())}

    @property
    def owed(self) -> dict[int, int]:
        """The uncovered rest of each debit."""
        return dict(self.account.rests)

    @property
    def changes(self) -> list[tuple[str | None, str | None, str]]:
        """(from, to, reason) of each change of tier that the last event wrote."""
        return [(change.previous, change.tier, change.reason) for change in self.rows.tier_changes]

    @property
    def next_look(self) -> str:
        """The day on which the level is looked at, under the first version."""
        return format_day(tiers.next_look(self.account, self.versions.first))

    @property
    def held_through(self) -> str | None:
        """The last day on which the level is held for sure, under the first version."""
        last = tiers.held_through(self.account, self.versions.first)
        return None if last is None else format_day(last)


def bought(rules: Program, lines: str, spend: int = 0, points: int = 0, **told: Any) -> Card:
    """A card with ``points`` given on 1 January (lot 1, if any) and a purchase ``r1`` on the 10th."""
    card = Card(rules)
    if points:
        card.give("2026-01-01 12:00", points)
    card.buy("2026-01-10 12:00", lines, spend=spend, name="r1", **told)
    return card


def brought(card: Card, at: str, *wanted: tuple[int, int], amount: int | None = None) -> tuple[int, ...]:
    """(taken back, restored, forgiven, money paid back) of a return of ``r1``."""
    return tuple(card.bring_back(at, "r1", *wanted, amount=amount)[:4])
