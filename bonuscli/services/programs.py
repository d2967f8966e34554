"""Making a database and publishing versions of its program.

A version is its text, its hash and its compiled form, with a starting day.  Of versions with the same or an earlier
start the last published wins; publishing identical text again does nothing.
"""

import json
import sqlite3
from collections import namedtuple
from pathlib import Path
from typing import Any

from bonuscli import clock
from bonuscli.days import format_day
from bonuscli.errors import BonusError
from bonuscli.program.load import Loaded
from bonuscli.services.batches import batches
from bonuscli.services.facts import load_accounts
from bonuscli.services.rows_out import account_row
from bonuscli.services.shop import Shop, load_programs
from bonuscli.store import append, migrations, reads, sqlite
from bonuscli.store.lock import DEFAULT_WAIT_SECONDS, WriterLock
from bonuscli.store.making import new_database

# version: key; starts_on: day; scored: receipts already recorded from that day on; published: False for identical text;
# joined: members who got an account because the program joined others.
Published = namedtuple("Published", "program version starts_on hash scored published joined", defaults=(0,))

# A program that joins others: whether it becomes the one that commands mean where they name none.
Added = namedtuple("Added", "primary", defaults=(False,))

_BATCH = 1000


def init(
    path: Path, loaded: Loaded, now: int | None = None, group: bool = False, actor: str | None = None
) -> Published:
    """A new database with a published program; there is none if that fails."""
    if loaded.plain is None:
        raise BonusError("bad_program", "the program has problems", problems=loaded.problems)
    with new_database(path, group) as making:
        connection = sqlite.connect_new(making)
        try:
            with sqlite.translated(path):
                migrations.create_schema(connection)
            with sqlite.transaction(connection, path):
                return _publish(connection, loaded, None, _now(now, loaded), actor)
        finally:
            connection.close()


def publish(
    path: Path,
    loaded: Loaded,
    starts_on: int | None = None,
    now: int | None = None,
    wait_seconds: float = DEFAULT_WAIT_SECONDS,
    dry_run: bool = False,
    actor: str | None = None,
    added: Added | None = None,
) -> Published:
    """Store a version of the program; ``starts_on``: its first day, else its ``valid.from``, else today.

    ``added``: a program of another id than those in the database joins them, and every member gets an account in it.
    """
    with WriterLock(path, wait_seconds).held():
        connection = sqlite.open_writer(path)
        try:
            with sqlite.transaction(connection, path, dry_run):
                now = _now(now, loaded)
                joins = _require_place(connection, loaded.plain, added)
                published = _publish(connection, loaded, starts_on, now, actor)
                if joins:
                    joined = _enrol_everybody(connection, path, loaded.plain["id"], now, actor)
                    published = published._replace(joined=joined)
                if added is not None and added.primary:
                    append.mark_primary(connection, loaded.plain["id"])
                return published
        finally:
            connection.close()


def _require_place(connection: sqlite3.Connection, plain: dict[str, Any], added: Added | None) -> bool:
    """Whether the program joins others; BonusError where it is not said that it should, or in other money."""
    rows = reads.program_rows(connection)
    if not rows or any(row.program == plain["id"] for row in rows):
        return False
    first = rows[0].program
    if added is None:
        raise BonusError(
            "bad_program",
            f"this database holds the program {first!r}, the file's id is {plain['id']!r}",
            "id",
            f"publish with --add to run it beside {first!r}, or give it the id {first} as its next version",
        )
    currency = json.loads(rows[0].compiled)["currency"]
    if currency != plain["currency"]:
        raise BonusError(
            "bad_program",
            f"the receipts of this database are in {currency}, this program is in {plain['currency']}",
            "currency",
            "programs that run side by side see the same receipts: use one currency",
        )
    # Where nobody has said otherwise, commands go on meaning the program that was there before.
    if reads.primary_program(connection) is None:
        append.mark_primary(connection, first)
    return True


def _enrol_everybody(connection: sqlite3.Connection, path: Path, program: str, now: int, actor: str | None) -> int:
    """An account in a program that joins the others, for every member there is; how many.

    Who was merged into another before, or blocked, is so in this program, too.
    """
    from bonuscli.services.desk import Desk

    programs = load_programs(connection, path)
    members = [member for (member,) in connection.execute("SELECT id FROM members ORDER BY id")]
    blocked = reads.blocked_members(connection)
    heirs = {member: into for (_, member), into in reads.mergers(connection).items()}
    for start in range(0, len(members), _BATCH):
        desk = Desk(connection, program, programs, now)
        for member in members[start : start + _BATCH]:
            desk.join(member, actor)
        desk.flush()
    for member, into in heirs.items():
        while into in heirs:
            into = heirs[into]
        desk = Desk(connection, program, programs, now)
        desk.load({member, into})
        desk.join_merged(member, into, actor)
        desk.flush()
    for batch in batches(blocked):
        desk = Desk(connection, program, programs, now)
        desk.load(set(batch))
        for member in batch:
            desk.join_blocked(member, actor)
        desk.flush()
    return len(members)


