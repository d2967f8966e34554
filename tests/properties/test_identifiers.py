"""One number is one member: every spelling of a phone in every country; numbers of bank cards are refused."""

from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from bonuscli.errors import BonusError
from bonuscli.services.identity import fold_card, fold_phone, is_bank_card, may_be_phone

COUNTRIES = sorted(phonenumbers.SUPPORTED_REGIONS)
NARROW, DASH, THIN_DASH = "\u00a0", "\u2011", "\u2013"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def examples(country: str) -> Iterator[phonenumbers.PhoneNumber]:
    """A mobile and a fixed-line number of a country."""
    for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE):
        number = phonenumbers.example_number_for_type(country, kind)
        if number is not None:
            yield number


def spellings(number: phonenumbers.PhoneNumber, country: str) -> set[str]:
    """How people of the country write a number, on paper and into phones."""
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return {
        *(national, international, e164, f"00{e164[1:]}", national.replace(" ", "").replace("-", "")),
        *(national.replace(" ", sign) for sign in ("-", ".", "/", NARROW, DASH, THIN_DASH)),
        *(international.translate(ARABIC), f" {international} "),
        phonenumbers.format_number(number, PhoneNumberFormat.RFC3966),
        phonenumbers.format_out_of_country_calling_number(number, country),
        phonenumbers.format_number_for_mobile_dialing(number, country, True) or e164,
    }


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_spelling_of_a_phone_is_one_number(country: str) -> None:
    """National, international, with 00, with dots, slashes and other digits: all fold to the same E.164 number."""
    for number in examples(country):
        wanted = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        for spelling in spellings(number, country):
            assert fold_phone(spelling, country) == wanted, spelling
            assert may_be_phone(spelling.strip()), spelling


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_number_from_abroad(country: str) -> None:
    """A number of any country is read in a shop of another one, with a plus and as it is dialled from there."""
    for number in examples(country):
        wanted = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        assert fold_phone(wanted, "DE") == fold_phone(wanted, None) == wanted
        assert fold_phone(phonenumbers.format_out_of_country_calling_number(number, "US"), "US") == wanted


@pytest.mark.parametrize("text", ["12", "1", "0", "", "+", "+7 12", "call me", "+7 912 345-67-89 ext. 4", "9" * 40])
def test_what_is_no_phone(text: str) -> None:
    """In no country: too short, too long, words, and a number with an extension, which several people share."""
    for country in (*COUNTRIES, None):
        with pytest.raises(BonusError) as refused:
            fold_phone(text, country)
        assert refused.value.code == "bad_phone"


def luhn(body: str) -> str:
    """The number with its check digit, reckoned from the left as the standard tells it."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{body}{-total % 10}"


@pytest.mark.parametrize(
    "number",
    [
        *("4111111111111111", "5555 5555 5555 4444", "2223-0031-2200-3222", "378282246310005", "6011111111111117"),
        *("2200000000000053", "30569309025904", "3530111333300000", "6200000000000005", "٤١١١١١١١١١١١١١١١"),
    ],
)
def test_the_number_of_a_bank_card_is_refused(number: str) -> None:
    """In whatever spelling, and the message does not repeat it."""
    with pytest.raises(BonusError) as refused:
        fold_card(number)
    assert refused.value.code == "bad_card"
    assert "token" in (refused.value.hint or "")
    assert "***" in refused.value.message and number not in refused.value.message


@pytest.mark.parametrize(
    "number",
    [
        *("2000000000017", "2000000000024", "4600000000008", "tok_4111111111111111", "41111111111111110000x"),
        *("4111111111111112", "9999999999999995", "b" * 64, "9" * 19, "2000000000000000006", "12E5", "CAFE+1", "7.05"),
    ],
)
def test_cards_of_shops_and_tokens_are_taken(number: str) -> None:
    """EAN numbers, tokens, HMACs, and numbers of cards that no bank has given."""
    assert fold_card(number) == number.upper()


@pytest.mark.parametrize(
    "number", ["2.00000E+12", "2,00000е+12", "2000000000017.0", '="0012"', "null", "#N/A", "#Н/Д", "\\N", "nan"]
)
def test_what_was_a_number_once_is_refused(number: str) -> None:
    """What a spreadsheet shortened, or a program wrote for none, is the same for many: they would be one member."""
    with pytest.raises(BonusError, match="left of a number") as refused:
        fold_card(number)
    assert refused.value.code == "bad_card"


@given(body=st.from_regex(r"(4[0-9]{14}|5[1-5][0-9]{13}|220[0-4][0-9]{11}|3[47][0-9]{12})", fullmatch=True))
def test_the_last_digit_tells(body: str) -> None:
    """Of the ten numbers that differ in their last digit one is a bank card's."""
    assert [digit for digit in "0123456789" if is_bank_card(body + digit)] == [luhn(body)[-1]]


@given(number=st.from_regex(r"2[0-9]{12}", fullmatch=True))
def test_thirteen_digits_are_a_shops_own(number: str) -> None:
    """No EAN number of 13 digits is taken for a bank card, whatever its last digit."""
    assert not is_bank_card(number)
