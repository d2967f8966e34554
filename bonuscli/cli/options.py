"""The options that commands share: declared once, resolved once, handed over as one ``Call``.

Precedence: the flag, its environment variable, ``bonuscli.toml``, the built-in value.  A command never sees where a
value came from.  An option that a command would ignore is not offered: a writer has ``--at`` and no ``--as-of``.
"""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from bonuscli.cli.settings import read_settings
from bonuscli.errors import BonusError

DEFAULT_DB = "bonus.db"
DEFAULT_OUTPUT = "table"
# Eight tills redeeming without pause waited 0.3 s at worst; ten seconds tell a busy machine from a stuck one.
DEFAULT_WAIT = 10
OUTPUTS = ("table", "json", "jsonl", "csv")  # without asking the registry of formats
SHARED_PANEL = "Shared options"

Command = Callable[..., int | None]


class Call(NamedTuple):
    """What the shared options came to, for one run of a command.

    Times are text as written: only the program's calendar can read them.  ``actor`` and ``key`` are None where nobody
    gave them.  Of a reader, the fields of writers keep the values below.
    """

    db: Path = Path(DEFAULT_DB)
    program: str | None = None
    output: str = DEFAULT_OUTPUT
    as_of: str | None = None
    quiet: bool = False
    debug: bool = False
    dry_run: bool = False
    at: str | None = None
    actor: str | None = None
    key: str | None = None
    wait: int = DEFAULT_WAIT


def whole_number(least: int, most: int = 10**9) -> Callable[[str], int]:
    """How an option's whole number is read: in plain digits, so that ``1_000`` and digits of other scripts are refused.

    >>> whole_number(1)("12")
    12
    """

    def read(text: str | int) -> int:
        written = str(text)
        plain = written.isascii() and written.isdigit() and len(written) <= len(str(most))
        if not plain or not least <= int(written) <= most:
            raise typer.BadParameter(f"{written!r} is no whole number from {least} to {most}")
        return int(written)

    read.__name__ = "whole number"
    return read


def _option(*names: str, **more: Any) -> Any:
    return typer.Option(*names, show_default=False, rich_help_panel=SHARED_PANEL, **more)


TIME_HELP = "as in 2026-12-31 or 2026-12-31 18:30."

CardArgument = Annotated[str, typer.Argument(metavar="CARD", help="A card number, a phone, or an e-card.")]
AsOf = Annotated[str | None, _option("--as-of", metavar="DATE", help=f"Look from this day or instant, {TIME_HELP}")]

# name of the parameter -> (its declaration, its value where nothing is given)
SHARED: dict[str, tuple[Any, Any]] = {
    "db": (
        Annotated[
            Path | None,
            _option("--db", metavar="FILE", envvar="BONUSCLI_DB", help="The database [./bonus.db].", readable=False),
        ],
        None,
    ),
    "program": (
        Annotated[str | None, _option("--in", metavar="PROGRAM", help="The program, if there are several.")],
        None,
    ),
    "output": (
        Annotated[
            str | None,
            _option("-o", "--output", metavar="FORMAT", help="table, json, jsonl, csv or a format of tabulate."),
        ],
        None,
    ),
    "as_json": (Annotated[bool, _option("--json", help="The same as -o json.")], False),
    "as_csv": (Annotated[bool, _option("--csv", help="The same as -o csv.")], False),
    "as_of": (AsOf, None),
    "quiet": (Annotated[bool, _option("-q", "--quiet", help="Print no progress and no remarks.")], False),
    "debug": (Annotated[bool, _option("--debug", help="Show where an unexpected failure happened.")], False),
    "dry_run": (Annotated[bool, _option("-n", "--dry-run", help="Report the same, then write nothing.")], False),
    "at": (Annotated[str | None, _option("--at", metavar="TIME", help=f"When it happened [now], {TIME_HELP}")], None),
    "actor": (Annotated[str | None, _option("--actor", metavar="NAME", help="Who does it.")], None),
    "key": (
        Annotated[str | None, _option("--idempotency-key", metavar="KEY", help="The same key twice has one effect.")],
        None,
    ),
    "wait": (
        Annotated[
            int | None,
            _option(
                "--wait",
                metavar="SECONDS",
                parser=whole_number(0),
                envvar="BONUSCLI_WAIT",
                help="How long to wait for others [10].",
            ),
        ],
        None,
    ),
}

