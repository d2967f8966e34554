"""Files dropped into a folder by tills, and imported from cron: whole ones once, and none of them lost."""

import fcntl
import json
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bonuscli.cli.run import run
from bonuscli.services import inbox as inboxes
from bonuscli.services import ingest
from tests.cli.inboxes import HEAD, Told, _inbox, drop, names, stored, take

__all__ = ["_inbox", "take"]
pytestmark = pytest.mark.usefixtures("_inbox")
LONG_AGO = time.time() - 3600


def test_a_folder_is_read_in_the_order_of_names_and_moved(take: Told) -> None:
    """What lies in a folder is booked by name, hidden files and folders passed over, and moved when it is done."""
    for name, number in (("c.csv", "3"), ("a.csv", "1"), ("b.csv", "2"), (".hidden", "4")):
        drop(f"inbox/{name}", number)
    Path("inbox/older").mkdir()
    report = take("inbox", "--move-done", "done")
    assert (report["files"], report["accepted"], report["moved"], report["total_minor"]) == (3, 3, 3, 3000)
    assert stored() == ["1", "2", "3"]
    assert names("inbox") == [".hidden", "older"]
    assert names("done") == ["a.csv", "b.csv", "c.csv"]


def test_the_folder_of_done_files_may_stand_within_the_inbox(take: Told) -> None:
    """``inbox/*`` names the folder of done files too, which is not read again."""
    Path("inbox/done").mkdir()
    drop("inbox/a.csv", "1")
    drop("inbox/done/old.csv", "0")
    report = take("inbox/a.csv", "inbox/done", "--move-done", "inbox/done")
    assert (report["files"], stored(), names("inbox/done")) == (1, ["1"], ["a.csv", "old.csv"])
    for named in ("inbox/done", "inbox"):  # nothing else was there, or the inbox itself was named
        report = take(named, "--move-done", named)
        assert (report["files"], report["left_alone"]) == (0, 1)
        assert f"{named} (it is the folder of done files)" in report["err"]


def test_no_done_file_takes_anothers_place(take: Told) -> None:
    """A till whose files have one name every day loses none of them, nor their rejects."""
    for number in ("1", "2", "x"):
        drop("inbox/day.csv.gz", number)
        bad = f"{HEAD}{number},sale,,2026-12-02 09:00,999,1.00\n"
        drop("inbox/day.csv", text=bad)
        report = take("inbox/day.csv", "inbox/day.csv.gz", "--move-done", "done", status=5)
        assert report["moved"] == 2
    assert names("done") == [
        *("day.2.csv", "day.2.csv.gz", "day.2.csv.rejects.csv", "day.3.csv", "day.3.csv.gz", "day.3.csv.rejects.csv"),
        *("day.csv", "day.csv.gz", "day.csv.rejects.csv"),
    ]
    for name in ("day.csv", "day.2.csv", "day.3.csv"):
        (row,) = Path(f"done/{name}").read_text().splitlines()[1:]
        assert f"\n{row}" in Path(f"done/{name}.rejects.csv").read_text()


def test_one_bad_file_does_not_stop_the_others(take: Told) -> None:
    """Each error is told with its file, bad files stay where they are, the others are stored, the status is 5."""
    drop("inbox/a.csv", "1")
    drop("inbox/b.csv", text="no,columns\n1,2\n")
    drop("inbox/c.csv", text="")
    drop("inbox/d.csv", "4")
    report = take("inbox", "--move-done", "done", status=5)
    assert (report["files"], report["failed"], report["moved"]) == (2, 2, 2)
    errors = [json.loads(line)["error"] for line in report["err"].splitlines()]
    assert [(each["code"], each["where"]) for each in errors] == [
        ("bad_file", "inbox/b.csv:1"),
        ("bad_file", "inbox/c.csv"),
    ]
    assert (stored(), names("inbox")) == (["1", "4"], ["b.csv", "c.csv"])


