"""Whose money and whose clock: what a file says of its currency and its time zone, held against the program's.

A receipt in another currency is rejected, since its sums would become points as if they were the program's money.
Times of another zone may be meant so (the profile has the last word); they are told with what was read.
"""

from collections.abc import Callable

from bonuscli.clock import Calendar
from bonuscli.errors import BonusError
from bonuscli.importers.csv_rows import Flaw
from bonuscli.model import Measures

# Zones as Square calls them, where it has shops; other names are read as those of the time zone database.
_ZONES = {
    "Newfoundland": "America/St_Johns", "Atlantic Time (Canada)": "America/Halifax",
    "Eastern Time (US & Canada)": "America/New_York", "Indiana (East)": "America/Indiana/Indianapolis",
    "Central Time (US & Canada)": "America/Chicago", "Saskatchewan": "America/Regina",
    "Mountain Time (US & Canada)": "America/Denver", "Arizona": "America/Phoenix",
    "Pacific Time (US & Canada)": "America/Los_Angeles", "Alaska": "America/Juneau", "Hawaii": "Pacific/Honolulu",
    "London": "Europe/London", "Edinburgh": "Europe/London", "Dublin": "Europe/Dublin", "Paris": "Europe/Paris",
    "Madrid": "Europe/Madrid", "Tokyo": "Asia/Tokyo", "Osaka": "Asia/Tokyo", "Sapporo": "Asia/Tokyo",
    "Sydney": "Australia/Sydney", "Melbourne": "Australia/Melbourne", "Canberra": "Australia/Sydney",
    "Hobart": "Australia/Hobart", "Brisbane": "Australia/Brisbane", "Adelaide": "Australia/Adelaide",
    "Darwin": "Australia/Darwin", "Perth": "Australia/Perth",
}  # fmt: skip


def zone_of(name: str) -> Calendar | None:
    """The calendar of a zone by the name that a till has for it, None where nobody knows it.

    >>> zone_of("Eastern Time (US & Canada)").zone_name, zone_of("Europe/Paris").zone_name, zone_of("Local time")
    ('America/New_York', 'Europe/Paris', None)
    """
    try:
        return Calendar(_ZONES.get(name, name))
    except BonusError:
        return None


def comparer(measures: Measures, calendar: Calendar, taken: dict[str, str]) -> Callable[[str, str, int], None]:
    """A function that is given the currency and the zone which a receipt tells (or "") and its instant.

    ``calendar``: in which the file's times are read; ``taken``: to be told of one that differs.  It raises ``Flaw``
    ``bad_amount`` for another currency than the program's.
    """
    zones: dict[str, Calendar | None] = {}

    def compare(currency: str, zone: str, at: int) -> None:
        """Hold what one receipt tells against the program's."""
        if currency and measures.currency and currency.upper() != measures.currency:
            reason = f"the receipt is in {currency[:60]}, the program counts in {measures.currency}"
            raise Flaw("currency", currency[:60], "bad_amount", reason, "its points are for a program of that currency")
        if zone and "times" not in taken:
            if zone not in zones:
                zones[zone] = zone_of(zone)
            own = zones[zone]
            if own is None:
                taken["times"] = f"in {calendar.zone_name}, while the file says {zone[:60]!r}"
            elif own.offset_at(at) != calendar.offset_at(at):
                hint = f"set timezone: {own.zone_name} in a copy of the profile, unless you know better"
                taken["times"] = f"in {calendar.zone_name}, while the file says {zone[:60]!r} ({hint})"

    return compare
