"""Stored events as the records that the fold takes, for folding them again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from bonuscli.json_text import format_json, parse_json
from bonuscli.model import (
    ADJUST,
    BODIES_AS_TEXT,
    ENROL,
    JOINED,
    RECEIPT,
    REDEEM,
    RETURN,
    SHARED_KINDS,
    AdjustBody,
    EnrolBody,
    Event,
    Line,
    ReceiptBody,
    RedeemBody,
    ReturnBody,
    ReturnLine,
)
from bonuscli.records import make
from bonuscli.store import reads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


# Of a row of lines.
_event = itemgetter(0)


def line_of_row(row: tuple) -> Line:
    """A Line from (event, line, sku, name, category, brand, quantity, amount, discount, ...)."""
    return make(Line, row[1:9])


def stored_events(connection: sqlite3.Connection, rows: list[reads.EventRow]) -> Iterator[Event]:
    """Event records from whole event rows, in the order given."""
    return _events(rows, reads.receipt_lines(connection, [row.seq for row in rows if row.kind in (RECEIPT, RETURN)]))


def events_of_member(connection: sqlite3.Connection, member: int, rows: list[reads.EventRow]) -> Iterator[Event]:
    """The same from rows of one member: all or nearly all that he has."""
    return _events(rows, reads.lines_of_member(connection, member))


def _events(rows: list[reads.EventRow], of_documents: Iterable[tuple]) -> Iterator[Event]:
    lines = {event: list(found) for event, found in groupby(of_documents, _event)}
    for row in rows:
        read = _BODIES.get(row.kind)
        body = read(row, lines.get(row.seq, [])) if read else BODIES_AS_TEXT[row.kind](**parse_json(row.body))
        pinned = parse_json(row.pinned) if row.pinned else {}
        pinned.pop("in", None)  # what other programs saw of it
        yield Event(row.seq, row.kind, row.at, row.day, row.settled_to, row.version, body, pinned)


def seen_by(program: str, rows: Iterable[reads.EventRow]) -> list[reads.EventRow]:
    """The events that one program sees, each as it stood there.

    Where it was recorded in another program, what this one pinned of it (``pinned["in"]``, see ``companions``) stands
    for the columns of the other.
    """
    seen = []
    for row in rows:
        if row.program == program:
            seen.append(row)
        elif row.kind in SHARED_KINDS and row.pinned and program in (inside := parse_json(row.pinned).get("in", {})):
            seen.append(_beheld_row(row, inside[program]))
    return seen


def _beheld_row(row: reads.EventRow, inside: dict[str, Any]) -> reads.EventRow:
    """A stored event as another program saw it, from what was pinned for that program."""
    pinned = inside["pinned"]
    return row._replace(
        day=inside["day"],
        settled_to=inside["settled_to"],
        version=inside["version"],
        tier=inside["tier"],
        spent=0,
        spent_minor=sum(pinned.get("paid", ())) if pinned else 0,
        original=None if row.kind == RECEIPT else row.original,
        pinned=format_json(pinned) if pinned else None,
    )


def _receipt_body(row: reads.EventRow, lines: list[tuple]) -> ReceiptBody:
    paid_by = row.original or 0
    spent = 0 if paid_by else row.spent
    return ReceiptBody(row.number, row.shop, row.total, tuple(map(line_of_row, lines)), spent, paid_by)


def _return_body(row: reads.EventRow, lines: list[tuple]) -> ReturnBody:
    parts = tuple(ReturnLine(line[9] or 0, line[10] or 1, line[11] or 1, line_of_row(line)) for line in lines)
    return ReturnBody(row.number, row.shop, row.total, parts, row.original)


def _enrol_body(row: reads.EventRow, lines: list[tuple]) -> EnrolBody:
    pinned = parse_json(row.pinned) if row.pinned else {}
    document = next((each for each in (RECEIPT, RETURN, JOINED) if pinned.get(f"with_{each}")), None)
    flags = bool(pinned.get("control")), bool(pinned.get("welcomed"))
    return EnrolBody(row.tier, document, pinned.get("referrer"), *flags)


_BODIES = {
    RECEIPT: _receipt_body,
    RETURN: _return_body,
    ENROL: _enrol_body,
    REDEEM: lambda row, lines: RedeemBody(row.points, row.number, row.total or None),
    ADJUST: lambda row, lines: AdjustBody(row.points, row.reason),
}
