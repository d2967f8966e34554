"""Rejects that come in again: what is mended is the receipt that was rejected, no other one and not two of it.

A rejected document (JSON, XML) is told as rows of the canonical file.  Read as any canonical file it would be a receipt
of another source and another time zone than the one that the till sends again, and the purchase would be booked twice.
A receipt that came twice and was rejected twice would be one of twice the goods, where its rows stand below each other.
"""

import re
from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path

from bonuscli.importers.csv_rows import CELLS, REJECT_PREFIX, Flaw, Row
from bonuscli.importers.profile import AUTO, Profile, load_profile
from bonuscli.importers.row_groups import Group
from bonuscli.importers.text_source import open_bytes

# A header that names the columns of a file of rejects, whatever a spreadsheet has made of its separators.
_HEADER = re.compile(rb'(?:\xef\xbb\xbf)?["a-z][^\n]*' + REJECT_PREFIX.encode() + b"reason")
_PEEK_BYTES = 4096


def holds_rejects(path: Path) -> bool:
    """Whether a file is one of rejects; ``BonusError`` ``bad_file`` where there is none.

    Nothing is used up: of a pipe with a name, which cannot be looked at twice, the answer is no.
    """
    if path.is_fifo():
        return False
    raw, _ = open_bytes(path)
    beginning = raw.peek(_PEEK_BYTES)
    if str(path) != "-":
        raw.close()
    return _HEADER.match(beginning) is not None


def profile_of_rejects(profile: Profile) -> Profile:
    """The profile under which the rejects of a source without rows are read, mended or not.

    What the source's profile knows of all documents was told with each: constants, and the shop by the store map's own
    names, which are therefore known beside those of the source.
    """
    ours = {name: name for _, name in profile.shops}
    return load_profile("canonical")._replace(
        name=profile.name,
        encoding=AUTO,
        delimiter=AUTO,
        timezone=profile.timezone,
        source=profile.source,
        source_fields=profile.source_fields,
        redeem=profile.redeem,
        unknown_original=profile.unknown_original,
        card_suffix=profile.card_suffix,
        shops=tuple((ours | dict(profile.shops)).items()),
        categories=profile.categories,
    )


def copies_apart(groups: Iterable[Group], header: list[str]) -> Iterator[Group]:
    """The groups of a file of rejects; one whose rows were rejected in several places comes in as many, with a flaw.

    A row that was put in by hand belongs to the place of the row above it.
    """
    columns = [REJECT_PREFIX + name for name in ("file", "line")]
    if not set(columns).issubset(header):
        yield from groups
        return
    place_of = itemgetter(*map(header.index, columns))
    for group in groups:
        parts: dict[tuple[str, str], list[Row]] = {}
        place = place_of(group.rows[0][CELLS])
        for row in group.rows:
            own = place_of(row[CELLS])
            place = own if any(own) else place
            parts.setdefault(place, []).append(row)
        if len(parts) == 1:
            yield group
            continue
        for rows in parts.values():
            part = Group(group.identity, rows, mixed=True)
            part.flaw = _of_several(group.identity[1], [":".join(each) for each in parts])
            yield part


def _of_several(number: str, places: list[str]) -> Flaw:
    reason = f"the receipt {number} was rejected more than once: {', '.join(places)[:200]}"
    hint = "leave one copy of it; of a receipt that stood apart, empty the columns reject_file and reject_line"
    return Flaw("receipt_id", number, "bad_row", reason, hint)
