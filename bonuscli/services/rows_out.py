"""Rows on their way to the store: collected while events are booked, written together in one go."""

from __future__ import annotations

from _operator import itemgetter

from bonuscli.days import NEVER
from bonuscli.engine.account import DAYS, HOLDS, LOTS, PASSES, RESTS, TALLIES, Account
from bonuscli.engine.book import Rows
from bonuscli.engine.receipts import Booked
from bonuscli.json_text import format_json
from bonuscli.later import later
from bonuscli.model import (
    BODIES_AS_TEXT,
    CAPTURE,
    ENGINE_REVISION,
    RECEIPT,
    REDEEM,
    RELEASE,
    RETURN,
    UNDO,
    Event,
    Member,
)
from bonuscli.records import namedtuple
from bonuscli.services.pinning import Budgets
from bonuscli.store import append, seals
from bonuscli.store.seals import Head
from bonuscli.units import format_decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable
    from typing import Any

    from bonuscli.store import day_totals

    Projected = tuple[list[tuple], list[tuple]]
else:
    day_totals = later("bonuscli.store.day_totals")

# Where an event comes from and who made it, as stored with it; payments: text.
Origin = namedtuple("Origin", "source number shop till cashier payments actor reason")
# The columns of an event's row that neither the event nor its origin has.  pinned: text or None; program: in which it
# was recorded; worth: minor units that points spent apart from a receipt pay.
Stored = namedtuple("Stored", "recorded_at utc_offset tier pinned original_number program subject worth")

# Tables by what their rows may refer to: these stand before the accounts, those behind the events.
_PEOPLE = ("members", "cards")
_OF_EVENTS = (
    "sold_lines receipt_lines line_shares entries allocations inherited award_parts tier_changes budget_draws"
    " coupon_uses consents"
).split()
_by_account = itemgetter(0)
# Which part of an earlier receipt's line a line brings back.
_OF_NO_LINE = (None, None, None)


def payments_text(payments: tuple[tuple[str, int | None], ...] | None, digits: int) -> str:
    """Ways of payment as one text: ``cash; card 12.50``."""
    if not payments:
        return ""
    return "; ".join(
        kind if amount is None else f"{kind} {format_decimal(amount, digits)}" for kind, amount in payments
    )


def body_text(event: Event) -> str | None:
    """The body of an event whose kind has no columns of its own, as JSON by the names of its fields."""
    if event.kind not in BODIES_AS_TEXT:
        return None
    return format_json(event.body._asdict(), ensure_ascii=False, separators=(",", ":"))


