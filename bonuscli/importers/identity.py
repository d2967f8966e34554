"""A receipt's identity is (source, number); its default source is the same for files, JSON and single verbs."""


def source_of(shop: str, till: str) -> str:
    """The source of a receipt whose profile names none: shop and till, empty where neither is known.

    >>> source_of("main", "2"), source_of("main", ""), source_of("", "")
    ('main/2', 'main/', '')
    """
    return f"{shop}/{till}" if shop or till else ""
