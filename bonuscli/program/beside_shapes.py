"""The shapes of what a program gives beside points: discounts, coupons, gifts, stamps, passes, draws and delivery."""

from bonuscli.program.grant_shapes import LIMIT
from bonuscli.program.rule_shapes import IDS, LIST_MAX, RATE_ALL, SOME_COUNT, SOME_POINTS, choice
from bonuscli.program.shape import EMPTY, ByKind, Either, Field, Keys, ListOf, Ref, Scalar

_SOME_SHARE = Scalar("rate", least=1, most=RATE_ALL)
_SOME_MONEY = Scalar("money", least=1)
_SOME_TIME = Scalar("duration", least=1)
_ID = Field(Scalar("id"), required=True, about="Its name in commands and reports.")
_NAME = Field(Scalar("text"), about="Its name for people; without it, the id.")

_DISCOUNT_FIELDS = {
    "id": _ID,
    "kind": Field(choice("percent", "fixed"), required=True, about="A share of the goods' price, or an amount."),
    "goods": Field(Ref("goods"), about="The goods it is for; without it, all goods."),
    "when": Field(Ref("when"), about="When it is given; without it, always."),
    "max": Field(_SOME_MONEY, about="Money of one receipt at most."),
    "limit": Field(LIMIT, about="How often a member gets it."),
    "not_with": Field(ListOf(Scalar("id"), lone=True), default=EMPTY, about="Discounts that it is not given with."),
    "points": Field(
        choice("allow", "instead"), default="allow", about="allow: points besides; instead: in the place of points."
    ),
}
_DISCOUNT = ByKind(
    "a discount",
    {
        "percent": Keys(
            "a discount of kind percent",
            {**_DISCOUNT_FIELDS, "rate": Field(_SOME_SHARE, required=True, about="The share taken off.")},
        ),
        "fixed": Keys(
            "a discount of kind fixed",
            {**_DISCOUNT_FIELDS, "amount": Field(_SOME_MONEY, required=True, about="The money taken off.")},
        ),
    },
)
_COUPON = Keys(
    "a coupon",
    {
        "id": _ID,
        "discount": Field(Scalar("id"), required=True, about="The discount that its codes give."),
        "codes": Field(Scalar("count", least=1, most=1_000_000), about="How many codes are made."),
        "code": Field(Scalar("text"), about="The one code, for everybody."),
        "uses": Field(SOME_COUNT, default=1, about="How often a code can be used."),
        "lasts": Field(_SOME_TIME, about="How long a code can be used, as in 1mo; without it, for ever."),
    },
    needs=("codes", "code"),
    apart=(("codes", "code"),),
)
_GIVES = Either(
    scalar=choice("goods", "delivery"),
    keys=Keys(
        "gives",
        {
            "discount": Field(_SOME_SHARE, about="The share taken off."),
            "of": Field(choice("next-receipt"), default="next-receipt", about="What it is taken off."),
            "coupon": Field(Scalar("id"), about="The coupon of which a code is given."),
        },
        needs=("discount", "coupon"),
        apart=(("discount", "coupon"), ("of", "coupon")),
    ),
)
_GIFT = Keys(
    "a gift",
    {
        "id": _ID,
        "name": _NAME,
        "points": Field(SOME_POINTS, required=True, about="What it costs."),
        "stock": Field(Scalar("count", most=1_000_000), about="How many there are; without it, no end of them."),
        "gives": Field(_GIVES, default="goods", about="goods, delivery, {discount: 10%} or {coupon: its id}."),
    },
)
_PUNCH = Keys(
    "a punch card",
    {
        "id": _ID,
        "goods": Field(Ref("goods"), required=True, about="The goods that are counted."),
        "every": Field(Scalar("count", least=2, most=1_000_000), required=True, about="Which of them is rewarded: 6."),
        "gives": Field(
            Keys(
                "gives",
                {
                    "discount": Field(_SOME_SHARE, required=True, about="The share taken off; 100% is for free."),
                    "of": Field(choice("cheapest"), default="cheapest", about="What it is taken off."),
                },
            ),
            required=True,
            about="What the last of them is rewarded with.",
        ),
        "lasts": Field(_SOME_TIME, about="How long a count goes on, as in 30d; without it, for ever."),
    },
)
_PASS = Keys(
    "a pass",
    {
        "id": _ID,
        "name": _NAME,
        "visits": Field(SOME_COUNT, required=True, about="How many visits are prepaid."),
        "lasts": Field(_SOME_TIME, about="How long it can be used, as in 1mo; without it, for ever."),
        "price": Field(Scalar("money"), about="What it is sold for."),
    },
)
_PRIZE = Keys(
    "a prize",
    {
        "name": Field(Scalar("text"), required=True, about="What is won."),
        "count": Field(SOME_COUNT, default=1, about="How many of them."),
    },
)
_DRAW = Keys(
    "a draw",
    {
        "id": _ID,
        "ticket": Field(
            Keys("ticket", {"per": Field(_SOME_MONEY, required=True, about="Money paid for each ticket.")}),
            required=True,
            about="What a ticket is given for.",
        ),
        "from": Field(Scalar("instant"), required=True, about="The first day or moment whose receipts take part."),
        "to": Field(Scalar("instant"), required=True, about="The day or moment at which it is over."),
        "prizes": Field(ListOf(_PRIZE, most=LIST_MAX), required=True, about="What can be won."),
    },
)
_DELIVERY = Keys(
    "delivery",
    {
        "free": Field(
            Keys(
                "free",
                {
                    "from": Field(Scalar("money"), about="The least receipt, itself included."),
                    "tiers": Field(IDS, about="Tier levels of the member, any of them."),
                },
            ),
            required=True,
            about="When it is free; {} is always.",
        )
    },
)


def _listed(shape: Keys | ByKind, about: str) -> Field:
    return Field(ListOf(shape, most=LIST_MAX), default=EMPTY, about=about)


BESIDE_FIELDS = {
    "discounts": _listed(_DISCOUNT, "Money off, told to the till by quote, in this order."),
    "coupons": _listed(_COUPON, "Codes that give a discount."),
    "gifts": _listed(_GIFT, "A catalogue paid with points."),
    "punch": _listed(_PUNCH, "Cards to be stamped: every sixth coffee."),
    "passes": _listed(_PASS, "Prepaid visits."),
    "draws": _listed(_DRAW, "Tickets for money spent, and what can be won."),
    "delivery": Field(_DELIVERY, about="When delivery is free."),
}
