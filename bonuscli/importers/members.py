"""Members from a file for ``enroll --file``: a row a member, or a row for each lot of his balance; columns by name.

Only the shape is checked here; cards, phones, days and consents are read by the service that enrols, the same for a
row of a file and for the options of one call.
"""

from pathlib import Path

from bonuscli.errors import BonusError
from bonuscli.importers.csv_rows import Flaw
from bonuscli.importers.named_rows import NamedRows

_OF_A_CALL = ("card", "phone", "name", "email", "birthday", "gender", "tags", "consent", "at")
# What a shop brings of a member from elsewhere.
_BROUGHT = ("enrolled_on", "tier", "tier_until", "balance", "balance_expires")
MEMBER_COLUMNS = (*_OF_A_CALL, *_BROUGHT)
_LIST_COLUMNS = ("tags", "consent")
_DAY_COLUMNS = ("birthday", "enrolled_on", "tier_until", "balance_expires")
# How a spreadsheet tells a day whose cell is formatted as a time.
_MIDNIGHT = " 00:00:00"


class MembersReader(NamedRows):
    """Rows with every key of ``MEMBER_COLUMNS``; their ``tags`` and ``consent`` are tuples."""

    columns = MEMBER_COLUMNS
    flaw = "bad_member"

    def _typed(self, told: dict[str, str]) -> dict[str, str | tuple[str, ...]]:
        if not told["card"] and not told["phone"]:
            raise Flaw("card", "", self.flaw, "this row has neither a card nor a phone", "write one of them")
        days = {name: told[name].removesuffix(_MIDNIGHT) for name in _DAY_COLUMNS}
        lists = {name: tuple(told[name].replace(";", " ").replace(",", " ").split()) for name in _LIST_COLUMNS}
        return {**told, **days, **lists}

    @property
    def known_elsewhere(self) -> bool:
        """Whether the file is of members of an earlier program, none of whom is welcomed again."""
        return bool({"enrolled_on", "balance"} & set(self.header))

    def _check_header(self) -> None:
        super()._check_header()
        if not {"card", "phone"} & set(self.header):
            raise BonusError("bad_file", "there is no column card and no column phone", f"{self.name}:1")


def read_members(path: Path) -> MembersReader:
    """A reader of members (``-`` is stdin); ``bad_file`` where the file or its header cannot be read."""
    return MembersReader(path)
