"""The four commands of tills without Typer, which takes six times as long to load as a bare Python to start.

Of a command line only what is beyond doubt is read here: words of the option table in their full spelling, each once,
with a value that is no other option.  All else, above all every mistake and every wish for help, is left to Typer,
which reads the same table: there is no second grammar and no second set of messages.
"""

import os

from bonuscli.cli.call import resolve
from bonuscli.cli.option_table import FILE, FLAG, FORMS, SHARED, TEXTS, WHOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# More digits than any setting has; whether a number is too large is Typer's to say.
_MOST_DIGITS = 9


def plain_command(argv: "list[str]") -> "Callable[[], int | None] | None":
    """What to call for this command line, None where Typer must read it."""
    form = FORMS.get(argv[0]) if argv else None
    if form is None:
        return None
    options = [option for option in SHARED if option.field in form.shared] + list(form.options)
    given = _read(argv[1:], form, {spelling: option for option in options for spelling in option.spellings})
    if given is None or not _add_variables(given, options):
        return None
    shared = {option.field: given.pop(option.field, False if option.kind == FLAG else None) for option in options
              if option.field in form.shared}  # fmt: skip
    name = argv[0]

    def command() -> "int | None":
        module = __import__(f"bonuscli.cli.commands.{name}", fromlist=[name])
        done: int | None = getattr(module, name)(resolve(shared), **given)
        return done

    return command


def _read(words: "list[str]", form: "Any", options: "dict[str, Any]") -> "dict[str, Any] | None":
    """Values by field, None for a line with anything in it that is not plain."""
    given: dict[str, Any] = {}
    arguments = []
    following = iter(words)
    for word in following:
        if not word.startswith("-"):
            arguments.append(word)
            continue
        spelling, is_joined, value = word.partition("=")
        option = options.get(spelling)
        if option is None or (is_joined and not spelling.startswith("--")):
            return None
        if option.kind == FLAG:
            if is_joined or option.field in given:
                return None
            given[option.field] = True
            continue
        value = value if is_joined else next(following, "")
        if not _is_plain(value, option.kind) or (option.field in given and option.kind != TEXTS):
            return None
        _put(given, option, value)
    if not form.required <= len(arguments) <= len(form.arguments) or not all(arguments):
        return None
    given.update(zip((argument.field for argument in form.arguments), arguments))  # noqa: B905 - the rest are optional
    return given


def _is_plain(value: str, kind: str) -> bool:
    """Whether a value needs no second look; an empty one, or one like an option, does."""
    if not value or value.startswith("-"):
        return False
    if kind == WHOLE:
        return value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
    return kind != FILE or os.path.normpath(value) == value


def _put(given: "dict[str, Any]", option: "Any", value: str) -> None:
    if option.kind == TEXTS:
        given.setdefault(option.field, []).append(value)
    else:
        given[option.field] = int(value) if option.kind == WHOLE else value


def _add_variables(given: "dict[str, Any]", options: "list[Any]") -> bool:
    """Take what the environment says of options that were not given; whether all of it is plain."""
    for option in options:
        value = option.variable and option.field not in given and os.environ.get(option.variable)
        if value:
            if not _is_plain(value, option.kind):
                return False
            _put(given, option, value)
    return True
