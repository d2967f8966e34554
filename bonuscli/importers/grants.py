"""Points from a file for ``grant --file``: one row a lot, columns matched by name.

Only the shape is checked here; cards, points and days are read by the service that grants, the same for a row of a file
and for the options of one call.
"""

from pathlib import Path

from bonuscli.importers.csv_rows import Flaw
from bonuscli.importers.named_rows import NamedRows

GRANT_COLUMNS = ("card", "points", "opens_on", "expires_on", "reason", "key")


class GrantsReader(NamedRows):
    """Rows with every key of ``GRANT_COLUMNS``."""

    columns = GRANT_COLUMNS
    needs = ("card", "points")
    flaw = "bad_row"

    def _typed(self, told: dict[str, str]) -> dict[str, str]:
        for name in self.needs:
            if not told[name]:
                raise Flaw(name, "", self.flaw, f"this row has no {name}", "write it")
        return told


def read_grants(path: Path) -> GrantsReader:
    """A reader of grants (``-`` is stdin); ``bad_file`` where the file or its header cannot be read."""
    return GrantsReader(path)
