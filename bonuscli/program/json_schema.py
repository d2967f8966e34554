"""The JSON Schema of a program file, for editors: the same shape that the loader checks, in the words of draft 2020-12.

An editor sees YAML's own types, so where the loader reads text a value that may stand unquoted is described as a number
or a flag, too.  What depends on other keys (digits of the currency, names that must exist) is the loader's alone; so is
the number of digits of an unquoted decimal, which no validator counts.
"""

from typing import Any

from bonuscli.program.scalar_numbers import WHOLE_DIGITS
from bonuscli.program.scalars import TYPES, pattern_of
from bonuscli.program.schema import SHAPES
from bonuscli.program.segment_shapes import SAVED_SEGMENT
from bonuscli.program.shape import ByKind, Either, Field, Keys, ListOf, Named, Ref, Scalar, Shape
from bonuscli.units import FACTOR_ONE

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Json = dict[str, Any]
# Smallest units of one whole, for the bounds of unquoted numbers; None where the smallest unit depends on other keys.
_ONE = {"count": 1, "factor": FACTOR_ONE, "money": None, "points": None}


def json_schema() -> Json:
    """The whole schema as plain JSON values; the same on every run."""
    definitions = {name: _of(shape) for name, shape in SHAPES.items() if name not in ("program", SAVED_SEGMENT)}
    return {
        "$schema": DIALECT,
        "title": "A bonuscli program",
        **_of(SHAPES["program"]),
        "$defs": definitions,
    }


def _of(shape: Shape) -> Json:
    if isinstance(shape, Ref):
        return {"$ref": f"#/$defs/{shape.name}"}
    if isinstance(shape, Scalar):
        return _scalar(shape)
    if isinstance(shape, ListOf):
        listed: Json = {
            "type": "array",
            "items": _of(shape.item),
            "minItems": 1,
            "maxItems": shape.most,
        }
        if isinstance(shape.item, Scalar):
            listed["uniqueItems"] = True
        return {"anyOf": [_of(shape.item), listed]} if shape.lone else listed
    if isinstance(shape, Named):
        return {
            "type": "object",
            "propertyNames": {"pattern": pattern_of(Scalar("id"))},
            "additionalProperties": _of(shape.value),
            "minProperties": 1,
            "maxProperties": shape.most,
        }
    if isinstance(shape, Either):
        return {"anyOf": [_of(way) for way in (shape.scalar, shape.items, shape.keys) if way is not None]}
    if isinstance(shape, ByKind):
        return _by_kind(shape)
    return _keys(shape)


def _keys(shape: Keys) -> Json:
    schema: Json = {
        "type": "object",
        "properties": {name: _field(field) for name, field in shape.fields.items()},
        "additionalProperties": False,
    }
    required = [name for name, field in shape.fields.items() if field.required]
    if required:
        schema["required"] = required
    if shape.some:
        schema["minProperties"] = 1
    if shape.needs:
        schema["anyOf"] = [{"required": [name]} for name in shape.needs]
    if shape.apart:
        schema["not"] = {"anyOf": [{"required": list(pair)} for pair in shape.apart]}
    return schema


def _field(field: Field) -> Json:
    return {"description": field.about, **_of(field.shape)}


def _by_kind(shape: ByKind) -> Json:
    """The kind first, then the keys of that kind: an editor offers and marks only what belongs to it."""
    cases = []
    for kind, keys in shape.kinds.items():
        case: Json = {"properties": {shape.key: {"const": kind}}}
        if kind != shape.default:
            case["required"] = [shape.key]
        cases.append({"if": case, "then": _keys(keys)})
    schema: Json = {"type": "object", "properties": {shape.key: {"enum": list(shape.kinds)}}, "allOf": cases}
    if shape.default is None:
        schema["required"] = [shape.key]
    return schema


def _scalar(shape: Scalar) -> Json:
    if shape.type == "flag":
        words = ["true", "True", "TRUE"] if shape.least else ["true", "True", "TRUE", "false", "False", "FALSE"]
        return {"enum": [True, *words] if shape.least else [True, False, *words]}
    if shape.choices:
        numbers = [int(choice) for choice in shape.choices] if shape.type == "numbered-choice" else []
        return {"enum": [*shape.choices, *numbers]}
    text: Json = {"type": "string", "pattern": pattern_of(shape)}
    if not TYPES[shape.type].number:
        return text
    if shape.type not in _ONE:
        return {"anyOf": [text, {"type": ["number", "boolean"]}]}
    return {"anyOf": [text, _number(shape)]}


def _number(shape: Scalar) -> Json:
    one = _ONE[shape.type]
    number: Json = {"type": "integer" if one == 1 else "number", "minimum": 0}
    if one is None:
        if shape.least:
            number = {"type": "number", "exclusiveMinimum": 0}
        number["exclusiveMaximum"] = 10 ** WHOLE_DIGITS[shape.type]
        return number
    if shape.least:
        number["minimum"] = shape.least // one
    if shape.most is not None:
        number["maximum"] = shape.most // one
    return number
