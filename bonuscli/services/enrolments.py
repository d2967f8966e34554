"""``enroll``: one member at the desk, or a whole file of them in transactions of 500 rows.

A row that can not be enrolled is written to a file of rejects beside its reason, and the others are enrolled; the file
can be sent again after mending, since a member with the same particulars is only counted.
"""

from collections import Counter, namedtuple
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bonuscli.engine.figures import Figures
from bonuscli.errors import BonusError
from bonuscli.model import Reject
from bonuscli.services.batches import batches
from bonuscli.services.enroll import NO_PARTICULARS, Application, enrol
from bonuscli.services.shop import Shop
from bonuscli.services.writing import PLAIN, Writing

if TYPE_CHECKING:
    from bonuscli.importers.members import MembersReader

Enrolled = namedtuple("Enrolled", "member card figures replayed")


@dataclass
class FileReport:
    """What a file of members did."""

    rows: int = 0
    enrolled: int = 0
    duplicate: int = 0
    rejected: int = 0
    errors_file: str | None = None
    reasons: Counter = field(default_factory=Counter)


def enrol_one(shop: Shop, application: Application, writing: Writing = PLAIN) -> Enrolled:
    """Enrol one member; a repeat with the same particulars answers ``replayed``."""
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        member, replayed = enrol(session, desk, application, session.instant(writing.at), writing.actor)
        desk.load({member})
        figures: Figures = session.figures(desk.accounts[member])
        desk.flush()
        return Enrolled(member, application.card or application.phone, figures, replayed)


def enrol_file(shop: Shop, path: Path, errors: Path | None = None, writing: Writing = PLAIN) -> FileReport:
    """Enrol the members of a CSV file; BonusError ``bad_file`` where it can not be read as a whole."""
    from bonuscli.importers.members import read_members
    from bonuscli.importers.rejects import RejectsFile

    report = FileReport()
    with shop.reading():
        pass  # a database that can not be used is told before the file is looked at
    reader = read_members(path)
    target = errors or Path(f"{'members' if str(path) == '-' else path.name}.rejects.csv")
    with RejectsFile(target, reader) as rejects:
        for batch in batches(iter(reader)):
            found = _enrol_batch(shop, batch, writing, report, reader)
            for reject in found:
                rejects.write(reject)
                report.reasons[reject.code] += 1
            report.rejected += len(found)
        if rejects.count:
            report.errors_file = str(target)
    return report


def _enrol_batch(
    shop: Shop, batch: list, writing: Writing, report: FileReport, reader: "MembersReader"
) -> list[Reject]:
    """Enrol one batch in one transaction; its rejects.  Counts follow the commit."""
    counts: Counter = Counter()
    rejects = []
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        at = session.instant(writing.at)
        for item in batch:
            counts["rows"] += 1
            if isinstance(item, Reject):
                rejects.append(item)
                continue
            try:
                own = session.instant(item.told["at"], "at") if item.told["at"] else at
                _, replayed = enrol(
                    session, desk, _application(item.told), own, writing.actor, f"file {Path(reader.name).name}"
                )
                counts["duplicate" if replayed else "enrolled"] += 1
            except BonusError as problem:
                rejects.append(reader.refuse(item, problem))
        desk.flush()
    for name, count in counts.items():
        setattr(report, name, getattr(report, name) + count)
    return rejects


def _application(told: dict[str, str | tuple[str, ...]]) -> Application:
    return NO_PARTICULARS._replace(
        **{name: told[name] or None for name in ("card", "phone", "name", "email", "birthday", "gender")},
        tags=told["tags"],
        consents=told["consent"],
    )
