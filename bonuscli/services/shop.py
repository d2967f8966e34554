"""A shop's database as the verbs see it: its program versions, its clock, and reading and writing sessions.

Every verb is the same five lines: begin, read all facts, one pure call, append, commit.  The session types here are the
begin and the commit.
"""

from __future__ import annotations

from bonuscli import clock
from bonuscli.contexts import closing, contextmanager, suppress
from bonuscli.engine.book import Rows
from bonuscli.engine.figures import figures_on
from bonuscli.engine.settle import settle
from bonuscli.engine.versions import Version, Versions
from bonuscli.errors import BonusError
from bonuscli.json_text import parse_json
from bonuscli.model import Measures
from bonuscli.program.assemble import program_from
from bonuscli.services.identity import fold_card, phone_meant
from bonuscli.services.suspicion import suspecting
from bonuscli.store import outcome, reads, sqlite
from bonuscli.store.lock import DEFAULT_WAIT_SECONDS, WriterLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from bonuscli.engine.account import Account
    from bonuscli.engine.figures import Figures
    from bonuscli.model import Program
    from bonuscli.services.desk import Desk
    from bonuscli.store.sqlite import Path


# After how many rows a writer looks how long the log is: a look takes a till 10 us of the 300 that a receipt has.
ROWS_BETWEEN_LOOKS = 1_000


class Session:
    """A connection inside a transaction (writing) or on its own (reading), with the program's versions."""

    def __init__(self, connection: sqlite3.Connection, program: str, programs: dict[str, Versions], now: int) -> None:
        self.connection = connection
        self.program = program
        self.programs = programs
        self.versions = programs[program]
        self.now = now

    def within(self, program: str) -> Session:
        """The same session with another of the shop's programs in view."""
        return Session(self.connection, program, self.programs, self.now)

    @property
    def current(self) -> Program:
        """The program in force now, else the newest one."""
        version = self.versions.in_force(self.now)
        return version.program if version else self.versions.newest

    @property
    def calendar(self) -> clock.Calendar:
        """The calendar of the program in force now."""
        return self.current.calendar

    @property
    def measures(self) -> Measures:
        """Digits and calendar for reading files and options."""
        program = self.current
        return Measures(program.digits, program.points.scale, program.calendar, program.currency)

    def find_member(self, card: str) -> int:
        """The member of a card number or phone; BonusError ``unknown_card``."""
        member = self.look_for_member(card)
        if member is None:
            if reads.lost_cards(self.connection, [fold_card(card)]):
                hint = "use the card that replaced it, or the member's phone"
                raise BonusError("card_blocked", f"card {card} was lost and replaced by another", "card", hint)
            raise BonusError(
                "unknown_card",
                f"no member has the card or phone {card}",
                "card",
                f"enrol it with `bonuscli enroll {card}`",
            )
        return member

    def look_for_member(self, card: str) -> int | None:
        """The member of a card number or phone, None where there is none."""
        folded = fold_card(card)
        found = reads.members_of_cards(self.connection, [folded])
        if folded in found:
            return found[folded]
        phone = self.phone_meant(card)
        return reads.members_of_cards(self.connection, [phone]).get(phone) if phone else None

    def phone_meant(self, text: str) -> str | None:
        """The folded phone that an identifier is which is no known card.  Reading one takes 100 us, and 100 ms the
        first time, so it is done only once members have phones."""
        return phone_meant(text, self.current.plain["country"]) if reads.has_phones(self.connection) else None

    def instant(self, text: str | None, where: str = "--at") -> int:
        """An instant from text in the program's zone, now without text."""
        return self.now if text is None else self.calendar.parse(text, where)

    def figures(self, account: Account) -> Figures:
        """What an account shows now, or at its own clock if that is later; what falls due until then is reckoned in."""
        at = max(self.now, account.clock)
        program = self.versions.settling(at)
        day = program.calendar.day_of(at)
        if account.next_due_on <= day:
            account = account.copy()
            settle(account, Rows(), self.versions, at)
        return figures_on(account, day, program)

    def desk(self, in_part: bool = False) -> Desk:
        """A desk for recording events in this session; ``in_part``: it reads of accounts what it comes to alone."""
        from bonuscli.services.desk import Desk  # a balance records nothing

        return Desk(self.connection, self.program, self.programs, self.now, in_part)


