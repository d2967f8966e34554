"""One run of a command: what its shared options came to.

Precedence: the flag, its environment variable, ``bonuscli.toml``, the built-in value.  A command never sees where a
value came from.
"""

from bonuscli.cli.settings import read_settings
from bonuscli.errors import BonusError
from bonuscli.records import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEFAULT_DB = "bonus.db"
DEFAULT_OUTPUT = "table"
# Eight tills redeeming without pause waited 0.3 s at worst; ten seconds tell a busy machine from a stuck one.
DEFAULT_WAIT = 10
OUTPUTS = ("table", "json", "jsonl", "csv")  # without asking the registry of formats

# Times are text as written: only the program's calendar can read them.  db: a path; program, as_of, at, actor, key:
# None where nobody gave them; wait: seconds.  Of a reader, the fields of writers keep the values below.
Call = namedtuple(
    "Call",
    "db program output as_of quiet debug dry_run at actor key wait",
    defaults=(DEFAULT_DB, None, DEFAULT_OUTPUT, None, False, False, False, None, None, None, DEFAULT_WAIT),
)


def resolve(given: "dict[str, Any]") -> Call:
    """A ``Call`` from what was given by flag or variable (None: nothing), the settings file and the built-in values."""
    settings = read_settings()
    given = dict(given)
    if given.get("key") is not None and not given["key"].strip():  # a variable of a script that nobody has set
        hint = "give this call a key of its own, or leave the option out"
        raise BonusError("usage", "an empty key would not make the call safe to repeat", "--idempotency-key", hint)
    given["output"] = _output(given.pop("output"), given.pop("as_json"), given.pop("as_csv"), settings.get("output"))
    for field, key in (("db", "db"), ("program", "in"), ("actor", "actor"), ("wait", "wait")):
        if field in given and given[field] is None:
            given[field] = settings.get(key)
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
