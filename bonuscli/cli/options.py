"""The options of the table as Typer's declarations, handed over to commands as one ``Call``.

An option that a command would ignore is not offered: a writer has ``--at`` and no ``--as-of``.
"""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from bonuscli.cli import option_table
from bonuscli.cli.call import Call as Call
from bonuscli.cli.call import resolve
from bonuscli.cli.option_table import FILE, FLAG, OFFLINE, READER, TEXTS, WHOLE, WRITER, Form, Option

SHARED_PANEL = "Shared options"

Command = Callable[..., int | None]


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


_TYPES = {FILE: Path | None, FLAG: bool, TEXTS: list[str] | None, WHOLE: int | None}


def _declaration(option: Option, panel: str | None = None) -> Any:
    """Typer's own description of an option or an argument of the table."""
    if not option.spellings:
        return typer.Argument(metavar=option.metavar, help=option.about)
    return typer.Option(
        *option.spellings,
        metavar=option.metavar,
        help=option.about,
        envvar=option.variable,
        parser=whole_number(0) if option.kind == WHOLE else None,
        readable=option.kind != FILE,
        show_default=False,
        rich_help_panel=panel,
    )


def _declared(option: Option, panel: str | None = None, required: bool = False) -> tuple[Any, Any]:
    """(annotation, value where nothing is given) of an option or an argument as a parameter."""
    kind = str if required else _TYPES.get(option.kind, str | None)
    default = inspect.Parameter.empty if required else False if option.kind == FLAG else None
    return Annotated[kind, _declaration(option, panel)], default


# name of the parameter -> (its declaration, its value where nothing is given)
SHARED: dict[str, tuple[Any, Any]] = {option.field: _declared(option, SHARED_PANEL) for option in option_table.SHARED}
CardArgument = Annotated[str, _declaration(option_table.CARD)]
AsOf = Annotated[str | None, _declaration(option_table.AS_OF, SHARED_PANEL)]
ReceiptId = Annotated[str | None, _declaration(option_table.RECEIPT_ID)]
LimitingTotal = Annotated[str | None, _declaration(option_table.LIMITING_TOTAL)]
Confirmed = Annotated[bool, _declaration(option_table.CONFIRMED)]
# Through the days in which there are receipts, where they are not given.
FromDay = Annotated[
    str | None,
    typer.Option("--from", metavar="DAY", help="The first day [that of the first receipt].", show_default=False),
]
ToDay = Annotated[
    str | None,
    typer.Option("--to", metavar="DAY", help="The day after it [after the last receipt].", show_default=False),
]


def shared_names() -> set[str]:
    """All spellings of the shared options, as in ``--output`` and ``-o``."""
    return {spelling for option in option_table.SHARED for spelling in option.spellings}


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


def with_form(command: Command, form: Form) -> Command:
    """One of the commands of the table: all of its parameters but the ``Call`` are those of its form."""
    own = []
    for place, option in enumerate((*form.arguments, *form.options)):
        declared, default = _declared(option, required=place < form.required)
        keyword = inspect.Parameter.KEYWORD_ONLY
        own.append(inspect.Parameter(option.field, keyword, annotation=declared, default=default))
    made = _with_call(command, own, form.shared)
    return takes_negative_numbers(made) if form.signed else made


def _with_shared(command: Command, names: tuple[str, ...]) -> Command:
    """The command with the shared options in its signature for Typer, and resolved into its first parameter."""
    first, *own = inspect.signature(command, eval_str=True).parameters.values()
    if first.annotation is not Call:
        raise TypeError(f"{command.__module__}.{command.__name__} must take a Call first")
    return _with_call(command, [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own], names)


def _with_call(command: Command, own: list[inspect.Parameter], names: tuple[str, ...]) -> Command:
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=declared, default=default)
        for name, (declared, default) in SHARED.items()
        if name in names
    ]
    parameters = [*own, *shared]

    @functools.wraps(command)
    def call_command(**given: Any) -> int | None:
        call = resolve({name: given.pop(name) for name in names})
        return command(call._replace(db=Path(call.db)), **given)

    call_command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call_command.__annotations__ = {each.name: each.annotation for each in parameters}
    return call_command
