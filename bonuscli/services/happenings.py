"""What happens to a member and moves no points, as a line of the history: tags, particulars, cards, a block, a tier.

Of particulars only the names are told: that is all that the event holds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from bonuscli.days import format_day
from bonuscli.json_text import parse_json
from bonuscli.model import BLOCK, MEMBER_CHANGE, TIER_SET
from bonuscli.records import namedtuple
from bonuscli.store import lookups

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# seq: of the event; at: instant; text: what it was.
Happening = namedtuple("Happening", "seq kind at number actor text")


def happenings(connection: sqlite3.Connection, member: int, program: str, at: int) -> list[Happening]:
    """What happened to a member through an instant, in order of recording; of tiers those of one program."""
    found = []
    for seq, kind, own_at, number, actor, reason, of_program, body in lookups.events_of_kinds(
        connection, member, tuple(_TEXT_OF)
    ):
        if own_at <= at and (kind != TIER_SET or of_program in ("", program)):
            text = _TEXT_OF[kind](parse_json(body))
            found.append(Happening(seq, kind, own_at, number, actor, f"{text}: {reason}" if reason else text))
    return found


def _change_text(body: dict[str, Any]) -> str:
    before, after = (set(body[side].get("tags", ())) for side in ("before", "after"))
    told = [f"+{tag}" for tag in sorted(after - before)] + [f"-{tag}" for tag in sorted(before - after)]
    if "birthday" in body["after"]:
        told.append("birthday")
    return " ".join((*told, *body["others"]))


def _tier_text(body: dict[str, Any]) -> str:
    if body["tier"] is None:
        return "tier no longer set by hand"
    return body["tier"] if body["until"] is None else f"{body['tier']} through {format_day(body['until'])}"


_TEXT_OF: dict[str, Callable[[dict[str, Any]], str]] = {
    MEMBER_CHANGE: _change_text,
    TIER_SET: _tier_text,
    BLOCK: lambda body: "blocked" if body["blocked"] else "no longer blocked",
}
