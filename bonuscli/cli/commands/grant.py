"""``bonuscli grant``: points given by hand, to one member, to all with a tag, or from a file."""

from pathlib import Path
from typing import Annotated

import typer

from bonuscli.cli.answers import (
    counted,
    expiring,
    line_of,
    open_shop,
    opening,
    points_text,
    remark,
    remark_lost,
    remark_reading,
    show_change,
    writing_of,
)
from bonuscli.cli.options import Call, takes_negative_numbers, writer
from bonuscli.errors import EXIT_BAD_INPUT, BonusError
from bonuscli.services.granting import Given

# What to do instead of giving points that end at once.
_LASTING = "say how long they last, as in --lasts 30d"


def _text(metavar: str, about: str) -> object:
    return typer.Option(metavar=metavar, help=about, show_default=False)


@takes_negative_numbers
@writer
def grant(
    call: Call,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[CARD] [POINTS]", help="To whom and how many, as in 100 50.")
    ] = None,
    opens: Annotated[str | None, _text("DURATION", "How long they wait, as in 14d [0d: they open at once].")] = None,
    lasts: Annotated[
        str | None, _text("DURATION", "How long they last from then, as in 30d, 6mo, 1y [as the program's points].")
    ] = None,
    opens_on: Annotated[str | None, _text("DAY", "The first day, instead of --opens.")] = None,
    expires_on: Annotated[str | None, _text("DAY", "The last day, instead of --lasts.")] = None,
    reason: Annotated[str | None, _text("TEXT", "Why; it is kept.")] = None,
    from_elsewhere: Annotated[
        bool, typer.Option("--opening", help="They are a balance from elsewhere, and no gift.")
    ] = False,
    tag: Annotated[str | None, _text("TAG", "Give POINTS to every member with this tag.")] = None,
    file: Annotated[Path | None, _text("GRANTS.CSV", "Give what every row of a CSV, XLSX or ODS file says.")] = None,
    errors: Annotated[Path | None, _text("FILE", "Where rows go that can not be booked.")] = None,
) -> int | None:
    """Give POINTS to CARD, with --tag to every member with a tag, with --file what a file says.

    With --idempotency-key a repeat gives nothing twice; of a tag it reaches those who have got it since.  The columns
    of a file are card, points, opens_on, expires_on, reason, key; the same file again adds nothing.

    As in: bonuscli grant 100 --tag vip --lasts 30d --idempotency-key xmas
    """
    given = Given(0, opens, lasts, opens_on, expires_on, reason, from_elsewhere)
    for one, other, name in ((opens, opens_on, "--opens"), (lasts, expires_on, "--lasts")):
        if one is not None and other is not None:
            raise BonusError("usage", f"{name} and a day at once", name, "give one of them")
    if file is not None:
        if words or tag is not None or given != Given(0, opening=from_elsewhere) or call.key is not None:
            raise BonusError("usage", "--file brings its own cards, points, days and keys", "--file", "leave them out")
        return _grant_file(call, file, from_elsewhere, errors)
    if errors is not None:
        raise BonusError("usage", "--errors belongs to --file", "--errors")
    told = words or []
    if tag is not None:
        if len(told) != 1:
            raise BonusError(
                "usage", "a tag is given POINTS and no card", "POINTS", "as in bonuscli grant 50 --tag vip"
            )
        _grant_tag(call, tag, told[0], given)
    else:
        if len(told) != 2:
            hint = "as in bonuscli grant 2000000000017 50"
            raise BonusError("usage", "a card and a number of points are needed", "CARD POINTS", hint)
        _grant_one(call, told[0], told[1], given)
    return None


def _grant_one(call: Call, card: str, text: str, given: Given) -> None:
    from bonuscli.services.granting import grant as give
    from bonuscli.services.writing import read_points

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
        today = session.calendar.day_of(session.now)
        given = given._replace(points=read_points(text, session, "POINTS"))
    done = give(shop, card, given, writing_of(call))
    line = line_of(
        call,
        f"{card}  {points_text(done.granted, program, sign=True)}",
        (
            f"balance {points_text(done.balance, program)}",
            opening(done.granted, done.opens_on, today, program),
            expiring(done.expires_on),
        ),
        done.key,
        done.replayed,
    )
    fields = [
        ("entry", "Entry", done.entry, "text"),
        ("card", "Card", card, "text"),
        ("granted", "Granted", done.granted, "points"),
        ("opens_on", "Opens", done.opens_on, "day"),
        ("expires_on", "Lasts through", done.expires_on, "day"),
        ("balance", "Balance", done.balance, "points"),
        ("pending", "Not open yet", done.pending, "points"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields, program)
    if done.lost:
        remark_lost(call, _LASTING)


def _grant_tag(call: Call, tag: str, text: str, given: Given) -> None:
    from bonuscli.services.granting import grant_tag
    from bonuscli.services.writing import read_points

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
        given = given._replace(points=read_points(text, session, "POINTS"))
    done = grant_tag(shop, tag, given, writing_of(call))
    line = line_of(
        call,
        f"{tag}  {points_text(given.points, program, sign=True)} for {done.members}",
        (
            f"{points_text(done.granted, program)} in all",
            done.duplicate and f"{done.duplicate} had them already",
            done.passed_over and f"{done.passed_over} passed over",
        ),
        done.key,
    )
    fields = [
        ("tag", "Tag", tag, "text"),
        ("members", "Members", done.members, "count"),
        ("granted", "Granted", done.granted, "points"),
        ("duplicate", "Had them already", done.duplicate, "count"),
        ("passed_over", "Passed over", done.passed_over, "count"),
        ("key", "Key", done.key, "text"),
    ]
    show_change(call, line, fields, program)
    if done.lost:
        remark_lost(call, _LASTING, f" of {counted(done.lost, 'member')}")
    if not (done.members or done.duplicate or done.passed_over):
        remark(call, f"nobody has the tag {tag}: see `bonuscli card list`")


def _grant_file(call: Call, file: Path, from_elsewhere: bool, errors: Path | None) -> int | None:
    from bonuscli.services.grant_files import grant_file

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
    report = grant_file(shop, file, from_elsewhere, errors, writing_of(call))
    fields = [
        ("rows", "Rows", report.rows, "count"),
        ("granted", "Granted", report.granted, "count"),
        ("points", "Points", report.points, "points"),
        ("duplicate", "Granted before", report.duplicate, "count"),
        ("rejected", "Rejected", report.rejected, "count"),
        ("errors_file", "Rejects", report.errors_file, "text"),
    ]
    line = (
        f"{file}  {points_text(report.points, program, sign=True)} in {counted(report.granted, 'grant')}"
        f" ({report.duplicate} granted before, {report.rejected} rejected)"
    )
    show_change(call, line, fields, program)
    remark_reading(call, report.taken)
    if report.lost:
        whose = f" of {counted(report.lost, 'grant')}"
        remark_lost(call, "say in expires_on through which day they can be spent", whose)
    if not report.rejected:
        return None
    reasons = ", ".join(f"{code} {count}" for code, count in sorted(report.reasons.items()))
    remark(call, f"rejected rows are in {report.errors_file}: {reasons}; mend them there and grant that file")
    return EXIT_BAD_INPUT
