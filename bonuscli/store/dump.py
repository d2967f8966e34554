"""The whole store as text, in key order: to read, to keep, and to compare two stores byte for byte.

The canonical dump leaves out what may differ between two stores that hold the same: ``seq``, times of recording, seals
(which are of transactions) and the ``imports`` table.  A reference to an event is written as the event's own key (kind,
source, number) instead of its ``seq``.
"""

import sqlite3
from collections.abc import Iterator

from bonuscli.store.tables import TABLES

_LEFT_OUT_TABLES = ("imports", "seals")
_LEFT_OUT_COLUMNS = {"seq", "recorded_at", "published_at", "seal"}
_EVENT_REFERENCES = {"event", "original"}
_ORDER = {
    "programs": "version",
    "events": "kind, source, number",
    "receipt_lines": "event, line",
    "line_shares": "event, line, account",
}


def dump(connection: sqlite3.Connection, canonical: bool) -> Iterator[str]:
    """Lines of tab-separated text: a heading a table, then its rows in key order."""
    names = _event_names(connection) if canonical else {}
    for table in TABLES:
        if canonical and table in _LEFT_OUT_TABLES:
            continue
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        keys = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[5]]
        shown = [column for column in columns if not (canonical and column in _LEFT_OUT_COLUMNS)]
        yield "\t".join([f"# {table}", *shown])
        order = _ORDER.get(table, ", ".join(keys)) if canonical else ", ".join(keys)
        rows = connection.execute(f"SELECT {', '.join(shown)} FROM {table} ORDER BY {order}")
        lines = (_line(row, shown, names) for row in rows)
        # Lines that hang on events are ordered by the event's name, not by its seq.
        yield from sorted(lines) if canonical and "event" in shown else lines


def _event_names(connection: sqlite3.Connection) -> dict[int, str]:
    rows = connection.execute("SELECT seq, kind, source, number FROM events")
    return {seq: f"{kind}:{source}:{number}" for seq, kind, source, number in rows}


def _line(row: tuple, columns: list[str], names: dict[int, str]) -> str:
    cells = []
    for column, value in zip(columns, row, strict=True):
        if names and value is not None and column in _EVENT_REFERENCES:
            value = names.get(value, value)
        cells.append(_cell(value))
    return "\t".join(cells)


def _cell(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return value.hex()
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
