"""A profile says how one source writes its receipts: a small YAML file, checked as a whole before a row is read.

Shipped profiles lie in ``profiles/`` and are called by name; a shop's own by its path.  Every scalar is kept as text,
every unknown key is refused with near names, and all problems are reported at once, each with its line and column.
"""

import codecs
from collections import namedtuple
from pathlib import Path
from typing import Any

from bonuscli.errors import BonusError
from bonuscli.near import near_or_known

# Columns that belong to the receipt and must be equal in all its rows, in the order in which a parser takes them.
HEAD_FIELDS = (
    "receipt_id", "kind", "original_receipt_id", "shop", "till", "cashier", "card", "phone", "redeem", "payment",
    "code",
)  # fmt: skip
GOODS_FIELDS = ("line", "sku", "barcode", "name", "category", "brand", "quantity", "amount", "unit_price", "discount")
FIELDS = ("receipt_id", "at", *HEAD_FIELDS[1:], *GOODS_FIELDS)
CONSTANT_FIELDS = ("shop", "till", "cashier", "category", "brand", "payment")

# columns: tuple of (field, column name); optional: frozenset of fields; source: constant text, or None: source_fields;
# kinds: tuple of (text of the kind column, sale | return); constants: tuple of (field, text); timezone: None means the
# program's; redeem: check | trust; unknown_original: reject | unlinked.
Profile = namedtuple(
    "Profile",
    "name format encoding delimiter decimal units timezone columns optional source source_fields number_fields"
    " returns_prefix kinds negative_returns card_suffix constants scattered redeem unknown_original",
)

_SHIPPED = Path(__file__).parent / "profiles"
_MAX_BYTES = 100_000
_DELIMITERS = {"tab": "\t", "\t": "\t", ",": ",", ";": ";", "|": "|"}

# Plain keys with the words that they allow; the first is the default.
_CHOICES = {
    "format": ("csv",),
    "decimal": ("point", "comma"),
    "units": ("major", "minor"),
    "lines": ("adjacent", "scattered"),
    "redeem": ("check", "trust"),
    "unknown_original": ("reject", "unlinked"),
}
_KEYS = (
    *_CHOICES, "encoding", "delimiter", "timezone", "columns", "optional", "source", "number", "returns", "card",
    "constants",
)  # fmt: skip


