"""What a shop says of a person, read from text: one place that knows what can be a name, an address, a birthday, a tag.

Whatever is kept here is shown at tills and written into files, so nothing that steers a terminal or breaks a line gets
in, and nothing longer than a line of a form.
"""

from bonuscli.days import day_number, format_day, parse_day
from bonuscli.errors import BonusError

GENDERS = ("female", "male", "other")
TEXT_MAX = 200
EMAIL_MAX = 254
TAG_MAX = 60
# Spaces that do not break a line, and what joins letters of names in Arabic and Indian scripts.
_JOINERS = "\u00a0\u200c\u200d\u202f"
# Nobody who is enrolled now was born before.
FIRST_BIRTHDAY = day_number(1900, 1, 1)


def read_line(name: str, text: str | None) -> str | None:
    """One line of text, None for nothing; BonusError ``bad_member`` for control characters or too many.

    >>> read_line("name", " Anna "), read_line("name", " ")
    ('Anna', None)
    """
    line = (text or "").strip()
    if len(line) > TEXT_MAX:
        raise BonusError("bad_member", f"the {name} has {len(line)} characters", name, f"at most {TEXT_MAX} are kept")
    if not all(letter.isprintable() or letter in _JOINERS for letter in line):
        raise BonusError("bad_member", f"the {name} {line!r} holds control characters", name, "type it anew")
    return line or None


def read_email(text: str | None) -> str | None:
    """An e-mail address, None for nothing; BonusError ``bad_member``."""
    address = read_line("email", text)
    if address is None:
        return None
    name, _, domain = address.rpartition("@")
    if not name or not domain or " " in address or len(address) > EMAIL_MAX:
        raise BonusError("bad_member", f"{address!r} is no e-mail address", "email", "write it as anna@example.com")
    return address


def read_birthday(text: str | None, today: int) -> int | None:
    """A day number, None for nothing; BonusError ``bad_member`` for no day, one to come, or one too long ago."""
    if not text or not text.strip():
        return None
    hint = "write it as 1990-05-31"
    try:
        day = parse_day(text.strip())
    except ValueError as problem:
        raise BonusError("bad_member", str(problem), "birthday", hint) from None
    if day > today:
        raise BonusError("bad_member", f"the birthday {text} is still to come", "birthday", hint)
    if day < FIRST_BIRTHDAY:
        why = f"the birthday {text} is before {format_day(FIRST_BIRTHDAY)}"
        raise BonusError("bad_member", why, "birthday", hint)
    return day


def read_gender(text: str | None) -> str | None:
    """One of ``GENDERS``, None for nothing; BonusError ``bad_member``."""
    if text and text not in GENDERS:
        raise BonusError("bad_member", f"{text!r} is no gender", "gender", f"use one of {', '.join(GENDERS)}")
    return text or None


def read_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Tags in order, each once; BonusError ``bad_member`` for what is not one word."""
    for tag in tags:
        if not tag or not tag.isprintable() or " " in tag or "," in tag or len(tag) > TAG_MAX:
            hint = f"a tag is one word of at most {TAG_MAX} letters, digits and signs"
            raise BonusError("bad_member", f"{tag[:TAG_MAX]!r} is no tag", "tags", hint)
    return tuple(sorted(set(tags)))


def read_fields(fields: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Fields (key, text) in order of their keys, each text one line; BonusError ``bad_member``."""
    return tuple(sorted((read_line("field", key) or "", read_line(f"field {key}", text) or "") for key, text in fields))


def read_consents(told: tuple[str, ...]) -> str:
    """Ways by which a member may be written to, as one text; each a channel, or a channel with the version of the text
    that the member has agreed to.  BonusError ``bad_member``.

    >>> read_consents(("sms:v3", "email", "email"))
    'email sms:v3'
    """
    consents = sorted(set(told))
    for consent in consents:
        channel, colon, version = consent.partition(":")
        if not channel or (colon and not version) or ":" in version or read_tags((consent,)) != (consent,):
            hint = "write the channel, or the channel and the version of the text agreed to, as in sms:v3"
            raise BonusError("bad_member", f"{consent[:TAG_MAX]!r} is no consent", "consent", hint)
    channels = [consent.partition(":")[0] for consent in consents]
    twice = next((channel for channel in channels if channels.count(channel) > 1), None)
    if twice is not None:
        raise BonusError("bad_member", f"{twice} is given under two texts", "consent", "say the one agreed to last")
    return " ".join(consents)


def consents_changed(before: str, after: str) -> tuple[list[str], list[tuple[str, str | None]]]:
    """Channels that are withdrawn or given under another text, and (channel, version or None) that are given now.

    >>> consents_changed("email sms:v3", "push sms:v4")
    (['email', 'sms'], [('push', None), ('sms', 'v4')])
    """
    gone, given = set(before.split()) - set(after.split()), set(after.split()) - set(before.split())
    return (
        sorted(consent.partition(":")[0] for consent in gone),
        [(channel, version or None) for channel, _, version in (consent.partition(":") for consent in sorted(given))],
    )
