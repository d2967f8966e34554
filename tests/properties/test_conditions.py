"""Random days of a program that asks for everything: the ledger proves sound and is made again alike."""

from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from bonuscli.engine.brought import Wanted
from bonuscli.errors import BonusError
from bonuscli.model import RECEIPT, Line, Receipt
from bonuscli.program.load import load_text
from bonuscli.services.accrue import accrue
from bonuscli.services.database import rebuild
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.expire import run_due
from bonuscli.services.explain import explain
from bonuscli.services.member_changes import set_tier
from bonuscli.services.programs import publish
from bonuscli.services.redeem import redeem
from bonuscli.services.returns import return_goods
from bonuscli.services.shop import Shop
from tests.ledger.tills import UTC, assert_proven, dump, open_shop

RULES = """
  exclude: {{goods: {{skus: [WINE]}}}}
  rules:
  - {{id: base, kind: percent, rate: 13%}}
  - {{id: lapsed, kind: multiply, factor: 2, when: {{segments: [lapsed]}}, budget: {{points: {budget}}}}}
  - {{id: spenders, kind: fixed, points: 5, when: {{segments: [spenders], not: {{payment: [cash]}}}}}}
  - {{id: again, kind: percent, rate: 50%, goods: {{skus: [B]}}, when: {{bought: {{goods: {{skus: [A]}}, within: 40d}}}}, replaces: base}}
  - {{id: happy, kind: fixed, points: 9, when: {{code: HAPPY}}, budget: {{points: 40}}}}
  - {{id: both, kind: item, points: 2, goods: {{skus: [A], discounted: true}}, when: {{items: {{skus: [WINE]}}}}}}
  - {{id: high, kind: fixed, points: 3, when: {{tiers: [high]}}}}"""  # noqa: E501 (a rule is a line)
SEGMENTS = (
    "{lapsed: {last_purchase: {over: 20d}}, spenders: {spend: {from: 30.00, within: 15d}}, club: {not: {tags: [x]}}}"
)
LEVELS = '[{{id: low, from: "0"}}, {{id: mid, from: "{mid}"}}, {{id: high, from: "{high}"}}]'
START = UTC.parse_instant("2026-01-01 09:00")
DAY, STEPS = 86_400, 60


class Days:
    """A shop and what happened in it so far; ``seed`` chooses program and story."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = Random(seed)
        self.now = START
        by = self.chance.choice(["spend", "points-earned", "receipts"])
        counts = self.chance.choice(["before", "with-receipt"])
        window = self.chance.choice(["2mo", "calendar-year", "lifetime"])
        downgrade = self.chance.choice(["one-level", "recompute", "never"])
        levels = LEVELS.format(mid=3, high=8) if by == "receipts" else LEVELS.format(mid=40, high=120)
        self.sections = {
            "tiers": f"{{by: {by}, counts: {counts}, window: {window}, downgrade: {downgrade}, levels: {levels}}}",
            "segments": SEGMENTS,
            "members": "{segments: [club], shops: [main, north]}",
            "returns": f"{{earned: {self.chance.choice(['prorate', 'by-line', 'recompute', 'keep'])}}}",
        }
        self.shop = open_shop(folder / "shop.db", "2026-01-01 09:00", earn=RULES.format(budget=60), **self.sections)
        self.sold: list[str] = []
        for card in "123":
            member = NO_PARTICULARS._replace(card=card, tags=("x",) if card == "3" else ())
            enrol_one(self._at(self.now), member)

    def tell(self) -> None:
        """Some sixty acts, most of them receipts; refusals are part of it."""
        for number in range(STEPS):
            self.now += self.chance.randrange(6 * DAY)
            act = self.chance.choice([self._sell] * 6 + [self._bring_back] * 2 + [self._redeem, self._set, self._run])
            with suppress(BonusError):  # the program's no is part of the story
                act(number)
            if number == STEPS // 2:
                text = "".join(f"{key}: {value}\n" for key, value in self._texts().items())
                publish(self.shop.path, load_text(text, "next.yaml"), now=self.now)

    def _texts(self) -> dict[str, str]:
        day = UTC.iso(self.now + DAY)[:10]
        head = {"version": "1", "id": "story", "currency": "EUR", "timezone": "UTC", "valid": f"{{from: {day}}}"}
        points = '{name: {one: point, other: points}, value: "1.00", lasts: {for: 2mo, from: accrual}}'
        rest = {"points": points, "earn": RULES.format(budget=90), "redeem": "{}"}
        return {**head, **rest, **self.sections}

    def _at(self, now: int) -> Shop:
        return Shop(self.shop.path, now=now)

    def _sell(self, number: int) -> None:
        chance = self.chance
        lines = tuple(
            Line(
                place,
                chance.choice(["A", "B", "WINE", "C"]),
                None,
                None,
                None,
                chance.choice([1, 2, 3]) * 1000,
                amount,
                off,
            )
            for place, (amount, off) in enumerate(
                ((chance.randrange(4_000), chance.choice([0, 0, 150])) for _ in range(chance.randint(1, 3))), 1
            )
        )
        at = max(START, self.now - chance.choice([0, 0, 0, 9 * DAY]))
        codes = chance.choice([(), (), ("happy",)])
        payments = chance.choice([(), (("CASH", None),), (("card", None),)])
        shop = chance.choice(["main", "main", "north", "south"])
        spend = chance.choice([None, None, "max"])
        receipt = Receipt(
            RECEIPT, f"R{number}", "", at, shop, "", "", None, None, lines, spend, None, codes, payments, ""
        )
        accrue(self._at(self.now), chance.choice("123"), receipt)
        self.sold.append(f"R{number}")

    def _bring_back(self, number: int) -> None:
        if self.sold:
            receipt = self.chance.choice(self.sold)
            amount = self.chance.choice([None, 500, 1_500])
            wanted = None if amount else [Wanted(1, None, None, 1000, None)]
            return_goods(self._at(self.now), receipt, wanted, amount, f"X{number}", source="")

    def _redeem(self, number: int) -> None:
        redeem(self._at(self.now), self.chance.choice("123"), self.chance.randint(1, 9))

    def _set(self, number: int) -> None:
        until = UTC.iso(self.now + self.chance.randint(0, 60) * DAY)[:10]
        tier = self.chance.choice(["mid", "high", "none"])
        set_tier(
            self._at(self.now),
            self.chance.choice("123"),
            tier,
            self.chance.choice([None, until]) if tier != "none" else None,
        )

    def _run(self, number: int) -> None:
        run_due(self._at(self.now))


@pytest.mark.parametrize("seed", range(8))
def test_random_days_prove_sound(tmp_path: Path, seed: int) -> None:
    """No finding, every receipt explained as booked, and projections made again to the same bytes."""
    days = Days(seed, tmp_path)
    days.tell()
    shop = Shop(days.shop.path, now=days.now)
    assert_proven(shop)
    for number in days.sold:
        explain(shop, number)
    before = dump(shop)
    rebuild(shop)
    assert dump(shop) == before