def profile_names() -> tuple[str, ...]:
    """The names of the shipped profiles, sorted."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.yaml")))


def load_profile(name_or_path: str) -> Profile:
    """A shipped profile by its name (``canonical``), or a shop's own by its path (``till.yaml``).

    ``BonusError`` ``bad_profile`` with all problems found, each as ``till.yaml:3:1: what is wrong; what to do``.
    """
    path = Path(name_or_path)
    if name_or_path in profile_names():
        path = _SHIPPED / f"{name_or_path}.yaml"
    elif path.suffix not in (".yaml", ".yml") and path.name == name_or_path:
        hint = f"{near_or_known(name_or_path, profile_names())}; or give the path of a .yaml file"
        raise BonusError("bad_profile", f"there is no profile {name_or_path!r}", "--profile", hint)
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise BonusError("bad_profile", f"the profile cannot be read: {problem.strerror}", str(path)) from None
    where = path.name if path.parent == _SHIPPED else str(path)
    if len(raw) > _MAX_BYTES:
        raise BonusError("bad_profile", "a profile has at most 100,000 bytes", where)
    return _Loader(where, raw).profile()


class _Loader:
    """One pass over the YAML nodes of a profile; ``problems`` gathers what is wrong."""

    def __init__(self, name: str, raw: bytes) -> None:
        self._name = name
        self._problems: list[tuple[str, str, str]] = []
        self._keys: dict[str, Any] = {}
        self._root = self._compose(raw)
        if self._root is not None:
            self._keys = self._mapping(self._root, _KEYS)

    def profile(self) -> Profile:
        """The profile, or ``bad_profile``."""
        choices = {key: self._choice(self._keys.get(key), allowed) for key, allowed in _CHOICES.items()}
        columns = self._columns()
        constants = self._texts("constants", CONSTANT_FIELDS)
        known = (*columns, *constants)
        source, source_fields = self._source(known)
        prefix, kinds, negative = self._returns(columns)
        profile = Profile(
            name=Path(self._name).stem,
            format=choices["format"],
            encoding=self._encoding(),
            delimiter=self._delimiter(),
            decimal=choices["decimal"],
            units=choices["units"],
            timezone=self._timezone(),
            columns=tuple(columns.items()),
            optional=frozenset(self._fields("optional", (), tuple(columns))),
            source=source,
            source_fields=source_fields,
            number_fields=self._fields("number", ("receipt_id",), known),
            returns_prefix=prefix,
            kinds=kinds,
            negative_returns=negative,
            card_suffix=self._texts("card", ("strip_suffix",)).get("strip_suffix", ""),
            constants=tuple(constants.items()),
            scattered=choices["lines"] == "scattered",
            redeem=choices["redeem"],
            unknown_original=choices["unknown_original"],
        )
        self._raise_problems()
        return profile

    def _raise_problems(self) -> None:
        if self._problems:
            where, message, hint = self._problems[0]
            lines = tuple(f"{place}: {text}" + (f"; {more}" if more else "") for place, text, more in self._problems)
            raise BonusError("bad_profile", message, where, hint or None, lines)

    def _compose(self, raw: bytes) -> Any:
        import yaml  # 20 ms that commands without a profile do not pay

        try:
            root = yaml.compose(raw.decode("utf-8-sig"), Loader=yaml.SafeLoader)
        except UnicodeDecodeError:
            raise BonusError("bad_profile", "the profile is not UTF-8", self._name, "save it as UTF-8") from None
        except (yaml.YAMLError, RecursionError) as problem:
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
            if key.id != "scalar" or key.value not in allowed:
                self._wrong(key, f"unknown key {key.value!r}" if key.id == "scalar" else "a key must be a word",
                            near_or_known(str(key.value), allowed))  # fmt: skip
            elif key.value in found:
                self._wrong(key, f"the key {key.value!r} stands twice")
            else:
                found[key.value] = value
        return found

    def _text(self, node: Any) -> str | None:
        if node.id == "scalar":
            return str(node.value)
        self._wrong(node, "one text is needed here")
        return None

    def _choice(self, node: Any, allowed: tuple[str, ...]) -> str:
        text = self._text(node) if node is not None else None
        if text is not None and text not in allowed:
            self._wrong(node, f"{text!r} is not one of {', '.join(allowed)}", near_or_known(text, allowed))
        return text if text in allowed else allowed[0]

    def _texts(self, key: str, allowed: tuple[str, ...]) -> dict[str, str]:
        node = self._keys.get(key)
        found = self._mapping(node, allowed) if node is not None else {}
        return {name: text for name, value in found.items() if (text := self._text(value)) is not None}

    def _fields(self, key: str, default: tuple[str, ...], allowed: tuple[str, ...]) -> tuple[str, ...]:
        node = self._keys.get(key)
        if node is None:
            return default
        if node.id != "sequence" or not node.value:
            self._wrong(node, f"a list of columns is needed here, as in {key}: [receipt_id]")
            return default
        texts = [(each, self._text(each)) for each in node.value]
        for each, text in texts:
            if text is not None and text not in allowed:
                self._wrong(each, f"{text!r} is no column of this profile", near_or_known(text, allowed))
        return tuple(text for _, text in texts if text in allowed) or default

    def _columns(self) -> dict[str, str]:
        columns = self._texts("columns", FIELDS)
        node = self._keys.get("columns")
        for needed in ("receipt_id", "at"):
            if needed not in columns:
                self._wrong(node, f"columns: {needed} is missing", "name the file's column for it")
        if ("amount" in columns) == ("unit_price" in columns):
            self._wrong(node, "columns: either amount or unit_price is needed", "amount = quantity x unit_price")
        seen: dict[str, str] = {}
        for field, column in columns.items():
            if seen.setdefault(column, field) != field:
                self._wrong(node, f"the column {column!r} is given to {seen[column]} and to {field}")
        return columns

    def _source(self, known: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
        node = self._keys.get("source")
        if node is not None and node.id == "scalar":
            return str(node.value), ()
        if node is None:
            return None, ("shop", "till")
        return None, self._fields("source", ("shop", "till"), tuple(set(known) & set(HEAD_FIELDS)))

    def _returns(self, columns: dict[str, str]) -> tuple[str, tuple[tuple[str, str], ...], bool]:
        """(prefix of numbers, words of the kind column, are a return's figures below zero)."""
        node = self._keys.get("returns")
        keys = self._mapping(node, ("prefix", "kinds", "amounts")) if node is not None else {}
        negative = self._choice(keys.get("amounts"), ("positive", "negative")) == "negative"
        if "prefix" in keys:
            if "kinds" in keys:
                self._wrong(node, "returns are told by prefix or by kinds, not by both")
            return self._text(keys["prefix"]) or "", (), negative
        if "kinds" not in keys:
            return "", (("sale", "sale"), ("return", "return")), negative
        if "kind" not in columns:
            self._wrong(keys["kinds"], "returns: kinds needs a column for kind", "columns: {kind: ...}")
        words = []
        if keys["kinds"].id == "mapping":
            for key, value in keys["kinds"].value:
                text = self._text(key)
                if text is not None:
                    words.append((text, self._choice(value, ("sale", "return"))))
        else:
            self._wrong(keys["kinds"], "words of the kind column are needed, as in {Refund: return}")
        return "", tuple(words), negative

    def _encoding(self) -> str:
        node = self._keys.get("encoding")
        text = self._text(node) if node is not None else None
        if text is None:
            return "utf-8-sig"
        try:
            name = codecs.lookup(text).name
            fits = 'a,;|\t"\r\n0'.encode(name) == b'a,;|\t"\r\n0' or name == "utf-8-sig"
        except (LookupError, UnicodeError):
            fits = False
        if not fits:
            self._wrong(node, f"the encoding {text!r} cannot be read", "utf-8, windows-1251, cp866 or the like")
            return "utf-8-sig"
        return name

    def _delimiter(self) -> str:
        node = self._keys.get("delimiter")
        text = self._text(node) if node is not None else ","
        if text is not None and text not in _DELIMITERS:
            self._wrong(node, f"the delimiter {text!r} is not known", 'write ",", ";", "|" or tab')
        return _DELIMITERS.get(text or "", ",")

    def _timezone(self) -> str | None:
        from zoneinfo import ZoneInfo

        node = self._keys.get("timezone")
        text = self._text(node) if node is not None else None
        if text is not None:
            try:
                ZoneInfo(text)
            except (KeyError, ValueError, OSError):
                self._wrong(node, f"there is no time zone {text!r}", "write it as Europe/Moscow")
                return None
        return text
