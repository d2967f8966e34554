"""Near names: what somebody may have meant by a word that nobody knows."""

from collections.abc import Iterable

# How much of two words must be alike (difflib's ratio) for a question, and for taking one word for the other.
ALIKE = 0.6
MISTYPED = 0.7


def near_names(word: str, known: Iterable[str], closeness: float = ALIKE) -> list[str]:
    """Up to three known names that are near a word, the nearest first; capitals do not count.

    >>> near_names("quantiy", ["quantity", "amount"])
    ['quantity']
    """
    from difflib import get_close_matches  # 3 ms to load, and only a message needs it

    names = {name.casefold(): name for name in known}
    return [names[name] for name in get_close_matches(word.casefold(), names, cutoff=closeness)]


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A question that names up to three near words, or None where nothing is near.

    >>> did_you_mean("balanse", ["balance", "history"])
    "did you mean 'balance'?"
    """
    near = near_names(word, known)
    return f"did you mean {' or '.join(map(repr, near))}?" if near else None


def near_or_known(word: str, known: Iterable[str]) -> str:
    """The same question, or all known words where nothing is near.

    >>> near_or_known("quantiy", ["quantity", "amount"]), near_or_known("x", ["quantity", "amount"])
    ("did you mean 'quantity'?", 'known: quantity, amount')
    """
    names = list(known)
    return did_you_mean(word, names) or f"known: {', '.join(names)}"
