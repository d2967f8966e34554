"""``bonuscli program diff``: what changes for customers from one program to another, in words and on receipts."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bonuscli.cli.answers import TABLE, harmless, one_of, open_shop, remark, show_table
from bonuscli.cli.options import Call, reader, without
from bonuscli.program.diff import Difference
from bonuscli.program.show.speech import ENGLISH, LANGUAGES
from bonuscli.render.record import ROWS, render_record
from bonuscli.reports.table import INSTANT, POINTS, TEXT, Column, Table
from bonuscli.shipped import template_or_file

PUBLISHED = "published"
WHAT = "A file, a template, published, or published:VERSION."
CHANGE_COLUMNS = tuple(Column(name, name.capitalize(), TEXT) for name in Difference._fields)
SCORE_COLUMNS = (
    Column("receipt", "Receipt", TEXT),
    Column("at", "At", INSTANT),
    Column("earned_a", "Earned A", POINTS),
    Column("earned_b", "Earned B", POINTS),
    Column("difference", "Difference", POINTS),
    Column("may_spend_a", "May spend A", POINTS),
    Column("may_spend_b", "May spend B", POINTS),
)


@without("as_of")
@reader
def diff(
    call: Call,
    before: Annotated[str, typer.Argument(metavar="A", help=WHAT, show_default=False)],
    after: Annotated[str, typer.Argument(metavar="B", help=WHAT, show_default=False)],
    receipts: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Receipts to score: JSON lines, or CSV as import reads it.", show_default=False
        ),
    ] = None,
    language: Annotated[str, typer.Option(metavar="CODE", help="en, ru or uk.")] = ENGLISH,
) -> None:
    """What changes from program A to program B: each sentence before and after, and what receipts earn under both.

    Without --receipts, receipts are made up from the goods that the programs name. Each is scored as that of a member
    who has bought before, on the lowest tier. To see what a new text changes: bonuscli program diff published new.yaml
    """
    from bonuscli.program.diff import differences

    one_of(language, LANGUAGES, "--language")
    old, new = named_program(call, before), named_program(call, after)
    found = differences(old, new, language)
    comparable = (old["currency"], old["digits"]) == (new["currency"], new["digits"])
    scores = _scores(old, new, receipts) if comparable else Table("Receipts", SCORE_COLUMNS, [], "", 0, 0)
    if call.output == TABLE:
        print("\n".join(map(harmless, _in_words(found) or ["The two programs say the same."])))
        if comparable:
            print()
            show_table(call, scores)
        else:
            remark(call, "receipts of two currencies can not be compared: only the words are")
        return
    if call.output not in ("json", "jsonl"):
        show_table(call, scores)
        return
    _show_json(call, before, after, found, scores)


def _show_json(call: Call, before: str, after: str, found: list[Difference], scores: Table) -> None:
    import sys

    changes = Table("Changes", CHANGE_COLUMNS, [tuple(each) for each in found], "", 0, 0)
    fields = [
        ("a", "A", before, TEXT),
        ("b", "B", after, TEXT),
        ("changes", "Changes", changes, ROWS),
        ("receipts", "Receipts", scores, ROWS),
    ]
    render_record(
        "", fields, call.output, sys.stdout, terminal=sys.stdout.isatty(), currency=scores.currency,
        digits=scores.digits, points_scale=scores.points_scale,
    )  # fmt: skip


def named_program(call: Call, named: str) -> dict[str, Any]:
    """The compiled program that an argument names: a file, a template, ``published`` or ``published:VERSION``."""
    word, _, number = named.partition(":")
    if word == PUBLISHED and not Path(named).exists():
        from bonuscli.services.comparing import published_plain

        return published_plain(open_shop(call), number)
    from bonuscli.program.load import load

    return load(template_or_file(Path(named))).plain


def _scores(old: dict[str, Any], new: dict[str, Any], receipts: Path | None) -> Table:
    from bonuscli.clock import Calendar, today
    from bonuscli.services.comparing import made_up_samples, read_samples, score_by_both

    calendar = Calendar(new["timezone"], new["day_starts"])
    day = max(today(calendar), old["valid_from"] or 0, new["valid_from"] or 0)
    if receipts is None:
        samples = made_up_samples(old, new, day)
    else:
        samples = read_samples(receipts, new, calendar.start_of(day))
    rows = [
        (
            each.receipt,
            calendar.iso(each.at),
            each.earned_before,
            each.earned_after,
            each.earned_after - each.earned_before,
            each.may_spend_before,
            each.may_spend_after,
        )
        for each in score_by_both(samples, old, new)
    ]
    scale = max(old["points"]["scale"], new["points"]["scale"])
    return Table("Receipts", SCORE_COLUMNS, rows, new["currency"], new["digits"], scale)


def _in_words(found: list[Difference]) -> list[str]:
    """The differences by section: a line that goes with ``-``, one that comes with ``+``."""
    lines: list[str] = []
    section = ""
    for each in found:
        if each.section != section:
            section = each.section
            lines.append(section)
        lines += [f"  - {each.before}"] if each.before else []
        lines += [f"  + {each.after}"] if each.after else []
    return lines
