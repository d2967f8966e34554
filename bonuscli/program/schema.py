"""The shape of a program file, written down once: every key, its type, bounds, default and meaning.

The loader (:mod:`check`) and the JSON Schema for editors (:mod:`json_schema`) are both read off :data:`SHAPES`, so they
refuse the same files.  What a key holds is described by topic in the ``*_shapes`` modules.
"""

from bonuscli.days import ENDS
from bonuscli.program.beside_shapes import BESIDE_FIELDS
from bonuscli.program.grant_shapes import GRANTS, NO_TIME
from bonuscli.program.member_shapes import MEMBERS, TIERS
from bonuscli.program.rule_shapes import (
    LIST_MAX,
    RATE_ALL,
    RULE_SHAPES,
    SHARE,
    SOME_COUNT,
    SOME_POINTS,
    choice,
)
from bonuscli.program.segment_shapes import SEGMENT, SEGMENT_SHAPES
from bonuscli.program.shape import EMPTY, Either, Field, Keys, ListOf, Named, Ref, Scalar, Shape
from bonuscli.units import ROUNDING_MODES

# Shares of receipts, members or sales; the two KPIs counted in points and money have no percentage to aim at.
TARGETS = (
    "participation",
    "redemption_frequency",
    "repeat_purchase",
    "share_of_sales_with_points",
    "average_receipt_uplift",
)

_POINT_NAME = Keys(
    "name",
    {
        "one": Field(Scalar("text"), required=True, about="The word for one point."),
        "few": Field(Scalar("text"), about="The word for 2, 3 and 4 points in Russian and Ukrainian."),
        "many": Field(Scalar("text"), about="The word for 5 and more points in Russian and Ukrainian."),
        "other": Field(Scalar("text"), required=True, about="The word for any other number of points."),
    },
)
_LASTS = Either(
    scalar=choice("never"),
    keys=Keys(
        "lasts",
        {
            "for": Field(Scalar("duration"), required=True, about="How long points can be spent, as in 6mo."),
            "from": Field(
                choice("opening", "accrual", "last-purchase"),
                default="opening",
                about="The day from which that counts; last-purchase: all points end if nothing is bought for so long.",
            ),
            "until": Field(choice(*ENDS), default=ENDS[0], about="The end to which the last day is moved."),
        },
    ),
)
_POINTS = Keys(
    "points",
    {
        "name": Field(_POINT_NAME, required=True, about="What points are called."),
        "value": Field(Scalar("money", least=1), required=True, about="Money that one point pays."),
        "scale": Field(
            Scalar("numbered-choice", ("0", "1", "2", "3")), default=0, about="Digits after the point of a balance."
        ),
        "rounding": Field(
            Keys(
                "rounding",
                {
                    "level": Field(choice("receipt", "line"), default="receipt", about="Where points are rounded."),
                    "mode": Field(choice(*ROUNDING_MODES), default="down", about="How they are rounded."),
                },
            ),
            default=EMPTY,
            about="Rounding of earned points: once a receipt, down, unless said otherwise.",
        ),
        "opens": Field(
            Keys("opens", {"after": Field(Scalar("duration"), default=NO_TIME, about="How long points are pending.")}),
            default=EMPTY,
            about="When earned points can be spent; at once unless said otherwise.",
        ),
        "lasts": Field(_LASTS, default="never", about="never, or {for: 6mo}."),
    },
)

_CAP = Keys(
    "cap",
    {
        "per_receipt": Field(SOME_POINTS, about="Points of one receipt at most."),
        "per_day": Field(SOME_POINTS, about="Points of one member and day at most."),
        "receipts_per_day": Field(SOME_COUNT, about="Receipts of one member and day that earn."),
    },
)
_EARN = Keys(
    "earn",
    {
        "basis": Field(
            choice("paid", "before-points", "full"),
            default="paid",
            about="What earns: paid after discounts and points, before-points, or full before both.",
        ),
        "exclude": Field(Ref("exclude"), about="Lines that earn nothing."),
        "rules": Field(ListOf(Ref("rule"), most=LIST_MAX), default=EMPTY, about="The rules, which add up."),
        "stacking": Field(
            choice("best", "sum", "product"), default="best", about="What several multipliers do to each other."
        ),
        "cap": Field(_CAP, default=EMPTY, about="Bounds on what is earned."),
    },
)

