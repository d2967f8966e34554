"""Members, their segments and grants of checked values in the compiled program's shape."""

from typing import Any

from bonuscli.program.check import Values
from bonuscli.program.compile_rules import duration

Plain = dict[str, Any]
# A program's "date" is a day number everywhere else.
_FIELD_TYPES = {"date": "day"}


def compile_members(members: Values | None) -> Plain | None:
    """What is known of members and who may take part, None where nothing is said."""
    if members is None:
        return None
    return {
        "fields": {name: _FIELD_TYPES.get(type_name, type_name) for name, type_name in members["fields"].items()},
        "tags": members["tags"],
        "shops": members["shops"],
        "segments": members["segments"],
        "control_bp": members["control"],
    }


def compile_segment(segment: Values | None) -> Plain | None:
    """SEGMENT of the compiled program, or of a saved segment; None where none is left out."""
    if segment is None:
        return None
    return {name: compile_segment(asked) if name == "not" else _asked(asked) for name, asked in segment.items()}


def _asked(asked: Any) -> Any:
    """One condition: a list, or keys of which durations become lists."""
    if not isinstance(asked, dict):
        return asked
    return {name: duration(value) if name in ("over", "within") else value for name, value in asked.items()}


def compile_grants(grants: Values) -> Plain:
    """Every grant of the program, its life in each."""
    welcome, birthday = grants["welcome"], grants["birthday"]
    return {
        "welcome": None
        if welcome is None
        else {"points": welcome["points"], **_life(welcome), "after": welcome["after"]},
        "birthday": None
        if birthday is None
        else {"points": birthday["points"], **_life(birthday), "before": birthday["before"]},
        "referral": _referral(grants["referral"]),
        "actions": [
            {
                "id": action["id"],
                "points": action["points"],
                "limit": limit(action["limit"]),
                "once_per": action["once_per"],
                **_life(action),
            }
            for action in grants["actions"]
        ],
        "schedule": [_scheduled(scheduled) for scheduled in grants["schedule"]],
    }


def _referral(referral: Values | None) -> Plain | None:
    if referral is None:
        return None
    after = referral["after"]
    return {
        "referrer": referral["referrer"],
        "friend": referral["friend"],
        "after": {"spend_minor": after["spend"], "within": duration(after["within"])},
        "per_referrer": limit(referral["per_referrer"]),
        **_life(referral),
    }


def _scheduled(scheduled: Values) -> Plain:
    """A grant of one kind; the keys of the other are None."""
    every = scheduled.get("every")
    return {
        "id": scheduled["id"],
        "points": scheduled.get("points"),
        "every": None if every is None else list(every),
        "date": scheduled.get("date"),
        "rate": scheduled.get("rate"),
        "over": scheduled.get("over"),
        "from_minor": scheduled.get("from"),
        "segment": scheduled["segment"],
        "tags": scheduled["tags"],
        **_life(scheduled),
    }


def limit(keys: Values | None) -> Plain | None:
    """LIMIT of the compiled program, None for no limit."""
    return None if keys is None else dict(keys)


def _life(grant: Values) -> Plain:
    return {"opens": duration(grant["opens"]), "lasts": duration(grant["lasts"])}
