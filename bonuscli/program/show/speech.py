"""A language's way of saying what a program holds: numbers with their words, lists, days, and whole messages.

Every sentence is one English message with named gaps, looked up whole in the catalogue of the language (gettext; the
sources are ``bonuscli/locale/*/LC_MESSAGES/bonuscli.po``), so that a translation may order its words freely.  Goods
stand in a sentence's object ("back on {goods}"), which Russian and Ukrainian say in the accusative; what a point is
called stands in the form that its number asks for: 1 бонус, 2 бонуса, 5 бонусов, 1.5 бонуса.
"""

import gettext
from functools import cache
from pathlib import Path
from typing import Any

from bonuscli.clock import Calendar
from bonuscli.days import format_day
from bonuscli.units import FACTOR_DIGITS, format_decimal

Plain = dict[str, Any]

ENGLISH = "en"
LANGUAGES = (ENGLISH, "ru", "uk")
_CATALOGUES = Path(__file__).parent.parent.parent / "locale"


def marked(message: str) -> str:
    """A message that is looked up later, from a table: said so here, for the test of the catalogues."""
    return message


WEEKDAYS = (
    *(marked("Mondays"), marked("Tuesdays"), marked("Wednesdays"), marked("Thursdays"), marked("Fridays")),
    *(marked("Saturdays"), marked("Sundays")),
)
MONTHS = (
    *(marked("January"), marked("February"), marked("March"), marked("April"), marked("May"), marked("June")),
    *(marked("July"), marked("August"), marked("September"), marked("October"), marked("November")),
    marked("December"),
)
_PER = {
    "receipt": marked("for each receipt"),
    "day": marked("a day"),
    "week": marked("a week"),
    "month": marked("a month"),
    "year": marked("a year"),
    "member": marked("for each member"),
}


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation("bonuscli", str(_CATALOGUES), [language])


def form_of(count: int, unit: int, language: str) -> str:
    """Which form of a word goes with ``count / unit``: one, few, many or other (a fraction, in Russian and Ukrainian).

    >>> [form_of(count, 1, "ru") for count in (1, 21, 2, 5, 11, 12)], form_of(15, 10, "ru"), form_of(15, 10, "en")
    (['one', 'one', 'few', 'many', 'many', 'many'], 'other', 'other')
    """
    whole, rest = divmod(abs(count), unit)
    if language == ENGLISH:
        return "one" if (whole, rest) == (1, 0) else "other"
    if rest:
        return "other"
    if whole % 10 == 1 and whole % 100 != 11:
        return "one"
    return "few" if whole % 10 in (2, 3, 4) and whole % 100 not in (12, 13, 14) else "many"


class Speech:
    """One program told in one language: holds its currency, the word for its points and its calendar."""

    def __init__(self, plain: Plain, language: str = ENGLISH) -> None:
        self._language = language
        self._catalogue = _catalogue(language)
        self._currency, self._digits = plain["currency"], plain["digits"]
        self._names, self._scale = plain["points"]["name"], plain["points"]["scale"]
        self._calendar = Calendar(plain["timezone"], plain["day_starts"])

    def say(self, message: str, **parts: object) -> str:
        """The message in this language with its gaps filled."""
        return self._catalogue.gettext(message).format(**parts)

    def begun(self, message: str, **parts: object) -> str:
        """The same at the start of a sentence, with a capital."""
        text = self.say(message, **parts)
        return text[:1].upper() + text[1:]

    def counted(self, one: str, other: str, count: int) -> str:
        """The message that goes with a whole number, which fills the gap ``{n}``."""
        return self._catalogue.ngettext(one, other, count).format(n=count)

    def all_of(self, parts: list[str]) -> str:
        """``a, b and c``."""
        if len(parts) == 1:
            return parts[0]
        return self.say("{first} and {last}", first=", ".join(parts[:-1]), last=parts[-1])

    def any_of(self, parts: list[str]) -> str:
        """``a, b or c``."""
        if len(parts) == 1:
            return parts[0]
        return self.say("{first} or {last}", first=", ".join(parts[:-1]), last=parts[-1])

    def quoted(self, text: str) -> str:
        """A text of the shop's in the language's quotation marks."""
        return self.say("'{text}'", text=text)

    # --- numbers ---

    def percent(self, share_bp: int) -> str:
        """Basis points as ``2.5%``."""
        return _short(format_decimal(share_bp, 2)) + "%"

    def factor(self, factor: int) -> str:
        """A multiplier as ``1.5``."""
        return _short(format_decimal(factor, FACTOR_DIGITS))

    def money(self, minor: int) -> str:
        """``15.00 EUR``."""
        return f"{format_decimal(minor, self._digits)} {self._currency}"

    def points(self, points: int) -> str:
        """Smallest units as ``1.5 stars``, with the form of the word that the number asks for."""
        unit = 10**self._scale
        text = format_decimal(points, self._scale)
        word = self._names[form_of(points, unit, self._language)]
        return f"{_short(text) if self._scale else text} {word}"

    @property
    def one_point(self) -> str:
        """The word for one point."""
        return str(self._names["one"])

    @property
    def name(self) -> str:
        """The word for points in general: English ``bonuses``, Russian and Ukrainian the genitive ``бонусов``."""
        return str(self._names["other" if self._language == ENGLISH else "many"])

    def times(self, limit: Plain) -> str:
        """``at most 2 times a month``."""
        times = self.counted("once", "{n} times", limit["count"])
        return self.say("at most {times} {per}", times=times, per=self.say(_PER[limit["per"]]))

    # --- time ---

    def days(self, count: int) -> str:
        """``3 days``."""
        return self.counted("{n} day", "{n} days", count)

    def length(self, duration: list[int]) -> str:
        """A duration ``[months, days]`` in years, months or days."""
        months, days = duration
        if not months:
            return self.days(days)
        if months % 12:
            return self.counted("{n} month", "{n} months", months)
        return self.counted("{n} year", "{n} years", months // 12)

    def day(self, day: int) -> str:
        """A day number as ISO text."""
        return format_day(day)

    def moment(self, instant: int) -> str:
        """An instant by the shop's clock: the day alone where it is the start of one."""
        day = self._calendar.day_of(instant)
        if instant == self._calendar.start_of(day):
            return format_day(day)
        return self._calendar.iso(instant)[:16].replace("T", " ")

    def life(self, grant: Plain) -> str:
        """The days of granted points where they are other than usual, to be appended to a sentence's end."""
        text = ""
        if grant["opens"] != [0, 0]:
            text += self.say(", to be spent after {time}", time=self.length(grant["opens"]))
        if grant["lasts"] is not None:
            text += self.say(", good for {time}", time=self.length(grant["lasts"]))
        return text

    def money_range(self, bounds: Plain) -> str:
        """``15.00 EUR or more``, from bounds ``{"from", "below"}`` of which at least one is given."""
        least, below = bounds.get("from"), bounds.get("below")
        return self.range(
            None if least is None else self.money(least), None if below is None else self.money(below)
        )  # fmt: skip

    def range(self, least: str | None, below: str | None) -> str:
        """``5 or more``, ``less than 9``, or both, of bounds already told."""
        if below is None:
            return self.say("{least} or more", least=least)
        if least is None:
            return self.say("less than {below}", below=below)
        return self.say("{least} or more, but less than {below}", least=least, below=below)


def _short(text: str) -> str:
    return text.rstrip("0").rstrip(".")
