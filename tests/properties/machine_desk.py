"""The desk of the machine: a shop on a file, asked in the words of the naive ledger.

Each verb has the name and the arguments that it has in ``tests.naive``, and answers with the same figures: what the
services tell of the step itself.
"""

from pathlib import Path
from typing import Any

from bonuscli.clock import Calendar
from bonuscli.engine.brought import Wanted
from bonuscli.errors import BonusError
from bonuscli.model import Line, Receipt
from bonuscli.program.load import load_text
from bonuscli.services import database, programs
from bonuscli.services.accrue import accrue
from bonuscli.services.card_changes import block, replace
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.expire import run_due
from bonuscli.services.granting import Given, grant
from bonuscli.services.holds import capture, hold, release
from bonuscli.services.redeem import adjust, redeem
from bonuscli.services.returns import return_goods
from bonuscli.services.shop import Shop
from bonuscli.services.transfers import merge, transfer
from bonuscli.services.undo import undo
from bonuscli.services.verify import Finding, verify
from bonuscli.services.writing import Writing
from tests.naive.book import WELCOME_LASTS, Program

UTC = Calendar("UTC")
BEGINS = UTC.parse_instant("2026-01-10 12:00")

TEXT = """
version: 1
id: machine
currency: EUR
timezone: UTC
day_starts: "05:00"
valid: {{from: 2020-01-01}}
points: {{name: {{one: point, other: points}}, value: "1.00", opens: {{after: {opens}d}}, lasts: {{for: {lasts}d}}}}
earn: {{rules: [{{id: base, kind: percent, rate: {rate}%}}{bonus}]}}
redeem: {{max_share: {share}%{per_day}}}
returns: {{earned: {earned}, short: {short}{least}}}
"""


def text_of(program: Program) -> str:
    """The program file that says what a naive program says."""
    told = TEXT.format(
        opens=program.opens,
        lasts=program.lasts,
        rate=int(program.rate * 100),
        bonus=f", {{id: thanks, kind: fixed, points: {program.bonus}}}" if program.bonus else "",
        share=int(program.share * 100),
        per_day="" if program.per_day is None else f", per_day: {program.per_day}",
        earned=program.earned,
        short=program.short,
        least="" if program.least is None else f", restored_min_life: {program.least}d",
    )
    welcome = f"grants: {{welcome: {{points: {program.welcome}, lasts: {WELCOME_LASTS}d, after: enrolment}}}}\n"
    return told + (welcome if program.welcome else "")


