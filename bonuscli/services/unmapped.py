"""Goods without a category: what a profile's map of categories leaves out, the most money first.

Nothing is booked.  Rules that name categories pass by what is listed here, so a shop sees what it has to map before it
wonders about points that nobody earned.
"""

from collections import namedtuple
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from bonuscli.importers import Read, open_receipts
from bonuscli.importers.profile import Profile
from bonuscli.model import RETURN, Measures

if TYPE_CHECKING:
    from bonuscli.services.progress import Progress

# A shop has some ten thousand articles; a column of numbers taken for one of names has millions.
MAX_NAMES = 100_000

# One article: as it is called in the file, its number; in how many lines it stands; their money in minor units, less
# what was returned.
UnmappedName = namedtuple("UnmappedName", "name sku lines amount")

# names: tuple of UnmappedName, the most money first; lines and amount: of all lines read, in minor units; beyond: lines
# without a category that are not told by name, because there are over 100,000 names; rejected: receipts that could not
# be read.
Unmapped = namedtuple("Unmapped", "names lines amount beyond rejected")


def unmapped(
    files: Iterable[Path], profile: Profile, measures: Measures, progress: "Progress | None" = None
) -> Unmapped:
    """The goods of files that have no category under a profile.

    ``progress(name, bytes read, bytes in all, receipts)`` is called now and then, as by an import.  ``BonusError``
    ``bad_file`` where a file cannot be read.
    """
    counts: dict[tuple[str, str], list[int]] = {}
    lines = amount = beyond = rejected = receipts = 0
    for path in files:
        with closing(open_receipts(path, profile, measures)) as reader:
            for item in reader:
                if not isinstance(item, Read):
                    rejected += 1
                    continue
                receipts += 1
                if progress is not None and receipts % 1_000 == 0:
                    progress(reader.name, *reader.progress(), receipts)
                sign = -1 if item.receipt.kind == RETURN else 1
                for line in item.receipt.lines:
                    lines += 1
                    amount += sign * line.amount
                    if line.category:
                        continue
                    key = (line.name, line.sku)
                    if key not in counts and len(counts) >= MAX_NAMES:
                        beyond += 1
                        continue
                    count = counts.setdefault(key, [0, 0])
                    count[0] += 1
                    count[1] += sign * line.amount
    names = [UnmappedName(name, sku, *count) for (name, sku), count in counts.items()]
    names.sort(key=lambda each: (-each.amount, -each.lines, each.name, each.sku))
    return Unmapped(tuple(names), lines, amount, beyond, rejected)
