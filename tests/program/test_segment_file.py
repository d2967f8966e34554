"""Conditions of a saved segment from their own text: what they compile to, and what is refused in which words."""

import re
from typing import Any

import pytest

from bonuscli.errors import BonusError
from bonuscli.program.load import load_text
from bonuscli.program.schema import SHAPES
from bonuscli.program.segment_file import load_conditions
from bonuscli.program.segment_shapes import SAVED_SEGMENT, SEGMENT
from bonuscli.program.shape import Keys
from tests.conftest import ROOT
from tests.program.written import MEASURES

SHOP = load_text(
    """
version: 1
id: shop
currency: EUR
timezone: UTC
points: {name: {one: point, other: points}, value: "1.00"}
members: {fields: {profession: text}}
earn: {rules: [{id: base, kind: percent, rate: 10%}]}
tiers: {levels: [{id: low, from: "0"}, {id: high, from: "100.00"}]}
""",
    "shop.yaml",
).plain


def conditions(text: str) -> dict[str, Any]:
    """What a text compiles to."""
    return load_conditions(text, "asked.yaml", MEASURES, SHOP)


@pytest.mark.parametrize(
    "text, compiled",
    [
        ("last_purchase: {over: 90d}", {"last_purchase": {"over": [0, 90]}}),
        ("{spend: {from: 10.00, within: 3mo}}", {"spend": {"from": 1000, "within": [3, 0]}}),
        ("average_receipt: {below: 5}", {"average_receipt": {"below": 500}}),
        ("goods_share: {categories: [Coffee], from: 30%}", {"goods_share": {"categories": ["Coffee"], "from": 3000}}),
        ("goods_share: {skus: [T], brands: [Acme]}", {"goods_share": {"brands": ["Acme"], "skus": ["T"]}}),
        ("shops: {any: [A, B], within: 1y}", {"shops": {"any": ["A", "B"], "within": [12, 0]}}),
        ("shops: {home: [A]}", {"shops": {"home": ["A"]}}),
        ("rfm: {recency: 5, money: [4, 5]}", {"rfm": {"recency": [5], "money": [4, 5]}}),
        ("gender: female", {"gender": ["female"]}),
        ("gender: [male, other]", {"gender": ["male", "other"]}),
        ("fields: {profession: barista}", {"fields": {"profession": ["barista"]}}),
        ("age: {from: 18, below: 25}", {"age": {"from": 18, "below": 25}}),
        ("birthday: {before: 7d}", {"birthday": {"before": 7, "after": 0}}),
        ("tiers: [high]\nnot: {gender: male, not: {tags: [vip]}}",
         {"tiers": ["high"], "not": {"gender": ["male"], "not": {"tags": ["vip"]}}}),
    ],
)  # fmt: skip
def test_conditions_are_compiled_as_a_programs(text: str, compiled: dict[str, Any]) -> None:
    """Money in minor units, shares in basis points, durations as months and days; what is not asked is left out."""
    assert conditions(text) == compiled


@pytest.mark.parametrize(
    "text, told",
    [
        ("", "the file is empty; a segment begins with 'last_purchase: {over: 90d}'"),
        ("lapsed", "a segment is keys with values, as in 'last_purchase: {over: 90d}'"),
        ("{}", "a saved segment holds nothing"),
        ("last_purchas: {over: 90d}", "did you mean 'last_purchase'?"),
        ("tiers: [hihg]", "did you mean 'high'?"),
        ("fields: {profesion: barista}", "the program declares no field 'profesion'"),
        ("not: {not: {fields: {x: y}}}", "the program declares no field 'x'"),
        ("rfm: {recency: 6}", "'6' is not one of the choices"),
        ("rfm: {within: 90d}", "rfm has no 'recency' and no 'frequency' and no 'money'"),
        ("goods_share: {from: 30%}", "goods_share has no 'categories' and no 'brands' and no 'skus'"),
        ("goods_share: {skus: [T], from: 30%, below: 30%}", "'below' is not more than 'from'"),
        ("gender: woman", "'woman' is not one of the choices"),
        ("spend: {from: 1.001}", "'1.001' may have at most 2 digits after the point"),
        ("age: {from: 1990}", "'1990' is more than 150"),
        ("last_purchase: {over: 90d", "this is not YAML"),
        ("gender: male\ngender: female", "the key 'gender' stands twice"),
    ],
)
def test_what_is_no_segment_is_refused(text: str, told: str) -> None:
    """With the place, what is wrong and what would be right, all of it at once."""
    with pytest.raises(BonusError) as refused:
        conditions(text)
    assert refused.value.code == "bad_segment"
    assert any(told in problem and problem.startswith("asked.yaml:") for problem in refused.value.problems)


def test_fields_may_have_any_name_where_none_is_declared() -> None:
    """A shop that declares no fields keeps whatever it likes."""
    assert load_conditions("fields: {x: y}", "-", MEASURES, {**SHOP, "members": None}) == {"fields": {"x": ["y"]}}


def test_the_page_has_every_key() -> None:
    """docs/segments.md has a line for each key of a saved segment, those that a program may ask for first."""
    text = (ROOT / "docs" / "segments.md").read_text(encoding="utf-8")
    told = [key for line in re.findall(r"^\| (`.*?`) \|", text, re.MULTILINE) for key in re.findall(r"`(\w+)`", line)]
    program, saved = SHAPES[SEGMENT], SHAPES[SAVED_SEGMENT]
    assert isinstance(program, Keys)
    assert isinstance(saved, Keys)
    assert told == list(saved.fields)
    assert told[: len(program.fields) - 1] == [key for key in program.fields if key != "not"]
    assert set(saved.fields) - set(program.fields) == set(program.elsewhere)
