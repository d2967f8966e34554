"""Fields of a shop's own on a member, held to what the program declares of them (``members: {fields: ...}``).

A shop that declares none keeps whatever it likes; one that declares some means all of them, so that a misspelt name is
found when it is written and not when a segment stays empty.
"""

from collections.abc import Callable, Iterable

from bonuscli.days import parse_day
from bonuscli.errors import BonusError
from bonuscli.model import Members
from bonuscli.near import near_or_known


def check_fields(fields: Iterable[tuple[str, str]], members: Members | None) -> None:
    """BonusError ``bad_member`` for a field (key, text) that is not declared or has a value of another type."""
    declared = members.fields if members is not None else {}
    if not declared:
        return
    for key, text in fields:
        if key not in declared:
            raise BonusError(
                "bad_member", f"the program declares no field {key!r}", "fields", near_or_known(key, declared)
            )
        is_one, example = _TYPES[declared[key]]
        if not is_one(text):
            raise BonusError(
                "bad_member", f"{key} {text!r} is no {declared[key]}", "fields", f"write it as {key}={example}"
            )


def _is_number(text: str) -> bool:
    whole, _, fraction = text.removeprefix("-").partition(".")
    digits = whole + (fraction if "." in text else "0")
    return bool(whole) and digits.isascii() and digits.isdecimal() and not text.endswith(".")


def _is_day(text: str) -> bool:
    try:
        parse_day(text)
    except ValueError:
        return False
    return True


# Type of a field -> whether a text is one, and an example.
_TYPES: dict[str, tuple[Callable[[str], bool], str]] = {
    "text": (lambda text: True, "barber"),
    "number": (_is_number, "42.5"),
    "day": (_is_day, "1990-05-31"),
    "flag": (lambda text: text in ("true", "false"), "true"),
}
