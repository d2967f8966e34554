"""Returns under every policy, in every situation: each figure is also reckoned by a shop that never saw the engine.

``earned`` says what a part of the goods takes with it, ``short`` what becomes of points that are gone, and
``restored_min_life`` how long spent points live that come back (``spent`` has one value, ``original-lots``).
"""

from functools import cache
from itertools import product
from pathlib import Path
from shutil import copyfile
from sqlite3 import Connection
from typing import Any

import pytest

from bonuscli.clock import Calendar
from bonuscli.engine.brought import Wanted
from bonuscli.errors import BonusError
from bonuscli.model import RECEIPT, Line, Receipt
from bonuscli.program.load import load_text
from bonuscli.services import programs
from bonuscli.services.accrue import accrue
from bonuscli.services.database import backup
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.holds import capture, hold, release
from bonuscli.services.redeem import adjust, redeem
from bonuscli.services.returns import return_goods
from bonuscli.services.shop import Shop
from bonuscli.services.undo import undo
from bonuscli.services.writing import Writing
from bonuscli.store import sqlite
from tests.ledger.naive_returns import POLICIES, SHORT, Naive
from tests.ledger.return_situations import SITUATIONS, SPENT
from tests.ledger.tills import assert_proven

UTC = Calendar("UTC")
BEGINS = UTC.parse_instant("2026-01-01 12:00")
DAY = 86_400
NO = (
    *("already_returned", "over_returned", "not_undoable", "insufficient_points", "over_share"),
    *("unknown_original", "unknown_hold", "unknown_entry"),
)

PROGRAM = """
version: 1
id: matrix
currency: EUR
timezone: UTC
valid: {{from: 2026-01-01}}
points: {{name: {{one: point, other: points}}, value: "1.00", opens: {{after: {opens}d}}, lasts: {{for: {lasts}d}}}}
earn:
  exclude: {{goods: {{skus: [W]}}}}
  rules:
  - {{id: base, kind: percent, rate: {rate}%}}
  - {{id: bonus-a, kind: item, points: 5, goods: {{skus: [A]}}}}
  - {{id: basket, kind: fixed, points: 7, when: {{total: {{from: "40.00"}}}}{budget}}}
{more}
redeem: {{}}
returns: {{earned: {earned}, spent: original-lots, short: {short}{least}}}
"""


def program_text(earned: str, short: str, least: int | None, rate: int = 20, **terms: Any) -> str:
    """The naive shop's program as a file."""
    caps = [f"{name}: {terms[name]}" for name in ("per_receipt", "per_day") if name in terms]
    more = [f"  cap: {{{', '.join(caps)}}}"] if caps else []
    if "high" in terms:
        high = f'{{id: high, from: "{terms["high"] // 100}.00", replaces: {{base: 40%}}}}'
        more.append(f'tiers: {{window: lifetime, downgrade: recompute, levels: [{{id: low, from: "0"}}, {high}]}}')
    if "friend" in terms:
        more.append(f"grants: {{referral: {{referrer: 30, friend: {terms['friend']}}}}}")
    return PROGRAM.format(
        earned=earned,
        short=short,
        least=f", restored_min_life: {least}d" if least else "",
        rate=rate,
        opens=terms.get("opens", 0),
        lasts=terms.get("lasts", 300),
        budget=f", budget: {{points: {terms['budget']}}}" if "budget" in terms else "",
        more="\n".join(more),
    )


