"""The shapes of goods, conditions and rules: what the shop's own names and the rule kinds are matched by.

A rule is the keys that all rules share and those that its kind's module in ``engine/rules`` describes; nothing here
knows one kind from another.
"""

from bonuscli.engine.rules import RULE_KINDS
from bonuscli.engine.rules.key import Key
from bonuscli.program.shape import EMPTY, ByKind, Either, Field, Keys, ListOf, Ref, Scalar, Shape

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RATE_ALL = 10_000
FLAG = Scalar("flag")
ONLY_TRUE = Scalar("flag", least=1)
TEXTS = ListOf(Scalar("text"))
ONE_OR_MORE_TEXTS = ListOf(Scalar("text"), lone=True)
IDS = ListOf(Scalar("id"))
SHARE = Scalar("rate", most=RATE_ALL)
SOME_POINTS = Scalar("points", least=1)
SOME_COUNT = Scalar("count", least=1, most=1_000_000)
# Rules, levels, grants, gifts: what a shop writes by hand in one list.
LIST_MAX = 200
# Half a year either way: a birthday's window never meets the next one's.
AROUND = Scalar("days", most=182)


def choice(*choices: str) -> Scalar:
    """One of some words."""
    return Scalar("choice", choices)


def _kind_field(key: Key) -> Field:
    """A key of a rule kind, as its module describes it."""
    scalar = Scalar(key.type, key.choices, key.least, key.most)
    return Field(scalar, key.required, key.default, key.about)


_DISCOUNTED = Either(
    scalar=ONLY_TRUE,
    keys=Keys("discounted", {"over": Field(SHARE, required=True, about="Lines with a larger discount than this.")}),
)
_MATCHER_FIELDS = {
    "skus": Field(TEXTS, about="Article numbers, as the till writes them."),
    "categories": Field(TEXTS, about="Categories, as the till writes them."),
    "brands": Field(TEXTS, about="Brands, as the till writes them."),
    "names": Field(TEXTS, about="Names in any case; * stands for any text, ? for one character."),
    "discounted": Field(_DISCOUNTED, about="Lines with a discount: true for any, or {over: 30%}."),
    "not": Field(Ref("goods"), about="Goods that are left out."),
}
_MATCHER = Keys("a set of goods", _MATCHER_FIELDS, some=True)
_GOODS = Either(scalar=Scalar("id"), items=IDS, keys=_MATCHER)

_EXCLUDE = Keys(
    "exclude",
    {
        "goods": Field(Ref("goods"), about="Goods that do not take part."),
        "discounted": _MATCHER_FIELDS["discounted"],
    },
    some=True,
)

_TOTAL = Keys(
    "total",
    {
        "from": Field(Scalar("money"), about="The least total, itself included."),
        "below": Field(Scalar("money", least=1), about="Totals below this one, itself not included."),
    },
    some=True,
)
BIRTHDAY_WINDOW = Keys(
    "birthday",
    {
        "before": Field(AROUND, default=0, about="Days before the birthday, as in 3d."),
        "after": Field(AROUND, default=0, about="Days after the birthday, as in 4d."),
    },
)
_BOUGHT = Keys(
    "bought",
    {
        "goods": Field(Ref("goods"), required=True, about="What was bought."),
        "within": Field(Scalar("duration", least=1), about="How long ago at most, as in 90d; without it, ever."),
    },
)
_WHEN = Keys(
    "when",
    {
        "from": Field(Scalar("instant"), about="The first day or moment."),
        "to": Field(Scalar("instant"), about="The day or moment at which it is over."),
        "days": Field(ListOf(Scalar("weekday", WEEKDAYS)), about="Days of the week."),
        "hours": Field(ListOf(Scalar("hours"), lone=True), about='Hours, as in "14:00-17:00"; may pass midnight.'),
        "total": Field(_TOTAL, about="The receipt's total after discounts, before points."),
        "items": Field(Ref("goods"), about="Goods of which the receipt has some."),
        "shops": Field(TEXTS, about="Shops, as the till writes them."),
        "tiers": Field(IDS, about="Tier levels of the member."),
        "tags": Field(TEXTS, about="Tags of the member, any of them."),
        "segments": Field(IDS, about="Segments of the member, any of them."),
        "first_purchase": Field(ONLY_TRUE, about="true: only the member's first purchase."),
        "birthday": Field(BIRTHDAY_WINDOW, about="Days around the member's birthday."),
        "bought": Field(_BOUGHT, about="Goods that the member has bought before."),
        "payment": Field(ONE_OR_MORE_TEXTS, about="Ways in which the receipt is paid, any of them."),
        "code": Field(ONE_OR_MORE_TEXTS, about="Codes told at the till, in any case, any of them."),
        "not": Field(Ref("when"), about="When it does not apply."),
    },
    some=True,
)

_RULE_FIELDS = {
    "id": Field(Scalar("id"), required=True, about="The rule's name in reports and explanations."),
    "kind": Field(choice(*RULE_KINDS), required=True, about="How the rule gives points."),
    "enabled": Field(FLAG, default=True, about="false switches the rule out."),
    "goods": Field(Ref("goods"), about="The goods it is for; without it, all goods."),
    "when": Field(Ref("when"), about="When it applies; without it, always."),
    "replaces": Field(
        ListOf(Scalar("id"), lone=True), default=EMPTY, about="Rules that do not apply where this one does."
    ),
    "multiplied": Field(FLAG, default=True, about="false: multipliers leave its points alone."),
    "budget": Field(
        Keys("budget", {"points": Field(SOME_POINTS, required=True, about="Points in all.")}),
        about="What the rule may give in all, to all members.",
    ),
    "control": Field(SHARE, default=0, about="Share of members whom the rule passes over, to measure by, as in 10%."),
}
_RULE = ByKind(
    "a rule",
    {
        kind: Keys(
            f"a rule of kind {kind}",
            {**_RULE_FIELDS, **{name: _kind_field(key) for name, key in module.KEYS.items()}},
        )
        for kind, module in RULE_KINDS.items()
    },
)

RULE_SHAPES: dict[str, Shape] = {
    "goods": _GOODS,
    "set": _MATCHER,
    "when": _WHEN,
    "exclude": _EXCLUDE,
    "rule": _RULE,
}
