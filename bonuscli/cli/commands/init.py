"""``bonuscli init``: the file in which everything else happens."""

from pathlib import Path
from typing import Annotated

import typer

from bonuscli.cli.answers import remark, show_change
from bonuscli.cli.options import Call, without, writer
from bonuscli.errors import BonusError
from bonuscli.near import did_you_mean


@without("program", "dry_run", "at", "key", "wait")
@writer
def init(
    call: Call,
    file: Annotated[
        Path | None, typer.Option("--program", metavar="FILE", help="The program's YAML file.", show_default=False)
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A program that ships with bonuscli.", show_default=False),
    ] = None,
    group: Annotated[bool, typer.Option("--group", help="Let the file's group read and write it.")] = False,
) -> None:
    """Create the database [./bonus.db] and publish a program in it.

    `bonuscli program new --list` lists the templates, `bonuscli program show NAME` tells what one does.
    """
    from bonuscli.clock import Calendar, today
    from bonuscli.days import format_day
    from bonuscli.program.load import load
    from bonuscli.services import programs

    loaded = load(_program_file(file, template))
    published = programs.init(call.db, loaded, group=group, actor=call.actor)
    fields = [
        ("db", "Database", str(call.db), "text"),
        ("program", "Program", published.program, "text"),
        ("version", "Version", published.version, "count"),
        ("starts_on", "In force from", published.starts_on, "day"),
        ("hash", "Hash", published.hash, "text"),
    ]
    show_change(call, f"{call.db}  made; {programs.describe_version(published)}", fields)
    if published.starts_on > today(Calendar(loaded.plain["timezone"], loaded.plain["day_starts"])):
        remark(call, f"receipts before {format_day(published.starts_on)} will earn nothing")


def _program_file(file: Path | None, template: str | None) -> Path:
    from bonuscli.shipped import shipped, template_names

    names = template_names()
    if (file is None) == (template is None):
        raise BonusError(
            "usage",
            "give either --program FILE or --template NAME" if file is None else "--program and --template at once",
            None,
            f"templates: {', '.join(names)}",
        )
    if file is not None:
        return file
    if template not in names:
        near = did_you_mean(str(template), names)
        hint = f"{near} templates: {', '.join(names)}" if near else f"templates: {', '.join(names)}"
        raise BonusError("unknown_template", f"there is no template {template!r}", "--template", hint)
    return shipped("programs", f"{template}.yaml")
