"""A member's accounts in the shop's other programs: what happens to him is folded into each of them.

An event is recorded in one program, in which its points move.  Receipts, returns, enrolments and changes of the member
are seen by all: each other program books them on an account of its own, with its own version and clock, and what it
needed to know stands in the event's ``pinned["in"][program]``, so that every account can be folded again alone.  Points
of one program that paid for a line lower what was paid in all of them.
"""

from __future__ import annotations

from bonuscli.engine import fold
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows
from bonuscli.engine.holdings import Effect
from bonuscli.engine.versions import Versions
from bonuscli.later import later
from bonuscli.model import ENROL, RECEIPT, RETURN, SHARED_KINDS, Event, Member
from bonuscli.services import facts
from bonuscli.services.rows_out import RowsOut

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from typing import Any

    # What an event pins for a program, of its account, the event as that program sees it, and the program.
    Pinned = Callable[[Account, Event, Versions], dict[str, Any]]

    from bonuscli.engine import returns
    from bonuscli.services import sales
else:
    returns = later("bonuscli.engine.returns")
    sales = later("bonuscli.services.sales")


class Companions:
    """The accounts of the members at hand in every program but the one that is recorded in."""

    def __init__(self, connection: sqlite3.Connection, program: str, programs: dict[str, Versions]) -> None:
        self._connection = connection
        self.programs = {other: versions for other, versions in programs.items() if other != program}
        self.accounts: dict[str, dict[int, Account]] = {other: {} for other in self.programs}

    def load(self, members: set[int]) -> None:
        """Read the accounts of members."""
        for program, versions in self.programs.items():
            known = self.accounts[program]
            missing = {member for member in members if member not in known}
            known.update(facts.load_accounts(self._connection, program, missing, versions))

    def open(self, first_id: int, member_id: int, member: Member, event: Event) -> int:
        """Open an account in every program, numbered from ``first_id`` on; how many."""
        for place, program in enumerate(self.programs):
            self.accounts[program][member_id] = fold.open_account(first_id + place, member_id, member, event, program)
        return len(self.programs)

    def forget(self, member: int) -> list[Account]:
        """Drop the accounts of a member who is not enrolled after all."""
        return [accounts.pop(member) for accounts in self.accounts.values() if member in accounts]

    def attach_sale(self, seq: int, member: int, heir: int) -> None:
        """Give each account of a member the receipt that a return names, where its program has seen it.

        ``heir``: who has taken over the member whose receipt it is, or he himself.
        """
        for program in self.programs:
            account, own = (self.accounts[program].get(each) for each in (heir, member))
            if account is not None and own is not None and seq not in account.sales:
                seen = sales.load_sales(self._connection, [seq], own)
                if seq in seen:
                    sales.attach_sale(self._connection, account, seen[seq], own.id)

    def book(
        self, event: Event, member: int, paid: tuple[int, ...], pinned: Pinned, out: RowsOut
    ) -> tuple[dict[str, dict[str, Any]], list[tuple[str, Effect]]]:
        """Book an event of a member in every program that sees it; ``paid``: minor units of each line that points of
        the recording program paid.  What each pins, and what it does to other accounts."""
        inside: dict[str, dict[str, Any]] = {}
        effects: list[tuple[str, Effect]] = []
        if event.kind not in SHARED_KINDS:
            return inside, effects
        for program, versions in self.programs.items():
            account = self.accounts[program].get(member)
            if account is None or (event.kind == RETURN and not _knows(account, event)):
                continue
            beheld = self._beheld(account, event, versions, paid)
            beheld = beheld._replace(pinned={**beheld.pinned, **pinned(account, beheld, versions)})
            if event.kind == ENROL:
                beheld = beheld._replace(body=event.body._replace(tier=None, control="control" in beheld.pinned))
            rows = Rows()
            booked = fold.apply(account, beheld, versions, rows)
            out.of_account(account, rows)
            inside[program] = _inside(beheld, booked)
            effects += [(program, effect) for effect in account.effects]
            account.effects = []
        return inside, effects

    def _beheld(self, account: Account, event: Event, versions: Versions, paid: tuple[int, ...]) -> Event:
        """The event as another program sees it: its own version, day and clock, and nothing spent of its points."""
        version = versions.in_force(event.at)
        calendar = (version.program if version else versions.first).calendar
        body, pinned = event.body, {}
        if event.kind == RECEIPT:
            body = body._replace(spent=0, paid_by=0)
            pinned = {"paid": list(paid)} if any(paid) else {}
        elif event.kind == ENROL:
            pinned = {name: fact for name, fact in event.pinned.items() if name != "control"}  # each draws for itself
        return event._replace(
            day=calendar.day_of(event.at),
            settled_to=max(account.clock, event.at),
            version=version.key if version else None,
            body=body,
            pinned=pinned,
        )


def _inside(event: Event, booked: object) -> dict[str, Any]:
    tier, pinned = getattr(booked, "tier", None), getattr(booked, "pinned", event.pinned or None)
    return {
        "day": event.day,
        "settled_to": event.settled_to,
        "version": event.version,
        "tier": tier,
        "pinned": pinned,
    }


def _knows(account: Account, event: Event) -> bool:
    """Whether the program has seen the receipt that a return names."""
    return event.body.original is None or event.body.original in account.sales
