"""The small version of the long run: some hundreds of mutated files for each reader, the same ones every time."""

from pathlib import Path

import pytest

from tests.fuzz import command, drive
from tests.fuzz.__main__ import main
from tests.fuzz.drive import Failed, Seen
from tests.fuzz.readers import FAMILIES, NOW, READERS, Broken, Fuzzed, build

# Runs that take about a second on one core; each file is fed twice.
RUNS = {"program": 60, "scenario": 20, "json": 1_500, "till": 40, "import": 20}
SEED = 20_260


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of commands that a reader runs."""
    monkeypatch.setenv("BONUSCLI_NOW", NOW)


@pytest.mark.parametrize("name", READERS)
def test_a_reader_stands_what_it_is_given(name: str, tmp_path: Path) -> None:
    """No exception but the foreseen one, no row lost, no file that takes long, and no memory kept."""
    fuzzed = build(name, tmp_path)
    seen = drive.drive(fuzzed, fuzzed.seeds, SEED, runs=RUNS.get(name, 150))
    drive.require_steady(seen._replace(peak_mb=0))  # the peak is that of all tests before


def test_the_program_stands_what_a_shell_gives_it(tmp_path: Path) -> None:
    """Processes of ``bonuscli import FILE`` end with 0 or 5, without a traceback, and the ledger proves sound."""
    line, sound = command.command_for(tmp_path, 60, SEED, tmp_path / "failures", runs=8)
    assert sound, line


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (lambda content: 1 // 0, "ZeroDivisionError"),
        (lambda content: [None for _ in iter(int, 1)], "TimedOut"),
        (lambda content: exec("raise SystemExit"), "SystemExit"),
    ],
)
def test_a_reader_that_fails_is_found(wrong, found, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception, a loop without end and an end of the process are failures, and the file is at hand."""
    monkeypatch.setattr(drive, "SECONDS_EACH", 0.2)
    with pytest.raises(Failed, match=found) as caught:
        drive.drive(Fuzzed("wrong", wrong, [b"seed"], [b"word"]), [b"seed"], SEED, runs=3)
    assert caught.value.content == b"seed"


def test_a_reader_that_keeps_memory_is_found() -> None:
    """What is kept of each file grows when the same files come again."""
    kept: list[list[bytes]] = []
    hoarder = Fuzzed("hoarder", lambda content: kept.append([content + b"x" for _ in range(50)]), [b"a"], [b"w"])
    with pytest.raises(Broken, match="blocks of memory more"):
        drive.require_steady(drive.drive(hoarder, [b"a"], SEED, runs=300))
    with pytest.raises(Broken, match="MB of memory"):
        drive.require_steady(Seen(1, 0, 100_000))


def test_the_same_seed_gives_the_same_files() -> None:
    """A run can be repeated."""
    first, again = (drive.mutations([b"a,b\nc"], [b"w"], 7) for _ in range(2))
    assert [next(first) for _ in range(50)] == [next(again) for _ in range(50)]


def test_every_reader_belongs_to_a_family() -> None:
    """``--reader yaml``, ``csv`` and ``json`` together are all readers."""
    assert sorted(name for family in FAMILIES.values() for name in family) == sorted({*READERS})


def test_a_file_can_be_fed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--reader NAME --file FILE`` feeds that file alone."""
    kept = drive.keep(b"receipt_id,at,amount\nr1,2026-12-01,5\n", "csv", tmp_path / "failures")
    monkeypatch.setattr("sys.argv", ["fuzz", "--reader", "csv", "--file", str(kept)])
    assert main() == 0