class Till:
    """The same steps through the services, on a shop of its own; card ``1`` buys, card ``2`` has brought him."""

    def __init__(self, path: Path, budget: int | None, later: str) -> None:
        self.path = path
        self.budget = budget
        self.later = later
        self.returns = 0

    def tell(self, story: list[tuple]) -> list[tuple]:
        """What each step answers, then what the account shows."""
        told = []
        for kind, day, *rest in story:
            self.now = BEGINS + day * DAY
            self.shop = Shop(self.path, now=self.now)
            try:
                answer = getattr(self, kind)(*rest)
            except BonusError as refusal:
                if refusal.code not in NO:
                    raise
                answer = "refused"
            told.append((answer, *self.standing()))
        return told

    def standing(self) -> tuple:
        """As the naive shop tells it."""
        with self.shop.reading() as session:
            member = session.find_member("1")
            desk = session.desk()
            desk.load({member})
            account = desk.accounts[member].copy()
            shown = session.figures(account)
            (drawn,) = session.connection.execute("SELECT COALESCE(SUM(points), 0) FROM budget_draws").fetchone()
        today = session.now // DAY
        first = BEGINS // DAY
        lots = [(lot.opens_on - first, lot.expires_on - first, lot.remaining) for lot in account.lots.values()]
        lots = sorted(lot for lot in lots if lot[1] + first >= today)
        left = None if self.budget is None else self.budget - drawn
        return shown.balance, shown.pending, shown.held, shown.deficit, left, shown.tier or "low", lots

    def buy(self, number: str, lines: list[tuple[str, int, int]], points: int = 0) -> tuple:
        items = tuple(
            Line(place, goods, None, None, None, units * 1000, cents, 0)
            for place, (goods, units, cents) in enumerate(lines, 1)
        )
        sent = Receipt(RECEIPT, number, None, None, "", "", "", None, None, items, points or None, None, (), (), "")
        booked = accrue(self.shop, "1", sent)
        return booked.earned, booked.redeemed

    def back(self, number: str, what: dict[int, int] | int | None = None) -> tuple:
        lines = None
        if isinstance(what, dict):
            lines = [Wanted(place + 1, None, None, units * 1000, None) for place, units in what.items()]
        self.returns += 1
        booked = return_goods(self.shop, number, lines, what if isinstance(what, int) else None, f"X{self.returns}")
        return booked.reversed, booked.restored, booked.forgiven, booked.pay_back_minor

    def cancel(self, number: str) -> tuple:
        booked = undo(self.shop, number, "rung up by mistake")
        return booked.reversed, booked.restored, booked.pay_back_minor

    def redeem(self, points: int) -> int:
        return redeem(self.shop, "1", points).redeemed

    def adjust(self, points: int) -> int:
        return adjust(self.shop, "1", points, "sorry").adjusted

    def hold(self, number: str, points: int) -> int:
        return hold(self.shop, "1", points, 360 * DAY, writing=Writing(key=number)).held

    def release(self, number: str) -> int:
        return release(self.shop, number).released

    def capture(self, number: str) -> int:
        return capture(self.shop, number).redeemed

    def undo_return(self) -> tuple:
        return undo(self.shop, f"X{self.returns}", "it was none")

    def look(self) -> None:
        """Nobody does anything."""

    def publish(self) -> None:
        """Another rate, and every policy another one, from tomorrow on."""
        programs.publish(self.path, load_text(self.later, "later.yaml"), self.now // DAY + 1, self.now)


PLAYED = [
    *product(POLICIES, SHORT, (None,), SITUATIONS),
    *product(POLICIES, SHORT, (None, 14), SPENT),
]


@cache
def new_shop(text: str, folder: Path) -> Path:
    """A shop with both members, made once for all situations under one program."""
    path = folder / f"{abs(hash(text))}.db"
    programs.init(path, load_text(text, "matrix.yaml"), now=BEGINS)
    shop = Shop(path, now=BEGINS)
    enrol_one(shop, NO_PARTICULARS._replace(card="2"))
    enrol_one(shop, NO_PARTICULARS._replace(card="1", referrer="2"))
    return backup(path, path.with_suffix(".copy"))  # whole in one file


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the disk: what a power cut leaves is tested elsewhere, and 1,700 commits take a minute."""
    connect = sqlite._connect

    def connect_quickly(path: Path, mode: str, immutable: bool = False) -> Connection:
        connection = connect(path, mode, immutable)
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    monkeypatch.setattr(sqlite, "_connect", connect_quickly)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where new shops are kept."""
    return tmp_path_factory.mktemp("made")


@pytest.mark.parametrize("earned, short, least, situation", PLAYED)
def test_every_policy_in_every_situation(
    tmp_path: Path, made: Path, earned: str, short: str, least: int | None, situation: str
) -> None:
    """Points taken, restored and forgiven, money paid back, balance, debt and every lot are what a clerk reckons."""
    terms, story = {**SITUATIONS, **SPENT}[situation]
    copy = copyfile(new_shop(program_text(earned, short, least, **terms), made), tmp_path / "shop.db")
    others = POLICIES[POLICIES.index(earned) - 1], SHORT[SHORT.index(short) - 1], None if least else 30
    till = Till(copy, terms.get("budget"), program_text(*others, rate=50, **terms))
    clerk = Naive(earned, short, least, **terms)
    for step, ours, theirs in zip(story, till.tell(story), clerk.tell(story), strict=True):
        assert ours == theirs, step
    assert_proven(till.shop)