def _now(now: int | None, loaded: Loaded) -> int:
    return clock.now(_calendar(loaded)) if now is None else now


def _calendar(loaded: Loaded) -> clock.Calendar:
    return clock.Calendar(loaded.plain["timezone"], loaded.plain["day_starts"])


def _publish(
    connection: sqlite3.Connection, loaded: Loaded, starts_on: int | None, now: int, actor: str | None
) -> Published:
    plain = loaded.plain
    rows = [row for row in reads.program_rows(connection) if row.program == plain["id"]]
    latest = rows[-1] if rows else None
    if latest is not None:
        _require_same_units(latest, plain)
    calendar = _calendar(loaded)
    asked_start = starts_on
    if starts_on is None:
        starts_on = plain["valid_from"] if plain["valid_from"] is not None else calendar.day_of(now)
    if latest is not None and latest.hash == loaded.hash and asked_start in (None, latest.starts_on):
        return Published(plain["id"], latest.version, latest.starts_on, loaded.hash, 0, False)
    starts_at = calendar.start_of(starts_on)
    scored = 0
    if rows:
        (scored,) = connection.execute(
            "SELECT COUNT(*) FROM events WHERE kind = 'receipt' AND at >= ?", (starts_at,)
        ).fetchone()
    (brought_to,) = connection.execute(
        "SELECT COALESCE(MAX(clock), 0) FROM accounts WHERE program = ?", (plain["id"],)
    ).fetchone()
    # What accounts were already brought to stays settled under the version of then (engine.versions).
    settles_from = starts_at if not rows else max(starts_at, brought_to + 1)
    version = append.next_id(connection, "programs")
    append.insert(
        connection,
        "programs",
        [
            (
                version,
                plain["id"],
                starts_on,
                starts_at,
                settles_from,
                loaded.hash,
                loaded.text,
                json.dumps(plain, ensure_ascii=False, separators=(",", ":")),
                now,
                actor,
            )
        ],
    )
    if rows:
        _reckon_due_again(connection, plain["id"])
    return Published(plain["id"], version, starts_on, loaded.hash, scored, True)


def _require_same_units(latest: reads.ProgramRow, plain: dict[str, Any]) -> None:
    """Stored numbers are minor units and smallest units of points: no version may read them in other units."""
    before = json.loads(latest.compiled)
    units = (
        ("currency", before["currency"], plain["currency"]),
        ("points.scale", before["points"]["scale"], plain["points"]["scale"]),
    )
    for key, old, new in units:
        if old != new:
            raise BonusError(
                "bad_program",
                f"the points given so far are kept in {key} {old}; this version says {new}",
                key,
                f"leave {key} as it was, or use a database of its own",
            )


def _reckon_due_again(connection: sqlite3.Connection, program: str) -> None:
    """A new version may look at tiers and birthdays on other days: set every account's next due day again."""
    from bonuscli.engine.settle import reckon_due

    versions = load_programs(connection, Path("database"))[program]
    found = connection.execute("SELECT member FROM accounts WHERE program = ? ORDER BY member", (program,))
    members = [member for (member,) in found]
    for start in range(0, len(members), _BATCH):
        accounts = load_accounts(connection, program, members[start : start + _BATCH], versions)
        for account in accounts.values():
            reckon_due(account, versions)
        append.upsert_accounts(connection, [account_row(account) for account in accounts.values()])


def list_versions(shop: Shop) -> list[tuple]:
    """(version, program, starts_on, published_at as RFC 3339, hash, in force now) in order of publication."""
    with shop.reading() as session:
        in_force = [versions.in_force(session.now) for versions in session.programs.values()]
        current = {version.key for version in in_force if version is not None}
        return [
            (
                version,
                program,
                starts_on,
                session.calendar.iso(published_at),
                digest,
                version in current,
            )
            for version, program, starts_on, _, _, digest, _, published_at in reads.program_rows(session.connection)
        ]


def describe_version(published: Published) -> str:
    """One line that says what was published."""
    if not published.published:
        return f"{published.program}: version {published.version} is this text already, nothing was published"
    line = f"{published.program}: version {published.version}, in force from {format_day(published.starts_on)}"
    return f"{line}; members who joined: {published.joined}" if published.joined else line
