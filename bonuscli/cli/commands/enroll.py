"""``bonuscli enroll``: a member at the desk, or a file of them with what they bring from an earlier program."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bonuscli.cli.answers import (
    counted,
    expiring,
    line_of,
    open_shop,
    points_text,
    remark,
    remark_reading,
    show_change,
    writing_of,
)
from bonuscli.cli.options import Call, writer
from bonuscli.errors import EXIT_BAD_INPUT, BonusError
from bonuscli.services.enroll import NO_PARTICULARS, Application

if TYPE_CHECKING:
    from bonuscli.services.enrolments import FileReport

# As many of the rows that are one member are told to people; all of them stand in JSON, and in the file of rejects.
TOLD_TO_PEOPLE = 10


def _text(metavar: str, about: str) -> object:
    return typer.Option(metavar=metavar, help=about, show_default=False)


@writer
def enroll(
    call: Call,
    card: Annotated[str | None, typer.Argument(metavar="[CARD]", help="The number on the card.")] = None,
    phone: Annotated[str | None, _text("NUMBER", "A phone; it works as a card too.")] = None,
    name: Annotated[str | None, _text("TEXT", "The member's name.")] = None,
    email: Annotated[str | None, _text("ADDRESS", "An e-mail address.")] = None,
    birthday: Annotated[str | None, _text("DAY", "As in 1990-05-31.")] = None,
    gender: Annotated[str | None, _text("WORD", "female, male or other.")] = None,
    tags: Annotated[str | None, _text("TAG,...", "Words that rules can ask for.")] = None,
    consent: Annotated[str | None, _text("CHANNEL[:TEXT],...", "Ways to write to the member, as in sms:v3.")] = None,
    fields: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A field of your own; again for more.")
    ] = None,
    tier: Annotated[str | None, _text("LEVEL", "The tier to begin with.")] = None,
    referrer: Annotated[str | None, _text("CARD", "A card of the member who brought this one.")] = None,
    file: Annotated[Path | None, _text("MEMBERS.CSV", "Enrol the members of a CSV, XLSX or ODS file instead.")] = None,
    profile: Annotated[Path | None, _text("FILE", "How that file is written, if not with our columns.")] = None,
    errors: Annotated[Path | None, _text("FILE", "Where rows go that can not be enrolled.")] = None,
    merge: Annotated[
        bool, typer.Option("--merge-duplicates", help="Merge rows of a file that are one member, by the rule above.")
    ] = False,
) -> int | None:
    """Enrol a member with a card, a phone or both.

    Card or phone are the key: with the same particulars again nothing changes.  Under an --idempotency-key the same
    call is known again also after the card was replaced or the phone given up.

    The columns of a file are card, phone, name, email, birthday, gender, tags, consent, at, and of members of an
    earlier program enrolled_on, tier, tier_until, balance, balance_expires.  A row is one lot: the rows of a member
    add.  The same file again adds nothing.  Who comes from an earlier program gets no welcome points.

    Where the columns have other names, or days begin with the day, --profile names a YAML file with columns:
    {card: Card no., birthday: Born on} and dates: dmy (or mdy, ymd), decimal: comma, encoding:, delimiter:, sheet:,
    skip_rows:, header_rows:, as in a profile of receipts.  Columns that it does not name are left out, and told.

    Rows that share a card or a phone and contradict each other are rejected.  --merge-duplicates makes one member of
    them: all cards and phones work, balances, tags and consents add, the earlier enrolment and the higher tier stay,
    and of anything else what the row of the earlier enrolment says, in rows of one day that of the lower card.  Rows of
    more than ten cards or phones stay rejected: what so many share is nobody's own.

    As in: bonuscli enroll 2000017 --phone +79120000001 --name Anna
    """
    application = Application(
        *(card, phone, name, email, birthday, gender, words(tags), pairs(fields or []), words(consent)),
        *(tier, referrer),
    )
    if file is not None:
        if application != NO_PARTICULARS:
            raise BonusError("usage", "--file brings its own particulars", "--file", "leave the others out")
        if call.key is not None:
            hint = "the same file again adds nothing"
            raise BonusError("usage", "the rows of a file are their own keys", "--idempotency-key", hint)
        return _enrol_file(call, file, errors, merge, profile)
    of_file = (("--profile", profile is not None), ("--errors", errors is not None), ("--merge-duplicates", merge))
    for name, given in of_file:
        if given:
            raise BonusError("usage", f"{name} belongs to --file", name)
    _enrol_one(call, application)
    return None


def _enrol_one(call: Call, application: Application) -> None:
    from bonuscli.services.enrolments import enrol_one

    shop = open_shop(call)
    with shop.reading() as session:
        program = session.current
    done = enrol_one(shop, application, writing_of(call))
    figures = done.figures
    next_day, _ = figures.next_expiry or (None, None)
    line = line_of(
        call,
        f"{done.card}  member {done.member}",
        (
            f"balance {points_text(figures.balance, program)}",
            expiring(next_day),
            figures.tier and f"tier {figures.tier}",
        ),
        replayed=done.replayed,
    )
    fields = [
        ("member", "Member", done.member, "count"),
        ("card", "Card", done.card, "text"),
        ("tier", "Tier", figures.tier, "text"),
        ("balance", "Balance", figures.balance, "points"),
        ("pending", "Not open yet", figures.pending, "points"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields, program)


def _enrol_file(call: Call, file: Path, errors: Path | None, merge: bool, profile: Path | None) -> int | None:
    from bonuscli.services.enrolments import enrol_file

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
    report = enrol_file(shop, file, errors, writing_of(call), merge, profile)
    alike = _alike(report)
    fields = [
        ("rows", "Rows", report.rows, "count"),
        ("enrolled", "Enrolled", report.enrolled, "count"),
        ("duplicate", "Already enrolled", report.duplicate, "count"),
        ("merged", "Merged", report.merged, "count"),
        ("rejected", "Rejected", report.rejected, "count"),
        ("lots", "Lots brought", report.lots, "count"),
        ("points", "Points brought", report.points, "points"),
        ("lots_before", "Lots brought before", report.lots_before, "count"),
        ("points_before", "Points brought before", report.points_before, "points"),
        ("points_rejected", "Points rejected", report.points_rejected, "points"),
        ("errors_file", "Rejects", report.errors_file, "text"),
        ("duplicates", "Rows that are one member", alike, "rows"),
    ]
    line = f"{file}  {report.enrolled} enrolled ({report.duplicate} enrolled before, {report.rejected} rejected)"
    if report.lots or report.lots_before or report.points_rejected:
        line += (
            f", {points_text(report.points, program, sign=True)} in {counted(report.lots, 'lot')}"
            f" ({points_text(report.points_before, program)} brought before,"
            f" {points_text(report.points_rejected, program)} rejected)"
        )
    show_change(call, line, fields, program)
    remark_reading(call, report.taken)
    _remark_alike(call, report)
    if not report.rejected:
        return None
    reasons = ", ".join(f"{code} {count}" for code, count in sorted(report.reasons.items()))
    remark(call, f"rejected rows are in {report.errors_file}: {reasons}; mend them there and enrol that file")
    return EXIT_BAD_INPUT


def _alike(report: "FileReport") -> Any:
    """The table of rows that are one member, or may be."""
    from bonuscli.render.masks import mask
    from bonuscli.reports.table import Column, Table

    names = (("lines", "Lines"), ("cards", "Cards"), ("why", "Why"), ("outcome", "Outcome"))
    rows = [
        (", ".join(map(str, alike.lines)), ", ".join(mask(each) or "" for each in alike.numbers), alike.why, outcome)
        for alike, outcome in report.alike
    ]
    return Table("", tuple(Column(name, title, "text") for name, title in names), rows, "", 0, 0)


_OUTCOMES = {
    "merged": "lines {} were merged ({}): {}",
    "rejected": "lines {} are one member ({}): {}",
    "added": "lines {} are {}: {}; their balances were added",
    "told": "lines {} may be one member ({}): {}; if so, bonuscli card merge",
}


def _remark_alike(call: Call, report: "FileReport") -> None:
    from bonuscli.render.masks import mask
    from bonuscli.services.persons import first_of

    for alike, outcome in report.alike[:TOLD_TO_PEOPLE]:
        cards = first_of(mask(each) or "" for each in alike.numbers)
        remark(call, _OUTCOMES[outcome].format(first_of(alike.lines), alike.why, cards))
    if len(report.alike) > TOLD_TO_PEOPLE:
        remark(call, f"and {len(report.alike) - TOLD_TO_PEOPLE} more: see all of them with --json")


def words(text: str | None) -> tuple[str, ...]:
    """The words of an option that takes several, separated by commas."""
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())


def pairs(texts: list[str]) -> tuple[tuple[str, str], ...]:
    """Fields as (key, value) of ``KEY=VALUE``; BonusError ``usage``."""
    found = []
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise BonusError("usage", f"{text!r} is no field", "--set", "write KEY=VALUE, as in --set size=42")
        found.append((key.strip(), value.strip()))
    return tuple(found)
