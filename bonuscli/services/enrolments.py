"""``enroll``: one member at the desk, or a whole file of them in transactions of 100 members.

A file holds members with what they bring from an earlier program.  Who can not be enrolled is written with all his rows
to a file of rejects, beside the reason, and the others are enrolled; the file can be sent again after mending, since a
member with the same particulars, and a lot that was brought before, are only counted.
"""

from collections import Counter, namedtuple
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bonuscli.engine.figures import Figures
from bonuscli.errors import BonusError
from bonuscli.model import Reject
from bonuscli.services.batches import batches
from bonuscli.services.brought import keys_of, pack, require_bookable, unpack
from bonuscli.services.desk import Desk
from bonuscli.services.enroll import NO_PARTICULARS, Application, enrol
from bonuscli.services.identity import fold_card, fold_phone
from bonuscli.services.persons import MOST_NUMBERS, Alike, Person, Terms, first_of, gather, perhaps_one, said_again
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import PLAIN, Writing

if TYPE_CHECKING:
    from bonuscli.importers.members import MembersReader
    from bonuscli.importers.named_rows import NamedRow

Enrolled = namedtuple("Enrolled", "member card figures replayed")
# A member's keys are looked up among all that the transaction knows: of 500 each takes twice as long.
MEMBERS_A_TRANSACTION = 100
# What became of rows that are one member, or may be; ADDED: they say the same, and their balances were added.
MERGED, REJECTED, TOLD, ADDED = "merged", "rejected", "told", "added"


def enrol_one(shop: Shop, application: Application, writing: Writing = PLAIN) -> Enrolled:
    """Enrol one member; a repeat with the same particulars, or under the same key, answers ``replayed``."""
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        member, replayed = enrol(
            session, desk, application, session.instant(writing.at), writing.actor, key=writing.key
        )
        desk.load({member})
        figures: Figures = session.figures(desk.accounts[member])
        desk.flush()
        return Enrolled(member, application.card or application.phone, figures, replayed)


@dataclass
class FileReport:
    """What a file of members did.

    ``rows`` and ``rejected`` count rows; ``enrolled`` and ``duplicate`` members who are enrolled now and who were
    before; ``merged`` those of them who stood in the file as several.  Points that were brought now, before, and not
    are ``points``, ``points_before`` and ``points_rejected``: together the sum of all balances that can be read.
    """

    rows: int = 0
    enrolled: int = 0
    duplicate: int = 0
    merged: int = 0
    rejected: int = 0
    lots: int = 0
    points: int = 0
    lots_before: int = 0
    points_before: int = 0
    points_rejected: int = 0
    errors_file: str | None = None
    reasons: Counter = field(default_factory=Counter)
    # Rows that are one member and contradict each other, or that may be one, each with what became of them.
    alike: list[tuple[Alike, str]] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)


def enrol_file(
    shop: Shop,
    path: Path,
    errors: Path | None = None,
    writing: Writing = PLAIN,
    merge: bool = False,
    profile: Path | None = None,
) -> FileReport:
    """Enrol the members of a file with what they bring; BonusError ``bad_file`` where it can not be read as a whole.

    ``merge``: rows that are one member and contradict each other are merged, instead of being rejected; ``profile``:
    a file that says how this one is written, where its columns or days are not ours.
    """
    from bonuscli.importers.members import read_members
    from bonuscli.importers.rejects import RejectsFile

    with shop.reading() as session:  # a database that can not be used is told before the file is looked at
        terms = _terms(session, writing)
    reader = read_members(path, profile)
    report = FileReport(taken=reader.taken)
    target = errors or Path(f"{'members' if str(path) == '-' else path.name}.rejects.csv")
    with RejectsFile(target, reader) as rejects:

        def refuse(found: Iterable[Reject]) -> None:
            for reject in found:
                rejects.write(reject)
                report.reasons[reject.code] += 1
                report.rejected += len(reject.rows)

        persons = gather(_readable(reader, report, refuse), terms)
        for batch in batches(persons, lambda: MEMBERS_A_TRANSACTION):
            refuse(_enrol_batch(shop, batch, writing, report, reader, merge))
        report.alike += [(alike, TOLD) for alike in perhaps_one(persons)]
        if rejects.count:
            report.errors_file = str(target)
    return report


def _terms(session: Session, writing: Writing) -> Terms:
    program = session.current
    levels = tuple(level.id for level in program.tiers.levels) if program.tiers is not None else ()
    day = session.calendar.day_of(session.instant(writing.at))
    return Terms(program.plain["country"], program.points.scale, levels, day)


