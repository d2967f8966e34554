"""Tables for programs: JSON, JSON lines and CSV, without any library for tables.

JSON is one object: the facts of the report, ``currency`` and ``points_scale``, then ``rows``, and ``notes`` if there
are any.  A JSON line is one row with those facts in front, since each line must be understood alone.  CSV is decimal
text under the names of JSON without ``_minor``.
"""

from typing import Any, TextIO

from bonuscli.render.cells import Scale, json_escaped, json_of, plain_of


def dump(value: Any, indent: int | None = None) -> str:
    """JSON text of a value: UTF-8, nothing in it that steers a terminal."""
    import json

    return json_escaped(json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False))


def facts_of(table: Any) -> dict[str, Any]:
    """What is said once of a whole table: its own facts, its currency, the digits of its points."""
    scale = Scale(table.currency, table.digits, table.points_scale)
    facts = {key: json_of(kind, value, scale) for key, kind, value in table.head}
    if not table.currency:  # a table without money and points
        return facts
    return {**facts, "currency": table.currency, "points_scale": table.points_scale}


def json_rows(table: Any) -> list[dict[str, Any]]:
    """The rows of a table as JSON objects."""
    scale = Scale(table.currency, table.digits, table.points_scale)
    keys = [(column.name, column.kind) for column in table.columns]
    return [
        {name: json_of(kind, value, scale) for (name, kind), value in zip(keys, row, strict=True)} for row in table.rows
    ]


def write_json(table: Any, _format: str, stream: TextIO, terminal: bool) -> None:
    """One JSON object, indented for people."""
    answer = {**facts_of(table), "rows": json_rows(table)}
    if table.notes:
        answer["notes"] = list(table.notes)
    stream.write(dump(answer, 2 if terminal else None) + "\n")


def write_jsonl(table: Any, _format: str, stream: TextIO, _terminal: bool) -> None:
    """One JSON object a row."""
    facts = facts_of(table)
    for row in json_rows(table):
        stream.write(dump({**facts, **row}) + "\n")


def write_csv(table: Any, _format: str, stream: TextIO, _terminal: bool) -> None:
    """A line of names, then one line a row; lines end in a line feed."""
    import csv

    scale = Scale(table.currency, table.digits, table.points_scale)
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column.name.removesuffix("_minor") for column in table.columns])
    kinds = [column.kind for column in table.columns]
    for row in table.rows:
        writer.writerow([plain_of(kind, value, scale) for kind, value in zip(kinds, row, strict=True)])
