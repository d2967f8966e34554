"""A till that asks before it books: what a quote tells is what the receipt then gives, and the ledger proves sound."""

import random
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.model import Line, Receipt
from bonuscli.services.accrue import accrue, quote, receipt_of_total
from bonuscli.services.coupons import make
from bonuscli.services.database import dump_lines, rebuild
from bonuscli.services.enroll import NO_PARTICULARS, enrol
from bonuscli.services.gifts import claim
from bonuscli.services.returns import return_goods
from bonuscli.services.shop import Shop
from bonuscli.services.undo import undo
from bonuscli.store import reads
from tests.ledger.tills import UTC, assert_proven, open_shop

SECTIONS = {
    "goods": "{tea: {categories: [Tea]}}",
    "redeem": "{max_share: 40%, leave_to_pay: '0.50', exclude: {discounted: {over: 60%}}}",
    "tiers": '{window: 12mo, downgrade: one-level, levels: [{id: one, from: "0"}, {id: two, from: "60.00"}]}',
    "grants": "{welcome: {points: 80}}",
    "discounts": """
- {id: tea, kind: percent, rate: 33%, goods: [tea], max: "4.00", limit: {count: 3, per: week}}
- {id: two, kind: percent, rate: 7%, when: {tiers: [two]}, not_with: [word]}
- {id: word, kind: fixed, amount: "1.11", when: {code: WORD, total: {from: "5.00"}}, limit: {count: 2, per: day}}
- {id: instead, kind: percent, rate: 5%, points: instead}
- {id: paper, kind: fixed, amount: "2.00", limit: {count: 4, per: member}}""",
    "coupons": "[{id: paper, discount: paper, codes: 6, uses: 2, lasts: 20d}]",
    "punch": "[{id: fifth, goods: [tea], every: 5, gives: {discount: 100%}}]",
    "gifts": """
- {id: mug, points: 9, stock: 3}
- {id: tenth, points: 6, gives: {discount: 10%}}
- {id: van, points: 2, gives: delivery}
- {id: code, points: 3, gives: {coupon: paper}}""",
    "delivery": '{free: {from: "15.00"}}',
}
BEGINS = UTC.parse_instant("2026-03-02 09:00")
DAY = 86_400


class Story:
    """One seed's shop with cards 1 to 3."""

    def __init__(self, path: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.path = path
        open_shop(path, "2026-03-02 09:00", **SECTIONS)
        self.now = BEGINS
        self.sold: list[str] = []
        with self.shop.writing() as session:
            desk = session.desk()
            for card in "123":
                enrol(session, desk, NO_PARTICULARS._replace(card=card), session.now, None)
            desk.flush()
        self.codes = [*make(self.shop, "paper").codes, "WORD", "nothing"]
        self.given: list[str] = []

    @property
    def shop(self) -> Shop:
        """The shop at the story's time."""
        return Shop(self.path, now=self.now)

    def receipt(self) -> Receipt:
        """A basket of one to four lines, now or some days ago."""
        lines = []
        for number in range(1, self.chance.randint(2, 5)):
            category = self.chance.choice(["Tea", "Cake", ""])
            amount = self.chance.choice([0, 99, 250, 333, 1200, -50 if number > 1 else 50])
            discount = self.chance.choice([0, 0, 0, 30])
            lines.append(Line(number, "", "", category, "", 1000 * self.chance.randint(1, 3), amount, discount))
        codes = tuple(self.chance.sample(self.codes, self.chance.choice([0, 0, 1, 2])))
        redeem = self.chance.choice([None, None, "max", 2])
        at = self.now - self.chance.choice([0, 0, 0, DAY, 9 * DAY])
        number = f"R{len(self.sold)}"
        return receipt_of_total(0, number, "", redeem, at)._replace(lines=tuple(lines), codes=codes)

    def sell(self) -> None:
        """A quote, then the receipt that it tells; the two answers are the same."""
        receipt, card = self.receipt(), self.chance.choice(["1", "1", "2", "3", "none"])
        if card == "none":
            receipt = receipt._replace(redeem=None)
        told = quote(self.shop, card, receipt)
        booked = accrue(self.shop, card, told.offer.receipt)
        assert booked._replace(offer=None) == told._replace(offer=None)
        for line, before in zip(told.offer.receipt.lines, receipt.lines, strict=True):
            assert line.amount >= min(before.amount, 0)
        off = sum(off.amount_minor for off in told.offer.given)
        assert sum(line.amount for line in receipt.lines) - off == told.total_minor
        self.sold.append(receipt.number)

    def bring_back(self) -> None:
        """All or some money of an earlier receipt."""
        return_goods(self.shop, self.chance.choice(self.sold), amount=self.chance.choice([None, 40, 100]))

    def claim(self) -> None:
        """A gift of the catalogue."""
        given = claim(self.shop, self.chance.choice(["mug", "tenth", "van", "code"]), self.chance.choice("123"))
        self.given.append(given.entry)

    def undo(self) -> None:
        """A gift taken back."""
        undo(self.shop, self.chance.choice(self.given), "a mistake")

    def step(self) -> None:
        """Something of the above; what the program refuses changes nothing."""
        self.now += self.chance.choice([60, 3600, DAY])
        try:
            self.chance.choice([self.sell, self.sell, self.sell, self.bring_back, self.claim, self.undo])()
        except (BonusError, IndexError) as problem:
            if isinstance(problem, BonusError) and problem.code in ("unexpected", "key_conflict", "bad_receipt"):
                raise


@pytest.mark.parametrize("seed", range(8))
def test_a_quote_is_what_the_receipt_gives(tmp_path: Path, seed: int) -> None:
    """Booking the receipt that a quote tells gives the quote's own figures, and folding all again the same ledger."""
    story = Story(tmp_path / "shop.db", seed)
    for _ in range(40):
        story.step()
    assert_proven(story.shop)
    before = list(dump_lines(story.path, canonical=True))
    rebuild(story.shop)
    assert list(dump_lines(story.path, canonical=True)) == before
    with story.shop.reading() as session:
        assert reads.last_event(session.connection)[0] > 20
