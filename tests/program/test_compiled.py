"""The compiled program of what a shop gives beside the points of its receipts, in the documented shape."""

from pathlib import Path
from typing import Any

import pytest

from bonuscli.clock import Calendar
from bonuscli.days import parse_day
from bonuscli.program.load import find_problems, load, load_text

GOOD = Path(__file__).resolve().parent / "good"
EVERYTHING = load(GOOD / "everything.yaml").plain
NO_LIFE = {"opens": [0, 0], "lasts": None}

SMALL = """
version: 1
id: shop
currency: EUR
timezone: Europe/Vienna
points: {name: {one: point, other: points}, value: "1.00"}
earn: {rules: [{id: base, kind: percent, rate: 3%}]}
"""


def compiled(extra: str) -> dict[str, Any]:
    return load_text(SMALL + extra, "shop.yaml").plain


def goods(specificity: int, **keys: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("skus", "categories", "brands", "names", "discounted_over_bp", "not"))
    return {"specificity": specificity, "any": [{**nothing, **keys}]}


def test_members() -> None:
    """A field of type date is a day, as days are called everywhere else; a share is basis points."""
    assert EVERYTHING["members"] == {
        "fields": {"profession": "text", "seats": "number", "since": "day", "newsletter": "flag"},
        "tags": ["staff", "guest"],
        "shops": ["main", "harbour"],
        "segments": ["regulars"],
        "control_bp": 500,
    }
    only_fields = {"tags": None, "shops": None, "segments": None, "control_bp": 0}
    assert compiled("members: {fields: {job: text}}\n")["members"] == {"fields": {"job": "text"}, **only_fields}


def test_segments() -> None:
    """A segment's durations are months and days, its money minor units; what is not asked for is None."""
    keys = "last_purchase enrolled spend receipts average_receipt age birthday tags tiers not"
    nothing = dict.fromkeys(keys.split())
    lapsed = {"last_purchase": {"over": [0, 90], "within": [12, 0]}, "tags": ["staff"]}
    assert EVERYTHING["segments"]["lapsed"] == {**nothing, **lapsed, "not": {**nothing, "tiers": ["gold"]}}
    assert EVERYTHING["segments"]["regulars"] == {
        **nothing,
        "enrolled": {"over": [1, 0], "within": [120, 0]},
        "spend": {"from": 10_000, "below": 100_000, "within": [3, 0]},
        "receipts": {"from": 3, "below": 100, "within": [3, 0]},
    }


def test_conditions() -> None:
    """Codes are folded, one text stands for a list of one, and ``not`` is a condition again."""
    keys = "from to days hours total items shops tiers tags segments first_purchase birthday bought payment code not"
    nothing = dict.fromkeys(keys.split())
    (evenings,) = (rule for rule in EVERYTHING["earn"]["rules"] if rule["id"] == "evenings")
    when = evenings["when"]
    assert set(when) == set(nothing)
    assert when["items"] == goods(1, categories=["Coffee"])
    assert when["segments"] == ["lapsed", "regulars"]
    assert when["bought"] == {"goods": {**goods(4, skus=["MACHINE", "0123"]), "specificity": 3}, "within": [0, 90]}
    assert (when["payment"], when["code"]) == (["card", "cash"], ["happy", "2026"])
    asked_against = {"shops": ["harbour"], "code": ["sorry"], "payment": ["voucher"], "not": {**nothing, "days": [0]}}
    assert when["not"] == {**nothing, **asked_against}
    assert evenings["budget"] == 20_000_000


@pytest.mark.parametrize("written, over_bp", [("true", 0), ("{over: 30%}", 3_000)])
def test_goods_may_be_told_by_their_discount(written: str, over_bp: int) -> None:
    """Lines with any discount are those over 0 %; a discount says nothing of how narrowly goods are named."""
    plain = compiled(f"discounts: [{{id: off, kind: percent, rate: 5%, goods: {{discounted: {written}}}}}]\n")
    assert plain["discounts"][0]["goods"] == goods(0, discounted_over_bp=over_bp)


@pytest.mark.parametrize(
    "by, window, compiled_window, starts",
    [
        ("spend", "lifetime", None, [0, 1_050]),
        ("points-earned", "calendar-year", "calendar-year", [0, 1_050]),
        ("receipts", "6mo", [6, 0], [0, 10]),
    ],
)
def test_tiers(by: str, window: str, compiled_window: Any, starts: list[int]) -> None:
    """A level begins at money, points or receipts, by what the tiers go by."""
    second = "10" if by == "receipts" else '"10.5"'
    text = SMALL.replace("points: {", "points: {scale: 2, ")
    extra = f"tiers: {{by: {by}, window: {window}, levels: [{{id: a, from: 0}}, {{id: b, from: {second}}}]}}\n"
    tiers = load_text(text + extra, "shop.yaml").plain["tiers"]
    assert (tiers["by"], tiers["counts"], tiers["window"]) == (by, "before", compiled_window)
    assert [level["from"] for level in tiers["levels"]] == starts


