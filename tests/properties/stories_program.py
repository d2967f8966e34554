"""Random programs for stories: every key of the language, in any combination that a shop could publish.

A program is made as plain values and written as JSON, which is YAML.  ``Words`` are the names that its receipts and
members use; ids are the same in every version, so that a later one changes what an earlier one began.
"""

import json
import random
from typing import Any

from bonuscli.program.load import Loaded, load_text

SKUS, CATEGORIES, BRANDS = ("MUG", "X", "Y"), ("Coffee", "Alcohol", "Food"), ("Acme", "")
SHOPS, TAGS, PAYMENTS, CODES = ("A", "B"), ("vip", "staff"), ("cash", "card"), ("HAPPY", "sunny")
LEVELS, SEGMENTS, ACTIONS = ("low", "mid", "high"), ("lapsed", "busy"), ("review", "repost", "visit")
GIFTS, PASSES, COUPONS = ("mug", "tenth", "van", "code"), ("eight", "two"), ("paper", "fixed")
Plain = dict[str, Any]


class Drafting:
    """One random program; ``text`` is its file."""

    def __init__(self, chance: random.Random, name: str = "story", scale: int = 0) -> None:
        self.chance, self.scale, self.pick = chance, scale, chance.choice
        self.same_receipt = self.some(0.15)
        self.value = self.pick(["1.00", "0.50", "0.03"])
        tiers = self._tiers() if self.some(0.8) else None
        self.levels = LEVELS if tiers else ()
        found: Plain = {
            "version": 1, "id": name, "currency": "EUR", "timezone": "Europe/Vienna",
            "day_starts": self.pick(["00:00", "05:00"]),
            "points": self._points(), "goods": {**_GOODS}, "earn": self._earn(tiers), "tiers": tiers,
            "segments": {"lapsed": {"last_purchase": {"over": "15d"}}, "busy": self._busy()},
            "members": self._members(), "grants": self._grants(), "redeem": self._redeem(), "returns": self._returns(),
            **self._beside(),
        }  # fmt: skip
        self.text = json.dumps({key: value for key, value in found.items() if value})

    def some(self, share: float) -> bool:
        """Whether, by chance."""
        return self.chance.random() < share

    def points(self, *choices: int) -> str:
        """A number of points, with digits where the program has them."""
        return f"{self.pick(choices)}{'.5' if self.scale and self.some(0.3) else ''}"

    def _optional(self, share: float, key: str, value: Any) -> Plain:
        return {key: value} if self.some(share) else {}

    def _points(self) -> Plain:
        lasts: Any = self.pick(
            [
                "never",
                {"for": "20d", "until": "end-of-day"},
                {"for": "1mo", "from": "accrual", "until": self.pick(["end-of-month", "end-of-quarter"])},
                {"for": self.pick(["9d", "1mo"]), "from": "last-purchase"},
            ]
        )
        return {
            "name": {"one": "point", "other": "points"}, "value": self.value, "scale": self.scale, "lasts": lasts,
            "rounding": {
                "level": self.pick(["receipt", "line"]), "mode": self.pick(["down", "half-up", "half-even", "up"])
            },
            "opens": {"after": "0d" if self.same_receipt else self.pick(["0d", "3d", "14d"])},
        }  # fmt: skip

    def _earn(self, tiers: Plain | None) -> Plain:
        bases = ["before-points", "full"] if self.same_receipt else ["paid", "before-points", "full"]
        rules = [{"id": "base", "kind": "percent", "rate": "50%"}, *map(self._rule, _RULES)]
        return {
            "basis": self.pick(bases), "stacking": self.pick(["best", "sum", "product"]), "rules": rules,
            **self._optional(0.4, "exclude", self.pick([{"goods": "alcoholic"}, {"discounted": {"over": "10%"}}])),
            **self._optional(
                0.6, "cap", {"per_receipt": self.points(60), "per_day": self.points(80), "receipts_per_day": 4}
            ),
        }  # fmt: skip

    def _rule(self, rule: Plain) -> Plain:
        found = {**rule, "enabled": self.some(0.6)}
        if self.some(0.4):
            found["when"] = {**found.get("when", {}), **self.when()}
        if self.some(0.3):
            found["budget"] = {"points": self.points(5, 20, 90)}
        if self.some(0.2):
            found["control"] = "40%"
        return found

    def when(self) -> Plain:
        """Some condition."""
        found: Plain = self.pick(
            [
                {"bought": {"goods": {"skus": ["MUG"]}, "within": "20d"}}, {"bought": {"goods": ["coffee"]}},
                {"items": "coffee"}, {"payment": "Cash"}, {"code": ["happy"]}, {"segments": ["lapsed"]},
                {"segments": ["busy"]}, {"tags": ["vip"]}, {"shops": ["A"]}, {"first_purchase": True},
                {"total": {"from": "10.00"}}, {"days": ["mon", "tue", "sat"]}, {"hours": "14:00-03:00"},
                {"birthday": {"before": "3d", "after": "3d"}}, {"from": "2026-02-01", "to": "2026-04-01 12:00"},
                *([{"tiers": ["mid", "high"]}] if self.levels else []),
            ]
        )  # fmt: skip
        return {"not": found} if self.some(0.25) else found

    def _busy(self) -> Plain:
        found: Plain = self.pick(
            [
                {"receipts": {"from": 2, "within": "1mo"}}, {"spend": {"from": "30.00", "within": "20d"}},
                {"enrolled": {"within": "20d"}}, {"tags": ["vip"]}, {"not": {"last_purchase": {"within": "9d"}}},
                {"average_receipt": {"from": "12.00", "within": "1mo"}}, {"birthday": {"before": "40d", "after": "9d"}},
                *([{"tiers": ["mid"]}] if self.levels else []),
            ]
        )  # fmt: skip
        return found

    def _tiers(self) -> Plain:
        by = self.pick(["spend", "points-earned", "receipts"])
        starts = {"spend": ("0", "50.00", "150.00"), "points-earned": ("0", "20", "60"), "receipts": ("0", "3", "6")}
        levels: list[Plain] = [{"id": name, "from": start} for name, start in zip(LEVELS, starts[by], strict=True)]
        levels[1]["replaces"], levels[2]["redeem_max"] = {"base": "60%"}, "80%"
        return {
            "by": by, "counts": self.pick(["before", "with-receipt"]),
            "window": self.pick(["2mo", "lifetime", "40d", "calendar-year"]),
            "downgrade": self.pick(["one-level", "recompute", "never"]), "levels": levels,
        }  # fmt: skip

    def _members(self) -> Plain | None:
        found: Plain = {
            **self._optional(0.15, "tags", ["vip", "gold"]), **self._optional(0.15, "shops", ["A"]),
            **self._optional(0.15, "segments", ["busy"]), **self._optional(0.3, "control", "25%"),
        }  # fmt: skip
        return found or None

    def _life(self) -> Plain:
        return {**self._optional(0.4, "opens", "5d"), **self._optional(0.6, "lasts", self.pick(["0d", "14d", "1mo"]))}

    def _grants(self) -> Plain:
        schedule: list[Plain] = [
            {"id": "spring", "points": self.points(15), "every": self.pick(["03-20", "02-29"]), **self._whom()},
            {"id": "once", "points": self.points(9), "date": "2026-02-18", **self._whom()},
            {"id": "back", "kind": "retro", "rate": "2%", "over": self.pick(["month", "quarter", "year"]),
             **self._optional(0.5, "from", "20.00"), **self._whom()},
        ]  # fmt: skip
        review: Plain = {"id": "review", "points": self.points(7), "limit": {"count": 1, "per": "receipt"}}
        repost: Plain = {"id": "repost", "points": self.points(4), "limit": {"count": 2, "per": "month"}}
        periods = ["day", "week", "year", "member"]
        actions = [
            review, repost | self._optional(0.5, "once_per", "link") | self._life(),
            {"id": "visit", "points": "1", **self._optional(0.8, "limit", {"count": 1, "per": self.pick(periods)})},
        ]  # fmt: skip
        after = {**self._optional(0.5, "spend", "25.00"), **self._optional(0.5, "within", "30d")}
        referral = {"referrer": self.points(20), "friend": self.points(10), "after": after, **self._life()}
        referral |= self._optional(0.5, "per_referrer", {"count": 1, "per": self.pick(["month", "member"])})
        welcome = {"points": self.points(20), "after": self.pick(["enrolment", "first-purchase"]), **self._life()}
        return {
            **self._optional(0.7, "welcome", welcome), **self._optional(0.7, "referral", referral),
            **self._optional(
                0.7, "birthday", {"points": self.points(30), "before": self.pick(["0d", "3d"]), **self._life()}
            ),
            "actions": actions, "schedule": self.chance.sample(schedule, self.pick([1, 2, 3])),
        }  # fmt: skip

    def _whom(self) -> Plain:
        return {
            **self._life(), **self._optional(0.3, "segment", self.pick(SEGMENTS)),
            **self._optional(0.3, "tags", ["vip"]),
        }  # fmt: skip

    def _redeem(self) -> Plain | None:
        if self.some(0.05):
            return None
        return {
            "max_share": self.pick(["100%", "60%", "33%"]), "min_points": "1",
            "same_receipt": "allow" if self.same_receipt else "refuse",
            **self._optional(0.3, "max_share_by_goods", {"coffee": "50%"}), **self._optional(0.3, "max_points", "25"),
            **self._optional(0.3, "min_receipt", "5.00"), **self._optional(0.3, "leave_to_pay", "1.00"),
            **self._optional(0.2, "step", "5"), **self._optional(0.5, "per_day", 3),
            **self._optional(0.3, "exclude", {"goods": "alcoholic", "discounted": True}),
            **self._optional(0.2, "confirm_above", "10"),
        }  # fmt: skip

    def _returns(self) -> Plain:
        return {
            "earned": self.pick(["prorate", "by-line", "recompute", "keep"]),
            "short": self.pick(["deficit", "forgive"]),
            **self._optional(0.4, "restored_min_life", "10d"),
        }  # fmt: skip

    def _beside(self) -> Plain:
        tiers = {"tiers": ["mid"]} if self.levels else {"from": "20.00"}
        limit = {"count": 2, "per": self.pick(["day", "month", "member", "receipt"])}
        gives: dict[str, Any] = {
            "mug": "goods", "tenth": {"discount": "10%"}, "van": "delivery", "code": {"coupon": self.pick(COUPONS)},
        }  # fmt: skip
        return {
            "discounts": [
                {"id": "club", "kind": "percent", "rate": "7%", "goods": "coffee", "max": "3.00", "limit": limit},
                {"id": "word", "kind": "fixed", "amount": "1.11", "when": {"code": "HAPPY"}, "not_with": "club"},
                {"id": "some", "kind": "percent", "rate": "3%", "when": self.when(), "points": "instead"},
                {"id": "paper", "kind": "fixed", "amount": "2.00", **self._optional(0.5, "limit", limit)},
            ],
            "coupons": [
                {"id": "paper", "discount": "paper", "codes": 8, "uses": self.pick([1, 2]),
                 **self._optional(0.5, "lasts", "20d")},
                {"id": "fixed", "discount": "paper", "code": "PAPER", "uses": 3},
            ],
            "gifts": [
                {"id": name, "points": self.points(3, 9), **self._optional(0.4, "stock", 2), "gives": gives[name]}
                for name in GIFTS
            ],
            "punch": [
                {"id": "third", "goods": "coffee", "every": 3, "gives": {"discount": "100%"},
                 **self._optional(0.5, "lasts", "15d")}
            ],
            "passes": [
                {"id": "eight", "visits": 8, "lasts": "1mo", "price": "30.00"},
                {"id": "two", "visits": 2, **self._optional(0.5, "lasts", "9d")},
            ],
            "delivery": {"free": tiers},
        }  # fmt: skip


