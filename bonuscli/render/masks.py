"""Personal data with its middle left out: enough to recognise what is known already, too little to take it away.

Invariant: what is shown never holds more than half of what is hidden, and nothing of what is short.
"""

STARS = "***"


def mask(text: str | None) -> str | None:
    """A phone, a card number or any other identifier, masked; None stays None.

    >>> mask("+79123454567"), mask("2000000000017"), mask("1234567"), mask("100")
    ('+7912***4567', '2000***0017', '12***67', '***')
    """
    if text is None:
        return None
    if len(text) >= 11:
        return f"{text[: 5 if text.startswith('+') else 4]}{STARS}{text[-4:]}"
    return f"{text[:2]}{STARS}{text[-2:]}" if len(text) >= 7 else STARS


def mask_email(text: str | None) -> str | None:
    """An e-mail address without its name; the domain is no secret.

    >>> mask_email("anna@example.com")
    'a***@example.com'
    """
    if text is None:
        return None
    name, at, domain = text.partition("@")
    return f"{name[:1]}{STARS}@{domain}" if at else STARS
