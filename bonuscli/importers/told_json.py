"""What the formats of JSON share: documents out of their wrappers, and texts and figures out of documents.

A format is a function that tells one document in canonical words (``Told``), or notes that it is no receipt and counts
it.  The first thing that is wrong is noted and the rest told all the same, so that a rejected document needs one cell
mended and not all of them written.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bonuscli.importers.csv_rows import Flaw
from bonuscli.importers.json_documents import Found, JsonFile, repeated_key
from bonuscli.importers.profile import GOODS_FIELDS, Profile
from bonuscli.importers.told import Told, ToldReader
from bonuscli.model import Measures
from bonuscli.units import QUANTITY_DIGITS, format_decimal, format_quantity, parse_decimal, round_ratio

# Kopecks, kopiykas: the sources that are read here have two digits after the point.
MONEY_DIGITS = 2
MAX_WRAPPERS = 10
# Receipts are sent to a phone or an e-mail, and both stand in one place; "none" does, too.
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,}[0-9]")
# Quantities come from tills that reckon with floats (0.30000000000000004); money never does.
_LONGEST_QUANTITY = 40

# What a document holds, told by a format: None where it is no receipt and was counted as passed over.
Tell = Callable[["Document"], Told | None]


class Document:
    """One object of a source: its texts by key, its figures, and the first ``flaw`` that was met."""

    def __init__(self, found: dict[str, Any], place: int, profile: Profile, passed_over: Counter[str]) -> None:
        self.found = found
        self.place = place
        self.flaw: Flaw | None = None
        self.passed_over = passed_over
        self._paths = [(field, path) for field, path in profile.paths if field not in GOODS_FIELDS]
        self._goods_paths = [(field, path) for field, path in profile.paths if field in GOODS_FIELDS]

    def pass_over(self, what: str) -> None:
        """Count a thing that is no receipt, or no sale of goods, by what it is."""
        self.passed_over[what] += 1

    def note(self, column: str, value: Any, code: str, reason: str, hint: str = "") -> None:
        """Something is wrong here; the first such thing is what the document is rejected for."""
        if self.flaw is None:
            self.flaw = Flaw(column, str(value)[:60], code, reason, hint)

    def text(self, found: Any, column: str) -> str:
        """A text or number as text without the spaces around it, empty for null."""
        if found is None:
            return ""
        if not isinstance(found, str):
            self.note(column, type(found).__name__, "bad_row", "a text or a number is needed here")
            return ""
        if "\0" in found:
            self.note(column, found, "bad_row", "the text holds a NUL", "take it out")
        elif not found.isascii() and any("\ud800" <= letter <= "\udfff" for letter in found):
            self.note(column, "", "bad_row", "the text holds half of a character", "write \\u escapes in pairs")
        else:
            return found.strip()
        return ""

    def objects(self, found: Any, column: str) -> list[dict[str, Any]]:
        """A list of objects, empty for null."""
        if found is None:
            return []
        if isinstance(found, list) and all(isinstance(each, dict) for each in found):
            return found
        self.note(column, type(found).__name__, "bad_row", "a list of objects is needed here")
        return []

    def minor(self, found: Any, column: str, digits: int = MONEY_DIGITS) -> int | None:
        """A figure as an integer in units of 10**-digits; None where it is missing, or wrong, which is noted.

        ``digits`` 0 reads what is in kopecks already, 2 what is in roubles.
        """
        text = self.text(found, column)
        if not text:
            return None
        try:
            return parse_decimal(text, digits)
        except ValueError as problem:
            code = "bad_quantity" if column == "quantity" else "bad_amount"
            self.note(column, text, code, str(problem))
            return None

    def quantity(self, found: Any) -> int | None:
        """A decimal quantity in thousandths, rounded half up by magnitude where it has more digits."""
        text = self.text(found, "quantity")
        whole, _, fraction = text.lstrip("-").partition(".")
        longer = len(fraction) > QUANTITY_DIGITS and len(text) <= _LONGEST_QUANTITY
        if not (longer and whole.isdecimal() and fraction.isdecimal() and text.isascii()):
            return self.minor(found, "quantity", QUANTITY_DIGITS)
        size = round_ratio(int(whole + fraction), 10 ** (len(fraction) - QUANTITY_DIGITS), "half-up")
        return -size if text[0] == "-" else size

    def head(self, **told: str) -> dict[str, str]:
        """What was told of the document, with what the profile finds elsewhere in it."""
        return told | self._elsewhere(self._paths, self.found)

    def goods(
        self,
        item: dict[str, Any],
        quantity: int | None,
        amount: int | None,
        discount: int = 0,
        **told: str,
    ) -> dict[str, str]:
        """One line of goods: thousandths and minor units become decimal text; a figure of None stays empty."""
        told["quantity"] = "" if quantity is None else format_quantity(quantity)
        told["amount"] = "" if amount is None else format_decimal(amount, MONEY_DIGITS)
        if discount > 0:
            told["discount"] = format_decimal(discount, MONEY_DIGITS)
        return told | self._elsewhere(self._goods_paths, item)

    def tell(self, head: dict[str, str], goods: list[dict[str, str]]) -> Told:
        """The document in canonical words, with what is wrong with it."""
        if not goods:
            self.note("amount", "", "bad_row", "this document has no lines")
        return Told(self.place, head, goods, self.flaw)

    def at(self, found: Any, path: tuple[str, ...]) -> Any:
        """What a path of the profile leads to."""
        return dig(found, path)

    def _elsewhere(self, paths: list[tuple[str, tuple[str, ...]]], found: Any) -> dict[str, str]:
        texts = {}
        for field, path in paths:
            text = self.text(self.at(found, path), field)
            if text and (field != "phone" or _PHONE.fullmatch(text)):
                texts[field] = text
        return texts


def dig(found: Any, path: tuple[str, ...]) -> Any:
    """What stands at the end of a path of keys, or None; of a list the first element in which there is something.

    >>> dig({"extras": {"card": "7"}}, ("extras", "card")), dig({"steps": [{}, {"tel": "5"}]}, ("steps", "tel"))
    ('7', '5')
    """
    for depth, key in enumerate(path):
        if isinstance(found, list):
            rests = (dig(each, path[depth:]) for each in found)
            return next((rest for rest in rests if rest not in (None, "")), None)
        if not isinstance(found, dict):
            return None
        found = found.get(key)
    return found


def tell_json(
    path: Path,
    profile: Profile,
    measures: Measures,
    tell: Tell,
    marks: frozenset[str],
    wrappers: tuple[str, ...],
    currency: str | None = None,
) -> ToldReader:
    """A reader of a file of JSON whose documents ``tell`` tells.

    An object that has one of the keys ``marks`` is a document; any other is opened at the first of the keys
    ``wrappers`` that it has.  ``currency``: that of all documents of the format, if it has but one; where the program
    counts in another one, that is told.
    """
    source = JsonFile(path, profile.encoding)
    passed_over: Counter[str] = Counter()

    def documents() -> Iterator[Told]:
        """Each document as it is told; what is none comes with its flaw."""
        ordinal = 0
        for found in source:
            for value in _unwrapped(found.value, marks, wrappers):
                ordinal += 1
                place = found.line or ordinal
                flaw = _flaw_of(found, value)
                if flaw is not None and not isinstance(value, dict):
                    yield Told(place, {}, (), flaw)
                    continue
                document = Document(value, place, profile, passed_over)
                document.flaw = flaw
                told = tell(document)
                if told is not None:
                    yield told

    reader = ToldReader(source.name, documents(), profile, measures, source.progress, source.close, passed_over)
    reader.taken["encoding"] = source.encoding
    if currency and measures.currency not in (None, currency):
        reader.taken["currency"] = f"{measures.currency}, while these receipts are in {currency}"
    return reader


def _flaw_of(found: Found, value: Any) -> Flaw | None:
    if found.flaw is not None:
        flaw: Flaw = found.flaw
        return flaw
    if not isinstance(value, dict):
        return Flaw("", type(value).__name__, "bad_row", "a JSON object is needed here")
    twice = repeated_key(value) if found.doubtful else None
    if twice is not None:
        return Flaw("", twice[:60], "bad_row", f"the key {twice[:60]!r} stands twice", "leave one of them")
    return None


def _unwrapped(value: Any, marks: frozenset[str], wrappers: tuple[str, ...], depth: int = 0) -> Iterator[Any]:
    if depth < MAX_WRAPPERS:
        if isinstance(value, list):
            for each in value:
                yield from _unwrapped(each, marks, wrappers, depth + 1)
            return
        if isinstance(value, dict) and marks.isdisjoint(value):
            inner = next((value[key] for key in wrappers if isinstance(value.get(key), dict | list)), None)
            if inner is not None:
                yield from _unwrapped(inner, marks, wrappers, depth + 1)
                return
    yield value
