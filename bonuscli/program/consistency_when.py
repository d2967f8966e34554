"""Whether conditions and segments can hold at all, and whether the tiers and segments that they name exist."""

from collections.abc import Iterator

from bonuscli.program.check import Values
from bonuscli.program.draft import Draft, Names, Path

NOBODY = "as it stands, nobody is in it"


def check_conditions(draft: Draft) -> None:
    """Add what cannot be in the conditions of rules and discounts to the draft's problems."""
    levels, segments = draft.level_ids(), draft.segment_ids()
    for path, when in conditions_of(draft):
        draft.check_dates(path, when)
        draft.check_order((*path, "total"), when["total"], "as it stands, no total is within them")
        draft.check_names((*path, "tiers"), "tier level", when["tiers"], levels)
        draft.check_names((*path, "segments"), "segment", when["segments"], segments)


def check_segments(draft: Draft) -> None:
    """Add what cannot be in segments, and segments that are named and are not there, to the draft's problems."""
    levels, segments = draft.level_ids(), draft.segment_ids()
    written = draft.values["segments"] or {}
    for name, segment in written.items():
        check_segment(draft, ("segments", name), segment, levels)
    aged = {name for name, segment in written.items() if any(each["age"] for _, each in _nested((), segment))}
    members = draft.values["members"] or {}
    draft.check_names(("members", "segments"), "segment", members.get("segments"), segments)
    for place, name in enumerate(members.get("segments") or ()):
        _check_ageless(draft, ("members", "segments", place), name, aged)
    for place, scheduled in enumerate((draft.values["grants"] or {}).get("schedule") or ()):
        if scheduled:
            path = ("grants", "schedule", place, "segment")
            draft.check_name(path, "segment", scheduled["segment"], segments)
            _check_ageless(draft, path, scheduled["segment"], aged)


def check_segment(draft: Draft, start: Path, written: Values | None, levels: Names | None) -> None:
    """Add what cannot be in one segment, at the path ``start``, to the draft's problems."""
    for path, segment in _nested(start, written):
        for key in ("last_purchase", "enrolled"):
            _check_ago(draft, (*path, key), segment[key])
        for key in ("spend", "receipts", "average_receipt", "age", "goods_share"):
            draft.check_order((*path, key), segment.get(key), NOBODY)
        draft.check_names((*path, "tiers"), "tier level", segment["tiers"], levels)


def _check_ageless(draft: Draft, path: Path, name: str | None, aged: set[str]) -> None:
    """Only a receipt pins the segments of its member; whatever else asks, the proof must be able to reckon again, and
    of an erased person it has no year of birth."""
    if name in aged:
        message = f"the segment '{name}' asks for the age, which is kept with receipts only"
        draft.add("conflict", path, message, "ask for it in the 'when' of a rule, or give the members a tag")


def _check_ago(draft: Draft, path: Path, ago: Values | None) -> None:
    """Longer ago than 90d and at most 30d ago is never; months and days are not compared with each other."""
    over, within = (ago or {}).get("over"), (ago or {}).get("within")
    if over and within and any(over[unit] >= within[unit] > 0 for unit in (0, 1)):
        draft.add("bad_order", (*path, "within"), "'within' is not longer than 'over'", NOBODY)


def conditions_of(draft: Draft) -> Iterator[tuple[Path, Values]]:
    """Every ``when`` of the program that could be read, also those within ``not``."""
    places = (("earn", "rules"), draft.rules), (("discounts",), draft.values["discounts"] or [])
    for path, items in places:
        for place, item in enumerate(items):
            yield from _nested((*path, place, "when"), (item or {}).get("when"))


def _nested(path: Path, written: Values | None) -> Iterator[tuple[Path, Values]]:
    """Keys and what their ``not`` holds, at any depth."""
    while written:
        yield path, written
        path, written = (*path, "not"), written["not"]
