"""Members from a CSV file for ``enroll --file``: one row a member, columns matched by name.

Only the shape is checked here; cards, phones, days and consents are read by the service that enrols, the same for a
row of a file and for the options of one call.
"""

from pathlib import Path

from bonuscli.errors import BonusError
from bonuscli.importers.csv_rows import Flaw
from bonuscli.importers.named_rows import NamedRows

MEMBER_COLUMNS = ("card", "phone", "name", "email", "birthday", "gender", "tags", "consent", "at")
_LIST_COLUMNS = ("tags", "consent")


class MembersReader(NamedRows):
    """Rows with every key of ``MEMBER_COLUMNS``; their ``tags`` and ``consent`` are tuples."""

    columns = MEMBER_COLUMNS
    flaw = "bad_member"

    def _typed(self, told: dict[str, str]) -> dict[str, str | tuple[str, ...]]:
        if not told["card"] and not told["phone"]:
            raise Flaw("card", "", self.flaw, "this row has neither a card nor a phone", "write one of them")
        lists = {name: tuple(told[name].replace(";", " ").replace(",", " ").split()) for name in _LIST_COLUMNS}
        return {**told, **lists}

    def _check_header(self) -> None:
        super()._check_header()
        if not {"card", "phone"} & set(self.header):
            raise BonusError("bad_file", "there is no column card and no column phone", f"{self.name}:1")


def read_members(path: Path) -> MembersReader:
    """A reader of members (``-`` is stdin); ``bad_file`` where the file or its header cannot be read."""
    return MembersReader(path)
