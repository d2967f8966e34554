"""Nodes along the described shape: typed values out, and every mismatch noted, never only the first.

The typed tree has the keys of the program file, all of them, with defaults where one is absent.  What could not be read
is ``None`` in it, so that the checks between keys can go on with the rest; it is used for nothing else once a problem
stands.
"""

from contextlib import suppress
from typing import Any

from bonuscli.clock import Calendar
from bonuscli.model import Measures
from bonuscli.program.nodes import ListNode, MapNode, Node, TextNode, UnreadNode
from bonuscli.program.problems import Problems, Wrong, near_names
from bonuscli.program.scalar_numbers import FINEST_DIGITS
from bonuscli.program.scalars import TYPES, read_scalar
from bonuscli.program.schema import SHAPES
from bonuscli.program.shape import EMPTY, ByKind, Either, Keys, ListOf, Named, Ref, Scalar, Shape
from bonuscli.units import currency_digits

Values = dict[str, Any]


def check_program(root: MapNode, problems: Problems) -> Values:
    """The typed tree of a program; what does not fit its shape is added to ``problems``."""
    values = _Checker(measures_of(root), problems).value(root, SHAPES["program"])
    assert isinstance(values, dict)
    return values


def check_shape(root: MapNode, name: str, measures: Measures, problems: Problems) -> Values:
    """The typed tree of another of the shapes; what does not fit it is added to ``problems``."""
    values = _Checker(measures, problems).value(root, SHAPES[name])
    assert isinstance(values, dict)
    return values


def measures_of(root: MapNode) -> Measures:
    """Digits of money and points and the calendar that the file names, looked up first as they type other values.

    Where one of them cannot be read, something that accepts every sound value stands in: it is a problem of its own.
    """
    points = root.find("points")
    scale = points.find("scale") if isinstance(points, MapNode) else None
    currency = _read_or_none(root.find("currency"), "currency")
    start = _read_or_none(root.find("day_starts"), "clock")
    return Measures(
        FINEST_DIGITS if currency is None else currency_digits(currency),
        int(scale.text) if isinstance(scale, TextNode) and scale.text in ("1", "2", "3") else 0,
        Calendar(_read_or_none(root.find("timezone"), "timezone") or "UTC", start or 0),
    )


def _read_or_none(node: Node | None, type_name: str) -> Any:
    if not isinstance(node, TextNode):
        return None
    try:
        return TYPES[type_name].read(node.text, Scalar(type_name), Measures(0, 0, None))
    except Wrong:
        return None


def _written(node: Node) -> str:
    """What stands there, in the words of a message."""
    if isinstance(node, TextNode):
        return f"'{node.text[:60]}'" if node.text.strip() else "nothing"
    return "a list" if isinstance(node, ListNode) else "keys"


