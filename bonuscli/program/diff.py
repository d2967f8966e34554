"""What changes from one program to another, in the sentences of the door: no key is compared, only what is said.

Two programs that say the same at every place are the same to a customer; where they differ, the sentence before stands
beside the sentence after.
"""

from typing import Any, NamedTuple

from bonuscli.program.show import ENGLISH, tell

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


class Difference(NamedTuple):
    """One sentence that is new, gone or another; ``before`` and ``after`` are "" where there is none."""

    section: str
    subject: str
    change: str
    before: str
    after: str


def differences(before: dict[str, Any], after: dict[str, Any], language: str = ENGLISH) -> list[Difference]:
    """Every difference of two compiled programs, sections in the order of the door, each section together."""
    old, new = (
        {(told.section, told.subject): told.text for told in tell(plain, language)} for plain in (before, after)
    )
    places = list(dict.fromkeys((*new, *old)))
    order = {section: rank for rank, section in enumerate(dict.fromkeys(section for section, _ in places))}
    found = []
    for section, subject in sorted(places, key=lambda place: order[place[0]]):
        was, becomes = old.get((section, subject), ""), new.get((section, subject), "")
        if was != becomes:
            change = CHANGED if was and becomes else ADDED if becomes else REMOVED
            found.append(Difference(section, subject, change, was, becomes))
    return found
