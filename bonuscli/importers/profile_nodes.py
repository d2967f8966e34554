"""YAML of a profile as nodes with their places: every scalar is text, and all problems are told at once.

YAML's own types are not used: ``no`` is a name, ``0123`` is not 83, and a category may be called ``1e3``.
"""

from typing import Any

from bonuscli.errors import BonusError, found_in
from bonuscli.near import near_or_known

_MOST_DIGITS = 6


class Nodes:
    """The nodes of one profile; ``_keys`` are its top-level nodes by name, ``_problems`` gathers what is wrong."""

    def __init__(self, name: str, raw: bytes, allowed: tuple[str, ...]) -> None:
        self._name = name
        self._problems: list[tuple[str, str, str]] = []
        self._root = self._compose(raw)
        self._keys: dict[str, Any] = self._mapping(self._root, allowed)

    def _raise_problems(self) -> None:
        if self._problems:
            raise found_in(self._name, "bad_profile", self._problems)

    def _compose(self, raw: bytes) -> Any:
        import yaml  # 20 ms that commands without a profile do not pay

        try:
            root = yaml.compose(raw.decode("utf-8-sig"), Loader=yaml.SafeLoader)
        except UnicodeDecodeError:
            raise BonusError("bad_profile", "the profile is not UTF-8", self._name, "save it as UTF-8") from None
        # "\U00110000" and %YAML 1.999... (5,000 nines) are errors that PyYAML does not foresee.
        except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as problem:
            mark = getattr(problem, "problem_mark", None)
            where = f"{self._name}:{mark.line + 1}:{mark.column + 1}" if mark else self._name
            message = getattr(problem, "problem", None) or "this is no YAML"
            raise BonusError("bad_profile", f"broken YAML: {message}", where) from None
        if root is None:
            raise BonusError("bad_profile", "the profile is empty", self._name, "columns: is needed at least")
        return root

    def _wrong(self, node: Any, message: str, hint: str = "") -> None:
        mark = (node or self._root).start_mark
        self._problems.append((f"{self._name}:{mark.line + 1}:{mark.column + 1}", message, hint))

    def _mapping(self, node: Any, allowed: tuple[str, ...]) -> dict[str, Any]:
        """key -> value node; unknown and repeated keys are problems."""
        if node.id != "mapping":
            self._wrong(node, "keys with values are needed here, as in columns: {at: Date}")
            return {}
        found: dict[str, Any] = {}
        for key, value in node.value:
            if key.id != "scalar":  # it is not shown: aliases of aliases grow without end when they are written out
                self._wrong(key, "a key must be a word", f"known: {', '.join(allowed)}")
            elif key.value not in allowed:
                self._wrong(key, f"unknown key {key.value!r}", near_or_known(key.value, allowed))
            elif key.value in found:
                self._wrong(key, f"the key {key.value!r} stands twice")
            else:
                found[key.value] = value
        return found

    def _pairs(self, node: Any, example: str) -> list[tuple[str, Any]]:
        """(text, value node) of a mapping whose keys are the source's own words."""
        if node.id != "mapping":
            self._wrong(node, f"the source's own words are needed here, as in {example}")
            return []
        found: dict[str, Any] = {}
        for key, value in node.value:
            text = self._text(key)
            if text in found:
                self._wrong(key, f"{text!r} stands twice")
            elif text is not None:
                found[text] = value
        return list(found.items())

    def _text(self, node: Any) -> str | None:
        if node.id == "scalar":
            return str(node.value)
        self._wrong(node, "one text is needed here")
        return None

    def _text_of(self, key: str) -> str:
        """The text of a top-level key, empty where it is not there."""
        return (self._text(self._keys[key]) or "") if key in self._keys else ""

    def _choice(self, node: Any, allowed: tuple[str, ...]) -> str:
        text = self._text(node) if node is not None else None
        if text is not None and text not in allowed:
            self._wrong(node, f"{text!r} is not one of {', '.join(allowed)}", near_or_known(text, allowed))
        return text if text in allowed else next(iter(allowed), "")

    def _count(self, key: str, default: int, lowest: int, largest: int) -> int:
        """A small whole number under a top-level key."""
        if key not in self._keys:
            return default
        text = self._text(self._keys[key]) or ""
        plain = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
        if plain and lowest <= int(text) <= largest:
            return int(text)
        self._wrong(self._keys[key], f"{text!r} is no number of rows", f"write a number from {lowest} to {largest:,}")
        return default

    def _texts(self, key: str, allowed: tuple[str, ...]) -> dict[str, str]:
        node = self._keys.get(key)
        found = self._mapping(node, allowed) if node is not None else {}
        return {name: text for name, value in found.items() if (text := self._text(value)) is not None}

    def _several(self, node: Any) -> tuple[str, ...]:
        """One text or a list of texts."""
        if node.id == "sequence" and node.value:
            return tuple(text for each in node.value if (text := self._text(each)) is not None)
        text = self._text(node)
        return () if text is None else (text,)

    def _fields(self, node: Any, default: tuple[str, ...], allowed: tuple[str, ...]) -> tuple[str, ...]:
        """A list of fields of this profile."""
        if node is None:
            return default
        if node.id != "sequence" or not node.value:
            self._wrong(node, "a list of columns is needed here, as in [receipt_id]")
            return default
        texts = [(each, self._text(each)) for each in node.value]
        for each, text in texts:
            if text is not None and text not in allowed:
                self._wrong(each, f"{text!r} is no column of this profile", near_or_known(text, allowed))
        return tuple(text for _, text in texts if text in allowed) or default
