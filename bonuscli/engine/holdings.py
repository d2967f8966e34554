"""What an account holds: lots, days, booked receipts, holds and passes, each changed in place by the fold."""

from __future__ import annotations

from bonuscli.model import Line
from bonuscli.records import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # A lot or a debit: its number, or (account, number) where it is of an account that this one took over.
    Name = int | tuple[int, int]

# What an event does to another member's account.  member: whose; rule: why; key: of the effect's event, told only once;
# at: instant; terms: plain values that the effect needs.
Effect = namedtuple("Effect", "member rule key at terms")


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

    def copy(self) -> Lot:
        """A lot of its own with the same content."""
        return Lot(self.n, self.opens_on, self.expires_on, self.remaining, self.origin, self.expired)

    def eating_key(self) -> tuple[int, int, int]:
        """Lots are eaten in ascending order of this: soonest to expire, then soonest opened, then oldest."""
        return self.expires_on, self.opens_on, self.n


class Heirloom:
    """A lot of an account that was merged into another.

    ``expired``: how many of its points expired there; ``into``: the lots, by account and number, that hold what moved
    and what came back later.
    """

    __slots__ = ("expired", "into")

    def __init__(self, expired: int, into: list[tuple[int, int]]) -> None:
        self.expired = expired
        self.into = into


class Legacy:
    """A debit of an account that was merged into another: what of it may still come back.

    ``owed``: points that it had left uncovered, which the debit ``carried`` (account, number) has taken on itself;
    ``parts``: [lot, opens_on, expires_on, whether prolonged, points] of its account, in the order of coming back.
    """

    __slots__ = ("carried", "owed", "parts")

    def __init__(self, owed: int, carried: tuple[int, int], parts: list[list[int]]) -> None:
        self.owed = owed
        self.carried = carried
        self.parts = parts


class Day:
    """What happened on one business day: qualifying spend, points earned, receipts and redemptions."""

    __slots__ = ("earned", "receipts", "redemptions", "spend")

    def __init__(self, spend: int = 0, earned: int = 0, receipts: int = 0, redemptions: int = 0) -> None:
        self.spend = spend
        self.earned = earned
        self.receipts = receipts
        self.redemptions = redemptions

    def copy(self) -> Day:
        """A day of its own with the same content."""
        return Day(self.spend, self.earned, self.receipts, self.redemptions)


class Hold:
    """Points put aside; ``entry``: the debit, booked ``at``; ``deadline``: the instant at which they are let go.

    ``day``: the business day on which it counts as a redemption.
    """

    __slots__ = ("at", "day", "deadline", "entry", "points")

    def __init__(self, entry: int, points: int, deadline: int, at: int, day: int) -> None:
        self.entry = entry
        self.points = points
        self.deadline = deadline
        self.at = at
        self.day = day

    def copy(self) -> Hold:
        """A hold of its own with the same content."""
        return Hold(self.entry, self.points, self.deadline, self.at, self.day)


class Pass:
    """A prepaid pass; ``visits``: those that are left, through ``expires_on``."""

    __slots__ = ("expires_on", "id", "visits")

    def __init__(self, pass_id: str, visits: int, expires_on: int) -> None:
        self.id = pass_id
        self.visits = visits
        self.expires_on = expires_on

    def copy(self) -> Pass:
        """A pass of its own with the same content."""
        return Pass(self.id, self.visits, self.expires_on)


# What a sale has; a compiled class does not tell its slots.
_OF_SALE = (
    "at award awards closed day debit lines lot paid_back pinned receipt_award reckoned redeemed_on restored"
    " returned seq shop spents spents_minor taken tier total version"
).split()


class Sale:
    """A booked receipt, as far as a return of it needs it.

    ``awards``, ``spents``, ``spents_minor``: of each line, in line order; ``receipt_award``: what belongs to the
    receipt as a whole; ``lot``: the entry that opened its lot, ``debit``: the redemption that paid for it (0: none),
    each with its account where that was merged into this one;
    ``redeemed_on``: the day on which that counts, not the receipt's own where points were spent the day before.
    ``returned``: of each line the part brought back so far, a fraction; ``reckoned``: points due back so far, forgiven
    ones included; ``restored``, ``paid_back``: points and money given back so far.
    ``taken``: points that returns took back so far, kept where rules with a budget gave some of them.
    """

    __slots__ = _OF_SALE

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
        pinned: dict[str, Any],
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
        count = len(lines)
        self.awards: list[int] = [0] * count
        self.spents: list[int] = [0] * count
        self.spents_minor: list[int] = [0] * count
        self.lot: Name = 0
        self.debit: Name = 0
        self.redeemed_on: int | None = None
        self.returned: list[tuple[int, int]] = [(0, 1)] * count
        self.reckoned = 0
        self.restored = 0
        self.paid_back = 0
        self.taken = 0
        self.closed = False

    def copy(self) -> Sale:
        """A receipt of its own with the same content; its lists are shared: who changes one puts another there."""
        twin = Sale(
            self.seq, self.at, self.day, self.version, self.shop, self.tier, self.total, self.lines, self.pinned
        )
        for name in _OF_SALE:
            setattr(twin, name, getattr(self, name))
        return twin

    @property
    def spent(self) -> int:
        """Points that paid for the receipt."""
        return sum(self.spents)

    @property
    def to_pay(self) -> int:
        """Money that was paid for it, in minor units."""
        return int(self.total - sum(self.spents_minor))