def test_a_file_that_breaks_off_stays(take: Told) -> None:
    """What stood before the break is stored and counted; the file is not done, and can be mended."""
    rows = "".join(f"r{number},sale,,2026-12-02 09:00,100,10.00\n" for number in range(300))
    path = drop("inbox/a.csv")
    path.write_bytes(f"{HEAD}{rows}".encode() + b"2,sale,,\xff\n")
    drop("inbox/b.csv", "3")
    os.utime(path, (LONG_AGO, LONG_AGO))
    report = take("inbox", "--move-done", "done", status=5)
    assert (report["failed"], names("inbox"), report["receipts"], len(stored())) == (1, ["a.csv"], 300, 300)
    path.write_text(f"{HEAD}{rows}")
    os.utime(path, (LONG_AGO, LONG_AGO))
    report = take("inbox", "--move-done", "done")
    assert (report["receipts"], report["moved"], len(stored())) == (300, 1, 301)


def test_of_one_named_file_the_error_is_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """A single file that cannot be read gives no report, as before."""
    drop("a.csv", text="no,columns\n1,2\n")
    assert run(["import", "a.csv", "--json"]) == 5
    out, err = capsys.readouterr()
    assert (out, json.loads(err)["error"]["code"]) == ("", "bad_file")


def test_one_named_file_that_breaks_off_is_reported(take: Told) -> None:
    """Receipts that stood whole before the break are stored and counted, and not the one that it may be a part of;
    with --atomic nothing is.
    """
    path = drop("a.csv", "1", "2", "3")
    path.write_bytes(path.read_bytes() + "3,sale,,2026-12-02 09:00,100,1.00,Ч".encode()[:-1])
    assert run(["import", "a.csv", "--atomic", "-q"]) == 5
    assert stored() == []
    report = take("a.csv", status=5)
    assert (report["accepted"], report["files"], report["failed"], stored()) == (2, 0, 1, ["1", "2"])
    error = json.loads(report["err"].splitlines()[-1])["error"]
    assert (error["code"], error["where"]) == ("bad_file", "a.csv:5")
    assert error["hint"].startswith("the file ends within a letter: is it whole?")


def test_what_stops_everything_is_not_taken_for_a_bad_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk or a busy database ends the import with its own status, whatever files are left."""
    drop("inbox/a.csv", "1")
    drop("inbox/b.csv", "2")

    def fail(*_: object) -> None:
        raise ingest.BonusError("busy", "somebody else is writing")

    monkeypatch.setattr(ingest.append, "count_import", fail)
    assert run(["import", "inbox", "--move-done", "done", "-q"]) == 75
    assert (stored(), names("done")) == ([], [])


@pytest.mark.parametrize("name", ["a.csv.part", "a.tmp", "a.csv~", "a.csv.filepart"])
def test_names_of_unfinished_files_are_left_alone(name: str, take: Told) -> None:
    """A name that says that its file is not whole is believed, however old it is."""
    drop(f"inbox/{name}", "1")
    report = take("inbox", "--move-done", "done")
    assert (report["files"], report["left_alone"], names("inbox")) == (0, 1, [name])
    assert f"inbox/{name} (its name is that of an unfinished file)" in report["err"]


def test_a_file_that_was_just_changed_is_left_alone(take: Told) -> None:
    """It is read once nobody has changed it for the seconds of --settled; what is named and stays is read at once."""
    path = drop("inbox/a.csv", "1", age=0)
    report = take("inbox", "--move-done", "done")
    assert (report["left_alone"], names("done"), stored()) == (1, [], [])
    assert "inbox/a.csv (it was changed within the last 10 seconds)" in report["err"]
    assert take("inbox")["left_alone"] == 1
    assert take(str(path))["accepted"] == 1
    assert take("inbox", "--move-done", "done", "--settled", "0")["moved"] == 1


def test_a_clock_that_is_ahead_keeps_no_file_back(take: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file whose time lies ahead, it counts when this machine saw it change."""
    drop("inbox/a.csv", "1", age=-7200)
    assert take("inbox", "--move-done", "done")["left_alone"] == 1
    monkeypatch.setattr(inboxes.time, "time", lambda now=time.time: now() + 60)
    assert take("inbox", "--move-done", "done")["moved"] == 1