class Shop:
    """A database file, and when "now" is."""

    def __init__(
        self,
        path: Path,
        program: str | None = None,
        now: int | None = None,
        wait_seconds: float = DEFAULT_WAIT_SECONDS,
    ) -> None:
        self.path = path
        self.wait_seconds = wait_seconds
        self._program = program
        self._now = now

    def within(self, program: str) -> Shop:
        """The same shop with that one of its programs in view."""
        return Shop(self.path, program, self._now, self.wait_seconds)

    def each_program(self) -> list[Shop]:
        """The same shop as often as it has programs, each time with another in view; once where one was named."""
        if self._program is not None:
            return [self]
        with self.reading(scoring=False) as session:
            return [self.within(program) for program in session.programs]

    @contextmanager
    def reading(self, scoring: bool = True) -> Iterator[Session]:
        """A session that can not change anything; without ``scoring`` its programs have no rules, for a look-up."""
        connection = sqlite.open_reader(self.path)
        try:
            with suspecting(self.path), sqlite.translated(self.path):
                connection.execute("BEGIN")
                yield self.session(connection, scoring)
        finally:
            connection.close()

    @contextmanager
    def writing(self, dry_run: bool = False, in_bulk: bool = False) -> Iterator[Session]:
        """A session in one transaction under the writer lock; rolled back on an error or for a dry run.

        ``in_bulk``: as of :meth:`writer`.  Where COMMIT is answered with an error, its last event is looked for: it
        ends well if that was kept.
        """
        with suspecting(self.path), WriterLock(self.path, self.wait_seconds).held():
            recorded = None
            try:
                with (
                    self._connected() as connection,
                    sqlite.transaction(connection, self.path, dry_run),
                ):
                    if in_bulk:
                        sqlite.prepare_for_bulk(connection)
                    before = outcome.last_event(connection)
                    yield self.session(connection)
                    recorded = outcome.last_event(connection)
            except sqlite.UnknownCommit as unknown:
                outcome.settle_commit(self.path, unknown, recorded if recorded != before else None)

    @contextmanager
    def writer(self, in_bulk: bool = False) -> Iterator[Writer]:
        """For one transaction after another on one connection, the lock let go between them; ``in_bulk``: each of
        hundreds of events of any members, where a till's has one."""
        lock = WriterLock(self.path, self.wait_seconds)
        from contextlib import ExitStack  # a single command takes none

        with lock.kept_open(), ExitStack() as opened:
            with lock.held():
                connection = opened.enter_context(self._connected())
            if in_bulk:
                sqlite.prepare_for_bulk(connection)
            longest = sqlite.WAL_BYTES_IN_BULK if in_bulk else sqlite.WAL_BYTES_IN_LOOP
            writer = Writer(self, connection, lock, longest)
            try:
                with suspecting(self.path):
                    yield writer
            finally:
                with suppress(BonusError), lock.held():  # closing under the lock, or at least closing
                    opened.close()

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """A writing connection; a reading one stays open over its close, so that no reader is locked out meanwhile."""
        connection = sqlite.open_writer(self.path)
        guard = sqlite.open_reader(self.path)
        try:
            yield connection
            sqlite.shorten_wal(connection, self.path)
        finally:
            connection.close()
            guard.close()

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """For one look after another on one connection, each of them at what is stored then."""
        with closing(sqlite.open_reader(self.path)) as connection:
            yield Reader(self, connection)

    def session(
        self, connection: sqlite3.Connection, scoring: bool = True, known: dict[str, Versions] | None = None
    ) -> Session:
        """A session on a connection; ``known``: the programs, where they were read before and none was published."""
        programs = known or load_programs(connection, self.path, scoring)
        program = chosen_program(connection, programs, self._program, self.path)
        now = self._now if self._now is not None else clock.now(programs[program].newest.calendar)
        return Session(connection, program, programs, now)


