"""Rejects of documents (JSON, XML) that come in again: rows of a canonical file, under the profile of their source.

A rejected document is told as rows of the canonical file.  Read as any canonical file it would be a receipt of another
source and another time zone than the one that the till sends again, and the purchase would be booked twice.
"""

import re
from pathlib import Path

from bonuscli.importers.csv_rows import REJECT_PREFIX
from bonuscli.importers.profile import AUTO, Profile, load_profile
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
