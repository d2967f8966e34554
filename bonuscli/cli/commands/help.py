"""``bonuscli help``: the topics that belong to no single command, and any command's own help."""

from pathlib import Path
from typing import Annotated

import typer

from bonuscli import errors
from bonuscli.cli.registry import COMMANDS, GROUPS
from bonuscli.errors import EXIT_BY_CODE, BonusError
from bonuscli.near import did_you_mean

# Each is a file of ../topics; its first line is its title.
TOPICS = ("exit-codes", "formats", "offers", "cron", "dates", "money", "environment")

EXIT_MEANINGS = {
    errors.EXIT_DONE: "done, nothing to do, or an exact repeat of something done",
    errors.EXIT_UNEXPECTED: "an unexpected failure",
    errors.EXIT_USAGE: "the command line is wrong",
    errors.EXIT_NOT_FOUND: "not found: a card, a receipt, a topic",
    errors.EXIT_REFUSED: "refused by the program: not enough points, a limit, a blocked card",
    errors.EXIT_BAD_INPUT: "bad input: an invalid program, or an import with rows rejected or in conflict",
    errors.EXIT_FINDINGS: "findings of a check: verify, doctor, program check --strict",
    errors.EXIT_CONFLICT: "the same key again with different content",
    errors.EXIT_DATABASE: "the database can not be used: missing, foreign, read-only, corrupt, disk full",
    errors.EXIT_BUSY: "busy: somebody else is writing; try again",
    errors.EXIT_INTERRUPTED: "interrupted",
}

Words = Annotated[list[str] | None, typer.Argument(metavar="[TOPIC]", help="A topic, or the words of a command.")]


def help_topic(words: Words = None) -> int | None:
    """Explain a TOPIC or a command; without either, list the topics."""
    asked = " ".join(words or ())
    if not asked:
        typer.echo(topic_list())
    elif asked in TOPICS:
        typer.echo(topic_text(asked))
    elif asked in COMMANDS or asked in GROUPS:
        return _help_of_command(asked)
    else:
        hint = did_you_mean(asked, [*TOPICS, *COMMANDS, *GROUPS]) or f"topics: {', '.join(TOPICS)}"
        raise BonusError("unknown_topic", f"there is no topic or command {asked!r}", None, hint)
    return None


def topic_list() -> str:
    """One line for each topic: its name and its title."""
    width = max(map(len, TOPICS))
    lines = [f"  {name:{width}}  {_read(name).partition(chr(10))[0]}" for name in TOPICS]
    return "\n".join(["Topics:", *lines, "", "bonuscli help TOPIC, or bonuscli help COMMAND."])


def topic_text(name: str) -> str:
    """A topic's text; the table of exit codes is made from the codes themselves."""
    return _read(name).replace("{exit codes}", exit_table()).rstrip()


def exit_table() -> str:
    """Each exit status with its meaning, and below it the error codes that give it."""
    lines = []
    for status, meaning in EXIT_MEANINGS.items():
        lines.append(f"{status:>5}  {meaning}")
        lines += [f"         {code}" for code, its_status in EXIT_BY_CODE.items() if its_status == status]
    return "\n".join(lines)


def _read(name: str) -> str:
    return (Path(__file__).parent.parent / "topics" / f"{name}.txt").read_text(encoding="utf-8")


def _help_of_command(words: str) -> int:
    from bonuscli.cli.run import run

    return run([*words.split(), "--help"])