_REDEEM = Keys(
    "redeem",
    {
        "max_share": Field(
            Scalar("rate", least=1, most=RATE_ALL),
            default=RATE_ALL,
            about="Share of the eligible amount that points pay.",
        ),
        "max_share_by_goods": Field(
            Named("max_share_by_goods", SHARE), default=EMPTY, about="Other shares by named goods."
        ),
        "max_points": Field(SOME_POINTS, about="Points of one redemption at most."),
        "min_receipt": Field(Scalar("money"), default=0, about="The least receipt that points may pay."),
        "min_points": Field(SOME_POINTS, default=1, about="The least points of one redemption."),
        "step": Field(SOME_POINTS, about="Points are spent in multiples of this."),
        "leave_to_pay": Field(Scalar("money"), default=0, about="Money that is always left to pay."),
        "exclude": Field(Ref("exclude"), about="Lines that points cannot pay."),
        "spread": Field(choice("proportional"), default="proportional", about="How points fall on lines."),
        "same_receipt": Field(
            choice("refuse", "allow"), default="refuse", about="Whether a receipt may spend what it earns."
        ),
        "per_day": Field(SOME_COUNT, about="Redemptions of one member and day at most."),
        "confirm_above": Field(SOME_POINTS, about="Points above which the till must have asked the member."),
    },
)
_RETURNS = Keys(
    "returns",
    {
        "earned": Field(
            choice("prorate", "by-line", "recompute", "keep"),
            default="prorate",
            about="How earned points are taken back.",
        ),
        "spent": Field(choice("original-lots"), default="original-lots", about="Where spent points come back to."),
        "restored_min_life": Field(
            Scalar("days", most=3_650), about="Days that points given back can be spent at least."
        ),
        "short": Field(choice("deficit", "forgive"), default="deficit", about="What if the points are gone already."),
    },
)
_KPI = Keys(
    "kpi",
    {
        "targets": Field(
            Keys("targets", {name: Field(SHARE, about="The share aimed at.") for name in TARGETS}, some=True),
            default=EMPTY,
            about="The figures aimed at.",
        )
    },
)

_PROGRAM = Keys(
    "a program",
    {
        "version": Field(Scalar("numbered-choice", ("1",)), required=True, about="The version of this format: 1."),
        "id": Field(Scalar("id"), required=True, about="The program's name for commands, as in corner-shop."),
        "name": Field(Scalar("text"), about="The program's name for people."),
        "currency": Field(Scalar("currency"), required=True, about="ISO 4217, as in EUR."),
        "timezone": Field(Scalar("timezone"), required=True, about="The shop's time zone, as in Europe/London."),
        "country": Field(Scalar("country"), about="ISO 3166, as in GB: how phone numbers are read."),
        "day_starts": Field(Scalar("clock"), default=0, about='When a business day begins, as in "05:00".'),
        "valid": Field(
            Keys("valid", {"from": Field(Scalar("date"), about="The first day of this program.")}),
            default=EMPTY,
            about="When the program is in force.",
        ),
        "members": Field(MEMBERS, about="What is known of members, and who of them may take part."),
        "points": Field(_POINTS, required=True, about="What a point is and how long it lives."),
        "goods": Field(Named("goods", Ref("set")), default=EMPTY, about="Named sets of goods, used below."),
        "earn": Field(_EARN, default=EMPTY, about="How points are earned."),
        "tiers": Field(TIERS, about="Levels by what a member spends, earns or how often he comes."),
        "segments": Field(
            Named("segments", Ref(SEGMENT)), default=EMPTY, about="Named groups of members by what they do."
        ),
        "grants": Field(GRANTS, default=EMPTY, about="Points without a purchase."),
        "redeem": Field(_REDEEM, about="How points are spent; without it they cannot be."),
        "returns": Field(_RETURNS, default=EMPTY, about="What happens when goods come back."),
        **BESIDE_FIELDS,
        "kpi": Field(_KPI, default=EMPTY, about="What the program is measured by."),
    },
)

SHAPES: dict[str, Shape] = {"program": _PROGRAM, **RULE_SHAPES, **SEGMENT_SHAPES}
