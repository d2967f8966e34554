"""One account as the fold keeps it: lots, debts, days, tier, and the receipts that a return may still name.

This is the only mutable thing in the engine.  It is made by an enrolment, changed by ``book`` (points) and by the fold
(everything else), and the store can put it down and take it up again between two events without a difference.
Of the lots it holds those with something in them (``lots``) and, while a return or a restoring credit needs them, empty
ones (``spent_lots``); a store need not load more than that.
"""

from copy import copy

from bonuscli.days import NEVER
from bonuscli.model import Line

# The two states of the welcome grant before it is given: not foreseen, or waiting for the first purchase.
WELCOME_NONE, WELCOME_WAITING, WELCOME_GIVEN = "none", "waiting", "given"


class Lot:
    """Points of one credit with one opening and one expiry day; ``expired``: how many of it expired unused."""

    __slots__ = ("expired", "expires_on", "n", "opens_on", "origin", "remaining")

    def __init__(
        self, n: int, opens_on: int, expires_on: int, remaining: int, origin: int = 0, expired: int = 0
    ) -> None:
        self.n = n
        self.opens_on = opens_on
        self.expires_on = expires_on
        self.remaining = remaining
        self.origin = origin
        self.expired = expired

    def copy(self) -> "Lot":
        """A lot of its own with the same content."""
        return Lot(self.n, self.opens_on, self.expires_on, self.remaining, self.origin, self.expired)

    def eating_key(self) -> tuple[int, int, int]:
        """Lots are eaten in ascending order of this: soonest to expire, then soonest opened, then oldest."""
        return self.expires_on, self.opens_on, self.n


class Day:
    """What happened on one business day: qualifying spend, points earned, receipts and redemptions."""

    __slots__ = ("earned", "receipts", "redemptions", "spend")

    def __init__(self, spend: int = 0, earned: int = 0, receipts: int = 0, redemptions: int = 0) -> None:
        self.spend = spend
        self.earned = earned
        self.receipts = receipts
        self.redemptions = redemptions


class Sale:
    """A booked receipt, as far as a return of it needs it.

    ``awards``, ``spents``, ``spents_minor``: of each line, in line order; ``receipt_award``: what belongs to the
    receipt as a whole; ``lot``: the entry that opened its lot, ``debit``: the redemption that paid for it (0: none);
    ``redeemed_on``: the day on which that counts, not the receipt's own where points were spent the day before.
    ``returned``: of each line the part brought back so far, a fraction; ``reckoned``: points due back so far, forgiven
    ones included; ``restored``, ``paid_back``: points and money given back so far.
    """

    __slots__ = (
        "at",
        "award",
        "awards",
        "closed",
        "day",
        "debit",
        "lines",
        "lot",
        "paid_back",
        "pinned",
        "receipt_award",
        "reckoned",
        "redeemed_on",
        "restored",
        "returned",
        "seq",
        "shop",
        "spents",
        "spents_minor",
        "tier",
        "total",
        "version",
    )

    def __init__(
        self,
        seq: int,
        at: int,
        day: int,
        version: int | None,
        shop: str,
        tier: str | None,
        total: int,
        lines: tuple[Line, ...],
        pinned: dict[str, int | None],
    ) -> None:
        self.seq = seq
        self.at = at
        self.day = day
        self.version = version
        self.shop = shop
        self.tier = tier
        self.total = total
        self.lines = lines
        self.pinned = pinned
        self.award = 0
        self.receipt_award = 0
        self.awards: list[int] = [0] * len(lines)
        self.spents: list[int] = [0] * len(lines)
        self.spents_minor: list[int] = [0] * len(lines)
        self.lot = 0
        self.debit = 0
        self.redeemed_on: int | None = None
        self.returned: list[tuple[int, int]] = [(0, 1)] * len(lines)
        self.reckoned = 0
        self.restored = 0
        self.paid_back = 0
        self.closed = False

    @property
    def spent(self) -> int:
        """Points that paid for the receipt."""
        return sum(self.spents)

    @property
    def to_pay(self) -> int:
        """Money that was paid for it, in minor units."""
        return int(self.total - sum(self.spents_minor))


