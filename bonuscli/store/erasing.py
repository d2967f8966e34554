"""Taking a person out of a store for good: the one procedure that changes rows of an append-only table.

The triggers of ``events`` are dropped and made again inside the transaction that erases, and it does not end before
they stand there as they stood; whoever reads this file sees all that happens in between.  What is changed is what the
seals leave out (``seals``), so that the past stays proved.  Afterwards no page of the file and no frame of its log may
hold an old value: freed bytes are overwritten, the file is written anew, the log is carried into it and cut to nothing.
A mark in ``meta`` stands from the first step to the last, so that a killed erasure is finished by running it again.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from bonuscli.errors import BonusError, InvariantBroken
from bonuscli.model import EMPTIED, ENROL, GRANT, MEMBER_CHANGE, OF_A_ROW, TIER_SET
from bonuscli.store.tables import create_statements

_MARK = "unpurged"
# Texts of an event that anybody writes as he likes, with what an empty one is.
_FREE_TEXT = {"actor": "NULL", "reason": "NULL", "cashier": "''"}
_SEALED_TEXT = ("number", "original_number", "source", "payments", "subject", "body", "pinned")


@contextmanager
def triggers_aside(connection: sqlite3.Connection, table: str) -> Iterator[None]:
    """Let rows of an append-only table be changed, within the transaction that is open; InvariantBroken unless the
    triggers stand there again at its end."""
    guards = [text for text in create_statements() if text.startswith(f"CREATE TRIGGER {table}_no_")]
    for name, _ in _triggers(connection, table):
        connection.execute(f'DROP TRIGGER "{name}"')
    yield
    for text in guards:
        connection.execute(text)
    if sorted(text for _, text in _triggers(connection, table)) != sorted(guards):
        raise InvariantBroken(f"the triggers of {table} are not those of a new store")


def _triggers(connection: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,))
    return rows.fetchall()


def change_bodies(connection: sqlite3.Connection, bodies: dict[int, dict[str, Any]]) -> None:
    """Write bodies of events, by seq, anew; inside of ``triggers_aside``."""
    texts = [(json.dumps(body, ensure_ascii=False, separators=(",", ":")), seq) for seq, body in bodies.items()]
    connection.executemany("UPDATE events SET body = ? WHERE seq = ?", texts)


def empty_events(connection: sqlite3.Connection, member: int, but: int) -> None:
    """Take keys and digests that tell of cards and particulars out of a member's events, the keys that are made of
    rows with his card, and free text out of all of them but one; inside of ``triggers_aside``."""
    connection.execute(
        "UPDATE events SET number = :emptied || seq, digest = x'' WHERE member = :member AND seq <> :but"
        " AND ((kind = :enrol AND source = '') OR kind = :change)",
        {"emptied": EMPTIED, "member": member, "but": but, "enrol": ENROL, "change": MEMBER_CHANGE},
    )
    connection.execute(
        "UPDATE events SET number = :emptied || seq"
        " WHERE member = :member AND source = :row AND kind IN (:grant, :tier)",
        {"emptied": EMPTIED, "member": member, "row": OF_A_ROW, "grant": GRANT, "tier": TIER_SET},
    )
    connection.execute("UPDATE events SET reason = NULL WHERE member = ? AND seq <> ?", (member, but))


def empty_texts(connection: sqlite3.Connection, values: Iterable[str]) -> None:
    """Take free texts, of anybody's events and of saved segments, in which one of the values stands; inside of
    ``triggers_aside``."""
    listed = list(values)
    for column, nothing in _FREE_TEXT.items() if listed else ():
        holds = " OR ".join([f"instr(lower({column}), lower(?)) > 0"] * len(listed))
        connection.execute(f"UPDATE events SET {column} = {nothing} WHERE {column} <> '' AND ({holds})", listed)
    for table in ("segments", "segment_lists") if listed else ():
        holds = " OR ".join(["instr(lower(actor), lower(?)) > 0"] * len(listed))
        connection.execute(f"UPDATE {table} SET actor = NULL WHERE {holds}", listed)


def empty_rows(connection: sqlite3.Connection, member: int) -> None:
    """Take a member's particulars, cards and consents, and the member out of the lists of segments."""
    connection.execute(
        "UPDATE members SET name = NULL, phone = NULL, email = NULL, birthday = NULL, gender = NULL, tags = '',"
        " fields = '{}', consents = '' WHERE id = ?",
        (member,),
    )
    for table in ("cards", "lost_cards", "consents", "segment_members"):
        connection.execute(f"DELETE FROM {table} WHERE member = ?", (member,))


def texts_left(connection: sqlite3.Connection, members: Iterable[int], values: Iterable[str]) -> int:
    """How many events of the members hold one of the values in what is sealed: a receipt's number, a link."""
    holds = " OR ".join(f"instr({column}, :value) > 0" for column in _SEALED_TEXT)
    sql = f"SELECT seq FROM events WHERE member = :member AND ({holds})"
    pairs = [{"member": member, "value": value} for member in members for value in values]
    return len({seq for pair in pairs for (seq,) in connection.execute(sql, pair)})


def lost_numbers(connection: sqlite3.Connection, member: int) -> list[str]:
    """Numbers of a member's lost cards, folded and as they were shown."""
    rows = connection.execute("SELECT number, shown FROM lost_cards WHERE member = ?", (member,))
    return [text for row in rows for text in row]


def begin(connection: sqlite3.Connection, seq: int) -> None:
    """Overwrite what is freed from now on, and mark that the erasure of an event is to be finished by ``purge``."""
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_MARK, str(seq)),
    )


def unpurged(connection: sqlite3.Connection) -> int | None:
    """The event whose erasure was begun and not finished, None where there is none."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_MARK,)).fetchone()
    return int(row[0]) if row else None


def purge(connection: sqlite3.Connection, wait_seconds: float) -> None:
    """Leave no old value in the bytes of the file and of its log; outside of any transaction, under the writer lock.

    BonusError ``busy`` while somebody reads what stood in the log.
    """
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute(f"PRAGMA busy_timeout = {int(wait_seconds * 1000)}")
    connection.execute("VACUUM")
    (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise BonusError(
            "busy",
            "the person is erased, but another command still reads older pages of the file",
            None,
            "run the same command again, so that nothing is left in its bytes",
        )
    connection.execute("DELETE FROM meta WHERE key = ?", (_MARK,))