def test_referral() -> None:
    """Without an amount the first purchase counts, and who is not named gets nothing."""
    assert EVERYTHING["grants"]["referral"] == {
        "referrer": 20_000,
        "friend": 10_000,
        "after": {"spend_minor": 50_000, "within": [0, 30]},
        "per_referrer": {"count": 10, "per": "month"},
        "opens": [0, 1],
        "lasts": [0, 60],
    }
    assert compiled("grants: {referral: {friend: 5}}\n")["grants"]["referral"] == {
        "referrer": 0,
        "friend": 5,
        "after": {"spend_minor": 0, "within": None},
        "per_referrer": None,
        **NO_LIFE,
    }


def test_actions() -> None:
    """An action without limits is given as often as it is reported."""
    review, _, visit = EVERYTHING["grants"]["actions"]
    assert review == {
        "id": "review",
        "points": 2_000,
        "limit": {"count": 1, "per": "receipt"},
        "once_per": "receipt",
        "opens": [0, 2],
        "lasts": [12, 0],
    }
    assert visit == {"id": "visit-to-a-link", "points": 100, "limit": None, "once_per": None, **NO_LIFE}


def test_schedule() -> None:
    """A grant on a day has points and no rate, one of kind retro a rate and no points."""
    womens_day, leap_day, jubilee, wholesale = EVERYTHING["grants"]["schedule"]
    nothing = dict.fromkeys(("points", "every", "date", "rate", "over", "from_minor", "segment", "tags"))
    assert womens_day == {
        **nothing,
        "id": "womens-day",
        "points": 15_000,
        "every": [3, 8],
        "segment": "lapsed",
        "tags": ["guest"],
        "opens": [0, 0],
        "lasts": [0, 10],
    }
    assert leap_day["every"] == [2, 29]
    assert jubilee == {**nothing, "id": "jubilee", "points": 1_000, "date": parse_day("2027-05-01"), **NO_LIFE}
    retro = {"rate": 200, "over": "quarter", "from_minor": 10_000_000, "tags": ["wholesale"], "segment": "regulars"}
    assert wholesale == {**nothing, **retro, "id": "wholesale", "opens": [0, 1], "lasts": [12, 0]}
    (yearly,) = load(GOOD / "tiers-by-receipts.yaml").plain["grants"]["schedule"]
    assert yearly["from_minor"] == 0


def test_discounts() -> None:
    """A discount that a coupon names is given for its codes only; its own numbers are typed by its kind."""
    club, happy, welcome_back = EVERYTHING["discounts"]
    assert {**club, "goods": None, "when": None} == {
        "id": "club",
        "kind": "percent",
        "rate": 500,
        "amount_minor": None,
        "goods": None,
        "when": None,
        "max_minor": 30_000,
        "limit": {"count": 2, "per": "month"},
        "not_with": ["happy", "welcome-back"],
        "points": "instead",
        "by_coupon": True,
    }
    assert club["when"]["tiers"] == ["gold"]
    assert (happy["rate"], happy["amount_minor"], happy["not_with"], happy["by_coupon"]) == (
        None,
        10_000,
        ["club"],
        False,
    )
    assert (welcome_back["goods"], welcome_back["when"], welcome_back["points"]) == (None, None, "allow")


def test_coupons() -> None:
    """A coupon has a number of codes or one code of its own, as it is written, each used once unless said otherwise."""
    assert EVERYTHING["coupons"] == [
        {"id": "autumn", "discount": "club", "codes": 500, "code": None, "uses": 1, "lasts": [1, 0]},
        {
            "id": "everybody",
            "discount": "welcome-back",
            "codes": None,
            "code": "Welcome Back",
            "uses": 3,
            "lasts": None,
        },
    ]


def test_gifts() -> None:
    """What a gift gives is one kind with a rate or a coupon; a gift without a name is called by its id."""
    assert EVERYTHING["gifts"] == [
        {"id": "mug", "name": "Mug", "points": 50_000, "stock": 40, "gives": _gives("goods")},
        {"id": "courier", "name": "courier", "points": 9_950, "stock": None, "gives": _gives("delivery")},
        {"id": "next-time", "name": "next-time", "points": 10_000, "stock": None, "gives": _gives("discount", 1_000)},
        {"id": "leaves", "name": "leaves", "points": 10_000, "stock": 0, "gives": _gives("coupon", None, "autumn")},
    ]
    assert compiled("gifts: [{id: mug, points: 5}]\n")["gifts"][0]["gives"] == _gives("goods")


