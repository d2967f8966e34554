"""An import among other writers: what it keeps between its transactions is dropped when somebody else has written."""

from itertools import pairwise
from pathlib import Path

import pytest

from bonuscli.importers.profile import load_profile
from bonuscli.program.load import load_text
from bonuscli.services import ingest, programs
from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.documents import Options
from tests.ledger.tills import HEADER, UTC, assert_proven, figures, open_shop

DAY = UTC.parse_instant("2026-12-01 12:00")


def day_file(folder: Path, receipts: int) -> Path:
    """One card's receipts, more than the first batch takes."""
    path = folder / "day.csv"
    rows = [f"d{number},sale,,2026-11-{1 + number % 28:02} 10:00,17,SKU,1,10.00," for number in range(receipts)]
    path.write_text(HEADER + "\n".join(sorted(rows, key=lambda row: row[-30:])) + "\n")
    return path


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A first load ends its batches as early as a live import does."""
    monkeypatch.setattr(ingest, "_UNHURRIED_BATCH", ingest._FIRST_BATCH)


def test_a_till_and_a_new_version_between_two_batches_are_seen(tmp_path: Path) -> None:
    """A receipt booked by a till and a version published while a file comes in leave a ledger that proves sound."""
    shop = open_shop(tmp_path / "bonus.db", "2026-12-01 12:00")
    calls = 0

    def meddle(name: str, read: int, whole: int | None, receipts: int) -> None:
        nonlocal calls
        calls += 1
        accrue(shop, "17", receipt_of_total(50_00, f"till-{calls}", None, None))
        if calls == 1:
            with shop.reading() as session:
                (published,) = session.connection.execute("SELECT text FROM programs").fetchone()
            programs.publish(shop.path, load_text(published + "\n# again\n", "next.yaml"), now=DAY)

    options = Options(load_profile("canonical"), "enroll", errors=tmp_path / "rejects.csv")
    report = ingest.run(shop, [day_file(tmp_path, 900)], options, meddle)
    assert report.accepted == 900
    assert calls > 1
    assert figures(shop, "17").balance + figures(shop, "17").pending > 0
    assert_proven(shop)


def test_a_till_between_two_files_is_seen(tmp_path: Path) -> None:
    """A receipt booked by a till after the last batch of one file is known when the next file is booked."""
    shop = open_shop(tmp_path / "bonus.db", "2026-12-01 12:00")
    files = []
    for name in ("a", "b", "c"):
        files.append(tmp_path / f"{name}.csv")
        # As many as the first batch takes: the file then ends in a transaction of its own, which sees the till first.
        rows = [f"{name}{number},sale,,2026-11-02 10:00,17,SKU,1,10.00," for number in range(ingest._FIRST_BATCH)]
        files[-1].write_text(HEADER + "\n".join(rows) + "\n")
    calls = 0

    def meddle(name: str, read: int, whole: int | None, receipts: int) -> None:
        nonlocal calls
        calls += 1
        if calls % 2:  # after the batch, and not once more after the file
            accrue(shop, "17", receipt_of_total(50_00, f"till-{calls}", None, None))

    report = ingest.run(shop, files, Options(load_profile("canonical"), "enroll"), meddle)
    assert (report.accepted, report.files) == (3 * ingest._FIRST_BATCH, 3)
    assert_proven(shop)


def test_a_first_load_is_unhurried_until_somebody_else_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches are large while the import is alone with a database without receipts, and short from a till's on."""
    monkeypatch.setattr(ingest, "_UNHURRIED_BATCH", 300)
    monkeypatch.setattr(ingest, "_LARGEST_BATCH", 100)
    shop = open_shop(tmp_path / "bonus.db", "2026-12-01 12:00")
    taken = [0]

    def meddle(name: str, read: int, whole: int | None, receipts: int) -> None:
        taken.append(receipts)
        if len(taken) == 3:
            accrue(shop, "17", receipt_of_total(50_00, "till", None, None))

    options = Options(load_profile("canonical"), "enroll", errors=tmp_path / "rejects.csv")
    ingest.run(shop, [day_file(tmp_path, 1500)], options, meddle)
    sizes = [after - before for before, after in pairwise(taken)]
    assert sizes[:3] == [300, 300, 300]
    assert all(size <= 100 for size in sizes[3:])
    (tmp_path / "again").mkdir()
    taken[1:] = []
    ingest.run(shop, [day_file(tmp_path / "again", 1600)], options, lambda *told: taken.append(told[-1]))
    assert taken[1] == ingest._FIRST_BATCH
    assert_proven(shop)