class RowsOut:
    """Tuples by table, in the order of the columns of ``store.append``."""

    def __init__(self, budgets: Budgets) -> None:
        self.rows: dict[str, list[tuple]] = {table: [] for table in (*_PEOPLE, "events", *_OF_EVENTS)}
        self._budgets = budgets
        self._accounts: dict[int, Account] = {}

    def lengths(self) -> dict[str, int]:
        """How many rows of each table there are."""
        return {table: len(rows) for table, rows in self.rows.items()}

    def accounts(self) -> Iterable[Account]:
        """Those on which something was booked."""
        return self._accounts.values()

    def cut_to(self, lengths: dict[str, int], accounts: list[Account]) -> None:
        """Drop what was added since :meth:`lengths` was asked, and the accounts that were opened since."""
        for account in accounts:
            self._accounts.pop(account.id, None)
        for table, length in lengths.items():
            del self.rows[table][length:]

    def member(self, member_id: int, member: Member, enrolled_on: int) -> None:
        """One members row."""
        self.rows["members"].append(
            (
                member_id,
                member.name,
                member.phone,
                member.email,
                member.birthday,
                member.gender,
                " ".join(sorted(member.tags)),
                format_json(dict(member.fields), ensure_ascii=False, sort_keys=True),
                member.consents,
                enrolled_on,
            )
        )

    def of_account(self, account: Account, booked: Rows) -> None:
        """What the engine wrote on one account."""
        self._accounts[account.id] = account
        # Put together by +, which takes a third of (account.id, *each), and by loops: most have one row or two.
        rows, own = self.rows, (account.id,)
        for entry in booked.entries:
            rows["entries"].append(own + entry)
        for part in booked.parts:
            rows["award_parts"].append(own + part)
        for allocation in booked.allocations:
            rows["allocations"].append(own + allocation)
        for share in booked.shares:
            rows["line_shares"].append(share + own)
        for heirloom in booked.inherited:
            rows["inherited"].append(own + heirloom)
        for change in booked.tier_changes:
            rows["tier_changes"].append(own + change)
        if booked.draws:
            rows["budget_draws"] += [(account.program, *draw) for draw in booked.draws]
            self._budgets.note(account.program, booked.draws)

    def event(
        self, event: Event, member: int | None, digest: bytes, origin: Origin, booked: object, stored: Stored
    ) -> None:
        """One events row with its lines."""
        seq, kind, at, day, settled_to, version, body, told = event
        source, number, shop, till, cashier, payments, actor, reason = origin
        recorded_at, utc_offset, tier, pinned, original_number, program, subject, worth = stored
        spent, spent_minor, points, original, total, text = 0, 0, 0, None, 0, None
        if kind == RECEIPT:
            total = body.total
            original = body.paid_by or None
            if isinstance(booked, Booked):
                spent, spent_minor = booked.redeemed, booked.spent_minor
            if "coupons" in told:
                self.rows["coupon_uses"] += [(code, seq, 1) for code in told["coupons"]]
            lines, own = self.rows["sold_lines"], (seq,)
            for line in body.lines:
                lines.append(own + line)
        elif kind == RETURN:
            total, original = body.total, body.original
            self.rows["receipt_lines"] += [
                (seq, *line, *(_OF_NO_LINE if original is None else of_original)) for *of_original, line in body.lines
            ]
        elif kind == REDEEM:
            spent, points, spent_minor, total = body.points, body.points, worth, body.total or 0
        else:
            points, text = getattr(body, "points", 0), body_text(event)
            if kind in (CAPTURE, RELEASE):
                original = body.hold
            elif kind == UNDO:
                original = body.of
            if kind == CAPTURE:
                spent, spent_minor = points, worth
        self.rows["events"].append((
            seq, member, kind, at, recorded_at, day, utc_offset, source, number, digest, shop, till, cashier, payments,
            total, spent, spent_minor, points, tier, version, ENGINE_REVISION, settled_to, program, original,
            original_number, actor, reason, pinned, subject, text,
        ))  # fmt: skip

    def write(self, connection: sqlite3.Connection, head: Head) -> Head:
        """All rows in an order that foreign keys allow, then the projections of the accounts booked on.

        ``head``: the last seal so far; the one that stands last now.
        """
        # In the order of their keys rows meet the pages of their tables one after another.
        accounts = [account for _, account in sorted(self._accounts.items())]
        for table in ("entries", "allocations", "award_parts"):
            self.rows[table].sort(key=_by_account)  # of one account they stand in order
        for table in _PEOPLE:
            append.insert(connection, table, self.rows[table])
        append.upsert_accounts(connection, [account_row(account) for account in accounts])
        sealed = seals.seal(head, *(self.rows[table] for table in ("events", "entries", "allocations")))
        if sealed is not None:
            append.insert(connection, "seals", [sealed])
            number, last_seq, _, sealed_as = sealed
            under = (number,)
            self.rows["entries"] = [entry + under for entry in self.rows["entries"]]
            head = (number, last_seq, sealed_as)
        append.insert_events(connection, self.rows["events"])
        for table in _OF_EVENTS:
            append.insert(connection, table, self.rows[table])
        day_totals.keep(connection, self.rows, self._accounts)
        write_projections(connection, accounts)
        return head


