"""How columns of money, points, days and words are declared: with the bounds that the database itself enforces."""

from bonuscli.days import NEVER

# A till that books 10**12 points or units of money at once is a broken till, not a large shop.
BOUND = 10**12
NUMBER_LENGTH_MAX = 200


def one_of(name: str, words: tuple[str, ...]) -> str:
    """A column of one of some words, the most frequent first.

    They are compared one by one: for ``IN`` with more than two words SQLite fills a table of its own with them, anew
    for each row, and the insert of an event takes 11 us instead of 7.
    """
    return f"{name} TEXT NOT NULL CHECK ({' OR '.join(f'{name} = {word!r}' for word in words)})"


def amount(name: str, least: int = -BOUND) -> str:
    return f"{name} INTEGER NOT NULL CHECK ({name} BETWEEN {least} AND {BOUND})"


def day(name: str, null: bool = False) -> str:
    if null:
        return f"{name} INTEGER CHECK ({name} BETWEEN -25567 AND {NEVER})"
    return f"{name} INTEGER NOT NULL CHECK ({name} BETWEEN -25567 AND {NEVER})"
