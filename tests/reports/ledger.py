"""A small database written row by row, without the services: members, receipts, returns, lots and what moved them.

Days are numbered from the first of the story, ``DAY_ONE`` (2026-01-01); a business day begins at midnight UTC.
"""

import json
import sqlite3

from bonuscli.days import parse_day
from bonuscli.store import days_anew
from bonuscli.store.tables import create_statements
from bonuscli.store.views import VIEWS

DAY_ONE = parse_day("2026-01-01")
DAY_SECONDS = 86_400
NOON = 43_200


def start_of(day: int) -> int:
    """The instant at which a business day begins."""
    return day * DAY_SECONDS


class Ledger:
    """One program, "shop".  ``day`` is 1 for 2026-01-01; ``second`` counts from its midnight; methods answer keys."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute("PRAGMA trusted_schema = 0")
        for statement in create_statements():
            self.connection.execute(statement)
        for name, sql in VIEWS.items():
            self.connection.execute(f"CREATE VIEW {name} AS {sql}")
        self._seq = 0
        self._n: dict[int, int] = {}
        self._t: dict[int, int] = {}

    def insert(self, table: str, **values: object) -> None:
        """One row."""
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)

    def event(self, kind: str, day: int, second: int = NOON, **values: object) -> int:
        """An event with a number of its own; its seq."""
        self._seq += 1
        number = DAY_ONE + day - 1
        at = number * DAY_SECONDS + second
        row: dict[str, object] = {
            "seq": self._seq,
            "kind": kind,
            "at": at,
            "recorded_at": at,
            "day": number,
            "utc_offset": 10_800,
            "source": "till",
            "number": f"N{self._seq}",
            "digest": b"",
            "program": "shop",
            "total": 0,
            "spent": 0,
            "spent_minor": 0,
            "engine_revision": 1,
        }
        self.insert("events", **row | values)
        return self._seq

    def member(
        self, day: int, second: int = NOON, with_receipt: bool = False, tier: str | None = None, **values: object
    ) -> int:
        """A member with one account of the same id."""
        key = 1 + len(self._n)
        self._n[key] = self._t[key] = 0
        number = DAY_ONE + day - 1
        at = number * DAY_SECONDS + second
        self.insert("members", id=key, enrolled_on=number, **values)
        self.insert(
            "accounts",
            id=key,
            member=key,
            program="shop",
            enrolled_at=at,
            clock=at,
            n=0,
            t=0,
            points=0,
            held=0,
            deficit=0,
            tier=tier,
            receipts=0,
            welcome="none",
            next_due_on=DAY_ONE,
        )
        self.event("enrol", day, second, member=key, tier=tier, pinned=json.dumps({"with_receipt": with_receipt}))
        if tier is not None:
            self.tier(key, day, tier, second)
        return key

    def tier(self, account: int, day: int, tier: str, second: int = NOON) -> None:
        """A change of tier."""
        self._t[account] += 1
        number = DAY_ONE + day - 1
        at = number * DAY_SECONDS + second
        self.insert("tier_changes", account=account, t=self._t[account], at=at, day=number, tier=tier, reason="set")

    def receipt(
        self, member: int | None, day: int, total: int, spent: int = 0, second: int = NOON, **more: object
    ) -> int:
        """A sale of ``total`` minor units, of which ``spent`` points of 1.00 paid."""
        return self.event(
            "receipt", day, second, member=member, total=total, spent=spent, spent_minor=spent * 100, **more
        )

    def returned(
        self, day: int, total: int, original: int | None = None, member: int | None = None, **more: object
    ) -> int:
        """Goods brought back."""
        return self.event("return", day, member=member, total=total, original=original, **more)

    def entry(self, account: int, kind: str, points: int, day: int, second: int = NOON, **more: object) -> int:
        """An entry; its number."""
        self._n[account] += 1
        number = DAY_ONE + day - 1
        at = number * DAY_SECONDS + second
        self.insert(
            "entries", account=account, n=self._n[account], kind=kind, points=points, at=at, day=number, seal=1, **more
        )
        return self._n[account]

    def lot(
        self, account: int, points: int, day: int, opens: int, expires: int, kind: str = "accrual", **more: object
    ) -> int:
        """A credit that opens a lot on day ``opens``, the last of its days being ``expires``."""
        days = {"opens_on": DAY_ONE + opens - 1, "expires_on": DAY_ONE + expires - 1}
        return self.entry(account, kind, points, day, **days, **more)

    def take(self, account: int, lot: int, points: int, day: int, kind: str = "redemption", **more: object) -> int:
        """A debit that eats from one lot."""
        debit = self.entry(account, kind, -points, day, **more)
        self.move(account, debit, debit, debit, lot, points)
        return debit

    def give_back(self, account: int, debit: int, lot: int, points: int, day: int, **more: object) -> int:
        """A credit that gives points of a debit back to a lot."""
        credit = self.entry(account, "restore", points, day, **more)
        self.move(account, credit, credit, debit, lot, points)
        return credit

    def move(self, account: int, cause: int, entry: int, debit: int, lot: int, points: int) -> None:
        """An allocation."""
        self.insert("allocations", account=account, cause=cause, entry=entry, debit=debit, lot=lot, points=points)

    def project(self) -> None:
        """Write the open lots and the accounts' sums from the entries and allocations."""
        self.connection.execute("DELETE FROM open_lots")
        self.connection.execute(
            """INSERT INTO open_lots (account, expires_on, opens_on, n, remaining, origin)
            SELECT account, expires_on, opens_on, n, rest, origin FROM (
              SELECT e.*, e.points - COALESCE((SELECT SUM(CASE WHEN m.entry = m.debit THEN m.points ELSE -m.points END)
                FROM allocations m WHERE m.account = e.account AND m.lot = e.n), 0) AS rest
              FROM entries e WHERE e.opens_on IS NOT NULL) WHERE rest > 0"""
        )
        self.connection.execute(
            "UPDATE accounts SET points ="
            " COALESCE((SELECT SUM(remaining) FROM open_lots WHERE account = accounts.id), 0)"
        )
        self.connection.execute(
            "UPDATE accounts SET deficit ="
            " points - COALESCE((SELECT SUM(points) FROM entries WHERE account = accounts.id), 0)"
        )

    def with_days(self) -> sqlite3.Connection:
        """The database with the figures of its days made from what was told."""
        days_anew.remake(self.connection)
        return self.connection
