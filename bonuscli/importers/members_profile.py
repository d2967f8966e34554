"""How a file of members is written that another program made: its own names of columns, its order of day and month.

A profile of receipts says the same of its files; this one has the keys that matter for members, in the same words::

    columns: {card: Номер карты, phone: Телефон, birthday: Дата рождения, balance: Бонусы}
    dates: dmy

Columns that it does not name are passed over, and told.
"""

from collections import namedtuple
from pathlib import Path

from bonuscli.importers.profile import AUTO, CHOICES, PLAIN_LAYOUT, Layout, read_profile
from bonuscli.importers.profile_file import ProfileFile

KEYS = ("columns", "dates", "decimal", "encoding", "delimiter", "sheet", "skip_rows", "header_rows")

# columns: dictionary of field -> the file's own name, None: the names are ours; dates: iso | ymd | dmy | mdy; decimal:
# point | comma; encoding, delimiter, layout: as of a profile of receipts.
MembersProfile = namedtuple("MembersProfile", "columns dates decimal encoding delimiter layout")
OWN_NAMES = MembersProfile(None, "iso", "point", AUTO, AUTO, PLAIN_LAYOUT)


def load_members_profile(path: Path, fields: tuple[str, ...]) -> MembersProfile:
    """The profile of a YAML file, which names columns for some of these fields; BonusError ``bad_profile``."""
    return _MembersFile(str(path), read_profile(path), KEYS).of_members(fields)


class _MembersFile(ProfileFile):
    def of_members(self, fields: tuple[str, ...]) -> MembersProfile:
        """The profile, with columns for some of these fields; BonusError ``bad_profile`` with all problems found."""
        columns = self._texts("columns", fields)
        names = list(columns.values())
        for field, name in columns.items():
            if names.index(name) != list(columns).index(field):
                self._wrong(self._keys["columns"], f"the column {name!r} is given to two fields")
        layout: Layout = self._layout(False)
        profile = MembersProfile(
            columns or None,
            self._choice(self._keys.get("dates"), CHOICES["dates"]),
            self._choice(self._keys.get("decimal"), CHOICES["decimal"]),
            self._encoding() if "encoding" in self._keys else AUTO,
            self._delimiter() if "delimiter" in self._keys else AUTO,
            layout,
        )
        self._raise_problems()
        return profile
