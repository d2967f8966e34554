"""The one place that runs a command and turns what goes wrong into words and an exit status.

Results belong to stdout, which stays empty where a command fails; the reason goes to stderr, as text or, where JSON was
asked for, as one JSON object.  No command catches an error to print it, and none decides an exit status for one.
"""

import errno
import os
import sys
from contextlib import suppress
from itertools import pairwise
from typing import Any

import typer
from typer.core import TyperGroup

from bonuscli.errors import (
    EXIT_DONE,
    EXIT_INTERRUPTED,
    EXIT_UNEXPECTED,
    BonusError,
    InvariantBroken,
)
from bonuscli.near import did_you_mean

BUG = "this is a bug in bonuscli"


def run(argv: list[str]) -> int:
    """Run one command line and return its exit status; whatever happens is told on stderr and never raised."""
    _speak_utf8()
    try:
        status = _run_command(argv)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except typer.Exit as leaving:
        return leaving.exit_code
    except BrokenPipeError:
        _forget_stdout()
        return EXIT_DONE
    except (KeyboardInterrupt, typer.Abort):
        print("interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except Exception as problem:
        return _tell(_in_our_words(problem), argv, problem)


def _run_command(argv: list[str]) -> int:
    from bonuscli.cli.app import main_group

    with main_group().make_context("bonuscli", list(argv)) as context:
        status = context.command.invoke(context)
    return status if isinstance(status, int) else EXIT_DONE


def _in_our_words(problem: Exception) -> BonusError:
    """Any failure as a ``BonusError``: usage errors of Typer, the machine's errors, and our own bugs."""
    if isinstance(problem, BonusError):
        return problem
    if _is_usage_error(problem):
        return _usage(problem)
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
    if json_asked(argv):
        import json

        told: dict[str, Any] = {
            "code": error.code,
            "message": error.message,
            "where": error.where,
            "hint": error.hint,
        }
        if error.problems:
            told["problems"] = list(error.problems)
        print(json.dumps({"error": told}, ensure_ascii=False), file=sys.stderr)
        return error.exit_status
    lines = [f"error: {error.message}", *error.problems]
    lines += [f"  where: {error.where}"] if error.where else []
    lines += [f"  hint: {error.hint}"] if error.hint else []
    print(_printable("\n".join(lines)), file=sys.stderr)
    return error.exit_status


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


def _is_usage_error(problem: Exception) -> bool:
    # Typer keeps these classes private; all of them format themselves and carry an exit status.
    return hasattr(problem, "format_message") and hasattr(problem, "exit_code")


def _usage(problem: Any) -> BonusError:
    """A usage error that Typer found, in the words of all other errors."""
    context = getattr(problem, "ctx", None)
    message = problem.format_message()
    if type(problem).__name__ == "NoArgsIsHelpError":
        return BonusError("usage", f"a command is missing\n\n{message}")
    hint = f"see: {context.command_path} --help" if context is not None else "see: bonuscli --help"
    unknown = getattr(problem, "option_name", None)
    if unknown and message.startswith("No such option"):
        message = f"there is no option {unknown}"
        hint = _hint_for_option(unknown, context) or hint
    return BonusError("usage", message[:1].lower() + message[1:].rstrip("."), None, hint)


def _hint_for_option(unknown: str, context: Any) -> str | None:
    if context is None:
        return None
    if isinstance(context.command, TyperGroup):
        from bonuscli.cli.options import shared_names

        if unknown in shared_names():
            return f"options stand after the command: {context.command_path} COMMAND {unknown}"
    names = [name for param in context.command.get_params(context) for name in param.opts]
    return did_you_mean(unknown, [name for name in names if name.startswith("-")])  # an argument has a bare name


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
        with suppress(OSError):  # an output that is no file has no number
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
