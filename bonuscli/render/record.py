"""One object as text or JSON: what a balance, a quote or a booking answers.  Loads no library for tables.

A till asks for a balance many times an hour, so text and JSON of a record are written here without rich and tabulate
(which cost more than the answer itself); other formats make it a table of one row.
"""

from __future__ import annotations

from bonuscli.records import namedtuple
from bonuscli.render import check_format, render
from bonuscli.render.cells import Scale, json_of, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TextIO

# key: in JSON, money with _minor; label: for people; kind: of ``cells.KINDS``, or OBJECT: value is a list of fields, or
# ROWS: value is a table; value: None where there is none.  An object whose values are all None is null in JSON and
# keeps its columns in CSV.
Field = namedtuple("Field", "key label value kind")
OBJECT, ROWS = "object", "rows"

_Column = namedtuple("_Column", "name title kind")
_OneRow = namedtuple("_OneRow", "title columns rows currency digits points_scale head notes blocks")


def render_record(
    title: str,
    fields: list[Any],
    format: str,
    stream: TextIO,
    *,
    terminal: bool,
    currency: str,
    digits: int,
    points_scale: int,
) -> None:
    """Write one object: ``Field`` tuples in the order of its keys.

    Text has a line ``label: value`` for each field with a value, aligned under the title on a terminal; tables in it
    follow.  JSON has all keys, and where there is money or points and no such key yet, ``currency`` and
    ``points_scale``.  CSV and tabulate's formats have one row of ``outer_inner`` columns, without the tables in it.
    ``BonusError`` ``usage``: there is no such format.
    """
    check_format(format)
    scale = Scale(currency, digits, points_scale)
    if format == "table":
        _write_text(title, [Field(*field) for field in fields], stream, terminal, scale)
    elif format in ("json", "jsonl"):
        from bonuscli.render.machines import dump_one

        indent = 2 if terminal and format == "json" else None
        stream.write(dump_one(_with_scale(_json_object(fields, scale), fields, scale), indent) + "\n")
    else:
        flat = _flat(fields)
        columns = tuple(_Column(field.key, field.label, field.kind) for field in flat)
        row = tuple(field.value for field in flat)
        render(_OneRow(title, columns, [row], *scale, (), (), None), format, stream, terminal=terminal)


def _flat(fields: list[Any], prefix: str = "") -> list[Any]:
    """Fields with those of inner objects in their place; tables are left out."""
    flat = []
    for field in fields:
        field = Field(*field)
        if field.kind == OBJECT:
            flat += _flat(field.value or [], f"{prefix}{field.key}_")
        elif field.kind != ROWS:
            flat.append(field._replace(key=prefix + field.key))
    return flat


def _write_text(title: str, fields: list[Any], stream: TextIO, terminal: bool, scale: Any) -> None:
    told = [(field.label, _with_unit(field, scale)) for field in _flat(fields) if field.value is not None]
    if terminal and title:
        stream.write(f"{text_of('text', title, scale)}\n")
    width = max((len(label) for label, _ in told), default=0)
    for label, text in told:
        stream.write(f"  {label:<{width}}  {text}\n" if terminal else f"{label}: {text}\n")
    for field in fields:
        if field.kind == ROWS and field.value is not None and field.value.rows:
            stream.write("\n")
            render(field.value, "table", stream, terminal=terminal)


def _with_unit(field: Any, scale: Any) -> str:
    unit = {"money": f" {scale.currency}", "percent": " %"}.get(field.kind, "")
    return text_of(field.kind, field.value, scale) + unit


def _json_object(fields: list[Any], scale: Any) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for key, _, value, kind in fields:
        if kind == OBJECT:
            there = any(inner.value is not None for inner in _flat(value or []))
            answer[key] = _json_object(value, scale) if there else None
        elif kind == ROWS:
            from bonuscli.render.machines import json_rows

            answer[key] = None if value is None else json_rows(value)
        else:
            answer[key] = json_of(kind, value, scale)
    return answer


def _with_scale(answer: dict[str, Any], fields: list[Any], scale: Any) -> dict[str, Any]:
    kinds = set(_kinds(fields))
    if "money" in kinds:
        answer.setdefault("currency", scale.currency)
    if "points" in kinds:
        answer.setdefault("points_scale", scale.points_scale)
    return answer


def _kinds(fields: list[Any]) -> Iterator[str]:
    for _, _, value, kind in fields:
        if kind == OBJECT:
            yield from _kinds(value or [])
        elif kind != ROWS:
            yield kind
