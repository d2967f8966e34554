"""The registry as a Typer application whose commands are imported only when they run.

Help of the whole program and near names of a mistyped command need the registry alone.  Help is plain text, the same on
a terminal and in a pipe: drawing it with rich would double its time, and would read brackets in it as markup.
"""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

import bonuscli
from bonuscli.cli.option_table import FORMS
from bonuscli.cli.options import SHARED_PANEL, shared_names, with_form
from bonuscli.cli.registry import COMMANDS, COMMANDS_PACKAGE, GROUPS, SECTIONS, children
from bonuscli.errors import BonusError
from bonuscli.near import did_you_mean

ABOUT = """The loyalty engine that a shop runs itself.

Start with `bonuscli demo`, then `bonuscli init --template NAME`."""
EPILOG = (
    "More: bonuscli COMMAND --help, and bonuscli help TOPIC "
    "(exit-codes, formats, offers, cron, dates, money, environment)."
)


# What is not found below this word is a report, and no mistake in the use of a command.
REPORTS_GROUP = "report"


class SectionedCommand(TyperCommand):
    """A command whose help shows its own options first and those that all commands share after them."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, options, shared options."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": [], SHARED_PANEL: []}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                own = "Arguments" if param.param_type_name == "argument" else "Options"
                sections[getattr(param, "rich_help_panel", None) or own].append(record)
        for title, rows in sections.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class RegistryGroup(TyperGroup):
    """The commands of the registry below a word; below "" are all."""

    prefix = ""

    def list_commands(self, ctx: Any) -> list[str]:
        """The words below this one, in the registry's order."""
        return list(children(self.prefix))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """What help and completion need of a command, without importing it; None where there is none."""
        entry = children(self.prefix).get(cmd_name)
        return entry and TyperCommand(cmd_name, help=entry.about)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names, imported; ``BonusError`` ``usage`` with near names otherwise, or
        ``unknown_report``.

        A command that has verbs besides itself is meant unless the next word is one of them.
        """
        word, *rest = args
        if not word.startswith("-") and word not in children(self.prefix):
            raise self._unknown(word)
        words = f"{self.prefix} {word}".strip()
        if words in COMMANDS and rest and rest[0] in children(words):
            return f"{word} {rest[0]}", load(f"{words} {rest[0]}"), rest[1:]
        return word, load(words), rest

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The commands, a section after the other; below a noun there is one."""
        entries = children(self.prefix)
        width = max(map(len, entries))
        for section in SECTIONS:
            rows = [(name.ljust(width), entry.about) for name, entry in entries.items() if entry.section == section]
            if rows:
                with formatter.section("Commands" if self.prefix else section):
                    formatter.write_dl(rows)

    def _unknown(self, word: str) -> BonusError:
        hint = did_you_mean(word, children(self.prefix))
        if hint is None and not self.prefix:
            deeper = [words for words in COMMANDS if words.endswith(f" {word}")]
            hint = f"did you mean {' or '.join(map(repr, deeper))}?" if deeper else None
        every = f"bonuscli {self.prefix} --help".replace("  ", " ")
        if self.prefix == REPORTS_GROUP:
            if hint is None:
                hint = f"give: bonuscli {word}" if word in COMMANDS else "see: bonuscli report list"
            return BonusError("unknown_report", f"there is no report {word!r}", None, hint)
        return BonusError(
            "usage", f"there is no command {f'{self.prefix} {word}'.strip()!r}", None, hint or f"see: {every}"
        )


def load(words: str) -> Any:
    """The Typer command of the registry's words, or the group of a noun."""
    if words in GROUPS:
        return _group(words)
    module, _, name = COMMANDS[words].target.partition(":")
    function = getattr(import_module(f"{COMMANDS_PACKAGE}.{module}"), name)
    if words in FORMS:
        function = with_form(function, FORMS[words])
    app = _typer()
    settings = getattr(function, "context_settings", None)
    app.command(words.rpartition(" ")[2], cls=SectionedCommand, context_settings=settings)(function)
    return typer.main.get_command(app)


def run_command(argv: list[str]) -> int | None:
    """Run a command line as Typer reads it: the command's exit status; its mistakes are ``BonusError`` ``usage``."""
    try:
        with main_group().make_context("bonuscli", list(argv)) as context:
            status: int | None = context.command.invoke(context)
            return status
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except Exception as problem:
        # Typer keeps the classes of usage errors private; all of them format themselves and carry an exit status.
        if hasattr(problem, "format_message") and hasattr(problem, "exit_code"):
            raise _usage(problem) from None
        raise


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
    if isinstance(context.command, TyperGroup) and unknown in shared_names():
        return f"options stand after the command: {context.command_path} COMMAND {unknown}"
    names = [name for param in context.command.get_params(context) for name in param.opts]
    if unknown == "--as-of" and context.command_path.startswith(f"bonuscli {REPORTS_GROUP} "):
        return "it tells of days: give --to, the day after the last" if "--to" in names else "it tells of now alone"
    return did_you_mean(unknown, [name for name in names if name.startswith("-")])  # an argument has a bare name


def main_group() -> RegistryGroup:
    """The whole program as one Typer group."""
    return _group("")


def _group(prefix: str) -> RegistryGroup:
    group_class = type("Group", (RegistryGroup,), {"prefix": prefix})
    app = _typer(cls=group_class, no_args_is_help=True, epilog=None if prefix else EPILOG)
    app.callback(help=GROUPS.get(prefix, ABOUT))(_nothing if prefix else _version)
    group = typer.main.get_command(app)
    assert isinstance(group, RegistryGroup)
    return group


def _typer(**settings: Any) -> typer.Typer:
    return typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, **settings)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"bonuscli {bonuscli.__version__}")
        raise typer.Exit


def _version(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version and leave."
    ),
) -> None:
    pass


def _nothing() -> None:
    pass
