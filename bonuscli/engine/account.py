"""One account as the fold keeps it: lots, debts, days, tier, and the receipts that a return may still name.

This is the only mutable thing in the engine.  It is made by an enrolment, changed by ``book`` (points) and by the fold
(everything else), and the store can put it down and take it up again between two events without a difference.
Of the lots it holds those with something in them (``lots``) and, while a return or a restoring credit needs them, empty
ones (``spent_lots``); a store need not load more than that, and may give less at first: of its lots the sum and the
first expiry, of its days the last one and a bound of what was spent, since a purchase asks for no more.  What it has
kept to itself is read when it is asked for (``lots``, ``know_lots_before``, ``days``, ``bucket``).
"""

from __future__ import annotations

from bonuscli.days import FIRST_DAY, NEVER
from bonuscli.engine.holdings import Day, Effect, Heirloom, Hold, Legacy, Lot, Pass, Sale
from bonuscli.model import Line
from bonuscli.records import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from bonuscli.engine.holdings import Name
    from bonuscli.model import Program

    # Of an account by its id: those lots that end on or after one day and before another, and when the first of the
    # others ends; the days from one through another.
    ReadLots = Callable[[int, int, int], tuple[dict[int, Lot], int]]
    ReadDays = Callable[[int, int, int], dict[int, Day]]

# What of an account has rows of its own: names of ``touched``.
LOTS, RESTS, DAYS, TALLIES, HOLDS, PASSES = "lots", "rests", "days", "tallies", "holds", "passes"
# Lots that only the store has.  read: a ReadLots; first: the first day that is one's last; points: in all of them.
UnreadLots = namedtuple("UnreadLots", "read first points")
# Days that only the store has.  read: a ReadDays; last: the last of them.
UnreadDays = namedtuple("UnreadDays", "read last")
# Before this day all lots end.
AFTER_ALL = NEVER + 1
# The two states of the welcome grant before it is given: not foreseen, or waiting for the first purchase.
WELCOME_NONE, WELCOME_WAITING, WELCOME_GIVEN = "none", "waiting", "given"


# What an account has; a compiled class does not tell its slots.
_FIELDS = (
    "beneath birthday birthday_given_on birthday_year blocked clock control debits effects enrolled_at first_expiry"
    " floor floor_until heirlooms holds id known_days known_lots last_purchase_on legacies looked_at member"
    " merged_into n next_due_on passes program purchases receipts redeemed_by referrer rests sales seen_on"
    " spend_at_most spent_lots t tags tallies tier tier_log tier_since touched unread_days unread_lots welcome"
).split()


