"""``grant --file``: points of a whole file, above all the balances that a shop brings from elsewhere, lot by lot.

Rows are booked in transactions of 500.  A row that can not be booked goes to a file of rejects beside its reason, and
the others are booked.  A row is known again by its ``key``, else by what it says and its number among equal rows of the
file: the same file again, or one that overlaps it, adds nothing, and two equal rows of one file are two lots.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from bonuscli.errors import BonusError
from bonuscli.model import OF_A_ROW, Refusal, Reject
from bonuscli.services.batches import batches
from bonuscli.services.granting import Given, give, require_points
from bonuscli.services.identity import fold_card
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import PLAIN, Writing, lost_at_once, read_points, refused

if TYPE_CHECKING:
    from bonuscli.importers.grants import GrantsReader
    from bonuscli.importers.named_rows import NamedRow
    from bonuscli.services.desk import Desk


@dataclass
class FileGranted:
    """What a file of grants did; ``points``: granted in all; ``lost``: grants that ended as they opened."""

    rows: int = 0
    granted: int = 0
    points: int = 0
    duplicate: int = 0
    rejected: int = 0
    lost: int = 0
    errors_file: str | None = None
    reasons: Counter = field(default_factory=Counter)
    # How the file was read: what was found out about it.
    taken: dict[str, str] = field(default_factory=dict, compare=False)


def grant_file(
    shop: Shop, path: Path, opening: bool = False, errors: Path | None = None, writing: Writing = PLAIN
) -> FileGranted:
    """Grant the rows of a file; BonusError ``bad_file`` where it can not be read as a whole.

    ``opening``: they are balances from elsewhere rather than gifts.
    """
    from bonuscli.importers.grants import read_grants
    from bonuscli.importers.rejects import RejectsFile

    with shop.reading(scoring=False) as session:  # a database that can not be used is told before the file is read
        program = session.program
    reader = read_grants(path)
    report = FileGranted(taken=reader.taken)
    target = errors or Path(f"{'grants' if str(path) == '-' else path.name}.rejects.csv")
    with RejectsFile(target, reader) as rejects:
        for batch in batches(_numbered(iter(reader), opening, program)):
            for reject in _grant_batch(shop, batch, opening, writing, report, reader):
                rejects.write(reject)
                report.reasons[reject.code] += 1
                report.rejected += 1
        if rejects.count:
            report.errors_file = str(target)
    return report


def _numbered(items: Iterator, opening: bool, program: str) -> Iterator[tuple]:
    """Each row or reject with the row's key: what it says is one grant in each program."""
    equal: Counter[str] = Counter()
    for item in items:
        if isinstance(item, Reject):
            yield item, ""
            continue
        said = sha256(repr((program, opening, *_plainly(item.told))).encode()).hexdigest()[:16]
        equal[said] += 1
        yield item, item.told["key"] or f"{said}/{equal[said]}"


def _plainly(told: dict[str, str]) -> list[str]:
    """What a row says, whichever way its card and its number of points are written."""
    points = told["points"]
    plain = {**told, "points": points.rstrip("0").rstrip(".") if "." in points else points}
    with suppress(BonusError):
        plain["card"] = fold_card(told["card"])
    return [text for _, text in sorted(plain.items())]


def _grant_batch(
    shop: Shop, batch: list[tuple], opening: bool, writing: Writing, report: FileGranted, reader: "GrantsReader"
) -> list[Reject]:
    """Grant one batch in one transaction; its rejects.  Counts follow the commit."""
    counts: Counter[str] = Counter()
    rejects = []
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        at = session.instant(writing.at)
        desk.prefetch(_folded(batch), {number for _, number in batch if number})
        for item, number in batch:
            counts["rows"] += 1
            if isinstance(item, Reject):
                rejects.append(item)
                continue
            try:
                points, lost = _grant_row(session, desk, item, number, opening, at, writing)
                counts["granted" if points else "duplicate"] += 1
                counts["points"] += points
                counts["lost"] += lost
            except BonusError as problem:
                rejects.append(reader.refuse(item, problem))
        desk.flush()
    for name, count in counts.items():
        setattr(report, name, getattr(report, name) + count)
    return rejects


def _grant_row(
    session: Session, desk: "Desk", row: "NamedRow", number: str, opening: bool, at: int, writing: Writing
) -> tuple[int, bool]:
    """Grant one row; its points, 0 where it was granted before, and whether they ended at once.

    BonusError with the column in ``where``.
    """
    told = row.told
    points = read_points(told["points"], session, "points")
    require_points(points)
    member = desk.cards.get(fold_card(told["card"]))
    if member is None:
        member = session.find_member(told["card"])
        desk.load({member})
    given = Given(
        points, None, None, told["opens_on"] or None, told["expires_on"] or None, told["reason"] or None, opening
    )
    recorded = give(desk, member, given, at, number, writing, "" if told["key"] else OF_A_ROW)
    if isinstance(recorded, Refusal):
        raise refused(recorded, session)
    return (points, lost_at_once(recorded)) if recorded else (0, False)


def _folded(batch: list[tuple]) -> set[str]:
    """The folded cards of a batch, to be read at once; what is no card is told when its row comes."""
    found = set()
    for item, _ in batch:
        if not isinstance(item, Reject):
            with suppress(BonusError):
                found.add(fold_card(item.told["card"]))
    return found
