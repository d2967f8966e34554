"""The shared options: what they are, and what wins where several sources give a value."""

from pathlib import Path

import pytest

from bonuscli import errors
from bonuscli.cli.run import run
from bonuscli.cli.settings import FILE_NAME

pytestmark = pytest.mark.usefixtures("_sample_commands")

BAD_SETTINGS = [
    ('dbb = "x"', "error: there is no setting 'dbb'", "hint: did you mean 'db'?"),
    ('colour = "red"', "error: there is no setting 'colour'", "hint: known keys: db, in, output, wait, actor"),
    ('wait = "10"', "error: the setting 'wait' must be a whole number, not '10'", ""),
    ("wait = true", "error: the setting 'wait' must be a whole number, not True", ""),
    ("wait = -1", "error: the setting 'wait' must be 0 or more", ""),
    ("db = 5", "error: the setting 'db' must be text in quotes, not 5", ""),
    ("db = ", "error: this is not TOML", ""),
    ('output = "jsom"', "error: there is no output format 'jsom'", "hint: did you mean"),
]


def shown(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, str]:
    """What ``show-call 100`` was given, by field."""
    assert run(["show-call", "100", *argv]) == 0
    fields = "card pending db program output as_of quiet debug dry_run at actor key wait".split()
    return dict(zip(fields, capsys.readouterr().out.strip().split("|"), strict=True))


def test_built_in_values(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing is given, the built-in values hold."""
    call = shown(capsys)
    assert (call["db"], call["output"], call["wait"], call["as_of"]) == ("bonus.db", "table", "10", "None")


def test_flags_win_over_variables_and_settings(capsys: pytest.CaptureFixture[str], monkeypatch, tmp_path: Path) -> None:
    """The flag is taken first, then the variable, then the settings file."""
    (tmp_path / FILE_NAME).write_text('db = "from-file.db"\n')
    assert shown(capsys)["db"] == str(tmp_path / "from-file.db")
    monkeypatch.setenv("BONUSCLI_DB", "from-variable.db")
    assert shown(capsys)["db"] == "from-variable.db"
    assert shown(capsys, "--db", "from-flag.db")["db"] == "from-flag.db"


def test_settings_are_found_upward(capsys: pytest.CaptureFixture[str], monkeypatch, tmp_path: Path) -> None:
    """The nearest settings file above the current folder counts, and its database is seen from its own folder."""
    (tmp_path / FILE_NAME).write_text('db = "bonus.db"\nin = "corner-shop"\noutput = "csv"\n')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    call = shown(capsys)
    assert (call["db"], call["program"], call["output"]) == (str(tmp_path / "bonus.db"), "corner-shop", "csv")


def test_settings_ask_for_json_errors_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Where the settings file makes JSON the rule, errors are JSON as well, unless the command line says otherwise."""
    (tmp_path / FILE_NAME).write_text('output = "json"\n')
    run(["fail", "refused"])
    assert capsys.readouterr().err.startswith('{"error"')
    run(["fail", "refused", "-o", "table"])
    assert capsys.readouterr().err.startswith("error:")


@pytest.mark.parametrize(("text", "message", "hint"), BAD_SETTINGS, ids=[text for text, *_ in BAD_SETTINGS])
def test_bad_settings_are_told(
    text: str, message: str, hint: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A mistake in the settings file is a usage error that says what is wrong."""
    (tmp_path / FILE_NAME).write_text(text + "\n")
    assert run(["show-call", "100"]) == errors.EXIT_USAGE
    told = capsys.readouterr().err
    assert told.startswith(message)
    assert hint in told


def test_short_cuts_name_the_format(capsys: pytest.CaptureFixture[str]) -> None:
    """``--json`` and ``--csv`` are ``-o json`` and ``-o csv``; any format of tabulate is taken."""
    assert shown(capsys, "--json")["output"] == "json"
    assert shown(capsys, "--csv")["output"] == "csv"
    assert shown(capsys, "-o", "github")["output"] == "github"
    assert shown(capsys, "-o", "json", "--json")["output"] == "json"


def test_two_formats_at_once_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Two different formats on one line are a usage error."""
    assert run(["show-call", "100", "--csv", "-o", "github"]) == errors.EXIT_USAGE
    assert "two output formats at once: github and csv" in capsys.readouterr().err


def test_own_options_stand_beside_shared_ones(capsys: pytest.CaptureFixture[str]) -> None:
    """A command's own options and the shared ones can be mixed in any order."""
    call = shown(capsys, "--as-of", "2026-12-31", "--pending", "-q")
    assert (call["pending"], call["as_of"], call["quiet"]) == ("True", "2026-12-31", "True")


def test_a_reader_has_no_options_of_writers(capsys: pytest.CaptureFixture[str]) -> None:
    """An option that a command would ignore is refused."""
    assert run(["show-call", "100", "--dry-run"]) == errors.EXIT_USAGE
    assert run(["show-points", "100", "5", "--as-of", "2026-12-31"]) == errors.EXIT_USAGE
    assert run(["fail", "bug", "--db", "x"]) == errors.EXIT_USAGE


def test_writers_can_be_tried_and_made_to_wait(capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    """``-n`` and ``--wait`` reach the command; the time to wait may come from its variable."""
    monkeypatch.setenv("BONUSCLI_WAIT", "3")
    assert run(["show-points", "100", "5", "-n"]) == 0
    assert capsys.readouterr().out == "5 True 3\n"


@pytest.mark.parametrize("wait", ["soon", "-1"])
def test_a_wrong_wait_is_a_usage_error(wait: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The seconds to wait are a whole number, 0 or more."""
    assert run(["show-points", "100", "5", "--wait", wait]) == errors.EXIT_USAGE
    assert "--wait" in capsys.readouterr().err


def test_negative_numbers_are_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    """A command that takes points with a sign reads ``-50`` as a number, and a mistyped option is still refused."""
    assert run(["show-points", "100", "-50"]) == 0
    assert capsys.readouterr().out == "-50 False 10\n"
    assert run(["show-points", "100", "-50", "--dryrun"]) == errors.EXIT_USAGE


def test_help_of_a_command_ends_with_shared_options(capsys: pytest.CaptureFixture[str]) -> None:
    """The help of a command shows its own arguments and options before those that all commands share."""
    assert run(["show-call", "--help"]) == 0
    shown_help = capsys.readouterr().out
    parts = ["Arguments:", "Options:", "--pending", "Shared options:", "--db FILE", "--json"]
    places = [shown_help.index(part) for part in parts]
    assert places == sorted(places)