OFFLINE = ("output", "as_json", "as_csv", "quiet", "debug")
READER = ("db", "program", "output", "as_json", "as_csv", "as_of", "quiet", "debug")
WRITER = (
    *("db", "program", "output", "as_json", "as_csv", "dry_run"),
    *("at", "actor", "key", "wait", "quiet", "debug"),
)


def shared_names() -> set[str]:
    """All spellings of the shared options, as in ``--output`` and ``-o``."""
    declared = [annotation.__metadata__[0] for annotation, _ in SHARED.values()]
    return {name for option in declared for name in (option.default, *(option.param_decls or ()))}


def offline(command: Command) -> Command:
    """A command that needs no database: it takes the output options."""
    return _with_shared(command, OFFLINE)


def reader(command: Command) -> Command:
    """A command that reads a database and writes nothing."""
    return _with_shared(command, READER)


def writer(command: Command) -> Command:
    """A command that writes: it can be tried, dated, signed and repeated safely."""
    return _with_shared(command, WRITER)


def without(*names: str) -> Callable[[Command], Command]:
    """Of the options of ``@reader`` or ``@writer``, those named (as in ``SHARED``) are not offered; stands above it.

    What a command would ignore is refused as an unknown option instead: an import has no ``--at``.
    """

    def narrowed(command: Command) -> Command:
        full = inspect.signature(command).parameters
        kept = [parameter for name, parameter in full.items() if name not in names]

        @functools.wraps(command)
        def call_command(**given: Any) -> int | None:
            return command(**given, **{name: SHARED[name][1] for name in names})

        call_command.__signature__ = inspect.Signature(kept)  # type: ignore[attr-defined]
        call_command.__annotations__ = {each.name: each.annotation for each in kept}
        return call_command

    return narrowed


def takes_negative_numbers(command: Command) -> Command:
    """Let ``-50`` stand as an argument rather than be read as an option; goes above ``@writer``."""
    command.context_settings = {"ignore_unknown_options": True}  # type: ignore[attr-defined]
    return command


def _with_shared(command: Command, names: tuple[str, ...]) -> Command:
    """The command with the shared options in its signature for Typer, and resolved into its first parameter."""
    first, *own = inspect.signature(command, eval_str=True).parameters.values()
    if first.annotation is not Call:
        raise TypeError(f"{command.__module__}.{command.__name__} must take a Call first")
    keyword = inspect.Parameter.KEYWORD_ONLY
    shared = [
        inspect.Parameter(name, keyword, annotation=declared, default=default)
        for name, (declared, default) in SHARED.items()
        if name in names
    ]
    parameters = [*(each.replace(kind=keyword) for each in own), *shared]

    @functools.wraps(command)
    def call_command(**given: Any) -> int | None:
        call = resolve({name: given.pop(name) for name in names})
        return command(call, **given)

    call_command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call_command.__annotations__ = {each.name: each.annotation for each in parameters}
    return call_command


def resolve(given: dict[str, Any]) -> Call:
    """A ``Call`` from what was given by flag or variable (None: nothing), the settings file and the built-in values."""
    settings = read_settings()
    given = dict(given)
    given["output"] = _output(given.pop("output"), given.pop("as_json"), given.pop("as_csv"), settings.get("output"))
    for field, key in {"db": "db", "program": "in", "actor": "actor", "wait": "wait"}.items():
        if field in given and given[field] is None:
            given[field] = settings.get(key)
    if given.get("db") is not None:
        given["db"] = Path(given["db"])
    return Call(**{field: value for field, value in given.items() if value is not None})


def _output(named: str | None, as_json: bool, as_csv: bool, setting: str | int | None) -> str:
    flags = [name for name, on in ((named, named), ("json", as_json), ("csv", as_csv)) if on and name]
    if len(set(flags)) > 1:
        raise BonusError("usage", f"two output formats at once: {' and '.join(flags)}", "--output", "give one of them")
    output = flags[0] if flags else str(setting or DEFAULT_OUTPUT)
    if output not in OUTPUTS:
        from bonuscli.render import check_format

        check_format(output)
    return output
