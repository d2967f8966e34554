"""Named tuples that cost a till's command a fifth of the standard ones to declare.

``collections.namedtuple`` compiles a constructor for each record as it is declared: the sixty of ``model`` took 0.8 of
what a bare Python takes to start, and one command makes a few of each.  Here a record's constructor is compiled when
many were made; from then on nothing differs, neither speed nor behaviour.  Checkers are shown the standard one.
"""

import sys

try:
    from _collections import _tuplegetter as _reader  # type: ignore[import-not-found]
except ImportError:  # as the standard library does without its C part
    from operator import itemgetter

    def _reader(place, doc):  # type: ignore[no-untyped-def]
        return property(itemgetter(place), doc=doc)


# ``make(Line, (1, sku, ...))`` is ``Line(1, sku, ...)`` with all fields in their order and no defaults, in less than
# half the time: for the dozen records that each receipt of an import makes.
make = tuple.__new__

TYPE_CHECKING = False
_MOST_FIELDS = 40
# Compiling takes as long as making this many records without.
_MANY = 50
_made: dict[type, int] = {}
# Readers of the first, the second, ... place of a tuple; they belong to no class.
_READERS = [_reader(place, None) for place in range(_MOST_FIELDS)]


class _Record(tuple):
    """What all records have, as of ``collections.namedtuple``."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()
    _field_defaults: dict[str, object] = {}  # noqa: RUF012

    def __new__(cls, *values, **named):  # type: ignore[no-untyped-def]
        """The first records of a class; then, or for arguments that do not fit, its own constructor is called."""
        made = _made[cls] = _made.get(cls, 0) + 1
        if made < _MANY and len(values) <= len(cls._fields):
            rest = cls._fields[len(values) :]
            given = {**cls._field_defaults, **named}
            if named.keys() <= set(rest) <= given.keys():
                return tuple.__new__(cls, (*values, *[given[name] for name in rest]))
        declared = next(each for each in cls.__mro__ if "_fields" in vars(each))
        declared.__new__ = _constructor(declared)  # type: ignore[method-assign]
        return declared.__new__(cls, *values, **named)

    @classmethod
    def _make(cls, values):  # type: ignore[no-untyped-def]
        made = tuple.__new__(cls, values)
        if len(made) != len(cls._fields):
            raise TypeError(f"{cls.__name__} has {len(cls._fields)} fields, not {len(made)}")
        return made

    def _replace(self, /, **named):  # type: ignore[no-untyped-def]
        made = self._make(map(named.pop, self._fields, self))
        if named:
            raise ValueError(f"{type(self).__name__} has no fields {list(named)!r}")
        return made

    def _asdict(self):  # type: ignore[no-untyped-def]
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"{type(self).__name__}({told})"

    def __getnewargs__(self):  # type: ignore[no-untyped-def]
        return tuple(self)


def _constructor(declared):  # type: ignore[no-untyped-def]
    """The ``__new__`` of a class, as the standard library makes it: for speed the names are its parameters."""
    names = ", ".join(declared._fields)
    comma = "," if declared._fields else ""
    made = eval(
        f"lambda _cls, {names}{comma}: _new(_cls, ({names}{comma}))", {"_new": tuple.__new__, "__builtins__": {}}
    )
    made.__name__ = "__new__"
    made.__defaults__ = tuple(declared._field_defaults.values())
    return made


if TYPE_CHECKING:
    from collections import namedtuple as namedtuple
else:

    def namedtuple(name, fields, *, defaults=()):
        """The class of a record with these fields, separated by spaces; ``defaults`` are of the last ones."""
        names = tuple(map(sys.intern, fields.split()))
        members = dict(zip(names, _READERS))  # noqa: B905 - there are more readers than fields
        members.update(
            __slots__=(),
            __match_args__=names,
            __module__=sys._getframe(1).f_globals["__name__"],
            _fields=names,
            _field_defaults=dict(zip(names[-len(defaults) :], defaults, strict=True)) if defaults else {},
        )
        return type(name, (_Record,), members)