def account_row(account: Account) -> tuple:
    """The accounts row of an account as it stands."""
    return (
        account.id,
        account.member,
        account.program,
        account.enrolled_at,
        account.clock,
        account.n,
        account.t,
        account.points,
        account.held,
        account.deficit,
        account.tier,
        account.tier_since,
        account.receipts,
        account.last_purchase_on,
        account.welcome,
        account.birthday_year,
        min(account.next_due_on, NEVER),
        account.birthday_given_on,
        int(account.control),
        account.referrer,
        account.floor,
        account.floor_until,
        account.beneath,
        int(account.blocked),
        account.merged_into,
    )


def projected_rows(account: Account) -> dict[str, list[tuple]]:
    """All rows of all projections of an account, by table."""
    keys: dict[str, Iterable[Any]] = {
        "account_days": account.days,
        "open_lots": account.lots,
        "open_rests": account.rests,
        "tallies": [(name, day) for name, days in account.tallies.items() for day in days],
        "holds": account.holds,
        "passes": account.passes,
    }
    return {table: _PROJECTED[table](account, found)[0] for table, found in keys.items()}


def write_projections(connection: sqlite3.Connection, accounts: list[Account]) -> None:
    """Bring the projections in line with what the accounts touched."""
    for table, what in _TOUCHED.items():
        rows: list[tuple] = []
        gone: list[tuple] = []
        for account in accounts:
            keys = account.touched.get(what)
            if keys:
                standing, ended = _PROJECTED[table](account, keys)
                rows += standing
                gone += ended
        append.upsert(connection, table, sorted(rows))
        append.delete(connection, table, gone)
    for account in accounts:
        account.forget_finished()


_TOUCHED = {
    "account_days": DAYS,
    "open_lots": LOTS,
    "open_rests": RESTS,
    "tallies": TALLIES,
    "holds": HOLDS,
    "passes": PASSES,
}


def _of_days(account: Account, days: Iterable[int]) -> Projected:
    standing = []
    for day in days:
        bucket = account.known_days[day]
        standing.append((account.id, day, bucket.spend, bucket.earned, bucket.receipts, bucket.redemptions))
    return standing, []


def _of_lots(account: Account, numbers: Iterable[int]) -> Projected:
    standing, gone = [], []
    for n in numbers:
        lot = account.known_lots.get(n)
        if lot is not None:
            standing.append((account.id, lot.expires_on, lot.opens_on, n, lot.remaining, lot.origin))
        else:
            lot = account.lot(n)
            gone.append((account.id, lot.expires_on, lot.opens_on, n))
    return standing, gone


def _one_by_one(found: Callable[[Account, Any], tuple | None]) -> Callable[[Account, Iterable[Any]], Projected]:
    """The same of a projection with few rows; ``found``: what an account has under a key, behind the key's columns."""

    def of_keys(account: Account, keys: Iterable[Any]) -> Projected:
        """Each key's row, or the key where there is none any more."""
        standing, gone = [], []
        for key in keys:
            place = (account.id, *key) if isinstance(key, tuple) else (account.id, key)
            what = found(account, key)
            if what is None:
                gone.append(place)
            else:
                standing.append(place + what)
        return standing, gone

    return of_keys


def _rest(account: Account, n: int) -> tuple | None:
    rest = account.rests.get(n)
    return (rest,) if rest else None


def _tally(account: Account, key: tuple[str, int]) -> tuple | None:
    name, day = key
    count = account.tallies.get(name, {}).get(day)
    return (count,) if count else None


def _hold(account: Account, event: int) -> tuple | None:
    hold = account.holds.get(event)
    return None if hold is None else (hold.entry, hold.points, hold.deadline, hold.at, hold.day)


def _pass(account: Account, event: int) -> tuple | None:
    held = account.passes.get(event)
    return None if held is None else (held.id, held.visits, held.expires_on)


# Table -> what stands in it under keys of the account, and the table's keys of what is there no more.
_PROJECTED: dict[str, Callable[[Account, Any], Projected]] = {
    "account_days": _of_days,
    "open_lots": _of_lots,
    "open_rests": _one_by_one(_rest),
    "tallies": _one_by_one(_tally),
    "holds": _one_by_one(_hold),
    "passes": _one_by_one(_pass),
}
