"""The one place that runs a command and turns what goes wrong into words and an exit status.

Results belong to stdout, which stays empty where a command fails; the reason goes to stderr, as text or, where JSON was
asked for, as one JSON object.  No command catches an error to print it, and none decides an exit status for one.
"""

import errno
import os
import sys
from itertools import pairwise

from bonuscli.errors import (
    EXIT_DONE,
    EXIT_INTERRUPTED,
    EXIT_UNEXPECTED,
    BonusError,
    InvariantBroken,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BUG = "this is a bug in bonuscli"


def run(argv: list[str]) -> int:
    """Run one command line and return its exit status; whatever happens is told on stderr and never raised."""
    _speak_utf8()
    try:
        status = _run_command(argv)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except BrokenPipeError:
        _forget_stdout()
        return EXIT_DONE
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except Exception as problem:
        return _tell(_in_our_words(problem), argv, problem)


def _run_command(argv: list[str]) -> int:
    from bonuscli.cli.plain import plain_command

    command = plain_command(argv)
    if command is not None:
        status = command()
    else:
        from bonuscli.cli.app import run_command

        status = run_command(argv)
    return status if isinstance(status, int) else EXIT_DONE


def _in_our_words(problem: Exception) -> BonusError:
    """Any failure as a ``BonusError``: those of the machine and our own bugs too."""
    if isinstance(problem, BonusError):
        return problem
    if isinstance(problem, InvariantBroken):
        return BonusError(
            "invariant_broken",
            f"{BUG}, or the database was changed from outside: {problem}",
            hint="keep a copy (bonuscli db backup), then look at: bonuscli verify",
        )
    if isinstance(problem, OSError):
        _forget_stdout()
        code = "disk_full" if problem.errno == errno.ENOSPC else "unexpected"
        return BonusError(code, problem.strerror or str(problem), problem.filename and str(problem.filename))
    return BonusError(
        "unexpected",
        f"{BUG}: {type(problem).__name__}: {problem}",
        hint="run the same command with --debug and report what it prints",
    )


def _tell(error: BonusError, argv: list[str], cause: Exception) -> int:
    """Print an error on stderr in the form that the command line asked for; its exit status."""
    if error.exit_status == EXIT_UNEXPECTED and "--debug" in argv:
        import traceback

        traceback.print_exception(cause)
    print(error_text(error, json_asked(argv)), file=sys.stderr)
    return error.exit_status


def error_text(error: BonusError, as_json: bool) -> str:
    """An error as lines for people, or as one JSON object."""
    if as_json:
        told: dict[str, Any] = {
            "code": error.code,
            "message": error.message,
            "where": error.where,
            "hint": error.hint,
        }
        if error.problems:
            told["problems"] = list(error.problems)
        from bonuscli.render.machines import dump_one

        return dump_one({"error": told})
    lines = [f"error: {error.message}", *error.problems]
    lines += [f"  where: {error.where}"] if error.where else []
    lines += [f"  hint: {error.hint}"] if error.hint else []
    return _printable("\n".join(lines))


def json_asked(argv: list[str]) -> bool:
    """Whether this command line wants JSON, also where it is wrong otherwise; if it is silent, the settings say."""
    words = argv[: argv.index("--")] if "--" in argv else argv
    for word, following in pairwise([*words, ""]):
        if word == "--json":
            return True
        if word in ("-o", "--output"):
            return following in ("json", "jsonl")
        if word.startswith(("--output=", "-o")):
            return word.removeprefix("--output=").removeprefix("-o") in ("json", "jsonl")
        if word == "--csv":
            return False
    from bonuscli.cli.settings import read_settings

    try:
        return read_settings().get("output") in ("json", "jsonl")
    except BonusError:
        return False


def _printable(text: str) -> str:
    """Text whose control characters, which a file's cell may hold, can not steer the terminal."""
    return "".join(char if char.isprintable() or char in "\n\t" else repr(char)[1:-1] for char in text)


def _speak_utf8() -> None:
    """Write UTF-8 whatever the locale says; bytes that came in broken on the command line go out as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _forget_stdout() -> None:
    """Point stdout at nothing, so that Python's last flush does not complain about a closed pipe or a full disk."""
    if sys.stdout is not None:
        from contextlib import suppress

        with suppress(OSError):  # an output that is no file has no number
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
