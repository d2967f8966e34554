"""``bonuscli import``: the receipts of files and of folders, booked in the order in which they stand."""

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bonuscli.cli.answers import DRY_RUN, TABLE, harmless, one_of, open_shop, remark, show_change, show_record
from bonuscli.cli.options import Call, whole_number, without, writer
from bonuscli.cli.progress import progress_bar
from bonuscli.errors import EXIT_BAD_INPUT

if TYPE_CHECKING:
    from bonuscli.services.ingest import Report

UNKNOWN_CARDS = ("enroll", "skip", "reject")
REDEEM = ("check", "trust")
# Of a thousand files that were left alone, or were read in as many ways, people read so many lines.
_SHOWN = 5

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        help="Plain or gzip; a folder stands for its files, - for standard input.",
        readable=False,  # one that is not is told beside the others
    ),
]
ProfileOption = Annotated[
    str, typer.Option("--profile", metavar="NAME|FILE", help="How the files are read [canonical].", show_default=False)
]
Errors = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Where rejected rows go [NAME.rejects.csv here, or in DIR].", show_default=False),
]
UnknownCards = Annotated[
    str,
    typer.Option(metavar="enroll|skip|reject", help="What to do with cards of nobody [reject].", show_default=False),
]
Redeem = Annotated[
    str | None,
    typer.Option(
        metavar="check|trust", help="Check spent points, or trust the till [the profile].", show_default=False
    ),
]
MoveDone = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Move what was imported into this folder.", show_default=False)
]
Settled = Annotated[
    int,
    typer.Option(
        metavar="SECONDS",
        help="Of a folder, and of what is to be moved, leave files alone that were changed within SECONDS [10].",
        parser=whole_number(0),
        show_default=False,
    ),
]


@without("at", "key")
@writer
def import_files(
    call: Call,
    files: Files,
    profile: ProfileOption = "canonical",
    errors: Errors = None,
    atomic: Annotated[bool, typer.Option("--atomic", help="All or nothing.")] = False,
    unknown_cards: UnknownCards = "reject",
    redeem: Redeem = None,
    move_done: MoveDone = None,
    settled: Settled = 10,
) -> int | None:
    """Book the receipts of FILEs. What is stored already is counted as duplicate, so an import can always be repeated.

    Rejected rows go to a file beside their reasons: mend them there and import that file. A file that cannot be read
    does not stop the others. To find the profile that fits: bonuscli import sniff FILE.

    The words sniff, unmapped and reconcile after import are commands of their own; a file of that name is ./sniff.

    As in: bonuscli import --profile till.yaml --move-done done inbox
    """
    from bonuscli.services import ingest
    from bonuscli.services.documents import Options
    from bonuscli.services.inbox import Inbox

    one_of(unknown_cards, UNKNOWN_CARDS, "--unknown-cards")
    one_of(redeem, REDEEM, "--redeem")
    options = Options(ingest.profile_named(profile), unknown_cards, redeem, errors, atomic, call.dry_run, call.actor)
    inbox = Inbox(move_done, settled, call.db)
    shop = open_shop(call)
    with shop.reading() as session:
        program = session.current
    with progress_bar(call) as progress:
        report = ingest.run(shop, files, options, progress, inbox)
    fields = _fields_of(report, people=call.output == TABLE)
    if call.output != TABLE:
        show_change(call, "", fields, program)
    elif not call.quiet:
        show_record(call, "Import", fields, program)
        if call.dry_run:
            print(DRY_RUN)
    _tell_remarks(call, report, profile)
    return EXIT_BAD_INPUT if report.rejected or report.conflicts or report.failures else None


def _fields_of(report: "Report", people: bool) -> list[Any]:
    """What an import did, in the order of its keys; to people some figures are told only where there is something."""
    ways = read_as(report.read_as)

    def some(count: int) -> int | None:
        return count if count or not people else None

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
        ("errors_file", "Rejects", (_few if people else ", ".join)(report.errors_files) or None, "text"),
        ("failed", "Files not read", some(len(report.failures)), "count"),
        ("left_alone", "Files left alone", some(len(report.left)), "count"),
        ("moved", "Files moved", some(len(report.moved)), "count"),
        ("read_as", "Read as", (_few(ways, "; ") if people else "; ".join(ways)) or None, "text"),
    ]


def read_as(ways: Counter[tuple[tuple[str, str], ...]]) -> list[str]:
    """How files were read, the most frequent way first: ``canonical, encoding utf-8 (3 files)``."""
    told = []
    for (_, profile), *taken in ways:
        told.append(", ".join([profile, *(f"{what} {found}" for what, found in taken)]))
    counts = sorted(zip(told, ways.values(), strict=True), key=lambda each: (-each[1], each[0]))
    return [text if len(counts) == 1 else f"{text} ({count} files)" for text, count in counts]


def _tell_remarks(call: Call, report: "Report", profile: str) -> None:
    """What people should know besides: errors and rejects always, the rest not with ``--quiet``.

    Whoever runs an import by the clock with ``-q`` reads nothing but this.
    """
    from bonuscli.cli.run import error_text

    for failure in report.failures:
        print(error_text(failure, call.output in ("json", "jsonl")), file=sys.stderr)
    if report.passed_over:
        told = ", ".join(f"{count} x {what}" for what, count in sorted(report.passed_over.items()))
        remark(call, f"passed over, being no sale or return of goods: {told}")
    if report.left:
        remark(call, f"left alone for the next time: {_few([f'{path} ({why})' for path, why in report.left])}")
    if report.rejected or report.conflicts:
        mended = f"that file with --profile {profile}" if profile != "canonical" else "that file"
        reasons = ", ".join(f"{code} {count}" for code, count in sorted(report.reasons.items()))
        places = _few(report.errors_files)
        told = f"rejected receipts are in {places}: {reasons}; mend them there and import {mended}"
        print(harmless(told), file=sys.stderr)


def _few(texts: list[str], between: str = ", ") -> str:
    more = len(texts) - _SHOWN
    return between.join([*texts[:_SHOWN], *([f"and {more} more"] if more > 0 else [])])
