"""One profile's YAML to a :class:`Profile`: what its keys mean, and which of them go together."""

import codecs
from pathlib import Path
from typing import Any

from bonuscli.importers.profile import (
    AUTO,
    CHOICES,
    COLUMN_FIELDS,
    CONSTANT_FIELDS,
    DAY,
    FIELDS,
    HEAD_FIELDS,
    KEYS,
    MOST_HEADER_ROWS,
    OF_OPERATIONS,
    OF_ROWS,
    PATH_FIELDS,
    PATHED,
    ROWLESS,
    SOURCES,
    Layout,
    Profile,
)
from bonuscli.importers.profile_nodes import Nodes

# In an encoding of rows these bytes are themselves.  Where one of them begins an escape (utf-7, raw_unicode_escape), a
# line's end could stand within a line, and what a row says would not be what it shows.
_PLAIN = b"\t\n\r !\"#$%&'()*+,-./0123456789:;<=>?@AZ[\\]^_`az{|}~ \\u000a +AAo- ~{ ~}.xn--80ak6aa."
_DELIMITERS = {"tab": "\t", "\t": "\t", ",": ",", ";": ";", "|": "|", AUTO: AUTO}
_MOST_SKIPPED = 1_000
_SALE_OR_RETURN = ("sale", "return", "skip")
_MATCHED = ("sku", "name")


