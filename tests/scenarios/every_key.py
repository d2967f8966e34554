"""Programs with one key taken out or changed, and whether a scenario beside them notices.

A key of the program language that no scenario notices is a key that could be ignored without a test failing.  Keys are
told apart by the part of a program that they stand in, as ``a tier level.from``: what the rule kinds share is one key.
"""

from collections import namedtuple
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from bonuscli.errors import BonusError
from bonuscli.program.load import Loaded, load_text
from bonuscli.program.schema import SHAPES
from bonuscli.program.shape import ByKind, Either, Field, Keys, ListOf, Named, Ref, Scalar, Shape
from bonuscli.services.scenario import run_scenario
from bonuscli.services.scenario_file import Scenario, load_scenarios

HERE = Path(__file__).resolve().parent
# The audit reads the language sentence by sentence; without it every key is noticed in a third of the time.
FILES = sorted(
    path
    for path in (*HERE.rglob("*.test.yaml"), *(HERE.parent.parent / "programs").glob("*.test.yaml"))
    if not path.name.startswith("audit-")
)

# key: as above; path: of the key in the file's values; field: its shape.
Place = namedtuple("Place", "key path field")

# Other values to try, by the type of a scalar; of numbers others are reckoned.
_OTHERS = {
    "duration": ("1d", "3d", "40d", "1y"),
    "window": ("2mo", "12mo", "lifetime", "calendar-year"),
    "days": ("0d", "1d", "9d"),
    "date": ("2026-03-03", "2027-05-05"),
    "instant": ("2026-03-03", "2027-05-05"),
    "month-day": ("06-06", "11-11"),
    "clock": ("00:00", "05:00", "12:00"),
    "hours": ("03:00-04:00", "20:00-21:00"),
    "weekday": ("mon", "wed", "sun"),
    "text": ("something else",),
    "id": ("something-else",),
    "flag": ("true", "false"),
    "currency": ("JPY", "KWD", "USD"),
    "timezone": ("Pacific/Auckland", "America/Los_Angeles"),
    "country": ("RU", "US", "DE"),
}


def all_keys() -> list[str]:
    """Every key of the program language."""
    found: dict[str, None] = {}

    def walk(shape: Shape, seen: tuple[str, ...]) -> None:
        if isinstance(shape, Ref):
            if shape.name not in seen:
                walk(SHAPES[shape.name], (*seen, shape.name))
            return
        for noun, name, field in _fields(shape):
            found.setdefault(f"{noun}.{name}")
            walk(field.shape, seen)
        for below in _below(shape):
            walk(below, seen)

    walk(SHAPES["program"], ())
    return list(found)


def _fields(shape: Shape) -> Iterator[tuple[str, str, Field]]:
    """(noun, key, field) of the keys that stand in a shape itself."""
    if isinstance(shape, Keys):
        yield from ((shape.noun, name, field) for name, field in shape.fields.items())
    elif isinstance(shape, ByKind):
        shared = set.intersection(*(set(keys.fields) for keys in shape.kinds.values()))
        for keys in shape.kinds.values():
            for name, field in keys.fields.items():
                yield shape.noun if name in shared else keys.noun, name, field


def _below(shape: Shape) -> list[Shape]:
    if isinstance(shape, Either):
        return [way for way in (shape.scalar, shape.items, shape.keys) if way is not None]
    if isinstance(shape, ListOf):
        return [shape.item]
    return [shape.value] if isinstance(shape, Named) else []


def places(values: Any, shape: Shape = SHAPES["program"], path: tuple = ()) -> Iterator[Place]:
    """Every key that a program writes."""
    while isinstance(shape, Ref):
        shape = SHAPES[shape.name]
    if isinstance(shape, Either):
        way = shape.keys if isinstance(values, dict) else shape.items if isinstance(values, list) else None
        if way is not None:
            yield from places(values, way, path)
    elif isinstance(shape, ListOf) and isinstance(values, list):
        for number, value in enumerate(values):
            yield from places(value, shape.item, (*path, number))
    elif isinstance(shape, Named):
        for name, value in values.items():
            yield from places(value, shape.value, (*path, name))
    elif isinstance(shape, Keys | ByKind):
        kind = values.get(shape.key, shape.default) if isinstance(shape, ByKind) else None
        for noun, name, field in _fields(shape):
            if name in values and (kind is None or name in shape.kinds[kind].fields):
                yield Place(f"{noun}.{name}", (*path, name), field)
                yield from places(values[name], field.shape, (*path, name))


