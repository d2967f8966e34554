"""A program between reading and compiling: its typed values beside the nodes they came from, and what is wrong so far.

The checks between keys (``consistency`` and its topics) share it.  Values that could not be read are ``None`` and have
a problem of their own, so a check passes them over: nobody is told that a name is missing while it may be the unread
one.
"""

from typing import Any

from bonuscli.program.check import Values
from bonuscli.program.nodes import MapNode, Node, locate
from bonuscli.program.problems import Problems, near_names

Path = tuple[str | int, ...]
Names = tuple[str, ...]


class Draft:
    """``values`` is the typed tree of :mod:`check`, ``root`` its nodes; problems are noted at a path of keys."""

    def __init__(self, values: Values, root: MapNode, problems: Problems) -> None:
        self.values = values
        self.root = root
        self.problems = problems
        self.rules: list[Values] = (values["earn"] or {}).get("rules") or []
        self.levels: list[Values] = (values["tiers"] or {}).get("levels") or []

    def add(self, code: str, path: Path, message: str, hint: str = "") -> None:
        """Note a problem at the value of a path."""
        self.problems.add(code, locate(self.root, *path), message, hint)

    def unknown(self, path: Path, what: str, name: str, known: Names, where: str = "the program") -> None:
        """Note a name at a path that names nothing of its kind; ``where`` says who has the ``known`` ones."""
        hint = near_names(name, known, f"{where} has") or f"{where} has no {what} at all"
        self.add("unknown_name", path, f"there is no {what} '{name}'", hint)

    def check_name(self, path: Path, what: str, name: str | None, known: Names | None) -> None:
        """Note a name that is not among the known ones, unless the name or one of those could not be read."""
        if name is not None and known is not None and name not in known:
            self.unknown(path, what, name, known)

    def check_names(self, path: Path, what: str, names: list[str | None] | None, known: Names | None) -> None:
        """The same for a list of names."""
        for place, name in enumerate(names or ()):
            self.check_name((*path, place), what, name, known)

    def check_unique(self, path: Path, items: list[Values] | None, what: str, key: str = "id") -> None:
        """Note each item of a list whose id, or other name, an earlier one has."""
        first: dict[str, Node] = {}
        for place, item in enumerate(items or ()):
            name = (item or {}).get(key)
            at: Path = (*path, place, key)
            if name in first:
                self.add("duplicate_id", at, f"two {what} are called '{name}'; first on line {first[name].line}")
            elif name is not None:
                first[name] = locate(self.root, *at)

    def check_order(self, path: Path, keys: Values | None, hint: str) -> None:
        """Note keys ``from`` and ``below`` of which the second is not more."""
        if keys and None not in (keys["from"], keys["below"]) and keys["from"] >= keys["below"]:
            self.add("bad_order", (*path, "below"), "'below' is not more than 'from'", hint)

    def check_dates(self, path: Path, keys: Values) -> None:
        """Note keys ``from`` and ``to`` of which the second is not later."""
        if None not in (keys["from"], keys["to"]) and keys["from"] >= keys["to"]:
            hint = "'to' is the day or moment at which it is over"
            self.add("bad_order", (*path, "to"), "'to' is not later than 'from'", hint)

    def rule_ids(self) -> Names | None:
        """The ids of all rules, None where one could not be read."""
        return ids_of((self.values["earn"] or {}).get("rules"))

    def level_ids(self) -> Names | None:
        """The ids of all tier levels, None where one could not be read."""
        if self.values["tiers"] is None:
            return None if self.root.find("tiers") is not None else ()
        return ids_of(self.values["tiers"]["levels"])

    def segment_ids(self) -> Names | None:
        """The names of all segments, None where they could not be read."""
        segments = self.values["segments"]
        return None if segments is None else tuple(segments)


def ids_of(items: list[Any] | None) -> Names | None:
    """The ids of a list of keys, None where one could not be read, so that a name might be its."""
    ids = [(item or {}).get("id") for item in items or ()]
    return None if items is None or None in ids else tuple(str(each) for each in ids)