class Account:
    """See the module.  Instants in seconds UTC, days as day numbers, points in the smallest unit."""

    __slots__ = (
        "birthday",
        "birthday_year",
        "clock",
        "days",
        "debits",
        "enrolled_at",
        "id",
        "last_purchase_on",
        "lots",
        "member",
        "n",
        "next_due_on",
        "receipts",
        "redeemed_by",
        "rests",
        "sales",
        "seen_on",
        "spent_lots",
        "t",
        "tags",
        "tier",
        "tier_log",
        "tier_since",
        "touched_days",
        "touched_lots",
        "touched_rests",
        "welcome",
    )

    def __init__(
        self, account_id: int, member: int, birthday: int | None, tags: frozenset[str], enrolled_at: int
    ) -> None:
        self.id = account_id
        self.member = member
        self.birthday = birthday
        self.tags = tags
        self.enrolled_at = enrolled_at
        self.clock = enrolled_at
        self.n = 0
        self.t = 0
        self.lots: dict[int, Lot] = {}
        self.spent_lots: dict[int, Lot] = {}
        # Uncovered rests of debits, by entry: the deficit is their sum, repaid oldest first.
        self.rests: dict[int, int] = {}
        # Of debits that may be given back: {debit: {lot: points}}.
        self.debits: dict[int, dict[int, int]] = {}
        self.sales: dict[int, Sale] = {}
        # Of redeem events that a receipt may still name: the redemption's entry and the business day it counts on.
        self.redeemed_by: dict[int, tuple[int, int]] = {}
        self.days: dict[int, Day] = {}
        self.tier: str | None = None
        self.tier_since: int | None = None
        # (at, tier) of every change, in order of recording and, since changes bear the clock, of time.
        self.tier_log: list[tuple[int, str | None]] = []
        self.receipts = 0
        self.last_purchase_on: int | None = None
        self.welcome = WELCOME_NONE
        self.birthday_year: int | None = None
        # The day through which birthdays were looked at; at first the day before the enrolment.
        self.seen_on = 0
        self.next_due_on = NEVER
        self.touched_lots: set[int] = set()
        self.touched_rests: set[int] = set()
        self.touched_days: set[int] = set()

    def lot(self, n: int) -> Lot:
        """The lot that entry ``n`` opened, empty or not."""
        found = self.lots.get(n)
        return found if found is not None else self.spent_lots[n]

    def day(self, day: int) -> Day:
        """The bucket of a business day, to be changed."""
        self.touched_days.add(day)
        bucket = self.days.get(day)
        if bucket is None:
            bucket = self.days[day] = Day()
        return bucket

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
        spend = 0
        for day, bucket in self.days.items():
            if day <= through and (after is None or day > after):
                spend += bucket.spend
        return max(0, spend)

    def copy(self) -> "Account":
        """An account to try something on: settling and booking on it leaves this one as it was."""
        twin = copy(self)
        twin.lots = {n: lot.copy() for n, lot in self.lots.items()}
        twin.spent_lots = {n: lot.copy() for n, lot in self.spent_lots.items()}
        twin.debits = {n: dict(taken) for n, taken in self.debits.items()}
        twin.days = {
            day: Day(bucket.spend, bucket.earned, bucket.receipts, bucket.redemptions)
            for day, bucket in self.days.items()
        }
        twin.sales = {seq: copy(sale) for seq, sale in self.sales.items()}
        for name in ("rests", "redeemed_by", "tier_log", "touched_days", "touched_lots", "touched_rests"):
            setattr(twin, name, getattr(self, name).copy())
        return twin

    def forget_finished(self) -> None:
        """Drop what is only needed until the rows made so far are stored."""
        self.spent_lots.clear()
        self.debits.clear()
        self.sales.clear()
        self.redeemed_by.clear()
        self.touched_lots.clear()
        self.touched_rests.clear()
        self.touched_days.clear()
