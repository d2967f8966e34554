"""Rows on their way to the store: collected while events are booked, written together in one go."""

from __future__ import annotations

from bonuscli.days import NEVER
from bonuscli.engine.account import Account
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
else:
    day_totals = later("bonuscli.store.day_totals")

# Where an event comes from and who made it, as stored with it; payments: text.
Origin = namedtuple("Origin", "source number shop till cashier payments actor reason")
# The columns of an event's row that neither the event nor its origin has.  pinned: text or None; program: in which it
# was recorded; worth: minor units that points spent apart from a receipt pay.
Stored = namedtuple("Stored", "recorded_at utc_offset tier pinned original_number program subject worth")

_APPENDED = (
    "members cards events receipt_lines line_shares entries allocations inherited award_parts tier_changes"
    " budget_draws coupon_uses consents"
).split()


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
        self.rows: dict[str, list[tuple]] = {table: [] for table in _APPENDED}
        self._budgets = budgets
        self._accounts: dict[int, Account] = {}

    def lengths(self) -> dict[str, int]:
        """How many rows of each table there are."""
        return {table: len(rows) for table, rows in self.rows.items()}

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
        rows, account_id = self.rows, account.id
        self._accounts[account_id] = account
        if booked.entries:
            rows["entries"] += [(account_id, *each) for each in booked.entries]
        if booked.parts:
            rows["award_parts"] += [(account_id, *each) for each in booked.parts]
        if booked.allocations:
            rows["allocations"] += [(account_id, *each) for each in booked.allocations]
        if booked.inherited:
            rows["inherited"] += [(account_id, *each) for each in booked.inherited]
        if booked.tier_changes:
            rows["tier_changes"] += [(account_id, *each) for each in booked.tier_changes]
        if booked.shares:
            rows["line_shares"] += [
                (event, line, account_id, award, spent, minor) for event, line, award, spent, minor in booked.shares
            ]
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
            self.rows["receipt_lines"] += [(seq, *line, None, None, None) for line in body.lines]
        elif kind == RETURN:
            total, original = body.total, body.original
            self.rows["receipt_lines"] += [
                (seq, *line, *((None,) * 3 if original is None else of_original)) for *of_original, line in body.lines
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
            total, spent, spent_minor, points, tier, version, ENGINE_REVISION, original, original_number, actor, reason,
            settled_to, pinned, program, subject, text,
        ))  # fmt: skip

    def write(self, connection: sqlite3.Connection, head: Head) -> Head:
        """All rows in an order that foreign keys allow, then the projections of the accounts booked on.

        ``head``: the last seal so far; the one that stands last now.
        """
        accounts = list(self._accounts.values())
        for table in ("members", "cards"):
            append.insert(connection, table, self.rows[table])
        append.upsert(connection, "accounts", [account_row(account) for account in accounts])
        # In the order of their keys rows meet the pages of their tables one after another.
        for table in ("entries", "allocations", "award_parts", "line_shares"):
            self.rows[table].sort()
        sealed = seals.seal(head, *(self.rows[table] for table in ("events", "entries", "allocations")))
        if sealed is not None:
            append.insert(connection, "seals", [sealed])
            number, last_seq, _, sealed_as = sealed
            self.rows["entries"] = [(*entry, number) for entry in self.rows["entries"]]
            head = (number, last_seq, sealed_as)
        for table in _APPENDED[2:]:
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
        sum([lot.remaining for lot in account.lots.values()]),
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


def projected(account: Account, table: str, key: Any) -> tuple | None:
    """The row of a projection by what it is kept under in the account, None where there is none any more."""
    return _PROJECTED[table](account, key)


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
    return {table: [row for key in found if (row := projected(account, table, key))] for table, found in keys.items()}


def write_projections(connection: sqlite3.Connection, accounts: list[Account]) -> None:
    """Bring the projections in line with what the accounts touched."""
    rows: dict[str, list[tuple]] = {table: [] for table in _PROJECTED}
    gone: dict[str, list[tuple]] = {table: [] for table in _PROJECTED}
    for account in accounts:
        for table, touched in _TOUCHED.items():
            for key in getattr(account, touched):
                row = projected(account, table, key)
                if row is not None:
                    rows[table].append(row)
                else:
                    gone[table].append(_GONE[table](account, key))
        account.forget_finished()
    for table, found in rows.items():
        append.upsert(connection, table, sorted(found))
        append.delete(connection, table, gone[table])


_TOUCHED = {
    "account_days": "touched_days",
    "open_lots": "touched_lots",
    "open_rests": "touched_rests",
    "tallies": "touched_tallies",
    "holds": "touched_holds",
    "passes": "touched_passes",
}


def _day_row(account: Account, day: int) -> tuple:
    bucket = account.days[day]
    return account.id, day, bucket.spend, bucket.earned, bucket.receipts, bucket.redemptions


def _lot_row(account: Account, n: int) -> tuple | None:
    lot = account.lots.get(n)
    return (account.id, lot.expires_on, lot.opens_on, n, lot.remaining, lot.origin) if lot else None


def _gone_lot(account: Account, n: int) -> tuple:
    lot = account.lot(n)
    return account.id, lot.expires_on, lot.opens_on, n


def _tally_row(account: Account, key: tuple[str, int]) -> tuple | None:
    name, day = key
    count = account.tallies.get(name, {}).get(day)
    return (account.id, name, day, count) if count else None


def _hold_row(account: Account, event: int) -> tuple | None:
    hold = account.holds.get(event)
    return (account.id, event, hold.entry, hold.points, hold.deadline, hold.at, hold.day) if hold else None


def _pass_row(account: Account, event: int) -> tuple | None:
    held = account.passes.get(event)
    return (account.id, event, held.id, held.visits, held.expires_on) if held else None


def _rest_row(account: Account, n: int) -> tuple | None:
    rest = account.rests.get(n)
    return (account.id, n, rest) if rest else None


_PROJECTED: dict[str, Callable[[Account, Any], tuple | None]] = {
    "account_days": _day_row,
    "open_lots": _lot_row,
    "open_rests": _rest_row,
    "tallies": _tally_row,
    "holds": _hold_row,
    "passes": _pass_row,
}
# The key of a row that is there no more, in the order of the table's.
_GONE: dict[str, Callable[[Account, Any], tuple]] = {
    "account_days": lambda account, day: (account.id, day),
    "open_lots": _gone_lot,
    "open_rests": lambda account, n: (account.id, n),
    "tallies": lambda account, key: (account.id, *key),
    "holds": lambda account, event: (account.id, event),
    "passes": lambda account, event: (account.id, event),
}
