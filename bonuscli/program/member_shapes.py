"""The shapes of members and their tiers: who they are, and what they become by what they do."""

from bonuscli.program.rule_shapes import IDS, LIST_MAX, SHARE, TEXTS, choice
from bonuscli.program.shape import EMPTY, ByKind, Field, Keys, ListOf, Named, Scalar

TIER_RATE = Scalar("rate", most=1_000_000)
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
