"""Near names: what somebody may have meant by a word that nobody knows."""

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A question that names up to three near words, or None where nothing is near.

    >>> did_you_mean("balanse", ["balance", "history"])
    "did you mean 'balance'?"
    """
    from difflib import get_close_matches  # 3 ms to load, and only a message needs it

    names = {name.casefold(): name for name in known}
    near = [repr(names[name]) for name in get_close_matches(word.casefold(), names, cutoff=0.6)]
    return f"did you mean {' or '.join(near)}?" if near else None