def _gives(kind: str, rate: int | None = None, coupon: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "rate": rate, "coupon": coupon}


def test_punch_passes_draws_and_delivery() -> None:
    """Stamps, prepaid visits, tickets and free delivery have their figures typed and their absences None."""
    sixth, second = EVERYTHING["punch"]
    assert {**sixth, "goods": None} == {
        "id": "sixth-coffee",
        "goods": None,
        "every": 6,
        "gives": {"rate": 10_000},
        "lasts": [0, 30],
    }
    assert (second["goods"], second["lasts"]) == (goods(4, skus=["CUP"]), None)
    assert EVERYTHING["passes"] == [
        {"id": "eight", "name": "8 visits", "visits": 8, "lasts": [1, 0], "price_minor": 30_000},
        {"id": "once", "name": "once", "visits": 1, "lasts": None, "price_minor": None},
    ]
    iso = Calendar("Europe/Vienna", 5 * 3600).iso
    (christmas,) = EVERYTHING["draws"]
    assert {**christmas, "from": iso(christmas["from"]), "to": iso(christmas["to"])} == {
        "id": "christmas",
        "ticket_minor": 100_000,
        "from": "2026-12-01T05:00:00+01:00",
        "to": "2026-12-25T12:00:00+01:00",
        "prizes": [{"name": "Coffee machine", "count": 1}, {"name": "Mug", "count": 1}],
    }
    assert EVERYTHING["delivery"] == {"free": {"from_minor": 300_000, "tiers": ["gold"]}}
    assert compiled("delivery: {free: {}}\n")["delivery"] == {"free": {"from_minor": None, "tiers": None}}


def test_inactivity_may_be_moved_to_an_end() -> None:
    """Points that live from the last purchase may also end with a month."""
    text = SMALL.replace("points: {", "points: {lasts: {for: 6mo, from: last-purchase, until: end-of-month}, ")
    lasts = load_text(text, "shop.yaml").plain["points"]["lasts"]
    assert lasts == {"for": [6, 0], "from": "last-purchase", "until": "end-of-month"}


def test_discounts_may_exclude_each_other() -> None:
    """That two discounts are each not given with the other is no circle."""
    first, second = compiled(
        "discounts: [{id: a, kind: percent, rate: 5%, not_with: b}, {id: b, kind: percent, rate: 5%, not_with: a}]\n"
    )["discounts"]
    assert (first["not_with"], second["not_with"]) == (["b"], ["a"])


def test_goods_are_not_money() -> None:
    """A rule that asks for goods, now or earlier, may give points that its own receipt spends."""
    when = "{items: {skus: [A]}, bought: {goods: {skus: [B]}}, not: {code: X}}"
    rule = f"earn: {{rules: [{{id: gift, kind: fixed, points: 5, when: {when}}}]}}\n"
    text = SMALL.replace("earn: {rules: [{id: base, kind: percent, rate: 3%}]}\n", rule)
    assert find_problems(text + "redeem: {same_receipt: allow}\n", "shop.yaml") == []


def test_days_are_not_compared_with_months() -> None:
    """Whether 30 days are longer than a month is left to the calendar."""
    assert compiled("segments: {s: {last_purchase: {over: 30d, within: 1mo}}}\n")["segments"]["s"]


@pytest.mark.parametrize(
    "extra",
    [
        "coupons: [{id: two words, discount: d, codes: 5}]\ngifts: [{id: g, points: 5, gives: {coupon: c}}]\n"
        "discounts: [{id: d, kind: percent, rate: 5%}]\n",
        "tiers: {levels: [{id: two words, from: 0}]}\ndelivery: {free: {tiers: [gold]}}\n",
        "segments: {s: {tiers: [gold]}}\ntiers: {by: spend, levels: gold}\n",
        "members: {segments: [lapsed]}\nsegments: lapsed\n",
        "discounts: [{id: a, kind: percent, rate: 5%, not_with: b}, {id: two words, kind: percent, rate: 5%}]\n",
    ],
    ids=["coupon", "tier", "tiers", "segments", "discount"],
)
def test_no_name_is_missing_where_one_could_not_be_read(extra: str) -> None:
    """A name is not said to be missing while something that may bear it is a problem of its own."""
    codes = [problem.code for problem in find_problems(SMALL + extra, "shop.yaml")]
    assert len(codes) == 1
    assert codes != ["unknown_name"]
