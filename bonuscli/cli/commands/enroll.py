"""``bonuscli enroll``: a member at the desk, or a file of them."""

from pathlib import Path
from typing import Annotated

import typer

from bonuscli.cli.answers import expiring, line_of, open_shop, points_text, remark, show_change, writing_of
from bonuscli.cli.options import Call, without, writer
from bonuscli.errors import EXIT_BAD_INPUT, BonusError
from bonuscli.services.enroll import NO_PARTICULARS, Application


def _text(metavar: str, about: str) -> object:
    return typer.Option(metavar=metavar, help=about, show_default=False)


@without("key")
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
    file: Annotated[Path | None, _text("MEMBERS.CSV", "Enrol every row of a file instead.")] = None,
    errors: Annotated[Path | None, _text("FILE", "Where rows go that can not be enrolled.")] = None,
) -> int | None:
    """Enrol a member with a card, a phone or both.

    The columns of a file are card, phone, name, email, birthday, gender, tags, consent, at.

    As in: bonuscli enroll 2000017 --phone +79120000001 --name Anna
    """
    application = Application(
        *(card, phone, name, email, birthday, gender, words(tags), pairs(fields or []), words(consent)),
        *(tier, referrer),
    )
    if file is not None:
        if application != NO_PARTICULARS:
            raise BonusError("usage", "--file brings its own particulars", "--file", "leave the others out")
        return _enrol_file(call, file, errors)
    if errors is not None:
        raise BonusError("usage", "--errors belongs to --file", "--errors")
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


def _enrol_file(call: Call, file: Path, errors: Path | None) -> int | None:
    from bonuscli.services.enrolments import enrol_file

    report = enrol_file(open_shop(call), file, errors, writing_of(call))
    fields = [
        ("rows", "Rows", report.rows, "count"),
        ("enrolled", "Enrolled", report.enrolled, "count"),
        ("duplicate", "Already enrolled", report.duplicate, "count"),
        ("rejected", "Rejected", report.rejected, "count"),
        ("errors_file", "Rejects", report.errors_file, "text"),
    ]
    line = f"{file}  {report.enrolled} enrolled ({report.duplicate} enrolled before, {report.rejected} rejected)"
    show_change(call, line, fields)
    if not report.rejected:
        return None
    reasons = ", ".join(f"{code} {count}" for code, count in sorted(report.reasons.items()))
    remark(call, f"rejected rows are in {report.errors_file}: {reasons}; mend them there and enrol that file")
    return EXIT_BAD_INPUT


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
