"""``bonuscli segment``: who is in a segment of the program or a saved one, on any day; what has changed between two."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from bonuscli.cli.answers import open_shop, show_record, show_table
from bonuscli.cli.commands.export import Format, Out
from bonuscli.cli.conditions import Having, OnDay, Where, compiled, in_words, read_conditions
from bonuscli.cli.options import Call, reader, whole_number, without
from bonuscli.cli.out_file import Force, out_file
from bonuscli.errors import BonusError
from bonuscli.render.files import FILE_FORMATS, chosen_format, write_file
from bonuscli.render.masks import mask, mask_email
from bonuscli.reports.question import share
from bonuscli.reports.table import COUNT, DAY, INSTANT, MONEY, PERCENT, TEXT, Column, Table
from bonuscli.services.shop import Session

SEGMENTS = (
    Column("segment", "Segment", TEXT),
    Column("source", "Of", TEXT),
    Column("told", "Who", TEXT),
    Column("lists", "Lists", COUNT),
    Column("newest_on", "Newest", DAY),
    Column("members", "Members then", COUNT),
)
LISTS = (
    Column("day", "Day", DAY),
    Column("members", "Members", COUNT),
    Column("told", "Who", TEXT),
    Column("taken_at", "Taken", INSTANT),
    Column("actor", "By", TEXT),
)
MEMBERS = (
    Column("member", "Member", COUNT),
    Column("card", "Card", TEXT),
    Column("phone", "Phone", TEXT),
    Column("email", "E-mail", TEXT),
    Column("name", "Name", TEXT),
    Column("consents", "May be written to by", TEXT),
    Column("tier", "Tier", TEXT),
    Column("enrolled_on", "Enrolled", DAY),
    Column("last_purchase_on", "Last purchase", DAY),
    Column("receipts", "Receipts", COUNT),
    Column("revenue_minor", "Revenue", MONEY),
)
PARTS = (
    Column("part", "Part", TEXT),
    Column("told", "Who", TEXT),
    Column("members", "Members", COUNT),
    Column("share_of_first", "Of the first", PERCENT),
    Column("share_of_second", "Of the second", PERCENT),
    Column("receipts", "Receipts", COUNT),
    Column("revenue_minor", "Revenue", MONEY),
    Column("average_receipt_minor", "Average receipt", MONEY),
    Column("revenue_per_member_minor", "A member", MONEY),
)
# What is left of personal columns without --pii; None: nothing.
_MASKS: dict[str, Callable[[Any], Any] | None] = {"card": mask, "phone": mask, "email": mask_email, "name": None}
# Columns of the export that a list on a screen has no room for.
_FOR_FILES = ("email", "consents")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Which segment.")]
MaybeName = Annotated[str | None, typer.Argument(metavar="NAME", help="Which segment, if it has a name.")]
Pii = Annotated[bool, typer.Option("--pii", help="Show names, numbers and addresses in full.")]
Limit = Annotated[
    int | None,
    typer.Option("--limit", metavar="N", parser=whole_number(1), help="At most so many.", show_default=False),
]


@without("as_of")
@reader
def list_segments(call: Call) -> None:
    """Every segment of the program and every saved one, with what it asks and the dated lists of its members."""
    from bonuscli.services import segments

    with open_shop(call).reading(scoring=False) as session:
        program = session.current
        rows = [
            (each.segment.name, each.segment.source, in_words(each.segment.conditions, program), each.lists,
             each.newest, each.size)
            for each in segments.list_segments(session)
        ]  # fmt: skip
    show_table(call, Table("Segments", SEGMENTS, rows, "", 0, 0))


@without("as_of")
@reader
def show(call: Call, name: Name, day: OnDay = None) -> None:
    """What segment NAME asks, how many members it has, and the lists that were saved of it.

    With --as-of it is of the end of that day: by the list that was saved then, if there is one, else by the conditions
    and all that is known now of that day.

    As in: bonuscli segment show lapsed --as-of 2026-06-01
    """
    from bonuscli.services import segments

    with open_shop(call).reading() as session:
        shown = segments.show(session, name, day)
        program, iso = session.current, session.calendar.iso
    segment, found = shown.segment, shown.membership
    lists = [
        (each.day, each.size, None if each.conditions == segments.canonical(segment.conditions) else "other conditions",
         iso(each.recorded_at), each.actor)
        for each in shown.lists
    ]  # fmt: skip
    fields: list[Any] = [
        ("segment", "Segment", segment.name, "text"),
        ("source", "Of", segment.source, "text"),
        ("told", "Who", in_words(segment.conditions, program), "text"),
        ("conditions", "Conditions", segments.canonical(segment.conditions), "text"),
        ("saved_at", "Saved", None if segment.recorded_at is None else iso(segment.recorded_at), "instant"),
        ("actor", "By", segment.actor, "text"),
        *_size(found, iso),
        ("lists", "Lists", Table("Lists", LISTS, lists, "", 0, 0), "rows"),
    ]
    show_record(call, f"Segment {name}", fields, program)


@without("as_of")
@reader
def count(call: Call, name: MaybeName = None, where: Where = None, having: Having = None, day: OnDay = None) -> None:
    """How many members are in segment NAME, or would be in one of these conditions; nothing is saved.

    As in: bonuscli segment count --having 'average_receipt: {from: "20.00"}, not: {last_purchase: {within: 90d}}'
    """
    from bonuscli.services import segments

    told = read_conditions(where, having)
    if (name is None) == (told is None):
        message = "a name and conditions together" if name else "neither a segment nor conditions"
        raise BonusError("usage", message, "NAME", "give NAME, --where FILE or --having YAML")
    with open_shop(call).reading() as session:
        asked = compiled(told, session)
        segment = segments.Segment("", "", asked) if asked is not None else segments.find(session, name or "")
        found = segments.membership(session, segment, day)
        program, iso = session.current, session.calendar.iso
    fields = [
        ("segment", "Segment", name, "text"),
        ("told", "Who", in_words(segment.conditions, program), "text"),
        *_size(found, iso),
    ]
    show_record(call, "Members", fields, program)


@without("as_of")
@reader
def members(call: Call, name: Name, day: OnDay = None, limit: Limit = None, pii: Pii = False) -> None:
    """The members of segment NAME, who bought for most first, with what they bought up to the day.

    As in: bonuscli segment members lapsed --limit 20
    """
    from bonuscli.services import segments

    with open_shop(call).reading() as session:
        found = segments.membership(session, segments.find(session, name), day)
        table = _members(session, found, name)
    shown = [place for place, column in enumerate(MEMBERS) if column.name not in _FOR_FILES]
    ranked = sorted(table.rows, key=lambda row: (-row[-1], row[0]))[:limit]
    rows = [tuple(row[place] for place in shown) for row in (ranked if pii else _hidden(ranked))]
    show_table(call, table._replace(columns=tuple(MEMBERS[place] for place in shown), rows=rows))


@without("as_of")
@reader
def compare(
    call: Call,
    first: Annotated[str, typer.Argument(metavar="NAME", help="The first segment.")],
    second: Annotated[
        str | None, typer.Argument(metavar="OTHER", help="The second segment [the first, on another day].")
    ] = None,
    day: OnDay = None,
    other_day: Annotated[
        str | None,
        typer.Option("--and", metavar="DAY", help="The day of the second [that of --as-of].", show_default=False),
    ] = None,
) -> None:
    """Who is in both of two segments, and who in one alone; or who stayed in NAME, came and went between two days.

    Sums are of receipts above 0, before points and less returns: of two days of what was bought in between, of one day
    of all that was bought up to it. A day with a saved list is told by that list.

    As in: bonuscli segment compare lapsed --as-of 2026-06-01 --and 2026-09-01
    """
    from bonuscli.services import segments

    if second is None and other_day is None:
        raise BonusError("usage", f"{first} with what?", "OTHER", "give another segment, or another day with --and")
    with open_shop(call).reading() as session:
        one = segments.membership(session, segments.find(session, first), day)
        other = segments.membership(session, segments.find(session, second or first), other_day or day)
        found = segments.compare(session, one, other)
        program = session.current
    same = second in (None, first)
    told = ("stayed", "went", "came") if same else ("in both", f"only in {first}", f"only in {second}")
    rows = [
        (part.part, words, part.members, share(part.members, len(one.members)) if part.part != "second" else None,
         share(part.members, len(other.members)) if part.part != "first" else None, part.receipts, part.revenue,
         share(part.revenue, part.receipts), share(part.revenue, part.members))
        for part, words in zip(found.parts, told, strict=True)
    ]  # fmt: skip
    if same and one.day > other.day:
        rows = [(row[0], {"went": "came", "came": "went"}.get(row[1], row[1]), *row[2:]) for row in rows]
    head = (
        ("first", TEXT, first), ("first_on", DAY, one.day), ("first_members", COUNT, len(one.members)),
        ("second", TEXT, second or first), ("second_on", DAY, other.day), ("second_members", COUNT, len(other.members)),
        ("sums_after", DAY, found.after), ("sums_through", DAY, found.through),
    )  # fmt: skip
    title = f"{first} on two days" if same else f"{first} and {second}"
    show_table(call, Table(title, PARTS, rows, program.currency, program.digits, program.points.scale, head=head))


@without("output", "as_json", "as_csv", "as_of")
@reader
def export(
    call: Call,
    name: Name,
    day: OnDay = None,
    out: Out = None,
    file_format: Format = None,
    pii: Pii = False,
    force: Force = False,
) -> None:
    """The members of segment NAME as a file, one row a member, in order of their enrolment.

    As in: bonuscli segment export lapsed --pii --out lapsed.xlsx
    """
    from bonuscli.services import segments

    file = None if out in (None, "-") else out
    format = chosen_format(file_format, file)
    with open_shop(call).reading() as session:
        found = segments.membership(session, segments.find(session, name), day)
        table = _members(session, found, name)
        shown = table if pii else table._replace(rows=_hidden(table.rows))
        if file is None:
            written = write_file(shown, format, sys.stdout)
        else:
            with out_file(Path(file), binary=FILE_FORMATS[format].binary, replace=force) as stream:
                written = write_file(shown, format, stream)
    if not call.quiet:
        from bonuscli.days import format_day
        from bonuscli.render.machines import dump

        told = {"segment": name, "day": format_day(found.day), "format": format, "rows": written, "file": file}
        print(dump(told), file=sys.stderr)


def _size(found: Any, iso: Callable[[int], str]) -> list[tuple]:
    """How many members a membership has, of whom."""
    return [
        ("day", "On", found.day, "day"),
        ("members", "Members", len(found.members), "count"),
        ("of", "Of", len(found.everybody), "count"),
        ("share", "Share", share(len(found.members), len(found.everybody)), "percent"),
        ("taken_at", "By the list taken", None if found.taken_at is None else iso(found.taken_at), "instant"),
        ("gone", "Erased or merged since", found.gone or None, "count"),
    ]


def _members(session: Session, found: Any, name: str) -> Table:
    """One row a member, in order of enrolment."""
    from bonuscli.services.segments import told_of

    program, rows = session.current, told_of(session, found)
    return Table(f"Members of {name}", MEMBERS, rows, program.currency, program.digits, program.points.scale)


def _hidden(rows: list[tuple]) -> Iterator[tuple]:
    """The rows with their personal columns masked, or empty where they have no mask."""
    masks = [(place, _MASKS[column.name]) for place, column in enumerate(MEMBERS) if column.name in _MASKS]
    for row in rows:
        told = list(row)
        for place, masked in masks:
            told[place] = masked(told[place]) if masked and told[place] else None
        yield tuple(told)
