"""``bonuscli import``: the receipts of files, booked in the order in which they stand."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bonuscli.cli.answers import DRY_RUN, TABLE, one_of, open_shop, remark, show_change, show_record
from bonuscli.cli.options import Call, without, writer
from bonuscli.errors import EXIT_BAD_INPUT

if TYPE_CHECKING:
    from bonuscli.services.ingest import Report

Progress = Callable[[str, int, int | None, int], None]

UNKNOWN_CARDS = ("enroll", "skip", "reject")
REDEEM = ("check", "trust")
# What takes less is over before a bar has been read.
SHOWN_AFTER_SECONDS = 1.0


@without("at", "key")
@writer
def import_files(
    call: Call,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV, plain or gzip; - is standard input.")],
    profile: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="How the files are read.", show_default=False)
    ] = "canonical",
    errors: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where rejected rows go [NAME.rejects.csv here].", show_default=False),
    ] = None,
    atomic: Annotated[bool, typer.Option("--atomic", help="All or nothing.")] = False,
    unknown_cards: Annotated[
        str,
        typer.Option(
            metavar="enroll|skip|reject", help="What to do with cards of nobody [reject].", show_default=False
        ),
    ] = "reject",
    redeem: Annotated[
        str | None,
        typer.Option(
            metavar="check|trust", help="Check spent points, or trust the till [the profile].", show_default=False
        ),
    ] = None,
) -> int | None:
    """Book the receipts of FILEs. What is stored already is counted as duplicate, so an import can always be repeated.

    Rejected rows go to a file beside their reasons: mend them there and import that file. Profiles that ship with
    bonuscli: canonical, online-retail.

    As in: bonuscli import day.csv --unknown-cards enroll
    """
    from bonuscli.services import ingest
    from bonuscli.services.documents import Options

    one_of(unknown_cards, UNKNOWN_CARDS, "--unknown-cards")
    one_of(redeem, REDEEM, "--redeem")
    options = Options(ingest.profile_named(profile), unknown_cards, redeem, errors, atomic, call.dry_run, call.actor)
    shop = open_shop(call)
    with shop.reading() as session:
        program = session.current
    with _progress(call) as progress:
        report = ingest.run(shop, files, options, progress)
    fields = _fields_of(report)
    if call.output != TABLE:
        show_change(call, "", fields, program)
    elif not call.quiet:
        show_record(call, "Import", fields, program)
        if call.dry_run:
            print(DRY_RUN)
    if not (report.rejected or report.conflicts):
        return None
    reasons = ", ".join(f"{code} {count}" for code, count in sorted(report.reasons.items()))
    remark(call, f"rejected receipts are in {_errors_file(report)}: {reasons}; mend them there and import that file")
    return EXIT_BAD_INPUT


def _fields_of(report: "Report") -> list[Any]:
    """What an import did, in the order of its keys."""
    return [
        ("files", "Files", report.files, "count"),
        ("lines", "Lines", report.lines, "count"),
        ("receipts", "Receipts", report.receipts, "count"),
        ("accepted", "Accepted", report.accepted, "count"),
        ("duplicate", "Stored before", report.duplicate, "count"),
        ("rejected", "Rejected", report.rejected, "count"),
        ("conflicts", "In conflict", report.conflicts, "count"),
        ("skipped", "Skipped", report.skipped, "count"),
        ("accounts_enrolled", "Enrolled", report.accounts_enrolled, "count"),
        ("earned", "Earned", report.earned, "points"),
        ("redeemed", "Spent", report.redeemed, "points"),
        ("uncovered", "Spent without cover", report.uncovered, "points"),
        ("reversed", "Taken back", report.reversed, "points"),
        ("total_minor", "Total", report.total_minor, "money"),
        ("errors_file", "Rejects", _errors_file(report), "text"),
    ]


def _errors_file(report: "Report") -> str | None:
    return ", ".join(report.errors_files) or None


@contextmanager
def _progress(call: Call) -> Iterator[Progress | None]:
    """A bar on a terminal for what takes over a second; None where nobody looks."""
    if call.quiet or not sys.stderr.isatty():
        yield None
        return
    bar = _Bar()
    try:
        yield bar.advance
    finally:
        bar.close()


class _Bar:
    """Bytes read of each file; drawn by rich from the first second on."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._bar: Any = None
        self._tasks: dict[str, Any] = {}

    def advance(self, name: str, read: int, whole: int | None, receipts: int) -> None:
        """Show how far a file is read, and how many receipts have come in all."""
        if self._bar is None:
            if time.monotonic() - self._began < SHOWN_AFTER_SECONDS:
                return
            self._bar = self._draw()
        if name not in self._tasks:
            self._tasks[name] = self._bar.add_task(Path(name).name, total=whole, receipts=0)
        self._bar.update(self._tasks[name], completed=read, receipts=receipts)

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._bar is not None:
            self._bar.stop()

    def _draw(self) -> Any:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[receipts]} receipts"),
            TimeRemainingColumn(),
            console=Console(file=sys.stderr),
            transient=True,
        )
        bar.start()
        return bar
