"""A profile's map of categories: goods by their name or number to the category that the shop's rules speak of.

A pattern without ``*``, ``?`` and ``[`` is the whole text, one with ``*`` at its end a beginning, any other a glob;
capitals do not count.  The first rule that matches says the category.
"""

import re
from collections.abc import Callable, Sequence
from fnmatch import translate

Rule = tuple[str, str, str]  # sku | name, pattern, category
_WILD = re.compile(r"[*?\[]")


def category_finder(rules: Sequence[Rule]) -> Callable[[str, str], str | None]:
    """A function of (sku, name) to the category, None where no rule matches.

    Whole texts are looked up and only patterns are tried one by one, so a map of thousands of articles costs nothing.

    >>> find = category_finder([("name", "Latte*", "Coffee"), ("sku", "T-1", "Tea"), ("name", "Mug [red]", "Mugs")])
    >>> find("T-1", "latte with syrup"), find("T-1", "Tea"), find("", "Cup"), find("", "Mug [red]"), find("", "Mug r")
    ('Coffee', 'Tea', None, 'Mugs', 'Mugs')
    """
    exact: dict[tuple[str, str], tuple[int, str]] = {}
    wild: list[tuple[int, int, Callable[[str], object], str]] = []
    for rank, (field, pattern, category) in enumerate(rules):
        text = pattern.strip().casefold()
        place = 0 if field == "sku" else 1
        # A pattern is its own text, too: "Tea [green]" is how a shop may call its tea.
        exact.setdefault((field, text), (rank, category))
        if not _WILD.search(text):
            continue
        if text.endswith("*") and not _WILD.search(text[:-1]):
            wild.append((rank, place, _beginning(text[:-1]), category))
        else:
            # Runs of stars mean what one means, and would take exponential time.
            wild.append((rank, place, re.compile(translate(re.sub(r"\*+", "*", text))).match, category))

    def find(sku: str, name: str) -> str | None:
        texts = sku.casefold(), name.casefold()
        found = [exact[key] for key in (("sku", texts[0]), ("name", texts[1])) if key in exact and key[1]]
        best, category = min(found, default=(len(rules), None))
        for rank, place, matches, other in wild:
            if rank > best:
                break
            if texts[place] and matches(texts[place]):
                return other
        return category

    return find


def _beginning(text: str) -> Callable[[str], bool]:
    return lambda told: told.startswith(text)
