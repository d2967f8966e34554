"""``bonuscli report``: the reports over a whole shop, each a command that takes the options of its line of ``REPORTS``.

What a report does not take is refused as an unknown option.  ``--out`` writes a file: a workbook for people, with
headings and notes, or CSV, JSON lines or Parquet for programs.
"""

import inspect
import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from bonuscli.cli.answers import counted, day_of, one_of, open_shop, remark, show_table
from bonuscli.cli.options import Call, offline, reader, whole_number, without
from bonuscli.cli.out_file import Force, out_file
from bonuscli.days import format_day
from bonuscli.errors import BonusError
from bonuscli.model import EMPTIED, ENROL
from bonuscli.render.files import FILE_FORMATS, chosen_format, write_file
from bonuscli.render.masks import mask, mask_email
from bonuscli.reports import REPORTS, Report
from bonuscli.reports.known import check_names
from bonuscli.reports.question import Chosen, Question
from bonuscli.reports.table import TEXT, Column, Table
from bonuscli.services.shop import Session

REPORT_COLUMNS = (
    Column("report", "Report", TEXT),
    Column("command", "Command", TEXT),
    Column("about", "What it tells", TEXT),
)

_MOST_DAYS = 36_500
_MOST_PERCENT = 100
# Of each option its metavar, its help, and for a whole number the least and the most of it.
_OPTIONS: dict[str, tuple[str, str, tuple[int, int] | None]] = {
    "from": ("DAY", "The first day.", None),
    "to": ("DAY", "The day after the last.", None),
    "as-of": ("DAY", "As it was at the end of this day [now].", None),
    "by": ("GROUP", "One row a group.", None),
    "shop": ("NAME", "Only what was sold in this shop [all].", None),
    "segment": ("NAME", "The segment, as it is on the last day.", None),
    "times": ("N", "From how many receipts of a card on a day.", (2, 10**6)),
    "days": ("N", "How many days.", (1, _MOST_DAYS)),
    "cell": ("R-F-M", "Only the members of this cell, as in 1-5-5.", None),
    "limit": ("N", "At most so many rows.", (1, 10**9)),
    "actor": ("NAME", "Only what NAME did [everybody].", None),
    "promo": ("ID", "The rule of the program that it is about.", None),
    "months": ("N", "How many months before and after.", (1, 24)),
    "detect": ("PERCENT", "The difference whose number of members is told.", (1, _MOST_PERCENT)),
    "goods-cost": ("PERCENT", "What goods cost the shop, of their price.", (0, _MOST_PERCENT)),
}
_MASKS: dict[str, Callable[[Any], Any]] = {"card": mask, "phone": mask, "email": mask_email, "number": mask}

Out = Annotated[
    str | None,
    typer.Option("--out", metavar="FILE|-", help="Write it as a file, a workbook for instance.", show_default=False),
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="NAME", help=f"{'|'.join(FILE_FORMATS)} [as FILE ends].", show_default=False),
]
_Pii = Annotated[bool, typer.Option("--pii", help="Show names, numbers and addresses in full.")]


@offline
def list_reports(call: Call) -> None:
    """Every report with the command that prints it."""
    from bonuscli.cli.registry import COMMANDS

    words = {"kpi": "kpi", **{name: f"report {name}" for name in REPORTS}}
    rows = [(name, f"bonuscli {command}", COMMANDS[command].about) for name, command in words.items()]
    show_table(call, Table("Reports", REPORT_COLUMNS, rows, "", 0, 0))


def __getattr__(name: str) -> Any:
    """The command of a report by the name that the registry gives its function."""
    report = name.replace("_", "-")
    if report not in REPORTS:
        raise AttributeError(name)
    return _command(report, REPORTS[report])


def _command(name: str, report: Report) -> Callable[..., int | None]:
    """A command whose help is the docstring of the report's file."""
    module, _, function = report.target.partition(":")
    defined = import_module(module)

    def ask(
        call: Call,
        out: str | None = None,
        file_format: str | None = None,
        force: bool = False,
        pii: bool = False,
        **given: Any,
    ) -> None:  # shown by the signature below
        asked = {option: _read(option, given[_parameter(option)], report) for option in report.options}
        file = None if out == "-" else out
        chosen = chosen_format(file_format, file) if out or file_format else None  # before anything is read
        with open_shop(call).reading(scoring=False) as session:
            as_of = _past(session, asked.get("as-of"))
            now = session.now if as_of is None else as_of
            version = session.versions.in_force(now)
            terms = version.program if version else session.versions.newest
            today = terms.calendar.day_of(now)
            if asked.get("segment") is not None:
                asked["segment"] = _chosen(session, asked, today)
            question = Question(session.connection, session.program, terms, today, now, asked, as_of)
            check_names(question)
            table = getattr(defined, function)(question)
        shown = table if pii or not report.personal else hidden(table, report.personal)
        show_or_write(call, shown, file, chosen, force)

    ask.__name__ = name.replace("-", "_")
    ask.__doc__ = f"{report.about}.\n\n{defined.__doc__}"
    ask.__signature__ = inspect.Signature(_parameters(report))  # type: ignore[attr-defined]
    return without("as_of")(reader(ask))  # that of readers takes an instant, too