class ProfileFile(Nodes):
    """One profile as it is read; see :meth:`profile`."""

    def __init__(self, name: str, raw: bytes, keys: tuple[str, ...] = KEYS) -> None:
        super().__init__(name, raw, keys)

    def profile(self) -> Profile:
        """The profile, or ``bad_profile``."""
        choices = {key: self._choice(self._keys.get(key), allowed) for key, allowed in CHOICES.items()}
        columns, alternatives = self._columns_of(choices["format"])
        constants = self._texts("constants", CONSTANT_FIELDS)
        known = (*columns, *constants)
        numbered = (*known, DAY)
        source, source_fields = self._source(known, choices["format"])
        number_fields = self._fields(self._keys.get("number"), ("receipt_id",), numbered)
        returns = self._returns(columns, numbered)
        self._check_together(choices)
        profile = Profile(
            name=Path(self._name).stem,
            format=choices["format"],
            encoding=self._encoding(),
            delimiter=self._delimiter(),
            decimal=choices["decimal"],
            units=choices["units"],
            timezone=self._timezone(),
            columns=tuple(columns.items()),
            optional=frozenset(self._fields(self._keys.get("optional"), (), tuple(columns))),
            source=source,
            source_fields=source_fields,
            number_fields=number_fields,
            **returns,
            card_suffix=self._texts("card", ("strip_suffix",)).get("strip_suffix", ""),
            constants=tuple(constants.items()),
            scattered=choices["lines"] == "scattered",
            redeem=choices["redeem"],
            unknown_original=choices["unknown_original"],
            paths=self._paths(choices["format"]),
            layout=self._layout(choices["repeat"] == "first-row"),
            alternatives=tuple(alternatives.items()),
            thousands=choices["thousands"],
            currency_signs=self._list_of("currency_signs"),
            dates=choices["dates"],
            minus_discounts=choices["discounts"] == "negative",
            total=choices["total"],
            newest_first=choices["order"] == "newest-first",
            shops=self._shops(),
            categories=self._categories(),
            catalogue=self._catalogue(choices["format"]),
        )
        self._raise_problems()
        return profile

    def _check_together(self, choices: dict[str, str]) -> None:
        if choices["thousands"] == choices["decimal"]:
            self._wrong(self._keys["thousands"], f"thousands and decimals are both set off by a {choices['decimal']}")

    def _columns_of(self, form: str) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
        """field -> column; of a format without rows the canonical names, in which its documents are told."""
        if form not in ROWLESS:
            return self._columns()
        for key in OF_ROWS:
            if key in self._keys and not (key == "returns" and form in OF_OPERATIONS and self._has_only_kinds()):
                self._wrong(self._keys[key], f"{key}: is for files with rows, and {form} has none", "leave it out")
        return {field: field for field in FIELDS if field != "unit_price"}, {}

    def _has_only_kinds(self) -> bool:
        keys = self._keys["returns"]
        return keys.id == "mapping" and [key.value for key, _ in keys.value] == ["kinds"]

    def _catalogue(self, form: str) -> str | None:
        """The path, from the folder of the profile."""
        if "catalogue" not in self._keys:
            return None
        if form not in OF_OPERATIONS:
            self._wrong(self._keys["catalogue"], f"catalogue: is for {', '.join(OF_OPERATIONS)}, not for {form}")
        return str(Path(self._name).parent / self._text_of("catalogue"))

    def _paths(self, form: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        if "paths" in self._keys and form not in PATHED:
            self._wrong(self._keys["paths"], f"paths: is for {', '.join(PATHED)}, not for {form}", "leave it out")
        return tuple((field, tuple(path.split("."))) for field, path in self._texts("paths", PATH_FIELDS).items())

    def _columns(self) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
        """field -> column, and field -> its other names where the profile lists several."""
        node = self._keys.get("columns")
        named = self._mapping(node, COLUMN_FIELDS) if node is not None else {}
        names = {field: texts for field, each in named.items() if (texts := self._several(each))}
        for needed in ("receipt_id", "at"):
            if needed not in names:
                self._wrong(node, f"columns: {needed} is missing", "name the file's column for it")
        if ("amount" in names) == ("unit_price" in names):
            self._wrong(node, "columns: either amount or unit_price is needed", "amount = quantity x unit_price")
        seen: dict[str, str] = {}
        for field, texts in names.items():
            for column in texts:
                if seen.setdefault(column, field) != field:
                    self._wrong(node, f"the column {column!r} is given to {seen[column]} and to {field}")
        return {field: texts[0] for field, texts in names.items()}, {
            field: texts[1:] for field, texts in names.items() if texts[1:]
        }

    def _source(self, known: tuple[str, ...], form: str) -> tuple[str | None, tuple[str, ...]]:
        node = self._keys.get("source")
        if node is None and form in SOURCES:
            return SOURCES[form], ()
        if node is not None and node.id == "scalar":
            return str(node.value), ()
        return None, self._fields(node, ("shop", "till"), tuple(set(known) & set(HEAD_FIELDS)))

    def _returns(self, columns: dict[str, str], numbered: tuple[str, ...]) -> dict[str, Any]:
        """How returns are told, by names of :class:`Profile`."""
        node = self._keys.get("returns")
        keys = self._mapping(node, ("prefix", "kinds", "amounts", "number", "original")) if node is not None else {}
        told: dict[str, Any] = {
            "returns_prefix": (self._text(keys["prefix"]) or "") if "prefix" in keys else "",
            "kinds": () if "prefix" in keys else (("sale", "sale"), ("return", "return")),
            "return_amounts": self._choice(keys.get("amounts"), ("positive", "negative", "either")),
            "return_fields": self._fields(keys.get("number"), (), numbered),
            "return_original": self._choice(keys["original"], tuple(columns)) if "original" in keys else "",
        }
        if "kinds" not in keys:
            return told
        if "prefix" in keys:
            self._wrong(node, "returns are told by prefix or by kinds, not by both")
        if "kind" not in columns:
            self._wrong(keys["kinds"], "returns: kinds needs a column for kind", "columns: {kind: ...}")
        words = self._pairs(keys["kinds"], "{Refund: return}")
        told["kinds"] = tuple((text, self._choice(value, _SALE_OR_RETURN)) for text, value in words)
        return told

    def _layout(self, first_row: bool) -> Layout:
        skipped = None if self._is_auto("skip_rows") else self._count("skip_rows", 0, 0, _MOST_SKIPPED)
        header_rows = None if self._is_auto("header_rows") else self._count("header_rows", 1, 1, MOST_HEADER_ROWS)
        stop_at = self._text_of("stop_at").strip()
        return Layout(self._text_of("sheet"), skipped, header_rows, stop_at, self._list_of("pass_over"), first_row)

    def _is_auto(self, key: str) -> bool:
        node = self._keys.get(key)
        return node is not None and node.id == "scalar" and str(node.value) == AUTO

    def _list_of(self, key: str) -> tuple[str, ...]:
        """The texts of a top-level key, without empty ones, which would mean anything."""
        if key not in self._keys:
            return ()
        texts = tuple(text.strip() for text in self._several(self._keys[key]))
        if not all(texts):
            self._wrong(self._keys[key], f"{key}: has an empty text")
        return tuple(filter(None, texts))

    def _shops(self) -> tuple[tuple[str, str], ...]:
        if "store_map" not in self._keys:
            return ()
        pairs = self._pairs(self._keys["store_map"], '{"Shop in Mira St.": mira}')
        return tuple((name.strip(), shop) for name, node in pairs if (shop := self._text(node)) is not None)

    def _categories(self) -> tuple[tuple[str, str, str], ...]:
        """(sku | name, pattern, category) in the order of the profile."""
        node = self._keys.get("category_map")
        if node is None:
            return ()
        if node.id != "sequence":
            self._wrong(node, 'a list is needed here, as in - {name: "Latte*", category: Coffee}')
            return ()
        rules = []
        for each in node.value:
            keys = self._mapping(each, (*_MATCHED, "category"))
            texts = {key: text for key, value in keys.items() if (text := self._text(value)) is not None}
            matched = [key for key in _MATCHED if texts.get(key)]
            if len(matched) != 1 or not texts.get("category"):
                self._wrong(each, "one of name and sku is needed, and a category",
                            'write {name: "Latte*", category: Coffee}')  # fmt: skip
                continue
            rules.append((matched[0], texts[matched[0]], texts["category"]))
        return tuple(rules)

    def _encoding(self) -> str:
        node = self._keys.get("encoding")
        text = self._text(node) if node is not None else None
        if text is None or text == AUTO:
            return text or "utf-8-sig"
        try:
            name = codecs.lookup(text).name
            fits = _PLAIN.decode().encode(name).endswith(_PLAIN) and _PLAIN.decode(name) == _PLAIN.decode()
        except (LookupError, ValueError):
            fits = False
        if not fits:
            self._wrong(
                node, f"the encoding {text!r} cannot be read", "utf-8, windows-1251, cp866 or the like, or auto"
            )
            return "utf-8-sig"
        return name

    def _delimiter(self) -> str:
        node = self._keys.get("delimiter")
        text = self._text(node) if node is not None else ","
        if text is not None and text not in _DELIMITERS:
            self._wrong(node, f"the delimiter {text!r} is not known", 'write ",", ";", "|", tab or auto')
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
