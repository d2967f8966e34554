"""Members from a file for ``enroll --file``: a row a member, or a row for each lot of his balance; columns by name.

Only the shape is checked here; cards, phones, days and consents are read by the service that enrols, the same for a
row of a file and for the options of one call.
"""

import re
from pathlib import Path

from bonuscli.days import format_day
from bonuscli.errors import BonusError
from bonuscli.importers.csv_rows import Flaw
from bonuscli.importers.members_profile import OWN_NAMES, load_members_profile
from bonuscli.importers.named_rows import NamedRows
from bonuscli.importers.written_times import parse_written_day

_OF_A_CALL = ("card", "phone", "name", "email", "birthday", "gender", "tags", "consent", "at")
# What a shop brings of a member from elsewhere.
_BROUGHT = ("enrolled_on", "tier", "tier_until", "balance", "balance_expires")
MEMBER_COLUMNS = (*_OF_A_CALL, *_BROUGHT)
_LIST_COLUMNS = ("tags", "consent")
_DAY_COLUMNS = ("birthday", "enrolled_on", "tier_until", "balance_expires")
# How a spreadsheet tells a day whose cell is formatted as a time.
_MIDNIGHT = " 00:00:00"
# The row below a list, whose balance is all of it once more.
_SUM_ROW = re.compile(r"(?:grand total|total|sum|итого|всего|итог|разом|усього|summe|gesamt)\b.*", re.IGNORECASE)


class MembersReader(NamedRows):
    """Rows with every key of ``MEMBER_COLUMNS``; their ``tags`` and ``consent`` are tuples."""

    columns = MEMBER_COLUMNS
    flaw = "bad_member"

    def _typed(self, told: dict[str, str]) -> dict[str, str | tuple[str, ...]]:
        if not told["card"] and not told["phone"]:
            raise Flaw("card", "", self.flaw, "this row has neither a card nor a phone", "write one of them")
        if _SUM_ROW.fullmatch(told["card"]):
            raise Flaw("card", told["card"][:60], self.flaw, "this is the row of a sum, and no member", "take it out")
        days = {name: told[name].removesuffix(_MIDNIGHT) for name in _DAY_COLUMNS}
        if self._profile.dates != "iso":
            days |= {name: self._iso(name, text) for name, text in {**days, "at": told["at"]}.items() if text}
        if self._profile.decimal == "comma":
            days["balance"] = _with_point(told["balance"])
        lists = {name: tuple(told[name].replace(";", " ").replace(",", " ").split()) for name in _LIST_COLUMNS}
        return {**told, **days, **lists}

    def _iso(self, field: str, text: str) -> str:
        """A day, with or without a time behind it, as ISO text; its year has four digits: births have no century."""
        day, _, clock = text.partition(" ")
        order = self._profile.dates
        try:
            if not max(map(len, re.findall("[0-9]+", day)), default=0) > 2:
                raise ValueError(f"{day[:60]!r} has no year of four digits")
            return f"{format_day(parse_written_day(day, order))} {clock}".strip()
        except ValueError as problem:
            hint = f"the order of day, month and year is the profile's, dates: {order}"
            raise Flaw(field, text[:60], "bad_time", str(problem), hint) from None

    @property
    def known_elsewhere(self) -> bool:
        """Whether the file is of members of an earlier program, none of whom is welcomed again."""
        return bool({"enrolled_on", "balance"} & self._places.keys())

    def _check_header(self) -> None:
        super()._check_header()
        if not {"card", "phone"} & self._places.keys():
            raise BonusError("bad_file", "there is no column card and no column phone", f"{self.name}:1")


def _with_point(balance: str) -> str:
    """A balance whose decimal sign is a comma; 1.250 may be a thousand and more there, and is refused."""
    if "." in balance:
        hint = "the decimal sign is the profile's, decimal: comma; set off thousands with spaces only"
        raise Flaw("balance", balance[:60], "bad_points", f"{balance[:60]!r} has a point", hint)
    return balance.replace(",", ".")


def read_members(path: Path, profile: Path | None = None) -> MembersReader:
    """A reader of members (``-`` is stdin); ``bad_file`` where the file or its header cannot be read.

    ``profile``: a file that says how this one is written; ``bad_profile`` where it can not be read.
    """
    return MembersReader(path, OWN_NAMES if profile is None else load_members_profile(profile, MEMBER_COLUMNS))