class Account:
    """See the module.  Instants in seconds UTC, days as day numbers, points in the smallest unit."""

    __slots__ = _FIELDS

    def __init__(
        self, account_id: int, member: int, birthday: int | None, tags: frozenset[str], enrolled_at: int
    ) -> None:
        self.id = account_id
        # The id of the program whose points these are.
        self.program = ""
        self.member = member
        self.birthday = birthday
        self.tags = tags
        self.enrolled_at = self.clock = enrolled_at
        self.n = self.t = self.receipts = 0
        self.known_lots: dict[int, Lot] = {}
        self.unread_lots: UnreadLots | None = None
        self.first_expiry: int | None = None  # see soonest_expiry; None where it is to be found anew
        self.spent_lots: dict[int, Lot] = {}
        # Uncovered rests of debits, by entry: the deficit is their sum, repaid oldest first.
        self.rests: dict[int, int] = {}
        # Of debits that may be given back: {debit: {lot: points}}.
        self.debits: dict[int, dict[int, int]] = {}
        self.sales: dict[int, Sale] = {}
        # Of redeem events that a receipt may still name: the redemption's entry and the business day it counts on.
        self.redeemed_by: dict[int, tuple[Name, int]] = {}
        # Lots and debits, by (account, number), of accounts that were merged into this one.
        self.heirlooms: dict[tuple[int, int], Heirloom] = {}
        self.legacies: dict[tuple[int, int], Legacy] = {}
        self.known_days: dict[int, Day] = {}
        self.unread_days: UnreadDays | None = None
        self.spend_at_most: int | None = None  # see most_spent; None where it is to be found anew
        self.tier: str | None = None
        self.tier_since: int | None = None
        # (at, tier) of every change, in order of recording and, since changes bear the clock, of time.
        self.tier_log: list[tuple[int, str | None]] = []
        self.last_purchase_on: int | None = None
        self.welcome = WELCOME_NONE
        self.birthday_year: int | None = None
        self.birthday_given_on: int | None = None
        # Kept out of points, to measure by; member who brought this one.
        self.control = self.blocked = False
        self.referrer: int | None = None
        self.looked_at: tuple[Program, int] | None = None  # see tiers.next_look; None where it is to be found anew
        # The tier set by hand, below which the account does not fall through its last day, and its own level beneath.
        self.floor: str | None = None
        self.floor_until: int | None = None
        self.beneath: str | None = None
        self.merged_into: int | None = None
        # How often something happened, by name and business day: actions, grants with a limit, punches.
        self.tallies: dict[str, dict[int, int]] = {}
        # Unresolved holds and passes with visits left, by the seq of their event.
        self.holds: dict[int, Hold] = {}
        self.passes: dict[int, Pass] = {}
        # Goods bought, (day, Line) by (seq of the receipt, line); kept only where a rule asks for earlier purchases.
        self.purchases: dict[tuple[int, int], tuple[int, Line]] = {}
        # What the last event does to other accounts, until the desk has recorded it there.
        self.effects: list[Effect] = []
        self.seen_on = 0  # the day through which birthdays were looked at; at first the one before the enrolment
        self.next_due_on = NEVER
        # The keys of what changed since it was stored, by what it is: two sets as a rule, where six would take 1.3 KB.
        self.touched: dict[str, set[Any]] = {}

    def touch(self, what: str, key: int | tuple[str, int]) -> None:
        """Have the row of a lot, a rest, a day, a tally, a hold or a pass stored anew."""
        keys = self.touched.get(what)
        if keys is None:
            self.touched[what] = {key}
        else:
            keys.add(key)

    @property
    def lots(self) -> dict[int, Lot]:
        """Every lot with something in it."""
        self.know_lots_before(AFTER_ALL)
        return self.known_lots

    def know_lots_before(self, day: int) -> None:
        """Read the lots that end before a day, where they are not known yet."""
        unread = self.unread_lots
        if unread is not None and unread.first < day:
            found, first = unread.read(self.id, unread.first, day)
            points = unread.points - sum([lot.remaining for n, lot in found.items() if n not in self.known_lots])
            self.unread_lots = UnreadLots(unread.read, first, points) if points else None
            self.known_lots = {**found, **self.known_lots}

    def empty(self, lot: Lot) -> None:
        """Nothing is left in a lot."""
        if self.unread_lots is not None and lot.expires_on >= self.unread_lots.first:
            self.know_lots_before(AFTER_ALL)  # else it would be found in the store, where it still stands, once more
        del self.known_lots[lot.n]
        if lot.expires_on == self.first_expiry:
            self.first_expiry = None
        self.spent_lots[lot.n] = lot

    @property
    def days(self) -> dict[int, Day]:
        """Every business day on which something happened."""
        unread = self.unread_days
        if unread is not None:
            self.known_days = {**unread.read(self.id, FIRST_DAY, unread.last), **self.known_days}
            self.unread_days = None
        return self.known_days

    @property
    def points(self) -> int:
        """Points in all lots, also those that open later."""
        known = sum([lot.remaining for lot in self.known_lots.values()])
        return known if self.unread_lots is None else known + int(self.unread_lots.points)

    def lot(self, n: int) -> Lot:
        """The lot that entry ``n`` opened, empty or not."""
        found = self.known_lots.get(n) or self.spent_lots.get(n)
        return found if found is not None else self.lots[n]

    def bucket(self, day: int) -> Day | None:
        """The bucket of a business day, None for one on which nothing happened."""
        found, unread = self.known_days.get(day), self.unread_days
        if found is None and unread is not None and day <= unread.last:
            found = unread.read(self.id, day, day).get(day)
            if found is not None:
                self.known_days[day] = found
        return found

    def day(self, day: int) -> Day:
        """The bucket of a business day, to be changed."""
        self.touch(DAYS, day)
        bucket = self.bucket(day)
        if bucket is None:
            bucket = self.known_days[day] = Day()
        return bucket

    def spend_on(self, day: int, money: int) -> Day:
        """Count qualifying spend, below zero for what came back, on a business day; the day's bucket, to be changed."""
        bucket = self.day(day)
        bucket.spend += money
        if money > 0 and self.spend_at_most is not None:
            self.spend_at_most += money
        return bucket

    def put_down(self, read_lots: ReadLots, read_days: ReadDays) -> None:
        """Keep of lots and days, all stored, what a purchase asks for; the rest can be read again."""
        first, points = self.soonest_expiry(), self.points
        self.most_spent()
        self.unread_lots, self.known_lots = UnreadLots(read_lots, first, points) if points else None, {}
        if self.known_days:
            last = max(self.known_days)
            if self.unread_days is not None:
                last = max(last, self.unread_days.last)
            self.unread_days, self.known_days = UnreadDays(read_days, last), {}

    def soonest_expiry(self) -> int:
        """The first day that is the last one of a lot with something in it, NEVER without such a lot."""
        if self.first_expiry is None:
            unread = NEVER if self.unread_lots is None else self.unread_lots.first
            self.first_expiry = min([unread, *[lot.expires_on for lot in self.known_lots.values()]])
        return self.first_expiry

    def open_lots(self, day: int) -> list[Lot]:
        """Lots that can be spent on a day, in eating order."""
        return sorted((lot for lot in self.lots.values() if lot.opens_on <= day <= lot.expires_on), key=Lot.eating_key)

    def all_lots(self, day: int) -> list[Lot]:
        """Every lot with something in it, those open by a day before pending ones, each in eating order.

        A lot whose last day has passed but whose expiry is not booked yet (points restored by the very event) counts as
        open: while it holds points, no debt may arise beside it.
        """
        return sorted(self.lots.values(), key=lambda lot: (lot.opens_on > day, lot.eating_key()))

    def open_points(self, day: int) -> int:
        """Points that can be spent on a day."""
        return sum(lot.remaining for lot in self.lots.values() if lot.opens_on <= day <= lot.expires_on)

    def pending_points(self, day: int) -> int:
        """Points of lots that open after a day."""
        return sum(lot.remaining for lot in self.lots.values() if lot.opens_on > day)

    @property
    def held(self) -> int:
        """Points put aside by holds."""
        return sum(hold.points for hold in self.holds.values())

    def tally(self, name: str, day: int, count: int) -> None:
        """Count something on a day; a negative count takes back what was counted, never below zero."""
        days = self.tallies.setdefault(name, {})
        days[day] = max(0, days.get(day, 0) + count)
        if not days[day]:
            del days[day]
        self.touch(TALLIES, (name, day))

    def tallied(self, name: str, first: int, last: int) -> int:
        """How often something was counted on the days from first through last."""
        return sum(count for day, count in self.tallies.get(name, {}).items() if first <= day <= last)

    @property
    def deficit(self) -> int:
        """Points owed: the sum of what debits left uncovered."""
        return sum(self.rests.values())

    def tier_at(self, at: int) -> str | None:
        """The tier that was held at an instant, by the changes recorded so far."""
        if at >= self.clock or not self.tier_log:
            return self.tier
        held = self.tier_log[0][1]
        for changed_at, tier in self.tier_log:
            if changed_at > at:
                break
            held = tier
        return held

    def spend_between(self, after: int | None, through: int) -> int:
        """Qualifying spend on days in (after, through], never below zero; None: since ever."""
        first = FIRST_DAY if after is None else after + 1
        return max(0, sum([bucket.spend for day, bucket in self.days.items() if first <= day <= through]))

    def most_spent(self) -> int:
        """No days together have more qualifying spend than this: kept, so that only who may rise is summed up."""
        if self.spend_at_most is None:
            self.spend_at_most = sum([bucket.spend for bucket in self.days.values() if bucket.spend > 0])
        return self.spend_at_most

    def receipts_between(self, after: int | None, through: int) -> int:
        """Receipts of the same days that were not wholly returned."""
        first = FIRST_DAY if after is None else after + 1
        return sum(bucket.receipts for day, bucket in self.days.items() if first <= day <= through)

    def earned_between(self, after: int | None, through: int) -> int:
        """Points that receipts of the same days gave, net of what was taken back, never below zero."""
        first = FIRST_DAY if after is None else after + 1
        return max(0, sum(bucket.earned for day, bucket in self.days.items() if first <= day <= through))

    def copy(self, booking: bool = True) -> Account:
        """An account to try something on: settling and booking on it leaves this one as it was.

        One that is not to be booked on shares the receipts, of which a large batch has many: settling changes none.
        """
        twin = Account(self.id, self.member, self.birthday, self.tags, self.enrolled_at)
        for name in _FIELDS:
            setattr(twin, name, getattr(self, name))
        twin.known_lots = {n: lot.copy() for n, lot in self.known_lots.items()}
        twin.spent_lots = {n: lot.copy() for n, lot in self.spent_lots.items()}
        twin.debits = {n: dict(taken) for n, taken in self.debits.items()}
        twin.known_days = {day: bucket.copy() for day, bucket in self.known_days.items()}
        if booking:
            twin.sales = {seq: sale.copy() for seq, sale in self.sales.items()}
        twin.tallies = {name: dict(days) for name, days in self.tallies.items()}
        twin.holds = {seq: hold.copy() for seq, hold in self.holds.items()}
        twin.passes = {seq: each.copy() for seq, each in self.passes.items()}
        twin.heirlooms = {name: Heirloom(each.expired, each.into.copy()) for name, each in self.heirlooms.items()}
        twin.legacies = {
            name: Legacy(each.owed, each.carried, [part.copy() for part in each.parts])
            for name, each in self.legacies.items()
        }
        for name in ("rests", "redeemed_by", "tier_log", "purchases", "effects"):
            setattr(twin, name, getattr(self, name).copy())
        twin.touched = {what: set(keys) for what, keys in self.touched.items()}
        return twin

    def touch_everything(self) -> None:
        """Have every projection of this account written anew."""
        self.touched = {
            LOTS: set(self.lots),
            RESTS: set(self.rests),
            DAYS: set(self.days),
            TALLIES: {(name, day) for name, days in self.tallies.items() for day in days},
            HOLDS: set(self.holds),
            PASSES: set(self.passes),
        }

    def forget_finished(self) -> None:
        """Drop what is only needed until the rows made so far are stored; what holds may give back is kept."""
        if self.holds:
            self.debits = {hold.entry: self.debits[hold.entry] for hold in self.holds.values()}
            reserved = {n for taken in self.debits.values() for n in taken}
            self.spent_lots = {n: lot for n, lot in self.spent_lots.items() if n in reserved}
        else:
            self.debits.clear()
            self.spent_lots.clear()
        self.sales.clear()
        self.redeemed_by.clear()
        self.heirlooms.clear()
        self.legacies.clear()
        self.touched.clear()
