"""The engine alone, without a store: one account, told the same stories as the oracle."""

from typing import Self

from bonuscli.engine import fold, receipts
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows
from bonuscli.engine.brought import Wanted, resolve
from bonuscli.engine.figures import figures_on
from bonuscli.engine.settle import settle
from bonuscli.engine.versions import Version, Versions
from bonuscli.model import (
    ADJUST,
    ENROL,
    RECEIPT,
    REDEEM,
    RETURN,
    AdjustBody,
    EnrolBody,
    Event,
    Line,
    Member,
    Program,
    Receipt,
    RedeemBody,
    Refusal,
    ReturnBody,
)
from bonuscli.program.assemble import program_from
from bonuscli.program.load import load_text

DAY = 86_400
NOON = 43_200
NOBODY = Member(None, None, None, None, None, (), (), "")

PROGRAM = """
version: 1
id: oracle
currency: EUR
timezone: UTC
points: {{name: {{one: point, other: points}}, value: "1.00", opens: {{after: {opens}d}}, lasts: {{for: {lasts}d}}}}
earn: {{rules: [{{id: base, kind: percent, rate: "{rate}%"}}{rules}]}}
"""


def versions_of(text: str) -> Versions:
    """One version of a program, in force since ever."""
    loaded = load_text(text, "oracle.yaml")
    return Versions((Version(1, program_from(loaded.plain), 0, 0),))


class Till:
    """One account under one program; ``tell`` answers like the oracle."""

    def __init__(self, rate: int, opens: int, lasts: int, rules: str = "", more: str = "redeem: {}\n") -> None:
        self._open(versions_of(PROGRAM.format(rate=rate, opens=opens, lasts=lasts, rules=rules) + more), None)

    @classmethod
    def under(cls, program: Program, tier: str | None = None) -> Self:
        """A till under a program that is compiled already, with a member of a tier."""
        till = cls.__new__(cls)
        till._open(Versions((Version(1, program, 0, 0),)), tier)
        return till

    def _open(self, versions: Versions, tier: str | None) -> None:
        self.versions = versions
        self.program = self.versions.first
        self.rows = Rows()
        self.events: list[Event] = []
        enrolment = Event(1, ENROL, 0, 0, 0, 1, EnrolBody(tier, None))
        self.account = fold.open_account(1, 1, NOBODY, enrolment, "till")
        self.apply(enrolment)
        self.sales: list[int] = []

    def apply(self, event: Event) -> object:
        """Book one event, and keep it."""
        self.events.append(event)
        return fold.apply(self.account, event, self.versions, self.rows)

    def tell(self, story: list[tuple]) -> list[tuple]:
        """What each step answers, then (balance, pending, deficit, what remains in each lot)."""
        told = []
        for kind, day, *rest in story:
            answer = getattr(self, kind)(day, *rest)
            told.append((answer, *self.standing(day)))
        return told

    def standing(self, day: int) -> tuple[int, int, int, list[int]]:
        """The account's figures on a day, or at its clock if that is later."""
        trial = self.settled(day * DAY + NOON)
        shown = figures_on(trial, trial.clock // DAY, self.program)
        opened = [entry.n for entry in self.rows.entries if entry.opens_on is not None]
        return shown.balance, shown.pending, shown.deficit, [
            trial.lots[n].remaining if n in trial.lots else 0 for n in opened
        ]  # fmt: skip

    def settled(self, at: int) -> Account:
        """A copy of the account brought to an instant."""
        trial = self.account.copy()
        settle(trial, Rows(), self.versions, max(at, trial.clock))
        return trial

    def event(self, kind: str, day: int, body: object) -> Event:
        """An event at noon of a day."""
        at = day * DAY + NOON
        return Event(len(self.events) + 1, kind, at, day, max(at, self.account.clock), 1, body)

    # --- the steps --------------------------------------------------------------------------------------------------

    def look(self, day: int) -> None:
        settle(self.account, self.rows, self.versions, max(day * DAY + NOON, self.account.clock))

    def redeem(self, day: int, points: int) -> object:
        at = day * DAY + NOON
        if fold.check_redemption(self.settled(at), points, at, None, self.program, True) is not None:
            return "refused"
        self.apply(self.event(REDEEM, day, RedeemBody(points, f"d{len(self.events)}", None)))
        return points

    def adjust(self, day: int, points: int) -> object:
        if fold.check_adjustment(self.settled(day * DAY + NOON), points) is not None:
            return "refused"
        self.apply(self.event(ADJUST, day, AdjustBody(points, "why")))
        return points

    def receipt(self, day: int, lines: list[tuple[int, int]], points: int) -> object:
        at = day * DAY + NOON
        items = tuple(
            Line(number, f"S{number}", None, None, None, quantity * 1000, amount, 0)
            for number, (quantity, amount) in enumerate(lines, 1)
        )
        sent = Receipt(
            RECEIPT, f"r{len(self.events)}", "", at, "", "", "", None, None, items, points or None, None, (), (), ""
        )
        if sum(item.amount for item in items) < 0:
            return "refused"
        decided = receipts.decide(self.settled(at), sent, self.program, 0, True, False, {})
        if isinstance(decided, Refusal):
            return "refused"
        event = self.event(RECEIPT, day, decided)
        booked = self.apply(event)
        self.sales.append(event.seq)
        return booked.earned

    def bring_back(self, day: int, which: int, line: int, quantity: int) -> object:
        if not self.sales:
            return "refused"
        sale = self.account.sales[self.sales[which % len(self.sales)]]
        wanted = Wanted(line % len(sale.lines) + 1, None, None, quantity * 1000, None)
        resolved = resolve(sale, [wanted], None)
        if isinstance(resolved, Refusal) or day < sale.day:
            return "refused"
        total = sum(part.line.amount for part in resolved)
        body = ReturnBody(f"x{len(self.events)}", "", total, resolved, sale.seq)
        booked = self.apply(self.event(RETURN, day, body))
        return booked.reversed, booked.restored, booked.pay_back


def remaining_by_rows(rows: Rows) -> tuple[dict[int, int], int]:
    """What remains in each lot, and the deficit, from entries and allocations alone."""
    lots = {entry.n: entry.points for entry in rows.entries if entry.opens_on is not None}
    rests = {entry.n: -entry.points for entry in rows.entries if entry.points < 0}
    for part in rows.allocations:
        leaves = part.entry == part.debit
        rests[part.debit] -= part.points if leaves or part.lot == 0 else 0
        if part.lot:
            lots[part.lot] += -part.points if leaves else part.points
    return lots, sum(rests.values())
