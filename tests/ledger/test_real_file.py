"""Three months of a real shop's receipts: the known figures, nothing twice, and every balance by another way."""

import gzip
import random
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bonuscli.services.ingest import Report
from bonuscli.services.shop import Shop
from tests.ledger.naive_gift_shop import standing
from tests.ledger.tills import REAL, ROOT, assert_proven, dump, figures, open_shop, send

NOW = "2011-03-01 12:00"
GIFT_SHOP = ROOT / "programs" / "gift-shop.yaml"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Report, list[str]]:
    """The real file in a new shop, its report and the canonical dump."""
    folder = tmp_path_factory.mktemp("real")
    shop = open_shop(folder / "shop.db", NOW, GIFT_SHOP)
    copy = shutil.copy(REAL, folder)
    report = send(shop, Path(copy), "online-retail")
    return shop, report, dump(shop)


def test_the_figures_of_its_readme(imported: tuple[Shop, Report, list[str]]) -> None:
    """Lines, receipts, accounts and the total to the penny; nothing is rejected, and the ledger proves sound."""
    shop, report, _ = imported
    assert (report.lines, report.receipts, report.accepted) == (105_335, 4_894, 4_894)
    assert (report.accounts_enrolled, report.total_minor) == (1_749, 180_701_993)
    assert (report.rejected, report.conflicts, report.duplicate, report.skipped) == (0, 0, 0, 0)
    with shop.reading() as session:
        of_members = session.connection.execute(
            "SELECT SUM(CASE kind WHEN 'return' THEN -total ELSE total END), COUNT(DISTINCT member) FROM events"
            " WHERE kind IN ('receipt', 'return') AND member IS NOT NULL"
        ).fetchone()
        guests = session.connection.execute("SELECT COUNT(*) FROM events WHERE member IS NULL").fetchone()
        cancelled = session.connection.execute("SELECT COUNT(*) FROM events WHERE kind = 'return'").fetchone()
    assert (of_members, guests, cancelled) == ((146_622_455, 1_749), (748,), (805,))
    assert_proven(shop)


def test_every_balance_agrees_with_a_clerk(imported: tuple[Shop, Report, list[str]]) -> None:
    """A naive script, which knows nothing of bonuscli, comes to the same figures of all 1,749 members."""
    shop = imported[0]
    expected = standing(REAL, date(2011, 3, 1))
    with shop.reading() as session:
        cards = dict(session.connection.execute("SELECT shown, member FROM cards"))
        desk = session.desk()
        desk.load(set(cards.values()))
        found = {}
        for card, member in cards.items():
            shown = session.figures(desk.accounts[member])
            found[card] = (shown.balance, shown.pending)
    assert len(found) == 1_749
    assert {card: (found.get(card), each) for card, each in expected.items() if found.get(card) != each} == {}


def rows_of_file() -> tuple[bytes, list[bytes]]:
    """The header and the raw rows."""
    header, *rows = gzip.decompress(REAL.read_bytes()).splitlines(keepends=True)
    return header, rows


def again(folder: Path) -> list[Path]:
    """The same file once more."""
    return [Path(shutil.copy(REAL, folder))]


def sorted_again(folder: Path) -> list[Path]:
    """The same rows in another order."""
    header, rows = rows_of_file()
    random.Random(5).shuffle(rows)
    path = folder / "sorted.csv"
    path.write_bytes(header + b"".join(rows))
    return [path]


def with_a_mark(folder: Path) -> list[Path]:
    """The same text with a byte order mark."""
    path = folder / "marked.csv"
    path.write_bytes(b"\xef\xbb\xbf" + gzip.decompress(REAL.read_bytes()))
    return [path]


def halves(folder: Path) -> list[Path]:
    """Two files that overlap in a fifth of the rows and cut receipts in two."""
    header, rows = rows_of_file()
    cuts = {"first.csv": rows[: int(len(rows) * 0.6)], "second.csv": rows[int(len(rows) * 0.4) :]}
    for name, part in cuts.items():
        (folder / name).write_bytes(header + b"".join(part))
    return [folder / name for name in cuts]


@pytest.mark.parametrize("variant", [again, sorted_again, with_a_mark, halves])
def test_importing_it_again_adds_nothing(
    imported: tuple[Shop, Report, list[str]], tmp_path: Path, variant: Callable[[Path], list[Path]]
) -> None:
    """Renamed, re-sorted, re-encoded or cut in overlapping halves: all are duplicates, and the dump stays the same."""
    shop, _, before = imported
    for path in variant(tmp_path):
        report = send(shop, path, "online-retail")
        assert (report.accepted, report.rejected, report.conflicts) == (0, 0, 0)
        assert report.duplicate == report.receipts > 0
    assert dump(shop) == before


def test_a_member_by_hand(imported: tuple[Shop, Report, list[str]]) -> None:
    """Card 17850, the file's first: its welcome points are gone, the earned ones stand open or pending."""
    shown = figures(imported[0], "17850")
    assert shown.deficit == 0 and shown.tier == "patron" and shown.spend > 250_000
