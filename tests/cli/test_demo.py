"""``bonuscli demo``: the newcomer's first command tells the whole story, on any day and from any folder."""

import re
import shlex
from pathlib import Path

import pytest

from bonuscli.cli.run import run
from tests.conftest import Run


def told_by(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[str, Path]:
    """What the demo printed, and its folder."""
    assert run(["demo", *options]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    folder = re.search(r"works in (\S+) and", printed.out)
    assert folder is not None
    return printed.out, Path(folder[1])


def test_the_story_is_the_same_on_every_day(capsys: pytest.CaptureFixture[str]) -> None:
    """Twice in a row, in folders of their own, the demo prints the same to the last figure."""
    first, one = told_by(capsys)
    second, other = told_by(capsys)
    assert one != other
    assert first.replace(str(one), "FOLDER") == second.replace(str(other), "FOLDER")


def test_the_whole_story_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """From the first member to the proof: no verb of the daily work is missing, and each does something."""
    told, folder = told_by(capsys)
    commands = re.findall(r"^\$ bonuscli (.*?) --db", told, re.MULTILINE)
    verbs = [command.split()[0] for command in commands]
    for verb in "init enroll import redeem return run-due kpi history balance explain verify".split():
        assert verb in verbs
    assert [f"--by {by}" in told for by in ("month", "shop", "tier")] == [True] * 3
    assert re.search(r"^expired [1-9]", told, re.MULTILINE)
    assert "already recorded" in told
    assert '"accepted": 0, "duplicate": 120' in told
    assert "no findings" in told
    assert (folder / "bonus.db").exists()


def test_its_commands_can_be_run_again(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the demo prints as a command answers the same when the reader runs it afterwards."""
    told, _ = told_by(capsys)
    monkeypatch.setenv("BONUSCLI_NOW", re.search(r"export BONUSCLI_NOW='(.*)'", told)[1])
    for verb in ("kpi", "history", "balance", "explain", "verify"):
        line, printed = re.search(rf"^\$ (bonuscli {verb} .*)\n((?:.+\n|\n(?=.*:  ))*)", told, re.MULTILINE).groups()
        assert run(shlex.split(line)[1:]) == 0
        assert capsys.readouterr().out.startswith(printed)


@pytest.mark.parametrize("count", ["1", "20"])
def test_a_shorter_story(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With ``--receipts`` only the first receipts are told, and the story still holds together."""
    told, _ = told_by(capsys, "--receipts", count)
    assert f"Receipts: {count}\n" in told
    assert "no findings" in told


@pytest.mark.parametrize("count", ["0", "100000", "many"])
def test_a_wrong_number_of_receipts(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A number of receipts that the demo does not have is a usage error."""
    assert run(["demo", "--receipts", count]) == 2
    assert capsys.readouterr().out == ""


def test_its_own_process_leaves_no_clock_behind(run: Run) -> None:
    """As a process, under a clock of the caller's, the demo keeps that clock and sets none."""
    done = run("demo", env={"BONUSCLI_NOW": "2026-12-01 12:00"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "export" not in done.stdout
