"""``bonuscli program``: check, show, schema, publish, versions."""

from pathlib import Path
from typing import Annotated

import typer

from bonuscli.cli.answers import day_of, harmless, one_of, open_shop, remark, show_change, show_table
from bonuscli.cli.commands.program_diff import WHAT, named_program
from bonuscli.cli.options import Call, offline, reader, without, writer
from bonuscli.errors import EXIT_FINDINGS
from bonuscli.program.show.speech import ENGLISH, LANGUAGES
from bonuscli.render.record import ROWS
from bonuscli.reports.table import COUNT, DAY, FLAG, INSTANT, TEXT, Column, Table

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The program's YAML file.", show_default=False)]
ADVICE_COLUMNS = (Column("where", "Where", TEXT), Column("message", "Message", TEXT), Column("hint", "Hint", TEXT))


@offline
def check(
    call: Call,
    file: FileArgument,
    strict: Annotated[bool, typer.Option("--strict", help="Advice is a finding too: exit 6.")] = False,
) -> int | None:
    """Read FILE and name every mistake in it, each with its line and what would be right.

    A sound program may still deserve advice (a rule that can never apply); --strict ends with 6 if there is any.
    """
    from bonuscli.program.advice import advise
    from bonuscli.program.load import load

    loaded = load(file)
    plain = loaded.plain
    found = advise(loaded, file.name)
    rows = [(f"{file.name}:{each.line}:{each.column}", each.message, each.hint) for each in found]
    fields = [
        ("program", "Program", plain["id"], "text"),
        ("hash", "Hash", loaded.hash, "text"),
        ("rules", "Rules", len(plain["earn"]["rules"]), "count"),
        ("advice", "Advice", _plain_table("Advice", ADVICE_COLUMNS, rows), ROWS),
    ]
    told = [line for where, message, hint in rows for line in (f"advice: {where}: {message}", f"   {hint}")]
    show_change(call, [f"{file.name}: {plain['id']} is sound", *told], fields)
    return EXIT_FINDINGS if strict and found else None


@without("as_of")
@reader
def show(
    call: Call,
    named: Annotated[str, typer.Argument(metavar="PROGRAM", help=WHAT, show_default=False)],
    language: Annotated[str, typer.Option(metavar="CODE", help="en, ru or uk.")] = ENGLISH,
) -> None:
    """The program of a file, a template or this database, as a shop posts it on its door.

    For example, for a shop in Kyiv: bonuscli program show shop.yaml --language uk

    What is in force now: bonuscli program show published
    """
    from bonuscli.program.show import describe

    one_of(language, LANGUAGES, "--language")
    sentences = describe(named_program(call, named), language)
    if call.output == "table":
        print("\n".join(map(harmless, sentences)))
        return
    show_table(call, _plain_table("Program", (Column("sentence", "Sentence", TEXT),), [(each,) for each in sentences]))


@offline
def schema(call: Call) -> None:
    """The JSON Schema of program files: save it, and let your editor check and complete what you write."""
    import json

    from bonuscli.program.json_schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@without("program", "at", "key")
@writer
def publish(
    call: Call,
    file: FileArgument,
    starts: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DAY", help="Its first day [the file's valid.from, else today].", show_default=False
        ),
    ] = None,
    add: Annotated[
        bool, typer.Option("--add", help="A program of another id, to run beside those that are there.")
    ] = False,
    primary: Annotated[
        bool, typer.Option("--primary", help="With --add: the one that commands mean where they name none.")
    ] = False,
) -> None:
    """Put the program of FILE into force from a day on; identical text again changes nothing.

    Receipts that are recorded already keep their points, also if the day lies in the past.  With --add a second program
    joins the first: every member gets an account in it, every receipt from now on is seen by both, and commands take
    --in PROGRAM.
    """
    from bonuscli.program.load import load
    from bonuscli.services import programs

    published = programs.publish(
        call.db, load(file), day_of(starts, "--from"), wait_seconds=call.wait, dry_run=call.dry_run, actor=call.actor,
        added=programs.Added(primary) if add or primary else None,
    )  # fmt: skip
    fields = [
        ("program", "Program", published.program, "text"),
        ("version", "Version", published.version, "count"),
        ("starts_on", "In force from", published.starts_on, "day"),
        ("hash", "Hash", published.hash, "text"),
        ("published", "Published", published.published, "flag"),
        ("receipts_before", "Receipts recorded from that day on", published.scored, "count"),
    ]
    show_change(call, programs.describe_version(published), fields)
    if published.published and published.scored:
        remark(call, f"receipts of that day or later that are recorded already keep their points: {published.scored}")


@without("as_of")
@reader
def versions(call: Call) -> None:
    """The published versions in order of publication, with the day from which each is in force."""
    from bonuscli.services.programs import list_versions

    found = list_versions(open_shop(call))
    columns = (
        Column("version", "Version", COUNT),
        Column("program", "Program", TEXT),
        Column("starts_on", "In force from", DAY),
        Column("published_at", "Published", INSTANT),
        Column("hash", "Hash", TEXT),
        Column("in_force", "Now", FLAG),
    )
    show_table(call, _plain_table("Versions", columns, found))


def _plain_table(title: str, columns: tuple[Column, ...], rows: list[tuple]) -> Table:
    return Table(title, columns, rows, "", 0, 0)
