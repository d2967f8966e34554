"""Many files in one import: one summary, one bar, and files of rejects that do not meet."""

import json
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.services import ingest
from tests.cli.inboxes import HEAD, Told, _inbox, drop, names, stored, take
from tests.conftest import Run

__all__ = ["_inbox", "take"]
pytestmark = pytest.mark.usefixtures("_inbox")


def test_rejects_of_equal_names_do_not_meet(take: Told) -> None:
    """Two inputs of one name from two folders have two files of rejects, each with its own rows."""
    Path("other").mkdir()
    for folder, number in (("inbox", "1"), ("other", "2")):
        drop(f"{folder}/day.csv", text=f"{HEAD}{number},sale,,2026-12-02 09:00,999,1.00\n")
    report = take("inbox/day.csv", "other/day.csv", status=5)
    assert report["errors_file"] == "day.csv.rejects.csv, day.2.csv.rejects.csv"
    assert "\n2,sale" in Path("day.2.csv.rejects.csv").read_text()
    assert "\n1,sale" in Path("day.csv.rejects.csv").read_text()


def test_names_that_are_no_text_are_files_too(take: Told) -> None:
    """A name in another encoding, or with what steers a terminal, is a file like any other."""
    for name in (b"inbox/\xf7\xe0\xe9.csv", b"inbox/a\x1b[2J.csv"):
        drop(os.fsdecode(name), str(len(name)))
    drop(os.fsdecode(b"inbox/\xff.csv"), text=f"{HEAD}1,sale,,2026-12-02 09:00,999,1.00\n")
    drop(os.fsdecode(b"inbox/\xfe.csv"), text="no,columns\n")
    report = take("inbox", "--move-done", "done", status=5)
    assert (report["files"], report["moved"], report["rejected"], report["failed"]) == (3, 3, 1, 1)
    assert "\x1b" not in report["err"]
    with closing(sqlite3.connect("bonus.db")) as connection:
        files = [file for (file,) in connection.execute("SELECT file FROM imports ORDER BY id")]
    assert files == ["inbox/a\x1b[2J.csv", "inbox/\\xf7\\xe0\\xe9.csv", "inbox/\\xff.csv"]


def test_two_imports_share_an_inbox(run: Run, take: Told) -> None:
    """Two at once read each file once between them, and what one is at work on the other leaves alone."""
    for number in range(20):
        drop(f"inbox/{number:02}.csv", *(f"{number}-{receipt}" for receipt in range(20)))
    with ThreadPoolExecutor(2) as pool:
        words = ("import", "inbox", "--move-done", "done", "--json", "--quiet")
        told = [json.loads(done.stdout) for done in pool.map(lambda _: run(*words), range(2))]
    assert sum(each["accepted"] for each in told) == 400
    assert sum(each["moved"] for each in told) == 20
    assert all(each["duplicate"] == each["failed"] == 0 for each in told)
    assert (names("inbox"), len(names("done"))) == ([], 20)


def test_one_file_of_rejects_for_all_is_begun_anew(take: Told) -> None:
    """--errors holds the rejects of this import alone, also where the first files have none."""
    drop("inbox/a.csv", "1")
    for name, number in (("b.csv", "2"), ("c.csv", "3")):
        drop(f"inbox/{name}", text=f"{HEAD}{number},sale,,2026-12-02 09:00,999,1.00\n")
    for _ in range(2):
        assert take("inbox", "--errors", "all.csv", status=5)["errors_file"] == "all.csv"
        lines = Path("all.csv").read_text(encoding="utf-8-sig").splitlines()
        assert [line.partition(",")[0] for line in lines] == ["receipt_id", "2", "3"]


def test_a_thousand_files_are_one_import(take: Told) -> None:
    """One command, one summary; each file has its row in the list of imports, begun and ended."""
    for number in range(1000):
        drop(f"inbox/{number:04}.csv", f"n{number}")
    report = take("inbox", "--move-done", "done")
    assert (report["files"], report["receipts"], report["moved"], report["total_minor"]) == (
        1000,
        1000,
        1000,
        1_000_000,
    )
    assert report["read_as"] == "canonical, encoding utf-8, delimiter ,"
    assert (stored()[0], stored()[-1], names("inbox")) == ("n0", "n999", [])
    with closing(sqlite3.connect("bonus.db")) as connection:
        (ended,) = connection.execute("SELECT count(*) FROM imports WHERE finished_at IS NOT NULL").fetchone()
    assert ended == 1000


def test_progress_of_many_files_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes of all files together go from nothing to all of them, under one name."""
    sizes = [drop(f"inbox/{number}.csv", *map(str, range(number, number + 5))).stat().st_size for number in range(9)]
    seen: list[tuple[str, int, int | None, int]] = []
    shop = ingest.Shop(Path("bonus.db"))
    options = ingest.Options(ingest.profile_named("canonical"))
    ingest.run(shop, [Path("inbox")], options, lambda *told: seen.append(told))
    assert {(name, whole) for name, _, whole, _ in seen} == {("9 files", sum(sizes))}
    read = [read for _, read, _, _ in seen]
    assert read == sorted(read)
    assert (read[-1], seen[-1][-1]) == (sum(sizes), 45)


def test_rejects_are_told_also_with_quiet(run: Run) -> None:
    """From cron, where nobody reads reports, an import with -q says that receipts were rejected, and nothing else."""
    drop("inbox/a.csv", text=f"{HEAD}2,sale,,2026-12-02 09:00,999,1.00\n")
    drop("inbox/b.csv.part", "3")
    done = run("import", "inbox", "--move-done", "done", "-q")
    assert (done.returncode, done.stdout) == (5, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("rejected receipts are in done/a.csv.rejects.csv: unknown_card 1;")


def test_standard_input_is_read_once(run: Run) -> None:
    """Named twice, it is told for the second time as an input that cannot be read."""
    content = f"{HEAD}1,sale,,2026-12-02 09:00,100,10.00\n"
    done = run("import", "-", "-", "--json", input=content)
    assert (done.returncode, json.loads(done.stdout)["accepted"], json.loads(done.stdout)["failed"]) == (5, 1, 1)
    assert json.loads(done.stderr)["error"]["message"] == "standard input was read to its end already"