_GOODS: Plain = {
    "coffee": {"categories": ["Coffee"]},
    "alcoholic": {"categories": ["Alcohol"]},
    "other": {"not": "coffee"},
}
_RULES: tuple[Plain, ...] = (
    {"id": "cups", "kind": "percent", "rate": "80%", "goods": ["coffee"], "replaces": "base"},
    {"id": "brand", "kind": "percent", "rate": "70%", "goods": {"brands": ["Acme"]}, "replaces": ["base", "cups"]},
    {"id": "cheap", "kind": "percent", "rate": "1%", "goods": {"discounted": True, "not": "coffee"}},
    {"id": "mugs", "kind": "item", "points": "3", "goods": {"skus": ["MUG"]}, "max_units": 3},
    {"id": "lines", "kind": "item", "points": "1", "per": "line", "goods": "other"},
    {"id": "steps", "kind": "step", "points": "2", "per": "7.00"},
    {"id": "basket", "kind": "fixed", "points": "5", "multiplied": False},
    {"id": "gala", "kind": "fixed", "points": "8", "replaces": ["basket", "cups"], "when": {"shops": ["B"]}},
    {"id": "late", "kind": "multiply", "factor": "1.5"},
    {"id": "double", "kind": "multiply", "factor": 2, "goods": "coffee"},
)


def random_program(chance: random.Random, name: str = "story", scale: int = 0) -> Loaded:
    """A sound program, loaded."""
    return load_text(Drafting(chance, name, scale).text, "story.yaml")
