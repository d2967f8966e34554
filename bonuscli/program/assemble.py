"""The compiled program, plain JSON, as the engine's ``Program``: what every till's command does first.

Nothing heavy is imported here, above all no YAML: the compiled form was checked when it was published.
"""

from __future__ import annotations

from bonuscli.clock import Calendar
from bonuscli.model import (
    CALENDAR_YEAR,
    Action,
    Grant,
    Grants,
    Level,
    Lifetime,
    Limit,
    Members,
    Points,
    Program,
    Referral,
    Returns,
    Scheduled,
    Tiers,
)

# Importing typing would cost a till's command three quarters of a bare start; checkers take this constant for theirs.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bonuscli.days import Duration

    Plain = dict[str, Any]


def program_from(
    plain: Plain, calendar: Calendar | None = None, program_hash: str = "", scoring: bool = True
) -> Program:
    """The engine's program of a compiled one (shape: docs/program-compiled.md).

    Without ``scoring`` it has neither earning nor redemption rules: a look-up settles an account and shows it, and need
    not wait for rules to be compiled.  ``calendar`` is made from the program's own zone and start of day where none is
    given; ``program_hash`` is that of the published text.
    """
    earn = redeem = beside = None
    if scoring:
        from bonuscli.program.scoring import beside_from, earn_from, redeem_from

        earn = earn_from(plain)
        redeem = redeem_from(plain["redeem"])
        beside = beside_from(plain, plain["day_starts"])
    return Program(
        plain["id"],
        plain["name"],
        plain["currency"],
        plain["digits"],
        calendar or Calendar(plain["timezone"], plain["day_starts"]),
        program_hash,
        _points(plain["points"]),
        earn,
        _tiers(plain["tiers"]),
        _grants(plain["grants"]),
        redeem,
        Returns(**plain["returns"]),
        _members(plain["members"]),
        plain["segments"],
        beside,
        plain["kpi"]["targets"],
        plain,
    )


def duration_of(plain: list[int] | None) -> Duration | None:
    """A duration of the compiled program, None where it says nothing."""
    return None if plain is None else (plain[0], plain[1])


def limit_of(plain: Plain | None) -> Limit | None:
    """``{"count": 3, "per": "month"}`` of the compiled program."""
    return None if plain is None else Limit(plain["count"], plain["per"])


def _points(points: Plain) -> Points:
    rounding, lasts = points["rounding"], points["lasts"]
    return Points(
        points["name"],
        points["value_minor"],
        points["scale"],
        10 ** points["scale"],
        rounding["level"],
        rounding["mode"],
        tuple(points["opens"]),
        lasts and Lifetime(tuple(lasts["for"]), lasts["from"], lasts["until"]),
    )


def _tiers(tiers: Plain | None) -> Tiers | None:
    if tiers is None:
        return None
    levels = tuple(
        Level(level["id"], level["from"], level["rates"], level["redeem_max_bp"], tuple(level["benefits"]))
        for level in tiers["levels"]
    )
    window = tiers["window"]
    return Tiers(
        tiers["by"],
        tiers["counts"] == "with-receipt",
        window if window == CALENDAR_YEAR else duration_of(window),
        tiers["downgrade"],
        levels,
    )


def _grants(grants: Plain) -> Grants:
    return Grants(
        _grant(grants["welcome"]),
        _grant(grants["birthday"]),
        _referral(grants["referral"]),
        {action["id"]: _action(action) for action in grants["actions"]},
        tuple(_scheduled(scheduled) for scheduled in grants["schedule"]),
    )


def _grant(grant: Plain | None) -> Grant | None:
    if grant is None:
        return None
    return Grant(grant["points"], *_life(grant), grant.get("after"), grant.get("before", 0))


def _life(grant: Plain) -> tuple[Duration | None, Duration | None]:
    return duration_of(grant["opens"]), duration_of(grant["lasts"])


def _referral(referral: Plain | None) -> Referral | None:
    if referral is None:
        return None
    after = referral["after"]
    return Referral(
        referral["referrer"],
        referral["friend"],
        after["spend_minor"],
        duration_of(after["within"]),
        limit_of(referral["per_referrer"]),
        *_life(referral),
    )


def _action(action: Plain) -> Action:
    return Action(action["id"], action["points"], limit_of(action["limit"]), action["once_per"], *_life(action))


def _scheduled(scheduled: Plain) -> Scheduled:
    every, tags = scheduled["every"], scheduled["tags"]
    return Scheduled(
        scheduled["id"],
        scheduled["points"],
        every and tuple(every),
        scheduled["date"],
        scheduled["rate"],
        scheduled["over"],
        scheduled["from_minor"],
        scheduled["segment"],
        tags and frozenset(tags),
        *_life(scheduled),
    )


def _members(members: Plain | None) -> Members | None:
    if members is None:
        return None
    tags, shops, segments = (
        None if members[key] is None else frozenset(members[key]) for key in ("tags", "shops", "segments")
    )
    return Members(members["fields"], tags, shops, segments, members["control_bp"])
