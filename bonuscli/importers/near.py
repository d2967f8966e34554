"""Near names for messages about words that nobody knows: "did you mean quantity?"."""

from collections.abc import Iterable


def suggest(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known words, or all of them where none is near.

    >>> suggest("quantiy", ["quantity", "amount"])
    'did you mean quantity?'
    """
    from difflib import get_close_matches  # 5 ms to load, and only a message needs it

    names = list(known)
    folded = {name.casefold(): name for name in names}
    close = get_close_matches(word.casefold(), folded, n=2, cutoff=0.7)
    if close:
        return f"did you mean {' or '.join(folded[name] for name in close)}?"
    return f"known: {', '.join(names)}"
