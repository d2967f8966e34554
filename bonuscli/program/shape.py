"""The vocabulary in which the shape of a program file is described: plain data, read by the loader and the JSON Schema.

Both must refuse the same files, so neither knows a key of its own: :mod:`schema` writes the description down once,
:mod:`check` walks nodes along it and :mod:`json_schema` prints it.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scalar:
    """One value.  ``type`` is a key of :data:`scalars.TYPES`; ``least`` and ``most`` bound the typed value."""

    type: str
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class ListOf:
    """A list without repetition, never empty; with ``lone`` a single value may stand for a list of one."""

    item: "Shape"
    lone: bool = False
    most: int = 10_000


@dataclass(frozen=True)
class Field:
    """The value of one key.  ``default`` is its typed value where it is absent, or :data:`EMPTY`."""

    shape: "Shape"
    required: bool = False
    default: object = None
    about: str = ""


@dataclass(frozen=True)
class Keys:
    """A fixed set of keys.  ``noun`` completes "unknown key 'x' in ...".

    ``some``: one key at least is written.  ``needs``: one at least of these is written.  ``apart``: pairs of keys of
    which only one may be written.  ``elsewhere``: keys that somebody may look for here, each with why it is none and
    what to do.
    """

    noun: str
    fields: dict[str, Field]
    some: bool = False
    needs: tuple[str, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    elsewhere: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Named:
    """Names chosen by the shop, each with a value; never empty."""

    noun: str
    value: "Shape"
    most: int = 300


@dataclass(frozen=True)
class ByKind:
    """Keys that depend on the value of one of them, named ``key``; ``default`` is the kind where it is absent."""

    noun: str
    kinds: dict[str, Keys]
    key: str = "kind"
    default: str | None = None


@dataclass(frozen=True)
class Either:
    """One of several ways to write the same, told apart by what is written: one value, a list, or keys."""

    scalar: Scalar | None = None
    items: ListOf | None = None
    keys: Keys | None = None


@dataclass(frozen=True)
class Ref:
    """A shape by its name in :data:`schema.SHAPES`, so that goods may exclude other goods."""

    name: str


Shape = Scalar | ListOf | Keys | Named | ByKind | Either | Ref


@dataclass(frozen=True)
class Empty:
    """The default of a list, of names, or of keys that all have defaults: what they are when nothing is written."""


EMPTY = Empty()
