"""The rules as the shop posts them on its door."""

from pathlib import Path

import pytest

from bonuscli.program.load import load
from bonuscli.program.show import describe

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def sentences(path: Path) -> list[str]:
    return describe(load(path).plain)


def test_the_corner_shop_on_its_door() -> None:
    """The sentences follow the file: points, earning, tiers, grants, spending, returns."""
    assert sentences(ROOT / "programs" / "corner-shop.yaml") == [
        "Corner shop bonus: one bonus pays 1.00 RUB.",
        "Bonuses can be spent 14 days after the purchase, for 6 months from then.",
        "What earns is what is paid in money, after discounts and points.",
        "base: 3% back on all goods.",
        "coffee-rate: 7% back on category Coffee or Tea, instead of base.",
        "happy-hours: 1.5 times the bonuses, on Mondays, Tuesdays, Wednesdays, Thursdays and Fridays,"
        " from 14:00 to 17:00.",
        "These earn nothing: category Alcohol or what is called '*gift card*'.",
        "Goods with a discount earn nothing.",
        "Tier bronze from the start.",
        "Tier silver from 15000.00 RUB spent within 1 year: 5% instead of the rate of base.",
        "Tier gold from 60000.00 RUB spent within 1 year: 7% instead of the rate of base;"
        " points pay up to 50% of a receipt; Early access to new drinks.",
        "200 bonuses for joining, good for 30 days.",
        "Bonuses pay up to 30% of a receipt.",
        "They pay up to 50% of category Coffee or Tea.",
        "The receipt must be 500.00 RUB or more.",
        "The least is 50 bonuses.",
        "They are spent in steps of 1 bonus.",
        "1.00 RUB is always left to pay.",
        "These cannot be paid with them: category Alcohol or what is called '*gift card*'.",
        "Goods with a discount cannot be paid with them.",
        "Goods brought back: the bonuses earned with them are taken back, spent ones come back.",
        "What comes back can be spent for 14 days at least.",
        "Earned bonuses that are gone already are owed.",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "cups: 0.25 stars for each line of articles CUP, 5 units of a receipt at most, instead of base.",
        "once: 50 stars for a receipt, on the first purchase, instead of base and steps, never multiplied.",
        "evenings: 1.5 times the stars, from 2026-12-01, until 2027-01-31 18:30 (not included), on Fridays"
        " and Saturdays, from 14:00 to 17:00 and 22:00 to 02:00, for totals of 10.00 EUR or more"
        " below 500.00 EUR, in shop main,"
        " for gold, for members tagged staff, from 3 days before to 4 days after the birthday.",
        "Goods with a discount of more than 30% earn nothing.",
        "Stars can be spent 1 month after the purchase, for 1 year from the purchase, to the end of that quarter.",
        "Tier gold from 60000.00 EUR spent altogether: 7% instead of the rate of base;"
        " points pay up to 50% of a receipt; Early access.",
        "200 stars for the first purchase, to be spent after 1 day, good for 30 days.",
        "300 stars for the birthday, 3 days ahead, good for 14 days.",
        "They pay up to 50% of category Coffee or Tea of brand House (but not what is called '*decaf*').",
        "They are spent in steps of 0.02 stars.",
        "Above 500 stars the till asks first.",
        "Earned stars that are gone already are forgiven.",
    ],
)
def test_every_key_has_its_sentence(sentence: str) -> None:
    """What a program says is told, in words, with its units."""
    assert sentence in sentences(HERE / "good" / "everything.yaml")


def test_a_rule_that_is_switched_out_is_not_posted() -> None:
    """A disabled rule gives nothing and is not told."""
    assert not any(sentence.startswith("steps:") for sentence in sentences(HERE / "good" / "everything.yaml"))
