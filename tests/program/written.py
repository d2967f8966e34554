"""Programs written at random along the described shape, so that no key of it escapes the tests of its two readers."""

import random
from functools import cache
from typing import Any

from bonuscli.clock import Calendar
from bonuscli.model import Measures
from bonuscli.program.problems import Wrong
from bonuscli.program.scalars import read_scalar
from bonuscli.program.schema import SHAPES
from bonuscli.program.segment_shapes import SAVED_SEGMENT
from bonuscli.program.shape import ByKind, Either, Field, Keys, ListOf, Named, Ref, Scalar, Shape

MEASURES = Measures(2, 0, Calendar("UTC"))
DEEPEST = 9
# Texts of every type; a value is one of those that its type and bounds take.
TEXTS = (
    *("0", "1", "2", "3", "6", "12", "1.5", "2.00", "500", "1000000", "3%", "0.5%", "100%", "0%"),
    *("0d", "3d", "14d", "182d", "1mo", "6mo", "1y", "lifetime", "calendar-year", "05:00", "14:00-17:00"),
    *("22:00-02:00", "2026-12-01", "2027-02-28", "2026-12-31 18:30", "02-29", "03-08", "EUR", "JPY", "Europe/Vienna"),
    *("AT", "true", "base", "coffee", "gold", "Кофе", "*gift card*", "two words"),
)


class Writer:
    """Writes values of shapes; ``reached`` are the keys written so far, each with its parent's noun."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.reached: set[tuple[str, str]] = set()

    def program(self) -> dict[str, Any]:
        """A program that is right in its shape, though its parts need not agree."""
        written = self._value(SHAPES["program"], 0)
        assert isinstance(written, dict)
        return written

    def _value(self, shape: Shape, depth: int) -> Any:
        while isinstance(shape, Ref):
            shape = SHAPES[shape.name]
        if isinstance(shape, Either):
            ways = [way for way in (shape.scalar, shape.items, shape.keys) if way is not None]
            shape = ways[0] if depth > DEEPEST else self._random.choice(ways)
        if isinstance(shape, Scalar):
            return self._random.choice(sound_texts(shape))
        if isinstance(shape, ListOf):
            return self._list(shape, depth)
        if isinstance(shape, Named):
            names = self._random.sample(sound_texts(Scalar("id")), 2)
            return {name: self._value(shape.value, depth + 1) for name in names}
        if isinstance(shape, ByKind):
            kind = self._random.choice(list(shape.kinds))
            written = {**self._keys(shape.kinds[kind], depth), shape.key: kind}
            if kind == shape.default and self._random.random() < 0.5:
                del written[shape.key]
            return written
        return self._keys(shape, depth)

    def _list(self, shape: ListOf, depth: int) -> Any:
        if isinstance(shape.item, Scalar):
            texts = sound_texts(shape.item)
            if shape.lone and self._random.random() < 0.5:
                return self._random.choice(texts)
            return self._random.sample(texts, self._random.randint(1, min(3, len(texts))))
        return [self._value(shape.item, depth + 1) for _ in range(self._random.randint(1, 2))]

    def _keys(self, shape: Keys, depth: int) -> dict[str, Any]:
        fields = shape.fields
        wanted = {name for name in fields if self._is_written(fields[name], depth)}
        if shape.needs and not wanted & set(shape.needs):
            wanted.add(self._random.choice(shape.needs))
        for one, other in shape.apart:
            if {one, other} <= wanted:
                wanted.remove(
                    self._random.choice([name for name in (one, other) if wanted - {name} & set(shape.needs)])
                )
        if shape.some and not wanted:
            wanted.add(next(iter(fields)))
        self.reached |= {(shape.noun, name) for name in wanted}
        return {name: self._value(fields[name].shape, depth + 1) for name in fields if name in wanted}

    def _is_written(self, field: Field, depth: int) -> bool:
        return field.required or (depth < DEEPEST and self._random.random() < 0.4)


@cache
def sound_texts(scalar: Scalar) -> list[str]:
    """The texts that are right for a single value."""
    return [text for text in (*scalar.choices, *TEXTS) if _is_sound(text, scalar)]


def _is_sound(text: str, scalar: Scalar) -> bool:
    try:
        read_scalar(text, scalar, MEASURES)
    except Wrong:
        return False
    return True


def all_keys() -> set[tuple[str, str]]:
    """Every key of the described shape of a program with its parent's noun."""
    found: set[tuple[str, str]] = set()

    def walk(shape: Shape | None) -> None:
        if isinstance(shape, Keys):
            found.update((shape.noun, name) for name in shape.fields)
            for field in shape.fields.values():
                walk(field.shape)
        elif isinstance(shape, ListOf):
            walk(shape.item)
        elif isinstance(shape, Named):
            walk(shape.value)
        elif isinstance(shape, ByKind):
            for keys in shape.kinds.values():
                walk(keys)
        elif isinstance(shape, Either):
            for way in (shape.items, shape.keys):
                walk(way)

    for name, shape in SHAPES.items():
        if name != SAVED_SEGMENT:  # a file of its own
            walk(shape)
    return found