class Desk:
    """A shop under a program, in a new file."""

    def __init__(self, program: Program, path: Path) -> None:
        self.path = path
        programs.init(path, load_text(text_of(program), "machine.yaml"), now=BEGINS)
        # (kind, key) of what an undo or the end of a hold may name -> the entry or number by which it does.
        self.names: dict[tuple[str, str], str] = {}

    def ask(self, step: tuple[str, int, int, dict[str, Any]], dry_run: bool) -> tuple[Any, bool]:
        """(answer or code, whether it is a repetition) of one step (kind, now, at, its arguments by name)."""
        kind, now, at, named = step
        shop = Shop(self.path, now=now)
        writing = Writing(UTC.iso(at), None, named.get("key"), dry_run)
        arguments = {name: value for name, value in named.items() if name != "key"}
        try:
            answer, replayed, name = getattr(self, f"_{kind}")(shop, writing, **arguments)
        except BonusError as problem:
            return problem.code, False
        if name and not dry_run:
            self.names[kind, named["key"]] = name
        return answer, replayed

    # --- members ----------------------------------------------------------------------------------------------------

    def _enrol(self, shop: Shop, writing: Writing, card: str) -> tuple:
        return (), enrol_one(shop, NO_PARTICULARS._replace(card=card), writing).replayed, None

    def _block(self, shop: Shop, writing: Writing, card: str, blocked: bool) -> tuple:
        done = block(shop, card, blocked, "a loss", writing)
        return (done.changed,), done.replayed, None

    def _replace(self, shop: Shop, writing: Writing, card: str, by: str) -> tuple:
        return (), replace(shop, card, by, "a loss", writing).replayed, None

    def _merge(self, shop: Shop, writing: Writing, card: str, to_card: str) -> tuple:
        done = merge(shop, card, to_card, writing)
        return (done.moved, done.owed), done.replayed, None

    # --- points -----------------------------------------------------------------------------------------------------

    def _grant(
        self, shop: Shop, writing: Writing, card: str, points: int, opens: int | None, lasts: int | None
    ) -> tuple:
        given = Given(points, f"{opens}d" if opens else None, None if lasts is None else f"{lasts}d", reason="a gift")
        done = grant(shop, card, given, writing)
        return (done.granted,), done.replayed, done.entry

    def _adjust(self, shop: Shop, writing: Writing, card: str, points: int) -> tuple:
        done = adjust(shop, card, points, "a correction", writing)
        return (done.adjusted,), done.replayed, done.entry

    def _redeem(self, shop: Shop, writing: Writing, card: str, points: int, total: int | None) -> tuple:
        done = redeem(shop, card, points, writing.key, total, False, writing)
        return (done.redeemed, done.worth_minor), done.replayed, done.entry

    def _transfer(self, shop: Shop, writing: Writing, card: str, to_card: str, points: int) -> tuple:
        done = transfer(shop, card, to_card, points, writing)
        return (done.transferred,), done.replayed, done.entry

    def _run_due(self, shop: Shop, writing: Writing) -> tuple:
        return (run_due(shop, writing.at, writing).expired,), False, None

    def _undo(self, shop: Shop, writing: Writing, kind: str, of: str) -> tuple:
        done = undo(shop, self.names[kind, of], "a mistake", writing)
        return (done.reversed, done.restored), done.replayed, None

    # --- holds ------------------------------------------------------------------------------------------------------

    def _hold(
        self, shop: Shop, writing: Writing, card: str, points: int, seconds: int, tied: bool, total: int | None
    ) -> tuple:
        done = hold(shop, card, points, seconds, writing.key if tied else None, total, False, writing)
        return (done.held, done.until), done.replayed, done.entry

    def _capture(self, shop: Shop, writing: Writing, of: str, points: int | None) -> tuple:
        done = capture(shop, self.names["hold", of], points, None, writing)
        return (done.redeemed, done.released), done.replayed, done.entry

    def _release(self, shop: Shop, writing: Writing, of: str) -> tuple:
        done = release(shop, self.names["hold", of], writing)
        return (done.released,), done.replayed, None

    # --- receipts ---------------------------------------------------------------------------------------------------

    def _receipt(self, shop: Shop, writing: Writing, card: str, lines: tuple, redeem: int | str | None) -> tuple:
        sold = tuple(
            Line(number, sku, "", "", "", quantity * 1_000, amount, 0)
            for number, (sku, quantity, amount) in enumerate(lines, 1)
        )
        told = Receipt(
            "receipt", writing.key, "", None, "", "", "", None, None, sold, redeem, None, None, None, ""
        )  # fmt: skip
        done = accrue(shop, card, told, writing)
        return (done.earned, done.redeemed, done.to_pay_minor), done.replayed, writing.key

    def _bring_back(self, shop: Shop, writing: Writing, of: str, wanted: tuple | None) -> tuple:
        lines, amount = None, None
        if wanted is not None:
            kind, *asked = wanted
            if kind == "amount":
                (amount,) = asked
            elif kind == "sku":
                lines = [Wanted(None, asked[0], None, asked[1] * 1_000, None)]
            else:
                lines = [Wanted(number, None, None, quantity * 1_000, None) for number, quantity in asked]
        done = return_goods(shop, of, lines, amount, writing=writing)
        return (done.reversed, done.restored, done.forgiven, done.pay_back_minor), done.replayed, None

    # --- what is stored, and what is shown --------------------------------------------------------------------------

    def look(self, now: int) -> list[tuple]:
        """Of each member: the clock, each lot as stored (opens, ends, left), and (balance, pending, held, deficit)."""
        shown = []
        with Shop(self.path, now=now).reading() as session:
            desk = session.desk()
            accounts = session.connection.execute("SELECT id, member, clock FROM accounts ORDER BY id").fetchall()
            desk.load({member for _, member, _ in accounts})
            for account, member, clock in accounts:
                lots = session.connection.execute(
                    """SELECT e.opens_on, e.expires_on, COALESCE(l.remaining, 0) FROM entries e
                    LEFT JOIN open_lots l ON l.account = e.account AND l.n = e.n
                    WHERE e.account = ? AND e.opens_on IS NOT NULL ORDER BY e.n""",
                    (account,),
                ).fetchall()
                figures = session.figures(desk.accounts[member])
                shown.append((clock, lots, (figures.balance, figures.pending, figures.held, figures.deficit)))
        return shown

    def findings(self, now: int) -> list[Finding]:
        """What ``verify`` finds."""
        return list(verify(Shop(self.path, now=now)).findings)

    def rebuilds_alike(self, now: int) -> bool:
        """Whether the projections, made again, are the same to the last byte."""
        before = list(database.dump_lines(self.path))
        database.rebuild(Shop(self.path, now=now))
        return before == list(database.dump_lines(self.path))
