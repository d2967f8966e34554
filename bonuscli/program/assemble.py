"""The compiled program, plain JSON, as the engine's ``Program``: what every till's command does first.

Nothing heavy is imported here, above all no YAML: the compiled form was checked when it was published.
"""

from __future__ import annotations

from bonuscli.clock import Calendar
from bonuscli.model import Grant, Level, Lifetime, Points, Program, Returns, Tiers

# Importing typing would cost a till's command three quarters of a bare start; checkers take this constant for theirs.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Plain = dict[str, Any]


def program_from(
    plain: Plain, calendar: Calendar | None = None, program_hash: str = "", scoring: bool = True
) -> Program:
    """The engine's program of a compiled one (shape: docs/program-compiled.md).

    Without ``scoring`` it has neither earning nor redemption rules: a look-up settles an account and shows it, and need
    not wait for rules to be compiled.  ``calendar`` is made from the program's own zone and start of day where none is
    given; ``program_hash`` is that of the published text.
    """
    grants = plain["grants"]
    earn = redeem = None
    if scoring:
        from bonuscli.program.scoring import earn_from, redeem_from

        earn = earn_from(plain["earn"], plain["day_starts"])
        redeem = redeem_from(plain["redeem"])
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
        _grant(grants["welcome"]),
        _grant(grants["birthday"]),
        redeem,
        Returns(**plain["returns"]),
        plain["kpi"]["targets"],
        plain,
    )


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
        Level(level["id"], level["from_minor"], level["rates"], level["redeem_max_bp"], tuple(level["benefits"]))
        for level in tiers["levels"]
    )
    return Tiers(tiers["window"] and tuple(tiers["window"]), tiers["downgrade"], levels)


def _grant(grant: Plain | None) -> Grant | None:
    if grant is None:
        return None
    lasts = grant["lasts"]
    return Grant(
        grant["points"], tuple(grant["opens"]), lasts and tuple(lasts), grant.get("after"), grant.get("before", 0)
    )
