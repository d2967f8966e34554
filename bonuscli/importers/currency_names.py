"""Which currency do people mean by ``руб.``, ``грн`` or ``643``?  Its ISO codes, or nothing where nobody can tell.

Back offices name currencies by hand.  A name that is known decides whether sums are the program's money; one that is
not known is told, never guessed.
"""

# By code what it is called besides, in small letters without a full stop at the end.
_NAMES = {
    "RUB": ("руб", "р", "рубль", "рубли", "рублей", "российский рубль", "rur", "643", "810", "₽"),
    "BYN": ("руб", "р", "рубль", "рубли", "рублей", "бел. руб", "белорусский рубль", "933"),
    "UAH": ("грн", "гривна", "гривня", "гривень", "980", "₴"),
    "KZT": ("тенге", "тнг", "тг", "398", "₸"),
    "UZS": ("сум", "сўм", "860"),
    "KGS": ("сом", "417"),
    "AMD": ("драм", "051", "֏"),
    "GEL": ("лари", "981", "₾"),
    "USD": ("долл", "доллар", "доллар сша", "доллары", "840", "$"),
    "EUR": ("евро", "євро", "978", "€"),
    "CNY": ("юань", "юани", "156", "¥"),
}


def currencies_named(name: str) -> frozenset[str]:
    """The ISO codes that a name may stand for; none where it is not known.

    >>> sorted(currencies_named("Руб.")), sorted(currencies_named("usd")), sorted(currencies_named("у.е."))
    (['BYN', 'RUB'], ['USD'], [])
    """
    word = name.strip().casefold().rstrip(".")
    known = frozenset(code for code, names in _NAMES.items() if word in names)
    if not known and len(word) == 3 and word.isascii() and word.isalpha():
        return frozenset((word.upper(),))
    return known
