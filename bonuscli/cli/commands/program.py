"""``bonuscli program``: check, show, schema, publish, versions."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bonuscli.cli.answers import day_of, open_shop, remark, show_change, show_table
from bonuscli.cli.options import Call, offline, reader, without, writer
from bonuscli.errors import EXIT_FINDINGS
from bonuscli.reports.table import COUNT, DAY, FLAG, INSTANT, TEXT, Column, Table

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The program's YAML file.", show_default=False)]


@offline
def check(
    call: Call,
    file: FileArgument,
    strict: Annotated[bool, typer.Option("--strict", help="Advice is a finding too: exit 6.")] = False,
) -> int | None:
    """Read FILE and name every mistake in it, each with its line and what would be right.

    A sound program may still deserve advice (a rule that can never apply); --strict ends with 6 if there is any.
    """
    from bonuscli.program.load import load

    loaded = load(file)
    plain = loaded.plain
    advice = advice_on(plain)
    fields = [
        ("program", "Program", plain["id"], "text"),
        ("hash", "Hash", loaded.hash, "text"),
        ("rules", "Rules", len(plain["earn"]["rules"]), "count"),
        ("advice", "Advice", "; ".join(advice) or None, "text"),
    ]
    line = f"{file.name}: {plain['id']} is sound"
    show_change(call, "\n".join([line, *(f"advice: {each}" for each in advice)]), fields)
    return EXIT_FINDINGS if strict and advice else None


def advice_on(plain: dict[str, Any]) -> list[str]:
    """What is allowed and still seldom meant."""
    found = [f"the rule {rule['id']} is switched off" for rule in plain["earn"]["rules"] if not rule["enabled"]]
    if plain["redeem"] is None:
        found.append("points can not be spent: there is no key redeem")
    return found


@offline
def show(
    call: Call,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE|NAME", help="The program's YAML file, or a template's name.", show_default=False),
    ],
) -> None:
    """The program of FILE, or of a template that ships with bonuscli, in plain sentences."""
    from bonuscli.program.load import load
    from bonuscli.program.show import describe
    from bonuscli.shipped import shipped, template_names

    if not file.exists() and str(file) in template_names():
        file = shipped("programs", f"{file}.yaml")
    sentences = describe(load(file).plain)
    if call.output == "table":
        print("\n".join(sentences))
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
) -> None:
    """Put the program of FILE into force from a day on; identical text again changes nothing.

    Receipts that are recorded already keep their points, also if the day lies in the past.
    """
    from bonuscli.program.load import load
    from bonuscli.services import programs

    published = programs.publish(
        call.db, load(file), day_of(starts, "--from"), wait_seconds=call.wait, dry_run=call.dry_run, actor=call.actor
    )
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