class _Checker:
    def __init__(self, measures: Measures, problems: Problems) -> None:
        self._measures = measures
        self._problems = problems

    def value(self, node: Node, shape: Shape) -> Any:
        """The typed value of a node, None where it could not be read."""
        while isinstance(shape, Ref):
            shape = SHAPES[shape.name]
        if isinstance(node, UnreadNode):
            return None
        if isinstance(shape, Either):
            return self._either(node, shape)
        if isinstance(shape, Scalar):
            return self._scalar(node, shape)
        if isinstance(shape, ListOf):
            return self._list(node, shape)
        if not isinstance(node, MapNode):
            message = f"{shape.noun} needs keys with values here, not {_written(node)}"
            self._refuse(node, message, self._keys_hint(shape, node))
            return None
        if isinstance(shape, Named):
            return self._named(node, shape)
        if isinstance(shape, ByKind):
            return self._by_kind(node, shape)
        return self._keys(node, shape)

    def _refuse(self, node: Node, message: str, hint: str = "") -> None:
        self._problems.add("wrong_type", node, message, hint)

    def _either(self, node: Node, shape: Either) -> Any:
        fitting: Shape | None
        if isinstance(node, TextNode):
            fitting = shape.scalar
        else:
            fitting = shape.items if isinstance(node, ListNode) else shape.keys
        if isinstance(node, TextNode) and shape.scalar is not None:
            return self._scalar(node, shape.scalar, self._keys_hint(shape.keys, node) if shape.keys else "")
        if fitting is not None:
            return self.value(node, fitting)
        named = (("a single value", shape.scalar), ("a list", shape.items), ("keys with values", shape.keys))
        ways = [way for way, given in named if given is not None]
        self._refuse(node, f"{' or '.join(ways)} is needed here, not {_written(node)}")
        return None

    def _scalar(self, node: Node, shape: Scalar, else_hint: str = "") -> Any:
        if not isinstance(node, TextNode):
            self._refuse(node, f"a single value is needed here, not {_written(node)}")
            return None
        try:
            return read_scalar(node.text, shape, self._measures)
        except Wrong as wrong:
            hint = f"{wrong.hint}; or {else_hint}" if else_hint.startswith("write") else wrong.hint
            self._problems.add(wrong.code, node, wrong.message, hint)
            return None

    def _list(self, node: Node, shape: ListOf) -> list[Any] | None:
        if isinstance(node, TextNode) and shape.lone:
            return [self.value(node, shape.item)]
        if not isinstance(node, ListNode):
            hint = "write '- ' before the first key of each"
            if isinstance(node, TextNode):
                hint = f"write [{node.text}]" if node.text.strip() else "leave the key out for none"
            self._refuse(node, f"a list is needed here, not {_written(node)}", hint)
            return None
        if len(node.items) > shape.most:
            self._refuse(node, f"this list has {len(node.items)} values; at most {shape.most} are allowed")
            return None
        if not node.items:
            return None
        seen: dict[str, int] = {}
        for item in node.items:
            if isinstance(item, TextNode):
                if item.text in seen:
                    message = f"'{item.text}' stands twice in this list; first on line {seen[item.text]}"
                    self._problems.add("duplicate_value", item, message)
                seen.setdefault(item.text, item.line)
        return [self.value(item, shape.item) for item in node.items]

    def _named(self, node: MapNode, shape: Named) -> dict[str, Any] | None:
        if len(node.pairs) > shape.most:
            self._refuse(node, f"{shape.noun} holds {len(node.pairs)} names; at most {shape.most} are allowed")
            return None
        if not node.pairs:
            self._refuse(node, f"{shape.noun} holds nothing", "name something in it, or leave the key out")
        for key, _ in node.pairs:
            self._scalar(key, Scalar("id"))
        return {key.text: self.value(value, shape.value) for key, value in node.pairs}

    def _by_kind(self, node: MapNode, shape: ByKind) -> Values | None:
        kind = node.find(shape.key)
        named = kind.text if isinstance(kind, TextNode) else shape.default if kind is None else None
        if named in shape.kinds:
            return self._keys(node, shape.kinds[named])
        if kind is None:
            hint = f"write one of: {', '.join(shape.kinds)}"
            self._problems.add("missing_key", node, f"{shape.noun} has no '{shape.key}'", hint)
        else:
            self._scalar(kind, Scalar("choice", tuple(shape.kinds)))
        # Of a rule of unknown kind only the keys that mean the same in all kinds are known.
        first, *others = (keys.fields for keys in shape.kinds.values())
        common = {
            name: field
            for name, field in first.items()
            if name != shape.key and all(other.get(name) == field for other in others)
        }
        sound = tuple((key, value) for key, value in node.pairs if key.text in common)
        return {**dict.fromkeys(first), **self._keys(MapNode(node.line, node.column, sound), Keys(shape.noun, common))}

    def _keys(self, node: MapNode, shape: Keys) -> Values:
        for key, _ in node.pairs:
            if key.text not in shape.fields:
                self._unknown(key, shape)
        if shape.some and not node.pairs:
            self._refuse(node, f"{shape.noun} holds nothing", self._keys_hint(shape, node))
        self._check_company(node, shape)
        values: Values = {}
        for name, field in shape.fields.items():
            found = node.find(name)
            if found is not None:
                values[name] = self.value(found, field.shape)
                continue
            if field.required:
                self._problems.add("missing_key", node, f"{shape.noun} has no '{name}'", field.about)
            values[name] = self._absent(field.shape) if field.default is EMPTY else field.default
        return values

    def _check_company(self, node: MapNode, shape: Keys) -> None:
        """Of keys that need each other's absence or presence: one at least where one is needed, never two apart."""
        written = {key.text for key, _ in node.pairs}
        if shape.needs and written.isdisjoint(shape.needs):
            needed = " and no ".join(f"'{name}'" for name in shape.needs)
            about = shape.fields[shape.needs[0]].about
            self._problems.add("missing_key", node, f"{shape.noun} has no {needed}", f"{shape.needs[0]}: {about}")
        for one, other in shape.apart:
            if {one, other} <= written:
                message = f"{shape.noun} has both '{one}' and '{other}'"
                place = node.key(other) or node
                self._problems.add("keys_apart", place, message, "leave one of them out")

    def _absent(self, shape: Shape) -> Any:
        """What stands for a key that is absent and may be empty."""
        while isinstance(shape, Ref):
            shape = SHAPES[shape.name]
        if isinstance(shape, Keys):
            return {
                name: self._absent(field.shape) if field.default is EMPTY else field.default
                for name, field in shape.fields.items()
            }
        return [] if isinstance(shape, ListOf) else {}

    def _keys_hint(self, shape: Keys | Named | ByKind, node: Node) -> str:
        """How to write it: with the only key that can be meant, where the value that stands there fits it."""
        if not isinstance(shape, Keys):
            return ""
        needed = [name for name, field in shape.fields.items() if field.required] or list(shape.fields)
        meant = shape.fields[needed[0]].shape
        if len(needed) == 1 and isinstance(meant, Scalar) and isinstance(node, TextNode):
            with suppress(Wrong):
                read_scalar(node.text, meant, self._measures)
                return f"write {{{needed[0]}: {node.text}}}"
        return f"allowed: {', '.join(shape.fields)}"

    def _unknown(self, key: TextNode, shape: Keys) -> None:
        message, hint = f"unknown key '{key.text}' in {shape.noun}", near_names(key.text, tuple(shape.fields))
        if key.text in shape.elsewhere:
            why, hint = shape.elsewhere[key.text]
            message = f"'{key.text}' can not stand in {shape.noun}: {why}"
        self._problems.add("unknown_key", key, message, hint)
