"""The shapes of members, their segments and their tiers: who they are, by what they do, and what that makes them."""

from bonuscli.program.rule_shapes import IDS, LIST_MAX, SHARE, TEXTS, choice
from bonuscli.program.shape import EMPTY, ByKind, Field, Keys, ListOf, Named, Ref, Scalar, Shape

TIER_RATE = Scalar("rate", most=1_000_000)
WITHIN = Scalar("duration", least=1)
FIELD_TYPES = ("text", "number", "date", "flag")

MEMBERS = Keys(
    "members",
    {
        "fields": Field(
            Named("fields", choice(*FIELD_TYPES)), default=EMPTY, about="What else a card says, by name and type."
        ),
        "tags": Field(TEXTS, about="Only members with one of these tags take part."),
        "shops": Field(TEXTS, about="Only receipts of these shops take part."),
        "segments": Field(IDS, about="Only members of one of these segments take part."),
        "control": Field(SHARE, default=0, about="Share of new members kept out of points, to measure by, as in 5%."),
    },
    some=True,
)


def _ago(noun: str) -> Keys:
    return Keys(
        noun,
        {
            "over": Field(WITHIN, about="Longer ago than this, as in 90d."),
            "within": Field(WITHIN, about="At most so long ago, as in 90d."),
        },
        some=True,
    )


def _figure(noun: str, type_name: str) -> Keys:
    return Keys(
        noun,
        {
            "from": Field(Scalar(type_name), about="The least figure, itself included."),
            "below": Field(Scalar(type_name, least=1), about="Figures below this one, itself not included."),
            "within": Field(WITHIN, about="The time looked back upon, as in 90d; without it, ever."),
        },
        needs=("from", "below"),
    )


_SEGMENT = Keys(
    "a segment",
    {
        "last_purchase": Field(_ago("last_purchase"), about="How long ago the last purchase was."),
        "enrolled": Field(_ago("enrolled"), about="How long ago the member was enrolled."),
        "spend": Field(_figure("spend", "money"), about="What the member has paid."),
        "receipts": Field(_figure("receipts", "count"), about="How often the member has bought."),
        "tags": Field(TEXTS, about="Tags of the member, any of them."),
        "tiers": Field(IDS, about="Tier levels of the member, any of them."),
        "not": Field(Ref("segment"), about="Members who are left out."),
    },
    some=True,
)

# What a level's `from` counts, by what the tiers go by.
_STARTS = {"spend": "money", "points-earned": "points", "receipts": "count"}


def _level(type_name: str) -> Keys:
    return Keys(
        "a tier level",
        {
            "id": Field(Scalar("id"), required=True, about="The level's name."),
            "from": Field(Scalar(type_name), required=True, about="The figure from which a member has it."),
            "replaces": Field(Named("replaces", TIER_RATE), default=EMPTY, about="Other rates of rules."),
            "redeem_max": Field(SHARE, about="The share of a receipt that points may pay."),
            "benefits": Field(TEXTS, default=EMPTY, about="What else the level gives, in words."),
        },
    )


def _tiers(type_name: str) -> Keys:
    return Keys(
        "tiers",
        {
            "by": Field(choice(*_STARTS), default="spend", about="What counts: money, points or receipts."),
            "counts": Field(
                choice("before", "with-receipt"),
                default="before",
                about="The tier that a receipt is scored with: the one before it, or the one that it leads to.",
            ),
            "window": Field(
                Scalar("window", least=1),
                default=(12, 0),
                about="The time looked back upon, as in 12mo, or calendar-year, or lifetime.",
            ),
            "downgrade": Field(
                choice("one-level", "recompute", "never"),
                default="one-level",
                about="What happens when the figure falls short.",
            ),
            "levels": Field(ListOf(_level(type_name), most=LIST_MAX), required=True, about="The levels, lowest first."),
        },
    )


TIERS = ByKind("tiers", {by: _tiers(type_name) for by, type_name in _STARTS.items()}, key="by", default="spend")
MEMBER_SHAPES: dict[str, Shape] = {"segment": _SEGMENT}
