"""The shapes of grants, points that no purchase earns, and of the limits on how often something is given."""

from bonuscli.program.rule_shapes import AROUND, LIST_MAX, SOME_COUNT, SOME_POINTS, TEXTS, choice
from bonuscli.program.shape import EMPTY, ByKind, Field, Keys, ListOf, Scalar

NO_TIME = (0, 0)
_PERIODS = ("day", "week", "month", "year", "member")
_ID = Field(Scalar("id"), required=True, about="The grant's name in reports and explanations.")
_POINTS = Field(SOME_POINTS, required=True, about="Points given.")
_LIFE = {
    "opens": Field(Scalar("duration"), default=NO_TIME, about="How long they are pending, as in 14d."),
    "lasts": Field(
        Scalar("duration"),
        about="How long they can be spent, as in 30d; without it, as other points, also for who has stayed away.",
    ),
}


def limit(noun: str, *periods: str) -> Keys:
    """How often within what: ``{count: 3, per: month}``."""
    return Keys(
        noun,
        {
            "count": Field(SOME_COUNT, required=True, about="How often at most."),
            "per": Field(choice(*periods), required=True, about="Within what; member: for ever."),
        },
    )


LIMIT = limit("limit", "receipt", *_PERIODS)

_WELCOME = Keys(
    "welcome",
    {
        "points": _POINTS,
        **_LIFE,
        "after": Field(choice("enrolment", "first-purchase"), default="enrolment", about="What they are given for."),
    },
)
_BIRTHDAY = Keys(
    "birthday",
    {"points": _POINTS, **_LIFE, "before": Field(AROUND, default=0, about="Days before the birthday, as in 3d.")},
)
_REFERRAL = Keys(
    "referral",
    {
        "referrer": Field(SOME_POINTS, default=0, about="Points for the member who brings a friend."),
        "friend": Field(SOME_POINTS, default=0, about="Points for the friend."),
        "after": Field(
            Keys(
                "after",
                {
                    "spend": Field(
                        Scalar("money"), default=0, about="What the friend must have paid; without it, anything."
                    ),
                    "within": Field(Scalar("duration", least=1), about="How soon after the enrolment, as in 30d."),
                },
            ),
            default=EMPTY,
            about="What the friend must buy; a first purchase unless said otherwise.",
        ),
        "per_referrer": Field(limit("per_referrer", *_PERIODS), about="How many friends of one member count."),
        **_LIFE,
    },
    needs=("referrer", "friend"),
)
_ACTION = Keys(
    "an action",
    {
        "id": _ID,
        "points": _POINTS,
        "limit": Field(LIMIT, about="How often a member gets them."),
        "once_per": Field(choice("link", "receipt"), about="What a member is rewarded for once only."),
        **_LIFE,
    },
)
_SCHEDULED_FIELDS = {
    "id": _ID,
    "kind": Field(choice("points", "retro"), default="points", about="A number of points, or a share of past spend."),
    "segment": Field(Scalar("id"), about="Only members of this segment get them."),
    "tags": Field(TEXTS, about="Only members with one of these tags get them."),
    **_LIFE,
}
_SCHEDULED = ByKind(
    "a scheduled grant",
    {
        "points": Keys(
            "a scheduled grant of kind points",
            {
                **_SCHEDULED_FIELDS,
                "points": _POINTS,
                "every": Field(Scalar("month-day"), about='The day of every year, as in "03-08".'),
                "date": Field(Scalar("date"), about="The one day, as in 2027-03-08."),
            },
            needs=("every", "date"),
            apart=(("every", "date"),),
        ),
        "retro": Keys(
            "a scheduled grant of kind retro",
            {
                **_SCHEDULED_FIELDS,
                "rate": Field(
                    Scalar("rate", least=1, most=1_000_000),
                    required=True,
                    about="Share of the spend that becomes points.",
                ),
                "over": Field(
                    choice("month", "quarter", "year"),
                    required=True,
                    about="The calendar period, looked at when it is over.",
                ),
                "from": Field(Scalar("money"), default=0, about="The least spend of the period, itself included."),
            },
        ),
    },
    default="points",
)
GRANTS = Keys(
    "grants",
    {
        "welcome": Field(_WELCOME, about="Points for a new member."),
        "birthday": Field(_BIRTHDAY, about="Points for a birthday."),
        "referral": Field(_REFERRAL, about="Points for bringing a friend."),
        "actions": Field(
            ListOf(_ACTION, most=LIST_MAX), default=EMPTY, about="Points for what the shop reports, as a review."
        ),
        "schedule": Field(
            ListOf(_SCHEDULED, most=LIST_MAX), default=EMPTY, about="Points on certain days, given by run-due."
        ),
    },
)
