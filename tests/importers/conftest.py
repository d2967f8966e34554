"""How the tests of importers read: a text or bytes under a profile to receipts and rejects."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bonuscli.clock import Calendar
from bonuscli.importers import Read, Reader, open_receipts
from bonuscli.importers.profile import load_profile
from bonuscli.model import Measures, Receipt, Reject

Outcome = tuple[list[Receipt], list[Reject]]
ReadText = Callable[..., Outcome]

MOSCOW = Measures(2, 0, Calendar("Europe/Moscow"))


def collect(reader: Reader) -> Outcome:
    """All receipts and all rejects of a reader, each in its order."""
    items = list(reader)
    receipts = [item.receipt for item in items if isinstance(item, Read)]
    return receipts, [item for item in items if isinstance(item, Reject)]


@pytest.fixture
def measures() -> Measures:
    """Roubles, whole points, Moscow."""
    return MOSCOW


@pytest.fixture
def read(tmp_path: Path) -> ReadText:
    """``read("header\\nrow\\n", profile="canonical")`` through a file ``day.csv``."""

    def read_content(content: str | bytes, profile: str = "canonical", measures: Measures = MOSCOW) -> Outcome:
        path = tmp_path / "day.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return collect(open_receipts(path, load_profile(profile), measures))

    return read_content


@pytest.fixture
def profile_file(tmp_path: Path) -> Callable[[str], str]:
    """``profile_file("lines: scattered")``: the path of a profile for a small file."""

    def write(more: str = "") -> str:
        path = tmp_path / "till.yaml"
        path.write_text(f"columns: {{receipt_id: id, at: at, amount: sum, shop: shop}}\noptional: [shop]\n{more}\n")
        return str(path)

    return write
