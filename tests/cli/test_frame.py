"""The frame of the command line: exit statuses, the form of errors, near names, and what is imported when."""

import json
import subprocess
import sys

import pytest

from bonuscli import __version__, errors
from bonuscli.cli.registry import COMMANDS, GROUPS, SECTIONS, children
from bonuscli.cli.run import run
from tests.conftest import ROOT, Run

FAILURES = [
    ("refused", errors.EXIT_REFUSED),
    ("problems", errors.EXIT_BAD_INPUT),
    ("broken", errors.EXIT_UNEXPECTED),
    ("bug", errors.EXIT_UNEXPECTED),
    ("missing", errors.EXIT_UNEXPECTED),
    ("full", errors.EXIT_DATABASE),
    ("interrupt", errors.EXIT_INTERRUPTED),
    ("0", errors.EXIT_DONE),
    ("6", errors.EXIT_FINDINGS),
]

MISTAKES = [
    (["balanse", "100"], "did you mean 'balance'?"),
    (["find", "Anna"], "did you mean 'card find'?"),
    (["card", "fnd"], "did you mean 'find'?"),
    (["zzz"], "see: bonuscli --help"),
    (["--db", "x", "balance"], "options stand after the command: bonuscli COMMAND --db"),
    (["fail", "bug", "--debgu"], "did you mean '--debug'?"),
    (["show-call", "100", "--cards"], "did you mean '--csv'?"),
    (["fail", "bug", "-o", "tabel"], "did you mean 'table'?"),
    (["fail", "bug", "-o", "zzzzzz"], "table, json, jsonl, csv, or a format of tabulate: github, html, psql, ..."),
    (["fail"], "see: bonuscli fail --help"),
]

pytestmark = pytest.mark.usefixtures("_sample_commands")


