"""Tables for programs: JSON, JSON lines and CSV, without any library for tables.

JSON is one object: the facts of the report, ``currency`` and ``points_scale``, then ``rows``, and ``notes`` if there
are any.  A JSON line is one row with those facts in front, since each line must be understood alone.  CSV is decimal
text under the names of JSON without ``_minor`` and ``_thousandths``.
"""

from __future__ import annotations

import sys

from bonuscli.json_text import write_json as json_text
from bonuscli.render.cells import Scale, json_escaped, json_of, plain_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import json
    from collections.abc import Iterator
    from typing import Any, TextIO


def dump(value: Any, indent: int | None = None) -> str:
    """JSON text of a value: UTF-8, nothing in it that steers a terminal."""
    return json_escaped(_encoder(indent).encode(value))


def dump_one(value: Any, indent: int | None = None) -> str:
    """The same text of one answer: where ``json`` is not loaded, loading it takes longer than writing by hand."""
    return dump(value, indent) if "json" in sys.modules else json_escaped(json_text(value, indent))


_encoders: dict[int | None, json.JSONEncoder] = {}


def _encoder(indent: int | None) -> json.JSONEncoder:
    if indent not in _encoders:
        import json

        _encoders[indent] = json.JSONEncoder(ensure_ascii=False, indent=indent, allow_nan=False)
    return _encoders[indent]


def facts_of(table: Any) -> dict[str, Any]:
    """What is said once of a whole table: its own facts, its currency, the digits of its points."""
    scale = Scale(table.currency, table.digits, table.points_scale)
    facts = {key: json_of(kind, value, scale) for key, kind, value in table.head}
    if not table.currency:  # a table without money and points
        return facts
    return {**facts, "currency": table.currency, "points_scale": table.points_scale}


def json_rows(table: Any) -> list[dict[str, Any]]:
    """The rows of a table as JSON objects."""
    return list(_json_objects(table))


def _json_objects(table: Any) -> Iterator[dict[str, Any]]:
    scale = Scale(table.currency, table.digits, table.points_scale)
    keys = [(column.name, column.kind) for column in table.columns]
    for row in table.rows:
        yield {name: json_of(kind, value, scale) for (name, kind), value in zip(keys, row, strict=True)}


def write_json(table: Any, _format: str, stream: TextIO, terminal: bool) -> None:
    """One JSON object, indented for people."""
    answer = {**facts_of(table), "rows": json_rows(table)}
    if table.notes:
        answer["notes"] = list(table.notes)
    stream.write(dump(answer, 2 if terminal else None) + "\n")


def write_jsonl(table: Any, _format: str, stream: TextIO, _terminal: bool) -> None:
    """One JSON object a row; the rows may be an iterator."""
    facts = facts_of(table)
    for row in _json_objects(table):
        stream.write(dump({**facts, **row}) + "\n")


def plain_names(table: Any) -> list[str]:
    """The names of columns whose figures stand as decimal numbers."""
    return [column.name.removesuffix("_minor").removesuffix("_thousandths") for column in table.columns]


class _WithoutRemarks:
    """A stream of CSV lines none of which looks like a remark: a row of #8 would be passed over by readers that find
    out by themselves what remarks begin with, so its first cell stands in quotes."""

    def __init__(self, stream: TextIO) -> None:
        self._write = stream.write

    def write(self, line: str) -> int:
        if line.startswith("#"):
            cell = line.rstrip("\n").partition(",")[0]
            line = f'"{cell}"{line[len(cell) :]}'
        return self._write(line)


def write_csv(table: Any, _format: str, stream: TextIO, _terminal: bool) -> None:
    """A line of names, then one line a row; lines end in a line feed.  The rows may be an iterator."""
    import csv

    scale = Scale(table.currency, table.digits, table.points_scale)
    writer = csv.writer(_WithoutRemarks(stream), lineterminator="\n")
    writer.writerow(plain_names(table))
    kinds = [column.kind for column in table.columns]
    for row in table.rows:
        writer.writerow([plain_of(kind, value, scale) for kind, value in zip(kinds, row, strict=True)])
