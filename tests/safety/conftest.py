"""What the tests of safety stand on: every reader of text by its name, as a function of a text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bonuscli.clock import Calendar
from bonuscli.importers import Read, open_receipts
from bonuscli.importers.grants import read_grants
from bonuscli.importers.members import read_members
from bonuscli.importers.profile import Profile, load_profile
from bonuscli.model import Measures, Reject

MEASURES = Measures(2, 0, Calendar("Europe/Moscow"))
ReadRows = Callable[..., tuple[list, list[Reject]]]


@pytest.fixture
def read_rows(tmp_path: Path) -> ReadRows:
    """``read_rows(text or bytes, "canonical" | "members" | "grants")``: what was read, and what was rejected."""

    def read(content: str | bytes, kind: str | Profile = "canonical") -> tuple[list, list[Reject]]:
        path = tmp_path / "day.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        if isinstance(kind, str) and kind in ("members", "grants"):
            reader = {"members": read_members, "grants": read_grants}[kind](path)
        else:
            profile = load_profile(kind) if isinstance(kind, str) else kind
            reader = open_receipts(path, profile, MEASURES)
        items = list(reader)
        read_well = [item.receipt if isinstance(item, Read) else item for item in items if not isinstance(item, Reject)]
        return read_well, [item for item in items if isinstance(item, Reject)]

    return read
