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
from bonuscli.services.facts import load_accounts
from bonuscli.services.rows_out import account_row
from bonuscli.services.shop import Shop, load_versions
from bonuscli.store import append, migrations, reads, sqlite

# version: key; starts_on: day; scored: receipts already recorded from that day on; published: False for identical text.
Published = namedtuple("Published", "program version starts_on hash scored published")

_BATCH = 1000


def init(
    path: Path, loaded: Loaded, now: int | None = None, group: bool = False, actor: str | None = None
) -> Published:
    """A new database with a published program; the file is removed again if that fails."""
    if loaded.plain is None:
        raise BonusError("bad_program", "the program has problems", problems=loaded.problems)
    sqlite.create_file(path, group)
    try:
        connection = sqlite.connect_new(path)
        try:
            with sqlite.translated(path):
                migrations.create_schema(connection)
            with sqlite.transaction(connection, path):
                return _publish(connection, loaded, None, _now(now, loaded), actor)
        finally:
            connection.close()
    except BaseException:
        for suffix in ("", "-wal", "-shm", "-gate", "-lock"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        raise


def publish(
    path: Path,
    loaded: Loaded,
    starts_on: int | None = None,
    now: int | None = None,
    wait_seconds: float = sqlite.DEFAULT_WAIT_SECONDS,
    dry_run: bool = False,
    actor: str | None = None,
) -> Published:
    """Store a version of the program; ``starts_on``: its first day, else its ``valid.from``, else today."""
    with sqlite.WriterLock(path, wait_seconds).held():
        connection = sqlite.open_writer(path)
        try:
            with sqlite.transaction(connection, path, dry_run):
                return _publish(connection, loaded, starts_on, _now(now, loaded), actor)
        finally:
            connection.close()


def _now(now: int | None, loaded: Loaded) -> int:
    return clock.now(_calendar(loaded)) if now is None else now


def _calendar(loaded: Loaded) -> clock.Calendar:
    return clock.Calendar(loaded.plain["timezone"], loaded.plain["day_starts"])


def _publish(
    connection: sqlite3.Connection, loaded: Loaded, starts_on: int | None, now: int, actor: str | None
) -> Published:
    plain = loaded.plain
    rows = reads.program_rows(connection)
    latest = rows[-1] if rows else None
    if latest is not None:
        _require_same_program(latest, plain)
    calendar = _calendar(loaded)
    asked_start = starts_on
    if starts_on is None:
        starts_on = plain["valid_from"] if plain["valid_from"] is not None else calendar.day_of(now)
    if latest is not None and latest.hash == loaded.hash and asked_start in (None, latest.starts_on):
        return Published(plain["id"], latest.version, latest.starts_on, loaded.hash, 0, False)
    starts_at = calendar.start_of(starts_on)
    (scored,) = connection.execute(
        "SELECT COUNT(*) FROM events WHERE kind = 'receipt' AND at >= ?", (starts_at,)
    ).fetchone()
    (brought_to,) = connection.execute("SELECT COALESCE(MAX(clock), 0) FROM accounts").fetchone()
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


def _require_same_program(latest: reads.ProgramRow, plain: dict[str, Any]) -> None:
    """Stored numbers are minor units and smallest units of points: no version may read them in other units."""
    if latest.program != plain["id"]:
        raise BonusError(
            "bad_program",
            f"this database holds the program {latest.program!r}; a second one, {plain['id']!r}, is not supported yet",
            "id",
            "use a database of its own for it",
        )
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

    _, versions = load_versions(connection, program, Path("database"))
    members = [member for (member,) in connection.execute("SELECT member FROM accounts ORDER BY member")]
    for start in range(0, len(members), _BATCH):
        accounts = load_accounts(connection, program, members[start : start + _BATCH], versions)
        for account in accounts.values():
            reckon_due(account, versions)
        append.upsert(connection, "accounts", [account_row(account, program) for account in accounts.values()])


def list_versions(shop: Shop) -> list[tuple]:
    """(version, program, starts_on, published_at as RFC 3339, hash, in force now) in order of publication."""
    with shop.reading() as session:
        current = session.versions.in_force(session.now)
        return [
            (
                version,
                program,
                starts_on,
                session.calendar.iso(published_at),
                digest,
                current and current.key == version,
            )
            for version, program, starts_on, _, _, digest, _, published_at in reads.program_rows(session.connection)
        ]


def describe_version(published: Published) -> str:
    """One line that says what was published."""
    if not published.published:
        return f"{published.program}: version {published.version} is this text already, nothing was published"
    return f"{published.program}: version {published.version}, in force from {format_day(published.starts_on)}"
