"""How the tests of importers read: a text or bytes under a profile to receipts and rejects."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bonuscli.clock import Calendar
from bonuscli.importers import Read, Reader, open_receipts
from bonuscli.importers.profile import load_profile
from bonuscli.model import Measures, Receipt, Reject
from tests.importers.shops import Shop

Outcome = tuple[list[Receipt], list[Reject]]
ReadText = Callable[..., Outcome]

# Of a small file, to which a test adds what it is about.
COLUMNS = "columns: {receipt_id: id, at: at, amount: sum, card: card, name: name}\noptional: [card, name]\n"
MOSCOW = Measures(2, 0, Calendar("Europe/Moscow"))


def collect(reader: Reader) -> Outcome:
    """All receipts and all rejects of a reader, each in its order."""
    items = list(reader)
    receipts = [item.receipt for item in items if isinstance(item, Read)]
    return receipts, [item for item in items if isinstance(item, Reject)]


def told_by(path: Path, profile: str, measures: Measures) -> tuple[list[Receipt], list[Reject], dict[str, int]]:
    """(receipts, rejects, what was passed over) of a file of documents."""
    reader = open_receipts(path, load_profile(profile), measures)
    return (*collect(reader), dict(reader.passed_over))


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


def amounts(receipts: list[Receipt]) -> list[list[int]]:
    """The amounts of all lines, receipt by receipt."""
    return [[line.amount for line in each.lines] for each in receipts]


@pytest.fixture
def outcome() -> Callable[..., tuple[list[Receipt], list[Reject], Reader]]:
    """``outcome(rows, keys of the profile)``: receipts, rejects and the reader, of files in the current folder."""

    def read_rows(
        content: str | bytes, more: str = "", columns: str = COLUMNS
    ) -> tuple[list[Receipt], list[Reject], Reader]:
        Path("till.yaml").write_text(columns + more, encoding="utf-8")
        Path("day.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
        reader = open_receipts(Path("day.csv"), load_profile("till.yaml"), MOSCOW)
        return (*collect(reader), reader)

    return read_rows


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    """A shop that files are imported into."""
    return Shop(monkeypatch.setenv, capsys.readouterr)