def without_or_otherwise(values: dict, place: Place) -> Iterator[Loaded]:
    """The program without the key, and with other values of it, as far as they are programs.

    Of a key that is required or tells the others, and so has no other value, the whole rule is taken out in the end.
    """
    changes = [_without(values, place.path)]
    changes += [_with(values, place.path, other) for other in _others(_at(values, place.path), place.field.shape)]
    alone = place.field.required or place.path[-1] == "kind"
    if alone and len(place.path) > 1 and isinstance(place.path[-2], int):
        changes.append(_without(values, place.path[:-1] if place.path[-2] else place.path[:-2]))
    for changed in changes:
        try:
            yield load_text(yaml.safe_dump(changed, allow_unicode=True, sort_keys=False), "changed.yaml")
        except BonusError:
            continue


def _without(values: dict, path: tuple) -> dict:
    changed = deepcopy(values)
    del _at(changed, path[:-1])[path[-1]]
    return changed


def _with(values: dict, path: tuple, value: Any) -> dict:
    changed = deepcopy(values)
    _at(changed, path[:-1])[path[-1]] = value
    return changed


def _others(value: Any, shape: Shape) -> Iterator[Any]:
    while isinstance(shape, Ref):
        shape = SHAPES[shape.name]
    if isinstance(value, list):
        for number in range(len(value) if len(value) > 1 else 0):
            yield value[:number] + value[number + 1 :]
        if isinstance(shape, Either) and shape.items is not None:
            shape = shape.items
        if isinstance(shape, ListOf):
            yield from ([other, *value[1:]] for other in _others(value[0], shape.item))
        return
    if isinstance(value, dict):
        yield from _others_of_keys(value, shape)
        return
    scalar = shape
    if isinstance(scalar, Either):
        scalar = scalar.scalar or scalar.items or scalar
    if isinstance(scalar, ListOf):
        scalar = scalar.item
    if isinstance(scalar, Scalar):
        yield from (other for other in _scalars(value, scalar) if other != value)


def _others_of_keys(value: dict, shape: Shape) -> Iterator[dict]:
    for name in value if len(value) > 1 else ():
        yield {key: kept for key, kept in value.items() if key != name}
    if isinstance(shape, Either) and shape.keys is not None:
        shape = shape.keys
    fields = {name: field.shape for _, name, field in _fields(shape)}
    if isinstance(shape, Named):
        fields = dict.fromkeys(value, shape.value)
    for name in value:
        if name in fields:
            yield from ({**value, name: other} for other in _others(value[name], fields[name]))


def _scalars(value: str, scalar: Scalar) -> Iterator[str]:
    if scalar.choices:
        yield from scalar.choices
    elif scalar.type in _OTHERS:
        yield from _OTHERS[scalar.type]
    else:
        number, percent = value.removesuffix("%"), "%" if value.endswith("%") else ""
        whole, point, digits = number.partition(".")
        for other in (int(whole) + 1, int(whole) * 3, int(whole) // 2, 1):
            yield f"{other}{point}{digits}{percent}"


def _at(values: Any, path: tuple) -> Any:
    for step in path:
        values = values[step]
    return values


def notices(scenarios: list[Scenario], number: int, changed: Loaded) -> bool:
    """Whether a scenario of a file goes otherwise with one of its programs changed."""
    for scenario in scenarios:
        programs = (*scenario.programs[:number], changed, *scenario.programs[number + 1 :])
        try:
            outcomes = run_scenario(scenario._replace(programs=programs))
        except (BonusError, KeyError):
            return True
        if any(outcome.differences for outcome in outcomes):
            return True
    return False


def written() -> dict[str, list[tuple[Path, int, Place]]]:
    """Where each key is written: (scenario file, number of the program in it, place), the shortest files first."""
    found: dict[str, list[tuple[Path, int, Place]]] = {}
    for path in sorted(FILES, key=lambda path: path.stat().st_size):
        for number, program in enumerate(_programs(path)):
            for place in places(program):
                found.setdefault(place.key, []).append((path, number, place))
    return found


def _programs(path: Path) -> list[dict]:
    told = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    names = told.get("programs") or [told["program"]]
    return [yaml.load((path.parent / name).read_text(encoding="utf-8"), yaml.BaseLoader) for name in names]


def is_noticed(wheres: list[tuple[Path, int, Place]]) -> bool:
    """Whether any scenario notices that a key is missing or says something else."""
    for path, number, place in wheres:
        scenarios = load_scenarios(path)
        values = _programs(path)[number]
        if any(notices(scenarios, number, changed) for changed in without_or_otherwise(values, place)):
            return True
    return False