@pytest.mark.parametrize(("how", "status"), FAILURES)
def test_each_failure_has_its_exit_status(how: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    """A command's end, by value or by exception, becomes the exit status of the contract, and stdout stays empty."""
    assert run(["fail", how]) == status
    assert capsys.readouterr().out == ""


def test_an_error_says_what_where_and_how_to_mend(capsys: pytest.CaptureFixture[str]) -> None:
    """In text an error is its message, its place and its hint, each on a line."""
    run(["fail", "refused"])
    assert capsys.readouterr().err == (
        "error: 60 points are open, 100 are asked\n  where: card 100\n  hint: redeem 60\n"
    )


def test_problems_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Problems found together are printed together, between the message and the place."""
    run(["fail", "problems"])
    assert capsys.readouterr().err == (
        "error: 2 mistakes\nshop.yaml:1:1: one\nshop.yaml:2:1: two\n  where: shop.yaml\n"
    )


@pytest.mark.parametrize("flags", [["--json"], ["-o", "json"], ["-ojson"], ["--output=jsonl"], ["-o", "jsonl"]])
def test_with_json_an_error_is_one_object(flags: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Where JSON was asked for, in any spelling, an error is an object with code, message, where and hint."""
    assert run(["fail", "refused", *flags]) == errors.EXIT_REFUSED
    printed = capsys.readouterr()
    assert printed.out == ""
    assert json.loads(printed.err) == {
        "error": {
            "code": "insufficient_points",
            "message": "60 points are open, 100 are asked",
            "where": "card 100",
            "hint": "redeem 60",
        }
    }


def test_json_lists_problems(capsys: pytest.CaptureFixture[str]) -> None:
    """Problems found together are a list in the JSON form."""
    run(["fail", "problems", "--json"])
    assert json.loads(capsys.readouterr().err)["error"]["problems"] == ["shop.yaml:1:1: one", "shop.yaml:2:1: two"]


@pytest.mark.parametrize("flags", [[], ["--csv"], ["-o", "csv"], ["--", "--json"]])
def test_without_json_an_error_is_text(flags: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Other formats, and a word behind ``--``, leave errors in text."""
    run(["fail", "refused", *flags])
    assert capsys.readouterr().err.startswith("error: ")


def test_usage_errors_have_the_json_form_too(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped option is told in JSON where JSON was asked for."""
    assert run(["fail", "bug", "--wrong", "--json"]) == errors.EXIT_USAGE
    told = json.loads(capsys.readouterr().err)["error"]
    assert (told["code"], told["message"]) == ("usage", "there is no option --wrong")


@pytest.mark.parametrize(
    ("argv", "hint"), MISTAKES, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_usage_errors_name_what_was_meant(argv: list[str], hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong command line ends with status 2 and a hint that leads on."""
    assert run(argv) == errors.EXIT_USAGE
    assert capsys.readouterr().err.endswith(f"  hint: {hint}\n")


def test_nothing_at_all_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command the help is shown on stderr, with the status of a usage error."""
    assert run([]) == errors.EXIT_USAGE
    assert "Daily:" in capsys.readouterr().err


def test_a_bug_is_called_a_bug(capsys: pytest.CaptureFixture[str]) -> None:
    """An unexpected exception is told in one sentence, without a traceback."""
    run(["fail", "bug"])
    told = capsys.readouterr().err
    assert told.startswith("error: this is a bug in bonuscli: ZeroDivisionError: division by zero\n")
    assert "Traceback" not in told


def test_debug_shows_where_a_bug_happened(capsys: pytest.CaptureFixture[str]) -> None:
    """With ``--debug`` the traceback stands before the message."""
    run(["fail", "bug", "--debug"])
    assert capsys.readouterr().err.startswith("Traceback")


def test_a_broken_invariant_names_its_entry(capsys: pytest.CaptureFixture[str]) -> None:
    """A broken promise of the ledger is called a bug, with its entry and its numbers."""
    run(["fail", "broken"])
    told = capsys.readouterr().err
    assert "this is a bug in bonuscli" in told
    assert "entry 7: 5 points taken of 3" in told


def test_messages_can_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters of a file's cell are shown, not sent."""
    run(["fail", "control"])
    told = capsys.readouterr().err
    assert "\x1b" not in told
    assert "\\x1b[2J" in told


@pytest.mark.parametrize("words", ["--version", "--help", "help", "card --help", "help card"])
def test_python_m_and_the_script_are_one(words: str, run: Run) -> None:
    """``python -m bonuscli`` answers ``--version`` and help with status 0."""
    done = run(*words.split())
    assert (done.returncode, done.stderr) == (0, "")


def test_version_is_the_package_version(capsys: pytest.CaptureFixture[str]) -> None:
    """``--version`` prints the version of the package."""
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"bonuscli {__version__}\n"


def test_a_closed_pipe_is_no_error() -> None:
    """A reader that stops early, as ``head`` does, neither changes the exit status nor prints a traceback."""
    code = (
        "import sys; from bonuscli.cli import run as r; "
        "r._run_command = lambda argv: [print('x' * 1000) for _ in range(1000)] and 0; "
        "sys.exit(r.run([]))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=-1, stderr=-1, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_a_full_disk_behind_the_output_is_told(run: Run) -> None:
    """Output that can not be written ends with status 8 and one line."""
    try:
        full = open("/dev/full", "w")  # noqa: SIM115
    except OSError:
        pytest.skip("this system has no /dev/full")
    with full:
        done = subprocess.run([sys.executable, "-m", "bonuscli", "help"], stdout=full, stderr=-1, cwd=ROOT, check=False)
    assert done.returncode == errors.EXIT_DATABASE
    assert done.stderr == b"error: No space left on device\n"


def test_help_shows_all_commands_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    """Help lists the registry, section after section, with one line each."""
    run(["--help"])
    shown = capsys.readouterr().out
    places = [shown.index(f"\n{section}:\n") for section in SECTIONS]
    assert places == sorted(places)
    for name, entry in children().items():
        assert f"  {name.ljust(11)}"[:10] in shown
        assert entry.about in shown


def test_help_and_mistakes_import_no_command(run: Run) -> None:
    """Neither help nor a mistyped command imports a command, an engine, a database or a drawing library."""
    heavy = (
        "rich tabulate yaml sqlite3 sqlite_utils pydantic bonuscli.engine bonuscli.store bonuscli.cli.commands".split()
    )
    code = (
        "import sys; from bonuscli.cli.run import run; run(sys.argv[1:]); "
        f"print(sorted(set({heavy!r}) & set(sys.modules)), file=sys.stderr)"
    )
    for argv in (["--help"], ["--version"], ["card", "--help"], ["balanse"]):
        done = subprocess.run([sys.executable, "-c", code, *argv], capture_output=True, text=True, cwd=ROOT, check=True)
        assert done.stderr.splitlines()[-1] == "[]", argv


def test_the_registry_is_well_formed() -> None:
    """Each line has a known section, a target and a short sentence; each noun has its own line."""
    for words, entry in COMMANDS.items():
        module, _, function = entry.target.partition(":")
        assert module.isidentifier()
        assert function.isidentifier()
        assert entry.section in SECTIONS
        assert entry.about[0].isupper()
        assert len(entry.about) <= 65
        assert not entry.about.endswith(".")
        if " " in words:
            assert (words.split()[0] in GROUPS) is not (words.split()[0] in COMMANDS)
    assert {words.split()[0] for words in COMMANDS if " " in words} - set(COMMANDS) == set(GROUPS)
