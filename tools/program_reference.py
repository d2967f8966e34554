"""Writes docs/program.md: every key of the program file, from the description that the loader itself follows.

Run ``python tools/program_reference.py`` after a change of the language; a test says when it was forgotten.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bonuscli.program.schema import SHAPES  # noqa: E402
from bonuscli.program.shape import EMPTY, ByKind, Either, Field, Keys, ListOf, Named, Ref, Scalar, Shape  # noqa: E402

TARGET = ROOT / "docs" / "program.md"
HEAD = """\
# The program file, key by key

A program is one YAML file. `bonuscli program check FILE` names every mistake in it, `bonuscli program show FILE` says
it in plain sentences, and `bonuscli program schema` prints the JSON Schema for your editor. Ready programs to begin
with are listed by `bonuscli program new --list`. This page is made of the same description that the loader follows.

Percentages carry their sign (`3%`), durations a unit (`14d`, `6mo`, `1y`), money and points are decimal text
(`"1250.00"`). All keys of a `when`, of goods and of a segment must hold; of several values in a list any may.

"""
_TYPES = {
    "rate": "percentage",
    "money": "money",
    "points": "points",
    "count": "number",
    "factor": "factor",
    "duration": "duration",
    "window": "duration",
    "days": "days",
    "date": "day",
    "month-day": "month and day",
    "instant": "day or moment",
    "clock": "time",
    "hours": "hours",
    "weekday": "weekday",
    "text": "text",
    "id": "name",
    "flag": "true or false",
    "currency": "currency",
    "timezone": "time zone",
    "country": "country",
}


def reference() -> str:
    """The whole page."""
    sections: dict[str, list[str]] = {}
    _walk(SHAPES["program"], sections, set())
    return HEAD + "\n".join("\n".join(lines) + "\n" for lines in sections.values())


def _walk(shape: Shape, sections: dict[str, list[str]], seen: set[str]) -> None:
    if isinstance(shape, Ref):
        if shape.name not in seen:
            seen.add(shape.name)
            _walk(SHAPES[shape.name], sections, seen)
    elif isinstance(shape, Either):
        for way in (shape.items, shape.keys):
            if way is not None:
                _walk(way, sections, seen)
    elif isinstance(shape, ListOf):
        _walk(shape.item, sections, seen)
    elif isinstance(shape, Named):
        _walk(shape.value, sections, seen)
    elif isinstance(shape, Keys):
        _section(shape.noun, shape.fields, sections, seen)
    elif isinstance(shape, ByKind):
        kinds = shape.kinds.values()
        shared = set.intersection(*(set(keys.fields) for keys in kinds))
        first = next(iter(kinds)).fields
        _section(shape.noun, {name: first[name] for name in first if name in shared}, sections, seen)
        for keys in kinds:
            own = {name: field for name, field in keys.fields.items() if name not in shared}
            if own:
                _section(keys.noun, own, sections, seen)


def _section(noun: str, fields: dict[str, Field], sections: dict[str, list[str]], seen: set[str]) -> None:
    if noun in sections:
        return
    title = noun[0].upper() + noun[1:]
    rows = sections[noun] = [f"## {title}", "", "| key | value | |", "|---|---|---|"]
    for name, field in fields.items():
        about = field.about + (" Required." if field.required else _default(field))
        rows.append(f"| `{name}` | {_value(field.shape)} | {about} |".replace(" |  |", " | |"))
    for field in fields.values():
        _walk(field.shape, sections, seen)


def _default(field: Field) -> str:
    if field.default in (None, EMPTY) or not isinstance(field.default, str):
        return ""
    return f" Without it: `{field.default}`."


def _value(shape: Shape) -> str:
    """What kind of value stands there, in a few words."""
    if isinstance(shape, Ref):
        return _value(SHAPES[shape.name]) if not isinstance(SHAPES[shape.name], Keys | ByKind) else _named(shape)
    if isinstance(shape, Scalar):
        return " / ".join(f"`{word}`" for word in shape.choices) or _TYPES[shape.type]
    if isinstance(shape, ListOf):
        return ("one or a list of " if shape.lone else "list of ") + _value(shape.item)
    if isinstance(shape, Named):
        return f"names, each with {_value(shape.value)}"
    if isinstance(shape, Either):
        ways = [_value(way) for way in (shape.scalar, shape.items, shape.keys) if way is not None]
        return " or ".join(dict.fromkeys(ways))
    return _named(shape)


def _named(shape: Shape) -> str:
    noun = SHAPES[shape.name].noun if isinstance(shape, Ref) else shape.noun  # type: ignore[union-attr]
    return f"*{noun}*"


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
