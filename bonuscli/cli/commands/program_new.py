"""``bonuscli program new``: a program of one's own, from a few answers or from one that ships with bonuscli."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bonuscli.cli.answers import remark, show_change, show_table
from bonuscli.cli.options import Call, offline
from bonuscli.errors import BonusError
from bonuscli.near import did_you_mean
from bonuscli.program.load import Loaded, load_text
from bonuscli.program.new import (
    QUESTIONS,
    Question,
    default_of,
    pointed_to,
    program_text,
    read_answer,
    renamed,
    scenario_text,
)
from bonuscli.program.problems import Wrong
from bonuscli.reports.table import TEXT, Column, Table
from bonuscli.shipped import shipped, shipped_names, template_names

STDOUT = "-"
TEMPLATE_COLUMNS = (
    Column("template", "Template", TEXT),
    Column("name", "Name", TEXT),
    Column("currency", "Currency", TEXT),
    Column("timezone", "Time zone", TEXT),
)


@offline
def new(
    call: Call,
    template: Annotated[
        str | None, typer.Option(metavar="NAME", help="Copy a program that ships with bonuscli.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write it; - is standard output [ID.yaml].", show_default=False),
    ] = None,
    own_id: Annotated[str | None, typer.Option("--id", metavar="ID", help="Its id.", show_default=False)] = None,
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="Its name for people.", show_default=False)] = None,
    currency: Annotated[
        str | None, typer.Option(metavar="CODE", help="Its currency, as in EUR.", show_default=False)
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Its time zone, as in Europe/London.", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="List the programs that can be copied.")] = False,
) -> None:
    """Write a program file, and scenarios beside it, from a few questions or from a template.

    Without --template it asks; every answer is checked at once. For example:
    bonuscli program new --template cafe --id anna --name "Anna's card"
    """
    if listed:
        show_table(call, _templates())
        return
    told = {"id": own_id, "name": name, "currency": currency, "timezone": timezone}
    if template is not None:
        program, scenarios = _of_template(template, told)
    elif sys.stdin.isatty():
        program, scenarios = _of_answers(told)
    else:
        hint = f"give --template NAME: {', '.join(template_names())}"
        raise BonusError("usage", "questions can only be asked on a terminal", "--template", hint)
    if str(out) == STDOUT:
        print(program.text, end="")
        return
    file = out or Path(f"{program.plain['id']}.yaml")
    beside = file.with_name(f"{file.stem}.test.yaml")
    _write(file, beside, program.text, scenarios, force)
    fields = [
        ("file", "File", str(file), TEXT),
        ("scenarios", "Scenarios", str(beside) if scenarios else None, TEXT),
        ("program", "Program", program.plain["id"], TEXT),
    ]
    line = f"{file}  written" + (f", with {beside}" if scenarios else "")
    show_change(call, line, fields)
    if call.output == "table":
        then = f"bonuscli program test {beside}; " if scenarios else ""
        remark(call, f"next: {then}bonuscli init --program {file}")


def _templates() -> Table:
    rows = []
    for name in template_names():
        path = shipped("programs", f"{name}.yaml")
        plain = load_text(path.read_text(encoding="utf-8"), path.name).plain
        rows.append((name, plain["name"], plain["currency"], plain["timezone"]))
    return Table("Templates", TEMPLATE_COLUMNS, rows, "", 0, 0)


def _of_template(template: str, told: dict[str, str | None]) -> tuple[Loaded, str]:
    """A ready program with what the options say otherwise, and its scenarios ("" where it has none)."""
    names = template_names()
    if template not in names:
        near = did_you_mean(template, names)
        hint = f"{near} templates: {', '.join(names)}" if near else f"templates: {', '.join(names)}"
        raise BonusError("unknown_template", f"there is no template {template!r}", "--template", hint)
    text = renamed(shipped("programs", f"{template}.yaml").read_text(encoding="utf-8"), told)
    scenarios = f"{template}.test.yaml"
    beside = (
        shipped("programs", scenarios).read_text(encoding="utf-8") if scenarios in shipped_names("programs") else ""
    )
    return load_text(text, f"{template}.yaml"), beside


def _of_answers(told: dict[str, str | None]) -> tuple[Loaded, str]:
    """A program from questions; what an option has told already is not asked."""
    answers: dict[str, str] = {}
    for question in QUESTIONS:
        if question.after and answers[question.after] != "yes":
            continue
        given = told.get(question.key)
        if given is not None:
            try:
                answers[question.key] = read_answer(question, given, answers)
            except Wrong as wrong:
                raise BonusError("usage", wrong.message, f"--{question.key}", wrong.hint or None) from None
            continue
        answers[question.key] = _ask(question, answers)
    loaded = load_text(renamed(program_text(answers), {"id": told["id"]}), "answers")
    return loaded, scenario_text(loaded.plain, "program.yaml")


def _ask(question: Question, answers: dict[str, str]) -> str:
    """Ask on stderr until the answer can stand in a program file; the end of input gives up."""
    proposed = default_of(question, answers)
    while True:
        print(f"{question.text} [{proposed}]: ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise typer.Abort
        try:
            return read_answer(question, line.strip() or proposed, answers)
        except Wrong as wrong:
            print(f"  {wrong.message}" + (f"; {wrong.hint}" if wrong.hint else ""), file=sys.stderr)


def _write(file: Path, beside: Path, program: str, scenarios: str, force: bool) -> None:
    texts = {file: program}
    if scenarios:
        texts[beside] = pointed_to(scenarios, file.name)
    for path in texts:
        if path.exists() and not force:
            raise BonusError("usage", f"{path} is there already", "--out", "choose another name, or add --force")
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
