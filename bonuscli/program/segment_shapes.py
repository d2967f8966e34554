"""The shapes of segments: conditions over what a member did and is, in a program and in segments that are saved.

One grammar, two sets of keys.  What a program asks for must be known at the till of the one account that stands there,
and must be told again from its own events when the ledger is proved.  A saved segment is asked of the whole database at
leisure, so it may also look at what needs all receipts, or at particulars of which the ledger keeps nothing.
"""

from bonuscli.program.rule_shapes import BIRTHDAY_WINDOW, IDS, ONE_OR_MORE_TEXTS, SHARE, TEXTS, choice
from bonuscli.program.shape import Field, Keys, ListOf, Named, Ref, Scalar, Shape

SEGMENT, SAVED_SEGMENT = "segment", "saved segment"
GENDERS = ("female", "male", "other")
_WITHIN = Scalar("duration", least=1)
# Nobody was ever older; a bound that is a year of birth is a mistake.
_YEARS = Scalar("count", most=150)
_GRADES = ListOf(Scalar("numbered-choice", ("1", "2", "3", "4", "5")), lone=True)


def _ago(noun: str) -> Keys:
    return Keys(
        noun,
        {
            "over": Field(_WITHIN, about="Longer ago than this, as in 90d."),
            "within": Field(_WITHIN, about="At most so long ago, as in 90d."),
        },
        some=True,
    )


def _bounds(scalar: Scalar) -> dict[str, Field]:
    above_nothing = Scalar(scalar.type, least=1, most=scalar.most)
    return {
        "from": Field(scalar, about="The least figure, itself included."),
        "below": Field(above_nothing, about="Figures below this one, itself not included."),
    }


_TIME = Field(_WITHIN, about="The time looked back upon, as in 90d; without it, ever.")


def _figure(noun: str, type_name: str) -> Keys:
    return Keys(noun, {**_bounds(Scalar(type_name)), "within": _TIME}, needs=("from", "below"))


# What one account tells of itself.
_TOLD_AT_THE_TILL = {
    "last_purchase": Field(_ago("last_purchase"), about="How long ago the last purchase was."),
    "enrolled": Field(_ago("enrolled"), about="How long ago the member was enrolled."),
    "spend": Field(_figure("spend", "money"), about="What the member has paid."),
    "receipts": Field(_figure("receipts", "count"), about="How often the member has bought."),
    "average_receipt": Field(
        _figure("average_receipt", "money"), about="What the member has paid for a receipt on average."
    ),
    "age": Field(Keys("age", _bounds(_YEARS), some=True), about="Whole years of age, where the birthday is known."),
    "birthday": Field(BIRTHDAY_WINDOW, about="Days around the member's birthday."),
    "tags": Field(TEXTS, about="Tags of the member, any of them."),
    "tiers": Field(IDS, about="Tier levels of the member, any of them."),
}
_GOODS_SHARE = Keys(
    "goods_share",
    {
        "categories": Field(TEXTS, about="Categories, as the till writes them."),
        "brands": Field(TEXTS, about="Brands, as the till writes them."),
        "skus": Field(TEXTS, about="Article numbers, as the till writes them."),
        "from": Field(SHARE, about="The least share of what was bought, itself included, as in 30%."),
        "below": Field(Scalar("rate", least=1, most=SHARE.most), about="Shares below this one, itself not included."),
        "within": _TIME,
    },
    needs=("categories", "brands", "skus"),
)
_SHOPS = Keys(
    "shops",
    {
        "any": Field(TEXTS, about="Shops in one of which the member has bought."),
        "home": Field(TEXTS, about="Shops of which one is where the member bought most often."),
        "within": _TIME,
    },
    needs=("any", "home"),
)
_RFM = Keys(
    "rfm",
    {
        "recency": Field(_GRADES, about="Grades of how lately they bought, 5 is the best fifth."),
        "frequency": Field(_GRADES, about="Grades of how often."),
        "money": Field(_GRADES, about="Grades of for how much."),
        "within": _TIME,
    },
    needs=("recency", "frequency", "money"),
)
# What needs all receipts, or what the ledger does not know.
_TOLD_BY_ALL = {
    "goods_share": Field(_GOODS_SHARE, about="The share of certain goods in what the member has bought."),
    "shops": Field(_SHOPS, about="Where the member buys."),
    "rfm": Field(_RFM, about="Grades among all who bought, as in `report rfm`."),
    "gender": Field(ListOf(choice(*GENDERS), lone=True), about="Gender, any of them."),
    "fields": Field(
        Named("fields", ONE_OR_MORE_TEXTS), about="Fields of the member with a value of each, or several, any of them."
    ),
}
_INSTEAD = "save such a segment with `bonuscli segment save`, and tag its members or grant them points"
_RECEIPTS = "no till has all receipts at hand"
_PERSON = "the ledger keeps nothing of it, so that a person can be forgotten"
_ELSEWHERE = {
    **{key: (_RECEIPTS, _INSTEAD) for key in ("goods_share", "shops", "rfm")},
    **{key: (_PERSON, _INSTEAD) for key in ("gender", "fields")},
}


def _left_out(name: str) -> dict[str, Field]:
    return {"not": Field(Ref(name), about="Members who are left out.")}


SEGMENT_SHAPES: dict[str, Shape] = {
    SEGMENT: Keys("a segment", {**_TOLD_AT_THE_TILL, **_left_out(SEGMENT)}, some=True, elsewhere=_ELSEWHERE),
    SAVED_SEGMENT: Keys(
        "a saved segment", {**_TOLD_AT_THE_TILL, **_TOLD_BY_ALL, **_left_out(SAVED_SEGMENT)}, some=True
    ),
}