class _Kept:
    """A connection kept over several sessions, with the programs as they were when the last version was published."""

    def __init__(self, shop: Shop, connection: sqlite3.Connection) -> None:
        self._shop = shop
        self._connection = connection
        self._last: Session | None = None
        self._published = 0
        self._data_version: int | None = None
        # Whether anybody else has written since the session before: facts kept from it must be dropped.
        self.foreign_changes = True

    def _session(self) -> Session:
        """A session of now.  Reading the programs again takes 2 ms under the lock, so it is done only for new ones."""
        (data_version,) = self._connection.execute("PRAGMA data_version").fetchone()
        self.foreign_changes = data_version != self._data_version or self._last is None
        self._data_version = data_version
        known = self._last.programs if self._last else None
        if self.foreign_changes:
            published = reads.last_version(self._connection)
            known = known if published == self._published else None
            self._published = published
        self._last = self._shop.session(self._connection, known=known)
        return self._last


class Writer(_Kept):
    """A writing connection kept over several transactions.

    Whoever keeps facts between sessions must drop them when ``foreign_changes`` says that somebody else has written
    meanwhile.  ``longest``: bytes that the write-ahead log may have.
    """

    def __init__(self, shop: Shop, connection: sqlite3.Connection, lock: WriterLock, longest: int) -> None:
        super().__init__(shop, connection)
        self._lock = lock
        self._longest = longest
        self._looked_at = connection.total_changes

    @contextmanager
    def session(self, dry_run: bool = False) -> Iterator[Session]:
        """One transaction under the lock; rolled back on an error or for a dry run."""
        with self._lock.held():
            with sqlite.transaction(self._connection, self._shop.path, dry_run):
                yield self._session()
            if self._connection.total_changes - self._looked_at >= ROWS_BETWEEN_LOOKS:
                self._looked_at = self._connection.total_changes
                sqlite.shorten_wal(self._connection, self._shop.path, self._longest)


class Reader(_Kept):
    """A reading connection kept over several looks."""

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One look: everything in it is of one moment."""
        if not sqlite.may_stay_open(self._shop.path):
            with self._shop.reading() as session:
                yield session
            return
        with sqlite.translated(self._shop.path):
            self._connection.execute("BEGIN")
            try:
                yield self._session()
            finally:
                self._connection.execute("ROLLBACK")


def load_programs(connection: sqlite3.Connection, path: Path, scoring: bool = True) -> dict[str, Versions]:
    """All versions of every program by its id, in the order in which programs were added; BonusError ``no_program``."""
    rows = reads.program_rows(connection)
    if not rows:
        raise BonusError(
            "no_program", f"{path} has no program yet", str(path), "publish one with `bonuscli program publish FILE`"
        )
    calendars: dict[tuple[str, int], clock.Calendar] = {}
    found: dict[str, list[Version]] = {}
    for version, program, _, starts_at, settles_from, program_hash, compiled, _ in rows:
        try:
            plain = parse_json(compiled)
        except ValueError:
            raise sqlite.corrupt(path, f"version {version} of its program can not be read") from None
        key = (plain["timezone"], plain["day_starts"])
        calendar = calendars.setdefault(key, clock.Calendar(*key))
        assembled = program_from(plain, calendar, program_hash, scoring)
        found.setdefault(program, []).append(Version(version, assembled, starts_at, settles_from))
    return {program: Versions(tuple(versions)) for program, versions in found.items()}


def chosen_program(
    connection: sqlite3.Connection, programs: dict[str, Versions], wanted: str | None, path: Path
) -> str:
    """The program that a command is about: the one it names, else the only one, else the primary one."""
    if wanted is None:
        only = next(iter(programs))
        return only if len(programs) == 1 else reads.primary_program(connection) or only
    if wanted not in programs:
        from bonuscli.near import did_you_mean

        known = ", ".join(programs)
        raise BonusError(
            "unknown_program",
            f"{path} has no program {wanted!r}, it has {known}",
            "--in",
            did_you_mean(wanted, tuple(programs)) or f"use --in {known}",
        )
    return wanted
