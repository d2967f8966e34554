"""The rules as the shop posts them on its door."""

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bonuscli.program.load import load
from bonuscli.program.show import LANGUAGES, describe, tell

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAMS = {
    path.stem: load(path).plain
    for path in (*sorted((HERE / "good").glob("*.yaml")), *sorted((ROOT / "programs").glob("*.yaml")))
    if not path.name.endswith(".test.yaml")
}
every_program = pytest.mark.parametrize("plain", PROGRAMS.values(), ids=PROGRAMS)


def test_the_corner_shop_on_its_door() -> None:
    """The sentences tell the program, points, earning, tiers, grants, spending and returns, in this order."""
    assert describe(PROGRAMS["corner-shop"]) == [
        "Corner shop bonus: one bonus pays 1.00 RUB.",
        "A day begins at 00:00 by the clock of Europe/Moscow.",
        "Phone numbers without a country code are those of RU.",
        "Bonuses can be spent 14 days after the purchase.",
        "They last 6 months from the day on which they open.",
        "What earns is what is paid in money, after discounts and bonuses.",
        "base: 3% back on all goods.",
        "coffee-rate: 7% back on category Coffee or Tea, instead of base.",
        "happy-hours: 1.5 times the bonuses, on Mondays, Tuesdays, Wednesdays, Thursdays and Fridays,"
        " from 14:00 to 17:00.",
        "Nothing is earned on category Alcohol or what is called '*gift card*'.",
        "Nothing is earned on goods with a discount.",
        "What a receipt earns is rounded down.",
        "Tier bronze from the start.",
        "Tier silver from 15000.00 RUB spent within 1 year: 5% instead of the rate of base.",
        "Tier gold from 60000.00 RUB spent within 1 year: 7% instead of the rate of base;"
        " bonuses pay up to 50% of a receipt; Early access to new drinks.",
        "A receipt that reaches a tier is scored with the one before.",
        "Who falls short of a tier goes down by one.",
        "200 bonuses for joining, good for 30 days.",
        "Bonuses pay up to 30% of a receipt.",
        "They pay up to 50% of the price of these: category Coffee or Tea.",
        "The receipt must be 500.00 RUB or more.",
        "The least to spend: 50 bonuses.",
        "They are spent in steps of: 1 bonus.",
        "1.00 RUB is always left to pay.",
        "They do not pay for category Alcohol or what is called '*gift card*'.",
        "They do not pay for goods with a discount.",
        "Goods brought back: their share of the bonuses is taken back, spent ones come back.",
        "What comes back can be spent for 14 days at least.",
        "Earned bonuses that are gone already are owed.",
        "The shop aims at: participation 60%.",
        "The shop aims at: repeat purchases 50%.",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "cups: 0.25 stars for each line of articles CUP, 5 units of a receipt at most, instead of base.",
        "once: 50 stars for a receipt, on the first purchase, instead of base and steps, never multiplied.",
        "They last 1 year from the purchase, to the end of that quarter.",
        "200 stars for the first purchase, to be spent after 1 day, good for 30 days.",
        "They pay up to 50% of the price of these:"
        " category Coffee or Tea of brand House (but not what is called '*decaf*').",
        "Above 500 stars the till asks first.",
        "womens-day: 150 stars, every year on 8 March, for segment lapsed, for members tagged guest, good for 10 days.",
        "sixth-coffee: of every 6 units of category Coffee or Tea of brand House (but not what is called '*decaf*')"
        " one is 100% off, good for 30 days.",
    ],
)
def test_every_part_has_its_sentence(sentence: str) -> None:
    """What a program says is told, in words, with its units."""
    assert sentence in describe(PROGRAMS["everything"])


NAMES = {"one": "бонус", "few": "бонуса", "many": "бонусов", "other": "бонуса"}


def with_welcome(points: int, scale: int = 0, lasts: tuple[int, int] = (0, 30)) -> dict[str, Any]:
    """The corner shop with another welcome, its bonuses called as in Russian."""
    plain = copy.deepcopy(PROGRAMS["corner-shop"])
    plain["points"].update(name=NAMES, scale=scale)
    plain["grants"]["welcome"].update(points=points, lasts=list(lasts))
    return plain


@pytest.mark.parametrize(
    "points, scale, lasts, sentence",
    [
        (1, 0, (0, 1), "1 бонус за вступление, срок действия — 1 день."),
        (2, 0, (0, 22), "2 бонуса за вступление, срок действия — 22 дня."),
        (5, 0, (0, 11), "5 бонусов за вступление, срок действия — 11 дней."),
        (21, 0, (1, 0), "21 бонус за вступление, срок действия — 1 месяц."),
        (112, 0, (3, 0), "112 бонусов за вступление, срок действия — 3 месяца."),
        (15, 1, (24, 0), "1.5 бонуса за вступление, срок действия — 2 года."),
        (50, 1, (60, 0), "5 бонусов за вступление, срок действия — 5 лет."),
    ],
)
def test_numbers_choose_their_words_in_russian(points: int, scale: int, lasts: tuple[int, int], sentence: str) -> None:
    """1 бонус, 2 бонуса, 5 бонусов, 1.5 бонуса; days, months and years alike."""
    assert sentence in describe(with_welcome(points, scale, lasts), "ru")


