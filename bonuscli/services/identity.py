"""Who is meant by what a till sends: one namespace of card numbers and phones, folded so that one number is one member.

Case, spaces and dashes do not count, digits of other scripts are digits, and Cyrillic letters that look like Latin ones
are those: ``АВ 12-34`` typed on a Russian keyboard is ``AB1234``.  A phone is read in every spelling of its country.
The number of a bank card is refused, so that none is ever stored; its token or HMAC is a card like any other.
"""

from __future__ import annotations

from bonuscli.errors import BonusError
from bonuscli.later import later

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bonuscli import digests
    from bonuscli.model import Line
else:
    digests = later("bonuscli.digests")  # a balance need not wait for it

CARD_LENGTH_MAX = 64
_IGNORED = str.maketrans("", "", " \t-\u00a0\u2010\u2011\u2012\u2013()")
# Cyrillic capitals that look like Latin ones, after upper-casing.
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХІЈ", "ABEKMHOPCTYXIJ")
# How bank cards begin: Mir, Mastercard, Diners, American Express, JCB, Visa, Maestro, Discover and UnionPay.
_BANKS = (
    *((2200, 2204), (2221, 2720), (3000, 3059), (3400, 3499), (3528, 3589), (3600, 3899), (4000, 4999)),
    *((5000, 5099), (5100, 5899), (6011, 6011), (6200, 6299), (6304, 6304), (6440, 6599), (6759, 6763)),
)
# Cards of shops have 13 digits, an EAN; one in ten of those that begin so would pass the test by chance.
_BANK_LENGTHS = range(14, 20)
# 1234 on Niue is a phone, +683 1234; nothing is shorter.
_PHONE_DIGITS_MIN, _PHONE_DIGITS_MAX = 7, 15
# 8 050 123-45-67 was dialled until 2009 and is still written.
_OLD_UKRAINIAN = ("80", 11)
# How tables say, folded, that there is nothing.
_NOTHING = frozenset(("NULL", "NONE", "NAN", "N/A", "#N/A", "#H/Д", "#REF!", "#VALUE!", "\\N"))
# Of a local number, as on Ascension: 40123 is +247 40123.
_LOCAL_DIGITS_MIN = 4
# What is hashed of a document, and of each of its lines.
_DOCUMENT, _GOODS = "%s, %s, %d, %r: %s", "%r, %d, %d"


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
    if _is_spoilt(folded):
        raise BonusError(
            "bad_card",
            f"{text!r} is what a spreadsheet or a program has left of a number, or none",
            "card",
            "take it from the source again as text; leave it empty where there is none",
        )
    if is_bank_card(folded):
        raise BonusError(
            "bad_card",
            f"{folded[:4]}***{folded[-2:]} is the number of a bank card, and such are not kept",
            "card",
            "give the token or the HMAC that the bank's terminal tells for it, or the shop's own card",
        )
    return folded


def _is_spoilt(folded: str) -> bool:
    """Whether it was a number once: shortened, with a fraction, in a formula, or a word for nothing; all cards of a
    column may have become the same, and would be one member.

    >>> list(map(_is_spoilt, ("2.00000E+12", "2000000000017.0", '="0012"', "NULL", "12E5", "CAFE+1", "1.05")))
    [True, True, True, True, False, False, False]
    """
    begins, power, ends = folded.partition("E+")
    if power:
        return ends.isdecimal() and begins.replace(",", ".").replace(".", "", 1).isdecimal()
    if folded[-2:] in (".0", ",0"):
        return folded[:-2].isdecimal()
    return folded in _NOTHING or folded.startswith('="')


def is_bank_card(folded: str) -> bool:
    """Whether a folded number is one that a bank has given: its length, its beginning and its last digit (Luhn).

    >>> is_bank_card("4111111111111111"), is_bank_card("4111111111111112"), is_bank_card("2000000000017")
    (True, False, False)
    """
    if len(folded) not in _BANK_LENGTHS or not (folded.isascii() and folded.isdecimal()):
        return False
    begins = int(folded[:4])
    if not any(first <= begins <= last for first, last in _BANKS):
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in folded[-2::-2])
    return (sum(map(int, folded[::-2])) + sum(doubled)) % 10 == 0


def fold_phone(text: str, country: str | None) -> str:
    """A phone in international form (E.164), read as in ``country`` where it has no prefix.

    BonusError ``bad_phone`` says what is wrong.  What is no number of the country is taken for an international one
    whose plus is missing or written ``00``.  The library is loaded only when a phone is read.
    """
    import phonenumbers

    def read(spelling: str) -> phonenumbers.PhoneNumber | None:
        try:
            number = phonenumbers.parse(spelling, country)
        except phonenumbers.NumberParseException:
            return None
        whole = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
        return number if whole else None

    digits = "".join(str(int(letter)) for letter in text if letter.isdecimal())
    spellings = (text, f"+{digits.removeprefix('00')}") if "+" not in text else (text,)
    if country == "UA" and (digits[:2], len(digits)) == _OLD_UKRAINIAN:
        spellings = (f"+3{digits}",)
    found = [number for number in map(read, spellings) if number is not None]
    valid = [number for number in found if phonenumbers.is_valid_number(number)]
    if len(valid) > 1 and phonenumbers.number_type(valid[0]) == phonenumbers.PhoneNumberType.FIXED_LINE:
        # 49151... is a mobile phone without its plus, and no line in a place of Germany whose numbers begin with 49.
        valid.sort(key=lambda each: phonenumbers.number_type(each) != phonenumbers.PhoneNumberType.MOBILE)
    number = next(iter(valid or found), None)
    hint = "write it with its country, as in +7 912 345-67-89"
    if number is not None and number.extension:
        raise BonusError("bad_phone", f"{text!r} has an extension, which is nobody's own phone", "phone", hint)
    folded = "" if number is None else str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    if len(folded) <= _PHONE_DIGITS_MIN:
        raise BonusError("bad_phone", f"{text!r} is no phone number", "phone", hint)
    return folded


def phone_meant(text: str, country: str | None) -> str | None:
    """The phone that an identifier is, in international form, where it is no known card; None for what can be none."""
    try:
        return fold_phone(text, country) if may_be_phone(text) else None
    except BonusError:
        return None


def may_be_phone(text: str) -> bool:
    """Whether an identifier that is no known card could be a phone."""
    told = text.removeprefix("tel:")
    digits = sum(letter.isdigit() for letter in told)
    # 00 and the prefix of a line abroad stand before the fifteen digits that a number has at most.
    return _LOCAL_DIGITS_MIN <= digits <= _PHONE_DIGITS_MAX + 4 and all(
        letter.isdigit() or letter in "+-() ./\u00a0\u2010\u2011\u2012\u2013" for letter in told
    )


def digest(kind: str, member: int | None, total: int, lines: tuple[Line, ...], *more: object) -> bytes:
    """What makes two documents with one key the same: kind, member, total and the lines' goods in any order."""
    goods = [(sku or "", quantity, amount) for _, sku, _, _, _, quantity, amount, _ in lines]
    return digest_of_goods(kind, member, total, goods, *more)


def digest_of_goods(
    kind: str, member: int | None, total: int, goods: list[tuple[str, int, int]], *more: object
) -> bytes:
    """The same from what a digest takes of lines: (sku or "", quantity, amount)."""
    told = [_GOODS % line for line in goods]
    told.sort()
    text = _DOCUMENT % (kind, member, total, more, "; ".join(told))
    return bytes(digests.blake2b(text.encode(), digest_size=16).digest())
