"""Who is meant by what a till sends: one namespace of card numbers and phones, folded so that one number is one member.

Case, spaces and dashes do not count, digits of other scripts are digits, and Cyrillic letters that look like Latin ones
are those: ``АВ 12-34`` typed on a Russian keyboard is ``AB1234``.
"""

from bonuscli.errors import BonusError
from bonuscli.model import Line

CARD_LENGTH_MAX = 64
_IGNORED = str.maketrans("", "", " \t-\u00a0\u2010\u2011\u2012\u2013()")
# Cyrillic capitals that look like Latin ones, after upper-casing.
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХІЈ", "ABEKMHOPCTYXIJ")


def fold_card(text: str) -> str:
    """The folded form of a card number, as the cards table keys it; BonusError ``bad_card`` for what can be none.

    >>> fold_card(" ав 12-34 "), fold_card("٢٠٠")
    ('AB1234', '200')
    """
    folded = text.translate(_IGNORED).upper().translate(_LOOK_ALIKES)
    if not folded.isascii():
        folded = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in folded)
    if not folded or not folded.isprintable():
        raise BonusError("bad_card", f"{text!r} is no card number", "card", "give the number on the card, or a phone")
    if len(folded) > CARD_LENGTH_MAX:
        raise BonusError("bad_card", f"a card number has at most {CARD_LENGTH_MAX} characters", "card")
    return folded


def fold_phone(text: str, country: str | None) -> str:
    """A phone in international form (E.164), read as in ``country`` where it has no prefix.

    BonusError ``bad_phone`` says what is wrong.  The library is loaded only when a phone is read.
    """
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise BonusError(
            "bad_phone", f"{text!r} is no phone number", "phone", "write it with its country, as in +7 912 345-67-89"
        )
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def may_be_phone(text: str) -> bool:
    """Whether an identifier that is no known card could be a phone."""
    digits = sum(letter.isdigit() for letter in text)
    return 7 <= digits <= 15 and all(letter.isdigit() or letter in "+-() .\u00a0" for letter in text)


def digest(kind: str, member: int | None, total: int, lines: tuple[Line, ...], *more: object) -> bytes:
    """What makes two documents with one key the same: kind, member, total and the lines' goods in any order."""
    from hashlib import blake2b  # it loads OpenSSL: 3 ms that a balance need not wait for

    goods = sorted((line.sku or "", line.quantity, line.amount) for line in lines)
    text = repr((kind, member, total, goods, more))
    return blake2b(text.encode(), digest_size=16).digest()