def test_the_door_in_russian_and_ukrainian() -> None:
    """Sentences are natural in each language, with goods in the accusative."""
    russian, ukrainian = (describe(with_welcome(200), language) for language in ("ru", "uk"))
    assert "Списание бонусов возможно через 14 дней после покупки." in russian
    assert "coffee-rate: начисляем 7% за категорию Coffee или Tea, вместо base." in russian
    assert "Списання бонусов можливе через 14 днів після покупки." in ukrainian
    assert "coffee-rate: нараховуємо 7% за категорію Coffee або Tea, замість base." in ukrainian


def texts_of(value: Any) -> Iterator[str]:
    """Every text of a compiled program, names of its own included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, below in value.items():
            yield str(key)
            yield from texts_of(below)
    elif isinstance(value, list):
        for below in value:
            yield from texts_of(below)


@pytest.mark.parametrize("language", ["ru", "uk"])
@every_program
def test_no_english_word_is_left(plain: dict[str, Any], language: str) -> None:
    """Of a program in Russian or Ukrainian only the shop's own words are in other letters."""
    own = {word for text in texts_of(plain) for word in re.findall(r"[A-Za-zÀ-ÖØ-öø-ÿ]+", text)}
    for sentence in describe(plain, language):
        assert set(re.findall(r"[A-Za-zÀ-ÖØ-öø-ÿ]+", sentence)) <= own, sentence


@every_program
def test_each_sentence_has_a_place_of_its_own(plain: dict[str, Any]) -> None:
    """No two sentences stand at the same section and subject, and all languages tell the same places."""
    places = [(told.section, told.subject) for told in tell(plain)]
    assert len(set(places)) == len(places)
    for language in LANGUAGES:
        assert [(told.section, told.subject) for told in tell(plain, language)] == places


def test_a_rule_that_is_switched_out_is_not_posted() -> None:
    """A disabled rule gives nothing and is not told."""
    assert not any(sentence.startswith("steps:") for sentence in describe(PROGRAMS["everything"]))


# --- every key of the compiled program has its part in a sentence ---

# What is nowhere told: the form's number, the program's own key, the rank that goods have by how they are written.
# A kind can not change alone: other keys come with it.
UNTOLD = {"format", "id", "specificity", "kind"}
WORDS = (
    *("paid", "before-points", "full", "best", "sum", "product", "receipt", "line", "down", "up", "half-up"),
    *("opening", "accrual", "last-purchase", "end-of-day", "end-of-month", "before", "with-receipt", "spend"),
    *("points-earned", "receipts", "never", "recompute", "enrolment", "first-purchase", "month", "year", "link"),
    *("prorate", "keep", "deficit", "forgive", "allow", "instead", "goods", "delivery", "unit", "text", "number"),
    *("Asia/Tokyo", "item", "fixed", "percent", "multiply", "calendar-year"),
)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all values that say something."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in pairs:
        yield from leaves(below, (*path, key))
    if not isinstance(value, (dict, list)) and value is not None:
        yield path


def others(value: Any) -> Iterator[Any]:
    """Values that might stand instead of one."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
        yield value - 1 if value > 1 else 0
    else:
        yield from (word for word in WORDS if word != value)
        yield f"{value}x"
        yield [1, 0]


def is_told(plain: dict[str, Any], path: tuple[Any, ...]) -> bool:
    """Whether another value at a path is told in some language."""
    before = [describe(plain, language) for language in LANGUAGES]
    place = plain = copy.deepcopy(plain)
    for key in path[:-1]:
        place = place[key]
    for other in others(place[path[-1]]):
        place[path[-1]] = other
        try:
            if [describe(plain, language) for language in LANGUAGES] != before:
                return True
        except (LookupError, TypeError, ValueError, AttributeError):
            continue  # this word can not stand here
        except Exception as problem:
            if type(problem).__name__ != "BonusError":
                raise
    return False


def test_each_key_of_a_compiled_program_is_told() -> None:
    """A change of any value changes a sentence, in one program at least that has the key."""
    two_multipliers = copy.deepcopy(PROGRAMS["corner-shop"])
    two_multipliers["earn"]["rules"].append({**two_multipliers["earn"]["rules"][-1], "id": "again"})
    silent: set[str] = set()
    told: set[str] = set()
    for plain in (*PROGRAMS.values(), two_multipliers, with_welcome(2)):
        for path in leaves(plain):
            name = ".".join("*" if isinstance(key, int) else key for key in path)
            if path[0] in UNTOLD or path[-1] in UNTOLD - {"id"} or name in told:
                continue
            (told if is_told(plain, path) else silent).add(name)
    assert silent - told == set()