def test_a_file_that_is_locked_is_left_alone(take: Told) -> None:
    """Whoever holds a lock on a file is at work on it: a program that writes it, or another import."""
    path = drop("inbox/a.csv", "1")
    with path.open() as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        report = take("inbox", "--move-done", "done")
    assert "inbox/a.csv (another program is at work on it)" in report["err"]
    assert take("inbox", "--move-done", "done")["moved"] == 1


def test_a_file_that_grows_while_it_is_read_stays(take: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read is stored; the file is read again the next time, and moved then."""
    path = drop("inbox/a.csv", "1")
    read = ingest._File.run

    def run_and_grow(self: Any, progress: Any) -> None:
        read(self, progress)
        with path.open("a") as stream:
            stream.write("2,sale,,2026-12-02 09:00,100,10.00\n")

    with monkeypatch.context() as patch:
        patch.setattr(ingest._File, "run", run_and_grow)
        report = take("inbox", "--move-done", "done")
    assert (report["moved"], report["left_alone"], names("inbox")) == (0, 1, ["a.csv"])
    report = take("inbox", "--move-done", "done", "--settled", "0")
    assert (report["duplicate"], report["accepted"], report["moved"], stored()) == (1, 1, 1, ["1", "2"])


def test_killed_between_commit_and_move(take: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second run finds duplicates and moves; nothing is booked twice and no import stays unfinished."""
    drop("inbox/a.csv", "1", "2")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(inboxes, "_moved", die)
        assert run(["import", "inbox", "--move-done", "done"]) == 130
    assert (stored(), names("inbox"), names("done")) == (["1", "2"], ["a.csv"], [])
    report = take("inbox", "--move-done", "done")
    assert (report["duplicate"], report["accepted"], report["moved"]) == (2, 0, 1)
    with closing(sqlite3.connect("bonus.db")) as connection:
        (unfinished,) = connection.execute("SELECT count(*) FROM imports WHERE finished_at IS NULL").fetchone()
    assert unfinished == 0


def test_a_dry_run_moves_nothing(take: Told) -> None:
    """It reads and reports alike; rejects go to the current folder, not to that of done files."""
    drop("inbox/a.csv", "1")
    drop("inbox/b.csv", text=f"{HEAD}2,sale,,2026-12-02 09:00,999,1.00\n")
    report = take("inbox", "--move-done", "done", "-n", status=5)
    assert (report["accepted"], report["moved"], report["errors_file"]) == (1, 0, "b.csv.rejects.csv")
    assert (stored(), names("inbox"), names("done")) == ([], ["a.csv", "b.csv"], [])


def test_all_or_nothing_moves_all_or_nothing(take: Told) -> None:
    """With --atomic files are moved after the one commit; a reject leaves every file where it was."""
    drop("inbox/a.csv", "1")
    bad = drop("inbox/b.csv", text=f"{HEAD}2,sale,,2026-12-02 09:00,999,1.00\n")
    assert run(["import", "inbox", "--move-done", "done", "--atomic", "-q"]) == 5
    assert (stored(), names("inbox")) == ([], ["a.csv", "b.csv"])
    bad.unlink()
    drop("inbox/c.csv", "3")
    assert take("inbox", "--move-done", "done", "--atomic")["moved"] == 2
    assert (stored(), names("inbox")) == (["1", "3"], [])


def test_files_are_carried_to_another_file_system(take: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file cannot be renamed it is copied whole, and then taken away."""
    path = drop("inbox/a.csv", "1")
    before = path.read_bytes()
    replace = os.replace

    def other_system(source: Path, place: Path) -> None:
        if Path(source).parent.name == "inbox":
            raise OSError(18, "Invalid cross-device link")
        replace(source, place)

    monkeypatch.setattr(inboxes.os, "replace", other_system)
    assert take("inbox", "--move-done", "done")["moved"] == 1
    assert (names("inbox"), names("done"), Path("done/a.csv").read_bytes()) == ([], ["a.csv"], before)


def test_a_file_that_cannot_be_moved_is_told(take: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is stored, stays where it is, and its status says so; no empty file is left in its place."""
    drop("inbox/a.csv", "1")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(inboxes.os, "replace", refuse)
    report = take("inbox", "--move-done", "done", status=5)
    assert "the file is imported and cannot be moved to done: Permission denied" in report["err"]
    assert (report["accepted"], report["failed"], names("inbox"), names("done")) == (1, 1, ["a.csv"], [])


def test_folders_that_cannot_be_meant_are_refused() -> None:
    """No folder of done files, the inbox itself, or a file in its place: nothing is read."""
    drop("inbox/a.csv", "1")
    assert run(["import", "inbox", "--move-done", "nowhere", "-q"]) == 5
    assert run(["import", "inbox", "--move-done", "inbox/a.csv", "-q"]) == 5
    assert run(["import", "inbox/a.csv", "--move-done", "inbox", "-q"]) == 2
    assert (stored(), names("inbox")) == ([], ["a.csv"])


def test_the_database_is_never_an_input(take: Told) -> None:
    """In its own folder neither it nor what belongs to it is read, moved or taken for a failure."""
    drop("a.csv", "1")
    drop("a.csv.rejects.csv", text="mended by hand\n")
    report = take(".")
    assert (report["files"], report["failed"], report["left_alone"]) == (1, 0, 0)
    report = take("a.csv", "bonus.db", "--move-done", "done")
    assert (report["moved"], report["failed"], names("done")) == (1, 0, ["a.csv"])
    assert "bonus.db (it is the database)" in report["err"]
    assert run(["verify", "-q"]) == 0


def test_a_file_that_is_not_there_is_told(take: Told) -> None:
    """A name mistyped is a failure also where files are moved; what another import put away, and a pattern of a shell
    that no file matches, are none."""
    drop("inbox/a.csv", "1")
    drop("done/b.csv", "2")
    report = take("inbox/a.csv", "inbox/aa.csv", "inbocks", "--move-done", "done", status=5)
    assert (report["failed"], report["moved"], stored()) == (2, 1, ["1"])
    told = [json.loads(line)["error"] for line in report["err"].splitlines()]
    assert [(each["where"], each["message"]) for each in told] == [
        ("inbox/aa.csv", "there is no such file"),
        ("inbocks", "there is no such file"),
    ]
    report = take("inbox/b.csv", "inbox/*", "--move-done", "done")
    assert (report["failed"], report["left_alone"]) == (0, 2)
    assert "inbox/b.csv (it is gone), inbox/* (no file matches it)" in report["err"]


def test_links_that_lead_nowhere_do_not_stop_the_others(take: Told) -> None:
    """A dangling link and a circle of links are told as files that cannot be read, found or named; none is moved."""
    for name, target in (("b.csv", "nowhere.csv"), ("c.csv", "c.csv"), ("folder", "../done")):
        Path(f"inbox/{name}").symlink_to(target)
    drop("inbox/a.csv", "1")
    drop("inbox/d.csv", "4")
    report = take("inbox", "--move-done", "done", status=5)
    assert (report["failed"], report["moved"], stored()) == (2, 2, ["1", "4"])
    told = [json.loads(line)["error"] for line in report["err"].splitlines()]
    assert [(each["where"], each["message"]) for each in told] == [
        ("inbox/b.csv", "the link leads to no file"),
        ("inbox/c.csv", "the file cannot be read: Too many levels of symbolic links"),
    ]
    assert take("inbox/b.csv", "--move-done", "done", status=5)["failed"] == 1
    assert (names("inbox"), names("done")) == (["b.csv", "c.csv", "folder"], ["a.csv", "d.csv"])