def _readable(
    reader: "MembersReader", report: FileReport, refuse: Callable[[Iterable[Reject]], None]
) -> Iterator["NamedRow"]:
    for item in reader:
        report.rows += 1
        if isinstance(item, Reject):
            refuse([item])
        else:
            yield item


def _enrol_batch(
    shop: Shop, batch: list[Person], writing: Writing, report: FileReport, reader: "MembersReader", merge: bool
) -> list[Reject]:
    """Enrol one batch in one transaction; its rejects.  Counts follow the commit."""
    counts: Counter = Counter()
    rejects, found = [], []
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        for person in batch:
            row, problem = person.problem or (person.rows[0], None)
            try:
                if problem is not None:
                    raise problem
                if person.alike is not None:
                    _require_one(person, person.alike, merge)
                counts.update(_enrol_person(session, desk, person, writing, reader))
                outcome = MERGED
                found += [(alike, ADDED) for alike in said_again(person)]
            except BonusError as refusal:
                texts = tuple(each.text for each in person.rows)
                rejects.append(reader.refuse(row, refusal)._replace(rows=texts))
                counts["points_rejected"] += sum(person.lots.values())
                outcome = REJECTED
            if person.alike is not None:
                found.append((person.alike, outcome))
        desk.flush()
    for name, count in counts.items():
        setattr(report, name, getattr(report, name) + count)
    report.alike += found
    return rejects


def _require_one(person: Person, alike: Alike, merge: bool) -> None:
    """BonusError ``duplicate_member`` for rows that are not to be merged, or would make one member of strangers."""
    who = f"lines {first_of(alike.lines)} are one member: {alike.why}"
    most = 1 + max(Counter(kind for _, _, kind in person.also).values(), default=0)
    if most > MOST_NUMBERS:
        hint = f"{most} cards or phones are hardly one person's: take out what the rows share, if it is nobody's own"
        raise BonusError("duplicate_member", who, None, hint)
    if not merge:
        hint = "mend the rows, or have them merged with --merge-duplicates"
        raise BonusError("duplicate_member", who, None, hint)


def _enrol_person(
    session: Session, desk: Desk, person: Person, writing: Writing, reader: "MembersReader"
) -> dict[str, int]:
    """Enrol one person with what he brings, wholly or not at all; what it adds to the counts."""
    told = person.told
    now = session.instant(writing.at)
    when = next((name for name in ("enrolled_on", "at") if told[name]), None)
    at = now if when is None else session.instant(told[when], when)
    numbers = _numbers(session, person)
    luggage = pack(session, person, numbers[0])
    desk.prefetch(set(numbers), keys_of(luggage))
    known = desk.cards.get(numbers[0])
    booked_at = max(now, at)
    require_bookable(session, desk, luggage, known, booked_at)
    application = _application(told, None if luggage.tier else told["tier"] or None)
    all_his = known is not None and all(desk.cards.get(number) == known for number in numbers)
    if known is not None and all_his and luggage.lots and _says_no_more(application):
        member, replayed = known, True
    else:
        source = f"file {Path(reader.name).name}"
        try:
            member, replayed = enrol(
                session, desk, application, at, writing.actor, source, person.also, reader.known_elsewhere
            )
        except BonusError as problem:
            raise (problem if known is None else _known_otherwise(problem)) from None
    counts = unpack(session, desk, luggage, member, booked_at, writing)
    merged = person.alike is not None
    return {**counts, "duplicate" if replayed else "enrolled": 1, "merged": int(merged)}


def _says_no_more(application: Application) -> bool:
    """Whether rows name a member and say nothing of him but what he brings: more lots of his balance."""
    return application._replace(card=None, phone=None) == NO_PARTICULARS


def _known_otherwise(problem: BonusError) -> BonusError:
    """The same, with the way out for a member who was enrolled before his balance came."""
    if problem.code != "card_taken":
        return problem
    hint = "leave nothing in the row but his card or phone and his balance, and change the rest with `bonuscli card`"
    return BonusError(problem.code, problem.message, problem.where, hint)


def _numbers(session: Session, person: Person) -> tuple[str, ...]:
    """The folded numbers of a person, that under which he is enrolled first."""
    card, phone = person.told["card"], person.told["phone"]
    own: tuple[str, ...] = (fold_card(card),) if card else ()
    if phone:
        own += (fold_phone(phone, session.current.plain["country"]),)
    return own + tuple(folded for folded, _, _ in person.also)


def _application(told: dict[str, Any], tier: str | None) -> Application:
    return NO_PARTICULARS._replace(
        **{name: told[name] or None for name in ("card", "phone", "name", "email", "birthday", "gender")},
        tags=told["tags"],
        consents=told["consent"],
        tier=tier,
    )