def _parameters(report: Report) -> list[inspect.Parameter]:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    found = [inspect.Parameter("call", kind, annotation=Call)]
    for option, default in report.options.items():
        metavar, about, bounds = _OPTIONS[option]
        if option == "by":
            metavar, default = "|".join(default), None
        declared = typer.Option(
            f"--{option}", metavar=metavar, help=about, show_default=default is not None,
            parser=whole_number(*bounds) if bounds else None,
        )  # fmt: skip
        value: Any = int | None if bounds else str | None
        annotation = Annotated[value, declared]
        found.append(inspect.Parameter(_parameter(option), kind, default=default, annotation=annotation))
    found.append(inspect.Parameter("out", kind, default=None, annotation=Out))
    found.append(inspect.Parameter("file_format", kind, default=None, annotation=Format))
    found.append(inspect.Parameter("force", kind, default=False, annotation=Force))
    if report.personal:
        found.append(inspect.Parameter("pii", kind, default=False, annotation=_Pii))
    return found


def _parameter(option: str) -> str:
    return option.replace("-", "_") + "_"  # `from` is a word of Python


def _past(session: Session, day: int | None) -> int | None:
    """The last instant of the day of ``--as-of``, None where nobody looks back: today is told as it is now.

    BonusError ``too_late``: it has not come yet.
    """
    calendar = session.calendar
    today = calendar.day_of(session.now)
    if day is None or day == today:
        return None
    if day > today:
        hint = f"give a day through {format_day(today)}"
        raise BonusError("too_late", f"{format_day(day)} has not come yet", "--as-of", hint)
    return calendar.start_of(day + 1) - 1


def _read(option: str, value: Any, report: Report) -> Any:
    """An option's value as the report takes it: a day as its number, a group that there is."""
    if option in ("from", "to", "as-of"):
        return day_of(value, f"--{option}")
    return one_of(value, report.options["by"], "--by") if option == "by" else value


def _chosen(session: Session, asked: dict[str, Any], today: int) -> Chosen:
    """The members of the segment that a report is asked for, on the last day of its window, today at the latest.

    BonusError ``unknown_segment``.
    """
    from bonuscli.services import segments

    ends = asked.get("to")
    day = today if ends is None else min(today, ends - 1)
    found = segments.membership(session, segments.find(session, asked["segment"], "--segment"), format_day(day))
    return Chosen(asked["segment"], day, json.dumps(found.everybody.with_merged(found.members)))


def show_or_write(call: Call, table: Table, out: str | None, file_format: str | None, force: bool) -> None:
    """Write a table as an answer, or as a file where one is asked for.

    ``file_format``: as ``chosen_format`` gave it, None for an answer; ``out``: None writes the file to standard output.
    """
    if file_format is None:
        show_table(call, table)
    elif out is None:
        write_file(table, file_format, sys.stdout)
    else:
        with out_file(Path(out), binary=FILE_FORMATS[file_format].binary, replace=force) as stream:
            if file_format == "xlsx":
                from bonuscli.render.workbook import write_workbook

                write_workbook([table], stream)
            else:
                write_file(table, file_format, stream)
        remark(call, f"{out}: {counted(len(table.rows), 'row')}")


def hidden(table: Table, personal: tuple[str, ...]) -> Table:
    """The table with its personal columns masked, or empty where they have no mask.

    A number is personal where it is that of an enrolment: it is the card or phone itself.
    """
    names = [column.name for column in table.columns]
    kind = names.index("kind") if "kind" in names else -1
    there = [name for name in personal if name in names]  # a report by groups may have no members

    def row(found: tuple) -> tuple:
        told = list(found)
        for name in there:
            place = names.index(name)
            value = told[place]
            if not value:
                continue
            if name == "number" and (told[kind] != ENROL or value.startswith(EMPTIED)):
                continue
            told[place] = _MASKS[name](value) if name in _MASKS else None
        return tuple(told)

    return table._replace(rows=[row(found) for found in table.rows])
